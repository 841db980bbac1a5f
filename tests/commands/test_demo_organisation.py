"""`voting demo --organisation`: a whole practice to look at, made once, and true to what it says of itself."""

import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, time

import pytest

from config import Settings
from tests.asking import ask
from tests.commands.conftest import bare_environment
from tests.commands.process import refused, running
from voting.commands.demo_organisation import (
    ADMINISTRATOR,
    BOTH,
    OPEN,
    READER,
    REVIEWER,
    SHOWN,
    SKIPPED,
    TELLER,
    UNREVIEWED,
    Tour,
    chair_of,
    organisation,
)
from voting.commands.demo_people import DISTRICTS, PROVINCE, UNITS, people
from voting.commands.house import open_house
from voting.domain.accounts import make_account, password_fits
from voting.domain.boards import archive_stream
from voting.domain.house import House
from voting.domain.organisation.caps import caps_of
from voting.domain.organisation.concluded import PublishedVote, published_vote
from voting.domain.organisation.cycles import Cycle, cycles_of
from voting.domain.organisation.notices import notice_for, notices_of
from voting.domain.organisation.officials import register_of
from voting.domain.organisation.register import KINDS
from voting.domain.organisation.roles import Role, grants_of
from voting.domain.organisation.two_records import may_serve_both, share_of_members
from voting.domain.organisation.units import begin_organisation, tree_of
from voting.domain.organisation.years import years_of
from voting.domain.sessions import State
from voting.errors import MalformedRegister, UnknownNotice
from voting.protocol.verify import verify_archive

pytestmark = pytest.mark.store

MOST_SECONDS = 120
"""On two cores it takes about 20; a machine that is busy with other tests may need more."""


@dataclass(frozen=True)
class Made:
    """The house with the organisation, what its first start told, and how long that took."""

    house: House
    tour: Tour
    seconds: float
    environment: dict[str, str]

    @property
    def units(self) -> dict[str, str]:
        """The identifiers of the units by their signs."""
        return {unit.code: unit.id for unit in tree_of(self.house).units.values()}

    @property
    def cycles(self) -> list[Cycle]:
        """The newer one first."""
        return cycles_of(self.house)

    def vote(self, cycle: Cycle, sign: str) -> PublishedVote:
        """Read what a unit published in a cycle."""
        return published_vote(self.house, cycle.session_of(self.units[sign]))

    def votes(self) -> list[PublishedVote]:
        """Read all that was published."""
        published = (each.uuid for each in self.house.store.sessions() if each.state == State.PUBLISHED)
        return [published_vote(self.house, uuid) for uuid in published]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Make it once for all tests here, on a server that the commands find beside."""
    environment = bare_environment(tmp_path_factory.mktemp("data"))
    with open_house(Settings.from_env(environment)) as house:
        begun = monotonic()
        tour = organisation(house)
        seconds = monotonic() - begun
        print(f"made in {seconds:.1f} s")
        yield Made(house, tour, seconds, environment)


def test_it_has_the_units_people_and_accounts_that_it_speaks_of(made: Made) -> None:
    tree, register = tree_of(made.house), register_of(made.house)
    assert tree.root is not None
    assert tree.root.name == PROVINCE
    depths = Counter(tree.depth(unit) for unit in tree.units)
    assert depths == {0: 1, 1: 3, 2: 9}
    assert len(register.officials) == len(people()) == 60
    staff = Counter(official.unit for official in register.officials.values())
    assert set(staff) == {made.units[sign] for sign, _ in UNITS}
    assert set(staff.values()) == {6, 7}
    may_both = {sign: may_serve_both(*share_of_members(register, made.units[sign])) for sign, _ in UNITS}
    assert {True, False} == set(may_both.values())
    assert sum(len(official.positions) > 1 for official in register.officials.values()) >= 5
    assert len({official.group for official in register.officials.values()}) == 3

    roles = {(grant.account, grant.role, tree.unit(grant.unit).code) for grant in grants_of(made.house)}
    assert {
        (ADMINISTRATOR, Role.ADMINISTRATOR, ""),
        (REVIEWER, Role.REVIEWER, ""),
        (READER, Role.READER, ""),
        (TELLER, Role.HEAD_TELLER, BOTH),
        *((chair_of(sign), Role.CHAIR, sign) for sign, _ in (*DISTRICTS, *UNITS)),
    } == roles
    assert made.seconds < MOST_SECONDS


def test_two_yearly_cycles_lie_a_year_apart_and_one_vote_is_late(made: Made) -> None:
    newer, older = made.cycles
    assert newer.id == made.tour.cycle
    assert newer.year - older.year == 1
    for cycle, published in ((newer, 8), (older, 9)):
        sessions = [made.house.store.session(uuid) for _, uuid in cycle.sessions]
        assert len(sessions) == len(cycle.units) == 9
        assert sum(each.state == State.PUBLISHED for each in sessions) == published
        for each in sessions:
            assert each.created_at < each.opened_at
            assert len(each.subjects) == len(each.sheet.people)
            if each.state == State.PUBLISHED:
                assert cycle.starts < day(each.published_at) < cycle.ends
    late = made.house.store.session(newer.session_of(made.units[OPEN]))
    assert late.state == State.OPEN
    assert made.house.store.turnout(late.uuid).ballots > 0
    assert newer.ends < day(int(time()))


def day(seconds: int) -> str:
    """Write a moment as the day that it lies in."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def test_the_votes_were_cast_by_seven_to_ten_and_every_board_verifies(made: Made) -> None:
    votes = made.votes()
    assert len(votes) == 17
    assert {vote.result.ballots for vote in votes} <= set(range(7, 11))
    for session in made.house.store.sessions():
        made.house.store.check_board(session.uuid)
    for vote in votes:
        archive = b"".join(archive_stream(made.house, vote.session.uuid))
        assert verify_archive(archive).failures == ()
    levels = Counter(line.proposed for vote in votes for line in vote.lines)
    assert set(levels) >= {1, 2, 3}


@pytest.mark.interop
def test_the_reference_verifies_a_vote_of_the_organisation(made: Made, reference: Path, tmp_path: Path) -> None:
    uuid = made.vote(made.cycles[0], BOTH).session.uuid
    (tmp_path / f"{uuid}.bel").write_bytes(b"".join(archive_stream(made.house, uuid)))
    run = subprocess.run(
        [reference, "election", "verify", "--dir", tmp_path], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "all checks passed" in run.stderr


def test_the_province_has_concluded_on_most_votes_and_once_otherwise(made: Made) -> None:
    votes = made.votes()
    unreviewed = [vote.session.uuid for vote in votes if not vote.is_reviewed]
    assert unreviewed == [made.vote(made.cycles[0], UNREVIEWED).session.uuid]
    (other,) = [line for vote in votes for line in vote.lines if line.differs]
    assert other.session.unit_id == made.units[SHOWN]
    assert other.review is not None
    assert other.review.level == other.proposed + 1
    assert other.review.reason
    assert other.official == made.tour.official


def test_results_were_made_known_and_one_petition_was_answered(made: Made) -> None:
    notices = notices_of(made.house).values()
    assert len(notices) == sum(len(vote.lines) for vote in made.votes() if vote.is_reviewed)
    acknowledged = [notice for notice in notices if notice.acknowledged_at]
    assert 0 < len(acknowledged) < len(notices)
    (petition,) = [notice for notice in notices if notice.petition]
    assert petition.answer
    assert petition.answered_by == chair_of(SHOWN)
    assert petition.made_at < petition.acknowledged_at < petition.petitioned_at < petition.answered_at


def test_the_procedure_was_written_down_and_one_step_left_out_with_its_reason(made: Made) -> None:
    for cycle in made.cycles:
        assert all(step.due for step in cycle.steps)
        skipped = [step for unit in cycle.units for step in cycle.steps_of(unit) if step.skipped]
        assert [step.kind for step in skipped] == ["collective"]
        assert all(step.note for step in skipped)
        assert skipped[0] in cycle.steps_of(made.units[SKIPPED])
    newer = made.cycles[0]
    done = {sign: [step.kind for step in newer.steps_of(made.units[sign]) if step.done] for sign, _ in UNITS}
    assert done[OPEN] == ["self_assessment", "collective", "appraisal"]
    assert done[SHOWN][-1] == "notice"


def test_one_vote_serves_two_records_with_its_citation(made: Made) -> None:
    both = [vote.session for vote in made.votes() if vote.session.records]
    assert [session.unit_id for session in both] == [made.units[BOTH]]
    assert both[0].records is not None
    assert 5 * both[0].records.members >= 4 * both[0].records.staff
    assert both[0].records.citation


def test_there_is_something_to_see_over_the_years_and_a_cap_that_is_exceeded(made: Made) -> None:
    (series,) = years_of(made.house, made.tour.official)
    assert [line.session.cycle for line in series.results] == [cycle.id for cycle in reversed(made.cycles)]
    newer = made.cycles[0]
    votes = [made.vote(newer, sign) for sign, _ in UNITS if sign != OPEN]
    assert any(check.proposed.is_exceeded for check in caps_of(votes, newer.units, {}))


def test_a_second_start_makes_nothing_and_renews_what_was_told(made: Made) -> None:
    before = kept(made.house)
    again = organisation(made.house)
    assert kept(made.house) == before
    for (name, words, old), (same, same_words, new) in zip(made.tour.accounts, again.accounts, strict=True):
        assert (name, words) == (same, same_words)
        account = made.house.store.account(name)
        assert account is not None
        assert account.one_time
        assert password_fits(account, new)
        assert not password_fits(account, old)
    assert notice_for(made.house, again.link).session == made.vote(made.cycles[0], SHOWN).session.uuid
    with pytest.raises(UnknownNotice):
        notice_for(made.house, made.tour.link)


def kept(house: House) -> dict[str, object]:
    """Give all that is kept, but for the links, of which only the number must stay."""
    records = {kind: dict(house.store.organisation(kind).texts) for kind in KINDS if kind not in ("links", "notices")}
    answers = {notice.id: replace(notice, text="", link="", expires_at=0) for notice in notices_of(house).values()}
    links = len(house.store.organisation("links").texts)
    sessions = {session.uuid: session for session in house.store.sessions()}
    return {**records, "notices": answers, "links": links, "sessions": sessions}


def test_the_command_tells_the_way_in_and_every_address_is_right(made: Made, tmp_path: Path) -> None:
    before = kept(made.house)
    sessions = before.pop("sessions")
    with running(made.environment, tmp_path, "demo", "--organisation") as demo:
        text = demo.wait_for("Ctrl-C stops.")
        (base,) = set(re.findall(r"(http://127\.0\.0\.1:\d+)/", text))
        told = re.findall(r"name (demo-\S+), one-time password (\S+): ", text)
        assert [name for name, _ in told] == [ADMINISTRATOR, chair_of(SHOWN), REVIEWER, READER]
        assert all(password_fits(made.house.store.account(name), password) for name, password in told)
        pages = re.findall(rf"{base}(/chair/\w+/\w{{14}}\S*)", text)
        assert len(pages) == 2
        for page in pages:
            # Not 404: there is such a page, for whoever signs in.
            assert ask(base + page)[0] == 303
        (secret,) = re.findall(rf"{base}/r#(\S+)", text)
        person = notice_for(made.house, secret).title.partition(" — ")[0]
        form = f"secret={secret}".encode()
        status, answer = ask(f"{base}/r", form, Content_Type="application/x-www-form-urlencoded")
        assert status == 200
        assert person in answer.decode()
        assert demo.end(signal.SIGINT) == 0
        assert demo.stderr.read_text() == ""
    after = kept(made.house)
    further = set(after.pop("sessions")) - set(sessions)
    assert after == before
    # The one ready to vote in, as each start of the demo makes it; it belongs to nobody of the organisation.
    assert [made.house.store.session(uuid).unit_id for uuid in further] == [""]


# ---- what is somebody else's


@pytest.fixture
def strange(tmp_path: Path) -> Iterator[House]:
    """Give an empty house."""
    with open_house(Settings.from_env(bare_environment(tmp_path / "data"))) as house:
        yield house


def test_an_organisation_of_another_name_is_left_alone(strange: House, tmp_path: Path) -> None:
    begin_organisation(strange, "Tỉnh thật")
    before = kept(strange)
    status, said = refused(bare_environment(tmp_path / "data"), tmp_path, "demo", "--organisation")
    assert status == 1
    assert "There is an organisation already: Tỉnh thật." in said
    assert kept(strange) == before
    assert not strange.store.accounts()


def test_accounts_of_the_same_names_are_left_alone(strange: House) -> None:
    strange.store.save_account(make_account(READER, "the password of a real person"), new=True)
    with pytest.raises(MalformedRegister, match=READER):
        organisation(strange)
    assert tree_of(strange).root is None
    assert password_fits(strange.store.account(READER), "the password of a real person")


def test_one_that_was_left_unfinished_is_not_shown_as_if_it_were_whole(strange: House) -> None:
    def give_up(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        organisation(strange, give_up)
    with pytest.raises(MalformedRegister, match="interrupted"):
        organisation(strange)
