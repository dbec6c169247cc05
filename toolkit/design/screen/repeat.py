"""How much of the differences between people would repeat, and how many months it takes to see them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.design.screen.history import History
from toolkit.design.screen.rows import Row, refused, row
from toolkit.errors import NotEnoughData
from toolkit.periods import Calendar
from toolkit.reliability import Reliability, periods_needed, reliability, stepped_up
from toolkit.stats import LEVEL

WARN, FAIL = 0.3, 0.1  # METHODS 1b: the bands that an estimate of this size can tell apart
REACH = 0.7
FEWEST_MONTHS = 12  # from which the quarters tell whether months hang together
FEWEST_TREND = 8  # periods a person, below which a line fits anything
CHANCE = 0.01
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def repeats(history: History, calendar: Calendar, level: float = LEVEL) -> list[Row]:
    """Reliability of one period's values, with the months needed for .7; what all have in common taken off.

    For months, 12 or more of them, a second row gives the reliability of quarterly means: months that hang
    together make a single month look more reliable than it is, quarters less so; where the two disagree,
    believe the quarters. Where people's own trends differ beyond chance, a third row gives the reliability
    with each one's line taken off: with it a person's growth is no noise, but neither is slow luck.

    Returns
    -------
    list of Row
        reliability, quarterly_reliability (months only), own_trend_reliability (where trends differ).
    """
    values = history.wide()
    rows = [_judged(history, "reliability", values, 1, level)]
    if rows[0]["verdict"] == "not_enough_data":
        return rows
    if history.grain == "month":
        rows.append(_quarterly(history, values, calendar, level))
    trend = without_trends(values.to_numpy())
    if trend is not None:
        lined = pd.DataFrame(trend, values.index, values.columns)
        rows.append(_judged(history, "own_trend_reliability", lined, 1, level))
    return rows


def _judged(history: History, test: str, values: pd.DataFrame, periods: int, level: float) -> Row:
    """A row of a table's reliability, judged by the bands of a mean of so many periods."""
    held = values.notna()
    size = {"n": held.to_numpy().sum(), "people": held.any(axis=1).sum(), "periods": held.any().sum()}
    place: dict[str, Any] = {"grain": history.grain, "level": level, **size}
    try:
        found = reliability(_long(values), level=level)
    except NotEnoughData as error:
        return refused(history.kpi.kpi, test, f"screen.{error.problems[0].code.split('.')[1]}", **place)
    fail, warn = stepped_up(FAIL, periods), stepped_up(WARN, periods)
    verdict = "fail" if found.value < fail else "warn" if found.value < warn else "ok"
    why = "" if verdict == "ok" else "screen.mostly_luck" if verdict == "fail" else "screen.partly_luck"
    place |= _months(found, _MONTHS[history.grain] * periods)
    return row(
        history.kpi.kpi, test, verdict, why, value=found.value, low=found.low, high=found.high,
        **place,
    )  # fmt: skip


def _months(found: Reliability, each: int) -> dict[str, object]:
    """Months for a reliability of .7, more of them where less repeats; blank where no number is enough."""
    needed = {"months_needed": found.value, "months_low": found.high, "months_high": found.low}
    return {name: periods_needed(icc, REACH) * each for name, icc in needed.items()}


def _long(values: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "participant": np.repeat(values.index.to_numpy(), values.shape[1]),
            "period": np.tile(values.columns.to_numpy(), len(values)),
            "value": values.to_numpy(float).ravel(),
        }
    ).dropna(subset=["value"])


def _quarterly(history: History, values: pd.DataFrame, calendar: Calendar, level: float) -> Row:
    """The same on the means of whole quarters, of which a person has two months at least."""
    test, name = "quarterly_reliability", history.kpi.kpi
    if values.shape[1] < FEWEST_MONTHS:
        return refused(name, test, "screen.under_a_year", level=level, periods=values.shape[1])
    quarters = pd.Index([_quarter(month, calendar) for month in values.columns])
    level_off = values - values.mean()
    by = level_off.T.groupby(quarters)
    means, count = by.mean().T, by.count().T
    whole = [q for q in means.columns if q and (quarters == q).sum() == 3]
    return _judged(history, test, means.where(count >= 2)[whole], 3, level)


def _quarter(month: str, calendar: Calendar) -> str:
    try:
        return calendar.within(month, "quarter")
    except KeyError:  # a calendar without quarters has no quarterly row
        return ""


def without_trends(values: np.ndarray) -> np.ndarray | None:
    """Values with each one's own line taken off and their mean kept, where such lines differ beyond chance.

    The residuals are stretched for the slopes they have lost, so that their mean square is unbiased. None
    where an F test of equal slopes does not reject at 1 %, or people have fewer than 8 periods.

    Parameters
    ----------
    values : ndarray, shape (people, periods)
        Blanks are NaN.
    """
    held = ~np.isnan(values)
    held &= held.sum(axis=1, keepdims=True) >= FEWEST_TREND
    who, when = np.nonzero(held)
    people = len(np.unique(who))
    if people < 3:
        return None
    off = values[held] - (np.bincount(when, values[held]) / np.maximum(np.bincount(when), 1))[when]
    mean, time = _mean(off, who), when - _mean(when, who)
    left = off - mean
    squares = np.maximum(np.bincount(who, time**2), 1)  # people of whom nothing is held have no row
    line = (np.bincount(who, time * left) / squares)[who] * time
    spare = len(off) - people - (len(np.unique(when)) - 1)
    rest = float(((left - line) ** 2).sum()) / max(spare - people, 1)
    explained = float((left**2).sum() - ((left - line) ** 2).sum()) / people
    if rest <= 0 or stats.f.sf(explained / rest, people, max(spare - people, 1)) >= CHANCE:
        return None
    found = np.full(values.shape, np.nan)
    found[held] = mean + (left - line) * math.sqrt(spare / (spare - people))
    return found


def _mean(values: np.ndarray, who: np.ndarray) -> np.ndarray:
    return (np.bincount(who, values) / np.maximum(np.bincount(who), 1))[who]
