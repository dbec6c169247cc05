"""C, the shape of curves: each rule on a sound plan bent in one place; the numbers are hand calculations."""

import pytest

from tests.review.lint.made import found, measure, scheme_of
from tests.review.lint.paying import by_measure, by_score, commission
from toolkit.scheme.curve import Curve
from toolkit.scheme.matrix import Matrix
from toolkit.scheme.measure import Target
from toolkit.scheme.parts import Caps, MeasurePay, Modifier
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.rates import RatePlan
from toolkit.scheme.scoring import Scoring

SOUND = by_score()
LINE = ((0.8, 0.5), (1.0, 1.0), (1.5, 2.5))


@pytest.mark.parametrize("code", ["C01", "C02", "C03", "C04", "C05", "C13", "C14", "C15"])
def test_nothing_is_found_on_a_sound_curve(code: str) -> None:
    assert found(code, SOUND) == [] and found(code, by_measure(*LINE)) == []


def test_c01_a_curve_that_misses_100_percent_on_target() -> None:
    [(where, message)] = found("C01", by_score((60, 0.0), (100, 0.8), (120, 1.5)))
    assert where == "pay.curve"
    assert message == "a score of 100 is the target and pays 80.0 %, not 100 % of the target incentive"
    [(where, message)] = found("C01", by_measure((0.8, 0.5), (1.0, 1.2), (1.5, 2.5)), language="zh")
    assert where == "pay.measures.revenue.curve" and message.startswith("达成率 100% 即达标")
    assert "120.0%" in message


def test_c01_a_cap_below_100_percent_counts_and_a_curve_over_actuals_has_no_target() -> None:
    assert "pays 90.0 %" in found("C01", by_score(caps=Caps(ratio=0.9)))[0][1]
    assert found("C01", by_measure((5, 0.0), (10, 0.4), x="actual")) == []


def test_c02_the_whole_incentive_at_one_point() -> None:
    [(where, message)] = found("C02", by_score((100, 1.0), (120, 1.5)))
    assert where == "pay.curve.points.0"
    assert message.startswith("at a score of 100 pay jumps from 0 % to 100 %; 100 % of the target incentive")
    assert "(limit 50 %)" in message


@pytest.mark.parametrize(
    ("points", "hits"),
    [
        (((75, 0.5), (100, 1.0), (120, 1.5)), 0),  # entering with half is common practice
        (((75, 0.51), (100, 1.0), (120, 1.5)), 1),
        (((60, 0.3), (100, 0.5), (100, 1.0), (120, 1.5)), 1),  # half inside the curve
        (((60, 0.3), (100, 0.6), (100, 1.0), (120, 1.5)), 0),
    ],
)
def test_c02_entering_with_half_is_left_alone_and_a_step_of_half_inside_is_not(
    points: tuple[tuple[float, float], ...], hits: int
) -> None:
    assert len(found("C02", by_score(*points))) == hits


def test_c02_of_a_measure_its_share_of_the_incentive_counts() -> None:
    def plan(share: float) -> list[tuple[str, str]]:
        step, line = Curve("attainment", ((1.0, 1.0), (1.2, 1.5))), Curve("attainment", LINE)
        parts = {
            "revenue": MeasurePay(share=share, curve=step),
            "margin": MeasurePay(share=1 - share, curve=line),
        }
        return found("C02", scheme_of(pay=PayPlan(measures=parts)))

    assert plan(0.4) == []
    assert [where for where, _ in plan(0.6)] == ["pay.measures.revenue.curve.points.0"]


def test_c03_a_curve_flat_above_target_and_a_cap_at_target() -> None:
    [(where, message)] = found("C03", by_score((60, 0.0), (100, 1.0)))
    assert (where, message) == ("pay.curve", "above a score of 100 the curve pays nothing more than 100 %")
    assert [w for w, _ in found("C03", by_measure(*LINE, cap=1.0))] == ["pay.measures.revenue.curve"]
    assert found("C03", by_measure(*LINE, cap=1.01)) == []


def test_c04_a_pay_curve_that_falls() -> None:
    [(where, message)] = found("C04", by_score((60, 0.0), (100, 1.0), (110, 0.9), (120, 1.5)))
    assert where == "pay.curve.points.2" and message.endswith("falls from 100 % to 90 %")
    [(where, _)] = found("C04", by_score((60, 0.2), (100, 1.0), below=0.3))
    assert where == "pay.curve.points.0"


@pytest.mark.parametrize(
    ("kpi", "points", "falls"),
    [
        ("complaint_rate", ((0.0, 1.2), (0.02, 1.0), (0.05, 0.5)), 0),
        ("complaint_rate", ((0.0, 1.0), (0.02, 1.2), (0.05, 0.5)), 1),
        ("complaint_rate", ((0.01, 1.2), (0.05, 0.5)), 1),  # better than 1 % would be paid nothing
        ("customer_satisfaction", ((6.0, 0.0), (8.0, 1.0)), 0),
        ("customer_satisfaction", ((6.0, 0.5), (8.0, 0.4)), 1),
        ("effective_commission_rate", ((0.01, 0.5), (0.02, 1.0), (0.05, 0.2)), 0),  # best inside a band
    ],
)
def test_c04_over_an_actual_the_direction_of_the_kpi_counts(
    kpi: str, points: tuple[tuple[float, float], ...], falls: int
) -> None:
    curve = Curve("actual", points)
    one = measure(
        "own", kpi, 1.0, target=Target(fixed=1.0), scoring=Scoring(curve=Curve("actual", ((1, 1.0),)))
    )
    plan = scheme_of(one, pay=PayPlan(measures={"own": MeasurePay(share=1.0, curve=curve)}))
    assert len(found("C04", plan)) == falls


def test_c04_factors_by_grade_and_by_two_measures() -> None:
    grades = Modifier(grades={"A": 1.0, "B": 1.2, "C": 0.8, "D": 0.5})
    [(where, message)] = found("C04", by_score(modifiers=(grades,)))
    assert where == "pay.modifiers.0.grades.A" and message.endswith("falls from 120 % to 100 %")
    grid = Matrix("margin", rows=(0, 1), columns=(0, 1), values=((0.8, 1.0), (0.9, 0.95)), measure="revenue")
    [(where, message)] = found("C04", by_score(modifiers=(Modifier(matrix=grid),)))
    assert where == "pay.modifiers.0.matrix.values.1.1" and message.endswith("falls from 100 % to 95 %")
    curve = Modifier(measure="margin", curve=Curve("attainment", ((0, 1.0), (1, 0.9))))
    assert [w for w, _ in found("C04", by_score(modifiers=(curve,)))] == [
        "pay.modifiers.margin.curve.points.1"
    ]
    fair = Modifier(grades={"A": 1.2, "B": 1.0, "C": 0.8, "D": 0.5})
    assert found("C04", by_score(modifiers=(fair,))) == []


@pytest.mark.parametrize(
    ("split", "tiers", "hits"),
    [
        ("none", ((0, 0.05), (1.0, 0.04)), ["pay.rate.tiers.1"]),
        ("none", ((0, 0.04), (1.0, 0.05)), []),
        ("step", ((0, 0.05), (1.0, 0.04)), []),  # a slower slice still adds
        # 1.0 × 4 % = 4 % of target, 2.0 × 3 % = 6 %: rising all the way (3 % − 2 × 1 % > 0)
        ("interpolated", ((0, 0.04), (1.0, 0.04), (2.0, 0.03)), []),
        # 2.0 × 1 % = 2 % of target is less than 1.0 × 4 %
        ("interpolated", ((0, 0.04), (1.0, 0.04), (2.0, 0.01)), ["pay.rate.tiers.2"]),
    ],
)
def test_c04_a_rate_on_the_whole_amount_that_falls(
    split: str, tiers: tuple[tuple[float, float], ...], hits: list[str]
) -> None:
    assert [where for where, _ in found("C04", commission(tiers, split=split))] == hits


def test_c05_caps_are_named_with_what_they_end_at() -> None:
    assert found("C05", by_score(caps=Caps(ratio=1.5))) == [
        ("pay.caps", "pay ends at 150 % of the target incentive")
    ]
    assert found("C05", commission(caps=Caps(amount=50000.0)), language="zh") == [
        ("pay.caps", "奖金封顶：50,000.00 元")
    ]
    assert found("C05", by_measure(*LINE, cap=2.0))[0][0] == "pay.measures.revenue.cap"
    [(where, message)] = found("C05", by_measure((0.8, 0.5), (1.0, 1.0), (1.2, 1.5)))
    assert where == "pay.measures.revenue.curve" and "150 %" in message


def test_c13_a_flat_stretch_in_the_middle() -> None:
    [(where, message)] = found("C13", by_score((60, 0.6), (90, 0.6), (90, 0.9), (100, 1.0), (120, 1.5)))
    assert where == "pay.curve"
    assert message == "between a score of 60 and a score of 90 more performance earns nothing more"
    assert found("C13", by_score((60, 0.0), (95, 0.9), (99, 0.9), (100, 1.0), (120, 1.5))) == []
    assert found("C13", by_score((60, 0.0), (100, 1.0), (130, 1.0))) == []  # that is C03
    [(where, message)] = found("C13", commission(((0, 0.05), (0.8, 0.0), (1.0, 0.08))))
    assert where == "pay.rate.tiers.1" and "80 %" in message and "100 %" in message


def test_c14_too_steep_and_too_much_at_the_top() -> None:
    # 0.5/40 a point up to 100, 2/20 above: 8 times
    hits = found("C14", by_score((60, 0.5), (100, 1.0), (120, 3.0)))
    assert [where for where, _ in hits] == ["pay.curve"]
    assert hits[0][1].startswith("its steepest piece pays 8.0 times")
    [(_, message)] = found("C14", by_score((60, 0.0), (100, 1.0), (180, 3.5)))
    assert message == "it pays up to 350 % of the target incentive; usual is at most 300 %"
    assert found("C14", by_score((60, 0.0), (100, 1.0), (180, 3.0))) == []
    [(where, message)] = found("C14", commission(((0, 0.01), (1.0, 0.06))))
    assert where == "pay.rate.tiers" and "6.0 times" in message


def test_c15_slower_right_after_target() -> None:
    # 0.025 a point below, 0.01 above
    [(where, message)] = found("C15", by_score((60, 0.0), (100, 1.0), (120, 1.2)))
    assert (
        where == "pay.curve"
        and message == "from a score of 100 on, another point pays 40 % of what it paid below"
    )
    assert found("C15", by_score((60, 0.0), (100, 1.0), (130, 1.75), (150, 1.8))) == []
    two = commission(((0, 0.05), (1.0, 0.03)))
    assert [where for where, _ in found("C15", two)] == ["pay.rate.tiers.1"]
    assert found("C15", commission(((0, 0.05), (1.3, 0.03)))) == []


def test_addresses_of_several_commissions_name_the_measure() -> None:
    sales, profit = (measure(kpi, kpi, 0.5) for kpi in ("net_sales", "gross_margin"))
    tiers = RatePlan(of="net_sales", by="attainment", tiers=((0, 0.05), (1.0, 0.03)))
    plan = PayPlan(rates=(tiers, RatePlan(of="gross_margin", rate=0.01)))
    assert [w for w, _ in found("C15", scheme_of(sales, profit, pay=plan))] == ["pay.rate.net_sales.tiers.1"]
