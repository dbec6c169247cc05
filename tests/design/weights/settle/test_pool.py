"""The log-pool by hand and by its own laws; what drops out; what is refused."""

import numpy as np
import pytest

from tests.design.weights.settle.made import codes_of
from toolkit.design.weights.settle.pool import LEAST, log_pool, raised
from toolkit.errors import DataError

EXPERT, EQUAL, DATA = [0.5, 0.3, 0.2], [1 / 3] * 3, [0.1, 0.1, 0.8]


def test_the_pool_by_hand() -> None:
    """.6/.2/.2: .5^.6·⅓^.2·.1^.2 = .33416, .3^.6·⅓^.2·.1^.2 = .24595, .2^.6·⅓^.2·.8^.2 = .29229."""
    found = log_pool(np.array([EXPERT, EQUAL, DATA]), np.array([0.6, 0.2, 0.2]))
    powers = [0.33416, 0.24595, 0.29229]
    assert found == pytest.approx([p / sum(powers) for p in powers], abs=2e-5)
    assert found.sum() == pytest.approx(1, abs=1e-15)


def test_sources_that_agree_are_the_pool_and_units_of_weights_and_shares_fall_out() -> None:
    one = np.array([EXPERT, EXPERT])
    assert log_pool(one, np.array([1, 3])) == pytest.approx(EXPERT, abs=1e-15)
    assert log_pool(100 * one, np.array([25, 75])) == pytest.approx(EXPERT, abs=1e-15)


def test_a_ratio_of_two_weights_does_not_depend_on_the_others() -> None:
    """What tells the log-pool from the mean of weights: external Bayesianity on two measures."""
    three = log_pool(np.array([EXPERT, DATA]), np.array([0.5, 0.5]))
    two = log_pool(np.array([EXPERT[:2], DATA[:2]]), np.array([0.5, 0.5]))
    assert three[0] / three[1] == pytest.approx(two[0] / two[1])


def test_blank_sources_and_those_of_no_share_drop_out() -> None:
    blank = [np.nan] * 3
    whole = log_pool(np.array([EXPERT, EQUAL]), np.array([0.6, 0.2]))
    assert log_pool(np.array([EXPERT, EQUAL, blank]), np.array([0.6, 0.2, 0.2])).tolist() == whole.tolist()
    assert log_pool(np.array([EXPERT, EQUAL, DATA]), np.array([0.6, 0.2, 0])).tolist() == whole.tolist()


def test_a_zero_pulls_down_and_does_not_strike_out() -> None:
    sources = np.array([[0.5, 0.5], [0.0, 1.0]])
    found = log_pool(sources, np.array([0.5, 0.5]))
    assert found[0] / found[1] == pytest.approx(np.sqrt(LEAST))
    assert raised(sources).tolist() == [[False, False], [True, False]]
    assert log_pool(np.array([[0.5, 0.5], [0.004, 0.996]]), np.array([0.5, 0.5]))[0] <= found[0] + 1e-3
    assert sources[1, 0] == 0  # the caller's array stays


@pytest.mark.parametrize(
    ("sources", "shares", "codes"),
    [
        (
            [[0.5, np.nan], [-0.1, 1.1], [0, 0], [np.inf, 1]],
            [1, 1, 1, 1],
            ["pool_blank"] + ["pool_negative"] * 3,
        ),
        ([[0.5, 0.5]], [-1], ["pool_shares"]),
        ([[0.5, 0.5]], [np.nan], ["pool_shares"]),
        ([[np.nan, np.nan], [0.5, 0.5]], [1, 0], ["pool_empty"]),
        ([[0.5, 0.5]], [0.5, 0.5], ["pool_shape"]),
        ([0.5, 0.5], [0.5, 0.5], ["pool_shape"]),
    ],
)
def test_what_cannot_be_pooled_is_named_at_once(sources: list, shares: list[float], codes: list[str]) -> None:
    with pytest.raises(DataError) as refused:
        log_pool(np.array(sources), np.array(shares))
    assert codes_of(refused) == codes
