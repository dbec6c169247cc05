"""A scheme's rules in words: who it holds for, targets, scoring and pay."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise

from toolkit.catalogue.kpi import Kpi
from toolkit.data.engagement import Engagement
from toolkit.language import text
from toolkit.report.results import agreed_number, agreed_percent, agreed_value, inline
from toolkit.scheme.curve import Curve
from toolkit.scheme.measure import Measure, Range
from toolkit.scheme.parts import Gate
from toolkit.scheme.rates import RatePlan
from toolkit.scheme.rules import Deduct
from toolkit.scheme.scheme import Scheme

Point = tuple[float, float]


def coverage_words(scheme: Scheme, client: Engagement, language: str) -> str:
    """Whom a scheme holds for: the roster's columns and their values, or everybody.

    In the client's own language the columns and values are named as in the client's own file.
    """
    if not scheme.applies_to:
        return text("scheme.everybody", language)
    source = client.sources["participants"]
    own = language == client.language
    pairs = []
    for column, values in scheme.applies_to.items():
        written = {meant: said for said, meant in source.values.get(column, {}).items()} if own else {}
        listed = text("phrase.or", language).join(written.get(v, v) for v in values)
        pairs.append(f"{source.written(column) if own else column} = {listed}")
    return text("phrase.join", language).join(pairs)


def target_words(measure: Measure, scheme: Scheme, kpi: Kpi, language: str) -> str:
    """Where a measure's target comes from."""
    say = partial(text, language=language)
    target = measure.target
    if target is None:
        return say("target.none")
    if target.fixed is not None:
        value = agreed_value(target.fixed, kpi, scheme.currency, language)
        per = target.per or (scheme.score_every if kpi.adds_over_time else None)
        return say("target.fixed_per", value=value, per=say(f"grain.{per}")) if per else value
    if target.growth is not None:
        key = f"target.{target.over}" + ("_or_table" if target.otherwise else "")
        return say(key, growth=agreed_percent(target.growth, language, signed=True))
    if target.table or target.hit_probability is None:
        return say("target.table")
    return say("target.hit", share=agreed_percent(target.hit_probability, language))


def scoring_words(measure: Measure, scheme: Scheme, kpi: Kpi, language: str) -> str:
    """How a measure is scored: the rule's own numbers, and how attainment is computed if not plainly."""
    say = partial(text, language=language)
    rule = _rule_words(measure, scheme, kpi, language)
    # A proportion is the same out of any number of points, and a deduction names its full points itself.
    if measure.out_of != 100 and measure.scoring.kind not in ("proportional", "deduct"):
        rule = say("scoring.out_of", rule=rule, points=agreed_number(measure.out_of, language))
    if measure.scoring.reads == "actual":
        return rule
    if isinstance(measure.attainment, Range):
        floor = agreed_value(measure.attainment.range, kpi, scheme.currency, language)
        return say("scoring.by_range", rule=rule, floor=floor)
    if measure.attainment == "inverse":
        return say("scoring.by_inverse", rule=rule)
    return say("scoring.by_lower", rule=rule) if kpi.direction == "lower" else rule


def _rule_words(measure: Measure, scheme: Scheme, kpi: Kpi, language: str) -> str:
    say, shares = partial(text, language=language), partial(agreed_percent, language=language)
    rule = measure.scoring
    if rule.proportional is not None:
        start, cap = rule.proportional.from_, rule.proportional.cap
        key = "scoring.proportional" + ("_from" if start else "") + ("_to" if cap else "")
        return say(key, start=shares(start), cap=shares(cap or 0))
    if rule.bands is not None:
        pairs = [(agreed_percent(x, language), agreed_number(y, language)) for x, y in rule.bands.edges]
        return say("phrase.join").join(say("scoring.band", x=x, y=y) for x, y in pairs)
    if rule.deduct is not None:
        return _deduct_words(rule.deduct, measure, language)
    if rule.threshold_target_excellence is not None:
        three = rule.threshold_target_excellence
        return _point_words((three.threshold, three.target, three.excellence), shares, language)
    curve = rule.curve
    assert curve is not None
    shown = partial(agreed_value, kpi=kpi, currency=scheme.currency, language=language)
    words = _point_words(curve.points, shown if curve.x == "actual" else shares, language)
    return say("scoring.below", rule=words, y=agreed_number(curve.below, language)) if curve.below else words


def _point_words(points: tuple[Point, ...], shown: Callable[[float], str], language: str) -> str:
    """The points of a scoring curve; `shown` writes what it reads."""
    say = partial(text, language=language)
    listed = []
    for x, y, before in _points(points):
        words = {"x": shown(x), "y": agreed_number(y, language)}
        if before is None:
            listed.append(say("scoring.point", **words))
        else:
            listed.append(say("scoring.jump", before=agreed_number(before, language), **words))
    return say("scoring.between", points=say("phrase.join").join(listed))


def _deduct_words(rule: Deduct, measure: Measure, language: str) -> str:
    return text(
        "scoring.deduct",
        language,
        points=text("scoring.one_point", language)
        if rule.points == 1
        else text("scoring.points", language, n=agreed_number(rule.points, language)),
        per=agreed_percent(rule.per, language),
        start=agreed_percent(rule.from_, language),
        floor=agreed_number(rule.floor, language),
        out_of=agreed_number(measure.out_of, language),
    )


def _points(points: tuple[Point, ...]) -> Iterator[tuple[float, float, float | None]]:
    """Each x once: (x, y from it on, y just before it where the curve jumps)."""
    before = None
    for (x, y), (following, _) in pairwise((*points, (float("inf"), 0.0))):
        if x == following:
            before = y
        else:
            yield x, y, before
            before = None


def pay_words(scheme: Scheme, kpis: Mapping[str, Kpi], language: str) -> str:
    """What a scheme pays, in sentences."""
    plan = scheme.pay
    sentences = []
    if plan.curve is not None:
        sentences.append(_curve_words(plan.curve, language))
    sentences += [_rate_words(rate, scheme, kpis, language) for rate in plan.rates]
    sentences += [_gate_words(gate, scheme, kpis, language) for gate in plan.gates]
    return text("phrase.space", language).join(sentences)


def _curve_words(curve: Curve, language: str) -> str:
    say = partial(text, language=language)
    listed = []
    for x, y, before in _points(curve.points):
        words = {"x": agreed_number(x, language), "y": agreed_percent(y, language)}
        if before is None:
            listed.append(say("pay.point", **words))
        else:
            listed.append(say("pay.jump", before=agreed_percent(before, language), **words))
    below = agreed_percent(curve.below, language) if curve.below else say("pay.nothing")
    return say("pay.curve", points=say("phrase.join").join(listed), below=below)


def _gate_words(gate: Gate, scheme: Scheme, kpis: Mapping[str, Kpi], language: str) -> str:
    values = {
        "kpi": inline(kpis[scheme.measure(gate.measure).kpi], language),
        "below": agreed_percent(gate.below, language),
        "pays": agreed_percent(gate.pays, language),
    }
    return text("pay.gate" if gate.pays else "pay.gate_nothing", language, **values)


def _rate_words(rate: RatePlan, scheme: Scheme, kpis: Mapping[str, Kpi], language: str) -> str:
    say = partial(text, language=language)
    kpi = inline(kpis[scheme.measure(rate.of).kpi], language)
    if rate.rate == "roster":
        return say("pay.rate_roster", kpi=kpi)
    if rate.rate is not None:
        return say("pay.rate_one", kpi=kpi, rate=agreed_percent(float(rate.rate), language))
    by_share = rate.by == "attainment"
    edges = [agreed_percent(e, language) if by_share else agreed_number(e, language) for e, _ in rate.tiers]
    rates = [agreed_percent(r, language) for _, r in rate.tiers]
    tiers = [say("pay.tier", edge=e, rate=r) for e, r in zip(edges, rates, strict=True)]
    words = {"kpi": kpi, "by": say(f"pay.by_{rate.by}"), "tiers": say("phrase.join").join(tiers)}
    return say(f"pay.tiers_{rate.split}", **words)
