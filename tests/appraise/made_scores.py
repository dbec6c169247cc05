"""Scores with a planted truth: the example's scheme, people of known lasting levels, months of luck."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from toolkit.scheme.example import example_schemes
from toolkit.scheme.scheme import Schemes

SCHEME = "field_sales@2026-01"
MEASURES = {"revenue": "net_sales", "visits": "visits", "satisfaction": "customer_satisfaction"}
MONTHS = tuple(f"2026-{m:02d}" for m in range(1, 13))


def schemes_with(**changed: Any) -> Schemes:
    """The example's scheme with other fields."""
    every = example_schemes()
    scheme = dataclasses.replace(every["field_sales"], **changed)
    return Schemes((scheme,), every.calendar, every.kpis)


def roster(people: int, teams: int = 2, **columns: Any) -> pd.DataFrame:
    """p00, p01, ... in teams T0, T1, ... by turns, employed all along."""
    table = pd.DataFrame({"participant": [f"p{i:02d}" for i in range(people)]})
    table["team"] = [f"T{i % teams}" for i in range(people)]
    table = table.assign(name=table["participant"], region="R", role="field_sales", **columns)
    table["hired_on"] = pd.Timestamp("2020-01-01")
    table[["left_on", "valid_from", "valid_to"]] = pd.NaT
    return table.astype(dict.fromkeys(("hired_on", "left_on", "valid_from", "valid_to"), "datetime64[s]"))


def scores_of(table: np.ndarray, months: tuple[str, ...] = MONTHS) -> pd.DataFrame:
    """Rows of people, columns of months → scores of the months and, as their mean, of the quarters."""
    wide = pd.DataFrame(table, columns=list(months[: table.shape[1]]))
    for quarter in range(1, table.shape[1] // 3 + 1):
        wide[f"2026-Q{quarter}"] = wide[list(months[3 * quarter - 3 : 3 * quarter])].mean(axis=1)
    wide.index = pd.Index([f"p{i:02d}" for i in range(len(wide))], name="participant")
    rows = wide.reset_index().melt("participant", var_name="period", value_name="score")
    rows = rows.assign(scheme=SCHEME, points_total=rows["score"], adjustment=0.0)
    rows["grade"] = np.where(rows["score"] >= 80, "B", "D")
    rows["rank"] = rows.groupby("period")["score"].rank(ascending=False, method="min").astype("Int64")
    return rows.dropna(subset=["score"])


def card_of(scores: pd.DataFrame, **attainments: pd.Series | float) -> pd.DataFrame:
    """A scorecard of the three measures; attainment and score ÷ 100 follow the score unless given."""
    parts = []
    for measure, kpi in MEASURES.items():
        part = scores[["scheme", "participant", "period", "score"]].copy()
        part["attainment"] = attainments.get(measure, part["score"] / 100)
        parts.append(part.assign(measure=measure, kpi=kpi, missing="", exposure=1.0, level="individual"))
    return pd.concat(parts, ignore_index=True)


def steady(
    people: int = 12, months: int = 12, spread: float = 10.0, noise: float = 3.0, seed: int = 1
) -> Any:
    """Levels 80 ± spread, one a person and rising with the number, and luck of so much a month."""
    lasting = 80 + spread * np.linspace(-1.5, 1.5, people)
    return lasting[:, None] + np.random.default_rng(seed).normal(0, noise, (people, months))
