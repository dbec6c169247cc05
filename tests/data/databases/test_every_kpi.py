"""Every aggregate of the catalogue, measured in place by PostgreSQL and Spark, against DuckDB."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from tests.data.databases.tables import (
    LARGE,
    PEOPLE,
    aggregates,
    into_duckdb,
    into_parquet,
    into_postgres,
    invented,
    source,
    words,
)
from tests.services import READERS_PASSWORD, Server
from toolkit.data.connections import Connection
from toolkit.data.databases.engines import Engine, open_engine, run
from toolkit.data.databases.in_place import in_place
from toolkit.data.databases.in_place_checks import check_in_place_owners
from toolkit.data.sql import parse_aggregate, qualified
from toolkit.errors import Problems

START, DAYS = dt.date(2026, 1, 1), 181
# What the catalogue does not have, and engines answer differently when simply asked the same.
HARDER = {
    "deals": [
        "avg(amount)",
        "avg(amount) FILTER (WHERE stage = 'won') * 2",
        "sum(amount) / count(DISTINCT customer)",
        "sum(quantity) / sum(0 * quantity)",
        "count(*) / 7",
        "sum(is_new_customer)",
        "sum(stage = 'won') / count(*)",
        "sum(CAST(is_new_customer AS INTEGER))",
        "median(quantity)",
        "median(quantity) FILTER (WHERE stage = 'won')",
        "stddev(amount)",
        "avg(days_to_close)",
        "avg(closed_on - created_on)",
        "avg(date_diff('week', created_on, closed_on))",
        "sum(date_diff('month', created_on, closed_on))",
        "sum(date_diff('quarter', created_on, closed_on))",
        "sum(date_diff('year', created_on, closed_on))",
        "max(date_diff('hour', created_on, closed_on))",
        "count(*) FILTER (WHERE product LIKE 'a\\%')",
        "count(*) FILTER (WHERE product LIKE '%''q'' %')",
        "count(DISTINCT product) FILTER (WHERE lower(product) <> 'c1' OR product IS NULL)",
        "sum(greatest(amount, cost)) - sum(least(amount, cost))",
        "sum(amount * quantity)",
        "min(amount) + max(coalesce(discount, 0))",
        "sum(CASE WHEN created_on >= '2026-03-01' THEN amount END)",
        "count(*) FILTER (WHERE created_on BETWEEN ordered_on AND ordered_on + 30)",
        "avg(closed_day)",
        "max(closed_day) / 2",
    ]
}


@pytest.fixture(scope="module")
def tables() -> dict[str, pa.Table]:
    known = words()
    return {name: invented(name, known) for name in LARGE}


@pytest.fixture(scope="module")
def here(tables: dict[str, pa.Table]) -> Engine:
    return into_duckdb(tables)


@pytest.fixture(scope="module")
def in_postgres(tables: dict[str, pa.Table], postgres: Server) -> Iterator[Engine]:
    into_postgres(tables, postgres)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KPI_PASSWORD_CRM", READERS_PASSWORD)
        engine = open_engine(Connection("crm", postgres.url, True), Path(), Problems())
    assert engine is not None
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def in_spark(tables: dict[str, pa.Table], spark: str, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("lake")
    into_parquet(tables, folder)
    engine = open_engine(Connection("lake", spark, True), folder, Problems())
    assert engine is not None
    return engine


@cache
def standard(engine: Engine, name: str) -> str:
    problems = Problems()
    made = in_place(name, source(engine.kind, name), engine, problems)
    assert made is not None, list(problems)
    return made[0]


def query(table: str, select: str, joined: str, sqls: list[str]) -> str:
    """Aggregates for each person and period, each period, and all of it: rows used beside every value."""
    listed = ", ".join(
        f"{qualified(sql)} AS v{i}, {qualified(counted(sql))} AS n{i}" for i, sql in enumerate(sqls)
    )
    rows = (
        f"SELECT t.*, p.cell AS _cell, t.participant AS _owner FROM ({select}) AS t "
        f"JOIN _days AS p ON {joined}"
    )
    return (
        f"SELECT grouping(_owner) AS g, coalesce(_owner, '-') AS who, _cell AS cell, {listed} "
        f"FROM ({rows}) AS t GROUP BY GROUPING SETS ((_owner, _cell), (_cell))"
    )


def counted(sql: str) -> str:
    condition = parse_aggregate(sql).condition
    return f"count(*) FILTER (WHERE {condition})" if condition else "count(*)"


def days(ends_only: bool) -> pa.Table:
    listed = [START + dt.timedelta(i) for i in range(DAYS)]
    cells = [day.month for day in listed]
    if ends_only:
        listed = [day for day in listed if (day + dt.timedelta(1)).month != day.month]
        cells = list(range(1, 7))
    return pa.table({"day": listed, "cell": pa.array(cells, pa.int64())})


def scans() -> list[tuple[str, str, bool, list[str]]]:
    """(table, join, at the ends of periods only, aggregates) that cover every KPI and the harder ones."""
    wanted: dict[tuple[str, str, bool], list[str]] = {}
    for _, _, part in aggregates():
        if part.opened:
            closed = f' AND (t."{part.closed}" IS NULL OR t."{part.closed}" > p.day)' if part.closed else ""
            key = (part.table, f't."{part.opened}" <= p.day{closed}', True)
        else:
            key = (part.table, f't."{part.date}" = p.day', False)
        wanted.setdefault(key, []).append(part.sql)
    for table, sqls in HARDER.items():
        wanted[table, "t.created_on = p.day", False] = sqls
    return [(*key, list(dict.fromkeys(sqls))) for key, sqls in wanted.items()]


def measured(engine: Engine, table: str, joined: str, ends_only: bool, sqls: list[str]) -> pd.DataFrame:
    found = run(engine, query(table, standard(engine, table), joined, sqls), {"_days": days(ends_only)})
    frame = found.to_pandas().set_index(["g", "who", "cell"]).astype("float64")
    return frame.sort_index()


def same(here: Engine, there: Engine) -> int:
    """Compare every aggregate; returns how many values were compared."""
    compared = 0
    for table, joined, ends_only, sqls in scans():
        expected = measured(here, table, joined, ends_only, sqls)
        found = measured(there, table, joined, ends_only, sqls)
        assert len(expected) > 6 and list(found.index) == list(expected.index)
        for i, sql in enumerate(sqls):
            assert (found[f"n{i}"] == expected[f"n{i}"]).all(), (table, sql)
            off = (found[f"v{i}"] - expected[f"v{i}"]).abs()
            room = 0 if sql.startswith("count") and "/" not in sql else expected[f"v{i}"].abs() * 1e-9
            wrong = (off > room) | (found[f"v{i}"].isna() != expected[f"v{i}"].isna())
            assert not wrong.any(), (table, sql, found[wrong][f"v{i}"], expected[wrong][f"v{i}"])
            compared += int(expected[f"v{i}"].notna().sum())
    return compared


def test_the_invented_rows_reach_nearly_every_aggregate(here: Engine) -> None:
    """Else the comparison below would compare nothing with nothing."""
    for table, joined, ends_only, sqls in scans():
        found = measured(here, table, joined, ends_only, sqls)
        used = {sql: found[f"n{i}"].sum() for i, sql in enumerate(sqls)}
        looked_up = ("product_", "key_", "_key", "segment")  # other tables' columns, which are blank here
        assert [s for s, n in used.items() if n == 0 and not any(w in s for w in looked_up)] == [], table


@pytest.mark.postgres
def test_postgres_measures_every_kpi_as_duckdb_does(here: Engine, in_postgres: Engine) -> None:
    assert same(here, in_postgres) > 3_000


@pytest.mark.slow
@pytest.mark.spark
def test_spark_measures_every_kpi_as_duckdb_does(here: Engine, in_spark: Engine) -> None:
    assert same(here, in_spark) > 3_000


def unknown_owners(engine: Engine) -> list[tuple[object, object]]:
    problems = Problems()
    about = source(engine.kind, "activities")
    check_in_place_owners(standard(engine, "activities"), about, engine, PEOPLE[2:], problems)
    return [(p.value, p.values["rows"]) for p in problems]


def test_who_is_not_in_the_roster_is_counted_where_the_rows_lie(
    here: Engine, tables: dict[str, pa.Table]
) -> None:
    counts = tables["activities"]["participant"].to_pandas().value_counts()
    expected = {who: counts[who] for who in PEOPLE[:2]}
    assert dict(unknown_owners(here)) == expected


@pytest.mark.postgres
def test_postgres_counts_them_too(here: Engine, in_postgres: Engine) -> None:
    assert unknown_owners(in_postgres) == unknown_owners(here) != []


@pytest.mark.spark
def test_spark_counts_them_too(here: Engine, in_spark: Engine) -> None:
    assert unknown_owners(in_spark) == unknown_owners(here) != []
