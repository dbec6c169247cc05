"""The words that choices have in the workbook, and how a cell's value is read."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from toolkit.errors import DataError
from toolkit.language import LANGUAGES, text
from toolkit.scheme.excel.agreed import from_cell
from toolkit.scheme.excel.form import AGREED, PARAMETERS

_GRAIN = ("month", "quarter", "half", "year")
CHOICES: dict[str, tuple[str, ...]] = {
    "level": ("individual", "team", "region", "company"),
    "scheme_level": ("individual", "team", "region"),
    "grain": _GRAIN,
    "missing": ("reweight", "zero", "carry"),
    "difficulty": ("roster",),
    "yes_no": ("yes", "no"),
    "block": AGREED,
    "target": ("fixed", "table", "growth", "hit_probability"),
    "over": ("previous_quarter", "same_quarter_last_year"),
    "otherwise": ("table",),
    "attainment": ("inverse", "range"),
    "scoring": tuple(PARAMETERS),
    "reads": ("attainment", "actual", "score"),
    "use": ("scoring", "modifier"),
    "grades_by": ("score", "rank", "shares"),
    "within": ("scheme", "team", "region"),
    "incentive": ("roster", "share_of_base"),
    "per": ("year", "quarter", "month"),
    "by": ("attainment", "amount"),
    "split": ("step", "none", "interpolated"),
    "cumulative": ("year", "quarter"),
    "pool_points": ("score", "score_by_incentive"),
    "modifier": ("curve", "grades", "matrix"),
    "rate": ("roster",),
}
_PERCENT = re.compile(r"([-+]?[\d.,]+)\s*%")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
DIGITS = 15  # that a spreadsheet keeps of a number


class Unreadable(ValueError):
    """A cell's value is not of the kind that its place asks for; the code says which."""

    def __init__(self, code: str, known: str = "") -> None:
        super().__init__(code)
        self.code, self.known = code, known


def word(choices: str, value: object, language: str) -> str:
    """What the workbook calls a choice.

    Examples
    --------
    >>> word("reads", "attainment", "zh"), word("split", "step", "en")
    ('达成率', 'each part at its own rate')
    """
    return text(f"excel.{choices}.{value}", language)


def plain_text(value: Any) -> str:
    """A cell's text without full-width forms and outer spaces; a number as it would be written."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFKC", str(value)).strip()


def read_value(value: Any, kind: str, choices: str = "") -> Any:
    """A cell's value as its place means it; None for a blank cell.

    Parameters
    ----------
    value : str, float, bool, date or None
        As the spreadsheet has it.
    kind : str
        text, number, ratio, whole, day, choice, rate, any or either.
    choices : str
        Which set of words, for a choice.

    Raises
    ------
    Unreadable
        The value is of another kind.

    Examples
    --------
    >>> read_value("６０％", "ratio"), read_value("1,200", "number"), read_value("达成率", "choice", "reads")
    (0.6, 1200.0, 'attainment')
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if kind == "any":
        return _any(value)
    if kind == "text":
        return value.isoformat()[:10] if isinstance(value, dt.date) else _stripped(value)
    if kind == "day":
        return _day(value)
    if kind == "choice" and isinstance(value, bool) and choices == "yes_no":
        return value
    if kind == "choice":
        chosen = _choice(value, choices)
        return chosen == "yes" if choices == "yes_no" else chosen
    if kind == "either":  # a number, or a name or word
        return _stripped(value) if isinstance(value, str) and _number(value) is None else _number(value)
    if kind == "rate" and isinstance(value, str) and _number(value) is None:
        return _choice(value, "rate")
    found = _number(value)
    if found is None:
        raise Unreadable("excel.not_a_number")
    return int(found) if kind == "whole" and found.is_integer() else found


def _stripped(value: Any) -> str:
    return value.strip() if isinstance(value, str) else plain_text(value)


def _any(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.date()
    try:
        return from_cell(value.strip() if isinstance(value, str) else value)
    except DataError:
        raise Unreadable("excel.odd_list") from None


def _number(value: Any) -> float | None:
    """A number, also typed as text: `80%`, `1,200`, full-width digits; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if not isinstance(value, str):
        return float(f"{value:.{DIGITS}g}")
    written = plain_text(value).replace("−", "-")
    percent = _PERCENT.fullmatch(written)
    digits = percent[1] if percent else written
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(",", "")
    try:
        exact = Decimal(digits)
    except InvalidOperation:
        return None
    return float(exact / 100 if percent else exact) if exact.is_finite() else None


def _day(value: Any) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    found = _DAY.fullmatch(plain_text(value))
    try:
        return dt.date(*(int(part) for part in found.groups())) if found else dt.date.fromisoformat("")
    except ValueError:
        raise Unreadable("excel.not_a_day") from None


def _choice(value: Any, choices: str) -> str:
    """A choice by its word in either language, or by its name in a scheme's file."""
    said = plain_text(value).casefold()
    for name in CHOICES[choices]:
        words = {plain_text(word(choices, name, language)).casefold() for language in LANGUAGES}
        if said in words | {name}:
            return name
    known = " / ".join(word(choices, name, language) for language in LANGUAGES for name in CHOICES[choices])
    raise Unreadable("excel.not_a_choice", known)
