"""Scores: the points added up, graded and ranked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.appraise.roster import KEY
from toolkit.scheme.curve import DECIMALS
from toolkit.scheme.scheme import Schemes

COLUMNS = ["scheme", "participant", "period", "points_total", "adjustment", "score", "grade", "rank"]


def grade(schemes: Schemes, scorecard: pd.DataFrame) -> pd.DataFrame:
    """Total, grade and rank of every participant in every period.

    Parameters
    ----------
    schemes : Schemes
    scorecard : DataFrame
        As `score` gives it.

    Returns
    -------
    DataFrame
        scheme, participant, period, points_total, adjustment (0: nothing adjusts scores yet), score (at 8
        decimals), grade, rank (1 is best within scheme and period; equal scores share the best of their
        ranks). Score, grade and rank are blank where no measure that counts has a number. A score on a
        grade's edge has that grade; one below the last edge has the last grade.

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
    counting = scorecard["points"].where(scorecard["weight"] > 0)
    totals = (
        scorecard[KEY]
        .assign(points_total=counting)
        .groupby(KEY)["points_total"]
        .sum(min_count=1)
        .reset_index()
    )
    totals["adjustment"] = 0.0
    totals["score"] = (totals["points_total"] + totals["adjustment"]).round(DECIMALS)
    totals["grade"] = pd.Series(pd.NA, index=totals.index, dtype="str")
    for scheme in totals["scheme"].unique():
        here = (totals["scheme"] == scheme) & totals["score"].notna()
        edges = schemes[scheme].grades.edges
        totals.loc[here, "grade"] = _grades(edges, totals.loc[here, "score"].to_numpy())
    ranks = totals.groupby(["scheme", "period"])["score"].rank(method="min", ascending=False)
    totals["rank"] = ranks.astype("Int64")
    return totals[COLUMNS].sort_values(KEY, ignore_index=True)


def _grades(edges: dict[str, float], scores: np.ndarray) -> np.ndarray:
    rising = np.array(list(edges.values()))[::-1]
    names = np.array(list(edges), dtype=object)[::-1]
    reached = np.searchsorted(np.round(rising, DECIMALS), scores, side="right") - 1
    return names[np.maximum(reached, 0)]
