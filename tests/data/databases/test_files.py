"""SQLite and DuckDB files: every cell as it stands, and the file left as it was."""

from __future__ import annotations

import datetime as dt
import sqlite3
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tests.data.helpers import explained
from toolkit.data.connections import Connection
from toolkit.data.databases.engines import open_engine, run
from toolkit.data.databases.tables import read_table
from toolkit.errors import Problem, Problems

OLD, MART = Connection("old", "sqlite:data/old.db"), Connection("mart", "duckdb:data/mart.duckdb")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    old = sqlite3.connect(tmp_path / "data" / "old.db")
    old.execute(
        "CREATE TABLE 销售 (id INTEGER, code, amount NUMERIC, price REAL, day TEXT, note, photo BLOB, gone)"
    )
    old.executemany(
        "INSERT INTO 销售 VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
        [
            (2**60 + 1, 10, 100, 1.5, "2026-01-05", "　甲 ", b"\x00\xff"),
            (2, "A7", 100.25, None, None, "", None),
            (3, 7.0, None, -2.0, "2026-01-06", None, None),
        ],
    )
    old.commit()
    old.close()
    with duckdb.connect(str(tmp_path / "data" / "mart.duckdb")) as mart:
        mart.execute("CREATE SCHEMA sales")
        mart.execute(
            "CREATE TABLE sales.deals AS SELECT 1 AS deal, CAST(1.25 AS DECIMAL(9, 2)) AS amount, "
            "DATE '2026-01-05' AS day, TIMESTAMPTZ '2026-01-31 23:30:00+00' AS at, true AS won, "
            "' x ' AS note, [1, 2] AS parts, 'a'::BLOB AS photo"
        )
        mart.execute("CREATE TABLE bare (a INTEGER)")
    return tmp_path


def refused(connection: Connection, table: str, folder: Path) -> Problem:
    problems = Problems()
    assert read_table(connection, table, folder, problems) is None
    (problem,) = problems
    explained(problem)
    return problem


def test_sqlite_keeps_every_cell_as_it_stands(folder: Path) -> None:
    """A column of one type has that type; where types are mixed, each cell is text as it is written."""
    problems = Problems()
    table = read_table(OLD, "销售", folder, problems)
    assert table is not None and not problems.items
    assert table.schema.field("id").type == pa.int64() and table.schema.field("price").type == pa.float64()
    assert table["id"].to_pylist() == [2**60 + 1, 2, 3]
    assert table["code"].to_pylist() == ["10", "A7", "7.0"]
    assert table["amount"].to_pylist() == ["100", "100.25", None]
    assert table["price"].to_pylist() == [1.5, None, -2.0]
    assert table["note"].to_pylist() == ["甲", None, None] and table["gone"].null_count == 3
    assert table["_row"].to_pylist() == [1, 2, 3] and "photo" not in table.column_names
    assert [(n.code, n.column) for n in problems.notes] == [("connection.column_left_out", "photo")]


def test_sqlite_is_only_read(folder: Path) -> None:
    before = {p.name: p.read_bytes() for p in (folder / "data").iterdir()}
    assert read_table(OLD, "销售", folder, Problems()) is not None
    assert {p.name: p.read_bytes() for p in (folder / "data").iterdir()} == before


def test_rows_that_wait_in_sqlites_journal_are_read_too(folder: Path) -> None:
    writer = sqlite3.connect(folder / "data" / "old.db")
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("INSERT INTO 销售 (id) VALUES (4)")
    writer.commit()
    table = read_table(OLD, "销售", folder, Problems())
    writer.close()
    assert table is not None and table.num_rows == 4


def test_text_of_another_encoding_is_refused(folder: Path) -> None:
    old = sqlite3.connect(folder / "data" / "old.db")
    old.execute("INSERT INTO 销售 (id, note) VALUES (9, CAST(x'BCD7' AS TEXT))")  # 甲 in GBK
    old.commit()
    old.close()
    assert refused(OLD, "销售", folder).code == "connection.not_utf8"


def test_a_table_that_sqlite_does_not_have(folder: Path) -> None:
    problem = refused(OLD, "销售额", folder)
    assert problem.code == "connection.no_such_table" and problem.values["near"] == "销售"


@pytest.mark.parametrize("connection", [OLD, MART], ids=["sqlite", "duckdb"])
def test_a_file_that_is_no_database(folder: Path, connection: Connection) -> None:
    (folder / connection.file).write_text("a,b\n1,2\n" * 400, encoding="utf-8")
    problem = refused(connection, "t", folder)
    assert problem.code == "connection.not_a_database" and str(folder) not in str(problem.value)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("sqlite:../other.db", "data.outside_folder"),
        ("sqlite:/etc/hostname", "data.outside_folder"),
        ("sqlite:data/none.db", "data.missing_file"),
        ("duckdb:../mart.duckdb", "data.outside_folder"),
        ("duckdb:data/none.duckdb", "data.missing_file"),
    ],
)
def test_a_file_elsewhere_or_nowhere_is_never_opened(folder: Path, url: str, code: str) -> None:
    assert refused(Connection("x", url), "t", folder).code == code
    assert not (folder / "data" / "none.db").exists() and not (folder / "data" / "none.duckdb").exists()


def test_duckdb_is_read_with_its_own_types(folder: Path) -> None:
    problems = Problems()
    table = read_table(MART, "sales.deals", folder, problems)
    assert table is not None and not problems.items
    assert table.to_pylist() == [
        {
            "deal": 1, "amount": Decimal("1.25"), "day": dt.date(2026, 1, 5),
            "at": dt.datetime(2026, 1, 31, 23, 30), "won": "true", "note": "x", "parts": "[1, 2]",
            "_file": 0, "_row": 1,
        }
    ]  # fmt: skip
    noted = [(n.code, n.column) for n in problems.notes]
    assert sorted(noted) == [("connection.column_left_out", "photo"), ("connection.utc_days", "at")]
    for note in problems.notes:
        explained(note)


def test_tables_that_duckdb_does_not_have_or_that_are_empty(folder: Path) -> None:
    problem = refused(MART, "sales.deal", folder)
    assert problem.code == "connection.no_such_table" and "sales.deals" in str(problem.values["near"])
    assert refused(MART, "bare", folder).code == "data.empty_table"


def test_a_column_may_not_take_the_name_of_a_rows_place(folder: Path) -> None:
    with duckdb.connect(str(folder / "data" / "mart.duckdb")) as mart:
        mart.execute("CREATE TABLE odd AS SELECT 1 AS _row")
    assert refused(MART, "odd", folder).code == "data.reserved_column"


def test_duckdb_is_measured_in_place_and_cannot_be_written_nor_reach_out(folder: Path) -> None:
    engine = open_engine(MART, folder, Problems())
    assert engine is not None
    small = {"_f": pa.table({"f": [2.0]})}
    assert run(engine, "SELECT amount * f AS v, f / 0 AS z FROM sales.deals, _f", small).to_pylist() == [
        {"v": 2.5, "z": None}
    ]
    for statement in ("INSERT INTO bare VALUES (1)", "SELECT * FROM read_text('/etc/hostname')"):
        with pytest.raises(duckdb.Error):
            engine.backend.con.execute(statement)
    engine.close()


def test_an_engine_whose_file_is_not_there(folder: Path) -> None:
    problems = Problems()
    assert open_engine(Connection("x", "duckdb:data/none.duckdb", True), folder, problems) is None
    (folder / MART.file).write_bytes(b"x" * 9_000)
    assert open_engine(MART, folder, problems) is None
    assert [p.code for p in problems] == ["data.missing_file", "connection.not_a_database"]
