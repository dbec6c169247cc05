"""Sentences built from numbers by rules: direction, size, certainty; none claims more than its evidence."""

from __future__ import annotations

import math
from typing import NamedTuple

from toolkit.language import percent, period_name, text


class Change(NamedTuple):
    """A relative change with its interval, between so many units (people or teams)."""

    estimate: float
    low: float
    high: float
    n: int
    unit: str = "person"


def moved(change: Change, language: str) -> str:
    """A change as a verb phrase: "rose 21 %", "fell 4 %", or that it cannot be told from no change.

    Examples
    --------
    >>> moved(Change(0.21, 0.12, 0.31, 12), "en"), moved(Change(0.03, -0.04, 0.11, 12), "en")
    ('rose 21 %', 'did not move distinguishably')
    """
    if math.isnan(change.estimate):
        return text("phrase.no_base", language)
    if math.isnan(change.low):
        return text("phrase.too_few", language, n=units(change, language))
    if change.low <= 0 <= change.high:
        return text("phrase.indistinct", language)
    key = "phrase.rose" if change.estimate > 0 else "phrase.fell"
    return text(key, language, size=percent(abs(change.estimate), language))


def units(change: Change, language: str) -> str:
    """What an interval is taken between: "4 teams", "12 people"."""
    return text(f"phrase.{change.unit}", language, n=change.n)


def with_interval(change: Change, language: str, level: float) -> str:
    """The estimate and its interval: "+21 % (90 % interval +12 % to +31 %, 4 teams)"."""
    if math.isnan(change.estimate):
        return text("phrase.no_base", language)
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
    """A run of periods: "Q1 2026 to Q2 2026"."""
    if len(periods) == 1:
        return period_name(periods[0], language)
    return text(
        "phrase.span",
        language,
        first=period_name(periods[0], language),
        last=period_name(periods[-1], language),
    )
