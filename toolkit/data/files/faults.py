"""What a workbook holds that its values alone do not show: errors, formulas never calculated, hidden rows."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import join, normpath
from xml.etree import ElementTree

_NEEDS_LOOK = re.compile(rb"""<(?:\w+:)?f[\s>/]|\bt\s*=\s*["']e["']|\bhidden\s*=""")
_LONGEST = 7  # digits of a row's number: 1,048,576
_WIDE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{2,3})\d""")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_YES = ("1", "true")


@dataclass
class Faults:
    """Of one sheet: cells by (row, column) from 0, rows from 1, and how far it reaches.

    `blank` are formulas whose saved value is nothing, where the format cannot tell an empty text from a value
    that was never calculated; `runs` are merged cells, (first row, last row, first column, last column).
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    unsaved: list[tuple[int, int]] = field(default_factory=list)
    blank: list[tuple[int, int]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    since_1904: bool = False
    rows: int = 0
    columns: int = 0


def faults_of_xlsx(parts: Mapping[str, bytes], sheet: str) -> Faults:
    """Look through the XML of a sheet of an Office Open XML workbook.

    Raises
    ------
    ElementTree.ParseError
        The XML is broken.
    """
    book = ElementTree.fromstring(parts.get("xl/workbook.xml", b"<x/>"))
    faults = Faults()
    for properties in _named(book, "workbookPr"):
        faults.since_1904 = properties.get("date1904", "") in _YES
    content = parts.get(sheet_part(parts, book, sheet), b"")
    faults.rows = _last_row(content)
    letters = {found[1] for found in _WIDE.finditer(content)}
    faults.columns = max((_column(name.decode()) + 1 for name in letters), default=26)
    if _NEEDS_LOOK.search(content):
        _look(content, faults)
    return faults


def _last_row(content: bytes) -> int:
    """The largest number of a row, looked for among the longest ones alone."""
    for digits in range(_LONGEST, 0, -1):
        found = re.findall(rb"""\sr\s*=\s*["'][A-Z]{0,3}(\d{%d})["']""" % digits, content)
        if found:
            return int(max(found))
    return 0


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _named(root: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (element for element in root.iter() if _local(element.tag) == name)


def sheet_part(parts: Mapping[str, bytes], book: ElementTree.Element, sheet: str) -> str:
    """The part in which a sheet stands."""
    ids = [s.get(_RELATION) or s.get(_STRICT) for s in _named(book, "sheet") if s.get("name") == sheet]
    relations = ElementTree.fromstring(parts.get("xl/_rels/workbook.xml.rels", b"<x/>"))
    for relation in _named(relations, "Relationship"):
        if ids and relation.get("Id") == ids[0]:
            target = relation.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
    return ""


def _column(letters: str) -> int:
    """The index of a column by its letters, A is 0."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _look(content: bytes, faults: Faults) -> None:
    row = column = -1
    for event, element in ElementTree.iterparse(io.BytesIO(content), ("start", "end")):
        name = _local(element.tag)
        if name == "row" and event == "start":
            row = int(element.get("r", row + 2)) - 1
            column = -1
            if element.get("hidden", "") in _YES:
                faults.hidden.append(row + 1)
        elif name == "row":
            element.clear()
        elif name == "c" and event == "start":
            letters = re.match("[A-Z]+", element.get("r", ""))
            column = _column(letters[0]) if letters else column + 1
        elif name == "c":
            _look_at_cell(element, (row, column), faults)


def _look_at_cell(cell: ElementTree.Element, at: tuple[int, int], faults: Faults) -> None:
    children = {_local(child.tag): child for child in cell}
    value = children["v"].text if "v" in children else None
    kind = cell.get("t", "n")
    if kind == "e":
        faults.errors[at] = (value or "#ERROR!").strip()
    elif "f" in children and not value and kind != "str" and "is" not in children:
        faults.unsaved.append(at)


def faults_of_ods(content: bytes) -> dict[str, Faults]:
    """Look through the XML of an OpenDocument spreadsheet, sheet by sheet.

    Raises
    ------
    ElementTree.ParseError
        The XML is broken.
    """
    sheets: dict[str, Faults] = {}
    faults = Faults()
    row = column = 0
    for event, element in ElementTree.iterparse(io.BytesIO(content), ("start", "end")):
        name = _local(element.tag)
        attributes = {_local(key): value for key, value in element.attrib.items()}
        if name == "table" and event == "start":
            faults, row = sheets.setdefault(attributes.get("name", ""), Faults()), 0
        elif name == "table-row" and event == "start":
            column = 0
            if attributes.get("visibility", "visible") != "visible":
                faults.hidden.append(row + 1)
        elif name == "table-row":
            row += _repeated(attributes, "number-rows-repeated")
            if any(len(cell) for cell in element):
                faults.rows = row
            element.clear()
        elif name in ("table-cell", "covered-table-cell") and event == "end":
            _look_at_ods_cell(element, attributes, (row, column), faults)
            column += _repeated(attributes, "number-columns-repeated")
            if len(element):
                faults.columns = max(faults.columns, column)
    return sheets


def _repeated(attributes: Mapping[str, str], name: str) -> int:
    times = attributes.get(name, "1")
    return int(times) if times.isdigit() else 1


def _look_at_ods_cell(
    cell: ElementTree.Element, attributes: Mapping[str, str], at: tuple[int, int], faults: Faults
) -> None:
    text = "".join(cell.itertext()).strip()
    if attributes.get("value-type") == "error" or (text.startswith("#") and "formula" in attributes):
        faults.errors[at] = text or "#ERROR!"
    elif "formula" in attributes and "value-type" not in attributes:
        faults.unsaved.append(at)
