"""One measure fitted: its margin, people's levels and spreads, persistence and common shock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.simulate.fit.margins import (
    PRACTICAL,
    REJECTED,
    Levels,
    Margin,
    less_ties,
    levels,
    lognormal,
    normal_scores,
    normality,
    observed_margin,
    spreads,
)
from toolkit.simulate.fit.persistence import expected
from toolkit.simulate.fit.shock import Parts, take_apart
from toolkit.stats import Estimate

CONSTANT = 1e-12  # of the largest value: what rounding leaves of no difference
_ROUNDS = 3
_ONE_FOR_ALL = Estimate(1.0, 1.0, 1.0, 0)
_NONE = Estimate(0.0, 0.0, 0.0, 0)


@dataclass(frozen=True)
class Fitted:
    """What is known of one measure; arrays a row a person.

    `basis` is fitted, scenario (too little history for the common shock: a stated range), shared (one value
    for everybody, all of it common shock) or constant (it never differed). `unit` is the first person who
    shares a person's value (a team's), themselves where nobody does.
    """

    margin: Margin
    basis: str
    mu: np.ndarray
    sigma: np.ndarray
    mu_error: np.ndarray
    group_mu: float
    group_sigma: float
    between: float
    parts: Parts | None
    apart: np.ndarray
    persistence: Estimate
    loading: Estimate
    persists: bool
    unit: np.ndarray


def fit_measure(values: np.ndarray, shared: bool) -> Fitted:
    """Fit one measure.

    Parameters
    ----------
    values : ndarray, shape (people, periods)
        What was reached, NaN where there is none; two periods at least have a number.
    shared : bool
        Whether the number is a team's or the company's, which people of the same share.
    """
    people = np.arange(len(values))
    if not shared:
        return _of_units(values, people, people)
    filled = np.where(np.isfinite(values), values, np.inf)
    _, first, place = np.unique(filled, axis=0, return_index=True, return_inverse=True)
    return _of_units(values[first], place.ravel(), first[place.ravel()])


def _of_units(values: np.ndarray, place: np.ndarray, unit: np.ndarray) -> Fitted:
    known = values[np.isfinite(values)]
    if np.ptp(known) <= CONSTANT * np.abs(known).max():
        return _constant(values, float(known[0]), place, unit)
    distance, p = np.nan, np.nan
    margin = lognormal()
    if (known > 0).all():
        with np.errstate(invalid="ignore"):
            latent = np.log(values)
        found = _latent(latent, 0.0)
        distance, p = normality(_standard(latent, found))
        margin = lognormal(distance, p)
    if not (known > 0).all() or (p < REJECTED and distance > PRACTICAL):
        scores, nugget = normal_scores(known)
        latent = np.full(values.shape, np.nan)
        latent[np.isfinite(values)] = scores
        margin = observed_margin(known, nugget, distance, p)
        found = _latent(latent, nugget)
    return _finished(latent, margin, found, place, unit)


def _constant(values: np.ndarray, value: float, place: np.ndarray, unit: np.ndarray) -> Fitted:
    flat = np.zeros(len(place))
    if value > 0:
        margin, mu = lognormal(), flat + np.log(value)
    else:
        margin, mu = observed_margin(np.array([value, value]), 0.0, np.nan, np.nan), flat
        margin = margin._replace(zero_below=-np.inf)
    apart = np.where(np.isfinite(values), 0.0, np.nan)[place]
    level, none = float(mu[0]), _NONE
    return Fitted(margin, "constant", mu, flat, flat, level, 0.0, 0.0, None, apart, none, none, False, unit)


@dataclass(frozen=True)
class _Latent:
    parts: Parts
    own_spread: np.ndarray
    group_spread: float
    levels: Levels


def _latent(latent: np.ndarray, nugget: float) -> _Latent:
    """Take apart, learn who varies more, and take apart again with everybody weighed by it."""
    parts = take_apart(latent, nugget)
    own = _spreads(latent, parts, nugget)
    for _ in range(_ROUNDS):  # a shock moves by more who varies more; spreads are learnt again without it
        if own[2] or not parts.within > 0:
            break
        parts = _reweighed(latent, own[0], own[1], nugget, parts)
        own = _spreads(latent, parts, nugget)
    within = less_ties(own[0], nugget)
    counts = np.isfinite(latent).sum(axis=1)
    shape = expected(np.isfinite(latent), parts.persistence.value).mean
    with np.errstate(divide="ignore", invalid="ignore"):
        noise = np.where(counts > 0, within**2 * shape + nugget / counts, np.inf)
    return _Latent(parts, own[0], own[1], levels(_own_levels(latent, parts), noise))


def _reweighed(latent: np.ndarray, own: np.ndarray, group: float, nugget: float, first: Parts) -> Parts:
    """Parts from values scaled so that everybody varies alike, back in the first units.

    The persistence stays that of the values as they are: spreads learnt from the same values would pull it
    down.
    """
    there = np.isfinite(latent)
    sums = np.where(there, latent, 0.0).sum(axis=1, keepdims=True)
    middle = sums / np.maximum(there.sum(axis=1, keepdims=True), 1)
    scale = (group / own)[:, None]
    known = first.persistence if first.persists else None
    parts = take_apart(middle + (latent - middle) * scale, nugget, known=known)
    return parts._replace(apart=parts.apart / scale)


def _spreads(latent: np.ndarray, parts: Parts, nugget: float) -> tuple[np.ndarray, float, bool]:
    """Everybody's standard deviation within (ties included), the group's, and whether all are alike."""
    there = np.isfinite(latent)
    squares = np.nansum(parts.apart**2, axis=1)
    patterns, back = np.unique(there, axis=0, return_inverse=True)
    freedom = np.array([_freedom(p, parts.persistence.value) for p in patterns])[back.ravel()]
    average = expected(there, parts.persistence.value).squares
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(average > 1e-9, squares / (parts.kept * average), np.nan)
    found = spreads(variance, freedom * parts.kept)
    pooled = np.sqrt(parts.within + nugget)
    if found.alike:
        return np.full(len(latent), pooled), pooled, True
    return found.spread, found.group, False


def _freedom(present: np.ndarray, rho: float) -> float:
    """Degrees of freedom of a person's own variance under persistence (Satterthwaite)."""
    steps = np.flatnonzero(present)
    if len(steps) < 2:
        return 0.0
    corr = rho ** np.abs(steps[:, None] - steps).astype(float) if rho else np.eye(len(steps))
    centre = np.eye(len(steps)) - 1 / len(steps)
    inside = centre @ corr @ centre
    return float(np.trace(inside) ** 2 / (inside**2).sum())


def _own_levels(latent: np.ndarray, parts: Parts) -> np.ndarray:
    """Own means after common shocks, these shrunk by how well a period's people show them."""
    trust = parts.common / (parts.common + parts.noise) if parts.common > 0 else 0.0
    there = np.isfinite(latent)
    cleared = np.where(there, latent - trust * parts.shocks, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(there.any(axis=1), cleared.sum(axis=1) / there.sum(axis=1), np.nan)


def _standard(latent: np.ndarray, found: _Latent) -> np.ndarray:
    """Deviations in own standard deviations, as if own means and periods' means were known."""
    there, parts = np.isfinite(latent), found.parts
    average = expected(there, parts.persistence.value).squares / np.maximum(there.sum(axis=1), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = parts.apart / (found.own_spread * np.sqrt(parts.kept * average))[:, None]
    return scaled[np.isfinite(scaled)]


def _finished(
    latent: np.ndarray, margin: Margin, found: _Latent, place: np.ndarray, unit: np.ndarray
) -> Fitted:
    parts, lev = found.parts, found.levels
    within = less_ties(found.own_spread, margin.nugget)
    group = float(less_ties(np.array([found.group_spread]), margin.nugget)[0])
    if len(latent) == 1 and len(place) > 1:  # one value for everybody is all common
        return _one_value(latent, margin, place, unit)
    total = 1 / np.sqrt(1 - parts.loading.value**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.where(found.own_spread[:, None] > 0, parts.apart / found.own_spread[:, None], 0.0)
    apart = np.where(np.isfinite(parts.apart), apart, np.nan)
    return Fitted(
        margin,
        "fitted" if parts.shocked else "scenario",
        lev.level[place],
        (within * total)[place],
        lev.error[place],
        lev.group,
        group * total,
        lev.between,
        parts,
        apart[place],
        parts.persistence,
        parts.loading,
        parts.persists,
        unit,
    )


def _one_value(latent: np.ndarray, margin: Margin, place: np.ndarray, unit: np.ndarray) -> Fitted:
    known = latent[np.isfinite(latent)]
    mean, spread = float(known.mean()), float(np.std(known, ddof=1))
    flat = np.zeros(len(place))
    apart = np.where(np.isfinite(latent), 0.0, np.nan)[place]
    return Fitted(
        margin,
        "shared",
        flat + mean,
        flat + spread,
        flat,
        mean,
        spread,
        0.0,
        None,
        apart,
        _NONE,
        _ONE_FOR_ALL,
        False,
        unit,
    )
