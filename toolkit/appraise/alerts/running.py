"""The pay period that is going on: what was done in it until a day, and what is to be reached."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.appraise.alerts.rows import Look
from toolkit.appraise.roster import period_table, subjects, unit_names
from toolkit.appraise.targets import set_targets
from toolkit.data.panel.measure import measure
from toolkit.data.panel.spine import KEY, spine
from toolkit.periods import Calendar
from toolkit.scheme.scheme import Schemes

_DAY = pd.Timedelta(days=1)
_AROUND = pd.Timedelta(days=800)  # a year that holds the day lies inside


@dataclass(frozen=True)
class Stretch:
    """The part of a pay period that has passed, for one KPI.

    Parameters
    ----------
    period : str
    start, end : Timestamp
        The whole period's.
    known_to : Timestamp
        The last day whose numbers are known; the day before the start where none is.
    values : DataFrame
        level, participant, numerator, denominator, value, missing: what was measured from the start to that
        day.
    """

    period: str
    start: pd.Timestamp
    end: pd.Timestamp
    known_to: pd.Timestamp
    values: pd.DataFrame


def running_periods(schemes: Schemes, calendar: Calendar, as_of: pd.Timestamp) -> dict[str, str]:
    """Each scheme's pay period that has begun and not ended on a day; schemes without one are left out.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> schemes = example_schemes()
    >>> running_periods(schemes, schemes.calendar, pd.Timestamp("2026-05-20"))
    {'field_sales@2026-01': '2026-Q2'}
    >>> running_periods(schemes, schemes.calendar, pd.Timestamp("2026-06-30"))
    {}
    """
    found = {}
    for scheme in schemes:
        around = calendar.between(as_of - _AROUND, as_of + _AROUND, scheme.pay_every)
        now = around[(around["start"] <= as_of) & (as_of < around["end"])]
        if len(now):
            found[scheme.id] = str(now["period"].iloc[0])
    return found


def stretches(look: Look, period: str, kpis: list[str]) -> dict[str, Stretch]:
    """What was done in a period until the day, KPI by KPI.

    KPIs with a definition are measured from source rows over the days passed. Of those that the client
    supplies as values, the whole finer periods (months) that have ended are added; where values do not add
    there is no stretch.
    """
    start, end = look.client.calendar.bounds(period)
    given = set(look.client.kpi_values["kpi"])
    defined = [k for k in kpis if k not in given]
    found = {}
    if defined:
        rows = _measured(look, period, start, defined)
        for kpi in defined:
            found[kpi] = Stretch(period, start, end, look.as_of, rows[rows["kpi"] == kpi])
    for kpi in (k for k in kpis if k in given):
        values = look.client.kpi_values[look.client.kpi_values["kpi"] == kpi]
        if values["denominator"].notna().all() or (values["additive"] == "yes").all():
            found[kpi] = _supplied(look, period, start, end, kpi)
    return found


def _measured(look: Look, period: str, start: pd.Timestamp, kpis: list[str]) -> pd.DataFrame:
    """The days passed as a calendar of one named period: measured as all periods are."""
    passed = Calendar(starts={period: start.date()}, ends=look.as_of.date())
    short = replace(look.client, calendar=passed, start=start.date(), end=look.as_of.date())
    return measure(short, kpis, ["quarter"])


def _supplied(look: Look, period: str, start: pd.Timestamp, end: pd.Timestamp, kpi: str) -> Stretch:
    calendar = look.client.calendar
    finest = calendar.grains[0]
    parts = [p for p in calendar.contains(period, finest) if calendar.bounds(p)[1] <= look.as_of]
    rows = look.tables.panel
    rows = rows[(rows["kpi"] == kpi) & rows["period"].isin(parts)]
    gaps = (rows["missing"] != "") & (rows["missing"] != "not_employed")
    rows = rows.assign(gap=gaps & (rows["exposure"] > 0))
    summed = rows.groupby(["level", "participant"], as_index=False).agg(
        numerator=("numerator", "sum"), denominator=("denominator", "sum"), gap=("gap", "any")
    )
    summed = summed.assign(
        value=summed["numerator"], missing=np.where(summed["gap"], "no_rows_in_period", "")
    )
    known_to = calendar.bounds(parts[-1])[1] if parts else start - _DAY
    return Stretch(period, start, end, known_to, summed.drop(columns="gap"))


def goals(look: Look, period: str, scheme_ids: list[str], kpis: list[str]) -> pd.DataFrame:
    """What is to be reached in a running period, by the schemes' own target rules.

    Returns
    -------
    DataFrame
        scheme, measure, kpi, level, participant (person or group whose value counts), target, basis. A
        measure of a group stands once, not for each of its members.
    """
    client, schemes = look.client, look.tables.schemes
    past = look.ended(look.tables.panel)
    whole = spine(client.participants, period_table(client.calendar, [period]))
    now = [whole.assign(kpi=kpi, value=np.nan, missing="running") for kpi in kpis]
    columns = [*KEY, "kpi", "value", "exposure", "missing"]
    panel = pd.concat([past[columns], *(rows[columns] for rows in now)], ignore_index=True)
    targets = set_targets(schemes, panel, client.targets, client.participants)
    targets = targets[targets["period"] == period]
    people = subjects(schemes, client.participants, [period])
    parts = []
    for scheme in (s for s in schemes if s.id in scheme_ids):
        rows = people[people["scheme"] == scheme.id]
        for measure_ in (m for m in scheme.measures if m.target is not None and not m.raters):
            level = measure_.level or scheme.level
            own = targets[(targets["scheme"] == scheme.id) & (targets["measure"] == measure_.name)]
            units = rows[["participant"]].assign(unit=unit_names(rows, scheme, level))
            joined = units.merge(own, on="participant").drop(columns="participant")
            parts.append(joined.rename(columns={"unit": "participant"}).assign(kpi=measure_.kpi, level=level))
    every = pd.concat(parts, ignore_index=True) if parts else targets.assign(kpi="", level="")
    every = every.drop_duplicates(["scheme", "measure", "participant"])
    return every[["scheme", "measure", "kpi", "level", "participant", "target", "basis"]]
