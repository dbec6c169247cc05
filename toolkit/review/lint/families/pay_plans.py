"""P: what a plan may pay: mix, size, timing, pools, guarantees, what is taken back, what follows the cash."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from toolkit.errors import NotEnoughData, Problem
from toolkit.language import listed, number, percent, text
from toolkit.review.lint.evidence.pay_shapes import HAIR, cash, factors, follows_cash, most_ratio, rate_names
from toolkit.review.lint.evidence.pay_tables import covered
from toolkit.review.lint.look import Hit, Look, rule

_MONTHS = {"year": 12, "quarter": 3, "month": 1}  # of the roster's amounts


@rule("P01")
def pay_mix_unusual(look: Look) -> Iterator[Hit]:
    """Base salary's share of base and incentive, by role, outside what is common for the role."""
    if not look.scheme.pay.by_incentive:
        return
    own = look.limits
    bands = {
        "hunter": (own["hunter_least"], own["hunter_most"]),
        "key_account": (own["key_account_least"], own["key_account_most"]),
        "inside_sales": (own["inside_sales_least"], own["inside_sales_most"]),
        "field_sales": (own["field_sales_least"], own["field_sales_most"]),
        "manager": (own["manager_least"], own["manager_most"]),
    }
    people = covered(look)
    people = people[(people["base"] > 0) & (people["incentive"] > 0)]
    if people.empty or "role" not in people:
        raise NotEnoughData(Problem("lint_pay.no_mix"))
    share = people["base"] / (people["base"] + people["incentive"])
    for role, (least, most) in bands.items():
        of_role = share[(people["role"] == role).to_numpy(dtype=bool)]
        if len(of_role) and not least - HAIR <= (middle := float(of_role.median())) <= most + HAIR:
            shown = {"share": middle, "least": least, "most": most}
            told = {name: percent(x, look.language) for name, x in shown.items()}
            yield Hit(
                "pay.target_incentive", told | {"role": role, "people": number(len(of_role), look.language)}
            )


@rule("P06")
def leverage_too_high(look: Look) -> Iterator[Hit]:
    """Base and the most of the incentive come to more than a multiple of the base."""
    if not look.scheme.pay.by_incentive:
        return
    people = covered(look)
    people = people[(people["base"] > 0) & (people["incentive"] > 0)]
    if people.empty:
        raise NotEnoughData(Problem("lint_pay.no_mix"))
    top = most_ratio(look.scheme.pay)
    times = (1 + people["incentive"] / people["base"] * top).to_numpy()
    over = int((times > look.limits["most"] + HAIR).sum())
    if over:
        values = {"times": float(times.max()), "most": look.limits["most"]}
        told = {name: number(x, look.language, 1) for name, x in values.items()}
        counts = {"k": over, "people": number(len(people), look.language)}
        yield Hit("pay", told | counts | {"top": percent(top, look.language)})


@rule("P07")
def pays_at_wrong_pace(look: Look) -> Iterator[Hit]:
    """Paid once a year; or every month on results that take longer to show."""
    every = look.scheme.pay_every
    if every == "year":
        yield Hit("pay_every", {"what": text("lint_pay.yearly", look.language)})
    if every != "month":
        return
    slow = [
        look.named(measure.name)
        for measure in look.scheme.measures
        if measure.name in look.paid
        and (
            look.kpi(measure).grain[1] in ("quarter", "year")
            or look.kpi(measure).within_days >= look.limits["watched_days"]
        )
    ]
    if slow:
        named = listed(slow, look.language)
        yield Hit("pay_every", {"what": text("lint_pay.monthly", look.language, measures=named)})


@rule("P08")
def clawback_reaches_far(look: Look) -> Iterator[Hit]:
    """Commission is taken back after more than a year, or in China without a look at the law."""
    claw = look.scheme.pay.clawback
    if claw is None:
        return
    if claw.days > look.limits["days"]:
        limit = number(look.limits["days"], look.language)
        said = text("lint_pay.claw_days", look.language, days=number(claw.days, look.language), limit=limit)
        yield Hit("pay.clawback.days", {"what": said})
    checked = look.scheme.governance.get("legal_checked") or []
    if look.scheme.currency == "CNY" and "deductions" not in checked:
        yield Hit("pay.clawback", {"what": text("lint_pay.claw_law", look.language)})


@rule("P09")
def base_near_minimum_wage(look: Look) -> Iterator[Hit]:
    """Payouts below zero, or a base so low that a month without them may miss the local minimum wage."""
    if look.scheme.currency != "CNY":
        return  # the line is in yuan
    people = covered(look)
    base = people["base"].to_numpy() / _MONTHS[look.scheme.pay.per]
    known, line = base[~np.isnan(base)], look.limits["monthly"]
    if (low := int((known < line).sum())) > 0:
        money = {"lowest": cash(look, float(known.min())), "line": cash(look, line)}
        what = text("lint_pay.base_low", look.language, k=low, people=len(known), **money)
        yield Hit("pay", {"what": what})
    if "payouts" in look.tables:
        payout = look.own("payouts")["payout"].to_numpy(dtype=float, na_value=np.nan)
        if (payout < 0).any():
            counts = {"k": int((payout < 0).sum()), "n": len(payout)}
            lowest = cash(look, float(np.nanmin(payout)))
            yield Hit("pay", {"what": text("lint_pay.negative", look.language, **counts, lowest=lowest)})
    elif not len(known):
        raise NotEnoughData(Problem("lint_pay.no_mix"))


@rule("P10")
def pool_sets_people_apart(look: Look) -> Iterator[Hit]:
    """A pool among people who are to cooperate, or among so few that one person's share is another's."""
    pool = look.scheme.pay.pool
    if pool is None:
        return
    together = [
        look.named(m.name) for m in look.scheme.measures if m.level in ("team", "region") or "team" in m.kpi
    ]
    if together:
        named = listed(together, look.language)
        yield Hit("pay.pool", {"what": text("lint_pay.pool_together", look.language, measures=named)})
    if "participants" not in look.tables:
        return
    people = covered(look)
    groups = people.groupby(pool.within).size() if pool.within in people else [len(people)]
    small = [int(size) for size in groups if size < look.limits["people"]]
    if small:
        sizes = {"k": len(small), "n": len(groups), "least": min(small), "limit": int(look.limits["people"])}
        yield Hit("pay.pool.within", {"what": text("lint_pay.pool_small", look.language, **sizes)})


@rule("P11")
def guarantee_too_long(look: Look) -> Iterator[Hit]:
    """A guarantee that outlasts the time in which a joiner learns the job."""
    given = look.scheme.pay.guarantee
    if given is not None and given.months > look.limits["months"]:
        months = {"months": given.months, "limit": int(look.limits["months"])}
        yield Hit("pay.guarantee.months", {**months, "share": percent(given.share, look.language)})


@rule("P12")
def counted_three_times(look: Look) -> Iterator[Hit]:
    """A measure that earns pay, opens a gate and changes the factor: one miss is punished each time."""
    plan, vetoes = look.scheme.pay, look.scheme.vetoes
    gated = {gate.measure for gate in plan.gates} | {v.measure for v in vetoes if v.pays is not None}
    changing = {m.measure for m in plan.modifiers if m.measure}
    for modifier in plan.modifiers:
        if modifier.matrix is not None:
            changing |= {modifier.matrix.measure, modifier.matrix.with_}
    ways = (("pays", set(look.paid)), ("gates", gated), ("modifies", changing))
    for measure in look.scheme.measures:
        found = [text(f"lint_pay.{way}", look.language) for way, names in ways if measure.name in names]
        if len(found) > look.limits["most"]:
            shown = {
                "measure": look.named(measure.name),
                "ways": listed(found, look.language),
                "n": len(found),
            }
            yield Hit(f"measures.{measure.name}", shown)


@rule("P13")
def modifiers_too_strong(look: Look) -> Iterator[Hit]:
    """Modifiers that together can more than halve or double what was earned."""
    modifiers = look.scheme.pay.modifiers
    if not modifiers:
        return
    low = math.prod(factors(m)[0] for m in modifiers)
    high = math.prod(factors(m)[1] for m in modifiers)
    if low < look.limits["least"] - HAIR or high > look.limits["most"] + HAIR:
        shown = {"low": low, "high": high, "least": look.limits["least"], "most": look.limits["most"]}
        told = {name: number(x, look.language, 2) for name, x in shown.items()}
        yield Hit("pay.modifiers", told | {"n": len(modifiers)})


@rule("P15")
def commission_without_cash(look: Look) -> Iterator[Hit]:
    """Commission on what was sold, with nothing in the pay that asks whether it was paid for."""
    scheme, plan = look.scheme, look.scheme.pay
    if plan.holdback is not None or not plan.rates:
        return
    asked = {gate.measure for gate in plan.gates} | {v.measure for v in scheme.vetoes} | set(plan.measures)
    asked |= {m.measure for m in plan.modifiers} | {m.matrix.with_ for m in plan.modifiers if m.matrix}
    asked |= {m.matrix.measure for m in plan.modifiers if m.matrix} | {rate.of for rate in plan.rates}
    if plan.curve is not None or plan.pool is not None:
        asked |= {m.name for m in scheme.measures if m.weight > 0}
    if any(m.name in asked and follows_cash(look.kpi(m)) for m in scheme.measures):
        return
    for name, rate in zip(rate_names(plan), plan.rates, strict=True):
        yield Hit(name, {"kpi": look.named(rate.of)})


@rule("P16")
def incentive_too_small(look: Look) -> Iterator[Hit]:
    """An incentive that is a small part of the base."""
    if not look.scheme.pay.by_incentive:
        return
    people = covered(look)
    share = (people["incentive"] / people["base"])[people["base"] > 0].dropna()
    if share.empty:
        raise NotEnoughData(Problem("lint_pay.no_mix"))
    if (middle := float(share.median())) < look.limits["least"] - HAIR:
        shown = {"share": middle, "least": look.limits["least"]}
        told = {name: percent(x, look.language, 1) for name, x in shown.items()}
        yield Hit("pay.target_incentive", told | {"people": number(len(share), look.language)})


@rule("P18")
def holdback_without_cash_data(look: Look) -> Iterator[Hit]:
    """Pay held until customers have paid, while no table says whether they have."""
    assert look.client is not None  # the card asks for it
    held = look.scheme.pay.holdback
    lacking = [table for table in ("invoices", "payments") if not look.client.filled.get(table)]
    if held is not None and lacking:
        share = percent(held.share, look.language)
        yield Hit("pay.holdback", {"share": share, "tables": listed(lacking, look.language)})
