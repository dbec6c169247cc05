"""C, where results lie: shares below thresholds, an excellence point nobody reached, cliffs at gates."""

import pytest

from tests.review.lint.made import found, refused, scheme_of
from tests.review.lint.paying import by_measure, by_score, commission, each, payouts, scorecard, scores
from toolkit.scheme.parts import Gate
from toolkit.scheme.scheme import Schemes

NO_CARD = scorecard({"p0": [1.0]})


def missing(k: int, n: int = 10) -> dict[str, list[float]]:
    """n people with four quarters; each of the first 2 k scores 50 in two of them, the others always 90."""
    return {f"p{i}": [50, 50, 90, 90] if i < 2 * k else [90] * 4 for i in range(n)}


def test_c09_more_than_15_percent_paid_nothing_by_the_curve() -> None:
    """6 of 10 people with half of their periods below 60: 12 of 40, as the mean of people's shares says."""
    [(where, message)] = found("C09", by_score(), scores=scores(missing(3)), scorecard=NO_CARD)
    # Their standard deviation is .2582; 1.833 (t, 9 degrees) × .2582 ÷ √10 = .150
    assert where == "pay.curve"
    assert message.startswith("30 % of 40 paid periods of participants lay below the threshold")
    assert "(90 % interval 15 % to 45 %, 10 participants)" in message


def test_c09_what_is_usual_or_uncertain_passes() -> None:
    assert found("C09", by_score(), scores=scores(each(10, 90, 90, 90, 70)), scorecard=NO_CARD) == []
    # 2 of 10 people miss all of their periods: 20 %, but between people that is 0 to 44 %
    two = {f"p{i}": [50] * 4 if i < 2 else [90] * 4 for i in range(10)}
    assert found("C09", by_score(), scores=scores(two), scorecard=NO_CARD) == []


def test_c09_gates_and_first_tiers_of_zero_are_thresholds_too() -> None:
    card = scorecard({f"p{i}": [0.5, 0.9, 0.6, 0.9] for i in range(10)})
    gated = by_score(gates=(Gate("revenue", below=0.7, pays=0),))
    assert [w for w, _ in found("C09", gated, scores=scores(each(10, *[90] * 4)), scorecard=card)] == [
        "pay.gates.revenue"
    ]
    half = by_score(gates=(Gate("revenue", below=0.7, pays=0.5),))
    assert found("C09", half, scores=scores(each(10, *[90] * 4)), scorecard=card) == []
    tiers = commission(((0, 0.0), (0.7, 0.07)))
    [(where, message)] = found("C09", tiers, scores=scores({}), scorecard=card)
    assert where == "pay.rate.tiers" and message.startswith("50 % of 40")
    line = by_measure((0.7, 0.0), (1.0, 1.0), (1.5, 2.5))
    assert [w for w, _ in found("C09", line, scores=scores({}), scorecard=card)] == [
        "pay.measures.revenue.curve"
    ]


def test_c09_refuses_fewer_than_30_periods() -> None:
    why = refused("C09", by_score(), scores=scores(each(7, *[50] * 4)), scorecard=NO_CARD)
    assert "only 28 paid periods" in why and "30" in why


def test_c10_an_excellence_point_that_nobody_reached() -> None:
    values = {f"p{i}": [80.0 + i] * 4 for i in range(10)}  # 80 to 89
    [(where, message)] = found("C10", by_score(), scores=scores(values), scorecard=NO_CARD)
    assert where == "pay.curve"
    assert message == (
        "0 of 40 paid periods of 10 participants reached the last point of the curve, a score of 120 (usual "
        "at least 5 %); the best tenth begins at a score of 88.10"  # 36 of 40 lie at 88 or below
    )


def test_c10_a_point_that_some_reach_or_that_pays_no_more_than_target_passes() -> None:
    reached = {f"p{i}": [80.0, 121.0 if i < 2 else 90.0, 80.0, 80.0] for i in range(10)}  # 2 of 40: 5 %
    assert found("C10", by_score(), scores=scores(reached), scorecard=NO_CARD) == []
    flat = by_score((60, 0.0), (100, 1.0))
    assert found("C10", flat, scores=scores(each(10, *[70] * 4)), scorecard=NO_CARD) == []


def test_c10_refuses_fewer_than_30_periods() -> None:
    assert "only 8 paid" in refused("C10", by_score(), scores=scores(each(2, *[70] * 4)), scorecard=NO_CARD)


def gated(pays: float) -> Schemes:
    return by_score(gates=(Gate("revenue", below=0.8, pays=pays),))


def test_c11_what_is_at_stake_at_a_gate() -> None:
    [(where, message)] = found("C11", gated(0))
    assert where == "pay.gates.revenue"
    assert message == (
        "below an attainment of 80 % in Net sales 100 % of what was earned is lost: "
        "no payouts were looked at; no results were looked at"
    )


def test_c11_in_money_and_with_the_results_close_to_the_edge() -> None:
    """Base payouts 800, 1,000 and 1,600: 60 % of the middle one are 600; .78 and .83 lie within 3 points."""
    card = scorecard({"p0": [0.78, 0.83], "p1": [0.76, 0.90]})
    [(_, message)] = found("C11", gated(0.4), payouts=payouts({"p0": [0.8, 1.0, 1.6]}), scorecard=card)
    assert "60 % of what was earned is lost: of the middle payout that is 600.00 CNY" in message
    assert message.endswith("2 of 4 results lay within 3 percentage points of the edge")


@pytest.mark.parametrize("plan", [gated(0.6), scheme_of()])
def test_c11_a_mild_gate_or_none_passes(plan: Schemes) -> None:
    assert found("C11", plan) == []


def test_c11_two_gates_on_a_measure_are_told_apart_by_position() -> None:
    gates = (Gate("revenue", below=0.6, pays=0), Gate("revenue", below=0.8, pays=0.5))
    assert [where for where, _ in found("C11", by_score(gates=gates))] == ["pay.gates.0", "pay.gates.1"]
