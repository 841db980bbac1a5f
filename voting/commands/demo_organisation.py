"""`voting demo --organisation`: an invented organisation that has held two yearly cycles, played through by its acts.

The votes follow from a seed; codes, keys and randomness are drawn anew. What a start finds made it leaves as it is:
only the passwords of the four accounts that are told are renewed, and one personal link.
"""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from voting.commands.chair import add_chair
from voting.commands.demo_people import DISTRICTS, PROVINCE, UNITS, people
from voting.domain.attendance import Attendance, record_attendance
from voting.domain.casting import cast, open_session
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import change_session
from voting.domain.elections import election_of
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.left_over import LeftOver, record_left_over
from voting.domain.organisation.accounts import make_member
from voting.domain.organisation.concluded import published_vote
from voting.domain.organisation.cycle_drafts import make_drafts
from voting.domain.organisation.cycles import STEPS, Cycle, Step, cycle_of, cycles_of, make_cycle
from voting.domain.organisation.notices import (
    acknowledge,
    answer_petition,
    enter_petition,
    make_notice,
    make_notices,
    notices_of_session,
)
from voting.domain.organisation.officials import Official, add_official
from voting.domain.organisation.procedure import enter_step
from voting.domain.organisation.reviews import conclude_as_proposed, record_review
from voting.domain.organisation.roles import Role, grants_of
from voting.domain.organisation.two_records import serve_both
from voting.domain.organisation.units import add_unit, begin_organisation, tree_of
from voting.domain.sessions import State
from voting.errors import MalformedRegister
from voting.protocol.ballots import make_ballot

SEED: Final = 2026
DAY: Final = 24 * 60 * 60
YEAR: Final = 365 * DAY
AT_ONCE: Final = 2
"""Votes that are held at a time: half of what they compute is done without the interpreter's lock."""

ADMINISTRATOR: Final = "demo-admin"
"""Made last of all, so that without it the rest was not finished."""
REVIEWER: Final = "demo-reviewer"
READER: Final = "demo-reader"
TELLER: Final = "demo-teller-gt1"

OPEN: Final = "GT2"
"""The unit that is late: its vote of the newer cycle is still open."""
BOTH: Final = "GT1"
"""The unit whose vote of the newer cycle serves two records."""
SHOWN: Final = "TG1"
"""The unit whose chair is told to the newcomer, with a person of its own."""
SKIPPED: Final = "HG3"
"""The unit that left out a step of the procedure."""
UNREVIEWED: Final = "GT3"
"""The unit on whose newer vote nobody has concluded yet."""

TOP: Final = ""
"""Stands for the sign of the province among those of the units."""

LEVELS: Final = 4
VOTERS: Final = (7, 10)
STILL_OPEN: Final = 4
"""Ballots in the vote that is open."""
READ_BY: Final = 0.7
"""The share of people who acknowledge their result."""
_DUE: Final = {
    "self_assessment": 30,
    "collective": 25,
    "appraisal": 20,
    "ballot": 15,
    "conclusion": 8,
    "notice": 4,
}
"""Days before the moment at which the cycle is looked at."""
_RESPONSIBLE: Final = {
    "self_assessment": "Người được đánh giá",
    "collective": "Tập thể đơn vị",
    "appraisal": "Ban Tổ chức",
    "ballot": "Chủ tọa và tổ kiểm phiếu",
    "conclusion": "Ban Thường vụ Tỉnh ủy",
    "notice": "Chủ tọa",
}
_CITATION: Final = "Công văn hướng dẫn đánh giá, xếp loại hằng năm của Ban Tổ chức Tỉnh ủy (văn bản giả định)"
_SKIPPED: Final = "Cả xã trực phòng chống bão trong tuần; ý kiến của tập thể được nêu ngay tại phiên bỏ phiếu."
_OTHERWISE: Final = "Còn để chậm hạn giải quyết thủ tục hành chính trong quý III; kết luận thấp hơn đề xuất một mức."
_PETITION: Final = (
    "Đề nghị xem xét lại kết luận: số hồ sơ chậm hạn trong quý III là do phần mềm dùng chung ngừng hoạt động, "
    "đã có văn bản xác nhận."
)
_ANSWER: Final = (
    "Đã đối chiếu văn bản xác nhận và báo cáo Ban Thường vụ. Kết luận được giữ nguyên, vì phần lớn hồ sơ chậm hạn "
    "phát sinh trước khi phần mềm ngừng hoạt động."
)


@dataclass(frozen=True)
class Tour:
    """Where a newcomer looks first. `accounts`: (name, what it is, one-time password); `link`: the secret of a notice.

    What whoever looked around has deleted is empty.
    """

    cycle: str
    official: str
    accounts: tuple[tuple[str, str, str], ...] = field(repr=False)
    link: str = field(repr=False)


def chair_of(sign: str) -> str:
    """Name the account of the chair of a unit."""
    return f"demo-chair-{sign.lower()}"


def organisation(house: House, progress: Callable[[int, int], None] = lambda done, total: None) -> Tour:
    """Make the organisation unless it is there, and give the way in.

    Raises MalformedRegister when the house has another organisation, one that was left unfinished, or accounts that are
    called as those here.
    """
    root = tree_of(house).root
    if root is None:
        _require_free_names(house)
        _Seed(house, progress).sow()
    elif root.name != PROVINCE:
        raise MalformedRegister(
            f"There is an organisation already: {root.name}. Name another folder in VOTING_DATA for a trial.", "name"
        )
    elif house.store.account(ADMINISTRATOR) is None:
        raise MalformedRegister(
            "The trial was interrupted while it was made. Name another folder in VOTING_DATA.", "name"
        )
    return _tour(house)


def _require_free_names(house: House) -> None:
    wanted = {ADMINISTRATOR, *(name for name, _, _ in _members())}
    if taken := sorted(wanted & {account.name for account in house.store.accounts()}):
        raise MalformedRegister(f"There is an account called {taken[0]!r} already.", "account")


def _members() -> tuple[tuple[str, Role, str], ...]:
    """List (name, role, sign of the unit) of all accounts but the administrator's."""
    chairs = ((chair_of(sign), Role.CHAIR, sign) for sign, _ in (*DISTRICTS, *UNITS))
    others = ((REVIEWER, Role.REVIEWER, TOP), (READER, Role.READER, TOP), (TELLER, Role.HEAD_TELLER, BOTH))
    return (*others, *chairs)


def _tour(house: House) -> Tour:
    told = (
        (ADMINISTRATOR, "administrator of the province"),
        (chair_of(SHOWN), f"chair of {dict(UNITS)[SHOWN]}"),
        (REVIEWER, "reviewer of the province"),
        (READER, "reader of the province"),
    )
    accounts = tuple((name, words, add_chair(house, name, reset=True)) for name, words in told)
    cycle = next(iter(cycles_of(house)), None)
    official, link = "", ""
    if shown := _shown(house):
        lines = published_vote(house, shown).lines
        notices = notices_of_session(house, shown)
        answered = {title for title, notice in notices.items() if notice.acknowledged_at}
        official = next((line for line in lines if line.differs), lines[0]).official
        title = next((line for line in lines if line.title not in answered), lines[0]).title
        link = make_notice(house, shown, title, days=30, by=chair_of(SHOWN))
    return Tour(cycle.id if cycle else "", official, accounts, link)


def _shown(house: House) -> str:
    """Find the newest published vote of the shown chair's unit; empty when whoever looked around has deleted it."""
    units = {grant.unit for grant in grants_of(house) if grant.account == chair_of(SHOWN)}
    votes = [each for each in house.store.sessions() if each.unit_id in units and each.state == State.PUBLISHED]
    return max(votes, key=lambda each: each.published_at).uuid if votes else ""


class _Seed:
    """Plays the two cycles. All that is drawn is drawn before anything runs at once, so that it can be repeated."""

    def __init__(self, house: House, progress: Callable[[int, int], None]) -> None:
        self._house = house
        self._now = house.clock()
        self._progress = progress
        self._held = 0
        self._draw = random.Random(SEED)  # noqa: S311  votes to be repeated, not secrets
        self._merit: dict[str, float] = {}
        self._units: dict[str, str] = {}

    def sow(self) -> None:
        """Make all of it."""
        self._found()
        for age in (YEAR, 0):
            self._hold_cycle(age)
        make_member(self._house, ADMINISTRATOR, self._units[TOP], Role.ADMINISTRATOR, by="")

    def _then(self, age: int, days: int, hour: int = 9) -> House:
        """Give the house as it was at an hour, so many days before a cycle is looked at."""
        day = datetime.fromtimestamp(self._now - age - days * DAY).astimezone()
        moment = int(day.replace(hour=hour, minute=0, second=0).timestamp())
        return replace(self._house, clock=lambda: moment)

    def _day(self, age: int, days: int) -> str:
        return datetime.fromtimestamp(self._then(age, days).clock()).astimezone().date().isoformat()

    # ---- who there is

    def _found(self) -> None:
        before = self._then(YEAR, 60)
        self._units[TOP] = begin_organisation(before, PROVINCE, by=ADMINISTRATOR).id
        for sign, name in (*DISTRICTS, *UNITS):
            above = self._units.get(sign[:-1], self._units[TOP])
            self._units[sign] = add_unit(before, name, parent=above, code=sign, by=ADMINISTRATOR).id
        for one in people():
            unit = self._units[one.unit]
            made = Official("", one.name, unit, one.positions, one.group, one.number, one.member)
            self._merit[add_official(before, made, by=ADMINISTRATOR).id] = self._draw.betavariate(4, 2.6)
        for name, role, sign in _members():
            # Nobody is told this password: the administrator renews it for whoever wants to look around with it.
            make_member(before, name, self._units[sign], role, by=ADMINISTRATOR)

    # ---- a cycle

    def _hold_cycle(self, age: int) -> None:
        cycle = self._planned(age)
        make_drafts(self._then(age, 36), cycle.id, by=ADMINISTRATOR)
        cycle = cycle_of(self._house, cycle.id)
        open_one = "" if age else OPEN
        votes = [(sign, cycle.session_of(self._units[sign]), self._ballots(cycle, sign)) for sign, _ in UNITS]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(lambda vote: self._hold(age, *vote, is_left_open=vote[0] == open_one), votes):
                self._held += 1
                self._progress(self._held, 2 * len(UNITS))
        for sign, uuid, _ in votes:
            if sign != open_one:
                self._make_known(age, sign, uuid)
            self._enter_steps(age, cycle.id, sign, is_open=sign == open_one)

    def _planned(self, age: int) -> Cycle:
        year = int(self._day(age, 40)[:4])
        plan = Cycle(
            id="",
            name=f"Đánh giá, xếp loại năm {year}",
            unit=self._units[TOP],
            occasion="yearly",
            year=year,
            starts=self._day(age, 40),
            ends=self._day(age, 3),
            rule="cumulative_from_top",
            scale="classification",
            units=tuple(self._units[sign] for sign, _ in UNITS),
            steps=tuple(Step(kind, self._day(age, _DUE[kind]), responsible=_RESPONSIBLE[kind]) for kind in STEPS),
        )
        return make_cycle(self._then(age, 40), plan, by=ADMINISTRATOR)

    def _ballots(self, cycle: Cycle, sign: str) -> list[list[int]]:
        """Draw the ballots of a vote: the level of each line. A person's merit moves a little from year to year."""
        session = self._house.store.session(cycle.session_of(self._units[sign]))
        merits = []
        for person in session.sheet.people:
            official = session.subject(person.title)
            self._merit[official] = min(max(self._merit[official] + self._draw.gauss(0, 0.12), 0.02), 0.98)
            merits.append(self._merit[official])
        weights = [(2.2 * merit**3, 1.0, 1.4 * (1 - merit) ** 2, 0.8 * (1 - merit) ** 5) for merit in merits]
        voters = self._draw.randint(*VOTERS)
        return [[self._draw.choices(range(LEVELS), each)[0] for each in weights] for _ in range(voters)]

    # ---- a vote

    def _hold(self, age: int, sign: str, uuid: str, ballots: Sequence[Sequence[int]], *, is_left_open: bool) -> None:
        before, during = self._then(age, 17), self._then(age, 15, 14)
        chair = chair_of(sign)
        draft = change_session(before, replace(before.store.session(uuid), codes=len(ballots) + 1, spares=1))
        if sign == BOTH and not age:
            draft = serve_both(before, draft, _CITATION, by=chair)
        convened = len(ballots) + 1
        record_attendance(before, draft.uuid, Attendance(convened, convened, len(ballots), 1, "Đi công tác: 01"), 0)
        codes = make_codes(before, draft.uuid)
        confirm_codes(before, draft.uuid)
        open_session(during, draft.uuid)
        election = election_of(during, draft.uuid)
        for code, levels in zip(codes, ballots[: STILL_OPEN if is_left_open else None], strict=False):
            choices = [[int(place == level) for place in range(LEVELS)] for level in levels]
            cast(during, draft.uuid, make_ballot(election, code, choices))
        if is_left_open:
            return
        record_left_over(during, draft.uuid, LeftOver(2), 0)
        close_session(during, draft.uuid)
        count_session(during, draft.uuid)
        publish_session(self._then(age, 15, 16), draft.uuid)

    # ---- what follows it

    def _make_known(self, age: int, sign: str, uuid: str) -> None:
        is_unreviewed = sign == UNREVIEWED and not age
        unit, by = self._units[TOP], REVIEWER
        if sign == SHOWN and not age:
            title, below = self._lowered(uuid)
            record_review(
                self._then(age, 9),
                uuid,
                title,
                level=below,
                reason=_OTHERWISE,
                day=self._day(age, 9),
                unit=unit,
                by=by,
            )
            self._petition(uuid, title)
        if not is_unreviewed:
            conclude_as_proposed(self._then(age, 8), uuid, day=self._day(age, 9), unit=unit, by=by)
        titles = [line.title for line in published_vote(self._house, uuid).lines]
        told = self._then(age, 7, 10)
        for secret in make_notices(told, uuid, titles, days=30, by=chair_of(sign)) if not is_unreviewed else ():
            if self._draw.random() < READ_BY:
                acknowledge(self._then(age, 6, 20), secret)

    def _lowered(self, uuid: str) -> tuple[str, int]:
        """Choose the first person whose level can be concluded one lower; give the line and that level."""
        lines = published_vote(self._house, uuid).lines
        line = next(line for line in lines if line.proposed < LEVELS - 1)
        return line.title, line.proposed + 1

    def _petition(self, uuid: str, title: str) -> None:
        chair = chair_of(SHOWN)
        secret = make_notice(self._then(0, 8), uuid, title, days=30, by=chair)
        acknowledge(self._then(0, 8, 19), secret)
        enter_petition(self._then(0, 7, 20), secret, _PETITION)
        answer_petition(self._then(0, 5), uuid, title, _ANSWER, by=chair)

    def _enter_steps(self, age: int, cycle: str, sign: str, *, is_open: bool) -> None:
        done = STEPS[:3] if is_open else STEPS[:4] if sign == UNREVIEWED and not age else STEPS
        for kind in done:
            step = Step(kind, done=self._day(age, _DUE[kind]), responsible=_RESPONSIBLE[kind])
            if kind == "collective" and sign == SKIPPED:
                step = Step(kind, note=_SKIPPED, skipped=True)
            enter_step(self._then(age, _DUE[kind] - 1), cycle, self._units[sign], step, by=chair_of(sign))
