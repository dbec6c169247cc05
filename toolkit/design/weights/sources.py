"""Where weights may come from: judgement, equality, data and the outcome; and all of them together."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.design.weights.acting.calibrate import LEAST_ROWS
from toolkit.design.weights.acting.history import History
from toolkit.design.weights.acting.stretch import pivot
from toolkit.design.weights.brief import Outcome, WeightBrief
from toolkit.design.weights.evidence.normalise import HIGHER, LOWER, by_target
from toolkit.design.weights.evidence.outcome import outcome_shares
from toolkit.design.weights.evidence.spread import critic, entropy, standard_deviation
from toolkit.design.weights.settle.bounds import Bounds, project
from toolkit.design.weights.settle.pool import log_pool
from toolkit.design.weights.settle.steps import in_steps
from toolkit.errors import DataError, NotEnoughData, Problem
from toolkit.scheme.measure import Measure

GATE_ROWS, GATE_PEOPLE = 120, 15  # METHODS 3f: below, data and outcome do not count
NAMES = ("expert", "equal", "data", "outcome")
_FROM_DATA = {"critic": critic, "entropy": entropy, "standard_deviation": standard_deviation}
_FULL = 100.0


class Sources(NamedTuple):
    """Weights by source (rows as `NAMES`, NaN where refused), what each counts, the result, and refusals."""

    weights: np.ndarray
    shares: np.ndarray
    reconciled: np.ndarray
    refused: tuple[tuple[str, Problem], ...]


def normalised(past: History) -> pd.DataFrame:
    """What was read of each measure, 0 at the floor of its scoring range and 1 where it gives full marks.

    The scheme's own fixed points: one participant more or less moves nobody's number. What lies beyond the
    range is as at its end, for the scheme does not see it. A rule that is no curve gives its score.
    """
    return pd.DataFrame({m.name: _normalised(m, past) for m in past.measures})


def _normalised(measure: Measure, past: History) -> pd.Series:
    middle = pivot(measure)
    if middle is None:
        return past.scores[measure.name] / _FULL
    xs = [x for x, _ in measure.curve.points]
    rising = measure.curve.points[0][1] <= measure.curve.points[-1][1]
    floor = xs[0] if rising else xs[-1]
    if abs(middle - floor) < 1e-9:  # full marks at once, or none
        return past.scores[measure.name] / _FULL
    seen = past.reading[measure.name].clip(xs[0], xs[-1])
    values = by_target(seen.to_numpy(dtype=float), floor, middle, HIGHER if rising else LOWER)
    return pd.Series(values[:, 0], index=seen.index)


def sources_of(
    client: Engagement, past: History | None, agreed: np.ndarray, expert: np.ndarray, brief: WeightBrief
) -> tuple[np.ndarray, np.ndarray, list[tuple[str, Problem]]]:
    """Weights by source and what each may count; below the gate data and outcome count nothing.

    Parameters
    ----------
    client : Engagement
    past : History, optional
    agreed, expert : ndarray, shape (k,)
        The group's judgement is NaN where nobody was asked.
    brief : WeightBrief
    """
    k, refused = len(agreed), []
    weights = np.full((len(NAMES), k), math.nan)
    weights[0], weights[1] = expert, 1 / k
    shares = np.array([brief.counts[name] for name in NAMES])
    rows = 0 if past is None else len(past.reading)
    people = 0 if past is None else past.reading.index.get_level_values("participant").nunique()
    if past is not None and rows >= LEAST_ROWS:
        try:
            read = _FROM_DATA[brief.data](normalised(past))
            weights[2] = read.weights
            refused += [("data", note) for note in read.notes]
        except (DataError, NotEnoughData) as error:
            refused.append(("data", error.problems[0]))
    if rows < GATE_ROWS or people < GATE_PEOPLE:
        values = {"people": people, "rows": GATE_ROWS, "least": GATE_PEOPLE}
        if brief.counts["data"] > 0:
            refused.append(("data", Problem("weigh.data_gate", value=rows, values=values)))
        shares[2] = 0.0
    if brief.outcome is None and brief.counts["outcome"] > 0:
        refused.append(("outcome", Problem("weigh.outcome_unnamed", value="sources.outcome")))
    if brief.outcome is not None:
        try:
            weights[3], notes = outcome_weights(client, past, brief.outcome)
            refused += [("outcome", note) for note in notes]
        except NotEnoughData as error:
            refused.append(("outcome", error.problems[0]))
    return weights, shares, refused


def outcome_weights(
    client: Engagement, past: History | None, outcome: Outcome
) -> tuple[np.ndarray, list[Problem]]:
    """What each measure tells of an outcome one span later, as shares of what all of them tell.

    Differences between people in a period only: each period's mean is taken off on both sides.

    Raises
    ------
    NotEnoughData
        Below the gate, or the outcome is not measured for these people and periods.
    """
    if past is None:
        raise NotEnoughData(Problem("weigh.no_past_for_outcome", value=outcome.kpi))
    calendar, scheme = client.calendar, past.scheme
    steps = max(1, calendar.periods_per_year(scheme.score_every) // calendar.periods_per_year(outcome.after))
    panel = past.appraisal.panel
    own = panel[(panel["kpi"] == outcome.kpi) & (panel["level"] == scheme.level)]
    later = own.set_index(["participant", "period"])["value"].astype(float)
    index = past.reading.index
    then = [(who, calendar.shift(str(period), steps)) for who, period in index]
    y = pd.Series(later.reindex(pd.MultiIndex.from_tuples(then)).to_numpy(), index=index)
    x = normalised(past)[y.notna()]
    y = y.dropna()
    if y.empty:
        raise NotEnoughData(Problem("weigh.no_outcome", value=outcome.kpi))
    x = x - x.groupby(level="period").transform("mean")
    y = y - y.groupby(level="period").transform("mean")
    person = pd.factorize(y.index.get_level_values("participant"))[0]
    found = outcome_shares(x, y.to_numpy(), person, GATE_ROWS, GATE_PEOPLE)
    against = [name for name, turned in zip(past.names, found.negative, strict=True) if turned]
    notes = [Problem("weigh.outcome_against", value=", ".join(against))] if against else []
    return found.weights, [*found.notes, *notes]


def reconcile(
    weights: np.ndarray, shares: np.ndarray, agreed: np.ndarray, bounds: Bounds, step: float
) -> tuple[np.ndarray, Problem | None]:
    """One set of weights from all sources, within bounds and in steps; NaN with the reason where none is.

    Where nobody was asked, the agreed weights stand for judgement: somebody did agree them.
    """
    pooled = weights.copy()
    if np.isnan(pooled[0]).any():
        pooled[0] = agreed
    try:
        return in_steps(project(np.asarray(log_pool(pooled, shares)), bounds), bounds, step), None
    except (DataError, NotEnoughData) as error:
        return np.full(len(agreed), math.nan), error.problems[0]
