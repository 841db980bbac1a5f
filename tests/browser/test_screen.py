"""A long result on the projector: several people at once, everybody in turn, nobody cut off, and legible."""

from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.meeting import MakeMeeting, Visitors
from voting.domain.rulebook import rule_of
from voting.domain.sheets import Person

pytestmark = pytest.mark.browser

NAMES = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Hoàng Cường", "Phạm Thị Dung", "Hoàng Văn Em", "Vũ Thị Phượng")
POSTS = ("Giám đốc", "Phó Giám đốc phụ trách kế hoạch và tài chính", "Trưởng phòng Tổ chức cán bộ")
WALLS: tuple[ViewportSize, ...] = ({"width": 1280, "height": 720}, {"width": 1920, "height": 1080})
SMALLEST = 1 / 45
"""Of the height of the wall: what is smaller is not read from the last row."""

MEASURE = """() => {
  const wall = document.getElementById("screen-rows").getBoundingClientRect();
  const shown = [...document.querySelectorAll("#screen-rows > *")].filter((row) => row.getClientRects().length);
  const texts = shown.flatMap((row) => [...row.querySelectorAll("*")]).filter(
    (each) =>
      each.getClientRects().length && [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  const outside = ({ left, top, right, bottom }) =>
    left < wall.left - 1 || top < wall.top - 1 || right > wall.right + 1 || bottom > wall.bottom + 1;
  return {
    people: shown.length,
    chart: shown.some((row) => row.matches(".screen-chart")) ? shown[0].querySelector("h3").innerText : "",
    bars: [...document.querySelectorAll(".chart-line .chart-name")].filter((name) => name.getClientRects().length).map(
      (name) => name.innerText),
    text: shown.map((row) => row.innerText).join("\\n"),
    cut: texts.filter((each) => outside(each.getBoundingClientRect())).map((each) => each.innerText),
    smallest: Math.min(...texts.map((each) => parseFloat(getComputedStyle(each).fontSize))) / innerHeight,
  };
}"""


def people(count: int) -> list[Person]:
    return [Person(f"{NAMES[at % len(NAMES)]} {at + 1}", POSTS[at % len(POSTS)]) for at in range(count)]


def pages_of(page: Page, uuid: str) -> list[dict[str, Any]]:
    """Look at every page of a result, one after the other: first the lines, then the charts."""
    page.clock.install()
    page.goto(f"/s/{uuid}/screen")
    expect(page.locator("#screen-result")).to_be_visible()
    number = page.locator("#screen-page").inner_text().rpartition(" ")[2] or "1"
    seen = []
    for each in range(1, int(number) + 1):
        if number != "1":
            expect(page.locator("#screen-page")).to_have_text(f"Page {each} of {number}")
        seen.append(page.evaluate(MEASURE))
        page.clock.run_for(12_500)
    if number != "1":
        expect(page.locator("#screen-page")).to_have_text(f"Page 1 of {number}")
    assert [bool(each["chart"]) for each in seen] == sorted(bool(each["chart"]) for each in seen)
    assert [each["cut"] for each in seen] == [[]] * len(seen)
    assert min(each["smallest"] for each in seen) >= SMALLEST
    return seen


def lines_in(pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [page for page in pages if not page["chart"]]


def bars_in(pages: list[dict[str, Any]], heading: str) -> list[str]:
    return [name for page in pages if page["chart"] == heading for name in page["bars"]]


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: str(wall["height"]))
@pytest.mark.parametrize(
    ("rule", "scale", "levels"), [("nq96_2023", "confidence", 3), ("cumulative_from_top", "classification", 4)]
)
def test_several_people_with_long_conclusions_are_seen_at_once(
    visitors: Visitors, meeting: MakeMeeting, wall: ViewportSize, rule: str, scale: str, levels: int
) -> None:
    listed = people(12)
    held = meeting(people=listed, rule=rule_of(rule), scale=scale)
    for ballot in range(6):
        worst = [[int(level == levels - 1 - (ballot % 3 == 0)) for level in range(levels)] for _ in listed]
        held.cast_choices(ballot, worst)
    held.close()
    held.count()
    held.publish()
    pages = lines_in(pages_of(visitors.desk("en-GB", viewport=wall), held.uuid))
    assert len(pages) <= 4, [page["people"] for page in pages]
    shown = "\n".join(str(page["text"]) for page in pages)
    assert all(
        shown.count(f"{person.name}\n") == 1 or shown.count(f"{person.name} {person.position}") == 1
        for person in listed
    )


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: str(wall["height"]))
@pytest.mark.parametrize("count", [12, 30])
def test_every_candidate_of_an_election_is_seen(
    visitors: Visitors, meeting: MakeMeeting, wall: ViewportSize, count: int
) -> None:
    listed = people(count)
    held = meeting(people=listed, rule=rule_of("elect"), scale="choose", choose=5)
    for ballot in range(6):
        held.cast_choices(ballot, [[int((ballot + at) % count < 5) for at in range(count)]])
    held.close()
    held.count()
    held.publish()
    pages = pages_of(visitors.desk("en-GB", viewport=wall), held.uuid)
    shown = "\n".join(str(page["text"]) for page in lines_in(pages))
    assert all(shown.count(person.name + " " + person.position) == 1 for person in listed)
    assert sorted(bars_in(pages, "Most votes first")) == sorted(f"{each.name} {each.position}" for each in listed)


def test_all_lines_are_seen_as_bars_in_both_orders_also_on_a_wall_that_was_there_before_the_result(
    visitors: Visitors, meeting: MakeMeeting
) -> None:
    listed = [Person(person.name, person.position, ("Board", "Court")[at > 7]) for at, person in enumerate(people(16))]
    held = meeting(people=listed)
    # The later in the list, the more votes for the best level.
    for ballot in range(4):
        held.cast(ballot, *(0 if at % 8 > 1 + 2 * ballot else 2 for at in range(16)))
    early = visitors.desk("en-GB", viewport=WALLS[0])
    early.goto(f"/s/{held.uuid}/screen")
    expect(early.locator("#screen-of")).not_to_be_empty()
    held.close()
    held.count()
    held.publish()
    expect(early.locator("#screen-result")).to_be_visible()
    pages = pages_of(visitors.desk("en-GB", viewport=WALLS[0]), held.uuid)
    names = [f"{person.name} {person.position}" for person in listed]
    assert bars_in(pages, "In the order of the sheet") == names
    by_votes = sorted(range(16), key=lambda at: (at > 7, -(at % 8 // 2)))
    assert bars_in(pages, "Most votes first") == [names[at] for at in by_votes]
    told = early.locator(".screen-chart .chart-line").count()
    assert told == 2 * 16


def test_a_wall_that_cannot_have_the_charts_shows_the_lines(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting()
    held.cast(0, 0, 1, 2)
    wall = visitors.desk("en-GB", viewport=WALLS[0])
    wall.goto(f"/s/{held.uuid}/screen")
    expect(wall.locator("#screen-of")).not_to_be_empty()
    wall.route("**/screen*", lambda route: route.abort())
    held.close()
    held.count()
    held.publish()
    expect(wall.locator(".result").first).to_be_visible()
    assert wall.locator(".screen-chart").count() == 0
    # The browser tells of the request that was cut off, and the page of nothing.
    assert all("ERR_FAILED" in each for each in visitors.complaints)
    visitors.complaints.clear()


def test_a_short_result_stays_as_large_as_the_wall_allows(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting()
    held.cast(0, 0, 1, 2)
    held.close()
    held.count()
    held.publish()
    page = visitors.desk("en-GB", viewport=WALLS[0])
    (only,) = lines_in(pages_of(page, held.uuid))
    assert (only["people"], only["cut"]) == (3, [])
    assert page.locator("#screen-rows").get_attribute("data-columns") == "1"
