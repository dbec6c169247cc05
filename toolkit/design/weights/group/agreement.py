"""How far several people agree: on the order of KPIs, and on their weights."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import xlogy
from scipy.stats import chi2 as chi_square
from scipy.stats import rankdata

from toolkit.design.weights.group.answers import answers
from toolkit.errors import DataError, NotEnoughData, Problem

DESCRIPTIVE = 5  # judges; with no more of them the p-value claims nothing
_DIGITS = 8  # weights alike to here tie: what is left is a solver's rounding


class Concordance(NamedTuple):
    """Kendall's coefficient: 0 (orders have nothing in common) to 1 (all the same).

    `judges` counts those who judged every KPI. `descriptive`: too few of them for the p-value to be a claim.
    """

    w: float
    chi2: float
    p_value: float
    judges: int
    kpis: int
    descriptive: bool


def concordance(priorities: ArrayLike | pd.DataFrame) -> Concordance:
    """Kendall's W of the orders in which several people put the KPIs, corrected for ties.

    Parameters
    ----------
    priorities : array_like or DataFrame, shape (respondents, K)
        Weights, more is more important; weights alike to eight digits tie. A respondent who did not judge
        every KPI is left out.

    Returns
    -------
    Concordance
        With the chi-square of Friedman, m (K − 1) W, on K − 1 degrees of freedom; an approximation that
        wants more than five judges, below which W is descriptive only.

    Raises
    ------
    NotEnoughData
        Fewer than two judges of every KPI, one KPI, or nobody who prefers any KPI.

    References
    ----------
    Kendall and Babington Smith (1939), Annals of Mathematical Statistics 10:275-287. Siegel and Castellan
    (1988), Nonparametric Statistics, 9.4: the correction for ties.

    Examples
    --------
    >>> agreed = concordance([[0.5, 0.3, 0.2], [0.6, 0.3, 0.1], [0.4, 0.2, 0.4]])
    >>> round(agreed.w, 4), agreed.judges, agreed.descriptive
    (0.5758, 3, True)
    """
    shares = _complete(priorities)
    judges, kpis = shares.shape
    places = rankdata(shares.round(_DIGITS), axis=1)
    # The mean of a judge's places is (K + 1)/2 whatever ties; what they spread is what ties leave of it.
    spread = float(((places - (kpis + 1) / 2) ** 2).sum())
    if not spread > 0:
        raise NotEnoughData(Problem("weights.no_order", value=judges))
    sums = places.sum(axis=0)
    w = float(((sums - sums.mean()) ** 2).sum()) / (judges * spread)
    statistic = judges * (kpis - 1) * w
    p_value = float(chi_square.sf(statistic, kpis - 1))
    return Concordance(w, statistic, p_value, judges, kpis, judges <= DESCRIPTIVE)


def consensus(priorities: ArrayLike | pd.DataFrame, scale: float = 9) -> float:
    """Goepel's consensus S*: 1 where all give the same weights, 0 where they differ as far as the scale goes.

    Shannon's entropy of the mean weights (γ) less the mean of everybody's (α) is β, the number of different
    opinions being exp(β): S* = (1/exp β − exp α_min / exp γ_max) / (1 − exp α_min / exp γ_max). α_min is the
    entropy of one KPI `scale` times as heavy as each other, γ_max = ln K that of equal weights. So 0 is
    reached by as many judges as there are KPIs, each all for another one; fewer judges cannot fall so low.
    What falls below 0, because weights differ more than the scale allows, is 0.

    Parameters
    ----------
    priorities : array_like or DataFrame, shape (respondents, K)
        Weights. A respondent who did not judge every KPI is left out.
    scale : float
        The largest judgement that can be given, over 1; 9 on Saaty's scale.

    Returns
    -------
    float
        0 to 1. Goepel's words: under 0.5 very low, to 0.625 low, to 0.75 moderate, to 0.875 high.

    Raises
    ------
    NotEnoughData
        Fewer than two judges of every KPI, or one KPI.
    DataError
        A scale that does not go beyond 1.

    References
    ----------
    Goepel (2013), Proceedings of the International Symposium on the Analytic Hierarchy Process, Kuala Lumpur;
    γ_max = ln K as its author corrected it, in Goepel (2018), International Journal of the Analytic Hierarchy
    Process 10(3):469-487.

    Examples
    --------
    >>> consensus([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]])
    1.0
    >>> consensus([[0.9, 0.1], [0.1, 0.9]])
    0.0
    """
    if not (np.isfinite(scale) and scale > 1):
        raise DataError(Problem("weights.scale", value=scale))
    shares = _complete(priorities)
    kpis = shares.shape[1]
    beta = _entropy(shares.mean(axis=0)) - _entropy(shares).mean()
    least = np.r_[scale, np.ones(kpis - 1)] / (scale + kpis - 1)
    floor = np.exp(_entropy(least)) / kpis
    return float(np.clip((np.exp(-beta) - floor) / (1 - floor), 0, 1))


def _entropy(shares: np.ndarray) -> np.ndarray:
    """Shannon's, in natural units; 0 ln 0 is 0."""
    return -xlogy(shares, shares).sum(axis=-1)


def _complete(priorities: ArrayLike | pd.DataFrame) -> np.ndarray:
    """The weights of those who judged every KPI."""
    shares = answers(priorities).shares
    shares = shares[~np.isnan(shares).any(axis=1)]
    if len(shares) < 2:
        raise NotEnoughData(Problem("weights.few_judges", value=len(shares)))
    if shares.shape[1] < 2:
        raise NotEnoughData(Problem("weights.one_kpi", value=shares.shape[1]))
    return shares
