"""Scoring as Chinese forms write it, each with its published source, through scorecard and score."""

from typing import Any

import pytest

from tests.appraise.cases import measure, panel, schemes
from tests.appraise.scoring_cases import JANUARY, card_of, crowd, events
from toolkit.appraise.grade import graded
from toolkit.scheme import Schemes

# State-owned enterprises, SASAC rules of 2010, annex 2 (historical; replaced in 2019):
# score = (profit + EVA + classified indicators) × difficulty + awards − deductions.
# Profit has 30 base points, ±1 for each ±3 %, at most 6 either way. EVA's 40 and the classified 30 are
# written here by the same rule, so that the sum is 100.


def sasac(name: str, kpi: str, base: int) -> dict[str, Any]:
    rule = {"base": base, "per": 0.03, "plus": 1, "minus": 1, "most": base / 5, "least": base / 5}
    return measure(name, kpi, base / 100, {"fixed": 100}, {"plus_minus": rule}, out_of=base)


SASAC = schemes(
    sasac("profit", "visits", 30),
    sasac("eva", "calls", 40),
    sasac("classified", "follow_ups", 30),
    difficulty="roster",
    items=[{"name": "award", "points": 1}, {"name": "deduction", "points": -1}],
    grades={"A": 100, "B": 90, "C": 80, "D": 0},
)


@pytest.mark.parametrize(
    ("profit", "eva", "classified", "difficulty", "award", "deduction", "expected"),
    [
        # 30 + 9/3 = 33, 40, 30 − 6/3 = 28: 101 × 1.05 = 106.05, + 2 − 1.
        (109, 100, 94, 1.05, 2, 1, 107.05),
        # 30 + 6 (of 20), 40 − 8 (of 10), 30: 98 × 1.
        (160, 70, 100, 1.0, 0, 0, 98.0),
        # A loss: 30 − 6, 40, 30: 94 × 0.95.
        (-50, 100, 100, 0.95, 0, 0, 89.3),
    ],
)
def test_the_sum_times_difficulty_plus_awards_less_deductions(
    profit: float,
    eva: float,
    classified: float,
    difficulty: float,
    award: int,
    deduction: int,
    expected: float,
) -> None:
    rows = zip(("visits", "calls", "follow_ups"), (profit, eva, classified), strict=True)
    roster = crowd("p1").assign(difficulty=difficulty)
    card = card_of(SASAC, panel([("p1", JANUARY, kpi, float(x)) for kpi, x in rows]), roster)
    told = events([("p1", "award", award, "2026-01-31"), ("p1", "deduction", deduction, "2026-01-31")])
    found = graded(SASAC, card, told, roster)
    assert found.scores["score"].tolist() == [pytest.approx(expected, abs=1e-7)]


def points_of(rule: dict[str, Any], actual: float, **more: Any) -> float:
    plan: Schemes = schemes(measure("m", "visits", 1.0, {"fixed": 100}, rule, **more))
    return float(card_of(plan, panel([("p1", JANUARY, "visits", actual)]), crowd("p1"))["score"].iloc[0])


@pytest.mark.parametrize(("actual", "score"), [(100, 100), (105, 100), (99, 90), (95, 50), (90, 0), (40, 0)])
def test_two_points_off_per_percent_short_out_of_twenty(actual: float, score: float) -> None:
    # book118 2026: 每低 1 % 扣 2 分，扣完为止; of 20 points 2 are 10 of 100.
    assert points_of({"deduct": {"points": 2, "per": 0.01}}, actual, out_of=20) == pytest.approx(
        score, abs=1e-6
    )


@pytest.mark.parametrize(
    ("actual", "score"), [(120, 100), (100, 100), (99.99, 80), (80, 80), (60, 60), (59, 30)]
)
def test_excellent_good_fair_poor(actual: float, score: float) -> None:
    # book118 2026: 优 100 / 良 80 / 中 60 / 差 30.
    assert points_of({"bands": [[0, 30], [0.6, 60], [0.8, 80], [1.0, 100]]}, actual) == score


def test_eighty_percent_done_is_eighty_points() -> None:
    assert points_of({"proportional": {}}, 80) == 80  # taodocs: 完成 80 % 得 80 分


@pytest.mark.parametrize(("actual", "score"), [(103, 103), (97, 97), (150, 130), (50, 70)])
def test_one_point_for_each_percent_within_thirty(actual: float, score: float) -> None:
    # taodocs: ±1 分 per ±1 %; shturck: limit ±30 %.
    rule = {"base": 100, "per": 0.01, "plus": 1, "minus": 1, "most": 30, "least": 30}
    assert points_of({"plus_minus": rule}, actual) == pytest.approx(score, abs=1e-6)


def test_sales_by_collection_in_steps() -> None:
    # shangdiguo 40569: nothing below 50 % of sales or 30 % collected; a step lost on either axis costs the
    # same.
    grid = {"with": "cash", "rows": [0.5, 0.8, 1.0], "columns": [0.3, 0.8, 1.0]}
    grid["values"] = [[40, 60, 80], [60, 80, 100], [80, 100, 120]]
    plan = schemes(
        measure("sales", "visits", 1.0, {"fixed": 100}, {"matrix": grid}),
        measure("cash", "win_rate", 0.0, {"fixed": 1.0}),
    )
    pairs = {"a": (100, 1.0), "b": (90, 1.0), "c": (100, 0.9), "d": (49, 1.0), "e": (120, 0.29)}
    rows = [
        (w, JANUARY, k, float(x))
        for w, p in pairs.items()
        for k, x in zip(("visits", "win_rate"), p, strict=True)
    ]
    card = card_of(plan, panel(rows), crowd(*pairs))
    sales = card[card["measure"] == "sales"]
    assert sales["score"].tolist() == [120, 100, 100, 0, 0]
