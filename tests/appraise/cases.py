"""Small rosters, panels and schemes for the tests of this folder."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from tests.scheme.documents import KPIS
from toolkit.periods import Calendar
from toolkit.scheme import Schemes, build_scheme

NO_TARGETS = pd.DataFrame({"participant": [], "period": [], "kpi": [], "target": []}).astype(
    {"participant": "str", "period": "str", "kpi": "str"}
)


def people(
    rows: list[tuple[str, str, str]],
    *,
    hired: str = "2020-01-01",
    left: str | None = None,
    moves: str | None = None,
    incentive: float | None = 48000.0,
    rate: float | None = 0.02,
) -> pd.DataFrame:
    """A roster of (participant, team, region); a second row of a person holds from `moves` on."""
    table = pd.DataFrame(rows, columns=["participant", "team", "region"]).assign(
        role="field_sales",
        hired_on=pd.Timestamp(hired),
        left_on=pd.Timestamp(left) if left else pd.NaT,
        target_incentive=incentive,
        commission_rate=rate,
        valid_from=pd.NaT,
        valid_to=pd.NaT,
    )
    days = dict.fromkeys(("hired_on", "left_on", "valid_from", "valid_to"), "datetime64[s]")
    table = table.astype(days | {"target_incentive": "float64", "commission_rate": "float64"})
    again = table.duplicated("participant")
    if moves:
        table.loc[again, "valid_from"] = pd.Timestamp(moves)
        table.loc[table["participant"].isin(table.loc[again, "participant"]) & ~again, "valid_to"] = (
            pd.Timestamp(moves) - pd.Timedelta(days=1)
        )
    return table


def panel(
    rows: list[tuple[Any, ...]], level: str = "individual", missing: str = "no_rows_in_period"
) -> pd.DataFrame:
    """A panel of (participant, period, kpi, value[, exposure])."""
    full = [(*row, 1.0) if len(row) == 4 else row for row in rows]
    table = pd.DataFrame(full, columns=["participant", "period", "kpi", "value", "exposure"]).assign(
        level=level
    )
    table["value"] = table["value"].astype("float64")
    return table.assign(missing=np.where(table["value"].isna(), missing, ""))


def targets(rows: list[tuple[str, str, str, float]]) -> pd.DataFrame:
    """The client's targets table."""
    return pd.DataFrame(rows, columns=["participant", "period", "kpi", "target"])


def measure(
    name: str, kpi: str, weight: float, target: Any, scoring: Any = None, **more: Any
) -> dict[str, Any]:
    """A measure as plain data, scored in proportion unless said otherwise."""
    scoring = scoring or {"proportional": {"from": 0.6, "cap": 1.2}}
    return {"name": name, "kpi": kpi, "weight": weight, "target": target, "scoring": scoring} | more


def schemes(*measures: dict[str, Any], calendar: Calendar | None = None, **more: Any) -> Schemes:
    """One scheme from 2020 on with these measures."""
    document = {
        "name": "plan",
        "version": "1",
        "title": {"en": "Plan"},
        "effective": {"from": dt.date(2020, 1, 1)},
        "score_every": "month",
        "pay_every": "quarter",
        "currency": "CNY",
        "measures": list(measures),
        "grades": {"A": 90, "B": 80, "C": 60, "D": 0},
        "pay": {"curve": {"x": "score", "points": [[60, 0.0], [80, 0.5], [100, 1.0], [120, 1.5]]}},
    }
    return Schemes((build_scheme(document | more),), calendar or Calendar(), KPIS)
