"""How every number was made: each KPI's definition, SQL and rows used, the tables, versions, signatures."""

from __future__ import annotations

from functools import partial

from toolkit.catalogue.kpi import Aggregate, Kpi
from toolkit.language import day, number, pick, text
from toolkit.report.acting import weights_table
from toolkit.report.blocks import Block, Chapter, Code, Details, Heading, Link, Paragraph, Signatures, Table
from toolkit.report.chapters.common import name
from toolkit.report.chapters.kpis import selection_table
from toolkit.report.findings import findings
from toolkit.report.phrases import count
from toolkit.report.results import Results, small


def made(results: Results, language: str) -> Chapter:
    """The appendix that lets anybody check the report."""
    say = partial(text, language=language)
    used = _rows_used(results)
    blocks: list[Block] = [Paragraph(say("made.how")), Heading(say("made.kpis"))]
    for kpi in results.client.measured:
        blocks.append(_definition(results.client.kpis[kpi], used.get(kpi, 0), results, language))
    span = {"start": day(results.client.start, language), "end": day(results.client.end, language)}
    every = say("phrase.join").join(s.id for s in results.schemes)
    shown = say("phrase.join").join(s.id for s in results.shown_schemes)
    blocks += [
        Heading(say("made.tables")),
        Table((say("made.file"), say("made.holds")), _tables(results, language)),
        Link("manifest.json", "manifest.json"),
        Heading(say("made.versions")),
        Paragraph(say("made.versions_text", schemes=every, **span)),
        Signatures(say("made.client"), say("made.consultant", schemes=shown, end=span["end"])),
    ]
    title = say("made.title", kpis=count(len(results.client.measured), "definition", language))
    return Chapter("made", say("nav.made"), say("kicker.made"), title, tuple(blocks))


def _rows_used(results: Results) -> dict[str, int]:
    """KPI → source rows behind the company's values, each row once."""
    company = results.panel[results.panel["level"] == "company"]
    calendar = results.client.calendar
    finest = calendar.of_grain(company["period"], calendar.grains[0])
    return {str(kpi): int(rows) for kpi, rows in company[finest].groupby("kpi")["rows"].sum().items()}


def _definition(kpi: Kpi, rows: int, results: Results, language: str) -> Block:
    say = partial(text, language=language)
    parts: list[Block] = [Paragraph(pick(kpi.formula, language))] if kpi.formula else []
    for key, part in (("made.numerator", kpi.numerator), ("made.denominator", kpi.denominator)):
        if part is not None:
            parts += [Paragraph(say(key, **_place(part, language))), Code(part.sql)]
    key = "made.rows_one" if rows == 1 else "made.rows"
    parts.append(Paragraph(say(key, rows=number(rows, language))))
    if kpi.gaming_risk:
        parts.append(Paragraph(say("made.risk", risk=small(pick(kpi.gaming_risk, language)))))
    return Details(f"{name(results, kpi.kpi, language)} · {kpi.kpi}", tuple(parts))


def _place(part: Aggregate, language: str) -> dict[str, str]:
    when = f"{part.opened} – {part.closed}" if part.is_snapshot else part.date
    return {"table": text(f"table.{part.table}", language), "date": when, "owner": part.owner}


def _tables(results: Results, language: str) -> tuple[tuple[str, ...], ...]:
    rows = {
        "panel": len(results.panel),
        "targets": len(results.targets),
        "scorecard": len(results.scorecard),
        "scores": len(results.scores),
        "payouts": len(results.payouts),
        "adjustments": len(results.adjustments),
        "findings": len(findings(results, language)),
        "effects": len(results.changes),
        "weights": len(weights_table(results, language)),
    }
    selection = selection_table(results, language)
    rows |= {} if selection is None else {"selection": len(selection)}
    return tuple(
        (f"tables/{t}.csv", text(f"made.table_{t}", language, rows=count(n, "row", language)))
        for t, n in rows.items()
    )
