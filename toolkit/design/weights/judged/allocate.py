"""Weights given as numbers: 100 points to share out, or how far each swing counts beside the largest."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.errors import DataError, Problems

WHOLE = 100.0
ROUNDING = 0.5  # points: three thirds written 33, 33, 33.5 are meant as a whole


def points(allocation: ArrayLike) -> np.ndarray:
    """Weights from 100 points shared out among KPIs.

    Parameters
    ----------
    allocation : array_like or Series, shape (K,)
        Points from 0 on, in any order of KPIs, which is kept; they sum to 100, give or take 0.5 for rounding.

    Returns
    -------
    ndarray, shape (K,)
        Weights that sum to 1.

    Raises
    ------
    DataError
        No KPI; blanks; points under 0; another sum. All at once.

    References
    ----------
    Metfessel (1947), Journal of Psychology 24:229-235: the constant sum.

    Examples
    --------
    >>> points([40, 30, 20, 10]).tolist()
    [0.4, 0.3, 0.2, 0.1]
    """
    values, names = _read(allocation)
    problems = _unusable(values, names, WHOLE, WHOLE + ROUNDING)
    total = float(values.sum())
    if not len(problems) and abs(total - WHOLE) > ROUNDING + 1e-9:
        problems.add("weights.points_sum", value=_plain(total))
    problems.raise_as(DataError)
    return values / total


def swing(ratings: ArrayLike) -> np.ndarray:
    """Weights from swings: the KPI whose way from floor to target counts most is 100, the others beside it.

    Parameters
    ----------
    ratings : array_like or Series, shape (K,)
        0 to 100, the largest exactly 100; several may be.

    Returns
    -------
    ndarray, shape (K,)
        Weights that sum to 1.

    Raises
    ------
    DataError
        No KPI; blanks; ratings outside 0 to 100; none of them 100. All at once.

    References
    ----------
    von Winterfeldt and Edwards (1986), Decision Analysis and Behavioral Research, ch. 8: swing weights.

    Examples
    --------
    >>> swing([100, 60, 40]).tolist()
    [0.5, 0.3, 0.2]
    """
    values, names = _read(ratings)
    problems = _unusable(values, names, WHOLE, WHOLE)
    if not len(problems) and values.max() != WHOLE:
        problems.add("weights.swing_top", value=_plain(float(values.max())))
    problems.raise_as(DataError)
    return values / values.sum()


def _read(answers: ArrayLike) -> tuple[np.ndarray, list[str]]:
    """Answers as numbers, with what each is called: its label, or its place from 1 on."""
    values = np.array(answers, dtype=float)
    if values.ndim != 1 or not len(values):
        problems = Problems()
        problems.add("weights.answers_shape", value=" × ".join(map(str, values.shape)) or "1")
        problems.raise_as(DataError)
    labels = answers.index if isinstance(answers, pd.Series) else range(1, len(values) + 1)
    return values, [str(label) for label in labels]


def _unusable(values: np.ndarray, names: list[str], most: float, reach: float) -> Problems:
    """Blanks and answers outside their range; `reach` allows for rounding, `most` is what is told."""
    problems = Problems()
    for name, value in zip(names, values, strict=True):
        if not np.isfinite(value):
            problems.add("weights.answer_blank", column=name)
        elif not 0 <= value <= reach:
            problems.add("weights.answer_range", column=name, value=_plain(value), most=_plain(most))
    return problems


def _plain(value: float) -> str:
    return f"{value:.10g}"
