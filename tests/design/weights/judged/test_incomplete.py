"""Incomplete comparisons: published examples, other ways to the same optimum, and who is not connected."""

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from tests.design.weights.judged.matrices import APART, NAN, case, city, noisy, of, with_gaps
from toolkit.design.weights.judged.incomplete import completed, harker, log_least_squares
from toolkit.errors import DataError

SOLVED = [log_least_squares, harker, lambda m: completed(m)[..., 0] / completed(m)[..., 0].sum()]
TREE = [(0, 2), (0, 3), (1, 3), (0, 4), (1, 4), (2, 4)]  # what remains is a chain


def top(matrix: np.ndarray) -> float:
    return np.linalg.eigvals(matrix).real.max()


def test_the_published_completion() -> None:
    """Bozóki, Fülöp and Rónyai (2010), example 3: the root of 8/15."""
    matrix, expected, tolerance = case("ahp-incomplete-bozoki4-x")
    full = completed(matrix)
    assert full[2, 3] == pytest.approx(expected[0], abs=tolerance)
    assert full[2, 3] == pytest.approx(np.sqrt(8 / 15), abs=1e-9)
    assert full[2, 3] * full[3, 2] == pytest.approx(1)
    known = ~np.isnan(matrix)
    np.testing.assert_array_equal(full[known], matrix[known])


def test_least_squares_of_the_published_example() -> None:
    matrix, expected, tolerance = case("ahp-incomplete-llsm4")
    assert log_least_squares(matrix) == pytest.approx(expected, abs=tolerance)


def test_harkers_own_example() -> None:
    matrix, expected, tolerance = case("ahp-incomplete-harker3")
    assert harker(matrix) == pytest.approx(expected, abs=tolerance)


def test_least_squares_against_regression() -> None:
    """Logarithms of ratios regressed on differences of dummies, by another solver."""
    matrix = with_gaps(noisy(np.full(6, 1 / 6), 0.7, 1)[0], [(0, 1), (2, 5), (3, 4), (0, 5)])
    first, second = np.nonzero(np.triu(~np.isnan(matrix), 1))
    differences = np.eye(6)[first] - np.eye(6)[second]
    logs = np.linalg.lstsq(differences, np.log(matrix[first, second]), rcond=None)[0]
    assert log_least_squares(matrix) == pytest.approx(np.exp(logs) / np.exp(logs).sum(), abs=1e-12)


@pytest.mark.parametrize("noise", [0.3, 1.0, 2.0])
def test_the_completion_against_a_general_optimiser(noise: float) -> None:
    gaps = [(0, 1), (2, 5), (3, 4), (0, 5)]
    for matrix in noisy(np.array([0.3, 0.25, 0.2, 0.1, 0.1, 0.05]), noise, 4, seed=3):
        first, second = np.array(gaps).T

        def filled(t: np.ndarray, m=matrix, i=first, j=second) -> np.ndarray:
            full = m.copy()
            full[i, j], full[j, i] = np.exp(t), np.exp(-t)
            return full

        best = minimize(
            lambda t, f=filled: np.log(top(f(t))), np.zeros(4), method="Nelder-Mead",
            options={"xatol": 1e-9, "fatol": 1e-15, "maxiter": 5000, "maxfev": 5000},
        )  # fmt: skip
        found = completed(with_gaps(matrix, gaps))
        assert top(found) <= top(filled(best.x)) + 1e-11
        np.testing.assert_allclose(np.log(found[first, second]), best.x, atol=1e-5)


def test_a_stack_with_several_patterns_of_gaps_equals_one_by_one() -> None:
    given = noisy(np.array([0.3, 0.25, 0.2, 0.15, 0.1]), 0.6, 9)
    for k, gaps in enumerate([[(0, 1)], [], [(0, 1)], TREE, [(2, 3), (0, 4)]]):
        given[k] = with_gaps(given[k], gaps)
    for solve in (log_least_squares, harker, completed):
        found = solve(given.reshape(3, 3, 5, 5)).reshape(9, 5, -1)
        for k, one in enumerate(given):
            np.testing.assert_allclose(found[k].squeeze(), solve(one), rtol=1e-9)


@settings(max_examples=40, deadline=None)
@drawn(st.integers(3, 12), st.integers(0, 10**6))
def test_a_consistent_judge_gets_the_weights_whatever_is_missing(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.full(n, 3.0))
    pairs = [(i, j) for i in range(n) for j in range(i + 2, n) if rng.random() < 0.6]  # the chain stays
    matrix = with_gaps(of(weights), pairs)
    for solve in SOLVED:
        np.testing.assert_allclose(solve(matrix), weights, rtol=1e-6)
    np.testing.assert_allclose(completed(matrix), of(weights), rtol=1e-6)


def test_a_chain_of_comparisons_is_completed_by_multiplying_along_it() -> None:
    matrix = with_gaps(noisy(np.full(5, 0.2), 1.0, 1)[0], TREE)
    steps = np.array([matrix[k, k + 1] for k in range(4)])
    assert completed(matrix)[0, 4] == pytest.approx(steps.prod(), rel=1e-9)
    assert top(completed(matrix)) == pytest.approx(5)


def test_forty_five_of_a_hundred_and_five_pairs_missing() -> None:
    rng = np.random.default_rng(5)
    weights = rng.dirichlet(np.full(15, 3.0))
    pairs = [(i, j) for i in range(15) for j in range(i + 1, 15)]
    missing = [pairs[k] for k in rng.choice(105, 45, replace=False)]
    for noise, within in ((0.0, 1e-9), (0.2, 0.02)):
        matrix = with_gaps(noisy(weights, noise, 1)[0], missing)
        assert log_least_squares(matrix) == pytest.approx(weights, abs=within)
        full = completed(matrix)
        # At the optimum each filled ratio is what the left and right vectors say (Bozóki et al., section 4).
        values, right = np.linalg.eig(full)
        _, left = np.linalg.eig(full.T)
        x, y = (np.abs(v[:, values.real.argmax()].real) for v in (right, left))
        for i, j in missing:
            assert full[i, j] ** 2 == pytest.approx(y[j] * x[i] / (y[i] * x[j]), rel=1e-6)


def test_a_complete_matrix_comes_back_as_it_is_but_not_the_same_array() -> None:
    given = city()[0]
    full = completed(given)
    np.testing.assert_array_equal(full, given)
    assert not np.shares_memory(full, given)
    assert harker(given) == pytest.approx(log_least_squares(given), abs=0.02)


def test_the_callers_array_stays_as_it_was() -> None:
    given = with_gaps(city()[1], [(0, 1), (2, 4)])
    before = given.copy()
    for solve in (log_least_squares, harker, completed):
        solve(given)
        np.testing.assert_array_equal(given, before)


def test_one_kpi_and_a_pair_not_judged() -> None:
    for solve in (log_least_squares, harker):
        assert solve([[1.0]]) == pytest.approx([1.0])
        with pytest.raises(DataError, match="connects the KPIs 1 with the KPIs 2"):
            solve([[1, NAN], [NAN, 1]])


def test_peers_fault_unconnected_comparisons_are_refused_with_both_sides() -> None:
    for solve in (log_least_squares, harker, completed):
        with pytest.raises(DataError) as error:
            solve(np.stack([of(np.full(4, 0.25)), APART]))
        (problem,) = error.value.problems
        assert (problem.code, problem.where) == ("weights.disconnected", "#2")
        assert dict(problem.values) == {"first": "1, 2", "second": "3, 4"}


def test_a_faulty_matrix_is_refused() -> None:
    for solve in (log_least_squares, harker, completed):
        with pytest.raises(DataError, match="not 1 divided by it"):
            solve([[1, 2, NAN], [2, 1, 1], [NAN, 1, 1]])
