"""The panel of a large client, measured by the toolkit or by SQL written by hand: one run each, as a process.

    python -m benchmarks.panel toolkit|hand FOLDER OUT

writes the panel's numbers to OUT as parquet: level, participant, period, kpi, numerator, denominator.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

_WON = "FILTER (WHERE stage = 'won')"
# KPI: numerator and denominator, as an analyst writes them for these files.
_ACTIVITIES = {
    "visits": ("count(*) FILTER (WHERE kind = 'visit')", "NULL"),
    "calls": ("count(*) FILTER (WHERE kind = 'call')", "NULL"),
    "follow_ups": ("count(*) FILTER (WHERE kind = 'follow_up')", "NULL"),
    "customers_reached": ("count(DISTINCT customer) FILTER (WHERE kind = 'visit')", "NULL"),
    "minutes_spent": ("sum(minutes)", "count(minutes)"),
}
_ORDERS = {
    "net_sales": (f"sum(amount) {_WON}", "NULL"),
    "gross_margin": (f"sum(amount - cost) {_WON}", "NULL"),
    "gross_margin_rate": (f"sum(amount - cost) {_WON}", f"sum(amount) {_WON}"),
    "discount_given": (f"sum(discount) {_WON}", f"sum(list_amount) {_WON}"),
    "average_deal_size": (f"sum(amount) {_WON}", f"count(*) {_WON}"),
    "active_customers": (f"count(DISTINCT customer) {_WON}", "NULL"),
}
_CLOSED = {"win_rate": (f"count(*) {_WON}", "count(*) FILTER (WHERE stage IN ('won', 'lost'))")}
KPIS = (*_ACTIVITIES, *_ORDERS, *_CLOSED)


def by_hand(folder: Path) -> duckdb.DuckDBPyRelation:
    """Every KPI for people, teams, regions and company, by month and quarter: a query a table and date."""
    database = duckdb.connect()
    database.execute(f"CREATE TABLE people AS FROM read_csv('{folder / 'data' / 'people.csv'}')")
    span = "range(DATE '2024-01-01', DATE '2026-07-01', INTERVAL 1 DAY) AS r(d)"
    database.execute(
        f"CREATE TABLE days AS SELECT d::DATE AS day, strftime(d, '%Y-%m') AS period FROM {span} "
        f"UNION ALL SELECT d::DATE, year(d) || '-Q' || quarter(d) FROM {span}"
    )
    panels = [
        ("activities", "done_on", _ACTIVITIES),
        ("deals", "ordered_on", _ORDERS),
        ("deals", "closed_on", _CLOSED),
    ]
    for i, (table, date, kpis) in enumerate(panels):
        database.execute(f"CREATE TABLE panel{i} AS {_query(folder, table, date, kpis)}")
    rows = [
        f"SELECT level, participant, period, '{kpi}' AS kpi, {kpi}_n::DOUBLE AS numerator, "
        f"{kpi}_d::DOUBLE AS denominator FROM panel{i}"
        for i, (_, _, kpis) in enumerate(panels)
        for kpi in kpis
    ]
    return database.sql(" UNION ALL ".join(rows))


def _query(folder: Path, table: str, date: str, kpis: dict[str, tuple[str, str]]) -> str:
    selected = ", ".join(f"{n} AS {kpi}_n, {d} AS {kpi}_d" for kpi, (n, d) in kpis.items())
    return (
        "SELECT CASE WHEN grouping(t.participant) = 0 THEN 'individual' "
        "WHEN grouping(p.team) = 0 THEN 'team' "
        "WHEN grouping(p.region) = 0 THEN 'region' ELSE 'company' END AS level, "
        f"coalesce(t.participant, p.team, p.region, 'all') AS participant, period, {selected} "
        f"FROM read_parquet('{folder / 'data' / f'{table}.parquet'}') AS t JOIN days ON t.{date} = days.day "
        "JOIN people AS p ON p.participant = t.participant GROUP BY GROUPING SETS "
        "((t.participant, period), (p.team, period), (p.region, period), (period))"
    )


def by_toolkit(folder: Path) -> duckdb.DuckDBPyRelation:
    """The same with the toolkit: load, check, measure."""
    import toolkit as tk

    panel = tk.measure(tk.load_engagement(folder), KPIS, ["month", "quarter"])
    return duckdb.from_df(panel[["level", "participant", "period", "kpi", "numerator", "denominator"]])


if __name__ == "__main__":
    how, folder, out = sys.argv[1:]
    made = by_hand(Path(folder)) if how == "hand" else by_toolkit(Path(folder))
    made.write_parquet(out)
