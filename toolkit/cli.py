"""The command line: `kpi new`, `kpi check`, `kpi report`."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from toolkit.assets import asset
from toolkit.errors import ReportError, ToolkitError
from toolkit.language import LANGUAGES, describe_error, text

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="""Design, run and evaluate sales-management KPI schemes.

An engagement is a folder: [bold]engagement.yaml[/bold] says which of the client's files and columns are what,
[bold]data/[/bold] holds the files, [bold]schemes/*.yaml[/bold] the agreed schemes.

  1. kpi new acme --from manufacturer   copy a sample, then put the client's files in
  2. kpi check acme                     every problem at once, with file, row, column and remedy
  3. kpi report acme --language zh      the evaluation report with its tables
""",
)
SAMPLES = ("templates", "engagements")
_NOT_COPIED = ("__pycache__", "*.pyc", ".ipynb_checkpoints", "out")
Language = Annotated[str, typer.Option("--language", "-l", help="en or zh; the engagement's own by default.")]
Spoken = Annotated[str, typer.Option("--language", "-l", help="Language of the messages: en or zh.")]
Folder = Annotated[Path, typer.Argument(help="The engagement's folder.")]


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    sample: Annotated[
        str, typer.Option("--from", help="The sample to copy: manufacturer or adventureworks.")
    ] = "manufacturer",
    language: Spoken = "en",
) -> None:
    """Start an engagement as a copy of a sample.

    Example: kpi new acme --from manufacturer
    """
    _check_language(language)
    known = sorted(path.name for path in asset(*SAMPLES).iterdir() if (path / "engagement.yaml").is_file())
    if sample not in known:
        _stop([text("cli.unknown_sample", language, value=sample, known=", ".join(known))], language)
    if folder.exists():
        _stop([text("cli.folder_exists", language, value=folder)], language)
    shutil.copytree(asset(*SAMPLES, sample), folder, ignore=shutil.ignore_patterns(*_NOT_COPIED))
    print(text("cli.made", language, folder=folder, sample=sample))


@app.command()
def check(folder: Folder, language: Language = "") -> None:
    """List every problem of an engagement's document, data and schemes at once.

    Exit code 0: it can be reported on. 2: the list says file, row, column, value and remedy of each problem.

    Example: kpi check acme
    """
    from toolkit.report.phrases import count

    client, said = _loaded(folder, language, key="cli.problems")
    rows = {t: client.database.table(t).count().to_pyarrow().as_py() for t in client.filled}
    found = {
        "tables": text("phrase.join", said).join(f"{table} {n:,}" for table, n in rows.items()),
        "people": count(client.participants["participant"].nunique(), "person", said),
        "schemes": text("phrase.join", said).join(s.id for s in client.schemes),
    }
    print(text("cli.checked", said, **found))


@app.command()
def report(
    folder: Folder,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where to write; out/<name>-<language> by default.")
    ] = None,
    language: Language = "",
) -> None:
    """Write the evaluation report: report.html, report.ipynb, tables/*.csv and manifest.json.

    The data are checked first. The report is written whole or not at all: a run that fails leaves the older
    one as it was.

    Example: kpi report acme --language zh --out out/acme
    """
    began = time.monotonic()
    client, said = _loaded(folder, language)
    target = out or Path("out") / f"{folder.resolve().name}-{said}"
    from toolkit.report.write import write_report

    client.database.disconnect()  # the notebook loads its own; two databases at once would double the memory
    try:
        page = _with_progress(lambda step: write_report(client, target, said, on_progress=step), said)
    except ReportError as error:
        _stop(describe_error(error, said), said, code=1)
    print(text("cli.reported", said, page=page, seconds=f"{time.monotonic() - began:.0f}"))


def _with_progress(work: Callable[[Callable[[int, int], None]], Path], language: str) -> Path:
    """Run the work under a progress bar on stderr that follows the notebook's cells."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(text("cli.reporting", language), total=None)
        return work(lambda done, total: bar.update(task, completed=done, total=total))


def _loaded(folder: Path, language: str, key: str = "cli.nothing_written") -> tuple[Any, str]:
    """The engagement, checked, and the language to speak; with problems the program ends here."""
    _check_language(language)
    said = language or _own_language(folder)
    from toolkit.data.load import load_engagement

    Console(stderr=True).print(text("cli.checking", said, folder=folder), highlight=False, markup=False)
    try:
        return load_engagement(folder), said
    except ToolkitError as error:
        _stop(describe_error(error, said), said, key=key)


def _own_language(folder: Path) -> str:
    """The language that an engagement names, before it is known to be sound; English where it names none."""
    from toolkit.documents import load_document

    try:
        content = load_document(folder / "engagement.yaml", "engagement.yaml").data
    except ToolkitError:  # loading it for good says what is wrong
        return "en"
    named = content.get("language") if isinstance(content, dict) else None
    return named if named in LANGUAGES else "en"


def _check_language(language: str) -> None:
    if language and language not in LANGUAGES:
        _stop([text("cli.unknown_language", "en", value=language, known=", ".join(LANGUAGES))], "en")


def _stop(problems: list[str], language: str, key: str = "cli.nothing_written", code: int = 2) -> NoReturn:
    """Print every problem and end: with exit code 2 for bad input, 1 for a report that could not be made."""
    from toolkit.report.phrases import count

    for problem in problems:
        print(f"- {problem}", file=sys.stderr)
    print(text(key, language, problems=count(len(problems), "problem", language)), file=sys.stderr)
    raise typer.Exit(code)


def main() -> None:
    """Entry point of the `kpi` command."""
    for stream in (sys.stdout, sys.stderr):  # Chinese on a Windows console that is not UTF-8
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()


if __name__ == "__main__":
    main()
