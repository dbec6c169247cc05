"""Weights from places against published tables, exact fractions and simulation; ties and refusals."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.design.weights.judged.ranks import rank_order_centroid, rank_reciprocal, rank_sum
from toolkit.errors import DataError

CASES = {c["id"]: c for c in json.loads(Path("tests/reference/weights.json").read_text(encoding="utf-8"))}
EVERY = [rank_order_centroid, rank_sum, rank_reciprocal]


@pytest.mark.parametrize(
    ("name", "weigh"), [("rank-roc-4", rank_order_centroid), ("rank-reciprocal-4", rank_reciprocal)]
)
def test_published_weights_of_places(name: str, weigh: Callable) -> None:
    """Roszkowska (2013), Optimum 5(65):14-33, table 4."""
    case = CASES[name]
    assert weigh(range(1, case["input"]["n"] + 1)) == pytest.approx(case["expected"], abs=case["tolerance"])


def test_rank_sum_of_four_as_published() -> None:
    assert rank_sum([1, 2, 3, 4]) == pytest.approx([0.4, 0.3, 0.2, 0.1])  # Roszkowska (2013), table 4


@pytest.mark.parametrize("k", [1, 2, 7, 15])
def test_the_centroid_in_exact_fractions(k: int) -> None:
    exact = [sum(Fraction(1, j) for j in range(i, k + 1)) / k for i in range(1, k + 1)]
    assert rank_order_centroid(range(1, k + 1)) == pytest.approx([float(x) for x in exact], abs=1e-15)


def test_the_centroid_is_the_mean_of_all_weights_in_that_order() -> None:
    """Weights drawn evenly from all that sum to 1 and put in order: the definition by Barron and Barrett."""
    drawn = np.sort(np.random.default_rng(2).dirichlet(np.ones(5), 200_000), axis=1)[:, ::-1]
    assert rank_order_centroid([1, 2, 3, 4, 5]) == pytest.approx(drawn.mean(axis=0), abs=1e-3)


@pytest.mark.parametrize("weigh", EVERY)
def test_ties_share_the_mean_of_their_places_however_they_are_written(weigh: Callable) -> None:
    plain = weigh([1, 2, 3, 4])
    wanted = [plain[0], (plain[1] + plain[2]) / 2, (plain[1] + plain[2]) / 2, plain[3]]
    for ranks in ([1, 2, 2, 4], [1, 2, 2, 3], [1, 2.5, 2.5, 4], [1, 3, 3, 4]):
        assert weigh(ranks) == pytest.approx(wanted, abs=1e-15)
    assert weigh([1, 1, 1]) == pytest.approx([1 / 3] * 3, abs=1e-15)


@pytest.mark.parametrize("weigh", EVERY)
def test_digits_in_labels_never_sort_the_weights(weigh: Callable) -> None:
    """A peer sorts by the number found in a label, so that KPI10 comes after KPI2."""
    ranks = pd.Series({"KPI10": 1, "KPI2": 3, "KPI1": 2})
    weights = weigh(ranks)
    assert weights.argsort()[::-1].tolist() == [0, 2, 1] and weights.sum() == pytest.approx(1, abs=1e-15)
    assert ranks.tolist() == [1, 3, 2]


@pytest.mark.parametrize("weigh", EVERY)
@pytest.mark.parametrize(
    ("ranks", "code"),
    [
        ([1, 2, 4], "weights.places"),
        ([2, 3, 4], "weights.places"),
        ([0, 1, 2], "weights.places"),
        ([1, 1, 2, 4], "weights.places"),
        ([1, -2], "weights.places"),
        ([1, float("nan")], "weights.answer_blank"),
        ([], "weights.answers_shape"),
        ([[1, 2]], "weights.answers_shape"),
    ],
)
def test_places_that_are_no_order_are_refused(weigh: Callable, ranks: list, code: str) -> None:
    with pytest.raises(DataError) as caught:
        weigh(ranks)
    assert [p.code for p in caught.value.problems] == [code]
