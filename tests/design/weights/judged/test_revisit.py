"""Which judgement to look at again, against every change tried by hand."""

import numpy as np
import pandas as pd
import pytest

from tests.design.weights.judged.matrices import APART, CIRCLE, NAN, city, noisy, of, with_gaps
from toolkit.design.weights.judged.ahp import SAATY, ahp
from toolkit.design.weights.judged.revisit import revisit
from toolkit.errors import DataError

COLUMNS = ["first", "second", "now", "implied", "suggested", "ratio_now", "ratio_then"]
ANSWERS = [1 / 9, 1 / 8, 1 / 7, 1 / 6, 1 / 5, 1 / 4, 1 / 3, 1 / 2, 1, 2, 3, 4, 5, 6, 7, 8, 9]


def ratio(matrix: np.ndarray) -> float:
    n = len(matrix)
    return float((np.linalg.eigvals(matrix).real.max() - n) / (n - 1) / SAATY[n])


def by_hand(matrix: np.ndarray) -> dict[tuple[int, int], tuple[float, float]]:
    """The best answer of every pair and the ratio it leaves, one change after the other."""
    best = {}
    for i in range(len(matrix)):
        for j in range(len(matrix)):
            if i == j or matrix[i, j] < 1 or (matrix[i, j] == 1 and i > j):
                continue
            tried = []
            for answer in ANSWERS:
                changed = matrix.copy()
                changed[i, j], changed[j, i] = answer, 1 / answer
                tried.append((ratio(changed), answer))
            best[i, j] = min(tried)
    return best


@pytest.mark.parametrize("seed", range(6))
def test_every_change_tried_by_hand(seed: int) -> None:
    n = 3 + seed
    upper = np.triu(np.log(np.random.default_rng(seed).choice(ANSWERS, (n, n))), 1)
    matrix = np.exp(upper - upper.T)
    now, expected = ratio(matrix), by_hand(matrix)
    found = revisit(matrix, accept=0.0)
    helping = {pair: best for pair, best in expected.items() if best[0] < now - 1e-9}
    assert len(found) == len(helping) and (found["ratio_then"].diff().dropna() >= -1e-9).all()
    for row in found.itertuples():
        then, answer = helping[int(row.first) - 1, int(row.second) - 1]
        assert row.ratio_then == pytest.approx(then, abs=1e-9)
        assert row.ratio_now == pytest.approx(now, abs=1e-9)
        assert row.suggested == pytest.approx(answer)
        assert row.now == matrix[int(row.first) - 1, int(row.second) - 1]


def test_one_slip_of_a_consistent_judge_is_found_and_mended() -> None:
    matrix = of(np.array([8, 4, 2, 1]) / 15)
    matrix[0, 3], matrix[3, 0] = 1 / 8, 8
    found = revisit(matrix, ["sales", "margin", "visits", "cash"])
    assert list(found.columns) == COLUMNS
    first = found.iloc[0]
    assert (first["first"], first["second"], first["now"]) == ("cash", "sales", 8)
    assert first["suggested"] == 1 / 8 and first["implied"] == pytest.approx(1 / 8)
    assert first["ratio_then"] == pytest.approx(0, abs=1e-9) and first["ratio_now"] > 1


def test_what_the_other_answers_imply_leaves_the_pair_itself_out() -> None:
    matrix = np.array([[1, 2, 9], [1 / 2, 1, 1 / 3], [1 / 9, 3, 1]])
    found = revisit(matrix).set_index(["first", "second"])
    assert found.loc[("1", "3"), "implied"] == pytest.approx(2 / 3)
    assert found.loc[("1", "2"), "implied"] == pytest.approx(27)
    assert found.loc[("1", "2"), "suggested"] == 9


@pytest.mark.parametrize(
    "matrix",
    [
        [[1]],
        [[1, 9], [1 / 9, 1]],
        of(np.array([0.6, 0.3, 0.1])),
        [[1, 2, 4], [0.5, 1, 3], [0.25, 1 / 3, 1]],
    ],
)
def test_a_consistent_judge_is_left_in_peace(matrix: list) -> None:
    found = revisit(np.array(matrix))
    assert found.empty and list(found.columns) == COLUMNS
    pd.testing.assert_series_equal(found.dtypes, revisit(CIRCLE).dtypes)


def test_what_is_accepted_may_be_set() -> None:
    matrix = city()[np.argmax(ahp(city()).consistency_ratio)]
    now = ahp(matrix).consistency_ratio
    assert revisit(matrix, accept=now).empty and not revisit(matrix, accept=now - 1e-3).empty


def test_every_suggestion_to_two_hundred_people_helps() -> None:
    first = pd.concat(revisit(one).head(1) for one in city())
    assert len(first) > 50 and (first["ratio_then"] < first["ratio_now"]).all()


def test_pairs_that_were_not_judged_are_not_suggested() -> None:
    matrix = with_gaps(noisy(np.full(6, 1 / 6), 1.5, 1)[0], [(0, 1), (2, 5)])
    found = revisit(matrix)
    assert len(found) and not {("1", "2"), ("2", "1"), ("3", "6"), ("6", "3")} & set(
        zip(found["first"], found["second"], strict=True)
    )
    i, j = int(found.loc[0, "first"]) - 1, int(found.loc[0, "second"]) - 1
    changed = matrix.copy()
    changed[i, j], changed[j, i] = found.loc[0, "suggested"], 1 / found.loc[0, "suggested"]
    assert ahp(changed).consistency_ratio == pytest.approx(found.loc[0, "ratio_then"], abs=1e-9)


def test_few_comparisons_are_held_to_a_smaller_ratio() -> None:
    """A ratio of .08 passes with every pair judged, not with one of six missing (limit .067)."""
    matrix = with_gaps(of(np.array([0.4, 0.3, 0.2, 0.1])), [(0, 3)])
    factor = np.exp(0.784)
    matrix[0, 1], matrix[1, 0] = matrix[0, 1] * factor, matrix[1, 0] / factor
    matrix[1, 2], matrix[2, 1] = matrix[1, 2] * factor, matrix[2, 1] / factor
    assert 0.0667 < ahp(matrix).consistency_ratio < 0.10
    assert not revisit(matrix).empty


def test_a_bridge_between_two_groups_contradicts_nobody() -> None:
    """Groups of three that hang by one comparison: it is implied by nothing and changing it helps nothing."""
    bridged = np.full((6, 6), NAN)
    bridged[:3, :3] = bridged[3:, 3:] = CIRCLE
    bridged[0, 3], bridged[3, 0] = 5, 1 / 5
    found = revisit(bridged)
    assert len(found) and ("1", "4") not in set(zip(found["first"], found["second"], strict=True))


def test_the_callers_array_stays_as_it_was() -> None:
    before = CIRCLE.copy()
    revisit(CIRCLE)
    np.testing.assert_array_equal(CIRCLE, before)


def test_faulty_matrices_are_refused_by_name() -> None:
    with pytest.raises(DataError, match="the KPIs a, b with the KPIs c, d"):
        revisit(APART, ["a", "b", "c", "d"])
    with pytest.raises(DataError, match="KPI a against KPI b is 2"):
        revisit(np.array([[1, 2], [2, 1]]), ["a", "b"])
    with pytest.raises(DataError, match="one judge's matrix"):
        revisit(np.stack([CIRCLE, CIRCLE]))
