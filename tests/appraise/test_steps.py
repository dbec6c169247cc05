"""From points' total to score by hand: difficulty, items and their limits, the floor, vetoes."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.appraise.scoring_cases import JANUARY, crowd, events, plan_of, totals
from toolkit.appraise.grade import grade, graded, score_steps
from toolkit.appraise.items import unread_events
from toolkit.appraise.records import Records
from toolkit.errors import DataError, SchemeError
from toolkit.language import describe, text

ITEMS = [
    {"name": "key_account", "points": 2, "most": 5},
    {"name": "idea", "points": 4},
    {"name": "late", "points": -1, "most": 3},
    {"name": "complaint", "points": -12},
    {"name": "breach", "points": 0},
]
LIMITS = {"up": 7, "down": 20}
PLAN = plan_of(items=ITEMS, item_limits=LIMITS)
COLUMNS = ["scheme", "participant", "period", "step", "name", "quantity", "value", "amount"]


def told(*rows: tuple[str, float], who: str = "p1", day: str = "2026-01-15") -> Records:
    return events([(who, item, quantity, day) for item, quantity in rows])


def steps_of(
    plan: Any, points: float, records: Records, card: pd.DataFrame | None = None, roster: Any = None
) -> tuple[float, list[list[Any]]]:
    """The score and its steps: step, name, quantity, value, amount."""
    found = graded(plan, totals({"p1": points}) if card is None else card, records, roster)
    row = found.scores.iloc[0]
    assert row["adjustment"] == pytest.approx(found.steps["amount"].sum(), abs=1e-9)
    assert row["score"] == pytest.approx(row["points_total"] + row["adjustment"], abs=1e-9)
    return row["score"], found.steps[COLUMNS[3:]].fillna(-9).values.tolist()


def test_items_are_points_times_what_was_recorded() -> None:
    assert steps_of(PLAN, 80.0, told(("key_account", 1), ("late", 2))) == (
        80,
        [["item", "key_account", 1, 2, 2], ["item", "late", 2, -1, -2]],
    )


def test_an_item_has_its_own_most() -> None:
    # Three key accounts are 6 points, at most 5; five times late is −5, at most −3.
    assert steps_of(PLAN, 80.0, told(("key_account", 3), ("late", 5))) == (
        82,
        [["item", "key_account", 3, 2, 5], ["item", "late", 5, -1, -3]],
    )


def test_several_events_of_an_item_add_up_and_a_blank_quantity_is_one() -> None:
    recorded = told(("idea", np.nan), ("late", 1), ("late", 1))
    assert steps_of(PLAN, 80.0, recorded) == (82, [["item", "idea", 1, 4, 4], ["item", "late", 2, -1, -2]])


def test_all_items_together_have_limits_each_way() -> None:
    # Up: 5 + 8 = 13, at most 7, so −6. Down: 24, at most 20, so +4. 80 + 13 − 24 − 6 + 4 = 67.
    recorded = told(("key_account", 3), ("idea", 2), ("complaint", 2))
    assert steps_of(PLAN, 80.0, recorded) == (
        67,
        [
            ["item", "key_account", 3, 2, 5],
            ["item", "idea", 2, 4, 8],
            ["item", "complaint", 2, -12, -24],
            ["item_limit", "up", 13, 7, -6],
            ["item_limit", "down", -24, 20, 4],
        ],
    )


def test_items_never_take_a_score_below_zero() -> None:
    score, steps = steps_of(PLAN, 10.0, told(("complaint", 1)))
    assert (score, steps[-1]) == (0, ["floor", "", -9, 0, 2])


def test_a_score_that_is_negative_by_its_measures_stays_where_it_was() -> None:
    assert steps_of(PLAN, -4.0, told(("complaint", 1)))[0] == -4
    assert steps_of(PLAN, -4.0, told(("idea", 1)))[0] == 0
    assert steps_of(PLAN, -4.0, Records()) == (-4, [])


def test_an_item_without_points_is_no_step() -> None:
    assert steps_of(PLAN, 80.0, told(("breach", 1))) == (80, [])


def test_events_count_in_every_period_that_holds_their_day() -> None:
    card = pd.concat([totals({"p1": 80.0}, p) for p in ("2026-01", "2026-02", "2026-Q1")])
    recorded = events(
        [("p1", "idea", 1, d) for d in ("2026-01-01", "2026-01-31", "2026-02-01", "2025-12-31")]
    )
    found = score_steps(plan_of(items=ITEMS), card, recorded)
    assert found[["period", "quantity"]].values.tolist() == [["2026-01", 2], ["2026-02", 1], ["2026-Q1", 3]]


def test_difficulty_multiplies_the_total_before_items() -> None:
    plan = plan_of(difficulty="roster", items=ITEMS)
    roster = crowd("p1").assign(difficulty=1.1)
    assert steps_of(plan, 80.0, told(("idea", 1)), roster=roster) == (
        92,
        [["difficulty", "", -9, 1.1, 8], ["item", "idea", 1, 4, 4]],
    )


@pytest.mark.parametrize("coefficient", [np.nan, 1.0])
def test_a_blank_or_plain_difficulty_changes_nothing(coefficient: float) -> None:
    roster = crowd("p1").assign(difficulty=coefficient)
    assert steps_of(plan_of(difficulty="roster"), 80.0, Records(), roster=roster) == (80, [])


def test_the_difficulty_is_that_of_the_last_employed_day() -> None:
    roster = pd.concat([crowd("p1"), crowd("p1")], ignore_index=True).assign(difficulty=[1.5, 1.2])
    roster["valid_to"] = pd.to_datetime(["2026-01-20", None]).astype("datetime64[s]")
    roster["valid_from"] = pd.to_datetime([None, "2026-01-21"]).astype("datetime64[s]")
    assert steps_of(plan_of(difficulty="roster"), 80.0, Records(), roster=roster)[0] == 96
    roster["left_on"] = pd.Timestamp("2026-01-20").as_unit("s")
    assert steps_of(plan_of(difficulty="roster"), 80.0, Records(), roster=roster)[0] == 120


def test_difficulty_needs_a_roster_that_has_it() -> None:
    plan = plan_of(difficulty="roster")
    for roster, code in ((None, "appraise.needs_participants"), (crowd("p1"), "appraise.no_difficulty")):
        with pytest.raises(SchemeError) as error:
            grade(plan, totals({"p1": 80.0}), Records(), roster)
        assert [p.code for p in error.value.problems] == [code]
        assert all(describe(error.value.problems[0], language) for language in ("en", "zh"))


def test_every_difficulty_of_zero_or_less_is_refused() -> None:
    roster = crowd("p1", "p2", "p3").assign(difficulty=[0.0, 1.0, -1.0])
    with pytest.raises(DataError) as error:
        grade(
            plan_of(difficulty="roster"), totals(dict.fromkeys(("p1", "p2", "p3"), 80.0)), Records(), roster
        )
    assert [p.value for p in error.value.problems] == ["p1", "p3"]


VETOES = [{"item": "breach", "score": 0, "grade": "D"}, {"measure": "visits", "below": 0.5, "grade": "C"}]
VETOED = plan_of(items=ITEMS, vetoes=VETOES)


def test_one_event_vetoes_the_score_whatever_was_added() -> None:
    recorded = told(("breach", 1), ("idea", 1))
    assert steps_of(VETOED, 95.0, recorded) == (
        0,
        [["item", "idea", 1, 4, 4], ["veto", "breach", 1, 0, -99]],
    )
    assert grade(VETOED, totals({"p1": 95.0}), recorded)["grade"].tolist() == ["D"]


def test_an_event_taken_back_vetoes_nothing() -> None:
    assert steps_of(VETOED, 95.0, told(("breach", 1), ("breach", -1))) == (95, [])


@pytest.mark.parametrize(
    ("points", "reached", "grade_"),
    [(95.0, 0.49, "C"), (95.0, 0.5, "A"), (95.0, np.nan, "A"), (30.0, 0.2, "D")],
)
def test_a_measure_too_low_bounds_the_grade(points: float, reached: float, grade_: str) -> None:
    card = totals({"p1": points}, attainment=reached)
    score, steps = steps_of(VETOED, points, Records(), card)
    assert score == points  # this veto takes nothing off
    assert steps == ([["veto", "visits", reached, -9, 0]] if reached < 0.5 else [])
    assert grade(VETOED, card)["grade"].tolist() == [grade_]


def test_a_veto_above_the_score_takes_nothing_off() -> None:
    plan = plan_of(items=ITEMS, vetoes=[{"item": "breach", "score": 59}])
    assert steps_of(plan, 40.0, told(("breach", 1))) == (40, [["veto", "breach", 1, 59, 0]])
    assert steps_of(plan, 80.0, told(("breach", 1)))[0] == 59


def test_who_has_no_score_has_no_steps() -> None:
    recorded = told(("breach", 1), ("idea", 1))
    found = graded(VETOED, totals({"p1": np.nan}), recorded)
    assert found.scores[["score", "grade", "rank", "adjustment"]].isna().all(axis=None)
    assert found.steps.empty
    assert list(found.steps.columns) == COLUMNS


def test_events_that_nobody_reads_are_listed_with_their_reason() -> None:
    rows = [
        ("p1", "idea", 1.0, "2026-01-10"),
        ("p1", "ideas", 1.0, "2026-01-10"),
        ("p1", "idea", 1.0, "2026-07-01"),
        ("ghost", "idea", 1.0, "2026-01-10"),
    ]
    recorded = events(rows)
    left = unread_events(PLAN, grade(PLAN, totals({"p1": 80.0}), recorded), recorded)
    assert left[["participant", "item", "reason"]].values.tolist() == [
        ["p1", "ideas", "no_such_item"],
        ["p1", "idea", "no_scored_period"],
        ["ghost", "idea", "no_scored_period"],
    ]
    assert grade(PLAN, totals({"p1": 80.0}), recorded)["score"].tolist() == [84]
    assert all(text(f"appraise.unread.{r}", lang) for r in left["reason"] for lang in ("en", "zh"))


def test_without_events_none_is_unread() -> None:
    assert unread_events(PLAN, grade(PLAN, totals({"p1": 80.0}, JANUARY))).empty
