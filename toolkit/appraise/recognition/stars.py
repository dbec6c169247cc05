"""The star of a month: who is the best as far as one month can show, and what to honour where it cannot."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit.reliability import Reliability, chance_of_best, chance_of_share

CLEAR = 0.5  # P(best) from which a single name is called (METHODS 10)
TIED = 3  # names that may share the first place
SOFT = 2.0  # attainment beyond which the target is more in doubt than the person is to be praised
FEWEST_COLLEAGUES = 3  # with an attainment, before one can be furthest ahead of them


def stars(scores: pd.DataFrame, found: Reliability, places: int = 1) -> pd.DataFrame:
    """Each one's probability to be truly the best of a period, and who is called.

    The score is drawn towards the mean as far as its reliability demands; the probability is that of the true
    level, given this period alone.

    Parameters
    ----------
    scores : DataFrame
        participant, score of one scheme and period.
    found : Reliability
        Of one such score.
    places : int
        How many stars there are; with several, the probability is to be truly among so many.

    Returns
    -------
    DataFrame
        participant, score, probability, rank (equal scores share the best), n, result: `star`, `tie` (two or
        three who only together are more likely than not to hold the best) or blank. From the best down.

    Examples
    --------
    >>> scores = pd.DataFrame({"participant": list("abcd"), "score": [130.0, 90.0, 88.0, 85.0]})
    >>> found = Reliability(0.8, 0.7, 0.9, 18.0, 9.0, 20, 12)
    >>> stars(scores, found)[["participant", "result"]].head(2).values.tolist()
    [['a', 'star'], ['b', '']]
    """
    table = scores[["participant", "score"]].sort_values(["score", "participant"], ascending=[False, True])
    table = table.reset_index(drop=True)
    level = found.value * (table["score"] - table["score"].mean()).to_numpy(float)
    error = np.full(len(table), found.between * math.sqrt(1 - found.value))
    if places == 1 or places >= len(table):
        table["probability"] = chance_of_best(level, error)
    else:
        table["probability"] = chance_of_share(level, error, places / len(table))
    table["rank"] = table["score"].rank(method="min", ascending=False).astype(int)
    table["n"] = len(table)
    return table.assign(result=_called(table["probability"].to_numpy(), places))


def _called(chance: np.ndarray, places: int) -> pd.Series:
    """star, tie or blank for chances in falling order."""
    result = np.full(len(chance), "", dtype=object)
    clear = chance >= CLEAR
    if places > 1:
        result[clear] = "star"
    elif clear.any() and chance[0] > chance[1:2].sum():  # two alike at one half each are a tie
        result[0] = "star"
    else:
        near = chance[:TIED] >= chance[:1] / 2
        if chance[:TIED][near].sum() >= CLEAR and near.sum() > 1:
            result[:TIED][near] = "tie"
    return pd.Series(result, dtype="str")


def achievement(card: pd.DataFrame) -> pd.Series | None:
    """The measure and person furthest ahead of the colleagues among those who reached the target.

    Parameters
    ----------
    card : DataFrame
        participant, measure, attainment: the own measures of one scheme and period. An attainment above 200 %
        is left out: it says more of a soft target than of the person.

    Returns
    -------
    Series or None
        The row; None where nobody reached a target or nobody can be compared.

    Examples
    --------
    >>> rows = [("a", "visits", 1.3), ("b", "visits", 0.9), ("c", "visits", 0.8)]
    >>> achievement(pd.DataFrame(rows, columns=["participant", "measure", "attainment"]))["participant"]
    'a'
    """
    known = card[card["attainment"] <= SOFT]
    grouped = known.groupby("measure")["attainment"]
    spread, count = grouped.transform("std"), grouped.transform("count")
    ahead = (known["attainment"] - grouped.transform("mean")) / spread
    reached = (known["attainment"] >= 1) & (count >= FEWEST_COLLEAGUES) & (spread > 0)
    best = known.assign(ahead=ahead)[reached].sort_values(["ahead", "participant"], ascending=[False, True])
    return best.iloc[0] if len(best) else None
