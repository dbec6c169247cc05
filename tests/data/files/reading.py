"""How tests read a client's file: as text, or into a standard table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from tests.data.helpers import explained
from toolkit.data.files.read import FileSource, read_files
from toolkit.data.sources import TableSource
from toolkit.data.store import build, connect
from toolkit.errors import Problem, Problems

MALFORMED = Path(__file__).parent.parent / "malformed"
Rows = list[tuple[Any, ...]]


def cells(table: pa.Table | None) -> Rows | None:
    """The rows without their places."""
    return None if table is None else [tuple(r.values()) for r in table.drop(["_file", "_row"]).to_pylist()]


def read(folder: Path, name: str, **how: Any) -> tuple[pa.Table | None, Problems]:
    """A file as text."""
    problems = Problems()
    table = read_files(FileSource((name,), **how), folder, problems)
    told(problems)
    return table, problems


def load(
    folder: Path, name: str, column: str, table: str = "deals", date_format: str = "", **how: Any
) -> tuple[list[Any], Problems]:
    """The cells of a column of a standard table; a table with problems is not there."""
    problems = Problems()
    database = connect()
    source = TableSource(FileSource((name,), **how), date_format=date_format)
    filled = build(database, {table: source}, {}, folder, problems)
    told(problems)
    if table not in filled:
        return [], problems
    query = f'SELECT "{column}" FROM {table} ORDER BY _row'
    return [row[0] for row in database.raw_sql(query).fetchall()], problems


def told(problems: Problems) -> None:
    """Every problem and note says in both languages where it is and what to do."""
    for said in (*problems.items, *problems.notes):
        explained(said)


def places(found: list[Problem]) -> list[tuple[str, int | None, str, object]]:
    """Code, row, column and value of each."""
    return [(p.code, p.row, p.column, p.value) for p in found]
