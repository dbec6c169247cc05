"""KPIs by the names that clients give them: the catalogue's own, in both languages."""

from __future__ import annotations

import re
from functools import cache

from toolkit.catalogue.load import load_catalogue
from toolkit.intake.words import plain

_SHORTEST = 3  # characters of a name that says something
_INSIDE = re.compile(r"[(（]([^()（）]*)[)）]")
_BETWEEN = re.compile(r"[、，,/;；]| or ")


@cache
def _by_name() -> dict[str, str]:
    """A name that two KPIs share names none of them."""
    found: dict[str, set[str]] = {}
    for kpi in load_catalogue().values():
        names = {kpi.kpi}
        for name in kpi.name.values():
            names |= {name, *(part for inside in _INSIDE.findall(name) for part in _BETWEEN.split(inside))}
        for name in names:
            found.setdefault(plain(name), set()).add(kpi.kpi)
    return {name: kpis.pop() for name, kpis in found.items() if name and len(kpis) == 1}


def kpi_named(name: str) -> str:
    """The catalogue's KPI of a name in either language; blank where there is none such.

    Examples
    --------
    >>> kpi_named("净销售额"), kpi_named("Win rate"), kpi_named("心情")
    ('net_sales', 'win_rate', '')
    """
    return _by_name().get(plain(name), "")


def kpi_like(name: str) -> str:
    """The KPI whose name holds a client's or is held by it, the nearest in length; blank where none does.

    Examples
    --------
    >>> kpi_like("回款率（含税）")
    'collection_rate'
    """
    wanted = plain(name)
    if len(wanted) < _SHORTEST:
        return ""
    found = [k for k in _by_name() if len(k) >= _SHORTEST and (wanted in k or k in wanted)]
    return _by_name()[min(found, key=lambda known: abs(len(known) - len(wanted)))] if found else ""
