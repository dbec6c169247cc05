"""Which scoring ranges to narrow or widen so that agreed weights do what they say."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations, product

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from toolkit.design.weights.acting.calibrate import covariance_shares
from toolkit.design.weights.acting.stretch import moved, pivot, stretch
from toolkit.scheme.measure import Measure
from toolkit.scheme.scoring import Scoring

LIMIT = 2.0  # a range is at most halved or doubled
# How much a range moved by 1 % costs against a gap of 1 percentage point: only what pays is touched.
_PULL = 0.02
_WORTH = 0.005  # of the length of all gaps; a range that brings no more than this stays as it is
_NOTICED = math.log(1.05)  # a range moved by less is not worth an announcement
_STARTS = 3
_LEVELS = 9
_NUDGE = 1e-3


class _Search:
    """Scores under stretched ranges, and how far their shares are from what is asked."""

    def __init__(
        self, measures: Sequence[Measure], reading: pd.DataFrame, scores: pd.DataFrame, target: np.ndarray
    ) -> None:
        self.measures, self.scores, self.target = measures, scores, target
        self.weights = np.array([m.weight for m in measures])
        self.readings = [reading[m.name].to_numpy(dtype=float) for m in measures]
        self.middles = [pivot(m) for m in measures]
        self.period = pd.factorize(scores.index.get_level_values("period"))[0]
        self.rows = np.bincount(self.period)
        self._columns: dict[tuple[int, float], np.ndarray] = {}
        self._products: dict[tuple[int, float, int, float], float] = {}

    def column(self, k: int, log_factor: float) -> np.ndarray:
        """One measure's scores with its range moved, less their period's mean."""
        if (k, log_factor) not in self._columns:
            middle, found = self.middles[k], self.scores.iloc[:, k].to_numpy(dtype=float)
            if log_factor != 0 and middle is not None:
                found = moved(self.measures[k].curve, middle, math.exp(log_factor))(self.readings[k])
            means = np.bincount(self.period, found) / self.rows
            self._columns[k, log_factor] = found - means[self.period]
        return self._columns[k, log_factor]

    def covariance(self, log_factors: np.ndarray) -> np.ndarray:
        """As `spread` of the scores under moved ranges."""
        k = len(log_factors)
        found = np.empty((k, k))
        for i in range(k):
            for j in range(i, k):
                found[i, j] = found[j, i] = self._product(i, float(log_factors[i]), j, float(log_factors[j]))
        return found / len(self.scores)

    def _product(self, i: int, x: float, j: int, y: float) -> float:
        if (i, x, j, y) not in self._products:
            self._products[i, x, j, y] = float(self.column(i, x) @ self.column(j, y))
        return self._products[i, x, j, y]

    def gaps(self, log_factors: np.ndarray) -> np.ndarray:
        """Share less share asked of every measure; the whole target where nothing varies."""
        covariance = self.covariance(log_factors)
        if not self.weights @ covariance @ self.weights > 1e-12:
            return -self.target
        return covariance_shares(covariance, self.weights) - self.target


def fitting_factors(
    measures: Sequence[Measure],
    reading: pd.DataFrame,
    scores: pd.DataFrame,
    target: np.ndarray,
    *,
    widen_only: Collection[str] = (),
    keep: Collection[str] = (),
    limit: float = LIMIT,
    seed: int = 0,
) -> np.ndarray:
    """Factors for `stretch`, one a measure, with which shares come near to the target at the agreed weights.

    Least squares of the gaps and, with a small weight, of the logarithms of the factors, from several starts.
    Then each range that hardly helps is put back.

    Parameters
    ----------
    measures : sequence of Measure
    reading, scores : DataFrame
        A column a measure, as `history` gives them.
    target : ndarray, shape (k,)
        Shares of the differences asked of each measure.
    widen_only : collection of str
        Measures whose range may not become narrower: those under a warning.
    keep : collection of str
        Measures whose range stays.
    limit : float
        1 or more; factors are between 1 ÷ limit and limit.
    seed : int
        Of the starts after the first.

    Returns
    -------
    ndarray, shape (k,)
        Two decimals; exactly 1 for a range that stays.
    """
    search, reach = _Search(measures, reading, scores, target), math.log(limit)
    least = np.array([0.0 if m.name in keep else -reach for m in measures])
    most = np.array([0.0 if m.name in keep or m.name in widen_only else reach for m in measures])
    fixed = np.array([middle is None for middle in search.middles])
    least[fixed] = most[fixed] = 0.0
    found = _best(search, least, most, seed)
    for k in np.argsort(np.abs(found), kind="stable"):
        if found[k] != 0:
            found = _without(search, least, most, found, int(k))
    return np.round(np.exp(found), 2)


def _best(search: _Search, least: np.ndarray, most: np.ndarray, seed: int) -> np.ndarray:
    """The best point found: by levels first, for scores jump where a curve does, then by least squares."""
    free = np.flatnonzero(most > least)
    if not len(free):
        return np.zeros(len(least))
    levels = [
        np.unique([0.0, *np.linspace(low, high, _LEVELS)]) for low, high in zip(least, most, strict=True)
    ]
    rng = np.random.default_rng([seed, len(least)])
    starts = [np.zeros(len(least)), *(np.array([rng.choice(x) for x in levels]) for _ in range(_STARTS - 1))]
    coarse = min((_walked(search, levels, free, x) for x in starts), key=lambda x: _cost(search, x))
    fine = _descended(search, least, most, free, coarse[free])
    return min((coarse, fine), key=lambda x: _cost(search, x))


def _walked(search: _Search, levels: list[np.ndarray], free: np.ndarray, start: np.ndarray) -> np.ndarray:
    """The point after setting two factors at a time to their best levels until none is better."""
    point, cost = start, _cost(search, start)
    pairs = list(combinations(free, 2)) or [(free[0], free[0])]
    better = True
    while better:
        better = False
        for i, j in pairs:
            others = [_put(point, (i, j), at) for at in product(levels[i], levels[j])]
            costs = [_cost(search, other) for other in others]
            if min(costs) < cost - 1e-12:
                point, cost, better = others[int(np.argmin(costs))], min(costs), True
    return point


def _put(point: np.ndarray, places: tuple[int, int], values: tuple[float, float]) -> np.ndarray:
    other = point.copy()
    other[list(places)] = values
    return other


def _descended(
    search: _Search, least: np.ndarray, most: np.ndarray, free: np.ndarray, start: np.ndarray
) -> np.ndarray:
    def whole(x: np.ndarray) -> np.ndarray:
        point = np.zeros(len(least))
        point[free] = x
        return point

    def residuals(x: np.ndarray) -> np.ndarray:
        return np.concatenate([search.gaps(whole(x)), _PULL * x])

    inside = np.clip(start, least[free] + 1e-9, most[free] - 1e-9)
    end = least_squares(residuals, inside, bounds=(least[free], most[free]), diff_step=_NUDGE, max_nfev=60)
    return whole(end.x)


def _without(search: _Search, least: np.ndarray, most: np.ndarray, found: np.ndarray, k: int) -> np.ndarray:
    """The point with one range put back and the others fitted again, if that loses next to nothing."""
    least, most = least.copy(), most.copy()
    least[found == 0] = most[found == 0] = 0.0
    least[k] = most[k] = 0.0
    free = np.flatnonzero(most > least)
    other = np.zeros(len(found))
    if len(free):
        other = _descended(search, least, most, free, found[free])
    loses = float(np.linalg.norm(search.gaps(other)) - np.linalg.norm(search.gaps(found)))
    return other if abs(found[k]) < _NOTICED or loses < _WORTH else found


def _cost(search: _Search, log_factors: np.ndarray) -> float:
    return float((search.gaps(log_factors) ** 2).sum() + ((_PULL * log_factors) ** 2).sum())


def fixed_ranges(measures: Sequence[Measure]) -> tuple[str, ...]:
    """Measures whose range cannot be moved: ranks, matrices, ratings, bands, curves that never reach 100."""
    return tuple(m.name for m in measures if stretch(m, LIMIT) is None)


def changed_rules(measures: Sequence[Measure], factors: np.ndarray) -> dict[str, Scoring]:
    """The rules of the measures whose range moves."""
    moving = [(m, float(f)) for m, f in zip(measures, factors, strict=True) if f != 1]
    rules = {m.name: stretch(m, f) for m, f in moving}
    return {name: rule for name, rule in rules.items() if rule is not None}


def range_table(
    measures: Sequence[Measure],
    factors: np.ndarray,
    scoring: Mapping[str, Scoring],
    never_raise: Collection[str],
    keep: Collection[str],
) -> pd.DataFrame:
    """measure, factor, before, after (points on the 100-point scale) and why, as `Remedies.ranges` has it."""
    rows = []
    for measure, factor in zip(measures, factors, strict=True):
        rule, alone = scoring.get(measure.name), measure.scoring.alone
        before = measure.curve.points if alone else None
        after = before if rule is None else rule.compile(measure.out_of).points
        why = "moved" if rule is not None else _stays(measure, never_raise, keep)
        rows.append((measure.name, float(factor), before, after, why))
    return pd.DataFrame(rows, columns=["measure", "factor", "before", "after", "why"])


def _stays(measure: Measure, never_raise: Collection[str], keep: Collection[str]) -> str:
    """Why a range was not moved."""
    rule = measure.scoring
    if pivot(measure) is None:
        return rule.kind if not rule.alone or rule.rating is not None else "no_full_marks"
    if measure.name in keep:
        return "kept"
    return "widen_only" if measure.name in never_raise else "not_needed"
