"""What a teller's device does next, and that nothing a server may pass on makes it do something else."""

import json
from dataclasses import replace
from typing import Any

import pytest
from teller_faults import bad_messages
from whole_session import Ceremony, hold_ceremony

from voting.errors import Malformed
from voting.protocol import canonical, ceremony, envelopes
from voting.protocol.ceremony import STEPS, KeyMessage, Reveal, draw_seed
from voting.protocol.taking_part import Accuse, Done, Lying, Memory, Post, Wait, advance
from voting.protocol.teller_view import parse_view

ME = 2


@pytest.fixture(scope="module")
def held() -> Ceremony:
    """A ceremony of 2 of 3 that went well."""
    return hold_ceremony(2, 3)


def view_of(held: Ceremony, step: str, *, posted: bool = False, me: int = ME, **changes: Any) -> dict[str, Any]:
    """The view of teller `me` while `step` is under way, as an honest server gives it."""
    done = STEPS[: STEPS.index(step)] if step in STEPS else STEPS
    lists: dict[str, list[str]] = {"certificates": [], "commitments": [], "reveals": [], "parcels": [], "keys": []}
    if "certificate" in done:
        lists["certificates"] = texts(held.certificates)
    if "commitment" in done:
        lists["commitments"] = texts(held.commitments)
    if "reveal" in done:
        lists["reveals"] = texts(held.publics)
        lists["parcels"] = texts(held.parcels_for(me)) if step == "key" else []
    if "key" in done:
        lists["keys"] = texts(message.verification_key for message in held.messages)
    member = {"role": "member", "joined": True, "steps": len(done), "decrypted": False}
    view = {
        "uuid": held.round.uuid,
        "title": "Lấy phiếu",
        "language": "vi",
        "state": "draft",
        "round": held.round.number,
        "size": 3,
        "threshold": 2,
        "index": me,
        "name": "Bình",
        "role": "member",
        "tellers": [{"name": name, **member} for name in ("An", "Bình", "Cường")],
        "step": step,
        "fault": None,
        **lists,
        "posted": [*done, *([step] if posted else [])],
        "box": held.messages[me - 1].box.decode() if step == "done" else None,
        "tallied": False,
    }
    return {**view, **changes}


def texts(documents: Any) -> list[str]:
    return [document.decode() for document in documents]


def move(held: Ceremony, view: dict[str, Any]) -> Any:
    return advance(held.keys[ME - 1].seed, parse_view(view))


def swapped(view: dict[str, Any], name: str, index: int, document: bytes) -> dict[str, Any]:
    """The view with one message of teller `index` replaced."""
    listed = list(view[name])
    listed[index - 1] = document.decode()
    return view | {name: listed}


def box_with(held: Ceremony, share: int) -> str:
    """A box for teller 2 that anybody could have made."""
    content = {"uuid": held.round.uuid, "round": held.round.number, "index": ME, "key": str(share)}
    return envelopes.encrypt(held.keys[ME - 1].encryption_key, canonical.to_bytes(content).decode()).decode()


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_posted_once_and_then_waited_for(held: Ceremony, step: str) -> None:
    made = move(held, view_of(held, step))
    assert isinstance(made, Post)
    assert made.step == step
    assert json.loads(made.body)
    assert move(held, view_of(held, step, posted=True)) == Wait()


def test_at_the_end_all_see_the_fingerprint_of_the_key(held: Ceremony) -> None:
    assert move(held, view_of(held, "done")) == Done(ceremony.fingerprint(held.round.uuid, held.pedersen))


def test_a_stopped_round_is_left_alone(held: Ceremony) -> None:
    fault = {"step": "commitment", "against": 1, "by": 0, "reason": "bad-proof"}
    assert move(held, view_of(held, "reveal", fault=fault)) == Wait()


def test_a_seed_alone_takes_over_where_another_device_stopped(held: Ceremony) -> None:
    key = move(held, view_of(held, "key"))
    assert isinstance(key, Post)
    public_key = json.loads(key.body)["verification_key"]["public_key"]
    assert public_key == json.loads(held.messages[ME - 1].verification_key)["public_key"]


@pytest.mark.fault("C6")
@pytest.mark.parametrize(
    "lie",
    [
        "my certificate made with another key",
        "the certificate of another made with another key",
        "two certificates of one key",
        "certificates of another round",
        "my commitment of another round",
        "a commitment to other certificates",
        "commitments swapped",
        "a reveal that was not committed to",
        "a parcel without its sender's signature",
        "parcels meant for another",
        "other tellers at the end",
        "another box at the end",
        "a box with another share at the end",
        "no box at the end",
    ],
)
def test_what_the_server_passes_on_is_believed_only_when_it_holds(held: Ceremony, lie: str) -> None:
    other = hold_ceremony(2, 3, uuid=held.round.uuid)
    view = view_of(held, "key")
    mixed = {
        "my certificate made with another key": swapped(
            view_of(held, "commitment"), "certificates", ME, other.certificates[ME - 1]
        ),
        "the certificate of another made with another key": swapped(view, "certificates", 1, other.certificates[0]),
        "two certificates of one key": swapped(
            view_of(held, "commitment"),
            "certificates",
            1,
            ceremony.make_certificate(held.round, 1, held.keys[2]),
        ),
        "certificates of another round": view_of(held, "commitment", certificates=texts(other.certificates)),
        "my commitment of another round": swapped(
            view_of(held, "reveal"),
            "commitments",
            ME,
            ceremony.make_commitment(replace(held.round, number=2), ME, held.keys[ME - 1], held.certificates),
        ),
        "a commitment to other certificates": swapped(view_of(held, "reveal"), "commitments", 1, other.commitments[0]),
        "commitments swapped": view_of(held, "reveal", commitments=texts(held.commitments[::-1])),
        "a reveal that was not committed to": swapped(view, "reveals", 3, other.publics[2]),
        "a parcel without its sender's signature": swapped(view, "parcels", 1, other.parcels_for(ME)[0]),
        "parcels meant for another": view_of(held, "key", parcels=texts(held.parcels_for(1))),
        "other tellers at the end": view_of(
            held,
            "done",
            certificates=texts(other.certificates),
            reveals=texts(other.publics),
            keys=texts(message.verification_key for message in other.messages),
            commitments=texts(other.commitments),
        ),
        "another box at the end": view_of(held, "done", box=other.messages[ME - 1].box.decode()),
        "a box with another share at the end": view_of(held, "done", box=box_with(held, 12345)),
        "no box at the end": view_of(held, "done", box=None),
    }
    made = move(held, mixed[lie])
    assert isinstance(made, Lying), made
    print(f"C6: {lie}: {made.where}")


@pytest.mark.fault("C6")
def test_a_bad_share_is_blamed_on_its_sender_by_its_recipient(held: Ceremony) -> None:
    accused = 0
    for bad in bad_messages(held):
        if bad.seen_by:
            assert isinstance(bad.message, Reveal)
            parcel = bad.message.parcels[bad.seen_by - 1]
            view = swapped(view_of(held, "key", me=bad.seen_by), "parcels", bad.index, parcel)
            assert advance(held.keys[bad.seen_by - 1].seed, parse_view(view)) == Accuse(bad.index), bad.name
            accused += 1
    assert accused > 5
    print(f"C6: {accused} of {accused} bad shares blamed on their sender")


@pytest.mark.fault("C6")
def test_a_bad_message_that_the_server_should_have_refused_moves_no_device(held: Ceremony) -> None:
    """Teller 1 is shown each bad message of teller 2 that anybody can see to be bad."""
    names = {"certificate": "certificates", "commitment": "commitments", "reveal": "reveals", "key": "keys"}
    found = 0
    for bad in bad_messages(held):
        raw = bad.message
        if bad.seen_by or bad.name.startswith(("parcel", "key-box")):
            continue
        if isinstance(raw, Reveal):
            raw = raw.public
        elif isinstance(raw, KeyMessage):
            raw = raw.verification_key
        after = (*STEPS, "done")[STEPS.index(bad.step) + 1]
        view = swapped(view_of(held, after, me=1), names[bad.step], bad.index, raw)
        made = advance(held.keys[0].seed, parse_view(view))
        assert isinstance(made, Lying), f"{bad.name}: {made}"
        found += 1
    assert found > 20
    print(f"C6: {found} of {found} bad messages passed on: nothing follows from them")


def test_another_seed_than_the_one_begun_with_is_noticed(held: Ceremony) -> None:
    for step in ("commitment", "reveal", "key", "done"):
        assert isinstance(advance(draw_seed(), parse_view(view_of(held, step))), Lying)


def test_what_is_not_a_seed_is_refused_without_repeating_it(held: Ceremony) -> None:
    with pytest.raises(Malformed) as refusal:
        advance("hpjNvRYwLSC", parse_view(view_of(held, "certificate")))
    assert "hpjNv" not in str(refusal.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"index": 4},
        {"index": 0},
        {"size": 4},
        {"threshold": 4},
        {"threshold": 0},
        {"round": 0},
        {"round": True},
        {"step": "tally"},
        {"uuid": "x"},
        {"tellers": []},
        {"tellers": [{"name": "An", "joined": 1, "steps": 0, "decrypted": False}] * 3},
        {"tellers": [{"name": "A\x1b[2Jn", "joined": True, "steps": 0, "decrypted": False}] * 3},
        {"certificates": ["{}"]},
        {"certificates": [1, 2, 3]},
        {"posted": [1]},
        {"box": 1},
        {"fault": {}},
        {"fault": {"step": "key", "against": 4, "by": 0, "reason": ""}},
        {"title": "\x07"},
        {"keys": ["\ud800"] * 3},
    ],
)
def test_a_view_of_another_shape_is_refused(held: Ceremony, changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        parse_view(view_of(held, "certificate") | changes)


def test_a_view_without_a_field_is_refused(held: Ceremony) -> None:
    view = view_of(held, "certificate")
    for name in view:
        with pytest.raises(Malformed):
            parse_view({other: value for other, value in view.items() if other != name})


def test_neither_seed_nor_messages_stand_in_what_is_printed_of_a_view(held: Ceremony) -> None:
    shown = repr(parse_view(view_of(held, "key"))) + repr(move(held, view_of(held, "key")))
    assert held.round.uuid in shown
    assert "alpha" not in shown
    assert held.keys[ME - 1].seed not in shown


def test_what_is_to_be_kept_names_the_commitments_of_the_round(held: Ceremony) -> None:
    made = advance(held.keys[ME - 1].seed, parse_view(view_of(held, "reveal")))
    assert isinstance(made, Post)
    assert made.memory == Memory(held.round.number, canonical.sha256_hex(b"[" + b",".join(held.commitments) + b"]"))


@pytest.mark.parametrize("step", ["reveal", "key", "done"])
def test_a_device_that_revealed_goes_on_under_no_other_commitments(held: Ceremony, step: str) -> None:
    other = Memory(held.round.number, "0" * 64)
    seed, view = held.keys[ME - 1].seed, parse_view(view_of(held, step))
    assert advance(seed, view, other) == Lying("commitments: not those under which this teller revealed")
    assert not isinstance(advance(seed, view, replace(other, round=held.round.number - 1)), Lying)


def test_a_device_does_not_go_back_to_an_earlier_round(held: Ceremony) -> None:
    later = Memory(held.round.number + 1, "0" * 64)
    for step in (*STEPS, "done"):
        move = advance(held.keys[ME - 1].seed, parse_view(view_of(held, step)), later)
        assert move == Lying("round: an earlier one than this teller took part in")


def test_who_waits_finds_out_as_well_that_something_does_not_hold(held: Ceremony) -> None:
    view = view_of(held, "key", posted=True)
    assert move(held, view) == Wait()
    garbled = [*view["reveals"][:2], view["reveals"][0]]
    assert isinstance(move(held, view | {"reveals": garbled}), Lying)


def test_at_the_end_what_was_revealed_is_still_what_was_committed_to(held: Ceremony) -> None:
    view = view_of(held, "done")
    assert isinstance(move(held, view), Done)
    assert isinstance(move(held, view | {"commitments": [*view["commitments"][:2], view["commitments"][0]]}), Lying)
    assert isinstance(move(held, view | {"commitments": []}), Lying)
