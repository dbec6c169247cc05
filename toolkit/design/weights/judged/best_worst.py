"""Best-worst: the best KPI against all others, all others against the worst, in 2K − 3 questions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from toolkit.errors import DataError, Problems

_SAME = 1e-9  # relative; two ways of writing one judgement
# Highest ratio that still goes with usable judgements: rows are a_BW from 3 to 9, columns 3 to 9 KPIs.
# Liang, Brunelli and Rezaei (2020), table of thresholds of the input-based ratio.
THRESHOLDS = np.array(
    [
        [0.1667, 0.1667, 0.1667, 0.1667, 0.1667, 0.1667, 0.1667],
        [0.1121, 0.1529, 0.1898, 0.2206, 0.2527, 0.2577, 0.2683],
        [0.1354, 0.1994, 0.2306, 0.2546, 0.2716, 0.2844, 0.2960],
        [0.1330, 0.1990, 0.2643, 0.3044, 0.3144, 0.3221, 0.3262],
        [0.1294, 0.2457, 0.2819, 0.3029, 0.3144, 0.3251, 0.3403],
        [0.1309, 0.2521, 0.2958, 0.3154, 0.3408, 0.3620, 0.3657],
        [0.1359, 0.2681, 0.3062, 0.3337, 0.3517, 0.3620, 0.3662],
    ]
)
THRESHOLDS.setflags(write=False)


class BestWorst(NamedTuple):
    """Weights from best-worst judgements.

    `weights` sum to 1, in the order of the judgements. `xi` is the largest |w_B − a_Bj w_j| or
    |w_j − a_jW w_W| that is left; 0 where the judgements agree with one another. `consistency_ratio` is the
    input-based one, 0 to 1, `threshold` what it should not pass; None outside the published table.
    """

    weights: np.ndarray
    xi: float
    consistency_ratio: float
    threshold: float | None


def best_worst(best_to_others: ArrayLike, others_to_worst: ArrayLike) -> BestWorst:
    """Weights of KPIs from how much the best outweighs each, and how much each outweighs the worst.

    The linear model: minimise ξ so that |w_B − a_Bj w_j| ≤ ξ and |w_j − a_jW w_W| ≤ ξ, weights from 0 that
    sum to 1. It has one answer: for a given w_B, w_W and ξ every other weight stands at its upper end, since
    a larger sum makes ξ smaller against it. (The nonlinear model gives an interval for each weight.)

    Parameters
    ----------
    best_to_others : array_like, shape (K,)
        a_Bj, from 1 (as heavy) to 9 (nine times as heavy): how many times the best KPI weighs each KPI.
        Exactly one is 1: the best itself. Other numbers from 1 on are allowed.
    others_to_worst : array_like, shape (K,)
        a_jW: how many times each KPI weighs the worst. Exactly one is 1: the worst itself.

    Raises
    ------
    DataError
        All that is wrong, at once: fewer than two KPIs, lists of different length, blanks, numbers under 1,
        none or several 1, one KPI both best and worst, and best against worst answered in two ways.

    References
    ----------
    Rezaei (2016), Omega 64:126-130, model (7). Liang, Brunelli and Rezaei (2020), Omega 96:102175: the
    input-based consistency ratio, max_j |a_Bj a_jW − a_BW| / (a_BW² − a_BW), and its thresholds.

    Examples
    --------
    >>> judged = best_worst([2, 1, 4, 3, 8], [4, 8, 2, 3, 1])
    >>> judged.weights.round(4).tolist()
    [0.2295, 0.4481, 0.1148, 0.153, 0.0546]
    >>> round(judged.xi, 4), round(judged.consistency_ratio, 4), judged.threshold
    (0.0109, 0.0179, 0.2958)
    """
    over, under = np.array(best_to_others, dtype=float), np.array(others_to_worst, dtype=float)
    best, worst = _checked(over, under)
    ratio = _input_ratio(over, under, over[worst])
    if ratio == 0:  # the judgements agree, so that each KPI's own share of the best's weight is the answer
        weights = 1 / over
        return BestWorst(weights / weights.sum(), 0.0, 0.0, _threshold(over[worst], len(over)))
    weights, xi = _solved(over, under, best, worst)
    return BestWorst(weights, xi, ratio, _threshold(over[worst], len(over)))


def _solved(over: np.ndarray, under: np.ndarray, best: int, worst: int) -> tuple[np.ndarray, float]:
    """The programme in weights and ξ: two rows for each judgement, one sum."""
    k = len(over)
    differences = np.zeros((2 * k - 3, k + 1))
    to_others = np.array([j for j in range(k) if j != best])
    to_worst = np.array([j for j in range(k) if j not in (best, worst)], dtype=int)
    first, second = np.arange(k - 1), np.arange(k - 1, 2 * k - 3)
    differences[first, best] = 1
    differences[first, to_others] = -over[to_others]
    differences[second, to_worst] = 1
    differences[second, worst] = -under[to_worst]
    rows = np.vstack([differences, -differences])
    rows[:, k] = -1
    cost, total = np.zeros(k + 1), np.ones((1, k + 1))
    cost[k], total[0, k] = 1, 0
    found = linprog(cost, A_ub=rows, b_ub=np.zeros(len(rows)), A_eq=total, b_eq=[1.0], method="highs-ds")
    if found.status != 0:
        raise RuntimeError(f"the programme of best-worst did not end: {found.message}")
    weights = np.maximum(found.x[:k], 0)
    return weights / weights.sum(), max(float(found.fun), 0.0)


def _input_ratio(over: np.ndarray, under: np.ndarray, whole: float) -> float:
    """The worst disagreement between the two ways from best to worst; 0 to 1 for answers within 1 to a_BW."""
    apart, whole = float(np.abs(over * under - whole).max()), float(whole)
    return apart / (whole * whole - whole) if apart > _SAME * whole else 0.0


def _threshold(whole: float, count: int) -> float | None:
    """The published one; two KPIs cannot disagree, and with a_BW 2 nothing but agreement is accepted."""
    scale = round(whole)
    if abs(scale - whole) > _SAME or not 3 <= count <= 9 or not 2 <= scale <= 9:
        return None
    return 0.0 if scale == 2 else float(THRESHOLDS[scale - 3, count - 3])


def _checked(over: np.ndarray, under: np.ndarray) -> tuple[int, int]:
    """Where the best and the worst stand; everything wrong is raised together."""
    problems = Problems()
    if over.ndim != 1 or over.shape != under.shape:
        problems.add("weights.best_worst_lengths", value=_shape(over), other=_shape(under))
    elif len(over) < 2:
        problems.add("weights.best_worst_few", value=len(over))
    problems.raise_as(DataError)
    best, worst = np.flatnonzero(over == 1), np.flatnonzero(under == 1)
    for name, answers, ones in (("best_to_others", over, best), ("others_to_worst", under, worst)):
        for at in np.flatnonzero(~(np.isfinite(answers) & (answers >= 1))):
            problems.add("weights.best_worst_range", column=name, value=float(answers[at]), place=int(at) + 1)
        if len(ones) != 1:
            problems.add("weights.best_worst_one", column=name, value=len(ones))
    if len(best) == len(worst) == 1:
        ways = float(over[worst[0]]), float(under[best[0]])
        if best[0] == worst[0]:
            problems.add("weights.best_worst_same", value=int(best[0]) + 1)
        elif abs(ways[0] - ways[1]) > _SAME * abs(ways[0]):
            problems.add("weights.best_worst_two_ways", value=ways[0], other=ways[1])
    problems.raise_as(DataError)
    return int(best[0]), int(worst[0])


def _shape(answers: np.ndarray) -> str:
    return " × ".join(map(str, answers.shape)) or "1"
