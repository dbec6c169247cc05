"""The probability that a period's target will be reached, from what is done and the working days left.

Three kinds of KPI have a model: sums (normal, with the spread that earlier periods had), counts of single
events (gamma-Poisson), shares of cases (beta-binomial). Each carries the uncertainty of its own estimate.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

_TAIL = 1e-6  # probability left out at either end where a number of cases is unknown
_FEWEST_TO_SHRINK = 3  # people
_ALIKE = 0.999  # at 1 every case of a person would end alike, and the distribution have no density


def flow_chance(
    done: np.ndarray,
    rate: np.ndarray,
    error: np.ndarray,
    spread: np.ndarray,
    left: np.ndarray,
    target: np.ndarray,
    df: float = np.inf,
) -> np.ndarray:
    """Probability that a sum ends at its target or above.

    Parameters
    ----------
    done : ndarray
        The period's sum so far, in the KPI's unit.
    rate, error : ndarray
        Usual sum a working day, and the variance of this estimate.
    spread : ndarray
        Variance of a working day's sum.
    left : ndarray
        Working days still to come.
    target : ndarray
    df : float
        Degrees of freedom behind the spread.

    Returns
    -------
    ndarray
        Φ((done + rate·left − target) ÷ √(spread·left + error·left²)), with t in the place of Φ; 0 or 1
        where no day is left.

    Examples
    --------
    >>> flow_chance(*(np.array([x]) for x in (60.0, 1.0, 0.04, 4.0, 25.0, 85.0)))
    array([0.5])
    """
    ahead = done + rate * left - target
    reach = np.sqrt(spread * left + error * left**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = stats.t.cdf(ahead / reach, df)
    return np.where(reach > 0, found, (ahead >= 0).astype(float))


def count_chance(
    done: np.ndarray, alpha: np.ndarray, beta: np.ndarray, left: np.ndarray, target: np.ndarray
) -> np.ndarray:
    """Probability that a count of single events ends at its target or above.

    Parameters
    ----------
    done : ndarray
        Events so far in the period.
    alpha, beta : ndarray
        What is believed of the rate a day by now: a gamma distribution with shape alpha and rate beta (days).
    left : ndarray
        Days still to come.
    target : ndarray

    Returns
    -------
    ndarray
        P(done + N ≥ target), N negative binomial.

    References
    ----------
    Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6 (Poisson with a gamma prior).

    Examples
    --------
    Six deals in three months before, five in two now, one month left, nine to reach:

    >>> count_chance(*(np.array([x]) for x in (5, 6 + 5, 3 + 2, 1, 9))).round(3)
    array([0.194])
    """
    needed = np.ceil(np.asarray(target, float) - done - 1e-9)
    with np.errstate(invalid="ignore"):
        found = stats.nbinom.sf(needed - 1, alpha, beta / (beta + left))
    return np.where(left > 0, found, (needed <= 0).astype(float))


def share_chance(done: int, cases: int, alpha: float, beta: float, expected: float, target: float) -> float:
    """Probability that a share of cases ends at its target or above.

    Parameters
    ----------
    done, cases : int
        Successes and cases so far in the period.
    alpha, beta : float
        What is believed of the share by now: a beta distribution.
    expected : float
        Cases still to be expected; their number is taken as Poisson.
    target : float
        Ratio.

    Returns
    -------
    float
        NaN where no case may come at all and none has.

    Examples
    --------
    One success in three cases, exactly one more to come, a half to reach: the next must succeed.

    >>> round(share_chance(1, 3, 2.0, 4.0, 0.0, 0.5), 3)
    0.0
    """
    few, many = stats.poisson.ppf([_TAIL, 1 - _TAIL], expected) if expected > 0 else (0, 0)
    more = np.arange(few, many + 1)
    weight = stats.poisson.pmf(more, expected) if expected > 0 else np.ones(1)
    some = cases + more > 0
    if not (weight * some).sum() > 0:
        return float("nan")
    needed = np.ceil(target * (cases + more) - done - 1e-9)
    with np.errstate(invalid="ignore"):
        reached = np.where(
            more > 0, stats.betabinom.sf(needed - 1, np.maximum(more, 1), alpha, beta), needed <= 0
        )
    return float((weight * some * reached).sum() / (weight * some).sum())


def shrunken(rate: np.ndarray, error: np.ndarray, mean: float) -> tuple[np.ndarray, np.ndarray]:
    """People's rates drawn towards the team's as far as chance made them differ, and what error is left.

    Parameters
    ----------
    rate, error : ndarray
        A person each: the rate seen, and its sampling variance.
    mean : float
        The team's.

    Returns
    -------
    tuple of ndarray
        With fewer than three people the rates as they are.

    References
    ----------
    Efron and Morris (1975), JASA 70:311-319, with the variance between people by moments.

    Examples
    --------
    >>> rates, errors = shrunken(np.array([8.0, 10.0, 12.0]), np.array([2.0, 2.0, 2.0]), 10.0)
    >>> rates.tolist(), errors.tolist()
    ([9.0, 10.0, 11.0], [1.0, 1.0, 1.0])
    """
    if len(rate) < _FEWEST_TO_SHRINK:
        return rate, error
    between = max(float(np.var(rate, ddof=1) - np.mean(error)), 0.0)
    own = between / (between + error)
    return mean + own * (rate - mean), own * error


def gamma_prior(events: np.ndarray, days: np.ndarray) -> tuple[float, float]:
    """What a team's rates say about a member's: a gamma distribution's shape and rate by moments.

    Parameters
    ----------
    events, days : ndarray
        A person each.

    Returns
    -------
    tuple of float
        Shape and rate; where people differ no more than chance makes them, a narrow distribution: that of
        all events and days together.

    Examples
    --------
    >>> gamma_prior(np.array([30.0, 10.0]), np.array([10.0, 10.0]))
    (2.2222222222222223, 1.1111111111111112)
    """
    mean = events.sum() / days.sum()
    between = float(np.var(events / days, ddof=1) - mean * np.mean(1 / days)) if len(days) > 1 else 0.0
    if mean <= 0 or between <= 0:
        return float(events.sum()) + 0.5, float(days.sum())
    return float(mean**2 / between), float(mean / between)


def beta_prior(successes: np.ndarray, cases: np.ndarray) -> tuple[float, float]:
    """What a team's shares say about a member's: a beta distribution by moments.

    Parameters
    ----------
    successes, cases : ndarray
        A person each, at least one case each.

    Returns
    -------
    tuple of float
        Where people differ no more than chance makes them, a narrow distribution: that of all cases together.

    References
    ----------
    Kleinman (1973), JASA 68:46-54: the moments of the beta-binomial with unequal numbers of cases.

    Examples
    --------
    >>> [round(x, 3) for x in beta_prior(np.array([5.0, 15.0]), np.array([20.0, 20.0]))]
    [0.556, 0.556]
    """
    total, freedom = float(cases.sum()), len(cases) - 1
    mean = float(successes.sum()) / total
    apart = float((cases * (successes / cases - mean) ** 2).sum())
    chance = mean * (1 - mean)
    room = chance * (total - float((cases**2).sum()) / total - freedom)
    likeness = (apart - chance * freedom) / room if room > 0 else 0.0
    if likeness <= 0:
        return float(successes.sum()) + 0.5, total - float(successes.sum()) + 0.5
    strength = 1 / min(likeness, _ALIKE) - 1
    return mean * strength, (1 - mean) * strength
