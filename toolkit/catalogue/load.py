"""The catalogue's KPIs, a file a category, and the packs that choose among them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from toolkit.catalogue.kpi import Kpi, Text
from toolkit.documents import load_document
from toolkit.errors import DataError, Problems
from toolkit.faults import near, read_as

FOLDER = Path(__file__).with_name("kpis")
PACKS = Path(__file__).with_name("packs.yaml")
CATEGORIES = ("result", "process", "quality", "growth")


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Pack:
    """KPIs that go together for a role or an industry: where to begin, without weights.

    Parameters
    ----------
    pack : str
        Its id: `hunter`.
    by : str
        role or industry.
    name, purpose : mapping
        In `en` and `zh`.
    kpis : mapping
        KPI id → why it is in the pack, in `en` and `zh`.
    """

    pack: str
    by: Literal["role", "industry"]
    name: Text
    purpose: Text
    kpis: Mapping[str, Text]


def load_catalogue() -> dict[str, Kpi]:
    """All KPIs of the catalogue by id; the dictionary is the caller's own.

    Returns
    -------
    dict
        KPI id → definition; by category, in the order of the files.

    Raises
    ------
    DataError
        A file is damaged: every entry that is no KPI, with its line, and every id that stands twice.

    Examples
    --------
    >>> load_catalogue()["net_sales"].name["zh"]
    '净销售额（销售额）'
    """
    return dict(_entries(FOLDER))


@cache
def _entries(folder: Path) -> dict[str, Kpi]:
    problems = Problems()
    found: dict[str, Kpi] = {}
    for category in CATEGORIES:
        document = load_document(folder / f"{category}.yaml")
        where = document.path.name
        for kpi, entry in document.data.items():
            if kpi in found:
                problems.add("catalogue.twice", where=where, row=document.line((kpi,)), column=kpi, value=kpi)
            data = {"kpi": kpi, "category": category, **entry}
            found[kpi] = read_as(Kpi, data, document, where, problems, (kpi,))
    problems.raise_as(DataError)
    return found


def load_packs() -> dict[str, Pack]:
    """All packs by id: KPIs for a role or an industry, each with the reason why it is there.

    Returns
    -------
    dict
        Pack id → pack; roles first.

    Raises
    ------
    DataError
        The file is damaged, or a pack names a KPI that the catalogue does not have.

    Examples
    --------
    >>> hunter = load_packs()["hunter"]
    >>> hunter.by, "new_customers" in hunter.kpis
    ('role', True)
    """
    return dict(_packs(PACKS))


@cache
def _packs(path: Path) -> dict[str, Pack]:
    document = load_document(path)
    problems = Problems()
    known = load_catalogue()
    found: dict[str, Pack] = {}
    for name, entry in document.data.items():
        pack = read_as(Pack, {"pack": name, **entry}, document, path.name, problems, (name,))
        for kpi in pack.kpis if pack is not None else ():
            if kpi not in known:
                problems.add(
                    "catalogue.unknown_kpi",
                    where=path.name,
                    row=document.line((name, "kpis", kpi)),
                    column=f"{name}.kpis",
                    value=kpi,
                    known=near(kpi, known),
                )
        found[name] = pack
    problems.raise_as(DataError)
    return found
