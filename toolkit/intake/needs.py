"""Which tables and columns an engagement's KPIs need, so that a client is asked for these and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.catalogue.kpi import Aggregate, Kpi
from toolkit.data.kpis import own_kpis
from toolkit.data.sql import RefusedSql, parse_aggregate
from toolkit.data.tables import TABLES
from toolkit.documents import Document, load_document
from toolkit.errors import DataError, Problem, Problems
from toolkit.faults import near

CORE = (
    "participants", "deals", "activities", "invoices", "payments", "feedback", "training", "customers",
    "products", "targets",
)  # fmt: skip
# What a sheet shows beside what KPIs need, so that people can tell its rows apart.
_ALWAYS = {
    "participants": tuple(TABLES["participants"].columns),
    "deals": ("order", "customer", "product", "stage", "amount", "ordered_on"),
    "activities": ("customer",),
    "invoices": ("customer", "due_on"),
    "payments": ("invoice", "customer"),
    "feedback": ("feedback", "customer", "score"),
    "training": ("title", "score", "status"),
    "customers": ("name", "participant", "segment"),
    "products": ("name", "group"),
    "ratings": ("rater", "comment", "rated_on"),
    "events": ("event", "quantity", "note", "recorded_by"),
    "kpi_values": ("value", "numerator", "denominator", "additive"),
}


@dataclass(frozen=True)
class Needs:
    """Tables and columns to ask a client for, and the KPIs that need each.

    Parameters
    ----------
    columns : mapping
        Table → its columns to ask for, in their standard order.
    kpis : mapping
        (table, column) → names of the KPIs that need it.
    measured : tuple of Kpi
        The KPIs in question; empty where the engagement names none.
    """

    columns: Mapping[str, tuple[str, ...]]
    kpis: Mapping[tuple[str, str], tuple[str, ...]]
    measured: tuple[Kpi, ...]


def needs_of(folder: Path, tables: Iterable[str] = ()) -> Needs:
    """What to ask for: what the KPIs of the schemes and of `measure` need, else all core tables.

    Parameters
    ----------
    folder : Path
        The engagement's; neither `engagement.yaml` nor data need be there.
    tables : iterable of str
        The standard tables to ask for, if not those found.

    Raises
    ------
    DataError
        An unknown table, or a document that cannot be read.
    """
    asked = list(tables)
    unknown = [
        Problem("intake.unknown_table", "--tables", value=t, values={"near": near(t, TABLES)})
        for t in asked
        if t not in TABLES
    ]
    if unknown:
        raise DataError(unknown)
    measured, read = _measured(folder)
    needed: dict[tuple[str, str], list[str]] = {}
    for kpi in measured:
        for table, column in columns_of(kpi):
            needed.setdefault((table, column), []).append(kpi.kpi)
    found = {table for table, _ in needed} | {"participants"} | read
    if any(k.numerator is None for k in measured):
        found.add("kpi_values")
    wanted = asked or [t for t in (TABLES if measured else CORE) if t in found or not measured]
    columns = {
        t: _columns(t, {c for table, c in needed if table == t}, bool(measured))
        for t in TABLES
        if t in wanted
    }
    return Needs(columns, {at: tuple(names) for at, names in needed.items()}, tuple(measured))


def _columns(table: str, needed: set[str], chosen: bool) -> tuple[str, ...]:
    standard = TABLES[table].columns
    if not chosen:
        return tuple(standard)
    kept = needed | {c for c, spec in standard.items() if spec.required} | set(_ALWAYS.get(table, ()))
    return tuple(c for c in standard if c in kept)


def columns_of(kpi: Kpi) -> list[tuple[str, str]]:
    """The client's columns that a KPI reads: (table, column), looked-up and derived ones traced back.

    Examples
    --------
    >>> from toolkit.catalogue.load import load_catalogue
    >>> columns_of(load_catalogue()["visits"])
    [('activities', 'done_on'), ('activities', 'kind'), ('activities', 'participant')]
    """
    parts = [part for part in (kpi.numerator, kpi.denominator) if part is not None]
    return sorted({at for part in parts for at in _of_part(part)})


def _of_part(part: Aggregate) -> set[tuple[str, str]]:
    if part.table not in TABLES:
        return set()
    try:
        columns = set(parse_aggregate(part.sql).columns)
    except RefusedSql:
        return set()
    columns |= {part.date, part.opened, part.closed, part.owner} - {""}
    return {at for column in columns for at in _traced(part.table, column, set())}


def _traced(table: str, column: str, seen: set[str]) -> set[tuple[str, str]]:
    standard = TABLES[table]
    if column in standard.columns:
        return {(table, column)}
    if column in standard.lookups:
        lookup = standard.lookups[column]
        return {(table, lookup.on), (lookup.table, lookup.on), (lookup.table, lookup.column)}
    if column in seen:
        return set()
    return {at for need in standard.needs.get(column, ()) for at in _traced(table, need, seen | {column})}


def _measured(folder: Path) -> tuple[list[Kpi], set[str]]:
    """The KPIs of `measure` and of the schemes, and the tables that schemes read beside those of KPIs."""
    path = folder / "engagement.yaml"
    document = load_document(path, path.name) if path.is_file() else Document(path, {}, {})
    data: Mapping[str, Any] = document.data if isinstance(document.data, dict) else {}
    problems = Problems()
    kpis = own_kpis(data.get("kpis") or {}, document, problems)
    problems.raise_as(DataError)
    names = [str(name) for name in data.get("measure") or []]
    read: set[str] = set()
    for file in sorted((folder / "schemes").glob("*.yaml")):
        scheme = load_document(file, f"schemes/{file.name}").data
        if isinstance(scheme, dict):
            measures = [m for m in scheme.get("measures") or [] if isinstance(m, dict)]
            names += [str(measure.get("kpi")) for measure in measures]
            read |= _read(scheme, measures)
    return [kpis[name] for name in dict.fromkeys(names) if name in kpis], read


def _read(scheme: Mapping[str, Any], measures: list[dict[str, Any]]) -> set[str]:
    """Targets where they come from the client's table, ratings where people rate, events for items."""
    asked = {
        "targets": any(measure.get("target") == "table" for measure in measures),
        "ratings": any(measure.get("raters") for measure in measures),
        "events": bool(scheme.get("items")),
    }
    return {table for table, needed in asked.items() if needed}
