"""The KPIs of an engagement: the catalogue's definitions with the client's own laid over them, checked to run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rapidfuzz import process

from toolkit.catalogue.kpi import Aggregate, Kpi
from toolkit.catalogue.load import catalogue
from toolkit.data.sql import RefusedSql, parse_aggregate
from toolkit.data.tables import TABLES
from toolkit.documents import Document, read_as
from toolkit.errors import Problems

WHERE = "engagement.yaml"


def own_kpis(definitions: Mapping[str, Mapping[str, Any]], document: Document, problems: Problems) -> dict[str, Kpi]:
    """The catalogue with an engagement's own definitions.

    A new KPI is defined whole. For a KPI of the catalogue any of its fields may be given; `date` and `owner` at the
    top are short for the same in its numerator and denominator.
    """
    kpis = dict(catalogue())
    for name, given in definitions.items():
        base = _as_data(kpis[name]) if name in kpis else {"kpi": name}
        both = {key: given[key] for key in ("date", "owner") if key in given}
        merged = base | {key: value for key, value in given.items() if key not in ("date", "owner")}
        for part in ("numerator", "denominator"):
            if both and isinstance(merged.get(part), dict):
                merged[part] = merged[part] | both
        kpi = read_as(Kpi, merged, document, WHERE, problems, ("kpis", name))
        if kpi is not None:
            kpis[name] = kpi
    return kpis


def _as_data(kpi: Kpi) -> dict[str, Any]:
    fields = {name: getattr(kpi, name) for name in kpi.__dataclass_fields__}
    for part in ("numerator", "denominator"):
        aggregate = fields[part]
        fields[part] = None if aggregate is None else {n: getattr(aggregate, n) for n in aggregate.__dataclass_fields__}
    return fields


def check_kpis(
    names: Iterable[str], kpis: Mapping[str, Kpi], filled: Mapping[str, frozenset[str]], given: frozenset[str],
    document: Document, problems: Problems,
) -> None:  # fmt: skip
    """Note every KPI that is unknown, whose SQL is refused, or whose columns the client's data do not fill.

    Parameters
    ----------
    names : iterable of str
        The KPIs to be measured.
    filled : mapping
        table → its columns that hold data.
    given : frozenset of str
        KPIs that the client supplies as values (`kpi_values`); these need no SQL.
    """
    for name in names:
        row = document.line(("kpis", name)) if name in document.data.get("kpis", {}) else document.line(("measure",))
        place: dict[str, Any] = {"where": WHERE, "row": row, "column": "measure" if name not in kpis else f"kpis.{name}"}
        if name not in kpis:
            near = [n for n, score, _ in process.extract(name, list(kpis), limit=3) if score >= 60]
            problems.add("engagement.unknown_kpi", value=name, near=", ".join(near) or "–", **place)
            continue
        kpi = kpis[name]
        if kpi.numerator is None and name not in given:
            problems.add("engagement.kpi_without_sql", value=name, **place)
        for part in (kpi.numerator, kpi.denominator) if name not in given else ():
            if part is not None:
                _check_part(part, kpi, filled, place, problems)


def _check_part(
    part: Aggregate, kpi: Kpi, filled: Mapping[str, frozenset[str]], place: dict[str, Any], problems: Problems
) -> None:
    if part.table not in TABLES:
        problems.add("engagement.unknown_table", value=part.table, known=", ".join(TABLES), **(place | {"column": ""}))
        return
    try:
        parsed = parse_aggregate(part.sql)
    except RefusedSql as error:
        problems.add("engagement.sql_refused", value=part.sql, part=str(error), **place)
        return
    if part.table not in filled:
        problems.add("engagement.table_not_supplied", value=part.table, kpi=kpi.kpi, **place)
        return
    times = (part.opened, part.closed) if kpi.kind == "snapshot" else (part.date,)
    for column in sorted(parsed.columns | {c for c in (*times, part.owner) if c}):
        if column not in filled[part.table]:
            problems.add("engagement.column_not_filled", value=f"{part.table}.{column}", kpi=kpi.kpi, **place)


