"""Tables that stay in the client's database: standard tables as SELECTs that run there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ibis.backends.duckdb import Backend

from toolkit.data.convert import ident
from toolkit.data.databases.engines import Engine, open_engine
from toolkit.data.databases.in_place import SMALL, in_place
from toolkit.data.databases.in_place_checks import check_in_place_owners
from toolkit.data.relations import Relation
from toolkit.data.sources import TableSource
from toolkit.data.tables import SQL_TYPES, TABLES
from toolkit.errors import Problems


def stays_elsewhere(name: str, source: TableSource) -> bool:
    """Whether a table is measured where it lies; those that the toolkit needs whole are read all the same."""
    return source.connection is not None and source.connection.in_place and name not in SMALL


def relations_elsewhere(
    database: Backend, tables: Mapping[str, TableSource], folder: Path, problems: Problems
) -> tuple[dict[str, Relation], dict[str, frozenset[str]]]:
    """Open the connections of the tables that stay there, and check these.

    Returns
    -------
    tuple
        Table → its relation, and table → the columns that the client's data fill. The toolkit's own database
        has an empty table of the same columns for each, so that a KPI can be checked without a server.
    """
    engines: dict[str, Engine | None] = {}
    relations, filled = {}, {}
    for name, source in tables.items():
        if not stays_elsewhere(name, source):
            continue
        connection = source.connection
        assert connection is not None
        if connection.name not in engines:
            engines[connection.name] = open_engine(connection, folder, problems)
        engine = engines[connection.name]
        found = in_place(name, source, engine, problems) if engine is not None else None
        if engine is not None and found is not None:
            _make_shape(database, name)
            relations[name] = Relation(f"({found[0]})", engine, shape=ident(name))
            filled[name] = found[1]
    return relations, filled


def check_owners_elsewhere(
    relations: Mapping[str, Relation],
    tables: Mapping[str, TableSource],
    known: Iterable[str],
    problems: Problems,
) -> None:
    """Whoever owns a row there must be in the roster."""
    people = sorted(set(known))
    for name, relation in relations.items():
        if relation.engine is not None:
            rows = relation.source.removeprefix("(").removesuffix(")")
            check_in_place_owners(rows, tables[name], relation.engine, people, problems)


def _make_shape(database: Backend, name: str) -> None:
    """An empty table with the standard table's columns and those derived from them."""
    table = TABLES[name]
    blank = [f"CAST(NULL AS {SQL_TYPES[s.kind]}) AS {ident(c)}" for c, s in table.columns.items()]
    query = f"SELECT {', '.join(blank)}"
    for column, sql in table.derived.items():
        if not set(table.needs[column]) & set(table.lookups):
            query = f"SELECT *, {sql} AS {ident(column)} FROM ({query})"
    database.raw_sql(f"CREATE TABLE {ident(name)} AS {query} LIMIT 0")
