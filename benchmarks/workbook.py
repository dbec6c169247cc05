"""The workbook of 2,000 people: against XlsxWriter writing as many plain cells."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np
import openpyxl
import pandas as pd
import xlsxwriter

from benchmarks.measure import Row
from toolkit.appraise.grade import grade
from toolkit.appraise.pay import statements
from toolkit.appraise.score import score
from toolkit.appraise.targets import set_targets
from toolkit.catalogue.load import load_catalogue
from toolkit.periods import Calendar
from toolkit.report.workbook.inputs import Tables
from toolkit.report.workbook.write import write_workbook
from toolkit.scheme import Schemes, build_scheme

PEOPLE = 2000
TIMES = 5
SLOWER_THAN_PLAIN = 3.0
PERIOD = "2026-Q1"
SCHEME = {
    "name": "field_sales",
    "version": "2026-01",
    "title": {"en": "Field sales", "zh": "外勤销售考核方案"},
    "effective": {"from": dt.date(2026, 1, 1)},
    "score_every": "quarter",
    "pay_every": "quarter",
    "currency": "CNY",
    "measures": [
        {
            "name": "revenue",
            "kpi": "net_sales",
            "weight": 0.4,
            "target": "table",
            "scoring": {"proportional": {"from": 0.6, "cap": 1.2}},
        },
        {
            "name": "visits",
            "kpi": "visits",
            "weight": 0.2,
            "target": {"fixed": 120},
            "scoring": {"deduct": {"points": 2, "per": 0.01}},
        },
        {
            "name": "conversion",
            "kpi": "win_rate",
            "weight": 0.2,
            "target": {"fixed": 0.25},
            "scoring": {
                "threshold_target_excellence": {
                    "threshold": [0.75, 50],
                    "target": [1.0, 100],
                    "excellence": [1.2, 150],
                }
            },
        },
        {
            "name": "satisfaction",
            "kpi": "customer_satisfaction",
            "weight": 0.2,
            "target": {"fixed": 8.2},
            "scoring": {"curve": {"x": "actual", "points": [[6.5, 40], [7.5, 80], [8.2, 100], [9.0, 120]]}},
        },
    ],
    "grades": {"A": 90, "B": 80, "C": 60, "D": 0},
    "pay": {
        "curve": {"x": "score", "points": [[60, 0.0], [80, 0.5], [100, 1.0], [120, 1.5]]},
        "gates": [{"measure": "revenue", "below": 0.7, "pays": 0}],
    },
}


def run() -> Iterator[Row]:
    """Write both in turn; the plain cells are those of the workbook, without formulas and formats."""
    tables = client(PEOPLE)
    with tempfile.TemporaryDirectory() as scratch:
        ours, theirs = Path(scratch, "ours.xlsx"), Path(scratch, "plain.xlsx")
        write_workbook(tables, ours, "zh")
        cells = plain_cells(ours)
        found = [
            (_seconds(write_workbook, tables, ours, "zh"), _seconds(write_plain, cells, theirs))
            for _ in range(TIMES)
        ]
    own, plain = (median(column) for column in zip(*found, strict=True))
    count = sum(len(row) for sheet in cells.values() for row in sheet)
    ratio = own / plain
    what = f"workbook of {PEOPLE:,} people, {count:,} cells, against as many plain cells"
    measured = f"{own:.1f} s against {plain:.1f} s"
    yield Row(what, measured, f"{ratio:.2f}", f"≤ {SLOWER_THAN_PLAIN}", ratio <= SLOWER_THAN_PLAIN)


def client(size: int) -> Tables:
    """People with random actuals under one scheme."""
    draw = np.random.default_rng(7)
    names = [f"p{i:05d}" for i in range(size)]
    people = pd.DataFrame({"participant": names, "name": [f"员工{i}" for i in range(size)]})
    people = people.assign(
        team=[f"T{i % 80:02d}" for i in range(size)], region="R", role="field_sales", manager="p00000"
    )
    people["hired_on"] = pd.Timestamp("2020-01-01")
    people["target_incentive"] = draw.integers(20_000, 90_000, size).astype(float)
    for column in ("left_on", "valid_from", "valid_to"):
        people[column] = pd.NaT
    people = people.astype(dict.fromkeys(("hired_on", "left_on", "valid_from", "valid_to"), "datetime64[s]"))
    scales = {"net_sales": 1_900_000, "visits": 120, "win_rate": 0.25, "customer_satisfaction": 8.2}
    digits = {"net_sales": 2, "visits": 0, "win_rate": 4, "customer_satisfaction": 2}
    parts = [
        pd.DataFrame(
            {
                "participant": names,
                "kpi": kpi,
                "value": np.round(scale * draw.uniform(0.6, 1.3, size), digits[kpi]),
            }
        )
        for kpi, scale in scales.items()
    ]
    panel = pd.concat(parts, ignore_index=True).assign(
        level="individual", period=PERIOD, exposure=1.0, missing=""
    )
    goals = pd.DataFrame({"participant": names, "period": PERIOD, "kpi": "net_sales", "target": 1_900_000.0})
    schemes = Schemes((build_scheme(SCHEME),), Calendar(), load_catalogue())
    card = score(schemes, panel, set_targets(schemes, panel, goals, people), people)
    scores = grade(schemes, card)
    paid = statements(schemes, card, scores, people)
    parts_of = {"payouts": paid.payouts, "components": paid.components, "adjustments": paid.adjustments}
    return Tables(schemes, people, card, scores, unpaid=paid.unpaid, **parts_of)


Cells = dict[str, list[list[tuple[int, int, float | str]]]]


def plain_cells(path: Path) -> Cells:
    """Every cell of a workbook as a number or a text; what is only formatted counts as a number."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        sheet.title: [
            [
                (c.row - 1, c.column - 1, c.value if isinstance(c.value, str | float | int) else 0)
                for c in row
                if c.has_style
            ]
            for row in sheet.iter_rows()
        ]
        for sheet in book
    }


def write_plain(cells: Cells, path: Path) -> None:
    """The same numbers and texts, plain."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in cells.items():
            sheet = book.add_worksheet(name)
            for row in rows:
                for at, column, value in row:
                    if isinstance(value, str):
                        sheet.write_string(at, column, value)
                    else:
                        sheet.write_number(at, column, value)


def _seconds(write: object, *arguments: object) -> float:
    began = time.perf_counter()
    write(*arguments)  # type: ignore[operator]
    return time.perf_counter() - began
