"""`engagement.yaml` as data: what a client's engagement says, read strictly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from toolkit.data.read import FileSource
from toolkit.data.store import TableSource
from toolkit.data.tables import TABLES
from toolkit.documents import Document, dotted, read_as
from toolkit.errors import Problems
from toolkit.periods import NAME, Calendar

_STRICT = ConfigDict(extra="forbid")
Text = str | Mapping[Literal["en", "zh"], str]
WHERE = "engagement.yaml"


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


_FROM = "from"


@dataclass(frozen=True, config=_STRICT)
class _File:
    file: str = ""
    files: tuple[str, ...] = ()
    encoding: str = "utf-8"
    separator: str = ","
    names: tuple[str, ...] = ()


@dataclass(frozen=True, config=_STRICT)
class _Table(_File):
    select: str = ""
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


@dataclass(frozen=True, config=ConfigDict(extra="forbid", arbitrary_types_allowed=True))
class Spec:
    """An engagement's document, checked; the sources are ready to be read."""

    document: _Engagement
    calendar: Calendar
    tables: Mapping[str, TableSource]
    files: Mapping[str, FileSource]


def parse_spec(document: Document, problems: Problems) -> Spec | None:
    """Check `engagement.yaml`; None when it cannot be used at all, with every fault in `problems`."""
    if not isinstance(document.data, dict):
        problems.add("document.not_a_mapping", where=WHERE, row=1, value=document.data)
        return None
    parsed: _Engagement | None = read_as(_Engagement, document.data, document, WHERE, problems)
    if parsed is None:
        return None
    before = len(problems)
    calendar = _calendar(parsed, document, problems)
    _check_cover(parsed, document, problems)
    files = {name: _file(file, ("files", name), document, problems) for name, file in parsed.files.items()}
    tables = {
        name: _table(name, table, document, problems) for name, table in parsed.tables.items() if _known(name, document, problems)
    }
    if "participants" not in parsed.tables:
        problems.add("engagement.no_participants", where=WHERE, row=document.line(("tables",)), column="tables")
    if len(problems) > before or calendar is None:
        return None
    return Spec(parsed, calendar, tables, files)


def _known(name: str, document: Document, problems: Problems) -> bool:
    if name not in TABLES:
        problems.add("engagement.unknown_table", where=WHERE, row=document.line(("tables", name)), value=name, known=", ".join(TABLES))
    return name in TABLES


def _check_cover(parsed: _Engagement, document: Document, problems: Problems) -> None:
    place: dict[str, Any] = {"where": WHERE, "row": document.line(("covers",)), "column": "covers"}
    if set(parsed.covers) != {"from", "to"}:
        problems.add("engagement.cover_incomplete", **place)
    elif parsed.covers["from"] > parsed.covers["to"]:
        problems.add("engagement.cover_reversed", value=str(parsed.covers["from"]), end=str(parsed.covers["to"]), **place)


def _file(file: _File, at: tuple[str, ...], document: Document, problems: Problems) -> FileSource:
    listed = (file.file, *file.files) if file.file else file.files
    if not listed:
        problems.add("engagement.no_file", where=WHERE, row=document.line(at), column=dotted(at))
    return FileSource(listed, file.encoding, file.separator, file.names)


def _table(name: str, table: _Table, document: Document, problems: Problems) -> TableSource:
    at = ("tables", name)
    place: dict[str, Any] = {"where": WHERE, "row": document.line(at), "column": dotted(at)}
    if table.select and (table.file or table.files):
        problems.add("engagement.file_and_select", **place)
    extra = sorted(set(table.columns) - set(TABLES[name].columns))
    if name != "participants":
        for column in extra:
            row = document.line((*at, "columns", column))
            known = ", ".join(TABLES[name].columns)
            problems.add("engagement.unknown_column", where=WHERE, row=row, column=f"tables.{name}.columns.{column}", value=column, table=name, known=known)
    source = None if table.select else _file(table, at, document, problems)
    return TableSource(source, table.select, table.columns, table.values, table.date_format)


def _calendar(parsed: _Engagement, document: Document, problems: Problems) -> Calendar | None:
    said = parsed.calendar
    if said == "months":
        return Calendar()
    assert isinstance(said, Mapping)
    place: dict[str, Any] = {"where": WHERE, "row": document.line(("calendar",)), "column": "calendar"}
    if set(said) <= {"fiscal_year_starts", "named_after"} and isinstance(said.get("fiscal_year_starts"), int):
        month, after = said["fiscal_year_starts"], said.get("named_after", "start")
        if 1 <= month <= 12 and after in ("start", "end"):
            return Calendar(first_month=month, named_after=after)
    elif set(said) == {"periods", "ends"} and _periods_fit(said):
        return Calendar(starts=dict(said["periods"]), ends=said["ends"])
    problems.add("engagement.calendar", value=str(dict(said))[:80], **place)
    return None


def _periods_fit(said: Mapping[str, Any]) -> bool:
    """Named quarters, `2011-Q1` and on without a gap, each starting after the one before."""
    periods, ends = said["periods"], said["ends"]
    if not isinstance(periods, Mapping) or not periods or not all(isinstance(d, dt.date) for d in (*periods.values(), ends)):
        return False
    names = list(periods)
    if not all(NAME.fullmatch(name) and "-Q" in name for name in names):
        return False
    days = [*periods.values(), ends]
    following = all(Calendar().shift(a, 1) == b for a, b in zip(names, names[1:], strict=False))
    return following and all(a < b for a, b in zip(days, days[1:], strict=False))
