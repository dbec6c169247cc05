"""S: scoring rules and grades against scores, counted by hand."""

import numpy as np
import pandas as pd

from tests.review.lint.hand_made import (
    ID,
    QUARTERS,
    found,
    people,
    scorecard,
    skipped,
    with_fields,
    with_parts,
)
from toolkit.scheme.grades import Grades
from toolkit.stats import share_interval


def each_once(of: int, high: float, low: float) -> np.ndarray:
    """12 people, 4 quarters: `of` of every four cases at `high`, each person and quarter alike."""
    return np.where((np.arange(12)[:, None] + np.arange(4)) % 4 < of, high, low)


def test_S08_finds_a_threshold_that_many_miss() -> None:
    ((where, message),) = found("S08", scorecard=scorecard(each_once(2, 0.5, 0.9)))
    interval = share_interval(24, 48)
    assert where == "measures.revenue.scoring"
    assert "50 % of cases" in message and "threshold of 60 %" in message and "above 15 %" in message
    assert f"interval {round(100 * interval.low)} % to {round(100 * interval.high)} %" in message


def test_S08_counts_a_case_on_the_threshold_as_reached() -> None:
    assert found("S08", scorecard=scorecard(each_once(2, 0.6, 0.9))) == []


def test_S08_refuses_few_cases_and_asks_nothing_of_rules_without_a_threshold() -> None:
    assert "28 rows" in skipped("S08", scorecard=scorecard(np.full((7, 4), 0.5)))
    whole = with_parts({"measures.revenue.scoring": {"proportional": {"cap": 1.2}}})
    assert found("S08", whole, scorecard=scorecard(np.full((7, 4), 0.5))) == []


def test_S19_finds_a_threshold_that_nobody_comes_near() -> None:
    ((where, message),) = found("S19", scorecard=scorecard(each_once(2, 0.8, 1.1)))
    assert where == "measures.revenue.scoring"
    assert "lowest attainment of Net sales was 80 %" in message and "threshold of 60 %" in message


def test_S19_passes_a_threshold_with_somebody_near() -> None:
    values = each_once(2, 0.8, 1.1)
    values[3, 2] = 0.7
    assert found("S19", scorecard=scorecard(values)) == []


def grades(counts: dict[str, int]) -> pd.DataFrame:
    """Scores of 48 cases with these grades, handed round."""
    given = [grade for grade, count in counts.items() for _ in range(count)]
    order = np.random.default_rng(5).permutation(len(given))
    return pd.DataFrame(
        {
            "scheme": ID,
            "participant": np.repeat(people(12), 4),
            "period": np.tile(QUARTERS[:4], 12),
            "score": 80.0,
            "grade": [given[i] for i in order],
        }
    )


def test_S11_finds_a_grade_that_all_have_and_one_that_nobody_has() -> None:
    hits = found("S11", scores=grades({"A": 46, "C": 2}))
    assert [where for where, _ in hits] == ["grades.A", "grades.B"]
    assert "96 % have the grade A" in hits[0][1] and "nobody has the grade B" in hits[1][1]
    assert "48 cases of 12 participants in 4 quarters" in hits[0][1]


def test_S11_passes_a_spread_and_an_empty_last_grade() -> None:
    assert found("S11", scores=grades({"A": 10, "B": 28, "C": 10})) == []  # nobody has D


def test_S11_does_not_judge_forced_shares_and_refuses_two_quarters() -> None:
    forced = with_fields(grades=Grades(by="shares", shares={"A": 0.2, "B": 0.8}))
    assert found("S11", forced, scores=grades({"A": 46, "C": 2})) == []
    two = grades({"A": 46, "C": 2})
    assert "24 rows with a number in 2 periods" in skipped("S11", scores=two[two["period"] < "2026-Q3"])


def test_S15_finds_a_line_at_its_cap() -> None:
    values = each_once(3, 1.3, 0.9)
    card = scorecard(values, score=np.minimum(values, 1.2) * 100)
    ((where, message),) = found("S15", scorecard=card)
    assert where == "measures.revenue.scoring"
    interval = share_interval(36, 48)
    assert "75 % of cases score the highest 120 points" in message
    assert f"interval {round(100 * interval.low)} %" in message


def test_S15_passes_where_half_are_at_the_cap() -> None:
    values = each_once(2, 1.3, 0.9)
    assert found("S15", scorecard=scorecard(values, score=np.minimum(values, 1.2) * 100)) == []


def spread(low: float, high: float) -> np.ndarray:
    """48 cases evenly from low to high: the middle 80 % of the range is the middle 80 % of cases."""
    return np.linspace(low, high, 48).reshape(4, 12).T


def test_S18_finds_a_range_without_points() -> None:
    # Points only grow from 60 % to 120 %; the middle 80 % of cases lies from 70 % to 270 %.
    ((where, message),) = found("S18", scorecard=scorecard(spread(0.45, 2.95)))
    assert where == "measures.revenue.scoring"
    assert (
        "over 75 % of the usual range" in message and "(70 % to 270 %, the middle 80 % of cases)" in message
    )


def test_S18_finds_bands_to_be_flat_everywhere() -> None:
    values = spread(0.5, 1.5)
    card = scorecard(values, "satisfaction", score=np.where(values < 0.8, 30, 100))
    ((_, message),) = found("S18", scorecard=card)
    assert "over 100 % of the usual range" in message


def test_S18_passes_a_range_on_the_slope_and_people_who_do_not_differ() -> None:
    assert found("S18", scorecard=scorecard(spread(0.5, 1.3))) == []
    assert found("S18", scorecard=scorecard(np.full((12, 4), 2.0))) == []
