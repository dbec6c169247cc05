"""The margin of a measure: lognormal unless the data speak against it, else as observed; its people."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import optimize, special, stats

Z = np.linspace(-4.0, 4.0, 128)  # where an observed margin's table stands; beyond, its first and last value
REJECTED = 0.01  # p of the test from which the lognormal is given up
PRACTICAL = 0.03  # a distance between distribution functions that nobody need care for, however many values
FEWEST_TESTED = 5  # values; below, the test has no meaning
FEWEST_SPREADS = 3  # people, before their spreads can be told apart
_LEAST_SHARE = 1e-3  # of the pooled variance: whose numbers never differed is not known to never differ
_LEAST_SPREAD = 0.05  # of a latent standard deviation that ties leave


class Margin(NamedTuple):
    """How a latent normal number becomes what is drawn.

    `kind` is lognormal (exp) or empirical (`table`, values at `Z`); `zero_below` the latent number below
    which exactly 0 is drawn, −inf where 0 has no mass; `nugget` the variance that ties add to `latent`.
    `distance` and `p` are of the lognormal's test, NaN where a value is not above 0.
    """

    kind: str
    table: np.ndarray
    zero_below: float
    nugget: float
    distance: float
    p: float


def normality(values: np.ndarray) -> tuple[float, float]:
    """Kolmogorov-Smirnov distance from a normal of the same mean and spread, and its p (Lilliefors).

    References
    ----------
    Dallal and Wilkinson (1986), American Statistician 40:294-296, for p ≤ .1; above, the polynomials fitted
    to Stephens (1974), JASA 69:730-737, that R's `nortest` uses.

    Examples
    --------
    >>> normality(stats.norm.ppf((np.arange(50) + 0.5) / 50))[1] > 0.5
    True
    """
    n, spread = len(values), float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    if n < FEWEST_TESTED or not spread > 0:
        return np.nan, np.nan
    p = np.sort(stats.norm.cdf((values - values.mean()) / spread))
    steps = np.arange(1, n + 1) / n
    distance = float(max((steps - p).max(), (p - steps + 1 / n).max()))
    size, scaled = (float(n), distance) if n <= 100 else (100.0, distance * (n / 100) ** 0.49)
    root = size + 2.78019
    found = float(
        np.exp(
            -7.01256 * scaled**2 * root
            + 2.99587 * scaled * root**0.5
            - 0.122119
            + 0.974598 / size**0.5
            + 1.67997 / size
        )
    )
    return distance, found if found <= 0.1 else _stephens(distance, n)


_POLYNOMIALS = (  # up to, coefficients from the constant on
    (0.302, (1.0,)),
    (0.5, (2.76773, -19.828315, 80.709644, -138.55152, 81.218052)),
    (0.9, (-4.901232, 40.662806, -97.490286, 94.029866, -32.355711)),
    (1.31, (6.198765, -19.558097, 23.186922, -12.234627, 2.423045)),
    (np.inf, (0.0,)),
)


def _stephens(distance: float, n: int) -> float:
    modified = (n**0.5 - 0.01 + 0.85 / n**0.5) * distance
    return next(float(np.polyval(c[::-1], modified)) for upto, c in _POLYNOMIALS if modified <= upto)


def normal_scores(values: np.ndarray) -> tuple[np.ndarray, float]:
    """Latent numbers of values by their ranks, and the variance that ties add to them.

    A value's score is the mean of a normal number inside its share of the ranks, so equal values (zeros, a
    cap) share one; scores are divided by their variance, so that they covary as the latent numbers do.

    Parameters
    ----------
    values : ndarray, shape (n,)

    Examples
    --------
    >>> normal_scores(np.array([0.0, 0.0, 1.0, 2.0]))[0].round(2).tolist()
    [-1.07, -1.07, 0.43, 1.7]
    """
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    edges = np.concatenate([[0.0], np.cumsum(count)]) / len(values)
    density = stats.norm.pdf(stats.norm.ppf(edges))
    score = (density[:-1] - density[1:]) / np.diff(edges)
    variance = float((count * score**2).sum()) / len(values)
    return score[place] / variance, 1 / variance - 1


def observed_margin(values: np.ndarray, nugget: float, distance: float, p: float) -> Margin:
    """The table of an observed margin at the points `Z`, a mass at 0 kept.

    Examples
    --------
    >>> margin = observed_margin(np.array([0.0, 0.0, 1.0, 2.0]), 0.0, np.nan, np.nan)
    >>> margin.zero_below, margin.table[[0, 63, 64, 127]].tolist()
    (0.0, [0.0, 1.0, 1.0, 2.0])
    """
    table = np.quantile(values, stats.norm.cdf(Z), method="hazen")
    zeros, least = float((values == 0).mean()), float(values.min())
    if not (zeros > 0 and least == 0):
        return Margin("empirical", table, -np.inf, nugget, distance, p)
    below, above = float(stats.norm.ppf(zeros)), values[values > 0]
    smallest = float(above.min()) if len(above) else 0.0
    table = np.where(below > Z, 0.0, np.maximum(table, smallest))
    last = int(np.searchsorted(Z, below)) - 1  # a line drawn from 0 would fall among values nobody had
    if last >= 0:
        table[last] = smallest
    return Margin("empirical", table, below, nugget, distance, p)


def lognormal(distance: float = np.nan, p: float = np.nan) -> Margin:
    """A margin that is exp of the latent number."""
    return Margin("lognormal", np.exp(Z), -np.inf, 0.0, distance, p)


def read(margin: Margin, latent: np.ndarray) -> np.ndarray:
    """What latent numbers become.

    Examples
    --------
    >>> read(lognormal(), np.array([0.0])).tolist()
    [1.0]
    """
    if margin.kind == "lognormal":
        return np.exp(latent)
    return np.where(latent < margin.zero_below, 0.0, np.interp(latent, Z, margin.table))


class Levels(NamedTuple):
    """People's own latent means, drawn towards the group's as far as few periods demand.

    `error` is the standard deviation of a true level around `level`; `group` the mean, `between` the standard
    deviation of true levels.
    """

    level: np.ndarray
    error: np.ndarray
    group: float
    between: float


def levels(own: np.ndarray, noise: np.ndarray) -> Levels:
    """Empirical Bayes levels: everybody's mean weighed against the group's by how well it is known.

    Parameters
    ----------
    own : ndarray, shape (people,)
        Own means; NaN without a period of one's own (a newcomer gets the group's level).
    noise : ndarray, shape (people,)
        Sampling variance of each own mean.

    References
    ----------
    Paule and Mandel (1982), J. Research NBS 87:377-385, for the variance between; Efron and Morris (1975),
    JASA 70:311-319.

    Examples
    --------
    >>> levels(np.array([-1.0, 1.0, np.nan]), np.array([1.0, 1.0, 1.0])).level.round(3).tolist()
    [-0.5, 0.5, 0.0]
    """
    known = np.isfinite(own)
    means, apart = own[known], noise[known]
    between = _between(means, apart)
    weight = 1 / np.maximum(between + apart, 1e-300)
    group = float((weight * means).sum() / weight.sum())
    trust = np.where(known, between / np.maximum(between + noise, 1e-300), 0.0)
    level = np.where(known, group + trust * (np.where(known, own, group) - group), group)
    return Levels(level, np.sqrt(between * (1 - trust)), group, float(np.sqrt(between)))


def _between(means: np.ndarray, noise: np.ndarray) -> float:
    """The variance of true levels at which the weighted squares are what they should be on average."""
    if len(means) < 2:
        return 0.0

    def excess(between: float) -> float:
        weight = 1 / (between + noise)
        middle = (weight * means).sum() / weight.sum()
        return float((weight * (means - middle) ** 2).sum()) - (len(means) - 1)

    widest = float(np.var(means, ddof=1))
    if not widest > 0:
        return 0.0
    noise = np.maximum(noise, widest * 1e-12)
    return 0.0 if excess(0.0) <= 0 else float(optimize.brentq(excess, 0.0, 2 * len(means) * widest))


class Spreads(NamedTuple):
    """People's own standard deviations, drawn towards the group's; `alike` if nothing tells them apart."""

    spread: np.ndarray
    group: float
    alike: bool


def spreads(variance: np.ndarray, freedom: np.ndarray) -> Spreads:
    """Empirical Bayes standard deviations: `levels` of the logarithms of people's variances.

    Parameters
    ----------
    variance : ndarray, shape (people,)
        Own unbiased variances; NaN where there is none.
    freedom : ndarray, shape (people,)
        Degrees of freedom of each.

    References
    ----------
    Smyth (2004), Statistical Applications in Genetics and Molecular Biology 3:3, section 6.2, for mean and
    variance of a log variance (digamma, trigamma).

    Examples
    --------
    >>> spreads(np.array([4.0, 4.0, 4.0]), np.array([9.0, 9.0, 0.0])).spread.tolist()
    [2.0, 2.0, 2.0]
    """
    known = np.isfinite(variance) & (freedom >= 1)
    own, df = variance[known], freedom[known]
    pooled = float((own * df).sum() / df.sum()) if len(own) else 0.0
    alike = Spreads(np.full(len(variance), np.sqrt(pooled)), float(np.sqrt(pooled)), True)
    if len(own) < FEWEST_SPREADS or not pooled > 0:
        return alike
    logs = np.full(len(variance), np.nan)
    logs[known] = np.log(np.maximum(own, _LEAST_SHARE * pooled)) - special.digamma(df / 2) + np.log(df / 2)
    noise = np.full(len(variance), np.inf)
    noise[known] = special.polygamma(1, df / 2)
    found = levels(logs, noise)
    if not found.between > 0:
        return alike
    return Spreads(np.exp(found.level / 2), float(np.exp(found.group / 2)), False)


def less_ties(spread: np.ndarray, nugget: float) -> np.ndarray:
    """Standard deviations without the variance that ties add."""
    return np.sqrt(np.maximum(spread**2 - nugget, _LEAST_SPREAD**2)) if nugget else spread
