"""Reading a scheme's workbook back: every fault with its sheet and cell, all at once, else the schemes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.catalogue.kpi import Kpi
from toolkit.documents import Address
from toolkit.errors import Problem, Problems, SchemeError
from toolkit.faults import Fault
from toolkit.language import LANGUAGES
from toolkit.periods import Calendar
from toolkit.scheme.check import kpi_faults, set_faults
from toolkit.scheme.excel.form import Form
from toolkit.scheme.excel.layout import FORMAT, fingerprint, layout
from toolkit.scheme.excel.page import CHECKED, Page, Place
from toolkit.scheme.excel.raw import Sheet, read_sheets
from toolkit.scheme.excel.refer import cell_of
from toolkit.scheme.excel.sizes import LARGEST, Sizes
from toolkit.scheme.excel.unform import from_form
from toolkit.scheme.excel.words import Unreadable, plain_text, read_value
from toolkit.scheme.excel.write import MARK
from toolkit.scheme.plain import parse
from toolkit.scheme.scheme import Scheme

_NAMED = 3  # headings told of a sheet that was shifted: the first ones show what happened


@dataclass(frozen=True)
class _Book:
    """A workbook's cells, and how to name a place in it: as Excel does, whatever language is read."""

    file: str
    sheets: dict[str, Sheet]

    def where(self, sheet: str, row: int | None = None, col: int = 0) -> str:
        return f"{self.file} {sheet}" if row is None else f"{self.file} {sheet}!{cell_of(row, col)}"


def scheme_from_excel(
    path: str | Path, calendar: Calendar | None = None, kpis: Mapping[str, Kpi] | None = None
) -> tuple[Scheme, ...]:
    """The schemes of a workbook that `scheme_to_excel` wrote and HR filled in.

    Numbers may be typed as text (`80%`, full-width digits), choices in either language. What was changed
    outside the yellow cells, formulas in them and merged cells are refused.

    Parameters
    ----------
    path : str or Path
        The .xlsx file, as saved by Excel, WPS or LibreOffice.
    calendar, kpis : optional
        The engagement's: whether the rules fit the KPIs and the periods is then checked too, cell by cell.

    Raises
    ------
    SchemeError
        Everything that is wrong, each with its sheet and cell, value and remedy.
    """
    path = Path(path)
    sheets = read_sheets(path)
    language, sizes = _marked(sheets, path.name)
    book, problems = _Book(path.name, sheets), Problems()
    drawn = [layout(one, language, nth) for nth, one in enumerate(sizes)]
    for pages in drawn:
        for page in pages:
            _check_page(page, book, problems)
    if any(problem.code != "excel.outside" for problem in problems.items):
        problems.raise_as(SchemeError)  # values of a sheet that was shifted or computed would mislead
    found = [_read_scheme(pages, book, problems, calendar, kpis) for pages in drawn]
    problems.raise_as(SchemeError)
    return tuple(scheme for scheme in found if scheme is not None)


def _marked(sheets: dict[str, Sheet], file: str) -> tuple[str, list[Sizes]]:
    """The language and the sizes that the hidden sheet keeps."""
    mark = sheets.get(MARK)
    if mark is None:
        raise SchemeError(Problem("excel.not_ours", file))
    said = {str(mark.values.get((r, 0))): mark.values.get((r, 1)) for r, c in mark.values if c == 0}
    language = str(said.get("language"))
    if (
        language not in LANGUAGES
        or said.get("format") != FORMAT
        or said.get("layout") != fingerprint(language)
    ):
        raise SchemeError(Problem("excel.other_version", file, value=said.get("layout") or "–"))
    try:
        count = _size(said["schemes"])
        return language, [
            Sizes(**{name: _size(said[f"{nth}.{name}"]) for name in Sizes().plain()}) for nth in range(count)
        ]
    except (KeyError, TypeError, ValueError):
        raise SchemeError(Problem("excel.not_ours", file)) from None


def _size(value: Any) -> int:
    if not 0 < int(value) <= LARGEST:
        raise ValueError(value)
    return int(value)


def _check_page(page: Page, book: _Book, problems: Problems) -> None:
    """That a sheet is there and its headings stand where they stood; then what was merged or computed."""
    sheet = book.sheets.get(page.name)
    if sheet is None:
        problems.add("excel.no_sheet", where=book.file, value=page.name)
        return
    wrong = 0
    for label in page.labels:
        found = sheet.values.get((label.row, label.col), "")
        if label.style in CHECKED and label.text and str(found) != label.text and wrong < _NAMED:
            wrong += 1
            where = book.where(page.name, label.row, label.col)
            problems.add("excel.heading", where=where, value=str(found), expected=label.text)
    if wrong:
        return
    places = {(p.row, p.col) for p in page.places}
    for (top, left), (bottom, right) in sheet.merged:
        if any(top <= r <= bottom and left <= c <= right for r, c in places):
            cells = f"{cell_of(top, left)}:{cell_of(bottom, right)}"
            problems.add("excel.merged", where=book.where(page.name), value=cells)
    for at in sorted(places & set(sheet.formulas)):
        formula = f"={sheet.formulas[at]}"
        problems.add("excel.formula", where=book.where(page.name, *at), value=formula)
    drawn = places | {(x.row, x.col) for x in page.labels} | {(x.row, x.col) for x in page.shown}
    for at in sorted(set(sheet.values) - drawn - _noted(page)):
        problems.add("excel.outside", where=book.where(page.name, *at), value=sheet.values[at])


def _noted(page: Page) -> set[tuple[int, int]]:
    """Explanations beside a section's name."""
    return {(label.row, label.col + 1) for label in page.labels if label.style == "section" and label.note}


def _read_scheme(
    pages: list[Page],
    book: _Book,
    problems: Problems,
    calendar: Calendar | None,
    kpis: Mapping[str, Kpi] | None,
) -> Scheme | None:
    places = {place.address: (page, place) for page in pages for place in page.places}
    before = len(problems)
    form = _read_form(places, book, problems)
    unread = {problem.where for problem in problems.items[before:]}
    document, cells = from_form(form)
    for fault in cells.faults:
        # Where a choice could not be read, nobody knows what belongs to it.
        if not unread or fault.code != "excel.not_used":
            _report(fault, fault.address, places, book, problems)
    scheme, faults = parse(document)
    if scheme is not None and calendar is not None and kpis is not None:
        faults = set_faults([scheme], calendar, kpis)[0]
    elif kpis is not None:
        named = [(i, str(m["kpi"])) for i, m in enumerate(document["measures"]) if "kpi" in m]
        faults += kpi_faults(named, kpis)
    for fault in faults:
        _report(fault, cells.cell(fault.address) or ("name",), places, book, problems, unread)
    return scheme


def _read_form(places: dict[Address, tuple[Page, Place]], book: _Book, problems: Problems) -> Form:
    form: Form = {}
    for address, (page, place) in places.items():
        value = book.sheets[page.name].values.get((place.row, place.col))
        try:
            read = _read_place(value, place)
        except Unreadable as unreadable:
            where = book.where(page.name, place.row, place.col)
            problems.add(unreadable.code, where=where, value=plain_text(value), known=unreadable.known)
            read = value
        if read is not None:
            form[address] = read
    return form


def _read_place(value: Any, place: Place) -> Any:
    read = read_value(value, place.kind, "" if place.choices.startswith("@") else place.choices)
    if place.kind == "either" and place.choices and isinstance(read, str):
        return read_value(read, "choice", place.choices)
    return read


def _report(
    fault: Fault,
    cell: Address,
    places: dict[Address, tuple[Page, Place]],
    book: _Book,
    problems: Problems,
    told: Collection[str] = (),
) -> None:
    """Tell a fault with its cell, unless something is told of that cell already."""
    page, place = next(_near(cell, places))
    where = book.where(page.name, place.row, place.col)
    if where not in told:
        problems.items.append(Problem(fault.code, where, value=fault.value, values=dict(fault.values)))


def _near(address: Address, places: dict[Address, tuple[Page, Place]]) -> Iterator[tuple[Page, Place]]:
    """The place of an address, else the first place under what stands around it."""
    for end in range(len(address), -1, -1):
        yield from (place for at, place in places.items() if at[:end] == address[:end])
