"""Two people, two months: the smallest data for docstrings and first steps, beside `scheme.example`."""

from __future__ import annotations

import numpy as np
import pandas as pd


def example_roster() -> pd.DataFrame:
    """Participants: p1 all along, p2 hired in the middle of February 2026.

    Examples
    --------
    >>> example_roster()["participant"].tolist()
    ['p1', 'p2']
    """
    people = pd.DataFrame(
        {
            "participant": ["p1", "p2"],
            "name": ["Lin Yue", "Zhao Ming"],
            "team": ["North", "North"],
            "region": ["N", "N"],
            "role": ["field_sales", "field_sales"],
            "hired_on": pd.to_datetime(["2020-03-01", "2026-02-15"]),
            "base_salary": [120000.0, 96000.0],
            "target_incentive": [48000.0, 36000.0],
            "commission_rate": [0.02, 0.02],
        }
    )
    people[["left_on", "valid_from", "valid_to"]] = pd.NaT
    return people.astype(
        {"left_on": "datetime64[s]", "valid_from": "datetime64[s]", "valid_to": "datetime64[s]"}
    )


def example_panel() -> pd.DataFrame:
    """Individual actuals of January, February and the first quarter of 2026.

    Examples
    --------
    >>> example_panel().query("participant == 'p1' and period == '2026-Q1'")["value"].tolist()
    [330000.0, 114.0, 8.2]
    """
    rows = [
        ("p1", "2026-01", (90000.0, 38.0, 8.4)),
        ("p1", "2026-02", (120000.0, 40.0, 8.0)),
        ("p1", "2026-Q1", (330000.0, 114.0, 8.2)),
        ("p2", "2026-02", (40000.0, 20.0, np.nan)),
        ("p2", "2026-Q1", (135000.0, 60.0, 7.0)),
    ]
    kpis = ("net_sales", "visits", "customer_satisfaction")
    exposure = {("p2", "2026-02"): 0.5, ("p2", "2026-Q1"): 0.5}
    cells = [
        (who, "individual", period, kpi, value, exposure.get((who, period), 1.0))
        for who, period, values in rows
        for kpi, value in zip(kpis, values, strict=True)
    ]
    panel = pd.DataFrame(cells, columns=["participant", "level", "period", "kpi", "value", "exposure"])
    return panel.assign(missing=np.where(panel["value"].isna(), "zero_denominator", ""))


def example_targets() -> pd.DataFrame:
    """The client's monthly sales targets of the first quarter of 2026.

    Examples
    --------
    >>> example_targets().groupby("participant")["target"].sum().tolist()
    [300000.0, 150000.0]
    """
    rows = [("p1", f"2026-{m:02d}", 100000.0) for m in (1, 2, 3)] + [
        ("p2", "2026-02", 50000.0),
        ("p2", "2026-03", 100000.0),
    ]
    table = pd.DataFrame(rows, columns=["participant", "period", "target"])
    return table.assign(kpi="net_sales")[["participant", "period", "kpi", "target"]]
