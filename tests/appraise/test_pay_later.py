"""Held pay, releases, clawbacks and corrections, by hand."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.appraise.cases import measure, people
from tests.appraise.pay_cases import CURVE, MONTHS, amounts, in_line, pay_for, payouts, plan, records, steps
from toolkit.appraise.pay import Statements
from toolkit.scheme import Effective, Schemes, build_scheme, plain

JAN, FEB, MAR, APR = MONTHS[:4]
HELD: dict[str, Any] = {"rate": {"of": "sales", "rate": 0.1}, "holdback": {"share": 0.3}}
CLAWED: dict[str, Any] = {"rate": {"of": "sales", "rate": 0.1}, "clawback": {"days": 180}}


def cash(*rows: tuple[str, str, float, float], who: str = "p1") -> list[tuple[Any, ...]]:
    """Of the credit of a month, collected by the end of another."""
    return [(who, period, "net_sales", by, credited, paid) for period, by, credited, paid in rows]


def back(*rows: tuple[str, str, str, float, float], who: str = "p1") -> list[tuple[Any, ...]]:
    """Of a month's credit, reversed in another: deal, amount, days after."""
    return [(who, period, "net_sales", by, deal, amount, days) for period, by, deal, amount, days in rows]


def months(credits: list[float], pay: dict[str, Any] = HELD, **tables: Any) -> Statements:
    rows = {("p1", m, "sales"): (c, 1000.0) for m, c in zip(MONTHS, credits, strict=False)}
    scores = {("p1", m): 0.0 for m in MONTHS[: len(credits)]}
    found = pay_for(plan(pay=pay), scores, rows, records=records(**tables))
    in_line(found)
    return found


def test_pay_is_held_and_released_as_cash_comes_in() -> None:
    told = cash((JAN, JAN, 1000, 0), (JAN, FEB, 1000, 333.33), (JAN, MAR, 1000, 1000), (JAN, APR, 1000, 1000))
    found = months([1000.005, 0, 0, 0], collected=told)
    # 100.00 earned, 30.00 held; a third of the cash releases 9.9999 → 10.00, the rest 20.00.
    assert steps(found) == [(JAN, "holdback", "-30.00"), (FEB, "release", "10.00"), (MAR, "release", "20.00")]
    assert payouts(found) == ["70.00", "10.00", "20.00", "0.00"]
    released = found.adjustments.iloc[1:]
    assert released[["concerns", "factor"]].values.tolist() == [[JAN, 0.33333], [JAN, 1.0]]
    assert amounts(released["balance"]) == ["20.00", "0.00"]


@pytest.mark.parametrize("parts", [[100, 200, 300, 400], [1, 998, 999, 999], [1000, 0, 0, 0]])
def test_releases_never_pass_what_was_held_and_sum_to_it_when_all_is_in(parts: list[int]) -> None:
    total = np.cumsum(parts) if sum(parts) == 1000 else np.array([*parts[:3], 1000])
    told = cash(*[(JAN, m, 1000.0, float(c)) for m, c in zip(MONTHS, total, strict=False)])
    found = months([777.77, 0, 0, 0], collected=told)
    released = found.adjustments[found.adjustments["step"] == "release"]
    assert str(released["amount"].sum()) == "23.33" and (released["amount"] > 0).all()  # 77.78 × 0.3


def test_cash_in_the_same_period_is_released_at_once_and_cash_going_back_takes_nothing() -> None:
    told = cash((JAN, JAN, 1000, 900), (JAN, FEB, 1000, 400), (JAN, MAR, 1000, 1200))
    found = months([1000, 0, 0], collected=told)
    assert steps(found) == [(JAN, "holdback", "-30.00"), (JAN, "release", "27.00"), (MAR, "release", "3.00")]


def test_without_news_of_cash_all_stays_held_and_without_credit_nothing_is() -> None:
    assert payouts(months([1000, 0])) == ["70.00", "0.00"]
    both = HELD | {"curve": CURVE}
    scores = {("p1", JAN): 100.0}
    found = pay_for(plan(pay=both), scores, {("p1", JAN, "sales"): (0.0, 1.0)})
    assert payouts(found) == ["4000.00"]
    found = pay_for(plan(pay=both), scores, {("p1", JAN, "sales"): (10.0, 1.0)})
    assert payouts(found) == ["2800.70"]  # 4,001.00 × 0.7


@pytest.mark.parametrize("pay", [HELD, CLAWED, {**HELD, **CLAWED}])
def test_months_scored_before_the_first_quarter_is_over_pay_nothing_yet(pay: dict[str, Any]) -> None:
    quarterly = plan(pay=pay, pay_every="quarter")
    rows = {("p1", m, "sales"): (1000.0, 1000.0) for m in (JAN, FEB)}
    scores = {("p1", m): 100.0 for m in (JAN, FEB)}
    told = records(collected=cash((JAN, JAN, 1000, 500)), reversed=back((JAN, FEB, "d1", 100, 5)))
    found = pay_for(quarterly, scores, rows, records=told)
    assert found.payouts.empty and found.adjustments.empty and found.unpaid.empty


def test_a_leaver_gets_what_is_released_later_in_a_row_of_their_own() -> None:
    roster = pd.concat(
        [people([("p1", "A", "N")], left="2026-01-31"), people([("p2", "A", "N")])], ignore_index=True
    )
    rows = {
        ("p1", JAN, "sales"): (1000.0, 1.0),
        ("p2", JAN, "sales"): (0.0, 1.0),
        ("p2", FEB, "sales"): (0.0, 1.0),
    }
    scores = {("p1", JAN): 0.0, ("p2", JAN): 0.0, ("p2", FEB): 0.0}
    told = cash((JAN, JAN, 1000, 0), (JAN, FEB, 1000, 1000), (JAN, MAR, 1000, 1000))
    found = pay_for(plan(pay=HELD), scores, rows, roster, records(collected=told))
    assert payouts(found) == ["70.00", "30.00"]
    late = found.payouts[(found.payouts["participant"] == "p1") & (found.payouts["period"] == FEB)]
    assert late[["base_payout", "rate"]].astype(float).values.tolist() == [[0.0, 0.0]]
    assert late["target_incentive"].isna().all() and found.unpaid.empty
    in_line(found)


def test_a_release_waits_for_a_period_that_is_paid() -> None:
    found = months([1000, 0], collected=cash((JAN, FEB, 1000, 500), (JAN, MAR, 1000, 1000)))
    assert steps(found)[-1] == (FEB, "release", "15.00")  # nobody is scored in March


def test_two_commissions_release_by_the_cash_of_both() -> None:
    rates = [{"of": "sales", "rate": 0.1}, {"of": "services", "rate": 0.1}]
    sales = measure("sales", "net_sales", 0.5, {"fixed": 1})
    pay = {"rate": rates, "holdback": {"share": 0.5}}
    both = plan(pay=pay, measures=[sales, sales | {"name": "services", "kpi": "bookings"}])
    rows = {
        ("p1", m, n): (1000.0 if m == JAN else 0.0, 1.0)
        for m in (JAN, FEB, MAR)
        for n in ("sales", "services")
    }
    other = [("p1", JAN, "bookings", by, 1000.0, paid) for by, paid in ((JAN, 0.0), (MAR, 1000.0))]
    told = records(
        collected=[*cash((JAN, JAN, 1000, 0), (JAN, FEB, 1000, 1000), (JAN, MAR, 1000, 1000)), *other]
    )
    found = pay_for(both, {("p1", m): 0.0 for m in (JAN, FEB, MAR)}, rows, records=told)
    # 100 of 200 held. By February the one's 1,000 of 2,000 is in; by March all.
    assert steps(found) == [
        (JAN, "holdback", "-100.00"),
        (FEB, "release", "50.00"),
        (MAR, "release", "50.00"),
    ]


def test_commission_on_a_return_is_taken_back_within_its_days() -> None:
    told = back((JAN, MAR, "d1", 200, 60), (JAN, MAR, "d2", 500, 181), (FEB, MAR, "d3", 100, 180))
    found = months([1000, 1000, 1000], CLAWED, reversed=told)
    assert steps(found) == [(MAR, "clawback", "-20.00"), (MAR, "clawback", "-10.00")]
    assert payouts(found) == ["100.00", "100.00", "70.00"]
    assert found.adjustments[["concerns", "deal"]].values.tolist() == [[JAN, "d1"], [FEB, "d3"]]
    assert amounts(found.adjustments["unclaimed"]) == ["0.00", "0.00"]


def test_a_tiered_commission_is_computed_again_without_the_deals_one_after_the_other() -> None:
    tiers = {"of": "sales", "by": "attainment", "tiers": [[0, 0.1], [1.0, 0.2]]}
    found = months(
        [1500, 0, 0], CLAWED | {"rate": tiers},
        reversed=back((JAN, FEB, "d1", 300, 30), (JAN, MAR, "d2", 400, 60)),
    )  # fmt: skip
    # 100 + 500 × 20 % = 200; without 300: 140; without 700: 800 × 10 % = 80.
    assert payouts(found) == ["200.00", "-60.00", "-60.00"]


def test_a_tier_of_the_whole_falls_with_what_is_left_of_the_attainment() -> None:
    tiers = {"of": "sales", "by": "attainment", "tiers": [[0, 0.1], [1.0, 0.2]], "split": "none"}
    found = months([1000], CLAWED | {"rate": tiers}, reversed=back((JAN, JAN, "d1", 1, 3)))
    assert payouts(found) == ["99.90"]  # 200 → 999 × 10 %


def test_what_a_gate_or_a_coefficient_did_not_pay_is_not_taken_back() -> None:
    pay = CLAWED | {"modifiers": [{"grades": {"A": 1, "B": 0.5, "C": 0, "D": 0}}]}
    told = back((JAN, FEB, "d1", 400, 30))
    assert payouts(months([1000, 0], pay, reversed=told)) == ["50.00", "-20.00"]
    gate = CLAWED | {"gates": [{"measure": "sales", "below": 5, "pays": 0}]}
    found = months([1000, 0], gate, reversed=told)
    assert payouts(found) == ["0.00", "0.00"] and steps(found) == [(JAN, "gate", "-100.00")]


def test_never_more_than_was_paid_for_the_period_is_taken_back() -> None:
    # Paid 100 in January. Reversed twice 800: 80, then only the 20 that are left; 60 remain unclaimed.
    told = back((JAN, FEB, "d1", 800, 30), (JAN, MAR, "d2", 800, 60), (JAN, MAR, "d3", 100, 60))
    found = months([1000, 0, 0], CLAWED, reversed=told)
    assert steps(found) == [
        (FEB, "clawback", "-80.00"),
        (MAR, "clawback", "-20.00"),
        (MAR, "clawback", "0.00"),
    ]
    assert amounts(found.adjustments["unclaimed"]) == ["0.00", "60.00", "10.00"]


def test_a_guarantee_that_is_not_lent_makes_good_for_a_return_and_a_draw_does_not() -> None:
    roster = people([("p1", "A", "N")], hired="2026-01-01", incentive=12_000.0)
    told = records(reversed=back((JAN, FEB, "d1", 1000, 20)))
    for lent, expected in ((False, ["800.00", "0.00"]), (True, ["800.00", "-100.00"])):
        lift = {"share": 0.8, "months": 1, "recoverable": lent}
        own = plan(pay=CLAWED | {"curve": CURVE, "guarantee": lift})
        rows = {("p1", m, "sales"): (1000.0 if m == JAN else 0.0, 1.0) for m in (JAN, FEB)}
        found = pay_for(own, {("p1", JAN): 0.0, ("p1", FEB): 0.0}, rows, roster, told)
        assert payouts(found) == expected


def test_a_return_comes_out_of_what_is_held_first() -> None:
    # Two deals of 1,000, 30 % held: paid 140. One falls away uncollected: 100 were earned on it, 30 of them
    # still held, so 70 are taken; the other's cash then releases the 30 that are left.
    told = cash((JAN, JAN, 2000, 0), (JAN, FEB, 2000, 0), (JAN, MAR, 2000, 1000))
    found = months([2000, 0, 0], HELD | CLAWED, collected=told, reversed=back((JAN, FEB, "d1", 1000, 30)))
    assert steps(found) == [
        (JAN, "holdback", "-60.00"),
        (FEB, "clawback", "-70.00"),
        (MAR, "release", "30.00"),
    ]
    assert amounts(found.adjustments["balance"])[1:] == ["30.00", "0.00"]
    assert sum(map(float, payouts(found))) == 100.0


def test_a_return_after_the_cash_was_in_is_taken_back_whole() -> None:
    told = cash((JAN, JAN, 1000, 1000), (JAN, FEB, 1000, 1000))
    found = months([1000, 0], HELD | CLAWED, collected=told, reversed=back((JAN, FEB, "d1", 1000, 30)))
    assert payouts(found) == ["100.00", "-100.00"]


def test_of_a_deal_above_its_cap_only_what_falls_below_the_cap_is_taken_back() -> None:
    rate = {"of": "sales", "rate": 0.1, "deal_cap": 500}
    deals = [("p1", JAN, "net_sales", "d1", 900.0), ("p1", JAN, "net_sales", "d2", 100.0)]
    told = back((JAN, FEB, "d1", 300, 20), (JAN, FEB, "d1", 200, 25), (JAN, MAR, "d9", 800, 50))
    found = months([1000, 0, 0], CLAWED | {"rate": rate}, deals=deals, reversed=told)
    # Credited 500 + 100: 60.00. 900 → 600 costs nothing, 600 → 400 costs 100 of credit. A deal that is not in
    # the list is worth at most the cap: 500 of credit, 50.00.
    assert steps(found) == [(FEB, "clawback", "-10.00"), (MAR, "clawback", "-50.00")]


def test_a_cumulative_commission_is_taken_back_at_the_rates_it_was_paid() -> None:
    rate = {"of": "sales", "by": "amount", "tiers": [[0, 0.1], [1000, 0.2]], "cumulative": "year"}
    found = months([1000, 1000], CLAWED | {"rate": rate}, reversed=back((FEB, FEB, "d1", 500, 10)))
    assert payouts(found) == ["100.00", "100.00"]  # February earned 200 and gives 100 back


def test_corrections_are_added_in_either_direction_with_reason_and_author() -> None:
    at = pd.Timestamp("2026-03-02 10:00")
    told = [
        ("p1", FEB, JAN, 12.345, "visit log was late", "HR Li", at),
        ("p1", FEB, JAN, -500.0, "=cmd", "x", at),
    ]
    found = months([1000, 0], {"rate": HELD["rate"]}, corrections=told)
    assert steps(found) == [(FEB, "correction", "12.35"), (FEB, "correction", "-500.00")][::-1]
    assert payouts(found) == ["100.00", "-487.65"]
    assert found.adjustments[["reason", "author", "concerns", "at"]].values.tolist()[1] == [
        "visit log was late", "HR Li", JAN, "2026-03-02 10:00:00",
    ]  # fmt: skip


def test_a_correction_for_who_is_not_paid_otherwise() -> None:
    own = plan(pay={"curve": CURVE})
    roster = people([("p1", "A", "N"), ("p2", "A", "N")])
    roster.loc[1, "target_incentive"] = np.nan
    scores = {("p1", JAN): 100.0, ("p1", FEB): 100.0, ("p2", JAN): 100.0}
    told = [
        ("p2", JAN, JAN, 5.0, "paid by hand", "HR", pd.NaT),  # due, but nothing could be computed
        ("p2", FEB, JAN, 7.0, "late", "HR", pd.NaT),  # not due in February
        ("p9", FEB, JAN, 7.0, "stranger", "HR", pd.NaT),
        ("p1", "2026-Q1", JAN, 7.0, "no month", "HR", pd.NaT),
    ]
    found = pay_for(own, scores, roster=roster, records=records(corrections=told))
    assert payouts(found) == ["4000.00", "4000.00"] and payouts(found, "p2") == ["5.00", "7.00"]
    assert found.unpaid.values.tolist() == [
        ["", "p9", "2026-02", "not_in_roster"],
        ["plan@1", "p1", "2026-Q1", "no_pay_period"],
        ["plan@1", "p2", "2026-01", "no_target_incentive"],
    ]
    in_line(found)


def test_a_correction_without_an_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="amount is missing"):
        months([1.0], corrections=[("p1", JAN, JAN, np.nan, "?", "HR", pd.NaT)])


def versions(old: dict[str, Any], new: dict[str, Any], **more: Any) -> Schemes:
    """The plan until January, and what replaces it from February on."""
    document = plain(plan(pay=old).items[0])
    first = document | {"effective": plain(Effective(dt.date(2020, 1, 1), dt.date(2026, 1, 31)))}
    second = plain(plan(pay=new).items[0]) | more | {"effective": plain(Effective(dt.date(2026, 2, 1)))}
    return Schemes((build_scheme(first), build_scheme({"version": "2"} | second | {"version": "2"})),
                   plan().calendar, plan().kpis)  # fmt: skip


def test_what_comes_later_is_paid_under_the_scheme_of_that_period() -> None:
    both = versions(HELD | CLAWED, {"curve": CURVE})
    rows = {("p1", JAN, "sales"): (1000.0, 1.0)}
    told = records(
        collected=cash((JAN, FEB, 1000, 500)), reversed=back((JAN, FEB, "d1", 100, 9)),
        corrections=[("p1", FEB, JAN, 1.0, "r", "a", pd.NaT)],
    )  # fmt: skip
    found = pay_for(
        both, {("p1", JAN): 0.0, ("p1", FEB): 100.0}, rows, records=told,
        scheme=lambda who, when: "plan@1" if when == JAN else "plan@2",
    )  # fmt: skip
    assert found.payouts["scheme"].tolist() == ["plan@1", "plan@2"]
    # 15.00 released; the return costs 10.00, of which 3.00 are still held.
    assert steps(found)[1:] == [
        (FEB, "release", "15.00"),
        (FEB, "clawback", "-7.00"),
        (FEB, "correction", "1.00"),
    ]
    assert payouts(found) == ["70.00", "4009.00"]


def test_a_draw_follows_the_person_and_another_currency_starts_anew() -> None:
    lift = {"curve": CURVE, "guarantee": {"share": 0.5, "months": 1, "recoverable": True}}
    roster = people([("p1", "A", "N")], hired="2026-01-01")
    for currency, expected in (("CNY", "2000.00"), ("EUR", "4000.00")):
        found = pay_for(
            versions(lift, {"curve": CURVE}, currency=currency), {("p1", JAN): 0.0, ("p1", FEB): 100.0},
            roster=roster, scheme=lambda who, when: "plan@1" if when == JAN else "plan@2",
        )  # fmt: skip
        assert payouts(found) == ["2000.00", expected]


def test_the_order_of_records_is_irrelevant_and_nothing_given_is_changed() -> None:
    told = {
        "collected": cash((JAN, JAN, 1000, 100), (JAN, FEB, 1000, 300), (JAN, MAR, 1000, 700)),
        "reversed": back((JAN, FEB, "d1", 100, 9), (JAN, FEB, "d2", 50, 9), (FEB, MAR, "d3", 100, 9)),
        "corrections": [("p1", MAR, JAN, 1.0, "r", "a", pd.NaT), ("p1", MAR, FEB, 2.0, "r", "a", pd.NaT)],
    }
    first = months([1000, 500, 250], HELD | CLAWED, **told)
    again = months([1000, 500, 250], HELD | CLAWED, **{k: v[::-1] for k, v in told.items()})
    for name in ("payouts", "components", "adjustments", "unpaid"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name))
