"""The moving average against NIST's example, its variance against the weights, false alarms by draws."""

import numpy as np
import pytest
from scipy import stats

from toolkit.appraise.alerts.ewma import ewma, expected_false, limits, variance

# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4: the data, the averages as printed, the limits.
VALUES = [
    52.0,
    47.0,
    53.0,
    49.3,
    50.1,
    47.0,
    51.0,
    50.1,
    51.2,
    50.5,
    49.6,
    47.6,
    49.9,
    51.3,
    47.8,
    51.2,
    52.6,
]
VALUES += [52.4, 53.6, 52.1]
PRINTED = [50.0, 50.6, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33, 50.11, 49.36, 49.52]
PRINTED += [50.05, 49.38, 49.92, 50.73, 51.23, 51.94, 51.99]


def test_nists_twenty_one_averages() -> None:
    found = ewma(np.array(VALUES), 0.3, 50.0)
    assert np.concatenate([[50.0], found]) == pytest.approx(PRINTED, abs=0.0101)


def test_nists_limits_and_no_signal() -> None:
    lower, upper = limits(50.0, 2.0539, 0.3, 3.0)
    assert (lower, upper) == pytest.approx((47.4115, 52.5884), abs=0.001)  # NIST cuts the factor to .4201
    found = ewma(np.array(VALUES), 0.3, 50.0)
    assert ((found > lower) & (found < upper)).all()


@pytest.mark.parametrize("periods", [1, 2, 6, 20])
def test_the_variance_is_that_of_the_weights(periods: int) -> None:
    weights = 0.3 * 0.7 ** np.arange(periods)
    by_weights = (weights**2).sum() + weights.sum() ** 2 / 12  # a baseline of twelve, subtracted from each
    assert variance(0.3, periods, 12) == pytest.approx(by_weights)


def test_a_gap_leaves_the_average_as_it_was() -> None:
    assert ewma(np.array([[2.0, np.nan, 4.0]]), 0.5).tolist() == [[1.0, 1.0, 2.5]]
    assert ewma(np.empty((2, 0)), 0.5).shape == (2, 0)


def test_two_tests_by_hand() -> None:
    """Both rejected: the larger under q, q²; one alone: the smaller under q/2, q(1 − q)."""
    q = 0.1
    assert expected_false(2, q) == pytest.approx(q * (1 - q) + 2 * q**2)
    assert expected_false(0, q) == 0.0


@pytest.mark.parametrize("tests", [10, 72])
def test_false_alarms_where_nothing_changes(tests: int) -> None:
    p_values = np.random.default_rng(1).random((20_000, tests))
    found = (stats.false_discovery_control(p_values, axis=1) <= 0.1).sum(axis=1).mean()
    assert expected_false(tests, 0.1) == pytest.approx(found, abs=0.01)
