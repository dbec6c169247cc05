"""Principal eigenvectors of stacks, against LAPACK's."""

import numpy as np
import pytest

from tests.design.weights.judged.matrices import CIRCLE, city, noisy, of
from toolkit.design.weights.judged.perron import eigen, principal


def lapack(matrix: np.ndarray) -> tuple[np.ndarray, float]:
    values, vectors = np.linalg.eig(matrix)
    first = values.real.argmax()
    vector = np.abs(vectors[:, first].real)
    return vector / vector.sum(), values[first].real


@pytest.mark.parametrize("noise", [0.0, 0.3, 1.0, 3.0])
def test_a_stack_equals_lapack_one_by_one(noise: float) -> None:
    given = noisy(np.array([0.4, 0.3, 0.15, 0.1, 0.05]), noise, 300)
    weights, largest = eigen(given)
    each = [lapack(one) for one in given]
    np.testing.assert_allclose(weights, [w for w, _ in each], atol=1e-11)
    np.testing.assert_allclose(largest, [top for _, top in each], rtol=1e-11)


def test_two_hundred_peoples_own_matrices_equal_lapack() -> None:
    weights, _ = eigen(city())
    np.testing.assert_allclose(weights, [lapack(one)[0] for one in city()], atol=1e-11)


def test_what_hardly_converges_goes_to_lapack() -> None:
    wild = np.array([[1, 1e6, 1e-6], [1e-6, 1, 1e6], [1e6, 1e-6, 1]])
    weights, largest = eigen(np.stack([wild, CIRCLE, of(np.array([0.5, 0.3, 0.2]))]))
    np.testing.assert_allclose(weights, [[1 / 3] * 3, [1 / 3] * 3, [0.5, 0.3, 0.2]], atol=1e-12)
    # A circulant's largest eigenvalue is the sum of its row.
    np.testing.assert_allclose(largest, [1 + 1e6 + 1e-6, 1 + 9 + 1 / 9, 3], rtol=1e-12)


def test_ratios_at_the_end_of_what_is_allowed() -> None:
    steep = np.array([1.0, 1e-9, 1e-5, 1e-3])
    weights, largest = eigen(of(steep)[None])
    np.testing.assert_allclose(weights[0], steep / steep.sum(), rtol=1e-10)
    assert largest[0] == pytest.approx(4)


def test_blocks_do_not_change_the_result() -> None:
    given = noisy(np.full(30, 1 / 30), 0.4, 700)  # several blocks
    together = principal(given)
    assert together is not None
    np.testing.assert_allclose(together[0][[0, 350, 699]], [eigen(given[[k]])[0][0] for k in (0, 350, 699)])


def test_a_faulty_or_incomplete_stack_is_not_solved() -> None:
    for cell, value in {(0, 1): np.nan, (1, 1): 2.0, (0, 2): 5.0, (2, 0): -1.0, (1, 2): np.inf}.items():
        given = np.stack([CIRCLE, CIRCLE])
        given[1][cell] = value
        assert principal(given) is None
