"""How a cell and a range are named inside the workbook's formulas."""

from __future__ import annotations

from xlsxwriter.utility import xl_rowcol_to_cell

LISTS = "_lists"  # the hidden sheet that drop-downs and live labels read


def cell_of(row: int, col: int) -> str:
    """A cell's name.

    Examples
    --------
    >>> cell_of(6, 1)
    'B7'
    """
    return str(xl_rowcol_to_cell(row, col))


def fixed(row: int, col: int) -> str:
    """A cell's name that stays when a formula is copied: `$B$7`."""
    return str(xl_rowcol_to_cell(row, col, row_abs=True, col_abs=True))


def sheet_ref(sheet: str, row: int, col: int) -> str:
    """A cell of another sheet: `'Measures'!$B$7`."""
    return f"'{sheet}'!{fixed(row, col)}"


def sheet_range(sheet: str, row: int, col: int, rows: int) -> str:
    """A column of cells of another sheet."""
    return f"'{sheet}'!{fixed(row, col)}:{fixed(row + rows - 1, col)}"


def list_range(col: int, rows: int, more: int = 0) -> str:
    """A column of the hidden lists below its heading, with `more` columns right of it."""
    return f"{LISTS}!{fixed(1, col)}:{fixed(rows, col + more)}"
