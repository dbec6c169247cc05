"""Whose statement it is: the person, the scheme that held, and the rows of each table that are theirs."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.appraise.appraisal import Appraisal
from toolkit.data.panel.spine import COMPANY, UNASSIGNED
from toolkit.errors import DataError, Problem
from toolkit.faults import near
from toolkit.report.statement.period import TABLES, OfPeriod, of_period
from toolkit.scheme.scheme import Scheme

_OF_THE_UNIT = ("targets", "scorecard", "score_steps", "scores")


@dataclass(frozen=True)
class Subject:
    """A participant's period: the scheme in force, the roster's row, and their rows of every table.

    `unit` is whose score it is: the participant, or at team level their team. `whose` is the unit at each
    level. `late` says that the scheme does not hold any more, or not for them: it pays or takes back what an
    earlier period earned.
    """

    appraisal: OfPeriod
    scheme: Scheme
    participant: str
    unit: str
    period: str
    roster: pd.Series
    whose: dict[str, str]
    tables: dict[str, pd.DataFrame]
    late: bool = False

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
        return self.appraisal.measured(level, own.kpi, period or self.period, self.whose[level])

    def card(self, measure: str) -> pd.Series | None:
        """The scorecard's row of a measure."""
        rows = self.tables["scorecard"]
        own = rows[(rows["measure"] == measure).to_numpy(dtype=bool)]
        return None if own.empty else own.iloc[0]


def subjects(appraisal: Appraisal, participant: str, period: str) -> list[Subject]:
    """A participant's rows of a period: those under the scheme in force, then those that only came later.

    Raises
    ------
    DataError
        Nobody has this id, the period has no scores, or no scheme has anything of the participant in it.
    """
    if isinstance(appraisal, OfPeriod):
        scored, known = [appraisal.period], appraisal.people
    else:
        scored = sorted(set(appraisal.scores["period"]))
        known = frozenset(appraisal.client.participants["participant"].astype(str))
    if participant not in known:
        found = near(participant, [str(who) for who in known])
        raise DataError(Problem("explain.no_such_participant", value=participant, values={"known": found}))
    if period not in scored:
        values = {"known": ", ".join(scored[-8:]) or "–"}
        raise DataError(Problem("explain.no_such_period", value=period, values=values))
    return _found(of_period(appraisal, period), participant)


def _found(appraisal: OfPeriod, participant: str) -> list[Subject]:
    place = appraisal.places_held.get(participant)
    listed = [] if place is None else [_in_force(appraisal, participant, appraisal.held.iloc[place])]
    own = [s.scheme.id for s in listed]
    others = [s for s in appraisal.schemes_of.get(participant, []) if s not in own]
    listed += [_late(appraisal, participant, scheme) for scheme in others]
    if not any(len(table) for one in listed for table in one.tables.values()):
        values = {"period": appraisal.period}
        raise DataError(Problem("explain.not_covered", value=participant, values=values))
    return listed


def _in_force(appraisal: OfPeriod, participant: str, row: pd.Series) -> Subject:
    scheme, unit = appraisal.schemes[row["scheme"]], str(row["participant"])
    whose = {level: str(row[level]) if pd.notna(row[level]) else UNASSIGNED for level in ("team", "region")}
    whose |= {"individual": participant, "company": COMPANY}
    tables = _tables(appraisal, scheme, participant, unit)
    return Subject(appraisal, scheme, participant, unit, appraisal.period, row, whose, tables)


def _late(appraisal: OfPeriod, participant: str, scheme_id: str) -> Subject:
    scheme = appraisal.schemes[scheme_id]
    roster = pd.Series({"last_day": pd.NaT, "exposure": 0.0})
    whose = {"individual": participant, "company": COMPANY, "team": UNASSIGNED, "region": UNASSIGNED}
    tables = _tables(appraisal, scheme, participant, participant)
    return Subject(
        appraisal, scheme, participant, participant, appraisal.period, roster, whose, tables, late=True
    )


def _tables(appraisal: OfPeriod, scheme: Scheme, participant: str, unit: str) -> dict[str, pd.DataFrame]:
    who = {name: unit if name in _OF_THE_UNIT else participant for name in TABLES}
    return {name: appraisal.own(name, who[name], scheme.id) for name in TABLES}
