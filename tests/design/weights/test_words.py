"""Sentences of a study that the sample does not call for, and ranges as a client reads them."""

import dataclasses
import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest

from toolkit.design.weights.acted import Acted
from toolkit.design.weights.acting.history import History
from toolkit.design.weights.acting.shares import Shares
from toolkit.design.weights.acting.stages import Stage
from toolkit.design.weights.brief import Adopt, WeightBrief
from toolkit.design.weights.holding import Holding
from toolkit.design.weights.people import group_of
from toolkit.design.weights.shown import range_points, range_words, ranges_table
from toolkit.design.weights.study import empty
from toolkit.design.weights.words import Told, measure_words, problem_words, scheme_words
from toolkit.errors import Problem

NAMES = {"en": {"a": "Sales", "b": "Visits"}, "zh": {"a": "销售额", "b": "拜访"}}


def stage(name: str, *shares: tuple[float, float, float], weights: tuple[float, ...] = (0.6, 0.4)) -> Stage:
    value, low, high = (np.array(column) for column in zip(*shares, strict=True))
    gap = float(np.abs(value - [0.6, 0.4]).max())
    return Stage(
        name=name, weights=np.array(weights), factors=np.ones(2), scoring={},
        shares=Shares(value, low, high, 80, 20), pay_shares=None, parts=(), gap=gap, reached=gap < 0.025,
        mean_score=90.0, mean_payout=math.nan,
    )  # fmt: skip


def told(*stages: Stage, brief: WeightBrief | None = None, holding: Holding | None = None) -> Told:
    blank = np.full(2, math.nan)
    brief = WeightBrief() if brief is None else brief
    return Told(
        NAMES, np.array([0.6, 0.4]), blank, blank, Acted(stages=stages), group_of([], ("a", "b"), brief),
        holding, brief, {}, {},
    )  # fmt: skip


NOW = stage("agreed", (1.1, 1.05, 1.2), (-0.1, -0.2, -0.05))


@pytest.mark.parametrize(
    ("share", "said"),
    [
        ((0.7, 0.65, 0.8), "more than agreed"),
        ((0.5, 0.4, 0.55), "less than agreed"),
        ((0.62, 0.5, 0.7), "not distinguishable from what was agreed"),
        ((0.05, -0.1, 0.2), "hardly tells people apart"),
        ((-0.1, -0.2, -0.05), "tends to be behind on the others"),
    ],
)
def test_what_a_share_means_goes_by_its_interval(share: tuple[float, float, float], said: str) -> None:
    found = measure_words(told(stage("agreed", share, (0.3, 0.2, 0.4))), 0, "en")
    assert said in found and found.startswith("agreed 60 %, makes ")
    assert "payouts" not in found  # nothing was paid by the score


def test_a_cost_in_points_where_nothing_is_paid_and_the_nearest_that_can_be_had() -> None:
    words = scheme_words(told(NOW, stage("ranges", (0.9, 0.8, 1.0), (0.1, 0.0, 0.2))), "en")
    assert "For the same performance the mean score would go from 90.0 to 90.0." in words
    assert any(
        w.startswith("What was agreed cannot be met within these limits: nearest is Sales") for w in words
    )


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.3, 0.8, "as long as Sales weighs between 30 % and 80 %"),
        (0.3, 1.0, "as long as Sales weighs 30 % or more"),
        (0.0, 0.8, "as long as Sales weighs 80 % or less"),
        (0.0, 1.0, "Whatever any one of the weights is"),
    ],
)
def test_inside_which_weights_the_first_place_stays(low: float, high: float, said: str) -> None:
    first = pd.DataFrame([["a", low, high, "x"], ["b", 0.0, 1.0, ""]], columns=list(empty("first_place")))
    holding = Holding(first, empty("places"), empty("sobol"), "2026-Q1", ())
    assert sum(said in w for w in scheme_words(told(NOW, holding=holding), "en")) == 1


def test_what_the_owner_chose() -> None:
    steps = stage("steps", (0.6, 0.5, 0.7), (0.4, 0.3, 0.5), weights=(0.5, 0.5))
    chosen = told(NOW, steps, brief=WeightBrief(adopt=Adopt("steps", dt.date(2026, 4, 1))))
    assert "On 1 April 2026 the scheme's owner chose the calibrated weights in steps." in scheme_words(
        chosen, "en"
    )
    undated = told(NOW, steps, brief=WeightBrief(adopt=Adopt("steps")))
    assert "方案负责人已选定：取整后的校准权重。" in scheme_words(undated, "zh")
    absent = told(NOW, brief=WeightBrief(adopt=Adopt("weights")))
    assert any("could not be worked out" in w for w in scheme_words(absent, "en"))


def test_a_problem_names_measures_by_their_kpi() -> None:
    problem = Problem("weights.constant", where="x.yaml", value="a, b")
    assert "Sales, Visits" in problem_words(problem, NAMES["en"], "en")
    assert "x.yaml" not in problem_words(problem, NAMES["zh"], "zh")


def test_ranges_read_as_people_write_them(past: History) -> None:
    points = ((0.6, 60.0), (1.0, 100.0)), ((0.725, 60.0), (1.0, 100.0))
    rows = [
        ("revenue", 1.45, *points, "moved"),
        ("satisfaction", 1.0, ((6.5, 40.0), (8.25, 100.0)), None, "rank"),
    ]
    ranges = pd.DataFrame(rows, columns=["measure", "factor", "before", "after", "why"])
    found = Acted(past=past, ranges=ranges)
    assert range_points(found)[0]["en"] == ["60 % → 60 · 100 % → 100", "72.5 % → 60 · 100 % → 100"]
    assert range_points(found)[1]["zh"] == ["6.5 → 40 · 8.25 → 100", ""]
    assert [w["en"] for w in range_words(found)] == ["moved", "stays: points by place have no range"]
    assert ranges_table(found)["factor"].tolist() == [1.45, 1.0]
    assert ranges_table(dataclasses.replace(found, ranges=pd.DataFrame())).empty
