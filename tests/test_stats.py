"""Estimators against their definitions, another method, another library, and a planted truth."""

import numpy as np
import pytest
from scipy.stats import t

from toolkit.stats import ratio_change, ratio_changes, share_interval

ONES = np.ones(4)


def people(n: int, truth: float, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Four columns of n people who differ in size and in change; the change of the sums aims at `truth`."""
    size = rng.lognormal(0.0, 0.5, n)
    noise = np.exp(rng.normal(0.0, 0.3, (2, n)) - 0.3**2 / 2)  # mean 1
    bottom = rng.lognormal(3.0, 0.2, (2, n))
    return size * bottom[0] * noise[0], bottom[0], size * bottom[1] * noise[1] * (1 + truth), bottom[1]


def test_the_estimate_is_the_plain_ratio_of_sums() -> None:
    # (66 ÷ 12) ÷ (40 ÷ 10) − 1 = 0.375
    found = ratio_change([10, 10, 20], [2, 3, 5], [20, 24, 22], [4, 4, 4])  # type: ignore[arg-type]
    assert found.value == pytest.approx(0.375, abs=1e-14) and found.n == 3
    assert found.low < 0.375 < found.high


def test_equal_change_of_everybody_has_no_width() -> None:
    before = np.array([1.0, 5, 9])
    found = ratio_change(before, np.ones(3), before * 1.1, np.ones(3))
    assert (found.value, found.low, found.high) == pytest.approx((0.1, 0.1, 0.1), abs=1e-12)


def test_the_interval_by_hand() -> None:
    # log(12/10) = 0.182322; without each in turn log(9/8), log(8.4/6), log(9/8), log(9.6/8), that is off by
    # −0.064539, 0.154151, −0.064539, 0; sum of squares 0.032093; × 3/4 = 0.024070; root 0.155144.
    # t(0.95; 3) = 2.353363 (Student's table); the reach is 0.365110.
    before, after = np.array([2.0, 4, 2, 2]), np.array([3.0, 3.6, 3, 2.4])
    found = ratio_change(before, ONES, after, ONES)
    assert found.value == pytest.approx(0.2)
    assert found.low == pytest.approx(np.exp(0.182322 - 0.365110) - 1, abs=2e-6)
    assert found.high == pytest.approx(np.exp(0.182322 + 0.365110) - 1, abs=2e-6)


def test_a_higher_level_is_wider() -> None:
    parts = people(12, 0.1, np.random.default_rng(1))
    narrow, wide = ratio_change(*parts, level=0.8), ratio_change(*parts, level=0.95)
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high
    assert wide.value == narrow.value


def test_with_many_people_it_agrees_with_a_cluster_bootstrap() -> None:
    parts = people(400, 0.15, np.random.default_rng(2))
    found = ratio_change(*parts)
    draws = np.random.default_rng(3).integers(0, 400, (4000, 400))
    top0, bottom0, top1, bottom1 = (part[draws].sum(axis=1) for part in parts)
    low, high = np.quantile((top1 / bottom1) / (top0 / bottom0) - 1, [0.05, 0.95])
    width = high - low
    assert found.low == pytest.approx(low, abs=0.08 * width)
    assert found.high == pytest.approx(high, abs=0.08 * width)


def coverage(n: int, runs: int = 3000) -> float:
    """The share of runs whose 90 % interval holds the planted change of 10 %."""
    rng = np.random.default_rng(100 + n)
    found = [ratio_change(*people(n, 0.1, rng)) for _ in range(runs)]
    return float(np.mean([f.low <= 0.1 <= f.high for f in found]))


@pytest.mark.parametrize("n", [3, 4, 12, 24])
def test_nine_intervals_of_ten_hold_the_planted_truth(n: int) -> None:
    assert 0.87 <= coverage(n) <= 0.93


def test_a_percentile_bootstrap_of_four_people_would_be_too_narrow() -> None:
    """Why the t quantile: the same runs, the same truth, the usual alternative."""
    rng = np.random.default_rng(104)
    hits = []
    for _ in range(400):
        parts = people(4, 0.1, rng)
        draws = rng.integers(0, 4, (400, 4))
        top0, bottom0, top1, bottom1 = (part[draws].sum(axis=1) for part in parts)
        low, high = np.quantile((top1 / bottom1) / (top0 / bottom0) - 1, [0.05, 0.95])
        hits.append(low <= 0.1 <= high)
    assert np.mean(hits) < 0.8


@pytest.mark.parametrize(
    "parts",
    [
        ([0, 0, 0], [1, 1, 1], [1, 2, 3], [1, 1, 1]),  # nothing before
        ([1, 2, 3], [1, 1, 1], [0, 0, 0], [1, 1, 1]),  # nothing after
        ([1, 2, 3], [1, 1, 1], [1, 1, -5], [1, 1, 1]),  # a negative total
        ([1, 2, 3], [0, 0, 0], [1, 2, 3], [1, 1, 1]),
        ([1, 2, np.nan], [1, 1, 1], [1, 2, 3], [1, 1, 1]),
        ([], [], [], []),
    ],
)
def test_a_sum_that_is_not_positive_has_no_percentage(parts: tuple[list[float], ...]) -> None:
    found = ratio_change(*(np.array(p, dtype=float) for p in parts))
    assert np.isnan([found.value, found.low, found.high]).all()


def test_two_people_give_a_value_and_no_interval() -> None:
    found = ratio_change(np.array([1.0, 3]), np.ones(2), np.array([2.0, 4]), np.ones(2))
    assert found.value == pytest.approx(0.5) and found.n == 2
    assert np.isnan(found.low) and np.isnan(found.high)


def test_where_one_person_carries_a_sum_there_is_no_interval() -> None:
    """Leave out the only one with a complaint, and there is nothing to compare with."""
    found = ratio_change(np.array([0.0, 3, 0, 0]), ONES, np.array([1.0, 2, 1, 2]), ONES)
    assert found.value == pytest.approx(1.0) and found.n == 4
    assert np.isnan([found.low, found.high]).all()


def test_who_was_never_there_is_no_cluster() -> None:
    there = people(5, 0.1, np.random.default_rng(4))
    padded = tuple(np.append(part, 0.0) for part in there)
    assert ratio_change(*padded) == ratio_change(*there)


def test_who_left_or_joined_counts() -> None:
    found = ratio_change(np.array([10.0, 10, 10]), np.ones(3), np.array([10.0, 10, 0]), np.ones(3))
    assert found.value == pytest.approx(-1 / 3) and found.n == 3


# Newcombe (1998), Statistics in Medicine 17, Table I, method 3 (score, no continuity correction), 95 %.
NEWCOMBE = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("successes", "n", "low", "high"), NEWCOMBE)
def test_wilsons_interval_is_the_published_one(successes: int, n: int, low: float, high: float) -> None:
    found = share_interval(successes, n, 0.95)
    assert (found.value, found.n) == (successes / n, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_a_share_of_nothing_is_refused() -> None:
    assert np.isnan(share_interval(0, 0)[:3]).all() and share_interval(0, 0).n == 0
    for successes, n in [(3, 2), (-1, 2)]:
        with pytest.raises(ValueError):
            share_interval(successes, n)


def leave_one_out(parts: np.ndarray, level: float) -> list[float]:
    """The jackknife as it is written in a textbook: one loop, one person left out at a time."""
    log = [np.log(p.sum()) for p in parts]
    whole, n = log[2] - log[3] - log[0] + log[1], parts.shape[1]
    squares = 0.0
    for i in range(n):
        top0, bottom0, top1, bottom1 = (np.delete(p, i).sum() for p in parts)
        squares += (np.log(top1 / bottom1 / (top0 / bottom0)) - whole) ** 2
    reach = t.ppf((1 + level) / 2, n - 1) * np.sqrt((n - 1) / n * squares)
    return [np.expm1(whole), np.expm1(whole - reach), np.expm1(whole + reach)]


def test_many_cells_at_once_are_each_the_textbooks() -> None:
    rng = np.random.default_rng(5)
    sizes = [3, 7, 4, 12]
    cells = rng.permutation(np.repeat([0, 1, 2, 3], sizes))
    parts = np.array(people(sum(sizes), 0.1, rng))
    found = np.array(ratio_changes(*parts, cells, 5, level=0.8))
    for cell, n in enumerate(sizes):
        assert found[:3, cell] == pytest.approx(leave_one_out(parts[:, cells == cell], 0.8), abs=1e-10)
        assert found[3, cell] == n
    assert np.isnan(found[:3, 4]).all() and found[3, 4] == 0  # a cell without anybody
