"""A made-up client for workbooks: people, actuals on edges, none, zero and below zero, targets, records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from tests.scheme.documents import KPIS
from toolkit.appraise.grade import grade, score_steps
from toolkit.appraise.pay import statements
from toolkit.appraise.records import NONE, Records
from toolkit.appraise.score import score
from toolkit.appraise.targets import set_targets
from toolkit.periods import Calendar
from toolkit.report.workbook.inputs import Tables
from toolkit.scheme import Schemes, build_scheme

NO_EDITS: Mapping[tuple[str, str], float | None] = {}
MONTHS = ("2026-01", "2026-02", "2026-03")
TARGETS = {"net_sales": 1_900_000.0, "visits": 40.0, "complaints": 8.0, "collection_rate": 0.9}
CURVE = {"x": "score", "points": [[60, 0.0], [80, 0.5], [100, 1.0], [120, 1.5]]}


def roster(size: int, seed: int, hired: str = "2020-01-01") -> pd.DataFrame:
    """People in three teams and two regions; every fifth is a joiner of the year."""
    draw = np.random.default_rng(seed)
    table = pd.DataFrame({"participant": [f"e{i:02d}" for i in range(size)]})
    table["name"] = [f"=Name {i}" if i == 3 else f"Name {i}" for i in range(size)]
    table["team"] = [("North", "South", "East")[i % 3] for i in range(size)]
    table["region"] = ["R1" if i % 3 else "R2" for i in range(size)]
    table["role"], table["manager"] = "field_sales", "e00"
    table["hired_on"] = pd.Timestamp(hired)
    table.loc[table.index % 5 == 4, "hired_on"] = pd.Timestamp("2026-01-11")
    table["base_salary"] = draw.integers(60_000, 300_000, size).astype(float)
    table["target_incentive"] = np.round(draw.uniform(9_000, 90_000, size), 2)
    table["commission_rate"] = draw.choice([0.0, 0.01, 0.0125, 0.02333333], size)
    table["difficulty"] = draw.choice([np.nan, 0.9, 1.0, 1.15], size)
    for column in ("left_on", "valid_from", "valid_to"):
        table[column] = pd.NaT
    days = dict.fromkeys(("hired_on", "left_on", "valid_from", "valid_to"), "datetime64[s]")
    return table.astype(days)


def panel(
    people: pd.DataFrame,
    seed: int,
    edits: Mapping[tuple[str, str], float | None] = NO_EDITS,
    money_digits: int = 2,
    scale: float = 1.0,
) -> pd.DataFrame:
    """Actuals by month, quarter and team: random, on edges, blank, zero and negative."""
    draw = np.random.default_rng(seed)
    rows = []
    units = [("individual", who) for who in people["participant"]]
    units += [("team", team) for team in sorted(people["team"].unique())]
    for level, unit in units:
        for period in (*MONTHS, "2026-Q1"):
            for kpi, target in TARGETS.items():
                rows.append(
                    (
                        level,
                        unit,
                        period,
                        kpi,
                        _value(draw, kpi, target, money_digits) * (scale if kpi == "net_sales" else 1),
                    )
                )
            rows.append(
                (level, unit, period, "stock_days", float(draw.choice([5.0, 20.0, 30.0, 44.5, 90.0])))
            )
    table = pd.DataFrame(rows, columns=["level", "participant", "period", "kpi", "value"])
    for (who, kpi), value in edits.items():  # of the last month
        at = (table["participant"] == who) & (table["kpi"] == kpi) & (table["period"] == MONTHS[-1])
        table.loc[at, "value"] = np.nan if value is None else value
    return table.assign(exposure=1.0, missing=np.where(table["value"].isna(), "no_rows_in_period", ""))


def _value(draw: np.random.Generator, kpi: str, target: float, money_digits: int) -> float:
    kind = draw.integers(0, 12)
    if kind == 0:
        return float("nan")
    if kind == 1:
        return 0.0
    if kind == 2 and kpi == "net_sales":
        return -round(target * float(draw.uniform(0, 0.3)), money_digits)
    if kind <= 5:  # on an edge that the rules have
        return float(target * draw.choice([0.5, 0.6, 0.75, 0.8, 0.9, 1.0, 1.2, 1.5]))
    whole = target * float(draw.uniform(0.3, 1.7))
    return round(whole, 0 if target > 1 and kpi != "net_sales" else money_digits + 2 * (kpi != "net_sales"))


def client_targets(people: pd.DataFrame, scale: float = 1.0) -> pd.DataFrame:
    """The client's targets: two people have none, or one that is not above zero."""
    rows = []
    for i, who in enumerate(people["participant"]):
        for period in MONTHS:
            sales = {5: None, 6: 0.0, 7: -100.0}.get(i, TARGETS["net_sales"] * scale * (1 + i / 7))
            if sales is not None:
                rows.append((who, period, "net_sales", round(sales, 2)))
    return pd.DataFrame(rows, columns=["participant", "period", "kpi", "target"])


def ratings(people: pd.DataFrame, seed: int, name: str) -> pd.DataFrame:
    """Ratings of 1 to 5 by self, colleagues and manager; some are missing."""
    draw = np.random.default_rng(seed)
    rows = []
    for i, who in enumerate(people["participant"]):
        for period in MONTHS:
            for rater, kind in ((who, "self"), ("e01", "peer"), ("e02", "peer"), ("e00", "manager")):
                if draw.random() < 0.75 and i != 8:
                    rows.append((who, period, name, rater, kind, float(draw.integers(1, 6)), ""))
    columns = ["participant", "period", "measure", "rater", "kind", "rating", "comment"]
    return pd.DataFrame(rows, columns=columns)


def events(people: pd.DataFrame, seed: int, items: Sequence[str]) -> pd.DataFrame:
    """Events inside the quarter."""
    draw = np.random.default_rng(seed)
    rows = [
        (
            who,
            str(draw.choice(items)),
            float(draw.choice([1.0, 2.0, 7.0])),
            pd.Timestamp("2026-01-05") + pd.Timedelta(days=int(draw.integers(0, 80))),
            "",
        )
        for who in people["participant"]
        for _ in range(3)
    ]
    table = pd.DataFrame(rows, columns=["participant", "item", "quantity", "happened_on", "note"])
    return table.astype({"happened_on": "datetime64[s]"})


def scheme(*measures: dict[str, Any], **more: Any) -> Schemes:
    """One scheme on months."""
    document = {
        "name": "plan",
        "version": "1",
        "title": {"en": "Plan", "zh": "方案"},
        "effective": {"from": dt.date(2020, 1, 1)},
        "score_every": "month",
        "pay_every": "month",
        "currency": "CNY",
        "measures": list(measures),
        "grades": {"A": 90, "B": 80, "C": 60, "D": 0},
        "pay": {"curve": CURVE},
    }
    return Schemes((build_scheme(document | more),), Calendar(), KPIS)


def appraised(
    schemes: Schemes,
    people: pd.DataFrame,
    values: pd.DataFrame,
    targets: pd.DataFrame,
    records: Records = NONE,
) -> Tables:
    """Everything the engine says of a client."""
    frozen = set_targets(schemes, values, targets, people)
    card = score(schemes, values, frozen, people, records)
    scores = grade(schemes, card, records, people)
    paid = statements(schemes, card, scores, people, records)
    steps = score_steps(schemes, card, records, people)
    parts = (paid.payouts, paid.components, paid.adjustments, paid.unpaid)
    return Tables(schemes, people, card, scores, steps, *parts, records=records, client="=Client & <Co>")
