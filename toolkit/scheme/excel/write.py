"""Writing a scheme's workbook: yellow cells to fill in, drop-downs, live checks, everything else locked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.catalogue.kpi import Kpi
from toolkit.documents import Address
from toolkit.language import pick, text
from toolkit.scheme.excel.agreed import as_cell
from toolkit.scheme.excel.entries import entries
from toolkit.scheme.excel.form import PARAMETERS, Form, to_form
from toolkit.scheme.excel.layout import FORMAT, fingerprint, layout
from toolkit.scheme.excel.look import Look
from toolkit.scheme.excel.page import FIRST, Page, Place
from toolkit.scheme.excel.refer import LISTS, cell_of, list_range, sheet_range
from toolkit.scheme.excel.sheets import ENTRY_COLUMN, MEASURES_ROW, rule_labels
from toolkit.scheme.excel.sizes import Sizes, sizes_of
from toolkit.scheme.excel.words import CHOICES, word
from toolkit.scheme.plain import plain
from toolkit.scheme.scheme import Scheme

MARK = "_scheme"  # the hidden sheet by which the workbook is known again
_ROW = 18  # points a row is high
_A4, _LONGEST_LIST, _LONGEST_HINT = 9, 255, 250  # Excel's own limits on the two lengths
_PAGES_WIDE = {"measures": 2}
_LOCKED = {"format_columns": True, "format_rows": True, "format_cells": True}


def scheme_to_excel(
    schemes: Scheme | Sequence[Scheme], path: str | Path, language: str, kpis: Mapping[str, Kpi] | None = None
) -> Path:
    """Write a scheme as a workbook that HR can change and `scheme_from_excel` reads back.

    Numbers are kept to 15 significant digits, as a spreadsheet keeps them.

    Parameters
    ----------
    schemes : Scheme or sequence of Scheme
        Several stand behind each other, each on sheets of its own.
    path : str or Path
        The .xlsx file; replaced whole.
    language : {'en', 'zh'}
        Of headings, explanations and drop-downs; both languages' words are read back.
    kpis : mapping of str to Kpi, optional
        The KPIs to choose from, with their names.

    Returns
    -------
    Path

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from toolkit.scheme.example import example_schemes
    >>> from toolkit.scheme.excel import scheme_from_excel
    >>> scheme = example_schemes()["field_sales"]
    >>> with TemporaryDirectory() as folder:
    ...     book = scheme_to_excel(scheme, Path(folder, "scheme.xlsx"), "en")
    ...     scheme_from_excel(book) == (scheme,)
    True
    """
    listed = [schemes] if isinstance(schemes, Scheme) else list(schemes)
    names = {kpi.kpi: pick(kpi.name, language) for kpi in (kpis or {}).values()}
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    # Whatever a client's text begins with, it is text.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(part, options) as book:
        title = text("excel.title", language, scheme=", ".join(s.id for s in listed))
        # The same workbook twice is the same file: no clock.
        book.set_properties({"title": title, "created": dt.datetime(2026, 1, 1)})
        look = Look(book, language)
        marked = [_write_scheme(book, look, s, nth, language, names) for nth, s in enumerate(listed)]
        _write_lists(book, names, language)
        _write_mark(book, marked, language)
        book.worksheets()[0].activate()
    part.replace(path)
    return path


def _write_scheme(
    book: Workbook, look: Look, scheme: Scheme, nth: int, language: str, kpis: Mapping[str, str]
) -> Sizes:
    form = to_form(plain(scheme))
    sizes = sizes_of(form)
    pages = layout(sizes, language, nth, form, kpis)
    ranges = _name_ranges(pages, sizes, len(kpis))
    for page in pages:
        _write_page(book, look, page, form, ranges)
    return sizes


def _name_ranges(pages: Sequence[Page], sizes: Sizes, kpis: int) -> dict[str, str]:
    """Where drop-downs find the names that the workbook itself holds."""
    found = {"@kpis": f"={list_range(0, kpis)}"} if kpis else {}
    found["@entries"] = f"={list_range(ENTRY_COLUMN, len(list(entries('en'))))}"
    first: dict[Address, str] = {("measures", 0, "name"): "@measures", ("items", 0, "name"): "@items"}
    first[("grades", "rows", 0, "name")] = "@grades"
    rows = {"@measures": sizes.measures, "@items": sizes.items, "@grades": sizes.grades}
    for page in pages:
        for place in page.places:
            if place.address in first:
                key = first[place.address]
                found[key] = f"={sheet_range(page.name, place.row, place.col, rows[key])}"
    return found


def _write_page(book: Workbook, look: Look, page: Page, form: Form, ranges: Mapping[str, str]) -> None:
    sheet = book.add_worksheet(page.name)
    sheet.hide_gridlines(2)
    sheet.set_default_row(_ROW)
    sheet.set_column(0, 0, 2)
    for col, width in page.widths.items():
        sheet.set_column(col, col, width)
    for row, height in page.tall.items():
        sheet.set_row(row, height)
    for label in page.labels:
        sheet.write_string(label.row, label.col, label.text, look.label(label.style))
        if label.style == "section":
            for col in range(FIRST + 1, page.across):
                sheet.write_blank(label.row, col, None, look.label("rule"))
            sheet.write_string(label.row, FIRST + 1, label.note, look.label("rule"))
        elif label.note:
            shape = {"x_scale": 1.8, "y_scale": 0.9, "font_name": look.font, "font_size": 9}
            sheet.write_comment(label.row, label.col, label.note, shape)
    for shown in page.shown:
        sheet.write_formula(shown.row, shown.col, shown.formula, look.label(shown.style), shown.value)
        if shown.style == "check":
            bad = {"type": "cell", "criteria": "==", "value": f'"{page.say("check.bad")}"'}
            sheet.conditional_format(
                shown.row, shown.col, shown.row, shown.col, bad | {"format": look.label("bad")}
            )
    for place in page.places:
        _write_place(sheet, look, place, form, page.language)
    for last, place in _columns(page.places):
        _offer(sheet, last, place, ranges, page.language)
    _grey_unused(sheet, look, page)
    _finish(sheet, page)


def _write_place(sheet: Worksheet, look: Look, place: Place, form: Form, language: str) -> None:
    value, style = form.get(place.address), look.place(place, form)
    value = as_cell(value) if place.kind == "any" else value
    at = (place.row, place.col)
    is_word = place.kind == "choice" or (isinstance(value, str) and value in CHOICES.get(place.choices, ()))
    if value is None:
        sheet.write_blank(*at, None, style)
    elif isinstance(value, bool) and place.kind == "any":
        sheet.write_boolean(*at, value, style)
    elif isinstance(value, bool):
        sheet.write_string(*at, word("yes_no", "yes" if value else "no", language), style)
    elif place.kind == "rate" and isinstance(value, str):
        sheet.write_string(*at, word("rate", value, language), style)
    elif is_word:
        sheet.write_string(*at, word(place.choices, value, language), style)
    elif isinstance(value, int | float):
        sheet.write_number(*at, value, style)
    elif isinstance(value, dt.date):
        sheet.write_datetime(
            *at, dt.datetime(value.year, value.month, value.day), _day_style(look, place, form)
        )
    else:
        sheet.write_string(*at, str(value), style)


def _day_style(look: Look, place: Place, form: Form) -> Any:
    return look.place(place._replace(kind="day"), form)


def _columns(places: Sequence[Place]) -> list[tuple[int, Place]]:
    """The last row and the first place of each run of like cells below each other."""
    runs: list[tuple[int, Place]] = []
    for place in sorted(places, key=lambda p: (p.col, p.row)):
        last, first = runs[-1] if runs else (-1, place)
        alike = (first.col, first.kind, first.choices) == (place.col, place.kind, place.choices)
        if alike and place.row == last + 1:
            runs[-1] = (place.row, first)
        else:
            runs.append((place.row, place))
    return runs


def _offer(sheet: Worksheet, last: int, place: Place, ranges: Mapping[str, str], language: str) -> None:
    """The drop-down of a place and the like ones below it: choices strictly, names with a warning."""
    rule: dict[str, Any] = {"ignore_blank": True}
    if place.kind == "choice":
        words = [word(place.choices, name, language) for name in CHOICES[place.choices]]
        source: Any = words
        if len(",".join(words)) > _LONGEST_LIST or any("," in said for said in words):
            source = f"={list_range(_LIST_COLUMN[place.choices], len(words))}"
        said = text("excel.hint.choose", language, words=" / ".join(words))
        rule |= {"validate": "list", "source": source, "error_message": said[:_LONGEST_HINT]}
    elif place.choices in ranges:
        hint = text("excel.hint.entry" if place.choices == "@entries" else "excel.hint.name", language)
        rule |= {
            "validate": "list",
            "source": ranges[place.choices],
            "error_type": "warning",
            "error_message": hint,
        }
    elif place.kind == "day":
        span = {"minimum": dt.date(1970, 1, 1), "maximum": dt.date(2200, 12, 31)}
        rule |= {"validate": "date", "criteria": "between"} | span
        rule |= {"error_type": "warning", "error_message": text("excel.hint.day", language)}
    else:
        return
    sheet.data_validation(place.row, place.col, last, place.col, rule)


def _grey_unused(sheet: Worksheet, look: Look, page: Page) -> None:
    """Cells of a scoring rule that the rule chosen does not read turn grey, live."""
    if page.key != "rules":
        return
    rows: dict[int, list[Place]] = {}
    for place in page.places:
        rows.setdefault(place.row, []).append(place)
    for row, places in rows.items():
        # A parameter's name stands above it, that of a row of points to its left.
        named = cell_of(row - 1, places[0].col) if places[0].address[2] == "p" else f"${cell_of(row, FIRST)}"
        rule = {"type": "formula", "criteria": f'={named}=""', "format": look.label("unused")}
        sheet.conditional_format(row, places[0].col, row, places[-1].col, rule)


def _finish(sheet: Worksheet, page: Page) -> None:
    sheet.freeze_panes(*page.freeze)
    sheet.protect("", _LOCKED)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(_PAGES_WIDE.get(page.key, 1), 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&R&P / &N")
    sheet.print_area(0, 0, page.rows - 1, page.across - 1)
    if page.key == "measures":
        sheet.repeat_rows(MEASURES_ROW - 1, MEASURES_ROW)
        sheet.repeat_columns(0, FIRST)


# Lists of words that stand on the hidden sheet, because one of them has a comma in it.
_LIST_COLUMN = {"scoring": 3, "split": 13}


def _write_lists(book: Workbook, kpis: Mapping[str, str], language: str) -> None:
    """KPI ids and names, the rules' words with the names of their parameters, other words."""
    sheet = book.add_worksheet(LISTS)
    for row, (kpi, name) in enumerate(kpis.items(), 1):
        sheet.write_string(row, 0, kpi)
        sheet.write_string(row, 1, name)
    for row, kind in enumerate(PARAMETERS, 1):
        sheet.write_string(row, _LIST_COLUMN["scoring"], word("scoring", kind, language))
        for j, name in enumerate(rule_labels(kind, language)):
            sheet.write_string(row, _LIST_COLUMN["scoring"] + 1 + j, name)
    for row, name in enumerate(CHOICES["split"], 1):
        sheet.write_string(row, _LIST_COLUMN["split"], word("split", name, language))
    for row, said in enumerate(entries(language), 1):
        for side in (0, 1):
            sheet.write_string(row, ENTRY_COLUMN + side, said[side])
    sheet.very_hidden()


def _write_mark(book: Workbook, marked: Sequence[Sizes], language: str) -> None:
    """By this hidden sheet the workbook is known when it comes back, whatever the file is called."""
    sheet = book.add_worksheet(MARK)
    rows: list[tuple[str, str | int]] = [("format", FORMAT), ("language", language)]
    rows += [("layout", fingerprint(language)), ("schemes", len(marked))]
    rows += [(f"{nth}.{name}", n) for nth, sizes in enumerate(marked) for name, n in sizes.plain().items()]
    for row, (key, value) in enumerate(rows):
        sheet.write_string(row, 0, key)
        sheet.write(row, 1, value)
    sheet.very_hidden()
