"""`kpi ask`: forms that ask the people appraised, and what came back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from toolkit.cli.common import Folder, Language, app, loaded, stop
from toolkit.errors import DataError, Problem, ToolkitError
from toolkit.language import describe_error, number, percent, pick, text

if TYPE_CHECKING:
    from toolkit.data.engagement import Engagement
    from toolkit.design.ask import Answers

_PIPED = 200  # columns where no terminal says how wide it is
_NAMED = 3  # KPIs left blank that are named of each form


@app.command()
def ask(
    folder: Folder,
    files: Annotated[list[Path] | None, typer.Argument(help="With --collect: forms that came back.")] = None,
    about: Annotated[str, typer.Option(help="What is asked about: kpis.")] = "kpis",
    respondents: Annotated[
        str, typer.Option(help="all, ids such as S001,S002, or a file with a line each: id, name, role.")
    ] = "all",
    kpi: Annotated[
        list[str] | None, typer.Option("--kpi", help="A KPI to ask about; may stand again.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A folder for the forms; <folder>-ask-<about>.")
    ] = None,
    by: Annotated[str, typer.Option(help="The day by which forms are to come back.")] = "",
    to: Annotated[str, typer.Option(help="Whom they are to be returned to.")] = "",
    collect: Annotated[bool, typer.Option("--collect", help="Take the files in after checking.")] = False,
    read: Annotated[bool, typer.Option("--read", help="Show what came back.")] = False,
    language: Language = "",
) -> None:
    """Write an Excel form for each respondent, take in what comes back, and show it.

    Asked of each candidate KPI: can I move it by my own work, do I understand it, how easily is it gamed; and
    for proposals of their own. The KPIs are those of kpi_brief.yaml, else those the engagement measures.
    Returned forms are kept in answers/kpis/; if anything in any of them is wrong, none is taken in.

    Example: kpi ask acme --about kpis --respondents all --by 2026-07-15 --to "Ms Wu, HR"

    Example: kpi ask acme --collect returned/*.xlsx
    """
    client, said = loaded(folder, language)
    from toolkit.design.ask import collect_answers, load_answers, write_forms
    from toolkit.report.phrases import count

    try:
        if collect or files:
            if not files:
                raise DataError(Problem("ask.no_files"))
            added = collect_answers(client, files, about)
            key = "ask.collected" if len(added) == len(files) else "ask.collected_before"
            print(text(key, said, n=count(len(added), "form", said)))
        if collect or files or read:
            _print(load_answers(client, about), client, said)
            return
        target = out or Path(f"{folder.resolve().name}-ask-{about}")
        paths = write_forms(
            client, target, respondents, said, about, kpis=_candidates(client, kpi or []), by=by, to=to
        )
    except ToolkitError as error:
        stop(describe_error(error, said), said)
    n = count(len(paths), "form", said)
    print(text("ask.wrote", said, n=n, path=target, folder=folder, about=about))


def _candidates(client: Engagement, named: Iterable[str]) -> tuple[str, ...]:
    """The KPIs named, else the brief's candidates, else those measured."""
    from toolkit.design.select.brief import load_brief

    listed = tuple(one.strip() for said in named for one in said.replace("，", ",").split(",") if one.strip())
    return listed or load_brief(client).candidates or client.measured


def _print(answers: Answers, client: Engagement, language: str) -> None:
    if not answers.respondents:
        print(text("ask.none_back", language))
        return
    _show(
        _forms(answers, client, language),
        ("form", "who", "answered", "missing", "comments", "proposals"),
        language,
    )
    if len(answers.scores):
        print()
        _print_means(answers, client, language)
    if len(answers.proposals):
        print()
        print(text("ask.told_proposals", language))
        columns = (answers.proposals[name].astype(str) for name in ("proposal", "reason", "kpi"))
        rows: list[tuple[str, ...]] = [
            (proposal, reason, _name(client, kpi, language) if kpi else "")
            for proposal, reason, kpi in zip(*columns, strict=True)
        ]
        _show(rows, ("proposal", "reason", "like"), language)


def _forms(answers: Answers, client: Engagement, language: str) -> list[tuple[str, ...]]:
    blank = {
        who: list(dict.fromkeys(_name(client, kpi, language) for kpi in rows["kpi"]))
        for who, rows in answers.blank.groupby("respondent")
    }
    found: list[tuple[str, ...]] = []
    for row in answers.returned.to_dict("records"):
        names = blank.get(row["respondent"], [])
        missing = text("phrase.join", language).join(names[:_NAMED]) or text("ask.nothing_missing", language)
        if len(names) > _NAMED:
            missing = text("ask.and_more", language, listed=missing, n=number(len(names) - _NAMED, language))
        done = text("ask.of", language, answered=row["answered"], asked=row["asked"])
        counts = (str(row["comments"]), str(row["proposals"]))
        found.append((row["form"], row["name"], done, missing, *counts))
    return found


def _print_means(answers: Answers, client: Engagement, language: str) -> None:
    """The means on the form's own scale, a row a KPI."""
    from toolkit.design.ask import FEWEST, KPIS, summary
    from toolkit.stats import LEVEL

    told = {"level": percent(LEVEL, language), "least": number(FEWEST, language)}
    print(text("ask.told_means", language, **told))
    cells: dict[str, dict[str, str]] = {}
    for row in summary(answers).to_dict("records"):
        question = KPIS.question(row["question"])
        span = question.high - question.low
        ends = {
            side: number(question.low + span * row[side], language, 1) for side in ("mean", "low", "high")
        }
        key = "ask.n_only" if row["why"] else "ask.mean"
        said = text(key, language, n=number(row["n"], language), **ends)
        cells.setdefault(row["kpi"], {})[row["question"]] = said
    names = [question.name for question in KPIS.questions]
    heads = [text("ask.column.kpi", language), *(KPIS.say(name, language) for name in names)]
    rows = [
        (_name(client, kpi, language), *(said.get(name, "") for name in names)) for kpi, said in cells.items()
    ]
    _table(rows, heads)


def _name(client: Engagement, kpi: str, language: str) -> str:
    from toolkit.catalogue.load import load_catalogue

    known = client.kpis.get(kpi) or load_catalogue()[kpi]
    return pick(known.name, language).partition("（")[0].partition(" (")[0]


def _show(rows: Iterable[tuple[str, ...]], columns: Iterable[str], language: str) -> None:
    _table(rows, [text(f"ask.column.{column}", language) for column in columns])


def _table(rows: Iterable[tuple[str, ...]], heads: Iterable[str]) -> None:
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        shown.add_column(head, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))  # whatever a client's text holds, it is no markup
    console = Console()
    (console if console.is_terminal else Console(width=_PIPED)).print(shown)
