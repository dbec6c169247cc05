"""An engagement whose people do, or do not, what a quarterly scheme with a tier at 100 % invites."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np

from tests.appraise.alerts.planted import PROPORTIONAL, START, planted, working

PEOPLE, TARGET = 16, 10_000
LAST = dt.date(2025, 9, 30)
SCHEME: dict[str, Any] = {
    "name": "field",
    "version": "1",
    "title": {"en": "Field scheme", "zh": "外勤方案"},
    "effective": {"from": START, "to": None},
    "score_every": "month",
    "pay_every": "quarter",
    "currency": "USD",
    "measures": [
        {
            "name": "revenue",
            "kpi": "net_sales",
            "weight": 1,
            "target": {"fixed": TARGET, "per": "month"},
            "scoring": PROPORTIONAL,
        }
    ],
    "grades": {"A": 100, "B": 0},
    "pay": {
        "rate": {"of": "revenue", "by": "attainment", "tiers": [[0, 0.01], [1.0, 0.02]], "split": "step"}
    },
}


def engagement(folder: Path, *, steered: bool, scheme: dict[str, Any] = SCHEME) -> Path:
    """Sixteen people, seven quarters.

    Steered: months end just on target, the first week's orders of a quarter are booked in the week before,
    visits are rounded to ten minutes, and one person's orders are cancelled.
    """
    random = np.random.default_rng(11)
    months = [(y, m) for y in (2024, 2025) for m in range(1, 13) if (y, m) <= (2025, 9)]
    deals: list[dict[str, Any]] = []
    visits: list[dict[str, Any]] = []
    for who in range(PEOPLE):
        for year, month in months:
            days = [d for d in working(START, LAST) if (d.year, d.month) == (year, month)]
            total = TARGET * max(0.2, random.normal(1.0, 0.2))
            if steered and TARGET * 0.9 <= total < TARGET:
                total = TARGET * (1 + 0.02 * random.random())
            deals += _orders(random, who, total, days, steered)
            visits += _visits(random, who, days, steered)
    rows = {"deals": deals, "activities": visits}
    for name, key in (("deals", "deal"), ("activities", "activity")):
        rows[name] = [{key: f"{key}{at}", **row} for at, row in enumerate(rows[name])]
    return planted(folder, rows, PEOPLE, until=LAST, scheme=scheme)


def _orders(
    random: np.random.Generator, who: int, total: float, days: list[dt.date], steered: bool
) -> list[dict[str, Any]]:
    rows = []
    cents = int(total * 100)
    for part in [cents // 12] * 11 + [cents - cents // 12 * 11]:
        day = days[int(random.integers(0, len(days)))]
        if steered and day in days[:5] and day.month in (1, 4, 7, 10) and days[0] > working()[0]:
            day = day.replace(day=1) - dt.timedelta(int(random.integers(1, 5)))
        lost = random.random() < (0.7 if steered and who == 3 else 0.1)
        rows.append(
            {
                "participant": f"p{who:03d}",
                "stage": "won",
                "amount": part / 100,
                "list_amount": round(part / 100 * (1 + 0.1 * random.random()), 2),
                "ordered_on": day,
                "cancelled_on": day + dt.timedelta(20) if lost else "",
            }
        )
    return rows


def _visits(
    random: np.random.Generator, who: int, days: list[dt.date], steered: bool
) -> list[dict[str, Any]]:
    rows = []
    for day in days[::4]:
        minutes = int(random.integers(20, 120))
        minutes = round(minutes / 10) * 10 if steered and random.random() < 0.5 else minutes
        rows.append({"participant": f"p{who:03d}", "kind": "visit", "done_on": day, "minutes": minutes})
    return rows
