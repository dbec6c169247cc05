"""Sentences built from numbers by rules: direction, size, certainty; none claims more than its evidence."""

from __future__ import annotations

import math
from typing import NamedTuple

from toolkit.language import number, percent, period_name, text

# A run of periods that is a whole year or half of one; Chinese has a name for each.
_WHOLE = {
    **{("Q1", "Q4"): "", ("H1", "H2"): "", ("01", "12"): ""},
    **{("Q1", "Q2"): "-H1", ("Q3", "Q4"): "-H2", ("01", "06"): "-H1", ("07", "12"): "-H2"},
}


class Change(NamedTuple):
    """A relative change with its interval, between so many units (people or teams)."""

    estimate: float
    low: float
    high: float
    n: int
    unit: str = "person"


def count(n: int, noun: str, language: str) -> str:
    """A number of things, one or many: "1 person", "12 people", "12 人".

    Parameters
    ----------
    n : int
    noun : str
        person, team, pay_period, measure, ...: the texts `count.*`.
    language : str

    Examples
    --------
    >>> count(1, "person", "en"), count(12, "person", "en"), count(1234, "row", "zh")
    ('1 person', '12 people', '1,234 行')
    """
    return text(f"count.{noun}.one" if n == 1 else f"count.{noun}", language, n=number(n, language))


def any_of(items: list[str], language: str) -> str:
    """Things of which none is there: "a, b or c", "a、b、c".

    Examples
    --------
    >>> any_of(["process", "quality", "growth"], "en")
    'process, quality or growth'
    """
    head, last = text("phrase.join", language).join(items[:-1]), items[-1]
    return f"{head}{text('phrase.nor', language)}{last}" if head else last


def moved(change: Change, language: str) -> str:
    """A change as a verb phrase: "rose 21 %", "fell 4 %", or that it cannot be told from no change.

    Examples
    --------
    >>> moved(Change(0.21, 0.12, 0.31, 12), "en"), moved(Change(0.03, -0.04, 0.11, 12), "en")
    ('rose 21 %', 'showed no distinguishable change')
    """
    if math.isnan(change.estimate):
        return text("phrase.no_base" if change.n else "phrase.no_data", language)
    if math.isnan(change.low):
        return text("phrase.too_few", language, n=units(change, language))
    if change.low <= 0 <= change.high:
        return text("phrase.indistinct", language)
    key = "phrase.rose" if change.estimate > 0 else "phrase.fell"
    return text(key, language, size=percent(abs(change.estimate), language))


def units(change: Change, language: str) -> str:
    """What an interval is taken between: "4 teams", "12 people"."""
    return count(change.n, change.unit, language)


def with_interval(change: Change, language: str, level: float) -> str:
    """The estimate and its interval: "+21 % (90 % interval +12 % to +31 %, 4 teams)"."""
    if math.isnan(change.estimate):
        return text("phrase.no_percentage", language)
    shown = percent(change.estimate, language, signed=True)
    if math.isnan(change.low):
        return text("phrase.estimate_without_interval", language, estimate=shown, n=units(change, language))
    return text(
        "phrase.estimate",
        language,
        estimate=shown,
        level=percent(level, language),
        n=units(change, language),
        low=percent(change.low, language, signed=True),
        high=percent(change.high, language, signed=True),
    )


def span(periods: tuple[str, ...] | list[str], language: str) -> str:
    """A run of periods, as short as it can be said.

    Parameters
    ----------
    periods : tuple or list of str
        Of one grain, in order, without a gap; at least one.

    Examples
    --------
    >>> span(["2026-Q1", "2026-Q2"], "en"), span(["2026-Q1", "2026-Q2"], "zh")
    ('Q1–Q2 2026', '2026年上半年')
    >>> span(["2025-Q4", "2026-Q1"], "en"), span(["2026-Q2", "2026-Q3"], "zh")
    ('Q4 2025 to Q1 2026', '2026年第二至第三季度')
    """
    (year, _, first), (other_year, _, last) = periods[0].partition("-"), periods[-1].partition("-")
    if len(periods) == 1:
        return period_name(periods[0], language)
    if year != other_year:
        ends = (period_name(p, language) for p in (periods[0], periods[-1]))
        return text("phrase.span", language, **dict(zip(("first", "last"), ends, strict=True)))
    if (first, last) in _WHOLE and (language == "zh" or not _WHOLE[first, last]):  # English says Q1–Q2
        return period_name(f"{year}{_WHOLE[first, last]}", language)
    begins = _part(first, language).removesuffix("季度")
    return text("phrase.span_in_year", language, year=year, first=begins, last=_part(last, language))


def _part(part: str, language: str) -> str:
    """A part of a year by itself: Q1, January, 上半年."""
    kind = {"Q": "quarter", "H": "half"}.get(part[0], "month")
    return text(f"{kind}.{part[1:] if kind != 'month' else int(part)}", language)
