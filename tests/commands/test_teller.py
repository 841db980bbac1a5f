"""`voting teller` against a real server: three tellers with key files make the key, and any two of them count."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Settings
from tests.commands.counting_team import NAMES, Service
from voting.commands.house import open_house
from voting.commands.own_server import environment_for, served
from voting.domain.ceremony import restart_ceremony


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    environment = environment_for(folder / "data")
    with served(environment, folder) as base:
        yield Service(base, environment, folder)


@pytest.fixture
def service(running: Service, tmp_path: Path) -> Service:
    """The server, with a folder of the test's own for the files."""
    return Service(running.base, running.environment, tmp_path)


@pytest.fixture(scope="module")
def with_key(running: Service) -> str:
    """A draft whose tellers have made their key; tests must leave it a draft."""
    return running.with_key()


def test_three_tellers_make_the_key_and_two_count_when_the_third_has_lost_it(service: Service) -> None:
    uuid = service.draft()
    early = service.run("session", "issue", uuid)
    assert (early.exit_code, early.stdout) == (1, "")
    ended = service.join(uuid, service.links(uuid))
    for status, out, err in ended:
        assert status == 0, err
        assert out == ended[0][1]
        assert [line for line in err.splitlines() if line.startswith("Step")] == [
            f"Step {number} of 4 ({step}): done"
            for number, step in enumerate(("certificate", "commitment", "reveal", "key"), 1)
        ]
    shown = service.show(uuid)
    assert (shown["fingerprint"], shown["mode"], shown["threshold"]) == (ended[0][1].strip(), "tellers", 2)
    service.open(uuid)
    lost, *keys = (service.key(uuid, index) for index in (2, 1, 3))
    lost.unlink()
    for key in keys:
        refused = service.count(key)
        assert refused.exit_code == 1
        assert "The vote is not closed" in refused.stderr
    service.close(uuid)

    too_few = service.run("session", "count", uuid)
    assert too_few.exit_code == 1
    assert "0 of the 2 tellers needed have decrypted; not yet: Lê Thị Hoa, Phạm Văn Khoa, Vũ Thị Lan." in too_few.stderr
    first = service.count(keys[0])
    assert first.exit_code == 0, first.output
    assert "ballots      2\n" in first.stdout
    assert f"fingerprint  {ended[0][1]}" in first.stdout
    assert "Sent: 1 of the 2 tellers needed have decrypted." in first.stderr
    assert "not yet: Phạm Văn Khoa, Vũ Thị Lan." in service.run("session", "count", uuid).stderr
    assert "1 of the 2 tellers needed" in service.run("session", "show", uuid).stdout
    again = service.count(keys[0])
    assert (again.exit_code, "1 of the 2" in again.stderr) == (0, True)
    assert "Sent: 2 of the 2" in service.count(keys[1]).stderr

    assert service.run("session", "count", uuid).exit_code == 0
    assert [line["cells"][0]["votes"] for line in service.show(uuid)["result"]] == [2, 2]
    assert service.run("session", "publish", uuid).exit_code == 0
    over = service.count(keys[0])
    assert (over.exit_code, over.stderr) == (
        1,
        "voting: The ballots are counted already; there is nothing left to do for a teller.\n",
    )


def test_key_and_device_are_in_the_file_alone_and_the_file_is_for_this_user_alone(
    running: Service, with_key: str
) -> None:
    file = running.key(with_key, 1)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = json.loads(file.read_text())
    assert list(content)[:4] == ["uuid", "index", "name", "key"]
    assert (content["uuid"], content["index"], content["name"]) == (with_key, 1, NAMES[0])
    log = (running.folder / "serve.log").read_bytes()
    store = b"".join(path.read_bytes() for path in (running.folder / "data").rglob("*") if path.is_file())
    for name in ("key", "device"):
        assert content[name].encode() not in log
        assert content[name].encode() not in store


def test_the_fingerprint_is_shown_again_to_who_joins_again(running: Service, with_key: str) -> None:
    link = f"{running.base}/t/{with_key}#"
    before = running.key(with_key, 2).read_bytes()
    wrong = running.run("teller", "join", "-", "--key", running.key(with_key, 2), typed=f"{link}1111-1111-1111\n")
    assert wrong.exit_code == 1
    assert "does not belong to this session, or the chair has made a new one" in wrong.stderr
    # A link that does not work takes nothing away from a key that is there.
    assert json.loads(running.key(with_key, 2).read_bytes())["key"] == json.loads(before)["key"]


def test_other_digits_than_those_compared_are_not_taken_without_a_word(service: Service) -> None:
    uuid = service.with_key()
    file = service.key(uuid, 1)
    made = json.loads(file.read_text())
    file.write_text(json.dumps(made | {"fingerprint": "0123 4567 8901 2345"}))
    (link,) = service.links(uuid, "--index", 1)
    refused = service.run("teller", "join", "-", "--key", file, typed=f"{link}\nn\n")
    assert refused.exit_code == 1
    assert "0123 4567 8901 2345" in refused.stderr
    assert made["fingerprint"] in refused.stderr
    assert json.loads(file.read_text())["fingerprint"] == "0123 4567 8901 2345"
    assert service.run("teller", "join", "-", "--key", file, typed=f"{link}\ny\n").exit_code == 0
    assert json.loads(file.read_text())["fingerprint"] == made["fingerprint"]


def test_a_new_round_after_the_digits_were_compared_is_asked_about_first(service: Service) -> None:
    uuid = service.with_key()
    file = service.key(uuid, 1)
    file.write_text(json.dumps(json.loads(file.read_text()) | {"revealed": f"1:{'0' * 64}"}))
    with open_house(Settings.from_env(service.environment)) as house:
        restart_ceremony(house, uuid)
    (link,) = service.links(uuid, "--index", 1)
    refused = service.run("teller", "join", "-", "--key", file, typed=f"{link}\nn\n")
    assert refused.exit_code == 1
    assert "Another round has begun" in refused.stderr
    assert service.show(uuid)["tellers"][0]["steps"] == []


def test_a_teller_who_was_stopped_goes_on_with_the_same_command(service: Service) -> None:
    uuid = service.draft()
    links = service.links(uuid)
    first = service.begin("teller", "join", links[0], "--key", service.key(uuid, 1))
    assert first.stderr
    for line in first.stderr:
        if line.startswith("Waiting for"):
            break
    first.kill()
    first.communicate()
    begun = json.loads(service.key(uuid, 1).read_text())
    assert service.show(uuid)["tellers"][0]["steps"] == ["certificate"]
    ended = service.join(uuid, links)
    assert [status for status, _, _ in ended] == [0, 0, 0]
    assert "(certificate)" not in ended[0][2]
    assert len({out for _, out, _ in ended}) == 1
    assert json.loads(service.key(uuid, 1).read_text())["key"] == begun["key"]


def test_who_is_waited_for_is_said_by_name(service: Service) -> None:
    uuid = service.draft()
    waiting = service.begin("teller", "join", service.links(uuid)[0], "--key", service.key(uuid, 1))
    assert waiting.stderr
    lines = [next(waiting.stderr) for _ in range(2)]
    waiting.kill()
    waiting.communicate()
    assert lines == ["Step 1 of 4 (certificate): done\n", f"Waiting for {NAMES[1]}, {NAMES[2]} …\n"]


@pytest.mark.parametrize(
    "text", ["of another kind\n", "[]", '{"uuid":1}', '{"key":"hpjNvRYwLSCYaYyd4ugoX"}', "[" * 9999]
)
def test_a_file_that_is_no_key_is_neither_used_nor_overwritten(service: Service, text: str) -> None:
    uuid = service.draft()
    file = service.folder / "my.key"
    file.write_text(text)
    for command in ("join", "count"):
        where = ["-"] if command == "join" else ["--link", "-"]
        typed = f"{service.base}/t/{uuid}#abcd-efgh-ijkm"
        refused = service.run("teller", command, *where, "--key", file, typed=typed)
        assert (refused.exit_code, refused.stderr) == (1, f"voting: {file} is no key file of a teller.\n")
    assert file.read_text() == text


def test_the_key_of_another_session_or_teller_is_refused(running: Service, service: Service, with_key: str) -> None:
    uuid = service.draft()
    link = service.links(uuid)[0]
    file = running.key(with_key, 1)
    before = file.read_bytes()
    refused = service.run("teller", "join", link, "--key", file)
    assert (refused.exit_code, refused.stderr) == (1, f"voting: {file} is the key of another session.\n")
    assert file.read_bytes() == before
    other = running.links(with_key, "--index", 3)[0]
    refused = service.run("teller", "join", other, "--key", file)
    assert "Another device has opened this link first" in refused.stderr
    saved = service.folder / "saved.key"
    saved.write_text(json.dumps({**json.loads(before), "device": ""}))
    refused = service.run("teller", "join", other, "--key", saved)
    assert "is the key of teller 1, the link that of teller 3." in refused.stderr
    assert json.loads(saved.read_bytes())["key"] == json.loads(before)["key"]


def test_a_link_that_does_not_work_leaves_no_file(service: Service) -> None:
    uuid = service.draft()
    service.links(uuid)
    file = service.folder / "my.key"
    refused = service.run("teller", "join", f"{service.base}/t/{uuid}#abcd-efgh-ijkm", "--key", file)
    assert refused.exit_code == 1
    assert not file.exists()
    nowhere = service.run("teller", "join", f"{service.base}/t/cyuzb8XAcr1FSj#abcd-efgh-ijkm", "--key", file)
    assert nowhere.stderr == "voting: There is no such session on this server.\n"


def test_a_link_works_for_one_device_until_the_chair_makes_a_new_one(service: Service) -> None:
    uuid = service.draft()
    links = service.links(uuid)
    first = service.begin("teller", "join", links[0], "--key", service.key(uuid, 1))
    assert first.stderr
    next(first.stderr)
    taken = service.run("teller", "join", links[0], "--key", service.folder / "other.key")
    assert "Another device has opened this link first." in taken.stderr
    assert not (service.folder / "other.key").exists()
    (new,) = service.links(uuid, "--index", 1)
    _, err = first.communicate(timeout=30)
    assert first.returncode == 1
    assert "The chair has made a new link since." in err
    assert new != links[0]


@pytest.mark.parametrize(
    "link", ["abcd-efgh-ijkm", "ftp://h/t/cyuzb8XAcr1FSj#abcd-efgh-ijkm", "https://h/t/x#abcd-efgh"]
)
def test_what_is_no_link_is_not_repeated(service: Service, link: str) -> None:
    refused = service.run("teller", "join", "-", "--key", service.folder / "my.key", typed=link)
    assert refused.exit_code == 1
    # The shape of a link, in which X is any character, and not the one that was typed.
    assert refused.stderr == "voting: LINK must be the whole address, as https://HOST/t/UUID#XXXX-XXXX-XXXX.\n"
    assert not (service.folder / "my.key").exists()


def test_the_page_s_key_file_and_the_written_characters_count_as_well(service: Service) -> None:
    uuid = service.with_key()
    service.open(uuid)
    service.close(uuid)
    saved = service.key(uuid, 1)
    content = json.loads(saved.read_text())
    as_page = {name: content[name] for name in ("uuid", "index", "name", "key")}
    saved.write_text(json.dumps(as_page))
    saved.chmod(0o644)
    assert "Give the link with --link." in service.count(saved).stderr
    (link,) = service.links(uuid, "--index", 1)
    counted = service.count(saved, "--link", "-", typed=f"{link}\n")
    assert counted.exit_code == 0, counted.output
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600

    written = json.loads(service.key(uuid, 2).read_text())["key"]
    service.key(uuid, 2).unlink()
    missing = service.count(service.key(uuid, 2))
    assert missing.exit_code == 1
    assert "is not there. To make it from a written key: --ask-key --link LINK." in missing.stderr
    (link,) = service.links(uuid, "--index", 2)
    typed = f"{link}\n{written[:5]} {written[5:11]}-{written[11:]}\n"
    counted = service.count(service.key(uuid, 2), "--link", "-", "--ask-key", typed=typed)
    assert counted.exit_code == 0, counted.output
    assert written not in counted.output
    assert "2 of the 2" in counted.stderr


def test_another_key_than_the_one_begun_with_decrypts_nothing(service: Service) -> None:
    uuid = service.with_key()
    service.open(uuid)
    service.close(uuid)
    (link,) = service.links(uuid, "--index", 1)
    refused = service.count(service.folder / "my.key", "--link", link, "--ask-key", typed="hpjNv-RYwLSC-YaYyd-4ugoXy\n")
    assert refused.exit_code == 1
    assert "this key is not among the tellers' keys on the board" in refused.stderr
    assert service.show(uuid)["tellers"][0]["decrypted"] is False


def test_counting_asks_first_and_no_means_no(service: Service) -> None:
    uuid = service.with_key()
    service.open(uuid)
    service.close(uuid)
    for answer in ("n\n", ""):
        asked = service.run("teller", "count", "--key", service.key(uuid, 1), typed=answer)
        assert asked.exit_code == 1
        assert "the projector and the other tellers" in asked.stderr
    assert service.show(uuid)["tellers"][0]["decrypted"] is False
    assert not json.loads(service.key(uuid, 1).read_text())["decrypted"]
