"""`kpi new`, `kpi check`, `kpi report`: an engagement from a sample to its deliverables."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from toolkit.assets import asset
from toolkit.cli.common import Folder, Language, Spoken, app, check_language, loaded, stop
from toolkit.data.spoken import own_language
from toolkit.errors import Problem, ReportError, ToolkitError
from toolkit.language import describe, describe_error, text

if TYPE_CHECKING:
    from toolkit.data.engagement import Engagement

SAMPLES = ("templates", "engagements")
DEFAULT_SAMPLE = "manufacturer"
TEMPLATES = ("templates", "schemes")
_NOT_COPIED = ("__pycache__", "*.pyc", ".ipynb_checkpoints", "out")


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make, or with --scheme to add to.")],
    sample: Annotated[
        str | None,
        typer.Option("--from", help="The sample to copy: manufacturer (default) or adventureworks."),
    ] = None,
    scheme: Annotated[
        list[str] | None,
        typer.Option(
            "--scheme", help="A scheme template to begin with, such as key_account_mature; repeatable."
        ),
    ] = None,
    language: Spoken = "en",
) -> None:
    """Start an engagement as a copy of a sample, or with a scheme template by role and stage of the company.

    Example: kpi new acme --from manufacturer

    Example: kpi new acme --scheme key_account_mature
    """
    check_language(language)
    chosen = sample or ("" if scheme else DEFAULT_SAMPLE)
    wrong = [*_unknown_sample(chosen, language), *_unusable(folder, scheme or [], chosen, language)]
    if wrong:
        stop(wrong, language)
    if chosen:
        ignored = shutil.ignore_patterns(*_NOT_COPIED)
        shutil.copytree(asset(*SAMPLES, chosen), folder, ignore=ignored)
        print(text("cli.made", language, folder=folder, sample=chosen))
    for name in scheme or []:
        print(text("cli.scheme_made", language, file=_add_scheme(folder, name).as_posix()))
    if scheme:
        (folder / "data").mkdir(exist_ok=True)
        print(text("cli.scheme_next", language, folder=folder))


def _unknown_sample(sample: str, language: str) -> list[str]:
    known = sorted(path.name for path in asset(*SAMPLES).iterdir() if (path / "engagement.yaml").is_file())
    if not sample or sample in known:
        return []
    return [text("cli.unknown_sample", language, value=sample, known=", ".join(known))]


def _unusable(folder: Path, schemes: list[str], sample: str, language: str) -> list[str]:
    """Why nothing can be made there: a template that is none, a file or a folder that is in the way."""
    known = sorted(path.stem for path in asset(*TEMPLATES).glob("*.yaml"))
    wrong = [
        text("cli.unknown_scheme", language, value=name, known=", ".join(known))
        for name in schemes
        if name not in known
    ]
    if folder.exists() and (sample or not folder.is_dir()):
        wrong.append(text("cli.folder_exists", language, value=folder))
    there = [folder / "schemes" / f"{name}.yaml" for name in schemes]
    wrong += [text("cli.file_exists", language, value=path.as_posix()) for path in there if path.exists()]
    return wrong


def _add_scheme(folder: Path, name: str) -> Path:
    """The template as the engagement's own, in force from the next quarter on; its comments stay."""
    today = dt.date.today()
    month = 3 * ((today.month - 1) // 3) + 4
    begins = dt.date(today.year + (month > 12), (month - 1) % 12 + 1, 1)
    said = (asset(*TEMPLATES) / f"{name}.yaml").read_text(encoding="utf-8")
    said = re.sub(r"(?m)^version: .*$", f"version: {begins:%Y-%m}", said)
    said = re.sub(r"(?m)^effective: .*$", f"effective: {{from: {begins}, to: null}}", said)
    path = folder / "schemes" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(said, encoding="utf-8")
    return path


@app.command()
def check(
    folder: Folder,
    language: Language = "",
    strict: Annotated[
        bool, typer.Option("--strict", help="End with exit code 2 also when something looks odd.")
    ] = False,
) -> None:
    """List every problem of an engagement's document, data and schemes at once, else what looks odd.

    Exit code 0: it can be reported on. 2: the list says file, row, column, value and remedy of each problem.
    What looks odd, and what was read otherwise than it stands, is listed by file and stops nothing.

    Example: kpi check acme
    """
    from toolkit.report.phrases import count

    client, said = loaded(folder, language, key="cli.problems")
    from toolkit.data.panel.extent import extents
    from toolkit.data.records.load import load_records

    try:  # what only shows when ratings, events and deals are read against the schemes
        load_records(client, client.schemes)
    except ToolkitError as error:
        stop(describe_error(error, said), said, key="cli.problems")
    rows = {extent.table: extent.rows for extent in extents(client)}
    found = {
        "tables": text("phrase.join", said).join(f"{table} {n:,}" for table, n in rows.items()),
        "people": count(client.participants["participant"].nunique(), "person", said),
        "schemes": text("phrase.join", said).join(s.id for s in client.schemes),
    }
    print(text("cli.checked", said, **found))
    notes = (*client.notes, *_lacking(client))
    _print_notes(notes, said)
    if strict and notes:
        raise typer.Exit(2)


def _lacking(client: Engagement) -> list[Problem]:
    """Tables that the schemes read and nobody supplied; ratings may have come in by the rating forms."""
    from toolkit.data.records.kept import RATINGS
    from toolkit.data.records.load import lacking_records

    filled_in = (client.folder / RATINGS).is_file()
    return [p for p in lacking_records(client, client.schemes) if p.value != "ratings" or not filled_in]


def _print_notes(notes: tuple[Problem, ...], language: str) -> None:
    """What a reader should look at, by file in the order found, each with what to do if it is not right."""
    from toolkit.report.phrases import count

    if not notes:
        return
    print(text("quality.things", language, things=count(len(notes), "thing", language)))
    files = dict.fromkeys(note.where for note in notes)
    for file in files:
        own = [replace(note, where="") for note in notes if note.where == file]
        print(f"\n{text('quality.of_file', language, file=file or '–', n=len(own))}")
        for note in own:
            print(f"- {describe(note, language)}")


@app.command()
def report(
    folder: Folder,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where to write; out/<name>-<language> by default.")
    ] = None,
    language: Language = "",
) -> None:
    """Write the evaluation report: report.html, report.ipynb, tables/*.csv and manifest.json.

    The data are checked as they are read. The report is written whole or not at all: a run that fails, or
    data with a problem, leaves the older one as it was.

    Example: kpi report acme --language zh --out out/acme
    """
    began = time.monotonic()
    check_language(language)
    said = language or own_language(folder)
    target = out or Path("out") / f"{folder.resolve().name}-{said}"
    from toolkit.report.write import write_report

    Console(stderr=True).print(text("cli.checking", said, folder=folder), highlight=False, markup=False)
    try:
        page = _with_progress(lambda step: write_report(folder, target, said, on_progress=step), said)
    except ToolkitError as error:
        stop(describe_error(error, said), said, code=1 if isinstance(error, ReportError) else 2)
    print(text("cli.reported", said, page=page, seconds=f"{time.monotonic() - began:.0f}"))


def _with_progress(work: Callable[[Callable[[int, int], None]], Path], language: str) -> Path:
    """Run the work under a progress bar on stderr that follows the notebook's cells."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(text("cli.reporting", language), total=None)
        return work(lambda done, total: bar.update(task, completed=done, total=total))
