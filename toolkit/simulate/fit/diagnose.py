"""How well the law fits: a table, quantiles to plot, and what a reader must know in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.errors import Problems
from toolkit.simulate.fit.dependence import Together
from toolkit.simulate.fit.history import History
from toolkit.simulate.fit.margins import Margin, read
from toolkit.simulate.fit.measure import Fitted
from toolkit.simulate.fit.shock import (
    FEWEST_PERIODS,
    FEWEST_TOGETHER,
    FEWEST_VALUES,
    SCENARIO_PERSISTENCE,
    SCENARIO_SHOCK,
)

OFTEN = 0.05  # share of numbers missing from which the draws, which are never missing, say something else
FAR = 0.5  # share of the way to independence from which a reader is told
_POINTS = 400  # of the normal distribution that a mixture of people is made of
_SURE = 0.01  # p from which periods' effects are said to follow one another
COLUMNS = [
    *("measure", "kpi", "draws", "kind", "basis", "n", "people", "periods", "missing", "zero", "mean", "cv"),
    *("between", "within", "persistence", "persistence_low", "persistence_high"),
    *("loading", "loading_low", "loading_high", "distance", "p_lognormal", "pit_distance", "pit_p"),
]


def diagnostics(history: History, found: list[Fitted]) -> pd.DataFrame:
    """A row a measure.

    Returns
    -------
    DataFrame
        measure, kpi, draws, kind, basis, n (numbers), people and periods with one, missing (share), zero
        (share of exact zeros), mean and cv of what was observed, between and within (latent standard
        deviations of people's levels and of a period around them), persistence and loading with the ends of
        their 90 % intervals (of the scenario's range where `basis` says so), distance and p_lognormal
        (Kolmogorov-Smirnov and Lilliefors of the lognormal; blank where a value is not above 0), and
        pit_distance and pit_p: how far everybody's observed numbers, as probabilities of their own margins,
        are from even, mid-probabilities where there are ties. pit_p is indicative: the margins were fitted to
        the same numbers, which are not independent.
    """
    rows = []
    for k, (measure, one) in enumerate(zip(history.scheme.measures, found, strict=True)):
        values = history.reached[:, :, k]
        known = np.isfinite(values)
        mean = float(values[known].mean())
        distance, p = _even(values, one)
        rows.append(
            {
                **{"measure": measure.name, "kpi": measure.kpi, "draws": history.draws[k]},
                **{"kind": one.margin.kind, "basis": one.basis, "n": int(known.sum())},
                **{"people": int(known.any(axis=1).sum()), "periods": int(known.any(axis=0).sum())},
                **{"missing": float(history.missing[k]), "zero": float((values[known] == 0).mean())},
                **{"mean": mean, "cv": float(values[known].std(ddof=1)) / abs(mean) if mean else np.nan},
                **{"between": one.between, "within": one.group_sigma},
                **_ends("persistence", one.persistence),
                **_ends("loading", one.loading),
                **{"distance": one.margin.distance, "p_lognormal": one.margin.p},
                **{"pit_distance": distance, "pit_p": p},
            }
        )
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype(dict.fromkeys(COLUMNS[:5], "str"))


def _ends(name: str, estimate: tuple[float, float, float, int]) -> dict[str, float]:
    return {name: estimate[0], f"{name}_low": estimate[1], f"{name}_high": estimate[2]}


def _even(values: np.ndarray, one: Fitted) -> tuple[float, float]:
    """Kolmogorov-Smirnov of the numbers' own probabilities against even ones."""
    if one.basis == "constant" or not (one.sigma > 0).any():
        return np.nan, np.nan
    known = np.isfinite(values)
    latent = (_latent(values, one.margin) - one.mu[:, None]) / one.sigma[:, None]
    found = stats.kstest(stats.norm.cdf(latent[known]), "uniform")
    return float(found.statistic), float(found.pvalue)


def _latent(values: np.ndarray, margin: Margin) -> np.ndarray:
    """The latent number of each value; of tied ones that in the middle of their probability."""
    known = np.isfinite(values)
    latent = np.full(values.shape, np.nan)
    if margin.kind == "lognormal":
        latent[known] = np.log(values[known])
    else:
        latent[known] = stats.norm.ppf((stats.rankdata(values[known]) - 0.5) / known.sum())
    return latent


def quantile_pairs(
    observed: np.ndarray, mu: np.ndarray, sigma: np.ndarray, margin: Margin, points: int
) -> pd.DataFrame:
    """Observed and drawn quantiles of one measure; drawn is the mixture of people's margins.

    Parameters
    ----------
    observed : ndarray, shape (people, periods)
    mu, sigma : ndarray, shape (people,)
    margin : Margin
    points : int
        Number of quantiles.

    Returns
    -------
    DataFrame
        probability, observed, drawn.
    """
    counts = np.isfinite(observed).sum(axis=1)
    z = stats.norm.ppf((np.arange(_POINTS) + 0.5) / _POINTS)
    kept = counts > 0
    drawn = read(margin, mu[kept, None] + sigma[kept, None] * z)
    order = np.argsort(drawn, axis=None, kind="stable")
    weight = np.repeat(counts[kept], _POINTS)[order].astype(float)
    probability = (np.arange(points) + 0.5) / points
    reached = (np.cumsum(weight) - weight / 2) / weight.sum()
    return pd.DataFrame(
        {
            "probability": probability,
            "observed": np.quantile(observed[np.isfinite(observed)], probability, method="hazen"),
            "drawn": np.interp(probability, reached, drawn.ravel()[order]),
        }
    )


def remarks(
    history: History, found: list[Fitted], together: Together, market: Together, problems: Problems
) -> None:
    """Note what a reader must know of the fit: what is a scenario, what is held, what the law leaves out."""
    where, measures = history.scheme.id, [m.name for m in history.scheme.measures]
    for k, one in enumerate(found):
        _remark(history, k, one, problems)
    for j, k in together.twins:
        problems.note("simulate.same_numbers", where=where, value=measures[j], other=measures[k])
    if sum(f.basis in ("fitted", "scenario") for f in found) > 1 and market.shrunk > FAR:
        problems.note(
            "simulate.market_shrunk",
            where=where,
            value=len(history.periods),
            percent=round(100 * market.shrunk),
        )
    newcomers = int((~np.isfinite(history.reached).any(axis=(1, 2))).sum())
    if newcomers:
        problems.note("simulate.newcomers", where=where, value=newcomers)


def _remark(history: History, k: int, one: Fitted, problems: Problems) -> None:
    where, name = history.scheme.id, history.scheme.measures[k].name
    values = history.reached[:, :, k]
    place: dict[str, Any] = {"where": where, "column": f"measures.{name}", "value": name}
    if one.basis == "constant":
        at = f"{float(values[np.isfinite(values)][0]):.4g}"
        problems.note("simulate.constant", **place, at=at)
        return
    if one.basis == "scenario":
        full = int((np.isfinite(values).sum(axis=0) >= FEWEST_TOGETHER).sum())
        said: dict[str, Any] = {"n": int(np.isfinite(values).sum()), "periods": full}
        said |= {"least": FEWEST_VALUES, "least_periods": FEWEST_PERIODS, "people": FEWEST_TOGETHER}
        said |= dict(zip(("low", "central", "high"), map(str, SCENARIO_SHOCK), strict=True))
        problems.note("simulate.scenario_shock", **place, **said)
    if one.basis != "shared" and not one.persists:
        ends: dict[str, Any] = dict(
            zip(("low", "central", "high"), map(str, SCENARIO_PERSISTENCE), strict=True)
        )
        problems.note(
            "simulate.scenario_persistence",
            **place,
            pairs=one.persistence.n,
            **ends,
        )
    if history.levels[k] != history.scheme.level:
        units = len(np.unique(one.unit))
        problems.note("simulate.shared_value", **place, units=units)
    if history.missing[k] > OFTEN:
        missing = round(100 * float(history.missing[k]))
        problems.note("simulate.often_missing", **place, percent=missing)
    if one.margin.kind == "empirical" and np.isfinite(values).sum() < FEWEST_VALUES:
        count = int(np.isfinite(values).sum())
        problems.note("simulate.few_values", **place, n=count)
    if one.basis == "fitted" and one.parts is not None:
        parts, rho = one.parts, one.persistence.value
        seen = parts.common + parts.noise
        _follows(parts.shocks, rho * parts.noise / seen if seen > 0 else 0.0, place, problems)


def _follows(shocks: np.ndarray, chance: float, place: dict[str, Any], problems: Problems) -> None:
    """Whether good periods come in runs, which the law, whose shocks are independent, does not draw.

    `chance` is the correlation that people's own persistence gives to periods' means.
    """
    both = np.isfinite(shocks[:-1]) & np.isfinite(shocks[1:])
    before, after = shocks[:-1][both], shocks[1:][both]
    if len(before) < FEWEST_PERIODS or not before.std() > 0 or not after.std() > 0:
        return
    found = float(np.clip(np.corrcoef(before, after)[0, 1], -0.999, 0.999))
    beyond = (np.arctanh(found) - np.arctanh(chance)) * np.sqrt(len(before) - 3)  # Fisher
    if stats.norm.sf(beyond) < _SURE:
        problems.note("simulate.market_persists", **place, correlation=f"{found:.2f}")
