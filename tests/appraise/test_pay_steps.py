"""Modifiers, gates, vetoes, caps, guarantee and draw, by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.appraise.cases import people
from tests.appraise.pay_cases import (
    CURVE,
    MONTHS,
    amounts,
    in_line,
    pay_for,
    payouts,
    plan,
    records,
    steps,
)  # fmt: skip
from toolkit.appraise.pay import Statements
from toolkit.money import from_minor

JAN = ("p1", "2026-01")
GRADES = {"A": 1.2, "B": 1.0, "C": 0.8, "D": 0}
GRID = {
    "with": "cash", "measure": "sales",
    "rows": [0, 0.8, 1.0], "columns": [0, 0.9], "values": [[0, 0.5], [0.7, 0.9], [1.0, 1.5]],
}  # fmt: skip


def one(scores: Any = 90.0, rows: dict[str, float] | None = None, more: Any = None, **pay: Any) -> Statements:
    """January of p1 at 3,000.00 of 4,000.00, with measures at some attainment."""
    numbers = {(*JAN, name): (reached, 1.0) for name, reached in (rows or {}).items()}
    found = pay_for(plan(pay={"curve": CURVE} | pay, **(more or {})), {JAN: scores}, numbers)
    in_line(found)
    return found


@pytest.mark.parametrize(
    ("grade", "expected"), [("A", "3600.00"), ("B", "3000.00"), ("C", "2400.00"), ("D", "0.00")]
)
def test_a_coefficient_by_grade(grade: str, expected: str) -> None:
    found = one((90.0, grade), modifiers=[{"grades": GRADES}])
    assert payouts(found) == [expected]
    told = found.adjustments[["step", "grade", "factor"]].values.tolist()
    assert told == ([] if grade == "B" else [["modifier", grade, GRADES[grade]]])


@pytest.mark.parametrize(
    ("sales", "cash", "expected"),
    [(1.0, 0.9, "4500.00"), (0.99999999, 0.9, "2700.00"), (0.8, 0.5, "2100.00"), (0.5, 0.89, "0.00"),
     (-0.1, 2.0, "0.00")],
)  # fmt: skip
def test_a_coefficient_by_two_attainments(sales: float, cash: float, expected: str) -> None:
    found = one(rows={"sales": sales, "cash": cash}, modifiers=[{"matrix": GRID}])
    assert payouts(found) == [expected]
    assert found.adjustments[["measure", "attainment", "with", "with_attainment"]].values.tolist() == [
        ["sales", sales, "cash", cash]
    ]


def test_a_modifier_without_its_number_is_one() -> None:
    curve = {"x": "attainment", "points": [[0.0, 0.5], [1.0, 1.5]]}
    both = [{"measure": "cash", "curve": curve}, {"matrix": GRID}]
    assert payouts(one(rows={"sales": 0.9}, modifiers=both)) == ["3000.00"]
    found = one(rows={"cash": 0.25}, modifiers=both)
    assert steps(found) == [("2026-01", "modifier", "-750.00")]  # 0.5 + 0.25 × 1.0 = 0.75
    assert found.adjustments["reason"].tolist() == ["cash attainment 0.25: × 0.75"]


def test_modifiers_follow_each_other_each_rounded() -> None:
    curve = {"x": "actual", "points": [[0.0, 1 / 3], [10.0, 1 / 3]]}
    found = one(
        (90.0, "A"), {"cash": 5.0}, modifiers=[{"grades": GRADES}, {"measure": "cash", "curve": curve}]
    )
    # 3,000 × 1.2 = 3,600; × 0.33333333 = 1,199.999988 → 1,200.00
    assert payouts(found) == ["1200.00"]
    assert found.adjustments["reason"].tolist() == ["grade A: × 1.20", "cash actual 5.00: × 0.33333333"]


VETOES = [
    {"item": "breach", "pays": 0},
    {"measure": "cash", "below": 0.5, "pays": 0.4},
    {"item": "late", "score": 60},
]
ITEMS = [{"name": "breach", "points": 0}, {"name": "late", "points": -1}]


def vetoed(cash: float, *events: tuple[str, str, float, str]) -> Statements:
    own = plan(pay={"curve": CURVE}, items=ITEMS, vetoes=VETOES)
    told = records(events=[(who, item, n, day, "") for who, item, n, day in events])
    return pay_for(own, {JAN: 90.0}, {(*JAN, "cash"): (cash, 1.0)}, records=told)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (("p1", "breach", 1.0, "2026-01-31"), "0.00"),
        (("p1", "breach", np.nan, "2026-01-01"), "0.00"),  # a blank quantity is one
        (("p1", "breach", 0.0, "2026-01-10"), "3000.00"),
        (("p1", "breach", 1.0, "2026-02-01"), "3000.00"),
        (("p2", "breach", 1.0, "2026-01-10"), "3000.00"),
        (("p1", "late", 3.0, "2026-01-10"), "3000.00"),  # costs score, not pay
    ],
)
def test_one_event_vetoes_the_pay_of_its_period(event: tuple[str, str, float, str], expected: str) -> None:
    found = vetoed(1.0, event)
    assert payouts(found) == [expected]
    assert found.adjustments["item"].tolist() == (["breach"] if expected == "0.00" else [])


def test_a_measure_too_low_vetoes_and_without_attainment_nothing_does() -> None:
    assert steps(vetoed(0.49)) == [("2026-01", "veto", "-1800.00")]
    assert payouts(vetoed(0.5)) == ["3000.00"] == payouts(vetoed(np.nan))
    assert payouts(vetoed(0.4, ("p1", "breach", 1.0, "2026-01-02"))) == ["0.00"]


def test_caps_by_ratio_and_by_amount() -> None:
    ratio = one(140.0, caps={"ratio": 1.25})
    assert payouts(ratio) == ["5000.00"] and steps(ratio) == [("2026-01", "cap", "-1000.00")]
    both = one(140.0, caps={"ratio": 1.25, "amount": 4500.005})
    assert steps(both) == [("2026-01", "cap", "-1000.00"), ("2026-01", "cap", "-499.99")]
    assert amounts(both.adjustments["limit"]) == ["5000.00", "4500.01"]
    assert steps(one(caps={"ratio": 1.25, "amount": 3000})) == []


def test_the_steps_follow_the_contracts_order() -> None:
    veto = {"measure": "cash", "below": 0.5, "pays": 0.9}
    found = one(
        (120.0, "A"), {"cash": 0.4, "sales": 0.9}, {"vetoes": [veto]},
        modifiers=[{"grades": GRADES}], gates=[{"measure": "sales", "below": 1.0, "pays": 0.95}],
        caps={"amount": 6000}, guarantee={"share": 0.5, "months": 24},
    )  # fmt: skip
    # 6,000 × 1.2 = 7,200; × 0.95 = 6,840; × 0.9 = 6,156; at most 6,000.
    assert steps(found) == [
        ("2026-01", "modifier", "1200.00"),
        ("2026-01", "gate", "-360.00"),
        ("2026-01", "veto", "-684.00"),
        ("2026-01", "cap", "-156.00"),
    ]


def joined(scores: list[float], hired: str = "2026-01-16", **guarantee: Any) -> Statements:
    roster = people([("p1", "A", "N")], hired=hired)
    own = plan(pay={"curve": CURVE, "guarantee": {"share": 0.8, "months": 2} | guarantee})
    found = pay_for(own, {("p1", m): s for m, s in zip(MONTHS, scores, strict=False)}, roster=roster)
    in_line(found)
    return found


def test_a_joiner_is_lifted_for_the_guaranteed_days_and_never_lowered() -> None:
    found = joined([0.0, 100.0, 0.0, 0.0])
    # January: 16 of 31 days, 4,000 × 0.51612903 = 2,064.52, × 0.8 = 1,651.62. Guaranteed until 15 March:
    # 15 of 31 days of March, 4,000 × 0.8 × 15/31 = 4,000 × 0.38709677 = 1,548.39.
    assert payouts(found) == ["1651.62", "4000.00", "1548.39", "0.00"]
    assert [s[1] for s in steps(found)] == ["guarantee"] * 2
    assert found.adjustments["reason"].tolist() == [
        "guaranteed 0.80 for 16 of 16 days",
        "guaranteed 0.80 for 15 of 31 days",
    ]


def test_who_was_there_before_or_has_no_day_of_hiring_has_no_guarantee() -> None:
    assert payouts(joined([0.0], hired="2025-01-01")) == ["0.00"]
    assert payouts(joined([0.0], hired="NaT")) == ["0.00"]


def test_months_end_with_the_months_last_day() -> None:
    # Hired on 31 December: two months end on 27 February, the day before the 28th.
    found = joined([0.0, 0.0, 0.0], hired="2025-12-31")
    assert payouts(found) == ["3200.00", "3085.71", "0.00"]  # 4,000 × (0.8 × 27/28 = 0.77142857)


def test_a_draw_is_given_back_from_later_payouts_never_below_what_is_guaranteed_or_zero() -> None:
    found = joined([0.0, 110.0, 76.0, 70.0, 60.0, 100.0], hired="2026-01-01", recoverable=True)
    # Lent 3,200 in January. February pays 5,000, of which 3,200 are guaranteed: 1,800 come back. March pays
    # 1,600, April 1,000: 1,400 come back, all that is still owed.
    assert payouts(found) == ["3200.00", "3200.00", "200.00", "1000.00", "0.00", "4000.00"]
    assert steps(found) == [
        ("2026-01", "guarantee", "3200.00"),
        ("2026-02", "recovery", "-1800.00"),
        ("2026-03", "recovery", "-1400.00"),
    ]
    told = found.adjustments.loc[found.adjustments["step"] == "recovery", "balance"]
    assert amounts(told) == ["1400.00", "0.00"]


def test_a_draw_bridges_months_and_people_do_not_share_their_debts() -> None:
    roster = people([("p1", "A", "N"), ("p2", "A", "N")], hired="2026-01-01")
    own = plan(pay={"curve": CURVE, "guarantee": {"share": 0.5, "months": 1, "recoverable": True}})
    scores = {("p1", "2026-01"): 0.0, ("p2", "2026-01"): 120.0}
    scores |= {(p, m): 64.0 for p in ("p1", "p2") for m in MONTHS[1:7]}  # 400.00 a month
    found = pay_for(own, scores, roster=roster)
    assert payouts(found) == ["2000.00", "0.00", "0.00", "0.00", "0.00", "0.00", "400.00"]
    assert payouts(found, "p2") == ["6000.00", *["400.00"] * 6]


@settings(max_examples=25)
@given(st.lists(st.floats(0, 150), min_size=2, max_size=8), st.floats(0, 1), st.floats(0.1, 3))
def test_more_score_never_pays_less_after_every_step(scores: list[float], pays: float, cap: float) -> None:
    own = plan(
        pay={
            "curve": CURVE, "gates": [{"measure": "sales", "below": 0.5, "pays": pays}],
            "caps": {"ratio": cap}, "guarantee": {"share": 0.3, "months": 24},
            "modifiers": [{"measure": "sales", "curve": {"x": "attainment", "points": [[0, 0.5], [1, 1.5]]}}],
        }
    )  # fmt: skip
    names = [f"p{i}" for i in range(len(scores))]
    ordered = sorted(scores)
    rows = {(n, "2026-01", "sales"): (s, 100.0) for n, s in zip(names, ordered, strict=True)}
    found = pay_for(
        own, {(n, "2026-01"): s for n, s in zip(names, ordered, strict=True)}, rows,
        people([(n, "A", "N") for n in names]),
    )  # fmt: skip
    paid = found.payouts["payout"].astype(float).tolist()
    assert paid == sorted(paid)


@settings(max_examples=25)
@given(st.floats(-50, 59.999), st.floats(0, 2))
def test_below_the_threshold_exactly_nothing_whatever_the_factors(score: float, reached: float) -> None:
    found = one((score, "A"), {"sales": reached, "cash": reached},
                modifiers=[{"grades": GRADES}, {"matrix": GRID}], caps={"ratio": 1.0})  # fmt: skip
    assert payouts(found) == ["0.00"] and found.adjustments.empty


@settings(max_examples=25)
@given(st.integers(-(10**6), -1))
def test_returns_are_owed_in_full_whatever_gate_or_factor(cents: int) -> None:
    pay = {"rate": {"of": "sales", "rate": 1}, "gates": [{"measure": "cash", "below": 9, "pays": 0}]}
    own = plan(pay=pay | {"modifiers": [{"grades": GRADES}], "caps": {"amount": 1}})
    rows = {(*JAN, "sales"): (cents / 100, 1.0), (*JAN, "cash"): (0.0, 1.0)}
    found = pay_for(own, {JAN: (0.0, "D")}, rows)
    assert payouts(found) == amounts(from_minor(np.array([cents]), "CNY"))
