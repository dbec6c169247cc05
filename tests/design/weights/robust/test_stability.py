"""Intervals of a weight: by hand, against a fine grid, at ties, at the ends."""

import numpy as np
import pandas as pd
import pytest

from toolkit.design.weights.robust.stability import first_place, stability
from toolkit.errors import DataError

GRID = np.linspace(0.0, 1.0, 20_001)


def rescaled(w: np.ndarray, k: int, v: float) -> np.ndarray:
    """Weight k set to v, the others kept in their proportions."""
    moved = w * (1 - v) / (1 - w[k])
    moved[k] = v
    return moved


def on_a_grid(x: np.ndarray, w: np.ndarray, k: int, whole: bool) -> tuple[float, float]:
    """The stretch of grid points around w_k with the ranking of w, by ranking afresh at each."""
    totals = x @ np.array([rescaled(w, k, v) for v in GRID]).T
    ranking = np.argsort(-totals, axis=0) if whole else totals.argmax(axis=0)[None]
    now = np.argsort(-(x @ w)) if whole else np.array([(x @ w).argmax()])
    same = (ranking == now[:, None]).all(axis=0)
    at = int(np.abs(GRID - w[k]).argmin())
    low = at - np.argmin(np.append(same[: at + 1][::-1], False)) + 1
    high = at + np.argmin(np.append(same[at:], False)) - 1
    return GRID[low], GRID[high]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("whole", [False, True])
def test_the_interval_is_that_of_a_fine_grid(seed: int, whole: bool) -> None:
    draw = np.random.default_rng(seed)
    x, w = draw.uniform(40, 120, (7, 4)), draw.dirichlet([3.0] * 4)
    for k in range(4):
        found = stability(x, w, k, places=7 if whole else 1)
        low, high = on_a_grid(x, w, k, whole)
        assert found.low == pytest.approx(low, abs=2e-4) and found.high == pytest.approx(high, abs=2e-4)
        for end, who in ((found.low, found.below), (found.high, found.above)):
            assert (who is None) == (end in (0.0, 1.0))


def test_who_takes_over_is_first_just_beyond_the_end() -> None:
    draw = np.random.default_rng(5)
    x, w = draw.uniform(40, 120, (9, 5)), draw.dirichlet([3.0] * 5)
    seen = 0
    for k in range(5):
        found = stability(x, w, k)
        for end, who, step in ((found.low, found.below, -1e-6), (found.high, found.above, 1e-6)):
            if who is not None:
                seen += 1
                assert (x @ rescaled(w, k, end + step)).argmax() == who
    assert seen >= 4


def test_by_hand() -> None:
    """Li 100/60, Wang 70/90: 100v + 60(1 - v) = 70v + 90(1 - v) at v = 30/60."""
    found = stability(np.array([[100.0, 60.0], [70.0, 90.0]]), np.array([0.6, 0.4]), 0)
    assert found == (0.5, 1.0, 1, None)


def test_a_dominating_participant_is_first_whatever_the_weights() -> None:
    x = np.array([[90.0, 95.0, 99.0], [80.0, 90.0, 70.0], [60.0, 20.0, 98.0]])
    table = first_place(x, np.array([0.5, 0.3, 0.2]))
    assert table["low"].tolist() == [0.0] * 3 and table["high"].tolist() == [1.0] * 3
    assert table[["then", "below", "above"]].isna().all(axis=None)


def test_one_participant_and_one_measure_never_change() -> None:
    assert stability(np.array([[80.0, 90.0]]), np.array([0.5, 0.5]), 1) == (0.0, 1.0, None, None)
    assert stability(np.array([[80.0], [90.0]]), np.array([1.0]), 0) == (0.0, 1.0, None, None)


def test_a_tie_of_two_profiles_bears_no_change_and_names_who_parts_it() -> None:
    x = np.array([[100.0, 60.0], [60.0, 100.0], [10.0, 10.0]])
    # with more on the first measure the first leads alone: the second falls out of the tie, not the first
    assert stability(x, np.array([0.5, 0.5]), 0) == (0.5, 0.5, 1, 0)


def test_two_with_the_same_scores_go_on_sharing_the_first_place() -> None:
    """30/3: 90 and 90 tie everywhere; the third draws level where 80v + 20(1 - v) = 60v + 100(1 - v)."""
    x = np.array([[80.0, 20.0], [80.0, 20.0], [60.0, 100.0]])
    assert stability(x, np.array([0.9, 0.1]), 0) == (pytest.approx(0.8), 1.0, 2, None)


def test_a_tie_by_rounding_counts_as_a_tie() -> None:
    """.1 + .2 against .3: the scores differ in the seventeenth decimal only."""
    x = np.array([[0.3, 0.0], [0.1 + 0.2, 0.0]])
    assert stability(x, np.array([0.5, 0.5]), 0) == (0.0, 1.0, None, None)


def test_a_weight_of_nothing_and_of_everything() -> None:
    x = np.array([[100.0, 60.0, 20.0], [70.0, 90.0, 10.0]])
    nothing = stability(x, np.array([0.0, 1.0, 0.0]), 0)  # Wang leads by 30; level at 30v = 30(1 - v)
    assert nothing == (0.0, 0.5, None, 0)
    everything = stability(x, np.array([1.0, 0.0, 0.0]), 0)  # the others count equally: 40 against 50
    assert everything.high == 1.0 and everything.low == pytest.approx(10 / 40) and everything.below == 1


def test_a_tie_at_a_weight_of_nothing_says_who_moves_up() -> None:
    x = np.array([[50.0, 80.0], [90.0, 80.0]])
    assert stability(x, np.array([0.0, 1.0]), 0) == (0.0, 0.0, None, 1)


def test_names_come_from_the_frame_and_the_nearer_end_says_who_comes_then() -> None:
    x = pd.DataFrame(
        {"revenue": [100.0, 70.0, 120.0], "cash": [80.0, 100.0, 20.0]}, index=["Li", "Wang", "Zhao"]
    )
    table = first_place(x, np.array([0.5, 0.5]))
    # Li = Wang at 30v = 20(1 - v): .4; Li = Zhao at 20v = 60(1 - v): .75
    assert table.loc["revenue", ["low", "high"]].tolist() == pytest.approx([0.4, 0.75])
    assert table.loc["revenue", ["then", "below", "above"]].tolist() == ["Wang", "Wang", "Zhao"]
    assert table.loc["cash", ["then", "below", "above"]].tolist() == ["Wang", "Zhao", "Wang"]
    assert (table["order_low"] >= table["low"]).all() and (table["order_high"] <= table["high"]).all()


def test_numbers_as_names_stay_whole() -> None:
    table = first_place(np.array([[100.0, 60.0], [70.0, 90.0]]), np.array([0.6, 0.4]))
    assert table.loc[0, "below"] == 1 and isinstance(table.loc[0, "below"], int)


def test_the_callers_arrays_stay_as_they_are() -> None:
    x, w = np.array([[100.0, 60.0], [70.0, 90.0]]), np.array([0.6, 0.4])
    first_place(x, w)
    assert x.tolist() == [[100.0, 60.0], [70.0, 90.0]] and w.tolist() == [0.6, 0.4]


def test_faults_are_refused_all_at_once() -> None:
    with pytest.raises(DataError) as missing:
        stability(np.array([[np.nan, 1.0], [2.0, np.inf]]), np.array([0.5, 0.5]), 0)
    assert [(p.code, p.row, p.column) for p in missing.value.problems] == [
        ("weights.scores_missing", 0, "0"),
        ("weights.scores_missing", 1, "1"),
    ]
    for w, code in (
        ([0.5, 0.6], "weights.robust_sum"),
        ([1.5, -0.5], "weights.robust_negative"),
        ([1.0], "weights.robust_count"),
    ):
        with pytest.raises(DataError) as refused:
            stability(np.ones((2, 2)), np.array(w), 0)
        assert [p.code for p in refused.value.problems] == [code]
    with pytest.raises(DataError) as empty:
        first_place(np.empty((0, 2)), np.array([0.5, 0.5]))
    assert [p.code for p in empty.value.problems] == ["weights.scores_shape"]
