"""`engagement.yaml` as data: what a client's engagement says, read strictly."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import field
from itertools import pairwise
from typing import Any, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from toolkit.data.connections import Connection
from toolkit.data.convert import EXCEL
from toolkit.data.databases.said import SaidConnection, connection_said, connections_said, without_secrets
from toolkit.data.files.read import FileSource
from toolkit.data.sources import TableSource
from toolkit.data.tables import TABLES
from toolkit.documents import Document, dotted
from toolkit.errors import Problems
from toolkit.faults import read_as
from toolkit.periods import NAME, Calendar

_STRICT = ConfigDict(extra="forbid")
Text = str | Mapping[Literal["en", "zh"], str]
WHERE = "engagement.yaml"
_PLAIN = re.compile(r"[^\W\d_]\w*")  # a letter or a Chinese character first


@dataclass(frozen=True, config=_STRICT)
class Objective:
    """A goal of the client's: its words, its weight among the goals, and the KPI that shows it."""

    text: Text
    weight: float = 1.0
    kpi: str = ""
    horizon: str = ""


@dataclass(frozen=True, config=_STRICT)
class ClientProblem:
    """What was wrong before, and who says so."""

    text: Text
    source: Text = ""


@dataclass(frozen=True, config=_STRICT)
class _File:
    file: str = ""
    files: tuple[str, ...] = ()
    encoding: str = ""
    separator: str = ""
    names: tuple[str, ...] = ()
    sheet: str = ""
    header_row: int = 0
    header_rows: int = 1


@dataclass(frozen=True, config=_STRICT)
class _Table(_File):
    select: str = ""
    connection: str = ""
    table: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    date_format: str = ""


@dataclass(frozen=True, config=_STRICT)
class _Engagement:
    name: str
    client: Text
    covers: Mapping[Literal["from", "to"], dt.date]
    tables: Mapping[str, _Table]
    language: Literal["en", "zh"] = "en"
    currency: str = "CNY"
    calendar: Literal["months"] | Mapping[str, Any] = "months"
    background: Text = ""
    objectives: tuple[Objective, ...] = ()
    problems: tuple[ClientProblem, ...] = ()
    other_changes: tuple[Mapping[str, Any], ...] = ()
    measure: tuple[str, ...] = ()
    kpis: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    files: Mapping[str, _File] = field(default_factory=dict)
    connections: Mapping[str, SaidConnection] = field(default_factory=dict)


@dataclass(frozen=True, config=ConfigDict(extra="forbid", arbitrary_types_allowed=True))
class Spec:
    """An engagement's document as far as it is sound; the sources are ready to be read.

    `calendar` is None where the document's own cannot be used; a table whose entry is at fault is not in
    `tables`.
    """

    document: _Engagement
    calendar: Calendar | None
    tables: Mapping[str, TableSource]
    files: Mapping[str, FileSource]
    connections: Mapping[str, Connection] = field(default_factory=dict)


def parse_spec(document: Document, problems: Problems) -> Spec | None:
    """Check `engagement.yaml`; None when nothing can be done with it, with every fault in `problems`."""
    if not isinstance(document.data, dict):
        problems.add("document.not_a_mapping", where=WHERE, row=1, value=str(document.data or "")[:60])
        return None
    data, refused = without_secrets(document, problems)
    parsed: _Engagement | None = read_as(_Engagement, data, document, WHERE, problems)
    if parsed is None:
        return None
    calendar = _calendar(parsed, document, problems)
    _check_cover(parsed, document, problems)
    _check_file_names(parsed, document, problems)
    files = {name: _file(file, ("files", name), document, problems) for name, file in parsed.files.items()}
    connections = connections_said(parsed.connections, refused, document, problems)
    tables = {}
    for name, table in parsed.tables.items():
        before = len(problems)
        source = _table(name, table, connections, document, problems)
        if source is not None and len(problems) == before:
            tables[name] = source
    if "participants" not in parsed.tables:
        row = document.line(("tables",))
        problems.add("engagement.no_participants", where=WHERE, row=row, column="tables")
    return Spec(parsed, calendar, tables, files, {name: c for name, c in connections.items() if c})


def _place(document: Document, *at: str) -> dict[str, Any]:
    return {"where": WHERE, "row": document.line(at), "column": dotted(at)}


def _check_cover(parsed: _Engagement, document: Document, problems: Problems) -> None:
    place = _place(document, "covers")
    if set(parsed.covers) != {"from", "to"}:
        problems.add("engagement.cover_incomplete", **place)
    elif parsed.covers["from"] > parsed.covers["to"]:
        start, end = str(parsed.covers["from"]), str(parsed.covers["to"])
        problems.add("engagement.cover_reversed", value=start, end=end, **place)


def _check_file_names(parsed: _Engagement, document: Document, problems: Problems) -> None:
    """Names that a SELECT can use, and can tell apart (SQL does not tell capitals apart)."""
    seen: set[str] = set()
    for name in parsed.files:
        if not _PLAIN.fullmatch(name) or name.casefold() in seen:
            problems.add("engagement.odd_name", value=name, **_place(document, "files", name))
        seen.add(name.casefold())


def _file(file: _File, at: tuple[str, ...], document: Document, problems: Problems) -> FileSource:
    listed = (file.file, *file.files) if file.file else file.files
    if not listed:
        problems.add("engagement.no_file", **_place(document, *at))
    for name in sorted({name for name in listed if listed.count(name) > 1}):
        problems.add("engagement.file_twice", value=name, **_place(document, *at))
    if len(file.separator) > 1 or (file.separator and file.separator in '"\r\n'):
        problems.add("engagement.separator", value=file.separator, **_place(document, *at, "separator"))
    if file.header_row < 0 or (file.names and (file.header_row or file.header_rows != 1)):
        problems.add("engagement.header_row", value=file.header_row, **_place(document, *at, "header_row"))
    if not 1 <= file.header_rows <= 3:
        problems.add("engagement.header_rows", value=file.header_rows, **_place(document, *at, "header_rows"))
    return FileSource(
        listed, file.encoding, file.separator, file.names, file.sheet, file.header_row, file.header_rows
    )


def _table(
    name: str,
    table: _Table,
    connections: Mapping[str, Connection | None],
    document: Document,
    problems: Problems,
) -> TableSource | None:
    at = ("tables", name)
    if name not in TABLES:
        known = ", ".join(TABLES)
        problems.add("engagement.unknown_table", value=name, known=known, **_place(document, *at))
        return None
    if table.select and (table.file or table.files):
        problems.add("engagement.file_and_select", **_place(document, *at))
    _check_columns(name, table, document, problems)
    if table.date_format and not _is_day_format(table.date_format):
        problems.add(
            "engagement.date_format", value=table.date_format, **_place(document, *at, "date_format")
        )
    elsewhere = table.select or table.table or (table.connection and not (table.file or table.files))
    source = None if elsewhere else _file(table, at, document, problems)
    connection = connection_said(table, at, connections, document, problems)
    if table.connection and connection is None:
        return None
    return TableSource(
        source, table.select, table.columns, table.values, table.date_format, connection, table.table
    )


def _check_columns(name: str, table: _Table, document: Document, problems: Problems) -> None:
    """Mapped columns are standard ones; the roster may have grouping columns of plain names besides."""
    standard = TABLES[name].columns
    grouping = set(table.columns) - set(standard) if name == "participants" else set()
    folded = [column.casefold() for column in (*standard, *grouping)]
    for column in sorted(grouping):
        if not _PLAIN.fullmatch(column) or folded.count(column.casefold()) > 1:
            place = _place(document, "tables", name, "columns", column)
            problems.add("engagement.odd_name", value=column, **place)
    for section in ("columns", "values"):
        for column in getattr(table, section):
            if column not in standard and column not in grouping:
                place = _place(document, "tables", name, section, column)
                known = ", ".join((*standard, *sorted(grouping)))
                problems.add("engagement.unknown_column", value=column, table=name, known=known, **place)


def _is_day_format(written: str) -> bool:
    """A year, a month and a day, each once, and nothing that DuckDB does not read."""
    if written in EXCEL:
        return True
    parts = re.findall("%(-?.?)", written)
    bare = [part.lstrip("-") for part in parts]
    once = all(sum(part in kinds for part in bare) == 1 for kinds in (("Y", "y"), ("m", "b", "B"), ("d",)))
    return once and all(part in set("YymbBdHIMSfp") for part in bare)


def _calendar(parsed: _Engagement, document: Document, problems: Problems) -> Calendar | None:
    said = parsed.calendar
    if isinstance(said, str):
        return Calendar()
    if set(said) <= {"fiscal_year_starts", "named_after"}:
        month, after = said.get("fiscal_year_starts"), said.get("named_after", "start")
        if type(month) is int and 1 <= month <= 12 and after in ("start", "end"):
            return Calendar(first_month=month, named_after=after)
    elif set(said) == {"periods", "ends"} and _periods_fit(said):
        return Calendar(starts=dict(said["periods"]), ends=said["ends"])
    problems.add("engagement.calendar", value=str(dict(said))[:80], **_place(document, "calendar"))
    return None


def _periods_fit(said: Mapping[str, Any]) -> bool:
    """Named quarters, `2011-Q1` and on without a gap, each starting after the one before."""
    periods, ends = said["periods"], said["ends"]
    if not isinstance(periods, Mapping) or not periods:
        return False
    days = [*periods.values(), ends]
    if not all(type(day) is dt.date for day in days):
        return False
    names = list(periods)
    if not all(NAME.fullmatch(name) and "-Q" in name for name in names):
        return False
    following = all(Calendar().shift(a, 1) == b for a, b in pairwise(names))
    return following and all(a < b for a, b in pairwise(days))
