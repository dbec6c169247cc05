"""Data and how far it carries: what came from where, how it was read, what looks odd, what is missing."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from toolkit.data.panel.extent import extents, months_with_rows
from toolkit.data.sources import source_name
from toolkit.language import day, number, percent, period_name, text
from toolkit.report.blocks import Block, Chapter, Heading, Note, Paragraph, Table
from toolkit.report.chapters.common import clip, name
from toolkit.report.chapters.data_parts import behind, levels, looks_odd, read_otherwise
from toolkit.report.phrases import count
from toolkit.report.results import Results


def data(results: Results, language: str) -> Chapter:
    """Rows, days, oddities and gaps of every table and KPI, and whether the levels add up."""
    say = partial(text, language=language)
    finest = results.client.calendar.grains[0]
    own = results.panel[(results.panel["level"] == "individual") & (results.panel["exposure"] > 0)]
    own = own[results.client.calendar.of_grain(own["period"], finest)]
    tables = _tables(results)
    header = tuple(say(f"data.column_{c}") for c in ("table", "source", "rows", "days"))
    gaps_header = tuple(say(f"data.column_{c}") for c in ("kpi", "values", "missing", "behind", "why"))
    blocks: list[Block] = [
        Table(header, tuple(_table_line(t, language) for t in tables)),
        *read_otherwise(results, language),
        *looks_odd(results, language),
        Heading(say("data.people")),
        Paragraph(_movements(results, language)),
        Heading(say("data.gaps")),
        Table(gaps_header, _gaps(own, results, language)),
        Note(say("data.note", grain=say(f"grain.{finest}"))),
        *_silent_note(results, language),
        *levels(results, language),
    ]
    title = _title(own, tables, results, language)
    return Chapter("data", say("nav.data"), say("kicker.data"), title, tuple(blocks))


def _title(own: pd.DataFrame, tables: list[dict[str, Any]], results: Results, language: str) -> str:
    agreed = own[own["kpi"].isin([m.kpi for s in results.schemes for m in s.measures])]
    blank = int((agreed["missing"] != "").sum())
    values = {
        "rows": count(sum(t["rows"] for t in tables), "row", language),
        "tables": count(len(tables), "table", language),
        "kpis": count(len(results.client.measured), "kpi", language),
        "missing": percent(blank / max(len(agreed), 1), language, 1),
    }
    return text("data.title" if blank else "data.title_complete", language, **values)


def _tables(results: Results) -> list[dict[str, Any]]:
    """Every table supplied: its source, its rows, its first and last day."""
    client = results.client
    sources = {
        t: "" if client.sources[t].select else source_name(t, client.sources[t]) for t in client.filled
    }
    return [extent._asdict() | {"source": sources[extent.table]} for extent in extents(client)]


def _table_line(table: dict[str, Any], language: str) -> tuple[str, ...]:
    source = table["source"] or text("data.from_select", language)
    first, last = table["first"], table["last"]
    days = "–" if first is None or last is None else f"{day(first, language)} – {day(last, language)}"
    return text(f"table.{table['table']}", language), source, number(table["rows"], language), days


def _silent_note(results: Results, language: str) -> list[Block]:
    say = partial(text, language=language)
    listed = [
        say(
            "data.silent",
            table=say(f"table.{table}"),
            months=say("phrase.join").join(clip([period_name(m, language) for m in months], 6, language)),
        )
        for table, months in _silent_months(results).items()
    ]
    return [Note(say("data.silent_months", listed=say("phrase.semicolon").join(listed)))] if listed else []


def _silent_months(results: Results) -> dict[str, list[str]]:
    """Table → months without any row inside its own span: a quarter's value lacks them unseen."""
    client = results.client
    start, end = pd.Timestamp(client.start), pd.Timestamp(client.end)
    kpis = [client.kpis[k] for k in client.measured]
    parts = [p for k in kpis for p in (k.numerator, k.denominator) if p and p.date]
    dates = {(p.table, p.date) for p in parts if p.date in client.filled.get(p.table, ())}
    found: dict[str, list[str]] = {}
    for table, date in sorted(dates):
        seen = months_with_rows(client, table, date)
        inside = seen[(seen >= start.replace(day=1)) & (seen <= end)]
        if len(inside):
            missing = pd.date_range(inside.min(), inside.max(), freq="MS").difference(inside)
            if len(missing):
                found[table] = sorted({*found.get(table, []), *(f"{m:%Y-%m}" for m in missing)})
    return found


def _movements(results: Results, language: str) -> str:
    """Who is in the roster, who came, left and moved in the time covered."""
    people = results.client.participants
    start, end = pd.Timestamp(results.client.start), pd.Timestamp(results.client.end)
    hired = people.groupby("participant")["hired_on"].min()
    left = people.groupby("participant")["left_on"].max()
    places = people.drop_duplicates(["participant", "team", "region"]).groupby("participant").size()
    numbers = {"joined": (hired > start).sum(), "left": (left <= end).sum(), "moved": (places > 1).sum()}
    roster = count(people["participant"].nunique(), "person", language)
    said = {key: number(int(n), language) for key, n in numbers.items()}
    return text("data.people_text", language, people=roster, **said)


def _gaps(own: pd.DataFrame, results: Results, language: str) -> tuple[tuple[str, ...], ...]:
    rows = []
    for kpi in results.client.measured:
        part = own[own["kpi"] == kpi]
        missing = part[part["missing"] != ""]
        counts = missing["missing"].value_counts()
        why = [_reason(str(code), int(n), missing, language) for code, n in counts.items()]
        listed = text("phrase.semicolon", language).join(why) or "–"
        share = percent(len(missing) / max(len(part), 1), language, 1 if len(missing) else 0)
        values = number(len(part) - len(missing), language)
        rests = behind(part, results.client.kpis[kpi], language)
        rows.append((name(results, kpi, language), values, share, rests, listed))
    return tuple(rows)


def _reason(code: str, n: int, missing: pd.DataFrame, language: str) -> str:
    """Why values are missing, how many, and in which periods, where these are few."""
    periods = sorted(missing.loc[missing["missing"] == code, "period"].unique())
    named = clip([period_name(p, language) for p in periods], 3, language)
    listed = text("phrase.join", language).join(named)
    return text(f"missing.{code}", language, n=number(n, language), periods=listed)
