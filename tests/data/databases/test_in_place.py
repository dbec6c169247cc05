"""A client's own table, checked where it lies; the same answers from DuckDB, PostgreSQL and Spark."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.data.helpers import explained
from tests.services import READERS_PASSWORD, Server
from toolkit.data.connections import Connection
from toolkit.data.databases.engines import Engine, open_engine, run
from toolkit.data.databases.in_place import in_place
from toolkit.data.databases.tables import read_table
from toolkit.data.files.read import FileSource
from toolkit.data.sources import TableSource
from toolkit.errors import Problem, Problems

KINDS = [
    "duckdb",
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("spark", marks=pytest.mark.spark),
]
MAPPED = {"deal": "Deal No", "participant": "rep", "amount": "value", "closed_on": "closed"}
WORDS = {"stage": {"赢单": "won", "丢单": "lost"}}
# Deal No, rep, value, closed, stage, seen
GOOD = [
    (1, " p1 ", Decimal("100.50"), dt.date(2026, 1, 5), "赢单", dt.datetime(2026, 1, 5, 23, 59)),
    (2, "p2", None, None, "open", None),
    (3, "p2　", Decimal("-0.01"), dt.date(2026, 2, 28), " 丢单", dt.datetime(2026, 3, 1)),
]
ARROW = pa.schema(
    [("Deal No", pa.int64()), ("rep", pa.string()), ("value", pa.decimal128(12, 2)), ("closed", pa.date32()),
     ("stage", pa.string()), ("seen", pa.timestamp("us"))]
)  # fmt: skip
SERVER = '"Deal No" bigint, rep varchar(20), value numeric(12,2), closed date, stage text, seen timestamp'


class Place:
    """An engine, and how to lay a table into it."""

    def __init__(self, kind: str, folder: Path, server: Server | None, url: str) -> None:
        self.kind, self.folder, self.server = kind, folder, server
        urls = {"duckdb": "duckdb:m.duckdb", "postgres": server.url if server else "", "spark": url}
        self.connection = Connection("crm", urls[kind], True)

    def put(self, rows: list[tuple[object, ...]], schema: pa.Schema = ARROW, types: str = SERVER) -> None:
        columns = list(zip(*rows, strict=True)) if rows else [[]] * len(schema)
        table = pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
        if self.kind == "spark":
            pq.write_table(table, self.folder / "deals.parquet")
        elif self.kind == "duckdb":
            with duckdb.connect(str(self.folder / "m.duckdb")) as mart:
                mart.register("_t", table)
                mart.execute("CREATE OR REPLACE TABLE deals AS SELECT * FROM _t")
        else:
            assert self.server is not None
            with psycopg.connect(self.server.owners_url, autocommit=True) as owner:
                owner.execute("DROP TABLE IF EXISTS sales.deals_here")
                owner.execute(f"CREATE TABLE sales.deals_here ({types})")
                marks = ", ".join(["%s"] * len(schema))
                owner.cursor().executemany(f"INSERT INTO sales.deals_here VALUES ({marks})", rows)

    @property
    def table(self) -> str:
        return "sales.deals_here" if self.kind == "postgres" else "deals"

    def source(self, **changed: object) -> TableSource:
        said: dict[str, object] = {"columns": MAPPED, "values": WORDS} | changed
        files = FileSource(("deals.parquet",)) if self.kind == "spark" else None
        table = "" if files else self.table
        return TableSource(files, connection=self.connection, table=table, **said)  # type: ignore[arg-type]

    def engine(self) -> Engine:
        engine = open_engine(self.connection, self.folder, Problems())
        assert engine is not None
        return engine


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("KPI_PASSWORD_CRM", READERS_PASSWORD)
    server = request.getfixturevalue("postgres") if request.param == "postgres" else None
    url = request.getfixturevalue("spark") if request.param == "spark" else ""
    yield Place(request.param, tmp_path, server, url)


def refused(place: Place, **changed: object) -> list[Problem]:
    """Everything wrong with the table as it lies there."""
    engine, problems = place.engine(), Problems()
    assert in_place("deals", place.source(**changed), engine, problems) is None
    engine.close()
    for problem in problems:
        explained(problem)
    return list(problems)


def codes(found: list[Problem]) -> list[tuple[str, str, object]]:
    return sorted((p.code, p.column, p.value) for p in found)  # type: ignore[type-var]


def test_a_table_becomes_the_standard_one(place: Place) -> None:
    place.put(GOOD)
    engine, problems = place.engine(), Problems()
    made = in_place("deals", place.source(columns=MAPPED | {"created_on": "seen"}), engine, problems)
    assert made is not None, list(problems)
    select, filled = made
    rows = run(
        engine,
        "SELECT deal, participant, amount, stage, closed_on, created_on, days_to_close, customer, "
        f"customer_first_on FROM ({select}) AS t ORDER BY deal",
    )
    engine.close()
    assert [tuple(row.values()) for row in rows.to_pylist()] == [
        ("1", "p1", Decimal("100.5"), "won", dt.date(2026, 1, 5), dt.date(2026, 1, 5), 0, None, None),
        ("2", "p2", None, "open", None, None, None, None, None),
        ("3", "p2", Decimal("-0.01"), "lost", dt.date(2026, 2, 28), dt.date(2026, 3, 1), -1, None, None),
    ]
    assert {"deal", "stage", "days_to_close"} <= filled and not {"customer", "customer_first_on"} & filled


def test_all_that_is_wrong_is_said_at_once(place: Place) -> None:
    spoilt = [
        (1, "p1", Decimal(1), None, "won", None),
        (1, None, Decimal(1), None, "赢", None),
        (1, "　", Decimal(1), None, "赢", None),
        (7, "p1", Decimal(1), None, "Won", None),
        (7, "p1", Decimal(1), None, None, None),
    ]
    place.put(spoilt)
    found = refused(place)
    assert codes(found) == [
        ("connection.blanks", "rep", 2),
        ("connection.repeated_key", "Deal No", "1"),
        ("connection.repeated_key", "Deal No", "7"),
        ("data.unknown_word", "stage", "Won"),
        ("data.unknown_word", "stage", "赢"),
    ]
    assert {p.values["rows"] for p in found if p.code == "connection.repeated_key"} == {3, 2}
    where = "crm: deals.parquet" if place.kind == "spark" else f"crm: {place.table}"
    assert {p.where for p in found} == {where}


def test_what_is_found_too_often_is_counted(place: Place) -> None:
    place.put([(i, "p1", None, None, f"stage {i:02}", None) for i in range(30)])
    found = refused(place)
    assert [p.code for p in found].count("data.unknown_word") == 20
    assert ("connection.more", "stage", 10) in codes(found)


def test_columns_that_are_not_there(place: Place) -> None:
    place.put(GOOD)
    found = refused(place, columns={"amount": "values", "participant": "rep"})
    assert [(p.code, p.column) for p in found] == [
        ("data.missing_column", "values"),
        ("data.required_column", "deal"),
    ]
    assert str(found[0].values["near"]).startswith("value")


def test_a_column_of_another_kind_must_be_read_first(place: Place) -> None:
    place.put(GOOD)
    found = refused(
        place, columns=MAPPED | {"closed_on": "stage", "cost": "rep", "product": "seen"}, values={}
    )
    assert {(p.code, p.column, p.values["standard"]) for p in found} == {
        ("connection.not_kind", "stage", "closed_on"),
        ("connection.not_kind", "rep", "cost"),
        ("connection.not_kind", "seen", "product"),
    }
    (words,) = refused(place, values=WORDS | {"amount": {"n/a": "0"}})
    assert (words.code, words.column) == ("connection.words_in_place", "value")


def test_numbers_that_are_none_and_amounts_too_large(place: Place) -> None:
    schema = pa.schema(
        [("deal", pa.int64()), ("rep", pa.string()), ("value", pa.float64()), ("n", pa.float64())]
    )
    types = "deal bigint, rep text, value float8, n float8"
    place.put(
        [(1, "p1", float("nan"), 1.0), (2, "p1", 1e14, float("inf")), (3, "p1", -2.0e15, None)], schema, types
    )
    found = refused(place, columns={"participant": "rep", "amount": "value", "quantity": "n"}, values={})
    assert codes(found) == [
        ("connection.not_numbers", "n", 1),
        ("connection.not_numbers", "value", 1),
        ("connection.too_large", "value", 2),
    ]


def test_a_table_without_rows_or_not_there(place: Place) -> None:
    place.put([])
    assert [p.code for p in refused(place)] == ["data.empty_table"]
    elsewhere = {"table": "sales.deals_hree"} if place.kind == "postgres" else {"table": "nope"}
    engine, problems = place.engine(), Problems()
    assert (
        in_place("deals", TableSource(None, connection=place.connection, **elsewhere), engine, problems)
        is None
    )
    engine.close()
    expected = "connection.no_such_table" if place.kind == "postgres" else "connection.failed"
    assert [p.code for p in problems] == [expected]


def test_a_table_that_is_needed_whole_is_not_measured_in_place(place: Place) -> None:
    place.put(GOOD)
    engine, problems = place.engine(), Problems()
    assert in_place("participants", place.source(), engine, problems) is None
    engine.close()
    assert [(p.code, p.value) for p in problems] == [("connection.small_table", "participants")]


@pytest.fixture
def lake(spark: str, tmp_path: Path) -> Engine:
    engine = open_engine(Connection("lake", spark, True), tmp_path, Problems())
    assert engine is not None
    return engine


def of_files(*files: str) -> TableSource:
    columns = {"activity": "id", "participant": "rep", "kind": "kind", "done_on": "at"}
    return TableSource(
        FileSource(files), columns=columns, connection=Connection("lake", "spark:local[2]", True)
    )


def activities(at: pa.Array, ids: tuple[str, ...] = ("1",)) -> pa.Table:
    return pa.table({"id": ids, "rep": ["p1"] * len(ids), "kind": ["visit"] * len(ids), "at": at})


@pytest.mark.spark
def test_spark_takes_the_day_of_the_clock_that_the_file_names(lake: Engine) -> None:
    """18:30 in London on 31 January is 02:30 on 1 February in Shanghai."""
    moment = dt.datetime(2026, 1, 31, 18, 30, tzinfo=dt.UTC)
    pq.write_table(
        activities(pa.array([moment], pa.timestamp("us", "Asia/Shanghai"))), lake.folder / "a.parquet"
    )
    made = in_place("activities", of_files("a.parquet"), lake, Problems())
    assert made is not None
    assert run(lake, f"SELECT done_on FROM ({made[0]}) AS t")["done_on"].to_pylist() == [dt.date(2026, 2, 1)]


@pytest.mark.spark
def test_several_parquet_files_are_one_table_of_the_same_columns(lake: Engine) -> None:
    days = pa.array([dt.date(2026, 1, 1)], pa.date32())
    pq.write_table(activities(days), lake.folder / "a.parquet")
    pq.write_table(activities(days, ("2",)), lake.folder / "b.parquet")
    made = in_place("activities", of_files("a.parquet", "b.parquet"), lake, Problems())
    assert made is not None and run(lake, f"SELECT count(*) AS n FROM ({made[0]}) AS t")["n"][0].as_py() == 2
    pq.write_table(activities(days).drop_columns(["rep"]), lake.folder / "b.parquet")
    problems = Problems()
    assert in_place("activities", of_files("a.parquet", "b.parquet"), lake, problems) is None
    (problem,) = problems
    assert (problem.code, problem.where, problem.column) == ("data.stack_columns", "b.parquet", "rep")


@pytest.mark.spark
def test_files_that_spark_cannot_read(lake: Engine) -> None:
    (lake.folder / "broken.parquet").write_bytes(b"PAR1 nothing")
    pq.write_table(activities(pa.array([1], pa.timestamp("ns"))), lake.folder / "ns.parquet", version="2.6")
    expected = {
        "broken.parquet": "data.not_parquet",
        "none.parquet": "data.missing_file",
        "../a.parquet": "data.outside_folder",
        "ns.parquet": "connection.failed",
    }
    for file, code in expected.items():
        problems = Problems()
        assert in_place("activities", of_files(file), lake, problems) is None
        assert [p.code for p in problems] == [code], file
        explained(problems.items[0])


def test_a_spark_cluster_that_does_not_answer() -> None:
    problems = Problems()
    assert open_engine(Connection("lake", "spark://127.0.0.1:1", True), Path(), problems) is None
    (problem,) = problems
    assert problem.code == "connection.no_answer" and problem.where == "engagement.yaml connections.lake"
    explained(problem)


@pytest.mark.spark
def test_a_table_of_sparks_catalogue_can_be_read_whole(lake: Engine) -> None:
    people = activities(pa.array([dt.date(2026, 1, 1)], pa.date32()))
    lake.backend.createDataFrame(people).createOrReplaceGlobalTempView("people")
    connection = Connection("lake", "spark:local[2]", True)
    found = read_table(connection, "global_temp.people", lake.folder, Problems())
    assert found is not None and found["rep"].to_pylist() == ["p1"] and found["_row"].to_pylist() == [1]
    problems = Problems()
    assert read_table(connection, "global_temp.poeple", lake.folder, problems) is None
    assert [p.code for p in problems] == ["connection.no_such_table"]


@pytest.mark.parametrize(
    ("url", "module", "package"),
    [
        ("postgresql://r@127.0.0.1:1/crm", "psycopg", "psycopg[binary]"),
        ("spark:local", "pyspark.sql", "pyspark"),
    ],
)
def test_a_package_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, module: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    connection, problems = Connection("crm", url, True), Problems()
    assert open_engine(connection, tmp_path, problems) is None
    assert read_table(connection, "deals", tmp_path, problems) is None
    assert [(p.code, p.value) for p in problems] == [("connection.needs_package", package)] * 2
    explained(problems.items[0])
