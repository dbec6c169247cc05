"""Who is due a payout under a scheme, with the numbers of their scorecard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.appraise.grid import Codes, Grid, coded, in_order, only, taken
from toolkit.appraise.lookup import numbers
from toolkit.appraise.roster import assignments, period_table, unit_names
from toolkit.periods import Calendar
from toolkit.scheme.scheme import Scheme, Schemes

_ROSTER = ("target_incentive", "base_salary", "commission_rate")
_PLACE = ("team", "region")


class Keys:
    """Participants and periods as whole numbers: joins on them are fast."""

    def __init__(self, participants: pd.Series, periods: pd.Series) -> None:
        """Learn the names there are."""
        self._known = coded(participants), coded(periods)
        self.size = len(self._known[0].words) * len(self._known[1].words)

    @property
    def own(self) -> np.ndarray:
        """The numbers of the pairs that were learned."""
        who, when = self._known
        return who.codes.astype(np.int64) * len(when.words) + when.codes

    def of(self, participants: pd.Series, periods: pd.Series) -> np.ndarray:
        """A number for each pair; `size` for a pair with a name that is not known."""
        who, when = (
            translated(coded(column), known.words)
            for column, known in zip((participants, periods), self._known, strict=True)
        )
        unknown = (who < 0) | (when < 0)
        return np.where(unknown, self.size, who.astype(np.int64) * len(self._known[1].words) + when)


def translated(wanted: Codes, words: pd.Index) -> np.ndarray:
    """Codes of one column as codes of another's words; -1 where it does not have the word."""
    return np.append(words.get_indexer(wanted.words), -1)[wanted.codes]


@dataclass(frozen=True)
class Card:
    """A scheme's scorecard, read for the rows of its sheet."""

    table: pd.DataFrame
    grid: Grid
    units: Codes
    periods: Codes
    places: dict[str, np.ndarray] = field(default_factory=dict)

    def read(self, measure: str, column: str) -> np.ndarray:
        """One column of a measure for each row; NaN where the card has none."""
        if measure not in self.places:
            self.places[measure] = self.grid.places((measure,), self.units, self.periods)
        values = self.table[column].to_numpy(dtype=float, na_value=np.nan)
        return taken(values, self.places[measure])

    def only(self, kept: np.ndarray) -> Card:
        """The card of some of the rows."""
        units, periods = (Codes(c.codes[kept], c.words) for c in (self.units, self.periods))
        places = {name: found[kept] for name, found in self.places.items()}
        return Card(self.table, self.grid, units, periods, places)


@dataclass(frozen=True)
class Sheet:
    """One scheme's rows that are due: a person and pay period each, in the order of person and time.

    Parameters
    ----------
    rows : DataFrame
        participant (of the scheme's level), person (blank: not in the roster), period, start, end, last_day,
        score, grade, exposure, team, region, hired_on, target_incentive, base_salary, commission_rate.
    periods : dict
        Last day of every pay period of this grain that anybody was scored in.
    """

    scheme: Scheme
    rows: pd.DataFrame
    card: Card
    calendar: Calendar
    periods: dict[str, pd.Timestamp]

    def __len__(self) -> int:
        """How many rows are due."""
        return len(self.rows)

    def only(self, kept: np.ndarray) -> Sheet:
        """The sheet of some of its rows."""
        if len(kept) == len(self):
            return self
        rows = self.rows.iloc[kept].reset_index(drop=True)
        return Sheet(self.scheme, rows, self.card.only(kept), self.calendar, self.periods)

    def read(self, measure: str, column: str) -> np.ndarray:
        """Of each row: a measure's actual, target, attainment or score."""
        return self.card.read(measure, column)

    def numbers(self, column: str) -> np.ndarray:
        """A column of the rows as floats."""
        return numbers(self.rows[column])

    def units(self, measure: str) -> pd.Series:
        """Whose value of a measure counts for each row: the participant's, their team's or region's."""
        return unit_names(self.rows, self.scheme, self.scheme.measure(measure).level or self.scheme.level)

    @property
    def names(self) -> pd.Series:
        """Who a row is about: the person, or, where no one in the roster is, the participant."""
        return self.rows["person"].fillna(self.rows["participant"])


def sheets(
    schemes: Schemes, scorecard: pd.DataFrame, scores: pd.DataFrame, participants: pd.DataFrame
) -> list[Sheet]:
    """Each scheme's sheet, in the schemes' order."""
    periods = period_table(schemes.calendar, scores["period"].unique())
    assigned = assignments(schemes, participants, periods)
    hired = participants.groupby("participant")["hired_on"].min()
    return [_sheet(s, schemes.calendar, scorecard, scores, assigned, periods, hired) for s in schemes]


def _sheet(
    scheme: Scheme,
    calendar: Calendar,
    scorecard: pd.DataFrame,
    scores: pd.DataFrame,
    assigned: pd.DataFrame,
    periods: pd.DataFrame,
    hired: pd.Series,
) -> Sheet:
    spans = periods[periods["grain"] == scheme.pay_every].set_index("period")
    due = _of(scheme, scores)
    due = only(due[["participant", "period", "score", "grade"]], due["period"].isin(spans.index))
    members = _of(scheme, assigned)
    members = only(members, members["period"].isin(spans.index))
    rows = _joined(due, members)
    when, who = coded(rows["period"]), coded(rows["person"])
    for edge in ("start", "end"):
        rows[edge] = spans[edge].reindex(when.words).to_numpy()[when.codes]
    rows["hired_on"] = np.append(hired.reindex(who.words).to_numpy(), np.datetime64("NaT"))[who.codes]
    rank = in_order(coded(rows["person"].fillna(rows["participant"]))).codes
    order = np.lexsort((rows["end"].to_numpy(), rank))
    if (order[1:] < order[:-1]).any():
        rows = rows.iloc[order].reset_index(drop=True)
    own = _of(scheme, scorecard)
    card = Card(own, Grid(own, ("measure",), "scorecard"), coded(rows["participant"]), coded(rows["period"]))
    return Sheet(scheme, rows, card, calendar, dict(spans["end"]))


def _of(scheme: Scheme, table: pd.DataFrame) -> pd.DataFrame:
    """A scheme's rows of a table."""
    return only(table, (table["scheme"] == scheme.id).to_numpy(dtype=bool))


def _joined(due: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """What is due, with the people it is due to; at team level each member has a row."""
    keys = Keys(due["participant"], due["period"])
    kept = [c for c in (*_PLACE, *_ROSTER) if c in members]
    people = members[["person", "last_day", "exposure", *kept]].assign(
        _key=keys.of(members["participant"], members["period"])
    )
    joined = due.assign(_key=keys.own).merge(people, on="_key", how="left")
    for column in set(_ROSTER) - set(kept):
        joined[column] = np.nan
    return joined.drop(columns="_key")


def spread(sheet: Sheet, measure: str, table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Rows of a records table that belong to the sheet's rows by whose measure it is, and period.

    Returns
    -------
    DataFrame
        row (position in the sheet) and the columns asked for.
    """
    own = table[table["kpi"] == sheet.scheme.measure(measure).kpi]
    keys = Keys(own["participant"], own["period"])
    asking = pd.DataFrame({"_key": keys.of(sheet.units(measure), sheet.rows["period"])})
    asking["row"] = np.arange(len(asking))
    known = own[list(columns)].assign(_key=keys.own)
    joined = asking[asking["_key"] < keys.size].merge(known, on="_key")
    return joined.drop(columns="_key")
