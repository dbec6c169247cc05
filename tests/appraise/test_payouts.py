"""Payouts by hand: split years, exposure, gates, commissions, teams, and who cannot be paid."""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.appraise.cases import NO_TARGETS, measure, panel, people, schemes
from tests.appraise.test_scorecard import CARD, ROSTER, SCHEMES, SCORES
from toolkit.appraise import grade, score, set_targets
from toolkit.appraise.pay import pay, statements
from toolkit.money import split
from toolkit.scheme import Schemes, replace_at

CURVE = {"x": "score", "points": [[60, 0.0], [80, 0.5], [100, 1.0], [120, 1.5]]}
VISITS = measure("visits", "visits", 1.0, {"fixed": 100, "per": "quarter"})
SALES = measure("sales", "net_sales", 1.0, {"fixed": 100_000, "per": "quarter"})
QUARTERS = ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
P1 = people([("p1", "A", "N")])


def run(plan: Schemes, rows: pd.DataFrame, roster: pd.DataFrame = P1) -> tuple[pd.DataFrame, ...]:
    """Payouts, adjustments and the unpaid of a plan with fixed targets."""
    card = score(plan, rows, set_targets(plan, rows, NO_TARGETS, roster), roster)
    scores = grade(plan, card)
    found = statements(plan, card, scores, roster)
    return found.payouts, found.adjustments, found.unpaid


def amounts(column: pd.Series) -> list[str]:
    return [str(v) for v in column]


def test_the_small_case_by_hand() -> None:
    # p1: 48,000 a year ÷ 4 × (0.5 + 8.3333336 × 0.025 = 0.70833334) = 8,500.00
    # p2: 36,000 a year ÷ 4 × ½ × (7 × 0.025 = 0.175) = 787.50
    payouts = pay(SCHEMES, CARD, SCORES, ROSTER)
    assert amounts(payouts["target_incentive"]) == ["12000.00", "4500.00"]
    assert payouts["payout_ratio"].tolist() == [0.70833334, 0.175]
    assert amounts(payouts["payout"]) == ["8500.00", "787.50"]
    assert payouts["credited"].isna().all()
    assert payouts["rate"].isna().all()


def test_a_gate_cuts_by_its_share_and_says_so() -> None:
    gate = [{"measure": "revenue", "below": 0.75, "pays": 0.5}]
    gated = replace_at(SCHEMES, "plan.pay.gates", gate)
    payouts = pay(gated, CARD, SCORES, ROSTER)
    cuts = statements(gated, CARD, SCORES, ROSTER).adjustments
    assert amounts(payouts["adjustments"]) == ["0.00", "-393.75"]
    assert amounts(payouts["payout"]) == ["8500.00", "393.75"]
    assert cuts[
        ["participant", "period", "step", "measure", "attainment", "below", "pays"]
    ].values.tolist() == [["p2", "2026-Q1", "gate", "revenue", 0.7, 0.75, 0.5]]
    assert amounts(cuts["amount"]) == ["-393.75"]
    assert cuts["reason"].tolist() == ["revenue attainment 0.70 < 0.75"]


def test_gates_apply_in_order_to_what_is_left_and_an_edge_passes() -> None:
    gates = [{"measure": "visits", "below": b, "pays": p} for b, p in ((0.9, 0.5), (0.95, 0.1), (0.8, 0.0))]
    plan = schemes(VISITS, pay={"curve": CURVE, "gates": gates}, score_every="quarter")
    payouts, cuts, _ = run(plan, panel([("p1", "2026-Q1", "visits", 80.0)]))
    assert amounts(payouts["base_payout"]) == ["6000.00"]
    assert amounts(cuts["amount"]) == ["-3000.00", "-2700.00"]
    assert amounts(payouts["payout"]) == ["300.00"]
    assert amounts(payouts["adjustments"]) == ["-5700.00"]


def test_a_gate_without_attainment_is_open() -> None:
    gate = [{"measure": "calls", "below": 0.9, "pays": 0}]
    plan = schemes(VISITS, measure("calls", "calls", 0.0, {"fixed": 9}), pay={"curve": CURVE, "gates": gate})
    payouts, cuts, _ = run(plan, panel([("p1", "2026-Q1", "visits", 100.0)]))
    assert amounts(payouts["payout"]) == ["12000.00"]
    assert cuts.empty


@pytest.mark.parametrize("yearly", [100.01, 100.02, 100.03, 47999.99])
@pytest.mark.parametrize(
    ("every", "periods"), [("quarter", QUARTERS), ("month", [f"2026-{m:02d}" for m in range(1, 13)])]
)
def test_a_years_periods_sum_to_the_years_amount(yearly: float, every: str, periods: list[str]) -> None:
    plan = schemes(
        measure("rate", "win_rate", 1.0, {"fixed": 0.2}),
        score_every=every if every == "month" else "month",
        pay_every=every,
    )
    payouts, _, _ = run(
        plan,
        panel([("p1", p, "win_rate", 0.2) for p in periods]),
        people([("p1", "A", "N")], incentive=yearly),
    )
    cents = [int(Decimal(str(v)) * 100) for v in payouts["target_incentive"]]
    assert cents == split(round(yearly * 100), [1] * len(periods)).tolist()
    assert sum(cents) == round(yearly * 100)
    assert amounts(payouts["payout"]) == amounts(payouts["target_incentive"])


@pytest.mark.parametrize(
    ("per", "every", "expected"),
    [
        ("month", "quarter", "300.03"),
        ("quarter", "quarter", "100.01"),
        ("quarter", "month", "33.34"),
        ("month", "year", "1200.12"),
        ("year", "half", "50.01"),
    ],
)
def test_what_the_rosters_amount_is_for(per: str, every: str, expected: str) -> None:
    name = {"quarter": "2026-Q1", "month": "2026-01", "year": "2026", "half": "2026-H1"}[every]
    plan = schemes(
        measure("rate", "win_rate", 1.0, {"fixed": 0.2}), pay_every=every, pay={"curve": CURVE, "per": per}
    )
    payouts, _, _ = run(
        plan, panel([("p1", name, "win_rate", 0.2)]), people([("p1", "A", "N")], incentive=100.01)
    )
    assert amounts(payouts["target_incentive"]) == [expected]


def test_a_leaver_gets_the_employed_share_and_the_rows_of_the_last_day_count() -> None:
    roster = people(
        [("p1", "A", "N"), ("p1", "B", "N")], moves="2026-02-01", left="2026-02-14"
    )  # 45 of 90 days
    roster["target_incentive"] = [48_000.0, 96_000.0]
    plan = schemes(measure("rate", "win_rate", 1.0, {"fixed": 0.2}))
    payouts, _, _ = run(plan, panel([("p1", "2026-Q1", "win_rate", 0.2)]), roster)
    assert amounts(payouts["payout"]) == ["12000.00"]


def commission_plan(**rate: Any) -> Schemes:
    return schemes(SALES, score_every="quarter", pay={"rate": {"of": "sales"} | rate})


def test_commission_at_the_rosters_rate() -> None:
    payouts, _, _ = run(commission_plan(rate="roster"), panel([("p1", "2026-Q1", "net_sales", 123456.78915)]))
    assert amounts(payouts["credited"]) == ["123456.7892"]
    assert payouts["rate"].tolist() == [0.02]
    assert amounts(payouts["payout"]) == ["2469.14"]
    assert payouts["target_incentive"].isna().all()


@pytest.mark.parametrize(
    ("split_by", "expected", "rate"),
    [("none", "10400.00", 0.08), ("step", "7400.00", 7.4 / 130), ("interpolated", "10400.00", 0.08)],
)
def test_tiers_by_attainment(split_by: str, expected: str, rate: float) -> None:
    # 130,000 on a target of 100,000; 5 % up to the target, 8 % above: 5,000 + 2,400.
    plan = commission_plan(by="attainment", tiers=[[0, 0.05], [1.0, 0.08]], split=split_by)
    payouts, _, _ = run(plan, panel([("p1", "2026-Q1", "net_sales", 130_000.0)]))
    assert amounts(payouts["payout"]) == [expected]
    assert payouts["rate"].tolist() == [pytest.approx(rate)]


def test_a_return_is_taken_back_and_no_gate_forgives_it() -> None:
    plan = replace_at(
        commission_plan(rate=0.05), "plan.pay.gates", [{"measure": "sales", "below": 0.5, "pays": 0}]
    )
    payouts, cuts, _ = run(plan, panel([("p1", "2026-Q1", "net_sales", -200.0)]))
    assert amounts(payouts["payout"]) == ["-10.00"]
    assert cuts.empty


def test_curve_and_commission_add_up() -> None:
    plan = schemes(SALES, score_every="quarter", pay={"curve": CURVE, "rate": {"of": "sales", "rate": 0.001}})
    payouts, _, _ = run(plan, panel([("p1", "2026-Q1", "net_sales", 100_000.0)]))
    assert amounts(payouts["base_payout"]) == ["12100.00"]


def test_yen_have_no_cents_and_stand_beside_yuan() -> None:
    yen = schemes(VISITS, currency="JPY", name="tokyo", applies_to={"team": ["T"]}, score_every="quarter")
    yuan = schemes(VISITS, applies_to={"team": ["A"]}, score_every="quarter")
    both = Schemes((*yen.items, *yuan.items), yuan.calendar, yuan.kpis)
    roster = people([("p1", "A", "N"), ("p2", "T", "N")], incentive=1001.0)
    payouts, _, _ = run(both, panel([(p, "2026-Q1", "visits", 90.0) for p in ("p1", "p2")]), roster)
    # 1,001 ÷ 4 = 250.25 → × 0.75 = 187.69 yuan; in whole yen 251 → 188.
    assert payouts[["scheme", "participant"]].values.tolist() == [["plan@1", "p1"], ["tokyo@1", "p2"]]
    assert amounts(payouts["payout"]) == ["187.69", "188.00"]


def test_a_team_pays_each_member_on_their_own_incentive_and_exposure() -> None:
    roster = pd.concat(
        [people([("p1", "A", "N")]), people([("p2", "A", "N")], hired="2026-02-15", incentive=36000.0)],
        ignore_index=True,
    )
    plan = schemes(VISITS, level="team", score_every="quarter")
    payouts, _, _ = run(plan, panel([("A", "2026-Q1", "visits", 90.0)], "team"), roster)
    assert payouts["participant"].tolist() == ["p1", "p2"]
    assert payouts["payout_ratio"].tolist() == [0.75, 0.75]
    assert amounts(payouts["payout"]) == ["9000.00", "3375.00"]


def test_who_cannot_be_paid_is_listed_with_the_reason() -> None:
    roster = people([("p1", "A", "N"), ("p2", "A", "N"), ("p3", "A", "N"), ("p4", "A", "N")])
    roster.loc[1, "target_incentive"] = np.nan
    roster.loc[2, "commission_rate"] = np.nan
    plan = schemes(
        measure("visits", "visits", 1.0, {"fixed": 100}),
        measure("sales", "net_sales", 0.0, {"fixed": 1}),
        score_every="quarter",
        pay={"curve": CURVE, "rate": {"of": "sales", "rate": "roster"}},
    )
    rows = [(p, "2026-Q1", k, 90.0) for p in ("p1", "p2", "p3") for k in ("visits", "net_sales")]
    payouts, _, left_out = run(plan, panel([*rows, ("p4", "2026-Q1", "net_sales", 9.0)]), roster)
    assert payouts["participant"].tolist() == ["p1"]
    assert left_out[["participant", "reason"]].values.tolist() == [
        ["p2", "no_target_incentive"],
        ["p3", "no_commission_rate"],
        ["p4", "no_score"],
    ]


def test_a_commission_without_its_numbers() -> None:
    tiers = {"by": "attainment", "tiers": [[0, 0.05]]}
    no_actual = run(commission_plan(rate=0.1), panel([("p1", "2026-Q1", "calls", 1.0)]))[2]
    zero_target = schemes(
        measure("sales", "net_sales", 1.0, {"fixed": 0}), pay={"rate": {"of": "sales"} | tiers}
    )
    no_attainment = run(zero_target, panel([("p1", "2026-Q1", "net_sales", 1.0)]))[2]
    assert no_actual["reason"].tolist() == ["no_credited"]
    assert no_attainment["reason"].tolist() == ["no_attainment"]


def test_scores_of_people_who_are_not_in_the_roster() -> None:
    plan = schemes(VISITS, score_every="quarter")
    rows = panel([(p, "2026-Q1", "visits", 90.0) for p in ("p1", "p2")])
    roster = people([("p1", "A", "N"), ("p2", "A", "N")])
    card = score(plan, rows, set_targets(plan, rows, NO_TARGETS, roster), roster)
    scores = grade(plan, card)
    assert statements(plan, card, scores, P1).unpaid[["participant", "reason"]].values.tolist() == [
        ["p2", "not_in_roster"]
    ]
    assert pay(plan, card, scores, P1)["participant"].tolist() == ["p1"]


def test_the_tables_have_the_agreed_columns() -> None:
    payouts = pay(SCHEMES, CARD, SCORES, ROSTER)
    columns = (
        "scheme participant period target_incentive payout_ratio credited rate base_payout adjustments payout"
    )
    assert list(payouts.columns) == columns.split()
    assert str(payouts["payout"].dtype) == "decimal128(20, 2)[pyarrow]"
    assert str(payouts["credited"].dtype) == "decimal128(20, 4)[pyarrow]"
    assert (payouts["base_payout"] + payouts["adjustments"] == payouts["payout"]).all()
    cuts = statements(SCHEMES, CARD, SCORES, ROSTER).adjustments
    assert list(cuts.columns)[:6] == ["scheme", "participant", "period", "step", "amount", "reason"]
    assert cuts.empty


def test_only_pay_periods_are_paid() -> None:
    assert set(pay(SCHEMES, CARD, SCORES, ROSTER)["period"]) == {"2026-Q1"}
