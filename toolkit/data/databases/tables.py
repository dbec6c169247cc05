"""A client's database → a table as it stands there: opened to be read only, each type read exactly."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from toolkit.data.connections import Connection, database_file, open_duckdb, quoted
from toolkit.data.convert import BLANKS, ident
from toolkit.data.databases.engines import open_spark
from toolkit.data.databases.postgres import fetch, no_rights, open_postgres, table_columns
from toolkit.errors import Problems
from toolkit.faults import near

_CHUNK = 50_000  # rows of a SQLite table turned into Arrow at a time
_AS_THEY_ARE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "U",
    "FLOAT",
    "DOUBLE",
    "DECIMAL",
    "DATE",
    "VARCHAR",
)


def read_table(
    connection: Connection, table: str, folder: Path, problems: Problems, where: str = ""
) -> pa.Table | None:
    """Read a table of a client's database whole.

    Parameters
    ----------
    table : str
        Its name, with its schema perhaps: `sales.opportunities`.
    folder : Path
        The engagement's; files of databases lie in it.
    where : str
        What problems call the source; `crm: sales.opportunities` by default.

    Returns
    -------
    Table
        The table's columns: exact numbers as decimals, days, times as the client's own clock shows them,
        text without blanks around it, yes and no as `true` and `false`; `_file` (0) and `_row` (1, 2, ...).
        None with the reasons in `problems`.
    """
    where = where or f"{connection.name}: {table}"
    before = len(problems)
    found = _READERS[connection.kind](connection, table, folder, problems, where)
    if found is None:
        return None
    for column in found.column_names:
        if column.casefold() in ("_file", "_row"):
            problems.add("data.reserved_column", where=where, column=column)
    if found.num_rows == 0:
        problems.add("data.empty_table", where=where)
    if len(problems) > before:
        return None
    found = _plain(found, where, problems)
    found = found.append_column("_file", pa.array(np.zeros(found.num_rows, dtype=np.int32)))
    return found.append_column("_row", pa.array(np.arange(1, found.num_rows + 1)))


def _plain(table: pa.Table, where: str, problems: Problems) -> pa.Table:
    """Text trimmed, nothing left being no cell; yes and no as words; times without a zone."""
    for i, field in enumerate(table.schema):
        column = table.column(i)
        if pa.types.is_boolean(field.type):
            column = pc.if_else(column, "true", "false")
        elif pa.types.is_timestamp(field.type) and field.type.tz:
            problems.note("connection.utc_days", where=where, column=field.name)
            column = pc.local_timestamp(column.cast(pa.timestamp("us", "UTC")))
        elif pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            text = pc.utf8_trim(column.cast(pa.string()), characters=BLANKS)
            column = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
        else:
            continue
        table = table.set_column(i, field.name, column)
    return table


def _read_postgres(
    connection: Connection, table: str, folder: Path, problems: Problems, where: str
) -> pa.Table | None:
    opened = open_postgres(connection, problems, where)
    if opened is None:
        return None
    import psycopg

    with opened:
        try:
            columns = table_columns(opened, table, problems, where)
            if columns is None:
                return None
            return fetch(opened, f"SELECT {', '.join(map(ident, columns))} FROM {quoted(table)}")
        except psycopg.Error as error:
            no_rights(error, opened, table, problems, where)
            return None


def _read_sqlite(
    connection: Connection, table: str, folder: Path, problems: Problems, where: str
) -> pa.Table | None:
    path = database_file(connection, folder, problems)
    if path is None:
        return None
    # Without a journal nobody is writing, and an immutable database is opened without leaving a trace.
    journal = path.with_name(path.name + "-wal")
    mode = "mode=ro" if journal.exists() and journal.stat().st_size else "mode=ro&immutable=1"
    database = sqlite3.connect(f"file:{quote(str(path))}?{mode}", uri=True)
    try:
        listed = [
            r[0] for r in database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        ]
        if table.casefold() not in {name.casefold() for name in listed}:
            problems.add("connection.no_such_table", where=where, value=table, near=near(table, listed))
            return None
        return _sqlite_rows(database, table, problems, where)
    except UnicodeDecodeError:
        problems.add("connection.not_utf8", where=where)
    except sqlite3.Error as error:
        code = "connection.not_a_database" if "not a database" in str(error) else "connection.failed"
        problems.add(code, where=where, value=str(error)[:160])
    finally:
        database.close()
    return None


def _sqlite_rows(database: sqlite3.Connection, table: str, problems: Problems, where: str) -> pa.Table:
    """Any cell of SQLite may hold anything: a column of one type keeps it, a mixed one is text."""
    database.text_factory = bytes.decode  # UTF-8 or nothing
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({quoted(table)})")]
    kinds = ("integer", "real", "text", "blob")
    asked = ", ".join(f"max(typeof({ident(c)}) = '{kind}')" for c in columns for kind in kinds)
    flags = iter(database.execute(f"SELECT {asked} FROM {quoted(table)}").fetchone())
    held = {c: {kind for kind in kinds if next(flags)} for c in columns}
    for column in [c for c, kept in held.items() if "blob" in kept]:
        problems.note("connection.column_left_out", where=where, column=column, value="BLOB")
        del held[column]
    types = {c: _sqlite_type(kept) for c, kept in held.items()}
    cursor = database.execute(f"SELECT {', '.join(map(ident, types))} FROM {quoted(table)}")
    parts = [pa.table({c: pa.array([], kind) for c, kind in types.items()})]
    while rows := cursor.fetchmany(_CHUNK):
        cells = zip(types.items(), zip(*rows, strict=True), strict=True)
        parts.append(pa.table({c: pa.array(_as(kind, values), kind) for (c, kind), values in cells}))
    return pa.concat_tables(parts)


def _sqlite_type(kept: set[str]) -> pa.DataType:
    own = {frozenset({"integer"}): pa.int64(), frozenset({"real"}): pa.float64()}
    return own.get(frozenset(kept), pa.string())


def _as(kind: pa.DataType, values: tuple[object, ...]) -> list[object]:
    if kind != pa.string():
        return list(values)
    return [v if v is None or isinstance(v, str) else repr(v) for v in values]


def _read_duckdb(
    connection: Connection, table: str, folder: Path, problems: Problems, where: str
) -> pa.Table | None:
    path = database_file(connection, folder, problems)
    if path is None:
        return None
    try:
        with open_duckdb(path) as database:
            return _duckdb_rows(database, table, problems, where)
    except duckdb.Error as error:
        said = str(error).splitlines()[0][:160].replace(str(path), connection.file)
        problems.add("connection.not_a_database", where=where, value=said)
    return None


def _duckdb_rows(
    database: duckdb.DuckDBPyConnection, table: str, problems: Problems, where: str
) -> pa.Table | None:
    listed = database.execute(
        "SELECT CASE schema_name WHEN 'main' THEN '' ELSE schema_name || '.' END || name FROM ("
        "SELECT schema_name, table_name AS name FROM duckdb_tables() UNION ALL "
        "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal)"
    ).fetchall()
    names = [row[0] for row in listed]
    if table.removeprefix("main.").casefold() not in {name.casefold() for name in names}:
        problems.add("connection.no_such_table", where=where, value=table, near=near(table, names))
        return None
    selected = []
    for column, kind, *_ in database.execute(f"DESCRIBE {quoted(table)}").fetchall():
        if kind == "BLOB":
            problems.note("connection.column_left_out", where=where, column=column, value=kind)
        elif kind.startswith((*_AS_THEY_ARE, "BOOLEAN", "TIMESTAMP")) and not kind.endswith("]"):
            selected.append(ident(column))
        else:
            selected.append(f"CAST({ident(column)} AS VARCHAR) AS {ident(column)}")
    return database.execute(f"SELECT {', '.join(selected)} FROM {quoted(table)}").to_arrow_table()


def _read_spark(
    connection: Connection, table: str, folder: Path, problems: Problems, where: str
) -> pa.Table | None:
    session = open_spark(connection, problems, where)
    if session is None:
        return None
    from pyspark.errors import PySparkException

    try:
        return session.sql(f"SELECT * FROM {quoted(table).replace(chr(34), '`')}").toArrow()
    except PySparkException as error:
        said = str(error).splitlines()[0][:160]
        if "TABLE_OR_VIEW_NOT_FOUND" in said:
            listed = [found.name for found in session.catalog.listTables()]
            problems.add("connection.no_such_table", where=where, value=table, near=near(table, listed))
        else:
            problems.add("connection.failed", where=where, value=said)
    return None


_READERS: dict[str, Callable[[Connection, str, Path, Problems, str], pa.Table | None]] = {
    "postgres": _read_postgres,
    "sqlite": _read_sqlite,
    "duckdb": _read_duckdb,
    "spark": _read_spark,
}
