"""What is wrong with a table that stays where it lies: counted on the server, in few passes over its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from toolkit.data.convert import ident, literal
from toolkit.data.databases.engines import Engine, run
from toolkit.data.files.read import SHOWN
from toolkit.data.sources import TableSource, source_name
from toolkit.data.tables import Column, StandardTable
from toolkit.errors import Problems

_LARGEST = "100000000000000"  # 10^14, from which on an amount does not fit DECIMAL(18, 4)


@dataclass(frozen=True)
class Cell:
    """A column of the client's on its way into a standard column: the SQL that reads it, and its text."""

    column: str
    written: str
    spec: Column
    sql: str


def check_in_place_owners(
    select: str, source: TableSource, engine: Engine, known: Iterable[str], problems: Problems
) -> None:
    """Whoever owns a row must be known.

    Parameters
    ----------
    select : str
        The standard table, as `in_place` gives it.
    known : iterable of str
        The roster's ids.
    """
    roster = {"_known": pa.table({"id": pa.array(sorted(known), pa.string())})}
    found = run(
        engine,
        f"SELECT t.participant AS who, count(*) AS n FROM ({select}) AS t LEFT JOIN _known AS k "
        f"ON k.id = t.participant WHERE k.id IS NULL AND t.participant IS NOT NULL GROUP BY 1",
        roster,
    ).to_pylist()
    where, column = source_name("", source), source.written("participant")
    ordered = sorted(found, key=lambda row: (-row["n"], row["who"]))
    for row in ordered[:SHOWN]:
        problems.add(
            "data.unknown_participant", where=where, column=column, value=row["who"], rows=int(row["n"])
        )
    _rest(len(found), where, column, problems)


def check_cells(
    engine: Engine, relation: str, table: StandardTable, cells: list[Cell], where: str, problems: Problems
) -> None:
    """Count on the server, in one pass, what could not be used; only what is found is looked at again."""
    counts: dict[tuple[str, str], str] = {}
    for cell in cells:
        for code, test in _tests(cell).items():
            counts[cell.column, code] = f"count(*) FILTER (WHERE {test})"
    listed = ", ".join(f"{sql} AS c{i}" for i, sql in enumerate(counts.values()))
    row = run(
        engine, f"SELECT count(*) AS n{', ' if listed else ''}{listed} FROM {relation} AS s"
    ).to_pylist()[0]
    if row["n"] == 0:
        problems.add("data.empty_table", where=where)
    by_column = {cell.column: cell for cell in cells}
    for i, (column, code) in enumerate(counts):
        cell, found = by_column[column], int(row[f"c{i}"])
        if found and code == "data.unknown_word":
            _unknown_words(engine, relation, cell, where, problems)
        elif found:
            problems.add(code, where=where, column=cell.written, value=found)
    _check_key(engine, relation, table, by_column, where, problems)


def _tests(cell: Cell) -> dict[str, str]:
    """What may be wrong with a cell → the condition that finds it."""
    tests = {}
    number = f"abs(CAST({ident(cell.written)} AS DOUBLE))"
    if cell.spec.kind == "choice":
        listed = ", ".join(literal(word) for word in cell.spec.choices)
        tests["data.unknown_word"] = f"({cell.sql}) NOT IN ({listed})"
    if cell.spec.kind in ("money", "number"):
        # Not a number is more than infinity on every engine.
        tests["connection.not_numbers"] = f"{number} >= CAST('Infinity' AS DOUBLE)"
    if cell.spec.kind == "money":
        tests["connection.too_large"] = f"{number} >= {_LARGEST} AND {number} < CAST('Infinity' AS DOUBLE)"
    if cell.spec.required:
        blank = cell.sql if cell.spec.kind in ("text", "choice") else ident(cell.written)
        tests["connection.blanks"] = f"({blank}) IS NULL"
    return tests


def _unknown_words(engine: Engine, relation: str, cell: Cell, where: str, problems: Problems) -> None:
    test = _tests(cell)["data.unknown_word"]
    found = run(
        engine, f"SELECT ({cell.sql}) AS word, count(*) AS n FROM {relation} AS s WHERE {test} GROUP BY 1"
    ).to_pylist()
    known = ", ".join(cell.spec.choices)
    for row in sorted(found, key=lambda row: (-row["n"], row["word"]))[:SHOWN]:
        problems.add(
            "data.unknown_word", where=where, column=cell.written, value=row["word"], known=known,
            standard=cell.column,
        )  # fmt: skip
    _rest(len(found), where, cell.written, problems)


def _check_key(
    engine: Engine,
    relation: str,
    table: StandardTable,
    cells: Mapping[str, Cell],
    where: str,
    problems: Problems,
) -> None:
    """No key twice; a blank in its first column means that the client keeps no key."""
    key = [cells[column] for column in table.key if column in cells]
    if not key or len(key) < len(table.key):
        return
    listed = ", ".join(f"{cell.sql} AS k{i}" for i, cell in enumerate(key))
    names = ", ".join(f"k{i}" for i in range(len(key)))
    found = run(
        engine,
        f"SELECT {names}, count(*) AS n FROM (SELECT {listed} FROM {relation} AS s) AS q "
        f"WHERE k0 IS NOT NULL GROUP BY {names} HAVING count(*) > 1 ORDER BY {names} LIMIT {SHOWN + 1}",
    ).to_pylist()
    column = " + ".join(cell.written for cell in key)
    for row in found[:SHOWN]:
        value = " / ".join(str(row[f"k{i}"]) for i in range(len(key)))
        problems.add("connection.repeated_key", where=where, column=column, value=value, rows=int(row["n"]))


def _rest(found: int, where: str, column: str, problems: Problems) -> None:
    if found > SHOWN:
        problems.add("connection.more", where=where, column=column, value=found - SHOWN)
