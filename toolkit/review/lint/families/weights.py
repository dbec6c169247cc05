"""W: what the weights are, and what they do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

import pandas as pd

from toolkit.design.weights.acting.shares import acting_shares
from toolkit.errors import NotEnoughData, Problem
from toolkit.language import listed, number, percent, pick, text
from toolkit.review.lint.evidence.history import interval, named, scored
from toolkit.review.lint.look import Hit, Look, rule

_TOLERANCE = 1e-9  # weights are decimals that binary numbers hold only nearly


@rule("W01")
def weight_too_small(look: Look) -> Iterator[Hit]:
    """A weight too small to change what anybody does."""
    least = look.limits["least"]
    for measure in scored(look):
        if measure.weight < least - _TOLERANCE:
            yield Hit(f"measures.{measure.name}.weight", _weight(look, measure.name, least=least))


@rule("W09")
def weight_rather_small(look: Look) -> Iterator[Hit]:
    """A weight that W01 lets pass and that is still hardly felt."""
    least, soft = look.limits["least"], look.limits["soft"]
    for measure in scored(look):
        if least - _TOLERANCE <= measure.weight < soft - _TOLERANCE:
            yield Hit(f"measures.{measure.name}.weight", _weight(look, measure.name, soft=soft))


@rule("W02")
def paid_share_too_small(look: Look) -> Iterator[Hit]:
    """Among four or more measures that pay, one has too little money to be worked for."""
    shares, least, several = _paid_shares(look), look.limits["least"], int(look.limits["several"])
    if len(shares) < several:
        return
    for name, share in shares.items():
        if share < least - _TOLERANCE:
            where = f"pay.measures.{name}.share" if look.scheme.pay.measures else f"measures.{name}.weight"
            values = {
                "kpi": named(look, look.scheme.measure(name)),
                "share": _exact(share, look.language),
                "least": percent(least, look.language),
                "n": len(shares),
            }
            yield Hit(where, values)


def _paid_shares(look: Look) -> Mapping[str, float]:
    """Measure → its share of the target incentive: agreed by itself, or by weight where the score pays."""
    plan = look.scheme.pay
    if plan.measures:
        return {name: own.share for name, own in plan.measures.items()}
    if plan.curve is None and plan.pool is None:
        return {}
    return {m.name: m.weight for m in scored(look)}


@rule("W03")
def one_measure_dominates(look: Look) -> Iterator[Hit]:
    """One measure of several decides nearly the whole score."""
    most = look.limits["most"]
    for measure in scored(look):
        if measure.weight >= most - _TOLERANCE and len(scored(look)) > 1:
            yield Hit(f"measures.{measure.name}.weight", _weight(look, measure.name, most=most))


@rule("W04")
def all_weights_equal(look: Look) -> Iterator[Hit]:
    """Several measures, all of one weight: no priority is said."""
    weights = [m.weight for m in scored(look)]
    if len(weights) >= int(look.limits["several"]) and max(weights) - min(weights) <= look.limits["apart"]:
        yield Hit("measures", {"n": len(weights), "weight": _exact(weights[0], look.language)})


@rule("W05")
def weights_not_round(look: Look) -> Iterator[Hit]:
    """Weights finer than a judgement can be, and hard to keep in mind."""
    step = look.limits["step"]
    odd = [m for m in scored(look) if abs(m.weight / step - round(m.weight / step)) > 1e-6]
    if odd:
        shown = [f"{named(look, m)} {_exact(m.weight, look.language)}" for m in odd]
        values = {
            "n": len(odd),
            "weights": listed(shown, look.language),
            "step": percent(step, look.language),
        }
        yield Hit(f"measures.{odd[0].name}.weight", values)


@rule("W06")
def weights_against_objectives(look: Look) -> Iterator[Hit]:
    """Of two objectives the lesser one has the greater weight in the scheme."""
    assert look.client is not None
    goal: dict[str, float] = defaultdict(float)
    for objective in look.client.objectives:
        goal[objective.kpi] += objective.weight
    own: dict[str, float] = defaultdict(float)
    first: dict[str, str] = {}
    for measure in scored(look):
        own[measure.kpi] += measure.weight
        first.setdefault(measure.kpi, measure.name)
    every = sum(goal.values()) or 1.0
    shared = sorted((kpi for kpi in goal if kpi in own), key=lambda kpi: -goal[kpi])
    for high, low in combinations(shared, 2):
        if goal[high] > goal[low] + _TOLERANCE and own[high] < own[low] - _TOLERANCE:
            values = {
                "first": pick(look.kpis[high].name, look.language),
                "second": pick(look.kpis[low].name, look.language),
                "first_goal": percent(goal[high] / every, look.language),
                "second_goal": percent(goal[low] / every, look.language),
                "first_weight": percent(own[high], look.language),
                "second_weight": percent(own[low], look.language),
            }
            yield Hit(f"measures.{first[high]}.weight", values)


@rule("W07")
def weight_acts_otherwise(look: Look) -> Iterator[Hit]:
    """A measure makes far more, or far less, of the differences between people than its weight says.

    Said only where the whole interval is beyond the limit: with few scores the share is uncertain.
    """
    points = _complete_points(look)
    value, low, high, _, _ = acting_shares(points)
    for measure, acts, least, most in zip(scored(look), value, low, high, strict=True):
        weight = measure.weight
        floor, ceiling = look.limits["below"] * weight, look.limits["above"] * weight
        if least > ceiling or most < floor:
            people = points.index.get_level_values("participant").nunique()
            values = {
                **_weight(look, measure.name),
                "acts": percent(acts, look.language),
                "interval": interval(least, most, look.language),
                "range": interval(floor, ceiling, look.language),
                "n": number(len(points), look.language),
                "people": people,
                "per": text(f"lint_design.one.{look.scheme.score_every}", look.language),
            }
            yield Hit(f"measures.{measure.name}.weight", values)


def _complete_points(look: Look) -> pd.DataFrame:
    """Points of each measure by participant and period of scoring, where every measure has a score."""
    card = look.own("scorecard")
    card = card[look.calendar.of_grain(card["period"], look.scheme.score_every).to_numpy()]
    names = [m.name for m in scored(look)]
    wide = card.pivot(index=["participant", "period"], columns="measure", values="score")
    wide = wide.reindex(columns=names).dropna()
    people = wide.index.get_level_values("participant").nunique()
    need = {"rows": int(look.limits["rows"]), "least": int(look.limits["people"])}
    if len(wide) < need["rows"] or people < need["least"]:
        raise NotEnoughData(
            Problem("lint_design.too_few_scores", value=len(wide), values={**need, "people": people})
        )
    return wide * [m.weight for m in scored(look)]


@rule("W08")
def counted_twice(look: Look) -> Iterator[Hit]:
    """What a measure loses by its weight it loses again at a gate or by a veto."""
    plan, heavy = look.scheme.pay, look.limits["heavy"]
    gates = [(f"pay.gates.{gate.measure}", gate.measure, gate.below) for gate in plan.gates]
    vetoes = [(f"vetoes.{v.measure}", v.measure, v.below or 0.0) for v in look.scheme.vetoes if v.measure]
    for where, name, below in gates + vetoes:
        if look.scheme.measure(name).weight >= heavy - _TOLERANCE:
            yield Hit(where, {**_weight(look, name), "below": percent(below, look.language)})


def _weight(look: Look, name: str, **limits: float) -> dict[str, str]:
    """What a hit says of a measure's weight, with the limits as percentages."""
    measure, language = look.scheme.measure(name), look.language
    said = {"kpi": named(look, measure), "weight": _exact(measure.weight, language)}
    return said | {key: percent(limit, language) for key, limit in limits.items()}


def _exact(share: float, language: str) -> str:
    """A share without a decimal where it is whole per cents: `20 %`, `12.5 %`."""
    return percent(share, language, 0 if abs(share * 100 - round(share * 100)) < 1e-6 else 1)
