"""Where a gap in sales comes from: how much is done, how much of it succeeds, how large a deal is."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

SALES = "average_deal_size"  # its numerator is the sales, its denominator the deals won
ACTIVITIES = ("visits", "calls", "follow_ups", "opportunities_created")
STEPS = ("activity", "conversion", "ticket")
FEWEST = 6  # people, so that a best third is more than one person


def funnel(
    panel: pd.DataFrame, people: Iterable[str], periods: Iterable[str], activity: str | None = None
) -> pd.DataFrame:
    """Sales per time employed as activity × conversion × deal size, each against the best third.

    ln(sales ÷ sales of the best third) = ln(activity) + ln(deals won ÷ activity) + ln(sales ÷ deals won),
    each relative to the best third's geometric mean, so the three add up exactly.

    Parameters
    ----------
    panel : DataFrame
        Contract `panel`; needs `average_deal_size` and one of visits, calls, follow_ups,
        opportunities_created at individual level.
    people : iterable of str
        Comparable participants.
    periods : iterable of str
        Periods that do not overlap, such as the last twelve months.
    activity : str, optional
        The KPI of activity; the first of those above that the panel has.

    Returns
    -------
    DataFrame
        participant, kpi (the activity), total, activity, conversion, ticket (logs against the best third),
        weakest (the step that pulls most; blank where sales are not below); no rows where the KPIs are not
        measured or fewer than six people have sales and activity.

    Examples
    --------
    >>> rows = [(f"p{i}", "visits", 40.0 + i, np.nan) for i in range(6)]
    >>> rows += [(f"p{i}", "average_deal_size", 1000.0 * (i + 1), 5.0) for i in range(6)]
    >>> panel = pd.DataFrame(rows, columns=["participant", "kpi", "numerator", "denominator"])
    >>> panel = panel.assign(level="individual", period="2026-01", exposure=1.0)
    >>> funnel(panel, [f"p{i}" for i in range(6)], ["2026-01"])["weakest"].tolist()
    ['ticket', 'ticket', 'ticket', 'ticket', 'ticket', '']
    """
    mine = panel["participant"].isin(list(people)) & panel["period"].isin(list(periods))
    rows = panel[mine & (panel["level"] == "individual")]
    measured = set(rows["kpi"])
    chosen = activity or next((k for k in ACTIVITIES if k in measured), None)
    if chosen is None or not {chosen, SALES} <= measured:
        return _none()
    sold, acted = (rows[rows["kpi"] == kpi].groupby("participant") for kpi in (SALES, chosen))
    table = sold[["numerator", "denominator", "exposure"]].sum()
    table = table.assign(done=acted["numerator"].sum()).fillna(0.0).astype(float)
    table = table[(table > 0).all(axis=1)]
    if len(table) < FEWEST:
        return _none()
    logs = _logs(table)
    best = logs["total"].nlargest(math.ceil(len(logs) / 3)).index
    logs = logs - logs.loc[best].mean()
    weakest = logs[list(STEPS)].idxmin(axis=1).where(logs["total"] < 0, "")
    found = logs.assign(kpi=chosen, weakest=weakest).rename_axis("participant").reset_index()
    return found[["participant", "kpi", "total", *STEPS, "weakest"]].sort_values(
        "participant", ignore_index=True
    )


def _logs(table: pd.DataFrame) -> pd.DataFrame:
    """Sales per time employed, and the three steps that multiply to it."""
    return pd.DataFrame(
        {
            "total": np.log(table["numerator"] / table["exposure"]),
            "activity": np.log(table["done"] / table["exposure"]),
            "conversion": np.log(table["denominator"] / table["done"]),
            "ticket": np.log(table["numerator"] / table["denominator"]),
        }
    )


def shares(table: pd.DataFrame) -> dict[str, float]:
    """What each step contributes to the gap of all who are below the best third, together; sums to 1.

    Parameters
    ----------
    table : DataFrame
        As `funnel` gives it.

    Returns
    -------
    dict
        step → share; negative where that step is better than the best third's; empty without a gap.

    Examples
    --------
    >>> columns = ["total", "activity", "conversion", "ticket", "weakest"]
    >>> shares(pd.DataFrame([(-1.0, -0.25, -0.75, 0.0, "conversion")], columns=columns))
    {'activity': 0.25, 'conversion': 0.75, 'ticket': 0.0}
    """
    below = table.loc[table["weakest"] != "", ["total", *STEPS]].sum()
    if not below["total"] < 0:
        return {}
    return {
        step: float(below[step] / below["total"]) + 0.0 for step in STEPS
    }  # + 0.0: no minus before a zero


def _none() -> pd.DataFrame:
    return pd.DataFrame(columns=["participant", "kpi", "total", *STEPS, "weakest"])
