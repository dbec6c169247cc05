"""Every threshold that a scheme sets, and where its people's results stand on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd

from toolkit.review.integrity.found import refuse
from toolkit.scheme.curve import Curve
from toolkit.scheme.measure import Measure, Range
from toolkit.scheme.rules import UNCAPPED
from toolkit.scheme.scheme import Scheme

_SAME = 1e-9  # slopes and steps this near are one
_BESIDE = 0.03  # of a threshold on the actual: where to look which side is better
FINEST_RATIO = 0.01  # of the threshold: the step of a share or a mean that can end anywhere
_LUMP, _LUMP_LEAST = 0.02, 3  # a score shared by so many is no choice of where to end
_POINTS = 100.0  # scores are read as shares of 100, so that a window is three points wide


@dataclass(frozen=True)
class Edge:
    """A threshold.

    Parameters
    ----------
    measure : str
        Blank for the total score.
    grain : str
        month, quarter, half or year: in which periods it counts.
    reads : str
        attainment, actual, score, or cumulative (credit since the year or quarter began).
    at : float
        In the unit that it reads.
    kinds : tuple of str
        What stands there: target, scoring, pay, tier, gate, veto, modifier, grade.
    higher : bool
        Whether more is better there.
    """

    measure: str
    kpi: str
    grain: str
    reads: str
    at: float
    kinds: tuple[str, ...]
    higher: bool = True


def edges_of(scheme: Scheme) -> tuple[Edge, ...]:
    """Every threshold of a scheme, each once, in the order of measures.

    Scoring counts in the periods that are scored, pay in those that are paid. What stands at 0 or below, and
    the end of a rule without a cap (1,000 %), are no thresholds.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> found = edges_of(example_schemes()["field_sales"])
    >>> [(e.grain, e.at, "+".join(e.kinds)) for e in found if e.measure == "revenue"]
    [('month', 0.6, 'scoring'), ('month', 1.0, 'target'), ('month', 1.2, 'scoring'), ('quarter', 0.7, 'gate')]
    """
    merged: dict[tuple[str, str, str, float], Edge] = {}
    for edge in map(partial(_by_attainment, scheme), (*_scoring(scheme), *_paying(scheme), *_total(scheme))):
        if edge.at <= 0 or (edge.reads == "attainment" and edge.at >= UNCAPPED):
            continue
        key = (edge.measure, edge.grain, edge.reads, round(edge.at, 8))
        held = merged.get(key)
        kinds = tuple(dict.fromkeys((*(held.kinds if held else ()), *edge.kinds)))
        merged[key] = replace(held or edge, kinds=kinds)
    order = {m.name: i for i, m in enumerate(scheme.measures)}
    grains = ("month", "quarter", "half", "year")
    return tuple(
        sorted(
            merged.values(),
            key=lambda e: (order.get(e.measure, len(order)), grains.index(e.grain), e.reads, e.at),
        )
    )


def _by_attainment(scheme: Scheme, edge: Edge) -> Edge:
    """The same threshold by attainment, where it says the same: a fixed target's actual, a lone score.

    One threshold tested under two names would count twice.
    """
    alone = scheme.measures[0] if len(scheme.measures) == 1 and not scheme.items else None
    if edge.reads == "score" and alone is not None and alone.target is not None and alone.scoring.alone:
        curve, at = alone.curve, edge.at / _POINTS
        ours = alone.scoring.reads == "attainment" and abs(float(curve([at])[0]) - edge.at) < _SAME
        if ours and not scheme.difficulty:
            return replace(edge, measure=alone.name, kpi=alone.kpi, reads="attainment", at=at)
    if edge.reads == "actual" and edge.higher:
        target = scheme.measure(edge.measure).target
        if target is not None and target.fixed == edge.at and target.per in (None, edge.grain):
            return replace(edge, reads="attainment", at=1.0)
    return edge


def _scoring(scheme: Scheme) -> Iterator[Edge]:
    for measure in scheme.measures:
        grain = scheme.score_every
        if measure.target is not None:
            yield Edge(measure.name, measure.kpi, grain, "attainment", 1.0, ("target",))
        if measure.scoring.alone:
            yield from _corners(measure, measure.curve, grain, "scoring")
        elif measure.scoring.matrix is not None:
            for at in measure.scoring.matrix.rows:
                yield Edge(measure.name, measure.kpi, grain, "attainment", at, ("scoring",))


def _paying(scheme: Scheme) -> Iterator[Edge]:
    plan, grain = scheme.pay, scheme.pay_every
    for name, part in plan.measures.items():
        yield from _corners(scheme.measure(name), part.curve, grain, "pay")
    for rates in plan.rates:
        measure = scheme.measure(rates.of)
        reads = "attainment" if rates.by == "attainment" else "actual"
        for at, _ in rates.tiers:
            yield Edge(
                measure.name, measure.kpi, grain, "cumulative" if rates.cumulative else reads, at, ("tier",)
            )
    for gate in plan.gates:
        measure = scheme.measure(gate.measure)
        yield Edge(measure.name, measure.kpi, grain, "attainment", gate.below, ("gate",))
    for modifier in plan.modifiers:
        if modifier.curve is not None:
            yield from _corners(scheme.measure(modifier.measure), modifier.curve, grain, "modifier")
    for veto in scheme.vetoes:
        if veto.measure and veto.below is not None:
            measure = scheme.measure(veto.measure)
            yield Edge(measure.name, measure.kpi, grain, "attainment", veto.below, ("veto",))


def _total(scheme: Scheme) -> Iterator[Edge]:
    for at in corners(scheme.pay.curve) if scheme.pay.curve is not None else ():
        yield Edge("", "", scheme.pay_every, "score", at, ("pay",))
    for at in scheme.grades.edges.values() if scheme.grades.by == "score" else ():
        yield Edge("", "", scheme.score_every, "score", at, ("grade",))


def _corners(measure: Measure, curve: Curve, grain: str, kind: str) -> Iterator[Edge]:
    for at in corners(curve):
        higher = curve.x != "actual" or _rises(curve, at)
        yield Edge(measure.name, measure.kpi, grain, curve.x, at, (kind,), higher)


def corners(curve: Curve) -> tuple[float, ...]:
    """Where a curve jumps or changes its slope.

    Examples
    --------
    >>> corners(Curve("score", ((60, 0.0), (80, 0.5), (100, 1.0), (120, 1.0))))
    (60.0, 100.0)
    """
    xs = sorted({x for x, _ in curve.points})
    slopes = {(a, b): s for a, b, s in curve.slopes()}
    before = [0.0, *(slopes[pair] for pair in pairwise(xs))]
    after = [*before[1:], 0.0]
    found = []
    for x, left, right in zip(xs, before, after, strict=True):
        ys = [y for at, y in curve.points if at == x]
        jumps = len(ys) > 1 or (x == xs[0] and abs(ys[0] - (curve.below or 0.0)) > _SAME)
        if jumps or abs(right - left) > _SAME:
            found.append(x)
    return tuple(found)


def _rises(curve: Curve, at: float) -> bool:
    beside = _BESIDE * abs(at)
    low, high = curve([at - beside, at + beside])
    ends = curve.points[-1][1] >= curve.points[0][1]
    return bool(high > low) or (bool(high == low) and ends)


def results_at(
    edge: Edge, scheme: Scheme, card: pd.DataFrame, scores: pd.DataFrame, panel: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
    """Results that meet a threshold: values, whose they are, where it stands, their smallest steps.

    Parameters
    ----------
    card, scores, panel : DataFrame
        The scorecard and the scores of the scheme in periods of the edge's grain, and the panel.

    Raises
    ------
    NotEnoughData
        The threshold counts credit since the year or quarter began; or the measure's value is not the
        participant's own.
    """
    if edge.reads == "cumulative":
        raise refuse("integrity.cumulative", value=edge.at)
    if edge.reads == "score":
        rows = scores.dropna(subset=["score"])
        points = _without_lumps(rows["score"].to_numpy(float))
        steps = np.full(len(rows), _unit(points) / _POINTS)
        return points / _POINTS, rows["participant"].to_numpy(), edge.at / _POINTS, steps
    measure = scheme.measure(edge.measure)
    level = measure.level or scheme.level
    if level != scheme.level:
        raise refuse("integrity.not_own", value=level)
    rows = card[card["measure"] == edge.measure].dropna(subset=["actual", edge.reads])
    steps, is_ratio = _steps(rows, panel, edge.kpi, level)
    if edge.reads == "attainment":
        target = rows["target"].to_numpy(float)
        floor = measure.attainment.range if isinstance(measure.attainment, Range) else 0.0
        values, at, unit = rows["attainment"].to_numpy(float), edge.at, np.abs(target - floor)
    else:
        values, at, unit = rows["actual"].to_numpy(float) / edge.at, 1.0, np.full(len(rows), abs(edge.at))
        values = values if edge.higher else 2.0 - values
    steps = np.where(unit > 0, steps / np.where(unit > 0, unit, 1.0), 0.0)
    if is_ratio.any():
        values = _without_small_samples(values, steps, is_ratio)
    return values, rows["participant"].to_numpy(), at, steps


def _without_small_samples(values: np.ndarray, steps: np.ndarray, is_ratio: np.ndarray) -> np.ndarray:
    """Blank what is a share or a mean of few cases; refused where most are.

    Such values lie on round numbers by themselves: of 3, 4 or 6 ratings each can have a mean of exactly 9,
    and few can have one just below.
    """
    usual = float(np.median(steps[is_ratio]))
    if usual > FINEST_RATIO:
        raise refuse("integrity.coarse", value=round(100 * usual, 1), most=round(100 * FINEST_RATIO))
    return np.where(is_ratio & (steps > FINEST_RATIO), np.nan, values)


def _without_lumps(scores: np.ndarray) -> np.ndarray:
    """Blank the scores that many share to the last decimal: full marks on every measure, or caps reached."""
    _, at, count = np.unique(scores, return_inverse=True, return_counts=True)
    return np.where(count[at] >= max(_LUMP_LEAST, _LUMP * len(scores)), np.nan, scores)


def _steps(rows: pd.DataFrame, panel: pd.DataFrame, kpi: str, level: str) -> tuple[np.ndarray, np.ndarray]:
    """The smallest change of each actual, one unit of its numerator ÷ its denominator; whether it has one.

    People who win 1, 2 or 3 of 12 cannot choose to end between; money in cents can.
    """
    own = panel[(panel["kpi"] == kpi) & (panel["level"] == level)]
    parts = own[["participant", "period", "numerator", "denominator"]]
    found = rows[["participant", "period"]].merge(parts, on=["participant", "period"], how="left")
    numerator = found["numerator"].to_numpy(float)
    numerator = np.where(np.isfinite(numerator), numerator, rows["actual"].to_numpy(float))
    denominator = found["denominator"].to_numpy(float)
    is_ratio = denominator > 0
    return _unit(numerator) / np.where(is_ratio, denominator, 1.0), is_ratio


def _unit(values: np.ndarray) -> float:
    """The largest unit of which all values are multiples, in hundredths (cents); 0.01 if there is none."""
    whole = np.round(np.abs(values[np.isfinite(values)]) * 100).astype(np.int64)
    return float(np.gcd.reduce(whole[whole > 0])) / 100 if (whole > 0).any() else 0.01
