"""The catalogue's KPIs, and an engagement's own definitions laid over them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from toolkit.catalogue.kpi import Kpi
from toolkit.documents import load_document
from toolkit.errors import DataError, Problems
from toolkit.faults import read_as

FILE = Path(__file__).with_name("kpis.yaml")


def load_catalogue() -> dict[str, Kpi]:
    """All KPIs of the catalogue by id; the dictionary is the caller's own.

    Returns
    -------
    dict
        KPI id → definition, in the catalogue's order.

    Raises
    ------
    DataError
        The catalogue's file is damaged: every entry that is no KPI, with its line.

    Examples
    --------
    >>> load_catalogue()["net_sales"].name["zh"]
    '净销售额（销售额）'
    """
    return dict(_entries())


@cache
def _entries() -> dict[str, Kpi]:
    document = load_document(FILE)
    problems = Problems()
    found: dict[str, Kpi] = {
        kpi: read_as(Kpi, {"kpi": kpi, **entry}, document, document.path.name, problems, (kpi,))
        for kpi, entry in document.data.items()
    }
    problems.raise_as(DataError)
    return found
