"""A valid scheme as plain data, for tests to break one thing at a time."""

from __future__ import annotations

import copy
import datetime as dt
from pathlib import Path
from typing import Any, NamedTuple

from toolkit.catalogue.kpi import Kpi
from toolkit.catalogue.load import load_catalogue
from toolkit.documents import write_document
from toolkit.periods import Calendar

TURNOVER_DAYS = Kpi(
    kpi="stock_days",
    name={"en": "Days of stock", "zh": "库存天数"},
    category="process",
    unit="days",
    direction="band",
    kind="snapshot",
)
COMPLAINTS = Kpi(
    kpi="complaints",
    name={"en": "Complaints", "zh": "投诉数"},
    category="quality",
    unit="count",
    direction="lower",
)
KPIS = load_catalogue() | {"stock_days": TURNOVER_DAYS, "complaints": COMPLAINTS}

SCHEME: dict[str, Any] = {
    "name": "field_sales",
    "version": "2026-01",
    "title": {"en": "Field sales", "zh": "外勤销售考核方案"},
    "effective": {"from": dt.date(2026, 1, 1), "to": None},
    "applies_to": {"role": ["field_sales"]},
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
            "target": {"fixed": 40, "per": "month"},
            "scoring": {"bands": [[0, 30], [0.6, 60], [1.0, 100]]},
        },
    ],
    "grades": {"A": 90, "B": 60, "C": 0},
    "pay": {"curve": {"x": "score", "points": [[60, 0], [100, 1], [120, 1.5]]}},
}


def changed(address: str, value: Any) -> dict[str, Any]:
    """The scheme with one place changed (positions in lists as numbers); the value `...` removes it."""
    data = copy.deepcopy(SCHEME)
    here: Any = data
    parts = [int(part) if part.isdecimal() else part for part in address.split(".")]
    for part in parts[:-1]:
        here = here[part]
    if value is ...:
        del here[parts[-1]]
    else:
        here[parts[-1]] = value
    return data


class Client(NamedTuple):
    """What `load_schemes` needs of an engagement."""

    folder: Path
    calendar: Calendar = Calendar()
    kpis: dict[str, Kpi] = KPIS


def client_with(folder: Path, *documents: dict[str, Any]) -> Client:
    """An engagement's folder with these schemes as a.yaml, b.yaml, ..."""
    (folder / "schemes").mkdir(exist_ok=True)
    for letter, document in zip("abcdef", documents, strict=False):
        write_document(document, folder / "schemes" / f"{letter}.yaml")
    return Client(folder)
