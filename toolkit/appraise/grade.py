"""Scores: the points added up, adjusted, graded and ranked, with every step between."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.appraise.grade_rules import grade_positions
from toolkit.appraise.grid import Codes, Grid, changes, coded, ordered, placed, sort_key, words_at
from toolkit.appraise.records import NONE, Records
from toolkit.appraise.roster import KEY, subjects
from toolkit.appraise.steps import STEPS, Running, adjusted, empty_steps
from toolkit.data.panel.spine import UNASSIGNED
from toolkit.errors import Problem, SchemeError
from toolkit.scheme.curve import rounded
from toolkit.scheme.scheme import Scheme, Schemes

COLUMNS = [*KEY, "points_total", "adjustment", "score", "grade", "rank"]


class Graded(NamedTuple):
    """`scores`, and `steps` from points' totals to scores."""

    scores: pd.DataFrame
    steps: pd.DataFrame


def grade(
    schemes: Schemes,
    scorecard: pd.DataFrame,
    records: Records = NONE,
    participants: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Total, score, grade and rank of every participant in every period.

    The score is the points' total times the difficulty, plus items, then vetoed; `score_steps` shows each
    step. By score, a score on a grade's edge has that grade, one below the last edge the last. By rank or in
    shares, scores are ranked after vetoes; a tie on a border takes the better grade; shares of whole people
    are rounded by largest remainder. A veto's grade is the best that is left: nobody moves up for it.

    Parameters
    ----------
    schemes : Schemes
    scorecard : DataFrame
        As `score` gives it.
    records : Records
        Of which the events are read, for items and vetoes.
    participants : DataFrame, optional
        The standard table; needed by schemes that use difficulty or grade within teams or regions.

    Returns
    -------
    DataFrame
        scheme, participant, period, points_total, adjustment (score − points_total: the sum of
        `score_steps.amount`), score, all at 8 decimals; grade; rank (1 is best within scheme and period;
        equal scores share the best of their ranks). Score, grade and rank are blank where no measure that
        counts has a number, the grade also in a group too small to be graded in shares.

    Raises
    ------
    SchemeError
        A scheme needs `participants`, or a difficulty that the roster does not have.
    DataError
        A difficulty is 0 or negative.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> rows = [("field_sales@2026-01", "p1", "2026-01", "revenue", 54.0, 0.6)]
    >>> rows += [("field_sales@2026-01", "p1", "2026-01", "visits", 36.0, 0.4)]
    >>> columns = ["scheme", "participant", "period", "measure", "points", "weight"]
    >>> scores = grade(example_schemes(), pd.DataFrame(rows, columns=columns))
    >>> scores[["score", "grade", "rank"]].values.tolist()
    [[90.0, 'A', 1]]
    """
    return graded(schemes, scorecard, records, participants).scores


def score_steps(
    schemes: Schemes,
    scorecard: pd.DataFrame,
    records: Records = NONE,
    participants: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Each step between points' total and score.

    Parameters
    ----------
    schemes, scorecard, records, participants
        As for `grade`.

    Returns
    -------
    DataFrame
        scheme, participant, period; step: difficulty, item, item_limit, floor or veto, in the order in which
        they were applied; name (the item, `up` or `down` of the limits, the vetoing item or measure);
        quantity (of the events; for a limit what the items came to; for a measure's veto its attainment);
        value (the coefficient, an item's points for each, the limit, the highest score a veto leaves);
        amount (points added, negative if taken off; 0 where a veto found the score lower already).

    Examples
    --------
    >>> from toolkit.scheme.change import replace_at
    >>> from toolkit.scheme.example import example_schemes
    >>> plan = replace_at(example_schemes(), "field_sales.items", [{"name": "key_account", "points": 2}])
    >>> card = pd.DataFrame({"scheme": ["field_sales@2026-01"], "participant": ["p1"], "period": ["2026-01"]})
    >>> day = pd.to_datetime(["2026-01-20"]).astype("datetime64[s]")
    >>> won = pd.DataFrame({"participant": "p1", "item": "key_account", "happened_on": day, "note": ""})
    >>> thrice = Records(events=won.assign(quantity=3.0))
    >>> found = score_steps(plan, card.assign(points=80.0, weight=1.0), thrice)
    >>> found[["step", "name", "quantity", "value", "amount"]].values.tolist()
    [['item', 'key_account', 3.0, 2.0, 6.0]]
    """
    return graded(schemes, scorecard, records, participants).steps


def graded(
    schemes: Schemes,
    scorecard: pd.DataFrame,
    records: Records = NONE,
    participants: pd.DataFrame | None = None,
) -> Graded:
    """`grade` and `score_steps`, computed once."""
    scores = _totals(scorecard)
    score = scores["points_total"].to_numpy(dtype=float).copy()
    names: list[str] = []  # of all schemes' grades, one after another
    position = np.full(len(scores), -1, dtype=np.int64)
    parts, ids = [], coded(scores["scheme"])
    for scheme in schemes:
        here = np.flatnonzero(ids.codes == ids.words.get_indexer(pd.Index([scheme.id]))[0])
        if not len(here):
            continue
        rows = scores if len(here) == len(scores) else scores.iloc[here].reset_index(drop=True)
        roster = _roster(scheme, rows, schemes, participants)
        run = adjusted(scheme, rows, roster, scorecard, records.events, schemes.calendar)
        found = _grades(scheme, rows, run, roster)
        score[here], position[here] = run.score, np.where(found < 0, -1, found + len(names))
        names += scheme.grades.names
        parts += run.steps
    scores["adjustment"] = rounded(score - scores["points_total"].to_numpy())
    scores["score"], scores["grade"] = score, words_at(names, position)
    scores["rank"] = _ranks(scores, ids)
    return Graded(scores[COLUMNS], _in_order(parts))


def _totals(scorecard: pd.DataFrame) -> pd.DataFrame:
    """A row a scheme, participant and period, sorted, with the points of the measures that count."""
    opens = np.arange(len(scorecard)) == 0
    for name in KEY:
        opens |= changes(scorecard[name])
    starts = np.flatnonzero(opens)
    totals = scorecard[KEY].iloc[starts].reset_index(drop=True)
    key = sort_key(totals, KEY)
    if not (key[1:] > key[:-1]).all():  # another order than that of `score`
        return _totals(ordered(scorecard, KEY))
    points = scorecard["points"].to_numpy(dtype=float)
    counts = (scorecard["weight"].to_numpy(dtype=float) > 0) & ~np.isnan(points)
    if not len(starts):
        return totals.assign(points_total=pd.Series(dtype="float64"))
    sums = rounded(np.add.reduceat(np.where(counts, points, 0.0), starts))
    any_counts = np.logical_or.reduceat(counts, starts)
    return totals.assign(points_total=np.where(any_counts, sums, np.nan))


def _roster(
    scheme: Scheme, rows: pd.DataFrame, schemes: Schemes, participants: pd.DataFrame | None
) -> pd.DataFrame | None:
    """Team, region and difficulty of each row's last employed day, where the scheme needs them."""
    grades = scheme.grades
    groups = grades.by != "score" and grades.within != "scheme"
    if participants is None and groups:
        raise SchemeError(Problem("appraise.needs_participants", where=scheme.id, column="grades.within"))
    if participants is None or not (groups or scheme.difficulty):
        return None
    known = subjects(schemes, participants, rows["period"].unique())
    units, periods = coded(rows["participant"]), coded(rows["period"])
    place = Grid(known, ("scheme",), "participants").places((scheme.id,), units, periods)
    return known.iloc[place].where(pd.Series(place >= 0, index=known.index[place])).reset_index(drop=True)


def _grades(scheme: Scheme, rows: pd.DataFrame, run: Running, roster: pd.DataFrame | None) -> np.ndarray:
    """The position of each row's grade, at best that of the vetoes that hit it; -1 without a score."""
    grades = scheme.grades
    group = np.zeros(len(rows), dtype=np.int64)
    if grades.by != "score":
        group = coded(rows["period"]).codes.astype(np.int64)
    if grades.by != "score" and grades.within != "scheme" and roster is not None:
        unit = coded(roster[grades.within].fillna(UNASSIGNED))
        group = group * len(unit.words) + unit.codes
    found = grade_positions(grades, run.score, group)
    for veto, hit in run.vetoed:
        if veto.grade:
            lowest = grades.names.index(veto.grade)
            found = np.where(hit & (found >= 0), np.maximum(found, lowest), found)
    return found


def _ranks(scores: pd.DataFrame, schemes: Codes) -> pd.Series:
    """Places within scheme and period."""
    period = coded(scores["period"])
    group = schemes.codes.astype(np.int64) * len(period.words) + period.codes
    return pd.Series(placed(group, scores["score"].to_numpy(dtype=float)), index=scores.index).astype("Int64")


def _in_order(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """All steps, sorted by scheme, participant and period; within these as they were applied."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return empty_steps()
    every = pd.concat(parts, ignore_index=True).astype({"step": "str", "name": "str"})
    return every[STEPS].sort_values(KEY, kind="stable", ignore_index=True)
