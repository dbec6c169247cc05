"""Has everybody a value in every period, and do blanks go with how people stand?"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from toolkit.design.screen.history import History
from toolkit.design.screen.rows import Row, refused, row
from toolkit.stats import LEVEL, share_interval

WARN, FAIL = 0.95, 0.80  # METHODS 1a: conventions
FEWEST_PEOPLE, FEWEST_BLANKS, FEWEST_BLANK_PEOPLE = 8, 10, 4
CHANCE = 0.05  # a blank that follows a poor standing this rarely by chance is worth a look
DRAWS = 9_999
_WHOLE = 12  # so many people's signs are turned in every way there is


def coverage(history: History, level: float = LEVEL) -> Row:
    """The share of periods employed in which there is a value.

    Periods before a cohort is closed do not count. `zero` is the share of the values that are 0: a
    zero is a value, a blank is none.

    Returns
    -------
    Row
        Interval by leaving one person out at a time; `why` is the panel's own reason of most blanks.
    """
    kpi, place = history.kpi.kpi, _size(history)
    asked = history.eligible.sum(axis=1).astype(float)
    if not asked.sum():
        return refused(kpi, "coverage", "screen.nothing_eligible", level=level, **place)
    there = (history.eligible & ~np.isnan(history.values)).sum(axis=1).astype(float)
    share = there.sum() / asked.sum()
    low, high = _of_people(there, asked, level)
    known = history.values[history.eligible]
    known = known[~np.isnan(known)]
    zero = float((known == 0).mean()) if len(known) else math.nan
    verdict = "fail" if share < FAIL else "warn" if share < WARN else "ok"
    why = "" if verdict == "ok" else _commonest(history)
    place = place | {"n": asked.sum()}
    return row(
        kpi, "coverage", verdict, why, value=share, low=low, high=high, zero=zero, level=level, **place
    )


def _size(history: History) -> dict[str, object]:
    there = history.eligible
    return {
        "grain": history.grain,
        "n": there.sum(),
        "people": there.any(axis=1).sum(),
        "periods": there.any(axis=0).sum(),
    }


def _of_people(there: np.ndarray, asked: np.ndarray, level: float) -> tuple[float, float]:
    """The interval of Σ there ÷ Σ asked with one person left out at a time.

    Where everybody has the same share (all of them, as a rule) people do not differ, and the interval is that
    of a share of so many people (Wilson).
    """
    n = len(asked)
    if n < 3:
        return math.nan, math.nan
    value = there.sum() / asked.sum()
    others = (there.sum() - there) / np.maximum(asked.sum() - asked, 1)
    error = math.sqrt((n - 1) / n * float(((others - others.mean()) ** 2).sum()))
    if error == 0:
        whole = share_interval(round(value * n), n, level)
        return min(whole.low, value), max(whole.high, value)
    reach = stats.t.ppf((1 + level) / 2, n - 1) * error
    return max(value - reach, 0.0), min(value + reach, 1.0)


def _commonest(history: History) -> str:
    codes = history.missing[history.eligible & np.isnan(history.values)]
    said = np.bincount(codes[codes >= 0], minlength=len(history.codes))
    return history.codes[int(said.argmax())] or "blank"


def missing_at_random(history: History, level: float = LEVEL, seed: int = 0) -> Row:
    """Do blanks follow how people stood the period before?

    `value` is the mean standing (rank among all with a value that period, 0 worst to 1 best) of those who are
    blank in the next period, less that of the others; below 0: the weak go blank. Periods in which nobody or
    everybody is blank are no person's choice and are left out.

    The p-value turns the sign of people's sums of (blank − share blank that period) × standing, all of
    a person at once, so that a person who is blank for long counts once; all ways up to 12 people, else 9,999
    random ones.

    References
    ----------
    Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90:414-427, for signs by cluster.
    """
    kpi, place = history.kpi.kpi, _size(history)
    blank = history.eligible & np.isnan(history.values)
    if not blank.any():
        return row(kpi, "missing_at_random", "ok", "screen.no_blanks", level=level, **place)
    if not (blank & ~blank_for_all(history)).any():
        return row(kpi, "missing_at_random", "ok", "screen.silent_periods", level=level, **place)
    standing = _ranks(history.values * history.sign)[:, :-1]
    used = history.eligible[:, 1:] & ~np.isnan(standing)
    gone = blank[:, 1:] & used
    some = (gone.sum(axis=0) > 0) & (gone.sum(axis=0) < used.sum(axis=0))
    used, gone = used & some, gone & some
    place = place | {"n": gone.sum(), "people": used.any(axis=1).sum(), "periods": some.sum()}
    if gone.sum() < FEWEST_BLANKS or gone.any(axis=1).sum() < FEWEST_BLANK_PEOPLE:
        return refused(kpi, "missing_at_random", "screen.few_blanks", level=level, **place)
    if used.any(axis=1).sum() < FEWEST_PEOPLE:
        return refused(kpi, "missing_at_random", "screen.few_people", level=level, **place)
    number = used.sum(axis=0)
    share = gone.sum(axis=0) / np.maximum(number, 1)
    middle = np.where(used, standing, 0).sum(axis=0) / np.maximum(number, 1)
    apart = np.where(used, standing - middle, 0.0)
    own = (np.where(used, gone - share, 0.0) * apart).sum(axis=1)
    weight = np.where(used, share * (1 - share), 0.0).sum(axis=1)
    value, low, high = _slope(own, weight, level)
    p = turned(own[used.any(axis=1)], seed)
    verdict, why = ("warn", "screen.weak_go_blank" if value < 0 else "screen.strong_go_blank")
    if p >= CHANCE:
        verdict, why = "ok", ""
    found = {"value": value, "low": low, "high": high, "p_value": p}
    return row(kpi, "missing_at_random", verdict, why, level=level, **found, **place)


def blank_for_all(history: History) -> np.ndarray:
    """Which periods, shape (periods,), nobody employed has a value in."""
    return ~(history.eligible & ~np.isnan(history.values)).any(axis=0)


def _ranks(values: np.ndarray) -> np.ndarray:
    """Each period's standing from 0 (worst) to 1 (best); NaN where blank or alone."""
    place = stats.rankdata(values, axis=0, nan_policy="omit")
    number = (~np.isnan(values)).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(number > 1, (place - 1) / (number - 1), np.nan)


def _slope(own: np.ndarray, weight: np.ndarray, level: float) -> tuple[float, float, float]:
    """Difference of the means with its interval, one person left out at a time."""
    n, value = len(own), own.sum() / weight.sum()
    others = (own.sum() - own) / np.maximum(weight.sum() - weight, 1e-12)
    error = math.sqrt((n - 1) / n * float(((others - value) ** 2).sum()))
    reach = stats.t.ppf((1 + level) / 2, n - 1) * error
    return value, value - reach, value + reach


def turned(scores: np.ndarray, seed: int = 0) -> float:
    """Two-sided p-value that people's scores sum so far from 0 when each sign may as well be the other.

    Examples
    --------
    >>> turned(np.array([1.0, 1, 1, 1])), turned(np.array([1.0, -1, 1, -1]))
    (0.125, 1.0)
    """
    scores = scores[scores != 0]
    if not len(scores):
        return 1.0
    if len(scores) <= _WHOLE:
        signs = 1 - 2 * (np.arange(2 ** len(scores))[:, None] >> np.arange(len(scores)) & 1)
        reached = np.abs(signs @ scores) >= abs(scores.sum()) - 1e-9 * np.abs(scores).sum()
        return float(reached.mean())
    random = np.random.default_rng([seed, len(scores)])
    count = 0
    for start in range(0, DRAWS, 1000):
        signs = random.integers(0, 2, (min(1000, DRAWS - start), len(scores))) * 2 - 1
        count += int((np.abs(signs @ scores) >= abs(scores.sum()) * (1 - 1e-9)).sum())
    return (count + 1) / (DRAWS + 1)
