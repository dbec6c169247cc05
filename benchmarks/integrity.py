"""The integrity tests: how often each accuses where nothing is, and how often it sees what is planted.

The nulls are made like real teams, not like a textbook: people differ, their months follow one another,
months share a season, growth and shocks, year-ends are high, results come in whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.measure import Row
from toolkit.errors import NotEnoughData
from toolkit.periods import Calendar
from toolkit.review.integrity.booking import lost_after_booking
from toolkit.review.integrity.bunching import window_test
from toolkit.review.integrity.discounts import discount_near_tier
from toolkit.review.integrity.excess import excess_mass
from toolkit.review.integrity.found import Found
from toolkit.review.integrity.heaping import digit_heaping
from toolkit.review.integrity.hockey import hockey_stick, stretches
from toolkit.stats import LEVEL

RUNS, POWER_RUNS = 2000, 400
NOMINAL = (1 - LEVEL) / 2  # one-sided, as `integrity` reads it
ALLOWED = NOMINAL + 0.02
PEOPLE, MONTHS = 24, 24
PROCESSES = 2
_CHUNK = 50
_CALENDAR = Calendar()
_QUARTERS = _CALENDAR.between(pd.Timestamp("2023-01-01"), pd.Timestamp("2024-12-31"), "quarter")
_STRETCHES = stretches(_QUARTERS, _CALENDAR)

Trial = Callable[[np.random.Generator], Found]


class Case(NamedTuple):
    """A test with a world to run it in: nothing planted, or what `what` says."""

    what: str
    trial: Trial
    planted: bool = False


def run() -> Iterator[Row]:
    """False-positive rate over 2,000 null runs and power, of every integrity test."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        for number, case in enumerate(CASES):
            runs = POWER_RUNS if case.planted else RUNS
            starts = range(0, runs, _CHUNK)
            found = pool.map(partial(_chunk, number), starts, [min(_CHUNK, runs - s) for s in starts])
            flagged, refused = (sum(x) for x in zip(*found, strict=True))
            yield _row(case, flagged, refused, runs)


def _row(case: Case, flagged: int, refused: int, runs: int) -> Row:
    """A refused run accuses nobody; the rate is of the runs that were answered."""
    rate = flagged / max(runs - refused, 1)
    measured = f"{flagged} of {runs - refused:,} runs" + (f", {refused:,} refused" if refused else "")
    if case.planted:
        return Row(case.what, measured, f"power {rate:.1%}", "stated", True)
    return Row(case.what, measured, f"{rate:.1%}", f"≤ {ALLOWED:.1%}", rate <= ALLOWED)


def _chunk(number: int, start: int, size: int) -> tuple[int, int]:
    """How many of some runs are flagged, and how many refused; every run has its own stream."""
    flagged = refused = 0
    for i in range(start, start + size):
        try:
            found = CASES[number].trial(np.random.default_rng([number, i]))
        except NotEnoughData:
            refused += 1
            continue
        flagged += found.p_value <= NOMINAL
    return flagged, refused


def months_of(
    random: np.random.Generator, people: int, months: int, *, level: float = 0.1, noise: float = 0.2
) -> np.ndarray:
    """Attainments of people and months: lasting levels, AR(1) months, a season, growth and common shocks."""
    own = random.normal(0, noise, (people, months))
    for t in range(1, months):
        own[:, t] = 0.4 * own[:, t - 1] + np.sqrt(1 - 0.16) * own[:, t]
    t = np.arange(months)
    season = 0.06 * np.sin(2 * np.pi * t / 12) + 0.06 * (t % 12 == 11) + 0.04 * t / months
    common = season + random.normal(0, 0.05, months)
    return np.maximum(0.0, 1.0 + random.normal(0, level, (people, 1)) + common + own)


def _gathered(
    test: Callable[..., Found],
    random: np.random.Generator,
    *,
    edge: float = 1.0,
    months: int = MONTHS,
    people: int = PEOPLE,
    moved: float = 0.0,
    target: int = 0,
) -> Found:
    """Results around a threshold; of those up to 8 points below it the share `moved` ends just above."""
    values = months_of(random, people, months)
    step = 0.0
    if target:
        values, step = random.poisson(values * target) / target, 1 / target
    short = (values < edge) & (values >= edge - 0.08) & (random.random(values.shape) < moved)
    values = np.where(short, edge + (0 if target else 0.03) * random.random(values.shape), values)
    return test(values.ravel(), np.repeat(np.arange(people), months), edge, step)


def _orders(
    random: np.random.Generator,
    *,
    pulled: float = 0.0,
    rush: float = 0.0,
    slow: float = 0.0,
    people: int = PEOPLE,
) -> Found:
    """Orders of two years: quarter ends and December high, every month fuller at its end, a slow January.

    `pulled`: share of a quarter's first two weeks that is booked before. Of `rush` customers spend budgets in
    a quarter's last week, of `slow` they rest in its first, and nothing is moved: two nulls that look alike.
    """
    size = len(_STRETCHES)
    t = np.arange(size)
    trend = 1.13 ** (t / 12) * np.where(t % 3 == 2, 1.15, 0.97) * np.where(t % 12 == 11, 1.1, 1.0)
    mean = 6 * np.exp(random.normal(0, 0.2, (people, 1))) * trend * np.exp(random.normal(0, 0.06, size))
    counts = random.poisson(mean * months_of(random, people, size))
    person, month = (np.repeat(x.ravel(), counts.ravel()) for x in np.indices(counts.shape))
    late = (0.7 * np.exp(random.normal(0, 0.06, size)) - 0.1 * (t % 12 == 11))[month]
    late = np.where(t[month] % 12 == 0, late * 0.8, late)
    start = _STRETCHES["start"].to_numpy("datetime64[D]")[month]
    place = np.floor(random.random(len(month)) ** late * _STRETCHES["working"].to_numpy()[month]).astype(int)
    days = np.busday_offset(start, place, roll="forward")
    days += np.where(random.random(len(month)) < 0.05, 1, 0)  # some on weekends
    early = (t[month] % 3 == 0) & (t[month] > 0) & (place < 10) & (random.random(len(month)) < pulled)
    days = np.where(
        early, np.busday_offset(start, -1 - random.integers(0, 5, len(month)), roll="forward"), days
    )
    last = place >= _STRETCHES["working"].to_numpy()[month] - 5
    more = (t[month] % 3 == 2) & last & (random.random(len(month)) < rush)
    less = (t[month] % 3 == 0) & (place < 5) & (random.random(len(month)) < slow)
    person, days = (np.concatenate([x[~less], x[more]]) for x in (person, days))
    orders = pd.DataFrame({"participant": person, "day": days.astype("datetime64[s]"), "amount": 1.0})
    return hockey_stick(orders, _STRETCHES)


def _minutes(random: np.random.Generator, *, rounded: float = 0.0, size: int = 600) -> Found:
    """Minutes of visits: people differ, entries follow one another, long ones are rare."""
    people = random.integers(0, PEOPLE, size)
    own = random.normal(0, 0.3, PEOPLE)[people] + np.convolve(
        random.normal(0, 0.3, size + 4), [0.4] * 5, "valid"
    )
    minutes = np.floor(np.exp(4.0 + own + random.normal(0, 0.3, size)))
    minutes = np.where(random.random(size) < rounded, np.round(minutes / 5) * 5, minutes)
    return digit_heaping(minutes, people)


def _discounts(random: np.random.Generator, *, more: float = 0.0, size: int = 1500) -> Found:
    """Deals of two years: people, periods and large deals differ in discount, ends of quarters have more."""
    person, period = random.integers(0, PEOPLE, size), random.integers(0, 8, size)
    days, large = np.floor(91 * random.random(size) ** 1.2), random.normal(0, 0.5, size)
    late = days <= 10
    reached = np.clip((91 - days) / 91 * months_of(random, PEOPLE, 8)[person, period], 0, None)
    gap = np.where(reached < 1, 1 - reached, np.nan)
    drive = random.normal(0.01, 0.01, 8)[period] * late
    noise = 0.03 * random.beta(1.2, 3, size) / 0.2
    rate = 0.02 + random.normal(0, 0.01, PEOPLE)[person] + 0.01 * large + drive + noise
    rate = np.clip(rate + more * (late & (gap <= 0.15)), 0, 0.5)
    frame = {"participant": person, "period": period, "rate": rate, "size": np.exp(11 + large)}
    return discount_near_tier(pd.DataFrame({**frame, "days_left": days, "gap": gap}))


def _booked(
    random: np.random.Generator, *, lost: float = 0.0, periods: int = 8, people: int = PEOPLE
) -> Found:
    """Bookings and what became of them: customers and quarters differ, orders are few and large."""
    orders = random.poisson(12 * np.exp(random.normal(0, 0.4, (people, 1))) * np.ones((1, periods)))
    person, period = (np.repeat(x.ravel(), orders.ravel()) for x in np.indices(orders.shape))
    amount = np.exp(random.normal(11, 0.8, len(person)))
    own = -1.7 + random.normal(0, 0.35, people)[person] + random.normal(0, 0.3, periods)[period]
    share = 1 / (1 + np.exp(-own)) + lost * (person == 0)
    gone = amount * (random.random(len(person)) < share)
    table = pd.DataFrame({"participant": person, "period": period, "booked": amount, "lost": gone})
    return lost_after_booking(table.groupby(["participant", "period"], as_index=False).sum())


def _cases() -> Iterator[Case]:
    size = f"{PEOPLE} people × {MONTHS} months"
    for name, test in (("window", window_test), ("excess mass", excess_mass)):
        for edge in (0.8, 1.0):
            yield Case(f"bunching, {name}: null, edge {edge}, {size}", partial(_gathered, test, edge=edge))
        large = partial(_gathered, test, edge=0.8, people=300)
        yield Case(f"bunching, {name}: null, edge 0.8, 300 people × {MONTHS} months", large)
        counted = partial(_gathered, test, target=40)
        yield Case(f"bunching, {name}: null, counts of about 40", counted)
        for moved in (0.15, 0.3):
            what = f"bunching, {name}: {moved:.0%} of near misses moved over"
            yield Case(what, partial(_gathered, test, moved=moved), True)
    yield Case(
        "bunching, window: null, 12 people × 12 months", partial(_gathered, window_test, people=12, months=12)
    )
    yield Case("hockey stick: null, seasonal, full month ends", _orders)
    rush, slow = "a rush of half as many in a quarter's last week", "half of a quarter's first week missing"
    yield Case(f"hockey stick: null, {rush}, no dip", partial(_orders, rush=0.5))
    yield Case(f"hockey stick: null, {slow}, no spike", partial(_orders, slow=0.5))
    for pulled in (0.3, 0.6):
        yield Case(
            f"hockey stick: {pulled:.0%} of a quarter's first two weeks pulled",
            partial(_orders, pulled=pulled),
            True,
        )
    yield Case("digit heaping: null, 600 entries", _minutes)
    yield Case("digit heaping: 10% of entries rounded to five", partial(_minutes, rounded=0.10), True)
    yield Case("discount near tier: null, 1,500 deals", _discounts)
    yield Case("discount near tier: 2 points more where late and near", partial(_discounts, more=0.02), True)
    yield Case("booking against cash: null, people differ", _booked)
    yield Case("booking against cash: null, 400 people", partial(_booked, people=400))
    yield Case("booking against cash: one loses 30 points more", partial(_booked, lost=0.3), True)


CASES = tuple(_cases())
