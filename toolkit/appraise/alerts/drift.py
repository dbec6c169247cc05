"""A participant's own level sliding away: EWMA of what is left after the period's common part is taken out.

What everybody of a scheme had in common in a month (season, market, a holiday) is taken out with the month's
mean. The spread within people is pooled over them; the limit carries the error of everybody's own baseline.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.appraise.alerts.ewma import ewma, expected_false, variance
from toolkit.appraise.alerts.rows import SCORE, Look
from toolkit.appraise.roster import assignments, period_table
from toolkit.scheme.scheme import Scheme

WEIGHT = 0.3  # of the newest period, as in NIST's example
WATCHED = 6  # the last periods, averaged; those before are the baseline
BASELINE = 12  # own periods before them that are enough
POOLED_BASELINE, POOLED_PEOPLE = 6, 8  # also enough: so few, with the spread of so many people (METHODS 11)
REMEMBERED = 24  # periods of baseline at most: what was two years ago is no standard
COMMON = 5  # people below which a month's mean is mostly one's own value
FALSE_DISCOVERY = 0.10  # share of a month's alarms that may be chance
KPIS_WATCHED = 2  # beside the score: each more costs false alarms
COLUMNS = [
    *("scheme", "level", "participant", "period", "kpi", "since", "change", "limit", "p_value", "n"),
    *("relative", "flagged", "refused"),
]


class Standing(NamedTuple):
    """Where each participant's average stands: level, standard error, p value, own baseline periods."""

    level: np.ndarray
    error: np.ndarray
    p_value: np.ndarray
    baseline: np.ndarray
    df: float


def standing(values: np.ndarray, watched: int, sign: float = 1.0) -> Standing:
    """How far each participant has slid below their own baseline, beyond what all had in common.

    Parameters
    ----------
    values : ndarray, shape (people, periods)
        In order of time, NaN where missing; people who can be compared.
    watched : int
        The last periods, which are averaged; those before are the baseline.
    sign : float
        1 where higher is better, −1 where lower is: the level counts on the good side.

    Returns
    -------
    Standing
        `level` in the unit of the values; `p_value` one-sided, from t on the pooled degrees of freedom. NaN
        for who has no value in the last period or no baseline.

    Examples
    --------
    >>> calm = np.array([[1.0, -1.0] * 8, [-1.0, 1.0] * 8, [1.0, 1.0, -1.0, -1.0] * 4])
    >>> standing(calm, 4).p_value.round(1).tolist()
    [0.5, 0.7, 0.4]
    """
    own = sign * np.asarray(values, dtype=float)
    there = ~np.isnan(own)
    people = there.sum(axis=0)
    own = own - np.divide(np.nansum(own, axis=0), people, out=np.zeros(len(people)), where=people > 0)
    before, after = own[:, :-watched], own[:, -watched:]
    seen = there[:, :-watched].sum(axis=1)
    mean = np.divide(np.nansum(before, axis=1), seen, out=np.full(len(own), np.nan), where=seen > 0)
    periods = int((there[:, :-watched].sum(axis=0) > 0).sum())
    df = float(seen.sum() - (seen > 0).sum() - periods + 1)
    pooled = np.nansum((before - mean[:, None]) ** 2) / df if df > 0 else np.nan
    level = ewma(after - mean[:, None], WEIGHT)[:, -1] if watched else mean
    count = there[:, -watched:].sum(axis=1)
    common = 1 - 1 / np.maximum(people[-1], 2)  # the month's mean holds a part of one's own value
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(pooled * common * variance(WEIGHT, count, seen))
        p_value = stats.t.cdf(level / error, df)
    unknown = ~there[:, -1] | (seen == 0)
    level, error, p_value = (np.where(unknown, np.nan, x) for x in (level, error, p_value))
    return Standing(level, error, p_value, seen, df)


def discoveries(p_values: np.ndarray) -> tuple[np.ndarray, float]:
    """Which p values are alarms by Benjamini and Hochberg's rule, and the largest p value that is one.

    References
    ----------
    Benjamini and Hochberg (1995), JRSS B 57:289-300.

    Examples
    --------
    >>> discoveries(np.array([0.001, 0.04, 0.3, np.nan]))[0].tolist()
    [True, True, False, False]
    """
    known = ~np.isnan(p_values)
    found = np.zeros(len(p_values), dtype=bool)
    if not known.any():
        return found, 0.0
    found[known] = stats.false_discovery_control(p_values[known], method="bh") <= FALSE_DISCOVERY
    return found, FALSE_DISCOVERY * max(int(found.sum()), 1) / int(known.sum())


def drift(look: Look) -> pd.DataFrame:
    """Everybody's level on the score and the two heaviest KPIs at the last ended period.

    Returns
    -------
    DataFrame
        scheme, level, participant, period, kpi (`score` for the score), since (first period averaged), change
        (of the average from one's own baseline, on the good side positive; relative where `relative`), limit
        (at which it is an alarm this month), p_value, n (own baseline periods), relative, flagged, refused
        (why it is not watched: too_short, too_few_people, no_value).
    """
    parts = [_of_scheme(look, scheme) for scheme in look.tables.schemes]
    parts = [p for p in parts if len(p)]
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    every = pd.concat(parts, ignore_index=True)
    every["flagged"], edge = discoveries(every["p_value"].to_numpy(dtype=float))
    every["limit"] = stats.t.ppf(edge, every["df"].to_numpy(dtype=float)) * every["error"]
    return every[COLUMNS]


def false_per_year(watched: int, periods_per_year: int) -> float:
    """Alarms a year where nobody's level has changed: the rounds of a year, each with so many tests.

    Examples
    --------
    >>> round(false_per_year(72, 12), 2)
    1.48
    """
    return periods_per_year * expected_false(watched, FALSE_DISCOVERY)


def _of_scheme(look: Look, scheme: Scheme) -> pd.DataFrame:
    """The scheme's people of the last ended period, on each series that is watched."""
    heavy = sorted((m for m in scheme.measures if m.weight > 0), key=lambda m: -m.weight)
    kpis = [m.kpi for m in heavy if not m.raters and look.client.kpis[m.kpi].direction != "band"]
    listed = [(k, look.client.calendar.grains[0]) for k in list(dict.fromkeys(kpis))[:KPIS_WATCHED]]
    if len(heavy) > 1:
        listed.insert(0, (SCORE, scheme.score_every))
    parts = [_of_series(look, scheme, kpi, grain) for kpi, grain in listed]
    parts = [p for p in parts if len(p)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def _of_series(look: Look, scheme: Scheme, kpi: str, grain: str) -> pd.DataFrame:
    calendar = look.client.calendar
    around = calendar.between(pd.Timestamp(look.client.start), look.as_of, grain)
    if around.empty:
        return pd.DataFrame(columns=COLUMNS)
    periods = list(around["period"])[-REMEMBERED - WATCHED :]
    units = _units(look, scheme, periods[-1])
    if not units:
        return pd.DataFrame(columns=COLUMNS)
    wide = _wide(look, scheme, kpi, periods).reindex(index=units)
    wide = wide.loc[:, wide.notna().any().cummax()] if wide.notna().any(axis=None) else wide.iloc[:, -1:]
    watched = int(np.clip(wide.shape[1] - BASELINE, 1, WATCHED))
    relative = kpi != SCORE and look.client.kpis[kpi].adds_over_time
    seen = np.array(wide.to_numpy(dtype=float))
    values = _of_usual(seen, watched) if relative else seen.copy()
    lower = kpi != SCORE and look.client.kpis[kpi].direction == "lower"
    refused = _refused(values, watched)
    values[refused != ""] = np.nan
    found = standing(values, watched, -1.0 if lower else 1.0)
    return pd.DataFrame(
        {
            "scheme": scheme.id, "level": scheme.level, "participant": units, "period": periods[-1],
            "kpi": kpi, "since": wide.columns[-watched], "change": found.level, "p_value": found.p_value,
            "error": found.error, "df": found.df, "n": _own_baseline(seen, watched),
            "relative": relative, "refused": refused,
        }
    )  # fmt: skip


def _units(look: Look, scheme: Scheme, period: str) -> list[str]:
    """Who is under the scheme in a period."""
    periods = period_table(look.client.calendar, [period])
    people = assignments(look.tables.schemes, look.client.participants, periods)
    return sorted(people.loc[people["scheme"] == scheme.id, "participant"].unique())


def _wide(look: Look, scheme: Scheme, kpi: str, periods: list[str]) -> pd.DataFrame:
    """A row a participant, a column a period: flows of a whole period, the score of the scheme's name."""
    if kpi == SCORE:
        rows = look.tables.scores
        rows = rows[rows["scheme"].str.partition("@")[0] == scheme.name].rename(columns={"score": "value"})
        rows = rows.drop_duplicates(["participant", "period"])
    else:
        rows = look.tables.panel
        rows = rows[(rows["kpi"] == kpi) & (rows["level"] == scheme.level) & (rows["missing"] == "")]
        if look.client.kpis[kpi].adds_over_time and scheme.level == "individual":
            rows = rows[rows["exposure"] > 0]
            rows = rows.assign(value=rows["value"] / rows["exposure"].clip(upper=1.0))
    rows = rows[rows["period"].isin(periods)]
    return rows.pivot(index="participant", columns="period", values="value").reindex(columns=periods)


def _of_usual(values: np.ndarray, watched: int) -> np.ndarray:
    """Flows in their own baseline's mean, so that large and small territories can be pooled."""
    before = values[:, :-watched]
    seen = (~np.isnan(before)).sum(axis=1)
    mean = np.divide(np.nansum(before, axis=1), seen, out=np.full(len(values), np.nan), where=seen > 0)
    return np.asarray(values / np.where(mean > 0, mean, np.nan)[:, None])


def _own_baseline(values: np.ndarray, watched: int) -> np.ndarray:
    return np.asarray((~np.isnan(values[:, :-watched])).sum(axis=1))


def _refused(values: np.ndarray, watched: int) -> np.ndarray:
    """Why somebody cannot be watched; blank for who can."""
    seen = _own_baseline(values, watched)
    pooled = (seen >= POOLED_BASELINE).sum() >= POOLED_PEOPLE
    enough = seen >= (POOLED_BASELINE if pooled else BASELINE)
    why = np.where(enough, "", "too_short" if len(values) >= POOLED_PEOPLE else "too_short_alone").astype(
        object
    )
    why[enough & np.isnan(values[:, -1])] = "no_value"
    if (enough & ~np.isnan(values[:, -1])).sum() < COMMON:
        why[why == ""] = "too_few_people"
    return why
