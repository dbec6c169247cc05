"""D: what past values say of the measures: gaps, few cases, noise, nobody apart, values beyond belief."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
import sqlglot
from sqlglot import exp

from toolkit.catalogue.kpi import Kpi
from toolkit.errors import NotEnoughData, Problem
from toolkit.language import number, percent, period_name, text
from toolkit.reliability.estimate import periods_needed, reliability
from toolkit.review.lint.evidence.history import counting, each, history, interval, named, spans
from toolkit.review.lint.look import Hit, Look, rule
from toolkit.scheme.measure import Measure


@rule("D02")
def many_blanks(look: Look) -> Iterator[Hit]:
    """A measure without a number in so many person-periods that the others decide."""

    def look_at(measure: Measure) -> Iterator[Hit]:
        values = _coverage(look, measure)
        if values["coverage"] < look.limits["least"]:
            yield Hit(f"measures.{measure.name}.kpi", _covered(look, measure, values, least="least"))

    return each(_measured(look), look_at)


@rule("D13")
def some_blanks(look: Look) -> Iterator[Hit]:
    """A measure with gaps that D02 lets pass and that somebody should explain."""

    def look_at(measure: Measure) -> Iterator[Hit]:
        values = _coverage(look, measure)
        if look.limits["least"] <= values["coverage"] < look.limits["good"]:
            yield Hit(f"measures.{measure.name}.kpi", _covered(look, measure, values, good="good"))

    return each(_measured(look), look_at)


def _measured(look: Look) -> list[Measure]:
    """The measures whose actuals stand in the panel: those that people rate do not."""
    return [m for m in counting(look) if not m.raters]


def _coverage(look: Look, measure: Measure) -> dict[str, float]:
    """Share of person-periods of scoring that have a value; a cohort still open is no gap (D07)."""
    rows = history(look, measure, look.scheme.score_every)
    rows = rows[rows["missing"] != "cohort_open"]
    if rows.empty:
        raise NotEnoughData(Problem("lint_design.no_history", value=measure.kpi))
    filled = rows["value"].notna()
    without = int((filled.groupby(rows["participant"]).sum() == 0).sum())
    return {
        "coverage": float(filled.mean()),
        "n": len(rows),
        "blank": int((~filled).sum()),
        "nobody": without,
    }


def _covered(look: Look, measure: Measure, values: dict[str, float], **limits: str) -> dict[str, str]:
    said = {key: number(values[key], look.language) for key in ("n", "blank", "nobody")}
    said |= {key: percent(look.limits[name], look.language) for key, name in limits.items()}
    return said | {
        "kpi": named(look, measure),
        # Rounded down: 79.6 % must not read as the 80 % that would do.
        "coverage": percent(math.floor(values["coverage"] * 1000) / 1000, look.language, 1),
        "per": text(f"lint_design.one.{look.scheme.score_every}", look.language),
    }


@rule("D04")
def share_of_few_cases(look: Look) -> Iterator[Hit]:
    """A share or a mean of so few cases that one of them moves it by much."""

    def look_at(measure: Measure) -> Iterator[Hit]:
        rows = history(look, measure, look.scheme.pay_every)
        cases = _cases(rows.dropna(subset=["value"]), look.kpi(measure))
        cases = cases[cases > 0]
        if cases.empty:
            raise NotEnoughData(Problem("lint_design.no_history", value=measure.kpi))
        middle = float(cases.median())
        if middle < look.limits["least"]:
            values = {
                "kpi": named(look, measure),
                "cases": number(middle, look.language, 0 if middle == round(middle) else 1),
                "least": int(look.limits["least"]),
                "one": percent(1 / middle, look.language),
                "per": text(f"lint_design.one.{look.scheme.pay_every}", look.language),
                "n": number(len(cases), look.language),
            }
            yield Hit(f"measures.{measure.name}.kpi", values)

    return each([m for m in _measured(look) if _is_sampled(look, m)], look_at)


def _is_sampled(look: Look, measure: Measure) -> bool:
    """A share or mean of cases that happen to people; tests and courses the company assigns.

    Of values from the client's own sheet the cases are not known unless the denominator counts them.
    """
    kpi = look.kpi(measure)
    if kpi.denominator is None or kpi.denominator.table == "training":
        return False
    own_sheet = look.client is not None and measure.kpi in set(look.client.kpi_values["kpi"])
    return kpi.unit in ("ratio", "points") and (_is_counted(kpi) or not own_sheet)


def _cases(rows: pd.DataFrame, kpi: Kpi) -> pd.Series:
    """How many cases a value stands on: a counted denominator, else the source rows that were read."""
    return rows["denominator"] if _is_counted(kpi) else rows["rows"]


def _is_counted(kpi: Kpi) -> bool:
    """Whether the denominator is a count."""
    assert kpi.denominator is not None
    try:
        tree = sqlglot.parse_one(kpi.denominator.sql, read="duckdb")
    except sqlglot.errors.SqlglotError:  # measuring refuses it by name
        return False
    return isinstance(tree.this if isinstance(tree, exp.Filter) else tree, exp.Count)


@rule("D05")
def mostly_luck(look: Look) -> Iterator[Hit]:
    """Differences between people in one pay period would hardly repeat in the next."""
    year, scheme = look.calendar.periods_per_year, look.scheme
    within = year(scheme.score_every) / year(scheme.pay_every)

    def look_at(measure: Measure) -> Iterator[Hit]:
        found = reliability(history(look, measure, scheme.score_every))
        needed = periods_needed(found.value, look.limits["reach"])
        hopeful = periods_needed(found.high, look.limits["reach"])
        if needed > look.limits["times"] * within and hopeful > within:
            values = {
                "kpi": named(look, measure),
                "share": percent(found.of_mean(within).value, look.language),
                "interval": interval(found.of_mean(within).low, found.of_mean(within).high, look.language),
                "needed": _how_long(needed, scheme.score_every, look),
                "reach": percent(look.limits["reach"], look.language),
                "times": number(look.limits["times"], look.language),
                "pays": text(f"lint_design.one.{scheme.pay_every}", look.language),
                "people": found.people,
                "periods": spans(found.periods, scheme.score_every, look.language),
            }
            yield Hit(f"measures.{measure.name}.kpi", values)

    single = [m for m in _measured(look) if (m.level or scheme.level) == scheme.level]
    return each(single, look_at)


def _how_long(periods: float, grain: str, look: Look) -> str:
    """So many periods in words; beyond ten years the number says nothing more."""
    if periods > 10 * look.calendar.periods_per_year(grain):
        return text("lint_design.too_long", look.language)
    return spans(math.ceil(periods), grain, look.language)


@rule("D10")
def nobody_differs(look: Look) -> Iterator[Hit]:
    """Everybody has nearly the same value: the measure tells nobody apart."""
    fewest, least_rows = int(look.limits["people"]), int(look.limits["rows"])

    def look_at(measure: Measure) -> Iterator[Hit]:
        rows = history(look, measure, look.scheme.score_every).dropna(subset=["value"])
        by = rows.groupby("period")["value"]
        rows = rows[(by.transform("size") >= fewest).to_numpy()]
        if len(rows) < least_rows:
            need = {"n": len(rows), "fewest": fewest, "rows": least_rows}
            raise NotEnoughData(Problem("lint_design.nobody_compared", value=measure.kpi, values=need))
        spread, middle = _spread(rows), float(rows["value"].abs().mean())
        if spread <= look.limits["spread"] * middle:
            values = {
                "kpi": named(look, measure),
                "spread": percent(spread / middle if middle else 0.0, look.language, 1),
                "least": percent(look.limits["spread"], look.language),
                "n": number(len(rows), look.language),
                "people": rows["participant"].nunique(),
            }
            yield Hit(f"measures.{measure.name}.kpi", values)

    single = [m for m in _measured(look) if (m.level or look.scheme.level) == look.scheme.level]
    return each(single, look_at)


def _spread(rows: pd.DataFrame) -> float:
    """The standard deviation between people within periods."""
    values = rows["value"].astype(float)
    apart = values - values.groupby(rows["period"]).transform("mean")
    return float(np.sqrt((apart**2).sum() / max(len(rows) - rows["period"].nunique(), 1)))


@rule("D11")
def value_beyond_belief(look: Look) -> Iterator[Hit]:
    """One person's value of one period is more than half of the whole company's."""
    fewest = int(look.limits["people"])

    def look_at(measure: Measure) -> Iterator[Hit]:
        rows = history(look, measure, look.scheme.score_every).dropna(subset=["value"])
        whole = look.measured(measure.kpi, "company")
        total = rows["period"].map(whole.set_index("period")["value"]).astype(float)
        share = rows["value"].where(total > 0) / total
        crowd = rows.groupby("period")["participant"].transform("nunique")
        far = share[(share > look.limits["most"]) & (crowd >= fewest)].sort_values(ascending=False)
        if len(far):
            worst = rows.loc[far.index[0]]
            values = {
                "kpi": named(look, measure),
                "participant": worst["participant"],
                "period": period_name(worst["period"], look.language),
                "share": percent(far.iloc[0], look.language),
                "most": percent(look.limits["most"], look.language),
                "crowd": int(crowd.loc[far.index[0]]),
                "n": len(far),
            }
            yield Hit(f"measures.{measure.name}.kpi", values)

    adding = [
        m
        for m in _measured(look)
        if look.kpi(m).adds_over_time and (m.level or look.scheme.level) == "individual"
    ]
    return each(adding, look_at)
