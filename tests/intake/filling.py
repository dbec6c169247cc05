# ruff: noqa: E501 - rows as the client's systems write them
"""A client who fills in the form with a spreadsheet program, and an engagement to put it into."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl

SCHEME = """\
name: everybody
version: 2026-01
title: {{en: Everybody, zh: 全员方案}}
effective: {{from: 2010-01-01, to: null}}
score_every: month
pay_every: quarter
currency: {currency}
measures:
  - name: only
    kpi: {kpi}
    weight: 1
    target: {{fixed: 40, per: month}}
    scoring: {{bands: [[0, 30], [0.6, 60], [1.0, 100]]}}
grades: {{A: 90, C: 0}}
pay: {{curve: {{x: score, points: [[60, 0], [100, 1]]}}}}
"""

ROWS = {
    "participants": [
        {"participant": "0007", "name": "李明", "team": "一组", "hired_on": dt.date(2022, 7, 1), "base_salary": 120000},
        {"participant": "0008", "name": "=1+1", "team": "二组", "hired_on": dt.date(2023, 2, 1), "base_salary": 98000.5},
    ],
    "deals": [
        {"deal": "D1", "participant": "0007", "customer": "C1", "stage": "won", "amount": 1234.56,
         "created_on": dt.date(2026, 1, 5), "ordered_on": dt.date(2026, 2, 28), "closed_on": dt.date(2026, 2, 28)},
        {"deal": "D2", "participant": "0008", "customer": "C2", "stage": "lost", "amount": 99,
         "created_on": dt.date(2026, 1, 6), "ordered_on": None, "closed_on": dt.date(2026, 3, 2)},
        {"deal": "D3", "participant": "0008", "customer": "C1", "stage": "open", "amount": None,
         "created_on": dt.date(2026, 3, 1), "ordered_on": None, "closed_on": None},
    ],
    "activities": [
        {"activity": "A1", "participant": "0007", "kind": "visit", "done_on": dt.date(2026, 1, 9), "minutes": 45},
        {"activity": "A2", "participant": "0008", "kind": "follow_up", "done_on": dt.date(2026, 3, 31), "minutes": 5},
    ],
}  # fmt: skip
# What a client picks from the lists, in each language.
WORDS = {
    "zh": {"won": "赢单", "lost": "输单", "open": "跟进中", "visit": "拜访", "follow_up": "跟进"},
    "en": {"won": "Won", "lost": "Lost", "open": "Open", "visit": "Visit", "follow_up": "Follow up"},
}
SHEETS = {
    "zh": {"participants": "人员花名册", "deals": "商机与订单", "activities": "销售活动"},
    "en": {"participants": "People", "deals": "Deals and orders", "activities": "Activities"},
}


def fill(form: Path, to: Path, language: str) -> None:
    """Enter ROWS below the headings, found by the standard names that stand above them."""
    book = openpyxl.load_workbook(form)
    for table, rows in ROWS.items():
        sheet = book[SHEETS[language][table]]
        names = {str(cell.value).split(" · ")[0]: cell.column for cell in sheet[3] if cell.value}
        for i, row in enumerate(rows):
            for column, value in row.items():
                cell = sheet.cell(row=6 + i, column=names[column])
                cell.value = WORDS[language].get(value, value) if isinstance(value, str) else value
                if isinstance(value, str):
                    cell.data_type = "s"  # as typed into a cell formatted as text
    book.save(to)


def add_scheme(folder: Path, currency: str, kpi: str) -> None:
    """One scheme for everybody."""
    (folder / "schemes").mkdir(exist_ok=True)
    (folder / "schemes" / "everybody.yaml").write_text(
        SCHEME.format(currency=currency, kpi=kpi), encoding="utf-8"
    )
