"""The client's files → checked standard tables in a DuckDB database in memory, reached through ibis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend
from rapidfuzz import process

from toolkit.data.convert import DAY_OR_MONTH_FIRST, convert, ident, trimmed
from toolkit.data.read import FileSource, read_files
from toolkit.data.sql import RefusedSql, parse_select
from toolkit.data.tables import SQL_TYPES, TABLES, Column, StandardTable
from toolkit.errors import Problems

SHOWN = 20  # rows named for one kind of problem in one column; the rest are counted


@dataclass(frozen=True)
class TableSource:
    """What `engagement.yaml` says of one standard table: files or a SELECT, and which column is what."""

    source: FileSource | None
    select: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    date_format: str = ""


@dataclass(frozen=True)
class Raw:
    """A source as read: its relation in the database, its columns' types, and what problems call it."""

    relation: str
    types: Mapping[str, pa.DataType]
    files: tuple[str, ...]

    def is_text(self, column: str) -> bool:
        return pa.types.is_string(self.types[column]) or pa.types.is_large_string(self.types[column])


def connect() -> Backend:
    """A DuckDB database in memory that may touch nothing outside it."""
    database = ibis.duckdb.connect()
    for setting in ("enable_external_access = false", "python_enable_replacements = false", "preserve_insertion_order = true"):
        database.raw_sql(f"SET {setting}")
    return database


def build(
    database: Backend, tables: Mapping[str, TableSource], files: Mapping[str, FileSource], folder: Path, problems: Problems
) -> dict[str, frozenset[str]]:
    """Load every standard table that an engagement supplies.

    Returns
    -------
    dict
        table → the standard and derived columns that the client's data fill. Tables with problems are left out.
    """
    named = _load_files(database, tables, files, folder, problems)
    filled = {}
    for name, source in tables.items():
        raw = _load_raw(database, name, source, named, folder, problems)
        if raw is not None:
            columns = _load_typed(database, name, TABLES[name], source, raw, problems)
            if columns is not None:
                filled[name] = columns
    return filled


def _load_files(
    database: Backend, tables: Mapping[str, TableSource], files: Mapping[str, FileSource], folder: Path, problems: Problems
) -> frozenset[str]:
    """The files that SELECTs read, each under its own name."""
    if any(table.select for table in tables.values()):
        for name, source in files.items():
            content = read_files(source, folder, problems)
            if content is not None:
                _register(database, name, content.drop_columns(["_file", "_row"]))
    return frozenset(files)


def _register(database: Backend, name: str, content: pa.Table) -> None:
    database.con.register("_incoming", content)
    database.raw_sql(f"CREATE TABLE {ident(name)} AS SELECT * FROM _incoming")
    database.con.unregister("_incoming")


def _load_raw(
    database: Backend, name: str, source: TableSource, files: frozenset[str], folder: Path, problems: Problems
) -> Raw | None:
    relation = f"_raw_{name}"
    if source.select:
        return _select_raw(database, name, relation, source.select, files, problems)
    assert source.source is not None  # the engagement's parser lets nothing else through
    content = read_files(source.source, folder, problems)
    if content is None:
        return None
    _register(database, relation, content)
    types = dict(zip(content.column_names, content.schema.types, strict=True))
    return Raw(relation, types, source.source.files)


def _select_raw(
    database: Backend, name: str, relation: str, select: str, files: frozenset[str], problems: Problems
) -> Raw | None:
    where = {"where": "engagement.yaml", "column": f"tables.{name}.select"}
    try:
        query = parse_select(select, files)
    except RefusedSql as error:
        problems.add("data.select_refused", value=str(error), known=", ".join(sorted(files)), **where)  # type: ignore[arg-type]
        return None
    present = set(database.list_tables())
    if any(file not in present for file in files):
        return None  # a file could not be read, and its problem is noted
    try:
        database.raw_sql(
            f"CREATE TABLE {ident(relation)} AS SELECT *, 0 AS _file, row_number() OVER () AS _row FROM ({query})"
        )
    except duckdb.Error as error:
        problems.add("data.select_failed", value=str(error).splitlines()[0][:160], **where)  # type: ignore[arg-type]
        return None
    schema = database.table(relation).schema().to_pyarrow()
    raw = Raw(relation, dict(zip(schema.names, schema.types, strict=True)), (f"engagement.yaml tables.{name}.select",))
    if database.table(relation).count().to_pyarrow().as_py() == 0:
        problems.add("data.empty_table", **where)  # type: ignore[arg-type]
        return None
    return raw


def _load_typed(
    database: Backend, name: str, table: StandardTable, source: TableSource, raw: Raw, problems: Problems
) -> frozenset[str] | None:
    before = len(problems)
    mapped = _mapped(name, table, source, raw, problems)
    specs = {c: table.columns.get(c, Column("text")) for c in mapped}
    expressions = {
        c: convert(spec.kind, mapped[c], raw.is_text(mapped[c]), source.values.get(c, {}), source.date_format)
        for c, spec in specs.items()
    }
    for column, spec in specs.items():
        _check_column(database, raw, column, mapped[column], spec, expressions[column], problems)
    if len(problems) > before:
        return None
    _create(database, name, table, expressions, raw)
    _check_key(database, name, table, mapped, raw, problems)
    derived = {d for d in table.derived if set(table.needs[d]) <= set(mapped)}
    return frozenset(mapped) | derived


def _mapped(
    name: str, table: StandardTable, source: TableSource, raw: Raw, problems: Problems
) -> dict[str, str]:
    """Standard column → the source's column."""
    present = [c for c in raw.types if not c.startswith("_")]
    mapped = {c: c for c in table.columns if c in present} | dict(source.columns)
    for column, wanted in source.columns.items():
        if wanted not in present:
            near = [n for n, score, _ in process.extract(wanted, present, limit=3) if score >= 60]
            problems.add(
                "data.missing_column", where=raw.files[0], column=wanted, standard=f"{name}.{column}",
                near=", ".join(near or present[:12]),
            )  # fmt: skip
    for column, spec in table.columns.items():
        if spec.required and column not in mapped:
            problems.add("data.required_column", where=raw.files[0], column=column, table=name, present=", ".join(present[:20]))
    return {c: s for c, s in mapped.items() if s in present}


def _create(database: Backend, name: str, table: StandardTable, expressions: Mapping[str, str], raw: Raw) -> None:
    columns = [f"{sql} AS {ident(c)}" for c, sql in expressions.items()]
    columns += [f"CAST(NULL AS {SQL_TYPES[s.kind]}) AS {ident(c)}" for c, s in table.columns.items() if c not in expressions]
    query = f"SELECT {', '.join(columns)}, _file, _row FROM {ident(raw.relation)}"
    for column, sql in table.derived.items():  # one layer each: a derived column may use an earlier one
        query = f"SELECT *, {sql} AS {ident(column)} FROM ({query})"
    database.raw_sql(f"CREATE TABLE {ident(name)} AS {query}")
    database.raw_sql(f"DROP TABLE {ident(raw.relation)}")


def _rows(database: Backend, query: str) -> list[tuple[object, ...]]:
    return database.raw_sql(query).fetchall()


def _check_column(
    database: Backend, raw: Raw, column: str, written: str, spec: Column, expression: str, problems: Problems
) -> None:
    """Cells that cannot be read, words that are unknown, and blanks where something must stand."""
    cell = trimmed(written, raw.is_text(written))
    if spec.kind == "choice":
        words = ", ".join(f"'{w}'" for w in spec.choices)
        _note(database, raw, written, cell, f"({expression}) NOT IN ({words})", "data.unknown_word", problems, known=", ".join(spec.choices), standard=column)
    elif spec.kind == "day":
        ambiguous = f"regexp_full_match({cell}, '{DAY_OR_MONTH_FIRST}')"
        _note(database, raw, written, cell, f"({expression}) IS NULL AND {ambiguous}", "data.ambiguous_date", problems)
        _note(database, raw, written, cell, f"({expression}) IS NULL AND NOT {ambiguous}", "data.not_a_date", problems)
    elif spec.kind in ("money", "number"):
        _note(database, raw, written, cell, f"({expression}) IS NULL", "data.not_a_number", problems)
    if spec.required:
        _note(database, raw, written, cell, f"{cell} IS NULL", "data.blank", problems, blank=True)


def _note(
    database: Backend,
    raw: Raw,
    written: str,
    cell: str,
    condition: str,
    code: str,
    problems: Problems,
    *,
    blank: bool = False,
    **values: object,
) -> None:
    relation = ident(raw.relation)
    test = condition if blank else f"{cell} IS NOT NULL AND {condition}"
    found = _rows(database, f"SELECT _file, _row, {cell} FROM {relation} WHERE {test} ORDER BY _file, _row LIMIT {SHOWN + 1}")
    for file, row, value in found[:SHOWN]:
        problems.add(code, where=raw.files[int(str(file))], row=int(str(row)), column=written, value=value, **values)
    if len(found) > SHOWN:
        total = _rows(database, f"SELECT count(*) FROM {relation} WHERE {test}")[0][0]
        problems.add("data.more_rows", where=raw.files[0], column=written, value=int(str(total)) - SHOWN)


def _check_key(
    database: Backend, name: str, table: StandardTable, mapped: Mapping[str, str], raw: Raw, problems: Problems
) -> None:
    key = [c for c in table.key if c in mapped]
    if not key or key == ["participant"] and "valid_from" in table.key and "valid_from" in mapped:
        return
    columns = ", ".join(ident(c) for c in key)
    found = _rows(
        database,
        f"SELECT _file, _row, first_row, value FROM (SELECT *, concat_ws(' / ', {columns}) AS value, first_value(_row) OVER w AS first_row, "
        f"row_number() OVER w AS nth FROM {ident(name)} WHERE {ident(key[0])} IS NOT NULL WINDOW w AS (PARTITION BY {columns} ORDER BY _file, _row)) "
        f"WHERE nth > 1 ORDER BY _file, _row LIMIT {SHOWN}",
    )
    for file, row, first, value in found:
        problems.add("data.duplicate_key", where=raw.files[int(str(file))], row=int(str(row)), column=" + ".join(mapped[c] for c in key), value=value, first=first)
