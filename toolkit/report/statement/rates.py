"""Commissions as they are computed: slices, tiers, earlier credit, what a single deal may credit."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd

from toolkit.appraise.commission import AMOUNT_DIGITS, commission
from toolkit.language import amount, text
from toolkit.money import minor_digits, times, to_units
from toolkit.report.results import agreed_percent, inline
from toolkit.report.statement.readings import Shown, curve_words, exact_amount, exact_percent, operand
from toolkit.report.statement.steps import Step
from toolkit.report.statement.subject import Subject
from toolkit.scheme.curve import Curve
from toolkit.scheme.rates import RatePlan

_UNIT = 10**AMOUNT_DIGITS


def rate_step(subject: Subject, component: pd.Series, plan: RatePlan, language: str) -> Step:
    """One commission: what was credited, at which rates, and what it comes to.

    Parameters
    ----------
    component : Series
        A row of the components table of the kind `rate`.
    plan : RatePlan
        The rule it follows.
    """
    say = partial(text, language=language)
    kpi = inline(subject.appraisal.client.kpis[subject.scheme.measure(plan.of).kpi], language)
    how = _cumulative(subject, component, plan, language)
    if plan.cumulative is None:
        credited = float(component["credited"])
        how = _commission_words(subject, plan, credited, component["target"], component["read"], language)
    over = component["over_cap"]
    if pd.notna(over) and float(over) != 0:
        how = say(
            "explain.rate_capped",
            cap=_money(subject, plan.deal_cap, language),
            words=how,
            **_capped(subject, component, language),
        )
    digits = minor_digits(subject.scheme.currency)
    return Step(say("explain.rate_name", kpi=kpi), how, amount(component["amount"], language, digits))


def _money(subject: Subject, value: object, language: str) -> str:
    return exact_amount(value, subject.scheme.currency, language)


def _capped(subject: Subject, component: pd.Series, language: str) -> dict[str, str]:
    """What all deals credited, what of it is above the cap, and what is left."""
    credited, over = float(component["credited"]), float(component["over_cap"])
    amounts = {"all": credited + over, "over": over, "credited": credited}
    return {name: _money(subject, value, language) for name, value in amounts.items()}


def _commission_words(
    subject: Subject, plan: RatePlan, credited: float, target: float, read: float, language: str
) -> str:
    """The commission on an amount as a sum: `100,000.00 × 5 % + 50,000.00 × 8 %`."""
    say = partial(text, language=language)
    rates: Shown = partial(exact_percent, language=language)
    shown = _money(subject, credited, language)
    if not plan.tiers:
        own = subject.roster.get("commission_rate") if plan.rate == "roster" else plan.rate
        kind = "roster" if plan.rate == "roster" else "one"
        return say(f"explain.rate_{kind}", credited=shown, rate=rates(float(own or 0.0)))
    by = say(f"explain.tiers_by_{plan.by}")
    if plan.split == "step":
        listed = _tiers(subject, plan, target, language)
        return say(
            "explain.rate_slices", sum=_slices(subject, plan, credited, target, language), tiers=listed
        )
    reached = rates(read) if plan.by == "attainment" else _money(subject, read, language)
    show = rates if plan.by == "attainment" else partial(_money, subject, language=language)
    rate = _rate_at(plan, read)
    words = {"by": by, "reached": reached, "credited": shown, "rate": rates(rate)}
    if plan.split == "none":
        edge = max((e for e, _ in plan.tiers if e <= round(read, 8)), default=plan.tiers[0][0])
        return say("explain.rate_tier", edge=show(edge), **words)
    curve = Curve("attainment", plan.tiers, below=plan.tiers[0][1])
    return say("explain.rate_between", reading=curve_words(curve, read, show, rates, language), **words)


def _rate_at(plan: RatePlan, read: float) -> float:
    """The rate of tiers that hold for a whole amount."""
    edges, rates = (np.array(column) for column in zip(*plan.tiers, strict=True))
    if plan.split == "interpolated":
        return round(float(np.interp(read, edges, rates)), 8)
    return float(rates[max(int(np.searchsorted(edges.round(8), round(read, 8), side="right")) - 1, 0)])


def _edges(plan: RatePlan, target: float) -> list[float]:
    """The tiers' edges in money."""
    if plan.by == "amount":
        return [edge for edge, _ in plan.tiers]
    units = to_units([0.0 if pd.isna(target) else float(target)], AMOUNT_DIGITS)
    return [float(times(units, edge)[0]) / _UNIT for edge, _ in plan.tiers]


def _slices(subject: Subject, plan: RatePlan, credited: float, target: float, language: str) -> str:
    """Each slice of an amount at its own rate; a return is taken back at the first."""
    edges, terms = [*_edges(plan, target), float("inf")], []
    for i, ((_, rate), (lower, upper)) in enumerate(zip(plan.tiers, pairwise(edges), strict=True)):
        part = min(credited, upper) - (lower if i else 0.0)
        if i == 0 or part > 0:
            shown = operand(_money(subject, part, language)) if i else _money(subject, part, language)
            terms.append((part, f"{shown} × {exact_percent(rate, language)}"))
    kept = [term for part, term in terms if part != 0] or [terms[0][1]]
    return " + ".join(kept)


def _tiers(subject: Subject, plan: RatePlan, target: float, language: str) -> str:
    """The table of tiers, an edge by attainment also in money."""
    say, listed = partial(text, language=language), []
    for (edge, rate), money in zip(plan.tiers, _edges(plan, target), strict=True):
        shown = _money(subject, money, language)
        if plan.by == "attainment" and edge:
            shown = say("explain.edge_of_target", edge=agreed_percent(edge, language), money=shown)
        listed.append(say("pay.tier", edge=shown, rate=agreed_percent(rate, language)))
    return say("phrase.join").join(listed)


def _cumulative(subject: Subject, component: pd.Series, plan: RatePlan, language: str) -> str:
    """Everything since the year or quarter began, less what its earlier periods came to."""
    if plan.cumulative is None:
        return ""
    say, before = partial(text, language=language), float(component["before"])
    credited, target = float(component["credited"]), float(component["target"])
    so_far, earlier_target = before + credited, target - _target(subject, plan)
    now = _commission_words(subject, plan, so_far, target, float(component["read"]), language)
    words = {"grain": say(f"grain.{plan.cumulative}"), "now": now}
    amounts = {"before": before, "credited": credited, "so_far": so_far}
    words |= {name: operand(_money(subject, value, language)) for name, value in amounts.items()}
    if before == 0:
        return say("explain.rate_first", **words)
    read = _read(plan, before, earlier_target)
    then = _commission_words(subject, plan, before, earlier_target, read, language)
    digits = minor_digits(subject.scheme.currency)
    paid = _earned(subject, plan, before, earlier_target, read)
    whole = round(float(component["amount"]) * 10**digits) + paid
    shown = {"whole": whole, "paid": paid}
    words |= {name: operand(amount(units / 10**digits, language, digits)) for name, units in shown.items()}
    return say("explain.rate_since", then=then, **words)


def _target(subject: Subject, plan: RatePlan) -> float:
    """The period's own target, where tiers count attainment."""
    own = subject.card(plan.of)
    return 0.0 if own is None or plan.by != "attainment" or pd.isna(own["target"]) else float(own["target"])


def _read(plan: RatePlan, before: float, target: float) -> float:
    """What the tiers read of the earlier periods together."""
    if plan.by == "attainment":
        return round(before / target, 8) if target > 0 else 0.0
    return before


def _earned(subject: Subject, plan: RatePlan, before: float, target: float, read: float) -> int:
    """What the earlier periods came to, in minor units."""
    own = subject.roster.get("commission_rate")
    found, _ = commission(
        plan,
        to_units([before], AMOUNT_DIGITS),
        np.array([read]),
        np.array([0.0 if pd.isna(target) else target]),
        np.array([np.nan if own is None else float(own)]),
        subject.scheme.currency,
    )
    return int(found[0])
