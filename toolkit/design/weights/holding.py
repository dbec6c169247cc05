"""How far places and scores hang on the weights: who is first, who might be, what makes a score unsure."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.design.weights.acting.history import History
from toolkit.design.weights.acting.stretch import pivot
from toolkit.design.weights.brief import Uncertainty
from toolkit.design.weights.robust.smaa import dirichlet, smaa
from toolkit.design.weights.robust.sobol import as_weights, sobol_shares, weight_inputs
from toolkit.design.weights.robust.stability import first_place
from toolkit.design.weights.study import empty
from toolkit.errors import DataError, NotEnoughData, Problem, ToolkitError
from toolkit.scheme.measure import Measure

_OFTEN = 0.05  # a place that fewer draws give is not called within reach
_BASE = 256  # Saltelli's n: 256 × (groups + 2) scores of one person
_MOST_ALIKE = 2  # somebody alone has no place to lose
FEWEST_PLACES = 5  # of fewer there is hardly a middle, and a first place says little


class Holding(NamedTuple):
    """The tables of a study about robustness, the period they are about, and refusals."""

    first: pd.DataFrame
    places: pd.DataFrame
    sobol: pd.DataFrame
    period: str
    refused: tuple[tuple[str, Problem], ...]


def concentration(weights: np.ndarray, doubt: float) -> float:
    """The Dirichlet concentration with which weights move by `doubt` on average (standard deviation).

    Examples
    --------
    >>> round(concentration(np.array([0.5, 0.5]), 0.05))
    99
    """
    return max(1.0, float((weights * (1 - weights)).mean()) / doubt**2 - 1)


def holding(past: History, doubt: Uncertainty, seed: int = 0) -> Holding:
    """Everything about robustness, on the last period that was paid (or, unpaid, scored).

    Parameters
    ----------
    past : History
    doubt : Uncertainty
    seed : int
    """
    scores, reading = (
        (past.pay_scores, past.pay_reading) if len(past.pay_scores) else (past.scores, past.reading)
    )
    period = str(max(scores.index.get_level_values("period")))
    now = scores.index.get_level_values("period") == period
    last, read = scores[now].droplevel("period"), reading[now].droplevel("period")
    refused: list[tuple[str, Problem]] = []
    first, places = empty("first_place"), empty("places")
    if len(last) < _MOST_ALIKE:
        refused.append(("first_place", Problem("weigh.alone", value=period)))
    elif len(last) < FEWEST_PLACES:
        few = Problem("weigh.few_places", value=len(last), values={"least": FEWEST_PLACES})
        refused.append(("first_place", few))
    else:
        first, places = _first(last, past.agreed), _places(last, past.agreed, doubt.weights, seed)
    sobol = empty("sobol")
    if len(last) >= FEWEST_PLACES:
        try:
            sobol = _sobol(past, read, last, doubt, seed)
        except (DataError, NotEnoughData) as error:
            refused.append(("sobol", _told(error)))
    return Holding(first, places, sobol, period, tuple(refused))


def _told(error: ToolkitError) -> Problem:
    return error.problems[0]


def _first(scores: pd.DataFrame, agreed: np.ndarray) -> pd.DataFrame:
    table = first_place(scores, agreed).rename_axis("measure").reset_index()
    table["then"] = table["then"].astype(object).where(table["then"].notna(), "").astype(str)
    return table[list(empty("first_place"))].astype(empty("first_place").dtypes.to_dict())


def _places(scores: pd.DataFrame, agreed: np.ndarray, doubt: float, seed: int) -> pd.DataFrame:
    """Each participant's place, the best within reach, how often first, and the mean place."""
    drawn = smaa(scores.to_numpy(), dirichlet(agreed, concentration(agreed, doubt)), seed=seed, wins=False)
    often = drawn.acceptability
    total = pd.Series(np.round(scores.to_numpy() @ agreed, 8), index=scores.index)
    found = pd.DataFrame(
        {
            "participant": scores.index.astype(str),
            "agreed_place": total.rank(method="min", ascending=False).to_numpy(),
            "best": (often.cumsum(axis=1) >= _OFTEN).argmax(axis=1) + 1.0,
            "share_first": often[:, 0],
            "expected_place": often @ np.arange(1.0, often.shape[1] + 1),
        }
    )
    ordered = found.sort_values(["agreed_place", "expected_place"], kind="stable", ignore_index=True)
    return ordered.astype(empty("places").dtypes.to_dict())


def _sobol(
    past: History, reading: pd.DataFrame, scores: pd.DataFrame, doubt: Uncertainty, seed: int
) -> pd.DataFrame:
    """What the doubt about the score of somebody in the middle is made of."""
    agreed = past.agreed
    total = scores.to_numpy() @ agreed
    middle = int(np.argsort(total, kind="stable")[(len(total) - 1) // 2])
    kappa = concentration(agreed, doubt.weights)
    bend = [m for m in past.measures if pivot(m) is not None]
    inputs: list[tuple[str, Any]] = list(weight_inputs([f"weight {n}" for n in past.names], agreed, kappa))
    groups = ["weights"] * len(inputs)
    if doubt.targets > 0 and bend:
        inputs += [(f"target {m.name}", _between(1 - doubt.targets, 1 + doubt.targets)) for m in bend]
        groups += ["targets"] * len(bend)
    if doubt.ranges > 0 and bend:
        reach = math.log1p(doubt.ranges)
        inputs += [(f"range {m.name}", _between(-reach, reach)) for m in bend]
        groups += ["ranges"] * len(bend)
    if len(set(groups)) < 2 or len(agreed) < 2:
        raise NotEnoughData(Problem("weigh.one_doubt", value=len(set(groups))))
    model = _Model(past, reading.iloc[middle], scores.iloc[middle], bend, groups)
    found = sobol_shares(model, inputs, groups, _BASE, seed)
    return found[list(empty("sobol"))].astype(empty("sobol").dtypes.to_dict())


def _between(low: float, high: float) -> Any:
    return stats.uniform(low, high - low).ppf


class _Model:
    """One person's score for rows of weights (unscaled), factors of targets and logs of range factors."""

    def __init__(
        self,
        past: History,
        reading: pd.Series,
        scores: pd.Series,
        bend: list[Measure],
        groups: list[str],
    ) -> None:
        self.measures, self.reading, self.scores, self.bend = past.measures, reading, scores, bend
        self.k = len(past.measures)
        self.targets = groups.index("targets") if "targets" in groups else None
        self.ranges = groups.index("ranges") if "ranges" in groups else None

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        weights = as_weights(rows[:, : self.k])
        scored = np.column_stack([self._scored(m, rows) for m in self.measures])
        return (weights * scored).sum(axis=1)

    def _scored(self, measure: Measure, rows: np.ndarray) -> np.ndarray:
        """The measure's score with its target and its range otherwise; as it was for one that has none."""
        if measure not in self.bend:
            return np.full(len(rows), float(self.scores[measure.name]))
        at = self.bend.index(measure)
        middle = pivot(measure)
        assert middle is not None  # that is what `bend` holds
        x = np.full(len(rows), float(self.reading[measure.name]))
        if self.targets is not None:  # a target 10 % higher: the same attainment is 1 / 1.1 of it
            x = _retargeted(x, rows[:, self.targets + at], middle, measure)
        if self.ranges is not None:
            x = middle + (x - middle) * np.exp(rows[:, self.ranges + at])
        return measure.curve(x)


def _retargeted(x: np.ndarray, factor: np.ndarray, middle: float, measure: Measure) -> np.ndarray:
    """What is read where the target is so many times what it is; a curve over actuals has it at 100."""
    return x / factor if measure.scoring.reads == "attainment" else x - middle * (factor - 1)
