"""`kpi integrity`: what in the history is a reason to look, and what is not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from toolkit.cli.common import Folder, Language, app, loaded, stop
from toolkit.errors import ToolkitError
from toolkit.language import describe_error, number, percent, text

if TYPE_CHECKING:
    import pandas as pd

_COUNTED = {"excess_mass"}  # tests whose value is a number of rows


@app.command()
def integrity(
    folder: Folder,
    language: Language = "",
    level: Annotated[float, typer.Option(help="Of the intervals.", min=0.5, max=0.999)] = 0.90,
    seed: Annotated[int, typer.Option(help="Of the random signs and shuffles.")] = 0,
    country: Annotated[
        str, typer.Option(help="Whose working days count, such as CN; none for Monday to Friday.")
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="Also the tests that could not be made.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the whole table to this CSV.")
    ] = None,
) -> None:
    """Look through the history for results gathered at thresholds, orders pulled forward, rounded entries.

    Also discounts late and near a tier, and bookings that come to nothing. A flag is a reason to look, never
    proof.

    Exit code 0: tested, whatever was found. 2: bad input.

    Example: kpi integrity acme --language zh
    """
    client, said = loaded(folder, language, key="cli.problems")
    from toolkit.review.integrity import integrity as tested

    try:
        found = tested(client, language=said, level=level, seed=seed, country=country)
    except ToolkitError as error:
        stop(describe_error(error, said), said, key="cli.problems")
    if out is not None:
        from toolkit.report.tables import write_csv

        out.parent.mkdir(parents=True, exist_ok=True)
        write_csv(found, out)
    _show(found, said, every)


def _show(found: pd.DataFrame, language: str, every: bool) -> None:
    """The table with what is to be looked at first, the sentences under it, and what was not tested."""
    refused = found["verdict"] == "not_enough_data"
    tested = found[~refused].sort_values(["flag", "p_value"], ascending=[False, True])
    counts = {"tests": len(tested), "looks": int(tested["flag"].sum()), "refused": int(refused.sum())}
    said = {name: number(n, language) for name, n in counts.items()}
    Console().print(text("integrity.head", language, **said), highlight=False)
    shown = found.loc[[*tested.index, *found.index[refused]]] if every else tested
    if len(shown):
        _table(shown, language)
    for message in shown["message"]:
        Console().print(f"- {escape(message)}", highlight=False)
    if refused.any() and not every:
        _why(found[refused], language)


def _table(shown: pd.DataFrame, language: str) -> None:
    columns = ("test", "verdict", "evidence", "p", "n")
    heads = [text(f"integrity.column.{name}", language) for name in columns]
    table = Table(*heads, box=None, pad_edge=False, header_style="bold")
    for row in shown.to_dict("records"):
        evidence, chance = "–", "–"
        if row["verdict"] != "not_enough_data":
            low, high, value = (_said(row["test"], row[c], language) for c in ("low", "high", "value"))
            evidence, chance = f"{value} ({low} … {high})", percent(row["p_adjusted"], language, 1)
        n = f"{number(row['n'], language)} / {number(row['people'], language)}"
        words = text(f"integrity.test.{row['test']}", language), text(f"integrity.{row['verdict']}", language)
        table.add_row(*words, evidence, chance, n)
    Console().print(table)


def _said(test: str, value: object, language: str) -> str:
    assert isinstance(value, float)
    return number(value, language) if test in _COUNTED else percent(value, language, 1)


def _why(refused: pd.DataFrame, language: str) -> None:
    """How often a test was not possible, by test."""
    counted = refused["test"].value_counts(sort=False)
    each = [
        text("integrity.times", language, why=text(f"integrity.test.{test}", language), n=number(n, language))
        for test, n in counted.items()
    ]
    joined = ("；" if language == "zh" else "; ").join(each)
    Console().print(text("integrity.others", language, why=joined), highlight=False)
