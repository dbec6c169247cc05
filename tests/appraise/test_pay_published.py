"""Published pay examples, read from tests/reference/payout.json, each with its source there."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.appraise.pay_cases import MONTHS, in_line, pay_for, payouts, plan
from toolkit.appraise import commission
from toolkit.appraise.pay import Statements
from toolkit.scheme import Curve, Deduct, RatePlan

FILE = Path(__file__).parents[1] / "reference" / "payout.json"
CASES: dict[str, dict[str, Any]] = {c["id"]: c for c in json.loads(FILE.read_text(encoding="utf-8"))}


def test_every_case_names_its_source() -> None:
    assert len(CASES) == 7 and all(case["source"] for case in CASES.values())


def oracle(**more: str) -> Statements:
    """The example's six credits, one a month, by its table of step rates."""
    case = CASES["oracle-step-rates"]
    tiers = zip(case["rate_table"]["tiers_from"], case["rate_table"]["rates"], strict=True)
    rate = {"of": "sales", "by": "amount", "tiers": [list(t) for t in tiers]} | more
    rows = {("p1", m, "sales"): (float(c), 1.0) for m, c in zip(MONTHS, case["credits"], strict=False)}
    found = pay_for(plan(pay={"rate": rate}), {("p1", m): 0.0 for m in MONTHS[:6]}, rows)
    in_line(found)
    return found


def test_oracle_step_rates_period_by_period() -> None:
    """The example starts at the first step in each period: 1,500 is 1,000 at 1 % and 500 at 2 %, so 20."""
    case, found = CASES["oracle-step-rates"], oracle()
    assert [float(v) for v in payouts(found)] == case["expected"]
    assert found.payouts["payout"].astype(float).sum() == case["total"]


def test_the_same_credits_counted_over_the_year() -> None:
    # Running totals 200, 500, 2,000, 3,200, 5,200, 9,700 by the same table: 2, 5, 30, 56, 116, 285.
    found = oracle(cumulative="year")
    assert [float(v) for v in payouts(found)] == [2, 3, 25, 26, 60, 169]
    assert found.components["before"].tolist() == [0, 200, 500, 2000, 3200, 5200]


@pytest.mark.parametrize("split", ["none", "interpolated"])
def test_oracle_equal_tier_values(split: str) -> None:
    assert CASES["oracle-tier-edge"]["rule"].endswith("takes the higher tier")
    rate = {"of": "sales", "by": "amount", "tiers": [[0, 0.01], [1000, 0.02]], "split": split}
    found = pay_for(
        plan(pay={"rate": rate}), {("p1", "2026-01"): 0.0}, {("p1", "2026-01", "sales"): (1000, 1)}
    )
    assert payouts(found) == ["20.00"] and found.payouts["rate"].tolist() == [0.02]


def test_oracle_report_split_rates() -> None:
    case = CASES["oracle-blended"]
    tiers = [list(t) for t in zip(case["rate_table"]["tiers_from"], case["rate_table"]["rates"], strict=True)]
    rate = {"of": "sales", "by": "amount", "tiers": tiers}
    rows = {("p1", "2026-01", "sales"): (float(case["credits"][0]), 1.0)}
    found = pay_for(plan(pay={"rate": rate}), {("p1", "2026-01"): 0.0}, rows)
    assert [float(v) for v in payouts(found)] == case["expected"]
    assert found.payouts["rate"].tolist() == [case["blended_rate"]]


def test_the_three_point_curve_pays_per_measure() -> None:
    case = CASES["three-point-curve"]
    curve = {"x": "attainment", "points": case["curve"]}
    whole = plan(pay={"measures": {"sales": {"share": 1.0, "curve": curve}}})
    rows = {("p1", m, "sales"): (a * 100, 100.0) for m, a in zip(MONTHS, case["attainment"], strict=False)}
    found = pay_for(whole, {("p1", m): 0.0 for m in MONTHS[:4]}, rows)
    assert found.payouts["payout_ratio"].tolist() == case["payout_ratio"]
    assert payouts(found) == ["0.00", "2000.00", "4000.00", "12000.00"]  # 48,000 ÷ 12 = 4,000 a month


def test_accelerators_at_a_hundred_and_thirty_percent() -> None:
    case = CASES["accelerators-130"]
    table = case["rate_table"]
    tiers = [list(t) for t in zip(table["tiers_from_attainment"], table["commission_rates"], strict=True)]
    rate = {"of": "sales", "by": "attainment", "tiers": tiers, "split": case["split"]}
    rows = {("p1", "2026-01", "sales"): (case["quota"] * case["attainment"], float(case["quota"]))}
    found = pay_for(plan(pay={"rate": rate}), {("p1", "2026-01"): 0.0}, rows)
    assert [float(v) for v in payouts(found)] == [case["expected"]]


def test_the_mean_of_payouts_is_not_the_payout_of_the_mean() -> None:
    case = CASES["mean-trap"]
    curve = Curve("attainment", ((0.75, 0.5), (1.0, 1.0), (10.0, 37.0)))
    drawn = np.random.default_rng(7).standard_normal(400_000)
    for spread, expected in zip((0.15, 0.25, 0.35), case["mean_payout_ratio"], strict=True):
        sigma = np.sqrt(np.log1p(spread**2))
        attained = np.exp(sigma * drawn - sigma**2 / 2)
        assert curve(attained).mean() == pytest.approx(expected, abs=case["tolerance"])


def test_points_off_for_each_percent_short() -> None:
    case = CASES["deduct-per-percent"]
    full = case["weight_points"]
    curve = Deduct(points=2, per=0.01).compile(out_of=full)
    assert (curve(case["attainment"]) * full / 100).tolist() == case["points"]


def test_a_commission_function_says_the_same_as_the_statement() -> None:
    own = RatePlan(of="s", by="amount", tiers=((0, 0.01), (1000, 0.02)))
    none = np.array([np.nan])
    assert commission(own, np.array([25_000_000]), none, none, none, "CNY")[0].tolist() == [4000]
