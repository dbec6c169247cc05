"""How many results are too many just above a threshold: a polynomial through the counts beside it."""

from __future__ import annotations

import numpy as np
from scipy import stats

from toolkit.review.integrity.bunching import fine, step_of
from toolkit.review.integrity.found import Found, need_people, refuse
from toolkit.stats import LEVEL

FEWEST = 200  # with fewer rows the curve bends after the bunching
FEWEST_EXPECTED = 5.0  # rows beside the threshold, below which its count says nothing
BIN, REACH = 0.02, 0.5  # of attainment: a bin, and how far the polynomial looks to either side
LEFT, RIGHT = 4, 2  # bins left out of the fit: where the moved ones come from, and where they end
_DEGREE = 4
_GROUPS = 50  # people are left out one by one, or beyond so many in groups
_ROUNDS, _NEAR = 50, 1e-8


def excess_mass(
    values: np.ndarray,
    people: np.ndarray,
    edge: float,
    steps: np.ndarray | float = 0.0,
    *,
    level: float = LEVEL,
) -> Found:
    """Rows just above a threshold beyond those that a smooth curve through all others expects.

    Counts in bins of 2 % follow a Poisson polynomial of degree 4, fitted without the four bins below and the
    two above the threshold. The interval comes from leaving people out, so that the rows of one person
    count together. A value that comes in steps is spread evenly over its own step.

    Parameters
    ----------
    values, people, edge, steps, level
        As in `window_test`.

    Returns
    -------
    Found
        value: rows above the threshold (up to 4 % above) beyond the expected; facts: expected, seen.

    Raises
    ------
    NotEnoughData
        Fewer than 200 rows within 50 % of the threshold; fewer than 5 people; steps of more than 5 %; or
        results so far from the threshold that fewer than 5 rows are expected above it.

    References
    ----------
    Chetty, Friedman, Olsen and Pistaferri (2011), Quarterly Journal of Economics 126:749-804; Kleven (2016),
    Annual Review of Economics 8:435-464; jackknife over clusters as in `toolkit.stats`.

    Examples
    --------
    >>> random = np.random.default_rng(1)
    >>> plain = random.normal(1.0, 0.2, 700)
    >>> found = excess_mass(np.append(plain, np.full(40, 1.01)), np.arange(740) % 24, 1.0)
    >>> found.low > 0 and found.p_value < 0.01
    True
    """
    values, steps = np.asarray(values, float), step_of(steps, len(values))
    near = np.isfinite(values) & (np.abs(values - edge) <= REACH) & (values > 0)
    near &= fine(steps, near)
    if int(near.sum()) < FEWEST:
        raise refuse("integrity.few_for_curve", value=int(near.sum()), need=FEWEST)
    names, codes = np.unique(np.asarray(people)[near], return_inverse=True)
    need_people(len(names))
    counts, above = _counts(values[near], steps[near], edge, codes % _GROUPS, min(len(names), _GROUPS))
    every = counts.sum(axis=0)
    seen, expected = _above(np.vstack([every, every - counts]), above)
    if not expected[0] >= FEWEST_EXPECTED:
        raise refuse("integrity.few_expected", value=round(float(expected[0]), 1), need=FEWEST_EXPECTED)
    n = int(near.sum())
    return _estimated(seen, expected, n, len(names), level)


def _estimated(seen: np.ndarray, expected: np.ndarray, n: int, people: int, level: float) -> Found:
    """The excess of all, with the interval that leaving out people (rows after the first) gives."""
    excess, groups = seen - expected, len(seen) - 1
    spread = float(np.sqrt((groups - 1) / groups * ((excess[1:] - excess[0]) ** 2).sum()))
    # people so alike that leaving one out changes nothing still have the chance of counts
    spread = max(spread, float(np.sqrt(expected[0])))
    reach = stats.t.ppf((1 + level) / 2, groups - 1) * spread
    chance = float(stats.t.sf(excess[0] / spread, groups - 1))
    facts = {"expected": float(expected[0]), "seen": float(seen[0])}
    value, reach = float(excess[0]), float(reach)
    return Found(value, value - reach, value + reach, chance, n, people, facts)


def _counts(
    values: np.ndarray, steps: np.ndarray, edge: float, groups: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of each group in each bin, a stepped value spread over its step; and each bin's place by the edge.

    Bins beyond the values at either end are left out: where there is nobody, there is no curve to fit.
    """
    half = round(REACH / BIN)
    place = np.arange(-half, half)
    size_of = np.where(steps > 0, steps, 1.0)
    start = np.where(steps > 0, np.floor((values - edge) / size_of + 1e-6) * size_of, values - edge)
    borders = np.append(place, half) * BIN
    stepped = np.clip((borders[None, :] - start[:, None]) / size_of[:, None], 0, 1)
    point = (borders[None, :] > np.round(start, 9)[:, None]).astype(float)
    shares = np.diff(np.where((steps > 0)[:, None], stepped, point), axis=1)
    counts = np.zeros((size, len(place)))
    np.add.at(counts, groups, shares)
    filled = np.flatnonzero(counts.sum(axis=0) > 0)
    kept = slice(filled[0], filled[-1] + 1)
    return counts[:, kept], place[kept]


def _above(counts: np.ndarray, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows seen and rows expected in the bins just above the edge, for each row of counts."""
    out = (place >= -LEFT) & (place < RIGHT)
    at = (place + 0.5) / max(np.abs(place).max(), 1)
    design = np.polynomial.legendre.legvander(at, _DEGREE)
    fitted = poisson_fit(counts[:, ~out], design[~out])
    right = (place >= 0) & (place < RIGHT)
    return counts[:, right].sum(axis=1), np.exp(fitted @ design[right].T).sum(axis=1)


def poisson_fit(counts: np.ndarray, design: np.ndarray) -> np.ndarray:
    """Poisson regressions with a log link of many rows of counts on one design, by reweighted least squares.

    Parameters
    ----------
    counts : ndarray, shape (fits, bins)
        Not negative; they need not be whole.
    design : ndarray, shape (bins, terms)

    Returns
    -------
    ndarray, shape (fits, terms)
        Coefficients; NaN where they are not determined.

    References
    ----------
    McCullagh and Nelder (1989), Generalized Linear Models, section 2.5.

    Examples
    --------
    >>> design = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0]])
    >>> np.exp(poisson_fit(np.array([[2.0, 4.0, 10.0, 8.0]]), design)).round(6).tolist()
    [[3.0, 3.0]]
    """
    if design.shape[0] < design.shape[1]:
        return np.full((len(counts), design.shape[1]), np.nan)
    eta = np.log(counts + 0.5)
    found = np.zeros((len(counts), design.shape[1]))
    ridge = 1e-9 * np.eye(design.shape[1])  # empty ends of the curve would otherwise run to minus infinity
    for _ in range(_ROUNDS):
        mean = np.exp(eta)
        working = eta + (counts - mean) / mean
        weighted = mean[:, :, None] * design
        left = np.einsum("fbt,bs->fts", weighted, design) + ridge * mean.sum(axis=1)[:, None, None]
        now = np.linalg.solve(left, np.einsum("fbt,fb->ft", weighted, working)[:, :, None])[:, :, 0]
        eta = np.clip(now @ design.T, -12, 30)
        if np.abs(now - found).max() < _NEAR * (1 + np.abs(now).max()):
            return now
        found = now
    return found
