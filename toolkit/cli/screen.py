"""`kpi screen`: what the client's own history says for and against each KPI."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from toolkit.cli.common import Folder, Language, app, loaded, stop
from toolkit.errors import ToolkitError
from toolkit.language import describe_error, number, percent, text

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.design.screen import Screening

_PIPED = 200  # columns where no terminal says how wide it is
_STYLES = {"ok": "", "warn": "yellow", "fail": "red", "not_enough_data": "dim"}
_LOOKED_AT = ("warn", "fail")


@app.command()
def screen(
    folder: Folder,
    kpi: Annotated[
        list[str] | None, typer.Option("--kpi", help="A KPI's id; may stand again. All measured by default.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write screening_*.csv into this folder.")
    ] = None,
    language: Language = "",
) -> None:
    """Screen KPIs by their history: coverage, reliability, whose doing it is, overlap, what goes before what.

    A KPI that fails is not forbidden: it is one to judge by longer periods, by team, or not at all.

    Example: kpi screen acme --kpi net_sales --kpi visits --out acme/screening
    """
    client, said = loaded(folder, language, key="cli.problems")
    from toolkit.design.screen import screen as screened

    try:
        found = screened(client, kpi or None)
    except ToolkitError as error:
        stop(describe_error(error, said), said, key="cli.problems")
    written = [] if out is None else _written(found, out)
    _show(found, client, said)
    if written:
        print(text("screen.written", said, files=", ".join(str(path) for path in written)))


def _show(found: Screening, client: Any, language: str) -> None:
    from toolkit.design.screen.gathered import following, lucky, refusals
    from toolkit.design.screen.words import summary

    console = Console()
    console = console if console.is_terminal else Console(width=_PIPED)
    if found.tests.empty:
        console.print(text("screen.none", language), markup=False)
        return
    console.print(_table(summary(found, client.kpis, language), language))
    sections = {
        "look": [*_looks(found, client, language), *lucky(found, client.kpis, language)],
        "pairs": [*_pairs(found, client, language), *following(found, client.kpis, language)],
        "leads": list(_leads(found, client, language)),
        "refused": refusals(found, client.kpis, language),
    }
    for heading, lines in sections.items():
        if lines:
            console.print(f"\n[bold]{escape(text(f'screen.heading.{heading}', language))}[/bold]")
        for line in lines:
            console.print(Text(f"- {line}"))
    console.print()
    for line in _notes(found, language):
        console.print(line, highlight=False, markup=False)


def _table(lines: pd.DataFrame, language: str) -> Table:
    from toolkit.design.screen.words import COLUMNS

    title = text("screen.title", language, n=len(lines))
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in COLUMNS:
        table.add_column(text(f"screen.column.{column}", language), overflow="fold")
    for line in lines.to_dict("records"):
        table.add_row(*(Text(line[column]) for column in COLUMNS), style=_STYLES[line["verdict"]])
    return table


def _looks(found: Screening, client: Any, language: str) -> Iterator[str]:
    """What is not in order with a KPI alone, a line a test; reliability is told for all KPIs together."""
    from toolkit.design.screen.words import named, sentence

    told = found.tests["test"].isin(["coverage", "missing_at_random", "control"])
    rows = found.tests[told & found.tests["verdict"].isin(_LOOKED_AT)]
    for row in rows.to_dict("records"):
        name = named(row["kpi"], client.kpis, language)
        said = sentence(row, client.kpis, language, found.unit)
        yield text("screen.because", language, said=name, why=said)


def _pairs(found: Screening, client: Any, language: str) -> Iterator[str]:
    from toolkit.design.screen.words import pair_sentence

    pairs = found.pairs
    told = pairs["verdict"].isin(_LOOKED_AT) | pairs["linked"] | (pairs["why"] == "screen.opposite_signs")
    for row in pairs[told].to_dict("records"):
        yield pair_sentence(row, client.kpis, language)


def _leads(found: Screening, client: Any, language: str) -> Iterator[str]:
    """What goes before a result, or against it; of what shows nothing only the number is told."""
    from toolkit.design.screen.words import sentence

    rows = found.tests[(found.tests["test"] == "lead_lag") & found.tests["p_adjusted"].notna()]
    if rows.empty:
        return
    held = (rows["verdict"] == "ok").sum()
    yield text("screen.tried", language, n=len(rows), found=held)
    for row in rows[rows["why"] != "screen.not_distinguishable"].to_dict("records"):
        yield sentence(row, client.kpis, language)


def _notes(found: Screening, language: str) -> Iterator[str]:
    key = "screen.sale" if found.months_from == "sales_cycle" else "screen.sale_default"
    if (found.tests["test"] == "lead_lag").any():
        yield text(key, language, months=number(found.months, language, int(found.months % 1 > 0)))
    if (found.tests["why"] == "screen.joint").any():
        yield f"* {text('screen.joint', language)}"
    yield text("screen.bands", language)
    yield text("screen.level", language, level=percent(found.tests["level"].iloc[0], language))


def _written(found: Screening, out: Path) -> list[Path]:
    """The three tables as CSV."""
    from toolkit.report.tables import write_csv

    out.mkdir(parents=True, exist_ok=True)
    tables = {"tests": found.tests, "pairs": found.pairs, "vif": found.vif}
    paths = [out / f"screening_{name}.csv" for name in tables]
    for frame, path in zip(tables.values(), paths, strict=True):
        write_csv(frame, path)
    return paths
