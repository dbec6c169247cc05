"""How a curve, a tier or an attainment gives its number, written out in the numbers themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd

from toolkit.catalogue.kpi import Kpi
from toolkit.language import amount, number, percent, text
from toolkit.money import minor_digits
from toolkit.report.results import agreed_number
from toolkit.scheme.curve import DECIMALS, Curve
from toolkit.scheme.measure import Measure, Range
from toolkit.scheme.rules import UNCAPPED

EXACT = 8  # digits of a number inside a sentence: scores and ratios are computed at eight decimals
SHOWN = 4  # digits of an outcome
_AMOUNT = 4  # digits of a credited amount

Shown = Callable[[float], str]


def exact_percent(ratio: float, language: str, most: int = EXACT - 2) -> str:
    """A ratio as a percentage with as many digits as it has: by default all that it is computed with.

    Examples
    --------
    >>> exact_percent(0.98765432, "en"), exact_percent(1.2, "zh"), exact_percent(0.98765432, "en", SHOWN)
    ('98.765432 %', '120%', '98.7654 %')
    """
    return percent(ratio, language, _digits(ratio * 100, most))


def exact_number(value: float, language: str, most: int = EXACT) -> str:
    """A number with as many digits as it has, eight at most by default.

    Examples
    --------
    >>> exact_number(72.5, "en"), exact_number(7.12345678, "en"), exact_number(7.12345678, "en", SHOWN)
    ('72.5', '7.12345678', '7.1235')
    """
    return number(value, language, _digits(value, most))


def exact_amount(value: object, currency: str, language: str) -> str:
    """An amount to its minor unit, and to four decimals where it has them: what a commission is taken of.

    Examples
    --------
    >>> exact_amount(12345.6, "CNY", "en"), exact_amount(33333.3333, "CNY", "en")
    ('12,345.60', '33,333.3333')
    """
    least, exact = minor_digits(currency), float(value)  # type: ignore[arg-type]
    return amount(exact, language, max(least, _digits(exact, _AMOUNT)))


def in_full(value: object, currency: str, language: str) -> str:
    """An amount to its minor unit, without the currency's name.

    Examples
    --------
    >>> in_full(12345.6, "CNY", "en"), in_full(12345.6, "JPY", "en")
    ('12,345.60', '12,346')
    """
    return amount(value, language, minor_digits(currency))  # type: ignore[arg-type]


def exact_value(value: float, kpi: Kpi, currency: str, language: str, most: int = EXACT) -> str:
    """A measured value in full: money to its minor unit or beyond, shares in percent.

    Parameters
    ----------
    most : int
        Digits; with `SHOWN` money ends at its minor unit.

    Examples
    --------
    >>> from toolkit.catalogue.load import load_catalogue
    >>> exact_value(12345.6, load_catalogue()["net_sales"], "CNY", "en")
    '12,345.60'
    """
    if pd.isna(value):
        return "–"
    if kpi.unit == "currency":
        if most == SHOWN:
            return amount(value, language, minor_digits(currency))
        return exact_amount(value, currency, language)
    if kpi.unit == "ratio":
        return exact_percent(value, language, min(most, EXACT - 2))
    return exact_number(value, language, most)


def operand(shown: str) -> str:
    """A number as it stands after an operator: a negative one in brackets.

    Examples
    --------
    >>> operand("12"), operand("−5 %")
    ('12', '(−5 %)')
    """
    return f"({shown})" if shown.startswith("−") else shown


def _digits(value: float, most: int) -> int:
    """How many digits a number has, of `most` that are asked for."""
    rounded = round(value, most)
    near = (digits for digits in range(most) if abs(round(rounded, digits) - rounded) < 10.0 ** -(most + 1))
    return next(near, most)


def attainment_words(row: pd.Series, measure: Measure, kpi: Kpi, shown: Shown, language: str) -> str:
    """An attainment as the division it is: `90,000.00 ÷ 100,000.00`."""
    values = {"actual": shown(row["actual"]), "target": shown(row["target"])}
    if isinstance(measure.attainment, Range):
        floor = operand(shown(measure.attainment.range))
        return text("explain.attained_range", language, floor=floor, **values)
    shares: Shown = partial(exact_percent, language=language)
    if measure.attainment == "inverse":
        most = percent(UNCAPPED, language)
        if row["actual"] <= 0:
            return text("explain.attained_best", language, most=most, **values)
        ratio = row["target"] / row["actual"]
        if ratio > UNCAPPED:
            return text("explain.attained_inverse_most", language, most=most, ratio=shares(ratio), **values)
        return text("explain.attained_inverse", language, **values)
    if kpi.direction == "lower" and 2 - row["actual"] / row["target"] < 0:
        ratio = shares(2 - row["actual"] / row["target"])
        return text("explain.attained_lower_least", language, ratio=ratio, **values)
    return text(f"explain.attained_{kpi.direction}", language, **values)


def curve_words(curve: Curve, read: float, show_x: Shown, show_y: Shown, language: str) -> str:
    """How a curve gives its value at one place: below it, on a point, above it, or between two points.

    Examples
    --------
    >>> curve = Curve("attainment", ((0.8, 50), (1.0, 100)))
    >>> shares, points = lambda x: exact_percent(x, "en"), lambda y: exact_number(y, "en")
    >>> curve_words(curve, 0.9, shares, points, "en")
    'between 80 % (50) and 100 % (100): 50 + (90 % − 80 %) ÷ (100 % − 80 %) × (100 − 50) = 75'
    """
    say = partial(text, language=language)
    value = show_y(float(curve(np.array([read]))[0]))
    x = round(read, DECIMALS)
    first, last = curve.points[0][0], curve.points[-1][0]
    if x < round(first, DECIMALS):
        return say("explain.curve_below", x=show_x(read), first=show_x(first), value=value)
    if x >= round(last, DECIMALS):
        return say("explain.curve_above", x=show_x(read), last=show_x(last), value=value)
    (x0, y0), (x1, y1) = _around(curve, x)
    if x == round(x0, DECIMALS):
        return say("explain.curve_point", x=show_x(read), value=value)
    if y0 == y1:
        return say("explain.curve_flat", x=show_x(read), x0=show_x(x0), value=value)
    words = {"x": show_x(read), "x0": show_x(x0), "x1": show_x(x1), "y0": show_y(y0), "y1": show_y(y1)}
    words |= {"from_x": operand(words["x0"]), "from_y": operand(words["y0"])}
    return say("explain.curve_between", value=value, **words)


def _around(curve: Curve, x: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The two points that x lies between, from the left one on."""
    pieces = [(a, b) for a, b in pairwise(curve.points) if round(a[0], DECIMALS) <= x]
    return next(piece for piece in reversed(pieces) if round(piece[1][0], DECIMALS) > x)


def points_shown(language: str) -> Shown:
    """Points as they are agreed and computed."""
    return lambda y: exact_number(y, language) if y != round(y) else agreed_number(y, language)
