"""The counting team in the chair's form, and the links of its members: made on request, shown once."""

import re
from html import unescape

import pytest

from tests.web.chair_browser import ChairBrowser
from tests.web.conftest import TELLERS
from tests.web.devices import Device
from voting.domain.ceremony import ceremony_of
from voting.domain.drafting import cancel_session
from voting.domain.house import House
from voting.domain.sessions import Session
from voting.domain.tellers import Teller

NEW = "/chair/sessions/new"
ENTRIES = {
    "title": "Bầu Ban chấp hành",
    "occasion": "other",
    "language": "vi",
    "scale": "approval",
    "codes": "6",
    "spares": "0",
    "version": "0",
    "people": "Nguyễn Văn An ; Trưởng phòng",
    "mode": "tellers",
}
ROWS = {
    "teller_1": "Lê Thị Cúc",
    "role_1": "head",
    "teller_2": " Phạm  Văn Dũng ",
    "role_2": "secretary",
    "role_3": "member",
    "teller_7": "Hoàng Thị Én",
    "role_7": "member",
}
LINK = re.compile(r"\b{0}{{4}}-{0}{{4}}-{0}{{4}}\b".format("[1-9A-HJ-NP-Za-km-z]"))


def links_on(page: str) -> list[str]:
    """List the links that a page shows, each once, in their order."""
    return list(dict.fromkeys(LINK.findall(page)))


def link_form(page: str, teller: str) -> dict[str, str]:
    """Give the hidden fields of the form that makes the link of a teller, by index, or the missing ones."""
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        if "/tellers/links" in form and fields.get("teller") == teller:
            return {name: unescape(value) for name, value in fields.items() if name != "csrf_token"}
    raise AssertionError(f"no form for {teller}")


def team_of(session: Session) -> str:
    return f"/chair/sessions/{session.uuid}/tellers"


# ---- the form


def save(chair: ChairBrowser, house: House, fields: dict[str, str]) -> Session:
    answer = chair.send(NEW, {**ENTRIES, **fields, "wish": "save"}, on=NEW)
    assert answer.status_code == 303, answer.text
    return house.store.session(answer.location.rsplit("/", 1)[1])


def test_tellers_are_entered_by_name_and_role_and_the_smallest_majority_is_proposed(
    chair: ChairBrowser, house: House
) -> None:
    session = save(chair, house, ROWS)
    assert session.tellers == (
        Teller("Lê Thị Cúc", "head"),
        Teller("Phạm Văn Dũng", "secretary"),
        Teller("Hoàng Thị Én", "member"),
    )
    assert session.threshold == 2
    assert save(chair, house, {**ROWS, "threshold": " 3 "}).threshold == 3


def test_the_form_of_a_draft_shows_its_tellers_again_and_saves_them_unchanged(
    chair: ChairBrowser, house: House, teller_draft: Session
) -> None:
    page = f"/chair/sessions/{teller_draft.uuid}/edit"
    form = chair.get(page).text
    rows = dict(re.findall(r'name="(teller_\d)" type="text" value="([^"]*)"', form))
    roles = dict(re.findall(r'name="(role_\d)">.*?value="(\w+)" selected', form, re.DOTALL))
    assert [rows[f"teller_{row}"] for row in range(1, 5)] == [teller.name for teller in TELLERS] + [""]
    assert [roles[f"role_{row}"] for row in range(1, 4)] == [teller.role for teller in TELLERS]
    assert len(rows) == 9
    kept = {**ENTRIES, "version": str(teller_draft.version), "threshold": "2", "wish": "save"}
    chair.send(page, {**kept, **rows, **roles})
    saved = house.store.session(teller_draft.uuid)
    assert (saved.tellers, saved.threshold) == (teller_draft.tellers, 2)
    assert saved.title == "Bầu Ban chấp hành"


def test_the_preview_shows_the_tellers_and_carries_them_along(chair: ChairBrowser, house: House) -> None:
    preview = chair.send(NEW, {**ENTRIES, **ROWS, "wish": "preview"}, on=NEW).text
    assert "Hoàng Thị Én" in preview
    assert "2 of the 3 tellers are needed" in preview
    kept = chair.kept_entries()
    assert 'value="Hoàng Thị Én"' in chair.send(NEW, {**kept, "wish": "back"}).text
    saved = chair.send(NEW, {**kept, "wish": "save"})
    session = house.store.session(saved.location.rsplit("/", 1)[1])
    assert [teller.name for teller in session.tellers] == ["Lê Thị Cúc", "Phạm Văn Dũng", "Hoàng Thị Én"]


def test_a_preview_warns_when_no_key_may_be_lost(chair: ChairBrowser) -> None:
    preview = chair.send(NEW, {**ENTRIES, **ROWS, "threshold": "3", "wish": "preview"}, on=NEW).text
    assert "if a single one loses the key" in preview


def test_quick_mode_is_a_choice_of_its_own_and_keeps_no_teller(chair: ChairBrowser, house: House) -> None:
    session = save(chair, house, {**ROWS, "mode": "quick", "threshold": "nonsense"})
    assert (session.mode, session.tellers, session.threshold) == ("quick", (), 0)
    assert chair.get(team_of(session)).location == f"/chair/sessions/{session.uuid}"
    assert chair.get(f"{team_of(session)}/progress").status_code == 404


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"mode": ""}, "mode", "Please choose who holds the key."),
        ({f"teller_{row}": "" for row in (1, 2, 7)}, "tellers", "at least one teller"),
        ({"teller_2": "LÊ THỊ CÚC"}, "tellers", "Two tellers have the same name."),
        ({"role_2": "head"}, "tellers", "only one head teller"),
        ({"role_2": "king"}, "tellers", "There is no such role."),
        ({"teller_7": "nguyễn văn an"}, "tellers", "A teller may not stand on the sheet."),
        ({"teller_7": "x" * 201}, "tellers", "longer than"),
        ({"threshold": "4"}, "threshold", "between 1 and 3"),
        ({"threshold": "0"}, "threshold", "between 1 and 3"),
        ({"threshold": "all"}, "threshold", "between 1 and 3"),
    ],
)
def test_what_is_wrong_with_the_tellers_is_said_beside_the_field_and_the_input_is_kept(
    chair: ChairBrowser, house: House, changed: dict[str, str], field: str, words: str
) -> None:
    answer = chair.send(NEW, {**ENTRIES, **ROWS, **changed, "wish": "save"}, on=NEW)
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    beside = answer.text.partition(f'id="{field}-error"')[2].partition("</ul>")[0]
    assert words in beside
    if changed.get("teller_2", True) and "teller_1" not in changed:
        assert 'value="Lê Thị Cúc"' in answer.text
    assert house.store.sessions() == ()


def test_faults_of_the_tellers_are_told_in_vietnamese(chair: ChairBrowser) -> None:
    chair.language = "vi"
    answer = chair.send(NEW, {**ENTRIES, **ROWS, "teller_7": "Nguyễn Văn An", "wish": "save"}, on=NEW)
    assert "Thành viên tổ kiểm phiếu không được có tên trong danh sách lấy phiếu." in answer.text


def test_a_copy_has_the_same_tellers_but_none_of_their_links(
    chair: ChairBrowser, house: House, teller_draft: Session, devices: list[Device]
) -> None:
    page = f"/chair/sessions/{teller_draft.uuid}"
    copy = house.store.session(chair.send(f"{page}/copy", on=page).location.split("/")[3])
    assert (copy.tellers, copy.threshold) == (teller_draft.tellers, 2)
    assert not any(place.linked for place in ceremony_of(house, copy.uuid).places)


@pytest.mark.fault("W1")
def test_a_script_as_the_name_of_a_teller_is_shown_as_text(chair: ChairBrowser, house: House) -> None:
    script = '"><script>alert(1)</script>'
    session = save(chair, house, {**ROWS, "teller_1": script})
    team = team_of(session)
    pages = [chair.get(path).text for path in (team, f"{team}/replace?teller=1", f"{team[:-8]}/edit", team[:-8])]
    chair.get(team)
    pages.append(chair.send(f"{team}/links", link_form(chair.page.text, "missing")).text)
    print(f"W1: a script as a teller's name on {len(pages)} pages, {sum(script in page for page in pages)} unescaped")
    assert all("&lt;script&gt;" in page and "<script>alert" not in page for page in pages)


# ---- the links


def test_all_missing_links_are_made_at_once_and_shown_once(
    chair: ChairBrowser, house: House, teller_draft: Session
) -> None:
    team = team_of(teller_draft)
    form = link_form(chair.get(team).text, "missing")
    answer = chair.send(f"{team}/links", form)
    links = links_on(answer.text)
    assert len(links) == 3
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.count("<svg ") == 3
    for link, teller in zip(links, TELLERS, strict=True):
        assert f"/t/{teller_draft.uuid}#{link}" in answer.text
        assert teller.name in answer.text
    assert chair.get(f"{team}/links").location == team
    for path in (team, f"{team}/progress", team[:-8], "/chair/"):
        shown = chair.get(path).text
        assert not links_on(shown), path
        assert not any(link in shown for link in links)
    assert all(place.linked for place in ceremony_of(house, teller_draft.uuid).places)


def test_the_links_are_those_that_the_devices_claim(chair: ChairBrowser, teller_draft: Session) -> None:
    team = team_of(teller_draft)
    links = links_on(chair.send(f"{team}/links", link_form(chair.get(team).text, "missing")).text)
    for index, link in enumerate(links, 1):
        device = Device(chair.client, teller_draft.uuid, link)
        assert device.claim().json == {"index": index}


def test_a_reloaded_page_of_links_does_not_make_the_printed_ones_worthless(
    chair: ChairBrowser, teller_draft: Session
) -> None:
    team = team_of(teller_draft)
    chair.send(f"{team}/links", link_form(chair.get(team).text, "missing"))
    form = link_form(chair.get(team).text, "2")
    (link,) = links_on(chair.send(f"{team}/links", form).text)
    again = chair.send(f"{team}/links", form, on=team)
    assert again.location == team
    assert not links_on(again.text)
    assert "Links were made a moment ago and are shown once." in chair.get(team).text
    assert Device(chair.client, teller_draft.uuid, link).claim().json == {"index": 2}


def test_a_page_left_open_does_not_replace_a_link_made_in_between(chair: ChairBrowser, teller_draft: Session) -> None:
    team = team_of(teller_draft)
    old = chair.get(team).text
    (link,) = links_on(chair.send(f"{team}/links", link_form(old, "1")).text)
    later = link_form(chair.get(team).text, "missing")
    for stale in ({**link_form(old, "2"), "teller": "1"}, {**later, "teller": "1"}):
        assert chair.send(f"{team}/links", stale, on=team).location == team
    assert Device(chair.client, teller_draft.uuid, link).claim().json == {"index": 1}
    assert len(links_on(chair.send(f"{team}/links", later, on=team).text)) == 2


def test_links_that_a_second_tap_has_hidden_are_made_again_without_touching_those_in_use(
    chair: ChairBrowser, teller_draft: Session
) -> None:
    team = team_of(teller_draft)
    page = chair.get(team).text
    assert 'value="unopened"' not in page
    cookie = chair.client.get_cookie("voting-chair")
    assert cookie is not None
    unseen = links_on(chair.send(f"{team}/links", link_form(page, "missing")).text)
    # The second tap was sent before the first answer, and its cookie, had come.
    chair.client.set_cookie("voting-chair", cookie.value)
    second = chair.send(f"{team}/links", link_form(page, "missing"), on="/chair/")
    assert (second.status_code, second.location) == (303, team)
    text = chair.get(team).text
    assert "If you did not see them, make them again." in text
    assert "Make links again for all who have not opened theirs" in text
    first = Device(chair.client, teller_draft.uuid, unseen[0])
    assert first.claim().json == {"index": 1}
    again = links_on(chair.send(f"{team}/links", link_form(chair.get(team).text, "unopened")).text)
    assert len(again) == 2
    assert first.look().status_code == 200
    for index, link in enumerate(again, 2):
        assert Device(chair.client, teller_draft.uuid, link).claim().json == {"index": index}
    assert 'value="unopened"' not in chair.get(team).text


def test_a_form_sent_again_after_others_does_not_throw_out_a_device(chair: ChairBrowser, teller_draft: Session) -> None:
    team = team_of(teller_draft)
    chair.send(f"{team}/links", link_form(chair.get(team).text, "missing"))
    form = link_form(chair.get(team).text, "2")
    (link,) = links_on(chair.send(f"{team}/links", form).text)
    device = Device(chair.client, teller_draft.uuid, link)
    assert device.claim().json == {"index": 2}
    for teller in ("1", "3", "1"):
        assert links_on(chair.send(f"{team}/links", link_form(chair.get(team).text, teller)).text)
    assert chair.send(f"{team}/links", form, on=team).location == team
    assert device.look().status_code == 200


@pytest.mark.parametrize("threshold", ["1", "2", "3"])
def test_a_number_that_two_separate_groups_reach_is_warned_about(
    chair: ChairBrowser, house: House, threshold: str
) -> None:
    four = {**ROWS, "teller_4": "Vũ Thị Giang", "role_4": "member", "threshold": threshold}
    assert "two separate groups could each count" in chair.get(NEW).text
    preview = chair.send(NEW, {**ENTRIES, **four, "wish": "preview"}, on=NEW).text
    team = chair.get(team_of(save(chair, house, four))).text
    for page in (preview, team):
        assert ("Two separate groups of tellers could each count" in page) == (threshold != "3")


def test_a_new_link_ends_the_old_one_and_its_device(
    chair: ChairBrowser, teller_draft: Session, devices: list[Device]
) -> None:
    devices[1].claim()
    team = team_of(teller_draft)
    (link,) = links_on(chair.send(f"{team}/links", link_form(chair.get(team).text, "2")).text)
    assert devices[1].look().status_code == 401
    assert devices[1].claim().status_code == 403
    assert Device(chair.client, teller_draft.uuid, link).claim().json == {"index": 2}
    assert "Link opened" in chair.get(team).text


def test_a_teller_who_does_not_exist_gets_no_link(chair: ChairBrowser, teller_draft: Session) -> None:
    team = team_of(teller_draft)
    form = link_form(chair.get(team).text, "1")
    for teller in ("0", "4", "-1", "01", "", "1 ", "x"):
        assert chair.send(f"{team}/links", {**form, "teller": teller}, on=team).status_code == 404, teller
        assert chair.get(f"{team}/replace?teller={teller}").status_code == 404


@pytest.mark.fault("C10")
def test_no_link_is_in_the_store_the_cookie_or_the_log(
    chair: ChairBrowser, house: House, teller_draft: Session, capfd: pytest.CaptureFixture[str]
) -> None:
    team = team_of(teller_draft)
    links = links_on(chair.send(f"{team}/links", link_form(chair.get(team).text, "missing")).text)
    Device(chair.client, teller_draft.uuid, links[0]).claim()
    client = house.store.connection.client
    places = b""
    for key in client.scan_iter("*"):
        places += client.dump(key) or b""
        if client.type(key) == b"hash":
            places += b"".join(part for pair in client.hgetall(key).items() for part in pair)
    cookie = chair.client.get_cookie("voting-chair")
    assert cookie is not None
    printed = capfd.readouterr()
    places += (cookie.decoded_value + printed.out + printed.err).encode()
    found = [link for link in links if link.encode() in places or link.replace("-", "").encode() in places]
    print(f"C10: {len(found)} of {len(links)} tellers' links in {len(places)} bytes of store, cookie and log")
    assert found == []


# ---- who gets in


@pytest.mark.fault("W2")
def test_the_tellers_of_another_chair_and_a_form_without_its_token_change_nothing(
    chair: ChairBrowser, other_chair: ChairBrowser, house: House, teller_draft: Session
) -> None:
    team = team_of(teller_draft)
    before = house.store.session(teller_draft.uuid), ceremony_of(house, teller_draft.uuid)
    fields = {**link_form(chair.get(team).text, "missing"), "name": "Somebody", "role": "member"}
    for path in ("", "/progress", "/links", "/replace?teller=1", "/restart"):
        assert other_chair.get(team + path).status_code == 404, path
    refused = 0
    for path in ("/links", "/replace", "/restart"):
        for teller in ("missing", "1"):
            sent = {**fields, "teller": teller}
            assert other_chair.send(team + path, sent, on="/chair/").status_code == 404, path
            assert chair.client.post(team + path, data=sent).status_code == 400, path
            assert chair.client.post(team + path, data={**sent, "csrf_token": "made-up"}).status_code == 400
            refused += 3
    assert (house.store.session(teller_draft.uuid), ceremony_of(house, teller_draft.uuid)) == before
    print(f"W2: {refused} forged forms about tellers, 0 changes")


def test_a_stranger_is_led_to_the_sign_in(visitor: ChairBrowser, teller_draft: Session) -> None:
    for path in ("", "/progress", "/restart"):
        assert visitor.get(team_of(teller_draft) + path).location == "/chair/sign-in"


def test_a_cancelled_session_gives_no_link(chair: ChairBrowser, house: House, teller_draft: Session) -> None:
    team = team_of(teller_draft)
    form = link_form(chair.get(team).text, "missing")
    cancel_session(house, teller_draft.uuid)
    page = chair.get(team)
    assert page.status_code == 200
    assert "/tellers/links" not in page.text
    assert chair.send(f"{team}/links", form, on="/chair/").status_code == 409
