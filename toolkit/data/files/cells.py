"""A workbook's cells → text as the rest of the pipeline expects it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np

from toolkit.errors import Problems

_WHOLE = 1e15  # Excel keeps 15 digits of a number; whatever stands behind them is made up


def as_text(cell: Any) -> str | None:
    """A cell as text: days in ISO form, whole numbers without a point; None for an empty one.

    Examples
    --------
    >>> as_text(1001.0), as_text(0.1 + 0.2), as_text(dt.datetime(2026, 1, 2)), as_text(True), as_text("")
    ('1001', '0.3', '2026-01-02', 'true', None)
    """
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "seconds")
    if isinstance(cell, dt.timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(cell.isoformat())


def _number(cell: float) -> str:
    # 15 digits are what a spreadsheet shows; the others are how a computer keeps a decimal fraction.
    return str(int(cell)) if cell.is_integer() and abs(cell) < _WHOLE else f"{cell:.15g}"


def column_of_text(cells: Sequence[Any]) -> Sequence[str | None]:
    """A column's cells as text; columns of one kind, nearly all there are, go the short way."""
    kinds = set(map(type, cells))
    if kinds == {str}:
        return cells
    if kinds == {float}:
        numbers = np.array(cells)
        if (np.abs(numbers) < _WHOLE).all() and (numbers == np.rint(numbers)).all():
            return list(map(str, numbers.astype(np.int64).tolist()))
    return list(map(as_text, cells))


def note_long_numbers(
    rows: Sequence[Sequence[Any]], names: Sequence[str], above: int, where: str, problems: Problems
) -> None:
    """Note the columns with whole numbers of more than 15 digits: Excel has lost their last ones."""
    for i, name in enumerate(names):
        long = [
            at
            for at, row in enumerate(rows)
            if i < len(row) and type(row[i]) in (int, float) and abs(row[i]) >= _WHOLE
        ]
        if name and long:
            value = as_text(rows[long[0]][i])
            row_number = above + long[0] + 1
            problems.note(
                "data.long_number", where=where, row=row_number, column=name, value=value, cells=len(long)
            )
