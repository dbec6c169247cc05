"""The command line: `kpi new`, `kpi check`, `kpi report`."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

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
Folder = Annotated[Path, typer.Argument(help="The engagement's folder.")]


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    sample: Annotated[
        str, typer.Option("--from", help="The sample to copy: manufacturer or adventureworks.")
    ] = "manufacturer",
) -> None:
    """Start an engagement as a copy of a sample.

    Example: kpi new acme --from manufacturer
    """
    known = sorted(path.name for path in asset(*SAMPLES).iterdir() if (path / "engagement.yaml").is_file())
    if sample not in known:
        _stop([text("cli.unknown_sample", "en", value=sample, known=", ".join(known))])
    if folder.exists():
        _stop([text("cli.folder_exists", "en", value=folder)])
    shutil.copytree(asset(*SAMPLES, sample), folder, ignore=shutil.ignore_patterns(*_NOT_COPIED))
    print(text("cli.made", "en", folder=folder, sample=sample))


@app.command()
def check(folder: Folder, language: Language = "") -> None:
    """List every problem of an engagement's document, data and schemes at once.

    Exit code 0: it can be reported on. 2: the list says file, row, column, value and remedy of each problem.

    Example: kpi check acme
    """
    client = _loaded(folder, language)
    rows = {t: client.database.table(t).count().to_pyarrow().as_py() for t in client.filled}
    counts = ", ".join(f"{table} {n:,}" for table, n in rows.items())
    said = language or client.language
    people = client.participants["participant"].nunique()
    print(
        text(
            "cli.checked", said, tables=counts, people=people, schemes=", ".join(s.id for s in client.schemes)
        )
    )


@app.command()
def report(
    folder: Folder,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where to write; out/<name>-<language> by default.")
    ] = None,
    language: Language = "",
) -> None:
    """Write the evaluation report: report.html, report.ipynb, tables/*.csv and manifest.json.

    The data are checked first. The report is written whole or not at all: a run that fails leaves the older one
    as it was.

    Example: kpi report acme --language zh --out out/acme
    """
    began = time.monotonic()
    _check_language(language)
    client = _loaded(folder, language)
    said = language or client.language
    target = out or Path("out") / f"{folder.resolve().name}-{said}"
    from toolkit.report.write import write_report

    client.database.disconnect()  # the notebook loads its own; two databases at once would double the memory
    try:
        page = _with_progress(lambda step: write_report(client, target, said, on_progress=step), said)
    except ReportError as error:
        _stop(describe_error(error, said), code=1)
    print(text("cli.reported", said, page=page, seconds=f"{time.monotonic() - began:.0f}"))


def _with_progress(work: Callable[[Callable[[int, int], None]], Path], language: str) -> Path:
    """Run the work under a progress bar on stderr that follows the notebook's cells."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(text("cli.reporting", language), total=None)
        return work(lambda done, total: bar.update(task, completed=done, total=total))


def _loaded(folder: Path, language: str) -> Any:
    _check_language(language)
    from toolkit.data.load import load_engagement

    Console(stderr=True).print(text("cli.checking", language or "en", folder=folder), highlight=False)
    try:
        return load_engagement(folder)
    except ToolkitError as error:
        _stop(describe_error(error, language or "en"))


def _check_language(language: str) -> None:
    if language and language not in LANGUAGES:
        _stop([text("cli.unknown_language", "en", value=language, known=", ".join(LANGUAGES))])


def _stop(problems: list[str], code: int = 2) -> None:
    """Print every problem and end with an exit code: 2 for bad input, 1 for a report that could not be made."""
    for problem in problems:
        print(f"- {problem}", file=sys.stderr)
    print(text("cli.problems", "en", n=len(problems)), file=sys.stderr)
    raise typer.Exit(code)


def main() -> None:
    """Entry point of the `kpi` command."""
    for stream in (sys.stdout, sys.stderr):  # Chinese on a Windows console that is not UTF-8
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()


if __name__ == "__main__":
    main()
