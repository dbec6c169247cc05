"""Do process KPIs move before results? Within people, month effects off, over lags set beforehand."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.catalogue.kpi import Kpi
from toolkit.design.screen.history import History, coarser
from toolkit.design.screen.panel_model import Fit, fit
from toolkit.design.screen.rows import Row, refused, row
from toolkit.stats import LEVEL

FEWEST_PEOPLE, SPARE_PERIODS = 10, 6  # METHODS 1e
DEFAULT_MONTHS = 3.0
_DAYS = {"month": 30.4, "quarter": 91.3, "half": 182.6, "year": 365.2}
CHANCE = 0.10  # of the claims made, so many may be chance (Benjamini and Hochberg)
PLACEBO = 0.05
Grids = Mapping[str, Mapping[str, History]]


def lags(months: float, grain: str) -> int:
    """Periods over which a KPI may still act, one at least, given the length of a sale in months.

    Examples
    --------
    >>> lags(3, "month"), lags(3, "quarter"), lags(0.5, "month")
    (3, 1, 1)
    """
    return max(1, math.ceil(round(months * _DAYS["month"] / _DAYS[grain], 1)))


def lead_lags(
    grids: Grids,
    own: Mapping[str, str],
    kpis: Mapping[str, Kpi],
    links: pd.DataFrame,
    *,
    months: float = DEFAULT_MONTHS,
    level: float = LEVEL,
    seed: int = 0,
) -> list[Row]:
    """Each leading KPI against each result: what a change goes with over the following periods.

    Results are KPIs of the category result that lag; leading ones are declared `lead` and are no results.
    Pairs linked by formula are left out. The number of lags follows from the length of a sale and is never
    chosen by fit.

    Returns
    -------
    list of Row
        test lead_lag, kpi (the leading one), result, value (Σ of the coefficients of lags 0..L, in standard
        deviations within people, + = good goes with good), low, high, per_unit (the same in the KPIs' own
        units and signs), p_value, p_adjusted (for all pairs tested), placebo_p (the next period's KPI,
        which cannot act yet). `ok` needs p_adjusted ≤ .1, the good sign and a quiet placebo; all else
        warns, for history alone fails no KPI here.
    """
    linked = {frozenset((a, b)) for a, b in zip(links["kpi_a"], links["kpi_b"], strict=True)}
    leading = [k for k in own if kpis[k].lead_lag == "lead" and kpis[k].category != "result"]
    results = [k for k in own if kpis[k].lead_lag == "lag" and kpis[k].category == "result"]
    pairs = [(x, y) for x in leading for y in results if frozenset((x, y)) not in linked]
    rows = []
    for x, y in pairs:
        grain = coarser(own[x], own[y])
        one, other = grids[x].get(grain), grids[y].get(grain)
        place: dict[str, Any] = {"result": y, "grain": grain, "level": level}
        if _rows_of(kpis[x]) & _rows_of(kpis[y]):
            rows.append(refused(x, "lead_lag", "screen.same_rows", **place))
        elif one is None or other is None:
            rows.append(refused(x, "lead_lag", "screen.nothing_eligible", **place))
        else:
            rows.append(_pair(one, other, lags(months, grain), level, seed) | {"result": y, "grain": grain})
    return _judged(rows)


def _rows_of(kpi: Kpi) -> set[tuple[str, str]]:
    """Which rows a KPI counts: a discount and a margin of the same orders go together by arithmetic."""
    parts = (part for part in (kpi.numerator, kpi.denominator) if part is not None)
    return {(part.table, part.date) for part in parts}


def _pair(x: History, y: History, reach: int, level: float, seed: int) -> Row:
    name, result = x.kpi.kpi, y.kpi.kpi
    people = x.people.intersection(y.people)
    periods = max(x.periods, y.periods, key=len)
    driver, outcome = x.on(people, periods) * x.sign, y.on(people, periods) * y.sign
    length = _span(driver, outcome)
    place: dict[str, Any] = {"people": len(people), "periods": length, "lags": reach, "level": level}
    if length < reach + SPARE_PERIODS:
        return refused(name, "lead_lag", "screen.too_short", **place)
    table, who, when = stacked(driver, outcome, reach)
    place |= {"n": len(who), "people": len(np.unique(who))}
    if len(np.unique(who)) < FEWEST_PEOPLE:
        return refused(name, "lead_lag", "screen.few_people", **place)
    key = zlib.crc32(f"{name}|{result}".encode()) + seed  # the pair's own draws, whatever the others are
    found = fit(table[:, 0], summed(table[:, 1:]), who, when, level=level, seed=key)
    if found is None:
        return refused(name, "lead_lag", "screen.no_spread", **place)
    scale = _within_sd(table[:, 1], who) / _within_sd(table[:, 0], who)
    placebo = _placebo(driver, outcome, reach, level, key)
    return row(
        name, "lead_lag", "ok", value=found.value * scale, low=found.low * scale, high=found.high * scale,
        per_unit=found.value * x.sign * y.sign, p_value=found.p_value,
        placebo_p=math.nan if placebo is None else placebo.p_value, **place,
    )  # fmt: skip


def _span(driver: np.ndarray, outcome: np.ndarray) -> int:
    """Periods from the first to the last in which anybody has either."""
    there = (~np.isnan(driver)).any(axis=0) & (~np.isnan(outcome)).any(axis=0)
    known = np.flatnonzero(there)
    return int(known[-1] - known[0] + 1) if len(known) else 0


def stacked(
    driver: np.ndarray, outcome: np.ndarray, reach: int, ahead: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of outcome and driver at lags 0..reach (with `ahead`, the next period's last); whole rows only.

    Returns
    -------
    table, who, when : ndarray
        Columns outcome, driver now, one period before, …, then the next period's.

    Examples
    --------
    >>> stacked(np.array([[1.0, 2, 3]]), np.array([[10.0, 20, 30]]), 1)[0].tolist()
    [[20.0, 2.0, 1.0], [30.0, 3.0, 2.0]]
    """
    last = driver.shape[1] - ahead
    columns = [outcome[:, reach:last]]
    columns += [driver[:, reach - lag : last - lag] for lag in range(reach + 1)]
    columns += [driver[:, reach + 1 : last + 1]] if ahead else []
    cube = np.stack(columns, axis=-1)
    whole = ~np.isnan(cube).any(axis=-1)
    who, when = np.nonzero(whole)
    return cube[whole], who, when


def summed(driver: np.ndarray) -> list[np.ndarray]:
    """Columns whose first has the sum of all lags' coefficients: x₀, then x_l − x₀."""
    return [driver[:, 0], *(driver[:, lag] - driver[:, 0] for lag in range(1, driver.shape[1]))]


def _placebo(driver: np.ndarray, outcome: np.ndarray, reach: int, level: float, seed: int) -> Fit | None:
    """The next period's KPI beside the lags: it should have no part in this period's result."""
    table, who, when = stacked(driver, outcome, reach, ahead=1)
    if not len(who):
        return None
    columns = [table[:, -1], *(table[:, k] for k in range(1, reach + 2))]
    return fit(table[:, 0], columns, who, when, level=level, seed=seed + 1)


def _within_sd(values: np.ndarray, who: np.ndarray) -> float:
    """Standard deviation around people's own means."""
    number = np.bincount(who)
    mean = np.bincount(who, values) / np.maximum(number, 1)
    return float((values - mean[who]).std())


def _judged(rows: Iterable[Row]) -> list[Row]:
    """Verdicts, once it is known how many pairs were tried."""
    rows = list(rows)
    tested = [r for r in rows if r["verdict"] != "not_enough_data"]
    if tested:
        raw = np.array([float(str(r["p_value"])) for r in tested])
        for one, adjusted in zip(tested, stats.false_discovery_control(raw), strict=True):
            one["p_adjusted"] = float(adjusted)
            one["verdict"], one["why"] = _verdict(one)
    return rows


def _verdict(one: Row) -> tuple[str, str]:
    value, adjusted = float(str(one["value"])), float(str(one["p_adjusted"]))
    if adjusted > CHANCE:
        return "warn", "screen.not_distinguishable"
    if value < 0:
        return "warn", "screen.wrong_way"
    if float(str(one["placebo_p"])) < PLACEBO:
        return "warn", "screen.result_leads"
    return "ok", ""
