"""A form that came back, opened: held against what was sent; its filled-in cells, still as they stand."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from toolkit.data.files.form_cells import FormSheet, cell_text, read_form_cells
from toolkit.design.ask.page import MARK, Sent, SentPage, What
from toolkit.design.ask.write import checksum
from toolkit.errors import Problems

_SENT = TypeAdapter(Sent)
_MOST_EDITS = 5  # told one by one of a sheet; more of them mean that rows or columns were moved
_LONGEST = 2_000  # characters of a comment


@dataclass(frozen=True)
class Filled:
    """A cell that was to be filled in: what for, where it stands, and what stands there."""

    what: What
    subject: str
    asked: str
    where: str
    cell: str
    value: object

    @property
    def typed(self) -> str:
        """What was typed, without outer spaces, full-width signs as plain ones; blank for nothing."""
        return unicodedata.normalize("NFKC", cell_text(self.value)).strip()


@dataclass(frozen=True)
class Opened:
    """A form held against what was sent.

    Parameters
    ----------
    path : Path
        Where it was read from.
    content : bytes
        The whole file, as it was read.
    sent : Sent
        What it asks of whom.
    cells : tuple of Filled
        The cells to fill in, in their order, blank ones too; those that hold a formula are left out.
    """

    path: Path
    content: bytes
    sent: Sent
    cells: tuple[Filled, ...]

    @property
    def sha256(self) -> str:
        """The file's checksum."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def blank(self) -> bool:
        """Whether nothing at all was answered, remarked or proposed."""
        return not any(cell.typed for cell in self.cells if cell.what in ("answer", "comment", "proposal"))


def open_form(
    path: Path,
    engagement: str,
    about: str,
    problems: Problems,
    fits: Callable[[Sent, str, Problems], None],
) -> Opened | None:
    """Open one form; None, with the reasons in `problems`, where it is none of ours or about other things.

    Parameters
    ----------
    path : Path
    engagement : str
        The name of the engagement it must be of.
    about : str
        What it must ask about.
    problems : Problems
        Also takes what was changed beside the cells to fill in; then the form is opened all the same.
    fits : callable
        Notes what of the questions themselves does not fit the engagement any more.
    """
    if path.suffix.lower() != ".xlsx":
        problems.add("ask.not_xlsx", where=path.name, value=path.suffix or path.name)
        return None
    try:
        content = path.read_bytes()
    except OSError as error:
        problems.add("ask.unreadable", where=path.name, value=str(error.strerror or error))
        return None
    sheets = read_form_cells(content, path.name, problems)
    sent = None if sheets is None else _sent(sheets, path.name, problems)
    if sheets is None or sent is None:
        return None
    before = len(problems)
    if sent.engagement != engagement:
        problems.add("ask.other_client", where=path.name, value=sent.engagement)
    elif sent.about != about:
        problems.add("ask.other_questions", where=path.name, value=sent.about)
    else:
        fits(sent, path.name, problems)
    if len(problems) > before:
        return None
    cells = [
        cell for page in sent.pages for cell in _filled(page, sheets.get(page.sheet), path.name, problems)
    ]
    for name in sheets.keys() - {MARK} - {page.sheet for page in sent.pages}:
        problems.add("ask.extra_sheet", where=path.name, value=name)
    return Opened(path, content, sent, tuple(cells))


def _sent(sheets: Mapping[str, FormSheet], where: str, problems: Problems) -> Sent | None:
    """What the hidden sheet says was sent, if it is whole."""
    mark = sheets.get(MARK)
    if mark is None:
        problems.add("ask.not_ours", where=where)
        return None
    said = {
        int(cell[1:]): value for cell, value in mark.values.items() if cell[0] == "A" and cell[1:].isdigit()
    }
    chunks = [str(said[row]) for row in sorted(said) if row > 1]
    content = "".join(chunk.removeprefix("|").removesuffix("|") for chunk in chunks)
    if len(said) != len(mark.values) or mark.formulas or said.get(1) != checksum(content):
        problems.add("ask.mark_changed", where=where)
        return None
    try:
        return _SENT.validate_python(json.loads(content))
    except (ValidationError, ValueError):
        problems.add("ask.not_ours", where=where)
        return None


def _filled(page: SentPage, sheet: FormSheet | None, file: str, problems: Problems) -> list[Filled]:
    if sheet is None:
        problems.add("ask.no_sheet", where=file, value=page.sheet)
        return []
    where = f"{file} · {page.sheet}"
    if _refuse_edits(page, sheet, where, problems):
        return []  # of a sheet whose rows were moved nobody knows which answer is whose
    found = []
    for cell, (what, subject, asked) in page.places.items():
        value = sheet.values.get(cell)
        if what in ("free", "shown"):
            continue
        if cell in sheet.formulas:
            problems.add("ask.formula", where=where, column=cell, value=cell_text(value) or "–")
        else:
            found.append(Filled(what, subject, asked, where, cell, value))
    return found


def _refuse_edits(page: SentPage, sheet: FormSheet, where: str, problems: Problems) -> bool:
    """Tell what was changed beside the cells to fill in; whether so much that the rest cannot be read."""
    edited = [
        (cell, found, text)
        for cell, text in page.locked.items()
        if (found := plain_words(sheet.values.get(cell))) != text or cell in sheet.formulas
    ]
    for cell, found, text in edited[:_MOST_EDITS]:
        problems.add("ask.edited", where=where, column=cell, value=found or "–", sent=text)
    if more := edited[_MOST_EDITS:]:
        problems.add("ask.more_edited", where=where, value=len(more))
        return True
    for cell in sorted((sheet.values.keys() | sheet.formulas) - page.locked.keys() - page.places.keys()):
        problems.add("ask.extra", where=where, column=cell, value=plain_words(sheet.values.get(cell)) or "–")
    return False


def comment(cell: Filled, problems: Problems) -> str:
    """A comment's words in one line; one that is too long is refused, never cut in silence."""
    said = plain_words(cell.value)
    if len(said) > _LONGEST:
        problems.add("ask.too_long", where=cell.where, column=cell.cell, value=len(said), most=_LONGEST)
    return said


def plain_words(value: object) -> str:
    """Words in one line without control characters, whatever program saved them."""
    kept = (c for c in cell_text(value) if c.isspace() or unicodedata.category(c) not in ("Cc", "Cs"))
    return " ".join("".join(kept).split())
