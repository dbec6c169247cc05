"""Weights that several people give, read and checked once for every function of this room."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.errors import DataError, Problems

# Half of the smallest share that 100 points can say. Below it, 0 among the rest, a share is raised to it:
# a geometric mean would else let one person's 0 be a veto.
LEAST_SHARE = 0.005


class Answers(NamedTuple):
    """A row a respondent, a column a KPI; NaN where a respondent did not judge a KPI. Rows sum to 1.

    Without names, people and KPIs are counted from 1."""

    shares: np.ndarray
    respondents: pd.Index
    kpis: pd.Index


def answers(priorities: ArrayLike | pd.DataFrame) -> Answers:
    """Everybody's weights as shares of what each of them judged.

    Parameters
    ----------
    priorities : array_like or DataFrame, shape (respondents, K)
        Weights in any unit from 0 on; NaN where a respondent did not judge a KPI.

    Raises
    ------
    DataError
        No table; a weight under 0 or infinite; a respondent with nothing above 0. All at once.

    Examples
    --------
    >>> answers([[60, 40], [1, 3]]).shares.tolist()
    [[0.6, 0.4], [0.25, 0.75]]
    """
    frame = priorities if isinstance(priorities, pd.DataFrame) else None
    values = np.array(priorities, dtype=float)
    problems = Problems()
    if values.ndim != 2 or 0 in values.shape:
        problems.add("weights.group_table", value=" × ".join(map(str, values.shape)) or "1")
        problems.raise_as(DataError)
    counted = [pd.RangeIndex(1, n + 1) for n in values.shape]  # what people and KPIs without names are called
    people, kpis = counted if frame is None else (frame.index, frame.columns)
    for row, column in np.argwhere((values < 0) | np.isinf(values)):
        told = f"{values[row, column]:.10g}"
        problems.add(
            "weights.group_range", column=str(kpis[int(column)]), value=told, who=str(people[int(row)])
        )
    for row in np.flatnonzero(~(np.nan_to_num(values, nan=0.0) > 0).any(axis=1)):
        problems.add("weights.group_nothing", value=str(people[int(row)]))
    problems.raise_as(DataError)
    shares = values / np.nansum(values, axis=1, keepdims=True)
    return Answers(shares, people, kpis)


def raised(shares: np.ndarray) -> np.ndarray:
    """Shares with everything below `LEAST_SHARE` raised to it and the rest scaled down to make room.

    Parameters
    ----------
    shares : ndarray, shape (respondents, K)
        Rows that sum to 1 without their blanks, which stay.

    References
    ----------
    Martín-Fernández, Barceló-Vidal and Pawlowsky-Glahn (2003), Mathematical Geology 35:253-278:
    multiplicative replacement, which leaves the ratios of all other shares as they were.

    Examples
    --------
    >>> raised(np.array([[0.8, 0.2, 0.0]])).round(4).tolist()
    [[0.796, 0.199, 0.005]]
    """
    low = shares < LEAST_SHARE
    kept = np.where(low, 0.0, shares)
    room = 1 - LEAST_SHARE * low.sum(axis=1, keepdims=True)
    # More KPIs than 1/LEAST_SHARE leave no room at all; then raise in proportion and let the row be closed.
    scaled = kept * np.maximum(room, LEAST_SHARE) / np.nansum(kept, axis=1, keepdims=True)
    return np.where(low, LEAST_SHARE, scaled)


def people_shares(shares: ArrayLike | None, count: int) -> np.ndarray:
    """How much each respondent counts, summing to 1; all alike where nothing is said.

    Parameters
    ----------
    shares : array_like, shape (respondents,), optional
        From 0 on, in any unit; 0 leaves a respondent out.

    Raises
    ------
    DataError
        Another number of shares than respondents, a blank, one under 0, or none above 0.

    Examples
    --------
    >>> people_shares([2, 1, 1], 3).tolist()
    [0.5, 0.25, 0.25]
    """
    if shares is None:
        return np.full(count, 1 / count)
    values = np.array(shares, dtype=float)
    problems = Problems()
    if values.shape != (count,):
        problems.add("weights.group_shares_count", value=values.size, count=count)
        problems.raise_as(DataError)
    for at in np.flatnonzero(~(np.isfinite(values) & (values >= 0))):
        problems.add("weights.group_share", value=f"{values[at]:.10g}", place=int(at) + 1)
    if not len(problems) and not values.sum() > 0:
        problems.add("weights.group_no_share", value=count)
    problems.raise_as(DataError)
    return values / values.sum()
