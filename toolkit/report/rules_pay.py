"""What a scheme pays, in words: the sentences that HR announces, in the order in which pay is worked out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from toolkit.catalogue.kpi import Kpi
from toolkit.language import currency_name, text
from toolkit.report.results import agreed_number, agreed_percent, agreed_value
from toolkit.report.rules import matrix_words, measure_name, once_each
from toolkit.scheme.curve import Curve
from toolkit.scheme.parts import Gate, Modifier, Pool, ShareOfBase
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.rates import RatePlan
from toolkit.scheme.scheme import Scheme

Kpis = Mapping[str, Kpi]


def pay_words(scheme: Scheme, kpis: Kpis, language: str) -> str:
    """What a scheme pays, in sentences."""
    plan = scheme.pay
    sentences = _base_words(plan, language)
    if plan.curve is not None:
        sentences.append(_curve_words(plan.curve, language))
    sentences += [_measure_words(name, scheme, kpis, language) for name in plan.measures]
    sentences += [_rate_words(rate, scheme, kpis, language) for rate in plan.rates]
    if plan.pool is not None:
        sentences.append(_pool_words(plan.pool, scheme, kpis, language))
    sentences += [_modifier_words(modifier, scheme, kpis, language) for modifier in plan.modifiers]
    sentences += [_gate_words(gate, scheme, kpis, language) for gate in plan.gates]
    sentences += _bound_words(scheme, language)
    return text("phrase.space", language).join(sentences)


def _base_words(plan: PayPlan, language: str) -> list[str]:
    said = []
    if isinstance(plan.target_incentive, ShareOfBase):
        share = agreed_percent(plan.target_incentive.share_of_base, language)
        said.append(text("pay.incentive_share", language, share=share))
    if plan.per != "year" and plan.by_incentive:
        said.append(text("pay.per", language, per=text(f"grain.{plan.per}", language)))
    return said


def _curve_words(curve: Curve, language: str) -> str:
    say = partial(text, language=language)
    listed = []
    for x, y, before in once_each(curve.points):
        words = {"x": agreed_number(x, language), "y": agreed_percent(y, language)}
        if before is None:
            listed.append(say("pay.point", **words))
        else:
            listed.append(say("pay.jump", before=agreed_percent(before, language), **words))
    below = agreed_percent(curve.below, language) if curve.below else say("pay.nothing")
    return say("pay.curve", points=say("phrase.join").join(listed), below=below)


def _points_words(
    curve: Curve, name: str, scheme: Scheme, kpis: Kpis, worth: Callable[[float], str], language: str
) -> str:
    """The points of a curve over a measure; `worth` writes what each gives."""
    say = partial(text, language=language)
    listed = []
    for x, y, before in once_each(curve.points):
        point = say(f"pay.at_{curve.x}", x=_read(x, curve, name, scheme, kpis, language), y=worth(y))
        listed.append(point if before is None else say("pay.at_jump", point=point, before=worth(before)))
    return say("phrase.join").join(listed)


def _read(x: float, curve: Curve, name: str, scheme: Scheme, kpis: Kpis, language: str) -> str:
    if curve.x == "attainment":
        return agreed_percent(x, language)
    kpi = kpis.get(scheme.measure(name).kpi)
    if curve.x == "score" or kpi is None:
        return agreed_number(x, language)
    return agreed_value(x, kpi, scheme.currency, language)


def _measure_words(name: str, scheme: Scheme, kpis: Kpis, language: str) -> str:
    own = scheme.pay.measures[name]
    shares = partial(agreed_percent, language=language)
    return text(
        "pay.measure",
        language,
        share=shares(own.share),
        kpi=measure_name(name, scheme, kpis, language),
        points=_points_words(own.curve, name, scheme, kpis, shares, language),
        below=shares(own.curve.below) if own.curve.below else text("pay.nothing", language),
        cap="" if own.cap is None else text("pay.measure_cap", language, cap=shares(own.cap)),
    )


def _rate_words(rate: RatePlan, scheme: Scheme, kpis: Kpis, language: str) -> str:
    say = partial(text, language=language)
    said = [_plain_rate_words(rate, measure_name(rate.of, scheme, kpis, language), language)]
    if rate.cumulative:
        said.append(say("pay.cumulative", span=say(f"grain.{rate.cumulative}")))
    if rate.deal_cap is not None:
        said.append(say("pay.deal_cap", cap=_money(rate.deal_cap, scheme, language)))
    return say("phrase.space").join(said)


def _plain_rate_words(rate: RatePlan, kpi: str, language: str) -> str:
    say = partial(text, language=language)
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


def _pool_words(pool: Pool, scheme: Scheme, kpis: Kpis, language: str) -> str:
    say = partial(text, language=language)
    words = {
        "per": say(f"grain.{scheme.pay_every}"),
        "points": say(f"pay.by_{pool.points}"),
    }
    each = "" if pool.within == "scheme" else "_each"  # every group has the whole amount
    words |= {"each": say(f"pay.each_{pool.within}")} if each else {"within": say("within.scheme")}
    if pool.amount is not None:
        return say(f"pay.pool_amount{each}", amount=_money(pool.amount, scheme, language), **words)
    rate = agreed_percent(pool.rate or 0, language)
    name = measure_name(pool.of, scheme, kpis, language)
    return say(f"pay.pool_rate{each}", kpi=name, rate=rate, **words)


def _modifier_words(modifier: Modifier, scheme: Scheme, kpis: Kpis, language: str) -> str:
    say, numbers = partial(text, language=language), partial(agreed_number, language=language)
    if modifier.matrix is not None:
        own = measure_name(modifier.matrix.measure, scheme, kpis, language)
        return say("pay.modifier_matrix", own=own, **matrix_words(modifier.matrix, scheme, kpis, language))
    if modifier.curve is not None:
        return say(
            "pay.modifier",
            kpi=measure_name(modifier.measure, scheme, kpis, language),
            points=_points_words(modifier.curve, modifier.measure, scheme, kpis, numbers, language),
            below=numbers(modifier.curve.below or 0),
        )
    factors = [say("pay.modifier_grade", grade=g, factor=numbers(f)) for g, f in modifier.grades.items()]
    return say("pay.modifier_grades", grades=say("phrase.join").join(factors))


def _gate_words(gate: Gate, scheme: Scheme, kpis: Kpis, language: str) -> str:
    values = {
        "kpi": measure_name(gate.measure, scheme, kpis, language),
        "below": agreed_percent(gate.below, language),
        "pays": agreed_percent(gate.pays, language),
    }
    return text("pay.gate" if gate.pays else "pay.gate_nothing", language, **values)


def _bound_words(scheme: Scheme, language: str) -> list[str]:
    """What bounds, lifts, holds back or takes back a payout."""
    say, shares, plan = (
        partial(text, language=language),
        partial(agreed_percent, language=language),
        scheme.pay,
    )
    said = []
    if plan.caps is not None and plan.caps.ratio is not None:
        said.append(say("pay.cap_ratio", ratio=shares(plan.caps.ratio)))
    if plan.caps is not None and plan.caps.amount is not None:
        per, amount = say(f"grain.{scheme.pay_every}"), _money(plan.caps.amount, scheme, language)
        said.append(say("pay.cap_amount", amount=amount, per=per))
    if plan.guarantee is not None:
        key = "pay.guarantee" + ("_one" if plan.guarantee.months == 1 else "")
        said.append(say(key, share=shares(plan.guarantee.share), months=plan.guarantee.months))
        said += [say("pay.draw")] if plan.guarantee.recoverable else []
    if plan.holdback is not None:
        said.append(say("pay.holdback", share=shares(plan.holdback.share)))
    if plan.clawback is not None:
        said.append(say("pay.clawback", days=plan.clawback.days))
    return said


def _money(amount: float, scheme: Scheme, language: str) -> str:
    return f"{agreed_number(amount, language)} {currency_name(scheme.currency, language)}"
