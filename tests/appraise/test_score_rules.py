"""Scoring rules that read more than one KPI, people's ratings, and what bad numbers do: by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.appraise.cases import measure, panel, people, schemes
from tests.appraise.scoring_cases import JANUARY, card_of, crowd

FOUR = crowd("p1", "p2", "p3", "p4")


def scores_of(rule: dict[str, Any], actuals: dict[str, float], **more: Any) -> dict[str, float]:
    """Participant → score of one measure whose target is 100, unless said otherwise."""
    target = more.pop("target", {"fixed": 100})
    plan = schemes(measure("m", more.pop("kpi", "visits"), 1.0, target, rule, **more))
    rows = panel([(who, JANUARY, plan.items[0].measures[0].kpi, value) for who, value in actuals.items()])
    card = card_of(plan, rows, crowd(*actuals))
    return dict(zip(card["participant"], card["score"], strict=True))


RANK = {"rank": {"best": 100, "step": 20, "worst": 40}}


def test_points_fall_by_place_and_ties_share_the_best() -> None:
    # Places 1, 2, 2, 4, 5: 100, 80, 80, 40, and 20 lifted to the worst, 40.
    found = scores_of(RANK, {"p1": 120, "p2": 110, "p3": 110, "p4": 90, "p5": 10})
    assert found == {"p1": 100, "p2": 80, "p3": 80, "p4": 40, "p5": 40}


def test_twenty_points_a_place_as_forms_write_it_may_go_below_zero() -> None:
    # The taodocs form: ±20 per place without a bound; `worst` is the bound that it lacks.
    unbounded = {"rank": {"best": 100, "step": 20, "worst": -1000}}
    found = scores_of(unbounded, {f"p{i}": 100 - i for i in range(7)})
    assert list(found.values()) == [100, 80, 60, 40, 20, 0, -20]


def test_equal_to_eight_decimals_is_equal() -> None:
    found = scores_of(RANK, {"p1": 100.0, "p2": 100.0 + 1e-8, "p3": 99.0})
    assert found == {"p1": 100, "p2": 100, "p3": 60}


def test_without_a_target_the_better_actual_comes_first() -> None:
    actuals = {"p1": 3.0, "p2": 1.0, "p3": 2.0}
    assert scores_of(RANK, actuals, target=None) == {"p1": 100, "p2": 60, "p3": 80}
    assert scores_of(RANK, actuals, target=None, kpi="complaints") == {"p1": 60, "p2": 100, "p3": 80}


def test_ranks_in_other_points_are_brought_to_the_hundred() -> None:
    rule = {"rank": {"best": 20, "step": 3, "worst": 0}}
    assert scores_of(rule, {"p1": 3.0, "p2": 2.0}, out_of=20) == {"p1": 100, "p2": 85}


def test_too_few_are_not_ranked_and_who_has_no_number_takes_no_place() -> None:
    plan = schemes(
        measure("m", "visits", 1.0, {"fixed": 100}, {"rank": {"best": 100, "step": 20, "least": 3}})
    )
    rows = [("p1", JANUARY, 90.0), ("p2", JANUARY, 80.0), ("p3", JANUARY, np.nan), ("p4", JANUARY, 70.0)]
    rows += [("p1", "2026-02", 90.0), ("p2", "2026-02", 80.0), ("p3", "2026-02", np.nan)]
    card = card_of(plan, panel([(who, period, "visits", x) for who, period, x in rows]), FOUR)
    january = card[card["period"] == JANUARY]
    assert january["score"].fillna(-1).tolist() == [100, 80, -1, 60]
    assert january["missing"].tolist() == ["", "", "no_actual:no_rows_in_period", ""]
    later = card[card["period"] == "2026-02"]
    assert later["score"].isna().all()
    assert later["missing"].tolist()[:2] == ["too_few_to_rank"] * 2


def test_a_team_of_one_is_not_ranked() -> None:
    assert np.isnan(scores_of(RANK, {"p1": 120.0})["p1"])


GRID = {
    "with": "cash",
    "rows": [0, 0.5, 1.0],
    "columns": [0.3, 0.8],
    "values": [[0, 10], [40, 60], [70, 100]],
}


def matrix_card(sales: float, cash: float, target: Any = None) -> pd.DataFrame:
    plan = schemes(
        measure("sales", "visits", 0.5, target or {"fixed": 100}, {"matrix": GRID}),
        measure("cash", "win_rate", 0.5, {"fixed": 1.0}),
    )
    rows = panel([("p1", JANUARY, "visits", sales), ("p1", JANUARY, "win_rate", cash)])
    return card_of(plan, rows, crowd("p1"))


@pytest.mark.parametrize(
    ("sales", "cash", "expected"),
    [
        (120, 0.9, 100),  # third row, second column
        (100, 0.8, 100),  # on both edges: the higher cell
        (99.9999, 0.8, 60),
        (100, 0.79, 70),
        (60, 0.3, 40),
        (60, 0.29, 0),  # below the first column's edge
        (-5, 0.9, 0),  # below the first row's edge
    ],
)
def test_a_matrix_reads_both_attainments(sales: float, cash: float, expected: float) -> None:
    assert matrix_card(sales, cash)["score"].tolist()[0] == expected


def test_a_matrix_without_one_of_its_two_says_which() -> None:
    assert matrix_card(np.nan, 0.9)["missing"].tolist() == ["no_actual:no_rows_in_period", ""]
    assert matrix_card(100, np.nan)["missing"].tolist() == ["no_actual:no_rows_in_period"] * 2
    assert matrix_card(100, 0.9, {"fixed": 0})["missing"].tolist() == ["target_not_positive", ""]
    assert matrix_card(100, np.nan)["weight"].tolist() == [0.5, 0.5]  # neither has a number: as agreed
    assert matrix_card(np.nan, 0.9)["weight"].tolist() == [0, 1]


def test_a_matrix_in_other_points_is_brought_to_the_hundred() -> None:
    small = GRID | {"values": [[0, 1], [4, 6], [7, 10]]}
    plan = schemes(
        measure("sales", "visits", 0.5, {"fixed": 100}, {"matrix": small}, out_of=10),
        measure("cash", "win_rate", 0.5, {"fixed": 1.0}),
    )
    rows = panel([("p1", JANUARY, "visits", 60.0), ("p1", JANUARY, "win_rate", 0.9)])
    assert card_of(plan, rows, crowd("p1"))["score"].tolist() == [60, 90]


PLUS_MINUS = {"plus_minus": {"base": 100, "per": 0.01, "plus": 1, "minus": 2, "most": 20, "least": 30}}


@pytest.mark.parametrize(
    ("actual", "expected"), [(100, 100), (107.5, 107.5), (150, 120), (96, 92), (85, 70), (10, 70), (-40, 70)]
)
def test_plus_and_minus_have_limits_of_their_own(actual: float, expected: float) -> None:
    assert scores_of(PLUS_MINUS, {"p1": actual})["p1"] == pytest.approx(expected, abs=1e-8)


# Target 0, negative and missing; negative actuals. (target, actual, attainment or None, missing)
BAD = [
    ({"fixed": 0}, 50.0, None, "target_not_positive"),
    ({"fixed": -10}, 50.0, None, "target_not_positive"),
    ("table", 50.0, None, "no_target"),
    ({"fixed": 100}, -50.0, -0.5, ""),
    ({"fixed": 100}, np.nan, None, "no_actual:no_rows_in_period"),
]


@pytest.mark.parametrize(("target", "actual", "reached", "missing"), BAD)
def test_bad_targets_and_actuals_never_score(target: Any, actual: float, reached: Any, missing: str) -> None:
    plan = schemes(measure("m", "visits", 1.0, target, {"proportional": {"from": 0.6, "cap": 1.2}}))
    card = card_of(plan, panel([("p1", JANUARY, "visits", actual)]), crowd("p1"))
    row = card.iloc[0]
    assert row["missing"] == missing
    assert row["score"] == 0 if reached is not None else np.isnan(row["score"])
    assert row["attainment"] == reached if reached is not None else np.isnan(row["attainment"])


def test_a_range_gives_zero_and_negative_targets_an_attainment() -> None:
    # From a loss of 100 to break-even: at −25, three quarters of the way.
    plan = schemes(
        measure("m", "visits", 1.0, {"fixed": 0}, {"proportional": {}}, attainment={"range": -100})
    )
    card = card_of(plan, panel([("p1", JANUARY, "visits", -25.0)]), people([("p1", "A", "N")]))
    assert card["attainment"].tolist() == [0.75]
    assert card["score"].tolist() == [75]
