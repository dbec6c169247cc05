"""Which judgement to look at again, and what would fit the judge's other answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from .ahp import ACCEPTED, SAATY, accepted_ratio, ahp
from .incomplete import check_connected, log_weights, reached
from .matrix import check_one

# 1/9, 1/8, … 1/2, 1, 2, … 9.
SCALE = np.array([1 / k for k in range(9, 1, -1)] + [float(k) for k in range(1, 10)])
_COLUMNS = ["first", "second", "now", "implied", "suggested", "ratio_now", "ratio_then"]
# A change that gains less is none.
_GAIN = 1e-9


def revisit(
    matrix: np.ndarray,
    names: Sequence[str] | None = None,
    accept: float = ACCEPTED,
    random_index: Mapping[int, float] = SAATY,
) -> pd.DataFrame:
    """Judgements that a judge should look at again, the one whose change helps most first.

    For every pair each answer on Saaty's scale is tried with all the others kept; what makes the judge most
    consistent is suggested. It is an invitation to look again, never a correction.

    Parameters
    ----------
    matrix : array (n, n)
        Reciprocal; NaN where a pair was not judged (no answer is suggested there).
    names : sequence of str, optional
        The KPIs' names; without them their numbers, from 1.
    accept : float
        The consistency ratio of a complete matrix that needs no second look (see `accepted_ratio`).
    random_index : mapping
        As in `ahp`.

    Returns
    -------
    DataFrame
        Columns first, second, now (how many times as important the first is), implied (by the other answers
        alone), suggested (1/9 … 9), ratio_now, ratio_then (with this one change). A pair stands so that
        `now` is 1 or more. Empty where the judge is consistent enough, and for one or two KPIs.

    Raises
    ------
    DataError

    References
    ----------
    Saaty (2003), European Journal of Operational Research 145, 85-91; the search here is exhaustive.

    Examples
    --------
    >>> circle = [[1, 2, 1 / 4, 3], [1 / 2, 1, 2, 2], [4, 1 / 2, 1, 2], [1 / 3, 1 / 2, 1 / 2, 1]]
    >>> revisit(circle, ["sales", "margin", "visits", "cash"]).round(2).head(2)
        first  second  now  implied  suggested  ratio_now  ratio_then
    0  visits   sales  4.0     0.41       0.50        0.3        0.03
    1  margin  visits  2.0     0.35       0.33        0.3        0.13
    """
    given = check_one(matrix, names)
    labels = [str(name) for name in names] if names is not None else [str(k + 1) for k in range(len(given))]
    check_connected(given[None], False, labels)
    ratio_now = float(ahp(given, random_index=random_index).consistency_ratio)
    first, second = _judged_pairs(given)
    if ratio_now <= accepted_ratio(given, accept) + _GAIN:
        first = second = first[:0]
    answers = _best(given, first, second, random_index)
    found = _table(given, labels, first, second, *answers).assign(ratio_now=ratio_now)
    helps = found.loc[found["ratio_then"] < ratio_now - _GAIN, _COLUMNS]
    return helps.sort_values("ratio_then", kind="stable", ignore_index=True)


def _table(
    given: np.ndarray,
    labels: list[str],
    first: np.ndarray,
    second: np.ndarray,
    suggested: np.ndarray,
    ratio_then: np.ndarray,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "first": pd.Series([labels[i] for i in first], dtype="str"),
            "second": pd.Series([labels[j] for j in second], dtype="str"),
            "now": given[first, second],
            "implied": _implied(given, first, second),
            "suggested": suggested,
            "ratio_then": ratio_then,
        }
    )


def _judged_pairs(given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The pairs that were judged, the more important KPI first."""
    first, second = np.nonzero(np.triu(~np.isnan(given), 1))
    turned = given[first, second] < 1
    return np.where(turned, second, first), np.where(turned, first, second)


def _best(
    given: np.ndarray, first: np.ndarray, second: np.ndarray, random_index: Mapping[int, float]
) -> tuple[np.ndarray, np.ndarray]:
    """The answer for each pair that leaves the least ratio, and that ratio; the nearest of equals."""
    if not len(first):
        return np.empty(0), np.empty(0)
    pair = np.repeat(np.arange(len(first)), len(SCALE))
    answer = np.tile(SCALE, len(first))
    trials = np.repeat(given[None], len(pair), axis=0)
    each = np.arange(len(pair))
    trials[each, first[pair], second[pair]] = answer
    trials[each, second[pair], first[pair]] = 1 / answer
    ratio = np.asarray(ahp(trials, random_index=random_index).consistency_ratio).reshape(len(first), -1)
    change = np.abs(np.log(SCALE) - np.log(given[first, second])[:, None])
    equal = ratio <= ratio.min(axis=1, keepdims=True) + _GAIN
    chosen = np.where(equal, change, np.inf).argmin(axis=1)
    return SCALE[chosen], ratio[np.arange(len(first)), chosen]


def _implied(given: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """What the other judgements alone say of each pair; NaN where they say nothing."""
    found = np.full(len(first), np.nan)
    for k, (i, j) in enumerate(zip(first, second, strict=True)):
        without = given.copy()
        without[i, j] = without[j, i] = np.nan
        if reached(without[None]).all():
            logs = log_weights(without[None])[0]
            found[k] = np.exp(logs[i] - logs[j])
    return found
