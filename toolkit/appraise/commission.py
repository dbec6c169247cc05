"""Commission on a credited amount, exact: amounts at 4 decimals, rates at 8, one rounding at the end."""

from __future__ import annotations

import numpy as np

from toolkit.money import divide, minor_digits, product, times, to_units
from toolkit.scheme.curve import rounded
from toolkit.scheme.rates import RatePlan

AMOUNT_DIGITS = 4  # decimals of a credited amount
_RATE_DIGITS = 8
_TINY = 10.0**-AMOUNT_DIGITS


def commission(
    plan: RatePlan,
    credited: np.ndarray,
    attainment: np.ndarray,
    target: np.ndarray,
    roster_rate: np.ndarray,
    currency: str,
) -> tuple[np.ndarray, np.ndarray]:
    """What each credited amount earns.

    A negative amount (returns) is taken back at the first tier's rate; nothing credited earns nothing.

    Parameters
    ----------
    plan : RatePlan
    credited : array of int
        Amounts in ten-thousandths.
    attainment, target : array of float
        Of the credited measure; read only by tiers that count attainment.
    roster_rate : array of float
        Participants' own rates; read only if the plan says `roster`.
    currency : str

    Returns
    -------
    earned : array of int
        Minor units, half-up.
    rate : array of float
        The rate applied; where slices have their own rates, the blended one (earned before rounding ÷
        credited).

    Examples
    --------
    Oracle 24B, "Report Split Rates": 2,500 credited in tiers of 1 % and, from 1,000 on, 2 %.

    >>> plan = RatePlan(of="revenue", by="amount", tiers=((0, 0.01), (1000, 0.02)))
    >>> none = np.array([np.nan])
    >>> [x.tolist() for x in commission(plan, np.array([25_000_000]), none, none, none, "CNY")]
    [[4000], [0.016]]
    """
    credited = np.asarray(credited, dtype=np.int64)
    if plan.by is not None and plan.split == "step":
        exact, places, rate = _in_slices(plan, credited, target)
    else:
        rate = _rates(plan, credited, attainment, roster_rate)
        rates, places = _lean(to_units(rate, _RATE_DIGITS))
        exact = product(credited, rates)
    return divide(exact, 10 ** (AMOUNT_DIGITS + places - minor_digits(currency))), rate


def _lean(rates: np.ndarray) -> tuple[np.ndarray, int]:
    """Rates as whole units of no more decimals than they need, so that products mostly fit 64 bits."""
    shared = int(np.gcd.reduce(rates)) if len(rates) else 0
    places = _RATE_DIGITS
    while places > 0 and shared % 10 == 0:
        shared, places = shared // 10, places - 1
    return rates // 10 ** (_RATE_DIGITS - places), places


def _rates(plan: RatePlan, credited: np.ndarray, attainment: np.ndarray, roster: np.ndarray) -> np.ndarray:
    if plan.rate == "roster":
        return np.asarray(roster, dtype=float)
    if plan.by is None:
        return np.full(len(credited), plan.rate, dtype=float)
    edges, rates = np.array(plan.tiers, dtype=float).T
    if plan.by == "amount":
        reached, edges = credited * _TINY, np.round(edges, AMOUNT_DIGITS)
        tier = np.searchsorted(to_units(edges, AMOUNT_DIGITS), credited, side="right") - 1
    else:
        reached, edges = rounded(attainment), rounded(edges)
        tier = np.searchsorted(edges, reached, side="right") - 1
    if plan.split == "interpolated":
        return rounded(np.interp(reached, edges, rates))
    return rates[np.maximum(tier, 0)]


def _in_slices(
    plan: RatePlan, credited: np.ndarray, target: np.ndarray
) -> tuple[np.ndarray, int, np.ndarray]:
    """The exact commission with each slice at its own rate, the decimals of its rates, the blended rate."""
    edges = [_edge(plan, edge, target, len(credited)) for edge, _ in plan.tiers]
    rates, places = _lean(to_units([rate for _, rate in plan.tiers], _RATE_DIGITS))
    most = max((int(np.abs(a).max()) for a in (credited, *edges) if len(a)), default=0)
    large = 2 * most * (int(rates.max()) + 1) >= 2**62  # no slice, and no sum of them, is larger
    exact = np.zeros(len(credited), dtype=object if large else np.int64)
    for i, rate in enumerate(rates):
        upper = np.minimum(credited, edges[i + 1]) if i + 1 < len(edges) else credited
        # The first slice reaches below zero, so that a return takes back at the first rate.
        part = upper if i == 0 else np.maximum(upper - edges[i], 0)
        exact = exact + (part.astype(object) if large else part) * int(rate)
    share = np.where(credited == 0, 1, credited).astype(float) * 10.0**places
    return exact, places, np.where(credited == 0, plan.tiers[0][1], exact.astype(float) / share)


def _edge(plan: RatePlan, edge: float, target: np.ndarray, size: int) -> np.ndarray:
    if plan.by == "amount":
        return np.full(size, to_units([edge], AMOUNT_DIGITS)[0], dtype=np.int64)
    return times(to_units(target, AMOUNT_DIGITS), edge)
