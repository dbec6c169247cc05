"""All alerts of a day: running targets, sliding levels, missed quarters, and how many to expect by chance."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.appraise.alerts import words
from toolkit.appraise.alerts.drift import drift, false_per_year
from toolkit.appraise.alerts.missed import missed
from toolkit.appraise.alerts.rows import (
    COLUMNS,
    KINDS,
    LOW,
    MEDIUM,
    SEVERITIES,
    TRULY_BELOW,
    Appraised,
    Look,
    table,
)
from toolkit.appraise.alerts.run_rate import run_rate
from toolkit.data.engagement import Engagement
from toolkit.errors import DataError, Problem
from toolkit.working_days import calendar_used, country_meant

EXPECTED = [
    *("kind", "scheme", "period", "watched", "flagged", "expected_false_per_year"),
    *("rule", "p_hit", "ordinary"),
]
_GRAVE = {severity: at for at, severity in enumerate(SEVERITIES[:-1])}  # refused comes last


@dataclass(frozen=True)
class Watch:
    """What one look found.

    Parameters
    ----------
    alerts : DataFrame
        Contract `alerts`.
    expected : DataFrame
        A row a kind (for missed quarters a scheme): kind, scheme, period, watched, flagged,
        expected_false_per_year (alarms where nothing has changed), rule, p_hit, ordinary (share of equally
        good people flagged in a year).
    as_of : Timestamp
    notes : tuple of str
        What a reader must know beside the table: false alarms to expect, the share of ordinary people that a
        rule flags, which working days were counted.
    unwatched : tuple of str
        What could not be watched, of whom, and why.
    """

    alerts: pd.DataFrame
    expected: pd.DataFrame
    as_of: pd.Timestamp
    notes: tuple[str, ...]
    unwatched: tuple[str, ...]


def alerts(
    client: Engagement,
    tables: Appraised,
    as_of: dt.date | pd.Timestamp | None = None,
    *,
    language: str = "",
    country: str = "",
) -> pd.DataFrame:
    """Alerts of a day as a table; `watch` gives with it what to make of them.

    Parameters
    ----------
    client : Engagement
    tables : Appraised
        schemes, panel, scorecard, scores, names: an appraisal, or a report's results.
    as_of : day, optional
        The last day that is known; the last that the engagement covers by default. Nothing later is used.
    language : str
        Of the messages: en or zh; the engagement's own by default.
    country : str
        Whose working days count: an ISO code; blank for the currency's own (CNY: CN), `none` for Monday to
        Friday.

    Returns
    -------
    DataFrame
        participant (person or group), period, kpi (`score`: the whole score), probability (run_rate: that the
        target is reached; drift: that chance alone shows such a slide; missed: that the true attainment is
        below 0.9), severity (low, medium, high, refused), message, kind, expected_false_per_year (of all
        alerts of the kind), value (what was seen), limit (what it is held against), n (own earlier periods),
        basis (the model), level, scheme, refused (why there is no probability). The gravest first.

    Raises
    ------
    DataError
        The day lies outside the time covered, or working days of a year are not known yet.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> from toolkit.appraise.appraisal import settle
    >>> client = tk.load_engagement(asset("templates", "engagements", "adventureworks"))
    >>> found = alerts(client, settle(client), language="en")
    >>> sorted(set(found["severity"]) - {"low", "medium", "high", "refused"})
    []
    """
    return watch(client, tables, as_of, language=language, country=country).alerts


def watch(
    client: Engagement,
    tables: Appraised,
    as_of: dt.date | pd.Timestamp | None = None,
    *,
    language: str = "",
    country: str = "",
) -> Watch:
    """Alerts of a day with what to make of them; arguments as for `alerts`."""
    day = pd.Timestamp(client.end if as_of is None else as_of).normalize()
    _refuse_outside(client, day)
    said = language or client.language
    look = Look(client, tables, day, country_meant(country, client.currency), said)
    running, sliding, misses = run_rate(look), drift(look), missed(look)
    expected = pd.DataFrame(_expected(look, running, sliding, misses), columns=EXPECTED)
    found = _run_rate_rows(look, running, expected) + _drift_rows(look, sliding, expected)
    rows = table(found + _missed_rows(look, misses))
    order = pd.DataFrame(
        {
            "severity": [-_GRAVE.get(s, -1) for s in rows["severity"]],
            "kind": [KINDS.index(k) for k in rows["kind"]],
            "probability": rows["probability"],
        }
    )
    rows = rows.loc[order.sort_values(["severity", "kind", "probability"], kind="stable").index].reset_index(
        drop=True
    )
    notes = words.notes(look, expected, calendar_used(look.country, said))
    return Watch(rows[COLUMNS], expected, day, tuple(notes), tuple(words.unwatched(look, rows)))


def _refuse_outside(client: Engagement, day: pd.Timestamp) -> None:
    if not pd.Timestamp(client.start) <= day <= pd.Timestamp(client.end):
        values = {"start": client.start, "end": client.end}
        written = str(day.date())
        raise DataError(Problem("alerts.outside", "engagement.yaml", None, "covers", written, values))


def _expected(
    look: Look, running: pd.DataFrame, sliding: pd.DataFrame, misses: pd.DataFrame
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    calendar = look.client.calendar
    for period, part in running.groupby("period", sort=False):
        known = part["probability"].dropna()
        flagged = known[known < LOW]
        yearly = calendar.periods_per_year(calendar.grain_of(str(period)))
        false = float(flagged.sum()) * yearly
        rows.append(_row("run_rate", "", period, len(known), len(flagged), false))
    tests = int(sliding["p_value"].notna().sum()) if len(sliding) else 0
    if tests:
        finest = calendar.grains[0]
        false = false_per_year(tests, calendar.periods_per_year(finest))
        rows.append(_row("drift", "", sliding["period"].iloc[0], tests, int(sliding["flagged"].sum()), false))
    for scheme, part in misses.groupby("scheme", sort=False):
        first, flags = part.iloc[0], int(part["flagged"].sum())
        row = _row("missed", str(scheme), first["period"], len(part), flags, float(first["per_year"]))
        rows.append(row | {name: first[name] for name in ("rule", "p_hit", "ordinary")})
    return rows


def _row(kind: str, scheme: str, period: object, watched: int, flagged: int, false: float) -> dict[str, Any]:
    return dict(zip(EXPECTED, (kind, scheme, period, watched, flagged, false), strict=False))


def _run_rate_rows(look: Look, found: pd.DataFrame, expected: pd.DataFrame) -> list[dict[str, Any]]:
    false = expected[expected["kind"] == "run_rate"].set_index("period")["expected_false_per_year"]
    rows = []
    for row in found.to_dict("records"):
        chance, refused = row["probability"], row["refused"]
        if not refused and chance >= LOW:
            continue
        severity = "refused" if refused else "medium" if chance < MEDIUM else "low"
        said = words.refused(look, row) if refused else words.run_rate(look, row)
        shared = {"value": row["expected"], "limit": row["target"], "n": row["n"], "basis": row["basis"]}
        rows.append(
            _alert("run_rate", row, severity, said, chance, false.get(row["period"], np.nan)) | shared
        )
    return rows


def _drift_rows(look: Look, found: pd.DataFrame, expected: pd.DataFrame) -> list[dict[str, Any]]:
    false = expected.loc[expected["kind"] == "drift", "expected_false_per_year"]
    rows = []
    for row in found[found["flagged"].astype(bool) | (found["refused"] != "")].to_dict("records"):
        severity = "refused" if row["refused"] else "medium"
        said = words.refused(look, row) if row["refused"] else words.drift(look, row)
        shared = {"value": row["change"], "limit": row["limit"], "n": row["n"], "basis": "ewma"}
        expected_here = float(false.iloc[0]) if len(false) else np.nan
        rows.append(_alert("drift", row, severity, said, row["p_value"], expected_here) | shared)
    return rows


def _missed_rows(look: Look, found: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for row in found[found["flagged"].astype(bool)].to_dict("records"):
        severity = "high" if row["probability"] > TRULY_BELOW else "medium"
        shared = {"value": row["run"], "limit": row["rule"], "n": row["n"], "basis": "run_of_misses"}
        chance, said = row["probability"], words.missed(look, row)
        rows.append(_alert("missed", row, severity, said, chance, row["per_year"]) | shared)
    return rows


def _alert(
    kind: str, row: dict[Any, Any], severity: str, said: str, probability: float, false: float
) -> dict[str, Any]:
    kept = {name: row[name] for name in ("participant", "period", "kpi", "level", "scheme", "refused")}
    made = {"kind": kind, "severity": severity, "message": said, "probability": probability}
    return kept | made | {"expected_false_per_year": false}
