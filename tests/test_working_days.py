"""Working days against official arrangements and counts by hand."""

import datetime as dt

import numpy as np
import pytest

from toolkit.errors import DataError
from toolkit.working_days import are_working, calendar_used, country_meant, working_days


def day(written: str) -> dt.date:
    return dt.date.fromisoformat(written)


# General Office of the State Council, notice on the holidays of 2025 (国办发明电〔2024〕12号): 1 January;
# 28 January to 4 February, worked on 26 January and 8 February; 4 to 6 April; 1 to 5 May, worked on 27 April;
# 31 May to 2 June; 1 to 8 October, worked on 28 September and 11 October.
@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2025-10-01", "2025-10-31", 18),  # 23 weekdays, 6 of them off, one Saturday worked
        ("2025-01-26", "2025-02-08", 6),  # Sunday and Monday 26, 27 January; 5 to 8 February, a Saturday last
        ("2025-10-01", "2025-10-08", 0),
        ("2025-10-11", "2025-10-11", 1),  # a Saturday
        ("2025-01-01", "2025-12-31", 248),
        ("2025-03-05", "2025-03-04", 0),
    ],
)
def test_china_by_the_official_arrangement(start: str, end: str, days: int) -> None:
    assert working_days(day(start), day(end), "CN") == days


def test_elsewhere_public_holidays_and_the_countrys_own_weekend() -> None:
    assert (
        working_days(day("2025-12-01"), day("2025-12-31"), "DE") == 21
    )  # 23 weekdays without the 25th, 26th
    assert working_days(day("2025-12-01"), day("2025-12-31")) == 23  # nobody's holidays
    assert working_days(day("2025-11-02"), day("2025-11-08"), "il") == 5  # Sunday to Thursday


def test_a_span_over_the_turn_of_the_year() -> None:
    assert working_days(day("2024-12-30"), day("2025-01-03"), "CN") == 4  # 1 January is off


def test_days_one_by_one_in_any_order() -> None:
    days = np.array(["2025-10-11", "2024-10-12", "2025-10-12"], dtype="datetime64[D]")
    assert are_working(days, "CN").tolist() == [True, True, False]


@pytest.mark.parametrize(("country", "year"), [("CN", 2003), ("CN", 2099), ("DE", 2200)])
def test_years_that_are_not_covered_are_refused_with_what_is(country: str, year: int) -> None:
    with pytest.raises(DataError) as refused:
        working_days(dt.date(year, 3, 1), dt.date(year, 3, 31), country)
    problem = refused.value.problems[0]
    assert problem.code == "working_days.beyond" and problem.value == year
    assert "covers" in str(refused.value) and "country none" in str(refused.value)


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(DataError, match="ISO code in two letters"):
        working_days(day("2025-01-01"), day("2025-01-31"), "XX")


def test_the_calendar_is_named() -> None:
    assert "make-up" in calendar_used("CN", "en") and "调休" in calendar_used("CN", "zh")
    assert "DE" in calendar_used("de", "en") and "周一至周五" in calendar_used(None, "zh")


def test_the_currencys_own_country_unless_another_is_meant() -> None:
    assert [country_meant(*w) for w in (("", "CNY"), ("", "USD"), ("None", "CNY"), ("us", "CNY"))] == [
        "CN", None, None, "US",
    ]  # fmt: skip
