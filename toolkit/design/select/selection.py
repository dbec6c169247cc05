"""The choice as it is handed on: the set, the sets after it, and why, in either language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import pandas as pd

TABLE = [
    "kpi", "category", "chosen", "value", "sd", "marginal_value", "break_even", "inclusion_frequency", "low",
    "high", "standing", "reason",
]  # fmt: skip
Words = Mapping[str, str]  # language → sentence


class RunnerUp(NamedTuple):
    """A set that came close: its KPIs, its value, and how it differs from the best (+visits, -calls)."""

    kpis: tuple[str, ...]
    value: float
    differs_in: tuple[str, ...]


@dataclass(frozen=True)
class Selection:
    """A choice of KPIs.

    The search is exact, the value is judgement.

    Parameters
    ----------
    best : tuple of str
        The KPIs chosen, in the candidates' order.
    value : float
        Of the set: its KPIs' values, less what overlaps and what its data cost.
    runners_up : tuple of RunnerUp
        Sets that differ from every better one in at least two KPIs, best first.
    facts : DataFrame
        A row a candidate: `table` without its reasons, and cost (points), unreliable (its reliability fails).
    criteria : DataFrame
        kpi, criterion, score, sd, source, weight.
    costs : DataFrame
        row (the wish's name), gain (what the set would be worth more without it).
    reasons, wishes : tuple of mapping
        Sentences by language: of each row of `facts`, of each row of `costs`.
    problem : mapping
        How large the search was, how it was done, and the prices (overlap, data) taken off.
    inputs : mapping
        Path in the engagement → sha256 of what the choice rests on.
    language : str
        Of the sentences that the tables show.
    stale : bool
        Whether the inputs have changed since it was saved.
    """

    best: tuple[str, ...]
    value: float
    runners_up: tuple[RunnerUp, ...]
    facts: pd.DataFrame
    criteria: pd.DataFrame
    costs: pd.DataFrame
    reasons: tuple[Words, ...]
    wishes: tuple[Words, ...]
    problem: Mapping[str, object]
    inputs: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    stale: bool = False

    @property
    def table(self) -> pd.DataFrame:
        """A row a candidate.

        Returns
        -------
        DataFrame
            kpi, category, chosen, value (0-1) and its sd, marginal_value (what the set loses with the KPI
            turned around: taken out, or put in), break_even (out: the value that would bring it in),
            inclusion_frequency with its interval low and high, standing (core, swing, out), reason.
        """
        said = [words[self.language] for words in self.reasons]
        return self.facts.assign(reason=pd.Series(said, index=self.facts.index, dtype="str"))[TABLE]

    @property
    def binding(self) -> pd.DataFrame:
        """The wishes that cost something: row, gain, words; the dearest first."""
        said = [words[self.language] for words in self.wishes]
        return self.costs.assign(words=pd.Series(said, index=self.costs.index, dtype="str"))

    @property
    def unreliable(self) -> tuple[str, ...]:
        """The chosen KPIs of which differences between people are mostly luck in one period."""
        return tuple(self.facts.loc[self.facts["chosen"] & self.facts["unreliable"], "kpi"])

    def told_in(self, language: str) -> Selection:
        """The same choice with its sentences in a language, en or zh."""
        return replace(self, language=language)
