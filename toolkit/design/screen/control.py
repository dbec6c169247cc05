"""Whose doing is it? Shares of the differences that lie with the person, the place, the period and chance."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.design.screen.history import History
from toolkit.design.screen.rows import Row, refused, row
from toolkit.periods import Calendar
from toolkit.stats import LEVEL

FEWEST_PEOPLE, FEWEST_PERIODS = 8, 4
MOVERS, SHARED = 5, 5  # METHODS 1d; so many places with two people, for one or two show no spread of places
NOTABLE = 0.05  # a place's share below is nothing, whatever the person's is
OWN = 0.5  # less of what lasts with the person than with the place: it is the place's number
MARKET = 0.5
_BLOCKS = 20  # parts that are left out in turn for an interval, so that 700 teams take no longer


class Shares(NamedTuple):
    """Components of variance as shares of their sum; `place` is NaN where it is not told from the person."""

    person: float
    place: float
    period: float
    rest: float


class _Cells(NamedTuple):
    """Values with the person, place and period of each; places −1 where nobody knows."""

    y: np.ndarray
    who: np.ndarray
    where: np.ndarray
    when: np.ndarray


def controllability(history: History, places: np.ndarray, level: float = LEVEL, leaders: str = "team") -> Row:
    """Shares of the differences between all values: person, place, period, rest.

    A person can be told from a place only where 5 people moved, or 5 places have two people or more. Else
    `value` is the share of both together and the verdict says so. The person's share holds their own
    customers too: only what colleagues of a place have in common is the place's.

    Parameters
    ----------
    history : History
    places : ndarray of int, shape (people, periods)
        Where each was (`places_of`), −1 where unknown.
    leaders : str
        What the places are: team or region.

    Returns
    -------
    Row
        value (the person's share, or both's), low, high (leaving out a person at a time; where persons and
        places are told apart a place too, and the wider of the two; 20 groups of them where there are more),
        share_place, share_period, share_rest. In simulations 85 to 98 % of 90 % intervals held the truth.

    References
    ----------
    Rao (1971), Journal of Multivariate Analysis 1:257-275 (MINQUE with a priori weight on the rest): equal
    to the analysis of variance where everybody has every period, unbiased where they have not.
    """
    kpi = history.kpi.kpi
    values = history.level
    known = ~np.isnan(values)
    who, when = np.nonzero(known)
    cells = _Cells(values[known], who, places[known], when)
    people, periods = known.any(axis=1).sum(), known.any(axis=0).sum()
    place: dict[str, Any] = {"grain": history.grain, "level": level}
    place |= {"n": len(who), "people": people, "periods": periods}
    if people < FEWEST_PEOPLE or periods < FEWEST_PERIODS:
        return refused(kpi, "control", "screen.few_people_or_periods", **place)
    if float(cells.y.std()) <= 1e-12 * float(np.abs(cells.y).max() or 1.0):
        return refused(kpi, "control", "screen.no_spread", **place)
    apart = separable(cells.who, cells.where)
    if apart:
        cells = _Cells(*(part[cells.where >= 0] for part in cells))
        place |= {"n": len(cells.y), "people": len(np.unique(cells.who))}
    found = shares(*cells, apart=apart)
    ranges = [
        _interval(cells, by, apart, level) for by in ([cells.who, cells.where] if apart else [cells.who])
    ]
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    verdict, why = _verdict(found, apart, leaders)
    return row(
        kpi, "control", verdict, why, value=found.person, low=low, high=high, share_place=found.place,
        share_period=found.period, share_rest=found.rest, **place,
    )  # fmt: skip


def _verdict(found: Shares, apart: bool, leaders: str) -> tuple[str, str]:
    if not apart:
        return "not_enough_data", "screen.joint"
    if found.place > NOTABLE and found.person / (found.person + found.place) < OWN:
        return "warn", f"screen.{leaders}_decides"
    return ("warn", "screen.market_decides") if found.period > MARKET else ("ok", "")


def separable(who: np.ndarray, where: np.ndarray) -> bool:
    """Whether enough people moved, or enough places hold two people, to tell the two apart.

    Examples
    --------
    >>> separable(np.arange(10), np.arange(10) // 2), separable(np.arange(10), np.arange(10))
    (True, False)
    """
    pairs = np.unique(np.column_stack([who, where])[where >= 0], axis=0)
    if not len(pairs):
        return False
    moved = (np.unique(pairs[:, 0], return_counts=True)[1] > 1).sum()
    places, held = np.unique(pairs[:, 1], return_counts=True)
    return len(places) > 1 and bool(moved >= MOVERS or (held > 1).sum() >= SHARED)


def shares(
    y: np.ndarray, who: np.ndarray, where: np.ndarray, when: np.ndarray, *, apart: bool, cut: bool = True
) -> Shares:
    """Shares of variance of person, place (where `apart`), period and rest; negative estimates are 0.

    Each period's mean is taken off for person, place and rest; the period's own comes from the spread of
    the means less what the others bring into it.

    Parameters
    ----------
    y : ndarray, shape (rows,)
    who, where, when : ndarray of int, shape (rows,)
    apart : bool
        Whether the place is a component of its own.
    cut : bool
        Whether a person's share below 0 is 0; for an interval it must not be, or 0 looks certain.

    Examples
    --------
    >>> who, when = np.repeat(np.arange(3), 2), np.tile(np.arange(2), 3)
    >>> round(shares(np.array([1.0, 1, 2, 2, 3, 3]), who, who, when, apart=False).person, 6)
    1.0
    """
    groups = [who, where] if apart else [who]
    codes = [_without_gaps(g) for g in groups]
    time = _without_gaps(when)
    size = np.bincount(time)
    off = y - (np.bincount(time, y) / size)[time]
    matrix, target = _equations(off, codes, time, size)
    raw = np.linalg.lstsq(matrix, target, rcond=1e-10)[0]
    parts = raw.clip(min=0.0)
    period = _period(y, codes, time, parts)
    total = float(parts.sum() + period) or 1.0
    person, rest = float((parts if cut else raw)[0] / total), float(parts[-1] / total)
    return Shares(person, float(parts[1] / total) if apart else math.nan, period / total, rest)


def _equations(
    off: np.ndarray, codes: list[np.ndarray], time: np.ndarray, size: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Squares of groups' sums and what each component brings to them; periods are projected out.

    With M the projection on what is left after the periods' means, an entry is ‖Zₐ′MZᵦ‖² = ‖C‖² −
    2 Σ C·(SₐSᵦ′) + ‖SₐSᵦ′‖², computed from counts alone: C the rows that two groups share, S a group's
    rows in each period over √(rows of the period).
    """
    spread = [_counts(code, time) / np.sqrt(size) for code in codes]
    # periods × periods, however many people; too small for a library's threads, which wait for each other
    grams = [np.einsum("ip,iq->pq", part, part) for part in spread]
    k = len(codes) + 1
    matrix, target = np.empty((k, k)), np.empty(k)
    for a in range(k - 1):
        target[a] = (np.bincount(codes[a], off) ** 2).sum()
        matrix[a, -1] = matrix[-1, a] = len(off) - (spread[a] ** 2).sum()
        for b in range(a, k - 1):
            one, other, together = _together(codes[a], codes[b])
            cross = np.einsum("it,it->i", spread[a][one], spread[b][other])
            whole = (together**2).sum() - 2 * (together * cross).sum() + (grams[a] * grams[b]).sum()
            matrix[a, b] = matrix[b, a] = whole
    matrix[-1, -1], target[-1] = len(off) - len(size), (off**2).sum()
    return matrix, target


def _without_gaps(codes: np.ndarray) -> np.ndarray:
    """Codes from 0 without those that nobody has; counted, for sorting would take most of the time."""
    return (np.cumsum(np.bincount(codes) > 0) - 1)[codes]


def _together(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of codes that occur, and how many rows have each."""
    if a is b:
        found = np.arange(a.max() + 1)
        return found, found, np.bincount(a).astype(float)
    keys, rows = np.unique(a * (b.max() + 1) + b, return_counts=True)
    return keys // (b.max() + 1), keys % (b.max() + 1), rows.astype(float)


def _counts(code: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Rows of each group and period, shape (groups, periods)."""
    wide = time.max() + 1
    found = np.bincount(code * wide + time, minlength=(code.max() + 1) * wide)
    return found.reshape(-1, wide).astype(float)


def _period(y: np.ndarray, codes: list[np.ndarray], time: np.ndarray, parts: np.ndarray) -> float:
    """The periods' own component: squares of their sums, less what the other components bring."""
    n, size = len(y), np.bincount(time).astype(float)
    squares = float((np.bincount(time, y - y.mean()) ** 2).sum())

    def brought(code: np.ndarray) -> float:
        held = np.bincount(code).astype(float)
        together = _counts(code, time)
        mixed = held @ together @ size / n
        return float((together**2).sum() - 2 * mixed + (size**2).sum() * (held**2).sum() / n**2)

    known = sum(part * brought(code) for part, code in zip(parts, codes, strict=False))
    known += parts[-1] * (n - (size**2).sum() / n)
    return max((squares - known) / _alone(size), 0.0)


def _alone(size: np.ndarray) -> float:
    """What one unit of the periods' own variance brings to the squares of their sums."""
    n = size.sum()
    return float((size**2).sum() - 2 * (size**3).sum() / n + (size**2).sum() ** 2 / n**2)


def _interval(cells: _Cells, cluster: np.ndarray, apart: bool, level: float) -> tuple[float, float]:
    """The person's share with a cluster (or a group of them) left out at a time.

    On the scale log(1 + T × odds), T the periods a person: the log of F in the balanced case, on which
    estimates near 0 are as far from each other as others are. Its middle is 0 where the estimate is below:
    no share is less than none, but that does not make it certain.
    """
    names = np.unique(cluster)
    block = np.searchsorted(names, cluster) % min(len(names), _BLOCKS)
    blocks = int(block.max()) + 1
    if blocks < 3:  # of two places nothing is learnt by leaving one out: all is possible
        return 0.0, 1.0
    periods = len(cells.y) / len(np.unique(cells.who))
    kept = [slice(None), *(block != k for k in range(blocks))]
    share = np.array([shares(*(part[k] for part in cells), apart=apart, cut=False).person for k in kept])
    odds = share / np.maximum(1 - share, 1e-9)
    scale = np.log(np.maximum(1 + periods * odds, 1e-3))
    error = math.sqrt((blocks - 1) / blocks * float(((scale[1:] - scale[1:].mean()) ** 2).sum()))
    reach = stats.t.ppf((1 + level) / 2, blocks - 1) * error
    back = (np.exp(max(scale[0], 0.0) + np.array([-reach, reach])) - 1) / periods
    low, high = np.maximum(back / (1 + np.maximum(back, 0)), 0.0)
    return float(low), float(high)


def places_of(history: History, participants: pd.DataFrame, calendar: Calendar, column: str) -> np.ndarray:
    """The team or region of each person at the end of each period, as codes; −1 where there is none.

    Parameters
    ----------
    participants : DataFrame
        participant, valid_from, valid_to (inclusive; NaT = open) and `column`.
    """
    found = np.full(history.values.shape, -1)
    if column not in participants or participants[column].isna().all():
        return found
    rows = participants[participants[column].notna() & (participants[column] != "")]
    codes = pd.factorize(rows[column], sort=True)[0]
    who = history.people.get_indexer(pd.Index(rows["participant"]))
    ends = np.array([calendar.bounds(p)[1] for p in history.periods], dtype="datetime64[s]")
    first = rows["valid_from"].to_numpy("datetime64[s]")
    last = rows["valid_to"].to_numpy("datetime64[s]")
    for person, code, start, end in zip(who, codes, first, last, strict=True):
        if person >= 0:
            in_it = (np.isnat(start) | (ends >= start)) & (np.isnat(end) | (ends <= end))
            found[person, in_it] = code
    return found
