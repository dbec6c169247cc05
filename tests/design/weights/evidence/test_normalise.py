"""Values made comparable, by hand; what has no meaning is refused."""

import numpy as np
import pytest

from toolkit.design.weights.evidence.normalise import by_range, by_sum, by_target
from toolkit.errors import DataError


def test_by_target_by_hand_and_beyond_both_ends() -> None:
    x = np.array([[40.0, 12], [50, 10], [75, 6], [100, 2], [120, 0]])
    found = by_target(x, [50, 10], [100, 2], ["higher", "lower"])
    assert found[:, 0] == pytest.approx([-0.2, 0, 0.5, 1, 1.4])
    assert found[:, 1] == pytest.approx([-0.25, 0, 0.5, 1, 1.25])


def test_by_target_with_each_rows_own_target() -> None:
    x, target = np.array([[90.0], [90.0]]), np.array([[100.0], [180.0]])
    assert by_target(x, 0.0, target).ravel().tolist() == [0.9, 0.5]


def test_by_sum_by_hand_with_blanks_and_zeros() -> None:
    found = by_sum(np.array([[1.0, 0, np.nan], [3, 0, 2], [0, 0, 6]]))
    assert found[:, 0].tolist() == [0.25, 0.75, 0] and found[:, 1] == pytest.approx([1 / 3] * 3)
    assert np.isnan(found[0, 2]) and found[1:, 2].tolist() == [0.25, 0.75]


def test_by_range_by_hand_with_blanks_and_a_constant() -> None:
    found = by_range(np.array([[10.0, 5, 3], [20, 5, np.nan], [40, 5, 1]]), ["higher", "higher", "lower"])
    assert found[:, 0] == pytest.approx([0, 1 / 3, 1]) and found[:, 1].tolist() == [0, 0, 0]
    assert found[[0, 2], 2].tolist() == [0, 1] and np.isnan(found[1, 2])


@pytest.mark.parametrize(
    ("floor", "target", "direction"),
    [(100, 50, "higher"), (50, 100, "lower"), (100, 100, "higher"), ([50, 100], [100, 50], "higher")],
)
def test_a_floor_on_the_wrong_side_of_its_target_is_refused(
    floor: object, target: object, direction: str
) -> None:
    with pytest.raises(DataError) as refused:
        by_target(np.ones((2, 2)), floor, target, direction)  # type: ignore[arg-type]
    assert {p.code for p in refused.value.problems} == {"weights.floor_and_target"}


@pytest.mark.parametrize("direction", ["up", ["higher", "benefit"], ["higher"]])
def test_directions_that_are_none_are_refused(direction: object) -> None:
    with pytest.raises(DataError) as refused:
        by_range(np.ones((2, 2)), direction)  # type: ignore[arg-type]
    assert refused.value.problems[0].code in ("weights.direction", "weights.directions")


def test_the_callers_values_stay() -> None:
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    for found in (by_sum(x), by_range(x, "lower"), by_target(x, 0, 10)):
        assert found is not x and x.tolist() == [[1, 2], [3, 4]]
