"""What `engagement.yaml` says of connections, and of the tables that come from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, Protocol

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from toolkit.data.connections import Connection, check_connection, is_table_name, without_passwords
from toolkit.documents import Document, dotted
from toolkit.errors import Problems
from toolkit.faults import near

WHERE = "engagement.yaml"


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class SaidConnection:
    """A connection as the document writes it."""

    url: str
    measure: Literal["copied", "in_place"] = "copied"


class SaidTable(Protocol):
    """What a table's entry says of where its rows are."""

    @property
    def connection(self) -> str: ...
    @property
    def table(self) -> str: ...
    @property
    def select(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def files(self) -> tuple[str, ...]: ...


def _place(document: Document, *at: str) -> dict[str, Any]:
    return {"where": WHERE, "row": document.line(at), "column": dotted(at)}


def without_secrets(document: Document, problems: Problems) -> tuple[dict[str, Any], list[str]]:
    """The document with no password in it, so that no message can repeat one; and whose there were."""
    found: list[str] = []
    said = document.data.get("connections", {})
    data = document.data | ({"connections": without_passwords(said, found)} if said else {})
    for name in found:
        variable = Connection(name, "").password_variable
        place = _place(document, "connections", name)
        problems.add("connection.password", value=name, variable=variable, **place)
    return data, found


def connections_said(
    connections: Mapping[str, SaidConnection],
    refused: list[str],
    document: Document,
    problems: Problems,
) -> dict[str, Connection | None]:
    """The document's connections by name; None for one that is at fault, which is said already.

    Parameters
    ----------
    refused : list of str
        Those that held a password.
    """
    found: dict[str, Connection | None] = {}
    for name, said in connections.items():
        before = len(problems)
        connection = Connection(name, said.url, said.measure == "in_place")
        if connection.kind == "spark":  # there is nothing else to be had from it
            connection = replace(connection, in_place=True)
        check_connection(connection, _place(document, "connections", name), problems)
        found[name] = connection if len(problems) == before and name not in refused else None
    return found


def _has_files(table: SaidTable) -> bool:
    return bool(table.file or table.files)


def connection_said(
    table: SaidTable,
    at: tuple[str, ...],
    connections: Mapping[str, Connection | None],
    document: Document,
    problems: Problems,
) -> Connection | None:
    """The connection that a table comes from: by a table's name, or for Spark by parquet files."""
    place = _place(document, *at)
    if not table.connection:
        if table.table:
            problems.add("connection.table_alone", **place)
        return None
    if table.connection not in connections:
        others = near(table.connection, connections)
        problems.add("connection.unknown", value=table.connection, near=others, **place)
        return None
    found = connections[table.connection]
    kind = found.kind if found else ""
    if table.select:
        problems.add("connection.select", **place)
    elif _has_files(table) and (table.table or kind not in ("spark", "")):
        problems.add("connection.two_sources", **place)
    elif not table.table and not _has_files(table):
        problems.add("connection.no_table", **place)
    elif table.table and not is_table_name(table.table):
        problems.add("connection.table_name", value=table.table[:60], **_place(document, *at, "table"))
    for name in (table.file, *table.files):
        if name and kind == "spark" and not name.lower().endswith(".parquet"):
            problems.add("connection.files_of_spark", value=name, **place)
    return found
