"""How scores vary together: within periods, shrunk as published, and what cannot be told apart."""

import numpy as np
import pandas as pd
import pytest

from toolkit.design.weights.acting.calibrate import covariance_shares
from toolkit.design.weights.acting.shares import acting_shares
from toolkit.design.weights.acting.spread import collinear, refuse_unsound, spread, still
from toolkit.errors import DataError, NotEnoughData


def scores(seed: int = 2, people: int = 8, months: int = 4, k: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    names = [[f"p{i}" for i in range(people)], [f"2026-{i + 1:02d}" for i in range(months)]]
    index = pd.MultiIndex.from_product(names, names=["participant", "period"])
    rows = rng.normal(size=(people * months, k)) @ rng.normal(size=(k, k)) * 10 + 90
    return pd.DataFrame(rows, index, columns=[f"m{i}" for i in range(k)])


def ledoit_wolf(rows: np.ndarray) -> np.ndarray:
    """Ledoit and Wolf (2004), section 3.1, letter by letter: d², b̄² as a mean over rows, b² ≤ d²."""
    n, k = rows.shape
    sample = rows.T @ rows / n
    m = np.trace(sample) / k
    d2 = ((sample - m * np.eye(k)) ** 2).sum() / k
    noise = sum(((np.outer(row, row) - sample) ** 2).sum() / k for row in rows) / n**2
    b2 = min(noise, d2)
    return b2 / d2 * m * np.eye(k) + (d2 - b2) / d2 * sample


def test_each_months_mean_is_taken_off_first() -> None:
    table = scores()
    moved = table.add(pd.Series([0, 50, -20, 5] * 8, table.index), axis=0)  # a good month for all
    assert spread(moved) == pytest.approx(spread(table))


def test_shares_of_the_covariance_are_the_shares_of_the_rows() -> None:
    table, weights = scores(), np.array([0.5, 0.3, 0.2])
    assert covariance_shares(spread(table), weights) == pytest.approx(acting_shares(table * weights).value)


def test_shrinking_is_ledoit_and_wolfs_on_standardised_scores() -> None:
    table = scores()
    plain = spread(table)
    size = np.sqrt(np.diag(plain))
    apart = (table - table.groupby(level="period").transform("mean")).to_numpy() / size
    assert spread(table, shrink=True) == pytest.approx(ledoit_wolf(apart) * np.outer(size, size))
    assert np.diag(spread(table, shrink=True)) == pytest.approx(np.diag(plain))


def test_many_rows_are_hardly_shrunk_and_few_are() -> None:
    def kept(people: int) -> float:
        table = scores(4, people, 6)
        return float(spread(table, shrink=True)[0, 1] / spread(table)[0, 1])

    assert kept(500) > 0.99 > kept(4)


def test_a_measure_that_does_not_vary_stays_so_when_shrunk() -> None:
    table = scores().assign(m1=100.0)
    assert still(spread(table, shrink=True)).tolist() == [False, True, False]


def test_pairs_are_named_and_a_larger_set_only_without_a_pair() -> None:
    table = scores()
    assert collinear(spread(table)) == []
    assert collinear(spread(table.assign(m3=-2 * table["m1"]))) == [(1, 3)]
    assert collinear(spread(table.assign(m3=table["m0"] + table["m1"]))) == [(0, 1, 3)]
    assert collinear(spread(table.assign(m1=100.0, m3=table["m2"]))) == [(2, 3)]
    assert collinear(spread(table * 0)) == []


def test_everything_unsound_is_refused_at_once() -> None:
    table = scores().assign(m1=100.0)
    with pytest.raises(NotEnoughData) as caught:
        refuse_unsound(spread(table.assign(m3=table["m2"])), ["a", "b", "c", "d"])
    found = [(p.code, p.value) for p in caught.value.problems]
    assert found == [("weights.constant", "b"), ("weights.collinear", "c, d")]


def test_what_is_no_covariance_is_refused() -> None:
    with pytest.raises(DataError):
        refuse_unsound(np.array([[1.0, 2.0], [2.0, 1.0]]), ["a", "b"])
