"""Shrinkage and the chances to be the best, against draws and closed forms."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.reliability.test_estimate import long, simulated
from toolkit.reliability import Reliability, chance_of_best, chance_of_share, reliability, shrunken

LEVEL = np.array([0.9, 0.5, 0.4, -0.2, -1.6])
ERROR = np.array([0.5, 0.7, 0.2, 0.6, 0.4])


def draws() -> np.ndarray:
    return np.random.default_rng(1).normal(LEVEL, ERROR, (400_000, len(LEVEL)))


def test_the_chance_of_the_best_is_that_of_draws() -> None:
    best = np.bincount(draws().argmax(axis=1), minlength=len(LEVEL)) / 400_000
    assert chance_of_best(LEVEL, ERROR) == pytest.approx(best, abs=0.003)


def test_two_people_by_the_closed_form() -> None:
    chance = chance_of_best(np.array([0.3, 0.0]), np.array([0.4, 0.3]))
    assert chance == pytest.approx([stats.norm.cdf(0.6), stats.norm.sf(0.6)], abs=1e-6)


def test_equal_people_share_the_chance_however_many_they_are() -> None:
    many = chance_of_best(np.zeros(4500), np.full(4500, 0.3))
    assert many == pytest.approx(np.full(4500, 1 / 4500), rel=1e-6)
    assert chance_of_best(np.array([1.0, 1.0, 0.0]), np.zeros(3)).tolist() == [0.5, 0.5, 0.0]
    assert chance_of_best(np.array([]), np.array([])).size == 0


def test_somebody_known_exactly_is_met_by_the_grid() -> None:
    chance = chance_of_best(np.array([0.0, 0.0]), np.array([1e-9, 1.0]))
    assert chance == pytest.approx([0.5, 0.5], abs=0.01)


def test_places_are_given_once_and_in_the_order_of_draws() -> None:
    chance = chance_of_share(LEVEL, ERROR, 0.4)
    assert chance.sum() == pytest.approx(2.0)
    ranks = (-draws()).argsort(axis=1).argsort(axis=1)
    assert chance == pytest.approx(
        (ranks < 2).mean(axis=0), abs=0.06
    )  # the edge is held fixed, ranks are not
    assert chance_of_share(-LEVEL, ERROR, 0.4, top=False) == pytest.approx(chance)


def test_places_without_any_error_are_shared_by_equals() -> None:
    assert chance_of_share(np.array([3.0, 2.0, 2.0, 1.0]), np.zeros(4), 0.5).tolist() == [1.0, 0.5, 0.5, 0.0]
    assert chance_of_share(np.zeros(5), np.zeros(5), 0.2).tolist() == [0.2] * 5


def test_shrinkage_by_hand() -> None:
    """Between 2, within 4: with four periods a person's mean is worth 4 ÷ (4 + 16/4) = one half."""
    values = long([[6, 6, 6, 6], [0, 0, 0, 0], [0, 0, 0, 0]])
    found = shrunken(values, Reliability(0.2, 0.0, 0.4, 2.0, 4.0, 3, 4))
    assert found["mean"].tolist() == [4.0, -2.0, -2.0] and found["level"].tolist() == [2.0, -1.0, -1.0]
    assert found["error"].tolist() == pytest.approx([math.sqrt(2)] * 3) and found["n"].tolist() == [4, 4, 4]


def test_without_lasting_differences_everybody_is_alike() -> None:
    found = shrunken(long([[1, 5], [7, 2], [3, 3]]), Reliability(0.0, 0.0, 0.3, 0.0, 2.0, 3, 2))
    assert found["level"].tolist() == [0.0] * 3 and found["error"].tolist() == [0.0] * 3


def test_shrunken_levels_are_nearer_to_the_truth() -> None:
    random = np.random.default_rng(4)
    raw, drawn = [], []
    for _ in range(60):
        lasting = random.normal(0, 0.5, 20)
        values = long(lasting[:, None] + random.normal(0, 1.0, (20, 6)))
        table = shrunken(values, reliability(values))
        truth = lasting - lasting.mean()
        raw.append(((table["mean"] - truth) ** 2).mean())
        drawn.append(((table["level"] - truth) ** 2).mean())
    assert np.mean(drawn) < 0.85 * np.mean(raw)


def test_the_chance_of_the_best_is_calibrated() -> None:
    """Whoever is given the best chance is the best as often as it says."""
    random, said, right = np.random.default_rng(6), [], []
    for _ in range(1500):
        lasting = random.normal(0, math.sqrt(0.4), 12)
        month = lasting + random.normal(0, math.sqrt(0.6), 12)
        chance = chance_of_best(0.4 * month, np.full(12, math.sqrt(0.4 * 0.6)))
        said.append(chance.max())
        right.append(lasting.argmax() == chance.argmax())
    assert np.mean(right) == pytest.approx(np.mean(said), abs=0.035)


def test_order_of_rows_is_irrelevant() -> None:
    values = long(simulated(np.random.default_rng(3), 9, 5, 0.4))
    found = reliability(values)
    pd.testing.assert_frame_equal(shrunken(values, found), shrunken(values[::-1], found))
