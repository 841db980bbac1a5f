import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.errors import MalformedArchive, MalformedCode
from voting.protocol import canonical, codes, group


@pytest.fixture(scope="module")
def known(vectors):
    return json.loads((vectors / "codes.json").read_text())


def test_typed_codes_are_read_as_the_vectors_say(known):
    for vector in known["read"]:
        assert codes.parse_code(vector["typed"]) == vector["code"]


def test_what_is_no_code_is_refused_without_repeating_it(known):
    for vector in known["refused"]:
        with pytest.raises(MalformedCode) as refused:
            codes.parse_code(vector["typed"])
        assert len(vector["typed"]) < 3 or vector["typed"] not in str(refused.value), vector["name"]


def test_credentials_follow_from_codes_as_the_vectors_say(known):
    for vector in known["credentials"]:
        private = codes.private_credential(vector["uuid"], vector["code"])
        assert str(private) == vector["private"]
        public = codes.public_credential(vector["uuid"], vector["code"])
        assert group.point_to_hex(public) == vector["public"]


def test_the_codes_of_the_reference_are_on_its_list(single, threshold):
    for vector in (single, threshold):
        listed = codes.parse_credentials(vector.records[0].documents[2])
        uuid = vector.election.uuid
        assert sorted(listed) == sorted(
            group.point_to_hex(codes.public_credential(uuid, code)) for code in vector.codes
        )


def test_drawn_codes_read_back_and_do_not_repeat():
    drawn = [codes.draw_code() for _ in range(500)]
    assert len(set(drawn)) == 500
    assert all(codes.parse_code(code) == code for code in drawn)
    assert set("".join(drawn)) - {"-"} == set(codes.BASE58)


def test_drawn_identifiers_have_their_form():
    drawn = {codes.draw_uuid() for _ in range(100)}
    assert len(drawn) == 100
    assert all(codes.is_uuid(uuid) for uuid in drawn)
    assert not codes.is_uuid("cyuzb8XAcr1FSj\n")
    assert not codes.is_uuid("cyuzb8XAcr1FS0")


@given(st.text())
def test_any_text_is_a_code_or_refused(text):
    try:
        code = codes.parse_code(text)
    except MalformedCode:
        return
    assert codes.parse_code(code) == code


def test_the_list_is_sorted_so_that_it_tells_no_order():
    listed = [group.point_to_hex(codes.public_credential("cyuzb8XAcr1FSj", codes.draw_code())) for _ in range(8)]
    raw = codes.credentials_to_bytes(listed)
    assert raw == codes.credentials_to_bytes(reversed(listed))
    assert codes.parse_credentials(raw) == tuple(sorted(listed))


def test_entries_of_the_reference_may_carry_the_weight_one_and_no_other():
    point = group.point_to_hex(group.GENERATOR)
    for entry in (point, f"{point},", f"{point},1", f"{point},,7", f"{point},1,voter@example.org"):
        assert codes.parse_credentials(canonical.to_bytes([entry])) == (point,)
    for entry in (f"{point},2", f"{point},0,7", f"{point},1,7,8", f"{point}, 1", f"{point},01", f" {point}", "", 5):
        with pytest.raises(MalformedArchive):
            codes.parse_credentials(canonical.to_bytes([entry]))


def test_a_list_with_one_credential_twice_is_refused():
    point = group.point_to_hex(group.GENERATOR)
    with pytest.raises(MalformedArchive, match="twice"):
        codes.parse_credentials(canonical.to_bytes([point, f"{point},1"]))
