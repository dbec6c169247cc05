"""Load an engagement: its document, its tables, its schemes, with every problem of all of them at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb import Backend

from toolkit.catalogue.kpi import Kpi
from toolkit.data.check import check_owners, check_roster, named_periods
from toolkit.data.kpis import check_kpis, own_kpis
from toolkit.data.spec import WHERE, ClientProblem, Objective, Spec, Text, parse_spec
from toolkit.data.store import TableSource, build, connect
from toolkit.documents import Document, load_document
from toolkit.errors import DataError, Problems
from toolkit.periods import Calendar
from toolkit.scheme.coverage import coverage_problems
from toolkit.scheme.load import read_schemes
from toolkit.scheme.scheme import Scheme, Schemes

_NO_TARGETS = pd.DataFrame({"participant": [], "period": [], "kpi": [], "target": []}).astype(
    {"participant": "str", "period": "str", "kpi": "str", "target": "float64"}
)


@dataclass(frozen=True)
class Engagement:
    """A client's engagement, loaded and checked.

    `participants` and `targets` are the client's tables as DataFrames; the other tables wait in `database` (ibis) to
    be measured. `filled` says which columns of each table the client's data fill, `sources` where they came from,
    `inputs` every file read.
    """

    folder: Path
    name: str
    client: Text
    language: str
    currency: str
    calendar: Calendar
    start: dt.date
    end: dt.date
    background: Text
    objectives: tuple[Objective, ...]
    problems: tuple[ClientProblem, ...]
    other_changes: tuple[Mapping[str, object], ...]
    kpis: Mapping[str, Kpi]
    measured: tuple[str, ...]
    participants: pd.DataFrame
    targets: pd.DataFrame
    kpi_values: pd.DataFrame
    schemes: tuple[Scheme, ...]
    database: Backend
    filled: Mapping[str, frozenset[str]]
    sources: Mapping[str, TableSource]
    inputs: tuple[Path, ...]


def load_engagement(folder: str | Path) -> Engagement:
    """Read and check an engagement's folder.

    Parameters
    ----------
    folder : str or Path
        Holds `engagement.yaml`, the data files it names, and `schemes/*.yaml`.

    Raises
    ------
    DataError
        With every problem of the document, the data and the schemes at once: file, row, column, value, remedy.

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
    if spec is None:
        problems.raise_as(DataError)
    assert spec is not None
    engagement = _load(folder, document, spec, problems)
    problems.raise_as(DataError)
    assert engagement is not None
    return engagement


def _load(folder: Path, document: Document, spec: Spec, problems: Problems) -> Engagement | None:
    said = spec.document
    kpis = own_kpis(said.kpis, document, problems)
    database = connect()
    filled = build(database, spec.tables, spec.files, folder, problems)
    scheme_files = sorted((folder / "schemes").glob("*.yaml"))
    if not scheme_files:
        problems.add("engagement.no_schemes", where="schemes/")
    schemes = read_schemes(scheme_files, spec.calendar, kpis, problems)
    if "participants" not in filled:
        return None
    people = frame(database, "participants")
    check_roster(people, spec.tables["participants"], problems)
    check_owners(database, spec.tables, list(filled), problems)
    start, end = said.covers["from"], said.covers["to"]
    if schemes and len(schemes) == len(scheme_files):
        coverage_problems(Schemes(schemes, spec.calendar, kpis), people, start, end, problems)
    tables = {
        name: named_periods(frame(database, name), name, spec.tables[name], spec.calendar, kpis, problems)
        for name in ("targets", "kpi_values")
        if name in filled
    }
    given = frozenset(tables["kpi_values"]["kpi"]) if "kpi_values" in tables else frozenset()
    measured = tuple(dict.fromkeys([*(m.kpi for s in schemes for m in s.measures), *said.measure]))
    unread = set(spec.tables) - set(filled)
    check_kpis(measured, kpis, dict(filled) | {t: _anything for t in unread}, given, document, problems)
    return Engagement(
        folder, said.name, said.client, said.language, said.currency, spec.calendar, start, end, said.background,
        said.objectives, said.problems, said.other_changes, kpis, measured, people.drop(columns=["_file", "_row"]),
        tables.get("targets", _NO_TARGETS), tables.get("kpi_values", _NO_TARGETS), schemes, database, filled,
        spec.tables, _inputs(folder, spec, scheme_files),
    )  # fmt: skip


class _Anything(frozenset[str]):
    """Stands for the columns of a table whose own problems are already noted: no second complaint about them."""

    def __contains__(self, column: object) -> bool:
        return True


_anything = _Anything()


def _inputs(folder: Path, spec: Spec, scheme_files: list[Path]) -> tuple[Path, ...]:
    read = [source.source for source in spec.tables.values() if source.source]
    if any(source.select for source in spec.tables.values()):
        read += spec.files.values()
    files = {folder / name for source in read for name in source.files}
    return (folder / WHERE, *scheme_files, *sorted(files))


def frame(database: Backend, table: str) -> pd.DataFrame:
    """A standard table as a DataFrame: text as str, days as datetime64[s], amounts as exact Arrow decimals."""
    content = database.table(table).order_by(["_file", "_row"]).to_pyarrow()
    decimals = {f.name: pd.ArrowDtype(f.type) for f in content.schema if pa.types.is_decimal(f.type)}
    days = [f.name for f in content.schema if pa.types.is_date(f.type)]
    out = content.to_pandas(types_mapper=lambda t: pd.ArrowDtype(t) if pa.types.is_decimal(t) else None)
    return out.astype(dict.fromkeys(days, "datetime64[s]") | decimals)
