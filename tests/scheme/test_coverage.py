"""Who is employed when, and who has no scheme or two, in ranges of days."""

import datetime as dt

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from tests.appraise.cases import people
from tests.scheme.documents import KPIS, SCHEME
from toolkit.errors import Problems
from toolkit.periods import Calendar
from toolkit.scheme import Schemes, build_scheme
from toolkit.scheme.coverage import coverage_problems, employment

DAYS = [dt.date(2026, 1, 1) + dt.timedelta(days=i) for i in range(90)]


def scheme(name: str, start: dt.date, end: dt.date | None, **applies_to: list[str]) -> object:
    return build_scheme(
        SCHEME | {"name": name, "effective": {"from": start, "to": end}, "applies_to": applies_to}
    )


def found(roster: pd.DataFrame, *schemes: object) -> list[tuple[str, object, object, object]]:
    problems = Problems()
    together = Schemes(schemes, Calendar(), KPIS)  # type: ignore[arg-type]
    coverage_problems(together, roster, DAYS[0], DAYS[-1], problems)
    return [(p.code.removeprefix("scheme."), p.value, p.values["first"], p.values["last"]) for p in problems]


def test_one_scheme_for_everybody_all_the_time_is_no_problem() -> None:
    assert found(people([("p1", "A", "N"), ("p2", "B", "N")]), scheme("all", dt.date(2020, 1, 1), None)) == []


def test_days_before_the_first_scheme_and_between_two_are_days_without_one() -> None:
    first = scheme("first", dt.date(2026, 1, 11), dt.date(2026, 1, 31))
    second = scheme("second", dt.date(2026, 2, 11), None)
    assert found(people([("p1", "A", "N")]), first, second) == [
        ("no_scheme", "p1", "2026-01-01", "2026-01-10"),
        ("no_scheme", "p1", "2026-02-01", "2026-02-10"),
    ]


def test_only_employed_days_inside_the_covered_range_count() -> None:
    roster = people([("p1", "A", "N")], hired="2026-02-20", left="2026-03-05")
    assert found(roster, scheme("one", dt.date(2026, 3, 1), None)) == [
        ("no_scheme", "p1", "2026-02-20", "2026-02-28")
    ]


def test_who_moves_into_a_team_with_two_schemes_has_two_from_that_day() -> None:
    roster = people([("p1", "A", "N"), ("p1", "B", "N")], moves="2026-02-10")
    rows = [scheme("all", dt.date(2026, 1, 1), None), scheme("b", dt.date(2026, 1, 1), None, team=["B"])]
    assert found(roster, *rows) == [("two_schemes", "p1", "2026-02-10", "2026-03-31")]


def test_a_gap_that_runs_across_anothers_end_is_one_range() -> None:
    roster = people([("p1", "A", "N")])
    other = scheme("other", dt.date(2026, 1, 1), dt.date(2026, 2, 10), team=["B"])
    late = scheme("late", dt.date(2026, 3, 1), None)
    assert found(roster, other, late) == [("no_scheme", "p1", "2026-01-01", "2026-02-28")]


@given(
    st.lists(st.tuples(st.integers(0, 89), st.integers(0, 40)), min_size=1, max_size=4), st.integers(0, 60)
)
def test_the_ranges_are_those_of_a_count_day_by_day(spans: list[tuple[int, int]], hired: int) -> None:
    schemes = [scheme(f"s{i}", DAYS[a], DAYS[min(a + n, 89)]) for i, (a, n) in enumerate(spans)]
    counts = [sum(a <= day <= min(a + n, 89) for a, n in spans) for day in range(90)]
    wrong = {str(DAYS[day]) for day in range(hired, 90) if counts[day] != 1}
    ranges = found(people([("p1", "A", "N")], hired=str(DAYS[hired])), *schemes)
    listed = [str(d.date()) for _, _, first, last in ranges for d in pd.date_range(str(first), str(last))]
    assert sorted(listed) == sorted(wrong)


def test_employment_takes_the_row_of_the_last_employed_day() -> None:
    roster = people([("p1", "A", "N"), ("p1", "B", "N")], moves="2026-02-10", left="2026-03-09")
    periods = pd.concat([Calendar().between(DAYS[0], DAYS[-1], grain) for grain in ("month", "quarter")])
    rows = employment(roster, periods).set_index("period")
    assert rows["team"].to_dict() == {"2026-01": "A", "2026-02": "B", "2026-03": "B", "2026-Q1": "B"}
    assert rows["exposure"].to_dict() == {
        "2026-01": 1.0,
        "2026-02": 1.0,
        "2026-03": np.round(9 / 31, 8),
        "2026-Q1": np.round(68 / 90, 8),
    }


def test_who_left_is_read_from_the_last_row_even_if_the_first_is_blank() -> None:
    roster = people([("p1", "A", "N"), ("p1", "B", "N")], moves="2026-02-10", left="2026-02-20")
    roster.loc[0, "left_on"] = pd.NaT
    march = Calendar().between(dt.date(2026, 3, 1), dt.date(2026, 3, 31), "month")
    assert employment(roster, march).empty
