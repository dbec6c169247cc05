"""Load an engagement: its document, its tables, its schemes, with every problem of all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb import Backend

from toolkit.catalogue.kpi import Kpi
from toolkit.data.check import check_owners, check_roster, check_values, named_periods
from toolkit.data.elsewhere import check_owners_elsewhere, relations_elsewhere, stays_elsewhere
from toolkit.data.engagement import Engagement
from toolkit.data.kpis import Measurable, check_kpis, own_kpis
from toolkit.data.panel.crediting import check_credits, split_credit
from toolkit.data.quality.check import check_tables, summed_tables
from toolkit.data.quality.elsewhere import check_elsewhere
from toolkit.data.records.kept import LOG, RATINGS
from toolkit.data.relations import Relation, relations_of
from toolkit.data.spec import WHERE, Objective, Spec, parse_spec
from toolkit.data.store import build, connect, large_files
from toolkit.documents import Document, dotted, load_document
from toolkit.errors import DataError, Problems
from toolkit.faults import near
from toolkit.periods import Calendar
from toolkit.scheme.coverage import coverage_problems
from toolkit.scheme.load import read_schemes
from toolkit.scheme.scheme import Scheme, Schemes

_FRAMES = ("participants", "targets", "kpi_values")
_NO_TARGETS = pd.DataFrame({"participant": [], "period": [], "kpi": [], "target": []}).astype(
    {"participant": "str", "period": "str", "kpi": "str", "target": "float64"}
)
_NO_VALUES = _NO_TARGETS.rename(columns={"target": "value"}).assign(
    numerator=_NO_TARGETS["target"], denominator=_NO_TARGETS["target"], additive=_NO_TARGETS["kpi"]
)


def load_engagement(folder: str | Path) -> Engagement:
    """Read and check an engagement's folder.

    Parameters
    ----------
    folder : str or Path
        Holds `engagement.yaml`, the data files it names, and `schemes/*.yaml`.

    Raises
    ------
    DataError
        With every problem of the document, the data and the schemes at once: file, row, column, value,
        remedy.

    Examples
    --------
    >>> from toolkit.assets import asset
    >>> client = load_engagement(asset("templates", "engagements", "manufacturer"))
    >>> client.participants["participant"].nunique()
    24
    """
    folder = Path(folder).resolve()
    document = load_document(folder / WHERE, WHERE)
    problems = Problems()
    spec = parse_spec(document, problems)
    engagement = _load(folder, document, spec, problems) if spec is not None else None
    problems.raise_as(DataError)
    assert engagement is not None  # nothing is wrong, so everything is there
    return engagement


def _load(folder: Path, document: Document, spec: Spec, problems: Problems) -> Engagement | None:
    said = spec.document
    kpis = own_kpis(said.kpis, document, problems)
    database = connect(large_files(spec.tables.values(), folder))
    here = {n: t for n, t in spec.tables.items() if not stays_elsewhere(n, t)}
    own = build(database, here, spec.files, folder, problems)
    relations, filled = relations_of(database, own)
    there, filled_there = relations_elsewhere(database, spec.tables, folder, problems)
    relations, filled = relations | there, filled | filled_there
    filled = {name: filled[name] for name in spec.tables if name in filled}  # as the document lists them
    unread = frozenset(set(said.tables) - set(filled))
    frames = {name: frame(database, name) for name in _FRAMES if name in filled}
    if "participants" in frames:
        check_roster(frames["participants"], spec.tables["participants"], problems)
        check_owners(database, spec.tables, own, problems)
        check_owners_elsewhere(there, spec.tables, frames["participants"]["participant"], problems)
    if "kpi_values" in frames:
        check_values(frames["kpi_values"], spec.tables["kpi_values"], problems)
    calendar = spec.calendar
    if calendar is None:
        return None
    tables = {
        name: named_periods(frames[name], name, spec.tables[name], calendar, kpis, problems)
        for name in ("targets", "kpi_values")
        if name in frames
    }
    files = sorted((folder / "schemes").glob("*.yaml"))
    schemes = _schemes(files, spec, calendar, kpis, frames.get("participants"), problems)
    if {"credits", "deals"} <= set(own) and "participants" in frames:
        relations["deals"] = _credited(database, relations["deals"], spec, schemes, frames, problems)
    given = frozenset(tables["kpi_values"]["kpi"]) if "kpi_values" in tables else frozenset()
    able = Measurable(database, kpis, filled, relations, given, unread)
    _check_objectives(said.objectives, kpis, document, problems)
    check_kpis(_measured(spec, ()), able, lambda name: _kpi_place(name, said.kpis, document), problems)
    known = [name for name in _measured(spec, schemes) if name in kpis and name not in said.measure]
    check_kpis(known, able, lambda name: _kpi_place(name, said.kpis, document), problems)
    covers = (said.covers["from"], said.covers["to"]) if len(said.covers) == 2 else None
    summed = summed_tables(kpis[name] for name in _measured(spec, schemes) if name in kpis)
    check_tables(database, spec.tables, own, problems, covers, said.currency, summed)
    check_elsewhere(database, there, spec.tables, filled_there, problems, covers)
    if problems.items:
        return None
    return Engagement(
        folder, said.name, said.client, said.language, said.currency, calendar, said.covers["from"],
        said.covers["to"], said.background, said.objectives, said.problems, said.other_changes, kpis,
        _measured(spec, schemes), frames["participants"].drop(columns=["_file", "_row"]),
        tables.get("targets", _NO_TARGETS), tables.get("kpi_values", _NO_VALUES), schemes, database, filled,
        relations, spec.tables, _inputs(folder, spec, files), tuple(problems.notes),
    )  # fmt: skip


def _credited(
    database: Backend,
    deals: Relation,
    spec: Spec,
    schemes: tuple[Scheme, ...],
    frames: Mapping[str, pd.DataFrame],
    problems: Problems,
) -> Relation:
    """The deals with credit for them split as `credits` says, checked against what the schemes allow."""
    people = frames["participants"]
    check_credits(database, spec.tables["credits"], schemes, people, problems)
    return split_credit(database, deals, people)


def _schemes(
    files: list[Path],
    spec: Spec,
    calendar: Calendar,
    kpis: Mapping[str, Kpi],
    people: pd.DataFrame | None,
    problems: Problems,
) -> tuple[Scheme, ...]:
    """The schemes; if all of them and the roster are sound, everybody must have exactly one each day."""
    before = len(problems)
    if not files:
        problems.add("engagement.no_schemes", where="schemes/")
    schemes = read_schemes(files, calendar, kpis, problems)
    currency = spec.document.currency
    for scheme in schemes:
        if scheme.currency != currency:  # their payouts could not be added
            said, code = scheme.currency, "engagement.other_currency"
            problems.add(code, where=scheme.id, column="currency", value=said, currency=currency)
    covers = spec.document.covers
    if len(problems) == before and people is not None and set(covers) == {"from", "to"}:
        coverage_problems(Schemes(schemes, calendar, kpis), people, covers["from"], covers["to"], problems)
    return schemes


def _measured(spec: Spec, schemes: tuple[Scheme, ...]) -> tuple[str, ...]:
    """KPIs that rows measure: those that people rate (`raters`) have none."""
    read = [m.kpi for s in schemes for m in s.measures if not m.raters]
    return tuple(dict.fromkeys([*read, *spec.document.measure]))


def _kpi_place(name: str, own: Mapping[str, object], document: Document) -> dict[str, Any]:
    """A KPI's own definition, else its place in the list of what is measured."""
    if name in own:
        return _place(document, "kpis", name)
    listed = document.data.get("measure", [])
    return _place(document, "measure", listed.index(name)) if name in listed else _place(document, "tables")


def _place(document: Document, *at: str | int) -> dict[str, Any]:
    return {"where": WHERE, "row": document.line(at), "column": dotted(at)}


def _check_objectives(
    objectives: tuple[Objective, ...], kpis: Mapping[str, Kpi], document: Document, problems: Problems
) -> None:
    for i, objective in enumerate(objectives):
        if objective.kpi and objective.kpi not in kpis:
            place = _place(document, "objectives", i, "kpi")
            problems.add(
                "engagement.unknown_kpi", value=objective.kpi, near=near(objective.kpi, kpis), **place
            )


def _inputs(folder: Path, spec: Spec, scheme_files: list[Path]) -> tuple[Path, ...]:
    read = [source.source for source in spec.tables.values() if source.source]
    if any(source.select for source in spec.tables.values()):
        read += spec.files.values()
    files = {folder / name for source in read for name in source.files}
    databases = [t.connection.path(folder) for t in spec.tables.values() if t.connection is not None]
    files |= {path for path in databases if path is not None}
    files |= {path for path in (folder / RATINGS, folder / LOG) if path.is_file()}
    return (folder / WHERE, *scheme_files, *sorted(files))


def frame(database: Backend, table: str) -> pd.DataFrame:
    """A standard table as a DataFrame: text as str, days as datetime64[s], amounts as Arrow decimals."""
    content = database.table(table).order_by(["_file", "_row"]).to_pyarrow()
    decimals = {f.name: pd.ArrowDtype(f.type) for f in content.schema if pa.types.is_decimal(f.type)}
    days = [f.name for f in content.schema if pa.types.is_date(f.type)]
    out = content.to_pandas(types_mapper=lambda t: pd.ArrowDtype(t) if pa.types.is_decimal(t) else None)
    return out.astype(dict.fromkeys(days, "datetime64[s]") | decimals)
