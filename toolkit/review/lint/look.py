"""What a lint rule looks at, and what it reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from toolkit.catalogue.kpi import Kpi
from toolkit.data.engagement import Engagement
from toolkit.errors import NotEnoughData
from toolkit.language import pick
from toolkit.periods import Calendar
from toolkit.scheme.accepted import Accepted
from toolkit.scheme.measure import Measure
from toolkit.scheme.scheme import Scheme, Schemes

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Hit:
    """One thing found.

    Parameters
    ----------
    where : str
        Address inside the scheme, as people write it: `measures.revenue.weight`; blank: the whole scheme.
    values : mapping
        What the card's message and advice say in braces: numbers, names, already in words where `words` of
        the look gives them.
    """

    where: str = ""
    values: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """A scheme, with the tables that there are; a table that nobody gave is empty and not asked for.

    Parameters
    ----------
    scheme : Scheme
        The one looked at.
    schemes : Schemes
        With the calendar and the KPIs.
    limits : mapping
        The rule's parameters.
    language : str
        en or zh: of the words in a hit's values.
    client : Engagement, optional
        Objectives, problems, who is on the roster.
    tables : mapping
        panel, targets, scorecard, scores, payouts, components, adjustments, participants.
    found : mapping
        Code → where, of the rules run on this scheme before; for the rule on accepted findings.
    memo : dict
        What `kept` keeps, shared by the rules of one run.
    """

    scheme: Scheme
    schemes: Schemes
    limits: Mapping[str, float]
    language: str
    client: Engagement | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    found: Mapping[str, Sequence[str]] = field(default_factory=dict)
    memo: dict[tuple[str, ...], Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def kpis(self) -> Mapping[str, Kpi]:
        """KPI id → definition."""
        return self.schemes.kpis

    @property
    def calendar(self) -> Calendar:
        """The engagement's periods."""
        return self.schemes.calendar

    def kpi(self, measure: Measure) -> Kpi:
        """A measure's KPI."""
        return self.schemes.kpis[measure.kpi]

    def named(self, measure: str) -> str:
        """A measure's KPI in the language of the look, as messages name it."""
        return pick(self.kpi(self.scheme.measure(measure)).name, self.language)

    def own(self, table: str) -> pd.DataFrame:
        """A table's rows of this scheme (of all schemes where the table names none)."""
        rows = self.tables[table]
        if "scheme" not in rows:
            return rows
        return self.kept(lambda: rows[rows["scheme"] == self.scheme.id], "own", self.scheme.id, table)

    def measured(self, kpi: str, level: str) -> pd.DataFrame:
        """The panel's rows of a KPI at a level."""
        panel = self.tables["panel"]
        every = self.kept(lambda: panel[panel["kpi"] == kpi], "kpi", kpi)
        return self.kept(lambda: every[every["level"] == level], "measured", kpi, level)

    def kept(self, make: Callable[[], pd.DataFrame], *key: str) -> pd.DataFrame:
        """What `make` gives, computed once in a run: many rules read the same rows, and none changes them."""
        if key not in self.memo:
            self.memo[key] = make()
        found: pd.DataFrame = self.memo[key]
        return found

    @property
    def is_scorecard(self) -> bool:
        """Whether a score decides something: pay by its curve, a pool's shares, or a modifier by grade."""
        plan = self.scheme.pay
        by_score = plan.curve is not None or plan.pool is not None or any(m.grades for m in plan.modifiers)
        return by_score or len(self.scheme.measures) > 1

    @property
    def paid(self) -> tuple[str, ...]:
        """Names of the measures that pay by themselves; all where pay follows the score."""
        plan = self.scheme.pay
        names = [m.name for m in self.scheme.measures]
        if plan.curve is not None or plan.pool is not None:
            return tuple(m.name for m in self.scheme.measures if m.weight > 0)
        alone = {*plan.measures, *(rate.of for rate in plan.rates)}
        return tuple(name for name in names if name in alone)


def accepts(entry: Accepted, code: str, where: str) -> bool:
    """Whether an accepted finding covers one of a code at an address: there, inside it, or anywhere.

    Examples
    --------
    >>> entry = Accepted(rule="W01", reason="Agreed with the region", where="measures.visits")
    >>> accepts(entry, "W01", "measures.visits.weight"), accepts(entry, "W01", "measures.visits_new")
    (True, False)
    """
    inside = entry.where in ("", where) or where.startswith(f"{entry.where}.")
    return entry.rule == code and inside


Rule = Callable[[Look], Iterator[Hit]]
RULES: dict[str, Rule] = {}


def rule(code: str) -> Callable[[Rule], Rule]:
    """Register a function as the rule of a code; its card stands in `cards/`.

    A rule may raise NotEnoughData: it is then listed as not run, with the reason.
    """

    def register(found: Rule) -> Rule:
        if code in RULES:
            raise ValueError(f"two rules are called {code}: {RULES[code].__name__}, {found.__name__}")
        RULES[code] = found
        return found

    return register


__all__ = ["RULES", "Hit", "Look", "NotEnoughData", "Rule", "accepts", "rule"]
