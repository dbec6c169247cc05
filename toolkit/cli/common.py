"""What the commands share: their app and options, the language they speak, and how they end on problems."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from toolkit.data.spoken import own_language
from toolkit.errors import ToolkitError
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
  2. kpi map acme                       propose which file and column is what
  3. kpi check acme                     every problem at once, with file, row, column and remedy
  4. kpi report acme --language zh      the evaluation report with its tables
""",
)
Language = Annotated[str, typer.Option("--language", "-l", help="en or zh; the engagement's own by default.")]
Spoken = Annotated[str, typer.Option("--language", "-l", help="Language of the messages: en or zh.")]
Folder = Annotated[Path, typer.Argument(help="The engagement's folder.")]


def loaded(folder: Path, language: str, key: str = "cli.nothing_written") -> tuple[Any, str]:
    """The engagement, checked, and the language to speak; with problems the program ends here."""
    check_language(language)
    said = language or own_language(folder)
    from toolkit.data.load import load_engagement

    Console(stderr=True).print(text("cli.checking", said, folder=folder), highlight=False, markup=False)
    try:
        return load_engagement(folder), said
    except ToolkitError as error:
        stop(describe_error(error, said), said, key=key)


def check_language(language: str) -> None:
    if language and language not in LANGUAGES:
        stop([text("cli.unknown_language", "en", value=language, known=", ".join(LANGUAGES))], "en")


def stop(problems: list[str], language: str, key: str = "cli.nothing_written", code: int = 2) -> NoReturn:
    """Print every problem and end: with exit code 2 for bad input, 1 for a report that could not be made."""
    from toolkit.report.phrases import count

    for problem in problems:
        print(f"- {problem}", file=sys.stderr)
    print(text(key, language, problems=count(len(problems), "problem", language)), file=sys.stderr)
    raise typer.Exit(code)
