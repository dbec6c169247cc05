"""The split of payouts: against the integral of the gradient, by hand at kinks and jumps, exact in sum."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from tests.design.weights.acting.planted import exact, planted
from toolkit.design.weights.acting.history import history
from toolkit.design.weights.acting.shares import REST, acting_shares, pay_parts, payout_parts, steepness
from toolkit.scheme.curve import Curve

FIELD = Curve("score", ((60, 0.0), (80, 0.5), (100, 1.0), (120, 1.5)))
KINKED = Curve("score", ((60, 0.0), (80, 0.2), (100, 1.0), (120, 3.0)))
JUMPING = Curve("score", ((60, 0.3), (80, 0.5), (80, 0.8), (110, 2.0)))


def as_points(rows: object, periods: int = 1) -> pd.DataFrame:
    values = np.asarray(rows, dtype=float)
    people, when = len(values) // periods, [f"2026-Q{i + 1}" for i in range(periods)]
    index = pd.MultiIndex.from_product(
        [[f"p{i}" for i in range(people)], when], names=["participant", "period"]
    )
    return pd.DataFrame(values, index, columns=[f"m{k}" for k in range(values.shape[1])])


def paid(points: pd.DataFrame, curve: Curve) -> pd.Series:
    return pd.Series(curve(points.sum(axis=1).to_numpy()), points.index)


def integrated(points: np.ndarray, middle: np.ndarray, curve: Curve) -> np.ndarray:
    """(p − p̄) × ∫ g'(S̄ + t (S − S̄)) dt, the slope by central differences, piece by piece."""
    start, end = middle.sum(), points.sum()

    def slope(t: float) -> float:
        at = start + t * (end - start)
        return float((curve([at + 1e-4]) - curve([at - 1e-4]))[0]) / 2e-4

    kinks = sorted(t for x, _ in curve.points if 0 < (t := (x - start) / (end - start)) < 1)
    edges = [0.0, *kinks, 1.0]
    area = sum(quad(slope, a + 1e-6, b - 1e-6)[0] for a, b in pairwise(edges))
    return (points - middle) * area


def test_against_the_numeric_integral_of_the_gradient() -> None:
    rng = np.random.default_rng(8)
    points = as_points(rng.uniform([20, 10, 15], [60, 35, 40], (9, 3)))
    parts = payout_parts(points, paid(points, KINKED), KINKED)
    middle = points.to_numpy().mean(axis=0)
    for own, found in zip(points.to_numpy(), parts.to_numpy(), strict=True):
        assert found[:3] == pytest.approx(integrated(own, middle, KINKED), abs=1e-5)


def test_by_hand_across_a_kink() -> None:
    """Means 50 + 40 = 90 pay .6; 66 + 44 = 110 pays 2.0: 1.4 over 20 points, 16 of them the first's."""
    points = as_points([[66, 44], [34, 36]])
    parts = payout_parts(points, paid(points, KINKED), KINKED)
    assert parts.iloc[0].tolist() == pytest.approx([16 * 0.07, 4 * 0.07, 0])
    # 70 pays .1: .5 less over 20 points
    assert parts.iloc[1].tolist() == pytest.approx([-16 * 0.025, -4 * 0.025, 0])


def test_by_hand_across_a_jump() -> None:
    """From 75 (.45) to 85 (1.0): .55 over 10 points, the jump of .3 included, by each one's points."""
    points = as_points([[55, 30], [45, 20]])
    parts = payout_parts(points, paid(points, JUMPING), JUMPING)
    assert parts.iloc[0].tolist() == pytest.approx([5 * 0.055, 5 * 0.055, 0])


def test_a_jump_from_the_first_point_on_counts() -> None:
    points = as_points([[40, 30], [30, 20]])  # 70 pays .4, 50 nothing; the mean, 60, pays .3
    parts = payout_parts(points, paid(points, JUMPING), JUMPING)
    assert parts.iloc[0].tolist() == pytest.approx([0.05, 0.05, 0])
    assert parts.iloc[1].tolist() == pytest.approx([-0.15, -0.15, 0])


def test_points_under_a_cap_make_no_difference() -> None:
    points = as_points([[90, 40], [70, 50]])  # 130 and 120: both at the cap
    parts = payout_parts(points, paid(points, FIELD), FIELD)
    assert parts.abs().to_numpy().max() < 1e-12


def test_the_mean_total_with_other_points_takes_the_slope_there() -> None:
    """Whoever has the mean total by other points: what one brings the other takes, at the curve's slope."""
    points = as_points([[60, 30], [40, 50], [50, 40]])
    parts = payout_parts(points, paid(points, FIELD), FIELD)
    assert parts.iloc[0].tolist() == pytest.approx([10 * 0.025, -10 * 0.025, 0])


def test_at_a_kink_the_slope_is_the_mean_of_both_sides() -> None:
    assert steepness(KINKED, np.array([100.0]), np.array([100.0])) == pytest.approx([(0.04 + 0.1) / 2])
    assert steepness(KINKED, np.array([120.0]), np.array([120.0])) == pytest.approx([0.05])  # 0 on the right


@given(st.integers(0, 10_000), st.integers(2, 5), st.sampled_from([FIELD, KINKED, JUMPING]))
def test_a_row_sums_to_its_payout_less_a_constant_of_its_period(seed: int, k: int, curve: Curve) -> None:
    rng = np.random.default_rng(seed)
    points = as_points(rng.uniform(60 / k, 130 / k, (12, k)), periods=2)
    gate = pd.Series(rng.choice([0.0, 0.5, 1.0], 12), points.index)
    ratio = paid(points, curve) * gate
    parts = payout_parts(points, ratio, curve)
    constant = (ratio - parts.sum(axis=1)).groupby(level="period")
    assert (constant.max() - constant.min()).max() < 1e-12
    assert np.abs(parts[REST] - (ratio - paid(points, curve))).max() < 1e-7  # the gate, and nothing else


def test_a_scale_and_pay_beside_the_score_go_where_they_belong() -> None:
    points = as_points([[50, 30], [30, 30]])
    scale = pd.Series([2.0, 1.0], points.index)
    direct = pd.DataFrame({"deals": [0.4, 0.1], "m1": [0.0, 0.2]}, points.index)
    ratio = scale * paid(points, FIELD) + direct.sum(axis=1)
    parts = payout_parts(points, ratio, FIELD, scale=scale, direct=direct)
    assert list(parts) == ["m0", "m1", "deals", REST]
    # 80 against the mean, 70, on a straight piece of .025, of which the first gets twice the ratio
    assert parts.iloc[0]["m0"] == pytest.approx(10 * 0.025 * 2)
    assert parts.iloc[0]["deals"] == pytest.approx(0.15) and parts.iloc[0]["m1"] == pytest.approx(-0.1)
    assert parts.sum(axis=1).diff().iloc[1] == pytest.approx(ratio.diff().iloc[1])


def test_on_a_straight_curve_payouts_are_shared_as_scores_are() -> None:
    covariance = np.array([[0.03, 0.01, 0], [0.01, 0.02, -0.004], [0, -0.004, 0.01]])
    attainment = 1 + 0.5 * exact(covariance)
    past = history(planted(attainment, {"revenue": 0.5, "visits": 0.3, "win": 0.2}), "planted")
    parts, points = acting_shares(pay_parts(past)), acting_shares(past.points)
    assert parts.value[:3] == pytest.approx(points.value, abs=1e-3)
    assert abs(parts.value[3]) < 1e-3


def test_a_gate_is_the_rest() -> None:
    """Totals do not differ, what revenue loses visits make up; who misses the gate gets half: the rest."""
    attainment = np.ones((12, 6, 2))
    attainment[:4, :, 0] -= 0.5
    attainment[:4, :, 1] += 0.5
    pay = {
        "curve": {"x": "score", "points": [[0, 0.0], [200, 2.0]]},
        "gates": [{"measure": "revenue", "below": 0.8, "pays": 0.5}],
    }
    past = history(planted(attainment, {"revenue": 0.5, "visits": 0.5}, pay=pay), "planted")
    assert acting_shares(pay_parts(past)).value == pytest.approx([0.5, -0.5, 1], abs=1e-9)
