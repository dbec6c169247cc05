"""Attainment by direction and rule, by hand."""

import numpy as np
import pytest

from toolkit.appraise import attainment
from toolkit.scheme import Range


def one(actual: float, target: float, direction: str, rule: str | Range | None = None) -> tuple[float, str]:
    found, missing = attainment(np.array([actual]), np.array([target]), direction, rule)
    return float(found[0]), str(missing[0])


@pytest.mark.parametrize(
    ("actual", "target", "direction", "rule", "expected"),
    [
        (90, 120, "higher", None, 0.75),
        (-30, 120, "higher", None, -0.25),
        (1, 3, "higher", None, 0.33333333),  # 8 decimals
        (5, 4, "lower", None, 0.75),
        (0, 4, "lower", None, 2.0),
        (9, 4, "lower", None, 0.0),  # never below zero
        (5, 4, "lower", "inverse", 0.8),
        (0, 4, "lower", "inverse", 10.0),  # nothing at all is the best there is
        (0.1, 4, "lower", "inverse", 10.0),
        (-20, 0, "higher", Range(-100), 0.8),  # a loss of 20 on the way from -100 to 0
        (-150, -50, "higher", Range(-100), -1.0),
        (30, 20, "lower", Range(60), 0.75),  # 30 of the way from 60 down to 20
    ],
)
def test_by_hand(
    actual: float, target: float, direction: str, rule: str | Range | None, expected: float
) -> None:
    assert one(actual, target, direction, rule) == (expected, "")


@pytest.mark.parametrize(
    ("actual", "target", "direction", "rule", "why"),
    [
        (90, 0, "higher", None, "target_not_positive"),
        (90, -5, "lower", "inverse", "target_not_positive"),
        (90, np.nan, "higher", None, "no_target"),
        (np.nan, np.nan, "higher", None, "no_actual"),
        (5, -100, "higher", Range(-100), "target_at_floor"),
        (40, 30, "band", None, "band"),
    ],
)
def test_where_there_is_none_it_says_why(
    actual: float, target: float, direction: str, rule: str | Range | None, why: str
) -> None:
    found, missing = one(actual, target, direction, rule)
    assert np.isnan(found)
    assert missing == why
