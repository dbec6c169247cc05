"""How the workbook looks: cell formats by what a cell is and how its number is written."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from toolkit.money import minor_digits

INK, DEEP, MIDDLE, PALE, LINE, GREY = "#1F2937", "#1F3A5F", "#5B7FA6", "#EAF0F6", "#C9D3DF", "#6B7280"
_INPUT, _INPUT_LINE = "#FFF8E1", "#E5C76B"

_BOX = {"border": 1, "border_color": LINE}
_RULED = {"top": 1, "bottom": 1, "top_color": LINE, "bottom_color": LINE}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15, "font_color": DEEP},
    "hint": {"font_color": GREY, "font_size": 9},
    "label": {**_BOX, "bg_color": PALE, "font_color": GREY, "font_size": 9},
    "value": {**_BOX, "bold": True, "shrink": True},
    "short": {**_BOX, "indent": 1, "font_size": 9, "shrink": True},
    "head": {
        **_BOX,
        "bold": True,
        "text_wrap": True,
        "align": "center",
        "font_color": "#FFFFFF",
        "bg_color": DEEP,
        "font_size": 9,
    },
    "head_input": {
        **_BOX,
        "bold": True,
        "text_wrap": True,
        "align": "center",
        "font_color": INK,
        "bg_color": _INPUT_LINE,
        "font_size": 9,
    },
    "text": {**_BOX, "indent": 1, "text_wrap": True, "font_size": 9},
    "small": {**_BOX, "indent": 1, "text_wrap": True, "font_size": 8},
    "line": {**_RULED, "font_size": 9},
    "result": {**_RULED, "bold": True, "font_size": 11, "bg_color": PALE, "align": "left"},
    "result_text": {**_RULED, "font_color": GREY, "font_size": 9, "bg_color": PALE, "indent": 1},
    "result_label": {
        **_RULED,
        "font_color": GREY,
        "font_size": 9,
        "bg_color": PALE,
        "align": "right",
    },
    "plain": {"font_size": 10},
    "centre": {**_BOX, "align": "center"},
    "number": {**_BOX, "align": "right", "font_size": 9},
    "strong": {**_BOX, "align": "right", "bold": True, "bg_color": PALE},
    "strong_text": {**_BOX, "bold": True, "bg_color": PALE},
    "strong_centre": {**_BOX, "bold": True, "bg_color": PALE, "align": "center"},
    "input": {
        "border": 1,
        "border_color": _INPUT_LINE,
        "bg_color": _INPUT,
        "locked": False,
        "align": "right",
    },
    "input_text": {
        "border": 1,
        "border_color": _INPUT_LINE,
        "bg_color": _INPUT,
        "locked": False,
        "text_wrap": True,
        "valign": "top",
        "font_size": 9,
    },
    "working": {"align": "right", "font_color": GREY, "font_size": 8},
    "working_head": {"font_color": GREY, "font_size": 8, "text_wrap": True},
    "link": {**_BOX, "align": "center", "font_color": "#1D4F91", "underline": 1},
}


def font(language: str) -> str:
    """A font that the client's spreadsheet has, with Chinese where it is needed."""
    return "Microsoft YaHei" if language == "zh" else "Arial"


def money_format(currency: str) -> str:
    """An amount in full: thousands separated, as many decimals as the currency has."""
    digits = minor_digits(currency)
    shown = "#,##0" + ("." + "0" * digits if digits else "")
    return f"{shown};[Red]-{shown}"


class Look:
    """The workbook's formats, each made once.

    Parameters
    ----------
    book : Workbook
    language : str
        en or zh.
    """

    def __init__(self, book: Workbook, language: str) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Format] = {}
        self._base = {"font_name": font(language), "font_size": 10, "font_color": INK, "valign": "vcenter"}

    def __call__(self, style: str, number: str = "") -> Format:
        """The format of a kind of cell; `number` is a spreadsheet's number format."""
        key = (style, number)
        if key not in self._made:
            more = {"num_format": number} if number else {}
            self._made[key] = self._book.add_format(self._base | _STYLES[style] | more)
        return self._made[key]


def wide(shown: str) -> float:
    """A text's width in a spreadsheet's units: a Chinese character takes two."""
    return sum(2.0 if ord(c) > 0x2E7F else 1.0 for c in shown)


def lines(shown: str, width: float) -> int:
    """How many lines a wrapped text takes in a column; heights are set, since not every program fits them."""
    return sum(max(1, -(-int(wide(part) * 1.08) // max(int(width), 1))) for part in shown.split("\n"))
