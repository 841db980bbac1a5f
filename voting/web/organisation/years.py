"""The results of one person over the years: a table and a chart for each scale and rule, without any judgement."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from flask import render_template, url_for

from voting.documents.charts import Chart
from voting.domain.organisation.concluded import Concluded
from voting.domain.organisation.officials import register_of
from voting.domain.organisation.roles import Act
from voting.domain.organisation.units import Tree
from voting.domain.organisation.years import Series, unit_then, years_and_unread
from voting.domain.results import Cell, Row
from voting.domain.rules import COUNT_ONLY
from voting.domain.scales import scale_of
from voting.web.chair.words import OCCASION_WORDS
from voting.web.charts import chart_of
from voting.web.languages import gettext, language
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.organisation.results import day_of
from voting.web.rule_words import denominator_words
from voting.web.site import house


@dataclass(frozen=True)
class ResultInWords:
    """One row: the line with its day, occasion and unit of that time. `cells`: the levels, or the one candidate.

    `proposed`: the level that the rule gives, in the words of the scale, or what else it concludes.
    """

    line: Concluded
    day: str
    occasion: str
    unit: str
    cells: tuple[Cell, ...]
    proposed: str
    address: str


@dataclass(frozen=True)
class SeriesInWords:
    """A series as `years` of years_parts.html draws it. `levels`: the words of the scale, none where people are chosen.

    `columns`: the heads over the votes. `basis`: what the percentages are of.
    """

    scale: str
    rule: str
    basis: str
    levels: tuple[str, ...]
    columns: tuple[str, ...]
    concludes: bool
    results: tuple[ResultInWords, ...]
    chart: Chart


@blueprint.get("/officials/<session:official>/years")
@competent(Act.TRACE, of="official")
def years(official: str) -> str:
    """Show all published results of a person, also those from units where the person was before."""
    person, own = register_of(house()).official(official), standing()
    series, unread = years_and_unread(house(), person.id)
    readable = {unit.id for unit in own.units(Act.READ)}
    return render_template(
        "organisation/years.html",
        official=person,
        path=own.tree.path(person.unit),
        series=in_words(series, own.tree, readable),
        unread=unread,
    )


def in_words(series: Iterable[Series], tree: Tree, readable: Collection[str] = ()) -> tuple[SeriesInWords, ...]:
    """Say series in the language of the request.

    `readable`: the units whose results the reader may open inside; the others lead to the board, which is public.
    """
    return tuple(_in_words(each, tree, readable) for each in series)


def _in_words(series: Series, tree: Tree, readable: Collection[str]) -> SeriesInWords:
    scale, words = scale_of(series.scale), language()
    levels = series.labels if scale.has_own_labels else scale.labels.get(words, ())
    results = tuple(_result_in_words(line, levels, tree, readable) for line in series.results)
    return SeriesInWords(
        scale=scale.names[words],
        rule="" if series.rule.id == COUNT_ONLY.id else series.rule.names[words],
        basis=denominator_words(series.rule),
        levels=levels,
        columns=levels or (gettext("Votes"),),
        concludes=bool(series.rule.outcomes),
        results=results,
        chart=chart_of([_bar(told, levels) for told in results]),
    )


def _result_in_words(line: Concluded, levels: tuple[str, ...], tree: Tree, readable: Collection[str]) -> ResultInWords:
    session = line.session
    inside = session.unit_id in readable
    concluded = line.outcome.words[language()] if line.outcome else ""
    return ResultInWords(
        line=line,
        day=day_of(session),
        occasion=gettext(OCCASION_WORDS[session.occasion]),
        unit=unit_then(tree, session),
        cells=(line.cell,) if line.cell else line.row.cells,
        proposed=levels[line.proposed - 1] if 0 < line.proposed <= len(levels) else concluded,
        address=url_for("organisation.result", session=session.uuid)
        if inside
        else url_for("board.page", uuid=session.uuid),
    )


def _bar(told: ResultInWords, levels: tuple[str, ...]) -> Row:
    """Give the row of one result as the chart draws it: called by the day and the occasion, not by the person."""
    if told.line.cell:
        # The others who could be chosen are not on this page.
        alone = replace(told.line.cell, label=f"{told.day} — {told.occasion}")
        return replace(told.line.row, group="", cells=(alone,))
    cells = tuple(replace(cell, label=label) for cell, label in zip(told.cells, levels, strict=True))
    return replace(told.line.row, name=told.day, position=told.occasion, group="", cells=cells)
