"""The client's files → checked standard tables in a DuckDB database in memory, reached through ibis."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend

from toolkit.data.convert import BLANKS, ident, literal
from toolkit.data.databases.tables import read_table
from toolkit.data.files.large import large_parquet
from toolkit.data.files.read import FileSource, read_files
from toolkit.data.sources import TableSource
from toolkit.data.sql import RefusedSql, parse_select
from toolkit.data.tables import TABLES
from toolkit.data.typed import Raw, load_typed
from toolkit.errors import Problems

_CLOSED = (
    "enable_external_access = false",  # no file, no network, no extension
    "python_enable_replacements = false",  # no variable of the program that runs it
    "preserve_insertion_order = true",
    "ieee_floating_point_ops = false",  # a number over zero is missing, not infinite
)


_FEW = 1_000_000  # different values of a column that are looked at for blanks around them
_MEMORY = "1200MB"  # a client's laptop has more; beyond it DuckDB works through its temporary folder


def connect(readable: Iterable[Path] = ()) -> Backend:
    """A DuckDB database in memory that may touch nothing outside it, but read these files.

    Its memory is bounded; what does not fit goes to a folder of its own among the system's temporary files.

    Examples
    --------
    >>> connect().list_tables()
    []
    """
    database = ibis.duckdb.connect()
    paths = ", ".join(literal(str(path)) for path in readable)
    database.raw_sql(f"SET allowed_paths = [{paths}]")
    database.raw_sql(f"SET memory_limit = '{_MEMORY}'")
    spill = Path(tempfile.gettempdir()) / f"kpi-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    database.raw_sql(f"SET temp_directory = {literal(str(spill))}")
    for setting in _CLOSED:
        database.raw_sql(f"SET {setting}")
    return database


def large_files(tables: Iterable[TableSource], folder: Path) -> list[Path]:
    """The parquet files that stay where they are: their tables are views, so that rows cost no memory."""
    found = [large_parquet(table.source, folder) for table in tables if table.source]
    return [path for paths in found for path in paths]


def build(
    database: Backend,
    tables: Mapping[str, TableSource],
    files: Mapping[str, FileSource],
    folder: Path,
    problems: Problems,
) -> dict[str, frozenset[str]]:
    """Load every standard table that an engagement supplies.

    Returns
    -------
    dict
        table → the standard columns that the client's data fill. Tables with problems are
        left out.
    """
    unread = _load_files(database, tables, files, folder, problems)
    raws: dict[str, Raw] = {}
    sound: set[str] = set()
    for name, source in tables.items():
        before = len(problems)
        raw = _load_raw(database, name, source, frozenset(files), unread, folder, problems)
        if raw is not None:
            raws[name] = raw
        if len(problems) == before:
            sound.add(name)
    for file in set(files) & set(database.list_tables()):  # a file may bear the name of a standard table
        database.raw_sql(f"DROP TABLE {ident(file)}")
    filled = {}
    for name, raw in raws.items():
        source = tables[name]
        columns = load_typed(
            database, name, TABLES[name], raw, source.columns, source.values, source.date_format, problems
        )
        if columns is not None and name in sound:
            filled[name] = columns
    return filled


def _load_files(
    database: Backend,
    tables: Mapping[str, TableSource],
    files: Mapping[str, FileSource],
    folder: Path,
    problems: Problems,
) -> frozenset[str]:
    """Load the files that SELECTs read, each under its own name; returns those not read whole."""
    unread = set()
    if any(table.select for table in tables.values()):
        for name, source in files.items():
            before = len(problems)
            content = read_files(source, folder, problems)
            if content is not None:
                put(database, name, content.drop_columns(["_file", "_row"]))
            if len(problems) > before:
                unread.add(name)
    return frozenset(unread)


def put(database: Backend, name: str, content: pa.Table) -> None:
    """Make a table of the toolkit's own database from rows in memory."""
    database.con.register("_incoming", content)
    database.raw_sql(f"CREATE OR REPLACE TABLE {ident(name)} AS SELECT * FROM _incoming")
    database.con.unregister("_incoming")


def _load_raw(
    database: Backend,
    name: str,
    source: TableSource,
    files: frozenset[str],
    unread: frozenset[str],
    folder: Path,
    problems: Problems,
) -> Raw | None:
    relation = f"_raw_{name}"
    if source.connection is not None and source.table:
        where = f"{source.connection.name}: {source.table}"
        content = read_table(source.connection, source.table, folder, problems, where)
        return None if content is None else _in_memory(database, relation, content, (where,))
    if source.source is None:
        return _select_raw(database, name, relation, source.select, files, unread, problems)
    large = large_parquet(source.source, folder)
    if large:
        return _view(
            database, relation, large, source.source, {*TABLES[name].columns, *source.columns.values()}
        )
    content = read_files(source.source, folder, problems)
    return None if content is None else _in_memory(database, relation, content, source.source.files)


def _in_memory(database: Backend, relation: str, content: pa.Table, files: tuple[str, ...]) -> Raw:
    """Rows in memory, scanned where they are: the typed table is the only copy."""
    database.con.register(relation, content)
    types = dict(zip(content.column_names, content.schema.types, strict=True))
    return Raw(relation, types, files, is_file=True)


def _view(database: Backend, relation: str, paths: list[Path], source: FileSource, used: set[str]) -> Raw:
    """Large parquet files as one relation that copies nothing; `used` are the columns that may be read."""
    listed = ", ".join(literal(str(path)) for path in paths)
    database.raw_sql(
        f"CREATE VIEW {ident(relation)} AS SELECT * EXCLUDE (file_row_number), "
        f"CAST(file_index AS INTEGER) AS _file, file_row_number + 1 AS _row "
        f"FROM read_parquet([{listed}], file_row_number = true)"
    )
    schema = database.table(relation).schema().to_pyarrow()
    types = dict(zip(schema.names, schema.types, strict=True))
    raw = Raw(relation, types, source.files, stays=True)
    trimmed = frozenset(c for c in raw.columns if c in used and _is_trimmed(database, raw, c))
    return replace(raw, trimmed=trimmed)


def _is_trimmed(database: Backend, raw: Raw, column: str) -> bool:
    """Whether a column of text is known to have no blanks around its cells: asked of its different values.

    Where these are too many (ids), it is not asked: whoever reads the column trims it then.
    """
    if not raw.is_text(column) or not pa.types.is_string(raw.types[column]):
        return False
    name = ident(column)
    rows = f"(SELECT {name} AS v FROM {ident(raw.relation)})"
    if database.raw_sql(f"SELECT approx_count_distinct(v) FROM {rows}").fetchone()[0] > _FEW:
        return False
    row = database.raw_sql(
        f"SELECT count(*) FILTER (WHERE v IS DISTINCT FROM nullif(trim(v, {literal(BLANKS)}), '')) "
        f"FROM (SELECT DISTINCT v FROM {rows})"
    ).fetchone()
    return bool(row[0] == 0)


def _select_raw(
    database: Backend,
    name: str,
    relation: str,
    select: str,
    files: frozenset[str],
    unread: frozenset[str],
    problems: Problems,
) -> Raw | None:
    at = f"tables.{name}.select"
    try:
        query = parse_select(select, files)
    except RefusedSql as error:
        known = ", ".join(sorted(files))
        problems.add("data.select_refused", where="engagement.yaml", column=at, value=str(error), known=known)
        return None
    if unread:
        return None  # a file could not be read, and its problem is noted
    try:
        database.raw_sql(
            f"CREATE TABLE {ident(relation)} AS "
            f"SELECT *, 0 AS _file, row_number() OVER () AS _row FROM ({query})"
        )
    except duckdb.Error as error:
        said = str(error).splitlines()[0][:160]
        problems.add("data.select_failed", where="engagement.yaml", column=at, value=said)
        return None
    if database.table(relation).count().to_pyarrow().as_py() == 0:
        problems.add("data.empty_table", where="engagement.yaml", column=at)
        return None
    schema = database.table(relation).schema().to_pyarrow()
    types = dict(zip(schema.names, schema.types, strict=True))
    return Raw(relation, types, (f"engagement.yaml {at}",))
