"""A table that stays where it lies: the standard table as a SELECT over the client's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
from pyarrow.dataset import dataset

from toolkit.data.connections import quoted
from toolkit.data.convert import BLANKS, ident, literal
from toolkit.data.databases.engines import Engine, is_servers, run
from toolkit.data.databases.in_place_checks import Cell, check_cells
from toolkit.data.databases.postgres import may_read
from toolkit.data.sources import TableSource, source_name
from toolkit.data.tables import SQL_TYPES, TABLES, StandardTable
from toolkit.errors import DataError, Problems
from toolkit.faults import near

# Needed whole by the toolkit itself: who is appraised, what was agreed, what others are looked up in.
SMALL = ("participants", "targets", "kpi_values", "credits", "customers", "products")
_NO_TEXT = (
    pa.types.is_nested,
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_floating,
    pa.types.is_time,
)


def in_place(
    name: str, source: TableSource, engine: Engine, problems: Problems
) -> tuple[str, frozenset[str]] | None:
    """Make a standard table of a client's table without moving its rows.

    Parameters
    ----------
    name : str
        The standard table.
    source : TableSource
        Its connection, table (or Spark's parquet files), columns and words.

    Returns
    -------
    tuple
        A SELECT in DuckDB's dialect that gives the standard table's columns and those derived from them,
        and which of these the client's data fill; None with the reasons in `problems`: a column that is
        missing or of a type that cannot be read there, blanks, unknown words, repeated keys.
    """
    where = source_name(name, source)
    if name in SMALL:
        problems.add("connection.small_table", where=where, value=name)
        return None
    before = len(problems)
    try:
        made = _made(name, source, engine, where, problems)
    except DataError as error:
        for problem in error.problems:  # the server's own words
            problems.add(problem.code, where=where, value=problem.value, kind=engine.kind)
    return made if len(problems) == before else None


def _made(
    name: str, source: TableSource, engine: Engine, where: str, problems: Problems
) -> tuple[str, frozenset[str]] | None:
    relation = _relation(source, engine, where, problems)
    if relation is None:
        return None
    before = len(problems)
    table, types = TABLES[name], _types(engine, relation)
    mapped = _mapped(name, table, source.columns, list(types), where, problems)
    said = [_cell(c, mapped[c], types[mapped[c]], table, source, where, problems) for c in mapped]
    cells = [cell for cell in said if cell is not None]
    if len(problems) == before:
        check_cells(engine, relation, table, cells, where, problems)
    derived = {column for column in table.derived if set(table.needs[column]) <= set(mapped)}
    return _select(table, cells, relation), frozenset(mapped) | derived


def _relation(source: TableSource, engine: Engine, where: str, problems: Problems) -> str | None:
    """What the FROM names: the client's table, or a view of its parquet files in Spark's session."""
    if source.source is not None:
        return _files(source.source.files, engine, where, problems)
    if engine.kind == "postgres" and not may_read(engine.backend, source.table, problems, where):
        return None
    return quoted(source.table)


def _files(files: tuple[str, ...], engine: Engine, where: str, problems: Problems) -> str | None:
    """A view of parquet files, all of the same columns: Spark would leave a missing one blank in silence."""
    schemas = [_schema(file, engine.folder, problems) for file in files]
    first = schemas[0]
    if first is None or None in schemas:
        return None
    for file, schema in zip(files, schemas, strict=True):
        for column in sorted({field.name for field in set(schema or []) ^ set(first)}):
            problems.add("data.stack_columns", where=file, column=column, first=files[0])
            return None
    name = "_files_" + "".join(c if c.isalnum() else "_" for c in "_".join(files))
    try:
        rows = engine.backend.read.parquet(*[(engine.folder / file).resolve().as_uri() for file in files])
    except Exception as error:
        if not is_servers(error):
            raise
        problems.add("connection.failed", where=where, value=" ".join(str(error).split())[:240])
        return None
    rows.createOrReplaceTempView(name)
    return _on_their_clock(name, first)


def _schema(file: str, folder: Path, problems: Problems) -> pa.Schema | None:
    """The columns of a parquet file, or of a folder of them, inside the engagement's."""
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()):
        problems.add("data.outside_folder", where=file)
    elif not path.exists():
        problems.add("data.missing_file", where=file)
    else:
        try:
            return dataset(path, format="parquet").schema.remove_metadata()
        except (pa.ArrowInvalid, OSError) as error:
            problems.add("data.not_parquet", where=file, value=str(error).splitlines()[0][:120])
    return None


def _on_their_clock(name: str, schema: pa.Schema) -> str:
    """Spark keeps no zone of a column: the day is the one on the clock that the files name."""
    zones = {f.name: f.type.tz for f in schema if pa.types.is_timestamp(f.type) and f.type.tz}
    if not zones:
        return ident(name)
    listed = [
        f"{ident(c)} AT TIME ZONE {literal(zones[c])} AS {ident(c)}" if c in zones else ident(c)
        for c in schema.names
    ]
    return f"(SELECT {', '.join(listed)} FROM {ident(name)})"


def _types(engine: Engine, relation: str) -> dict[str, pa.DataType]:
    """The columns' types on the server; the reading of a table says them, with no row of it."""
    nothing = run(engine, f"SELECT * FROM {relation} AS s LIMIT 0")
    return {field.name: field.type for field in nothing.schema}


def _mapped(
    name: str,
    table: StandardTable,
    columns: Mapping[str, str],
    present: list[str],
    where: str,
    problems: Problems,
) -> dict[str, str]:
    """Standard column → the client's column."""
    mapped = {c: c for c in table.columns if c in present} | dict(columns)
    for column, wanted in columns.items():
        if wanted not in present:
            problems.add(
                "data.missing_column", where=where, column=wanted, standard=f"{name}.{column}",
                near=near(wanted, present),
            )  # fmt: skip
    for column, spec in table.columns.items():
        if spec.required and column not in mapped:
            listed = ", ".join(present[:20])
            problems.add("data.required_column", where=where, column=column, table=name, present=listed)
    return {column: written for column, written in mapped.items() if written in present}


def _cell(
    column: str,
    written: str,
    kind: pa.DataType,
    table: StandardTable,
    source: TableSource,
    where: str,
    problems: Problems,
) -> Cell | None:
    """How a column is read; None and a problem where its type does not say what its cells are."""
    spec = table.columns[column]
    own, words = ident(written), source.values.get(column, {})
    said = {"where": where, "column": written, "standard": column, "kind": spec.kind}
    if words and spec.kind not in ("text", "choice"):
        problems.add("connection.words_in_place", **said)  # type: ignore[arg-type]
        return None
    if spec.kind in ("text", "choice"):
        if any(is_kind(kind) for is_kind in _NO_TEXT) or pa.types.is_timestamp(kind):
            problems.add("connection.not_kind", value=str(kind), **said)  # type: ignore[arg-type]
            return None
        return Cell(column, written, spec, _words(_text(own, kind), words))
    is_day = pa.types.is_date(kind) or pa.types.is_timestamp(kind)
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    if not (is_day if spec.kind == "day" else is_number):
        problems.add("connection.not_kind", value=str(kind), **said)  # type: ignore[arg-type]
        return None
    return Cell(column, written, spec, f"CAST({own} AS {SQL_TYPES[spec.kind]})")


def _text(own: str, kind: pa.DataType) -> str:
    """A cell's text without blanks around it; NULL where nothing is left."""
    if pa.types.is_boolean(kind):
        return f"CASE WHEN {own} THEN 'true' WHEN NOT {own} THEN 'false' END"
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return f"CAST({own} AS VARCHAR)"
    return f"nullif(trim(CAST({own} AS VARCHAR), {literal(BLANKS)}), '')"


def _words(cell: str, words: Mapping[str, str]) -> str:
    if not words:
        return cell
    cases = " ".join(f"WHEN {literal(old.strip(BLANKS))} THEN {literal(new)}" for old, new in words.items())
    return f"CASE {cell} {cases} ELSE {cell} END"


def _select(table: StandardTable, cells: list[Cell], relation: str) -> str:
    """The standard table's columns, blank where the client has none, and a layer for each derived column."""
    read = {cell.column: cell.sql for cell in cells}
    listed = [
        f"{read.get(column) or f'CAST(NULL AS {SQL_TYPES[spec.kind]})'} AS {ident(column)}"
        for column, spec in table.columns.items()
    ]
    for column, lookup in table.lookups.items():
        if column not in table.columns:
            kind = TABLES[lookup.table].columns[lookup.column].kind
            listed.append(f"CAST(NULL AS {SQL_TYPES[kind]}) AS {ident(column)}")
    select = f"SELECT {', '.join(listed)} FROM {relation} AS s"
    for column, sql in table.derived.items():
        select = f"SELECT *, {sql} AS {ident(column)} FROM ({select}) AS s"
    return select
