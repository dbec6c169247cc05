"""How every number was made: each KPI's definition, SQL and rows used, the tables, versions, signatures."""

from __future__ import annotations

from functools import partial

from toolkit.catalogue.kpi import Aggregate, Kpi
from toolkit.language import day, number, pick, text
from toolkit.report.blocks import Block, Chapter, Code, Details, Heading, Link, Paragraph, Signatures, Table
from toolkit.report.chapters.common import name
from toolkit.report.results import Results


def made(results: Results, language: str) -> Chapter:
    """The appendix that lets anybody check the report."""
    say = partial(text, language=language)
    company = results.panel[results.panel["level"] == "company"]
    finest = results.client.calendar.grains[0]
    rows_used = (
        company[company["period"].map(results.client.calendar.grain_of) == finest]
        .groupby("kpi")["rows"]
        .sum()
    )
    blocks: list[Block] = [Paragraph(say("made.how")), Heading(say("made.kpis"))]
    for kpi in results.client.measured:
        blocks.append(_definition(results.client.kpis[kpi], int(rows_used.get(kpi, 0)), results, language))
    blocks += [
        Heading(say("made.tables")),
        Table((say("made.file"), say("made.holds")), _tables(results, language)),
        *_files(results),
    ]
    blocks += [
        Heading(say("made.versions")),
        Paragraph(
            say(
                "made.versions_text",
                schemes=", ".join(s.id for s in results.schemes),
                start=day(results.client.start, language),
                end=day(results.client.end, language),
            )
        ),
    ]
    blocks.append(
        Signatures(
            say("made.client"),
            say(
                "made.consultant",
                schemes=", ".join(s.id for s in results.shown_schemes),
                end=day(results.client.end, language),
            ),
        )
    )
    return Chapter(
        "made",
        say("nav.made"),
        say("kicker.made"),
        say("made.title", kpis=len(results.client.measured)),
        tuple(blocks),
    )


def _definition(kpi: Kpi, rows: int, results: Results, language: str) -> Block:
    say = partial(text, language=language)
    parts: list[Block] = [Paragraph(pick(kpi.formula, language))] if kpi.formula else []
    for key, part in (("made.numerator", kpi.numerator), ("made.denominator", kpi.denominator)):
        if part is not None:
            parts += [Paragraph(say(key, **_place(part, kpi, language))), Code(part.sql)]
    parts.append(Paragraph(say("made.rows", rows=number(rows, language))))
    if kpi.gaming_risk:
        parts.append(Paragraph(say("made.risk", risk=pick(kpi.gaming_risk, language))))
    return Details(f"{name(results, kpi.kpi, language)} · {kpi.kpi}", tuple(parts))


def _place(part: Aggregate, kpi: Kpi, language: str) -> dict[str, object]:
    when = part.date if kpi.kind != "snapshot" else f"{part.opened} – {part.closed}"
    return {"table": text(f"table.{part.table}", language), "date": when, "owner": part.owner}


def _tables(results: Results, language: str) -> tuple[tuple[str, ...], ...]:
    counts = {
        "panel": len(results.panel),
        "targets": len(results.targets),
        "scorecard": len(results.scorecard),
        "scores": len(results.scores),
        "payouts": len(results.payouts),
        "adjustments": len(results.adjustments),
        "effects": len(results.changes),
    }
    return tuple(
        (f"tables/{t}.csv", text(f"made.table_{t}", language, rows=number(n, language)))
        for t, n in counts.items()
    )


def _files(results: Results) -> list[Block]:
    return [Link("manifest.json", "manifest.json")] if results.client.inputs else []
