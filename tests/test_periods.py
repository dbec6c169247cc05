"""Calendars against pandas' own periods and against calendars written out by hand."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.assets import asset
from toolkit.documents import load_document
from toolkit.periods import Calendar, grain_of, inclusive_days, named_period

PLAIN = Calendar()
APRIL_BY_START = Calendar(first_month=4)
APRIL_BY_END = Calendar(first_month=4, named_after="end")
PANDAS = {"month": "M", "quarter": "Q", "year": "Y"}
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))


def adventureworks() -> Calendar:
    """The named quarters of the sample: quota dates, up to three days off the calendar's."""
    said = load_document(asset("templates", "engagements", "adventureworks", "engagement.yaml")).data[
        "calendar"
    ]
    return Calendar(starts=said["periods"], ends=said["ends"])


def days(calendar: Calendar, period: str) -> tuple[str, str]:
    first, last = calendar.bounds(period)
    return str(first.date()), str(last.date())


def names(calendar: Calendar, first: str, last: str, grain: str) -> list[str]:
    return calendar.between(pd.Timestamp(first), pd.Timestamp(last), grain)["period"].tolist()


@pytest.mark.parametrize(
    ("name", "grain"),
    [("2026", "year"), ("2026-H2", "half"), ("2026-Q4", "quarter"), ("2026-12", "month")],
)
def test_a_name_says_its_grain(name: str, grain: str) -> None:
    assert grain_of(name) == grain == PLAIN.grain_of(name)


ODD = [
    "",
    "26",
    "2026-13",
    "2026-00",
    "2026-1",
    "2026-Q5",
    "2026-Q0",
    "2026-H3",
    "2026Q1",
    "2026-q1",
    "2026-Q1 ",
]
ODD += ["２０２６-Q1", "2026-01-01", "Q1-2026", "2026-Q1\n"]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_refused(name: str) -> None:
    for refuse in (grain_of, PLAIN.bounds, adventureworks().bounds):
        with pytest.raises(ValueError, match="is no period: write 2026"):
            refuse(name)


@given(DAYS, DAYS, st.sampled_from(list(PANDAS)))
def test_whole_periods_of_a_plain_calendar_are_those_of_pandas(a: dt.date, b: dt.date, grain: str) -> None:
    first, last = sorted((a, b))
    if (last - first).days > 2000:
        last = first + dt.timedelta(days=2000)
    found = PLAIN.between(first, last, grain)
    every = pd.period_range(first, last, freq=PANDAS[grain])
    whole = [p for p in every if p.start_time.date() >= first and p.end_time.date() <= last]
    assert found["start"].tolist() == [p.start_time for p in whole]
    assert found["end"].tolist() == [p.end_time.normalize() for p in whole]
    shown = {"month": "%Y-%m", "quarter": "%Y-Q%q", "year": "%Y"}[grain]
    assert found["period"].tolist() == [p.strftime(shown) for p in whole]


@given(DAYS, st.integers(-60, 60), st.sampled_from(list(PANDAS)))
def test_shift_is_pandas_addition(day: dt.date, by: int, grain: str) -> None:
    shown = {"month": "%Y-%m", "quarter": "%Y-Q%q", "year": "%Y"}[grain]
    period = pd.Period(day, freq=PANDAS[grain])
    assert PLAIN.shift(period.strftime(shown), by) == (period + by).strftime(shown)


@given(st.integers(1, 12), st.sampled_from(["start", "end"]), st.integers(1990, 2090), st.integers(1, 4))
def test_fiscal_quarters_are_pandas_quarters_of_the_same_year_end(
    month: int, after: str, year: int, quarter: int
) -> None:
    calendar = Calendar(first_month=month, named_after=after)
    ends_in = (month - 2) % 12 + 1
    freq = f"Q-{dt.date(2000, ends_in, 1):%b}".upper()
    pandas_year = year + 1 if after == "start" and month > 1 else year  # pandas names a year after its end
    expected = pd.Period(f"{pandas_year}Q{quarter}", freq=freq)
    first, last = calendar.bounds(f"{year}-Q{quarter}")
    assert (first, last) == (expected.start_time, expected.end_time.normalize())


def test_a_year_from_april_named_after_its_start_or_its_end() -> None:
    assert days(APRIL_BY_END, "2026-Q1") == ("2025-04-01", "2025-06-30")
    assert days(APRIL_BY_END, "2026-Q4") == ("2026-01-01", "2026-03-31")
    assert days(APRIL_BY_END, "2026") == ("2025-04-01", "2026-03-31")
    assert days(APRIL_BY_END, "2026-H2") == ("2025-10-01", "2026-03-31")
    assert days(APRIL_BY_START, "2026-Q1") == ("2026-04-01", "2026-06-30")
    assert days(APRIL_BY_START, "2026-04") == days(APRIL_BY_END, "2026-04") == ("2026-04-01", "2026-04-30")
    assert days(Calendar(first_month=1, named_after="end"), "2026") == ("2026-01-01", "2026-12-31")


def test_half_years_and_leap_years() -> None:
    assert days(PLAIN, "2024-H1") == ("2024-01-01", "2024-06-30")
    assert days(PLAIN, "2024-H2") == ("2024-07-01", "2024-12-31")
    assert [days(PLAIN, f"{year}-02")[1] for year in (1900, 2000, 2024, 2026)] == [
        "1900-02-28", "2000-02-29", "2024-02-29", "2026-02-28"
    ]  # fmt: skip
    assert days(Calendar(first_month=3), "2023")[1] == "2024-02-29"


def test_between_takes_whole_periods_only_and_both_days_count() -> None:
    assert names(PLAIN, "2026-01-01", "2026-03-31", "quarter") == ["2026-Q1"]
    assert names(PLAIN, "2026-01-02", "2026-03-31", "quarter") == []
    assert names(PLAIN, "2026-01-01", "2026-03-30", "quarter") == []
    assert names(PLAIN, "2025-12-15", "2026-03-15", "month") == ["2026-01", "2026-02"]
    assert names(PLAIN, "2025-07-01", "2026-12-31", "half") == ["2025-H2", "2026-H1", "2026-H2"]
    assert names(APRIL_BY_END, "2025-04-01", "2026-04-30", "year") == ["2026"]
    assert names(APRIL_BY_START, "2025-04-01", "2026-04-30", "year") == ["2025"]


@pytest.mark.parametrize("last", ["2026-03-31", "2020-01-01"])
def test_between_has_the_same_types_with_rows_and_without(last: str) -> None:
    found = PLAIN.between(pd.Timestamp("2026-01-01"), pd.Timestamp(last), "month")
    assert found.dtypes.astype(str).to_dict() == {
        "period": "str", "grain": "str", "start": "datetime64[s]", "end": "datetime64[s]"
    }  # fmt: skip


def test_shift_crosses_years_and_year_before_keeps_the_season() -> None:
    assert PLAIN.shift("2026-01", -1) == "2025-12"
    assert PLAIN.shift("2025-Q4", 1) == "2026-Q1"
    assert PLAIN.shift("2026-H1", -3) == "2024-H2"
    assert PLAIN.shift("2026", -2) == "2024"
    assert PLAIN.shift("2026-03", 0) == "2026-03"
    before = [PLAIN.year_before(p) for p in ("2026-02", "2026-Q3", "2026-H2", "2026")]
    assert before == ["2025-02", "2025-Q3", "2025-H2", "2025"]
    assert days(APRIL_BY_END, APRIL_BY_END.year_before("2026-Q1")) == ("2024-04-01", "2024-06-30")


def test_contains_and_within() -> None:
    assert PLAIN.contains("2026-H2", "month") == [f"2026-{m:02d}" for m in range(7, 13)]
    assert PLAIN.contains("2026", "quarter") == [f"2026-Q{q}" for q in range(1, 5)]
    assert PLAIN.contains("2026-Q1", "quarter") == ["2026-Q1"]
    assert PLAIN.contains("2026-01", "quarter") == []
    assert APRIL_BY_END.contains("2026-Q1", "month") == ["2025-04", "2025-05", "2025-06"]
    assert PLAIN.within("2026-05", "quarter") == "2026-Q2"
    assert PLAIN.within("2026-05", "half") == "2026-H1"
    assert APRIL_BY_END.within("2026-03", "year") == "2026"
    assert APRIL_BY_END.within("2026-04", "year") == "2027"
    with pytest.raises(KeyError, match="no week"):
        PLAIN.within("2026-05", "week")


def test_periods_per_year() -> None:
    assert [PLAIN.periods_per_year(g) for g in PLAIN.grains] == [12, 4, 2, 1]


def test_the_named_quarters_of_the_sample_follow_each_other_without_a_gap() -> None:
    calendar = adventureworks()
    table = calendar.between(dt.date(2010, 12, 29), dt.date(2013, 12, 28), "quarter")
    assert len(table) == 12
    gaps = table["start"].iloc[1:].to_numpy() - table["end"].iloc[:-1].to_numpy()
    assert (gaps == np.timedelta64(1, "D")).all()
    assert days(calendar, "2011-Q1") == ("2010-12-29", "2011-03-30")
    assert days(calendar, "2013-Q4") == ("2013-09-29", "2013-12-28")


def test_a_named_year_is_the_union_of_its_quarters() -> None:
    calendar = adventureworks()
    assert days(calendar, "2011") == ("2010-12-29", "2011-12-28")
    assert days(calendar, "2013") == ("2012-12-28", "2013-12-28")
    assert calendar.contains("2012", "quarter") == [f"2012-Q{q}" for q in range(1, 5)]
    assert calendar.within("2012-Q1", "year") == "2012"
    assert names(calendar, "2010-12-29", "2013-12-27", "year") == ["2011", "2012"]


def test_a_named_calendar_has_quarters_and_years_only() -> None:
    calendar = adventureworks()
    assert calendar.grains == ("quarter", "year")
    assert calendar.contains("2011", "month") == calendar.contains("2011", "half") == []
    for unknown in ("2014-Q1", "2011-H1", "2011-01", "2010"):
        with pytest.raises(KeyError, match="has no period"):
            calendar.bounds(unknown)
    with pytest.raises(KeyError, match="has no month"):
        calendar.within("2011-Q1", "month")


def test_a_year_of_three_named_quarters_is_not_whole() -> None:
    starts = {"2026-Q2": dt.date(2026, 4, 1), "2026-Q3": dt.date(2026, 7, 1), "2026-Q4": dt.date(2026, 10, 1)}
    calendar = Calendar(starts=starts, ends=dt.date(2026, 12, 31))
    assert names(calendar, "2026-01-01", "2026-12-31", "year") == []
    assert names(calendar, "2026-01-01", "2026-12-31", "quarter") == list(starts)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"first_month": 0}, "month from 1 to 12"),
        ({"first_month": 13}, "month from 1 to 12"),
        ({"named_after": "middle"}, "start or end"),
        ({"starts": {"2026-Q1": dt.date(2026, 1, 1)}}, "last day"),
    ],
)
def test_a_calendar_that_is_none_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Calendar(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "grain", "period"),
    [
        ("2026-Q1", "month", "2026-Q1"),
        ("2026", "month", "2026"),
        ("2026-03-01", "month", "2026-03"),
        ("2026/3/1", "month", "2026-03"),
        ("2026-03-01 00:00:00", "month", "2026-03"),
        (dt.date(2026, 4, 1), "quarter", "2026-Q2"),
        (pd.Timestamp("2026-04-01"), "quarter", "2026-Q2"),
        ("2026-03-02", "month", None),
        ("2026-03-01", "quarter", None),
        ("2026-02-30", "month", None),
        ("2026-13", "month", None),
        ("1/3/2026", "month", None),
        ("today", "month", None),
        ("3", "month", None),
        ("", "month", None),
        ("nan", "month", None),
        ("NaT", "month", None),
        ("一月", "month", None),
    ],
)
def test_a_cell_means_a_period_by_name_or_by_first_day(cell: object, grain: str, period: str | None) -> None:
    assert named_period(cell, PLAIN, grain) == period  # type: ignore[arg-type]


def test_a_quota_date_means_its_named_quarter() -> None:
    calendar = adventureworks()
    assert named_period("2012-03-30", calendar, "quarter") == "2012-Q2"
    assert named_period("2012-04-01", calendar, "quarter") is None


def test_days_are_counted_with_both_ends_and_never_below_zero() -> None:
    first = pd.Series(pd.to_datetime(["2026-01-01", "2024-02-01", "2026-03-02", None, "2026-01-01"]))
    last = pd.Series(pd.to_datetime(["2026-01-01", "2024-02-29", "2026-03-01", "2026-01-01", None]))
    assert inclusive_days(first, last).tolist() == [1, 29, 0, 0, 0]
