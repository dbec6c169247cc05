"""Whose statement it is: the person, the scheme that held, and the rows of each table that are theirs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from toolkit.appraise.appraisal import Appraisal
from toolkit.appraise.roster import assignments, period_table
from toolkit.data.panel.spine import COMPANY, UNASSIGNED
from toolkit.errors import DataError, Problem
from toolkit.faults import near
from toolkit.scheme.scheme import Scheme

_TABLES = ("targets", "scorecard", "score_steps", "scores", "payouts", "components", "adjustments", "unpaid")


@dataclass(frozen=True)
class Subject:
    """A participant's period: the scheme in force, the roster's row, and their rows of every table.

    `unit` is whose score it is: the participant, or at team level their team. `whose` is the unit at each
    level.
    """

    appraisal: Appraisal
    scheme: Scheme
    participant: str
    unit: str
    period: str
    roster: pd.Series
    whose: dict[str, str]
    tables: dict[str, pd.DataFrame]

    @property
    def name(self) -> str:
        """The participant as people know them."""
        return self.appraisal.names.get(self.participant, self.participant)

    @property
    def pays(self) -> bool:
        """Whether the period is one that the scheme pays."""
        return self.appraisal.client.calendar.grain_of(self.period) == self.scheme.pay_every

    def actual(self, measure: str, period: str = "") -> pd.Series | None:
        """The panel's row of a measure, of this period or another: numerator, denominator, value, rows."""
        own = self.scheme.measure(measure)
        level = own.level or self.scheme.level
        panel = self.appraisal.panel
        rows = panel[
            (panel["level"] == level)
            & (panel["kpi"] == own.kpi)
            & (panel["period"] == (period or self.period))
            & ((panel["participant"] == self.whose[level]) | (level == "company"))
        ]
        return None if rows.empty else rows.iloc[0]


def of_period(appraisal: Appraisal, period: str) -> Appraisal:
    """The appraisal with the rows of one period only, so that many statements of it are quick."""
    kept = {
        name: table[table["period"] == period] for name in _TABLES for table in [getattr(appraisal, name)]
    }
    panel = appraisal.panel
    bases = {period, *_bases(appraisal, period)}
    return replace(appraisal, panel=panel[panel["period"].isin(bases)], **kept)


def _bases(appraisal: Appraisal, period: str) -> set[str]:
    """The earlier periods that a growth target may have grown from."""
    calendar = appraisal.client.calendar
    found = {calendar.year_before(period)}
    if "quarter" in calendar.grains and calendar.grain_of(period) in ("month", "quarter"):
        found.add(calendar.shift(calendar.within(period, "quarter"), -1))
    return found


def subject(appraisal: Appraisal, participant: str, period: str) -> Subject:
    """A participant's rows of a period.

    Raises
    ------
    DataError
        Nobody has this id, the period has no scores, or no scheme held for the participant in it.
    """
    roster = appraisal.client.participants
    if participant not in set(roster["participant"]):
        ids = list(dict.fromkeys(roster["participant"]))
        found = near(participant, ids)
        raise DataError(Problem("explain.no_such_participant", value=participant, values={"known": found}))
    scored = sorted(set(appraisal.scores["period"]))
    if period not in scored:
        values = {"known": ", ".join(scored[-8:]) or "–"}
        raise DataError(Problem("explain.no_such_period", value=period, values=values))
    held = assignments(appraisal.schemes, roster, period_table(appraisal.client.calendar, [period]))
    rows = held[held["person"] == participant]
    if rows.empty:
        values = {"period": period}
        raise DataError(Problem("explain.not_covered", value=participant, values=values))
    row = rows.iloc[0]
    scheme, unit = appraisal.schemes[row["scheme"]], str(row["participant"])
    tables = {}
    for name in _TABLES:
        table = getattr(appraisal, name)
        who = unit if name in ("targets", "scorecard", "score_steps", "scores") else participant
        mine = (table["participant"] == who) & (table["period"] == period) & (table["scheme"] == scheme.id)
        tables[name] = table[mine]
    whose = {level: str(row[level]) if pd.notna(row[level]) else UNASSIGNED for level in ("team", "region")}
    whose |= {"individual": participant, "company": COMPANY}
    return Subject(appraisal, scheme, participant, unit, period, row, whose, tables)
