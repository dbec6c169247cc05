"""`kpi map`, `kpi request`: what a client's files are, and what to ask a client for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from toolkit.cli.common import Folder, Language, app, check_language, stop
from toolkit.data.spoken import own_language
from toolkit.errors import ToolkitError
from toolkit.language import describe, describe_error, number, text

if TYPE_CHECKING:
    from toolkit.intake.proposal import TableProposal
    from toolkit.intake.write import Mapped

_PIPED = 200  # columns where no terminal says how wide it is


@app.command("map")
def map_(folder: Folder, language: Language = "") -> None:
    """Propose which of the client's files and columns are what, and write it to engagement.yaml for review.

    Each line says how sure it is and why; what is not sure is commented out below "asked". Nothing that a
    person wrote is changed: only tables and columns not yet mapped are added, and the file as it was stays
    beside it as engagement.yaml.bak.

    Example: kpi map acme
    """
    check_language(language)
    from toolkit.intake.write import map_files

    if not folder.is_dir():
        stop([text("cli.no_folder", language or "en", value=folder)], language or "en")
    said = language or own_language(folder)
    try:
        done = map_files(folder, language)
    except ToolkitError as error:
        stop(describe_error(error, said), said)
    said = language or own_language(folder)
    _print_tables(done, said)
    told = {f for s in done.proposal.looked_at if s.name not in done.proposal.unused for f in s.files}
    read = {f for s in done.looked_at for f in s.files}
    for note in done.proposal.notes:
        if note.where in read - told:  # looked at before, or no table: how it was read matters to nobody
            continue
        print(f"- {describe(note, said)}")
    for name, reason in done.proposal.unused.items():
        print(f"- {name}: {text(reason, said)}" if said == "en" else f"- {name}：{text(reason, said)}")
    print(text("cli.mapped" if done.changed else "cli.mapped_nothing", said, path=done.path))
    if done.questions:
        print(text("cli.still_asked", said, count=len(done.questions)))
    for line, question in done.questions:
        print(f"  {text('place.line', said, row=line)}: {question}")
    print(_next_step(done, folder, said))


def _print_tables(done: Mapped, language: str) -> None:
    proposals = (*done.proposal.tables, *done.added)
    if not proposals:
        return
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for key in ("table", "column", "from", "sure", "state"):
        shown.add_column(text(f"cli.map_{key}", language), overflow="fold")
    for proposal in proposals:
        for row in _rows(proposal, language):
            shown.add_row(*(Text(cell) for cell in row))
    console = Console()
    (console if console.is_terminal else Console(width=_PIPED)).print(shown)


def _rows(proposal: TableProposal, language: str) -> list[tuple[str, ...]]:
    from toolkit.intake.lines import remark, why

    def state(taken: bool) -> str:
        return text("cli.map_taken" if taken else "cli.map_asked", language)

    sure = f"{number(proposal.confidence, 'en', 2)} {text(proposal.reason, language)}"
    head = (proposal.table, "", remark(proposal.source.name), sure, state(proposal.taken))
    lines = [line for line in proposal.lines if line.taken or line.asked]
    return [
        head,
        *(
            ("", x.column, remark(x.header), why(x, language), state(x.taken and proposal.taken))
            for x in lines
        ),
    ]


def _next_step(done: Mapped, folder: Path, language: str) -> str:
    has_schemes = any((folder / "schemes").glob("*.yaml"))
    key = "cli.next_answer" if done.questions else "cli.next_check" if has_schemes else "cli.next_scheme"
    return text(key, language, folder=folder)


@app.command()
def request(
    folder: Folder,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The .xlsx to write; <folder>-request-<language>.xlsx.")
    ] = None,
    language: Language = "",
    tables: Annotated[str, typer.Option(help="Tables to ask for, such as deals,activities.")] = "",
) -> None:
    """Write the Excel form that asks a client for the data: a sheet a table, lists, a dictionary.

    Asked for is what the schemes and the KPIs under "measure" need, else all core tables. Put the filled form
    into the engagement's data folder: kpi map knows it again.

    Example: kpi request acme --language zh --tables deals,activities
    """
    check_language(language)
    from toolkit.intake.form import client_name, write_request

    said = language or own_language(folder)
    target = out or Path(f"{folder.resolve().name}-request-{said}.xlsx")
    if target.suffix.lower() != ".xlsx":
        stop([text("cli.not_xlsx", said, value=target)], said)
    listed = tuple(name.strip() for name in tables.replace("，", ",").split(",") if name.strip())
    try:
        path = write_request(folder, target, said, listed, client_name(folder, said))
    except ToolkitError as error:
        stop(describe_error(error, said), said)
    print(text("cli.requested", said, path=path, folder=folder))
