"""`kpi catalogue`: find a KPI, read its definition whole, see a pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from toolkit.cli.common import Spoken, app, check_language, stop
from toolkit.errors import DataError, Problem
from toolkit.language import describe, describe_error, pick, text

if TYPE_CHECKING:
    from toolkit.catalogue.kpi import Aggregate, Kpi
    from toolkit.catalogue.load import Pack

_PIPED = 400  # columns where no terminal says how wide it is: wide enough that nothing is cut
_COLUMNS = ("id", "name", "category", "unit", "direction", "lead_lag", "sql")


@app.command()
def catalogue(
    kpi: Annotated[str, typer.Argument(help="A KPI's id or number, to read it whole.")] = "",
    category: Annotated[str, typer.Option(help="result, process, quality or growth.")] = "",
    role: Annotated[str, typer.Option(help="hunter, key_account, manager, ...")] = "",
    industry: Annotated[str, typer.Option(help="manufacturing, fmcg, saas, ...")] = "",
    search: Annotated[
        str, typer.Option(help="Words in the id, names, formula or gaming risk, English or Chinese.")
    ] = "",
    pack: Annotated[str, typer.Option(help="KPIs that go together for a role or an industry.")] = "",
    language: Spoken = "en",
) -> None:
    """List the KPI catalogue, or show one KPI: formula, SQL, data needed, how it is gamed, source.

    Example: kpi catalogue --role hunter --search 客户

    Example: kpi catalogue net_sales -l zh
    """
    check_language(language)
    from toolkit.catalogue.find import find_kpis, one_kpi

    filters = {"category": category, "role": role, "industry": industry, "search": search, "pack": pack}
    if kpi and any(filters.values()):
        named = ", ".join(f"--{name}" for name, value in filters.items() if value)
        stop(
            [describe(Problem("catalogue.kpi_and_filter", column=named), language)], language, "cli.problems"
        )
    try:
        if kpi:
            _print(_whole(one_kpi(kpi), language))
        else:
            _list(find_kpis(**filters), pack, language)
    except DataError as error:
        stop(describe_error(error, language), language, "cli.problems")


def _list(found: dict[str, Kpi], pack: str, language: str) -> None:
    from toolkit.catalogue.load import load_catalogue, load_packs

    chosen = load_packs()[pack] if pack else None
    if chosen is not None:
        _print([f"{pick(chosen.name, language)} · {pick(chosen.purpose, language)}"])
    if not found:
        _print([text("catalogue.none_found", language)])
        return
    _console().print(_table(found.values(), chosen, language))
    said = {"found": len(found), "all": len(load_catalogue()), "sql": sum(k.has_sql for k in found.values())}
    _print([text("catalogue.found", language, **said)])
    if chosen is None:
        _print([text("catalogue.packs", language, packs=", ".join(load_packs()))])


def _table(kpis: Iterable[Kpi], pack: Pack | None, language: str) -> Table:
    columns = ("id", "name", "category", "reason", "sql") if pack is not None else _COLUMNS
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        heading = text(f"catalogue.label.{column}", language)
        table.add_column(heading, no_wrap=column == "id", overflow="fold")
    for kpi in kpis:
        cells = {column: _word(column, getattr(kpi, column), language) for column in _COLUMNS[2:6]}
        cells |= {"id": kpi.kpi, "name": pick(kpi.name, language)}
        cells["sql"] = text("catalogue.yes" if kpi.has_sql else "catalogue.no", language)
        if pack is not None:
            cells["reason"] = pick(pack.kpis[kpi.kpi], language)
        table.add_row(*(Text(cells[column]) for column in columns))
    return table


def _word(vocabulary: str, word: str, language: str) -> str:
    return text(f"catalogue.{vocabulary}.{word}", language)


def _whole(kpi: Kpi, language: str) -> Iterator[str]:
    """A KPI's definition, a line a matter."""
    yield f"{kpi.kpi} · {pick(kpi.name, language)}"
    subject, every = kpi.grain
    roles = [_word("role", role, language) for role in kpi.roles]
    industries = [_word("industry", industry, language) for industry in kpi.industries]
    kind = _word("kind", str(kpi.kind), language)
    if kpi.within_days:
        kind = text("catalogue.watched", language, kind=kind, days=kpi.within_days)
    comma = text("phrase.join", language)
    facts = {
        "formula": pick(kpi.formula, language),
        **{column: _word(column, getattr(kpi, column), language) for column in _COLUMNS[2:6]},
        "kind": kind if kpi.has_sql else "",
        "grain": f"{_word('subject', subject, language)} · {_word('every', every, language)}",
        "roles": comma.join(roles),
        "industries": comma.join(industries),
        "sql": "" if kpi.has_sql else text("catalogue.no_sql", language),
        "numerator": _part(kpi.numerator, language),
        "denominator": _part(kpi.denominator, language),
        "needs": pick(kpi.needs, language),
        "gaming_risk": pick(kpi.gaming_risk, language),
        "source": f"{kpi.source} ({kpi.ref})" if language == "en" else f"{kpi.source}（{kpi.ref}）",
    }
    colon = "：" if language == "zh" else ": "
    yield from (f"  {text(f'catalogue.label.{k}', language)}{colon}{v}" for k, v in facts.items() if v)


def _part(part: Aggregate | None, language: str) -> str:
    if part is None:
        return ""
    place = {"table": part.table, "owner": part.owner}
    if part.is_snapshot:
        where = text("catalogue.at_end", language, opened=part.opened, closed=part.closed, **place)
    else:
        where = text("catalogue.by_date", language, date=part.date, **place)
    return f"{where}\n    {part.sql}"


def _console() -> Console:
    """As wide as the terminal; a pipe has no width, and ids must come through whole."""
    console = Console()
    return console if console.is_terminal else Console(width=_PIPED)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)
