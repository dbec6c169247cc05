"""Where a standard table's rows are selected from: its columns, those derived from them, those looked up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ibis.backends.duckdb import Backend

from toolkit.data.convert import ident
from toolkit.data.databases.engines import Engine, run
from toolkit.data.tables import TABLES, Lookup

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Relation:
    """A standard table, ready to be measured.

    Parameters
    ----------
    source : str
        What a FROM may name: a table, or a SELECT in brackets.
    engine : Engine, optional
        Where it lies; None for the toolkit's own database.
    derived : mapping
        Columns that the source does not hold yet → their SQL, in an order in which each may use the ones
        before it.
    lookups : mapping
        Columns that other standard tables of the same database fill.
    is_view : bool
        Its rows were too many to be copied.
    blanks : frozenset of str
        Looked up columns that stand in the source too, with nothing in them.
    credit : str
        Of deals: '' (whole to their owner), split, or double (people's shares may pass the whole).
    shape : str
        For rows that lie elsewhere: an empty table here with their columns.
    """

    source: str
    engine: Engine | None = None
    derived: Mapping[str, str] = field(default_factory=dict)
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    is_view: bool = False
    blanks: frozenset[str] = frozenset()
    credit: str = ""

    shape: str = ""

    def sample(self, columns: Iterable[str]) -> str:
        """What a FROM here may name to see the columns' types, wherever the rows are."""
        return self.shape or self.select(columns)

    def select(self, columns: Iterable[str]) -> str:
        """What a FROM may name to have these columns: nothing is joined or derived that is not asked for.

        Examples
        --------
        >>> Relation("deals", derived={"days": "date_diff('day', a, b)"}).select(["amount"])
        'deals'
        """
        wanted = self._with_sources(columns)
        sql = self.source
        for column, lookup in self.lookups.items():
            if column in wanted:
                sql = _looked_up(sql, column, lookup, column in self.blanks)
        for column, derived in self.derived.items():
            if column in wanted:
                sql = f"(SELECT *, {derived} AS {ident(column)} FROM {sql} AS d)"
        return sql

    def _with_sources(self, columns: Iterable[str]) -> set[str]:
        """Columns, and those that the derived ones among them are derived from."""
        needed = set(columns)
        for column in list(self.derived)[::-1]:  # each may use the ones before it
            if column in needed:
                needed |= set(_WORD.findall(self.derived[column]))
        return needed


def ask(database: Backend, relation: Relation, columns: Iterable[str], query: str) -> list[tuple[Any, ...]]:
    """The rows of a SELECT over a standard table, wherever it lies; `{rows}` stands for what its FROM names.

    Parameters
    ----------
    columns : iterable of str
        The table's columns that the query names.
    """
    sql = query.format(rows=f"{relation.select(columns)} AS t")
    if relation.engine is None:
        found: list[tuple[Any, ...]] = database.raw_sql(sql).fetchall()
        return found
    return [tuple(row.values()) for row in run(relation.engine, sql, {}).to_pylist()]


def relations_of(
    database: Backend, own: Mapping[str, frozenset[str]]
) -> tuple[dict[str, Relation], dict[str, frozenset[str]]]:
    """The loaded tables as relations, and the columns that each fills with what is looked up and derived.

    Parameters
    ----------
    own : mapping
        table → its columns that the client's data fill.
    """
    relations, filled = {}, {}
    views = {
        row[0]
        for row in database.raw_sql("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    }
    for name, columns in own.items():
        table = TABLES[name]
        lookups = {
            column: lookup
            for column, lookup in table.lookups.items()
            if column not in columns and lookup.on in columns
            and {lookup.on, lookup.column} <= own.get(lookup.table, frozenset())
        }  # fmt: skip
        present = columns | set(lookups)
        derived = {c: sql for c, sql in table.derived.items() if set(table.needs[c]) <= present}
        stand = {row[0] for row in database.raw_sql(f"DESCRIBE {ident(name)}").fetchall()}
        blanks = frozenset(set(lookups) & stand)
        relations[name] = Relation(ident(name), None, derived, lookups, name in views, blanks)
        filled[name] = frozenset(present | set(derived))
    return relations, filled


def _looked_up(sql: str, column: str, lookup: Lookup, replaces: bool) -> str:
    """The rows with one column more; a key that stands there twice gives its first row, never two."""
    key, value = ident(lookup.on), ident(lookup.column)
    others = f" EXCLUDE ({ident(column)})" if replaces else ""
    other = f"(SELECT {key} AS k, min({value}) AS v FROM {ident(lookup.table)} GROUP BY {key})"
    if lookup.day:  # a question of its own for every row: accounts whose days overlap add none
        until = "coalesce(c.valid_to, DATE '2200-01-01')"
        held = f"{lookup.day} BETWEEN coalesce(c.valid_from, DATE '1900-01-01') AND {until}"
        held = f"SELECT min(c.{value}) FROM {ident(lookup.table)} AS c WHERE c.{key} = d.{key} AND {held}"
        return f"(SELECT d.*{others}, ({held}) AS {ident(column)} FROM {sql} AS d)"
    return (
        f"(SELECT d.*{others}, l.v AS {ident(column)} FROM {sql} AS d "
        f"LEFT JOIN {other} AS l ON l.k = d.{key})"
    )
