"""S: the scoring rules of the lines, as far as the scheme alone shows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from toolkit.language import listed, number, percent, text
from toolkit.review.lint.evidence.attained import kpi_name
from toolkit.review.lint.look import Hit, Look, rule
from toolkit.scheme.curve import Curve
from toolkit.scheme.measure import Measure

_FULL = 100.0  # full marks of a line, whatever the points it is written in
_SHORT = 1e-9


def _scoring(measure: Measure) -> str:
    return f"measures.{measure.name}.scoring"


def _weighted(look: Look) -> tuple[Measure, ...]:
    return tuple(m for m in look.scheme.measures if m.weight > 0)


def highest(measure: Measure) -> float:
    """The most that a line can score, on the 100-point scale."""
    rule_, factor = measure.scoring, _FULL / measure.out_of
    if rule_.rank is not None:
        return rule_.rank.best * factor
    if rule_.matrix is not None:
        return max(0.0, *(v for row in rule_.matrix.values for v in row)) * factor
    curve = measure.curve
    return max(curve.below or 0.0, *(y for _, y in curve.points))


def at_nothing(look: Look, measure: Measure) -> float:
    """What a line scores for no performance at all: attainment 0, or the worst actual there is."""
    rule_, factor = measure.scoring, _FULL / measure.out_of
    if rule_.rank is not None:
        return rule_.rank.worst * factor
    if rule_.matrix is not None:
        return float(rule_.matrix(np.zeros(1), np.zeros(1))[0]) * factor
    curve = measure.curve
    if rule_.reads == "attainment":
        return float(curve([0.0])[0])
    if look.kpi(measure).direction == "lower":
        return curve.points[-1][1]
    return curve.below if curve.below is not None else float(curve([0.0])[0])


@rule("S01")
def no_upside(look: Look) -> Iterator[Hit]:
    """Every line ends at 100 points and nothing is added beside them."""
    lines = _weighted(look)
    added = any(item.points > 0 for item in look.scheme.items)
    if lines and not added and all(highest(m) <= look.limits["full"] + _SHORT for m in lines):
        yield Hit("measures", {"n": len(lines), "full": number(look.limits["full"], look.language)})


@rule("S02")
def one_line_unbounded(look: Look) -> Iterator[Hit]:
    """A line that can score so much that it makes up for all others."""
    for measure in _weighted(look):
        top = highest(measure)
        if top > look.limits["most"] + _SHORT:
            said = {"highest": top, "most": look.limits["most"], "total": top * measure.weight}
            shown = {name: number(value, look.language) for name, value in said.items()}
            weight = percent(measure.weight, look.language)
            yield Hit(_scoring(measure), {"kpi": kpi_name(look, measure), "weight": weight, **shown})


@rule("S03")
def full_marks_differ(look: Look) -> Iterator[Hit]:
    """A line written in other full marks than 100, its weight, or its neighbours."""
    lines = _weighted(look)
    for measure in lines:
        own = measure.out_of
        others = [m.out_of for m in lines if m is not measure]
        plain = abs(own - _FULL) < _SHORT or abs(own - _FULL * measure.weight) < 1e-6
        if others and not plain and any(abs(own - other) > _SHORT for other in others):
            apart = [number(other, look.language) for other in sorted(set(others))]
            said = {"own": number(own, look.language), "others": listed(apart, look.language)}
            where = f"measures.{measure.name}.out_of"
            yield Hit(where, {"kpi": kpi_name(look, measure), **said})


@rule("S04")
def ranked_against_each_other(look: Look) -> Iterator[Hit]:
    """A score by rank among few people, or beside parts that ask for cooperation."""
    for measure in look.scheme.measures:
        rank = measure.scoring.rank
        if rank is None:
            continue
        reasons = [*_few(look, measure, rank.least), *_together(look, measure)]
        if reasons:
            said = {"kpi": kpi_name(look, measure), "reason": listed(reasons, look.language)}
            yield Hit(f"{_scoring(measure)}.rank", {**said, "fewest": int(look.limits["fewest"])})


def _few(look: Look, measure: Measure, least: int) -> list[str]:
    """How few are ranked: by the scorecard where there is one, else by what the scheme allows."""
    if "scorecard" not in look.tables:
        few = least < look.limits["fewest"]
        return [text("lint.s04.few", look.language, people=least)] if few else []
    card = look.own("scorecard")
    ranked = card[(card["measure"] == measure.name) & card["score"].notna() & (card["missing"] == "")]
    sizes = ranked.groupby("period")["participant"].nunique()
    if sizes.empty or sizes.median() >= look.limits["fewest"]:
        return []
    return [text("lint.s04.there_are", look.language, people=int(sizes.median()))]


def _together(look: Look, ranked: Measure) -> list[str]:
    """Parts of the scheme that reward cooperation among the people ranked."""
    wider = ("team", "region", "company")
    parts = [kpi_name(look, m) for m in look.scheme.measures if m is not ranked and m.level in wider]
    parts += [kpi_name(look, m) for m in look.scheme.measures if "peer" in m.raters]
    parts += [text("lint.s04.pool", look.language)] if look.scheme.pay.pool is not None else []
    return [text("lint.s04.together", look.language, parts=listed(parts, look.language))] if parts else []


@rule("S05")
def rank_step_too_steep(look: Look) -> Iterator[Hit]:
    """A place in the ranking costs more points than neighbours usually differ by."""
    for measure in look.scheme.measures:
        rank = measure.scoring.rank
        step = 0.0 if rank is None else rank.step * _FULL / measure.out_of
        if step >= look.limits["most"]:
            said = {"step": step, "most": look.limits["most"], "total": step * measure.weight}
            shown = {name: number(value, look.language, 1) for name, value in said.items()}
            yield Hit(f"{_scoring(measure)}.rank.step", {"kpi": kpi_name(look, measure), **shown})


@rule("S07")
def cliff_in_score(look: Look) -> Iterator[Hit]:
    """A hair more performance is worth many points."""
    for measure in _weighted(look):
        for part, at, jump, limit in _cliffs(look, measure):
            said = {"jump": jump, "limit": limit, "total": jump * measure.weight}
            shown = {name: number(value, look.language, 1) for name, value in said.items()}
            where = {"part": text(f"lint.s07.{part}", look.language), "at": at}
            yield Hit(_scoring(measure), {"kpi": kpi_name(look, measure), **where, **shown})


def _cliffs(look: Look, measure: Measure) -> Iterator[tuple[str, str, float, float]]:
    """The largest jump inside a rule and the one at its entry, where they pass their limits."""
    inside, entry = look.limits["inside"], look.limits["entry"]
    if measure.scoring.matrix is not None:
        grid = np.array(measure.scoring.matrix.values) * _FULL / measure.out_of
        steps = [np.abs(np.diff(grid, axis=axis)).max(initial=0) for axis in (0, 1)]
        if max(steps) >= inside:
            yield "matrix", "", float(max(steps)), inside
    if not measure.scoring.alone:
        return
    curve = measure.curve
    jumps = [(abs(v - u), a) for (a, u), (b, v) in pairwise(curve.points) if abs(b - a) < _SHORT]
    if jumps and max(jumps)[0] >= inside - _SHORT:
        jump, x = max(jumps)
        yield "inside", _edge(look, curve, x), jump, inside
    first, y = curve.points[0]
    at_entry = abs(y - (curve.below or 0.0))
    if first > 0 and at_entry > entry + _SHORT:
        yield "entry", _edge(look, curve, first), at_entry, entry


def _edge(look: Look, curve: Curve, x: float) -> str:
    shown = percent(x, look.language) if curve.x == "attainment" else number(x, look.language, 1)
    return f"{shown} " if look.language == "en" else shown


@rule("S12")
def deduct_only(look: Look) -> Iterator[Hit]:
    """Most of the weight lies in lines that only take points off."""
    lines = [m for m in _weighted(look) if _only_deducts(m)]
    share = sum(m.weight for m in lines)
    added = any(item.points > 0 for item in look.scheme.items)
    if share > look.limits["most"] + _SHORT and not added:
        named = listed([kpi_name(look, m) for m in lines], look.language)
        said = {"share": share, "most": look.limits["most"]}
        shown = {name: percent(value, look.language) for name, value in said.items()}
        yield Hit("measures", {"kpis": named, **shown})


def _only_deducts(measure: Measure) -> bool:
    rule_ = measure.scoring
    return rule_.deduct is not None or (rule_.plus_minus is not None and rule_.plus_minus.plus == 0)


@rule("S13")
def points_for_nothing(look: Look) -> Iterator[Hit]:
    """Half of the full marks or more without any performance."""
    for measure in _weighted(look):
        if look.kpi(measure).direction == "band":
            continue
        given = at_nothing(look, measure)
        if given >= look.limits["most"] - _SHORT:
            said = {"given": given, "most": look.limits["most"], "total": given * measure.weight}
            shown = {name: number(value, look.language, 1) for name, value in said.items()}
            yield Hit(_scoring(measure), {"kpi": kpi_name(look, measure), **shown})
