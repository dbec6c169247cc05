"""One period of an appraisal, found by person in no time, so that thousands of statements of it are quick."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from toolkit.appraise.appraisal import Appraisal
from toolkit.appraise.roster import assignments, period_table, unit_names
from toolkit.data.panel.spine import COMPANY, UNASSIGNED
from toolkit.scheme.scheme import Scheme

TABLES = ("targets", "scorecard", "score_steps", "scores", "payouts", "components", "adjustments", "unpaid")


@dataclass(frozen=True)
class OfPeriod(Appraisal):
    """An appraisal with the rows of one period only; the panel keeps the periods that targets grew from.

    Parameters
    ----------
    period : str
    """

    period: str

    def own(self, table: str, participant: str, scheme: str) -> pd.DataFrame:
        """A participant's rows of a table under a scheme, in the table's order."""
        found = self._places[table].get((scheme, participant))
        whole: pd.DataFrame = getattr(self, table)
        return whole.iloc[:0] if found is None else whole.iloc[found]

    @cached_property
    def _places(self) -> dict[str, dict[Hashable, np.ndarray]]:
        tables = {name: getattr(self, name) for name in TABLES}
        return {n: dict(t.groupby(["scheme", "participant"]).indices) for n, t in tables.items()}

    @cached_property
    def held(self) -> pd.DataFrame:
        """Who is appraised under which scheme in the period, as `assignments` gives it."""
        periods = period_table(self.client.calendar, [self.period])
        return assignments(self.schemes, self.client.participants, periods)

    @cached_property
    def places_held(self) -> dict[str, int]:
        """Person → row of `held`."""
        return {str(who): i for i, who in enumerate(self.held["person"])}

    @cached_property
    def schemes_of(self) -> dict[str, list[str]]:
        """Person → the schemes under which they are paid or not: released or taken back later, too."""
        rows = pd.concat([t[["participant", "scheme"]] for t in (self.payouts, self.unpaid)])
        rows = rows[rows["scheme"] != ""].drop_duplicates()
        return {str(who): list(ids) for who, ids in rows.groupby("participant", sort=False)["scheme"]}

    @cached_property
    def hired(self) -> dict[str, pd.Timestamp]:
        """Person → the first day ever."""
        first = self.client.participants.groupby("participant")["hired_on"].min()
        return {str(who): day for who, day in first.items()}

    @cached_property
    def people(self) -> frozenset[str]:
        """Everybody in the roster."""
        return frozenset(self.client.participants["participant"].astype(str))

    def measured(self, level: str, kpi: str, period: str, unit: str) -> pd.Series | None:
        """The panel's row of a KPI: numerator, denominator, value, exposure, rows, missing."""
        place = self._panel.get((level, kpi, period, unit))
        return None if place is None else self.panel.iloc[place]

    @cached_property
    def _panel(self) -> dict[tuple[str, str, str, str], int]:
        panel = self.panel
        units = panel["participant"].where(panel["level"] != "company", COMPANY)
        keys = zip(panel["level"], panel["kpi"], panel["period"], units, strict=True)
        return {key: place for place, key in enumerate(keys)}

    def rated(self, participant: str) -> pd.DataFrame:
        """The ratings of a participant, of all periods."""
        found = self._ratings.get(participant)
        return self.records.ratings.iloc[found if found is not None else []]

    @cached_property
    def _ratings(self) -> dict[Hashable, np.ndarray]:
        return {
            who: np.asarray(own) for who, own in self.records.ratings.groupby("participant").indices.items()
        }

    def reached(self, scheme: str, measure: str, column: str) -> np.ndarray:
        """Everybody's attainment or actual of a measure under a scheme, without the blank ones."""
        own = self._cards.get((scheme, measure))
        values = self.scorecard[column].to_numpy(dtype=float, na_value=np.nan)
        found = values[own] if own is not None else np.empty(0)
        return found[~np.isnan(found)]

    @cached_property
    def _cards(self) -> dict[Hashable, np.ndarray]:
        groups = self.scorecard.groupby(["scheme", "measure"]).indices
        return {key: np.asarray(own) for key, own in groups.items()}

    def scored(self, scheme: str, within: str, unit: str) -> pd.DataFrame:
        """Who of a scheme has a score, all of them or those of one team or region."""
        if (scheme, within, unit) not in self._scored:
            rows = self.scores[(self.scores["scheme"] == scheme) & self.scores["score"].notna()]
            if within != "scheme":
                rows = rows[rows["participant"].isin(self._members(scheme, within, unit)["participant"])]
            self._scored[scheme, within, unit] = rows
        return self._scored[scheme, within, unit]

    @cached_property
    def _scored(self) -> dict[tuple[str, str, str], pd.DataFrame]:
        return {}

    def _members(self, scheme: str, within: str, unit: str) -> pd.DataFrame:
        """The people of a scheme in a group."""
        rows = self.held[self.held["scheme"] == scheme]
        return rows if within == "scheme" else rows[rows[within].fillna(UNASSIGNED) == unit]

    def pool(self, scheme: Scheme, unit: str) -> dict[str, Any]:
        """Of the pool that a group shares: the points of all, how many share, what its measure brought."""
        if (scheme.id, unit) not in self._pools:
            self._pools[scheme.id, unit] = self._pool(scheme, unit)
        return self._pools[scheme.id, unit]

    def _pool(self, scheme: Scheme, unit: str) -> dict[str, Any]:
        plan = scheme.pay.pool
        assert plan is not None
        members = self._members(scheme.id, plan.within, unit)
        parts = self.components
        rows = parts[(parts["scheme"] == scheme.id) & (parts["component"] == "pool")]
        points = rows.loc[rows["participant"].isin(members["person"]), "read"]
        found: dict[str, Any] = {"points": float(points.sum()), "n": int((points > 0).sum())}
        if plan.of:
            card = self.scorecard
            own = card[(card["scheme"] == scheme.id) & (card["measure"] == plan.of)]
            level = scheme.measure(plan.of).level or scheme.level
            value = members["participant"].map(own.set_index("participant")["actual"])
            units = unit_names(members, scheme, level)
            found["of"] = float(value[~units.duplicated()].sum())
        return found

    @cached_property
    def _pools(self) -> dict[tuple[str, str], dict[str, Any]]:
        return {}


def of_period(appraisal: Appraisal, period: str) -> OfPeriod:
    """The appraisal with the rows of one period only; itself where it is that already.

    Examples
    --------
    >>> from toolkit.appraise.appraisal import settle
    >>> from toolkit.assets import asset
    >>> from toolkit.data.load import load_engagement
    >>> client = load_engagement(asset("templates", "engagements", "adventureworks"))
    >>> sorted(set(of_period(settle(client), "2013-Q4").payouts["period"]))
    ['2013-Q4']
    """
    if isinstance(appraisal, OfPeriod) and appraisal.period == period:
        return appraisal
    given = {field.name: getattr(appraisal, field.name) for field in fields(Appraisal)}
    for name in TABLES:
        given[name] = given[name][(given[name]["period"] == period).to_numpy(dtype=bool)]
    wanted = {period, *_bases(appraisal, period)}
    given["panel"] = appraisal.panel[appraisal.panel["period"].isin(wanted)]
    return OfPeriod(**given, period=period)


def _bases(appraisal: Appraisal, period: str) -> set[str]:
    """The earlier periods that a growth target may have grown from."""
    calendar = appraisal.client.calendar
    found = {calendar.year_before(period)}
    if "quarter" in calendar.grains and calendar.grain_of(period) in ("month", "quarter"):
        found.add(calendar.shift(calendar.within(period, "quarter"), -1))
    return found
