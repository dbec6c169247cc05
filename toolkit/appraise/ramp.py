"""A joiner's ramp: the share of a target owed in the first, second, ... 30 days of employment."""

from __future__ import annotations

import numpy as np
import pandas as pd

BLOCK = 30  # days


def ramp_shares(shares: tuple[float, ...], hired: pd.Series, first: pd.Series, last: pd.Series) -> np.ndarray:
    """The share owed of a period's target: each block's, weighted by the employed days that fall in it.

    Parameters
    ----------
    shares : tuple of float
        Of the first, second, ... 30 days from the day hired; afterwards all is owed.
    hired : Series of days
        Blank: long ago.
    first, last : Series of days
        The first and last day of the period, both included; days before the day hired do not count.

    Examples
    --------
    Hired on 16 January: all 16 days of January are in the first block; of February's 28 days 14 are in the
    first and 14 in the second.

    >>> day = lambda *days: pd.Series(pd.to_datetime(days))
    >>> hired = day("2026-01-16", "2026-01-16")
    >>> first, last = day("2026-01-01", "2026-02-01"), day("2026-01-31", "2026-02-28")
    >>> ramp_shares((0.25, 0.5, 0.75), hired, first, last).tolist()
    [0.25, 0.375]
    """
    since = np.maximum(_days(first, hired), 0)
    until = _days(last, hired) + 1
    employed = until - since
    owed = np.zeros(len(employed))
    ramped = np.zeros(len(employed))
    for i, share in enumerate(shares):
        inside = np.maximum(np.minimum(until, BLOCK * (i + 1)) - np.maximum(since, BLOCK * i), 0)
        owed, ramped = owed + share * inside, ramped + inside
    whole = (ramped == 0) | (employed <= 0)
    return np.where(whole, 1.0, (owed + employed - ramped) / np.where(whole, 1, employed))


def _days(day: pd.Series, hired: pd.Series) -> np.ndarray:
    """Whole days from the day hired; of one never hired, more than any ramp lasts."""
    gap = (day.reset_index(drop=True) - hired.reset_index(drop=True)).dt.days
    return gap.fillna(1e6).to_numpy(dtype=float)
