"""What happened beside the KPIs: ratings, events, deals, cash, reversals, corrections, each a table."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

COLUMNS = {
    "ratings": ("participant", "period", "measure", "rater", "kind", "rating", "comment"),
    "events": ("participant", "item", "quantity", "happened_on", "note"),
    "deals": ("participant", "period", "kpi", "deal", "amount"),
    "collected": ("participant", "period", "kpi", "by", "credited", "collected"),
    "reversed": ("participant", "period", "kpi", "by", "deal", "amount", "days"),
    "corrections": ("participant", "period", "concerns", "amount", "reason", "author", "at"),
}
_KINDS = {
    **dict.fromkeys(("quantity", "rating", "amount", "credited", "collected", "days"), "float64"),
    **dict.fromkeys(("happened_on", "at"), "datetime64[s]"),
}


def _empty(table: str) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=_KINDS.get(name, "str")) for name in COLUMNS[table]})


@dataclass(frozen=True)
class Records:
    """What scoring and paying read beside the panel; a table left out is empty.

    Parameters
    ----------
    ratings : DataFrame
        participant, period, measure, rater, kind (self, peer, manager), rating, comment.
    events : DataFrame
        participant, item (as a scheme names it), quantity, happened_on, note.
    deals : DataFrame
        participant, period, kpi, deal, amount: what single deals credited, for caps by deal.
    collected : DataFrame
        participant, period, kpi, by, credited, collected: of the amount credited in `period`, the cash in by
        the end of the period `by`.
    reversed : DataFrame
        participant, period, kpi, by, deal, amount, days: what was cancelled or returned in the period `by`,
        so many days after it was credited in `period`.
    corrections : DataFrame
        participant, period (paid with), concerns (the period corrected), amount, reason, author, at.

    Raises
    ------
    ValueError
        A table lacks a column.

    Examples
    --------
    >>> len(Records().events), list(Records().collected.columns[:3])
    (0, ['participant', 'period', 'kpi'])
    """

    ratings: pd.DataFrame = field(default_factory=lambda: _empty("ratings"))
    events: pd.DataFrame = field(default_factory=lambda: _empty("events"))
    deals: pd.DataFrame = field(default_factory=lambda: _empty("deals"))
    collected: pd.DataFrame = field(default_factory=lambda: _empty("collected"))
    reversed: pd.DataFrame = field(default_factory=lambda: _empty("reversed"))
    corrections: pd.DataFrame = field(default_factory=lambda: _empty("corrections"))

    def __post_init__(self) -> None:
        for table, columns in COLUMNS.items():
            lacking = [name for name in columns if name not in getattr(self, table)]
            if lacking:
                raise ValueError(f"{table} lacks {', '.join(lacking)}")


NONE = Records()
