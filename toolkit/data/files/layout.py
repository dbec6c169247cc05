"""Where a sheet's column names stand: below titles, in one row or in several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from toolkit.data.convert import BLANKS
from toolkit.data.files.source import FileSource
from toolkit.errors import Problems

HEAD_ROWS = 60  # rows looked at to find the column names
_BODY = 20  # rows below them that show what the columns hold
_MOSTLY = 0.8
# A number, an amount or a day, not a name: digits and what is written between them.
_VALUE = re.compile(r"[-+(¥￥$€＄－]*\s?[\d０-９][\d０-９,.，．/:\-年月日 %％]*[)）元]?")
# A month, a quarter or a year: in a row of names it heads a column.
_PERIOD = re.compile(
    r"(20\d\d\s?[-/.年]?\s?)?((0?[1-9]|1[0-2])\s?月份?|[1-4]\s?季度)|20\d\d([-/.](0?[1-9]|1[0-2])|年)?"
)
_LABELLED = re.compile(r".*[:：].*")  # `Prepared by: Ann`: a note above a table, no column's name

Rows = Sequence[Sequence[str]]
Span = tuple[int, int, int]  # a merged cell of one row: the row, its first and its last column, from 0


@dataclass(frozen=True)
class Head:
    """The names of a sheet's columns, by position, and the index of the first row below them."""

    names: list[str]
    body: int


def find_head(
    rows: Rows, source: FileSource, where: str, problems: Problems, spans: Iterable[Span] = ()
) -> Head | None:
    """Find the column names, or take them where they are declared; None with the reason in `problems`.

    Parameters
    ----------
    rows : rows of text
        The sheet's first rows.
    spans : rows and columns of merged cells
        Of a workbook.

    Examples
    --------
    >>> problems = Problems()
    >>> rows = [["2026 sales", "", ""], ["deal", "rep", "amount"], ["D1", "p1", "5"], ["D2", "p2", "7"]]
    >>> find_head(rows, FileSource(("a.csv",)), "a.csv", problems)
    Head(names=['deal', 'rep', 'amount'], body=2)
    >>> problems.notes[0].value
    '2026 sales'
    """
    if source.names:
        return Head(list(source.names), 0)
    cells = [[cell.strip(BLANKS) for cell in row] for row in rows]
    merged = list(spans)
    first = source.header_row - 1 if source.header_row else _first_full(cells)
    if first is None or first >= len(cells) or not any(cells[first]):
        problems.add("data.no_header", where=where, row=max(source.header_row, 1))
        return None
    if not source.header_row:
        top = _two_rows(cells, first, merged)
        if top is not None and source.header_rows == 1:
            problems.add(
                "data.two_headers", where=where, row=top + 1, value=_shown(cells[top]),
                below=_shown(cells[top + 1]), last=top + 2,
            )  # fmt: skip
            return None
        if source.header_rows > 1:
            above = first - 1 if first and any(cells[first - 1]) else first
            first = above if top is None else top
        _note_titles(cells[:first], first, where, problems)
    body = first + source.header_rows
    return Head(_joined(cells[first:body], [(row - first, a, b) for row, a, b in merged]), body)


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell)


def _is_value(cell: str) -> bool:
    return _VALUE.fullmatch(cell) is not None


def _shown(row: Sequence[str]) -> str:
    return " | ".join(cell for cell in row if cell)[:80]


def _first_full(cells: Rows) -> int | None:
    """The first row as wide as the table, which titles are not; None where no row can name columns.

    The table's width is the second largest, so that one overlong row does not decide.
    """
    filled = [_filled(row) for row in cells]
    standing = [i for i, n in enumerate(filled) if n]
    if not standing:
        return None
    width = sorted((filled[i] for i in standing), reverse=True)[:2][-1]
    first = next(i for i in standing if 2 * filled[i] > width)
    below = sorted(filled[i] for i in standing if i > first)
    if below and 2 * below[len(below) // 2] <= width:  # a few wide rows in a narrow table
        return standing[0]
    values = sum(_is_value(cell) and not _PERIOD.fullmatch(cell) for cell in cells[first])
    return None if first > standing[0] and 2 * values > filled[first] else first


def _two_rows(cells: Rows, first: int, spans: Iterable[Span]) -> int | None:
    """The upper of two rows that name the columns together; None where one row does."""
    if _is_second(cells, first):
        return first
    if not first:
        return None
    above = cells[first - 1]
    is_group = any(row == first - 1 and a < b and b - a + 1 < len(cells[first]) for row, a, b in spans)
    words = [cell for cell in above if cell]
    plain = len(words) > 1 and not any(_is_value(w) or _LABELLED.fullmatch(w) for w in words)
    return first - 1 if words and (plain or is_group) else None


def _is_second(cells: Rows, first: int) -> bool:
    """Whether the row below is all words, though the rows below it hold numbers or days in its columns."""
    body = [row for row in cells[first + 2 : first + 2 + _BODY] if any(row)]
    if first + 1 >= len(cells) or not body:
        return False
    below = cells[first + 1]
    if any(_is_value(cell) for cell in below):
        return False
    named, odd = 0, 0
    for column, cell in enumerate(below):
        held = [row[column] for row in body if column < len(row) and row[column]]
        if cell and held and sum(map(_is_value, held)) >= _MOSTLY * len(held):
            named += 1
            odd += column >= len(cells[first]) or not cells[first][column]
    return named > 1 or odd > 0


def _note_titles(titles: Rows, first: int, where: str, problems: Problems) -> None:
    said = [_shown(row) for row in titles if any(row)]
    if said:
        problems.note("data.title_rows", where=where, row=first + 1, value=" / ".join(said)[:120])


def _joined(rows: Rows, spans: Iterable[Span]) -> list[str]:
    """One name a column: the cells above each other joined; a group's name goes to the right."""
    width = max((len(row) for row in rows), default=0)
    table = [[*row, *[""] * (width - len(row))] for row in rows]
    if len(table) == 1:
        return table[0]
    for row, start, end in spans:
        if 0 <= row < len(table):
            table[row][start : end + 1] = [table[row][start]] * (min(end + 1, width) - start)
    for upper, lower in pairwise(table):
        for i in range(1, width):
            # A column named above alone is no group, and its name is not its neighbour's.
            if not upper[i] and lower[i] and upper[i - 1] and lower[i - 1]:
                upper[i] = upper[i - 1]
    return [" / ".join(dict.fromkeys(part for part in column if part)) for column in zip(*table, strict=True)]
