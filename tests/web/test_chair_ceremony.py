"""The key ceremony as the chair sees it, and what the chair can do: begin anew, replace a teller, go on."""

import re
from html import unescape

import pytest

from tests.web.chair_browser import ChairBrowser, codes_on
from tests.web.devices import Device, hold_ceremony
from tests.web.test_chair_tellers import link_form, links_on, team_of
from voting.domain.ceremony import ceremony_of, restart_ceremony, teller_fingerprint
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.ports import CeremonyRecord
from voting.domain.sessions import Session, State
from voting.storage.store import RedisStore


@pytest.fixture
def joined(devices: list[Device]) -> list[Device]:
    """The devices of the three tellers, each at its place."""
    for device in devices:
        assert device.claim().status_code == 201
    return devices


@pytest.fixture
def made(joined: list[Device]) -> list[Device]:
    """The same, when the key is made."""
    hold_ceremony(joined)
    return joined


def progress(chair: ChairBrowser, session: Session) -> dict:
    answer = chair.get(f"{team_of(session)}/progress")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return dict(answer.json)


def restart_form(chair: ChairBrowser, session: Session) -> dict[str, str]:
    chair.get(f"{team_of(session)}/restart")
    return chair.hidden()


def test_the_page_says_whom_it_waits_for_from_the_first_link_to_the_last_step(
    chair: ChairBrowser, house: House, teller_draft: Session
) -> None:
    team = team_of(teller_draft)
    assert progress(chair, teller_draft)["words"] == ("No link yet for: Lê Thị Cúc, Phạm Văn Dũng, Hoàng Thị Én.")
    links = links_on(chair.send(f"{team}/links", link_form(chair.get(team).text, "missing")).text)
    devices = [Device(chair.client, teller_draft.uuid, link) for link in links]
    devices[1].claim()
    assert "not opened their link yet: Lê Thị Cúc, Hoàng Thị Én." in progress(chair, teller_draft)["words"]
    devices[0].claim(), devices[2].claim()
    for step in range(4):
        devices[0].take_step(), devices[2].take_step()
        told = progress(chair, teller_draft)
        assert told["words"].startswith(f"Step {step + 1} of 4: waiting for Phạm Văn Dũng.")
        assert [teller["steps"] for teller in told["tellers"]] == [step + 1, step, step + 1]
        assert told["words"] in chair.get(team).text
        devices[1].take_step()
    assert progress(chair, teller_draft)["words"] == "All tellers have made their key."


def test_the_mark_changes_exactly_when_the_page_must_be_loaded_again(
    chair: ChairBrowser, teller_draft: Session, joined: list[Device]
) -> None:
    marks = [progress(chair, teller_draft)["mark"]]
    assert f'data-mark="{marks[0]}"' in chair.get(team_of(teller_draft)).text
    joined[0].take_step()
    assert progress(chair, teller_draft)["mark"] == marks[0]
    joined[1].take_step(), joined[2].take_step()
    for _ in range(3):
        for device in joined:
            device.take_step()
    marks.append(progress(chair, teller_draft)["mark"])
    chair.send(f"{team_of(teller_draft)}/restart", restart_form(chair, teller_draft))
    marks.append(progress(chair, teller_draft)["mark"])
    assert len(set(marks)) == 3


def test_slips_cannot_be_made_before_the_key_and_the_page_leads_to_the_tellers(
    chair: ChairBrowser, house: House, teller_draft: Session, joined: list[Device]
) -> None:
    page = f"/chair/sessions/{teller_draft.uuid}"
    text = chair.get(page).text
    assert 'action="' + page + '/slips"' not in text
    assert f'class="button button-primary" href="{page}/tellers"' in text
    assert 'aria-current="step">Tellers&#39; key' in text
    answer = chair.send(f"{page}/slips", on=page)
    assert answer.status_code == 409
    assert not codes_on(answer.text)
    assert chair.get(f"{page}/ready").location == page
    assert chair.send(f"{page}/ready", on=page).status_code == 409
    assert house.store.session(teller_draft.uuid).state == State.DRAFT


def test_when_the_key_is_made_the_digits_are_shown_and_the_slips_come_next(
    chair: ChairBrowser, house: House, teller_draft: Session, made: list[Device]
) -> None:
    digits = teller_fingerprint(house, teller_draft.uuid)
    assert f">{digits}</p>" in chair.get(team_of(teller_draft)).text
    page = f"/chair/sessions/{teller_draft.uuid}"
    assert 'aria-current="step">Print the slips' in chair.get(page).text
    slips = chair.send(f"{page}/slips", {"batch": ""})
    assert len(codes_on(slips.text)) == 8
    assert digits in chair.get(f"{page}/ready").text
    chair.send(f"{page}/ready", chair.hidden())
    assert house.store.session(teller_draft.uuid).state == State.READY
    team = chair.get(team_of(teller_draft)).text
    assert digits in team
    assert "/tellers/replace" not in team
    assert "/tellers/restart" not in team


@pytest.mark.fault("C7")
def test_a_bad_message_is_shown_with_the_name_of_its_sender_and_what_to_do(
    chair: ChairBrowser, teller_draft: Session, joined: list[Device]
) -> None:
    joined[0].take_step()
    foreign = joined[2].next_message().body
    assert joined[1].post("certificate", foreign).status_code == 400
    text = chair.get(team_of(teller_draft)).text
    assert "Phạm Văn Dũng&#39;s device sent something in step 1 that does not hold." in text
    assert "Begin the ceremony anew" in text
    assert progress(chair, teller_draft)["words"] == "The key ceremony has stopped."
    print("C7: a bad message stops the ceremony and the chair's page names its sender")


@pytest.mark.fault("C7")
def test_an_accusation_is_shown_with_both_names(
    chair: ChairBrowser, teller_draft: Session, joined: list[Device]
) -> None:
    for _ in range(3):
        for device in joined:
            device.take_step()
    assert joined[2].accuse(1).status_code == 201
    chair.language = "vi"
    text = chair.get(f"{team_of(teller_draft)}?lang=vi").text
    assert "Thiết bị của Hoàng Thị Én báo rằng dữ liệu nhận từ Lê Thị Cúc không hợp lệ." in text
    print("C7: an accusation stops the ceremony and the chair's page names both tellers")


def test_a_stopped_ceremony_is_begun_anew_with_one_tap_and_two_taps_begin_one(
    chair: ChairBrowser, house: House, teller_draft: Session, joined: list[Device]
) -> None:
    joined[1].post("certificate", b"{}")
    team = team_of(teller_draft)
    chair.get(team)
    first = {name: value for name, value in chair.hidden().items() if name == "round"}
    for _ in range(2):
        assert chair.send(f"{team}/restart", first).location == team
    ceremony = ceremony_of(house, teller_draft.uuid)
    assert (ceremony.round, ceremony.fault) == (2, None)
    assert all(place.joined for place in ceremony.places)
    hold_ceremony(joined)
    assert "Compare the digits aloud" in chair.get(team).text


@pytest.mark.parametrize("path", ["/tellers", "/ready"])
def test_a_ceremony_begun_anew_while_a_page_is_made_is_no_error(
    chair: ChairBrowser,
    house: House,
    teller_draft: Session,
    made: list[Device],
    path: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_codes(house, teller_draft.uuid)
    read, left = RedisStore.ceremony, [1 if path == "/tellers" else 2]

    def read_and_restart(store: RedisStore, uuid: str) -> CeremonyRecord:
        record = read(store, uuid)
        left[0] -= 1
        if left[0] == 0:
            restart_ceremony(house, uuid)
        return record

    monkeypatch.setattr(RedisStore, "ceremony", read_and_restart)
    answer = chair.get(f"/chair/sessions/{teller_draft.uuid}{path}")
    assert answer.status_code == 200
    assert left[0] <= 0
    assert ceremony_of(house, teller_draft.uuid).round == 2
    assert re.search(r"\d{4} \d{4} \d{4} \d{4}", answer.text)


def test_a_replaced_teller_loses_the_link_and_the_others_go_on_with_theirs(
    chair: ChairBrowser, house: House, teller_draft: Session, made: list[Device]
) -> None:
    uuid, team = teller_draft.uuid, team_of(teller_draft)
    make_codes(house, uuid)
    before = teller_fingerprint(house, uuid)
    question = chair.get(f"{team}/replace?teller=3")
    assert "The key ceremony begins anew." in question.text
    fields = {**chair.hidden(), "name": "Vũ Thị Giang", "role": "member"}
    assert chair.send(f"{team}/replace", fields).location == team
    assert [teller.name for teller in house.store.session(uuid).tellers][2] == "Vũ Thị Giang"
    assert house.store.held_credentials(uuid) == ()
    assert made[2].look().status_code == 401
    assert not ceremony_of(house, uuid).complete
    (link,) = links_on(chair.send(f"{team}/links", link_form(chair.get(team).text, "missing")).text)
    newcomer = Device(chair.client, uuid, link)
    assert newcomer.claim().json == {"index": 3}
    hold_ceremony([made[0], made[1], newcomer])
    assert teller_fingerprint(house, uuid) != before


def test_a_teller_cannot_be_replaced_by_somebody_on_the_sheet_or_by_nobody(
    chair: ChairBrowser, house: House, teller_draft: Session
) -> None:
    team = team_of(teller_draft)
    for name, words in (("Nguyễn Văn An", "may not stand on the sheet"), ("  ", "name of a teller is missing")):
        chair.get(f"{team}/replace?teller=2")
        answer = chair.send(f"{team}/replace", {**chair.hidden(), "name": name, "role": "member"})
        assert answer.status_code == 400
        assert words in answer.text.partition('id="name-error"')[2].partition("</ul>")[0]
    assert house.store.session(teller_draft.uuid).tellers == teller_draft.tellers


def test_a_page_of_an_earlier_round_replaces_nobody(chair: ChairBrowser, house: House, teller_draft: Session) -> None:
    team = team_of(teller_draft)
    chair.get(f"{team}/replace?teller=1")
    old = {**chair.hidden(), "name": "Vũ Thị Giang", "role": "member"}
    chair.send(f"{team}/restart", restart_form(chair, teller_draft))
    assert chair.send(f"{team}/replace", old, on=team).status_code == 409
    assert house.store.session(teller_draft.uuid).tellers == teller_draft.tellers


def test_from_ready_on_nobody_is_replaced_but_a_lost_phone_gets_a_new_link(
    chair: ChairBrowser, house: House, teller_draft: Session, made: list[Device]
) -> None:
    uuid, team = teller_draft.uuid, team_of(teller_draft)
    make_codes(house, uuid)
    confirm_codes(house, uuid)
    page = chair.get(team).text
    assert chair.get(f"{team}/replace?teller=1").location == team
    form = link_form(page, "1")
    for path in ("replace", "restart"):
        fields = {**form, "name": "Vũ Thị Giang", "role": "member"}
        assert chair.send(f"{team}/{path}", fields, on=team).status_code == 409, path
    (link,) = links_on(chair.send(f"{team}/links", form, on=team).text)
    other_phone = Device(chair.client, uuid, link, seed=made[0].seed)
    assert other_phone.claim().json == {"index": 1}
    assert other_phone.view()["box"]


def test_saving_other_tellers_in_the_form_begins_the_ceremony_anew_and_is_warned_about(
    chair: ChairBrowser, house: House, teller_draft: Session, made: list[Device]
) -> None:
    page = f"/chair/sessions/{teller_draft.uuid}/edit"
    assert "they begin anew" in chair.get(page).text
    fields = {
        **chair.hidden(),
        "title": teller_draft.title,
        "scale": "confidence",
        "codes": "6",
        "people": "An",
        "mode": "tellers",
        "wish": "save",
        **{f"teller_{row}": teller.name for row, teller in enumerate(teller_draft.tellers, 1)},
        **{f"role_{row}": teller.role for row, teller in enumerate(teller_draft.tellers, 1)},
    }
    assert chair.send(page, {**fields, "threshold": "3"}).status_code == 303
    ceremony = ceremony_of(house, teller_draft.uuid)
    assert (ceremony.round, ceremony.complete) == (2, False)


def test_every_page_of_the_session_says_who_can_open_what(
    chair: ChairBrowser, house: House, teller_draft: Session, made: list[Device]
) -> None:
    page = f"/chair/sessions/{teller_draft.uuid}"
    make_codes(house, teller_draft.uuid)
    confirm_codes(house, teller_draft.uuid)
    for path in (page, f"{page}/tellers", f"{page}/open"):
        text = unescape(chair.get(path).text)
        assert "any 2 of the 3 tellers and the server together open the sum" in text, path
        assert "server's key alone" not in text, path
