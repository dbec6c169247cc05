"""A share of a pool: how large it is, whose points share it, and the own ones among them."""

from __future__ import annotations

from functools import partial

import pandas as pd

from toolkit.data.panel.spine import UNASSIGNED
from toolkit.language import text
from toolkit.report.phrases import count
from toolkit.report.results import agreed_percent, inline
from toolkit.report.statement.readings import exact_amount, exact_number, exact_percent, in_full
from toolkit.report.statement.steps import Step
from toolkit.report.statement.subject import Subject


def pool_step(subject: Subject, component: pd.Series, paid: pd.Series, language: str) -> Step:
    """The pool, its points, the own ones among them and the share that they are."""
    say, plan = partial(text, language=language), subject.scheme.pay.pool
    assert plan is not None
    unit = "" if plan.within == "scheme" else subject.whose.get(plan.within, UNASSIGNED)
    group = subject.appraisal.pool(subject.scheme, unit)
    shown = partial(in_full, currency=subject.scheme.currency, language=language)
    whole, value = shown(component["credited"]), shown(component["amount"])
    pool = _pool_words(subject, group.get("of"), whole, language)
    if group["points"] <= 0:
        return Step(say("explain.pool_name"), say("explain.pool_none", pool=pool), value)
    everybody = exact_number(group["points"], language)
    how = say(
        "explain.pool",
        pool=pool,
        within=say(f"within.{plan.within}"),
        by=say(f"pay.by_{plan.points}"),
        points=_points_words(subject, float(component["read"]), language),
        all=everybody,
        n=count(group["n"], "person", language),
        sum=f"{whole} × {exact_number(float(component['read']), language)} ÷ {everybody}",
    )
    return Step(say("explain.pool_name"), how, value)


def _pool_words(subject: Subject, brought: float | None, whole: str, language: str) -> str:
    """The sum agreed, or the rate of what the group brought."""
    plan = subject.scheme.pay.pool
    assert plan is not None
    if brought is None:
        return whole
    kpi = subject.appraisal.client.kpis[subject.scheme.measure(plan.of).kpi]
    shown = exact_amount(brought, subject.scheme.currency, language)
    rate = agreed_percent(plan.rate or 0.0, language)
    key = "explain.pool_of" if brought >= 0 else "explain.pool_of_nothing"
    return text(key, language, kpi=inline(kpi, language), brought=shown, rate=rate, pool=whole)


def _points_words(subject: Subject, points: float, language: str) -> str:
    """`96.5 × 80 % = 77.2`: the score by the days employed, or by the target incentive."""
    plan, scores = subject.scheme.pay.pool, subject.tables["scores"]
    assert plan is not None
    score = max(float(scores["score"].iloc[0]), 0.0)
    own = exact_number(points, language)
    if score == 0:
        return own
    by = exact_percent(float(subject.roster["exposure"]), language)
    if plan.points != "score":
        by = in_full(points / score, subject.scheme.currency, language)
    return f"{exact_number(score, language)} × {by} = {own}"
