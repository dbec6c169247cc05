"""How the workbook looks: colours, formats of labels and of the cells to fill in."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from toolkit.scheme.excel.form import PARAMETERS, Form
from toolkit.scheme.excel.page import Place

_INK, _DEEP, _MIDDLE, _PALE, _LINE, _GREY = "#1F2937", "#1F3A5F", "#5B7FA6", "#EAF0F6", "#C9D3DF", "#6B7280"
_FILL, _EDGE = "#FFF8E1", "#E5C76B"
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": _DEEP},
    "hint": {"font_color": _GREY},
    "section": {"bold": True, "font_size": 11, "font_color": _DEEP, "bottom": 2, "bottom_color": _MIDDLE},
    "rule": {"font_color": _GREY, "bottom": 2, "bottom_color": _MIDDLE},
    "group": {"bold": True, "font_color": _DEEP, "bg_color": _PALE, "align": "left"},
    "label": {"indent": 1, "bg_color": _PALE, "border": 1, "border_color": _LINE},
    "head": {
        "bold": True, "font_color": "#FFFFFF", "bg_color": _DEEP, "text_wrap": True, "align": "center",
        "border": 1, "border_color": _LINE,
    },
    "side": {"bg_color": _PALE, "border": 1, "border_color": _LINE, "align": "right", "indent": 1},
    "note": {"font_color": _GREY, "font_size": 9, "indent": 1},
    "shown": {
        "indent": 1, "shrink": True, "font_color": _GREY, "border": 1, "border_color": _LINE,
        "bg_color": "#F6F7F9",
    },
    "meaning": {"font_color": _GREY, "font_size": 9, "indent": 1},
    "block": {"bold": True, "indent": 1, "font_color": "#FFFFFF", "bg_color": _MIDDLE},
    "live": {"font_size": 9, "font_color": _GREY, "text_wrap": True, "align": "center", "valign": "bottom"},
    "sum": {"bold": True, "align": "right"},
    "total": {"bold": True, "num_format": "0.##%", "top": 1, "bottom": 6, "top_color": _INK},
    "check": {"bold": True, "font_color": "#15803D"},
    "bad": {"bold": True, "font_color": "#B91C1C"},
    "unused": {"bg_color": "#F3F4F6", "border_color": "#E5E7EB"},
}  # fmt: skip
_RATIOS = {
    *(("proportional", "from"), ("proportional", "cap"), ("deduct", "per"), ("deduct", "from")),
    ("plus_minus", "per"),
}


class Look:
    """A workbook's formats, each made once."""

    def __init__(self, book: Workbook, language: str) -> None:
        self.book, self.font = book, font(language)
        self._made: dict[str, Format] = {}

    def label(self, style: str) -> Format:
        """A locked cell's."""
        return self._format(style, _STYLES[style])

    def place(self, place: Place, form: Form) -> Format:
        """A cell's to fill in: yellow, unlocked, percent where the value is a share."""
        shape = number_format(place, form)
        words = place.kind in ("text", "choice", "any", "day")
        side = "left" if words else "right"
        props = {"bg_color": _FILL, "border": 1, "border_color": _EDGE, "locked": False, "num_format": shape}
        return self._format(f"{shape} {side}", props | {"align": side, "indent": 1, "shrink": words})

    def _format(self, name: str, props: dict[str, Any]) -> Format:
        if name not in self._made:
            base = {"font_name": self.font, "font_size": 10, "font_color": _INK, "valign": "vcenter"}
            self._made[name] = self.book.add_format(base | props)
        return self._made[name]


def font(language: str) -> str:
    """A font that a client's spreadsheet has."""
    return "Microsoft YaHei" if language == "zh" else "Arial"


def number_format(place: Place, form: Form) -> str:
    """How a place shows its value: a share in percent with as many digits as it has."""
    value = form.get(place.address)
    if place.kind == "day":
        return "yyyy-mm-dd"
    if place.kind in ("text", "choice"):
        return "@"
    if isinstance(value, str):
        return "General"
    if place.kind == "ratio" or place.kind == "rate" or _is_share(place, form):
        return _percent(value)
    if isinstance(value, int | float) and abs(value) >= 1000 and float(value).is_integer():
        return "#,##0"
    return "General"


def _percent(value: Any) -> str:
    if not isinstance(value, int | float):
        return "0%"
    shown = round(value * 100, 9)
    digits = next((d for d in range(4) if abs(round(shown, d) - shown) < 1e-9), 4)
    return "0%" if digits == 0 else "0." + "0" * digits + "%"


def _is_share(place: Place, form: Form) -> bool:
    """Whether a number is a share only because of the rule chosen beside it."""
    at = place.address
    if at[0] == "measures":
        own = at[:2]
        rule = form.get((*own, "scoring"))
        if at[2] == "p" and rule:
            names, j = PARAMETERS[rule], int(at[3])
            return j < len(names) and (rule, names[j]) in _RATIOS
        if at[2] == "points" and at[4] == 0:
            read = form.get((*own, "p", 0)) if rule == "curve" else rule
            return read in ("attainment", "bands", "threshold_target_excellence")
        return at[2] == "value" and form.get((*own, "target")) in ("growth", "hit_probability")
    if at[:2] in (("pay", "measures"), ("pay", "modifiers")) and at[3] == "points":
        return at[5] == 0 and form.get((*at[:3], "x")) == "attainment"
    return at[:2] == ("pay", "rates") and at[-1] == 0 and form.get((*at[:3], "by")) == "attainment"
