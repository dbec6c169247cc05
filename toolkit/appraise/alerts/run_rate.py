"""The running pay period: how likely each target is reached, from the pace and the working days left."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.appraise.alerts.chances import (
    beta_prior,
    count_chance,
    flow_chance,
    gamma_prior,
    share_chance,
    shrunken,
)
from toolkit.appraise.alerts.pace import HISTORY, day_weights, days_employed, history, weighted_days
from toolkit.appraise.alerts.rows import Look
from toolkit.appraise.alerts.running import Stretch, goals, running_periods, stretches
from toolkit.catalogue.kpi import Kpi
from toolkit.scheme.measure import Range
from toolkit.scheme.scheme import Scheme

FEWEST_PERIODS = 6  # earlier periods of one's own (METHODS 11: fewer give no usual pace)
POISSON = (0.67, 1.5)  # variance ÷ mean between which counts are taken for single, unplanned events
COLUMNS = [
    *(
        "scheme",
        "measure",
        "kpi",
        "level",
        "participant",
        "period",
        "target",
        "done",
        "known_to",
        "days_left",
    ),
    *("expected", "pace_needed", "probability", "n", "basis", "refused"),
]


def run_rate(look: Look) -> pd.DataFrame:
    """The probability of every target of the running pay periods.

    Parameters
    ----------
    look : Look

    Returns
    -------
    DataFrame
        scheme, measure, kpi, level, participant, period, target, done (so far), known_to, days_left
        (working), expected (at the period's end, at the usual pace), pace_needed (÷ the usual), probability,
        n (earlier periods of one's own), basis (normal, gamma_poisson, beta_binomial), refused (why there is
        no probability: too_short, no_target, no_actual, no_pace, no_model, band, supplied). No rows where no
        pay period is running.

    References
    ----------
    METHODS: φ = Σ (y − μw)² ÷ μw over the degrees of freedom is the spread of a day's sum in its mean, pooled
    over people (quasi-Poisson: McCullagh and Nelder, Generalized Linear Models, 2nd ed., section 9.2.4).
    """
    running = running_periods(look.tables.schemes, look.client.calendar, look.as_of)
    parts = [
        _of_period(look, period, [s for s in running if running[s] == period])
        for period in dict.fromkeys(running.values())
    ]
    parts = [p for p in parts if len(p)]
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _of_period(look: Look, period: str, scheme_ids: list[str]) -> pd.DataFrame:
    schemes = [s for s in look.tables.schemes if s.id in scheme_ids]
    kpis = list(
        dict.fromkeys(m.kpi for s in schemes for m in s.measures if m.target is not None and not m.raters)
    )
    due = goals(look, period, scheme_ids, kpis)
    passed = stretches(look, period, list(dict.fromkeys(due["kpi"])))
    parts = []
    for (scheme, measure), rows in due.groupby(["scheme", "measure"], sort=False):
        agreed = look.tables.schemes[str(scheme)]
        parts.append(_of_measure(look, agreed, str(measure), rows, passed, period))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def _of_measure(
    look: Look, scheme: Scheme, measure: str, rows: pd.DataFrame, passed: dict[str, Stretch], period: str
) -> pd.DataFrame:
    agreed, kpi = scheme.measure(measure), look.client.kpis[scheme.measure(measure).kpi]
    blank: dict[str, Any] = dict.fromkeys(("done", "expected", "pace_needed", "probability"), np.nan)
    rows = rows.reset_index(drop=True).assign(period=period, basis="", refused="", n=0, **blank)
    rows = rows.assign(known_to=look.as_of, days_left=1.0)
    if kpi.direction == "band" and not isinstance(agreed.attainment, Range):
        return rows.assign(refused="band")
    if kpi.kpi not in passed:
        return rows.assign(refused="supplied")
    stretch, level = passed[kpi.kpi], str(rows["level"].iloc[0])
    before = history(look, kpi.kpi, level, stretch.start)
    weights = day_weights(before, look.client.calendar, scheme.pay_every, period)
    if not kpi.adds_over_time:
        weights = dict.fromkeys(weights, 1.0)
    rows = _seen(look, rows, stretch, level, weights)
    before = before[(before["age"] <= HISTORY) & (before["days"] > 0)]
    before = before.assign(days=before["days"] * before["period"].map(weights))
    filled = _sums(rows, before, kpi) if kpi.adds_over_time else _shares(rows, before, kpi, stretch)
    lower = _lower(rows["target"], kpi, agreed.attainment)
    filled.loc[lower, "probability"] = 1 - filled.loc[lower, "probability"]
    return _refused(filled.drop(columns=["numerator", "denominator", "days_done", "days_ahead"]))


def _lower(target: pd.Series, kpi: Kpi, rule: Any) -> np.ndarray:
    """Where an actual below the target reaches it."""
    if isinstance(rule, Range):
        return np.asarray(target < rule.range)
    return np.full(len(target), kpi.direction == "lower")


def _seen(
    look: Look, rows: pd.DataFrame, stretch: Stretch, level: str, weights: dict[str, float]
) -> pd.DataFrame:
    """What was done so far, and the working days behind and ahead, weighted by their place in the period."""
    values = stretch.values[stretch.values["level"] == level]
    values = values[["participant", "numerator", "denominator", "value", "missing"]]
    rows = rows.merge(values, on="participant", how="left")
    ahead = stretch.known_to + pd.Timedelta(days=1)
    units = rows["participant"]
    gone = rows["missing"].fillna("") == "not_employed"
    nothing = stretch.known_to < stretch.start
    rows["done"] = 0.0 if nothing else rows["value"].where(~gone, 0.0)
    rows["days_done"] = weighted_days(look, level, units, stretch.start, stretch.known_to, weights)
    rows["days_ahead"] = weighted_days(look, level, units, ahead, stretch.end, weights)
    rows["days_left"] = days_employed(look, level, units, ahead, stretch.end)
    return rows.assign(known_to=stretch.known_to).drop(columns=["value", "missing"])


def _sums(rows: pd.DataFrame, before: pd.DataFrame, kpi: Kpi) -> pd.DataFrame:
    """Flows and counts: a usual pace a working day, and the spread around it."""
    now = rows.loc[rows["done"].notna() & (rows["days_done"] > 0), ["participant", "done", "days_done"]]
    now = now.rename(columns={"done": "value", "days_done": "days"})
    seen = pd.concat([before[["participant", "value", "days"]], now])
    seen = seen[seen["days"] > 0]
    pace, phi, df = _paces(seen)
    rows["n"] = rows["participant"].map(before.groupby("participant").size()).fillna(0).astype(int)
    own = pace.reindex(rows["participant"]).reset_index(drop=True)
    left, done, target = (rows[c].to_numpy(dtype=float) for c in ("days_ahead", "done", "target"))
    rate = (own["value"] / own["days"]).to_numpy(dtype=float)
    poisson = kpi.unit == "count" and POISSON[0] <= phi <= POISSON[1] and _whole(seen["value"])
    if poisson:
        rows["basis"] = "gamma_poisson"
        shape, scale = gamma_prior(pace["value"].to_numpy(dtype=float), pace["days"].to_numpy(dtype=float))
        alpha, beta = shape + own["value"].to_numpy(dtype=float), scale + own["days"].to_numpy(dtype=float)
        goal = np.floor(target + 1e-9) + 1 if kpi.direction == "lower" else target  # one more than allowed
        rows["probability"] = count_chance(done, alpha, beta, left, goal)
        rate = alpha / beta
    else:
        rows["basis"] = "normal"
        rates = _believed(pace, phi).reindex(rows["participant"])
        rate, error = rates["rate"].to_numpy(dtype=float), rates["error"].to_numpy(dtype=float)
        rows["probability"] = flow_chance(done, rate, error, phi * rate, left, target, df)
    rows["expected"] = done + rate * left
    with np.errstate(divide="ignore", invalid="ignore"):
        rows["pace_needed"] = np.where(left > 0, np.maximum(target - done, 0) / (rate * left), np.nan)
    rows.loc[~(rate > 0), "refused"] = "no_pace"
    rows.loc[rows["n"] < FEWEST_PERIODS, "refused"] = "too_short"
    return rows


def _paces(seen: pd.DataFrame) -> tuple[pd.DataFrame, float, float]:
    """Each unit's sum and days; variance ÷ mean of a day's sum, pooled over units; its degrees of freedom."""
    pace = seen.groupby("participant")[["value", "days"]].sum()
    usual = seen["participant"].map(pace["value"] / pace["days"]) * seen["days"]
    sound = usual > 0
    df = float(sound.sum() - seen.loc[sound, "participant"].nunique())
    if df < 1:
        return pace, float("nan"), 1.0
    squares = (seen["value"] - usual)[sound] ** 2 / usual[sound]
    return pace, float(squares.sum() / df), df


def _believed(pace: pd.DataFrame, phi: float) -> pd.DataFrame:
    """Each unit's rate drawn towards that of all, and its error's variance; none for who has nothing."""
    sound = pace[pace["value"] > 0]
    rate, mean = sound["value"] / sound["days"], float(sound["value"].sum() / sound["days"].sum())
    believed, error = shrunken(rate.to_numpy(float), phi * mean / sound["days"].to_numpy(float), mean)
    return pd.DataFrame({"rate": believed, "error": error}, index=sound.index)


def _shares(rows: pd.DataFrame, before: pd.DataFrame, kpi: Kpi, stretch: Stretch) -> pd.DataFrame:
    """Shares of cases, each of which succeeds or does not; other ratios and means have no model here."""
    parts = [before[["numerator", "denominator"]], rows[["numerator", "denominator"]]]
    cases = pd.concat(parts).dropna()
    fits = kpi.kind == "flow" and kpi.is_ratio and kpi.unit == "ratio" and len(cases) > 0
    if not (fits and _whole(cases) and (cases["numerator"] <= cases["denominator"]).all()):
        return rows.assign(refused="no_model", done=np.nan)
    pooled = before.groupby("participant")[["numerator", "denominator", "days"]].sum()
    pooled = pooled[pooled["denominator"] > 0]
    rows["n"] = rows["participant"].map(before.groupby("participant").size()).fillna(0).astype(int)
    if pooled.empty:
        return rows.assign(refused="too_short")
    alpha, beta = beta_prior(pooled["numerator"].to_numpy(float), pooled["denominator"].to_numpy(float))
    found = [_one_share(row, pooled, alpha, beta, kpi) for row in rows.to_dict("records")]
    rows[["probability", "expected"]] = pd.DataFrame(found, index=rows.index)
    nothing = stretch.known_to < stretch.start
    rows["done"] = (
        np.nan if nothing else rows["numerator"] / rows["denominator"].where(rows["denominator"] > 0)
    )
    rows["basis"] = "beta_binomial"
    rows.loc[rows["n"] < FEWEST_PERIODS, "refused"] = "too_short"
    return rows


def _one_share(
    row: dict[Any, Any], pooled: pd.DataFrame, alpha: float, beta: float, kpi: Kpi
) -> tuple[float, float]:
    """Probability and expected share of one unit; the team's prior and its own cases."""
    if row["participant"] not in pooled.index:
        return np.nan, np.nan
    own = pooled.loc[row["participant"]]
    won, cases = (0.0 if np.isnan(row[c]) else row[c] for c in ("numerator", "denominator"))
    a = alpha + own["numerator"] + won
    b = beta + own["denominator"] - own["numerator"] + cases - won
    more = own["denominator"] / own["days"] * row["days_ahead"]
    goal = np.nextafter(row["target"], np.inf) if kpi.direction == "lower" else row["target"]
    total = cases + more
    expected = (won + more * a / (a + b)) / total if total > 0 else np.nan
    if np.isnan(goal):
        return np.nan, expected
    return share_chance(int(won), int(cases), a, b, more, goal), expected


def _whole(values: pd.Series | pd.DataFrame) -> bool:
    numbers = values.to_numpy(dtype=float)
    return bool((numbers >= 0).all() and (np.abs(numbers - np.round(numbers)) < 1e-9).all())


def _refused(rows: pd.DataFrame) -> pd.DataFrame:
    """Nothing is said of who has no target, no number so far, or no days left."""
    reason = rows["refused"].where(rows["refused"] != "", "")
    unmeasured = rows["done"].isna() & (rows["basis"] != "beta_binomial") & (reason == "")
    reason = reason.mask(unmeasured, "no_actual").mask(rows["target"].isna(), "no_target")
    reason = reason.mask(rows["probability"].isna() & (reason == ""), "no_actual")
    refused = reason != ""
    for column in ("probability", "expected", "pace_needed"):
        rows[column] = rows[column].where(~refused)
    return rows.assign(refused=reason)[rows["days_left"] > 0].reset_index(drop=True)  # the others have left
