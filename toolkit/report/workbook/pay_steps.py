"""The columns of what changes a base payout, in order: factors, bounds, and what a log gives."""

from __future__ import annotations

import numpy as np

from toolkit.language import pick
from toolkit.money import times, to_minor
from toolkit.report.results import agreed_percent
from toolkit.report.workbook import formulas
from toolkit.report.workbook.lookups import PERCENT
from toolkit.report.workbook.measure_rows import FIRST
from toolkit.report.workbook.payroll import Payroll
from toolkit.report.workbook.sheet import NOTHING
from toolkit.scheme.curve import DECIMALS
from toolkit.scheme.items import Veto
from toolkit.scheme.parts import Gate, Modifier

FACTOR = "0.00##"


def add_steps(pay: Payroll) -> None:
    """All steps after the base in the order of the trade, and the payout."""
    scheme = pay.card.scheme
    plan = scheme.pay
    for i, modifier in enumerate(plan.modifiers):
        _modifier(pay, i, modifier)
    for i, gate in enumerate(plan.gates):
        _gate(pay, i, gate)
    for i, veto in enumerate(scheme.vetoes):
        if veto.pays is not None:
            _veto(pay, i, veto)
    _caps(pay)
    _guarantee(pay)
    _holdback(pay)
    for key in ("clawback", "correction"):
        units = pay.people[f"{key}_units"].to_numpy(dtype=np.int64)
        if units.any() or (key == "clawback" and plan.clawback is not None):
            pay.given(key, pay.say(f"pay.{key}"), units)
    changes = [key for key in pay.owed if key != "base"]
    total = "+".join(f"N([{key}])" for key in changes) or "0"
    pay.money(
        "changes",
        pay.say("pay.changes"),
        f"IF(ISNUMBER([base]),ROUND({total},{pay.digits}),{NOTHING})",
        pay.left - pay.people["base_units"].to_numpy(dtype=np.int64),
    )
    payout = f"IF(ISNUMBER([base]),ROUND([base]+[changes],{pay.digits}),{NOTHING})"
    pay.money("payout", pay.say("pay.payout"), payout, pay.left, "strong")


def _modifier(pay: Payroll, i: int, modifier: Modifier) -> None:
    """A factor by the grade, a curve or a grid; without a number it is 1."""
    key, say = f"modifier{i}", pay.say
    if modifier.grades:
        listed = [(g, f) for g, f in modifier.grades.items()]
        table = pay.lookups.list(
            say("table_grade_factors", scheme=pay.title, number=i + 1), ("grade", "factor"), listed
        )
        grade = pay.result("grade")
        said = f"IFERROR(VLOOKUP({grade},{table},2,FALSE),1)"
        grades = pay.card.totals["grade"].to_numpy(dtype=object)[pay.units]
        values = np.array([modifier.grades.get(g, 1.0) for g in grades], dtype=float)
        head = say("pay.factor_grade")
    elif modifier.matrix is not None:
        grid = modifier.matrix
        name = pay.lookups.grid(
            say("table_modifier", scheme=pay.title, measure=pay.named(grid.measure)), grid, FACTOR
        )
        own, other = (pay.measured(m, "attainment") for m in (grid.measure, grid.with_))
        found = formulas.in_grid(own, other, f"{name}_rows", f"{name}_columns", f"{name}_values")
        said = f"IF(AND(ISNUMBER({own}),ISNUMBER({other})),{found},1)"
        values = grid(pay.read(grid.measure, "attainment"), pay.read(grid.with_, "attainment"))
        head = say("pay.factor_two", row=pay.named(grid.measure), column=pay.named(grid.with_))
    else:
        curve = modifier.curve
        assert curve is not None
        cell = pay.measured(modifier.measure, curve.x)
        table = pay.lookups.curve(
            say("table_modifier", scheme=pay.title, measure=pay.named(modifier.measure)), curve, FACTOR
        )
        x = f"ROUND({cell},{DECIMALS})" if curve.x == "actual" else cell
        said = f"IF(ISNUMBER({cell}),{formulas.on_curve(x, table)},1)"
        values = curve(pay.read(modifier.measure, curve.x))
        head = say("pay.factor", measure=pay.named(modifier.measure))
    factor = np.where(np.isnan(values), 1.0, values)
    cell = pay.add(f"f{i}", head, FACTOR, said, factor)
    pay.factor(key, say("pay.modifier", number=i + 1), cell, factor)


def _gate(pay: Payroll, i: int, gate: Gate) -> None:
    """The share still paid where a measure's attainment is under the edge; open to who has none."""
    reached = pay.measured(gate.measure, "attainment")
    edge = repr(round(gate.below, DECIMALS))
    said = f"IF(ISNUMBER({reached}),IF({reached}<{edge},{gate.pays!r},1),1)"
    factor = np.where(pay.read(gate.measure, "attainment") < round(gate.below, DECIMALS), gate.pays, 1.0)
    below = agreed_percent(gate.below, pay.language)
    cell = pay.add(
        f"g{i}",
        pay.say("pay.gate_factor", measure=pay.named(gate.measure), below=below),
        PERCENT,
        said,
        factor,
    )
    pay.factor(f"gate{i}", pay.say("pay.gate"), cell, factor)


def _veto(pay: Payroll, i: int, veto: Veto) -> None:
    """The share still paid where the form's veto struck."""
    assert veto.pays is not None
    row = int(pay.people["veto_row"].iloc[0]) + i if len(pay.people) else FIRST
    struck = pay.people[f"struck_{i}"].to_numpy(dtype=float)
    said = f"IF({pay.form('attainment', row)}=1,{veto.pays!r},1)"
    factor = np.where(struck > 0, veto.pays, 1.0)
    cell = pay.add(f"v{i}", pay.say("pay.veto_factor", what=_veto_name(pay, veto)), PERCENT, said, factor)
    pay.factor(f"veto{i}", pay.say("pay.veto"), cell, factor)


def _caps(pay: Payroll) -> None:
    """At most a ratio of the target incentive, at most an amount."""
    caps = pay.card.scheme.pay.caps
    if caps is not None and caps.ratio is not None:
        incentive = pay.people["incentive_units"].to_numpy(dtype=np.int64)
        most = times(incentive, caps.ratio)
        limit = pay.money(
            "most",
            pay.say("pay.cap_ratio", ratio=agreed_percent(caps.ratio, pay.language)),
            formulas.times("[incentive]", repr(caps.ratio), pay.currency),
            most,
        )
        pay.step("cap_ratio", pay.say("pay.cap"), f"MIN(0,{limit}-{pay.so_far})", np.minimum(pay.left, most))
    if caps is not None and caps.amount is not None:
        most = to_minor([caps.amount], pay.currency)
        shown = repr(float(pay.amounts(most)[0]))
        after = np.minimum(pay.left, most[0])
        pay.step("cap_amount", pay.say("pay.cap_amount"), f"MIN(0,{shown}-{pay.so_far})", after)


def _guarantee(pay: Payroll) -> None:
    """A joiner's least, and what of earlier draws is given back."""
    plan = pay.card.scheme.pay.guarantee
    if plan is None:
        return
    share = pay.people["guaranteed"].to_numpy(dtype=float)
    incentive = pay.people["incentive_units"].to_numpy(dtype=np.int64)
    cell = pay.add(
        "guaranteed", pay.say("pay.guaranteed"), PERCENT, None, np.where(share > 0, share, np.nan), "input"
    )
    least = times(incentive, np.nan_to_num(share))
    limit = pay.money(
        "least", pay.say("pay.least"), formulas.times("[incentive]", f"N({cell})", pay.currency), least
    )
    here = share > 0
    change = f"IF(N({cell})>0,MAX(0,{limit}-{pay.so_far}),0)"
    after = np.where(here, np.maximum(pay.left, least), pay.left)
    lifted = after - pay.left
    pay.step("guarantee", pay.say("pay.guarantee"), change, after)
    if not plan.recoverable:
        return
    owed = pay.people["owed_units"].to_numpy(dtype=np.int64)
    balance = pay.money("owed", pay.say("pay.owed"), None, owed, "input")
    free = np.maximum(pay.left - np.where(here, np.maximum(least, 0), 0), 0)
    taken = np.where(lifted > 0, 0, np.minimum(owed, free))
    left = f"MAX(0,{pay.so_far}-IF(N({cell})>0,{limit},0))"
    change = f"IF([guarantee]>0,0,-MIN(N({balance}),{left}))"
    pay.step("recovery", pay.say("pay.recovery"), change, pay.left - taken)


def _holdback(pay: Payroll) -> None:
    """What is held until the customers pay, what of it is released at once, what earlier periods release."""
    plan = pay.card.scheme.pay.holdback
    if plan is None:
        return
    credited = "+".join(f"[credited{i}]" for i in range(len(pay.card.scheme.pay.rates)))
    some = sum(
        np.array([p.get("credited", 0.0) for p in pay.people[f"rate_{i}"]], dtype=float)
        for i in range(len(pay.card.scheme.pay.rates))
    )
    positive = np.maximum(pay.left, 0)
    held = np.where(np.asarray(some) > 0, times(positive, plan.share), 0)
    found = formulas.times(f"MAX(0,{pay.so_far})", repr(plan.share), pay.currency)
    pay.step(
        "holdback",
        pay.say("pay.holdback"),
        f"IF(AND({credited}>0,{pay.so_far}>0),-{found},0)",
        pay.left - held,
    )
    share = pay.people["collected"].to_numpy(dtype=float)
    cell = pay.add("collected", pay.say("pay.collected"), PERCENT, None, share, "input")
    now = times(held, np.nan_to_num(share))
    change = formulas.times("-[holdback]", f"N({cell})", pay.currency)
    pay.step("release", pay.say("pay.release"), change, pay.left + now)
    pay.given("released", pay.say("pay.released"), pay.people["released_units"].to_numpy(dtype=np.int64))


def _veto_name(pay: Payroll, veto: Veto) -> str:
    if veto.measure:
        return pay.named(veto.measure)
    item = next(item for item in pay.card.scheme.items if item.name == veto.item)
    return pick(item.title, pay.language) or item.name
