"""What a period earns, by hand: measures, base salary, commissions, tiers over the year, deal caps."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.appraise.cases import people
from tests.appraise.pay_cases import (
    CURVE,
    MONTHS,
    P1,
    amounts,
    card,
    in_line,
    pay_for,
    payouts,
    plan,
    records,
)  # fmt: skip
from toolkit.appraise.pay import statements
from toolkit.errors import SchemeError
from toolkit.periods import Calendar
from toolkit.scheme import Effective, Schemes, build_scheme, plain

JAN = ("p1", "2026-01")
TIERS = [[0, 0.01], [1000, 0.02], [3000, 0.03]]
BY_YEAR = {"of": "sales", "by": "amount", "tiers": TIERS, "cumulative": "year"}
LINE = {"x": "attainment", "points": [[0.5, 0.0], [1.0, 1.0], [2.0, 3.0]]}
MEASURES = {"sales": {"share": 0.6, "curve": LINE, "cap": 2.0}, "visits": {"share": 0.4, "curve": LINE}}


def test_the_incentive_is_a_share_of_the_base_salary() -> None:
    own = plan(pay={"target_incentive": {"share_of_base": 0.3}, "curve": CURVE})
    roster = P1.assign(base_salary=100_000.01)
    found = pay_for(own, {JAN: 100.0}, roster=roster)
    # 100,000.01 × 0.3 = 30,000.003 → 30,000.00 a year → 2,500.00 a month
    assert amounts(found.payouts["target_incentive"]) == ["2500.00"] == payouts(found)
    none = pay_for(own, {JAN: 100.0}, roster=P1.assign(base_salary=np.nan))
    assert none.unpaid["reason"].tolist() == ["no_base_salary"] and none.payouts.empty


def test_measures_pay_their_shares_with_one_rounding_and_a_cap_each() -> None:
    rows = {(*JAN, "sales"): (180.0, 100.0), (*JAN, "visits"): (83.0, 100.0)}
    roster = P1.assign(target_incentive=1000.0 * 12 + 0.12)
    found = pay_for(plan(pay={"measures": MEASURES}), {JAN: 0.0}, rows, roster)
    # sales 1.8 → 2.6, capped at 2.0; visits 0.83 → 0.66. 0.6 × 2 + 0.4 × 0.66 = 1.464;
    # × 1,000.01 = 1,464.01464
    assert found.payouts["payout_ratio"].tolist() == [1.464] and payouts(found) == ["1464.01"]
    parts = found.components[["component", "measure", "share", "read", "ratio"]].values.tolist()
    assert parts == [["measure", "sales", 0.6, 1.8, 2.0], ["measure", "visits", 0.4, 0.83, 0.66]]
    assert amounts(found.components["amount"]) == ["1200.01", "264.00"]
    in_line(found)


@pytest.mark.parametrize(
    ("missing", "ratio", "shares"), [("reweight", 1.0, [1.0, 0.0]), ("zero", 0.6, [0.6, 0.4])]
)
def test_a_measure_without_a_number_gives_its_share_as_in_the_score(
    missing: str, ratio: float, shares: list[float]
) -> None:
    own = plan(pay={"measures": MEASURES}, missing=missing)
    found = pay_for(own, {JAN: 0.0}, {(*JAN, "sales"): (100.0, 100.0), (*JAN, "visits"): (5.0, 0.0)})
    assert found.payouts["payout_ratio"].tolist() == [ratio]
    assert found.components["share"].tolist() == shares
    in_line(found)


def test_no_measure_that_pays_has_a_number() -> None:
    found = pay_for(plan(pay={"measures": MEASURES}), {JAN: 90.0}, {(*JAN, "sales"): (5.0, 0.0)})
    assert found.unpaid["reason"].tolist() == ["no_measures"] and found.payouts.empty


def test_a_curve_and_two_commissions_add_up_and_show_their_blend() -> None:
    rates = [{"of": "sales", "rate": 0.05}, {"of": "sales", "by": "amount", "tiers": TIERS}]
    found = pay_for(plan(pay={"curve": CURVE, "rate": rates}), {JAN: 80.0}, {(*JAN, "sales"): (2500.0, 1.0)})
    # 4,000 × 0.5 = 2,000; 2,500 × 5 % = 125; 10 + 1,500 × 2 % = 40
    assert amounts(found.components["amount"]) == ["2000.00", "125.00", "40.00"]
    assert amounts(found.payouts["credited"]) == ["5000.0000"]
    assert found.payouts["rate"].tolist() == [165 / 5000] and payouts(found) == ["2165.00"]
    in_line(found)


def test_credit_that_nets_to_nothing_but_earned_is_shown_as_what_it_earned() -> None:
    rates = [{"of": "sales", "rate": 0.05}, {"of": "visits", "rate": 0.01}]
    own = plan(pay={"rate": rates[0]})
    both = build_scheme(plain(own.items[0]) | {"pay": {"rate": [rates[0], rates[0] | {"rate": 0.01}]}})
    found = pay_for(Schemes((both,), own.calendar, own.kpis), {JAN: 0.0}, {(*JAN, "sales"): (0.0, 1.0)})
    assert payouts(found) == ["0.00"] and found.payouts["rate"].tolist() == [0.0]
    year = plan(pay={"rate": BY_YEAR | {"tiers": [[0, 0.1], [1000, 0.2]], "split": "none"}})
    rows = {("p1", "2026-01", "sales"): (900.0, 1.0), ("p1", "2026-02", "sales"): (0.0, 1.0)}
    found = pay_for(year, {("p1", m): 0.0 for m in MONTHS[:2]}, rows)
    assert payouts(found) == ["90.00", "0.00"]
    in_line(found)


def test_a_true_up_on_a_month_that_nets_to_nothing() -> None:
    """By attainment the year's target moves too: a month without credit can still take back."""
    rate = {"of": "sales", "by": "attainment", "tiers": [[0, 0.1], [1.0, 0.2]], "split": "none"}
    rows = {("p1", "2026-01", "sales"): (1000.0, 1000.0), ("p1", "2026-02", "sales"): (0.0, 1000.0)}
    own = plan(pay={"rate": rate | {"cumulative": "year"}})
    found = pay_for(own, {("p1", m): 0.0 for m in MONTHS[:2]}, rows)
    # January on target: 20 % of 1,000. February: 1,000 of 2,000 is half: 10 % of 1,000, so 100 come back.
    assert payouts(found) == ["200.00", "-100.00"]
    assert amounts(found.payouts["credited"]) == ["1000.0000", "-100.0000"]
    assert found.payouts["rate"].tolist() == [0.2, 1.0]
    assert found.components["read"].tolist() == [1.0, 0.5]
    in_line(found)


def run_year(credits: list[float], calendar: Calendar | None = None, **rate: str) -> list[str]:
    rows = {("p1", m, "sales"): (c, 1.0) for m, c in zip(MONTHS, credits, strict=False)}
    own = plan(pay={"rate": BY_YEAR | rate}, calendar=calendar)
    found = pay_for(own, {("p1", m): 0.0 for m in MONTHS[: len(credits)]}, rows)
    in_line(found)
    return payouts(found)


def test_tiers_count_since_the_quarter_or_the_fiscal_year_began() -> None:
    # 1,000 a month: the first at 1 %, the next two at 2 %, then 3 %.
    assert run_year([1000.0] * 5) == ["10.00", "20.00", "20.00", "30.00", "30.00"]
    assert run_year([1000.0] * 5, cumulative="quarter") == ["10.00", "20.00", "20.00", "10.00", "20.00"]
    fiscal = Calendar(first_month=3)
    assert run_year([1000.0] * 5, fiscal) == ["10.00", "20.00", "10.00", "20.00", "20.00"]


def test_a_return_walks_back_down_the_tiers() -> None:
    assert run_year([1500.0, -1000.0]) == ["20.00", "-15.00"]  # 500 at 2 %, 500 at 1 %


@settings(max_examples=40)
@given(st.lists(st.integers(-(10**7), 10**8), min_size=1, max_size=11), st.integers(0, 10), st.floats(0, 1))
def test_splitting_a_periods_credit_in_two_pays_the_same(cents: list[int], at: int, part: float) -> None:
    at = min(at, len(cents) - 1)
    first = round(cents[at] * part)
    divided = [*cents[:at], first, cents[at] - first, *cents[at + 1 :]]
    whole = [Decimal(v) for v in run_year([c / 100 for c in cents])]
    pieces = [Decimal(v) for v in run_year([c / 100 for c in divided])]
    assert whole[at] == pieces[at] + pieces[at + 1] and sum(whole) == sum(pieces)


def test_a_new_version_goes_on_counting_where_the_old_one_stopped() -> None:
    old = plan(pay={"rate": BY_YEAR}).items[0]
    steeper = BY_YEAR | {"tiers": [[0, 0.1], [1000, 0.2], [3000, 0.3]]}
    document = plain(old) | {"version": "2", "pay": {"rate": steeper}}
    new = build_scheme(document | {"effective": plain(Effective(dt.date(2026, 2, 1)))})
    ended = build_scheme(
        plain(old) | {"effective": plain(Effective(dt.date(2020, 1, 1), dt.date(2026, 1, 31)))}
    )
    both = Schemes((ended, new), Calendar(), plan().kpis)
    rows = {("p1", m, "sales"): (2000.0, 1.0) for m in MONTHS[:2]}
    found = pay_for(
        both,
        {("p1", m): 0.0 for m in MONTHS[:2]},
        rows,
        scheme=lambda who, when: "plan@1" if when == "2026-01" else "plan@2",
    )
    # January 10 + 20; February from 2,000 to 4,000 in the new tiers: 1,000 at 20 % and 1,000 at 30 %.
    assert payouts(found) == ["30.00", "500.00"]
    assert found.payouts["scheme"].tolist() == ["plan@1", "plan@2"]


def test_of_a_deal_above_the_cap_the_rest_earns_nothing() -> None:
    rate = {"of": "sales", "by": "attainment", "tiers": [[0, 0.1], [1.0, 0.2]], "split": "none"}
    own = plan(pay={"rate": rate | {"deal_cap": 500}})
    # Two lines of d1 are one deal of 900: 400 above the cap. What counts is 600 of 1,000.
    deals = [("p1", "2026-01", "net_sales", d, a) for d, a in (("d1", 600.0), ("d1", 300.0), ("d2", 100.0))]
    other = [("p1", "2026-02", "net_sales", "d3", 9000.0), ("p2", "2026-01", "net_sales", "d4", 9000.0)]
    found = pay_for(
        own, {JAN: 0.0}, {(*JAN, "sales"): (1000.0, 1000.0)}, records=records(deals=[*deals, *other])
    )
    assert payouts(found) == ["60.00"] and amounts(found.payouts["credited"]) == ["600.0000"]
    assert found.components[["read", "over_cap"]].values.tolist() == [[0.6, 400.0]]
    uncapped = pay_for(own, {JAN: 0.0}, {(*JAN, "sales"): (1000.0, 1000.0)})
    assert payouts(uncapped) == ["200.00"]


REASONS = {
    "p1": {},
    "p2": {"target_incentive": np.nan},
    "p3": {"commission_rate": np.nan},
    "p4": {"score": np.nan},
    "p5": {"sales": None},
    "p6": {"grade": None},
}


def test_who_is_due_is_paid_or_listed_with_the_first_reason() -> None:
    pay = {"curve": CURVE, "rate": {"of": "sales", "rate": "roster"}}
    own = plan(pay=pay | {"modifiers": [{"grades": {"A": 1, "B": 1, "C": 1, "D": 1}}]})
    roster = people([(p, "A", "N") for p in REASONS])
    for who, change in REASONS.items():
        for column in ("target_incentive", "commission_rate"):
            roster.loc[roster["participant"] == who, column] = change.get(column, 100.0)
    scores = {(p, "2026-01"): (c.get("score", 90.0), c.get("grade", "B")) for p, c in REASONS.items()}
    scores[("nobody", "2026-01")] = (90.0, "B")
    rows = {(p, "2026-01", "sales"): (10.0, 10.0) for p, c in REASONS.items() if "sales" not in c}
    found = pay_for(own, scores, rows, roster)
    assert found.payouts["participant"].tolist() == ["p1"]
    assert found.unpaid[["participant", "reason"]].values.tolist() == [
        ["nobody", "not_in_roster"],
        ["p2", "no_target_incentive"],
        ["p3", "no_commission_rate"],
        ["p4", "no_score"],
        ["p5", "no_credited"],
        ["p6", "no_grade"],
    ]


@settings(max_examples=25)
@given(st.lists(st.tuples(*[st.booleans()] * 5), min_size=1, max_size=8), st.integers(0, 99))
def test_whoever_is_due_stands_in_exactly_one_of_the_two_tables(
    blanks: list[tuple[bool, ...]], seed: int
) -> None:
    names = [f"p{i}" for i in range(len(blanks))]
    pay = {"curve": CURVE, "rate": {"of": "sales", "rate": "roster"}, "pool": {"amount": 100}}
    roster = people(
        [(n, "A", "N") for n, b in zip(names, blanks, strict=True) if not b[0]] or [("x", "A", "N")]
    )
    lost = dict(zip(names, blanks, strict=True))
    for column, place in (("target_incentive", 1), ("commission_rate", 2)):
        gone = [n for n in roster["participant"] if n in lost and lost[n][place]]
        roster.loc[roster["participant"].isin(gone), column] = np.nan
    scores = {(n, "2026-01"): np.nan if b[3] else 90.0 for n, b in lost.items()}
    rows = {(n, "2026-01", "sales"): (10.0, 1.0) for n, b in lost.items() if not b[4]}
    found = pay_for(plan(pay=pay), scores, rows, roster.sample(frac=1, random_state=seed))
    paid, left = set(found.payouts["participant"]), set(found.unpaid["participant"])
    assert paid | left == set(names) and not paid & left
    assert (found.unpaid["reason"] != "").all()
    assert paid == {n for n, b in lost.items() if not any(b)}


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 3 * 10**8)), min_size=1, max_size=20),
)
def test_money_is_the_half_up_decimal_of_incentive_times_ratio(cases: list[tuple[int, int]]) -> None:
    curve = {"x": "attainment", "points": [[0.0, 0.0], [10.0, 10.0]]}
    own = plan(pay={"measures": {"sales": {"share": 1.0, "curve": curve}}, "per": "month"})
    names = [f"p{i:02d}" for i in range(len(cases))]
    roster = people([(n, "A", "N") for n in names])
    roster["target_incentive"] = [c / 100 for c, _ in cases]
    rows = {(n, "2026-01", "sales"): (r / 10**8, 1.0) for n, (_, r) in zip(names, cases, strict=True)}
    found = pay_for(own, {(n, "2026-01"): 0.0 for n in names}, rows, roster)
    expected = [
        (Decimal(c) / 100 * (Decimal(r) / 10**8)).quantize(Decimal("0.01"), ROUND_HALF_UP) for c, r in cases
    ]
    assert found.payouts["payout"].tolist() == expected


def test_a_named_calendars_year_is_in_its_quarters_names() -> None:
    starts = {f"2026-Q{q}": dt.date(2026, 3 * q - 1, 10) for q in (1, 2, 3)} | {
        "2027-Q1": dt.date(2027, 1, 5)
    }
    own = plan(
        pay={"rate": BY_YEAR}, calendar=Calendar(starts=starts, ends=dt.date(2027, 3, 31)),
        pay_every="quarter", score_every="quarter",
    )  # fmt: skip
    rows = {("p1", q, "sales"): (1000.0, 1.0) for q in starts}
    assert payouts(pay_for(own, {("p1", q): 0.0 for q in starts}, rows)) == [
        "10.00",
        "20.00",
        "20.00",
        "10.00",
    ]


def test_the_order_of_rows_is_irrelevant_and_inputs_stay_as_they_are() -> None:
    names = [f"p{i}" for i in range(6)]
    roster = people([(n, "AB"[i % 2], "N") for i, n in enumerate(names)])
    own = plan(pay={"curve": CURVE, "rate": BY_YEAR, "pool": {"amount": 100, "within": "team"}})
    scores = pd.DataFrame([(n, m) for n in names for m in MONTHS[:4]], columns=["participant", "period"])
    scores = scores.assign(scheme="plan@1", score=np.linspace(55, 130, 24).round(4), grade="B", rank=1)
    sheet = card({(n, m, "sales"): (777.7, 9.0) for n in names for m in MONTHS[:4]}, lambda *_: "plan@1")
    tables = (sheet, scores, roster)
    copies = [t.copy(deep=True) for t in tables]
    first = statements(own, *tables)
    again = statements(own, *(t.sample(frac=1, random_state=5) for t in tables))
    for name in ("payouts", "components", "adjustments", "unpaid"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name))
    for table, copy in zip(tables, copies, strict=True):
        pd.testing.assert_frame_equal(table, copy)


def test_a_person_under_two_schemes_on_the_deciding_day_is_refused() -> None:
    one = plan().items[0]
    twin = build_scheme(plain(one) | {"name": "twin"})
    with pytest.raises(SchemeError) as error:
        pay_for(Schemes((one, twin), Calendar(), plan().kpis), {JAN: 90.0})
    assert [(p.code, p.value) for p in error.value.problems] == [("scheme.two_schemes", "p1")]


def test_nobody_due_gives_empty_tables_with_their_columns() -> None:
    full, none = pay_for(plan(), {JAN: 90.0}), pay_for(plan(), {})
    for name in ("payouts", "components", "adjustments", "unpaid"):
        assert getattr(none, name).empty
        assert list(getattr(none, name).columns) == list(getattr(full, name).columns)


def test_a_roster_without_a_column_of_pay_is_a_roster_of_blanks() -> None:
    roster = P1.drop(columns=["commission_rate", "target_incentive"])
    found = pay_for(plan(), {JAN: 90.0}, roster=roster)
    assert found.unpaid["reason"].tolist() == ["no_target_incentive"]
    assert isinstance(found.payouts, pd.DataFrame) and found.payouts.empty
