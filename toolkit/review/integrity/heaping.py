"""Whether numbers that people enter by hand gather at multiples of five."""

from __future__ import annotations

import numpy as np
from scipy import stats

from toolkit.review.integrity.found import Found, refuse
from toolkit.stats import LEVEL, share_interval

FEWEST = 100  # below, only gross rounding could be told
SMALLEST = 20  # below, a step of five is no rounding but a large part of the number itself
WHOLE, IN_STEPS = 0.95, 0.98  # of the numbers
EVEN = 0.2  # one number in five is a multiple of five
_OWN = 20  # numbers of a person from which their own share is looked at


def digit_heaping(values: np.ndarray, people: np.ndarray, *, level: float = LEVEL) -> Found:
    """The share of multiples of five among whole numbers from 20 up, against one in five.

    Each multiple is taken with the two numbers on either side of it, so that a rising or falling
    distribution has one in five there too, which a test of the last digit would take for rounding. The
    blocks of the smallest and the largest number are left out: a least duration of 20 minutes has nothing
    below it.

    Parameters
    ----------
    values : ndarray
        Minutes, counts a day, ratings of 100; NaN left out.
    people : ndarray
        Who entered each.
    level : float
        Two-sided, of the interval.

    Returns
    -------
    Found
        value: the share; facts: last_digits, the chance of the last digits by a chi-square test where most
        numbers pass 50 (else NaN; as it is commonly reported); who: people whose own share is high, after
        Benjamini and Hochberg.

    Raises
    ------
    NotEnoughData
        Numbers that are not whole; fewer than 100 from 20 up; or all in steps of five, as a form or a system
        rounds.

    References
    ----------
    Myers (1940), Transactions of the Actuarial Society of America 41:395-415, on heaping at preferred digits.

    Examples
    --------
    >>> minutes = np.concatenate([np.arange(20, 120), np.full(60, 60)])
    >>> found = digit_heaping(minutes, np.arange(160) % 8)
    >>> round(found.value, 2), found.p_value < 1e-6
    (0.51, True)
    """
    values, people = _usable(np.asarray(values, float), np.asarray(people))
    heaped = values % 5 == 0
    if heaped.mean() >= IN_STEPS:
        raise refuse("integrity.in_steps", value=round(100 * float(heaped.mean())))
    share = share_interval(int(heaped.sum()), len(heaped), level)
    chance = float(stats.binomtest(int(heaped.sum()), len(heaped), EVEN, "greater").pvalue)
    names, own = _own(heaped, people)
    high = stats.false_discovery_control(own) <= (1 - level) / 2 if len(own) else np.zeros(0, bool)
    facts = {"last_digits": _last_digits(values)}
    who = tuple(str(name) for name in names[high])
    return Found(share.value, share.low, share.high, chance, share.n, len(np.unique(people)), facts, who)


def _usable(values: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whole numbers from 20 up that have neighbours on both sides, and who entered them."""
    known = np.isfinite(values)
    values, people = values[known], people[known]
    whole = values == np.round(values)
    if len(values) and whole.mean() < WHOLE:
        raise refuse("integrity.not_whole", value=round(100 * float(whole.mean())), need=round(100 * WHOLE))
    blocks = np.round(values / 5)  # the multiple of five that each number lies nearest to
    inner = (blocks > blocks.min(initial=np.inf)) & (blocks < blocks.max(initial=-np.inf))
    large = whole & inner & (values >= SMALLEST - 2)  # with the two below the first multiple
    values, people = values[large], people[large]
    if len(values) < FEWEST:
        raise refuse("integrity.few_numbers", value=len(values), need=FEWEST, least=SMALLEST)
    return values, people


def _own(heaped: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The people with enough numbers, and the chance of each one's share."""
    names, codes = np.unique(people, return_inverse=True)
    count, at_five = np.bincount(codes), np.bincount(codes, heaped)
    enough = count >= _OWN
    return names[enough], np.asarray(stats.binom.sf(at_five[enough] - 1, count[enough], EVEN))


def _last_digits(values: np.ndarray) -> float:
    """The chi-square chance of equal last digits; NaN where most numbers are small."""
    if np.median(values) <= 50:
        return float("nan")
    return float(stats.chisquare(np.bincount(values.astype(np.int64) % 10, minlength=10)).pvalue)
