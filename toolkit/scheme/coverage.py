"""Who is employed when, under which team and region, and whether exactly one scheme holds for everybody."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pandas as pd

from toolkit.errors import Problems
from toolkit.faults import near
from toolkit.periods import inclusive_days
from toolkit.scheme.scheme import Scheme, Schemes

_EARLY, _LATE = pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")
_DAY = pd.Timedelta(days=1)


def employment(participants: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """People employed in each period, with the roster's row of their last employed day in it.

    Parameters
    ----------
    participants : DataFrame
        The standard table; hired_on, left_on, valid_from and valid_to are inclusive days, blank for open. Of
        a person's several rows the first day hired and the last row's day left count.
    periods : DataFrame
        period, grain, start, end.

    Returns
    -------
    DataFrame
        participant, period, grain, start, end, last_day, exposure (employed days ÷ the period's days, 8
        decimals), and the roster's columns of that day (blank where no row of the roster holds then). One row
        a participant and period with exposure above zero.

    Examples
    --------
    >>> from toolkit.periods import Calendar
    >>> hired = pd.Timestamp("2026-01-11")
    >>> people = pd.DataFrame({"participant": ["p1"], "team": ["North"], "hired_on": [hired]})
    >>> people[["left_on", "valid_from", "valid_to"]] = pd.NaT
    >>> january = Calendar().between(pd.Timestamp("2026-01-01"), pd.Timestamp("2026-01-31"), "month")
    >>> employment(people, january)[["participant", "exposure", "team"]].values.tolist()
    [['p1', 0.67741935, 'North']]
    """
    people = _in_order(participants)[["participant", "hired_on", "left_on"]]
    who, when = np.divmod(np.arange(len(people) * len(periods)), max(len(periods), 1))
    hired, left = people["hired_on"].fillna(_EARLY), people["left_on"].fillna(_LATE)
    start, end = periods["start"].iloc[when], periods["end"].iloc[when]
    first = np.maximum(start.to_numpy(), hired.to_numpy()[who])
    last = np.minimum(end.to_numpy(), left.to_numpy()[who])
    days, whole = inclusive_days(first, last), inclusive_days(start, end)
    kept = np.flatnonzero(days > 0)
    spans = periods[["period", "grain", "start", "end"]].iloc[when[kept]].reset_index(drop=True)
    names = people["participant"].iloc[who[kept]].reset_index(drop=True)
    spans.insert(0, "participant", names)
    spans = spans.assign(last_day=last[kept], exposure=(days[kept] / whole[kept]).round(8))
    span, row = _holding(participants, names, spans["last_day"])
    roster = participants.drop(columns=["hired_on", "left_on", "participant"]).reset_index(drop=True)
    found = roster.reindex(row).reset_index(drop=True)
    if len(span) != len(spans) or (span[1:] == span[:-1]).any():
        spans = spans.iloc[span].reset_index(drop=True)
    return pd.concat([spans, found], axis=1)


def _holding(participants: pd.DataFrame, names: pd.Series, days: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """For each person and day the roster's rows that hold then, as places of both; -1 where none does."""
    codes, people = pd.factorize(participants["participant"])
    order, count = np.argsort(codes, kind="stable"), np.bincount(codes, minlength=len(people))
    begins = np.cumsum(count) - count
    person = people.get_indexer(pd.Index(names))
    each = count[person]
    span = np.repeat(np.arange(len(names)), each)
    place = np.arange(len(span)) - np.repeat(np.cumsum(each) - each, each)
    row = order[begins[person][span] + place]
    day = days.to_numpy()[span]
    since = participants["valid_from"].fillna(_EARLY).to_numpy()[row]
    until = participants["valid_to"].fillna(_LATE).to_numpy()[row]
    held = (since <= day) & (day <= until)
    span, row = span[held], row[held]
    without = np.flatnonzero(np.bincount(span, minlength=len(names)) == 0)
    if not len(without):
        return span, row
    span, row = np.append(span, without), np.append(row, np.full(len(without), -1))
    again = np.argsort(span, kind="stable")
    return span[again], row[again]


def _in_order(participants: pd.DataFrame) -> pd.DataFrame:
    """One row a person: hired on the first row's day or the earliest, left on the last row's day."""
    rows = participants.sort_values("valid_from", na_position="first", kind="stable")
    people = rows.drop_duplicates("participant", keep="last").drop(columns="hired_on")
    return people.merge(rows.groupby("participant", as_index=False)["hired_on"].min(), on="participant")


def applies(scheme: Scheme, people: pd.DataFrame) -> np.ndarray:
    """Which rows a scheme's `applies_to` covers, whatever the day.

    Raises
    ------
    KeyError
        The table has no such column.
    """
    covered = np.ones(len(people), dtype=bool)
    for column, values in scheme.applies_to.items():
        covered &= people[column].astype(str).isin(values).to_numpy()
    return covered


def column_problems(schemes: Schemes, participants: pd.DataFrame, problems: Problems) -> None:
    """Note the columns that schemes apply by and the participants table does not have."""
    for scheme in schemes:
        for column in scheme.applies_to:
            if column not in participants:
                known = near(column, [str(c) for c in participants.columns if not str(c).startswith("_")])
                place = f"applies_to.{column}"
                problems.add(
                    "scheme.no_such_column", where=scheme.id, column=place, value=column, known=known
                )


def coverage_problems(
    schemes: Schemes,
    participants: pd.DataFrame,
    start: dt.date | pd.Timestamp,
    end: dt.date | pd.Timestamp,
    problems: Problems,
) -> None:
    """Note every participant who has no scheme, or more than one, on an employed day.

    Parameters
    ----------
    schemes : Schemes
    participants : DataFrame
        The standard table.
    start, end : day
        Only days in between, both included, are looked at; days before the first scheme count as without one.
    problems : Problems
        Gets one problem for each participant and unbroken range of days.
    """
    before = len(problems)
    column_problems(schemes, participants, problems)
    if len(problems) > before:
        return
    rows = _held(participants)
    found = []
    for first, last in _segments(schemes, pd.Timestamp(start), pd.Timestamp(end)):
        holding = [s for s in schemes if pd.Timestamp(s.effective.from_) <= first <= _last_day(s)]
        masks = np.array([applies(s, rows) for s in holding]).reshape(len(holding), len(rows))
        begin, stop = (
            rows["from"].where(rows["from"] >= first, first),
            rows["to"].where(rows["to"] <= last, last),
        )
        part = rows[["participant"]].assign(first=begin, last=stop)
        part["schemes"] = [
            ", ".join(s.id for s, yes in zip(holding, column, strict=True) if yes) for column in masks.T
        ]
        wrong = (masks.sum(axis=0) != 1) & (part["first"] <= part["last"]).to_numpy()
        found.append(part[wrong])
    for row in _joined(pd.concat(found)).itertuples() if found else ():
        code = "scheme.two_schemes" if row.schemes else "scheme.no_scheme"
        begun, ended = str(row.first)[:10], str(row.last)[:10]
        problems.add(
            code, where="schemes", value=row.participant, schemes=row.schemes, first=begun, last=ended
        )


def _held(participants: pd.DataFrame) -> pd.DataFrame:
    """Roster rows with the employed days on which each holds."""
    people = _in_order(participants)[["participant", "hired_on", "left_on"]]
    rows = participants.drop(columns=["hired_on", "left_on"]).merge(people, on="participant")
    begin = rows[["hired_on", "valid_from"]].max(axis=1).fillna(_EARLY)
    return rows.assign(**{"from": begin, "to": rows[["left_on", "valid_to"]].min(axis=1).fillna(_LATE)})


def _last_day(scheme: Scheme) -> pd.Timestamp:
    return _LATE if scheme.effective.to is None else pd.Timestamp(scheme.effective.to)


def _segments(
    schemes: Schemes, start: pd.Timestamp, end: pd.Timestamp
) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Ranges of days inside [start, end] within which the same schemes hold."""
    starts = {pd.Timestamp(s.effective.from_) for s in schemes} | {_last_day(s) + _DAY for s in schemes}
    edges = [start, *sorted(day for day in starts if start < day <= end), end + _DAY]
    return [(first, after - _DAY) for first, after in pairwise(edges)]


def _joined(ranges: pd.DataFrame) -> pd.DataFrame:
    """Ranges that follow each other day on day, with the same schemes, as one."""
    ranges = ranges.sort_values(["participant", "first"], kind="stable")
    before = ranges.groupby(["participant", "schemes"])[["last"]].shift()["last"]
    ranges["chain"] = (
        (ranges["first"] != before + _DAY).groupby([ranges["participant"], ranges["schemes"]]).cumsum()
    )
    keys = ["participant", "schemes", "chain"]
    joined = ranges.groupby(keys, as_index=False).agg(first=("first", "min"), last=("last", "max"))
    return joined.sort_values(["participant", "first"])
