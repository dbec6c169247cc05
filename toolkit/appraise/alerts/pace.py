"""The usual pace: earlier periods with the working days behind them, and where a pay period brings most."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.appraise.alerts.rows import Look
from toolkit.periods import Calendar
from toolkit.scheme.coverage import employment
from toolkit.working_days import working_days

HISTORY = 12  # earlier periods of the finest grain (months) that a person's pace is taken from
FEWEST_PAY_PERIODS = 4  # below it the shape of a pay period cannot be told from chance (METHODS 1f)
_REMEMBERED = 36  # months that its shape is taken from, all people together
_LEAST_WEIGHT = 0.1  # of a working day, so that no day counts for nothing
_DAY = pd.Timedelta(days=1)


def history(look: Look, kpi: str, level: str, start: pd.Timestamp) -> pd.DataFrame:
    """A KPI's earlier periods of the finest grain, with the working days behind each value.

    Returns
    -------
    DataFrame
        participant, period, numerator, denominator, value, days (working days employed; of a group all), age
        (1: the last before the start).
    """
    calendar = look.client.calendar
    finest, rows = calendar.grains[0], look.tables.panel
    rows = rows[(rows["kpi"] == kpi) & (rows["level"] == level) & (rows["missing"] == "")]
    bounds = {p: calendar.bounds(p) for p in rows["period"].unique() if calendar.grain_of(p) == finest}
    before = sorted((p for p, b in bounds.items() if b[1] < start), key=lambda p: bounds[p][1])
    before = before[-_REMEMBERED:]
    days = {p: float(working_days(*bounds[p], look.country)) for p in before}
    ages = {p: len(before) - at for at, p in enumerate(before)}
    rows = rows[rows["period"].isin(before)]
    share = rows["exposure"].clip(upper=1.0) if level == "individual" else 1.0
    rows = rows.assign(days=rows["period"].map(days).astype(float) * share, age=rows["period"].map(ages))
    return rows[["participant", "period", "numerator", "denominator", "value", "days", "age"]]


def day_weights(before: pd.DataFrame, calendar: Calendar, grain: str, period: str) -> dict[str, float]:
    """What a working day brings by its place in the pay period, 1.0 on average: quarters fill at their end.

    Parameters
    ----------
    before : DataFrame
        As `history` gives it, all people together.
    calendar : Calendar
    grain : str
        Of the pay period.
    period : str
        The running pay period, whose months get weights too.

    Returns
    -------
    dict
        Period of the finest grain → weight. All 1.0 where fewer than four whole pay periods have passed.

    References
    ----------
    Oyer (1998), Quarterly Journal of Economics 113:149-185: sales rise at the end of the fiscal year.
    """
    inside = calendar.contains(period, calendar.grains[0])
    names = [*before["period"].unique(), *inside]
    place = _places(calendar, names, grain)
    known = before.merge(place, on="period")
    known = known[known.groupby("big")["period"].transform("nunique") == known["of"]]
    if known["big"].nunique() < FEWEST_PAY_PERIODS or len(inside) < 2 or not known["value"].sum() > 0:
        return dict.fromkeys(names, 1.0)
    sums = known.groupby("at")[["value", "days"]].sum()
    pace = sums["value"] / sums["days"] / (sums["value"].sum() / sums["days"].sum())
    weights = place.set_index("period")["at"].map(pace.clip(lower=_LEAST_WEIGHT)).fillna(1.0)
    return dict.fromkeys(names, 1.0) | {str(p): float(w) for p, w in weights.items()}


def _places(calendar: Calendar, periods: list[str], grain: str) -> pd.DataFrame:
    """Each finest period's place in its pay period: the second month of three."""
    rows = []
    for period in periods:
        try:
            big = calendar.within(period, grain)
        except KeyError:  # a named calendar's year that is not whole
            continue
        inside = calendar.contains(big, calendar.grains[0])
        if period in inside:
            rows.append((period, big, inside.index(period), len(inside)))
    return pd.DataFrame(rows, columns=["period", "big", "at", "of"])


def days_employed(
    look: Look, level: str, units: pd.Series, first: pd.Timestamp, last: pd.Timestamp
) -> np.ndarray:
    """Working days from first to last for each unit: of a person those employed, of a group all."""
    if last < first:
        return np.zeros(len(units))
    every = float(working_days(first, last, look.country))
    if level != "individual":
        return np.full(len(units), every)
    span = pd.DataFrame({"period": ["span"], "grain": ["span"], "start": [first], "end": [last]})
    people = employment(look.client.participants, span).set_index("participant")["exposure"]
    return np.asarray(units.map(people).fillna(0.0).to_numpy(dtype=float) * every)


def weighted_days(
    look: Look,
    level: str,
    units: pd.Series,
    first: pd.Timestamp,
    last: pd.Timestamp,
    weights: dict[str, float],
) -> np.ndarray:
    """`days_employed`, each day with the weight of the finest period it lies in."""
    bounds = {p: look.client.calendar.bounds(p) for p in weights}
    found = np.zeros(len(units))
    for period, (start, end) in bounds.items():
        if start <= last and end >= first:
            found += weights[period] * days_employed(look, level, units, max(first, start), min(last, end))
    return found
