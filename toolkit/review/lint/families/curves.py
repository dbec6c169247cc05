"""C: the shape of pay curves, read from the scheme alone (commissions: `commissions`; results: `reached`)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from toolkit.language import percent, text
from toolkit.review.lint.evidence.pay_shapes import (
    HAIR,
    PayCurve,
    at,
    cash,
    jumps,
    modifier_names,
    pay_curves,
    rate_names,
    rate_range,
    rate_words,
)
from toolkit.review.lint.look import Hit, Look, rule
from toolkit.scheme.curve import Curve
from toolkit.scheme.rates import RatePlan


@rule("C01")
def target_not_full(look: Look) -> Iterator[Hit]:
    """A curve that pays more or less than the whole incentive exactly on target."""
    for own in pay_curves(look.scheme.pay):
        if own.on_target is None:
            continue
        paid = own.pays(own.on_target)
        if abs(paid - 1) > look.limits["off"]:
            where = at(own.curve.x, own.on_target, look.language)
            shown = percent(paid, look.language, 1), percent(1, look.language)
            yield Hit(own.where, {"at": where, "paid": shown[0], "full": shown[1]})


@rule("C02")
def all_or_nothing(look: Look) -> Iterator[Hit]:
    """A single point on which half of the incentive or more hangs; entering with just half is common."""
    limit = look.limits["jump"]
    for own in pay_curves(look.scheme.pay):
        for i, x, before, after in jumps(own.curve):
            step = own.share * (min(after, own.cap) - min(before, own.cap))
            entry = before <= 0 and after < 1
            if step > limit + HAIR or (step >= limit - HAIR and not entry):
                values = {"step": step, "before": before, "after": after, "limit": limit}
                shown = {name: percent(value, look.language) for name, value in values.items()}
                yield Hit(f"{own.where}.points.{i}", {"at": at(own.curve.x, x, look.language), **shown})


@rule("C03")
def nothing_above_target(look: Look) -> Iterator[Hit]:
    """A curve that pays no more above target than on it."""
    for own in pay_curves(look.scheme.pay):
        if own.on_target is None:
            continue
        on_target = own.pays(own.on_target)
        if on_target > 0 and own.top <= on_target + HAIR:
            where = at(own.curve.x, own.on_target, look.language)
            yield Hit(own.where, {"at": where, "top": percent(own.top, look.language)})


@rule("C04")
def falls_with_performance(look: Look) -> Iterator[Hit]:
    """Pay, a factor or a rate that falls where performance rises."""
    for own in pay_curves(look.scheme.pay):
        yield from _falling_curve(look, own.where, own.curve, own.measure)
    for name, modifier in zip(
        modifier_names(look.scheme.pay.modifiers), look.scheme.pay.modifiers, strict=True
    ):
        if modifier.curve is not None:
            yield from _falling_curve(look, f"{name}.curve", modifier.curve, modifier.measure)
        if modifier.grades:
            best_first = [g for g in look.scheme.grades.names if g in modifier.grades]
            for better, worse in pairwise(best_first):
                high, low = modifier.grades[better], modifier.grades[worse]
                if low > high + HAIR:
                    yield _fell(look, f"{name}.grades.{better}", low, high)
        if modifier.matrix is not None:
            yield from _falling_grid(look, name, modifier.matrix.values)
    for name, rate in zip(rate_names(look.scheme.pay), look.scheme.pay.rates, strict=True):
        yield from _falling_rate(look, name, rate)


def _falling_curve(look: Look, where: str, curve: Curve, measure: str) -> Iterator[Hit]:
    """Falls of a curve; over the actual of a lower-is-better KPI it must fall, over a band anything goes."""
    sign = 1.0
    if curve.x == "actual":
        direction = look.kpi(look.scheme.measure(measure)).direction
        if direction == "band":
            return
        sign = -1.0 if direction == "lower" else 1.0
    ys = [y for _, y in curve.points]
    if curve.points[0][0] > 0:
        ys.insert(0, curve.below or 0.0)
    first = len(curve.points) - len(ys)
    for i, (before, after) in enumerate(pairwise(ys), start=first + 1):
        if sign * (after - before) < -HAIR:
            yield _fell(look, f"{where}.points.{i}", before, after)


def _fell(look: Look, where: str, before: float, after: float) -> Hit:
    return Hit(where, {"before": percent(before, look.language), "after": percent(after, look.language)})


def _falling_grid(look: Look, name: str, values: Sequence[Sequence[float]]) -> Iterator[Hit]:
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            before = max(values[i - 1][j] if i else -math.inf, row[j - 1] if j else -math.inf)
            if value < before - HAIR:
                yield _fell(look, f"{name}.matrix.values.{i}.{j}", before, value)


def _falling_rate(look: Look, name: str, rate: RatePlan) -> Iterator[Hit]:
    """Where a rate that holds for the whole amount falls, so does the money at that edge."""
    if rate.split == "step":
        return
    for i, ((edge, before), (after_edge, after)) in enumerate(pairwise(rate.tiers), start=1):
        # Interpolated, pay is x × rate(x): it turns down where rate + x × slope is below 0, last at the end.
        slope = (after - before) / (after_edge - edge)
        falls = after < before if rate.split == "none" else after + after_edge * slope < -HAIR
        if falls:
            yield Hit(
                f"{name}.tiers.{i}",
                {"before": rate_words(before, look.language), "after": rate_words(after, look.language)},
            )


@rule("C05")
def capped(look: Look) -> Iterator[Hit]:
    """A cap, or a pay plan's curve that ends low."""
    plan, language = look.scheme.pay, look.language
    if plan.caps is not None and plan.caps.ratio is not None:
        yield Hit("pay.caps", {"cap": _of_incentive(plan.caps.ratio, language)})
    if plan.caps is not None and plan.caps.amount is not None:
        yield Hit("pay.caps", {"cap": cash(look, plan.caps.amount)})
    for name, own in plan.measures.items():
        ends = PayCurve("", own.curve).top
        if own.cap is not None and own.cap < ends:
            yield Hit(f"pay.measures.{name}.cap", {"cap": _of_incentive(own.cap, language)})
        elif ends < look.limits["ends_below"] and own.curve.x != "actual":
            yield Hit(f"pay.measures.{name}.curve", {"cap": _of_incentive(ends, language)})


def _of_incentive(ratio: float, language: str) -> str:
    return text("lint_pay.of_incentive", language, ratio=percent(ratio, language))


@rule("C13")
def dead_zone(look: Look) -> Iterator[Hit]:
    """A stretch between the first and the last point on which more performance pays nothing more."""
    for own in pay_curves(look.scheme.pay):
        if own.on_target is None:
            continue
        flat = [
            (b - a, a, b)
            for a, b, slope in own.curve.slopes()
            if slope == 0 and 0 < own.pays(a) < own.top - HAIR
        ]
        width, a, b = max(flat, default=(0.0, 0.0, 0.0))
        if width >= look.limits["width"] * own.scale - HAIR:
            yield Hit(own.where, _stretch(look, own.curve.x, a, b))
    for name, rate in zip(rate_names(look.scheme.pay), look.scheme.pay.rates, strict=True):
        for i, ((edge, r), (after, _)) in enumerate(pairwise(rate.tiers)):
            paying = any(x > 0 for _, x in rate.tiers[:i]) and any(x > 0 for _, x in rate.tiers[i + 1 :])
            if r == 0 and rate.split == "step" and paying:
                kind = "attainment" if rate.by == "attainment" else "actual"
                yield Hit(f"{name}.tiers.{i}", _stretch(look, kind, edge, after))


def _stretch(look: Look, read: str, start: float, end: float) -> dict[str, str]:
    return {"start": at(read, start, look.language), "end": at(read, end, look.language)}


@rule("C14")
def too_steep(look: Look) -> Iterator[Hit]:
    """One piece many times as steep as another, or a top that pays a multiple beyond what is usual."""
    steeper, top, language = look.limits["steeper"], look.limits["top"], look.language
    for own in pay_curves(look.scheme.pay):
        slopes = [slope for *_, slope in own.curve.slopes() if slope > 0]
        ratio = max(slopes) / min(slopes) if slopes else 0.0
        if ratio > steeper + HAIR:
            yield Hit(own.where, {"what": _said("steep", language, ratio, steeper)})
        if own.top > top + HAIR:
            shown = percent(own.top, language), percent(top, language)
            what = text("lint_pay.top", language, top=shown[0], limit=shown[1])
            yield Hit(own.where, {"what": what})
    for name, rate in zip(rate_names(look.scheme.pay), look.scheme.pay.rates, strict=True):
        low, high = rate_range(rate)
        if low > 0 and high / low > steeper + HAIR:
            yield Hit(f"{name}.tiers", {"what": _said("steep_rate", language, high / low, steeper)})


def _said(key: str, language: str, ratio: float, limit: float) -> str:
    return text(f"lint_pay.{key}", language, ratio=f"{ratio:.1f}", limit=f"{limit:g}")


@rule("C15")
def slows_after_target(look: Look) -> Iterator[Hit]:
    """Right above target each further point pays less than just below it."""
    near = look.limits["until"]
    for own in pay_curves(look.scheme.pay):
        if own.on_target is None:
            continue
        target, pieces = own.on_target, own.curve.slopes()
        below = next((slope for a, b, slope in pieces if a < target <= b), 0.0)
        above = [slope for a, _, slope in pieces if target <= a < target * near and slope > 0]
        if above and above[0] < below - HAIR:
            share = percent(above[0] / below, look.language)
            yield Hit(own.where, {"at": at(own.curve.x, target, look.language), "share": share})
    for name, rate in zip(rate_names(look.scheme.pay), look.scheme.pay.rates, strict=True):
        for i, ((_, before), (edge, after)) in enumerate(pairwise(rate.tiers), start=1):
            if rate.by == "attainment" and 1 <= edge < near and 0 < after < before:
                share = percent(after / before, look.language)
                yield Hit(f"{name}.tiers.{i}", {"at": at("attainment", edge, look.language), "share": share})
