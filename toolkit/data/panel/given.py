"""KPIs that a client supplies as values, month by month: only those marked additive are ever added."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.data.panel.spine import COMPANY, KEY, UNASSIGNED, spine
from toolkit.periods import grain_of
from toolkit.scheme.coverage import employment

_PARTS = ["numerator", "denominator"]


def given_values(client: Engagement, kpi: str, rows: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Panel rows of a KPI from `kpi_values`.

    A value with numerator and denominator is their ratio, and both add over people and periods; a value
    marked `additive: yes` adds itself; any other value stands only where the client gave it. A sum over
    periods stands where every period is there in which the participant was employed.

    Parameters
    ----------
    rows : DataFrame
        level, participant, period, exposure: the panel's rows (see `spine`).
    periods : DataFrame
        period, grain, start, end: those to be measured.
    """
    given = client.kpi_values[client.kpi_values["kpi"] == kpi]
    has_parts = bool(given["denominator"].notna().all())
    top = given["numerator"] if has_parts else given["value"]
    base = given[["participant", "period"]].assign(
        level=_levels(client.participants, given["participant"]),
        numerator=top.astype("float64"),
        denominator=given["denominator"].astype("float64"),
    )
    known = base
    adds = has_parts or bool((given["additive"] == "yes").all())
    if adds:
        known = _first(known, _grouped(client, base))
        for grain in ("quarter", "half", "year"):
            known = _first(known, _coarser(client, known, grain))
    known = known[known["period"].isin(periods["period"])]
    keys = pd.concat([rows[KEY], known[KEY]]).drop_duplicates()
    whole = keys.merge(rows, on=KEY, how="left").merge(known, on=KEY, how="left")
    whole["exposure"] = whole["exposure"].fillna(0.0)
    top_, bottom = whole["numerator"].to_numpy(dtype=float), whole["denominator"].to_numpy(dtype=float)
    value = np.divide(top_, bottom, out=np.full(len(whole), np.nan), where=bottom != 0) if has_parts else top_
    absent = np.where(bottom == 0, "zero_denominator", "no_rows_in_period")
    if not adds:  # where the client gave some of the kind, months of people for one, a gap is a gap
        kinds = set(zip(base["level"], base["period"].map(grain_of), strict=True))
        asked = [kind in kinds for kind in zip(whole["level"], whole["period"].map(grain_of), strict=True)]
        absent = np.where(asked, absent, "not_additive")
    missing = np.where(np.isnan(value), absent, "")
    return whole.assign(
        kpi=kpi, value=value, missing=missing, rows=whole["numerator"].notna().astype("int64")
    )


def _first(known: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """What the client gave stands before what is added up."""
    columns = [*KEY, *_PARTS]
    return pd.concat([known[columns], more[columns]], ignore_index=True).drop_duplicates(KEY)


def _levels(people: pd.DataFrame, participant: pd.Series) -> np.ndarray:
    """Whose value it is: a person's, or that of a team, a region or the company."""
    held = [participant.isin(people[column].dropna()) for column in ("participant", "team", "region")]
    return np.select(held, ["individual", "team", "region"], "company")


def _grouped(client: Engagement, rows: pd.DataFrame) -> pd.DataFrame:
    """People's values added for the team and region they belong to on their last day in the period."""
    own = rows[rows["level"] == "individual"]
    names = sorted(own["period"].unique())
    bounds = [client.calendar.bounds(name) for name in names]
    periods = pd.DataFrame(
        {
            "period": names,
            "grain": [grain_of(n) for n in names],
            "start": [b[0] for b in bounds],
            "end": [b[1] for b in bounds],
        }
    )
    people = employment(client.participants, periods)[["participant", "period", "team", "region"]]
    joined = own[["participant", "period", *_PARTS]].merge(people, on=["participant", "period"], how="left")
    joined = joined.assign(
        team=joined["team"].fillna(UNASSIGNED), region=joined["region"].fillna(UNASSIGNED), company=COMPANY
    )
    groups = []
    for level in ("team", "region", "company"):
        summed = joined.groupby([level, "period"], as_index=False)[_PARTS].sum(min_count=1)
        groups.append(summed.rename(columns={level: "participant"}).assign(level=level))
    return pd.concat(groups, ignore_index=True)


def _coarser(client: Engagement, rows: pd.DataFrame, grain: str) -> pd.DataFrame:
    """Months added to a quarter, quarters to a year, where all are there that there should be."""
    whole = [rows.iloc[:0]]
    grains = list(client.calendar.grains)
    if grain in grains:
        coarse = client.calendar.between(client.start, client.end, grain)["period"]
        for fine in grains[: grains.index(grain)]:
            within = {p: big for big in coarse for p in client.calendar.contains(big, fine)}
            whole.append(_added(client, rows, within, fine))
    return pd.concat(whole, ignore_index=True)


def _added(client: Engagement, rows: pd.DataFrame, within: dict[str, str], fine: str) -> pd.DataFrame:
    periods = client.calendar.between(client.start, client.end, fine)
    due = spine(client.participants, periods[periods["period"].isin(list(within))])
    there = rows[rows["period"].isin(list(within))]
    both = due[KEY].merge(there, on=KEY, how="outer", indicator="from")
    both = both.assign(period=both["period"].map(within), absent=both["from"] == "left_only")
    summed = both.groupby(KEY, as_index=False).agg(
        numerator=("numerator", "sum"), denominator=("denominator", "sum"), absent=("absent", "any")
    )
    return summed[~summed["absent"]]
