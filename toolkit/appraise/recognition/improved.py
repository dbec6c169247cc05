"""Most improved, freed of luck: who is high after a bad period is expected to rise by itself."""

from __future__ import annotations

import math

import pandas as pd
from scipy import stats

RELIABLE = 1.64  # |RC| above which a change is more than noise (one-sided 5 %)
RANKED_FROM = 0.5  # reliability below which improvement is recognised but not ranked (METHODS 11)


def regression_to_the_mean(mean: float, spread: float, cut: float, reliability: float) -> float:
    """How far people selected below a cut will rise on average without any true change.

    Parameters
    ----------
    mean, spread : float
        Of the scores, spread as a standard deviation.
    cut : float
        People below it are selected.
    reliability : float
        0-1, of one score.

    References
    ----------
    Barnett, van der Pols and Dobson (2005), International Journal of Epidemiology 34:215-220, equation 1.

    Examples
    --------
    >>> round(regression_to_the_mean(60, 15, 40, 0.5), 1)
    13.5
    """
    z = (mean - cut) / spread
    return spread * (1 - reliability) * float(stats.norm.pdf(z) / stats.norm.sf(z))


def improvement(before: pd.DataFrame, after: pd.DataFrame, reliability: float) -> pd.DataFrame:
    """Each one's score against what the one before let expect.

    Parameters
    ----------
    before, after : DataFrame
        participant, score of the same scheme in two periods that follow each other; who is in both counts.
    reliability : float
        0-1, of one such score.

    Returns
    -------
    DataFrame
        participant, before, after, expected (μ2 + r(Y1 − μ1)), residual (the score above it, in standard
        deviations of such residuals), change (relative to all, in score points), reliable_change (RC), rank
        (by residual), n; from the most improved down.

    References
    ----------
    Jacobson and Truax (1991), Journal of Consulting and Clinical Psychology 59:12-19, for RC; the change is
    taken relative to all, so that a good month for everybody is nobody's progress.

    Examples
    --------
    >>> people = list("abcd")
    >>> before = pd.DataFrame({"participant": people, "score": [60.0, 80.0, 90.0, 110.0]})
    >>> after = pd.DataFrame({"participant": people, "score": [70.0, 110.0, 85.0, 95.0]})
    >>> improvement(before, after, 0.6)["participant"].tolist()
    ['b', 'a', 'c', 'd']
    """
    both = before[["participant", "score"]].merge(after[["participant", "score"]], on="participant")
    both.columns = pd.Index(["participant", "before", "after"])
    first, second = both["before"].mean(), both["after"].mean()
    spread = math.sqrt((both["before"].var() + both["after"].var()) / 2) if len(both) > 1 else math.nan
    both["expected"] = second + reliability * (both["before"] - first)
    noise = spread * math.sqrt(1 - reliability**2)
    both["residual"] = (both["after"] - both["expected"]) / noise if noise > 0 else math.nan
    both["change"] = (both["after"] - second) - (both["before"] - first)
    error = spread * math.sqrt(2 * (1 - reliability))
    both["reliable_change"] = both["change"] / error if error > 0 else math.nan
    both["rank"] = both["residual"].rank(method="min", ascending=False).astype("Int64")
    both["n"] = len(both)
    return both.sort_values(["residual", "participant"], ascending=[False, True], ignore_index=True)
