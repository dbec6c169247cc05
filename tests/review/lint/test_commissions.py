"""C, commissions: limits on windfalls, retroactive tiers, pay from the first unit, tiers that start over."""

import pytest

from tests.review.lint.made import found, measure, scheme_of
from tests.review.lint.paying import by_measure, by_score, changed, commission, each, payouts, scorecard
from toolkit.scheme.parts import Caps
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.rates import RatePlan
from toolkit.scheme.scheme import Schemes


def test_c06_nothing_limits_a_windfall() -> None:
    [(where, message)] = found("C06", commission())
    assert where == "pay.rate"
    assert "the commission on Net sales has no cap" in message and message.endswith(
        "no payouts were looked at"
    )


def test_c06_counts_payouts_beyond_three_times_the_persons_own_average() -> None:
    # p0: mean of (10, 10, 10, 10, 10, 10, 10, 110) is 22.5, and 110 > 67.5; p1 has none
    paid = payouts({"p0": [10] * 7 + [110], "p1": [20] * 8}, None)
    [(_, message)] = found("C06", commission(), payouts=paid)
    assert "1 of 16 payouts were more than 3 times the person's own average" in message


@pytest.mark.parametrize(
    "plan",
    [
        commission(deal_cap=20_000.0),
        commission(caps=Caps(amount=50_000.0)),
        commission(((0, 0.05), (1.0, 0.08), (1.5, 0.02))),
        by_score(),
    ],
)
def test_c06_a_cap_a_deal_cap_or_a_slower_last_tier_is_a_limit(plan: Schemes) -> None:
    assert found("C06", plan) == []


def test_c07_the_jump_in_money_at_each_edge() -> None:
    # 1,000,000 × (8 % − 5 %) = 30,000
    plan = commission(((0, 0.05), (1_000_000, 0.08)), by="amount", split="none")
    [(where, message)] = found("C07", plan)
    assert where == "pay.rate.tiers.1"
    assert "an actual of 1,000,000" in message and message.endswith("is worth 30,000.00 CNY")


def test_c07_edges_by_attainment_in_shares_of_the_target_or_in_money() -> None:
    plan = commission(((0, 0.05), (1.0, 0.08), (1.2, 0.09)), split="none")
    # 1.0 × 3 % and 1.2 × 1 % of the target; of a target of 200,000 that is 6,000 and 2,400
    assert ["3.0 % of the target" in m for _, m in found("C07", plan)] == [True, False]
    assert found("C07", plan)[1][1].endswith("1.2 % of the target")
    card = scorecard(each(3, 0.9, 1.1), target=200_000.0)
    assert [m[m.index("worth") :] for _, m in found("C07", plan, scorecard=card)] == [
        "worth 6,000.00 CNY",
        "worth 2,400.00 CNY",
    ]


def test_c07_slices_and_interpolation_do_not_jump() -> None:
    assert found("C07", commission()) == []
    assert found("C07", commission(split="interpolated")) == []


def test_c08_pay_from_the_first_unit() -> None:
    [(where, message)] = found("C08", commission())
    assert where == "pay.rate" and "from the first unit on, at 5.00 %" in message
    assert "at each person's own rate" in found("C08", commission(rate="roster"))[0][1]
    [(where, message)] = found("C08", by_measure((0, 0.0), (1.0, 1.0), (2.0, 3.0)))
    assert where == "pay.measures.revenue.curve"
    assert message == "no threshold: the curve already pays 30 % at an attainment of 30 %"


def test_c08_a_threshold_and_new_business_are_left_alone() -> None:
    assert found("C08", commission(((0, 0.0), (0.6, 0.07)))) == []
    assert found("C08", by_score()) == []
    new, rate = measure("new", "new_business_premium", 1.0), RatePlan(of="new", rate=0.1)
    assert found("C08", scheme_of(new, pay=PayPlan(rates=(rate,)))) == []


def test_c12_tiers_that_start_over() -> None:
    [(where, message)] = found("C12", commission())
    assert where == "pay.rate.tiers"
    assert message == "tiers rise from 5.00 % to 8.00 % (1.6 times) and start over every quarter"
    [(_, message)] = found("C12", changed(commission(), pay_every="month"), language="zh")
    assert message == "费率由 5.00% 升至 8.00%（1.6 倍），且每月重新起算"


def test_c12_cumulative_tiers_flat_tiers_and_a_year_are_left_alone() -> None:
    assert found("C12", commission(cumulative="year")) == []
    assert found("C12", commission(((0, 0.05), (1.0, 0.06)))) == []  # 1.2 times
    assert found("C12", changed(commission(), pay_every="year")) == []
    assert len(found("C12", commission(((0, 0.05), (1.0, 0.06))), limits={"C12": {"faster": 1.2}})) == 1
