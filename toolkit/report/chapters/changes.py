"""What changed, per KPI, group and team, with intervals, in words that claim no cause."""

from __future__ import annotations

import math
import re
from functools import partial
from typing import Any

import pandas as pd

from toolkit.language import number, percent, period_name, text
from toolkit.report.blocks import Block, Chapter, Details, Figure, Heading, Link, Note, Paragraph, Table
from toolkit.report.chapters.background import other_changes
from toolkit.report.chapters.common import change_of, group_name, groups, headline_kpis, inside, name
from toolkit.report.charts import intervals, trend
from toolkit.report.look import styled
from toolkit.report.phrases import Change, count, moved, span
from toolkit.report.results import Results, kpi_value
from toolkit.review.changes import EVERYONE
from toolkit.stats import LEVEL

IN_FIGURE = 6  # KPIs that the forest plot shows; the table has all
TEAMS_SHOWN = 40  # effects.csv has all


def changes(results: Results, language: str) -> Chapter:
    """The comparison of the two windows."""
    say = partial(text, language=language)
    chosen = results.windows
    blocks: list[Block] = [] if chosen.before else [Paragraph(say("changes.how_single"))]
    if chosen.before:
        blocks += _comparison(results, language)
    kpi = name(results, headline_kpis(results)[0], language)
    with styled(language):
        blocks += [Heading(say("changes.trend", kpi=kpi)), _trend(results, language)]
    if chosen.before:
        blocks += _by_team(results, language)
    dated = tuple(o for o in results.client.other_changes if o.get("from"))
    if dated and chosen.change:
        blocks += [Heading(say("changes.also")), other_changes(dated, language)]
    if chosen.before:
        method = Paragraph(say("changes.method_text", level=percent(LEVEL, language)))
        blocks.append(Details(say("changes.method"), (method,)))
    blocks.append(Link(say("made.link"), "#made"))
    title = _title(results, language)
    return Chapter("changes", say("nav.changes"), say("kicker.changes"), title, tuple(blocks))


def _comparison(results: Results, language: str) -> list[Block]:
    """How the windows were chosen, the changes as a figure and as a table, and what they do not say."""
    say = partial(text, language=language)
    chosen = results.windows
    words = {
        "after": span(chosen.after, language),
        "before": span(chosen.before, language),
        "level": percent(LEVEL, language),
    }
    key = f"changes.how_{chosen.basis}" if chosen.change else "changes.how_unchanged"
    with styled(language):
        figure = _forest(results, language)
    note = Note(say("changes.not_a_cause" if chosen.change else "changes.no_change"))
    return [Paragraph(say(key, **words)), *figure, *_table(results, language), note]


def _title(results: Results, language: str) -> str:
    say = partial(text, language=language)
    shown = groups(results)
    if not results.windows.before:
        return say("changes.title_single", after=span(results.windows.after, language))
    clear = [k for k in headline_kpis(results) if _clear(change_of(results, k, shown[0]))]
    if not clear:
        key = "changes.title_nothing_everyone" if shown == [EVERYONE] else "changes.title_nothing"
        return say(key, group=group_name(shown[0], language))
    values = {
        "kpi": name(results, clear[0], language),
        "moved": moved(change_of(results, clear[0], shown[0]), language),
        "group": group_name(shown[0], language),
    }
    if len(shown) == 1:
        return say("changes.title_everyone" if shown == [EVERYONE] else "changes.title", **values)
    other = moved(change_of(results, clear[0], shown[1]), language)
    group = group_name(shown[1], language)
    return say("changes.title_compared", other=other, other_group=group, **values)


def _clear(change: Change) -> bool:
    return change.low > 0 or change.high < 0


def _forest(results: Results, language: str) -> list[Figure]:
    """The first KPIs that have an interval in every group; no figure where none has."""
    say = partial(text, language=language)
    rows: list[dict[str, Any]] = []
    for kpi in headline_kpis(results):
        found = [(g, change_of(results, kpi, g)) for g in groups(results)]
        if len({r["group"] for r in rows}) < IN_FIGURE and not any(math.isnan(c.low) for _, c in found):
            rows += [
                {"label": group_name(g, language), "group": name(results, kpi, language), **c._asdict()}
                for g, c in found
            ]
    if not rows:
        return []
    people = count(len(results.windows.people), "person", language)
    figure = intervals(
        pd.DataFrame(rows),
        say("changes.zero"),
        lambda x: percent(x, language, signed=True),
        say("changes.forest_alt", people=people),
        say("changes.forest_caption", people=people, level=percent(LEVEL, language)),
    )
    return [figure]


def _table(results: Results, language: str) -> list[Block]:
    """A row a KPI, the groups side by side, lesser KPIs folded away; then who stood behind the totals."""
    say = partial(text, language=language)
    shown = groups(results)
    rows = []
    for kpi in headline_kpis(results):
        label = name(results, kpi, language) + (
            say("changes.per_period") if results.client.kpis[kpi].adds_over_time else ""
        )
        rows.append((label, *(cell for g in shown for cell in _cells(results, kpi, g, language))))
    columns = [say("changes.column_level"), say("changes.column_change")]
    if len(shown) > 1:
        columns = [
            say("changes.column_in_group", column=c, group=say(f"group_short.{g}"))
            for g in shown
            for c in columns
        ]
    unit = "team" if (results.changes["unit"] == "team").any() else "person"
    caption = say("changes.table_caption", level=percent(LEVEL, language), units=say(f"changes.units_{unit}"))
    header = (say("changes.column_kpi"), *columns)
    blocks: list[Block] = [Table(header, tuple(rows[:IN_FIGURE]), caption)]
    if len(rows) > IN_FIGURE:
        blocks.append(Details(say("changes.more_kpis"), (Table(header, tuple(rows[IN_FIGURE:])),)))
    return [*blocks, *_heads(results, language)]


def _row(results: Results, kpi: str, group: str) -> pd.Series | None:
    rows = results.changes
    found = rows[(rows["kpi"] == kpi) & (rows["level"] == "group") & (rows["group"] == group)]
    return None if found.empty else found.iloc[0]


def _cells(results: Results, kpi: str, group: str, language: str) -> tuple[str, str]:
    row = _row(results, kpi, group)
    if row is None:
        return "–", "–"
    definition, currency = results.client.kpis[kpi], results.client.currency
    before, after = (kpi_value(row[w], definition, currency, language) for w in ("before", "after"))
    return _arrow(before, after), _short(change_of(results, kpi, group), language)


def _arrow(before: str, after: str) -> str:
    """Two values with the unit they share said once: "18.5 → 22.8 m CNY"."""
    tails = [re.sub(r"^[−\d.,]+", "", value) for value in (before, after)]
    bare = before.removesuffix(tails[0]) if tails[0] == tails[1] else before
    return f"{bare or before} → {after}"


def _heads(results: Results, language: str) -> list[Block]:
    """A total may move because more people earned it: the same per person employed, for the first total."""
    totals = [k for k in headline_kpis(results) if results.client.kpis[k].adds_over_time]
    said = []
    for group in groups(results) if totals else ():
        row = _row(results, totals[0], group)
        if row is not None and not math.isnan(row["per_person"]):
            values = {w: number(row[f"heads_{w}"], language, 1) for w in ("before", "after")}
            values |= {
                "group": text(f"group_start.{group}", language),
                "kpi": inside(results, totals[0], language),
                "each": percent(row["per_person"], language, signed=True),
            }
            said.append(text("changes.heads", language, **values))
    return [Paragraph(text("phrase.space", language).join(said))] if said else []


def _trend(results: Results, language: str) -> Figure:
    """The first KPI by group, pay period by pay period; totals for a KPI without a denominator."""
    say = partial(text, language=language)
    kpi = headline_kpis(results)[0]
    definition = results.client.kpis[kpi]
    teams = results.windows.people.dropna(subset=["team"]).drop_duplicates("team").set_index("team")["group"]
    grain = results.client.calendar.grain_of(results.windows.after[0])
    rows = results.panel[(results.panel["kpi"] == kpi) & (results.panel["missing"] == "")]
    rows = rows[results.client.calendar.of_grain(rows["period"], grain)]
    if len(groups(results)) > 1:
        rows = (
            rows[rows["level"] == "team"]
            .assign(group=lambda r: r["participant"].map(teams))
            .dropna(subset=["group"])
        )
    else:
        rows = rows[rows["level"] == "company"].assign(group=groups(results)[0])
    sums = rows.groupby(["group", "period"], as_index=False)[["numerator", "denominator"]].sum()
    value = sums["numerator"] / sums["denominator"] if definition.is_ratio else sums["numerator"]
    frame = pd.DataFrame(
        {"period": sums["period"], "group": [group_name(g, language) for g in sums["group"]], "value": value}
    )
    order = [group_name(g, language) for g in groups(results)]
    frame = frame.sort_values("group", key=lambda s: s.map(order.index), kind="stable")
    people = count(results.windows.people["participant"].nunique(), "person", language)
    words = {"kpi": name(results, kpi, language), "people": people}
    return trend(
        frame,
        results.windows.change or None,
        say("changes.start"),
        lambda x: kpi_value(x, definition, results.client.currency, language),
        say("changes.trend_alt", **words),
        say("changes.trend_caption", **words),
        period_format=lambda p: period_name(p, language),
    )


def _by_team(results: Results, language: str) -> list[Block]:
    """The first KPIs that a percentage can be given for, team by team; nothing where nobody has a team."""
    say = partial(text, language=language)
    shown = groups(results)
    kpis = [k for k in headline_kpis(results) if not math.isnan(change_of(results, k, shown[0]).estimate)][:3]
    found = results.changes[(results.changes["level"] == "team") & results.changes["kpi"].isin(kpis)]
    if found.empty:
        return []
    rows = []
    for key, part in found.groupby(["group", "team"], sort=True):
        group, team = (str(value) for value in key)
        own = {row["kpi"]: row for row in part.to_dict("records")}
        cells = [_team_cell(own.get(kpi), language) for kpi in kpis]
        member = (say(f"group_short.{group}"),) if len(shown) > 1 else ()
        rows.append((group, (team, *member, number(int(part["n"].max()), language), *cells)))
    ordered = [cells for group in shown for g, cells in rows if g == group][:TEAMS_SHOWN]
    named = ("team", "group", "people") if len(shown) > 1 else ("team", "people")
    columns = [say(f"changes.column_{c}") for c in named]
    columns += [name(results, k, language) for k in kpis]
    blocks: list[Block] = [
        Heading(say("changes.teams")),
        Paragraph(say("changes.teams_text", level=percent(LEVEL, language))),
        Table(tuple(columns), tuple(ordered)),
    ]
    more = len(rows) - len(ordered)
    if more:
        blocks.append(Paragraph(say("changes.more_teams", teams=count(more, "more_team", language))))
    return blocks


def _team_cell(row: dict[Any, Any] | None, language: str) -> str:
    if row is None or math.isnan(row["estimate"]):
        return "–"
    return _short(Change(row["estimate"], row["low"], row["high"], int(row["n"])), language)


def _short(change: Change, language: str) -> str:
    if math.isnan(change.estimate):
        return text("phrase.no_percentage", language) if change.n else "–"
    shown = percent(change.estimate, language, signed=True)
    if math.isnan(change.low):
        return shown
    low, high = (percent(x, language, signed=True).rstrip(" %") for x in (change.low, change.high))
    return text("phrase.short_interval", language, estimate=shown, low=low, high=high)
