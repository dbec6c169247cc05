"""How a form looks: drawing its pages with XlsxWriter; yellow cells to fill in, everything else locked."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.design.ask.page import CHOSEN, Live, Page, Place, Tint
from toolkit.design.ask.questions import Question, Questionnaire
from toolkit.intake.form_pages import font
from toolkit.language import text

_INK, _DEEP, _PALE, _LINE, _GREY = "#1F2937", "#1F3A5F", "#EAF0F6", "#C9D3DF", "#6B7280"
_FILL, _EDGE, _BAR = "#FFF8E1", "#E5C76B", "#5B7FA6"
_RULED = {"bottom": 1, "bottom_color": _LINE, "text_wrap": True}
_HEAD = {"bold": True, "font_color": "#FFFFFF", "bg_color": _DEEP}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": _DEEP},
    "hint": {"font_color": _GREY},
    "body": {"text_wrap": True, "valign": "top"},
    "key": _RULED | {"font_color": _GREY},
    "value": _RULED | {"bold": True},
    "right": {"font_color": _GREY, "align": "right"},
    "head": _HEAD | {"align": "center", "text_wrap": True},
    "head_left": _HEAD,
    "asks": {"bg_color": _PALE, "font_size": 9, "text_wrap": True, "align": "center"},
    "ends": {
        "bg_color": _PALE, "font_size": 8, "font_color": _GREY, "align": "center", "bottom": 1,
        "bottom_color": _LINE,
    },
    "score": _RULED | {"bold": True, "align": "center"},
    "number": _RULED | {"font_color": _GREY, "align": "center"},
    "name": _RULED | {"bold": True},
    "other": _RULED | {"bold": True, "indent": 1},
    "row": _RULED,
    "row_grey": _RULED | {"font_color": _GREY},
    "shown": {"bold": True, "font_color": _DEEP, "indent": 1},
    "says": {"text_wrap": True, "bg_color": _PALE, "indent": 1},
    "says_key": {"bg_color": _PALE, "font_color": _GREY, "indent": 1},
    "remark": _RULED | {"font_color": _GREY, "font_size": 9, "indent": 1},
    "share": _RULED | {"bold": True, "align": "center", "num_format": "0%"},
    "bar": _RULED | {"num_format": ";;;"},
    "sum": {"bold": True, "align": "center", "top": 1, "top_color": _LINE},
    "working": {"font_color": _GREY, "font_size": 8},
}  # fmt: skip
_TINTS: dict[str, dict[str, Any]] = {
    "good": {"font_color": "#1B6E3C", "bold": True},
    "bad": {"font_color": "#B3261E", "bold": True},
}
_YELLOW = {"bg_color": _FILL, "border": 1, "border_color": _EDGE, "locked": False}
_FILLED: dict[str, dict[str, Any]] = {
    "answer": _YELLOW | {"align": "center", "font_size": 12, "bold": True},
    "comment": _YELLOW | {"text_wrap": True, "valign": "top", "num_format": "@"},
    "proposal": _YELLOW | {"text_wrap": True, "valign": "top", "num_format": "@"},
    "free": _YELLOW | {"num_format": "@", "indent": 1},
    "choice": _YELLOW | {"num_format": "@", "text_wrap": True, "indent": 1},
}
_A4 = 9
_PROMPT_TITLE, _PROMPT = 32, 255  # characters that Excel shows beside a cell
_LISTED = 12  # answers up to which a list is dropped down
_MAY = {"select_locked_cells": True, "format_rows": True, "format_columns": True}


class Look:
    """A workbook's formats, each made once."""

    def __init__(self, book: Workbook, language: str) -> None:
        self._book, self._font = book, font(language)
        self._made: dict[str, Format] = {}

    def __call__(self, name: str) -> Format:
        if name not in self._made:
            base = {"font_name": self._font, "font_size": 10, "font_color": _INK, "valign": "vcenter"}
            self._made[name] = self._book.add_format(base | (_STYLES.get(name) or _FILLED[name]))
        return self._made[name]

    def tint(self, name: str) -> Format:
        """What a condition adds to a cell's own format."""
        key = f"tint {name}"
        if key not in self._made:
            self._made[key] = self._book.add_format(_TINTS[name])
        return self._made[key]


def draw_page(
    book: Workbook,
    look: Look,
    page: Page,
    asked: Questionnaire,
    language: str,
    filled: dict[tuple[int, int], str] | None = None,
) -> None:
    """Draw a page as a sheet.

    Parameters
    ----------
    book : Workbook
    look : Look
    page : Page
    asked : Questionnaire
        Whose scales the drop-downs offer.
    language : str
    filled : dict, optional
        What stands in cells that may be changed as the form is sent.
    """
    sheet = book.add_worksheet(page.name)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 2)
    for column, width in page.widths.items():
        sheet.set_column(column, column, width)
    for row, height in page.heights.items():
        sheet.set_row(row, height)
    for label in page.labels:
        if label.to > label.col:
            sheet.merge_range(label.row, label.col, label.row, label.to, "", look(label.style))
        sheet.write_string(label.row, label.col, label.text, look(label.style))
    computed = {(x.row + i, x.col + j) for x in page.lives for i in range(x.rows) for j in range(x.cols)}
    for place in page.places:
        if (place.row, place.col) in computed:
            continue
        if place.what == "shown":
            _progress(sheet, look, place, page, language)
        else:
            _blank(sheet, look, place, (filled or {}).get((place.row, place.col), ""))
    for live in page.lives:
        _compute(sheet, look, live)
    for question in asked.questions:
        _offer(sheet, page, question, asked, language)
    for offer in page.offers:
        sheet.data_validation(offer.row, offer.col, offer.to_row, offer.col, offer.rule)
    for tint in page.tints:
        _tint(sheet, look, tint)
    if page.hidden:
        sheet.very_hidden()
        sheet.protect("")
    else:
        _print_setup(sheet, page)


def _compute(sheet: Worksheet, look: Look, live: Live) -> None:
    if live.formula.startswith("{"):
        last = (live.row + live.rows - 1, live.col + live.cols - 1)
        sheet.write_array_formula(live.row, live.col, *last, live.formula, look(live.style), live.value)
        return
    if live.to > live.col:
        sheet.merge_range(live.row, live.col, live.row, live.to, "", look(live.style))
    sheet.write_formula(live.row, live.col, live.formula, look(live.style), live.value)


def _tint(sheet: Worksheet, look: Look, tint: Tint) -> None:
    area = (tint.row, tint.col, tint.to_row, tint.col)
    if tint.style == "bar":
        ends = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
        bar = {"type": "data_bar", "bar_solid": True, "bar_color": _BAR, "data_bar_2010": True, **ends}
        sheet.conditional_format(*area, bar)
    else:
        rule = {"type": "formula", "criteria": tint.formula, "format": look.tint(tint.style)}
        sheet.conditional_format(*area, rule)


def _blank(sheet: Worksheet, look: Look, place: Place, said: str) -> None:
    style = "choice" if place.asked in CHOSEN else place.what
    if said:
        sheet.write_string(place.row, place.col, said, look(style))
    else:
        sheet.write_blank(place.row, place.col, None, look(style))


def _progress(sheet: Worksheet, look: Look, place: Place, page: Page, language: str) -> None:
    """How many of the answers stand already, live."""
    cells = [(p.row, p.col) for p in page.places if p.what == "answer"]
    first, last = (xl_rowcol_to_cell(*at) for at in (min(cells), max(cells)))
    mark = "\0"
    said = text("ask.of", language, answered=mark, asked=len(cells))
    before, _, after = said.partition(mark)
    formula = f'="{before}"&COUNT({first}:{last})&"{after}"'
    sheet.write_formula(place.row, place.col, formula, look("shown"), said.replace(mark, "0"))


def _offer(sheet: Worksheet, page: Page, question: Question, asked: Questionnaire, language: str) -> None:
    """A column's drop-down, its scale shown beside the cell that is clicked."""
    cells = [p for p in page.places if p.what == "answer" and p.asked == question.name]
    if not cells:
        return
    scale = list(range(question.low, question.high + 1))
    rule: dict[str, Any] = {"validate": "list", "source": scale}
    if len(scale) > _LISTED:
        rule = {
            "validate": "integer",
            "criteria": "between",
            "minimum": question.low,
            "maximum": question.high,
        }
    title = asked.say(question.name, language)[:_PROMPT_TITLE]
    means = "\n".join(f"{n} = {said}" for n, said in asked.described(question, language))
    told = text("ask.choose", language, low=question.low, high=question.high)
    rule |= {"ignore_blank": True, "error_title": title, "error_message": told}
    rule |= {"input_title": title, "input_message": (means or told)[:_PROMPT]}
    rows, column = [p.row for p in cells], cells[0].col
    sheet.data_validation(min(rows), column, max(rows), column, rule)


def _print_setup(sheet: Worksheet, page: Page) -> None:
    if page.freeze:
        sheet.freeze_panes(*page.freeze)
    if page.repeat:
        sheet.repeat_rows(*page.repeat)
    if page.portrait:
        sheet.set_portrait()
    else:
        sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 1 if page.portrait else 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&R&P / &N")
    reach = [(x.row, max(x.col, x.to)) for x in page.labels]
    reach += [(x.row, max(x.col, x.to)) for x in page.lives]
    reach += [(p.row, p.col) for p in page.places]
    sheet.print_area(0, 0, max(row for row, _ in reach), max(column for _, column in reach))
    sheet.protect("", _MAY)
