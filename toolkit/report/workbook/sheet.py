"""A worksheet that takes formulas as they stand, and the cells that a form is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellFormulaTuple, Worksheet

LETTERS = [xl_col_to_name(column) for column in range(1000)]
NOTHING = '""'  # an empty text, as a formula says it


class Sheet(Worksheet):
    """XlsxWriter's worksheet, without its search of every formula for functions newer than 2007.

    The search costs more than writing the cell; the workbook uses no such function.
    """

    def write_formula(
        self, row: int, col: int, formula: str, cell_format: Format | None = None, value: Any = 0
    ) -> int:
        """Write a formula, without its `=`, and the value that it has."""
        if self._check_dimensions(row, col):
            return -1
        self.table[row][col] = CellFormulaTuple(formula, cell_format, value)
        return 0


class Kind(IntEnum):
    """What a form's cell holds."""

    TEXT = 0  # the same text in every form
    NUMBER = 1  # the same number in every form
    BLANK = 2
    OWN_TEXT = 3  # a text of the participant's
    OWN_NUMBER = 4  # a number of the participant's, blank where there is none
    FORMULA = 5
    LINKED = 6  # a number of the participant's, or a formula that takes it from another form


class Cell(NamedTuple):
    """A cell of a form: column, kind, what stands in it, its format, and which of the participant's values.

    In a formula `{0}`, `{1}`, ... are the numbers of the form's rows; `{s}` and `{w}` are the participant's
    rows in the summary and in the workings.
    """

    column: int
    kind: Kind
    content: Any
    format: Format
    slot: str = ""


def write_cells(
    sheet: Worksheet,
    at: int,
    cells: Sequence[Cell],
    own: Mapping[str, Any],
    rows: Sequence[int],
    more: Mapping[str, Any],
) -> None:
    """Write the cells of one row."""
    for column, kind, content, form, slot in cells:
        if kind is Kind.FORMULA:
            value = own.get(slot)
            shown = "" if value is None or value != value else value
            sheet.write_formula(at, column, content.format(*rows, **more), form, shown)
        elif kind is Kind.TEXT:
            sheet.write_string(at, column, content, form)
        elif kind is Kind.BLANK:
            sheet.write_blank(at, column, None, form)
        elif kind is Kind.NUMBER:
            sheet.write_number(at, column, content, form)
        else:
            _write_own(sheet, at, column, kind, own.get(slot), form, own.get(f"link {slot}"))


def _write_own(
    sheet: Worksheet, at: int, column: int, kind: Kind, value: Any, form: Format, link: str | None
) -> None:
    if kind is Kind.OWN_TEXT:
        sheet.write_string(at, column, "" if value is None or value != value else str(value), form)
    elif kind is Kind.LINKED and link:
        shown = "" if value is None or value != value else value
        sheet.write_formula(at, column, f"IF(ISNUMBER({link}),{link},{NOTHING})", form, shown)
    elif value is None or value != value:
        sheet.write_blank(at, column, None, form)
    else:
        sheet.write_number(at, column, value, form)
