"""A loaded table under examination: where it lies, what its columns are called, how its notes are placed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ibis.backends.duckdb import Backend

from toolkit.data.sources import TableSource, source_name
from toolkit.errors import Problems
from toolkit.language import number

FIRST = 3  # rows that a note names; how many there are it counts


@dataclass(frozen=True)
class Subject:
    """A standard table as loaded.

    Parameters
    ----------
    name : str
        The standard table.
    source : TableSource
        What `engagement.yaml` says of it.
    filled : frozenset of str
        The columns that the client's data fill.
    rows : int
        How many it has.
    """

    database: Backend
    name: str
    source: TableSource
    filled: frozenset[str]
    problems: Problems
    rows: int = 0

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return list(self.database.raw_sql(sql).fetchall())

    def where(self, file: int | None = 0) -> str:
        """What problems call the table's source: a file, a connection's table, a SELECT."""
        return source_name(self.name, self.source, file or 0)

    def written(self, *columns: str) -> str:
        """What the client calls some columns."""
        return " + ".join(dict.fromkeys(self.source.written(column) for column in columns))

    def has(self, *columns: str) -> bool:
        """Whether the client's data fill all of these columns."""
        return self.filled.issuperset(columns)

    def note(
        self,
        code: str,
        columns: Iterable[str],
        count: int,
        total: Decimal | float | None = None,
        file: int | None = 0,
        **values: Any,
    ) -> None:
        """Say what looks odd in so many rows; `count`, `among` and `total` stay numbers beside the words."""
        self.problems.note(
            code,
            where=self.where(file),
            column=self.written(*columns),
            table=self.name,
            count=count,
            among=self.rows,
            total=total,
            rows=number(count, "en"),
            of=number(self.rows, "en"),
            money=number(total, "en", 2),
            **values,
        )


def first_rows(rows: Iterable[int | None], count: int) -> str:
    """The first rows by their numbers: `5, 9, 12, …`.

    Examples
    --------
    >>> first_rows([5, 9, 12], 7), first_rows([5], 1)
    ('5, 9, 12, …', '5')
    """
    named = [str(row) for row in rows if row is not None]
    return ", ".join([*named, "…"] if count > len(named) else named)
