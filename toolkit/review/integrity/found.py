"""What a test of the history found, and the chances that several of these tests share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy import stats

from toolkit.errors import NotEnoughData, Problem

FEWEST_PEOPLE = 5  # five of five on one side is the first sign test that passes 5 %: 1/32
_EXACT = 12  # people up to whom every pattern of signs is counted
_FLIPS = 1999


@dataclass(frozen=True)
class Found:
    """One test's result.

    Parameters
    ----------
    value, low, high : float
        What the test estimates, with its two-sided interval.
    p_value : float
        One-sided: how often at least this much would be seen where nothing is behind it.
    n, people : int
        Observations and distinct people that carry it.
    facts : mapping
        Further numbers that the test's sentence names.
    who : tuple of str
        Participants that stand out; empty where the test is not about single people.
    """

    value: float
    low: float
    high: float
    p_value: float
    n: int
    people: int
    facts: Mapping[str, float] = field(default_factory=dict)
    who: tuple[str, ...] = ()


def refuse(code: str, *, value: object = None, **values: object) -> NotEnoughData:
    """A refusal of one problem, ready to raise."""
    return NotEnoughData(Problem(code, value=value, values=values))


def need_people(people: int, least: int = FEWEST_PEOPLE) -> None:
    """Refuse where too few people carry a test: rows of one person depend on each other."""
    if people < least:
        raise refuse("integrity.too_few_people", value=people, need=least)


def sign_chance(parts: np.ndarray, seed: int = 0) -> float:
    """How often people's parts would sum to this much if each were as likely to count against it.

    A permutation test with the person as its unit: whatever the rows of one person have in common cannot
    make it too sure of itself.

    Parameters
    ----------
    parts : ndarray, shape (people,)
        Each person's part of a sum that is 0 on average where there is nothing.

    Returns
    -------
    float
        One-sided; all patterns of signs up to 12 people, 1,999 random ones beyond.

    Examples
    --------
    >>> sign_chance(np.array([1.0, 2.0, 1.5, 0.5, 3.0]))
    0.03125
    """
    parts = np.asarray(parts, float)
    parts = np.sort(parts[parts != 0])  # sorted, so that the order of rows changes nothing
    if len(parts) == 0:
        return 1.0
    hair = 1e-9 * np.abs(parts).sum()
    if len(parts) <= _EXACT:
        patterns = (np.arange(2 ** len(parts))[:, None] >> np.arange(len(parts))) & 1
        return float((((2 * patterns - 1) @ parts) >= parts.sum() - hair).mean())
    signs = np.random.default_rng(seed).integers(0, 2, (_FLIPS, len(parts)), dtype=np.int8)
    as_much = ((2.0 * signs - 1.0) @ parts >= parts.sum() - hair).sum()
    return float((1 + as_much) / (_FLIPS + 1))


def wilson(share: float, n: float, level: float) -> tuple[float, float]:
    """Wilson's interval of a share for a number of rows that need not be whole.

    Examples
    --------
    >>> [round(x, 3) for x in wilson(8 / 163, 163, 0.95)]
    [0.025, 0.094]
    """
    z = stats.norm.ppf((1 + level) / 2)
    middle, spread = share + z**2 / (2 * n), z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return float((middle - spread) / (1 + z**2 / n)), float((middle + spread) / (1 + z**2 / n))


def adjusted(p_values: np.ndarray) -> np.ndarray:
    """Benjamini and Hochberg's p-values of all tests of a run; NaN where a test was refused.

    References
    ----------
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57:289-300.

    Examples
    --------
    >>> adjusted(np.array([0.01, np.nan, 0.02, 0.9])).round(3).tolist()
    [0.03, nan, 0.03, 0.9]
    """
    p_values = np.asarray(p_values, float)
    known, out = ~np.isnan(p_values), np.full(len(p_values), np.nan)
    if known.any():
        out[known] = stats.false_discovery_control(p_values[known])
    return out
