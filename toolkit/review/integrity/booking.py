"""Whether what somebody books turns into cash, or is taken back, as it does with colleagues."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.review.integrity.found import Found, need_people, refuse
from toolkit.stats import LEVEL

FEWEST_PEOPLE = 8  # one against seven: fewer colleagues show no usual spread
FEWEST_PERIODS = 4
TAIL_FROM = 100  # people whose deviations show how long their tails are


def lost_after_booking(table: pd.DataFrame, *, level: float = LEVEL) -> Found:
    """The share of what was booked that came to nothing, person by person against all colleagues.

    Each period's common share is taken off first, since customers pay late in some months whoever sold. Then
    the largest deviation is held against the spread of the others: people differ, and only who differs by
    more than people usually do stands out. The chance counts that the largest of all was looked for, and how
    long the tails of such deviations are here.

    Parameters
    ----------
    table : DataFrame
        participant, period, booked (above 0) and lost (of it: not collected, or taken back), in money.

    Returns
    -------
    Found
        value: by how many points the person furthest off loses more than colleagues (a ratio of what was
        booked), with an interval of one person's deviation; facts: own and others (shares); who: people who
        stand out, the number of people allowed for.

    Raises
    ------
    NotEnoughData
        Fewer than 8 people with 4 periods; nothing was lost by anybody, or all lost alike.

    References
    ----------
    Grubbs (1969), Technometrics 11:1-21: the largest deviation from a sample, by t and Bonferroni.

    Examples
    --------
    >>> rows = [(f"p{i}", t, 100.0, 10 + i % 3 + (40 if i == 9 else 0)) for i in range(10) for t in range(6)]
    >>> found = lost_after_booking(pd.DataFrame(rows, columns=["participant", "period", "booked", "lost"]))
    >>> found.who, round(found.value, 2)
    (('p9',), 0.39)
    """
    rows = table[(table["booked"] > 0) & table["lost"].notna()]
    held = rows.groupby("participant")["period"].nunique()
    rows = rows[rows["participant"].map(held) >= FEWEST_PERIODS]
    need_people(rows["participant"].nunique(), FEWEST_PEOPLE)
    if not float(rows["lost"].sum()) > 0:
        raise refuse("integrity.nothing_lost", value=rows["participant"].nunique())
    sums = _sums(rows)
    lost, booked = sums["lost"].to_numpy(float), sums["booked"].to_numpy(float)
    usual = float(lost.sum() / booked.sum())
    apart = sums["apart"].to_numpy(float)
    angle = np.arcsin(np.sqrt(np.clip(usual + apart, 0.0, 1.0)))  # shares spread alike, high or low
    noise = sums["noise"].to_numpy(float) / max(4 * usual * (1 - usual), 1e-9)
    found, spread = _against_others(angle, noise)
    if found is None:
        raise refuse("integrity.all_alike", value=len(sums))
    most, df = int(np.argmax(found)), _tail(found)
    chances = np.minimum(1.0, stats.t.sf(found, df) * len(sums))
    reach = stats.t.ppf((1 + level) / 2, df) * spread[most]
    low, high = np.sin(np.clip([angle[most] - reach, angle[most] + reach], 0, np.pi / 2)) ** 2 - usual
    others = (lost.sum() - lost[most]) / (booked.sum() - booked[most])
    facts = {"own": float(lost[most] / booked[most]), "others": float(others)}
    who = tuple(str(name) for name in sums.index[chances <= (1 - level) / 2])
    chance = float(chances[most])
    return Found(float(apart[most]), float(low), float(high), chance, len(rows), len(sums), facts, who)


def _tail(found: np.ndarray) -> float:
    """Degrees of freedom: n − 2, or fewer where many people's deviations have longer tails than normal.

    Among thousands of people the largest deviation tells of the tail, not of the person. A t law has an
    excess kurtosis of 6 ÷ (df − 4); of few people it cannot be told.
    """
    df = len(found) - 2.0
    if len(found) < TAIL_FROM:
        return df
    long = float(stats.kurtosis(np.delete(found, np.argmax(found))))
    return min(df, 4 + 6 / long) if long > 0 else df


def _sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Each person's booked, lost, deviation from colleagues in the same periods, and its own variance."""
    rows = rows.assign(rate=rows["lost"] / rows["booked"])
    by_period = rows.groupby("period")[["booked", "lost"]].transform("sum")
    others = (by_period["lost"] - rows["lost"]) / (by_period["booked"] - rows["booked"]).where(
        lambda x: x > 0
    )
    rows = rows.assign(apart=(rows["rate"] - others).fillna(0.0) * rows["booked"])
    sums = rows.groupby("participant")[["booked", "lost", "apart"]].sum()
    sums["apart"] = sums["apart"] / sums["booked"]
    # the variance of a ratio of sums over a person's periods, linearised
    mean = rows["participant"].map(sums["apart"]).to_numpy()
    residual = rows["apart"].to_numpy() - mean * rows["booked"].to_numpy()
    count = rows.groupby("participant").size()
    squares = pd.Series(residual**2, index=rows.index).groupby(rows["participant"]).sum()
    sums["noise"] = squares / sums["booked"] ** 2 * count / (count - 1)
    return sums


def _against_others(apart: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray | None, np.ndarray]:
    """Each person's t against the others, whose own spread it is held to; and that spread.

    Who has few or lumpy orders varies more by chance: what their own noise exceeds the others' by is added.
    """
    n = len(apart)
    mean = (apart.sum() - apart) / (n - 1)
    squares = (apart**2).sum() - apart**2 - (n - 1) * mean**2
    variance = np.maximum(squares, 0.0) / (n - 2)
    usual = (noise.sum() - noise) / (n - 1)
    variance = variance * (1 + 1 / (n - 1)) + np.maximum(noise - usual, 0.0)
    if not (variance > 1e-20).all():
        return None, variance
    spread = np.sqrt(variance)
    return (apart - mean) / spread, spread
