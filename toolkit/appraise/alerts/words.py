"""What an alert says, and what must be said beside it, in the language of the look."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.appraise.alerts.rows import LOW, SCORE, TOLERABLE, Look
from toolkit.language import day, listed, number, percent, period_name, pick, text

_SELDOM = 0.01  # p values are not told apart below it
_UNSURE = 0.05  # nor are forecasts: no model of sales knows its tails better (see docs/how-to/alerts.md)
_NAMED = 6  # people that a note lists by name; beyond, their number


def chance(probability: float, language: str, least: float = _SELDOM) -> str:
    """A probability as it is said: `3 %`, at its ends `under 1 %` and `over 99 %`.

    Parameters
    ----------
    probability : float
        0-1.
    language : str
    least : float
        What is told from 0 and 1.

    Examples
    --------
    >>> chance(0.004, "en"), chance(0.034, "zh"), chance(0.034, "en", 0.05)
    ('under 1 %', '3%', 'under 5 %')
    """
    if probability < least:
        return text("alerts.under", language, share=percent(least, language))
    if probability > 1 - least:
        return text("alerts.over", language, share=percent(1 - least, language))
    return percent(probability, language)


def said_chance(probability: float, kind: str, language: str) -> str:
    """An alert's probability as a table shows it, no finer than its kind knows it; a dash for none.

    Examples
    --------
    >>> said_chance(0.02, "run_rate", "en"), said_chance(float("nan"), "missed", "en")
    ('under 5 %', '–')
    """
    if np.isnan(probability):
        return percent(None, language)
    return chance(probability, language, _UNSURE if kind == "run_rate" else _SELDOM)


def run_rate(look: Look, row: dict[Any, Any]) -> str:
    """What is done and to be done until when, where it is heading, and what to do next."""
    language, kpi = look.language, row["kpi"]
    pace, lower = row["pace_needed"], look.client.kpis[kpi].direction == "lower"
    end = look.client.calendar.bounds(row["period"])[1]
    nothing = row["done"] is None or np.isnan(row["done"])
    values = {
        "done": text("alerts.nothing_yet", language) if nothing else look.shown(row["done"], kpi),
        "target": look.shown(row["target"], kpi),
        "day": day(row["known_to"], language),
        "left": number(row["days_left"], language),
        "expected": look.shown(row["expected"], kpi),
        "chance": chance(row["probability"], language, _UNSURE),
    }
    said = text(f"alerts.run_rate{'_lower' if lower else ''}", language, **values, **_subject(look, row))
    if not lower and np.isfinite(pace):
        said += text("alerts.pace", language, pace=number(pace, language, 1))
    return said + text("alerts.next.run_rate", language, end=day(end, language))


def drift(look: Look, row: dict[Any, Any]) -> str:
    """How far a level has slid since when, and how often chance alone does that."""
    language = look.language
    change = -row["change"]
    key = "relative" if row["relative"] else "absolute"
    shown = percent(change, language) if row["relative"] else _difference(look, change, row["kpi"])
    since = period_name(row["since"], language)
    values = {"change": shown, "since": since, "chance": chance(row["p_value"], language)}
    said = text(f"alerts.drift_{key}", language, **values, **_subject(look, row))
    return said + text("alerts.next.drift", language)


def _difference(look: Look, change: float, kpi: str) -> str:
    """How far apart two levels are: points of a score or a share, else in the KPI's unit."""
    if kpi != SCORE and look.client.kpis[kpi].unit == "ratio":
        return text("alerts.percentage_points", look.language, n=number(change * 100, look.language, 1))
    shown = look.shown(change, kpi)
    return text("alerts.points", look.language, n=shown) if kpi == SCORE else shown


def missed(look: Look, row: dict[Any, Any]) -> str:
    """How many periods in a row, what that is worth as evidence, and that it opens a conversation."""
    language = look.language
    values = {
        "run": number(row["run"], language),
        "last": percent(row["attainment"], language),
        "grain": text(f"alerts.grain.{row['grain']}", language),
        "ordinary": percent(row["ordinary"], language),
    }
    said = text("alerts.missed", language, **values, **_subject(look, row))
    below = {"tolerable": percent(TOLERABLE, language)}
    if row["refused"]:
        said += text(f"alerts.missed_{row['refused']}", language, n=number(row["n"], language), **below)
    else:
        said += text("alerts.missed_below", language, chance=chance(row["probability"], language), **below)
    return said + text("alerts.next.missed", language)


def refused(look: Look, row: dict[Any, Any]) -> str:
    """Why nothing is said of a participant's KPI."""
    return text("alerts.refused", look.language, why=_why(look, row), **_subject(look, row))


def _why(look: Look, row: dict[Any, Any]) -> str:
    n = number(row.get("n", 0), look.language)
    return text(f"alerts.refused.{row['refused']}", look.language, n=n)


def _subject(look: Look, row: dict[Any, Any]) -> dict[str, str]:
    return {
        "who": look.name(row["participant"], row["level"]),
        "kpi": look.kpi(row["kpi"]),
        "period": period_name(row["period"], look.language),
    }


def notes(look: Look, expected: pd.DataFrame, calendar: str) -> list[str]:
    """What stands beside the table: alarms to expect by chance, and what they mean."""
    language = look.language
    rows = [row for row in expected.to_dict("records") if row["watched"] or row["kind"] != "run_rate"]
    said = [_of_kind(look, row) for row in rows]
    if "run_rate" in set(expected["kind"]):
        said.append(text("alerts.calendar", language, calendar=calendar))
    else:
        said.insert(0, text("alerts.none_running", language, day=day(look.as_of, language)))
    if len(expected) > 1:
        total = float(expected["expected_false_per_year"].sum())
        said.append(text("alerts.total", language, n=number(total, language, 1)))
    return said


def _of_kind(look: Look, row: dict[Any, Any]) -> str:
    """How many alarms of a kind to expect in a year in which nothing is the matter."""
    language, kind = look.language, row["kind"]
    values = {
        "watched": number(row["watched"], language),
        "flagged": number(row["flagged"], language),
        "false": number(row["expected_false_per_year"], language, 1),
        "period": period_name(row["period"], language),
    }
    if kind == "run_rate":
        values["low"] = percent(LOW, language)
        yearly = look.client.calendar.periods_per_year(look.client.calendar.grain_of(row["period"]))
        values["now"] = number(row["expected_false_per_year"] / yearly, language, 1)
    if kind == "missed":
        values |= {
            "scheme": pick(look.tables.schemes[row["scheme"]].title, language),
            "rule": number(row["rule"], language),
            "p_hit": percent(row["p_hit"], language),
            "ordinary": percent(row["ordinary"], language),
        }
    return text(f"alerts.expected.{kind}", language, **values)


def unwatched(look: Look, rows: pd.DataFrame) -> list[str]:
    """What could not be watched, a line a KPI and reason, with whom it concerns."""
    language, said = look.language, []
    out = rows[rows["severity"] == "refused"]
    for (kind, kpi, why), part in out.groupby(["kind", "kpi", "refused"], sort=False):
        people = list(
            dict.fromkeys(look.name(p, v) for p, v in zip(part["participant"], part["level"], strict=True))
        )
        many = len(people) > _NAMED
        who = (
            text("alerts.people", language, n=number(len(people), language))
            if many
            else listed(people, language)
        )
        row = {"refused": why, "n": part["n"].max()}
        values = {"kind": text(f"alerts.kind.{kind}", language), "kpi": look.kpi(str(kpi)), "who": who}
        said.append(text("alerts.not_watched", language, why=_why(look, row), **values))
    return said
