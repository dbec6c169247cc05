"""`kpi choose`: the best set of KPIs within the client's wishes, the sets after it, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from toolkit.cli.common import Folder, Language, app, loaded, stop
from toolkit.errors import ToolkitError
from toolkit.language import describe_error, number, percent, pick, text

if TYPE_CHECKING:
    from toolkit.data.engagement import Engagement
    from toolkit.design.select import RunnerUp, Selection

_PIPED = 240  # columns where no terminal says how wide it is
_COLUMNS = ("id", "name", "category", "chosen", "value", "marginal", "often", "standing")
_NUMBERS = ("value", "marginal", "often")


@app.command()
def choose(
    folder: Folder,
    save: Annotated[bool, typer.Option("--save", help="Keep the choice in decisions/kpis.yaml.")] = False,
    brief: Annotated[
        bool, typer.Option("--brief", help="Write a first kpi_brief.yaml with comments, and choose nothing.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the draws that move the judgement.")] = 0,
    language: Language = "",
) -> None:
    """Choose the set of KPIs that serves the objectives best within the wishes of kpi_brief.yaml, exactly.

    Evidence comes from the client's history (kpi screen), answers from the employees (kpi ask), judgement and
    wishes from kpi_brief.yaml. Without that file the usual wishes hold: 5 to 8 KPIs, of each category 1 to 3.

    Exit code 0: chosen. 2: bad input, or wishes that no set can meet, all of them named with their line.

    Example: kpi choose acme --brief

    Example: kpi choose acme --save -l zh
    """
    client, said = loaded(folder, language)
    from toolkit.design.select import save_selection, select
    from toolkit.design.select.template import write_brief

    try:
        if brief:
            print(text("select.brief_written", said, path=write_brief(client, said), folder=folder))
            return
        chosen = select(client, seed=seed, language=said)
    except ToolkitError as error:
        stop(describe_error(error, said), said)
    _show(client, chosen, said)
    if save:
        path = save_selection(client, chosen)
        print(text("select.saved", said, path=path.relative_to(client.folder).as_posix()))
    else:
        print(text("select.not_saved", said))


def _show(client: Engagement, chosen: Selection, language: str) -> None:
    """The set, its table, the reasons, the sets after it, the wishes that cost something."""
    values = {"count": len(chosen.best), "candidates": len(chosen.table)}
    print(text("select.headline", language, value=number(chosen.value, language, 2), **values))
    print()
    console = Console()
    (console if console.is_terminal else Console(width=_PIPED)).print(_table(client, chosen, language))
    runners = [_runner(client, one, language) for one in chosen.runners_up]
    _section("why", _reasons(client, chosen, language), language)
    _section("runners_up", runners or [text("select.no_runner_up", language)], language)
    _section("costly", list(chosen.binding["words"]) or [text("select.no_costly", language)], language)
    print()
    for line in _close(client, chosen, language):
        print(line)


def _section(key: str, lines: list[str], language: str) -> None:
    print(f"\n{text(f'select.{key}', language)}")
    for line in lines:
        print(f"- {line}")


def _reasons(client: Engagement, chosen: Selection, language: str) -> list[str]:
    """Who is in first."""
    rows = chosen.table.sort_values("chosen", ascending=False, kind="stable")
    told = zip(rows["kpi"], rows["reason"], strict=True)
    return [f"{_name(client, kpi, language)} · {why}" for kpi, why in told]


def _table(client: Engagement, chosen: Selection, language: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in _COLUMNS:
        heading = text(f"select.column.{column}", language)
        side: Literal["left", "right"] = "right" if column in _NUMBERS else "left"
        table.add_column(heading, justify=side, no_wrap=column == "id", overflow="fold")
    rows = chosen.table.sort_values(["chosen", "value"], ascending=False, kind="stable")
    for row in rows.to_dict("records"):
        cells = (
            row["kpi"],
            _name(client, str(row["kpi"]), language),
            text(f"catalogue.category.{row['category']}", language),
            text("select.yes" if row["chosen"] else "select.no", language),
            number(row["value"], language, 2),
            number(row["marginal_value"], language, 2),
            percent(row["inclusion_frequency"], language),
            text(f"select.standing.{row['standing']}", language),
        )
        table.add_row(*(Text(str(cell)) for cell in cells))
    return table


def _runner(client: Engagement, one: RunnerUp, language: str) -> str:
    joins = [kpi[1:] for kpi in one.differs_in if kpi.startswith("+")]
    leaves = [kpi[1:] for kpi in one.differs_in if kpi.startswith("-")]
    key = "runner_up" if joins and leaves else "runner_up_more" if joins else "runner_up_less"
    values = {"joins": _names(client, joins, language), "leaves": _names(client, leaves, language)}
    return text(f"select.{key}", language, value=number(one.value, language, 2), **values)


def _close(client: Engagement, chosen: Selection, language: str) -> Iterator[str]:
    """What is sure, what swings, what is luck, and what all of it is worth."""
    table = chosen.table
    for standing in ("core", "swing"):
        names = _names(client, list(table.loc[table["standing"] == standing, "kpi"]), language)
        values = {"names": names or text("select.none", language), "draws": chosen.problem["draws"]}
        yield text(f"select.{standing}", language, **values)
    if chosen.unreliable:
        yield text("select.luck", language, names=_names(client, list(chosen.unreliable), language))
    blind = [kpi for kpi in chosen.best if kpi not in client.measured]
    if blind:
        yield text("select.unmeasured", language, names=_names(client, blind, language))
    price = {name: number(chosen.problem[name], language, 2) for name in ("overlap", "data")}  # type: ignore[arg-type]
    yield text("select.honest", language, **price)


def _names(client: Engagement, kpis: list[str], language: str) -> str:
    return text("phrase.join", language).join(_name(client, kpi, language) for kpi in kpis)


def _name(client: Engagement, kpi: str, language: str) -> str:
    return pick(client.kpis[kpi].name, language)
