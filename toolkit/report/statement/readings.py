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

_DIGITS = 4  # of a number that is neither money nor a share: enough to compute with

Shown = Callable[[float], str]


def exact_percent(ratio: float, language: str) -> str:
    """A ratio as a percentage with as many digits as it has, four at most: 98.7654 %.

    Examples
    --------
    >>> exact_percent(0.98765432, "en"), exact_percent(1.2, "zh")
    ('98.7654 %', '120%')
    """
    return percent(ratio, language, _digits(ratio * 100))


def exact_number(value: float, language: str) -> str:
    """A number with as many digits as it has, four at most.

    Examples
    --------
    >>> exact_number(72.5, "en"), exact_number(7.12345678, "en")
    ('72.5', '7.1235')
    """
    return number(value, language, _digits(value))


def exact_value(value: float, kpi: Kpi, currency: str, language: str) -> str:
    """A measured value in full: money to its minor unit, shares in percent.

    Examples
    --------
    >>> from toolkit.catalogue.load import load_catalogue
    >>> exact_value(12345.6, load_catalogue()["net_sales"], "CNY", "en")
    '12,345.60'
    """
    if pd.isna(value):
        return "–"
    if kpi.unit == "currency":
        return amount(value, language, minor_digits(currency))
    return exact_percent(value, language) if kpi.unit == "ratio" else exact_number(value, language)


def _digits(value: float) -> int:
    near = (digits for digits in range(_DIGITS) if abs(round(value, digits) - value) < 1e-7)
    return next(near, _DIGITS)


def attainment_words(row: pd.Series, measure: Measure, kpi: Kpi, shown: Shown, language: str) -> str:
    """An attainment as the division it is: `90,000.00 ÷ 100,000.00`."""
    values = {"actual": shown(row["actual"]), "target": shown(row["target"])}
    if isinstance(measure.attainment, Range):
        return text("explain.attained_range", language, floor=shown(measure.attainment.range), **values)
    if measure.attainment == "inverse":
        return text("explain.attained_inverse", language, **values)
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
    return say("explain.curve_between", value=value, **words)


def _around(curve: Curve, x: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The two points that x lies between, from the left one on."""
    pieces = [(a, b) for a, b in pairwise(curve.points) if round(a[0], DECIMALS) <= x]
    return next(piece for piece in reversed(pieces) if round(piece[1][0], DECIMALS) > x)


def points_shown(language: str) -> Shown:
    """Points as they are agreed and computed."""
    return lambda y: exact_number(y, language) if y != round(y) else agreed_number(y, language)
