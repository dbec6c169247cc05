"""One sheet of a workbook → a table of text as its cells show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from python_calamine import CalamineSheet, SheetVisibleEnum

from toolkit.data.files.body import finished, names_ok, trimmed
from toolkit.data.files.cells import as_text, column_of_text, note_long_numbers
from toolkit.data.files.faults import Faults
from toolkit.data.files.layout import HEAD_ROWS, Span, find_head
from toolkit.data.files.source import SHOWN, FileSource
from toolkit.data.files.workbook import Book, guarded, open_workbook
from toolkit.errors import Problems

_SHEET = "WorkSheet"


def read_workbook(
    content: bytes, kind: str, where: str, source: FileSource, problems: Problems
) -> pa.Table | None:
    """Read one sheet of a workbook; None if it could not be read whole, with the reasons in `problems`.

    Values only are read: macros, links to other files and formulas are left alone.

    Parameters
    ----------
    content : bytes
        The whole file.
    kind : str
        zip or ole, by its content.

    Examples
    --------
    >>> problems = Problems()
    >>> source = FileSource(("a.xlsx",))
    >>> read_workbook(b"PK\\3\\4 cut off", "zip", "a.xlsx", source, problems) is None, len(problems)
    (True, 1)
    """
    book = open_workbook(content, kind, where, problems)
    if book is None:
        return None
    name = _sheet_name(book, source, where, problems)
    sheet = None if name is None else book.sheet(name, where, problems)
    return None if sheet is None else _table(sheet, book.faults[sheet.name], where, source, problems)


def _sheet_name(book: Book, source: FileSource, where: str, problems: Problems) -> str | None:
    before = len(problems)
    sheets = {s.name: s for s in book.calamine.sheets_metadata if s.typ.__repr__().endswith(_SHEET)}
    if source.sheet:
        name = {s.strip(): s for s in sheets}.get(source.sheet.strip())
        if name is None:
            listed = ", ".join(sheets)
            problems.add("data.no_sheet", where=where, value=source.sheet, sheets=listed[:200])
        return name
    filled = [name for name in sheets if _is_filled(book, name, where, problems)]
    if len(problems) > before:
        return None
    if len(filled) > 1:
        problems.add("data.which_sheet", where=where, value=", ".join(filled)[:200])
        return None
    if not filled:
        problems.add("data.empty_table", where=where)
        return None
    if sheets[filled[0]].visible != SheetVisibleEnum.Visible:
        problems.note("data.hidden_sheet", where=where, value=filled[0])
    return filled[0]


def _is_filled(book: Book, name: str, where: str, problems: Problems) -> bool:
    sheet = book.sheet(name, where, problems)
    return sheet is not None and sheet.start is not None


def _table(
    sheet: CalamineSheet, faults: Faults, where: str, source: FileSource, problems: Problems
) -> pa.Table | None:
    if sheet.start is None:
        problems.add("data.empty_table", where=where)
        return None
    rows: list[list[Any]] = guarded(lambda: sheet.to_python(skip_empty_area=False), where, problems)
    if rows is None:
        return None
    merged = [(a, b, c, d) for (a, c), (b, d) in sheet.merged_cell_ranges or []]
    top = [[as_text(cell) or "" for cell in row] for row in rows[: source.header_row + HEAD_ROWS]]
    spans: list[Span] = [(a, c, d) for a, b, c, d in merged if c < d]
    head = find_head(top, source, where, problems, spans)
    if head is None or not names_ok([n for n in head.names if n], where, max(head.body, 1), problems):
        return None
    names = head.names
    _fill_down(rows, merged, head.body, where, problems)
    if not _cells_ok(faults, names, head.body, where, problems):
        return None
    _note_what_is_unseen(faults, head.body, names, where, problems)
    body = rows[head.body :]
    columns = [column_of_text(cells) for cells in zip(*body, strict=True)] or [[] for _ in names]
    note_long_numbers(body, names, head.body, where, problems)
    table = pa.table({str(i): pa.array(cells, pa.string()) for i, cells in enumerate(columns)})
    numbers = np.arange(head.body + 1, head.body + 1 + len(body))
    return finished(trimmed(table), names + [""] * (table.num_columns - len(names)), numbers, where, problems)


def cell_name(row: int, column: int) -> str:
    """A cell's name as a spreadsheet shows it; row and column from 0.

    Examples
    --------
    >>> cell_name(6, 27)
    'AB7'
    """
    letters, left = "", column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row + 1}"


def _fill_down(
    rows: list[list[Any]],
    merged: Sequence[tuple[int, int, int, int]],
    body: int,
    where: str,
    problems: Problems,
) -> None:
    """A merged cell's value stands in each of its rows; only in its first column, for the others differ."""
    filled = []
    for first, last, left, right in merged:
        if first < body or left >= len(rows[0]) or rows[first][left] == "":
            continue
        # What is merged past the last filled row is merged with nothing.
        for below in rows[first + 1 : last + 1]:
            below[left] = rows[first][left]
        filled.append((first, last, left, right))
    for first, last, left, right in sorted(filled)[:SHOWN]:
        span = f"{cell_name(first, left)}:{cell_name(last, right)}"
        problems.note(
            "data.merged_cells", where=where, row=first + 1, value=as_text(rows[first][left]), span=span
        )
    if len(filled) > SHOWN:
        problems.note("data.more_merged_cells", where=where, value=len(filled) - SHOWN)


def _cells_ok(faults: Faults, names: list[str], body: int, where: str, problems: Problems) -> bool:
    """No error and no formula without its value stands in a column that has a name."""
    before = len(problems)
    for (row, column), value in sorted(faults.errors.items()):
        if row >= body and column < len(names) and names[column] and len(problems) - before < SHOWN:
            problems.add("data.error_cell", where=where, row=row + 1, column=names[column], value=value)
    for row, column in faults.unsaved:
        if row >= body and column < len(names) and names[column] and len(problems) - before < SHOWN:
            place = cell_name(row, column)
            problems.add("data.formula_unsaved", where=where, row=row + 1, column=names[column], value=place)
    return len(problems) == before


def _note_what_is_unseen(faults: Faults, body: int, names: list[str], where: str, problems: Problems) -> None:
    hidden = [row for row in faults.hidden if row > body]
    if hidden:
        problems.note("data.hidden_rows", where=where, row=hidden[0], value=len(hidden))
    blank = [(row, column) for row, column in faults.blank if row >= body and column < len(names)]
    if blank:
        row, column = blank[0]
        problems.note("data.formula_blank", where=where, row=row + 1, column=names[column], value=len(blank))
    if faults.since_1904:
        problems.note("data.workbook_1904", where=where)
