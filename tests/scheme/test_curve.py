"""The curve against published points, hand calculation and numpy's own interpolation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from toolkit.scheme.curve import Curve

# Malandruccolo, Sales compensation, step 8: 75 % pays 50 %, 100 % pays 100 %, 150 % pays 300 %.
THREE_POINTS = Curve("attainment", ((0.75, 0.5), (1.0, 1.0), (1.5, 3.0)))
JUMP = Curve("score", ((60, 0), (80, 0.5), (80, 0.8), (100, 1)))
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)


def test_the_published_three_point_curve() -> None:
    assert THREE_POINTS([0.74, 0.75, 1.0, 1.5]).tolist() == [0.0, 0.5, 1.0, 3.0]


def test_right_of_the_last_point_it_is_flat_and_left_of_the_first_zero() -> None:
    assert THREE_POINTS([-5.0, 0.0, 1.5, 7.0, np.inf, -np.inf]).tolist() == [0, 0, 3, 3, 3, 0]


def test_below_holds_left_of_the_first_point_only() -> None:
    curve = Curve("actual", ((2, 10), (4, 20)), below=5)
    assert curve([1.99, 2.0, 3.0]).tolist() == [5.0, 10.0, 15.0]


def test_at_a_jump_the_upper_value_holds_from_the_edge_on_and_never_before() -> None:
    assert JUMP([70, 79.99, 80, 90]).tolist() == [0.25, 0.49975, 0.8, 0.9]


def test_a_score_that_only_binary_fractions_keep_from_the_edge_reaches_it() -> None:
    assert 0.1 + 0.7 < 0.8
    assert Curve("attainment", ((0.8, 1.0),))([0.1 + 0.7]).tolist() == [1.0]


def test_a_ninth_decimal_does_not_reach_the_edge() -> None:
    assert JUMP([79.99999998, 79.999999999]).tolist() == [0.5, 0.8]


def test_missing_stays_missing() -> None:
    assert np.isnan(JUMP(np.array([np.nan, 80.0]))).tolist() == [True, False]


def test_slopes_are_the_accelerators() -> None:
    assert THREE_POINTS.slopes() == ((0.75, 1.0, 2.0), (1.0, 1.5, 4.0))
    assert JUMP.slopes() == ((60, 80, 0.025), (80, 100, 0.01))


def test_the_input_is_not_changed() -> None:
    values = np.array([0.123456789123, 1.0])
    THREE_POINTS(values)
    assert values.tolist() == [0.123456789123, 1.0]


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ((), "scheme.curve_empty"),
        (((0.75, 0.5), (0.7, 1.0)), "scheme.curve_order"),
        (((1, 0), (1, 1), (1, 2)), "scheme.curve_thrice"),
        (((float("inf"), 0),), "finite_number"),
        ((("0.7", 0),), "float_type"),
        (((True, 0),), "float_type"),
    ],
)
def test_points_that_are_no_curve_are_refused(points: object, code: str) -> None:
    with pytest.raises(ValidationError) as error:
        Curve("score", points)  # type: ignore[arg-type]
    assert code in [e["type"] for e in error.value.errors()]


@given(
    st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=6, unique_by=lambda p: round(p[0], 3)), NUMBERS
)
def test_without_jumps_it_is_numpys_interpolation(points: list[tuple[float, float]], x: float) -> None:
    points = sorted((round(a, 3), round(b, 3)) for a, b in points)
    x = round(x, 3)
    expected = np.interp(x, [p[0] for p in points], [p[1] for p in points]) if x >= points[0][0] else 0.0
    assert Curve("actual", tuple(points))([x])[0] == pytest.approx(expected, abs=1e-5, rel=1e-7)


@given(
    st.lists(st.tuples(st.floats(0, 2), st.floats(0, 3)), min_size=2, max_size=7), st.lists(st.floats(-1, 4))
)
def test_rising_points_give_a_rising_curve_with_jumps_too(
    points: list[tuple[float, float]], xs: list[float]
) -> None:
    rising = list(zip(sorted(round(p[0], 1) for p in points), sorted(p[1] for p in points), strict=True))
    kept = [p for i, p in enumerate(rising) if [q[0] for q in rising[:i]].count(p[0]) < 2]
    found = Curve("attainment", tuple(kept))(np.sort(xs))
    assert (np.diff(found) >= 0).all()
