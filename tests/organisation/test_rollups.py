"""Roll-ups: sums of what is published, and nothing in them or between them from fewer than five ballots."""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.organisation.organised import Organised
from tests.web.chair_browser import ChairBrowser
from voting.domain.attendance import Attendance, record_attendance
from voting.domain.organisation.cycles import Cycle, change_to
from voting.domain.organisation.officials import Official
from voting.domain.organisation.register import commit
from voting.domain.organisation.reviews import record_review
from voting.domain.organisation.roles import Role
from voting.domain.organisation.rollups import FEWEST, Counted, Line, lines_of, rollup_of
from voting.domain.organisation.units import Tree, Unit, tree_of
from voting.domain.sessions import Session
from voting.protocol.codes import draw_uuid

# ---- what can be found out from everything that was ever shown

LEVELS = 3
Variable = tuple[str, str, int]
"""A unit, a group of similar duties, a level."""


def counted(unit: str, collected: int, votes: Mapping[str, Sequence[int]]) -> Counted:
    return Counted(unit, collected, None, None, (), (), (), 0, tuple((group, tuple(at)) for group, at in votes.items()))


def shown_votes(lines: Iterable[Line]) -> Iterator[int]:
    """Yield every figure about votes that a page shows, with the number of units that it leaves out."""
    for line in lines:
        for votes in line.votes:
            yield votes.left_out
            yield from (*votes.at, votes.total or 0) if votes.at is not None else (0,) * (LEVELS + 1)


class Organisation:
    """A tree with one vote in some units, and the pages that somebody may have looked at.

    The votes were published one after another; the page was read after each, by accounts at each place of the tree.
    """

    def __init__(self, tree: Tree, votes: Mapping[str, Counted]) -> None:
        self.tree, self.votes = tree, votes

    @property
    def variables(self) -> list[Variable]:
        return [
            (unit, group, level)
            for unit, each in self.votes.items()
            for group, at in each.votes
            for level in range(len(at))
        ]

    @property
    def hidden(self) -> list[Variable]:
        return [variable for variable in self.variables if self.votes[variable[0]].collected < FEWEST]

    def with_one_more(self, variable: Variable) -> "Organisation":
        unit, group, level = variable
        votes = {
            name: tuple(number + (place == level and name == group) for place, number in enumerate(at))
            for name, at in self.votes[unit].votes
        }
        return Organisation(self.tree, {**self.votes, unit: counted(unit, self.votes[unit].collected, votes)})

    def everything_shown(self) -> list[int]:
        found: list[int] = []
        for place in self.tree.units:
            readable = {unit.id for unit in self.tree.within(place)}
            for day in range(1, len(self.votes) + 1):
                published = {unit: self.votes[unit] for unit in list(self.votes)[:day] if unit in readable}
                concerned = [unit for unit in self.votes if unit in readable]
                found += shown_votes(lines_of(self.tree, concerned, readable, published, LEVELS))
        return found


def equations(organisation: Organisation, look: Callable[[Organisation], Sequence[int]]) -> list[list[Fraction]]:
    """Find out what each figure is a sum of, by giving one vote more to one variable at a time.

    Known besides: how many votes a group of a unit has altogether, which is people times ballots.
    """
    before = look(organisation)
    columns = [look(organisation.with_one_more(variable)) for variable in organisation.variables]
    rows = [[Fraction(column[i] - before[i]) for column in columns] for i in range(len(before))]
    whole = {variable[:2] for variable in organisation.variables}
    rows += [[Fraction(variable[:2] == group) for variable in organisation.variables] for group in sorted(whole)]
    return rows


def recovered(organisation: Organisation, rows: list[list[Fraction]]) -> list[Variable]:
    """Give the withheld figures that a combination of the equations determines, by exact elimination."""
    reduced: list[list[Fraction]] = []
    pivots: list[int] = []
    for row in rows:
        rest = _reduced(row, reduced, pivots)
        pivot = next((place for place, number in enumerate(rest) if number), None)
        if pivot is not None:
            reduced.append([number / rest[pivot] for number in rest])
            pivots.append(pivot)
    variables = organisation.variables
    found = []
    for variable in organisation.hidden:
        wanted = [Fraction(other == variable) for other in variables]
        if not any(_reduced(wanted, reduced, pivots)):
            found.append(variable)
    return found


def _reduced(row: list[Fraction], reduced: list[list[Fraction]], pivots: list[int]) -> list[Fraction]:
    for other, pivot in zip(reduced, pivots, strict=True):
        if factor := row[pivot]:
            row = [number - factor * beside for number, beside in zip(row, other, strict=True)]
    return row


def tree_with(parents: Sequence[int]) -> Tree:
    """Make a tree: each unit after the first one belongs to an earlier one."""
    units = {"u0": Unit("u0", "u0")}
    for place, parent in enumerate(parents, 1):
        units[f"u{place}"] = Unit(f"u{place}", f"u{place}", f"u{parent % place}")
    return Tree(units, 0, {})


@st.composite
def organisations(draw: st.DrawFn) -> Organisation:
    tree = tree_with(draw(st.lists(st.integers(0, 5), min_size=1, max_size=5)))
    units = draw(st.permutations(list(tree.units)))[: draw(st.integers(1, 5))]
    at = st.lists(st.integers(0, 9), min_size=LEVELS, max_size=LEVELS)
    votes = {
        unit: counted(
            unit,
            draw(st.one_of(st.integers(0, FEWEST - 1), st.integers(FEWEST, 12))),
            draw(st.dictionaries(st.sampled_from(["a", "b"]), at, min_size=1)),
        )
        for unit in units
    }
    return Organisation(tree, votes)


@settings(deadline=None, max_examples=40)
@given(organisations())
def test_no_figure_from_fewer_than_five_ballots_can_be_computed_from_all_that_was_ever_shown(
    organisation: Organisation,
) -> None:
    found = recovered(organisation, equations(organisation, Organisation.everything_shown))
    assert found == []


@settings(deadline=None, max_examples=40)
@given(organisations(), st.randoms(use_true_random=False))
def test_how_the_few_have_voted_changes_nothing_that_is_shown(organisation: Organisation, chance: object) -> None:
    others = {
        unit: counted(
            unit,
            each.collected,
            {group: chance.sample(at, len(at)) for group, at in each.votes},
        )
        if each.collected < FEWEST
        else each
        for unit, each in organisation.votes.items()
    }
    assert Organisation(organisation.tree, others).everything_shown() == organisation.everything_shown()


def test_the_same_arithmetic_does_find_what_a_true_total_would_give_away() -> None:
    organisation = Organisation(
        tree_with([0, 0]),
        {"u1": counted("u1", 9, {"a": (4, 4, 1)}), "u2": counted("u2", 3, {"a": (2, 1, 0)})},
    )

    def careless(of: Organisation) -> list[int]:
        """Show the large unit, and the total of both."""
        large, small = (of.votes[unit].votes[0][1] for unit in ("u1", "u2"))
        return [*large, *map(sum, zip(large, small, strict=True))]

    assert recovered(organisation, equations(organisation, careless)) == organisation.hidden


def test_a_second_part_that_is_hidden_today_would_give_it_away_to_whoever_has_the_page_of_yesterday() -> None:
    organisation = Organisation(
        tree_with([0, 0, 0]),
        {
            "u1": counted("u1", 9, {"a": (4, 4, 1)}),
            "u2": counted("u2", 8, {"a": (3, 3, 2)}),
            "u3": counted("u3", 3, {"a": (2, 1, 0)}),
        },
    )

    def hides_two(of: Organisation) -> list[int]:
        first, second, third = (of.votes[unit].votes[0][1] for unit in ("u1", "u2", "u3"))
        today = [*first, *map(sum, zip(first, second, third, strict=True))]
        return [*today, *second]

    assert recovered(organisation, equations(organisation, hides_two)) == organisation.hidden


def test_a_total_says_how_many_units_it_leaves_out() -> None:
    tree = tree_with([0, 0])
    votes = {
        "u1": counted("u1", 5, {"a": (3, 1, 1), "b": (0, 5, 0)}),
        "u2": counted("u2", 4, {"a": (4, 0, 0)}),
    }
    whole, large, small = lines_of(tree, list(votes), set(tree.units), votes, LEVELS)
    assert [(each.group, each.at, each.left_out) for each in whole.votes] == [
        (None, (3, 6, 1), 1),
        ("a", (3, 1, 1), 1),
        ("b", (0, 5, 0), 0),
    ]
    assert [each.at for each in large.votes] == [(3, 6, 1), (3, 1, 1), (0, 5, 0)]
    assert [(each.group, each.at, each.total) for each in small.votes] == [(None, None, None), ("a", None, None)]


# ---- a cycle with real votes


def cycle_in(province: Organised, sessions: Mapping[str, Session], units: Sequence[str], **entries: object) -> Cycle:
    cycle = Cycle(
        id=draw_uuid(),
        name="=Đánh giá năm 2026",
        unit=province.province,
        occasion="yearly",
        year=2026,
        starts="2026-12-01",
        ends="2026-12-31",
        rule="absolute_majority",
        scale="classification",
        units=tuple(units),
        sessions=tuple((unit, session.uuid) for unit, session in sessions.items()),
    )
    cycle = replace(cycle, **entries)
    commit(province.house, [change_to(cycle)], by="", act="cycle.make", unit=province.province, about=cycle.id)
    return cycle


@pytest.fixture
def rolled(province: Organised) -> Cycle:
    """A cycle in four units: six ballots in the village, three in the town, seven in the harbour, none in the south."""
    an, binh = province.register(
        province.village,
        Official("", "Nguyễn Văn An", "", group="Lãnh đạo"),
        Official("", "Trần Thị Bình", "", group="Chuyên môn"),
    )
    (cuong,) = province.register(province.town, Official("", "Lê Văn Cường", "", group="Lãnh đạo"))
    (dung,) = province.register(province.harbour, Official("", "Phạm Thị Dung", "", group="=Chuyên môn"))
    sessions = {
        province.village: province.published(province.village, [an, binh], [(1, 2)] * 4 + [(2, 3)] * 2),
        province.town: province.published(province.town, [cuong], [(4,), (4,), (3,)]),
        province.harbour: province.published(
            province.harbour, [dung], [(1,)] * 2 + [(2,)] * 3 + [(3,)] * 2, title="Unanimity is not needed"
        ),
        province.south: province.draft(province.south, [dung]),
    }
    return cycle_in(province, sessions, [province.south, *list(sessions)[:3]])


def line_of(lines: Iterable[Line], unit: str, *, whole: bool = False) -> Line:
    return next(line for line in lines if line.unit.id == unit and line.whole is whole)


def test_people_are_counted_at_the_level_that_holds_and_at_the_proposed_one(province: Organised, rolled: Cycle) -> None:
    house = province.house
    record_review(
        house,
        dict(rolled.sessions)[province.town],
        "Lê Văn Cường",
        level=3,
        reason="Đã khắc phục",
        day="2027-01-15",
        unit=province.north,
        by="x",
    )
    lines = rollup_of(house, rolled, set(tree_of(house).units)).lines
    top = line_of(lines, province.province, whole=True)
    assert (top.concerned, top.published, top.held.people) == (4, 3, 4)
    # Dung has no majority for any level: without one.
    assert (top.proposed.at, top.proposed.without) == ((1, 1, 0, 1), 1)
    assert (top.held.at, top.held.without, top.reviewed) == ((1, 1, 1, 0), 1, 1)
    assert [top.held.hundredths(level) for level in range(4)] == [3333, 3333, 3333, 0]
    north, south = (line_of(lines, unit, whole=True) for unit in (province.north, province.south))
    for level in range(4):
        assert north.held.at[level] + south.held.at[level] == top.held.at[level]
    assert line_of(lines, province.south).published == 0
    assert [line.unit.id for line in lines] == [
        *(province.province, province.north, province.town, province.village),
        *(province.south, province.south, province.harbour),
    ]


def test_taking_part_is_of_the_votes_in_which_a_figure_is_known(province: Organised) -> None:
    house = province.house
    (one,) = province.register(province.village, Official("", "Nguyễn Văn An", ""))
    (two,) = province.register(province.town, Official("", "Lê Văn Cường", ""))
    draft = province.draft(province.village, [one], codes=8)
    record_attendance(house, draft.uuid, Attendance(10, 8, 7, 0, ""), 0)
    known = province.hold(draft, [(1,)] * 6)
    unknown = province.published(province.town, [two], [(1,)] * 5)
    cycle = cycle_in(province, {province.village: known, province.town: unknown}, [province.village, province.town])
    north = line_of(rollup_of(house, cycle, set(tree_of(house).units)).lines, province.north, whole=True)
    assert north.collected == 11
    assert (north.convened.collected, north.convened.of, north.convened.votes) == (6, 8, 1)
    assert north.convened.hundredths == 7500


def test_only_units_that_may_be_read_are_in_any_figure(province: Organised, rolled: Cycle) -> None:
    house = province.house
    lines = rollup_of(house, rolled, {province.village}).lines
    assert [(line.unit.id, line.whole) for line in lines] == [(province.village, False)]
    lines = rollup_of(house, rolled, {province.north, province.village, province.town}).lines
    assert [(line.unit.id, line.whole) for line in lines] == [
        *((province.north, True), (province.town, False), (province.village, False)),
    ]


def test_a_vote_on_another_scale_is_named_and_not_added(province: Organised) -> None:
    house = province.house
    (one,) = province.register(province.village, Official("", "Nguyễn Văn An", ""))
    (two,) = province.register(province.town, Official("", "Lê Văn Cường", ""))
    sessions = {
        province.village: province.published(province.village, [one], [(1,)] * 5),
        province.town: province.published(province.town, [two], [(1,)] * 5, scale="confidence", rule="nq96_2023"),
    }
    rollup = rollup_of(house, cycle_in(province, sessions, list(sessions)), set(tree_of(house).units))
    assert [unit.id for unit in rollup.apart] == [province.town]
    assert line_of(rollup.lines, province.north, whole=True).held.people == 1


def test_where_the_rule_gives_no_level_its_outcomes_are_counted(
    province: Organised, signed_in: Callable[[str, str], ChairBrowser]
) -> None:
    one, two = province.register(province.village, Official("", "Nguyễn Văn An", ""), Official("", "Trần Thị Bình", ""))
    ballots = [(1, 3)] * 4 + [(3, 2)] * 3
    session = province.published(province.village, [one, two], ballots, scale="confidence", rule="nq96_2023")
    cycle = cycle_in(province, {province.village: session}, [province.village], scale="confidence", rule="nq96_2023")
    rollup = rollup_of(province.house, cycle, {province.village})
    (line,) = rollup.lines
    assert dict(zip([each.id for each in rollup.outcomes], line.outcomes.at, strict=True)) == {
        "dismissal": 0,
        "may_resign": 1,
        "no_consequence": 1,
    }
    page = signed_in(Role.CHAIR, province.village).get(f"/chair/cycles/{cycle.id}/figures").text
    assert "Concluded by the rule" in page
    assert "People at each level" not in page


# ---- the page and the workbook

_SECTION = re.compile(r'<h2 id="table-\d+">([^<]+)</h2>.*?<tbody>(.*?)</tbody>', re.DOTALL)
_ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)


def figures_on(page: str) -> dict[str, list[list[str]]]:
    """Read the tables of a page: every figure and percentage in its order."""
    found = {}
    for name, body in _SECTION.findall(page):
        rows = []
        for row in _ROW.findall(body):
            cells = [re.sub(r'<span class="visually-hidden">.*?</span>', "", cell) for cell in _CELL.findall(row)]
            texts = (re.split(r'<span class="hint">', cell) for cell in cells)
            rows.append([unescape(re.sub(r"<[^>]+>", "", text)).strip() for parts in texts for text in parts])
        found[unescape(name)] = rows
    return found


def figures_in(workbook: bytes) -> dict[str, list[list[str]]]:
    found = {}
    for sheet in load_workbook(io.BytesIO(workbook)).worksheets[:-1]:
        rows = []
        for cells in sheet.iter_rows(min_row=2):
            values = []
            for cell in cells:
                if cell.value is None and cell.column > 1 and sheet.cell(1, cell.column).value.endswith("(%)"):
                    continue
                percent = cell.number_format == "0.00%"
                values.append(f"{cell.value * 100:.2f}%" if percent else "–" if cell.value is None else str(cell.value))
            rows.append(values)
        found[sheet.title] = rows
    return found


def test_the_workbook_holds_exactly_what_the_page_holds(
    province: Organised, rolled: Cycle, signed_in: Callable[[str, str], ChairBrowser]
) -> None:
    browser = signed_in(Role.READER, province.province)
    page = figures_on(browser.get(f"/chair/cycles/{rolled.id}/figures").text)
    answer = browser.get(f"/chair/cycles/{rolled.id}/figures.xlsx?lang=en")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert figures_in(answer.data) == page
    assert set(page) == {"People at each level", "Proposed by the votes", "Taking part", "Votes added up"}
    assert ["Thị trấn Bắc Sơn", "all groups", *["—"] * 5, "1"] in page["Votes added up"]


def test_a_name_that_looks_like_a_formula_is_a_text_in_the_workbook(
    province: Organised, rolled: Cycle, signed_in: Callable[[str, str], ChairBrowser]
) -> None:
    answer = signed_in(Role.READER, province.province).get(f"/chair/cycles/{rolled.id}/figures.xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    formulas = [cell for cell in cells if str(cell.value or "").startswith("=")]
    assert {cell.value for cell in formulas} == {"=Đánh giá năm 2026", "=Chuyên môn"}
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in formulas)


def test_a_chair_sees_the_figures_of_the_own_unit_and_nothing_beside_or_above(
    province: Organised, rolled: Cycle, signed_in: Callable[[str, str], ChairBrowser]
) -> None:
    browser = signed_in(Role.CHAIR, province.village)
    page = browser.get(f"/chair/cycles/{rolled.id}/figures").text
    assert "Xã Bình An" in page
    for other in ("Thị trấn Bắc Sơn", "Huyện Bắc Sơn", "Phường Cảng", "Tỉnh Đông Hải"):
        assert other not in page
        assert other not in str(figures_in(browser.get(f"/chair/cycles/{rolled.id}/figures.xlsx").data))


def test_a_cycle_without_anything_published_says_so(
    province: Organised, signed_in: Callable[[str, str], ChairBrowser]
) -> None:
    (one,) = province.register(province.village, Official("", "Nguyễn Văn An", ""))
    draft = province.draft(province.village, [one], title="A title that nobody is told yet")
    cycle = cycle_in(province, {province.village: draft}, [province.village, province.town])
    browser = signed_in(Role.READER, province.province)
    page = browser.get(f"/chair/cycles/{cycle.id}/figures")
    assert page.status_code == 200
    assert "No result of this cycle is published yet" in page.text
    assert "A title that nobody is told yet" not in page.text
    assert browser.get(f"/chair/cycles/{cycle.id}/figures.xlsx").status_code == 200
