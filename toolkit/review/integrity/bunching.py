"""Whether results gather just above a threshold: counts in two windows beside it (the default test)."""

from __future__ import annotations

import numpy as np
from scipy import stats

from toolkit.review.integrity.found import Found, need_people, refuse, sign_chance, wilson
from toolkit.stats import LEVEL

WIDTH = 0.03  # of attainment, on either side of the threshold
FEWEST = 10  # rows in both windows together
COARSEST = 0.05  # a step of more than this is no fine choice of where to end
_SMOOTHEST = 2.0  # times Silverman's bandwidth: the smooth curve must not follow the bunching itself
_GRANTED = 1e-6  # of a step: a value that floating point puts a hair below its own step


def window_test(
    values: np.ndarray,
    people: np.ndarray,
    edge: float,
    steps: np.ndarray | float = 0.0,
    *,
    width: float = WIDTH,
    level: float = LEVEL,
    seed: int = 0,
) -> Found:
    """Count the results just below and just above a threshold.

    Where nobody steers, the two counts differ only as far as a smooth curve through all values rises or falls
    there. Whole numbers (39 or 40 visits) are compared
    step by step, as many on either side. The chance is the larger of two: the binomial one, and one in which
    each person counts as one (`sign_chance`), because the months of one person depend on each other.

    Parameters
    ----------
    values, people : ndarray
        Attainments, actuals or scores (higher is better, NaN left out), and whose they are.
    edge, width : float
        The threshold, which a value on it has reached; and the width of each window.
    steps : ndarray or float
        The smallest change that each value can make, in its unit; 0 where it is fine.

    Returns
    -------
    Found
        value is the share of the rows in both windows that lies above, with its interval widened for rows of
        the same people; facts: expected (the share without steering), below and above (rows).

    Raises
    ------
    NotEnoughData
        Values come in steps of more than 5 %; fewer than 10 rows, or fewer than 5 people, in the windows.

    References
    ----------
    McCrary (2008), Journal of Econometrics 142:698-714, for the idea; the windows and their width are ours.

    Examples
    --------
    >>> steered = np.concatenate([np.linspace(0.5, 0.96, 60), np.full(20, 1.01), np.linspace(1.04, 1.5, 60)])
    >>> found = window_test(steered, np.arange(140) % 20, 1.0)
    >>> found.value, found.n, found.p_value < 0.001
    (1.0, 20, True)
    """
    values, sizes = np.asarray(values, float), step_of(steps, len(values))
    keep = np.isfinite(values) & fine(sizes, np.isfinite(values))
    values, sizes, people = values[keep], sizes[keep], np.asarray(people)[keep]
    side, reach = _sides(values, sizes, edge, width)
    inside = side != 0
    n, who = int(inside.sum()), np.unique(people[inside], return_inverse=True)
    if n < FEWEST:
        raise refuse("integrity.few_in_window", value=n, need=FEWEST)
    need_people(len(who[0]))
    slope = _expected(values, edge, float(reach[inside].mean()))
    return _weighed(side[inside] > 0, who[1], slope, level, seed)


def _weighed(above: np.ndarray, people: np.ndarray, expected: float, level: float, seed: int) -> Found:
    """The share above, its interval and chance, by rows and by people."""
    n, parts = len(above), np.bincount(people, above - expected)
    chance = float(stats.binomtest(int(above.sum()), n, expected, "greater").pvalue)
    share = float(above.mean())
    varied = n * expected * (1 - expected)
    alike = max(1.0, float((parts**2).sum()) / varied)  # how much wider for rows of the same people
    low, high = wilson(share, n / alike, level)
    facts = {"expected": expected, "below": float((~above).sum()), "above": float(above.sum())}
    return Found(share, low, high, max(chance, sign_chance(parts, seed)), n, len(parts), facts)


def step_of(steps: np.ndarray | float, size: int) -> np.ndarray:
    """A step for each value."""
    return np.broadcast_to(np.asarray(steps, float), size)


def fine(steps: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Which values can change in small steps; refused where most of them cannot."""
    usual = float(np.median(steps[among])) if among.any() else 0.0
    if usual > COARSEST:
        raise refuse("integrity.coarse", value=round(100 * usual, 1), most=round(100 * COARSEST))
    return steps <= COARSEST


def _sides(values: np.ndarray, steps: np.ndarray, edge: float, width: float) -> tuple[np.ndarray, np.ndarray]:
    """1 above, -1 below, 0 outside the windows; and how wide each value's window is."""
    apart = values - edge
    stepped = steps > 0
    size = np.where(stepped, steps, 1.0)
    count = np.maximum(1, np.floor(width / size + _GRANTED))
    place = np.floor(apart / size + _GRANTED)  # steps above the first that reaches the edge
    reach = np.where(stepped, count * size, width)
    low = np.where(stepped, place < -count, np.round(apart + width, 9) < 0)
    high = np.where(stepped, place >= count, np.round(apart - width, 9) >= 0)
    reached = np.where(stepped, place >= 0, np.round(apart, 9) >= 0)
    return np.where(low | high, 0, np.where(reached, 1, -1)), reach


def _expected(values: np.ndarray, edge: float, width: float) -> float:
    """The share above by the slope of a smooth curve through all values, their own mean and spread kept."""
    low, high = np.quantile(values, [0.01, 0.99])
    core = values[(values >= low) & (values <= high)]
    spread = float(core.std())
    quartiles = np.quantile(core, [0.25, 0.75])
    robust = min(spread, float(quartiles[1] - quartiles[0]) / 1.349) or spread
    if spread < width:  # nearly all results in the windows: there is no curve to read
        return 0.5
    band = min(max(_SMOOTHEST * 0.9 * robust * len(core) ** -0.2, 2 * width), 0.9 * spread)
    kept = core.mean() + (core - core.mean()) * np.sqrt(1 - (band / spread) ** 2)
    below, above = (np.exp(-0.5 * ((at - kept) / band) ** 2).sum() for at in _middles(edge, width))
    return float(np.clip(above / (below + above), 0.1, 0.9)) if below + above > 0 else 0.5


def _middles(edge: float, width: float) -> tuple[float, float]:
    return edge - width / 2, edge + width / 2
