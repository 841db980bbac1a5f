"""Tellers as the meeting lives it: three phones make a key, one of them is lost, two others count."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.meeting import TITLE, Chair, MakeMeeting, Service, Visitors, get
from tests.browser.teller_phone import TellerPhone
from voting.protocol.verify import verify_archive

pytestmark = pytest.mark.browser

PEOPLE = "Nguyễn Văn An\tGiám đốc\nTrần Thị Bình\tPhó Giám đốc"
TELLERS = "Đỗ Thị Lan\nVũ Minh Khôi\nPhạm Thu Hà"
HIGH, LOW = 0, 2


def test_three_tellers_make_a_key_one_phone_is_lost_and_a_typed_key_comes_back(
    service: Service, visitors: Visitors, reference: Path, tmp_path: Path
) -> None:
    chair = Chair(visitors.desk())
    chair.sign_in("lan", service.command("chair", "add", "lan").strip(), "a password of her own")
    chair.make_session(title=TITLE, people=PEOPLE, scale="confidence", codes="5", tellers=TELLERS)
    team = f"/chair/sessions/{chair.uuid}/tellers"
    chair.page.goto(team)
    links = chair.make_links()
    assert len(set(links)) == 3

    lan, khoi, ha = (TellerPhone(visitors.phone(locale).page) for locale in ("vi-VN", "vi-VN", "en-GB"))
    for phone, link in zip((lan, khoi, ha), links, strict=True):
        phone.open(link)
        phone.arrive("intro")
        assert phone.page.url == f"{service.address}/t/{chair.uuid}"
        assert phone.page.context.cookies() == []
    assert "2 trong 3" in re.sub(r"\s+", " ", lan.words())
    intruder = TellerPhone(visitors.phone().page)
    intruder.open(links[0])
    intruder.arrive("taken")

    lan.make_key()
    lan_file = lan.save_as_file(tmp_path)
    khoi.make_key()
    khoi_key = khoi.write_down()
    # In the middle of the ceremony a page may be loaded again: it goes on where it stopped.
    khoi.arrive("ceremony")
    khoi.page.reload()
    khoi.arrive("ceremony")
    # A key that was not saved yet is worth nothing: after a reload the page offers to make it again.
    ha.make_key()
    ha.page.reload()
    ha.make_key()
    ha_file = ha.save_as_file(tmp_path)

    fingerprints = {phone.fingerprint() for phone in (lan, khoi, ha)}
    assert len(fingerprints) == 1
    for name in ("Đỗ Thị Lan", "Vũ Minh Khôi", "Phạm Thu Hà"):
        assert name in ha.page.locator("#agreed-names").inner_text()
    assert "any 2 of the 3" in ha.page.locator("#agreed-terms").inner_text()
    ha.say_same()
    ha.page.reload()
    ha.arrive("agreed")
    expect(ha.page.locator("#agreed-thanks")).to_be_visible()
    chair.page.goto(team)
    expect(chair.page.locator(".digits")).to_have_text(fingerprints.pop(), use_inner_text=True)

    chair.page.goto(f"/chair/sessions/{chair.uuid}")
    codes = chair.make_slips()
    chair.step("ready")
    chair.step("open")
    for code, answers in zip(codes, ((HIGH, LOW), (HIGH, HIGH), (LOW, HIGH)), strict=False):
        voter = visitors.phone()
        voter.scan(f"/v/{chair.uuid}#{code}")
        voter.fill_in(*answers)
        assert "tổ kiểm phiếu" in voter.words()
        voter.cast()
        voter.tracker()
    chair.turnout(3)
    assert "the one whose digits were compared" in ha.board_words()
    assert "đã cho xem" in khoi.board_words()

    lan.page.context.close()
    chair.step("close")
    projector = visitors.desk("vi-VN")
    projector.goto(f"/s/{chair.uuid}")

    ballots, head, digits = ha.verify()
    assert ballots == "3"
    assert head in projector.locator("main").inner_text()
    ha.decrypt()
    ha.arrive("tallied")
    assert get(f"{service.address}/api/sessions/{chair.uuid}/result")[0] == 404

    # The second teller has only the paper left.
    chair.page.goto(team)
    found = TellerPhone(visitors.phone().page)
    found.open(chair.new_link(2))
    assert found.verify() == (ballots, head, digits)
    found.type_key("count", khoi_key)

    chair.page.goto(f"/chair/sessions/{chair.uuid}")
    table = chair.page.locator("section[aria-labelledby=result] table")
    table.first.wait_for(timeout=60_000)
    for phone in (ha, found):
        phone.arrive("counted", 30)
    assert ha_file.name in ha.page.locator("#counted-file").inner_text()
    expect(found.page.locator("#counted-file")).to_be_hidden()
    ha.act("forget")
    chair.step("publish")

    api = f"{service.address}/api/sessions/{chair.uuid}"
    rows = json.loads(get(f"{api}/result")[1])["rows"]
    assert [[cell["votes"] for cell in row["cells"]] for row in rows] == [[2, 0, 1], [2, 0, 1]]
    archive = get(f"{api}/archive.bel")[1]
    assert verify_archive(archive).failures == ()
    _require_accepted(reference, tmp_path / "board", chair.uuid, archive)
    secrets = [khoi_key.replace("-", ""), *(json.loads(file.read_text())["key"] for file in (lan_file, ha_file))]
    told = [text for phone in (lan, khoi, ha, found) for text in phone.sent]
    kept = service.kept_files()
    for secret in secrets:
        for form in (secret, "-".join((secret[:5], secret[5:11], secret[11:16], secret[16:]))):
            assert not [text for text in told if form in text]
            assert not [name for name, content in kept if form.encode() in content]
    assert not [name for name, content in kept for link in links if link.rpartition("#")[2].encode() in content]
    forgotten = [key for key in ha.page.evaluate("Object.values(localStorage)") if secrets[2] in key]
    assert forgotten == []


def test_a_pasted_address_of_another_session_leads_to_that_session(visitors: Visitors, meeting: MakeMeeting) -> None:
    here, there = meeting(), meeting()
    phone = TellerPhone(visitors.phone().page)
    phone.open(f"/t/{here.uuid}")
    phone.arrive("entering")
    phone.page.locator("#link").fill(f"{there.address}/t/{there.uuid}#aBcD-eFgH-jKmN")
    phone.page.locator("#link-form button").tap()
    phone.page.wait_for_url(f"**/t/{there.uuid}")
    phone.arrive("unknown")


def _require_accepted(reference: Path, folder: Path, uuid: str, archive: bytes) -> None:
    """Have belenios-tool verify the archive of keys and decryptions that phones have made."""
    folder.mkdir()
    (folder / f"{uuid}.bel").write_bytes(archive)
    verified = subprocess.run(
        [reference, "election", "verify", "--dir", folder], capture_output=True, text=True, check=False
    )
    assert verified.returncode == 0, verified.stderr
    assert "all checks passed" in verified.stderr
