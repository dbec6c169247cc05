"""A table as the client wrote it → a standard table: mapped, converted, checked cell by cell in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from ibis.backends.duckdb import Backend
from rapidfuzz import process

from toolkit.data.convert import DAY_OR_MONTH_FIRST, convert, finite, ident, literal, trimmed
from toolkit.data.read import SHOWN
from toolkit.data.tables import SQL_TYPES, Column, StandardTable
from toolkit.errors import Problems


@dataclass(frozen=True)
class Raw:
    """A source as read: its relation in the database, its columns' types, and what problems call it."""

    relation: str
    types: Mapping[str, pa.DataType]
    files: tuple[str, ...]
    is_file: bool = (
        False  # a file's Arrow table, which DuckDB scans where it lies; its text is trimmed already
    )

    def is_text(self, column: str) -> bool:
        """Whether a column's cells are to be read from text, not from a type of their own."""
        kind = self.types[column]
        own = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_temporal)
        return not any(is_kind(kind) for is_kind in own)

    def cell(self, column: str) -> str:
        """The SQL expression for a cell's text without blanks around it; NULL where nothing is left."""
        if self.is_file and pa.types.is_string(self.types[column]):
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
        The standard and derived columns filled; None with the reasons in `problems`.
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
    _create(database, name, table, expressions, raw)
    for column in _suspects(database, name, raw, specs, mapped):
        cells = _Cells(database, raw, mapped[column], expressions[column], problems)
        _check_column(cells, column, specs[column], bool(date_format))
    if raw.is_file:
        database.con.unregister(raw.relation)
    else:
        database.raw_sql(f"DROP TABLE {ident(raw.relation)}")
    if len(problems) > before:
        database.raw_sql(f"DROP TABLE {ident(name)}")
        return None
    _check_key(database, name, table, mapped, raw, problems)
    derived = {d for d in table.derived if set(table.needs[d]) <= set(mapped)}
    return frozenset(mapped) | derived


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
    for column, sql in table.derived.items():  # one layer each: a derived column may use an earlier one
        query = f"SELECT *, {sql} AS {ident(column)} FROM ({query})"
    database.raw_sql(f"CREATE TABLE {ident(name)} AS {query}")


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
        sources[column] = "count(*)" if spec.required else f"count({raw.cell(mapped[column])})"
    read = _counts(database, name, tests)
    stood = _counts(database, raw.relation, sources)
    return [column for column in tests if read[column] != stood[column]]


def _counts(database: Backend, relation: str, counts: Mapping[str, str]) -> dict[str, int]:
    """Several counts over a relation in one scan."""
    if not counts:
        return {}
    row = database.raw_sql(f"SELECT {', '.join(counts.values())} FROM {ident(relation)}").fetchone()
    return dict(zip(counts, row, strict=True))


@dataclass(frozen=True)
class _Cells:
    """A source's column on its way into a standard column, and where its problems go."""

    database: Backend
    raw: Raw
    written: str
    expression: str
    problems: Problems

    @property
    def text(self) -> str:
        return self.raw.cell(self.written)

    def note(self, code: str, condition: str, **values: object) -> None:
        """Note the filled cells that meet a condition; the first are named, the rest counted."""
        self._note(code, f"{self.text} IS NOT NULL AND {condition}", **values)

    def note_blanks(self) -> None:
        self._note("data.blank", f"{self.text} IS NULL")

    def _note(self, code: str, test: str, **values: object) -> None:
        found: list[tuple[Any, ...]] = self.database.raw_sql(
            f"SELECT _file, _row, {self.text}, count(*) OVER () FROM {ident(self.raw.relation)} WHERE {test} "
            f"ORDER BY _file, _row LIMIT {SHOWN}"
        ).fetchall()
        for file, row, value, _ in found:
            where = self.raw.files[file]
            self.problems.add(code, where=where, row=row, column=self.written, value=value, **values)
        if found and found[0][3] > SHOWN:
            note_rest(self.raw.files[0], self.written, found[0][3] - SHOWN, self.problems)


def note_rest(where: str, column: str, rest: int, problems: Problems) -> None:
    """Count what is not named one by one."""
    problems.add("data.more_rows", where=where, column=column, value=rest)


def _check_column(cells: _Cells, column: str, spec: Column, has_format: bool) -> None:
    """Cells that cannot be read, words that are unknown, and blanks where something must stand."""
    unread = f"({cells.expression}) IS NULL"
    if spec.kind == "choice":
        words = ", ".join(literal(word) for word in spec.choices)
        known = ", ".join(spec.choices)
        cells.note(
            "data.unknown_word", f"({cells.expression}) NOT IN ({words})", known=known, standard=column
        )
    elif spec.kind == "day":
        ambiguous = "false" if has_format else f"regexp_full_match({cells.text}, '{DAY_OR_MONTH_FIRST}')"
        cells.note("data.ambiguous_date", f"{unread} AND {ambiguous}")
        cells.note("data.not_a_date", f"{unread} AND NOT {ambiguous}")
    elif spec.kind == "number":
        cells.note("data.not_a_number", unread)
    elif spec.kind == "money":
        is_number = f"({finite(cells.text)}) IS NOT NULL"
        cells.note("data.too_large", f"{unread} AND {is_number}")
        cells.note("data.not_a_number", f"{unread} AND NOT {is_number}")
    if spec.required:
        cells.note_blanks()


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
    column = " + ".join(mapped[c] for c in key)
    for file, row, first_file, first_row, value, _ in found:
        first = first_row if first_file == file else f"{first_row} ({raw.files[first_file]})"
        problems.add(
            "data.duplicate_key", where=raw.files[file], row=row, column=column, value=value, first=first
        )
    if found and found[0][5] > SHOWN:
        note_rest(raw.files[0], column, found[0][5] - SHOWN, problems)
