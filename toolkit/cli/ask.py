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
    from toolkit.design.ask import Answers, Judgements
    from toolkit.design.weights.people import Judge

_PIPED = 200  # columns where no terminal says how wide it is
_NAMED = 3  # KPIs left blank that are named of each form
_KPIS, _WEIGHTS = "kpis", "weights"


@app.command()
def ask(
    folder: Folder,
    files: Annotated[list[Path] | None, typer.Argument(help="With --collect: forms that came back.")] = None,
    about: Annotated[str, typer.Option(help="What is asked about: kpis or weights.")] = _KPIS,
    respondents: Annotated[
        str, typer.Option(help="all, ids such as S001,S002, or a file with a line each: id, name, role.")
    ] = "all",
    kpi: Annotated[
        list[str] | None, typer.Option("--kpi", help="A KPI to ask about; may stand again.")
    ] = None,
    scheme: Annotated[str, typer.Option(help="About weights: the scheme, as name or name@version.")] = "",
    method: Annotated[
        str, typer.Option(help="About weights: pairwise, best_worst, points, swing or rank.")
    ] = "",
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

    About kpis: of each candidate KPI, can I move it by my own work, do I understand it, how easily is it
    gamed; and proposals of their own. The KPIs are those of kpi_brief.yaml, else those the engagement
    measures.

    About weights: how much each measure of a scheme should count, by a method; pairwise up to five measures,
    best_worst above. The form says as it is filled in whether the answers fit together.

    Returned forms are kept in answers/kpis/ and answers/weights/; if anything in any of them is wrong, none
    is taken in.

    Example: kpi ask acme --about kpis --respondents all --by 2026-07-15 --to "Ms Wu, HR"

    Example: kpi ask acme --about weights --scheme field_sales --respondents panel.csv

    Example: kpi ask acme --collect returned/*.xlsx
    """
    client, said = loaded(folder, language)
    from toolkit.report.phrases import count

    try:
        _check(about, kpi or [], scheme, method)
        if collect or files:
            _collect(client, files or [], about, said)
        if collect or files or read:
            _print_read(client, about, said)
            return
        target = out or Path(f"{folder.resolve().name}-ask-{about}")
        told = {"by": by, "to": to}
        paths = _write(client, target, respondents, said, about, kpi or [], (scheme, method), told)
    except ToolkitError as error:
        stop(describe_error(error, said), said)
    n = count(len(paths), "form", said)
    print(text("ask.wrote", said, n=n, path=target, folder=folder, about=about))


def _check(about: str, kpi: list[str], scheme: str, method: str) -> None:
    """Refuse what nothing is asked about, and options that belong to the other forms."""
    if about not in (_KPIS, _WEIGHTS):
        raise DataError(Problem("ask.unknown_about", value=about, values={"known": f"{_KPIS}, {_WEIGHTS}"}))
    if about == _WEIGHTS and kpi:
        raise DataError(Problem("ask.only_of_kpis", value="--kpi"))
    given = [name for name, value in (("--scheme", scheme), ("--method", method)) if value]
    if about == _KPIS and given:
        raise DataError([Problem("ask.only_of_weights", value=name) for name in given])


def _collect(client: Engagement, files: list[Path], about: str, language: str) -> None:
    """Take forms in, and say how many."""
    from toolkit.design.ask import collect_answers, collect_judgements
    from toolkit.report.phrases import count

    if not files:
        raise DataError(Problem("ask.no_files"))
    taken = collect_judgements(client, files) if about == _WEIGHTS else collect_answers(client, files, about)
    key = "ask.collected" if len(taken) == len(files) else "ask.collected_before"
    print(text(key, language, n=count(len(taken), "form", language)))


def _write(
    client: Engagement,
    target: Path,
    respondents: str,
    language: str,
    about: str,
    kpi: list[str],
    weighing: tuple[str, str],
    told: dict[str, str],
) -> tuple[Path, ...]:
    from toolkit.design.ask import write_forms, write_weight_forms

    if about == _WEIGHTS:
        scheme, method = weighing
        return write_weight_forms(client, target, respondents, language, scheme=scheme, method=method, **told)
    return write_forms(client, target, respondents, language, about, kpis=_candidates(client, kpi), **told)


def _print_read(client: Engagement, about: str, language: str) -> None:
    from toolkit.design.ask import load_answers, load_judgements

    if about == _WEIGHTS:
        _print_judgements(load_judgements(client), client, language)
    else:
        _print(load_answers(client, about), client, language)


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


def _print_judgements(found: Judgements, client: Engagement, language: str) -> None:
    """Who returned what, how consistent it is, and the weights that follow: a table a scheme."""
    from toolkit.design.ask.weighing.measures import shown
    from toolkit.design.weights.people import judges_of

    if found.returned.empty:
        print(text("ask.none_back", language))
        return
    print(text("ask.weights.told", language))
    for scheme in dict.fromkeys(found.returned["scheme"]):
        agreed = next(s for s in client.schemes if s.id == scheme)
        measures = shown(client, agreed, language)
        judges = judges_of(found.of(scheme), agreed.name, [one.measure for one in measures])
        print()
        print(f"{pick(agreed.title, language)} · {scheme}")
        _table(*_judged(found.of(scheme), judges, [one.name for one in measures], language))
        if again := sum(judge.inconsistent for judge in judges):
            from toolkit.report.phrases import count

            print(text("ask.weights.told_again", language, n=count(again, "form", language)))


def _judged(
    found: Judgements, judges: list[Judge], names: list[str], language: str
) -> tuple[list[tuple[str, ...]], list[str]]:
    """A row a form with the weights that follow from it, a last one with the group's; and the headings."""
    from toolkit.design.weights.group.aggregate import aggregate_priorities

    by_person = {judge.person.respondent: judge for judge in judges}
    rows: list[tuple[str, ...]] = []
    for row in found.returned.to_dict("records"):
        judge = by_person.get(row["respondent"])
        done = text("ask.of", language, answered=row["answered"], asked=row["asked"])
        method = text(f"ask.weights.method.{row['method']}", language)
        weights = _shares(judge.weights, language) if judge else ["–"] * len(names)
        rows.append((row["form"], row["name"], method, done, _fits(judge, language), *weights))
    if judges:
        together = aggregate_priorities([judge.weights for judge in judges])
        rows.append((text("ask.weights.together", language), "", "", "", "", *_shares(together, language)))
    keys = ("ask.column.form", "ask.column.who", "ask.weights.column.method", "ask.column.answered")
    heads = [text(key, language) for key in (*keys, "ask.weights.column.consistency")]
    return rows, [*heads, *names]


def _shares(weights: Iterable[float], language: str) -> list[str]:
    return [percent(weight, language) for weight in weights]


def _fits(judge: Judge | None, language: str) -> str:
    """Whether one form's answers fit together; a dash where its method cannot say."""
    if judge is None or judge.ratio != judge.ratio:
        return text("ask.weights.ratio_none", language)
    key = "ratio_again" if judge.inconsistent else "ratio_good"
    if not judge.accepted > 0 and not judge.inconsistent:
        key = "ratio_open"
    return text(f"ask.weights.{key}", language, ratio=number(judge.ratio, language, 2))


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
