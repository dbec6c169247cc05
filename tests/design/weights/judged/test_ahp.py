"""AHP: published tables, LAPACK, the properties of consistent judges, and what peers get wrong."""

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from tests.design.weights.judged.matrices import APART, CIRCLE, NAN, case, city, noisy, of, with_gaps
from toolkit.design.weights.judged.ahp import (
    DONEGAN_DODD,
    SAATY,
    accepted_ratio,
    ahp,
    eigenvector,
    geometric_mean,
    index_at_random,
)
from toolkit.design.weights.judged.incomplete import completed, log_least_squares
from toolkit.design.weights.judged.revisit import SCALE
from toolkit.errors import DataError

weights_of_kpis = st.lists(st.floats(0.01, 1), min_size=1, max_size=30).map(lambda w: np.array(w) / sum(w))
WEIGHTED = {name: case(name) for name in (
    "ahp-saaty2008-job", "ahp-saaty2008-drinks", "ahp-saaty2008-flex3", "ahp-saaty-house-size",
    "ahp-saaty2005-city",
)}  # fmt: skip


@pytest.mark.parametrize("name", WEIGHTED)
def test_published_weights(name: str) -> None:
    """Saaty (1990, 2005, 2008): see the sources in tests/reference/weights.json."""
    matrix, expected, tolerance = WEIGHTED[name]
    assert ahp(matrix).weights == pytest.approx(expected, abs=tolerance)
    assert eigenvector(matrix) == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize("name", ["ahp-saaty2008-drinks", "ahp-saaty-house-size", "ahp-saaty2005-city"])
def test_published_consistency_ratios(name: str) -> None:
    matrix, expected, tolerance = case(f"{name}-cr")
    assert ahp(matrix).consistency_ratio == pytest.approx(expected[0], abs=tolerance)


def test_published_eigenvalue_and_index() -> None:
    """Saaty's size of house: lambda 3.136, index .068."""
    found = ahp(case("ahp-saaty-house-size")[0])
    assert found.lambda_max == pytest.approx(3.136, abs=5e-4)
    assert found.consistency_index == pytest.approx(0.068, abs=5e-4)


@pytest.mark.parametrize("name", ["ahp-geo-job", "ahp-geo-eq-eig-n3"])
def test_geometric_means(name: str) -> None:
    """Crawford and Williams (1985)."""
    matrix, expected, tolerance = case(name)
    assert geometric_mean(matrix) == pytest.approx(expected, abs=tolerance)
    assert ahp(matrix, geometric_mean).weights == pytest.approx(expected, abs=tolerance)
    assert ahp(matrix, geometric_mean).consistency_ratio == ahp(matrix).consistency_ratio


def test_three_kpis_have_the_same_weights_either_way() -> None:
    given = noisy(np.array([0.5, 0.3, 0.2]), 1.0, 50)
    np.testing.assert_allclose(eigenvector(given), geometric_mean(given), atol=1e-11)


def test_another_way_to_weigh_is_a_function() -> None:
    by_column = ahp(CIRCLE, lambda m: (m / m.sum(axis=-2, keepdims=True)).mean(axis=-1))
    assert by_column.weights == pytest.approx([1 / 3] * 3)


def test_the_ratio_of_an_incomplete_matrix_is_that_of_its_best_completion() -> None:
    """Bozóki et al. (2010), example 3, with the random index of Donegan and Dodd."""
    matrix, expected, tolerance = case("ahp-incomplete-bozoki4-w")
    found = ahp(matrix, random_index=DONEGAN_DODD)
    assert found.consistency_ratio == pytest.approx(expected["CR"][0], abs=tolerance)
    assert eigenvector(completed(matrix)) == pytest.approx(expected["w"], abs=tolerance)
    np.testing.assert_allclose(eigenvector(matrix), eigenvector(completed(matrix)), rtol=1e-10)
    np.testing.assert_array_equal(found.weights, log_least_squares(matrix))


def test_a_stack_may_hold_complete_and_incomplete_matrices() -> None:
    whole = noisy(np.array([0.4, 0.3, 0.2, 0.1]), 0.4, 6)
    given = whole.copy()
    given[1], given[4] = with_gaps(whole[1], [(0, 3)]), with_gaps(whole[4], [(0, 3), (1, 2)])
    found = ahp(given)
    for k, one in enumerate(given):
        alone = ahp(one)
        np.testing.assert_allclose(found.weights[k], alone.weights, atol=1e-11)
        assert np.asarray(found.consistency_ratio)[k] == pytest.approx(alone.consistency_ratio, abs=1e-11)


def test_a_stack_of_any_shape_equals_one_by_one() -> None:
    given = city()
    found = ahp(given.reshape(10, 20, 5, 5))
    assert found.weights.shape == (10, 20, 5) and np.shape(found.consistency_ratio) == (10, 20)
    alone = [ahp(one) for one in given]
    np.testing.assert_allclose(found.weights.reshape(-1, 5), [a.weights for a in alone], atol=1e-12)
    np.testing.assert_allclose(
        np.ravel(found.consistency_ratio), [a.consistency_ratio for a in alone], atol=1e-11
    )


@settings(max_examples=60, deadline=None)
@drawn(weights_of_kpis)
def test_a_consistent_judge_gets_exactly_the_weights_and_ratio_0(weights: np.ndarray) -> None:
    found = ahp(of(weights))
    np.testing.assert_allclose(found.weights, weights, rtol=1e-10)
    np.testing.assert_allclose(geometric_mean(of(weights)), weights, rtol=1e-10)
    assert found.lambda_max == pytest.approx(len(weights))
    assert 0 <= found.consistency_ratio < 1e-12


@settings(max_examples=40, deadline=None)
@drawn(st.integers(2, 9), st.integers(0, 10**6))
def test_the_order_of_kpis_does_not_matter(n: int, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(n)
    one = noisy(np.full(n, 1 / n), 0.8, 1, seed)[0]
    turned = ahp(one[np.ix_(order, order)])
    np.testing.assert_allclose(turned.weights, ahp(one).weights[order], atol=1e-11)
    assert turned.consistency_ratio == pytest.approx(ahp(one).consistency_ratio, abs=1e-10)


def test_what_a_person_answers_neither_moves_a_judge_nor_the_input() -> None:
    given, state = city(), np.random.get_state()[1].copy()  # type: ignore[index,union-attr]
    before = given.copy()
    ahp(given), ahp(with_gaps(given[0], [(0, 1)])), geometric_mean(given)
    np.testing.assert_array_equal(given, before)
    np.testing.assert_array_equal(np.random.get_state()[1], state)  # type: ignore[index]


# What peers get wrong, each of them a fault seen in a published package.


@pytest.mark.parametrize("n", [1, 2])
def test_peers_fault_the_ratio_undefined_for_one_or_two_kpis(n: int) -> None:
    found = ahp(of(np.arange(1, n + 1) / (n * (n + 1) / 2)))
    assert (found.consistency_index, found.consistency_ratio) == (0.0, 0.0)
    assert found.weights == pytest.approx(np.arange(1, n + 1) / (n * (n + 1) / 2))
    stack = ahp(np.ones((4, n, n)))
    np.testing.assert_array_equal(stack.consistency_ratio, np.zeros(4))


@pytest.mark.parametrize("n", [16, 30])
def test_peers_fault_the_ratio_crashing_above_fifteen_kpis(n: int) -> None:
    """Alonso and Lamata (2006): the mean eigenvalue at random is 2.7699 n − 4.3513."""
    one = noisy(np.full(n, 1 / n), 0.5, 1)[0]
    top = np.linalg.eigvals(one).real.max()
    assert ahp(one).consistency_ratio == pytest.approx((top - n) / (2.7699 * n - 4.3513 - n), rel=1e-9)


def test_peers_fault_a_matrix_that_is_not_reciprocal_accepted() -> None:
    """The drinks of Saaty (2008), table 2, as printed: tea against wine 2, wine against tea 1/3."""
    printed = case("ahp-saaty2008-drinks")[0].copy()
    printed[2, 1] = 2
    for solve in (ahp, eigenvector, geometric_mean):
        with pytest.raises(DataError) as error:
            solve(printed)
        assert [(p.code, p.column) for p in error.value.problems] == [("weights.not_reciprocal", "(2, 3)")]


def test_peers_fault_unconnected_comparisons_accepted_with_ratio_0() -> None:
    for solve in (ahp, eigenvector, geometric_mean):
        with pytest.raises(DataError, match="connects the KPIs 1, 2 with the KPIs 3, 4"):
            solve(APART)


def test_peers_fault_a_groups_matrix_refused_for_its_fractions() -> None:
    group = np.exp(np.log(city()).mean(axis=0))
    assert ahp(group).weights.sum() == pytest.approx(1) and ahp(group).consistency_ratio < 0.05


@pytest.mark.parametrize("value", [0, -1, np.inf])
def test_zeros_and_negatives_are_refused(value: float) -> None:
    with pytest.raises(DataError, match="is no ratio"):
        ahp([[1, value], [1, 1]])


def test_a_blank_in_one_direction_only_is_refused() -> None:
    with pytest.raises(DataError, match="one of the two is missing"):
        ahp([[1, NAN], [3, 1]])


def test_a_judge_who_goes_round_in_circles_is_told_so_not_refused() -> None:
    found = ahp(CIRCLE)
    assert found.consistency_ratio == pytest.approx((10 + 1 / 9 - 3) / 2 / 0.58)
    assert found.weights == pytest.approx([1 / 3] * 3)


# The random index.


@pytest.mark.parametrize(("n", "least", "most"), [(3, 0.50, 0.59), (5, 1.08, 1.14), (8, 1.38, 1.43)])
def test_the_random_index_is_the_mean_of_random_matrices(n: int, least: float, most: float) -> None:
    rng = np.random.default_rng(2)
    upper = np.triu(np.log(rng.choice(SCALE, (4000, n, n))), 1)
    mean = np.mean(ahp(np.exp(upper - upper.swapaxes(1, 2))).consistency_index)
    assert least < mean < most and least < SAATY[n] < most


def test_the_random_index_between_and_beyond_the_sizes_of_its_table() -> None:
    assert index_at_random(22, DONEGAN_DODD) == pytest.approx(1.5371 + 0.4 * (1.5619 - 1.5371))
    assert index_at_random(16) == pytest.approx((2.7699 * 16 - 4.3513 - 16) / 15)
    for table in ({}, {5: 1.1}):
        with pytest.raises(DataError, match="begins above"):
            ahp(CIRCLE, random_index=table)


def test_fewer_comparisons_are_held_to_a_smaller_ratio() -> None:
    """Ágoston and Csató (2022): the index at random of four KPIs falls by a third with each missing pair."""
    rng = np.random.default_rng(1)
    upper = np.triu(np.log(rng.choice(SCALE, (1500, 4, 4))), 1)
    full = np.exp(upper - upper.swapaxes(1, 2))
    lacking = full.copy()
    lacking[:, 0, 3] = lacking[:, 3, 0] = NAN
    fallen = np.mean(ahp(lacking).consistency_index) / np.mean(ahp(full).consistency_index)
    assert accepted_ratio(full[0]) == 0.10
    assert accepted_ratio(lacking[0]) == pytest.approx(0.10 * 2 / 3) == pytest.approx(0.10 * fallen, rel=0.06)
    assert accepted_ratio([[1, 2, NAN], [0.5, 1, 2], [NAN, 0.5, 1]]) == 0
    assert accepted_ratio([[1, 2], [0.5, 1]]) == 0.10
