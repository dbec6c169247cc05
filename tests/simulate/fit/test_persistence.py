"""Persistence: the sums an autoregression has on average by brute force, and no bias in short histories."""

import numpy as np
import pytest
from statsmodels.tsa.stattools import acf

from toolkit.simulate.fit.persistence import expected, persistence, pooled_ratio


def paths(rng: np.random.Generator, people: int, periods: int, rho: float) -> np.ndarray:
    u, found = rng.standard_normal(people), []
    for _ in range(periods):
        found.append(u)
        u = rho * u + np.sqrt(1 - rho**2) * rng.standard_normal(people)
    return np.stack(found, axis=1)


def centred(values: np.ndarray) -> np.ndarray:
    return values - np.nanmean(values, axis=1, keepdims=True)


@pytest.mark.parametrize("rho", [-0.4, 0.0, 0.7])
def test_expected_sums_are_those_of_simulated_paths(rho: float) -> None:
    present = np.array([[True] * 7, [True, True, False, True, False, True, True]])
    u = np.where(present[:, None], paths(np.random.default_rng(1), 200_000, 7, rho), np.nan)
    u = u - np.nanmean(u, axis=2, keepdims=True)
    found = expected(present, rho)
    assert found.squares == pytest.approx(np.nansum(u**2, axis=2).mean(axis=1), rel=0.02)
    products = np.nansum(u[:, :, :-1] * u[:, :, 1:], axis=2).mean(axis=1)
    assert found.products == pytest.approx(products, abs=0.03)


def test_the_mean_of_independent_periods_varies_by_one_over_their_number() -> None:
    assert expected(np.ones((1, 8), bool), 0.0).mean.tolist() == [1 / 8]


def test_the_ratio_rises_with_persistence() -> None:
    curve = pooled_ratio(np.ones((1, 6), bool))
    assert (np.diff(curve) >= 0).all() and curve[0] < -0.5 < curve[-1]


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("periods", [5, 12])
def test_short_histories_do_not_pull_it_down(rho: float, periods: int) -> None:
    found, plain = [], []
    for seed in range(120):
        values = centred(paths(np.random.default_rng(seed), 30, periods, rho))
        found.append(persistence(values))
        plain.append(np.mean([acf(row, nlags=1, fft=False)[1] for row in values]))
    assert np.mean([f.value for f in found]) == pytest.approx(rho, abs=0.03)
    assert np.mean(plain) < rho - 0.1 * 12 / periods / 2  # what statsmodels' plain one would say
    assert np.mean([f.low <= rho <= f.high for f in found]) > 0.82


def test_gaps_are_no_neighbours() -> None:
    rng = np.random.default_rng(2)
    values = paths(rng, 400, 14, 0.5)
    values[rng.random(values.shape) < 0.3] = np.nan
    assert persistence(centred(values)).value == pytest.approx(0.5, abs=0.06)


def test_too_little_is_refused() -> None:
    rng = np.random.default_rng(3)
    for people, periods in ((50, 3), (5, 6)):
        found = persistence(centred(rng.standard_normal((people, periods))))
        assert np.isnan(found.value) and found.n == people * (periods - 1)
    assert np.isnan(persistence(np.zeros((50, 9))).value)
    assert np.isnan(persistence(centred(rng.standard_normal((50, 9))), nugget=5.0).value)
