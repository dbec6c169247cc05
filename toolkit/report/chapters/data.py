"""Data and how far it carries: what came from where, over which days, and what is missing."""

from __future__ import annotations

from functools import partial

import pandas as pd

from toolkit.data.check import source_name
from toolkit.data.convert import ident
from toolkit.data.tables import TABLES
from toolkit.language import day, number, percent, text
from toolkit.report.blocks import Block, Chapter, Heading, Note, Paragraph, Table
from toolkit.report.chapters.common import clip, name
from toolkit.report.results import Results


def data(results: Results, language: str) -> Chapter:
    """Rows, days and gaps of every table and KPI."""
    say = partial(text, language=language)
    tables = _tables(results)
    finest = results.client.calendar.grains[0]
    people = results.client.participants
    own = results.panel[(results.panel["level"] == "individual") & (results.panel["exposure"] > 0)]
    own = own[own["period"].map(results.client.calendar.grain_of) == finest]
    gaps = _gaps(own, results, language)
    agreed = own[own["kpi"].isin([m.kpi for s in results.schemes for m in s.measures])]
    blank = float((agreed["missing"] != "").mean())
    rows = tuple(
        (say(f"table.{t.table}"), t.source, number(t.rows, language), _days(t.first, t.last, language))
        for t in tables.itertuples()
    )
    blocks: list[Block] = [
        Table(tuple(say(f"data.column_{c}") for c in ("table", "source", "rows", "days")), rows),
        Heading(say("data.people")),
        Paragraph(say("data.people_text", **_movements(people, results))),
        Heading(say("data.gaps")),
        Table(tuple(say(f"data.column_{c}") for c in ("kpi", "values", "missing", "why")), gaps),
        Note(say("data.note", grain=say(f"grain.{finest}"))),
        *_silent_note(results, language),
    ]
    title = say(
        "data.title",
        rows=number(int(tables["rows"].sum()), language),
        tables=len(tables),
        kpis=len(results.client.measured),
        missing=percent(blank, language, 1),
    )
    return Chapter("data", say("nav.data"), say("kicker.data"), title, tuple(blocks))


def _tables(results: Results) -> pd.DataFrame:
    """Every table supplied: its source, its rows, its first and last day."""
    client = results.client
    rows = []
    for table, filled in client.filled.items():
        days = [c for c, spec in TABLES[table].columns.items() if spec.kind == "day" and c in filled]
        ends = [f"min({ident(c)})" for c in days], [f"max({ident(c)})" for c in days]
        edges = f"least({', '.join(ends[0])}), greatest({', '.join(ends[1])})"
        if not days or table == "participants":
            edges = "NULL, NULL"
        counted = client.database.raw_sql(f"SELECT count(*), {edges} FROM {ident(table)}").fetchone()
        source = source_name(table, client.sources[table])
        rows.append((table, source, *counted))
    return pd.DataFrame(rows, columns=["table", "source", "rows", "first", "last"])


def _silent_note(results: Results, language: str) -> list[Block]:
    say = partial(text, language=language)
    listed = [
        say(
            "data.silent",
            table=say(f"table.{table}"),
            months=say("phrase.join").join(clip(months, 6, language)),
        )
        for table, months in _silent_months(results).items()
    ]
    return [Note(say("data.silent_months", listed=say("phrase.semicolon").join(listed)))] if listed else []


def _silent_months(results: Results) -> dict[str, list[str]]:
    """Table → months without any row inside its own span: a quarter's value lacks them unseen."""
    client = results.client
    start, end = pd.Timestamp(client.start), pd.Timestamp(client.end)
    kpis = [client.kpis[k] for k in client.measured]
    dates = {(p.table, p.date) for k in kpis for p in (k.numerator, k.denominator) if p and p.date}
    found: dict[str, list[str]] = {}
    for table, date in sorted(dates):
        months = f"SELECT DISTINCT date_trunc('month', {ident(date)}) FROM {ident(table)}"
        seen = pd.to_datetime([row[0] for row in client.database.raw_sql(months).fetchall()]).dropna()
        inside = seen[(seen >= start.replace(day=1)) & (seen <= end)]
        if len(inside):
            missing = pd.date_range(inside.min(), inside.max(), freq="MS").difference(inside)
            if len(missing):
                found[table] = sorted({*found.get(table, []), *(f"{m:%Y-%m}" for m in missing)})
    return found


def _days(first: object, last: object, language: str) -> str:
    if first is None or last is None or pd.isna(first):  # type: ignore[call-overload]
        return "–"
    return f"{day(first, language)} – {day(last, language)}"  # type: ignore[arg-type]


def _movements(people: pd.DataFrame, results: Results) -> dict[str, object]:
    start, end = pd.Timestamp(results.client.start), pd.Timestamp(results.client.end)
    hired, left = (
        people.groupby("participant")["hired_on"].min(),
        people.groupby("participant")["left_on"].max(),
    )
    places = people.drop_duplicates(["participant", "team", "region"]).groupby("participant").size()
    return {
        "people": people["participant"].nunique(),
        "joined": int((hired > start).sum()),
        "left": int((left <= end).sum()),
        "moved": int((places > 1).sum()),
    }


def _gaps(own: pd.DataFrame, results: Results, language: str) -> tuple[tuple[str, ...], ...]:
    rows = []
    for kpi in results.client.measured:
        part = own[own["kpi"] == kpi]
        missing = part[part["missing"] != ""]
        why = [
            text(f"missing.{code}", language, n=int(n), periods=_where(missing, code, language))
            for code, n in missing["missing"].value_counts().items()
        ]
        joined = text("phrase.semicolon", language).join(why)
        rows.append(
            (
                name(results, kpi, language),
                number(len(part) - len(missing), language),
                percent(len(missing) / max(len(part), 1), language, 1),
                joined or "–",
            )
        )
    return tuple(rows)


def _where(missing: pd.DataFrame, code: object, language: str) -> str:
    """The periods in which a value is missing, where these are few."""
    periods = sorted(missing.loc[missing["missing"] == code, "period"].unique())
    return text("phrase.join", language).join(clip(periods, 3, language))
