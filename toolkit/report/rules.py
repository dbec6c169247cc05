"""A scheme's rules in words: who it holds for, targets, scoring and pay."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from toolkit.catalogue.kpi import Kpi
from toolkit.language import number, percent, text
from toolkit.report.results import agreed_value, inline
from toolkit.scheme.measure import Measure
from toolkit.scheme.pay import PayPlan, RatePlan
from toolkit.scheme.scheme import Scheme


def coverage_words(scheme: Scheme, language: str) -> str:
    """Whom a scheme holds for: the roster's columns and their values, or everybody."""
    if not scheme.applies_to:
        return text("scheme.everybody", language)
    pairs = [
        f"{column} = {text('phrase.or', language).join(values)}"
        for column, values in scheme.applies_to.items()
    ]
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
        return say(key, growth=percent(target.growth, language, signed=True))
    return (
        say("target.table")
        if target.table
        else say("target.hit", share=percent(target.hit_probability, language))
    )


def scoring_words(measure: Measure, scheme: Scheme, kpi: Kpi, language: str) -> str:
    """How a measure is scored: the rule's own numbers, in words."""
    say = partial(text, language=language)
    rule = measure.scoring
    if rule.proportional is not None:
        start = percent(rule.proportional.from_, language)
        cap = rule.proportional.cap
        return (
            say("scoring.proportional", start=start, cap=percent(cap, language))
            if cap
            else say("scoring.proportional_open", start=start)
        )
    if rule.threshold_target_excellence is not None:
        three = rule.threshold_target_excellence
        pairs = [
            say("scoring.point", x=percent(x, language), y=number(y, language))
            for x, y in (three.threshold, three.target, three.excellence)
        ]
        return say("scoring.between", points=say("phrase.join").join(pairs))
    if rule.bands is not None:
        pairs = [
            say("scoring.band", x=percent(x, language), y=number(y, language)) for x, y in rule.bands.edges
        ]
        return say("phrase.join").join(pairs)
    if rule.deduct is not None:
        d = rule.deduct
        return say(
            "scoring.deduct",
            points=number(d.points, language, 1 if d.points % 1 else 0),
            per=percent(d.per, language, 1 if d.per * 100 % 1 else 0),
            start=percent(d.from_, language),
            floor=number(d.floor, language),
            out_of=number(measure.out_of, language),
        )
    assert rule.curve is not None
    reads_actual = rule.curve.x == "actual"
    pairs = [
        say(
            "scoring.point",
            x=agreed_value(x, kpi, scheme.currency, language) if reads_actual else percent(x, language),
            y=number(y, language),
        )
        for x, y in rule.curve.points
    ]
    return say("scoring.between", points=say("phrase.join").join(pairs))


def pay_words(scheme: Scheme, kpis: Mapping[str, Kpi], language: str) -> str:
    """What a scheme pays, in sentences."""
    say = partial(text, language=language)
    plan: PayPlan = scheme.pay
    sentences = []
    if plan.curve is not None:
        pairs = [
            say("pay.point", x=number(x, language), y=percent(y, language)) for x, y in plan.curve.points
        ]
        sentences.append(say("pay.curve", points=say("phrase.join").join(pairs)))
    if plan.rate is not None:
        sentences.append(_rate_words(plan.rate, scheme, kpis, language))
    for gate in plan.gates:
        kpi = inline(kpis[scheme.measure(gate.measure).kpi], language)
        sentences.append(
            say("pay.gate", kpi=kpi, below=percent(gate.below, language), pays=percent(gate.pays, language))
        )
    return (" " if language == "en" else "").join(sentences)


def _rate_words(rate: RatePlan, scheme: Scheme, kpis: Mapping[str, Kpi], language: str) -> str:
    say = partial(text, language=language)
    kpi = inline(kpis[scheme.measure(rate.of).kpi], language)
    if rate.rate == "roster":
        return say("pay.rate_roster", kpi=kpi)
    if rate.rate is not None:
        return say("pay.rate_one", kpi=kpi, rate=percent(float(rate.rate), language, 2))
    edges = [percent(e, language) if rate.by == "attainment" else number(e, language) for e, _ in rate.tiers]
    pairs = [
        say("pay.tier", edge=e, rate=percent(r, language, 2))
        for e, (_, r) in zip(edges, rate.tiers, strict=True)
    ]
    return say(
        f"pay.tiers_{rate.split}", kpi=kpi, by=say(f"pay.by_{rate.by}"), tiers=say("phrase.join").join(pairs)
    )
