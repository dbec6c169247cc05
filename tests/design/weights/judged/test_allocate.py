"""Points and swings, by hand and refused."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from toolkit.design.weights.judged.allocate import points, swing
from toolkit.errors import DataError

NAN = float("nan")


def faults(weigh: Callable, answers: object) -> list[tuple[str, str]]:
    with pytest.raises(DataError) as caught:
        weigh(answers)
    return [(p.code, p.column) for p in caught.value.problems]


def test_points_by_hand() -> None:
    assert points([50, 25, 25, 0]).tolist() == [0.5, 0.25, 0.25, 0]


@pytest.mark.parametrize("last", [33.5, 34.5, 34])
def test_points_may_miss_a_hundred_by_a_rounding_and_weigh_one_together(last: float) -> None:
    weights = points([33, 33, last])
    assert weights.sum() == pytest.approx(1, abs=1e-15) and weights[2] / weights[0] == pytest.approx(
        last / 33
    )


def test_a_single_kpi_may_have_all_points_and_a_half_too_many() -> None:
    assert points([100.5]).tolist() == [1]


@pytest.mark.parametrize(("answers", "told"), [([60, 30], "90"), ([33, 33, 33], "99"), ([50, 50.6], "100.6")])
def test_points_with_another_sum_are_refused_with_it(answers: list[float], told: str) -> None:
    with pytest.raises(DataError, match=f"sum to «{told}», not to 100"):
        points(answers)


def test_points_that_cannot_be_used_are_refused_all_at_once_by_name() -> None:
    given = pd.Series({"revenue": 120, "cash": -20, "visits": NAN})
    wrong = [
        ("weights.answer_range", "revenue"),
        ("weights.answer_range", "cash"),
        ("weights.answer_blank", "visits"),
    ]
    assert faults(points, given) == wrong


def test_swings_by_hand() -> None:
    assert swing([100, 50, 50, 0]).tolist() == [0.5, 0.25, 0.25, 0]
    assert swing([100, 100]).tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ([90, 50], [("weights.swing_top", "")]),
        ([0, 0], [("weights.swing_top", "")]),
        ([100.2, 50], [("weights.answer_range", "1")]),
        ([100, -1, NAN], [("weights.answer_range", "2"), ("weights.answer_blank", "3")]),
        ([], [("weights.answers_shape", "")]),
        ([[100, 50]], [("weights.answers_shape", "")]),
    ],
)
def test_swings_that_cannot_be_used_are_refused(answers: list, wrong: list[tuple[str, str]]) -> None:
    assert faults(swing, answers) == wrong


@pytest.mark.parametrize("weigh", [points, swing])
def test_the_callers_answers_stay_as_they_were(weigh: Callable) -> None:
    given = np.array([100.0, 0.0])
    weights = weigh(given)
    weights[0] = 7
    assert given.tolist() == [100, 0]
