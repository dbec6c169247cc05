"""Schemes from files and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from toolkit.catalogue.kpi import Kpi
from toolkit.documents import Document, load_document, write_document
from toolkit.errors import DataError, Problem, Problems, SchemeError
from toolkit.faults import Faults, report
from toolkit.periods import Calendar
from toolkit.scheme.check import agreement_faults, kpi_faults, set_faults
from toolkit.scheme.plain import parse, plain
from toolkit.scheme.scheme import Scheme, Schemes

FOLDER = "schemes"


class Client(Protocol):
    """What loading needs of an engagement."""

    @property
    def folder(self) -> Path:
        """The engagement's folder."""

    @property
    def calendar(self) -> Calendar:
        """Its periods."""

    @property
    def kpis(self) -> Mapping[str, Kpi]:
        """The KPIs it knows by id."""


def load_schemes(client: Client) -> Schemes:
    """The schemes of an engagement, from `schemes/*.yaml` in its folder.

    Parameters
    ----------
    client : engagement
        With `folder`, `calendar` and `kpis`.

    Raises
    ------
    SchemeError
        Every problem of every file at once, with file, line, address, value and remedy.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from toolkit.assets import asset
    >>> from toolkit.scheme.example import example_schemes
    >>> example, folder = example_schemes(), asset("templates", "engagements", "adventureworks")
    >>> client = SimpleNamespace(folder=folder, calendar=example.calendar, kpis=example.kpis)
    >>> [scheme.id for scheme in load_schemes(client)]
    ['reseller_commission@2010-12']
    """
    problems = Problems()
    paths = sorted((client.folder / FOLDER).glob("*.yaml"))
    if not paths:
        problems.add("scheme.no_files", where=FOLDER)
    items = read_schemes(paths, client.calendar, client.kpis, problems)
    problems.raise_as(SchemeError)
    return Schemes(items, client.calendar, client.kpis)


def read_schemes(
    paths: Iterable[Path], calendar: Calendar, kpis: Mapping[str, Kpi], problems: Problems
) -> tuple[Scheme, ...]:
    """Read scheme files, noting every problem instead of raising.

    Parameters
    ----------
    paths : iterable of Path
        Files, named in problems as `folder/file`.
    calendar, kpis
        What the schemes are checked against.
    problems : Problems
        Collects what is wrong; when nothing was added, the schemes are valid together.

    Returns
    -------
    tuple of Scheme
        Those without a fault.
    """
    read: list[tuple[Scheme, Document, str]] = []
    for path in paths:
        where = f"{path.parent.name}/{path.name}"
        try:
            document = load_document(path, where)
        except DataError as error:
            problems.items.extend(p for p in error.problems if p not in problems.items)
            continue
        scheme, faults = parse(document.data)
        if scheme is not None:
            read.append((scheme, document, where))
        else:
            faults += _seen_through(document.data, kpis)
            _note(faults, problems, document, where)
    schemes = tuple(scheme for scheme, _, _ in read)
    sound: list[Scheme] = []
    for (scheme, document, where), faults in zip(read, set_faults(schemes, calendar, kpis), strict=True):
        _note(faults, problems, document, where)
        if not faults:
            sound.append(scheme)
    return tuple(sound)


def _note(faults: Faults, problems: Problems, document: Document, where: str) -> None:
    fresh: list[Problem] = []
    for fault in faults:
        found = Problems()
        report([fault], found, document.data, where, document.line)
        fresh += [p for p in found if p not in fresh]
    for problem in sorted(fresh, key=lambda p: p.row or 0):
        if problem not in problems.items:
            problems.items.append(problem)


def _seen_through(data: Any, kpis: Mapping[str, Kpi]) -> Faults:
    """Faults that a broken document still shows, so that it need not be mended twice."""
    faults = Faults()
    measures = data.get("measures") if isinstance(data, Mapping) else None
    if not isinstance(measures, list) or not all(isinstance(m, Mapping) for m in measures):
        return faults
    named = [(i, m["kpi"]) for i, m in enumerate(measures) if isinstance(m.get("kpi"), str)]
    faults += kpi_faults(named, kpis)
    agreed = [(m.get("name"), m.get("weight")) for m in measures]
    if all(isinstance(name, str) and _is_number(weight) for name, weight in agreed):
        faults += agreement_faults(agreed)
    return faults


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def save_scheme(scheme: Scheme, path: Path) -> None:
    """Write a scheme as YAML that `load_schemes` reads back equal; comments of an older file are lost.

    Examples
    --------
    >>> import tempfile
    >>> from toolkit.scheme.example import example_schemes
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_scheme(example_schemes()["field_sales"], Path(folder) / "field_sales.yaml")
    ...     print((Path(folder) / "field_sales.yaml").read_text(encoding="utf-8").splitlines()[0])
    name: field_sales
    """
    write_document(plain(scheme, short=True), path)
