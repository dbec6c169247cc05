"""Rows found by codes, places within groups: against brute force and pandas."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.appraise.grid import Grid, coded, in_order, placed, taken, words_at
from toolkit.errors import DataError
from toolkit.language import describe

WORDS = st.lists(st.sampled_from(["b", "a", "北", "", None]), max_size=12)


@given(WORDS)
def test_codes_and_words_give_the_column_back(words: list[str | None]) -> None:
    column = pd.Series(words, dtype="str")
    for found in (coded(column), in_order(coded(column))):
        back = words_at(pd.Series(found.words), found.codes) if len(column) else pd.Series([], dtype="str")
        assert back.fillna("–").tolist() == column.fillna("–").tolist()
    assert list(in_order(coded(column)).words) == sorted(set(column.dropna()))


TABLE = pd.DataFrame(
    {
        "participant": ["p2", "p1", "p1", "p1", "p3"],
        "period": ["2026-01", "2026-02", "2026-01", "2026-01", None],
        "kpi": ["a", "a", "a", "b", "a"],
    }
)


def test_rows_are_found_by_kind_unit_and_period() -> None:
    units, periods = coded(pd.Series(["p1", "p1", "p2", "p9", "p3"])), coded(pd.Series(["2026-01"] * 5))
    grid = Grid(TABLE, ("kpi",), "panel")
    assert grid.places(("a",), units, periods).tolist() == [2, 2, 0, -1, -1]
    assert grid.places(("b",), units, periods).tolist() == [3, 3, -1, -1, -1]
    assert grid.places(("c",), units, periods).tolist() == [-1] * 5


def test_a_unit_that_everybody_shares_is_found_by_period_alone() -> None:
    months = coded(pd.Series(["2026-02", "2026-03", "2026-01"]))
    assert Grid(TABLE.iloc[1:3], ("kpi",), "panel").places(("a",), None, months).tolist() == [0, -1, 1]


def test_two_rows_for_one_place_are_refused_with_their_names() -> None:
    twice = pd.concat([TABLE, TABLE.iloc[[3]]])
    units, periods = coded(pd.Series(["p1"])), coded(pd.Series(["2026-01"]))
    with pytest.raises(DataError) as error:
        Grid(twice, ("kpi",), "panel").places(("b",), units, periods)
    assert describe(error.value.problems[0], "en").startswith(
        "panel, kpi: p1 has two rows for «b» in 2026-01"
    )


def test_numbers_are_taken_at_places_and_blank_at_none() -> None:
    assert np.isnan(taken(np.array([]), np.array([-1, -1]))).all()
    np.testing.assert_array_equal(taken(np.array([5.0, 7.0]), np.array([1, -1])), [7.0, np.nan])


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([np.nan, 1.0, 2.0, 2.5, -3.0])), max_size=20))
def test_places_are_the_ranks_that_pandas_gives(rows: list[tuple[int, float]]) -> None:
    table = pd.DataFrame(rows, columns=["group", "value"]).astype({"group": "int64", "value": "float64"})
    expected = table.groupby("group")["value"].rank(method="min", ascending=False)
    np.testing.assert_array_equal(placed(table["group"].to_numpy(), table["value"].to_numpy()), expected)
