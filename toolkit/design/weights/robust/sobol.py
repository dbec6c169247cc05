"""What makes a score unsure: its variance shared out over weights, targets and scoring ranges (Sobol)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import gamma

from toolkit.design.weights.robust.checks import checked_weights
from toolkit.errors import DataError, Problem, Problems
from toolkit.stats import LEVEL

POINTS = 1024
LEAST_POINTS = 64
RESAMPLES = 200  # of SALib's bootstrap
_EDGE = 2.0**-32  # a uniform of exactly 0 or 1 has no finite normal quantile; Sobol's have 30 bits
_DIGITS = 8  # scores that agree to 8 decimals are one score

FromUniform = Callable[[np.ndarray], np.ndarray]
"""Numbers spread evenly between 0 and 1 to values: an inverse such as `scipy.stats.norm(1, 0.1).ppf`."""


def sobol_shares(
    model: Callable[[np.ndarray], np.ndarray],
    inputs: Sequence[tuple[str, FromUniform]],
    groups: Sequence[str],
    n: int = POINTS,
    seed: int = 0,
) -> pd.DataFrame:
    """The share of a result's variance that each group of unsure inputs brings.

    Parameters
    ----------
    model : callable
        Takes rows × inputs (columns in the order of `inputs`), gives one number a row.
    inputs : sequence of (name, inverse distribution)
        Independent of each other. Weights: `weight_inputs`, turned into shares by `as_weights` in the model.
    groups : sequence of str
        The group of each input: weights, targets, ranges.
    n : int
        Points, a power of 2, at least 64; the model sees n × (groups + 2) rows.
    seed : int
        Of the points and of the intervals' bootstrap.

    Returns
    -------
    DataFrame
        `group`; `first` (its share alone), `total` (with all it does together with others), each with its
        90 % interval `first_low` … `total_high`. Near 0 and 1 an estimate may lie a little outside.

    Raises
    ------
    DataError
        A result that is no number at some point or the same everywhere: SALib answers both with zeros. Also
        inputs that are no numbers or named twice, groups that are not one an input, and an `n` not as above.

    References
    ----------
    Saltelli et al. (2010), Computer Physics Communications 181(2), 259-270, table 2 (b) and (f), as in SALib.

    Examples
    --------
    >>> even = lambda u: u
    >>> inputs = [("w", even), ("t", even)]
    >>> found = sobol_shares(lambda x: 2 * x[:, 0] + x[:, 1], inputs, ["weights", "targets"])
    >>> found[["group", "first", "total"]].round(1)
         group  first  total
    0  weights    0.8    0.8
    1  targets    0.2    0.2
    """
    from SALib.sample import sobol as points  # loads a process pool, which nothing else here needs

    names = [name for name, _ in inputs]
    _check(names, groups, n)
    problem = {
        "num_vars": len(names),
        "names": names,
        "groups": list(groups),
        "bounds": [[0, 1]] * len(names),
    }
    u = np.clip(points.sample(problem, n, calc_second_order=False, seed=seed), _EDGE, 1 - _EDGE)
    return _shares(problem, _results(model, _values(inputs, u)), seed)


def weight_inputs(
    names: Sequence[str], weights: np.ndarray, concentration: float
) -> list[tuple[str, FromUniform]]:
    """Unsure weights as independent inputs: gammas whose shares are a Dirichlet's around the weights.

    Parameters
    ----------
    names : sequence of str
        Of the inputs, one a measure.
    weights : ndarray
        Agreed weights, summing to 1; a weight of 0 stays 0.
    concentration : float
        Above 0, as in `dirichlet`.

    Returns
    -------
    list of (name, inverse distribution)
        For `sobol_shares`, all in one group; the model makes shares of their values with `as_weights`.

    Raises
    ------
    DataError
        Weights that are negative or do not sum to 1; a concentration of 0 or less.

    References
    ----------
    Devroye (1986), Non-Uniform Random Variate Generation, theorem XI.4.1, p. 594.

    Examples
    --------
    >>> inputs = weight_inputs(["revenue", "cash"], np.array([0.6, 0.4]), 50)
    >>> medians = np.array([[inverse(np.array([0.5]))[0] for _, inverse in inputs]])
    >>> as_weights(medians).round(2).tolist()
    [[0.6, 0.4]]
    """
    w = checked_weights(weights, len(names))
    if not (np.isfinite(concentration) and concentration > 0):
        raise DataError(Problem("weights.concentration", value=concentration))
    return [
        (name, gamma(share * concentration).ppf if share > 0 else np.zeros_like)
        for name, share in zip(names, w.tolist(), strict=True)
    ]


def as_weights(values: np.ndarray) -> np.ndarray:
    """Shares of each row's sum.

    Examples
    --------
    >>> as_weights(np.array([[3.0, 1.0]])).tolist()
    [[0.75, 0.25]]
    """
    return values / values.sum(axis=-1, keepdims=True)


def _shares(problem: dict[str, Any], y: np.ndarray, seed: int) -> pd.DataFrame:
    """SALib's estimates by group, with their intervals."""
    from SALib.analyze import sobol as shares

    # A seed of 0 would make SALib draw from numpy's global generator.
    found = shares.analyze(
        problem, y, calc_second_order=False, num_resamples=RESAMPLES, conf_level=LEVEL, seed=seed + 1
    )
    table = pd.DataFrame({"group": list(dict.fromkeys(problem["groups"]))}).astype({"group": "str"})
    for name, key in (("first", "S1"), ("total", "ST")):
        value, half = found[key], found[f"{key}_conf"]
        table[name], table[f"{name}_low"], table[f"{name}_high"] = value, value - half, value + half
    return table


def _check(names: list[str], groups: Sequence[str], n: int) -> None:
    """All that is wrong with the question before a model runs."""
    problems = Problems()
    for name, times in Counter(names).items():
        if times > 1:
            problems.add("weights.sobol_names", value=name)
    if not names or len(groups) != len(names):
        problems.add("weights.sobol_groups", value=len(groups), count=len(names))
    elif len(set(groups)) == 1:
        problems.add("weights.sobol_one_group", value=groups[0])
    if n < LEAST_POINTS or n & (n - 1):
        problems.add("weights.sobol_size", value=n)
    problems.raise_as(DataError)


def _values(inputs: Sequence[tuple[str, FromUniform]], u: np.ndarray) -> np.ndarray:
    """Every input's values at the points; those that are no numbers are named, all of them."""
    problems = Problems()
    values = np.empty_like(u)
    for column, (name, inverse) in enumerate(inputs):
        values[:, column] = inverse(u[:, column])
        bad = int((~np.isfinite(values[:, column])).sum())
        if bad:
            problems.add("weights.sobol_inputs", value=name, count=bad)
    problems.raise_as(DataError)
    return values


def _results(model: Callable[[np.ndarray], np.ndarray], values: np.ndarray) -> np.ndarray:
    """The model's results, refused where SALib would answer with zeros."""
    y = np.asarray(model(values), dtype=float)
    if y.shape != (len(values),):
        raise DataError(Problem("weights.sobol_outputs", value=y.size, values={"count": len(values)}))
    bad = int((~np.isfinite(y)).sum())
    if bad:
        raise DataError(Problem("weights.sobol_missing", value=bad, values={"count": len(y)}))
    if np.ptp(np.round(y, _DIGITS)) == 0:
        raise DataError(Problem("weights.sobol_constant", value=round(float(y[0]), _DIGITS)))
    return y
