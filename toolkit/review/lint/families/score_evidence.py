"""S: scoring rules and grades against the scores that people had."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from toolkit.language import percent, text
from toolkit.review.lint.evidence.attained import (
    Seen,
    base,
    clustered_share,
    of_pay_period,
    seen,
    spoken,
    too_few,
)
from toolkit.review.lint.families.scoring import highest
from toolkit.review.lint.look import Hit, Look, rule
from toolkit.scheme.measure import Measure

_SHORT = 1e-9


def _alone(look: Look) -> tuple[Measure, ...]:
    """Weighted measures whose score is a curve over their own KPI."""
    return tuple(m for m in look.scheme.measures if m.weight > 0 and m.scoring.alone)


def _read(found: Seen) -> np.ndarray:
    """What the rule reads: attainment or actual."""
    return found.rows[found.measure.scoring.reads].to_numpy(dtype=float)


def _threshold(measure: Measure) -> float | None:
    """The x from which points are given, where that is above nothing."""
    curve = measure.curve
    if curve.x != "attainment" or (curve.below or 0.0) > 0:
        return None
    x, y = curve.points[0]
    return x if x > 0 and y > 0 else None


def _thresholds(look: Look) -> Iterator[tuple[Seen, float]]:
    for found in seen(look, tuple(m for m in _alone(look) if _threshold(m) is not None)):
        at = _threshold(found.measure)
        assert at is not None  # chosen above
        yield found, at


def _where(found: Seen) -> str:
    return f"measures.{found.measure.name}.scoring"


@rule("S08")
def threshold_out_of_reach(look: Look) -> Iterator[Hit]:
    """Too many cases end below the threshold and score nothing."""
    for found, at in _thresholds(look):
        below = clustered_share(found.rows, _read(found) < at - _SHORT)
        if below.low > look.limits["most"]:
            limits = {"at": percent(at, look.language), "most": percent(look.limits["most"], look.language)}
            yield Hit(_where(found), {**spoken(look, found, below), **limits})


@rule("S19")
def threshold_never_bites(look: Look) -> Iterator[Hit]:
    """Nobody has ever come near the threshold."""
    for found, at in _thresholds(look):
        lowest = float(_read(found).min())
        if lowest >= at + look.limits["apart"]:
            said = {"at": at, "lowest": lowest, "apart": look.limits["apart"]}
            shown = {name: percent(value, look.language) for name, value in said.items()}
            kpi = spoken(look, found, clustered_share(found.rows, _read(found) >= at))
            yield Hit(_where(found), {"kpi": kpi["kpi"], "base": kpi["base"], **shown})


@rule("S11")
def grades_tell_nothing(look: Look) -> Iterator[Hit]:
    """A grade that nobody gets, or one that nearly everybody gets."""
    if look.scheme.grades.by != "score":
        return
    least, periods = int(look.limits["rows"]), int(look.limits["periods"])
    scores = look.own("scores")
    rows = of_pay_period(look, scores[scores["grade"].isin(look.scheme.grades.names)])
    if len(rows) < least or rows["period"].nunique() < periods:
        raise too_few(len(rows), rows["period"].nunique(), least, periods)
    said = {"base": base(look, rows), "most": percent(look.limits["most"], look.language)}
    names = look.scheme.grades.names
    for grade in names:
        share = clustered_share(rows, (rows["grade"] == grade).to_numpy())
        shown = percent(share.value, look.language)
        # Nobody in the lowest grade is no defect: that is what it is for.
        kind = "none" if share.value == 0 and grade != names[-1] else "most"
        if kind == "none" or share.low > look.limits["most"]:
            finding = text(f"lint.s11.{kind}", look.language, grade=grade, share=shown)
            yield Hit(f"grades.{grade}", {"finding": finding, **said})


@rule("S15")
def score_saturates(look: Look) -> Iterator[Hit]:
    """Most cases end at the line's highest score, so that it tells nobody apart."""
    for found in seen(look, _alone(look), "score"):
        top = highest(found.measure)
        share = clustered_share(found.rows, found.rows["score"].to_numpy(dtype=float) >= top - 1e-6)
        if share.low > look.limits["most"]:
            limit = percent(look.limits["most"], look.language)
            yield Hit(_where(found), {**spoken(look, found, share), "top": _points(top), "most": limit})


def _points(top: float) -> str:
    return f"{top:g}"


@rule("S18")
def effort_without_points(look: Look) -> Iterator[Hit]:
    """Over most of the usual range a better result brings no more points."""
    for found in seen(look, _alone(look), "score"):
        tail = look.limits["tail"]
        low, high = np.quantile(_read(found), (tail, 1 - tail))
        if high - low < _SHORT:
            continue  # nobody differs: another rule's finding
        share = 1 - _rising(found.measure, float(low), float(high)) / (high - low)
        if share > look.limits["most"]:
            said = {"share": float(share), "most": look.limits["most"], "middle": 1 - 2 * tail}
            shown = {name: percent(value, look.language) for name, value in said.items()}
            ends = {"low": _x(look, found, float(low)), "high": _x(look, found, float(high))}
            own = spoken(look, found, clustered_share(found.rows, np.ones(len(found.rows), dtype=bool)))
            yield Hit(_where(found), {"kpi": own["kpi"], "base": own["base"], **shown, **ends})


def _rising(measure: Measure, low: float, high: float) -> float:
    """The length inside [low, high] on which the curve is not flat."""
    pieces = [(a, b) for a, b, slope in measure.curve.slopes() if slope != 0]
    return sum(max(min(b, high) - max(a, low), 0.0) for a, b in pieces)


def _x(look: Look, found: Seen, x: float) -> str:
    return percent(x, look.language) if found.measure.scoring.reads == "attainment" else f"{x:g}"
