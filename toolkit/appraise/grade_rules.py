"""Grades by the score reached, by place, or in agreed shares; as positions from the best grade down."""

from __future__ import annotations

import numpy as np

from toolkit.appraise.grid import placed
from toolkit.money import split
from toolkit.scheme.curve import rounded
from toolkit.scheme.grades import Grades


def grade_positions(grades: Grades, scores: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The position of each score's grade in `grades.names`; -1 where there is none.

    By score, a score on an edge has that grade and one below the last edge the last. By rank and by shares,
    equal scores share the best of their places, so that a tie on a border takes the better grade for all who
    share it; the next grade then has fewer.

    Parameters
    ----------
    grades : Grades
    scores : array of float
        At 8 decimals; NaN has no grade.
    group : array of int
        Who is ranked together.

    Examples
    --------
    >>> by_place = Grades(by="rank", first={"A": 1, "B": 3}, then="C")
    >>> together = np.zeros(5, dtype=int)
    >>> grade_positions(by_place, np.array([90.0, 90.0, 80.0, 70.0, np.nan]), together).tolist()
    [0, 0, 1, 2, -1]
    """
    if grades.by == "score":
        return _by_edges(grades.edges, scores)
    place = placed(group, scores)
    if grades.by == "rank":
        found = np.searchsorted(np.array(list(grades.first.values())), np.nan_to_num(place), side="left")
        return np.where(np.isnan(place), -1, found)
    size = np.bincount(group[~np.isnan(scores)], minlength=int(group.max(initial=-1)) + 1)[group]
    few = size < grades.least
    found = _by_shares(list(grades.shares.values()), place, size)
    small = _by_edges(grades.edges, scores) if grades.edges else np.full(len(scores), -1)
    return np.where(few, small, np.where(np.isnan(place), -1, found))


def _by_edges(edges: dict[str, float], scores: np.ndarray) -> np.ndarray:
    rising = rounded(np.array(list(edges.values()))[::-1])
    reached = np.maximum(np.searchsorted(rising, scores, side="right") - 1, 0)
    return np.where(np.isnan(scores), -1, len(rising) - 1 - reached)


def _by_shares(shares: list[float], place: np.ndarray, size: np.ndarray) -> np.ndarray:
    """The first grade whose last place is not passed; of each size of group the places are whole people."""
    found = np.zeros(len(place), dtype=np.int64)
    for n in np.unique(size):
        last = np.cumsum(grade_counts(shares, int(n)))
        here = size == n
        found[here] = np.minimum(np.searchsorted(last, place[here], side="left"), len(shares) - 1)
    return found


def grade_counts(shares: list[float], n: int) -> list[int]:
    """How many of n people each grade has: by largest remainder, of equal ones the better grade's.

    Examples
    --------
    >>> grade_counts([0.2, 0.7, 0.1], 14)  # 2.8, 9.8, 1.4
    [3, 10, 1]
    """
    return [int(count) for count in split(n, np.array(shares))]
