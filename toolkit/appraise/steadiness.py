"""A scheme's own history: whose scores, how far back, and how reliable a score of it is."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from toolkit.appraise.roster import KEY
from toolkit.errors import NotEnoughData
from toolkit.reliability import Reliability, reliability
from toolkit.scheme.scheme import Scheme, Schemes

PRESENT = 0.8  # share of a period employed from which its number is compared with others'
WINDOW = 12  # periods of feedback that say what somebody is like today
OWN = 4  # own periods from which a person is judged (METHODS 11)


class Steadiness(NamedTuple):
    """How reliable a scheme's score is: of one score period and of one pay period.

    `basis` is `pay_periods` where the pay period's own scores carry the estimate, else `score_periods`: then
    it is that of a score period stepped up to as many as a pay period has.
    """

    scored: Reliability
    paid: Reliability
    basis: str


def family(schemes: Schemes, scheme: Scheme) -> list[str]:
    """Ids of the scheme's versions that measure and weigh alike, so that their scores are one history."""
    return [s.id for s in schemes if s.name == scheme.name and s.measures == scheme.measures]


def last_pay_period(schemes: Schemes, scheme: Scheme, scores: pd.DataFrame) -> str | None:
    """The last pay period in which the scheme has a score; None where it has none.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> scores = pd.DataFrame({"scheme": ["field_sales@2026-01"] * 2, "period": ["2026-Q1", "2026-03"]})
    >>> schemes = example_schemes()
    >>> last_pay_period(schemes, schemes["field_sales"], scores.assign(score=80.0))
    '2026-Q1'
    """
    rows = scores[(scores["scheme"] == scheme.id) & scores["score"].notna()]
    names = [p for p in rows["period"].unique() if schemes.calendar.grain_of(p) == scheme.pay_every]
    return max(names, key=lambda p: schemes.calendar.bounds(p)[1]) if names else None


def history(
    schemes: Schemes, scheme: Scheme, table: pd.DataFrame, scorecard: pd.DataFrame, grain: str, until: str
) -> pd.DataFrame:
    """Rows with a score, of one grain, up to a period's end, of those employed for most of each period.

    Parameters
    ----------
    schemes, scheme : Schemes, Scheme
        All versions that measure and weigh alike count.
    table : DataFrame
        scheme, participant, period, score, ...: scores, or a measure's rows of the scorecard.
    scorecard : DataFrame
        Whose `exposure` says how long somebody was employed.
    grain : str
        month, quarter, ...
    until : str
        The last period to use.
    """
    calendar = schemes.calendar
    end = calendar.bounds(until)[1]
    names = [
        p for p in table["period"].unique() if calendar.grain_of(p) == grain and calendar.bounds(p)[1] <= end
    ]
    rows = table[table["scheme"].isin(family(schemes, scheme)) & table["period"].isin(names)]
    if "exposure" not in rows:
        present = scorecard.drop_duplicates(KEY)[[*KEY, "exposure"]]
        rows = rows.merge(present, on=KEY, how="left")
    held = rows["exposure"].isna() | (rows["exposure"] >= PRESENT)
    return rows[held & rows["score"].notna()]


def recent(schemes: Schemes, rows: pd.DataFrame, most: int = WINDOW) -> pd.DataFrame:
    """The rows of the last periods."""
    order = sorted(rows["period"].unique(), key=lambda p: schemes.calendar.bounds(p)[1])
    return rows[rows["period"].isin(order[-most:])]


def steadiness(
    schemes: Schemes, scheme: Scheme, scores: pd.DataFrame, scorecard: pd.DataFrame, until: str
) -> Steadiness:
    """How reliable the scheme's score is, of a score period and of a pay period.

    Parameters
    ----------
    schemes, scheme : Schemes, Scheme
    scores, scorecard : DataFrame
        As `grade` and `score` give them.
    until : str
        The last pay period to use.

    Raises
    ------
    NotEnoughData
        Fewer than 8 people with 4 score periods each, or scores that are all the same.

    References
    ----------
    Spearman-Brown, for a pay period of several score periods.
    """
    scored = reliability(history(schemes, scheme, scores, scorecard, scheme.score_every, until), "score")
    if scheme.score_every == scheme.pay_every:
        return Steadiness(scored, scored, "pay_periods")
    try:
        paid = reliability(history(schemes, scheme, scores, scorecard, scheme.pay_every, until), "score")
    except NotEnoughData:  # too few pay periods yet: the score periods carry it
        months = len(schemes.calendar.contains(until, scheme.score_every))
        return Steadiness(scored, scored.of_mean(months), "score_periods")
    return Steadiness(scored, paid, "pay_periods")
