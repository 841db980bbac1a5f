"""What a phone keeps to itself: its code, its choices, and who held it."""

import re
import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import chromium_arguments, chromium_program
from tests.browser.meeting import PEOPLE, MakeMeeting, Phone, Service, Visitors
from tests.browser.wire import Wire
from voting.protocol.codes import private_credential

pytestmark = pytest.mark.browser

ANSWERS = (0, 2, 1)
END_OF_CHAIN = 0x20000000  # of Chromium's page transitions: only these visits are listed


@pytest.mark.fault("P1")
def test_a_code_never_leaves_the_phone(service: Service, visitors: Visitors, meeting: MakeMeeting, wire: Wire) -> None:
    held = meeting()
    phone = visitors.phone()
    addresses: list[str] = []
    phone.page.on("request", lambda request: addresses.append(request.url))
    phone.scan(wire.address + held.link(0))
    phone.arrive("voting")
    assert phone.page.url == f"{wire.address}/v/{held.uuid}"
    visited = phone.context.new_cdp_session(phone.page).send("Page.getNavigationHistory")["entries"]
    phone.page.reload()
    tracker = phone.vote(*ANSWERS)
    assert held.ballots == 1

    sent = wire.bytes_sent
    assert tracker.encode() not in sent  # the ballot itself went up the wire, the tracker came back
    assert b"POST /api/sessions/" in sent
    places = [("wire", sent), ("requests", "\n".join(addresses).encode()), ("history", repr(visited).encode())]
    places += [("page", phone.page.content().encode()), *service.kept_files()]
    secrets = list(_forms_of(held.uuid, held.codes[0]))
    hits = [(place, form) for place, raw in places for form, secret in secrets if secret in raw]
    print(
        f"P1: {len(hits)} hits of a code in {len(secrets)} forms in {len(sent)} bytes sent, {len(addresses)} requests, "
        f"{len(visited)} history entries and {len(places) - 4} files of the service"
    )
    assert hits == []


def _forms_of(uuid: str, code: str) -> Iterator[tuple[str, bytes]]:
    """Give (name, bytes) of what a code would look like: as typed, encoded, and as the key that follows from it."""
    bare = code.replace("-", "")
    for name, text in (("code", code), ("bare", bare), ("first half", bare[:11]), ("second half", bare[11:])):
        yield name, text.encode()
        yield f"{name} in hex", text.encode().hex().encode()
        yield f"{name} in Base64", b64encode(text.encode()).rstrip(b"=")[:-1]
    key = private_credential(uuid, code)
    yield "key", str(key).encode()
    for order in ("big", "little"):
        raw = key.to_bytes(32, order)
        yield f"key, {order}-endian", raw
        yield f"key in hex, {order}-endian", raw.hex().encode()


@pytest.mark.fault("P1")
def test_the_list_of_visited_pages_does_not_show_a_code(
    browser: Browser, service: Service, meeting: MakeMeeting, tmp_path: Path
) -> None:
    held = meeting()
    profile = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=chromium_program(), args=chromium_arguments(), base_url=service.address
    )
    phone = Phone(profile.pages[0])
    phone.scan(held.link(0))
    phone.arrive("voting")
    profile.close()
    with closing(sqlite3.connect(tmp_path / "Default" / "History")) as kept:
        shown = kept.execute(
            "SELECT u.url FROM visits v JOIN urls u ON u.id = v.url WHERE v.transition & ?", (END_OF_CHAIN,)
        ).fetchall()
    # Chromium keeps the address that was scanned as the beginning of a redirect; no page can take that away.
    assert shown == [(f"{service.address}/v/{held.uuid}",)]


@pytest.mark.fault("P5")
@pytest.mark.fault("P6")
def test_nothing_of_a_choice_or_a_code_is_left_on_the_phone_after_the_receipt(
    visitors: Visitors, meeting: MakeMeeting
) -> None:
    held = meeting()
    phone = visitors.phone("en-GB")
    phone.scan("/")
    phone.scan(held.link(0))
    phone.vote(*ANSWERS)
    found = _left_behind(phone, held.codes[0])
    assert set(phone.stored()) == {f"voting:{held.uuid}:receipt"}

    for way in (phone.page.reload, phone.page.go_back, phone.page.go_forward):
        way()
        if "/v/" in phone.page.url:
            phone.arrive("voted")
        found += _left_behind(phone, held.codes[0])
    assert set(phone.stored()) == {f"voting:{held.uuid}:receipt"}

    phone.page.locator("[data-act=forget]:visible").tap()
    phone.arrive("entering")
    assert phone.stored() == {}
    assert phone.context.cookies() == []
    print(f"P5, P6: {len(found)} traces of a choice or a code after the receipt, reload, back and forward")
    assert found == []


def _left_behind(phone: Phone, code: str) -> list[str]:
    """List what betrays a code or a choice: text that is shown, boxes that are ticked, what the site has stored."""
    stored = "\n".join(phone.stored().values())
    shown = phone.words()
    fields = phone.page.locator("input, textarea").evaluate_all("boxes => boxes.map(box => box.value).join('\\n')")
    marks = [mark for mark in (code, code[:5]) if mark in stored + shown + fields + phone.page.content()]
    marks += [person.name for person in PEOPLE if person.name in shown + stored]
    marks += re.findall(r'"(?:alpha|choices|individual_proofs|signature_key)"', stored)
    marks += phone.page.locator("[name^=line-]:checked").evaluate_all("boxes => boxes.map(box => box.name)")
    return marks
