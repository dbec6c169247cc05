"""Bunching, excess mass, heaping and the chances they share, against hand counts and other libraries."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from scipy import optimize, stats

from toolkit.errors import NotEnoughData
from toolkit.review.integrity import Found, digit_heaping, excess_mass, window_test
from toolkit.review.integrity.excess import poisson_fit
from toolkit.review.integrity.found import adjusted, sign_chance, wilson


def code(trial: Callable[[], Found]) -> str:
    with pytest.raises(NotEnoughData) as caught:
        trial()
    return caught.value.problems[0].code


def even(people: int = 20, each: int = 50, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Attainments about 100 % with a spread of 20 points, and whose they are."""
    values = np.random.default_rng(seed).normal(1.0, 0.2, people * each)
    return values, np.repeat(np.arange(people), each)


def test_sign_chance_is_the_share_of_all_patterns() -> None:
    parts = np.array([0.5, 1.0, -0.25, 2.0, 0.75, 1.5])
    sums = [np.dot(signs, parts) for signs in itertools.product((-1, 1), repeat=6)]
    assert sign_chance(parts) == np.mean([s >= parts.sum() - 1e-12 for s in sums])


def test_sign_chance_of_many_is_near_that_of_the_normal_law_and_of_no_order() -> None:
    parts = np.random.default_rng(1).normal(0.15, 1, 200)
    z = parts.sum() / np.sqrt((parts**2).sum())
    assert sign_chance(parts) == pytest.approx(stats.norm.sf(z), abs=0.02)
    assert sign_chance(parts) == sign_chance(parts[::-1])
    assert sign_chance(np.zeros(4)) == 1.0


def test_wilson_is_scipys_for_whole_numbers() -> None:
    interval = stats.binomtest(17, 40).proportion_ci(0.9, method="wilson")
    assert wilson(17 / 40, 40, 0.9) == pytest.approx((interval.low, interval.high))


def test_adjusted_by_hand() -> None:
    """p·m/rank, made monotone from the largest down: .04·4/3 = .0533 holds for rank 2 too."""
    found = adjusted(np.array([0.01, np.nan, 0.04, 0.03, 0.5]))
    assert found == pytest.approx([0.04, np.nan, 0.16 / 3, 0.16 / 3, 0.5], nan_ok=True)


def test_a_window_by_hand() -> None:
    """Eight of ten above on a flat curve: P(X >= 8 | 10, 1/2) = 56/1024, and 56/1024 by signs."""
    flat = np.arange(0.005, 2.0, 0.01)
    flat = flat[np.abs(flat - 1.0) > 0.03]
    values = np.concatenate([flat, [0.98] * 2, [1.0] * 4, [1.02] * 4])
    people = np.concatenate([np.arange(len(flat)) % 10, np.arange(10)])
    found = window_test(values, people, 1.0)
    assert (found.n, found.people, found.value) == (10, 10, 0.8)
    assert found.facts["expected"] == pytest.approx(0.5, abs=0.001)
    assert found.p_value == pytest.approx(56 / 1024, abs=0.002)


def test_who_reaches_the_edge_is_above_it() -> None:
    values = np.concatenate([np.linspace(0.1, 0.9, 50), np.linspace(1.1, 1.9, 50), np.full(12, 1.0)])
    found = window_test(values, np.arange(112) % 28, 1.0)
    assert found.facts["above"] == 12 and found.facts["below"] == 0


def test_counts_are_compared_step_by_step() -> None:
    """39 and 40 of 40 lie 2.5 points apart: one count on either side, not one below and two above."""
    visits = np.repeat(np.arange(30, 51), 10)
    found = window_test(visits / 40, np.tile(np.arange(10), 21), 1.0, 1 / 40)
    assert (found.facts["below"], found.facts["above"], found.value) == (10, 10, 0.5)


def test_one_persons_months_count_together() -> None:
    """Thirty results above, all of two people: the binomial chance is tiny, that of people is not."""
    values, people = even(12, 30, seed=4)
    outside = np.abs(values - 1) > 0.03
    values = np.concatenate([values[outside], np.full(30, 1.01), np.repeat([0.98, 1.02], 4)])
    people = np.concatenate([people[outside], np.repeat([0, 1], 15), np.arange(8) + 2])
    found = window_test(values, people, 1.0)
    assert found.value > 0.85 and found.p_value > 0.05


def test_a_slope_is_no_bunching() -> None:
    """At 70 % of a normal law with 100 % and 20 points the curve rises: more lie above without steering."""
    values, people = even(40, 500, seed=2)
    found = window_test(values, people, 0.7)
    law = stats.norm(1.0, 0.2)
    above, below = law.cdf(0.73) - law.cdf(0.7), law.cdf(0.7) - law.cdf(0.67)
    assert found.facts["expected"] == pytest.approx(above / (above + below), abs=0.01)
    assert found.p_value > 0.05 and stats.binomtest(int(found.facts["above"]), found.n).pvalue < 0.001


def test_windows_refuse() -> None:
    values, people = even(4, 6)
    assert code(lambda: window_test(values + 3, people, 1.0)) == "integrity.few_in_window"
    few = np.concatenate([np.linspace(0.2, 1.8, 60), np.full(20, 1.01)])
    assert code(lambda: window_test(few, np.arange(80) % 4, 1.0)) == "integrity.too_few_people"
    assert code(lambda: window_test(values, people, 1.0, 1 / 8)) == "integrity.coarse"
    assert code(lambda: window_test(np.array([np.nan]), np.array(["a"]), 1.0)) == "integrity.few_in_window"


def test_excess_mass_finds_what_was_moved_and_nothing_where_nothing_was() -> None:
    """Unbiased: the mean over 40 draws of 2,000 results."""
    found = {share: [moved(share, seed) for seed in range(40)] for share in (0.0, 0.3)}
    for share, pairs in found.items():
        true, estimated = np.mean(pairs, axis=0)
        assert estimated == pytest.approx(true, abs=3), share


def moved(share: float, seed: int) -> tuple[float, float]:
    random = np.random.default_rng(seed)
    values, people = even(20, 100, seed)
    over = (values < 1) & (values > 0.92) & (random.random(len(values)) < share)
    values = np.where(over, 1 + 0.04 * random.random(len(values)), values)
    return float(over.sum()), excess_mass(values, people, 1.0).value


def test_the_poisson_fit_is_that_of_a_general_optimiser() -> None:
    random = np.random.default_rng(3)
    design = np.polynomial.legendre.legvander(np.linspace(-1, 1, 30), 4)
    counts = random.poisson(np.exp(design @ [2.0, 0.5, -1.0, 0.1, 0.2])).astype(float)
    loss = optimize.minimize(
        lambda b: (np.exp(design @ b) - counts * (design @ b)).sum(), np.zeros(5), tol=1e-12
    )
    assert poisson_fit(counts[None], design)[0] == pytest.approx(loss.x, abs=1e-4)


def test_a_fit_without_enough_bins_is_none() -> None:
    assert np.isnan(poisson_fit(np.ones((1, 2)), np.ones((2, 5)))).all()


def test_excess_mass_refuses() -> None:
    values, people = even(20, 9)
    assert code(lambda: excess_mass(values, people, 1.0)) == "integrity.few_for_curve"
    values, people = even(4, 100)
    assert code(lambda: excess_mass(values, people, 1.0)) == "integrity.too_few_people"
    values, people = even(20, 100)
    assert code(lambda: excess_mass(values, people, 1.6)) == "integrity.few_expected"
    assert code(lambda: excess_mass(values, people, 1.0, 0.1)) == "integrity.coarse"


def test_the_order_of_rows_changes_nothing() -> None:
    values, people = even()
    order = np.random.default_rng(5).permutation(len(values))
    for test in (window_test, excess_mass):
        one, other = test(values, people, 1.0), test(values[order], people[order], 1.0)
        assert one.p_value == pytest.approx(other.p_value) and one.value == pytest.approx(other.value)


def test_heaping_by_hand() -> None:
    """Of 120 numbers from 23 to 117 (blocks 25 to 115) 60 are multiples of five: P(X >= 60 | 120, 1/5)."""
    values = np.concatenate([[20, 120], np.repeat([25, 50, 75], 20), np.repeat([31, 62, 93, 104], 15)])
    people = np.concatenate([[0, 1], np.tile([0, 1], 30), np.tile([0, 1], 30)])
    found = digit_heaping(values, people)
    assert (found.value, found.n) == (0.5, 120) and found.who == ("0", "1")
    assert found.p_value == pytest.approx(stats.binom.sf(59, 120, 0.2), rel=1e-6)


def test_a_falling_distribution_is_not_rounding() -> None:
    """Last digits of an exponential law are unequal by themselves, which the chi-square test accuses."""
    values = np.floor(20 + np.random.default_rng(6).exponential(60, 60_000))
    found = digit_heaping(values, np.arange(60_000) % 20)
    assert found.value == pytest.approx(0.2, abs=0.005) and found.p_value > 0.05
    assert found.facts["last_digits"] < 0.001 and found.who == ()


def test_heaping_refuses() -> None:
    random, people = np.random.default_rng(7), np.arange(500) % 10
    assert code(lambda: digit_heaping(random.integers(1, 15, 500), people)) == "integrity.few_numbers"
    assert code(lambda: digit_heaping(np.arange(20, 120), np.arange(100))) == "integrity.few_numbers"
    assert code(lambda: digit_heaping(random.random(500) * 100, people)) == "integrity.not_whole"
    assert code(lambda: digit_heaping(random.integers(4, 24, 500) * 5, people)) == "integrity.in_steps"
    assert code(lambda: digit_heaping(np.full(3, np.nan), np.arange(3))) == "integrity.few_numbers"
