"""An engagement whose truth is known: so many sales and visits a working day, drawn with a fixed seed."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from toolkit.documents import write_document

START, END = dt.date(2024, 1, 1), dt.date(2025, 9, 30)
PROPORTIONAL = {"proportional": {"from": 0.0, "cap": 2.0}}


def measure(name: str, kpi: str, weight: float, target: Any) -> dict[str, Any]:
    return {"name": name, "kpi": kpi, "weight": weight, "target": target, "scoring": PROPORTIONAL}


SCHEME: dict[str, Any] = {
    "name": "field",
    "version": "1",
    "title": {"en": "Field scheme", "zh": "外勤方案"},
    "effective": {"from": START, "to": None},
    "score_every": "month",
    "pay_every": "quarter",
    "currency": "USD",
    "measures": [
        measure("revenue", "net_sales", 0.5, {"fixed": 6000, "per": "quarter"}),
        measure("visits", "visits", 0.3, {"fixed": 65, "per": "quarter"}),
        measure("conversion", "win_rate", 0.2, {"fixed": 0.3}),
    ],
    "grades": {"A": 90, "B": 60, "C": 0},
    "pay": {"curve": {"x": "score", "points": [[60, 0.0], [100, 1.0]]}},
    "follow_up": {"missed_quarters": 2},
}


def working(start: dt.date = START, end: dt.date = END) -> list[dt.date]:
    """Mondays to Fridays."""
    days = [start + dt.timedelta(n) for n in range((end - start).days + 1)]
    return [day for day in days if day.weekday() < 5]


def rows_of(
    people: int, seed: int, drops: Mapping[int, dt.date] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """A visit a day with probability .6 or so, a decided deal with .3, won with .3, of about 1,000.

    Parameters
    ----------
    drops : mapping
        Person → the day from which they do a quarter of what they did.
    """
    draw = np.random.default_rng(seed)
    deals, visits = [], []
    for at in range(people):
        pace = draw.uniform(0.8, 1.2)
        for day in working():
            own = pace * (0.25 if drops and day >= drops.get(at, END + dt.timedelta(1)) else 1.0)
            who = {"participant": f"p{at:03d}"}
            visits += [{**who, "kind": "visit", "done_on": day} for _ in range(draw.poisson(own))]
            for _ in range(draw.poisson(0.3 * own)):
                stage = "won" if draw.random() < 0.3 else "lost"
                amount = round(float(draw.gamma(4.0, 250.0)), 2)
                deals.append({**who, "stage": stage, "amount": amount, "ordered_on": day, "closed_on": day})
    return {"deals": _numbered(deals, "deal"), "activities": _numbered(visits, "activity")}


def _numbered(rows: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    return [{key: f"{key}{at}", **row} for at, row in enumerate(rows)]


def planted(
    folder: Path,
    rows: Mapping[str, list[dict[str, Any]]],
    people: int,
    *,
    until: dt.date = END,
    scheme: Mapping[str, Any] = SCHEME,
    **of_people: Any,
) -> Path:
    """Write an engagement; rows later than `until` are left out, and the time covered ends there."""
    roster = [
        {
            "participant": f"p{at:03d}", "name": f"Person {at}", "team": f"T{at % 3}", "region": "R",
            "role": "field", "manager": f"Boss {at % 3}", "hired_on": "2020-01-01", "left_on": "",
            "target_incentive": 12000,
        } | of_people.get(f"p{at:03d}", {})
        for at in range(people)
    ]  # fmt: skip
    spans = {str(p["participant"]): (str(p["hired_on"]), str(p["left_on"]) or "9999") for p in roster}
    tables = {"participants": roster}
    for name, lines in rows.items():
        known = [r for r in lines if _day(r) <= until and r["participant"] in spans]
        tables[name] = [r for r in known if _within(spans[r["participant"]], _day(r))]
    for name, lines in tables.items():
        path = folder / "data" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(lines[0]))
            writer.writeheader()
            writer.writerows(lines)
    (folder / "schemes").mkdir(exist_ok=True)
    write_document(dict(scheme), folder / "schemes" / "field.yaml")
    document = {
        "name": "planted",
        "client": {"en": "Planted Ltd", "zh": "试验公司"},
        "language": "en",
        "currency": "USD",
        "covers": {"from": START, "to": until},
        "tables": {name: {"file": f"data/{name}.csv"} for name in tables},
    }
    write_document(document, folder / "engagement.yaml")
    return folder


def _within(span: tuple[str, str], day: dt.date) -> bool:
    return span[0] <= day.isoformat() <= span[1]


def _day(row: Mapping[str, Any]) -> dt.date:
    found = row.get("done_on") or row.get("ordered_on")
    assert isinstance(found, dt.date)
    return found
