"""The KPIs of an engagement: the catalogue's with the client's own laid over them, checked to run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
from ibis.backends.duckdb import Backend

from toolkit.catalogue.kpi import Aggregate, Kpi
from toolkit.catalogue.load import load_catalogue
from toolkit.data.relations import Relation
from toolkit.data.sql import RefusedSql, parse_aggregate, qualified
from toolkit.data.tables import TABLES
from toolkit.documents import Document
from toolkit.errors import Problems
from toolkit.faults import near, read_as

WHERE = "engagement.yaml"
_NUMERIC = ("DECIMAL", "DOUBLE", "FLOAT", "HUGEINT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "U")


def own_kpis(
    definitions: Mapping[str, Mapping[str, Any]], document: Document, problems: Problems
) -> dict[str, Kpi]:
    """The catalogue with an engagement's own definitions.

    A new KPI is defined whole. For a KPI of the catalogue any of its fields may be given; `date` and
    `owner` at the top are short for the same in its numerator and denominator, the date for those that count
    what happens in a period.
    """
    kpis = dict(load_catalogue())
    for name, given in definitions.items():
        base = _as_data(kpis[name]) if name in kpis else {"kpi": name}
        both = {key: given[key] for key in ("date", "owner") if key in given}
        merged = base | {key: value for key, value in given.items() if key not in ("date", "owner")}
        parts = {p: merged[p] for p in ("numerator", "denominator") if isinstance(merged.get(p), dict)}
        dated = [p for p, part in parts.items() if not (part.get("opened") or part.get("closed"))]
        for p, part in parts.items():  # what stands at a period's end has no date; alone, it is refused
            merged[p] = part | {k: v for k, v in both.items() if k == "owner" or p in dated or not dated}
        kpi = read_as(Kpi, merged, document, WHERE, problems, ("kpis", name))
        if kpi is not None:
            kpis[name] = kpi
    return kpis


def _as_data(kpi: Kpi) -> dict[str, Any]:
    """A KPI's fields as a document has them; its kind follows from what the engagement makes of it."""
    fields = {name: getattr(kpi, name) for name in kpi.__dataclass_fields__ if name != "kind"}
    for part in ("numerator", "denominator"):
        aggregate = fields[part]
        fields[part] = (
            None if aggregate is None else {n: getattr(aggregate, n) for n in aggregate.__dataclass_fields__}
        )
    return fields


@dataclass(frozen=True)
class Measurable:
    """What KPIs can be measured from: the database, the columns it fills, and the values supplied.

    Parameters
    ----------
    filled : mapping
        table → its columns that hold data.
    relations : mapping
        table → where its rows are.
    given : frozenset of str
        KPIs that the client supplies as values (`kpi_values`); these need no SQL.
    unread : frozenset of str
        Tables whose own problems are already noted: no second complaint about them.
    """

    database: Backend
    kpis: Mapping[str, Kpi]
    filled: Mapping[str, frozenset[str]]
    relations: Mapping[str, Relation]
    given: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()


def check_kpis(
    names: Iterable[str], able: Measurable, place: Callable[[str], dict[str, Any]], problems: Problems
) -> None:
    """Note every KPI that is unknown, whose SQL is refused, or whose columns the client's data do not fill.

    Parameters
    ----------
    names : iterable of str
        The KPIs to be measured.
    place : callable
        Where a problem of a KPI stands: `where`, `row` and `column` of it.
    """
    for name in names:
        if name not in able.kpis:
            problems.add("engagement.unknown_kpi", value=name, near=near(name, able.kpis), **place(name))
            continue
        kpi = able.kpis[name]
        if name in able.given:
            continue
        if kpi.numerator is None and "kpi_values" not in able.unread:
            problems.add("engagement.kpi_without_sql", value=name, **place(name))
        for part in (kpi.numerator, kpi.denominator):
            if part is not None:
                _check_part(part, kpi, able, place(name), problems)


def _check_part(
    part: Aggregate, kpi: Kpi, able: Measurable, place: dict[str, Any], problems: Problems
) -> None:
    if part.table not in TABLES:
        known = ", ".join(TABLES)
        problems.add("engagement.unknown_table", value=part.table, known=known, **place)
        return
    try:
        parsed = parse_aggregate(part.sql)
    except RefusedSql as error:
        problems.add("engagement.sql_refused", value=part.sql, part=str(error), **place)
        return
    times = _times(part, kpi)
    for role, column in times.items():
        if not column:
            problems.add("engagement.no_date_column", value=kpi.kpi, role=role, kind=kpi.kind, **place)
    if part.table in able.unread:
        return
    if part.table not in able.filled:
        problems.add("engagement.table_not_supplied", value=part.table, kpi=kpi.kpi, **place)
        return
    before = len(problems)
    for column in sorted(parsed.columns | {c for c in (*times.values(), part.owner) if c}):
        if column not in able.filled[part.table]:
            value = f"{part.table}.{column}"
            problems.add("engagement.column_not_filled", value=value, kpi=kpi.kpi, **place)
    if len(problems) == before:
        _check_types(part, [c for c in times.values() if c], able, place, problems)


def _times(part: Aggregate, kpi: Kpi) -> dict[str, str]:
    """The columns that date a row: of what stands on a day, when it was opened and closed."""
    if part.opened or part.closed or (kpi.kind == "snapshot" and not part.date):
        return {"opened": part.opened, "closed": part.closed}
    return {"date": part.date}


def _check_types(
    part: Aggregate, times: list[str], able: Measurable, place: dict[str, Any], problems: Problems
) -> None:
    """The columns that date a row hold days, and the aggregate runs and gives a number."""
    used = {*times, part.owner, *parse_aggregate(part.sql).columns}
    rows = able.relations[part.table].sample(used)
    types = {
        row[0]: row[1] for row in able.database.raw_sql(f"DESCRIBE SELECT * FROM {rows} AS t").fetchall()
    }
    for column in times:
        if types[column] != "DATE":
            problems.add("engagement.not_a_day_column", value=f"{part.table}.{column}", **place)
    try:
        found = able.database.raw_sql(
            f"DESCRIBE SELECT {qualified(part.sql)} AS v FROM {rows} AS t"
        ).fetchall()
    except duckdb.Error as error:
        said = str(error).splitlines()[0][:120]
        problems.add("engagement.sql_fails", value=part.sql, part=said, **place)
        return
    if not str(found[0][1]).startswith(_NUMERIC):
        problems.add("engagement.sql_fails", value=part.sql, part=str(found[0][1]), **place)
