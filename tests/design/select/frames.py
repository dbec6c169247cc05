"""A client with two objectives, and screening tables made by hand: every number of the tests is seen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd

from toolkit.catalogue.kpi import Kpi
from toolkit.catalogue.load import load_catalogue
from toolkit.data.spec import Objective

OBJECTIVES = (
    Objective({"en": "Grow revenue", "zh": "提高销售额"}, 0.5, "net_sales"),
    Objective({"en": "Win customers", "zh": "赢得客户"}, 0.25),
)
TEST = {"grain": "month", "low": 0.0, "high": 0.0, "level": 0.9, "verdict": "ok", "why": ""}


def kpis(*names: str) -> dict[str, Kpi]:
    """KPIs of the catalogue by id."""
    every = load_catalogue()
    return {name: every[name] for name in names}


def screened(*rows: dict[str, Any]) -> pd.DataFrame:
    """Rows of a screening; what is not given is harmless."""
    columns = ["kpi", "test", "value", *TEST, "share_place", "share_period"]
    return pd.DataFrame([{**TEST, **row} for row in rows], columns=columns)


def pairs(*rows: tuple[str, str, float, str]) -> pd.DataFrame:
    """kpi_a, kpi_b, overall, verdict."""
    return pd.DataFrame(rows, columns=["kpi_a", "kpi_b", "overall", "verdict"]).astype({"overall": float})


def answered(*rows: tuple[str, str, float, float, float]) -> pd.DataFrame:
    """kpi, question, mean, low, high at 90 %."""
    return pd.DataFrame(rows, columns=["kpi", "question", "mean", "low", "high"]).assign(level=0.9)


def screening(test_rows: pd.DataFrame, pair_rows: pd.DataFrame) -> Any:
    """As much of a screening as the choice reads."""
    return SimpleNamespace(tests=test_rows, pairs=pair_rows)
