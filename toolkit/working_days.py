"""Working days of a country: public holidays, and in China the weekend days worked in exchange (调休)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd

from toolkit.errors import DataError, Problem
from toolkit.language import text

_HOME = {"CNY": "CN"}  # the one currency whose country's working weekends decide a month
_DAY = np.timedelta64(1, "D")


def country_of(currency: str) -> str | None:
    """The country whose working days count where nobody names one: China for CNY, else none.

    Without a country every Monday to Friday is a working day.

    Examples
    --------
    >>> country_of("CNY"), country_of("EUR")
    ('CN', None)
    """
    return _HOME.get(currency)


def country_meant(word: str, currency: str) -> str | None:
    """The country that a word names: blank for the currency's own, `none` for Monday to Friday.

    Examples
    --------
    >>> country_meant("", "CNY"), country_meant("none", "CNY"), country_meant("de", "EUR")
    ('CN', None, 'DE')
    """
    return country_of(currency) if not word else None if word.casefold() == "none" else word.upper()


def working_days(
    start: dt.date | pd.Timestamp, end: dt.date | pd.Timestamp, country: str | None = None
) -> int:
    """Working days from start to end, both counted.

    Parameters
    ----------
    start, end : day
        An end before the start counts nothing.
    country : str, optional
        ISO 3166 code in two letters. CN follows the State Council's yearly arrangement, make-up weekends
        included; any other the country's public holidays and own weekend; none: Monday to Friday.

    Raises
    ------
    DataError
        The country is unknown, or its calendar of one of the years is not there yet.

    References
    ----------
    Packages chinesecalendar and holidays.

    Examples
    --------
    >>> working_days(dt.date(2026, 2, 1), dt.date(2026, 2, 28), "CN")  # Spring Festival, two Saturdays worked
    16
    >>> working_days(dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    20
    """
    first, last = np.datetime64(pd.Timestamp(start), "D"), np.datetime64(pd.Timestamp(end), "D")
    return int(are_working(np.arange(first, last + _DAY), country).sum()) if last >= first else 0


def are_working(days: np.ndarray, country: str | None = None) -> np.ndarray:
    """Which days are worked.

    Parameters
    ----------
    days : ndarray of datetime64[D]
    country : str, optional
        As for `working_days`.

    Returns
    -------
    ndarray of bool

    Raises
    ------
    DataError
        As for `working_days`.

    Examples
    --------
    >>> are_working(np.array(["2026-02-14", "2026-02-16"], dtype="datetime64[D]"), "CN").tolist()
    [True, False]
    """
    days = np.asarray(days, dtype="datetime64[D]")
    if country is None:
        return np.is_busday(days)
    code = _known(country)
    found = np.zeros(len(days), dtype=bool)
    years = days.astype("datetime64[Y]")
    for year in np.unique(years):
        here = years == year
        found[here] = _year(code, int(str(year)))[(days[here] - year.astype("datetime64[D]")).astype(int)]
    return found


def calendar_used(country: str | None, language: str) -> str:
    """Which days count as worked, as a part of a sentence.

    Examples
    --------
    >>> calendar_used("CN", "zh")
    '中国法定工作日（含调休上班日）'
    """
    key = "plain" if country is None else "cn" if country.upper() == "CN" else "country"
    return text(f"working_days.{key}", language, country=(country or "").upper())


def _known(country: str) -> str:
    import holidays

    code, known = country.upper(), holidays.list_supported_countries()
    if code not in known:
        raise DataError(Problem("working_days.unknown_country", column="country", value=country))
    return code


@cache
def _year(country: str, year: int) -> np.ndarray:
    """Every day of a year, whether it is worked."""
    days = [dt.date(year, 1, 1) + dt.timedelta(n) for n in range(366)]
    days = days[: 366 if days[-1].year == year else 365]
    return np.array(_chinese(days) if country == "CN" else _elsewhere(country, days))


def _chinese(days: list[dt.date]) -> list[bool]:
    import chinese_calendar
    from chinese_calendar.constants import holidays

    covered = {day.year for day in holidays}
    _refuse_beyond("CN", days[0].year, covered, "chinesecalendar")
    return [bool(chinese_calendar.is_workday(day)) for day in days]


def _elsewhere(country: str, days: list[dt.date]) -> list[bool]:
    import holidays

    calendar = holidays.country_holidays(country, years=days[0].year)
    _refuse_beyond(country, days[0].year, range(calendar.start_year, calendar.end_year + 1), "holidays")
    return [calendar.is_working_day(day) for day in days]


def _refuse_beyond(country: str, year: int, covered: Iterable[int], package: str) -> None:
    years = sorted(covered)
    if year not in years:
        values = {"country": country, "package": package, "first": years[0], "last": years[-1]}
        raise DataError(Problem("working_days.beyond", value=year, values=values))
