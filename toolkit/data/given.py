"""KPIs that a client supplies as values, month by month: only those marked additive are ever added."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.data.load import Engagement
from toolkit.periods import grain_of

_KEY = ["level", "participant", "period"]


def given_values(client: Engagement, kpi: str, spine: pd.DataFrame) -> pd.DataFrame:
    """Panel rows of a KPI from `kpi_values`.

    A value with numerator and denominator is their ratio, and both add over people and months; a value marked
    `additive: yes` adds itself; any other value stands only where the client gave it.
    """
    given = client.kpi_values[client.kpi_values["kpi"] == kpi]
    given = given.assign(grain=[grain_of(p) for p in given["period"]])
    has_parts = bool(given["denominator"].notna().all())
    top = given["numerator"] if has_parts else given["value"]
    given = given.assign(numerator=top.astype(float), denominator=given["denominator"].astype(float), level="individual")
    rows = [given]
    if has_parts or (given["additive"] == "yes").all():
        rows += [_coarser(client, given, grain) for grain in ("quarter", "half", "year")]
        teams = _teams(client)
        for level in ("team", "region", "company"):
            rows += [_grouped(pd.concat(rows[:4]), teams, level)]
    known = pd.concat(rows)[[*_KEY, "numerator", "denominator"]].drop_duplicates(_KEY)
    whole = spine.merge(known, on=_KEY, how="left").assign(kpi=kpi, rows=0)
    bottom = whole["denominator"].to_numpy() if has_parts else np.ones(len(whole))
    zero = bottom == 0
    value = np.divide(whole["numerator"].to_numpy(), bottom, out=np.full(len(whole), np.nan), where=~zero)
    missing = np.where(zero, "zero_denominator", np.where(np.isnan(value), "no_rows_in_period", ""))
    return whole.assign(value=value, missing=missing, rows=whole["numerator"].notna().astype("int64"))


def _coarser(client: Engagement, given: pd.DataFrame, grain: str) -> pd.DataFrame:
    """Months added to a quarter where every month is there."""
    months = given[given["grain"] == "month"]
    if months.empty or grain not in client.calendar.grains:
        return given.iloc[:0]
    within = {p: client.calendar.within(p, grain) for p in months["period"].unique()}
    summed = months.assign(period=months["period"].map(within)).groupby(["level", "participant", "period"], as_index=False).agg(
        numerator=("numerator", "sum"), denominator=("denominator", "sum"), n=("kpi", "size")
    )  # fmt: skip
    whole = summed["period"].map(lambda p: len(client.calendar.contains(p, "month")))
    return summed[summed["n"] == whole]


def _teams(client: Engagement) -> pd.DataFrame:
    """Each person's latest team and region."""
    latest = client.participants.sort_values("valid_from", na_position="first").groupby("participant").last()
    return latest[["team", "region"]].fillna("unassigned").assign(company="all").reset_index()


def _grouped(rows: pd.DataFrame, teams: pd.DataFrame, level: str) -> pd.DataFrame:
    joined = rows.merge(teams, on="participant", how="left")
    summed = joined.groupby([level, "period"], as_index=False)[["numerator", "denominator"]].sum(min_count=1)
    return summed.rename(columns={level: "participant"}).assign(level=level)
