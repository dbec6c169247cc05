"""Margins against other libraries and by hand; people's levels and spreads against brute force."""

import numpy as np
import pytest
from scipy import integrate, stats
from statsmodels.stats.diagnostic import lilliefors

from toolkit.simulate.fit.margins import (
    Z,
    less_ties,
    levels,
    lognormal,
    normal_scores,
    normality,
    observed_margin,
    read,
    spreads,
)


@pytest.mark.parametrize("n", [8, 40, 100, 600])
def test_normality_is_that_of_statsmodels(n: int) -> None:
    rng = np.random.default_rng(n)
    for power in (1.0, 1.3, 2.0):
        values = np.sign(x := rng.standard_normal(n)) * np.abs(x) ** power + 3
        distance, p = normality(values)
        other, approximate = lilliefors(values, pvalmethod="approx")
        assert distance == pytest.approx(other, abs=1e-12)
        if p <= 0.1:  # above, that approximation is not meant to be read
            assert p == pytest.approx(approximate, abs=1e-4)
        else:
            assert p == pytest.approx(lilliefors(values, pvalmethod="table")[1], abs=0.12)


def test_normality_needs_values_that_differ() -> None:
    assert np.isnan(normality(np.ones(20))[0]) and np.isnan(normality(np.arange(4.0))[1])


def test_scores_are_means_of_a_normal_number_within_the_ranks() -> None:
    values = np.array([0.0, 0.0, 0.0, 2.0, 1.0])
    scores, nugget = normal_scores(values)
    low, high = -np.inf, stats.norm.ppf(0.6)
    inside = integrate.quad(lambda x: x * stats.norm.pdf(x), low, high)[0] / 0.6
    variance = 1 / (1 + nugget)
    assert scores[0] * variance == pytest.approx(inside)
    assert scores.argsort(kind="stable").tolist() == [0, 1, 2, 4, 3]
    assert (scores * variance).std() ** 2 == pytest.approx(variance) and scores.mean() == pytest.approx(0)


def test_an_observed_margin_keeps_zeros_and_cap_and_goes_no_further() -> None:
    rng = np.random.default_rng(1)
    values = np.minimum(np.where(rng.random(4000) < 0.2, 0.0, rng.gamma(4, 0.3, 4000)), 1.5)
    margin = observed_margin(values, 0.0, np.nan, np.nan)
    drawn = read(margin, rng.standard_normal(200_000))
    assert (drawn == 0).mean() == pytest.approx((values == 0).mean(), abs=0.004)
    assert (drawn == 1.5).mean() == pytest.approx((values == 1.5).mean(), abs=0.02)
    assert drawn.max() == 1.5 and drawn[drawn > 0].min() >= values[values > 0].min()
    assert drawn.mean() == pytest.approx(values.mean(), abs=0.01)


def test_an_observed_margin_may_be_negative() -> None:
    values = stats.norm.ppf((np.arange(2000) + 0.5) / 2000) * 0.5 - 0.2
    margin = observed_margin(values, 0.0, np.nan, np.nan)
    assert margin.zero_below == -np.inf
    x = np.linspace(-2.5, 2.5, 21)
    assert read(margin, x) == pytest.approx(0.5 * x - 0.2, abs=0.003)


def test_a_lognormal_margin_is_the_exponential() -> None:
    assert read(lognormal(), Z) == pytest.approx(np.exp(Z)) and lognormal().table == pytest.approx(np.exp(Z))


def test_levels_are_closer_to_the_truth_than_means() -> None:
    rng = np.random.default_rng(3)
    noise = rng.uniform(0.2, 4.0, 3000)
    truth = 1 + 0.8 * rng.standard_normal(3000)
    own = truth + np.sqrt(noise) * rng.standard_normal(3000)
    found = levels(own, noise)
    assert found.group == pytest.approx(1, abs=0.06) and found.between == pytest.approx(0.8, abs=0.06)
    best = (0.64 * own + noise * 1) / (0.64 + noise)  # Bayes with the truth known
    assert np.abs(found.level - best).mean() < 0.05
    assert ((found.level - truth) ** 2).mean() < 0.5 * ((own - truth) ** 2).mean()
    assert (np.abs(found.level - truth) < 1.645 * found.error).mean() == pytest.approx(0.9, abs=0.02)


def test_levels_without_differences_are_the_groups() -> None:
    found = levels(np.array([0.9, 1.1, np.nan]), np.array([4.0, 4.0, np.inf]))
    assert found.level.tolist() == [1.0, 1.0, 1.0] and found.between == 0
    alone = levels(np.array([2.0]), np.array([1.0]))
    assert alone.level.tolist() == [2.0] and alone.group == 2


def test_spreads_are_closer_to_the_truth_than_own_ones() -> None:
    rng = np.random.default_rng(4)
    true = 0.5 * np.exp(0.4 * rng.standard_normal(4000))
    freedom = rng.integers(2, 12, 4000).astype(float)
    variance = true**2 * rng.chisquare(freedom) / freedom
    found = spreads(variance, freedom)
    assert found.group == pytest.approx(0.5, rel=0.03) and not found.alike
    error, own = np.log(found.spread / true), np.log(np.sqrt(variance) / true)
    assert (error**2).mean() < 0.6 * (own**2).mean() and abs(error.mean()) < 0.03


def test_spreads_alike_are_pooled_and_a_newcomer_takes_the_groups() -> None:
    rng = np.random.default_rng(5)
    found = spreads(np.append(rng.chisquare(5, 40) / 5 * 4, np.nan), np.append(np.full(40, 5.0), 0.0))
    assert found.spread[-1] == pytest.approx(found.group) and found.group == pytest.approx(2, rel=0.15)
    two = spreads(np.array([1.0, 3.0]), np.array([5.0, 5.0]))
    assert two.spread == pytest.approx(np.sqrt([2.0, 2.0])) and two.alike


def test_ties_are_taken_off_and_something_is_left() -> None:
    assert less_ties(np.array([0.5, 0.1]), 0.09).tolist() == pytest.approx([0.4, 0.05])
    assert less_ties(np.array([0.5]), 0.0).tolist() == [0.5]
