"""Correlations against other libraries, by hand and with a planted truth."""

import warnings

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.correlation_tools import corr_nearest

from toolkit.simulate.fit.dependence import TWINS, intensity, of_shocks, positive, sine, within_people


def test_the_sine_of_a_rank_correlation_is_the_normal_one() -> None:
    pairs = np.random.default_rng(1).multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 200_000)
    rank = stats.spearmanr(np.exp(pairs[:, 0]), pairs[:, 1] ** 3).statistic  # ranks do not see the margins
    assert sine(rank) == pytest.approx(0.6, abs=0.006)


def test_intensity_by_hand() -> None:
    assert intensity(np.array([0.5, 0.1]), np.array([0.02, 0.03])) == pytest.approx(0.05 / 0.26)
    assert intensity(np.zeros(2), np.ones(2)) == 1 and intensity(np.array([0.1]), np.array([1.0])) == 1


def test_a_matrix_that_cannot_be_becomes_one_that_can() -> None:
    wrong = np.array([[1, 0.9, -0.5], [0.9, 1, 0.6], [-0.5, 0.6, 1]])
    found = positive(wrong)
    assert np.linalg.eigvalsh(found)[0] > 0 and np.diag(found).tolist() == [1, 1, 1]
    with warnings.catch_warnings():  # it stops a hair from its own threshold
        warnings.simplefilter("ignore")
        nearest = corr_nearest(wrong, threshold=1e-3)
    assert np.abs(found - wrong).max() < 1.5 * np.abs(nearest - wrong).max()
    fine = np.array([[1, 0.3], [0.3, 1]])
    assert positive(fine) is fine


def innovations(seed: int, rho: np.ndarray, periods: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    cov = np.array([[1.0, 0.5], [0.5, 1.0]])
    u, path = np.zeros((60, 2)), []
    for step in range(periods + 80):
        u = rho * u + np.sqrt(1 - rho**2) * rng.multivariate_normal([0, 0], cov, 60)
        if step >= 80:
            path.append(u)
    values = np.stack(path, axis=1)
    values = values - values.mean(axis=1, keepdims=True)
    return values[:, :, 0], values[:, :, 1]


@pytest.mark.parametrize("rho", [(0.0, 0.0), (0.0, 0.7), (0.6, 0.6)])
def test_the_innovations_correlation_is_found_where_persistence_differs(rho: tuple[float, float]) -> None:
    found = []
    for seed in range(30):
        a, b = innovations(seed, np.array(rho), 8)
        found.append(within_people([a, b], np.array(rho), np.ones(2), [a, b]).matrix[0, 1])
    assert np.mean(found) == pytest.approx(0.5, abs=0.03)


def test_twins_are_drawn_as_one() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.standard_normal((2, 20, 10))
    found = within_people([a, b, 2 * a, -b], np.zeros(4), np.ones(4), [a, b, 2 * a, -b])
    assert set(found.twins) == {(0, 2), (1, 3)}
    assert found.matrix[0, 2] == pytest.approx(TWINS, abs=2e-3)
    assert found.matrix[1, 3] == pytest.approx(-TWINS, abs=2e-3)
    assert np.linalg.eigvalsh(found.matrix)[0] > 0
    assert found.matrix[2, 1] == pytest.approx(found.matrix[0, 1], abs=2e-3)


def test_a_measure_without_spread_goes_with_nothing() -> None:
    a = np.random.default_rng(3).standard_normal((20, 10))
    assert within_people([a, 0 * a], np.zeros(2), np.ones(2), [a, 0 * a]).matrix.tolist() == [[1, 0], [0, 1]]


def test_independent_measures_are_drawn_to_independence() -> None:
    parts = list(np.random.default_rng(4).standard_normal((5, 12, 6)))
    found = within_people(parts, np.zeros(5), np.ones(5), parts)
    assert found.shrunk > 0.5 and np.abs(found.matrix - np.eye(5)).max() < 0.2


def test_shocks_of_few_periods_count_for_little() -> None:
    rng = np.random.default_rng(5)
    shared = rng.standard_normal(400)
    shocks = np.stack([shared, shared + 0.1 * rng.standard_normal(400)], axis=1)
    nothing, ones = np.zeros(2), np.ones(2)
    few, some, many = (of_shocks(shocks[:t], nothing, ones, np.eye(2), t) for t in (7, 12, 400))
    assert few.matrix.tolist() == [[1, 0], [0, 1]] and few.shrunk == 1
    assert 0.3 < some.matrix[0, 1] < many.matrix[0, 1] and many.matrix[0, 1] == pytest.approx(0.98, abs=0.06)
    none = of_shocks(shocks, nothing, np.array([1.0, 0.0]), np.eye(2), 400)
    assert none.matrix[0, 1] == 0
