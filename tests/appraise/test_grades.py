"""Grades by rank and in agreed shares: by hand, against brute force, and what small groups get."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.appraise.cases import people
from tests.appraise.scoring_cases import events, plan_of, totals
from toolkit.appraise.grade import grade
from toolkit.appraise.grade_rules import grade_counts, grade_positions
from toolkit.appraise.records import Records
from toolkit.errors import SchemeError
from toolkit.scheme.grades import Grades

SHARES = {"by": "shares", "shares": {"A": 0.2, "B": 0.7, "C": 0.1}}


def graded(rule: dict[str, Any], points: list[float], roster: Any = None, **more: Any) -> list[Any]:
    names = {f"p{i:02d}": x for i, x in enumerate(points)}
    found = grade(plan_of(grades=rule, **more), totals(names), Records(), roster)
    return found["grade"].fillna("").tolist()


def test_the_first_three_the_next_to_ten_and_the_rest() -> None:
    rule = {"by": "rank", "first": {"A": 3, "B": 10}, "then": "C"}
    assert graded(rule, [100.0 - i for i in range(12)]) == ["A"] * 3 + ["B"] * 7 + ["C"] * 2


def test_a_tie_on_the_border_takes_the_better_grade() -> None:
    rule = {"by": "rank", "first": {"A": 3, "B": 4}, "then": "C"}
    assert graded(rule, [99, 95, 90, 90, 90, 80, 80]) == ["A"] * 5 + ["C"] * 2  # places 1 2 3 3 3 6 6


def test_the_best_are_few_where_few_are_ranked() -> None:
    assert graded({"by": "rank", "first": {"A": 3}, "then": "B"}, [80.0, np.nan]) == ["A", ""]


def test_shares_of_ten_and_of_a_number_that_does_not_divide() -> None:
    assert graded(SHARES, [100.0 - i for i in range(10)]) == ["A"] * 2 + ["B"] * 7 + ["C"]
    # 14 people: 2.8, 9.8, 1.4: whole 2, 9, 1, and the two left over go to the remainders of 0.8.
    assert graded(SHARES, [100.0 - i for i in range(14)]) == ["A"] * 3 + ["B"] * 10 + ["C"]


def test_equal_remainders_go_to_the_better_grade() -> None:
    assert grade_counts([0.5, 0.5], 11) == [6, 5]
    assert grade_counts([0.25, 0.5, 0.25], 10) == [3, 5, 2]


def test_a_tie_on_a_share_takes_the_better_grade_for_all() -> None:
    points = [99.0, 95, 95, 95, 80, 79, 78, 77, 60, 60]
    assert graded(SHARES, points) == ["A"] * 4 + ["B"] * 6  # nobody is left in the last grade


def test_small_groups_are_graded_by_edges_or_not_at_all() -> None:
    nine = [100.0 - 10 * i for i in range(9)]
    assert graded(SHARES, nine) == [""] * 9
    edges = SHARES | {"edges": {"A": 90, "B": 60, "C": 0}}
    assert graded(edges, nine) == ["A"] * 2 + ["B"] * 3 + ["C"] * 4
    assert graded(edges | {"least": 9}, nine) == ["A"] * 2 + ["B"] * 6 + ["C"]


def test_who_has_no_score_is_neither_graded_nor_counted() -> None:
    assert graded(SHARES, [100.0 - i for i in range(9)] + [np.nan]) == [""] * 10


def roster_of(teams: str) -> Any:
    rows = [(f"p{i:02d}", None if t == "-" else t, "N") for i, t in enumerate(teams)]
    return people(rows)  # type: ignore[arg-type]


def test_within_teams_each_team_has_its_own_best() -> None:
    rule = {"by": "rank", "first": {"A": 1}, "then": "B", "within": "team"}
    points = [90.0, 80, 70, 60, 50]
    assert graded(rule, points, roster_of("XXYY-")) == ["A", "B", "A", "B", "A"]
    assert graded(rule | {"within": "region"}, points, roster_of("XXYY-")) == ["A"] + ["B"] * 4


def test_a_team_of_one_is_not_forced() -> None:
    rule = SHARES | {"within": "team", "least": 2, "edges": {"A": 90, "B": 60, "C": 0}}
    assert graded(rule, [50.0, 55, 45], roster_of("XYY")) == ["C", "A", "B"]


def test_within_teams_needs_the_roster() -> None:
    with pytest.raises(SchemeError) as error:
        graded(SHARES | {"within": "team"}, [80.0])
    assert [(p.code, p.column) for p in error.value.problems] == [
        ("appraise.needs_participants", "grades.within")
    ]


def test_each_period_is_ranked_for_itself() -> None:
    card = pd.concat([totals({"a": 90.0, "b": 80.0}), totals({"a": 60.0, "b": 70.0}, "2026-02")])
    found = grade(plan_of(grades={"by": "rank", "first": {"A": 1}, "then": "B"}), card)
    assert found[["period", "grade", "rank"]].values.tolist() == [
        ["2026-01", "A", 1],
        ["2026-02", "B", 2],
        ["2026-01", "B", 2],
        ["2026-02", "A", 1],
    ]


def test_nobody_moves_up_for_a_vetoed_grade_but_a_vetoed_score_loses_its_place() -> None:
    rule = {"by": "rank", "first": {"A": 1}, "then": "B"}
    items = [{"name": "breach", "points": 0}]
    card, recorded = totals({"a": 90.0, "b": 80.0}), events([("a", "breach", 1, "2026-01-10")])
    by_grade = plan_of(grades=rule, items=items, vetoes=[{"item": "breach", "grade": "B"}])
    assert grade(by_grade, card, recorded)["grade"].tolist() == ["B", "B"]
    by_score = plan_of(grades=rule, items=items, vetoes=[{"item": "breach", "score": 0}])
    assert grade(by_score, card, recorded)["grade"].tolist() == ["B", "A"]


def test_a_veto_does_not_grade_who_was_not_graded() -> None:
    plan = plan_of(
        grades=SHARES, items=[{"name": "breach", "points": 0}], vetoes=[{"item": "breach", "grade": "C"}]
    )
    found = grade(plan, totals({"a": 90.0}), events([("a", "breach", 1, "2026-01-10")]))
    assert found["grade"].isna().all()


POINTS = st.lists(st.sampled_from([np.nan, 50.0, 60.0, 60.5, 70.0, 80.0, 90.0]), min_size=1, max_size=25)


@given(POINTS, st.lists(st.integers(1, 9), min_size=2, max_size=4), st.integers(2, 12))
def test_shares_against_brute_force(points: list[float], parts: list[int], least: int) -> None:
    names = "ABCD"[: len(parts)]
    decimals = [round(p / sum(parts), 3) for p in parts[:-1]]
    shares = [*decimals, round(1 - math.fsum(decimals), 3)]
    if min(shares) <= 0:
        return
    rule = Grades(by="shares", shares=dict(zip(names, shares, strict=True)), least=least)
    found = grade_positions(rule, np.array(points), np.zeros(len(points), dtype=int))
    scores = sorted((x for x in points if not np.isnan(x)), reverse=True)
    exact = [Fraction(str(s)) * len(scores) for s in shares]
    counts = [math.floor(e) for e in exact]
    while sum(counts) < len(scores):
        counts[max(range(len(exact)), key=lambda i: (exact[i] - counts[i], -i))] += 1
    listed = [i for i, count in enumerate(counts) for _ in range(count)]
    for value, position in zip(points, found, strict=True):
        if np.isnan(value) or len(scores) < least:
            assert position == -1
        else:  # the best grade that anybody with this score has
            assert position == min(listed[i] for i, s in enumerate(scores) if s == value)
