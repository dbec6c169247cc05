"""The KPI panel: every KPI measured from source rows for each participant, team, region and period.

Nothing is ever added up from other panel rows: distinct customers do not add, and rates do not average.
KPIs that share a table, a date column and an owner column are measured in one scan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from toolkit.catalogue.kpi import Aggregate, Kpi
from toolkit.data.engagement import Engagement
from toolkit.data.kpis import Measurable, check_kpis
from toolkit.data.panel.cells import cells_of, register
from toolkit.data.panel.given import given_values
from toolkit.data.panel.scan import Scan, measured_parts, scan_of
from toolkit.data.panel.spine import KEY, LEVELS, spine
from toolkit.data.sql import adds, divides
from toolkit.errors import DataError, Problems

COLUMNS = [
    "participant", "level", "period", "kpi", "numerator", "denominator", "value", "exposure", "rows",
    "missing",
]  # fmt: skip


def measure(
    client: Engagement, kpis: Iterable[str] | None = None, grains: Iterable[str] | None = None
) -> pd.DataFrame:
    """Measure KPIs for every whole period that the engagement covers.

    Parameters
    ----------
    client : Engagement
    kpis : iterable of str, optional
        KPI ids; those of the schemes and of `measure:` in `engagement.yaml` by default.
    grains : iterable of str, optional
        month, quarter, half, year; months and quarters (named periods: quarters) and what the schemes
        score and pay by default.

    Returns
    -------
    DataFrame
        participant, level (individual, team, region, company), period, kpi, numerator, denominator, value,
        exposure (share of the period's days employed; for a group the sum of its people's), rows (source
        rows that the numerator used), missing (why there is no value: zero_denominator, cohort_open,
        no_rows_in_period, not_additive, not_employed).

    Raises
    ------
    DataError
        A KPI that is unknown or that the client's data cannot measure; a grain that the calendar does
        not have.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    >>> panel = tk.measure(client, ["net_sales"], ["quarter"])
    >>> sorted(panel["level"].unique())
    ['company', 'individual', 'region', 'team']
    """
    chosen = list(dict.fromkeys(kpis if kpis is not None else client.measured))
    wanted = list(dict.fromkeys(grains if grains is not None else _default_grains(client)))
    given = frozenset(client.kpi_values["kpi"])
    _check(client, chosen, wanted, given)
    periods = pd.concat(
        [client.calendar.between(client.start, client.end, g) for g in wanted or client.calendar.grains[:1]],
        ignore_index=True,
    )
    rows = spine(client.participants, periods)
    defined = [client.kpis[k] for k in chosen if k not in given]
    cells = cells_of(client.participants, periods)
    register(client.database, cells)
    parts = measured_parts(client.database, client.relations, cells, defined)
    frames = [_kpi_rows(kpi, parts, rows, periods, client) for kpi in defined]
    frames += [given_values(client, kpi, rows, periods) for kpi in chosen if kpi in given]
    frames = frames or [_nothing(rows)]
    return _in_order(pd.concat(frames, ignore_index=True)[COLUMNS], chosen)


def _default_grains(client: Engagement) -> list[str]:
    used = {g for s in client.schemes for g in (s.score_every, s.pay_every)} | {"month", "quarter"}
    return [g for g in client.calendar.grains if g in used]


def _check(client: Engagement, kpis: list[str], grains: list[str], given: frozenset[str]) -> None:
    problems = Problems()
    for grain in grains:
        if grain not in client.calendar.grains:
            known = ", ".join(client.calendar.grains)
            problems.add("data.unknown_grain", column="grains", value=grain, known=known)
    able = Measurable(client.database, client.kpis, client.filled, client.relations, given)
    check_kpis(kpis, able, lambda name: {"column": f"kpis.{name}"}, problems)
    problems.raise_as(DataError)


def _nothing(rows: pd.DataFrame) -> pd.DataFrame:
    numbers: dict[str, float] = dict.fromkeys(["numerator", "denominator", "value"], np.nan)
    return rows.iloc[:0].assign(kpi="", rows=0, missing="", **numbers)


def _in_order(panel: pd.DataFrame, kpis: list[str]) -> pd.DataFrame:
    order = {
        "level": panel["level"].map({level: i for i, level in enumerate(LEVELS)}),
        "kpi": panel["kpi"].map({kpi: i for i, kpi in enumerate(kpis)}),
    }
    keys = panel[["participant", "period"]].assign(**order)
    return panel.loc[keys.sort_values(["level", "participant", "kpi", "period"]).index].reset_index(drop=True)


def _kpi_rows(
    kpi: Kpi,
    parts: Mapping[tuple[Scan, str], pd.DataFrame],
    rows: pd.DataFrame,
    periods: pd.DataFrame,
    client: Engagement,
) -> pd.DataFrame:
    assert kpi.numerator is not None  # checked before
    sides = [part for part in (kpi.numerator, kpi.denominator) if part is not None]
    measured = [parts[scan_of(part), part.sql] for part in sides]
    keys = pd.concat([rows[KEY], *(m[KEY] for m in measured)]).drop_duplicates()
    whole = keys.merge(rows, on=KEY, how="left").assign(kpi=kpi.kpi)
    whole["exposure"] = whole["exposure"].fillna(0.0)
    numerator, used, missing = _filled(whole, measured[0], kpi.numerator, kpi)
    denominator: np.ndarray = np.full(len(whole), np.nan)
    value = numerator
    if kpi.denominator is not None:
        denominator, _, missing_below = _filled(whole, measured[1], kpi.denominator, kpi)
        missing = np.where(missing == "", missing_below, missing)
        value = np.divide(numerator, denominator, out=np.full(len(whole), np.nan), where=denominator != 0)
        missing[(denominator == 0) & (missing == "")] = "zero_denominator"
    if kpi.kind == "cohort":
        ends = whole["period"].map(periods.set_index("period")["end"]) + pd.Timedelta(days=kpi.within_days)
        missing[(ends > pd.Timestamp(client.end)).to_numpy()] = "cohort_open"
    value = np.where(missing == "", value, np.nan)
    return whole.assign(numerator=numerator, denominator=denominator, value=value, rows=used, missing=missing)


def _filled(
    whole: pd.DataFrame, part: pd.DataFrame, aggregate: Aggregate, kpi: Kpi
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A part's values on the panel's rows, the source rows used, and why a value is missing.

    Over no rows a sum or count is 0 for who is employed, if the table has any row in the period at all.
    """
    values = whole[KEY].merge(part, on=KEY, how="left")
    value = values["value"].to_numpy(dtype=float).copy() + 0.0  # no negative zero
    alive = set(part.loc[part["level"] == "company", "period"])
    silent = ~whole["period"].isin(alive).to_numpy() & (not aggregate.opened)
    own = values["any_rows"].notna().to_numpy()
    away = ~own & ~(whole["exposure"] > 0).to_numpy()
    if adds(aggregate.sql):
        value[np.isnan(value) & ~silent & ~away] = 0.0
    unmeasured = "zero_denominator" if divides(aggregate.sql) else "no_rows_in_period"
    why = np.select(
        [silent, away, own], ["no_rows_in_period", "not_employed", unmeasured], "no_rows_in_period"
    )
    missing = np.where(np.isnan(value), why, "").astype(object)
    return value, values["rows"].fillna(0).to_numpy(dtype="int64"), missing
