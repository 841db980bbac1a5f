"""Real votes, from the figures that were published of them to every place where somebody reads the result."""

import csv
import io
import re
from dataclasses import dataclass
from html import unescape

import docx
import pytest

from tests.web.casting_ballots import cast_ballot
from tests.web.chair_browser import ChairBrowser
from voting.domain.attendance import Attendance, record_attendance
from voting.domain.casting import open_session
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.left_over import LeftOver, record_left_over
from voting.domain.paper import PaperLine, PaperTally, record_paper
from voting.domain.rulebook import RULES
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet

PHONES = 2
SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Vote:
    """What was published: who was there, the votes by level, and the percentages (RULES, "Regression cases")."""

    rule: str
    members: int
    collected: int
    votes: tuple[int, int, int]
    shares: tuple[str, str, str]
    basis: str
    whole: int
    outcome: str


OF_BALLOTS = "Tỷ lệ tính trên số phiếu thu về."
OF_MEMBERS = "Tỷ lệ tính trên tổng số thành viên."
VOTES = (
    Vote("nq96_2023", 50, 47, (19, 2, 25), ("40,43", "4,26", "53,19"), OF_BALLOTS, 47, "may_resign"),
    Vote("nq85_2014", 485, 475, (323, 146, 6), ("66,60", "30,10", "1,24"), OF_MEMBERS, 485, "no_consequence"),
    Vote("nq35_2012", 53, 52, (52, 0, 0), ("98,11", "0,00", "0,00"), OF_MEMBERS, 53, "no_consequence"),
    Vote("nq85_2014", 58, 53, (49, 4, 0), ("84,48", "6,90", "0,00"), OF_MEMBERS, 58, "no_consequence"),
)


def hold(house: House, vote: Vote) -> str:
    """Hold the vote on one person: two for the best level from phones, all others on paper; published."""
    sheet = make_sheet([Person("Nguyễn Văn An", "Chủ tịch")])
    draft = Session("", "Lấy phiếu tín nhiệm", sheet, codes=PHONES, chair="hoa", rule=RULES[vote.rule])
    uuid = create_session(house, draft).uuid
    record_attendance(house, uuid, Attendance(vote.members, vote.members, vote.collected, 0), 0)
    codes = make_codes(house, uuid)
    confirm_codes(house, uuid)
    open_session(house, uuid)
    for code in codes:
        cast_ballot(house, uuid, code, 1)
    close_session(house, uuid)
    record_left_over(house, uuid, LeftOver(0), 0)
    high, *others = vote.votes
    on_paper = vote.collected - PHONES
    tally = PaperTally(
        on_paper, on_paper, vote.collected - sum(vote.votes), (PaperLine((high - PHONES, *others)),), ("Hoa", "Lan")
    )
    record_paper(house, uuid, tally, 0)
    count_session(house, uuid)
    publish_session(house, uuid)
    return uuid


def words_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).replace(SPACE, " ").split())


@pytest.mark.parametrize("vote", VOTES, ids=lambda vote: f"{vote.rule} {vote.votes}")
def test_a_real_vote_reads_as_it_was_published_wherever_it_is_read(
    chair: ChairBrowser, visitor: ChairBrowser, house: House, vote: Vote
) -> None:
    uuid = hold(house, vote)
    shown = [f"{share} %" for share in vote.shares]
    outcome = next(each for each in RULES[vote.rule].outcomes if each.id == vote.outcome)

    for page in (chair.get(f"/chair/sessions/{uuid}?lang=vi").text, visitor.get(f"/s/{uuid}?lang=vi").text):
        told = words_of(page)
        places = [told.index(words) for words in (RULES[vote.rule].names["vi"], vote.basis, outcome.words["vi"])]
        assert min(places) > 0
        assert outcome.article["vi"] in told
        for share in shown:
            assert share in told
        for figure in (f"Số phiếu phát ra {vote.collected}", f"Số phiếu thu về {vote.collected}"):
            assert figure in told
        assert f"Số phiếu hợp lệ {sum(vote.votes)}" in told

    row = visitor.client.get(f"/api/sessions/{uuid}/result").json["rows"][0]
    assert [cell["votes"] for cell in row["cells"]] == list(vote.votes)
    assert [cell["hundredths"] for cell in row["cells"]] == [int(share.replace(",", "")) for share in vote.shares]
    assert (row["denominator"], row["outcome"]["id"]) == (vote.whole, vote.outcome)
    table = csv.DictReader(io.StringIO(visitor.get(f"/api/sessions/{uuid}/result.csv").data.decode("utf-8-sig")))
    assert [line["percent"] for line in table] == [share.replace(",", ".") for share in vote.shares]

    paper = f"/chair/sessions/{uuid}/minutes.docx?lang=vi"
    document = docx.Document(io.BytesIO(chair.get(paper).data))
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert f"{vote.basis} Tổng số này là {vote.whole}." in said
    assert f"(1) {outcome.words['vi']}" in said
    cells = [cell.text.replace(SPACE, " ") for row in document.tables[1].rows for cell in row.cells]
    for count, share in zip(vote.votes, shown, strict=True):
        assert f"{count}\n{share}" in cells
