"""Where a standard table comes from, as `engagement.yaml` says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.data.connections import Connection
from toolkit.data.files.source import FileSource


@dataclass(frozen=True)
class TableSource:
    """What `engagement.yaml` says of one standard table: files or a SELECT, and which column is what."""

    source: FileSource | None
    select: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    date_format: str = ""
    connection: Connection | None = None
    table: str = ""

    def written(self, column: str) -> str:
        """What the client calls a standard column."""
        return self.columns.get(column, column)


def source_name(table: str, source: TableSource, file: int = 0) -> str:
    """What problems call a table's source: a file, a connection with its table, a SELECT."""
    if source.connection is not None:
        listed = source.source.files if source.source else ()
        return f"{source.connection.name}: {source.table or ', '.join(listed)}"
    return source.source.files[file] if source.source else f"engagement.yaml tables.{table}.select"
