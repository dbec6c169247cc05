"""The scorecard: actual, attainment, score, weight and points of every measure, every step a column."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from toolkit.appraise.grid import coded, stacked, tiled, words_at
from toolkit.appraise.missing_rule import Sheet, carry, weighted
from toolkit.appraise.reading import Ground, Reasons, Who
from toolkit.appraise.records import NONE, Records
from toolkit.appraise.roster import KEY, subjects
from toolkit.appraise.score_rules import scored
from toolkit.errors import DataError, Problem
from toolkit.scheme.scheme import Scheme, Schemes

_THREADS = 2  # more share one memory, which is what the work waits for
_NUMBERS = ("target", "actual", "attainment", "score", "weight", "points")
COLUMNS = [*KEY, "measure", "kpi", *_NUMBERS, "missing", "level", "exposure"]


def score(
    schemes: Schemes,
    panel: pd.DataFrame,
    targets: pd.DataFrame,
    participants: pd.DataFrame,
    records: Records = NONE,
) -> pd.DataFrame:
    """Score every participant's measures in every period that is scored or paid.

    A quarter is scored on its own actuals, targets and ratings, not from its months' scores. Of a measure at
    team level a person gets the value of the team they belong to on their last employed day.

    Parameters
    ----------
    schemes : Schemes
    panel : DataFrame
        Contract `panel`.
    targets : DataFrame
        As `set_targets` gives them.
    participants : DataFrame
        The standard table.
    records : Records
        Of which the ratings are read, for measures with `raters`.

    Returns
    -------
    DataFrame
        Contract `scorecard`, sorted by scheme, participant, period and the scheme's order of measures.
        `weight` is the weight applied: where a measure has no number and the scheme says `reweight`, the
        others take its weight in proportion; `zero`: it scores 0; `carry`: it keeps its score of the latest
        earlier period of the same length, and without one the others take its weight. Where no measure that
        counts has a number, the agreed weights stay and points are blank. `missing` says why there is no
        number: no_actual:<the panel's reason, or not_rated>, no_target, target_not_positive,
        target_at_floor, too_few_to_rank, or carried:<period>.

    Raises
    ------
    DataError
        `targets` is the client's table, not the one that `set_targets` gives; or panel or targets have two
        rows where there can be one.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> from toolkit.appraise.example import example_panel, example_roster, example_targets
    >>> from toolkit.appraise.targets import set_targets
    >>> schemes, panel, people = example_schemes(), example_panel(), example_roster()
    >>> targets = set_targets(schemes, panel, example_targets(), people)
    >>> card = score(schemes, panel, targets, people)
    >>> january = card[card["period"] == "2026-01"]
    >>> january[["measure", "attainment", "score", "points"]].round(4).values.tolist()
    [['revenue', 0.9, 90.0, 54.0], ['visits', 0.95, 50.0, 10.0], ['satisfaction', 1.05, 100.0, 20.0]]
    """
    _refuse_unset(targets)
    rows = subjects(schemes, participants, panel["period"].unique())
    ground = Ground(schemes, panel, targets, records.ratings)
    sheets = [_sheet(scheme, rows, ground) for scheme in sorted(schemes, key=lambda s: s.id)]
    scores = carry(sheets, schemes.calendar, ground.reasons)
    cards = [_card(sheet, found, ground.reasons) for sheet, found in zip(sheets, scores, strict=True)]
    return stacked(cards) if cards else pd.DataFrame(columns=COLUMNS)


def _refuse_unset(targets: pd.DataFrame) -> None:
    if "measure" not in targets:
        raise DataError(Problem("appraise.targets_not_set", where="targets", column="measure"))


def _sheet(scheme: Scheme, rows: pd.DataFrame, ground: Ground) -> Sheet:
    """One scheme's measures read and scored, each on its own."""
    own = rows if len(ground.schemes) == 1 else rows[rows["scheme"] == scheme.id]
    who = Who(scheme, own.reset_index(drop=True), coded(own["period"]))
    sheet, lines = Sheet.blank(scheme, who.rows), _Lines(len(scheme.measures), len(own))

    def fill(j: int) -> np.ndarray:
        measure = scheme.measures[j]
        direction = ground.schemes.kpis[measure.kpi].direction
        matrix, read = measure.scoring.matrix, ground.read(who, measure)
        other = ground.read(who, scheme.measure(matrix.with_)) if matrix is not None else None
        found, why = scored(measure, read, other, direction, who.periods.codes, ground.reasons)
        sheet.target[:, j], sheet.actual[:, j] = read.target, read.actual
        sheet.attainment[:, j], sheet.score[:, j], sheet.missing[:, j] = read.attainment, found, why
        return read.place

    with ThreadPoolExecutor(_THREADS) as threads:  # numpy lets go of the lock on large arrays
        for j, places in enumerate(threads.map(fill, range(len(scheme.measures)))):
            lines.follow(places, j)
    sheet.frozen = lines.of(ground.targets)
    return sheet


class _Lines:
    """Whether the targets stand in the order of the scorecard's lines, which can then share their words."""

    def __init__(self, width: int, count: int) -> None:
        self._expected, self._size = np.arange(count) * width, count * width
        self._start = 0
        self._same = count > 0

    def follow(self, places: np.ndarray, j: int) -> None:
        """Compare the rows of one measure's targets with where they would stand."""
        if j == 0 and self._same:
            self._start = int(places[0])
        self._same = self._same and np.array_equal(places, self._expected + (self._start + j))

    def of(self, targets: pd.DataFrame) -> pd.DataFrame | None:
        """These rows of the targets, or None."""
        if not self._same or self._start < 0:
            return None
        rows = targets.iloc[self._start : self._start + self._size][[*KEY, "measure", "target"]]
        words = rows[[*KEY, "measure"]].dtypes
        return rows.reset_index(drop=True) if (words == "str").all() else None


def _card(sheet: Sheet, score: np.ndarray, reasons: Reasons) -> pd.DataFrame:
    """One scheme's part of the table: for each row of the sheet a line a measure."""
    measures = sheet.scheme.measures
    width, count = len(measures), len(sheet.rows)
    score, weights = weighted(sheet, score)
    values = {name: getattr(sheet, name) for name in _NUMBERS[:3]}
    values |= {"score": score, "weight": weights, "points": score * weights}
    columns: dict[str, pd.Series | np.ndarray] = {
        "kpi": tiled([m.kpi for m in measures], count),
        "level": tiled([m.level or sheet.scheme.level for m in measures], count),
    }
    columns |= {name: block.ravel() for name, block in values.items()}
    if sheet.frozen is not None:  # shared, not copied
        columns |= {name: sheet.frozen[name] for name in (*KEY, "measure", "target")}
    else:
        columns |= {"measure": tiled([m.name for m in measures], count)}
        line = np.repeat(np.arange(count, dtype=np.int32), width)
        columns |= {name: words_at(sheet.rows[name], line) for name in KEY}
    complete = not sheet.missing.any()
    missing = tiled([""], width * count) if complete else words_at(reasons.words, sheet.missing.ravel())
    columns["missing"] = missing
    columns["exposure"] = np.repeat(sheet.rows["exposure"].to_numpy(), width)
    return pd.DataFrame({name: columns[name] for name in COLUMNS}, copy=False)
