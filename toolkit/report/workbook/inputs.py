"""What a workbook is written from: the tables, and of them the cards of each scheme and period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from toolkit.appraise.appraisal import Appraisal
from toolkit.appraise.items import quantities
from toolkit.appraise.records import NONE, Records
from toolkit.appraise.roster import KEY, assignments, period_table, unit_names
from toolkit.errors import NotEnoughData, Problem
from toolkit.language import pick
from toolkit.periods import Calendar, named_period
from toolkit.scheme.measure import Measure
from toolkit.scheme.scheme import Scheme, Schemes

CARD = ("target", "actual", "attainment", "score", "weight", "points")
_EMPTY = pd.DataFrame()


@dataclass(frozen=True)
class Tables:
    """The tables of an appraisal that a workbook shows and recomputes.

    Parameters
    ----------
    schemes : Schemes
    participants : DataFrame
        The standard table.
    scorecard, scores : DataFrame
        As `score` and `grade` give them.
    score_steps, payouts, components, adjustments, unpaid : DataFrame, optional
        As `score_steps` and `statements` give them.
    records : Records, optional
    client : str
        The client's name on the summary.
    """

    schemes: Schemes
    participants: pd.DataFrame
    scorecard: pd.DataFrame
    scores: pd.DataFrame
    score_steps: pd.DataFrame = field(default_factory=lambda: _EMPTY)
    payouts: pd.DataFrame = field(default_factory=lambda: _EMPTY)
    components: pd.DataFrame = field(default_factory=lambda: _EMPTY)
    adjustments: pd.DataFrame = field(default_factory=lambda: _EMPTY)
    unpaid: pd.DataFrame = field(default_factory=lambda: _EMPTY)
    records: Records = NONE
    client: str = ""

    @property
    def calendar(self) -> Calendar:
        """The schemes' periods."""
        return self.schemes.calendar

    def of(self, table: str, scheme: str, period: str) -> pd.DataFrame:
        """Rows of one scheme and period; none where the table was not given."""
        rows = getattr(self, table)
        if rows.empty:
            return rows
        return rows[(rows["scheme"] == scheme) & (rows["period"] == period)]

    def mean_ratings(
        self, measure: Measure, grain: str, start: pd.Timestamp, end: pd.Timestamp
    ) -> dict[tuple[str, str], float]:
        """(participant, group) → mean rating of a measure over all ratings of periods inside some days."""
        rows = self.records.ratings
        rows = rows[rows["measure"].isin([measure.name, measure.kpi]) & rows["rating"].notna()]
        inside = {p: self._inside(p, grain, start, end) for p in rows["period"].unique()}
        own = rows[rows["period"].map(inside).astype(bool)] if len(rows) else rows
        return own.groupby(["participant", "kind"])["rating"].mean().to_dict()  # type: ignore[return-value]

    def _inside(self, period: str, grain: str, start: pd.Timestamp, end: pd.Timestamp) -> bool:
        name = named_period(period, self.calendar, grain)
        if name is None:
            return False
        try:
            first, last = self.calendar.bounds(name)
        except KeyError:  # a named calendar knows only its own periods
            return False
        return bool(start <= first and last <= end)

    def earlier_scores(self, scheme: Scheme, period: str) -> dict[tuple[str, str], float]:
        """(participant, measure) → the latest own score of an earlier period of the same length."""
        calendar = self.calendar
        grain, start = calendar.grain_of(period), calendar.bounds(period)[0]
        ends = {p: calendar.bounds(p)[1] for p in self.scorecard["period"].unique()}
        before = [p for p, end in ends.items() if end < start and calendar.grain_of(p) == grain]
        ids = [s.id for s in self.schemes if s.name == scheme.name]
        rows = self.scorecard
        rows = rows[
            rows["scheme"].isin(ids) & rows["period"].isin(before) & (rows["missing"].fillna("") == "")
        ]
        rows = rows.assign(end=rows["period"].map(ends)).sort_values("end")
        last = rows.groupby(["participant", "measure"])["score"].last()
        return last.to_dict()  # type: ignore[return-value]


def tables_of(found: Appraisal, language: str = "en") -> Tables:
    """The tables of an appraisal."""
    return Tables(
        schemes=found.schemes,
        participants=found.client.participants,
        scorecard=found.scorecard,
        scores=found.scores,
        score_steps=found.score_steps,
        payouts=found.payouts,
        components=found.components,
        adjustments=found.adjustments,
        unpaid=found.unpaid,
        records=found.records,
        client=pick(found.client.client, language),
    )


def ending_with(tables: Tables, period: str = "") -> tuple[str, ...]:
    """The scored periods that end with this one, the shortest first; the latest ones where none is named.

    Raises
    ------
    NotEnoughData
        Nothing was scored, or nothing in that period.
    """
    scored = period_table(tables.calendar, tables.scores["period"].unique())
    named = scored[scored["period"] == period] if period else scored
    if named.empty:
        raise NotEnoughData(Problem("workbook.nothing_scored", where="scores", value=period or None))
    last = scored[scored["end"] == named["end"].max()]
    return tuple(last.sort_values("start", ascending=False)["period"])


@dataclass(frozen=True)
class Card:
    """The scores of one scheme in one period: a row a participant, a column a measure.

    `people` has participant, name, team, region, role, manager and difficulty; `numbers` an array
    (participants × measures) for each column of the scorecard; `totals` points_total, score, grade, rank;
    `steps` the amount of each (participant, step, name); `quantities` an array (participants × items), NaN
    where nothing was recorded.
    """

    scheme: Scheme
    period: str
    pays: bool
    people: pd.DataFrame
    numbers: dict[str, np.ndarray]
    missing: np.ndarray
    totals: pd.DataFrame
    steps: dict[tuple[str, str, str], float]
    quantities: np.ndarray

    @cached_property
    def names(self) -> list[str]:
        """The participants in order."""
        return self.people["participant"].tolist()

    @cached_property
    def place(self) -> dict[str, int]:
        """Participant → row."""
        return {name: i for i, name in enumerate(self.names)}

    def units(self, level: str) -> list[str]:
        """Whose value counts for each participant at a level."""
        return unit_names(self.people, self.scheme, level).astype(str).tolist()


def cards(tables: Tables, periods: Sequence[str]) -> list[Card]:
    """The cards of some periods: scheme by scheme, the shorter period first."""
    calendar = tables.calendar
    assigned = assignments(tables.schemes, tables.participants, period_table(calendar, periods))
    once = tables.participants.drop_duplicates("participant")
    names = dict(zip(once["participant"].astype(str), once["name"], strict=True))
    found = []
    for scheme in tables.schemes:
        for period in periods:
            if calendar.grain_of(period) not in (scheme.score_every, scheme.pay_every):
                continue
            card = _card(tables, scheme, period, assigned, names)
            if card is not None:
                found.append(card)
    return found


def _card(
    tables: Tables, scheme: Scheme, period: str, assigned: pd.DataFrame, names: dict[str, str]
) -> Card | None:
    rows, totals = (tables.of(name, scheme.id, period) for name in ("scorecard", "scores"))
    if rows.empty:
        return None
    people = _people(scheme, period, rows, assigned, names)
    order = {name: i for i, name in enumerate(people["participant"])}
    width = len(scheme.measures)
    measure = rows["measure"].map({m.name: i for i, m in enumerate(scheme.measures)}).to_numpy()
    at = rows["participant"].map(order).to_numpy() * width + measure
    numbers = {}
    for name in CARD:
        values = np.full(len(order) * width, np.nan)
        values[at] = rows[name].to_numpy(dtype=float)
        numbers[name] = values.reshape(-1, width)
    missing = np.full(len(order) * width, "", dtype=object)
    missing[at] = rows["missing"].fillna("").to_numpy(dtype=object)
    return Card(
        scheme,
        period,
        tables.calendar.grain_of(period) == scheme.pay_every,
        people,
        numbers,
        missing.reshape(-1, width),
        totals.set_index("participant").reindex(people["participant"]).reset_index(),
        _steps(tables.of("score_steps", scheme.id, period)),
        quantities(
            scheme, people[["participant"]].assign(period=period), tables.records.events, tables.calendar
        ),
    )


def _people(
    scheme: Scheme, period: str, rows: pd.DataFrame, assigned: pd.DataFrame, names: dict[str, str]
) -> pd.DataFrame:
    """Who is appraised, by team and name; of a team or region itself only its name."""
    who = rows[["participant"]].drop_duplicates()
    own = assigned[(assigned["scheme"] == scheme.id) & (assigned["period"] == period)]
    own = own.drop_duplicates("participant")
    own = own.drop(columns=[c for c in ("name", *KEY[::2]) if c in own])
    people = who.merge(own, on="participant", how="left")
    for column in ("team", "region", "role", "manager", "difficulty"):
        if column not in people:
            people[column] = np.nan
    if scheme.level != "individual":
        blank = ["role", "manager"] + (["team"] if scheme.level == "region" else [])
        people[blank] = None
    people["name"] = people["participant"].map(lambda p: names.get(p) or p)
    people["manager"] = people["manager"].map(lambda m: names.get(m, m) if pd.notna(m) else "")
    return people.sort_values(["team", "name", "participant"], ignore_index=True, na_position="last")


def _steps(rows: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    """(participant, step, name) → amount; two vetoes of one name are told apart by `name 1`, `name 2`."""
    found: dict[tuple[str, str, str], float] = {}
    if not rows.empty:
        columns = (rows[c].tolist() for c in ("participant", "step", "name", "amount"))
        for who, step, name, amount in zip(*columns, strict=True):
            found[who, step, name] = found.get((who, step, name), 0.0) + float(amount)
    return found
