"""From score and credit to the payout: each part with its arithmetic, each change, the sum."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from toolkit.language import currency_name, text
from toolkit.money import minor_digits, times, to_minor
from toolkit.report.reasons import why_nothing
from toolkit.report.results import agreed_percent, inline
from toolkit.report.statement.changes import change_steps
from toolkit.report.statement.pool import pool_step
from toolkit.report.statement.rates import rate_step
from toolkit.report.statement.readings import (
    Shown,
    curve_words,
    exact_number,
    exact_percent,
    exact_value,
    in_full,
)
from toolkit.report.statement.steps import Step, joined
from toolkit.report.statement.subject import Subject

Row = pd.Series


def _money(subject: Subject, value: object, language: str) -> str:
    return in_full(value, subject.scheme.currency, language)


def pay_steps(subject: Subject, language: str) -> list[Step]:
    """The steps from target incentive and credit to the payout; none where nothing could be computed."""
    say, paid = partial(text, language=language), subject.tables["payouts"]
    if paid.empty:
        return []
    row, shown = paid.iloc[0], partial(in_full, currency=subject.scheme.currency, language=language)
    parts = subject.tables["components"]
    steps = [_incentive(subject, row, language)] if pd.notna(row["target_incentive"]) else []
    rates = iter(subject.scheme.pay.rates)
    for _, part in parts.iterrows():
        if part["component"] == "rate":
            steps.append(rate_step(subject, part, next(rates), language))
        else:
            steps.append(_PARTS[part["component"]](subject, part, row, language))
    if len(parts) > 1:
        how = joined([shown(value) for value in parts["amount"]])
        steps.append(Step(say("explain.base"), how, shown(row["base_payout"])))
    changes = change_steps(subject, language)
    unit = currency_name(subject.scheme.currency, language)
    how = say("explain.before_tax", currency=unit)
    if changes:
        terms = [row["base_payout"], *subject.tables["adjustments"]["amount"]]
        how = say("explain.paid_sum", sum=joined([shown(t) for t in terms]), unit=how)
    else:
        how = say("explain.unchanged", unit=how)
    return [*steps, *changes, Step(say("explain.payout"), how, shown(row["payout"]))]


def _incentive(subject: Subject, row: Row, language: str) -> Step:
    """The year's amount, the part of it that falls in the period, the days employed."""
    say, plan = partial(text, language=language), subject.scheme.pay
    calendar, base = subject.appraisal.client.calendar, plan.target_incentive != "roster"
    given = subject.roster["base_salary" if base else "target_incentive"]
    factors, words = [_money(subject, given, language)], []
    if not isinstance(plan.target_incentive, str):
        factors.append(f"× {agreed_percent(plan.target_incentive.share_of_base, language)}")
        words.append(say("explain.by_share_of_base"))
    due, per = (calendar.periods_per_year(g) for g in (subject.scheme.pay_every, plan.per))
    if due != per:
        factors.append(f"÷ {due // per}" if due > per else f"× {per // due}")
        words.append(say("explain.by_pay_period"))
    if due > per:
        factors += _split(subject, float(given), due // per, language)
    exposure = float(subject.roster["exposure"])
    if exposure != 1:
        factors.append(f"× {exact_percent(exposure, language)}")
        words.append(say("basis.by_exposure"))
    source = say("explain.incentive_of_base" if base else "explain.incentive", per=say(f"grain.{plan.per}"))
    listed = say("phrase.join").join([source, *words])
    how = say("basis.sum", words=listed, sum=" ".join(factors))
    return Step(say("explain.incentive_name"), how, _money(subject, row["target_incentive"], language))


def _split(subject: Subject, given: float, parts: int, language: str) -> list[str]:
    """The part of this period where the amount does not divide: the first periods take the units over."""
    plan, currency = subject.scheme.pay, subject.scheme.currency
    units = to_minor([given], currency)
    if not isinstance(plan.target_incentive, str):
        units = times(units, plan.target_incentive.share_of_base)
    each, over = divmod(int(units[0]), parts)
    if not over:
        return []
    place = (int(subject.period[5:].lstrip("QH") or 1) - 1) % parts
    whole = (each + (place < over)) / 10 ** minor_digits(currency)
    return [text("explain.split_uneven", language, whole=_money(subject, whole, language))]


def _by_score(subject: Subject, component: Row, paid: Row, language: str) -> Step:
    say, curve = partial(text, language=language), subject.scheme.pay.curve
    assert curve is not None
    shares: Shown = partial(exact_percent, language=language)
    reading = curve_words(
        curve, float(component["read"]), partial(exact_number, language=language), shares, language
    )
    incentive = _money(subject, paid["target_incentive"], language)
    how = say("explain.by_score", reading=reading, sum=f"{incentive} × {shares(float(component['ratio']))}")
    return Step(say("explain.by_score_name"), how, _money(subject, component["amount"], language))


def _by_measure(subject: Subject, component: Row, paid: Row, language: str) -> Step:
    say = partial(text, language=language)
    measure = subject.scheme.measure(component["measure"])
    kpi = subject.appraisal.client.kpis[measure.kpi]
    name = say("explain.by_measure_name", kpi=inline(kpi, language))
    value = _money(subject, component["amount"], language)
    if pd.isna(component["ratio"]):
        key = "explain.no_number" if subject.scheme.missing == "zero" else "explain.share_given_away"
        return Step(name, say(key), value)
    own, read = subject.scheme.pay.measures[measure.name], float(component["read"])
    shares: Shown = partial(exact_percent, language=language)
    shows: dict[str, Shown] = {
        "attainment": shares,
        "actual": lambda x: exact_value(x, kpi, subject.scheme.currency, language),
        "score": partial(exact_number, language=language),
    }
    reading = curve_words(own.curve, read, shows[own.curve.x], shares, language)
    reading = say(f"explain.read_{own.curve.x}", reading=reading)
    if own.cap is not None and float(own.curve(np.array([read]))[0]) > own.cap:
        reading = say("explain.capped_at", reading=reading, cap=shares(own.cap))
    incentive = _money(subject, paid["target_incentive"], language)
    share, ratio = float(component["share"]), float(component["ratio"])
    words = {"reading": reading, "sum": f"{incentive} × {shares(share)} × {shares(ratio)}"}
    if abs(share - own.share) > 1e-9:
        words["reading"] = say("explain.share_grown", reading=reading, agreed=shares(own.share))
    how = say("explain.by_measure", **words)
    alone = _rounded_alone(subject, component, paid, language)
    if alone != value:
        how = say("explain.rounded_together", words=how, alone=alone)
    return Step(name, how, value)


def _rounded_alone(subject: Subject, component: Row, paid: Row, language: str) -> str:
    """What a part would come to if it were rounded by itself, not so that the parts add up to the whole."""
    digits = minor_digits(subject.scheme.currency)
    units = to_minor([float(paid["target_incentive"])], subject.scheme.currency)
    exact = round(float(component["share"]) * float(component["ratio"]), 8)
    return _money(subject, int(times(units, exact)[0]) / 10**digits, language)


_PARTS = {"score_curve": _by_score, "measure": _by_measure, "pool": pool_step}


def why_zero(subject: Subject, language: str) -> str:
    """Why nothing is paid, in a sentence; blank where something is, or where the period is none of pay."""
    say = partial(text, language=language)
    paid, unpaid = subject.tables["payouts"], subject.tables["unpaid"]
    if paid.empty and len(unpaid):
        return say("explain.unpaid", why=say(f"appraise.unpaid.{unpaid.iloc[0]['reason']}"))
    if paid.empty or float(paid.iloc[0]["payout"]) > 0:
        return ""
    changes = subject.tables["adjustments"].to_dict("records")
    why = why_nothing(paid.to_dict("records")[0], changes, subject.appraisal, language)
    owed = "explain.zero" if float(paid.iloc[0]["payout"]) == 0 else "explain.owed"
    return say(owed, why=why)
