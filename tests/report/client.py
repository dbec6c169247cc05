"""A small engagement on disk with numbers easy to follow; the report's tests bend one thing at a time."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from toolkit.documents import write_document

START = dt.date(2026, 1, 1)
SCHEME: dict[str, Any] = {
    "name": "field",
    "version": "2026-01",
    "title": {"en": "Field scheme", "zh": "外勤方案"},
    "effective": {"from": START, "to": None},
    "score_every": "month",
    "pay_every": "quarter",
    "currency": "CNY",
    "measures": [
        {
            "name": "revenue",
            "kpi": "net_sales",
            "weight": 0.6,
            "target": "table",
            "scoring": {"proportional": {"from": 0.6, "cap": 1.2}},
        },
        {
            "name": "visits",
            "kpi": "visits",
            "weight": 0.4,
            "target": {"fixed": 4, "per": "month"},
            "scoring": {"proportional": {"from": 0.0, "cap": 1.5}},
        },
    ],
    "grades": {"A": 90, "B": 60, "C": 0},
    "pay": {
        "curve": {"x": "score", "points": [[60, 0.0], [100, 1.0], [120, 1.5]]},
        "gates": [{"measure": "revenue", "below": 0.7, "pays": 0.5}],
    },
}

# What stands in real rosters and what an attacker may put there.
NAMES_OF_EVERY_KIND = (
    "=cmd|'/C calc'!A0",
    "@SUM(1)",
    'O"Neil, Bo & Co',
    "Bartholomew Featherstonehaugh-Cholmondeley " * 6,
    "王喆堃",
    "𠮷野家",
    "🦄 Emoji 🧑‍💻",
    "-2+3",
    r"$\frac$ 5 $",
)


def person(at: int, **changed: object) -> dict[str, object]:
    """A line of the roster: p001 in team North, p002 in team South, and so on in turn."""
    line = {
        "participant": f"p{at:03d}",
        "name": f"Person {at}",
        "team": ("North", "South")[(at - 1) % 2],
        "region": "Coast",
        "role": "field",
        "hired_on": "2020-01-01",
        "left_on": "",
        "target_incentive": 12000,
    }
    return {**line, **changed}


def share(at: int) -> float:
    """How much of a target person `at` reaches every month: 0.5, 0.75, 1.0, 1.25, and so on again."""
    return 0.5 + 0.25 * ((at - 1) % 4)


def engagement(
    folder: Path,
    people: int | list[dict[str, object]] = 4,
    *,
    months: int = 6,
    schemes: list[Mapping[str, Any]] | None = None,
    sales_until: int | None = None,
    **document: object,
) -> Path:
    """Write an engagement: each month a person sells `share` of a target of 1,000 and makes four visits.

    Parameters
    ----------
    folder : Path
        Made here.
    people : int or list of dict
        So many people, or lines made with `person`.
    months : int
        From January 2026 on.
    schemes : list of dict, optional
        As in their files; `SCHEME` alone if left out.
    sales_until : int, optional
        The last month with sales and visits, all of them if left out.
    **document : object
        Fields of engagement.yaml beyond the usual ones, or in their place.
    """
    roster = [person(at) for at in range(1, people + 1)] if isinstance(people, int) else people
    tables = _tables(roster, months, sales_until or months)
    for name, rows in tables.items():
        _write(folder / "data" / f"{name}.csv", rows)
    last = dt.date(2026 + months // 12, months % 12 + 1, 1) - dt.timedelta(1)
    content = {
        "name": "small",
        "client": {"en": "Small Ltd", "zh": "小公司"},
        "language": "en",
        "currency": "CNY",
        "covers": {"from": START, "to": last},
        "tables": {name: {"file": f"data/{name}.csv"} for name in tables},
    }
    (folder / "schemes").mkdir()
    for number, scheme in enumerate(schemes or [SCHEME], 1):
        write_document(dict(scheme), folder / "schemes" / f"{number}.yaml")
    write_document({**content, **document}, folder / "engagement.yaml")
    return folder


def _tables(roster: list[dict[str, object]], months: int, active: int) -> dict[str, list[dict[str, object]]]:
    """The client's tables, whole months long; sales and visits stop after so many."""
    days = [f"2026-{month:02d}-15" for month in range(1, months + 1)]
    each = [(row["participant"], round(1000 * share(at), 2)) for at, row in enumerate(roster, 1)]
    tables: dict[str, list[dict[str, object]]] = {
        "participants": roster,
        "deals": [],
        "activities": [],
        "targets": [],
    }
    for who, sold in each:
        for day in days[:active]:
            deal = {
                "deal": f"{who}-{day}",
                "participant": who,
                "stage": "won",
                "amount": sold,
                "ordered_on": day,
            }
            visit = {"participant": who, "kind": "visit", "done_on": day}
            tables["deals"].append(deal)
            tables["activities"] += [{"activity": f"{who}-{day}-{n}", **visit} for n in range(4)]
        for day in days:
            target = {"participant": who, "period": day[:7], "kpi": "net_sales", "target": 1000}
            tables["targets"].append(target)
    return tables


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
