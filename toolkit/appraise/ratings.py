"""Ratings given by people: the weighted mean of their groups, and how lenient each rater is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.periods import Calendar, named_period
from toolkit.scheme.curve import DECIMALS, rounded
from toolkit.scheme.measure import Measure
from toolkit.stats import LEVEL

FEWEST = 3  # comparisons from which a rater's leniency is stated
LENIENCY = ["rater", "kind", "n", "leniency", "low", "high", "note"]
_RATED = ["participant", "measure", "period"]


def rated(
    ratings: pd.DataFrame, measure: Measure, calendar: Calendar, periods: list[str], grain: str
) -> pd.DataFrame:
    """Everybody's rating for a measure: each group's mean, weighted by the measure's `raters`.

    A group without a rating gives its weight to the others in proportion. A rating counts in its own period
    and in every longer one that holds it; there it weighs as much as any other, whenever it was given.

    Parameters
    ----------
    ratings : DataFrame
        participant, period (name or first day), measure (the measure's name or its KPI), kind, rating.
    measure : Measure
        With `raters`.
    calendar : Calendar
    periods : list of str
        Periods that are scored.
    grain : str
        What a first day in the table stands for.

    Returns
    -------
    DataFrame
        participant, period, measure, rating (8 decimals); no row for who was not rated.

    Examples
    --------
    >>> from toolkit.scheme.measure import Measure
    >>> from toolkit.scheme.rules import Rating
    >>> from toolkit.scheme.scoring import Scoring
    >>> raters = {"peer": 0.4, "manager": 0.6}
    >>> rule = Scoring(rating=Rating(((1, 20), (5, 100))))
    >>> attitude = Measure(name="attitude", kpi="attitude", weight=1.0, scoring=rule, raters=raters)
    >>> rows = [("peer", 4.0), ("peer", 5.0), ("manager", 3.0)]
    >>> given = pd.DataFrame(rows, columns=["kind", "rating"])
    >>> given = given.assign(participant="p1", period="2026-01", measure="attitude")
    >>> float(rated(given, attitude, Calendar(), ["2026-01"], "month")["rating"].iloc[0])
    3.6
    """
    weights = pd.Series(measure.raters, dtype="float64")
    chosen = ratings["measure"].isin([measure.name, measure.kpi]) & ratings["kind"].isin(weights.index)
    rows = ratings.loc[chosen & ratings["rating"].notna(), ["participant", "period", "kind", "rating"]]
    given = {p: named_period(p, calendar, grain) for p in rows["period"].unique()}
    inside = [(p, whole) for p, name in given.items() for whole in _holding(name, periods, calendar)]
    pairs = pd.DataFrame(inside, columns=["period", "whole"], dtype="str")
    means = rows.merge(pairs, on="period").groupby(["participant", "whole", "kind"])["rating"].mean()
    groups = means.unstack("kind").reindex(columns=weights.index)
    there = groups.notna() * weights
    mean = (groups.fillna(0.0) * weights).sum(axis=1) / there.sum(axis=1)
    found = pd.Series(rounded(mean.to_numpy()), index=mean.index)
    table = found.rename("rating").reset_index().rename(columns={"whole": "period"})
    return table.assign(measure=pd.Series(measure.name, index=table.index, dtype="str"))


def _holding(name: str | None, periods: list[str], calendar: Calendar) -> list[str]:
    """The periods that hold a period's days; none for one that the calendar does not have."""
    if name is None:
        return []
    try:
        first, last = calendar.bounds(name)
    except KeyError:  # a named calendar knows only its own periods
        return []
    bounds = {whole: calendar.bounds(whole) for whole in periods}
    return [whole for whole, (start, end) in bounds.items() if start <= first and last <= end]


def leniency(ratings: pd.DataFrame, level: float = LEVEL) -> pd.DataFrame:
    """How far each rater rates above (lenient) or below (strict) the others who rated the same people.

    A comparison is a rater's rating of one person on one measure in one period, less the mean of all other
    raters' ratings of the same. A self-rating is compared with others' too, so self-raters mostly look
    lenient: read them apart by `kind`.

    Parameters
    ----------
    ratings : DataFrame
        participant, period, measure, rater, kind, rating.
    level : float
        Of the two-sided t interval, which takes the comparisons as independent.

    Returns
    -------
    DataFrame
        rater, kind, n (comparisons), leniency (points of the rating scale), low, high, note: lenient or
        strict where the interval does not hold 0, else not_distinguishable; too_few_comparisons (and no
        numbers) below 3. Sorted by rater and kind.

    Examples
    --------
    >>> rows = [(who, r, {"a": 5.0, "b": 3.0, "c": 3.0}[r]) for who in ("p1", "p2", "p3") for r in "abc"]
    >>> given = pd.DataFrame(rows, columns=["participant", "rater", "rating"])
    >>> found = leniency(given.assign(period="2026-01", measure="attitude", kind="peer"))
    >>> found[["rater", "n", "leniency"]].values.tolist()
    [['a', 3, 2.0], ['b', 3, -1.0], ['c', 3, -1.0]]
    """
    rows = ratings[ratings["rating"].notna() & ratings["rater"].notna()]
    own = rows.groupby([*_RATED, "rater"])["rating"].agg(["sum", "count"]).reset_index()
    whole = rows.groupby(_RATED)["rating"].agg(["sum", "count"]).reset_index()
    others = own.merge(whole, on=_RATED, suffixes=("_own", ""))
    left = others["count"] - others["count_own"]
    others["others"] = (others["sum"] - others["sum_own"]) / left.where(left > 0)
    means = rows.groupby([*_RATED, "rater", "kind"], as_index=False)["rating"].mean()
    pairs = means.merge(others[[*_RATED, "rater", "others"]], on=[*_RATED, "rater"])
    pairs["gap"] = pairs["rating"] - pairs["others"]
    gaps = pairs.groupby(["rater", "kind"])["gap"]
    found = gaps.agg(n="count", leniency="mean", spread="std").reset_index()
    return _with_intervals(found, level)[LENIENCY]


def _with_intervals(found: pd.DataFrame, level: float) -> pd.DataFrame:
    """Each mean with its t interval and what it says; blank where the comparisons are too few."""
    enough = found["n"] >= FEWEST
    n = found["n"].where(enough, FEWEST).to_numpy(dtype=float)
    half = stats.t.ppf((1 + level) / 2, n - 1) * found["spread"] / np.sqrt(n)
    mean = found["leniency"].where(enough)
    low, high = (mean - half).round(DECIMALS), (mean + half).round(DECIMALS)
    note = np.where(low > 0, "lenient", np.where(high < 0, "strict", "not_distinguishable"))
    note = np.where(enough, note, "too_few_comparisons")
    return found.assign(leniency=mean.round(DECIMALS), low=low, high=high, note=pd.Series(note, dtype="str"))
