"""From score and credit to the payout: each component, each adjustment, and why a zero is a zero."""

from __future__ import annotations

from functools import partial

import pandas as pd

from toolkit.language import amount, currency_name, text
from toolkit.money import minor_digits
from toolkit.report.reasons import adjustment_reason, step_name
from toolkit.report.results import agreed_percent, inline
from toolkit.report.statement.readings import Shown, curve_words, exact_number, exact_percent, exact_value
from toolkit.report.statement.steps import Step
from toolkit.report.statement.subject import Subject
from toolkit.scheme.curve import Curve
from toolkit.scheme.rates import RatePlan

Row = pd.Series


def pay_steps(subject: Subject, language: str) -> list[Step]:
    """The steps from target incentive and credit to the payout; none where nothing could be computed."""
    say = partial(text, language=language)
    paid = subject.tables["payouts"]
    if paid.empty:
        return []
    row = paid.iloc[0]
    steps = []
    if pd.notna(row["target_incentive"]):
        steps.append(_incentive(subject, row, language))
    for component in subject.tables["components"].to_dict("records"):
        steps += _component(subject, pd.Series(component), row, language)
    if len(subject.tables["components"]) > 1:
        steps.append(
            Step(say("explain.base"), say("explain.base_sum"), money(subject, row["base_payout"], language))
        )
    for adjustment in subject.tables["adjustments"].to_dict("records"):
        how = adjustment_reason(adjustment, subject.appraisal, language)
        steps.append(
            Step(step_name(adjustment, language), how, money(subject, adjustment["amount"], language))
        )
    unit = currency_name(subject.scheme.currency, language)
    steps.append(
        Step(
            say("explain.payout"),
            say("explain.before_tax", currency=unit),
            money(subject, row["payout"], language),
        )
    )
    return steps


def money(subject: Subject, value: object, language: str) -> str:
    """An amount in full in the scheme's currency, without its name."""
    return amount(value, language, minor_digits(subject.scheme.currency))  # type: ignore[arg-type]


def _incentive(subject: Subject, row: Row, language: str) -> Step:
    say, plan = partial(text, language=language), subject.scheme.pay
    base = plan.target_incentive != "roster"
    given = subject.roster["base_salary" if base else "target_incentive"]
    words = {
        "given": money(subject, given, language),
        "per": say(f"grain.{plan.per}"),
        "period": say(f"grain.{subject.scheme.pay_every}"),
        "exposure": exact_percent(float(subject.roster["exposure"]), language),
    }
    if not isinstance(plan.target_incentive, str):
        words["share"] = agreed_percent(plan.target_incentive.share_of_base, language)
    how = say("explain.incentive_of_base" if base else "explain.incentive", **words)
    return Step(say("explain.incentive_name"), how, money(subject, row["target_incentive"], language))


def _component(subject: Subject, component: Row, paid: Row, language: str) -> list[Step]:
    kind = component["component"]
    if kind == "score_curve":
        return [_by_score(subject, component, paid, language)]
    if kind == "measure":
        return [_by_measure(subject, component, paid, language)]
    if kind == "rate":
        return [_by_rate(subject, component, language)]
    return [_by_pool(subject, component, language)]


def _by_score(subject: Subject, component: Row, paid: Row, language: str) -> Step:
    say, curve = partial(text, language=language), subject.scheme.pay.curve
    assert curve is not None
    reading = _ratio_words(curve, float(component["read"]), _plain(language), language)
    how = say(
        "explain.by_score",
        reading=reading,
        incentive=money(subject, paid["target_incentive"], language),
        ratio=exact_percent(float(component["ratio"]), language),
    )
    return Step(say("explain.by_score_name"), how, money(subject, component["amount"], language))


def _by_measure(subject: Subject, component: Row, paid: Row, language: str) -> Step:
    say = partial(text, language=language)
    measure = subject.scheme.measure(component["measure"])
    own, kpi = subject.scheme.pay.measures[measure.name], subject.appraisal.client.kpis[measure.kpi]
    shares: Shown = lambda x: exact_percent(x, language)  # noqa: E731
    actual: Shown = lambda x: exact_value(x, kpi, subject.scheme.currency, language)  # noqa: E731
    show = {"attainment": shares, "actual": actual, "score": _plain(language)}[own.curve.x]
    words = {"kpi": inline(kpi, language), "incentive": money(subject, paid["target_incentive"], language)}
    if pd.isna(component["ratio"]):
        how = say("explain.no_number" if subject.scheme.missing == "zero" else "explain.share_given_away")
    else:
        words["reading"] = _ratio_words(own.curve, float(component["read"]), show, language)
        words["share"] = exact_percent(float(component["share"]), language)
        words["ratio"] = exact_percent(float(component["ratio"]), language)
        capped = own.cap is not None and float(component["ratio"]) == own.cap
        how = say("explain.by_measure_capped" if capped else "explain.by_measure", **words)
    return Step(say("explain.by_measure_name", **words), how, money(subject, component["amount"], language))


def _ratio_words(curve: Curve, read: float, show_x: Shown, language: str) -> str:
    return curve_words(curve, read, show_x, lambda y: exact_percent(y, language), language)


def _plain(language: str) -> Shown:
    return lambda x: exact_number(x, language)


def _by_rate(subject: Subject, component: Row, language: str) -> Step:
    say = partial(text, language=language)
    plan = next(r for r in subject.scheme.pay.rates if r.of == component["measure"])
    kpi = subject.appraisal.client.kpis[subject.scheme.measure(plan.of).kpi]
    words = {
        "kpi": inline(kpi, language),
        "credited": money(subject, component["credited"], language),
        "rate": exact_percent(float(component["rate"]), language),
    }
    how = say(f"explain.rate_{_rate_kind(plan)}", **words)
    if plan.tiers and plan.split == "step":
        how = say("explain.rate_slices", slices=how, tiers=_tiers(plan, subject, language))
    if plan.cumulative:
        how = say("explain.rate_since", words=how, grain=say(f"grain.{plan.cumulative}"))
    return Step(say("explain.rate_name", **words), how, money(subject, component["amount"], language))


def _rate_kind(plan: RatePlan) -> str:
    return plan.split if plan.tiers else "one"


def _tiers(plan: RatePlan, subject: Subject, language: str) -> str:
    say = partial(text, language=language)
    show: Shown = (lambda x: money(subject, x, language)) if plan.by == "amount" else _shares(language)
    listed = [say("pay.tier", edge=show(e), rate=agreed_percent(r, language)) for e, r in plan.tiers]
    return say("phrase.join").join(listed)


def _shares(language: str) -> Shown:
    return lambda x: agreed_percent(x, language)


def _by_pool(subject: Subject, component: Row, language: str) -> Step:
    say = partial(text, language=language)
    words = {
        "pool": money(subject, component["credited"], language),
        "share": exact_percent(float(component["rate"]), language),
    }
    return Step(
        say("explain.pool_name"), say("explain.pool", **words), money(subject, component["amount"], language)
    )


def why_zero(subject: Subject, language: str) -> str:
    """Why nothing is paid, in a sentence; blank where something is, or where the period is none of pay."""
    say = partial(text, language=language)
    paid, unpaid = subject.tables["payouts"], subject.tables["unpaid"]
    if len(unpaid):
        why = say(f"appraise.unpaid.{unpaid.iloc[0]['reason']}")
        return say("explain.unpaid", why=why)
    if paid.empty or float(paid.iloc[0]["payout"]) > 0:
        return ""
    return say("explain.zero", why=_zero_cause(subject, paid.iloc[0], language))


def _zero_cause(subject: Subject, row: Row, language: str) -> str:
    """The first cause in the order of the steps: nothing earned, or what took all of it."""
    say = partial(text, language=language)
    if float(row["base_payout"]) > 0:
        left = float(row["base_payout"])
        for adjustment in subject.tables["adjustments"].to_dict("records"):
            left += float(adjustment["amount"])
            if left <= 0:
                return adjustment_reason(adjustment, subject.appraisal, language)
    if pd.notna(row["rate"]) and float(row["rate"]) == 0:
        return say("zero.rate")
    if pd.notna(row["target_incentive"]) and float(row["target_incentive"]) == 0:
        return say("zero.incentive")
    by_ratio = pd.notna(row["payout_ratio"]) and float(row["payout_ratio"]) == 0
    return say("zero.score" if by_ratio else "zero.credited")
