"""One pass key for everybody, and anybody can find on the board which it is."""

import json
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.rulebook import RULES
from voting.domain.scales import Language
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.protocol.archive import read_archive
from voting.protocol.passes import hash_of_key
from voting.protocol.verify import verify_archive

DRAFT = Session("", "Lấy phiếu", make_sheet([Person("Nguyễn Văn A")]), "Kỳ họp thứ 6", codes=5, pooled=3)


def ready(house: House, draft: Session = DRAFT) -> str:
    uuid = create_session(house, draft).uuid
    make_codes(house, uuid)
    confirm_codes(house, uuid)
    return uuid


def lines_on_board(client: FlaskClient, uuid: str) -> list[str]:
    description: str = json.loads(client.get(f"/api/sessions/{uuid}/election").data)["description"]
    return description.split("\n")


@pytest.mark.parametrize(
    ("language", "named"),
    [("vi", "Khóa phát mã qua đường dẫn cá nhân"), ("en", "Key by which codes are given out to personal links")],
)
def test_the_last_line_on_the_board_names_the_key_that_phones_are_shown(
    client: FlaskClient, house: House, language: Language, named: str
) -> None:
    uuid = ready(house, replace(DRAFT, language=language, rule=RULES["nq96_2023"]))
    first, rule, line = lines_on_board(client, uuid)
    assert first == "Kỳ họp thứ 6"
    assert "nq96_2023" in rule
    key = client.get(f"/api/sessions/{uuid}").json["pass_key"]
    assert line == f"{named}: SHA-256 {hash_of_key(uuid, key)}"


def test_two_sessions_name_two_keys(client: FlaskClient, house: House) -> None:
    assert len({lines_on_board(client, ready(house))[-1] for _ in range(2)}) == 2


def test_where_every_code_is_printed_there_is_no_key_to_name(client: FlaskClient, house: House) -> None:
    uuid = ready(house, replace(DRAFT, pooled=0))
    assert lines_on_board(client, uuid) == ["Kỳ họp thứ 6"]
    assert client.get(f"/api/sessions/{uuid}").json["pass_key"] is None


def test_voters_see_the_description_of_the_chair_and_verifiers_the_line(client: FlaskClient, house: House) -> None:
    uuid = ready(house)
    line = lines_on_board(client, uuid)[-1]
    assert client.get(f"/api/sessions/{uuid}").json["description"] == "Kỳ họp thứ 6"
    for page in (f"/v/{uuid}", f"/c/{uuid}", f"/s/{uuid}", f"/s/{uuid}/screen"):
        assert line not in client.get(page).text
    archive = client.get(f"/api/sessions/{uuid}/archive.bel").data
    assert line.encode() in read_archive(archive).records[0].documents[0]
    assert [check.name for check in verify_archive(archive).checks if check.name == "election" and not check.ok] == []


def test_the_landing_page_tells_phones_which_votes_run(client: FlaskClient, house: House) -> None:
    assert 'data-running=""' in client.get("/").text
    first, second = ready(house), ready(house)
    draft = create_session(house, DRAFT).uuid
    text = client.get("/").text
    assert text.partition('data-running="')[2].partition('"')[0].split() == sorted((first, second), key=text.index)
    assert draft not in text
    house.store.cancel(first)
    assert f'data-running="{second}"' in client.get("/").text
