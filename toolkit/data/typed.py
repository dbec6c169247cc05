"""A table as the client wrote it → a standard table: mapped, converted, checked cell by cell in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from ibis.backends.duckdb import Backend
from rapidfuzz import process

from toolkit.data.convert import convert, ident, literal, trimmed
from toolkit.data.files.odd import OddColumn, check_date_system
from toolkit.data.files.read import SHOWN
from toolkit.data.files.refused import Cells, check_column
from toolkit.data.files.refused import note_rest as note_rest
from toolkit.data.tables import SQL_TYPES, Column, StandardTable
from toolkit.errors import Problems

MONEY_DECIMALS = 4


@dataclass(frozen=True)
class Raw:
    """A source as read: its relation in the database, its columns' types, and what problems call it."""

    relation: str
    types: Mapping[str, pa.DataType]
    files: tuple[str, ...]
    is_file: bool = (
        False  # a file's Arrow table, which DuckDB scans where it lies; its text is trimmed already
    )
    stays: bool = False  # too many rows to copy: the standard table is a view of the file
    trimmed: frozenset[str] = frozenset()  # columns of text that are known to have no blanks around it

    def is_text(self, column: str) -> bool:
        """Whether a column's cells are to be read from text, not from a type of their own."""
        kind = self.types[column]
        own = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_temporal)
        return not any(is_kind(kind) for is_kind in own)

    def cell(self, column: str) -> str:
        """The SQL expression for a cell's text without blanks around it; NULL where nothing is left."""
        if column in self.trimmed or (self.is_file and pa.types.is_string(self.types[column])):
            return ident(column)
        return trimmed(column, self.is_text(column))

    @property
    def columns(self) -> list[str]:
        """The source's own columns."""
        return [column for column in self.types if column not in ("_file", "_row")]


def load_typed(
    database: Backend,
    name: str,
    table: StandardTable,
    raw: Raw,
    columns: Mapping[str, str],
    values: Mapping[str, Mapping[str, str]],
    date_format: str,
    problems: Problems,
) -> frozenset[str] | None:
    """Make the standard table from the source as read.

    Parameters
    ----------
    columns : mapping
        Standard column → the source's column.
    values : mapping
        Standard column → the client's words → the toolkit's.

    Returns
    -------
    frozenset of str
        The standard columns filled; None with the reasons in `problems`.
    """
    before = len(problems)
    mapped = _mapped(name, table, columns, raw, problems)
    specs = {c: table.columns.get(c, Column("text")) for c in mapped}
    expressions = {
        c: convert(
            spec.kind, mapped[c], raw.cell(mapped[c]), raw.is_text(mapped[c]), values.get(c, {}), date_format
        )
        for c, spec in specs.items()
    }
    check_date_system(raw.files, date_format, problems)
    _create(database, name, table, expressions, raw)
    suspects = _suspects(database, name, raw, specs, mapped)
    odd: dict[str, str] = {}
    for column in suspects:  # only what the plain reading refuses takes the long way
        cells = _odd(database, raw, mapped[column], expressions[column], problems)
        kind, is_text = specs[column].kind, raw.is_text(mapped[column])
        odd[column] = cells.read(kind, is_text, values.get(column, {}), date_format) or expressions[column]
    if any(odd[column] != expressions[column] for column in odd):
        expressions |= odd
        _create(database, name, table, expressions, raw)
        suspects = _suspects(database, name, raw, specs, mapped)
    for column in suspects:
        faulty = Cells(database, raw, mapped[column], expressions[column], problems)
        check_column(faulty, column, specs[column], date_format)
    _note_cut_amounts(database, raw, specs, mapped, expressions, problems)
    _let_go(database, raw)
    if len(problems) > before:
        database.raw_sql(f"DROP {'VIEW' if raw.stays else 'TABLE'} {ident(name)}")
        return None
    if raw.stays:  # every cell can be read, so a plain cast reads it, and reads it fastest
        plain = {c: _plain_cast(raw, mapped[c], s.kind) for c, s in specs.items() if c not in values}
        _create(database, name, table, expressions | {c: sql for c, sql in plain.items() if sql}, raw)
    else:
        _check_key(database, name, table, mapped, raw, problems)
    return frozenset(mapped)


def _let_go(database: Backend, raw: Raw) -> None:
    """Free the source, unless the standard table is a view of it."""
    if raw.is_file:
        database.con.unregister(raw.relation)
    elif not raw.stays:
        database.raw_sql(f"DROP TABLE {ident(raw.relation)}")


def _plain_cast(raw: Raw, column: str, kind: str) -> str:
    """The cast of a column that has a type of its own; '' where its text must be read."""
    counted = kind == "day" and not pa.types.is_temporal(raw.types[column])  # a spreadsheet's day numbers
    return "" if raw.is_text(column) or counted else f"CAST({ident(column)} AS {SQL_TYPES[kind]})"


def _odd(database: Backend, raw: Raw, written: str, expression: str, problems: Problems) -> OddColumn:
    return OddColumn(database, raw.relation, raw.files, written, raw.cell(written), expression, problems)


def _note_cut_amounts(
    database: Backend,
    raw: Raw,
    specs: Mapping[str, Column],
    mapped: Mapping[str, str],
    expressions: Mapping[str, str],
    problems: Problems,
) -> None:
    """Say which amounts have more decimals than are kept; whole numbers and short decimals have none."""
    for column, spec in specs.items():
        kind = raw.types[mapped[column]]
        short = pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale <= MONEY_DECIMALS)
        if spec.kind == "money" and not short:
            cells = _odd(database, raw, mapped[column], expressions[column], problems)
            cells.note_decimals(raw.is_text(mapped[column]))


def _mapped(
    name: str, table: StandardTable, columns: Mapping[str, str], raw: Raw, problems: Problems
) -> dict[str, str]:
    """Standard column → the source's column."""
    present = raw.columns
    mapped = {c: c for c in table.columns if c in present} | dict(columns)
    for column, wanted in columns.items():
        if wanted not in present:
            near = [n for n, score, _ in process.extract(wanted, present, limit=3) if score >= 60]
            problems.add(
                "data.missing_column", where=raw.files[0], column=wanted, standard=f"{name}.{column}",
                near=", ".join(near or present[:12]),
            )  # fmt: skip
    for column, spec in table.columns.items():
        if spec.required and column not in mapped:
            listed = ", ".join(present[:20])
            problems.add(
                "data.required_column", where=raw.files[0], column=column, table=name, present=listed
            )
    return {c: s for c, s in mapped.items() if s in present}


def _create(
    database: Backend, name: str, table: StandardTable, expressions: Mapping[str, str], raw: Raw
) -> None:
    columns = [f"{sql} AS {ident(c)}" for c, sql in expressions.items()]
    blank = {c: SQL_TYPES[s.kind] for c, s in table.columns.items() if c not in expressions}
    columns += [f"CAST(NULL AS {kind}) AS {ident(c)}" for c, kind in blank.items()]
    query = f"SELECT {', '.join(columns)}, _file, _row FROM {ident(raw.relation)}"
    database.raw_sql(f"CREATE OR REPLACE {'VIEW' if raw.stays else 'TABLE'} {ident(name)} AS {query}")


def _suspects(
    database: Backend, name: str, raw: Raw, specs: Mapping[str, Column], mapped: Mapping[str, str]
) -> list[str]:
    """Columns in which some cell was not read, is unknown or is blank: only these are searched cell by cell.

    A cell that could not be read is filled in the source and blank in the table, so two counts find it.
    """
    tests, sources = {}, {}
    for column, spec in specs.items():
        if spec.kind == "text" and not spec.required:
            continue  # any text will do, and none
        tests[column] = f"count({ident(column)})"
        if spec.kind == "choice":
            words = ", ".join(literal(word) for word in spec.choices)
            tests[column] += f" FILTER (WHERE {ident(column)} IN ({words}))"
        source = mapped[column]
        filled = raw.cell(source) if raw.is_text(source) else ident(source)
        sources[column] = "count(*)" if spec.required else f"count({filled})"
    read = _counts(database, name, tests)
    stood = _counts(database, raw.relation, sources)
    return [column for column in tests if read[column] != stood[column]]


def _counts(database: Backend, relation: str, counts: Mapping[str, str]) -> dict[str, int]:
    """Several counts over a relation in one scan."""
    if not counts:
        return {}
    row = database.raw_sql(f"SELECT {', '.join(counts.values())} FROM {ident(relation)}").fetchone()
    return dict(zip(counts, row, strict=True))


def _check_key(
    database: Backend,
    name: str,
    table: StandardTable,
    mapped: Mapping[str, str],
    raw: Raw,
    problems: Problems,
) -> None:
    """No key twice; a blank in its first column means that the client keeps no key."""
    key = [c for c in table.key if c in mapped]
    if not key or (name == "participants" and "valid_from" in key):
        return  # a person's rows may not overlap, which says more
    columns = ", ".join(ident(c) for c in key)
    filled = f"{ident(name)} WHERE {ident(key[0])} IS NOT NULL"
    rows, keys = database.raw_sql(f"SELECT count(*), count(DISTINCT ({columns})) FROM {filled}").fetchone()
    if rows == keys:
        return
    found: list[tuple[Any, ...]] = database.raw_sql(
        f"SELECT _file, _row, first_file, first_row, value, count(*) OVER () FROM ("
        f"SELECT *, concat_ws(' / ', {columns}) AS value, first_value(_file) OVER w AS first_file, "
        f"first_value(_row) OVER w AS first_row, row_number() OVER w AS nth FROM {ident(name)} "
        f"WHERE {ident(key[0])} IS NOT NULL WINDOW w AS (PARTITION BY {columns} ORDER BY _file, _row)) "
        f"WHERE nth > 1 ORDER BY _file, _row LIMIT {SHOWN}"
    ).fetchall()
    column = " + ".join(dict.fromkeys(mapped[c] for c in key))
    for file, row, first_file, first_row, value, _ in found:
        first = first_row if first_file == file else f"{first_row} ({raw.files[first_file]})"
        problems.add(
            "data.duplicate_key", where=raw.files[file], row=row, column=column, value=value, first=first
        )
    if found and found[0][5] > SHOWN:
        note_rest(raw.files[0], column, found[0][5] - SHOWN, problems)
