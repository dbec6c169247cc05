"""The columns of what a period earns: incentive and curve, measures, commissions, pool."""

from __future__ import annotations

import numpy as np

from toolkit.appraise.commission import AMOUNT_DIGITS
from toolkit.money import times, to_minor, to_units
from toolkit.report.workbook import formulas
from toolkit.report.workbook.lookups import PERCENT, PLAIN
from toolkit.report.workbook.payroll import Payroll
from toolkit.report.workbook.sheet import NOTHING
from toolkit.scheme.curve import DECIMALS
from toolkit.scheme.rates import RatePlan

AMOUNTS = "#,##0.00##"
_UNIT = 10.0**AMOUNT_DIGITS


def add_base(pay: Payroll) -> None:
    """All that is earned, and its sum: the base payout."""
    plan = pay.card.scheme.pay
    parts: list[str] = []
    ready = ["TRUE"]
    if plan.by_incentive or (plan.pool is not None and plan.pool.points == "score_by_incentive"):
        units = pay.people["incentive_units"].to_numpy(dtype=np.int64)
        pay.money("incentive", pay.say("pay.incentive"), None, units)
    if plan.curve is not None:
        parts.append(_by_score(pay))
        ready.append("ISNUMBER([score])")
    if plan.measures:
        parts.append(_by_measures(pay))
        ready.append("ISNUMBER([ratio])")
    for i, rate in enumerate(plan.rates):
        parts.append(_commission(pay, i, rate))
    if plan.pool is not None:
        parts.append(_pool(pay))
    total = "+".join(parts)
    found = f"IF(AND({','.join(ready)}),ROUND({total},{pay.digits}),{NOTHING})"
    if len(ready) == 1:
        found = f"ROUND({total},{pay.digits})"
    base = pay.people["base_units"].to_numpy(dtype=np.int64)
    pay.left = base
    pay.money("base", pay.say("pay.base"), found, base, "strong")
    pay.owed.append("base")


def _by_score(pay: Payroll) -> str:
    """Score, payout ratio, and what the curve pays."""
    curve = pay.card.scheme.pay.curve
    assert curve is not None
    scores = pay.card.totals["score"].to_numpy(dtype=float)[pay.units]
    pay.add("score", pay.say("pay.score"), "0.00", pay.result("score"), scores)
    table = pay.lookups.curve(pay.say("table_payout", scheme=pay.title), curve, PERCENT)
    ratio = f"IF(ISNUMBER([score]),{formulas.on_curve('[score]', table)},{NOTHING})"
    pay.add("ratio", pay.say("pay.ratio"), PERCENT, ratio, curve(scores))
    return _of_incentive(pay, curve(scores))


def _of_incentive(pay: Payroll, ratio: np.ndarray) -> str:
    units = pay.people["incentive_units"].to_numpy(dtype=np.int64)
    earned = times(units, np.nan_to_num(ratio))
    found = f"IF(ISNUMBER([ratio]),{formulas.times('[incentive]', '[ratio]', pay.currency)},{NOTHING})"
    return pay.money("by_ratio", pay.say("pay.by_ratio"), found, earned)


def _by_measures(pay: Payroll) -> str:
    """Each measure's own curve on its share, then one ratio of all and one rounding."""
    plan, ratios, listed = pay.card.scheme.pay, [], []
    for i, (name, own) in enumerate(plan.measures.items()):
        read = {"actual": "actual", "attainment": "attainment", "score": "score"}[own.curve.x]
        title = pay.say("table_measure_pay", scheme=pay.title, measure=pay.named(name))
        table = pay.lookups.curve(title, own.curve, PERCENT)
        cell = pay.measured(name, read)
        x = cell if read != "actual" else f"ROUND({cell},{DECIMALS})"
        found = formulas.on_curve(x, table)
        paid = own.curve(pay.read(name, read))
        if own.cap is not None:
            found, paid = f"MIN({found},{own.cap!r})", np.minimum(paid, own.cap)
        head = pay.say("pay.measure_ratio", measure=pay.named(name), share=f"{own.share:.0%}")
        ratios.append(paid)
        listed.append(pay.add(f"m{i}", head, PERCENT, f"IF(ISNUMBER({cell}),{found},{NOTHING})", paid))
    shares = [own.share for own in plan.measures.values()]
    there = "+".join(f"ISNUMBER({cell})*{share!r}" for cell, share in zip(listed, shares, strict=True))
    whole = "1" if pay.card.scheme.missing == "zero" else f"IF(({there})=0,1,{there})"
    total = "0"
    for cell, share in zip(listed, shares, strict=True):
        total = f"ROUND({total}+N({cell})*({share!r}/[whole]),{DECIMALS})"
    known = ~np.isnan(np.stack(ratios))
    agreed = np.array(shares)[:, None]
    sums = (known * agreed).sum(axis=0)
    scale = np.ones(len(sums)) if pay.card.scheme.missing == "zero" else np.where(sums > 0, sums, 1.0)
    pay.add("whole", pay.say("pay.shares_known"), "0.##%", whole, scale)
    ratio = pay.people["payout_ratio"].to_numpy(dtype=float)
    pay.add("ratio", pay.say("pay.ratio"), PERCENT, f"IF(({there})=0,{NOTHING},{total})", ratio)
    return _of_incentive(pay, ratio)


def _commission(pay: Payroll, i: int, plan: RatePlan) -> str:
    """What one commission credits and earns; of a cumulative one also what went before."""
    parts = pay.people[f"rate_{i}"].tolist()
    column = {k: np.array([p.get(k, np.nan) for p in parts], dtype=float) for k in _PART}
    actual = pay.measured(plan.of, "actual")
    counts = f"ISNUMBER({actual})"
    if plan.by == "attainment":
        counts = f"AND({counts},ISNUMBER({pay.measured(plan.of, 'attainment')}))"
    over = ""
    if plan.deal_cap is not None:
        over = (
            "-N("
            + pay.add(f"over{i}", pay.say("pay.over_cap"), AMOUNTS, None, column["over_cap"], "input")
            + ")"
        )
    credited = f"IF({counts},ROUND({actual}{over},{AMOUNT_DIGITS}),0)"
    measure = {"measure": pay.named(plan.of)}
    cell = pay.add(f"credited{i}", pay.say("pay.credited", **measure), AMOUNTS, credited, column["credited"])
    so_far, before = cell, np.zeros(len(parts))
    if plan.cumulative is not None:
        before = np.nan_to_num(column["before"])
        prior = pay.add(f"before{i}", pay.say("pay.before"), AMOUNTS, None, before, "input")
        so_far = f"({cell}+{prior})"
    earned = _earned(pay, i, plan, so_far, column, before)
    if plan.cumulative is not None:
        paid = pay.money(
            f"paid{i}", pay.say("pay.paid_before"), None, _minor(pay, column["paid_before"]), "input"
        )
        earned = f"{earned}-{paid}"
    amounts = _minor(pay, column["amount"])
    return pay.money(
        f"rate{i}", pay.say("pay.commission", **measure), f"ROUND({earned},{pay.digits})", amounts
    )


_PART = ("credited", "before", "target", "target_before", "over_cap", "amount", "paid_before", "rate")


def _minor(pay: Payroll, amounts: np.ndarray) -> np.ndarray:
    return to_minor(np.nan_to_num(amounts), pay.currency)


def _earned(
    pay: Payroll, i: int, plan: RatePlan, so_far: str, column: dict[str, np.ndarray], before: np.ndarray
) -> str:
    """The commission on what is credited so far, as a template."""
    total = np.nan_to_num(column["credited"]) + before
    if plan.by is None:
        own = plan.rate == "roster"
        rates = pay.people["commission_rate"].to_numpy(dtype=float) if own else np.full(len(total), plan.rate)
        rate = pay.add(f"r{i}", pay.say("pay.rate"), PERCENT, None, rates)
        return formulas.commission([(so_far, rate)], so_far, pay.currency)
    table = pay.lookups.tiers(pay.say("table_rates", scheme=pay.title, measure=pay.named(plan.of)), plan)
    if plan.by == "attainment":
        owed = pay.measured(plan.of, "target")
        if plan.cumulative is not None:
            prior = np.nan_to_num(column["target_before"])
            cell = pay.add(f"owed{i}", pay.say("pay.target_before"), AMOUNTS, None, prior, "input")
            owed = f"({owed}+{cell})"
        found = f"IF(ISNUMBER({so_far}),N({owed}),0)"
        pay.add(f"target{i}", pay.say("pay.target"), AMOUNTS, found, column["target"])
    if plan.split == "step":
        return _slices(pay, i, plan, so_far, total, column["target"], table)
    x, value = _reached(pay, i, plan, so_far, column, total)
    edges, rates = np.array(plan.tiers, dtype=float).T
    inside = np.maximum(value, 0.0)
    if plan.split == "none":
        paid = rates[np.searchsorted(np.round(edges, DECIMALS), inside, side="right") - 1]
        said = f"VLOOKUP(MAX(0,{x}),{table},2)"
    else:
        paid = np.round(np.interp(inside, np.round(edges, DECIMALS), rates), DECIMALS)
        said = formulas.on_curve(f"MAX(0,{x})", table)
    rate = pay.add(f"r{i}", pay.say("pay.rate"), PERCENT, said, paid)
    return formulas.commission([(so_far, rate)], so_far, pay.currency)


def _reached(
    pay: Payroll, i: int, plan: RatePlan, so_far: str, column: dict[str, np.ndarray], total: np.ndarray
) -> tuple[str, np.ndarray]:
    """What the tiers read: the amount, or the attainment of what counts."""
    if plan.by == "amount":
        return f"ROUND({so_far},{AMOUNT_DIGITS})", np.round(total, AMOUNT_DIGITS)
    target = column["target"]
    ratio = np.round(np.divide(total, target, out=np.zeros(len(total)), where=target > 0), DECIMALS)
    if plan.cumulative is None and plan.deal_cap is None:
        known = np.nan_to_num(pay.read(plan.of, "attainment"))
        return f"N({pay.measured(plan.of, 'attainment')})", known
    said = f"IF([target{i}]>0,ROUND({so_far}/[target{i}],{DECIMALS}),0)"
    return pay.add(f"x{i}", pay.say("pay.reached"), PERCENT, said, ratio), ratio


def _slices(
    pay: Payroll, i: int, plan: RatePlan, so_far: str, total: np.ndarray, target: np.ndarray, table: str
) -> str:
    """A column for each tier's slice; each at its own rate, summed before the one rounding."""
    units = to_units(total, AMOUNT_DIGITS)
    edges = [_edge(plan, edge, target, len(total)) for edge, _ in plan.tiers]
    said = [
        f"INDEX({table},{k + 1},1)"
        if plan.by == "amount"
        else formulas.scaled(f"[target{i}]", f"INDEX({table},{k + 1},1)")
        for k in range(len(edges))
    ]
    parts = []
    for k, edge in enumerate(edges):
        upper = np.minimum(units, edges[k + 1]) if k + 1 < len(edges) else units
        part = upper if k == 0 else np.maximum(upper - edge, 0)
        top = f"MIN({so_far},{said[k + 1]})" if k + 1 < len(edges) else so_far
        found = top if k == 0 else f"MAX(0,{top}-{said[k]})"
        head = pay.say("pay.slice", number=k + 1, rate=f"{plan.tiers[k][1] * 100:.10g} %")
        cell = pay.add(f"s{i}_{k}", head, AMOUNTS, f"ROUND({found},{AMOUNT_DIGITS})", part / _UNIT)
        parts.append((cell, f"INDEX({table},{k + 1},2)"))
    return formulas.commission(parts, so_far, pay.currency)


def _edge(plan: RatePlan, edge: float, target: np.ndarray, size: int) -> np.ndarray:
    if plan.by == "amount":
        return np.full(size, to_units([edge], AMOUNT_DIGITS)[0], dtype=np.int64)
    return times(to_units(np.nan_to_num(target), AMOUNT_DIGITS), edge)


def _pool(pay: Payroll) -> str:
    """Points, the pool of the group, and the share of it: largest remainder, equal ones by their order."""
    plan, people = pay.card.scheme.pay.pool, pay.people
    assert plan is not None
    scores = np.nan_to_num(pay.card.totals["score"].to_numpy(dtype=float)[pay.units])
    score = pay.result("score")
    points = people["pool_points"].to_numpy(dtype=float)
    if plan.points == "score":
        by = pay.add(
            "present", pay.say("pay.exposure"), PERCENT, None, people["exposure"].to_numpy(dtype=float)
        )
    else:
        by = "[incentive]"
    pay.add("points", pay.say("pay.points"), AMOUNTS, f"MAX(0,N({score}))*{by}", points)
    units = people["pool_units"].to_numpy(dtype=np.int64)
    said = None
    if plan.of:
        other = people["pool_other"].to_numpy(dtype=float)
        own = np.where(people["pool_counts"], np.nan_to_num(pay.read(plan.of, "actual")), 0.0)
        once = f"ROUND(N({pay.measured(plan.of, 'actual')}),4)*{{once}}"
        pay.add("feeds", pay.say("pay.feeds"), AMOUNTS, once, np.round(own, 4))
        pay.add("other", pay.say("pay.feeds_other"), AMOUNTS, None, other, "input")
        column = "<feeds>{a}:<feeds>{b}"
        total = f"MAX(0,SUM({column})+N([other]))"
        said = formulas.commission([(f"({total})", repr(plan.rate))], "1", pay.currency)
    pay.money("pool", pay.say("pay.pool"), said, units)
    return _shared(pay, points, units, scores)


def _shared(pay: Payroll, points: np.ndarray, units: np.ndarray, scores: np.ndarray) -> str:
    total = "SUM(<points>{a}:<points>{b})"
    minor = f"ROUND([pool]*1E{pay.digits},0)" if pay.digits else "[pool]"
    group = pay.people["group"].to_numpy()
    sums = np.array([points[group == g].sum() for g in group])
    exact = np.divide(units * points, sums, out=np.zeros(len(points)), where=sums > 0)
    pay.add("exact", pay.say("pay.exact_share"), PLAIN, f"IF({total}=0,0,{minor}*[points]/{total})", exact)
    rest = np.round(exact - np.floor(exact + 1e-9), 8) + 0.0
    pay.add("rest", pay.say("pay.remainder"), "0.00000000", "ROUND([exact]-INT([exact]),8)", rest)
    place = "SUMPRODUCT(--(<rest>{a}:<rest>{b}>[rest]))+SUMPRODUCT(--(<rest>{a}:[rest]=[rest]))"
    left = f"ROUND({minor}-SUMPRODUCT(INT(<exact>{{a}}:<exact>{{b}})),0)"
    share = f"(INT([exact])+IF({total}=0,0,IF({place}<={left},1,0)))"
    amount = pay.people["pool_amount"].to_numpy(dtype=np.int64)
    found = f"{share}/1E{pay.digits}" if pay.digits else share
    return pay.money("shared", pay.say("pay.pool_share"), found, amount)
