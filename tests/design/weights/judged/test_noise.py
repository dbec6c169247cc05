"""Intervals of weights: do they cover the truth as often as they say?"""

import numpy as np
import pytest

from tests.design.weights.judged.matrices import APART, CIRCLE, city, noisy, of, with_gaps
from toolkit.design.weights.judged.ahp import ahp
from toolkit.design.weights.judged.incomplete import log_least_squares
from toolkit.design.weights.judged.noise import LEAST_NOISE, residual_noise, weight_interval
from toolkit.errors import DataError

TRUTH = np.array([0.35, 0.25, 0.2, 0.12, 0.08])


def coverage(given: np.ndarray, truth: np.ndarray, noise: float | None, draws: int = 1000) -> float:
    inside = []
    for one in given:
        found = weight_interval(one, noise, draws)
        inside.append((found.low <= truth) & (truth <= found.high))
    return float(np.mean(inside))


@pytest.mark.parametrize("noise", [0.15, 0.4])
def test_nine_in_ten_intervals_cover_the_truth_when_the_noise_is_as_stated(noise: float) -> None:
    assert coverage(noisy(TRUTH, noise, 300), TRUTH, noise) == pytest.approx(0.90, abs=0.025)


def test_nine_in_ten_also_when_the_noise_is_estimated() -> None:
    """Six spare judgements; with the estimate taken for granted it would be 85 %."""
    assert coverage(noisy(TRUTH, 0.4, 300), TRUTH, None) == pytest.approx(0.90, abs=0.025)


def test_coverage_holds_with_pairs_missing() -> None:
    given = np.stack([with_gaps(one, [(0, 1), (2, 4), (1, 3)]) for one in noisy(TRUTH, 0.3, 250)])
    assert coverage(given, TRUTH, 0.3) == pytest.approx(0.90, abs=0.03)
    assert coverage(given, TRUTH, None) == pytest.approx(0.90, abs=0.035)


def test_the_spread_of_draws_against_the_formula_of_crawford_and_williams() -> None:
    """Three KPIs: ln w_i − ln w_j has the variance 2/3 of a judgement's."""
    found = weight_interval(np.ones((3, 3)), noise=0.01, draws=20_000)
    # One third times the deviation of ln w_i from the mean, sqrt(2/9) of the noise, times 1.645.
    reach = 1.645 * 0.01 * np.sqrt(2 / 9) / 3
    assert found.high - 1 / 3 == pytest.approx([reach] * 3, rel=0.03)
    assert 1 / 3 - found.low == pytest.approx([reach] * 3, rel=0.03)


def test_the_noise_is_estimated_without_bias() -> None:
    squares = [residual_noise(one) ** 2 for one in noisy(TRUTH, 0.4, 1500)]
    assert np.mean(squares) == pytest.approx(0.16, rel=0.05)


def test_a_perfectly_consistent_judge_is_as_sure_as_the_scale_is_fine() -> None:
    found = weight_interval(of(TRUTH))
    stated = weight_interval(of(TRUTH), noise=LEAST_NOISE)
    assert found.noise == LEAST_NOISE == pytest.approx(np.log(9) / 8 / 12**0.5)
    assert (found.low < TRUTH).all() and (found.high > TRUTH).all()
    np.testing.assert_allclose(found.high - found.low, stated.high - stated.low, rtol=1e-9)


def test_a_chain_leaves_no_judgement_to_spare_and_takes_the_least_noise() -> None:
    chain = with_gaps(of(TRUTH), [(0, 2), (0, 3), (0, 4), (1, 3), (1, 4), (2, 4)])
    assert weight_interval(chain).noise == LEAST_NOISE


def test_no_noise_leaves_the_weights_alone() -> None:
    found = weight_interval(city()[3], noise=0, draws=100)
    np.testing.assert_allclose(found.low, found.weights, atol=1e-11)
    np.testing.assert_allclose(found.high, found.weights, atol=1e-11)
    assert np.sort(found.rank_probability.max(axis=1)).tolist() == [1.0] * 5


def test_the_weights_are_those_of_ahp() -> None:
    gaps = with_gaps(city()[0], [(0, 1)])
    np.testing.assert_array_equal(weight_interval(city()[0]).weights, ahp(city()[0]).weights)
    np.testing.assert_array_equal(weight_interval(gaps, draws=50).weights, log_least_squares(gaps))


def test_places_are_probabilities_and_follow_the_weights() -> None:
    found = weight_interval(of(TRUTH), noise=0.3, draws=4000)
    np.testing.assert_allclose(found.rank_probability.sum(axis=0), 1)
    np.testing.assert_allclose(found.rank_probability.sum(axis=1), 1)
    assert found.rank_probability[0].argmax() == 0 and found.rank_probability[4].argmax() == 4


def test_equal_kpis_share_the_places_equally() -> None:
    found = weight_interval(np.ones((4, 4)), noise=0.3, draws=20_000)
    assert found.rank_probability == pytest.approx(np.full((4, 4), 0.25), abs=0.015)


def test_two_kpis_against_the_normal_distribution() -> None:
    """ln(w1/w2) is normal about ln 1.5 with the stated noise, so KPI 1 leads with probability 0.9127."""
    found = weight_interval(np.array([[1, 1.5], [1 / 1.5, 1]]), noise=0.3, draws=40_000)
    assert found.rank_probability[0, 0] == pytest.approx(0.9127, abs=0.006)
    edge = np.exp(np.log(1.5) + 1.6449 * 0.3)
    assert found.high[0] == pytest.approx(edge / (1 + edge), abs=0.002)


def test_one_kpi_weighs_everything_surely() -> None:
    found = weight_interval(np.ones((1, 1)))
    assert found.low == found.high == found.weights == [1.0] and found.rank_probability.tolist() == [[1.0]]


def test_same_seed_same_numbers_and_more_draws_begin_alike() -> None:
    first, again, other = (weight_interval(city()[5], seed=s, draws=1500) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.low, again.low)
    assert not np.array_equal(first.low, other.low)


def test_a_higher_level_is_wider() -> None:
    wide, narrow = weight_interval(city()[5], level=0.95), weight_interval(city()[5], level=0.5)
    assert (wide.low < narrow.low).all() and (wide.high > narrow.high).all()


def test_a_hopeless_judge_gets_a_wide_interval_and_no_error() -> None:
    found = weight_interval(CIRCLE)
    assert np.isfinite(found.high).all() and (found.high - found.low > 0.5).all()


def test_nothing_of_the_callers_is_touched() -> None:
    given, state = city()[7], np.random.get_state()[1].copy()  # type: ignore[index,union-attr]
    before = given.copy()
    weight_interval(given, draws=100)
    np.testing.assert_array_equal(given, before)
    np.testing.assert_array_equal(np.random.get_state()[1], state)  # type: ignore[index]


def test_wishes_out_of_range_are_refused_all_at_once() -> None:
    with pytest.raises(DataError) as error:
        weight_interval(CIRCLE, noise=-0.1, draws=0, level=1.0)
    assert [p.code for p in error.value.problems] == [
        "weights.noise_range", "weights.draws_range", "weights.level_range",
    ]  # fmt: skip
    for wrong in (np.nan, 5.0):
        with pytest.raises(DataError, match="is not between 0 and 2"):
            weight_interval(CIRCLE, noise=wrong)


def test_faulty_matrices_are_refused() -> None:
    with pytest.raises(DataError, match="no comparison connects"):
        weight_interval(APART)
    with pytest.raises(DataError, match="one judge's matrix"):
        weight_interval(city())
