"""Bonus and deduction items: how often each was recorded of whom in which period, and what nobody reads."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.appraise.grid import Grid, coded, taken
from toolkit.appraise.records import COLUMNS, NONE, Records
from toolkit.appraise.roster import KEY, period_table
from toolkit.periods import Calendar
from toolkit.scheme.scheme import Scheme, Schemes

_READ = ["participant", "period", "item"]


def quantities(scheme: Scheme, rows: pd.DataFrame, events: pd.DataFrame, calendar: Calendar) -> np.ndarray:
    """How often each item was recorded in each row's period.

    Parameters
    ----------
    scheme : Scheme
    rows : DataFrame
        participant, period.
    events : DataFrame
        participant, item, quantity (blank: 1), happened_on.
    calendar : Calendar

    Returns
    -------
    array of float
        A row a row, a column an item of the scheme: the sum of quantities, NaN where nothing was recorded.
    """
    names = [item.name for item in scheme.items]
    known = _in_periods(events[events["item"].isin(names)], rows["period"].unique(), calendar)
    known = known.assign(quantity=known["quantity"].fillna(1.0))
    found = known.groupby(_READ)[["quantity"]].sum().reset_index()
    grid, units, periods = Grid(found, ("item",), "events"), coded(rows["participant"]), coded(rows["period"])
    values = found["quantity"].to_numpy(dtype=float)
    columns = [taken(values, grid.places((name,), units, periods)) for name in names]
    return np.stack(columns, axis=1) if columns else np.empty((len(rows), 0))


def _in_periods(events: pd.DataFrame, names: np.ndarray, calendar: Calendar) -> pd.DataFrame:
    """Events with every period (month, quarter, ...) that holds their day, a row for each."""
    parts = []
    day = events["happened_on"].to_numpy()
    for _, periods in period_table(calendar, names).sort_values("start").groupby("grain"):
        place = np.searchsorted(periods["start"].to_numpy(), day, side="right") - 1
        last = periods["end"].to_numpy()[place]
        held = (place >= 0) & (day <= last) & events["happened_on"].notna().to_numpy()
        inside = periods["period"].array.take(place[held])
        parts.append(events[held].assign(period=pd.Series(inside, index=events.index[held])))
    if not parts:
        return events.iloc[:0].assign(period=pd.Series(dtype="str"))
    return pd.concat(parts, ignore_index=True)


def unread_events(schemes: Schemes, scores: pd.DataFrame, records: Records = NONE) -> pd.DataFrame:
    """Events that no score reads.

    Parameters
    ----------
    schemes : Schemes
    scores : DataFrame
        As `grade` gives them.
    records : Records

    Returns
    -------
    DataFrame
        The events' columns and `reason`: no_such_item (the schemes under which the participant is scored on
        that day do not have the item) or no_scored_period (no score of that participant covers the day; also
        of somebody who is in no roster).

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> scores = pd.DataFrame([("field_sales@2026-01", "p1", "2026-01")], columns=KEY)
    >>> day = pd.to_datetime(["2026-01-20", "2026-05-20"]).astype("datetime64[s]")
    >>> told = pd.DataFrame({"participant": "p1", "item": "late", "happened_on": day, "note": ""})
    >>> unread_events(example_schemes(), scores, Records(events=told.assign(quantity=1.0)))["reason"].tolist()
    ['no_such_item', 'no_scored_period']
    """
    events = records.events.reset_index(drop=True)
    placed = _in_periods(events.assign(event=events.index), scores["period"].unique(), schemes.calendar)
    scored = placed.merge(scores[KEY], on=["participant", "period"])
    pairs = [(s.id, item.name) for s in schemes for item in s.items]
    read = scored.merge(pd.DataFrame(pairs, columns=["scheme", "item"], dtype="str"), on=["scheme", "item"])
    covered = events.index.isin(scored["event"])
    reason = pd.Series(np.where(covered, "no_such_item", "no_scored_period"), index=events.index, dtype="str")
    left = events.assign(reason=reason)[~events.index.isin(read["event"])]
    return left[[*COLUMNS["events"], "reason"]].reset_index(drop=True)
