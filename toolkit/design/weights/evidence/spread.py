"""Weights from how far a KPI tells participants apart: standard deviation, entropy, CRITIC."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.design.weights.evidence.normalise import refuse_negative
from toolkit.errors import DataError, NotEnoughData, Problem

FEWEST_ROWS = 2  # one observation differs from nothing
_FLAT = 1e-12  # a range below this share of the column's size is rounding, not difference


class FromData(NamedTuple):
    """Weights (k,) that sum to 1; `n` rows were used and `dropped` left out for a blank.

    `notes` say in words what a reader must know: constant KPIs, or that all of them say the same.
    """

    weights: np.ndarray
    n: int
    dropped: int
    notes: tuple[Problem, ...]


def standard_deviation(values: np.ndarray | pd.DataFrame) -> FromData:
    """The more a KPI tells participants apart, the more it weighs: σ_k / Σσ.

    Parameters
    ----------
    values : ndarray or DataFrame, shape (n, k)
        Made comparable first, best with `by_target`: of raw values the weights would change with the unit.
        Rows with a blank are left out and counted; a constant KPI gets 0 and a note.

    Raises
    ------
    NotEnoughData
        Fewer than 2 whole rows, or every KPI is constant.

    References
    ----------
    Diakoulaki, Mavrotas and Papayannakis (1995), Computers & Operations Research 22:763-770.

    Examples
    --------
    >>> standard_deviation(np.array([[0.0, 0.5], [1.0, 0.5], [0.5, 0.5]])).weights.tolist()
    [1.0, 0.0]
    """
    rows = _whole_rows(values)
    spread = np.where(rows.constant, 0.0, rows.values.std(axis=0))
    return FromData(spread / spread.sum(), len(rows.values), rows.dropped, rows.notes)


def entropy(values: np.ndarray | pd.DataFrame) -> FromData:
    """The less evenly a KPI is shared out among the rows, the more it weighs: (1 − E_k) / Σ(1 − E).

    E_k = −Σ p ln p / ln n with p each row's share of the column's sum and 0·ln 0 = 0.

    Parameters
    ----------
    values : ndarray or DataFrame, shape (n, k)
        0 or more; a column is divided by its sum. Rows with a blank are left out and counted; a constant
        KPI, of zeros too, gets 0 and a note.

    Raises
    ------
    DataError
        Negative values; they are never taken as positive.
    NotEnoughData
        Fewer than 2 whole rows, or every KPI is constant.

    References
    ----------
    Zavadskas and Podvezko (2016), Int. J. Information Technology & Decision Making 15:267-283.

    Examples
    --------
    >>> entropy(np.array([[1.0, 5.0], [0.0, 5.0], [2.0, 5.0]])).weights.tolist()
    [1.0, 0.0]
    """
    rows = _whole_rows(values)
    refuse_negative(rows.values)
    sums = rows.values.sum(axis=0)
    p = rows.values / np.where(sums > 0, sums, 1.0)
    terms = p * np.log(np.where(p > 0, p, 1.0))
    apart = np.where(rows.constant, 0.0, 1 + terms.sum(axis=0) / np.log(len(p)))
    return FromData(apart / apart.sum(), len(p), rows.dropped, rows.notes)


def pearson(values: np.ndarray) -> np.ndarray:
    """Correlations of columns that vary, shape (k, k).

    Examples
    --------
    >>> pearson(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])).round(6).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    return np.atleast_2d(np.corrcoef(values, rowvar=False))


def spearman(values: np.ndarray) -> np.ndarray:
    """Correlations of the columns' ranks, ties at their mean, shape (k, k).

    Examples
    --------
    >>> spearman(np.array([[1.0, 9.0], [2.0, 4.0], [30.0, 1.0]])).round(6).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    return pearson(stats.rankdata(values, axis=0))


def critic(
    values: np.ndarray | pd.DataFrame, correlation: Callable[[np.ndarray], np.ndarray] = pearson
) -> FromData:
    """A KPI weighs more the more it tells participants apart and the less it repeats others: σ_k Σ(1 − r_kj).

    Parameters
    ----------
    values : ndarray or DataFrame, shape (n, k)
        Made comparable with better always more, best with `by_target`: the direction decides the sign of
        every correlation. Rows with a blank are left out and counted; a constant KPI gets 0 and a note.
    correlation : callable
        `pearson` or `spearman`, or any function of the values that returns their correlations.

    Returns
    -------
    FromData
        Where all KPIs that vary say exactly the same, the shares of their standard deviations, with a note.

    Raises
    ------
    NotEnoughData
        Fewer than 2 whole rows, or every KPI is constant.

    References
    ----------
    Diakoulaki, Mavrotas and Papayannakis (1995), Computers & Operations Research 22:763-770.

    Examples
    --------
    >>> critic(np.array([[0.0, 0.1, 1.0], [0.5, 0.4, 0.0], [1.0, 1.0, 0.4]])).weights.round(3).tolist()
    [0.269, 0.222, 0.509]
    """
    rows = _whole_rows(values)
    varies = ~rows.constant
    spread = rows.values[:, varies].std(axis=0)
    apart = spread * (1 - correlation(rows.values[:, varies])).sum(axis=0)
    notes = rows.notes
    if apart.sum() <= _FLAT * spread.sum():
        if varies.sum() > 1:
            notes = (*notes, Problem("weights.say_the_same", value=int(varies.sum())))
        apart = spread
    weights = np.zeros(len(varies))
    weights[varies] = apart / apart.sum()
    return FromData(weights, len(rows.values), rows.dropped, notes)


class _Rows(NamedTuple):
    values: np.ndarray
    dropped: int
    constant: np.ndarray
    notes: tuple[Problem, ...]


def _whole_rows(values: np.ndarray | pd.DataFrame) -> _Rows:
    """Rows without a blank, and which KPIs are the same in all of them."""
    given = np.array(values, dtype=float)
    given = given[:, None] if given.ndim == 1 else given
    if given.ndim != 2 or given.shape[1] == 0:
        raise DataError(Problem("weights.no_table", value=str(given.shape)))
    names = [str(c) for c in values.columns] if isinstance(values, pd.DataFrame) else None
    called = names or [str(k + 1) for k in range(given.shape[1])]
    whole = np.isfinite(given).all(axis=1)
    if whole.sum() < FEWEST_ROWS:
        worst = called[int((~np.isfinite(given)).sum(axis=0).argmax())] if len(given) else ""
        raise NotEnoughData(
            Problem("weights.few_rows", value=int(whole.sum()), values={"least": FEWEST_ROWS, "kpi": worst})
        )
    rows = given[whole]
    constant = np.ptp(rows, axis=0) <= _FLAT * np.abs(rows).max(axis=0)
    if constant.all():
        raise NotEnoughData(Problem("weights.all_constant", value=len(rows)))
    notes = tuple(Problem("weights.constant_kpi", value=called[k]) for k in np.flatnonzero(constant).tolist())
    return _Rows(rows, int((~whole).sum()), constant, notes)
