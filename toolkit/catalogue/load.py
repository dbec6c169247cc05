"""The catalogue's KPIs, and an engagement's own definitions laid over them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from toolkit.catalogue.kpi import Kpi
from toolkit.documents import load_document


@cache
def catalogue() -> dict[str, Kpi]:
    """All KPIs of the catalogue by id.

    Examples
    --------
    >>> catalogue()["net_sales"].name["zh"]
    '净销售额（销售额）'
    """
    data = load_document(Path(__file__).with_name("kpis.yaml")).data
    return {kpi: Kpi(kpi=kpi, **entry) for kpi, entry in data.items()}
