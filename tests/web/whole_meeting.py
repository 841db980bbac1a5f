"""A meeting for tests of its papers: two groups of posts, three tellers or none, some ballots on paper, all counted."""

from collections.abc import Sequence
from dataclasses import replace

from tests.domain.counting_team import gather, take_steps
from voting.domain.attendance import Attendance, record_attendance
from voting.domain.casting import cast, open_session
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import create_session
from voting.domain.elections import election_of
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.left_over import LeftOver, record_left_over
from voting.domain.paper import PaperTally, record_paper
from voting.domain.rulebook import rule_of
from voting.domain.sessions import Session
from voting.domain.sheets import Person, Sheet, make_sheet
from voting.domain.tellers import Teller
from voting.protocol.ballots import make_ballot

COUNCIL = "Chức danh do Hội đồng nhân dân bầu"
COMMITTEE = "Thành viên Ủy ban nhân dân"
PEOPLE = (
    Person("Nguyễn Văn An", "Chủ tịch Hội đồng nhân dân", COUNCIL),
    Person("Trần Thị Bích", "Phó Chủ tịch Hội đồng nhân dân", COUNCIL),
    Person("Lê Quang Cường", "Trưởng Ban Pháp chế", COUNCIL),
    Person("Phạm Thị Dung", "Trưởng Ban Kinh tế - Ngân sách", COUNCIL),
    Person("Hoàng Đức Giang", "Trưởng Ban Văn hóa - Xã hội", COUNCIL),
    Person("Vũ Thị Hạnh", "Chủ tịch Ủy ban nhân dân", COMMITTEE),
    Person("Đặng Minh Khôi", "Phó Chủ tịch Ủy ban nhân dân", COMMITTEE),
    Person("Bùi Thị Lan", "Giám đốc Sở Tài chính", COMMITTEE),
    Person("Đỗ Hữu Nghĩa", "Giám đốc Sở Nội vụ", COMMITTEE),
    Person("Hồ Thị Oanh", "Giám đốc Sở Y tế", COMMITTEE),
    Person("Ngô Văn Phúc", "Giám đốc Sở Giáo dục và Đào tạo", COMMITTEE),
    Person("Dương Thị Quỳnh", "Chánh Thanh tra", COMMITTEE),
)
TELLERS = (Teller("Lý Văn Sơn", "head"), Teller("Mai Thị Thảo", "secretary"), Teller("Trịnh Văn Uy"))

# The level, from 1, that each ballot gives to each of the twelve.
BALLOTS = (
    (1, 1, 2, 1, 1, 1, 2, 3, 1, 1, 2, 1),
    (1, 2, 2, 1, 1, 1, 1, 3, 1, 2, 3, 1),
    (1, 1, 1, 3, 1, 2, 1, 3, 1, 1, 3, 1),
    (1, 1, 3, 1, 2, 1, 1, 2, 1, 1, 3, 1),
    (1, 3, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1),
)


def confidence_sheet() -> Sheet:
    """Give the sheet of the twelve, voted on with three levels."""
    return make_sheet(PEOPLE)


def hold(
    house: House,
    sheet: Sheet,
    ballots: Sequence[Sequence[int]] = BALLOTS,
    *,
    rule: str = "nq96_2023",
    tellers: tuple[Teller, ...] = (),
    paper: PaperTally | None = None,
    published: bool = False,
    **fields: object,
) -> Session:
    """Hold a whole meeting of the chair `hoa`; gives the session, counted or published."""
    draft = Session("", "Lấy phiếu tín nhiệm giữa nhiệm kỳ", sheet, unit="Hội đồng nhân dân tỉnh", chair="hoa")
    draft = replace(draft, codes=len(ballots) + 1, spares=2, rule=rule_of(rule), tellers=tellers, **fields)
    uuid = create_session(house, draft).uuid
    record_attendance(house, uuid, Attendance(20, 18, 15, 2, "Ông A: đi công tác\nBà B: ốm"), 0)
    team = gather(house, house.store.session(uuid)) if tellers else []
    if team:
        take_steps(team)
    codes = make_codes(house, uuid)
    confirm_codes(house, uuid)
    open_session(house, uuid)
    election = election_of(house, uuid)
    for code, levels in zip(codes, ballots, strict=False):
        choices = [
            [int(level == place) for place in range(0 if question.blank else 1, len(question.answers) + 1)]
            for level, question in zip(levels, election.questions, strict=True)
        ]
        cast(house, uuid, make_ballot(election, code, choices))
    close_session(house, uuid)
    record_left_over(house, uuid, LeftOver(2), 0)
    if paper:
        record_paper(house, uuid, paper, 0)
    for device in team:
        device.decrypt()
    count_session(house, uuid)
    if published:
        publish_session(house, uuid)
    return house.store.session(uuid)
