"""The KPI panel: every KPI measured from source rows for each participant, team, region and period.

Nothing is ever added up from other panel rows: distinct customers do not add, and rates do not average. KPIs that
share a table, a date column and an owner column are measured in one scan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlglot
from ibis.backends.duckdb import Backend
from sqlglot import exp

from toolkit.catalogue.kpi import Aggregate, Kpi
from toolkit.data.convert import ident
from toolkit.data.given import given_values
from toolkit.data.load import Engagement
from toolkit.data.sql import parse_aggregate
from toolkit.scheme.coverage import employment

COLUMNS = ["participant", "level", "period", "kpi", "numerator", "denominator", "value", "exposure", "rows", "missing"]
UNASSIGNED = "unassigned"
COMPANY = "all"
_KEY = ["level", "participant", "period"]


def measure(client: Engagement, kpis: Iterable[str] | None = None, grains: Iterable[str] | None = None) -> pd.DataFrame:
    """Measure KPIs for every whole period that the engagement covers.

    Parameters
    ----------
    client : Engagement
    kpis : iterable of str, optional
        KPI ids; those of the schemes and of `measure:` in `engagement.yaml` by default.
    grains : iterable of str, optional
        month, quarter, half, year; months and quarters (named periods: quarters) and what the schemes score and pay
        by default.

    Returns
    -------
    DataFrame
        participant, level (individual, team, region, company), period, kpi, numerator, denominator, value,
        exposure (share of the period's days employed; for a group the sum of its people's), rows (source rows that the
        numerator used), missing (why there is no value: zero_denominator, cohort_open, no_rows_in_period,
        not_employed).

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    >>> panel = tk.measure(client, ["net_sales"], ["quarter"])
    >>> sorted(panel["level"].unique())
    ['company', 'individual', 'region', 'team']
    """
    chosen = list(kpis) if kpis is not None else list(client.measured)
    periods = _periods(client, grains)
    spine = _spine(client, periods)
    given = set(client.kpi_values["kpi"])
    defined = [client.kpis[k] for k in chosen if k not in given]
    _register(client, periods)
    parts = _measured_parts(client.database, defined)
    frames = [_kpi_rows(kpi, parts, spine, periods, client) for kpi in defined]
    frames += [given_values(client, kpi, spine) for kpi in chosen if kpi in given]
    panel = pd.concat(frames, ignore_index=True)[COLUMNS]
    order = pd.Categorical(panel["level"], ["individual", "team", "region", "company"], ordered=True)
    place = panel["kpi"].map({k: i for i, k in enumerate(chosen)})
    keys = pd.DataFrame({"level": order, "participant": panel["participant"], "kpi": place, "period": panel["period"]})
    return panel.loc[keys.sort_values(["level", "participant", "kpi", "period"]).index].reset_index(drop=True)


def _periods(client: Engagement, grains: Iterable[str] | None) -> pd.DataFrame:
    wanted = list(grains) if grains is not None else _default_grains(client)
    return pd.concat([client.calendar.between(client.start, client.end, g) for g in wanted], ignore_index=True)


def _default_grains(client: Engagement) -> list[str]:
    used = {g for s in client.schemes for g in (s.score_every, s.pay_every)} | {"month", "quarter"}
    return [g for g in client.calendar.grains if g in used]


def _spine(client: Engagement, periods: pd.DataFrame) -> pd.DataFrame:
    """Who is to be measured in which period: people employed in it, and the groups they then belong to."""
    people = employment(client.participants, periods)
    groups = [people.assign(level="individual")]
    for level, name in (("team", people["team"]), ("region", people["region"]), ("company", COMPANY)):
        groups.append(people.assign(level=level, participant=name))
    spine = pd.concat(groups, ignore_index=True)
    spine["participant"] = spine["participant"].fillna(UNASSIGNED)
    return spine.groupby(_KEY, as_index=False, sort=False)["exposure"].sum()


def _register(client: Engagement, periods: pd.DataFrame) -> None:
    """The calendar and the roster as tables: a day's periods, and whose team and region a person belongs to when."""
    days = pd.concat(
        [pd.DataFrame({"day": pd.date_range(p.start, p.end), "period": p.period}) for p in periods.itertuples()]
    )
    roster = client.participants[["participant", "team", "region", "valid_from", "valid_to"]].copy()
    roster["valid_from"] = roster["valid_from"].fillna(pd.Timestamp("1900-01-01"))
    roster["valid_to"] = roster["valid_to"].fillna(pd.Timestamp("2200-01-01"))
    tables = {
        "_days": days.astype({"day": "datetime64[s]"}),
        "_periods": periods[["period", "end"]],
        "_roster": roster,
    }
    for name, content in tables.items():
        table = pa.Table.from_pandas(content, preserve_index=False)
        for i, field in enumerate(table.schema):
            if pa.types.is_timestamp(field.type):
                table = table.set_column(i, field.name, table.column(i).cast(pa.date32()))
        client.database.con.register("_incoming", table)
        client.database.raw_sql(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM _incoming")
        client.database.con.unregister("_incoming")


@dataclass(frozen=True)
class _Scan:
    """What KPIs must share to be measured in one pass over a table."""

    table: str
    owner: str
    date: str
    opened: str
    closed: str


def _scan_of(part: Aggregate, kpi: Kpi) -> _Scan:
    if kpi.kind == "snapshot":
        return _Scan(part.table, part.owner, "", part.opened, part.closed)
    return _Scan(part.table, part.owner, part.date, "", "")


def _measured_parts(database: Backend, kpis: list[Kpi]) -> dict[tuple[_Scan, str], pd.DataFrame]:
    """(scan, aggregate) → level, participant, period, value, rows, any_rows; one query a scan."""
    wanted: dict[_Scan, list[str]] = {}
    for kpi in kpis:
        for part in (kpi.numerator, kpi.denominator):
            if part is not None and part.sql not in wanted.setdefault(_scan_of(part, kpi), []):
                wanted[_scan_of(part, kpi)].append(part.sql)
    found = {}
    for scan, sqls in wanted.items():
        result = database.sql(scan_sql(scan, sqls), dialect="duckdb").to_pyarrow().to_pandas()
        result["participant"] = result["participant"].fillna(UNASSIGNED)
        for i, sql in enumerate(sqls):
            part = result[[*_KEY, "any_rows"]].assign(value=result[f"v{i}"].astype(float), rows=result[f"n{i}"])
            found[scan, sql] = part
    return found


def scan_sql(scan: _Scan, aggregates: list[str]) -> str:
    """The SELECT that measures aggregates for all levels and periods in one scan of a table (DuckDB's dialect)."""
    selected = []
    for i, sql in enumerate(aggregates):
        condition = parse_aggregate(sql).condition
        rows = f"count(*) FILTER (WHERE {condition})" if condition else "count(*)"
        selected += [f"{_qualified(sql)} AS v{i}", f"{_qualified(rows)} AS n{i}"]
    owner = f"t.{ident(scan.owner)}"
    if scan.date:
        day = f"t.{ident(scan.date)}"
        joined = f"{ident(scan.table)} AS t JOIN _days AS p ON {day} = p.day"
    else:
        day = "p.\"end\""
        still_open = f"(t.{ident(scan.closed)} IS NULL OR t.{ident(scan.closed)} > {day})"
        joined = f"{ident(scan.table)} AS t JOIN _periods AS p ON t.{ident(scan.opened)} <= {day} AND {still_open}"
    return (
        f"SELECT CASE WHEN grouping({owner}) = 0 THEN 'individual' WHEN grouping(r.team) = 0 THEN 'team' "
        f"WHEN grouping(r.region) = 0 THEN 'region' ELSE 'company' END AS level, "
        f"CASE WHEN grouping({owner}) = 0 THEN {owner} WHEN grouping(r.team) = 0 THEN r.team "
        f"WHEN grouping(r.region) = 0 THEN r.region ELSE '{COMPANY}' END AS participant, "
        f"p.period AS period, count(*) AS any_rows, {', '.join(selected)} "
        f"FROM {joined} LEFT JOIN _roster AS r ON r.participant = {owner} AND {day} BETWEEN r.valid_from AND r.valid_to "
        f"GROUP BY GROUPING SETS (({owner}, p.period), (r.team, p.period), (r.region, p.period), (p.period))"
    )


def _qualified(sql: str) -> str:
    """An aggregate with its columns named by their table, so that the calendar's and roster's cannot be meant."""
    tree = sqlglot.parse_one(f"SELECT {sql}", read="duckdb").expressions[0]
    for column in list(tree.find_all(exp.Column)):
        column.set("table", exp.to_identifier("t"))
        column.this.set("quoted", True)
    return str(tree.sql("duckdb"))


def _kpi_rows(
    kpi: Kpi,
    parts: Mapping[tuple[_Scan, str], pd.DataFrame],
    spine: pd.DataFrame,
    periods: pd.DataFrame,
    client: Engagement,
) -> pd.DataFrame:
    assert kpi.numerator is not None
    top = parts[_scan_of(kpi.numerator, kpi), kpi.numerator.sql]
    bottom = parts[_scan_of(kpi.denominator, kpi), kpi.denominator.sql] if kpi.denominator else None
    keys = [frame.loc[frame["any_rows"] > 0, _KEY] for frame in (top, bottom) if frame is not None]
    whole = pd.concat([spine[_KEY], *keys]).drop_duplicates().merge(spine, on=_KEY, how="left")
    whole["exposure"] = whole["exposure"].fillna(0.0)
    whole["kpi"] = kpi.kpi
    numerator, rows, silent = _filled(whole, top, kpi.numerator, kpi)
    denominator: np.ndarray = np.full(len(whole), np.nan)
    value = numerator.copy()
    missing = np.where(silent, "no_rows_in_period", "").astype(object)
    if bottom is not None and kpi.denominator is not None:
        denominator, _, silent_below = _filled(whole, bottom, kpi.denominator, kpi)
        missing[silent_below & (missing == "")] = "no_rows_in_period"
        zero = denominator == 0
        value = np.divide(numerator, denominator, out=np.full(len(whole), np.nan), where=~zero)
        missing[zero & (missing == "")] = "zero_denominator"
    if kpi.kind == "cohort":
        ends = whole["period"].map(periods.set_index("period")["end"]) + pd.Timedelta(days=kpi.within_days)
        still_open = (ends > pd.Timestamp(client.end)).to_numpy()
        value[still_open] = np.nan
        missing[still_open] = "cohort_open"
    missing[np.isnan(value) & (missing == "")] = "no_rows_in_period"
    value[missing != ""] = np.nan
    return whole.assign(numerator=numerator, denominator=denominator, value=value, rows=rows, missing=missing)


def _filled(
    whole: pd.DataFrame, part: pd.DataFrame, aggregate: Aggregate, kpi: Kpi
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A part's values on the spine: over no rows a sum or count is 0 where the table has rows in the period at all."""
    values = whole[_KEY].merge(part, on=_KEY, how="left")
    alive = set(part.loc[(part["level"] == "company") & (part["any_rows"] > 0), "period"])
    has_rows = whole["period"].isin(alive).to_numpy() | (kpi.kind == "snapshot")
    value = values["value"].to_numpy(dtype=float).copy()
    if _adds(aggregate.sql):
        value[np.isnan(value) & has_rows] = 0.0
    return value, values["rows"].fillna(0).to_numpy(dtype="int64"), ~has_rows


def _adds(sql: str) -> bool:
    """Whether the aggregate of no rows is 0: sums and counts, and arithmetic of them alone."""
    tree = sqlglot.parse_one(f"SELECT {sql}", read="duckdb").expressions[0]
    return all(isinstance(a, (exp.Sum, exp.Count)) for a in tree.find_all(exp.AggFunc))
