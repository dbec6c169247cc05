"""`kpi weigh`: what the weights of the schemes do, what people would set, what would mend them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from toolkit.cli.common import Folder, Language, app, loaded, stop
from toolkit.errors import ToolkitError
from toolkit.language import describe_error, number, percent, pick, text

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.data.engagement import Engagement
    from toolkit.design.weights.study import SchemeWeights, WeightStudy

_PIPED = 240  # columns where no terminal says how wide it is
_SHARES = ("agreed", "acting", "payout_acting", "expert", "data", "outcome", "reconciled", "fitted")
_RANGES = ("name", "factor", "before", "after", "why")
_LEFT = ("measure", "name", "before", "after", "why")


@app.command()
def weigh(
    folder: Folder,
    scheme: Annotated[
        str, typer.Option("--scheme", help="Only this one, by name or name@version; else the brief's.")
    ] = "",
    save: Annotated[bool, typer.Option("--save", help="Keep the study in decisions/weights.yaml.")] = False,
    brief: Annotated[
        bool,
        typer.Option("--brief", help="Write a first weight_brief.yaml with comments, and weigh nothing."),
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the draws.")] = 0,
    language: Language = "",
) -> None:
    """Hold what was agreed against what the weights do to the differences between people; say what mends it.

    What people would set comes from kpi ask --about weights, what the weights do from history, the client's
    wishes from weight_brief.yaml. A measure with signs of gaming or too many blanks is never raised. Nothing
    of it changes a scheme.

    Exit code 0: weighed. 2: bad input, or wishes that contradict each other, all of them named.

    Example: kpi weigh acme --brief

    Example: kpi weigh acme --scheme field_sales --save -l zh
    """
    client, said = loaded(folder, language)
    from toolkit.design.weights.save import save_weights
    from toolkit.design.weights.template import write_weight_brief

    try:
        if brief:
            print(text("weigh.brief_written", said, path=write_weight_brief(client, said), folder=folder))
            return
        study = _studied(client, scheme, seed, said)
    except ToolkitError as error:
        stop(describe_error(error, said), said)
    for one in study.schemes:
        _show(client, one, said)
    if save:
        path = save_weights(client, study)
        print(text("weigh.saved", said, path=path.relative_to(client.folder).as_posix()))
    else:
        print(text("weigh.not_saved", said))


def _studied(client: Engagement, scheme: str, seed: int, language: str) -> WeightStudy:
    """The study with everything that warns of a KPI looked at first."""
    from toolkit.appraise.appraisal import settle
    from toolkit.design.screen import screen
    from toolkit.design.weights.brief import load_weight_brief
    from toolkit.design.weights.weigh import kpis_weighed, warnings_of, weigh, weighed_schemes
    from toolkit.review.integrity import integrity

    brief = load_weight_brief(client)
    if scheme:
        brief = dataclasses.replace(brief, schemes=(_known(client, scheme),))
    kpis = kpis_weighed(client, weighed_schemes(client, brief))
    tables = settle(client)
    warned = warnings_of(integrity(client, tables), screen(client, kpis).tests if kpis else None)
    return weigh(client, tables, brief, warned=warned, seed=seed, language=language)


def _known(client: Engagement, scheme: str) -> str:
    from toolkit.errors import DataError, Problem
    from toolkit.faults import near

    names = sorted({name for s in client.schemes for name in (s.id, s.name)})
    if scheme not in names:
        raise DataError(Problem("weigh.unknown_scheme", value=scheme, values={"near": near(scheme, names)}))
    return scheme


def _show(client: Engagement, one: SchemeWeights, language: str) -> None:
    """One scheme: the weights side by side, the sentences, ranges, second looks, what cannot be said."""
    found = next(s for s in client.schemes if s.id == one.scheme)
    title = pick(found.title, language)
    print(f"\n{text('weigh.headline', language, title=title, scheme=one.scheme)}")
    print(f"{text('weigh.about', language)}\n")
    _print(_weights(client, one, language))
    names = {row["measure"]: _name(client, str(row["kpi"]), language) for row in one.table.to_dict("records")}
    whys = [f"{names[m]} · {why}" for m, why in zip(one.table["measure"], one.table["why"], strict=True)]
    _section("why", whys, language)
    _section("whole", list(one.words[language]), language)
    if len(one.ranges):
        print(f"\n{text('weigh.ranges', language)}\n")
        _print(_ranges(one.ranges, names, language))
    _section("revisit", list(_second_looks(one.pairs_to_revisit, names, language)), language)
    _section("refused", list(dict.fromkeys(words[language] for _, words in one.refused)), language)
    print()


def _section(key: str, lines: list[str], language: str) -> None:
    if lines:
        print(f"\n{text(f'weigh.{key}', language)}")
    for line in lines:
        print(f"- {line}")


def _print(table: Table) -> None:
    console = Console()
    (console if console.is_terminal else Console(width=_PIPED)).print(table)


def _weights(client: Engagement, one: SchemeWeights, language: str) -> Table:
    """Agreed weight, acting shares, and every source that says something."""
    fitted = _fitted(one)
    frame = one.table.assign(fitted=[fitted.get(m, math.nan) for m in one.table["measure"]])
    columns = [c for c in _SHARES if frame[c].notna().any()]
    table = _table(("measure", "name", *columns), language)
    for row in frame.to_dict("records"):
        cells = (_share(row, c, language) for c in columns)
        table.add_row(*(Text(str(c)) for c in (row["measure"], _name(client, row["kpi"], language), *cells)))
    return table


def _fitted(one: SchemeWeights) -> dict[str, float]:
    """The weights of the last remedy that changed them; the study keeps them by stage."""
    held: Any = one.facts.get("weights") or {}
    return next((dict(held[stage]) for stage in ("steps", "weights") if held.get(stage)), {})


def _share(row: dict[Any, Any], column: str, language: str) -> str:
    shown = percent(row[column], language)
    if column != "acting" or math.isnan(row["low"]):
        return shown
    ends = {"low": percent(row["low"], language), "high": percent(row["high"], language)}
    return text("phrase.short_interval", language, estimate=shown, **ends)


def _ranges(ranges: pd.DataFrame, names: dict[str, str], language: str) -> Table:
    table = _table(_RANGES, language)
    for row in ranges.to_dict("records"):
        cells = (names[row["measure"]], number(row["factor"], language, 2), *(row[c] for c in _RANGES[2:]))
        table.add_row(*(Text(str(cell)) for cell in cells))
    return table


def _table(columns: tuple[str, ...], language: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        heading = text(f"weigh.column.{column}", language)
        table.add_column(heading, justify="left" if column in _LEFT else "right", overflow="fold")
    return table


def _second_looks(pairs: pd.DataFrame, names: dict[str, str], language: str) -> Iterator[str]:
    """What somebody answered, and what would agree better with their other answers."""
    for row in pairs.to_dict("records"):
        ratios = {c: number(row[c], language, 2) for c in ("ratio_now", "ratio_then")}
        values = {"first": names[row["first"]], "second": names[row["second"]], **ratios}
        turned = row["suggested"] < 1
        answers = {"now": row["now"], "suggested": 1 / row["suggested"] if turned else row["suggested"]}
        times = {name: number(answer, language) for name, answer in answers.items()}
        key = "weigh.revisit_turned" if turned else "weigh.revisit_line"
        yield text(key, language, respondent=row["respondent"], **values, **times)


def _name(client: Engagement, kpi: str, language: str) -> str:
    return pick(client.kpis[kpi].name, language)
