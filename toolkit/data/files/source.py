"""Where a table's rows come from, as `engagement.yaml` says it."""

from __future__ import annotations

from dataclasses import dataclass

SHOWN = 20  # rows named for one kind of problem in one column; the rest are counted


@dataclass(frozen=True)
class FileSource:
    """Where a table's rows come from.

    Parameters
    ----------
    files : tuple of str
        Paths relative to the engagement; several are stacked.
    encoding : str
        Of text files; found where it is not said. A byte-order mark is fine.
    separator : str
        One character between cells; found where it is not said.
    names : tuple of str
        Column names of files without a header.
    sheet : str
        Of a workbook; not needed where only one sheet is filled.
    header_row : int
        The row of the column names as a spreadsheet shows it, from 1; 0 finds it.
    header_rows : int
        Rows that together name the columns, 1 to 3; their cells are joined by " / ".

    Examples
    --------
    >>> FileSource(("data/deals.xlsx",), sheet="订单", header_row=3).header_rows
    1
    """

    files: tuple[str, ...]
    encoding: str = ""
    separator: str = ""
    names: tuple[str, ...] = ()
    sheet: str = ""
    header_row: int = 0
    header_rows: int = 1
