"""What a scoring rule reads of its measure: target, actual, attainment, and why one of them is missing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
import pandas as pd

from toolkit.appraise.attainment import REASONS, reached
from toolkit.appraise.grid import Codes, Grid, coded, taken
from toolkit.appraise.lookup import numbers
from toolkit.appraise.ratings import rated
from toolkit.appraise.roster import unit_names
from toolkit.scheme.measure import Measure
from toolkit.scheme.scheme import Scheme, Schemes


class Reasons:
    """The words that say why there is no number, each with a number of its own; 0 is: there is one."""

    def __init__(self) -> None:
        self.words = list(REASONS)
        self._numbers = {word: i for i, word in enumerate(self.words)}
        self._one_at_a_time = Lock()  # measures are read side by side

    def number(self, word: str) -> int:
        """A word's number; a new word gets the next."""
        with self._one_at_a_time:
            if word not in self._numbers:
                self._numbers[word] = len(self.words)
                self.words.append(word)
            return self._numbers[word]


@dataclass(frozen=True)
class Reading:
    """One measure of one scheme: a number, NaN if none, for each participant and period.

    `place` is the target's row in the table of targets; `no_actual` and `no_attainment` hold the number of
    the reason, 0 where there is a value.
    """

    place: np.ndarray
    target: np.ndarray
    actual: np.ndarray
    attainment: np.ndarray
    no_actual: np.ndarray
    no_attainment: np.ndarray


class Ground:
    """The tables that scores are read from, coded once for all schemes and measures."""

    def __init__(
        self, schemes: Schemes, panel: pd.DataFrame, targets: pd.DataFrame, ratings: pd.DataFrame
    ) -> None:
        self.schemes, self.ratings, self.reasons = schemes, ratings, Reasons()
        with ThreadPoolExecutor(2) as side_by_side:  # Arrow lets go of the lock while it codes words
            coding = side_by_side.submit(Grid, panel, ("level", "kpi"), "panel")
            self._frozen = Grid(targets, ("scheme", "measure"), "targets")
            self._panel = coding.result()
        self._values = _as_floats(panel["value"])
        self._why = panel["missing"]
        self.targets = targets
        self._target = _as_floats(targets["target"])

    def read(self, who: Who, measure: Measure) -> Reading:
        """Target, actual and attainment of one measure for everybody under a scheme."""
        scheme = who.scheme
        place = self._frozen.places((scheme.id, measure.name), who.units(scheme.level), who.periods)
        target = taken(self._target, place)
        actual, no_actual = self._rated(who, measure) if measure.raters else self._measured(who, measure)
        direction = self.schemes.kpis[measure.kpi].direction
        attained, why = reached(actual, target, direction, measure.attainment)
        lacking = no_actual > 0
        why[lacking] = no_actual[lacking]
        return Reading(place, target, actual, attained, no_actual, why)

    def _measured(self, who: Who, measure: Measure) -> tuple[np.ndarray, np.ndarray]:
        level = measure.level or who.scheme.level
        place = self._panel.places((level, measure.kpi), who.units(level), who.periods)
        actual = taken(self._values, place)
        no_actual = np.zeros(len(actual), dtype=np.int16)
        no_actual[place < 0] = self.reasons.number("no_actual:not_measured")
        blank = np.flatnonzero(np.isnan(actual) & (place >= 0))
        why = coded(self._why.iloc[place[blank]].fillna(""))
        said = [self.reasons.number(f"no_actual:{word or 'not_measured'}") for word in why.words]
        no_actual[blank] = np.array(said, dtype=np.int16)[why.codes]
        return actual, no_actual

    def _rated(self, who: Who, measure: Measure) -> tuple[np.ndarray, np.ndarray]:
        people = who.units("individual")
        assert people is not None  # a scheme of people: `scheme.raters_level`
        periods = [str(name) for name in who.periods.words]
        grain = who.scheme.score_every
        table = rated(self.ratings, measure, self.schemes.calendar, periods, grain)
        place = Grid(table, ("measure",), "ratings").places((measure.name,), people, who.periods)
        actual = taken(numbers(table["rating"]), place)
        not_rated = np.int16(self.reasons.number("no_actual:not_rated"))
        return actual, np.where(np.isnan(actual), not_rated, np.int16(0))


def _as_floats(column: pd.Series) -> np.ndarray:
    """A column's numbers, not copied where they are floats already: they are only read."""
    return column.to_numpy() if column.dtype == np.float64 else numbers(column)


@dataclass(frozen=True)
class Who:
    """A scheme's participants in its periods, with the codes of whose value counts for them at each level."""

    scheme: Scheme
    rows: pd.DataFrame
    periods: Codes
    _units: dict[str, Codes] = field(default_factory=dict)

    def units(self, level: str) -> Codes | None:
        """Whose value counts at a level; None where one unit, the company, counts for all."""
        if level == "company":
            return None
        if level not in self._units:
            self._units[level] = coded(unit_names(self.rows, self.scheme, level))
        return self._units[level]
