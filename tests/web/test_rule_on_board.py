"""The rule is fixed before the first ballot, and anybody can see that it was."""

import json

import pytest
from flask.testing import FlaskClient

from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.rulebook import RULES
from voting.domain.rules import rule_from_value
from voting.domain.scales import Language
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.protocol.canonical import sha256_hex

PEOPLE = [Person("Nguyễn Văn A"), Person("Trần Thị B")]


def ready(house: House, rule: str, description: str = "Kỳ họp thứ 6", language: Language = "vi") -> str:
    session = Session("", "Lấy phiếu", make_sheet(PEOPLE), description, language=language, codes=5, rule=RULES[rule])
    uuid = create_session(house, session).uuid
    make_codes(house, uuid)
    confirm_codes(house, uuid)
    return uuid


def election_of(client: FlaskClient, uuid: str) -> dict[str, str]:
    return json.loads(client.get(f"/api/sessions/{uuid}/election").data)


@pytest.mark.parametrize(("language", "named"), [("vi", "Quy định áp dụng"), ("en", "Rule")])
def test_the_board_names_the_rule_and_the_hash_of_the_bytes_that_are_served(
    client: FlaskClient, house: House, language: str, named: str
) -> None:
    uuid = ready(house, "nq96_2023", language=language)
    served = client.get(f"/api/sessions/{uuid}/rule")
    assert served.mimetype == "application/json"
    assert rule_from_value(json.loads(served.data)) == RULES["nq96_2023"]
    first, line = election_of(client, uuid)["description"].split("\n")
    assert first == "Kỳ họp thứ 6"
    assert line.startswith(f"{named}: {RULES['nq96_2023'].names[language]} (nq96_2023), SHA-256 ")
    assert line.endswith(sha256_hex(served.data))


def test_without_a_description_the_rule_stands_alone(client: FlaskClient, house: House) -> None:
    assert election_of(client, ready(house, "qd96_2023", ""))["description"].startswith("Quy định áp dụng: ")


def test_a_count_without_a_conclusion_adds_nothing_to_the_description(client: FlaskClient, house: House) -> None:
    uuid = ready(house, "count_only")
    assert election_of(client, uuid)["description"] == "Kỳ họp thứ 6"
    assert json.loads(client.get(f"/api/sessions/{uuid}/rule").data)["id"] == "count_only"


def test_the_rule_of_a_draft_is_not_public(client: FlaskClient, house: House) -> None:
    draft = create_session(house, Session("", "T", make_sheet(PEOPLE), codes=5, rule=RULES["nq96_2023"]))
    answer = client.get(f"/api/sessions/{draft.uuid}/rule")
    assert answer.status_code == 404
    assert b"nq96" not in answer.data


def test_who_has_the_bytes_already_is_told_so(client: FlaskClient, house: House) -> None:
    uuid = ready(house, "nq96_2023")
    tag = client.get(f"/api/sessions/{uuid}/rule").headers["ETag"]
    assert client.get(f"/api/sessions/{uuid}/rule", headers={"If-None-Match": tag}).status_code == 304


def test_voters_see_the_description_of_the_chair_and_not_the_line(client: FlaskClient, house: House) -> None:
    uuid = ready(house, "nq96_2023")
    assert client.get(f"/api/sessions/{uuid}").json["description"] == "Kỳ họp thứ 6"
    for page in (f"/v/{uuid}", f"/s/{uuid}", f"/s/{uuid}/screen"):
        assert "SHA-256 " + sha256_hex(client.get(f"/api/sessions/{uuid}/rule").data) not in client.get(page).text
