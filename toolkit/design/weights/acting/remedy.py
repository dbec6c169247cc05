"""What brings a scheme's weights to do what was agreed: ranges first, then weights, then steps of 5 %."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from itertools import permutations
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.design.weights.acting.calibrate import (
    calibrate,
    covariance_shares,
    enough,
    nearest_within,
)
from toolkit.design.weights.acting.history import History
from toolkit.design.weights.acting.ranges import (
    LIMIT,
    changed_rules,
    fitting_factors,
    fixed_ranges,
    range_table,
)
from toolkit.design.weights.acting.spread import collinear, spread, still
from toolkit.design.weights.acting.stages import Stage, settled_again, stage
from toolkit.design.weights.settle.bounds import Bounds, agreed_order
from toolkit.design.weights.settle.rules import per_cent
from toolkit.design.weights.settle.steps import STEP, in_steps
from toolkit.errors import DataError, Problem, Problems
from toolkit.scheme.scheme import Scheme

LEAST, MOST = 0.05, 0.50  # of a weight, where nobody says otherwise (METHODS 3b)
_FELT = 0.005  # half a percentage point: a gap below it is none that is shown


@dataclass(frozen=True)
class Remedies:
    """Stages from what was agreed to what does it.

    Parameters
    ----------
    measures : tuple of str
    target : ndarray, shape (k,)
        Shares of the differences that are asked; they sum to 1.
    stages : tuple of Stage
        agreed, ranges, weights, steps, as far as they go; each is on the same rows and keeps what the one
        before changed.
    ranges : DataFrame
        measure, factor, before, after (points of the curve, on the 100-point scale; x of attainment or
        actual), why (moved, not_needed, kept, widen_only, rank, matrix, rating, no_full_marks).
    notes : tuple of Problem
        What is worth saying, in words by `describe`: a KPI that cannot act or acts against the others, ranges
        that cannot move, what was not reached.
    """

    measures: tuple[str, ...]
    target: np.ndarray
    stages: tuple[Stage, ...]
    ranges: pd.DataFrame
    notes: tuple[Problem, ...]

    @property
    def nearest(self) -> Stage:
        """The stage whose shares come nearest to what is asked."""
        return min(self.stages, key=lambda s: s.gap)

    @property
    def gap(self) -> float:
        """What remains of the largest gap at the last stage."""
        return self.stages[-1].gap


def remedies(
    past: History,
    scheme: Scheme | None = None,
    bounds: Bounds | None = None,
    never_raise: Collection[str] = (),
    *,
    target: np.ndarray | None = None,
    keep: Collection[str] = (),
    limit: float = LIMIT,
    keep_order: bool = True,
    step: float = STEP,
    shrink: bool = False,
    seed: int = 0,
) -> Remedies:
    """What brings the shares of the differences to what is asked, and what each stage costs.

    First the scoring ranges, at the agreed weights: narrower where a KPI makes too little of the differences,
    wider where too much. Then the weights, then steps that people write down. The owner chooses among them.

    Parameters
    ----------
    past : History
    scheme : Scheme, optional
        The history's own; another is refused.
    bounds : Bounds, optional
        5 % to 50 % of each weight when left out (95 % of two), wider where the agreed weights are.
    never_raise, keep : collection of str
        Measures under a warning, whose weight does not rise and whose range becomes no narrower; measures
        whose range stays as it is.
    target : ndarray, shape (k,), optional
        Shares asked, above 0; the agreed weights when left out.
    limit, step : float
        How much narrower or wider a range may be (1 leaves all as they are); step of the weights written.
    keep_order, shrink : bool
        Keep the agreed order, where the bounds have none; calibrate on correlations shrunk for few rows.

    Raises
    ------
    NotEnoughData
        Fewer than 60 complete rows or 10 people, or scores that are all the same.
    DataError
        Bounds that contradict each other, targets that are not above 0, measures that the scheme has not.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> from toolkit.design.weights.acting.history import history
    >>> client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    >>> found = remedies(history(tk.settle(client), "field_sales"))
    >>> [(s.name, round(s.gap, 2)) for s in found.stages]
    [('agreed', 0.23), ('ranges', 0.18), ('weights', 0.01), ('steps', 0.05)]
    """
    _refuse_unknown(past, scheme, {*never_raise, *keep})
    enough(past.points)
    asked, within = _asked(past, target), _within(past, bounds, never_raise, keep_order)
    within.check()
    keep = past.names if limit == 1 else keep
    return _staged(past, asked, within, _Rules(never_raise, keep, limit, step, shrink, seed))


class _Rules(NamedTuple):
    """How far remedies may go."""

    never_raise: Collection[str]
    keep: Collection[str]
    limit: float
    step: float
    shrink: bool
    seed: int


def _staged(past: History, asked: np.ndarray, within: Bounds, rules: _Rules) -> Remedies:
    """One stage after the other, as far as they go."""
    stages, factors = [stage("agreed", past, asked)], np.ones(len(asked))
    held, keep = rules.never_raise, rules.keep
    if not stages[0].reached:
        columns, how = (past.measures, past.reading, past.scores), (rules.limit, rules.seed)
        factors = fitting_factors(*columns, asked, widen_only=held, keep=keep, limit=how[0], seed=how[1])
    scoring = changed_rules(past.measures, factors)
    moved = settled_again(past, scoring=scoring) if scoring else past
    if scoring:
        stages.append(stage("ranges", moved, asked, factors, scoring))
    covariance = spread(moved.scores, rules.shrink)
    notes = _notes(past, covariance, stages[0], held)
    if not collinear(covariance):
        weighed, refused = _weighed(moved, covariance, asked, within, stages[-1], rules.step)
        stages, notes = [*stages, *weighed], [*notes, *refused]
    notes += _outcome(past.names, asked, stages)
    table = range_table(past.measures, factors, scoring, held, keep)
    return Remedies(past.names, asked, tuple(stages), table, tuple(notes))


def _refuse_unknown(past: History, scheme: Scheme | None, named: set[str]) -> None:
    problems = Problems()
    if scheme is not None and scheme.id != past.scheme.id:
        problems.add("weights.other_scheme", where=past.scheme.id, value=scheme.id)
    for name in sorted(named - set(past.names)):
        problems.add("weights.no_such_measure", where=past.scheme.id, value=name)
    problems.raise_as(DataError)


def _asked(past: History, target: np.ndarray | None) -> np.ndarray:
    """The shares asked, made to sum to 1."""
    given = past.agreed if target is None else np.array(target, dtype=float)
    if given.shape != (len(past.names),):
        values = {"count": len(past.names)}
        raise DataError(Problem("weights.not_covariance", value=str(given.shape), values=values))
    bad = [
        Problem("weights.target_not_positive", value=float(share), values={"name": name})
        for name, share in zip(past.names, given, strict=True)
        if not (np.isfinite(share) and share > 0)
    ]
    if bad:
        raise DataError(bad)
    return given / given.sum()


def _within(past: History, bounds: Bounds | None, never_raise: Collection[str], keep_order: bool) -> Bounds:
    """The bounds with the agreed order and with agreed weights as the most of measures under a warning."""
    agreed = past.agreed
    if bounds is None:
        most = MOST if len(agreed) > 2 else 1 - LEAST  # two at 50 % at most would have no choice
        low, high = np.minimum(agreed, LEAST), np.maximum(agreed, most)
        bounds = Bounds(low, high, names=past.names)
    warned = np.where([name in never_raise for name in past.names], agreed, np.nan)
    limits = warned if bounds.at_most is None else np.fmin(bounds.at_most, warned)
    order = bounds.order or (agreed_order(agreed) if keep_order else ())
    return dataclasses.replace(bounds, at_most=limits, order=order, names=past.names)


def _weighed(
    moved: History,
    covariance: np.ndarray,
    asked: np.ndarray,
    within: Bounds,
    before: Stage,
    step: float,
) -> tuple[list[Stage], tuple[Problem, ...]]:
    """The stages of weights and steps, and why there are no steps."""
    quiet = still(covariance)
    if quiet.any():  # their weight does nothing: it stays, and the others share what they can
        agreed = moved.agreed
        held = dataclasses.replace(
            within, low=np.where(quiet, agreed, within.low), high=np.where(quiet, agreed, within.high)
        )
        found = nearest_within(covariance, asked, held, agreed)
    else:
        found = calibrate(covariance, asked, within, moved.names)
    stages = [_changed("weights", moved, found.weights, asked, before, found.binding)]
    try:
        written = in_steps(found.weights, within, step)
    except DataError as error:  # no multiples within the bounds: said, and the weights stand as they are
        return stages, error.problems
    written = _swapped(written, covariance, asked, within, step)
    return [*stages, _changed("steps", moved, written, asked, before)], ()


def _swapped(
    weights: np.ndarray, covariance: np.ndarray, asked: np.ndarray, within: Bounds, step: float
) -> np.ndarray:
    """The weights after moving single steps between measures while that lessens the largest gap."""
    parts = round(1 / step)
    units = np.round(weights * parts).astype(int)
    pairs = list(permutations(range(len(units)), 2))

    def gap(units: np.ndarray) -> float:
        return float(np.abs(covariance_shares(covariance, units / parts) - asked).max())

    while True:
        others = [
            units + np.eye(len(units), dtype=int)[i] - np.eye(len(units), dtype=int)[j] for i, j in pairs
        ]
        kept = [other for other in others if within.keeps(other / parts)]
        best = min(kept, key=gap, default=units)
        if not gap(best) < gap(units) - 1e-9:
            return units / parts
        units = best


def _changed(
    name: str,
    moved: History,
    weights: np.ndarray,
    asked: np.ndarray,
    before: Stage,
    binding: tuple[Problem, ...] = (),
) -> Stage:
    return stage(name, settled_again(moved, weights), asked, before.factors, before.scoring, binding)


def _outcome(names: tuple[str, ...], asked: np.ndarray, stages: list[Stage]) -> list[Problem]:
    """Whether what was asked is reached; if not, how near and on which measure the largest gap is."""
    last, best = stages[-1], min(stages, key=lambda s: s.gap)
    shown = best if not best.reached else last
    if last.reached:
        return []
    off = np.abs(shown.shares.value - asked)
    values = {"points": per_cent(round(float(off.max()), 3))}
    code = "weights.steps_miss" if best.gap < _FELT else "weights.not_reached"
    return [Problem(code, value=names[int(off.argmax())], values=values)]


def _notes(
    past: History, covariance: np.ndarray, agreed: Stage, never_raise: Collection[str]
) -> list[Problem]:
    """What is worth saying of single measures."""
    names, shares = past.names, agreed.shares
    notes = [Problem("weights.constant", value=names[k]) for k in np.flatnonzero(still(covariance))]
    for group in collinear(covariance):
        notes.append(Problem("weights.collinear", value=", ".join(names[k] for k in group)))
    for name, share, high in zip(names, shares.value, shares.high, strict=True):
        if share < 0:
            code = "weights.moves_against" if high < 0 else "weights.no_difference"
            notes.append(Problem(code, value=name, values={"share": _signed(share)}))
    fixed = fixed_ranges(past.measures)
    if fixed and not agreed.reached:
        notes.append(Problem("weights.range_fixed", value=", ".join(fixed)))
    if never_raise:
        notes.append(Problem("weights.held", value=", ".join(n for n in names if n in never_raise)))
    return notes


def _signed(share: float) -> str:
    """A share in per cent with a true minus."""
    return str(per_cent(round(float(share), 3))).replace("-", "−")
