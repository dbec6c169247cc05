"""Scoring rules against hand calculation and the forms they are found in."""

import numpy as np
import pytest

from toolkit.scheme.curve import Curve
from toolkit.scheme.rules import UNCAPPED, Bands, Deduct, Proportional, ThresholdTargetExcellence
from toolkit.scheme.scoring import Scoring


def test_proportional_from_sixty_capped_at_a_hundred_and_twenty() -> None:
    # 完成 80 % = 80 分, nothing under 60 %, at most 120.
    curve = Proportional(0.6, 1.2).compile()
    assert curve([0.0, 0.5999, 0.6, 0.8, 1.0, 1.2, 2.0]).tolist() == [0, 0, 60, 80, 100, 120, 120]


def test_proportional_without_a_cap_ends_at_ten_times_the_target() -> None:
    assert UNCAPPED == 10.0
    assert Proportional().compile()([-0.5, 0.0, 3.0, 9.0, 12.0]).tolist() == [0, 0, 300, 900, 1000]


def test_a_proportion_is_the_same_out_of_twenty_points() -> None:
    assert Proportional(0.6, 1.2).compile(out_of=20)([0.8]).tolist() == [80.0]


def test_threshold_target_excellence() -> None:
    curve = ThresholdTargetExcellence((0.75, 50), (1.0, 100), (1.2, 150)).compile()
    assert curve([0.7499, 0.75, 0.9, 1.0, 1.1, 1.5]).tolist() == [0, 50, 80, 100, 125, 150]


def test_bands_hold_from_their_edge_on() -> None:
    curve = Bands(((0, 30), (0.6, 60), (0.8, 80), (1.0, 100))).compile()
    assert curve([-0.01, 0.0, 0.59, 0.6, 0.79, 0.8, 0.99, 1.0, 3.0]).tolist() == [
        0,
        30,
        30,
        60,
        60,
        80,
        80,
        100,
        100,
    ]


def test_the_deduction_of_chinese_public_forms() -> None:
    # Full score at 100 %, 2 points off per 1 % short, floor 0, of 20 points.
    score = Deduct(points=2, per=0.01).compile(out_of=20)([1.1, 1.0, 0.95, 0.85])
    assert (score * 0.20).tolist() == [20, 20, 10, 0]


def test_a_deduction_counts_a_part_of_a_step_in_proportion_and_stops_at_its_floor() -> None:
    curve = Deduct(points=5, per=0.05, floor=40).compile()
    assert curve([0.975, 0.4, 0.0, -1.0]).tolist() == [97.5, 40, 40, 40]


def test_bands_and_points_out_of_twenty_come_to_a_hundred() -> None:
    assert Bands(((0.6, 12), (1.0, 20))).compile(out_of=20)([0.7, 1.0]).tolist() == [60, 100]
    best = ThresholdTargetExcellence((0.5, 10), (1, 20), (1.5, 30)).compile(out_of=20)
    assert best([0.75, 1.5]).tolist() == [75, 150]


def test_a_rating_from_one_to_five_is_a_curve_over_the_actual() -> None:
    # 1-5 points as 20, 40, 60, 80, 100; 4.5 lies half way.
    own = Scoring(curve=Curve("actual", ((1, 1), (5, 5))))
    assert own.reads == "actual"
    assert own.compile(out_of=5)(np.array([1, 3, 4.5, 5, 0.5])).tolist() == [20, 60, 90, 100, 0]


def test_a_band_kpi_falls_off_on_both_sides() -> None:
    own = Scoring(curve=Curve("actual", ((20, 0), (30, 100), (45, 100), (60, 0))))
    assert own.compile()([10, 25, 30, 40, 45, 52.5, 80]).tolist() == [0, 50, 100, 100, 100, 50, 0]


@pytest.mark.parametrize("rule", [Proportional(0.5, 1.5), Bands(((0, 1), (0.5, 9))), Deduct(1, 0.02)])
def test_every_rule_rises_with_attainment(rule: Proportional | Bands | Deduct) -> None:
    assert (np.diff(rule.compile()(np.linspace(-1, 3, 4001))) >= 0).all()


def test_the_rule_knows_its_name_in_a_file() -> None:
    assert Scoring(deduct=Deduct(2, 0.01)).kind == "deduct"
    assert Scoring(bands=Bands(((0, 1),))).reads == "attainment"
