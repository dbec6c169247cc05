"""Gaps: how far somebody's attainment, freed of noise, is below the best third of comparable people."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.reliability import Reliability, shrunken

ALIKE = 6  # people of one territory from whom a benchmark of its own is taken
TOP = 3  # the best third
REACHED = 1.0  # a target reached
MOST = 2.0  # attainment beyond which more says more of a soft target than of a person
SURE = 0.8  # probability of a gap from which it is spoken of (METHODS 10)
SMALLEST = 0.05  # share of the target below which a gap is not worth a plan (convention)
TEAM = 3  # assessed people from whom a gap may be the team's
OWN = 4  # own periods from which a person is judged (METHODS 11)


def reached(rows: pd.DataFrame) -> pd.Series:
    """What is reached of a target: the attainment, at most 200 %; the score over 100 where there is none.

    The score alone would hide who is ahead behind its cap, and who is behind at its floor.

    Parameters
    ----------
    rows : DataFrame
        attainment, score of one measure.

    Examples
    --------
    >>> reached(pd.DataFrame({"attainment": [0.9, 3.0, np.nan], "score": [80.0, 120.0, 60.0]})).tolist()
    [0.9, 2.0, 0.6]
    """
    return rows["attainment"].clip(upper=MOST).fillna(rows["score"] / 100)


def gaps(values: pd.DataFrame, found: Reliability, peers: pd.Series | None = None) -> pd.DataFrame:
    """Each one's gap to the median of the best third of comparable people.

    Parameters
    ----------
    values : DataFrame
        participant, period, reached (share of the target) of one measure.
    found : Reliability
        Of one period of these scores.
    peers : Series, optional
        Participant → whom they are comparable with (a kind of territory); where fewer than six are alike,
        all are compared.

    Returns
    -------
    DataFrame
        participant, n (own periods), own (what is reached, drawn towards the mean), benchmark, gap (benchmark
        − own, in shares of the target), size (gap in standard deviations between people), probability (that
        the true level is below the benchmark), behind (that above .8, a gap of at least 0.05, the target not
        reached, at least 4 own periods), basis (`scheme`, or the territory).

    Examples
    --------
    >>> cells = [(i, t) for i in range(8) for t in range(1, 5)]
    >>> rows = [(f"p{i}", f"2026-{t}", 0.1 * i + 0.01 * (-1) ** (i + t)) for i, t in cells]
    >>> values = pd.DataFrame(rows, columns=["participant", "period", "reached"])
    >>> found = gaps(values, Reliability(0.99, 0.98, 1.0, 0.24, 0.02, 8, 4))
    >>> found[["participant", "gap", "behind"]].round(1).values.tolist()[:2]
    [['p0', 0.6, True], ['p1', 0.5, True]]
    """
    table = shrunken(values, found, "reached")
    table["own"] = values["reached"].mean() + table["level"]
    table["basis"] = _basis(table["participant"], peers)
    for _, alike in table.groupby("basis"):
        best = np.sort(alike["own"].to_numpy())[::-1][: math.ceil(len(alike) / TOP)]
        table.loc[alike.index, "benchmark"] = np.median(best)
    table["gap"] = table["benchmark"] - table["own"]
    spread = found.between if found.between > 0 else math.inf
    table["size"] = table["gap"] / spread
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(table["error"] > 0, table["gap"] / table["error"], np.sign(table["gap"]) * np.inf)
    table["probability"] = stats.norm.cdf(np.nan_to_num(z, nan=0.0, posinf=np.inf, neginf=-np.inf))
    if found.between <= 0:  # nobody can be told from anybody
        table["probability"] = 0.5
    sure = (table["probability"] > SURE) & (table["n"] >= OWN)
    table["behind"] = sure & (table["own"] < REACHED) & (table["gap"] >= SMALLEST)
    columns = ["participant", "n", "own", "benchmark", "gap", "size", "probability", "behind", "basis"]
    return table[columns]


def _basis(people: pd.Series, peers: pd.Series | None) -> pd.Series:
    """With whom each one is compared: their territory where it has six, else all."""
    if peers is None:
        return pd.Series("scheme", index=people.index, dtype="str")
    own = people.map(peers)
    count = own.map(own.value_counts())
    return own.where(count >= ALIKE, "scheme").fillna("scheme").astype("str")


def shared(table: pd.DataFrame, teams: pd.Series) -> tuple[bool, list[str]]:
    """Whether more than half of all have a gap, and the teams of which more than half have it.

    Parameters
    ----------
    table : DataFrame
        As `gaps` gives it.
    teams : Series
        Participant → team.

    Examples
    --------
    >>> table = pd.DataFrame({"participant": list("abcdefgh"), "n": 6, "behind": [True] * 3 + [False] * 5})
    >>> shared(table, pd.Series({p: "North" if p in "abc" else "South" for p in "abcdefgh"}))
    (False, ['North'])
    """
    assessed = table[table["n"] >= OWN]
    grouped = assessed.groupby(assessed["participant"].map(teams))["behind"]
    found = grouped.agg(["mean", "size"])
    wide = found[(found["mean"] > 0.5) & (found["size"] >= TEAM)]
    return bool(len(assessed) >= TEAM and assessed["behind"].mean() > 0.5), sorted(wide.index.astype(str))
