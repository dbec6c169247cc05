"""A form that somebody sends back: its cells by sheet and address, read with care and nothing evaluated."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from xml.etree import ElementTree

from xlsxwriter.utility import xl_rowcol_to_cell

from toolkit.data.files.cells import as_text
from toolkit.data.files.container import kind_of
from toolkit.data.files.faults import faults_of_xlsx, sheet_part
from toolkit.data.files.workbook import Book, open_workbook
from toolkit.errors import Problems

LARGEST = 5_000_000  # bytes; a form has some ten thousand
_ROWS, _COLUMNS, _SHEETS = 20_000, 500, 100  # beyond them a file is no form, and would ask for much memory
_HAS_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_NO_NAME = re.compile(r"[\[\]:*?/\\'<>\"|\x00-\x1f]")  # in a sheet's name, nor in a file's on Windows


@dataclass(frozen=True)
class FormSheet:
    """One sheet's filled cells by address (`B7`), and the cells that hold a formula instead of a value."""

    values: dict[str, object]
    formulas: frozenset[str]


def read_form_cells(content: bytes, where: str, problems: Problems) -> dict[str, FormSheet] | None:
    """Every sheet of a returned .xlsx by its name, hidden ones too; None with the reason in `problems`.

    Parameters
    ----------
    content : bytes
        The whole file; one that is far too large for a form is not opened.
    where : str
        How problems name it.

    Examples
    --------
    >>> problems = Problems()
    >>> read_form_cells(b"a photo", "photo.xlsx", problems) is None, problems.items[0].code
    (True, 'data.other_kind_of_file')
    """
    if len(content) > LARGEST:
        problems.add("data.form_too_large", where=where, value=f"{len(content) / 1e6:,.1f}")
        return None
    kind = kind_of(content)
    if kind not in ("zip", "ole"):
        problems.add("data.other_kind_of_file", where=where, value=kind)
        return None
    book = open_workbook(content, kind, where, problems)
    if book is None:
        return None
    if "xl/workbook.xml" not in book.parts or len(book.calamine.sheet_names) > _SHEETS:
        problems.add("data.no_form", where=where)
        return None
    found: dict[str, FormSheet] = {}
    for name in book.calamine.sheet_names:
        sheet = _sheet(book, name, where, problems)
        if sheet is None:
            return None
        found[name] = sheet
    return found


def _sheet(book: Book, name: str, where: str, problems: Problems) -> FormSheet | None:
    try:
        faults = book.faults[name] = faults_of_xlsx(book.parts, name)  # kept, so that it is looked at once
        if faults.rows > _ROWS or faults.columns > _COLUMNS:
            problems.add(
                "data.sheet_too_large", where=where, value=name, rows=faults.rows, columns=faults.columns
            )
            return None
        formulas = _formulas(book, name)
    except (ElementTree.ParseError, ValueError) as error:
        problems.add("data.damaged_workbook", where=where, value=str(error)[:80])
        return None
    sheet = book.sheet(name, where, problems)
    if sheet is None:
        return None
    rows = sheet.to_python(skip_empty_area=False)
    values: dict[str, object] = {
        xl_rowcol_to_cell(line, column): value
        for line, row in enumerate(rows)
        for column, value in enumerate(row)
        if value not in ("", None)
    }
    return FormSheet(values, formulas)


def _formulas(book: Book, name: str) -> frozenset[str]:
    """Addresses of formulas: the reader of values gives their last results only."""
    root = ElementTree.fromstring(book.parts["xl/workbook.xml"])
    content = book.parts.get(sheet_part(book.parts, root, name), b"")
    found: set[str] = set()
    if _HAS_FORMULA.search(content):
        for _, element in ElementTree.iterparse(io.BytesIO(content)):
            local = element.tag.rpartition("}")[2]
            if local == "c" and any(child.tag.rpartition("}")[2] == "f" for child in element):
                found.add(element.get("r", ""))
            elif local == "row":
                element.clear()
    return frozenset(found)


def cell_text(value: object) -> str:
    """A cell as it is read, without outer spaces: whole numbers without a point, blank for nothing.

    Examples
    --------
    >>> cell_text(4.0), cell_text(" 4 "), cell_text(None), cell_text(2.5)
    ('4', '4', '', '2.5')
    """
    return (as_text(value) or "").strip() if value is not None else ""


def safe_name(name: str, at: int) -> str:
    """A name that a sheet and a file may have on any system; the number keeps two of one name apart.

    Examples
    --------
    >>> safe_name("Ann / Bo: 'north'", 3)
    '03 Ann  Bo north'
    """
    return f"{at:02d} {_NO_NAME.sub('', name)}"[:28].strip()
