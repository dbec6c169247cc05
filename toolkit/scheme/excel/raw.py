"""A workbook's cells as they came back: values, and where formulas and merged cells are."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import python_calamine
from xlsxwriter.utility import xl_cell_to_rowcol

from toolkit.errors import Problem, SchemeError

_LARGEST = 20_000_000  # bytes of one sheet unpacked; a scheme's has some hundred thousand
_SHEET = re.compile(rb'<sheet\b[^>]*\bname="([^"]*)"[^>]*\br:id="([^"]*)"')
_LINK = re.compile(rb"<Relationship\b[^>]*>")
_FORMULA = re.compile(rb'<c\b[^>]*\br="([A-Z]{1,3}[0-9]{1,7})"[^>]*>\s*<f\b[^>]*>([^<]*)')


@dataclass
class Sheet:
    """One sheet's cells by (row, column) from 0."""

    values: dict[tuple[int, int], Any] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


def read_sheets(path: Path) -> dict[str, Sheet]:
    """Every sheet of a workbook by its name, hidden ones too.

    Raises
    ------
    SchemeError
        The file is missing, no workbook, encrypted or unreasonably large.
    """
    try:
        formulas = _formulas(path)
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        found = {}
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False)
            values = {
                (r, c): value
                for r, row in enumerate(rows)
                for c, value in enumerate(row)
                if value not in ("", None)
            }
            found[name] = Sheet(values, formulas.get(name, {}), list(sheet.merged_cell_ranges or []))
        return found
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, python_calamine.CalamineError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SchemeError(Problem("excel.not_excel", path.name, value=said)) from None


def _formulas(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """Formulas by sheet and cell: calamine gives their results only."""
    with zipfile.ZipFile(path) as file:
        if any(info.file_size > _LARGEST for info in file.infolist()):
            raise ValueError("too large")
        links = {}
        for link in _LINK.findall(file.read("xl/_rels/workbook.xml.rels")):
            key, target = (re.search(rb'\b%s="([^"]*)"' % part, link) for part in (b"Id", b"Target"))
            if key and target:
                links[key[1]] = target[1].decode().lstrip("/").removeprefix("xl/")
        found = {}
        for name, key in _SHEET.findall(file.read("xl/workbook.xml")):
            cells = _FORMULA.findall(file.read(f"xl/{links[key]}")) if key in links else []
            called = _unescaped(name.decode())
            found[called] = {xl_cell_to_rowcol(c.decode()): _unescaped(f.decode()) for c, f in cells}
        return found


def _unescaped(written: str) -> str:
    for sign, escaped in (("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&apos;"), ("&", "&amp;")):
        written = written.replace(escaped, sign)
    return written
