"""The rule of missed quarters: who is flagged, how many ordinary people it flags, and who is truly below.

A run of misses is a reason to talk. Most of it may be chance: the share of ordinary people that the rule
flags is computed beside it, and so is the probability that a person's true attainment is below what is
tolerable.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.appraise.alerts.rows import SCORE, TOLERABLE, Look
from toolkit.scheme.scheme import Scheme

FULL = 100.0  # points: every target reached
FEWEST_PEOPLE, FEWEST_PERIODS = 8, 4  # to tell people from chance (METHODS 1b)
COLUMNS = [
    *("scheme", "level", "participant", "period", "kpi", "run", "rule", "grain", "attainment", "probability"),
    *("p_hit", "ordinary", "per_year", "people", "n", "flagged", "refused"),
]


def run_probability(p_hit: float, run: int, periods: int) -> float:
    """Probability of at least one run of misses, with independent periods of one probability.

    Parameters
    ----------
    p_hit : float
        Probability of reaching the target in a period, 0-1.
    run : int
        Misses in a row that count, 1 or more.
    periods : int
        Periods looked at.

    References
    ----------
    Feller, An Introduction to Probability Theory and Its Applications, vol. 1, XIII.7 (success runs).

    Examples
    --------
    >>> round(run_probability(0.65, 2, 4), 2), round(run_probability(0.65, 2, 8), 2)
    (0.28, 0.52)
    """
    state = np.zeros(run)  # probability of so many misses in a row by now, none of the runs complete
    state[0] = 1.0
    complete = 0.0
    for _ in range(periods):
        missed = state * (1 - p_hit)
        complete += missed[-1]
        state = np.concatenate([[state.sum() * p_hit], missed[:-1]])
    return float(complete)


class Shrunk(NamedTuple):
    """People's true level as far as it is known: its mean, its deviation, the reliability."""

    mean: np.ndarray
    sd: np.ndarray
    reliability: np.ndarray


def true_level(values: np.ndarray) -> Shrunk:
    """Everybody's own mean drawn towards that of all, by one-way random effects.

    Parameters
    ----------
    values : ndarray, shape (people, periods)
        NaN where missing; the periods' common part is taken out first.

    Returns
    -------
    Shrunk
        NaN for all where people cannot be told from chance (no variance between them).

    References
    ----------
    Searle, Casella and McCulloch, Variance Components (1992), 3.6 and 3.9; METHODS 1b.

    Examples
    --------
    >>> apart = true_level(np.array([[0.6, 1.0, 0.8], [1.2, 0.9, 1.2], [1.2, 1.4, 1.6]]))
    >>> apart.mean.round(2).tolist()
    [0.84, 1.1, 1.36]
    """
    values = np.asarray(values, dtype=float)
    grand = np.nanmean(values)
    there = ~np.isnan(values)
    people = there.sum(axis=0)
    common = np.divide(np.nansum(values, axis=0), people, out=np.zeros(len(people)), where=people > 0)
    own = values - common + grand
    n = there.sum(axis=1)
    mean = np.nansum(own, axis=1) / n
    total, count, periods = n.sum(), len(n), int((people > 0).sum())
    within = np.nansum((own - mean[:, None]) ** 2) / (total - count - periods + 1)
    n0 = (total - (n**2).sum() / total) / (count - 1)
    between = ((n * (mean - grand) ** 2).sum() / (count - 1) - within) / n0
    if not between > 0:
        return Shrunk(*(np.full(len(n), np.nan) for _ in range(3)))
    reliability = between / (between + within / n)
    error = (between + within / n0) / count  # of the mean of all
    sd = np.sqrt(between * (1 - reliability) + (1 - reliability) ** 2 * error)
    return Shrunk(grand + reliability * (mean - grand), sd, reliability)


def missed(look: Look) -> pd.DataFrame:
    """Who has missed the agreed number of quarters in a row, in schemes that agreed such a rule.

    The scheme's `follow_up: {missed_quarters: 2}` counts quarters in which the score stays under 100 points;
    with `measure: revenue` beside it those in which that measure's attainment stays under 1.0, with `below:
    0.9` under that. Where a scheme has no quarters, its pay periods count.

    Returns
    -------
    DataFrame
        scheme, level, participant, period (the last), kpi, run (misses in a row by now), rule (misses
        agreed), grain, attainment (last), probability (that the true attainment is below 0.9), p_hit (share
        of all periods reached), ordinary (share of equally good people whom the rule flags within a year),
        per_year (people), people, n (own periods), flagged, refused (why there is no probability: too_few,
        no_difference).
    """
    parts = [_of_scheme(look, scheme) for scheme in look.tables.schemes]
    parts = [p for p in parts if len(p)]
    return pd.concat(parts, ignore_index=True)[COLUMNS] if parts else pd.DataFrame(columns=COLUMNS)


def rule_of(scheme: Scheme) -> int:
    """Misses in a row that the scheme agreed on; 0 where it agreed on none.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> rule_of(example_schemes()["field_sales"])
    0
    """
    agreed = scheme.follow_up.get("missed_quarters")
    return agreed if isinstance(agreed, int) and not isinstance(agreed, bool) and agreed > 0 else 0


def _of_scheme(look: Look, scheme: Scheme) -> pd.DataFrame:
    rule = rule_of(scheme)
    grain = "quarter" if "quarter" in (scheme.score_every, scheme.pay_every) else scheme.pay_every
    reached, kpi = _reached(look, scheme)
    over = [p for p in reached.columns if look.client.calendar.grain_of(p) == grain]
    wide = reached[over].dropna(how="all")
    wide = wide[wide[over[-1]].notna()] if over else wide
    if not rule or wide.empty:
        return pd.DataFrame(columns=COLUMNS)
    level = float(scheme.follow_up.get("below", 1.0))
    values = wide.to_numpy(dtype=float)
    p_hit = float((values[~np.isnan(values)] >= level).mean())
    yearly = look.client.calendar.periods_per_year(grain)
    ordinary = run_probability(p_hit, rule, yearly)
    runs = np.array([_run(row, level) for row in values])
    chance, n, refused = _chances(values)
    return pd.DataFrame(
        {
            "scheme": scheme.id, "level": scheme.level, "participant": wide.index, "period": over[-1],
            "kpi": kpi, "run": runs, "rule": rule, "grain": grain, "attainment": values[:, -1],
            "probability": chance, "p_hit": p_hit, "ordinary": ordinary,
            "per_year": ordinary * len(wide), "people": len(wide), "n": n, "flagged": runs >= rule,
            "refused": refused,
        }
    )  # fmt: skip


def _reached(look: Look, scheme: Scheme) -> tuple[pd.DataFrame, str]:
    """What counts for the rule, a row a participant, a column a period that has ended, in order of time."""
    measure = scheme.follow_up.get("measure")
    if measure is None:
        rows, kpi = look.tables.scores, SCORE
        rows = rows.assign(reached=rows["score"] / FULL)
    else:
        kpi = scheme.measure(str(measure)).kpi
        rows = look.tables.scorecard
        rows = rows[rows["measure"] == measure].assign(reached=rows["attainment"])
    rows = look.ended(rows[rows["scheme"].str.partition("@")[0] == scheme.name])
    rows = rows.drop_duplicates(["participant", "period"])
    now = rows.loc[rows["scheme"] == scheme.id, "participant"].unique()
    wide = rows[rows["participant"].isin(now)].pivot(index="participant", columns="period", values="reached")
    return wide[sorted(wide.columns, key=lambda p: look.client.calendar.bounds(str(p))[1])], kpi


def _run(reached: np.ndarray, level: float) -> int:
    """Misses in a row by now; a period without a number neither counts nor ends a run."""
    run = 0
    for value in reached[~np.isnan(reached)][::-1]:
        if value >= level:
            break
        run += 1
    return run


def _chances(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """P(true attainment below what is tolerable), own periods, why there is none.

    From the periods that the rule counts: a month's score is no third of a quarter's, for scoring bends.
    """
    n = (~np.isnan(values)).sum(axis=1)
    chance, why = np.full(len(n), np.nan), np.full(len(n), "too_few", dtype=object)
    enough = n >= FEWEST_PERIODS
    if enough.sum() >= FEWEST_PEOPLE:
        shrunk = true_level(values[enough])
        chance[enough] = stats.norm.cdf((TOLERABLE - shrunk.mean) / shrunk.sd)
        why[enough] = np.where(np.isnan(chance[enough]), "no_difference", "")
    return chance, n, why
