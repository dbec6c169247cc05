"""A firm in which nothing is wrong: people differ, targets are fair, months are noisy, tables are whole."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit.documents import load_document, write_document

HERE = Path(__file__).parent
PEOPLE, MONTHS = 36, 24
GROWTH = 0.08  # of potentials, and so of targets and results, in a year
# KPI → median of its attainment, lasting spread between people, spread of a month, size of a monthly target.
# The lighter a measure, the more its attainment spreads, so that weights act as they stand.
BY_SCORE = {
    "net_sales": (1.03, 0.14, 0.16, 200_000),
    "new_customers": (1.03, 0.16, 0.20, 40),
    "visits": (0.99, 0.20, 0.20, 0),
    "opportunities_created": (1.0, 0.24, 0.26, 60),
    "service_score": (1.01, 0.06, 0.05, 0),
    "knowledge_mastery": (1.01, 0.11, 0.10, 0),
}
BY_MEASURE = {
    "net_sales": (1.01, 0.20, 0.14, 200_000),
    "gross_margin": (1.01, 0.22, 0.18, 60_000),
    "new_customers": (1.01, 0.22, 0.20, 40),
    "visits": (1.02, 0.30, 0.22, 0),
    "service_score": (1.01, 0.11, 0.08, 0),
    "knowledge_mastery": (1.01, 0.11, 0.08, 0),
}
SHAPES = {"core": BY_SCORE, "cn": BY_SCORE, "intl": BY_MEASURE}
SELLING = ("net_sales", "gross_margin", "new_customers")  # one talent is behind them, in part
COUNTED = ("new_customers", "visits", "opportunities_created")
RATED = ("service_score", "knowledge_mastery")


def firm(folder: Path, pack: str, seed: int = 7) -> Path:
    """Write the engagement whose only scheme is the pack's fixture."""
    draw = np.random.default_rng(seed)
    scheme = load_document(HERE / f"{pack}.yaml").data
    kpis = [m["kpi"] for m in scheme["measures"]]
    fixed = {m["kpi"]: m["target"]["fixed"] for m in scheme["measures"] if m["target"] != "table"}
    values, targets = _history(draw, SHAPES[pack], fixed)
    (folder / "schemes").mkdir(parents=True)
    shutil.copy(HERE / f"{pack}.yaml", folder / "schemes" / f"{pack}.yaml")
    tables = {"participants": _roster(), "kpi_values": values, "targets": targets}
    for name, rows in tables.items():
        _write(folder / "data" / f"{name}.csv", rows)
    first, second = kpis[0], kpis[1]
    document: dict[str, Any] = {
        "name": "impeccable",
        "client": {"en": "Impeccable Ltd", "zh": "无可挑剔公司"},
        "language": "en",
        "currency": scheme["currency"],
        "covers": {"from": dt.date(2024, 7, 1), "to": dt.date(2026, 6, 30)},
        "objectives": [
            {"text": {"en": "Grow sales", "zh": "销售增长"}, "weight": 0.6, "kpi": first},
            {"text": {"en": "Win new customers", "zh": "开发新客户"}, "weight": 0.4, "kpi": second},
        ],
        "tables": {name: {"file": f"data/{name}.csv"} for name in tables},
    }
    write_document(document, folder / "engagement.yaml")
    return folder


def _roster() -> list[dict[str, object]]:
    return [
        {
            "participant": f"p{at:02d}",
            "name": f"Person {at}",
            "team": f"T{at % 6}",
            "region": "Coast",
            "role": "field_sales",
            "hired_on": "2019-01-01",
            "base_salary": 96_000,
            "target_incentive": 60_000,
        }
        for at in range(PEOPLE)
    ]


def _history(
    draw: np.random.Generator, shapes: dict[str, tuple[float, float, float, float]], fixed: dict[str, float]
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Each person's months: attainment = level × own × common × noise; targets follow potentials."""
    months = pd.period_range("2024-07", periods=MONTHS, freq="M").astype(str)
    grown = (1 + GROWTH) ** (np.arange(MONTHS) / 12)
    apart = _apart(draw, len(shapes) + 2)
    potential, talent = np.exp(0.25 * apart[0]), apart[1]
    values: list[dict[str, object]] = []
    targets: list[dict[str, object]] = []
    for own_part, (kpi, (level, between, within, size)) in zip(apart[2:], shapes.items(), strict=True):
        shared = 0.7 if kpi in SELLING else 0.0
        own = np.exp(between * (shared * talent + np.sqrt(1 - shared**2) * own_part))
        common = np.exp(draw.normal(0, 0.02, MONTHS))
        reached = level * own[:, None] * common * np.exp(draw.normal(0, within, (PEOPLE, MONTHS)))
        due = np.full((PEOPLE, MONTHS), fixed[kpi]) if kpi in fixed else size * potential[:, None] * grown
        for at, t in np.ndindex(PEOPLE, MONTHS):
            row = {"participant": f"p{at:02d}", "period": months[t], "kpi": kpi}
            target = round(float(due[at, t]), 0 if kpi in COUNTED else 2)
            values.append({**row, **_value(kpi, target, float(reached[at, t]), draw), "additive": "yes"})
            if kpi not in fixed:
                targets.append({**row, "target": target})
    return values, targets


def _apart(draw: np.random.Generator, n: int) -> np.ndarray:
    """So many traits of people, of variance 1 and not correlated even by chance."""
    raw = draw.normal(size=(PEOPLE, n))
    found, _ = np.linalg.qr(raw - raw.mean(axis=0))
    return found.T * np.sqrt(PEOPLE)


def _value(kpi: str, target: float, reached: float, draw: np.random.Generator) -> dict[str, object]:
    """A sum or a count; of a rating the sum of the answers and their number."""
    if kpi not in RATED:
        return {
            "value": round(target * reached, 0 if kpi in COUNTED else 2),
            "numerator": "",
            "denominator": "",
        }
    answers = int(draw.integers(12, 25))
    most = 10 if kpi == "service_score" else 100
    return {"value": "", "numerator": round(min(target * reached, most) * answers, 1), "denominator": answers}


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
