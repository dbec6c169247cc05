"""What changed, per KPI, group and team, with intervals, in words that claim no cause."""

from __future__ import annotations

import math
from functools import partial

import pandas as pd

from toolkit.language import day, number, percent, period_name, pick, text
from toolkit.report.blocks import Block, Chapter, Details, Figure, Heading, Link, Note, Paragraph, Table
from toolkit.report.chapters.common import change_of, group_name, groups, headline_kpis, inside, name
from toolkit.report.charts import intervals, trend
from toolkit.report.look import styled
from toolkit.report.phrases import Change, moved, span
from toolkit.report.results import Results, kpi_value
from toolkit.stats import LEVEL

IN_FIGURE = 6  # KPIs that the forest plot shows; the table has all
TEAMS_SHOWN = 40  # effects.csv has all


def changes(results: Results, language: str) -> Chapter:
    """The comparison of the two windows."""
    say = partial(text, language=language)
    chosen = results.windows
    words = {
        "after": span(chosen.after, language),
        "before": span(chosen.before, language),
        "level": percent(LEVEL, language),
    }
    key = f"changes.how_{chosen.basis}" if chosen.change else "changes.how_unchanged"
    blocks: list[Block] = [Paragraph(say(key, **words))]
    with styled(language):
        forest, lines = _forest(results, language), _trend(results, language)
    blocks += [forest, *_table(results, language)]
    blocks += [
        Note(say("changes.not_a_cause" if chosen.change else "changes.no_change")),
        Heading(_trend_title(results, language)),
        lines,
    ]
    blocks += [
        Heading(say("changes.teams")),
        Paragraph(say("changes.teams_text", level=words["level"])),
        _teams(results, language),
    ]
    others = [o for o in results.client.other_changes if o.get("from")]
    if others and chosen.change:
        rows = tuple((pick(o["text"], language), day(o["from"], language)) for o in others)  # type: ignore[arg-type]
        blocks += [
            Heading(say("changes.also")),
            Table((say("background.other_what"), say("background.other_from")), rows),
        ]
    blocks += [
        Details(say("changes.method"), (Paragraph(say("changes.method_text", level=words["level"])),)),
        Link(say("made.link"), "#made"),
    ]
    return Chapter(
        "changes", say("nav.changes"), say("kicker.changes"), _title(results, language), tuple(blocks)
    )


def _title(results: Results, language: str) -> str:
    say = partial(text, language=language)
    shown = groups(results)
    clear = [k for k in headline_kpis(results) if _clear(change_of(results, k, shown[0]))]
    if not clear:
        return say("changes.title_nothing", group=group_name(shown[0], language))
    kpi = clear[0]
    values = {
        "kpi": name(results, kpi, language),
        "moved": moved(change_of(results, kpi, shown[0]), language),
        "group": group_name(shown[0], language),
    }
    if len(shown) > 1:
        other = change_of(results, kpi, shown[1])
        return say(
            "changes.title_compared",
            other=moved(other, language),
            other_group=group_name(shown[1], language),
            **values,
        )
    return say("changes.title", **values)


def _clear(change: Change) -> bool:
    return change.low > 0 or change.high < 0


def _forest(results: Results, language: str) -> Figure:
    say = partial(text, language=language)
    rows = []
    for kpi in headline_kpis(results):
        found = [(g, change_of(results, kpi, g)) for g in groups(results)]
        if len({r["group"] for r in rows}) < IN_FIGURE and all(c.low == c.low for _, c in found):
            rows += [
                {"label": group_name(g, language), "group": name(results, kpi, language), **c._asdict()}
                for g, c in found
            ]
    n = len(results.windows.people)
    return intervals(
        pd.DataFrame(rows),
        say("changes.zero"),
        lambda x: percent(x, language, signed=True),
        say("changes.forest_alt", n=n),
        say("changes.forest_caption", n=n, level=percent(LEVEL, language)),
    )


def _table(results: Results, language: str) -> list[Block]:
    """A row a KPI, the groups side by side, lesser KPIs folded away; then who stood behind the totals."""
    say = partial(text, language=language)
    shown = groups(results)
    rows = []
    for kpi in headline_kpis(results):
        label = name(results, kpi, language) + (
            "" if results.client.kpis[kpi].is_ratio else say("changes.per_period")
        )
        rows.append((label, *(cell for g in shown for cell in _cells(results, kpi, g, language))))
    columns = [say("changes.column_level"), say("changes.column_change")]
    if len(shown) > 1:
        columns = [
            say("changes.column_in_group", column=c, group=say(f"group_short.{g}"))
            for g in shown
            for c in columns
        ]
    unit = results.changes.loc[results.changes["level"] == "group", "unit"].iloc[0]
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
    return f"{before} → {after}", _short(change_of(results, kpi, group), language)


def _heads(results: Results, language: str) -> list[Block]:
    """A total may move because more people earned it: the same per person employed, for the first total."""
    totals = [k for k in headline_kpis(results) if not results.client.kpis[k].is_ratio]
    said = []
    for group in groups(results) if totals else ():
        row = _row(results, totals[0], group)
        if row is not None and row["per_person"] == row["per_person"]:
            values = {w: number(row[f"heads_{w}"], language, 1) for w in ("before", "after")}
            each = percent(row["per_person"], language, signed=True)
            said.append(
                text(
                    "changes.heads",
                    language,
                    group=group_name(group, language),
                    kpi=inside(results, totals[0], language),
                    each=each,
                    **values,
                )
            )
    return [Paragraph((" " if language == "en" else "").join(said))] if said else []


def _trend_title(results: Results, language: str) -> str:
    return text("changes.trend", language, kpi=name(results, headline_kpis(results)[0], language))


def _trend(results: Results, language: str) -> Figure:
    """The first KPI by group, pay period by pay period; totals for a KPI without a denominator."""
    say = partial(text, language=language)
    kpi = headline_kpis(results)[0]
    definition = results.client.kpis[kpi]
    teams = results.windows.people.dropna(subset=["team"]).drop_duplicates("team").set_index("team")["group"]
    grain = results.client.calendar.grain_of(results.windows.after[0])
    rows = results.panel[(results.panel["kpi"] == kpi) & (results.panel["missing"] == "")]
    rows = rows[rows["period"].map(results.client.calendar.grain_of) == grain]
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
    words = {"kpi": name(results, kpi, language), "n": results.windows.people["participant"].nunique()}
    return trend(
        frame,
        results.windows.change or None,
        say("changes.start"),
        lambda x: kpi_value(x, definition, results.client.currency, language),
        say("changes.trend_alt", **words),
        say("changes.trend_caption", **words),
        period_format=lambda p: period_name(p, language),
    )


def _teams(results: Results, language: str) -> Table:
    """The first KPIs that a percentage can be given for, team by team."""
    say = partial(text, language=language)
    first = groups(results)[0]
    kpis = [k for k in headline_kpis(results) if not math.isnan(change_of(results, k, first).estimate)][:3]
    found = results.changes[(results.changes["level"] == "team") & results.changes["kpi"].isin(kpis)]
    rows = []
    for (group, team), part in found.groupby(["group", "team"], sort=True):
        by_kpi = part.set_index("kpi")
        cells = [_team_cell(by_kpi, kpi, language) for kpi in kpis]
        rows.append((group, (str(team), say(f"group_short.{group}"), str(int(part["n"].max())), *cells)))
    ordered = sorted(rows, key=lambda row: groups(results).index(str(row[0])))
    columns = [say(f"changes.column_{c}") for c in ("team", "group", "people")]
    columns += [name(results, k, language) for k in kpis]
    return Table(tuple(columns), tuple(cells for _, cells in ordered[:TEAMS_SHOWN]))


def _team_cell(by_kpi: pd.DataFrame, kpi: str, language: str) -> str:
    if kpi not in by_kpi.index:
        return "–"
    row = by_kpi.loc[kpi]
    if math.isnan(row["estimate"]):
        return "–"
    return _short(Change(row["estimate"], row["low"], row["high"], int(row["n"])), language)


def _short(change: Change, language: str) -> str:
    if change.estimate != change.estimate:
        return text("phrase.no_base", language)
    shown = percent(change.estimate, language, signed=True)
    if change.low != change.low:
        return shown
    low, high = (percent(x, language, signed=True).rstrip(" %") for x in (change.low, change.high))
    return text("phrase.short_interval", language, estimate=shown, low=low, high=high)
