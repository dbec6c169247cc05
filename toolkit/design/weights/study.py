"""What is known of a scheme's weights, as tables and sentences: what a study hands on and a report reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

Words = Mapping[str, str]  # language → sentence
COLUMNS: dict[str, tuple[str, ...]] = {  # of each table, also when it has no rows
    "table": (
        *("measure", "kpi", "agreed", "proposed", "low", "high", "acting", "payout_acting"),
        *("expert", "equal", "data", "outcome", "reconciled", "why"),
    ),
    "stages": ("stage", "gap", "mean_score", "mean_payout", "reached"),
    "acting": ("stage", "of", "measure", "share", "low", "high"),
    "ranges": ("measure", "factor", "before", "after", "why"),
    "judges": (
        *("respondent", "name", "side", "method", "share"),
        *("consistency_ratio", "accepted", "inconsistent", "distance", "outlying"),
    ),
    "noise": ("respondent", "measure", "weight", "low", "high"),
    "pairs_to_revisit": ("respondent", "first", "second", "now", "suggested", "ratio_now", "ratio_then"),
    "sides": ("measure", "first", "second", "ratio", "low", "high", "apart"),
    "first_place": ("measure", "low", "high", "then"),
    "sobol": ("group", "first", "first_low", "first_high", "total", "total_low", "total_high"),
    "places": ("participant", "agreed_place", "best", "share_first", "expected_place"),
}
TEXTS = frozenset(
    (
        *("measure", "kpi", "why", "stage", "of", "respondent", "name", "side", "method", "then", "group"),
        *("participant", "before", "after"),
    )
)
FLAGS = frozenset(("reached", "outlying", "apart", "inconsistent"))
STAGES = ("agreed", "ranges", "weights", "steps")


def empty(name: str) -> pd.DataFrame:
    """A table of a study without rows, with its columns.

    Parameters
    ----------
    name : str
        A field of `SchemeWeights`.

    Examples
    --------
    >>> list(empty("first_place"))
    ['measure', 'low', 'high', 'then']
    """
    kinds = {c: kind_of(c, name) for c in COLUMNS[name]}
    return pd.DataFrame({c: pd.Series(dtype=kind) for c, kind in kinds.items()})


def kind_of(column: str, table: str) -> str:
    """A column's type: text, flag or number; `first` and `second` are names in one table only."""
    if column in ("first", "second"):
        return "str" if table == "pairs_to_revisit" else "float64"
    return "str" if column in TEXTS else "bool" if column in FLAGS else "float64"


@dataclass(frozen=True)
class SchemeWeights:
    """What one scheme's weights are, what they do, and what they might be. Shares and weights are ratios.

    Parameters
    ----------
    scheme : str
        `name@version`.
    table : DataFrame
        A row a measure: measure, kpi, agreed (the scheme's weight), proposed (after the step that the owner
        adopted), acting (share of the differences in scores between people) with its 90 % interval low and
        high, payout_acting, a column a source (expert, equal, data, outcome), reconciled, why.
        Blank: refused.
    stages : DataFrame
        stage (agreed, ranges, weights, steps), gap (the largest |acting share - agreed weight|), mean_score,
        mean_payout (payout ratio), reached.
    acting : DataFrame
        stage, of (score, payout), measure (`rest` for gates, vetoes and caps of payouts), share, low, high.
    ranges : DataFrame
        measure, factor (over 1: narrower, the same miss costs more), before, after (points of the curve, as
        text), why.
    judges : DataFrame
        respondent, name, side, method, share, consistency_ratio with what is accepted and whether it is over
        (inconsistent), distance, outlying, and the weights that each gives, a column a measure.
    noise : DataFrame
        respondent, measure, weight with its 90 % interval low and high under judgement noise, of pairs.
    pairs_to_revisit : DataFrame
        respondent, first, second, now, suggested, ratio_now, ratio_then.
    agreement : mapping
        w, p_value, judges, descriptive, consensus; empty without judges.
    sides : DataFrame
        measure, first, second (weights by either side), ratio, low, high, apart.
    first_place : DataFrame
        measure, low, high, then: inside which weights the first place stays, and who takes over outside.
    sobol : DataFrame
        group, first and total share of a score's uncertainty, with intervals.
    places : DataFrame
        participant, agreed_place, best, share_first, expected_place in the last pay period.
    refused : tuple
        What could not be said: (part, {en, zh}).
    words : mapping
        Language → sentences for the whole and for each measure.
    reasons : tuple of mapping
        Language → `why` of each row of `table`.
    range_reasons : tuple of mapping
        Language → `why` of each row of `ranges`.
    range_points : tuple of mapping
        Language → (before, after) of each row of `ranges`.
    facts : mapping
        n and people behind the acting shares, pay_n, pay_people, as_if (whether history was made by settling
        the scheme as if it had held), unit (of payouts), period (of the places), judges, side_names, counts
        (source → share in the reconciled weights), warned (measure → codes), adopt, adopted_on, weights
        (stage → measure → weight).
    """

    scheme: str
    table: pd.DataFrame
    stages: pd.DataFrame = field(default_factory=lambda: empty("stages"))
    acting: pd.DataFrame = field(default_factory=lambda: empty("acting"))
    ranges: pd.DataFrame = field(default_factory=lambda: empty("ranges"))
    judges: pd.DataFrame = field(default_factory=lambda: empty("judges"))
    noise: pd.DataFrame = field(default_factory=lambda: empty("noise"))
    pairs_to_revisit: pd.DataFrame = field(default_factory=lambda: empty("pairs_to_revisit"))
    agreement: Mapping[str, object] = field(default_factory=dict)
    sides: pd.DataFrame = field(default_factory=lambda: empty("sides"))
    first_place: pd.DataFrame = field(default_factory=lambda: empty("first_place"))
    sobol: pd.DataFrame = field(default_factory=lambda: empty("sobol"))
    places: pd.DataFrame = field(default_factory=lambda: empty("places"))
    refused: tuple[tuple[str, Words], ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reasons: tuple[Words, ...] = ()
    range_reasons: tuple[Words, ...] = ()
    range_points: tuple[Mapping[str, Sequence[str]], ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)

    def told_in(self, language: str) -> SchemeWeights:
        """The same with the sentences of its tables in a language, en or zh."""
        ranges = _said(self.ranges, self.range_reasons, language)
        for at, column in enumerate(("before", "after") if self.range_points else ()):
            shown = [one[language][at] for one in self.range_points]
            ranges = ranges.assign(**{column: pd.Series(shown, index=ranges.index, dtype="str")})
        return replace(self, table=_said(self.table, self.reasons, language), ranges=ranges)


@dataclass(frozen=True)
class WeightStudy:
    """What is known of the weights of an engagement's schemes.

    Parameters
    ----------
    schemes : tuple of SchemeWeights
    inputs : mapping
        Path in the engagement → sha256 of what the study rests on.
    seed : int
    stale : bool
        Whether the inputs have changed since it was saved.
    language : str
        Of the sentences that the tables show.
    """

    schemes: tuple[SchemeWeights, ...]
    inputs: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    stale: bool = False
    language: str = "en"

    def __getitem__(self, scheme: str) -> SchemeWeights:
        """A scheme's part by `name@version`, or by its name alone.

        Raises
        ------
        KeyError
            The study has no such scheme.
        """
        for one in self.schemes:
            if scheme in (one.scheme, one.scheme.split("@")[0]):
                return one
        raise KeyError(scheme)

    def told_in(self, language: str) -> WeightStudy:
        """The same study with its sentences in a language, en or zh."""
        return replace(self, schemes=tuple(s.told_in(language) for s in self.schemes), language=language)


def _said(table: pd.DataFrame, words: tuple[Words, ...], language: str) -> pd.DataFrame:
    """A table with its column `why` in a language."""
    said = [one[language] for one in words]
    return table.assign(why=pd.Series(said, index=table.index, dtype="str")) if said else table
