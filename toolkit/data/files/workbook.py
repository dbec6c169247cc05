"""Workbooks (xlsx, xlsm, xls, ods): opened with care, since a few bytes may ask for all the memory."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from toolkit.data.files.container import unpacked
from toolkit.data.files.faults import Faults, faults_of_ods, faults_of_xlsx
from toolkit.data.files.xls import Damaged, faults_of_xls, is_locked, streams
from toolkit.errors import Problems

_MOST_CELLS = 30_000_000  # of a sheet as a rectangle; calamine holds 24 bytes for each


@dataclass(frozen=True)
class Book:
    """An open workbook and what its file holds besides values."""

    calamine: CalamineWorkbook
    parts: dict[str, bytes]
    faults: dict[str, Faults]

    def sheet(self, name: str, where: str, problems: Problems) -> CalamineSheet | None:
        """A sheet, unless its stray cells would make it too large: calamine keeps a full rectangle."""
        try:
            if name not in self.faults:
                self.faults[name] = faults_of_xlsx(self.parts, name)
        except (ElementTree.ParseError, ValueError) as error:
            problems.add("data.damaged_workbook", where=where, value=str(error)[:80])
            return None
        if not _small_enough({name: self.faults[name]}, where, problems):
            return None
        found: CalamineSheet | None = guarded(lambda: self.calamine.get_sheet_by_name(name), where, problems)
        return found


def _small_enough(sheets: Mapping[str, Faults], where: str, problems: Problems) -> bool:
    before = len(problems)
    for name, sheet in sheets.items():
        if sheet.rows * sheet.columns > _MOST_CELLS:
            problems.add(
                "data.sheet_too_large", where=where, value=name, rows=sheet.rows, columns=sheet.columns
            )
    return len(problems) == before


def open_workbook(content: bytes, kind: str, where: str, problems: Problems) -> Book | None:
    """Open a workbook whose container is sound and of a kind whose errors can be seen; else None.

    Parameters
    ----------
    content : bytes
        The whole file.
    kind : str
        zip or ole, by its content.
    """
    parts: dict[str, bytes] = {}
    sheets: dict[str, Faults] = {}
    old: list[Faults] | None = []
    if kind == "ole":
        old = _xls_faults(content, where, problems)
        sheets = {str(i): sheet for i, sheet in enumerate(old or [])}
    else:
        parts = unpacked(content, where, problems) or {}
        if parts and "xl/workbook.xml" not in parts and "content.xml" not in parts:
            problems.add("data.other_kind_of_file", where=where, value=_zip_kind(parts))
            return None
        if "content.xml" in parts:
            sheets = _ods_faults(parts["content.xml"], where, problems)
    # Both old formats are read whole as soon as they are opened.
    if old is None or (kind == "zip" and not parts) or not _small_enough(sheets, where, problems):
        return None
    opened = guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(content)), where, problems)
    if opened is None or ("content.xml" in parts and not sheets):
        return None
    if old:
        sheets = dict(zip(opened.sheet_names, old, strict=False))
    return Book(opened, parts, sheets)


def _ods_faults(content: bytes, where: str, problems: Problems) -> dict[str, Faults]:
    try:
        return faults_of_ods(content)
    except ElementTree.ParseError as error:
        problems.add("data.damaged_workbook", where=where, value=str(error)[:80])
        return {}


def _zip_kind(parts: dict[str, bytes]) -> str:
    if "xl/workbook.bin" in parts:
        return "xlsb"
    return "docx" if "word/document.xml" in parts else "zip"


def _xls_faults(content: bytes, where: str, problems: Problems) -> list[Faults] | None:
    try:
        found = streams(content)
        book = found.get("Workbook") or found.get("Book")
        if "EncryptedPackage" in found or (book and is_locked(book)):
            problems.add("data.locked_workbook", where=where)
        elif not book:
            problems.add("data.other_kind_of_file", where=where, value="doc")
        else:
            return faults_of_xls(book)
    except Damaged as error:
        problems.add("data.damaged_workbook", where=where, value=str(error))
    return None


def guarded(read: Any, where: str, problems: Problems) -> Any:
    """What calamine reads; None with the problem noted where the file is broken beneath its container."""
    try:
        return read()
    except PasswordError:
        problems.add("data.locked_workbook", where=where)
    except (CalamineError, OSError, ValueError) as error:
        problems.add("data.damaged_workbook", where=where, value=str(error).splitlines()[0][:80])
    except BaseException as error:  # a Rust library's panic is no Exception
        if type(error).__name__ != "PanicException":
            raise
        problems.add("data.damaged_workbook", where=where, value="")
    return None
