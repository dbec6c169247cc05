"""Who is appraised under which scheme in which period, and whose value counts for it."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from toolkit.appraise.grid import only, ordered, stacked
from toolkit.data.panel.spine import COMPANY, UNASSIGNED
from toolkit.errors import Problems, SchemeError
from toolkit.periods import Calendar
from toolkit.scheme.coverage import applies, column_problems, employment
from toolkit.scheme.scheme import Scheme, Schemes

KEY = ["scheme", "participant", "period"]
_READ = (
    *("participant", "team", "region", "difficulty"),
    *("hired_on", "left_on", "valid_from", "valid_to"),
)


def period_table(calendar: Calendar, names: Iterable[str]) -> pd.DataFrame:
    """Periods by name (period, grain, start, end); names that the calendar does not have are left out."""
    rows = []
    for name in dict.fromkeys(names):
        try:
            rows.append((name, calendar.grain_of(name), *calendar.bounds(name)))
        except KeyError:  # a named calendar knows only its own periods
            continue
    table = pd.DataFrame(rows, columns=["period", "grain", "start", "end"])
    return table.astype({"period": "str", "grain": "str", "start": "datetime64[s]", "end": "datetime64[s]"})


def assignments(schemes: Schemes, participants: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Who is appraised under which scheme in each period.

    A whole period counts under the scheme that holds for the person, with the team and region they have, on
    their last employed day in it.

    Parameters
    ----------
    schemes : Schemes
    participants : DataFrame
        The standard table.
    periods : DataFrame
        period, grain, start, end.

    Returns
    -------
    DataFrame
        scheme (name@version), participant (at team or region level the group), person, period, grain, start,
        end, last_day, exposure (the person's employed days ÷ the period's days, 8 decimals), and the roster's
        columns. One row a person, period and scheme.

    Raises
    ------
    SchemeError
        A scheme applies by a column that the table does not have, or two schemes hold for a person on that
        day.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> from toolkit.appraise.example import example_roster
    >>> schemes = example_schemes()
    >>> periods = period_table(schemes.calendar, ["2026-01", "2026-02"])
    >>> assignments(schemes, example_roster(), periods)[["person", "period", "exposure"]].values.tolist()
    [['p1', '2026-01', 1.0], ['p1', '2026-02', 1.0], ['p2', '2026-02', 0.5]]
    """
    problems = Problems()
    column_problems(schemes, participants, problems)
    problems.raise_as(SchemeError)
    people = employment(participants, periods)
    parts = [_under(scheme, people) for scheme in schemes]
    assigned = stacked(parts) if parts else _under_none(people)
    _refuse_two(assigned)
    front = [*KEY[:2], "person", "period"]
    rest = [c for c in assigned.columns if c not in front]
    return ordered(assigned[front + rest], ["scheme", "participant", "person", "period"])


def _under(scheme: Scheme, people: pd.DataFrame) -> pd.DataFrame:
    day = people["last_day"]
    holds = day >= pd.Timestamp(scheme.effective.from_)
    if scheme.effective.to is not None:
        holds = holds & (day <= pd.Timestamp(scheme.effective.to))
    rows = only(people, holds & applies(scheme, people))
    who = rows["participant"] if scheme.level == "individual" else rows[scheme.level].fillna(UNASSIGNED)
    return rows.assign(scheme=scheme.id, person=rows["participant"], participant=who)


def _under_none(people: pd.DataFrame) -> pd.DataFrame:
    return people.iloc[:0].assign(scheme="", person="")


def _refuse_two(assigned: pd.DataFrame) -> None:
    twice = assigned[assigned.duplicated(["person", "period"], keep=False)]
    problems = Problems()
    for (person, _), rows in twice.groupby(["person", "period"]):
        day, ids = str(rows["last_day"].iloc[0])[:10], ", ".join(sorted(rows["scheme"]))
        problems.add("scheme.two_schemes", where="schemes", value=person, first=day, last=day, schemes=ids)
    problems.raise_as(SchemeError)


def subjects(schemes: Schemes, participants: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """Each scheme's participants in the periods that it scores or pays.

    Parameters
    ----------
    schemes : Schemes
    participants : DataFrame
    names : iterable of str
        Periods there are numbers for.

    Returns
    -------
    DataFrame
        scheme, participant, period, grain, exposure (of a group: the sum of its people's, at most 1), team,
        region, start (of the period), last_day (employed in it), and difficulty if the roster has it; sorted
        by scheme, participant, period.
    """
    read = {*_READ, *(column for scheme in schemes for column in scheme.applies_to)}
    people = participants[[column for column in participants if column in read]]
    assigned = assignments(schemes, people, period_table(schemes.calendar, names))
    parts = []
    for scheme in schemes:
        counted = assigned["grain"].isin([scheme.score_every, scheme.pay_every])
        rows = only(assigned, (assigned["scheme"] == scheme.id) & counted)
        if scheme.level != "individual":
            total = rows.groupby(["participant", "period"])["exposure"].transform("sum").clip(upper=1.0)
            rows = rows.assign(exposure=total).drop_duplicates(["participant", "period"])
        parts.append(rows)
    columns = [*KEY, "grain", "exposure", "team", "region", "start", "last_day"]
    columns += ["difficulty"] if "difficulty" in assigned else []
    every = stacked(parts) if parts else assigned
    return ordered(every[columns], KEY)


def unit_names(rows: pd.DataFrame, scheme: Scheme, level: str) -> pd.Series:
    """Whose value counts: the participant's, their team's or region's of the last employed day, or all."""
    if level == "company":
        return pd.Series(COMPANY, index=rows.index, dtype="str")
    if level == scheme.level:
        return rows["participant"]
    return rows[level].fillna(UNASSIGNED)


def presence(people: pd.DataFrame) -> pd.DataFrame:
    """Level, unit, period and exposure of every person and group with somebody employed in a period."""
    parts = []
    for level in ("individual", "team", "region", "company"):
        names: pd.Series | str = (
            COMPANY if level == "company" else people["participant" if level == "individual" else level]
        )
        parts.append(people[["period", "exposure"]].assign(level=level, unit=names))
    every = pd.concat(parts, ignore_index=True)
    every["unit"] = every["unit"].fillna(UNASSIGNED)
    found = every.groupby(["level", "unit", "period"], as_index=False, sort=False)["exposure"].sum()
    return found.assign(exposure=found["exposure"].clip(upper=1.0))
