"""What measures make of the differences between people: published, by hand, and refused."""

import numpy as np
import pandas as pd
import pytest

from toolkit.design.weights.acting.shares import acting_shares
from toolkit.errors import DataError, NotEnoughData

MONTHS = [f"2025-{m:02d}" for m in range(1, 13)]


def with_covariance(target: np.ndarray) -> np.ndarray:
    """Rows whose covariance is exactly the target."""
    raw = np.random.default_rng(3).normal(size=(60, len(target)))
    raw -= raw.mean(axis=0)
    return raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T))).T @ np.linalg.cholesky(target).T


def as_points(rows: np.ndarray) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([[f"p{i}" for i in range(len(rows))], ["2025-01"]])
    return pd.DataFrame(rows, index=index.set_names(["participant", "period"]))


def test_acting_shares_of_a_published_example() -> None:
    """Roncalli (2013), three assets: weights 31.15, 21.90, 46.96 for risk budgets 50, 20, 30."""
    correlation = np.array([[1.0, 0.8, 0.5], [0.8, 1.0, 0.3], [0.5, 0.3, 1.0]])
    spread = np.array([0.30, 0.20, 0.15])
    rows = with_covariance(correlation * np.outer(spread, spread)) * [0.3115, 0.2190, 0.4696]
    value, low, high = acting_shares(as_points(rows))[:3]
    assert value == pytest.approx([0.50, 0.20, 0.30], abs=3e-4)
    assert (low < value).all() and (value < high).all()


def test_acting_shares_against_leaving_out_one_person_after_the_other() -> None:
    rng = np.random.default_rng(4)
    who, when = [f"p{i}" for i in range(5)], MONTHS[:3]
    index = pd.MultiIndex.from_product([who, when], names=["participant", "period"])
    points = pd.DataFrame(rng.normal(size=(15, 2)), index=index, columns=["a", "b"])
    apart = points - points.groupby(level="period").transform("mean")

    def share(table: pd.DataFrame) -> float:
        total = table["a"] + table["b"]
        return float((table["a"] * total).sum() / (total**2).sum())

    value, low, high = acting_shares(points)[:3]
    without = np.array([share(apart.drop(index=p, level="participant")) for p in who])
    reach = 2.131847 * np.sqrt(4 / 5 * ((without - without.mean()) ** 2).sum())  # t table: 4 df, 95 %
    assert value[0] == pytest.approx(share(apart)) and value.sum() == pytest.approx(1)
    assert [low[0], high[0]] == pytest.approx([value[0] - reach, value[0] + reach], rel=1e-6)


def test_acting_shares_of_equal_totals_are_refused() -> None:
    with pytest.raises(NotEnoughData):
        acting_shares(as_points(np.ones((10, 2))))


def test_blanks_are_not_taken_for_sameness() -> None:
    rows = np.array([[1.0, 2.0], [np.nan, 4.0], [5.0, 1.0]])
    with pytest.raises(DataError) as caught:
        acting_shares(as_points(rows))
    assert [(p.code, p.value) for p in caught.value.problems] == [("weights.acting_blank", 1)]
