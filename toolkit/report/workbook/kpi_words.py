"""What a form says of a measure: definition, formula, unit, source, and the values at which scoring bends."""

from __future__ import annotations

from functools import partial

import numpy as np

from toolkit.catalogue.kpi import Kpi
from toolkit.language import currency_name, has_text, period_name, pick, text
from toolkit.report.workbook.style import money_format
from toolkit.scheme.measure import Measure, Range
from toolkit.scheme.rules import UNCAPPED
from toolkit.scheme.scheme import Scheme


def definition(measure: Measure, scheme: Scheme, kpi: Kpi, language: str) -> str:
    """What is counted, and whose."""
    say = partial(text, language=language)
    if measure.raters:
        return say("workbook.definition.rated")
    said = say(f"workbook.definition.{kpi.kind}", days=kpi.within_days)
    level = measure.level or scheme.level
    return said + (say(f"workbook.of_{level}") if level != "individual" else "")


def formula(measure: Measure, kpi: Kpi, language: str) -> str:
    """The KPI's formula in words."""
    return pick(kpi.formula, language) or text("workbook.formula_client", language)


def unit(kpi: Kpi, currency: str, language: str) -> str:
    """The KPI's unit as a form names it."""
    return (
        currency_name(currency, language)
        if kpi.unit == "currency"
        else text(f"workbook.unit.{kpi.unit}", language)
    )


def source(measure: Measure, kpi: Kpi, language: str) -> str:
    """Which tables the KPI is counted from, or who gives it."""
    if measure.raters:
        return text("workbook.source_ratings", language)
    tables = dict.fromkeys(part.table for part in (kpi.numerator, kpi.denominator) if part is not None)
    if not tables:
        return text("workbook.source_client", language)
    named = [text(f"table.{t}", language) if has_text(f"table.{t}") else t for t in tables]
    return text("phrase.join", language).join(named)


def role(name: str | None, language: str) -> str:
    """A role as a form names a position; the roster's own word where the toolkit has none."""
    key = f"catalogue.role.{name}"
    said = text(key, language) if name and has_text(key) else str(name or "")
    return said[:1].upper() + said[1:]


def missing(why: str, language: str) -> str:
    """Why a measure has no number, in words; blank where it has one."""
    if not why:
        return ""
    code, _, more = why.partition(":")
    if code == "carried":
        return text("workbook.missing.carried", language, period=period_name(more, language))
    key = f"workbook.missing.{more if code == 'no_actual' else code}"
    return text(key, language) if has_text(key) else text("workbook.missing.other", language, why=why)


def number_format(kpi: Kpi, currency: str, values: np.ndarray) -> str:
    """How the KPI's values are written: decimals only where there are some."""
    if kpi.unit == "ratio":
        return "0.0%"
    known = values[~np.isnan(values)]
    if bool((known == np.round(known)).all()):
        return "#,##0"
    return money_format(currency) if kpi.unit == "currency" else "#,##0.0#"


def bends(measure: Measure) -> tuple[float | None, float | None]:
    """Where the score begins and where it ends, in what the rule reads: attainment or actual."""
    if not measure.scoring.alone or measure.raters:
        return None, None
    points = measure.curve.points
    first, last = points[0][0], points[-1][0]
    if measure.scoring.kind == "bands" and points[0][1] == 0 and len(points) > 1:
        first = points[1][0]  # a first band of no points is no floor
    floor = first if first > 0 or measure.curve.x == "actual" else None
    return floor, last if last < UNCAPPED else None


def at_attainment(reached: float | None, target: np.ndarray, measure: Measure, kpi: Kpi) -> np.ndarray:
    """The actual that has an attainment, for each target; blank where there is none.

    Examples
    --------
    >>> from toolkit.catalogue.load import load_catalogue
    >>> from toolkit.scheme.example import example_schemes
    >>> scheme = example_schemes()["field_sales"]
    >>> kpi = load_catalogue()["net_sales"]
    >>> at_attainment(0.6, np.array([200.0, np.nan]), scheme.measure("revenue"), kpi).tolist()
    [120.0, nan]
    """
    if reached is None:
        return np.full(len(target), np.nan)
    if measure.scoring.reads == "actual":
        return np.full(len(target), reached)
    if isinstance(measure.attainment, Range):
        return measure.attainment.range + (target - measure.attainment.range) * reached
    if measure.attainment == "inverse":
        return target / reached if reached > 0 else np.full(len(target), np.nan)
    return target * (2 - reached) if kpi.direction == "lower" else target * reached
