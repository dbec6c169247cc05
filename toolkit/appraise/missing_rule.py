"""Measures without a number: the others take their weight, they count as 0, or a score is carried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from toolkit.appraise.reading import Reasons
from toolkit.periods import Calendar
from toolkit.scheme.scheme import Scheme


@dataclass
class Sheet:
    """One scheme's scores while they are made: a row a participant and period, a column a measure.

    `missing` holds the number of the reason, 0 where the measure has a number of its own. `frozen` are the
    rows of the table of targets where these are the sheet's lines, in their order: as a rule they are.
    """

    scheme: Scheme
    rows: pd.DataFrame
    target: np.ndarray
    actual: np.ndarray
    attainment: np.ndarray
    score: np.ndarray
    missing: np.ndarray
    frozen: pd.DataFrame | None = None

    @classmethod
    def blank(cls, scheme: Scheme, rows: pd.DataFrame) -> Self:
        """A sheet to be filled in, as large as the scorecard will be: nothing is copied afterwards."""
        shape = (len(rows), len(scheme.measures))
        target, actual, attainment, score = (np.empty(shape) for _ in range(4))
        return cls(scheme, rows, target, actual, attainment, score, np.empty(shape, dtype=np.int16))

    @property
    def agreed(self) -> np.ndarray:
        """The measures' weights."""
        return np.array([m.weight for m in self.scheme.measures])

    @property
    def empty(self) -> np.ndarray:
        """Rows in which no measure that counts has a number of its own."""
        return ~(((self.missing == 0) & (self.agreed > 0)).any(axis=1))


def carry(sheets: Sequence[Sheet], calendar: Calendar, reasons: Reasons) -> list[np.ndarray]:
    """Each sheet's scores with those carried over, for the schemes whose rule it is.

    A measure keeps its own latest score of an earlier period of the same length, under any version of the
    scheme. A participant without any number in a period is not scored by carrying alone. `missing` of the
    sheets then names the period that the score is from.
    """
    found = [sheet.score for sheet in sheets]
    for i, sheet in enumerate(sheets):
        if sheet.scheme.missing != "carry" or not (sheet.missing != 0).any():
            continue
        family = [s for s in sheets if s.scheme.name == sheet.scheme.name]
        score, missing = sheet.score.copy(), sheet.missing.copy()
        open_rows = ~sheet.empty
        for j, measure in enumerate(sheet.scheme.measures):
            history = _history(family, measure.name, calendar)
            here = history[history["sheet"] == sheet.scheme.id].sort_values("row")
            carried = (open_rows & (sheet.missing[:, j] != 0)) & here["before"].notna().to_numpy()
            score[carried, j] = here["before"].to_numpy()[carried]
            names = here["from"].to_numpy()[carried]
            missing[carried, j] = [reasons.number(f"carried:{name}") for name in names]
        found[i], sheet.missing = score, missing
    return found


def _history(family: Sequence[Sheet], measure: str, calendar: Calendar) -> pd.DataFrame:
    """One measure's rows of all versions, each with the latest own score before it and its period."""
    parts = []
    for sheet in family:
        names = [m.name for m in sheet.scheme.measures]
        own = np.full(len(sheet.rows), np.nan)
        if measure in names:
            j = names.index(measure)
            own = np.where(sheet.missing[:, j] == 0, sheet.score[:, j], np.nan)
        part = sheet.rows[["participant", "period", "grain"]].assign(score=own, sheet=sheet.scheme.id)
        parts.append(part.assign(row=range(len(part))))
    every = pd.concat(parts, ignore_index=True)
    ends = {p: calendar.bounds(p)[1] for p in every["period"].unique()}
    every = every.assign(end=every["period"].map(ends)).sort_values(["participant", "grain", "end"])
    every["from"] = every["period"].where(every["score"].notna())
    who = every.groupby(["participant", "grain"], sort=False)
    return every.assign(**{"before": who["score"].ffill(), "from": who["from"].ffill()})


def weighted(sheet: Sheet, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores and the weights applied, by the scheme's rule for what is missing.

    In a row in which no measure that counts has a number, the agreed weights stay and scores stay blank.
    """
    blank, agreed = np.isnan(score), sheet.agreed
    none = ~((~blank & (agreed > 0)).any(axis=1))
    weights = np.tile(agreed, (len(score), 1))
    if sheet.scheme.missing == "zero":
        return np.where(blank & ~none[:, None], 0.0, score), weights
    other = np.flatnonzero(blank.any(axis=1) & ~none)
    weights[other] = _rescaled(agreed, ~blank[other])
    return score, weights


def _rescaled(agreed: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Weights with those of missing measures given to the others in proportion; a row sums to exactly 1."""
    weights = np.where(present, agreed, 0.0)
    shares = weights / weights.sum(axis=1)[:, None]
    largest = (np.arange(len(shares)), shares.argmax(axis=1))
    shares[largest] += 1.0 - shares.sum(axis=1)
    return shares
