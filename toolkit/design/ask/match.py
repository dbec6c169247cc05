"""Which KPI of the catalogue somebody's own words probably mean: a suggestion, never a merge."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rapidfuzz import fuzz, process, utils

from toolkit.catalogue.kpi import Kpi
from toolkit.catalogue.load import load_catalogue

# Of 100. rapidfuzz gives 85.5 to names that share one word with each other, so words must do better; Chinese
# has no spaces between words, and is compared letter by letter where the words find nothing.
_WORDS, _LETTERS = 87, 80
_SHORTEST = 2  # characters that say something
_INSIDE = re.compile(r"[(（]([^()（）]*)[)）]")


def kpi_meant(said: str, kpis: Mapping[str, Kpi] | None = None) -> str:
    """The id of the KPI whose name is most like what was said; blank where none is, or two are alike.

    Parameters
    ----------
    said : str
        A KPI as somebody calls it, in either language.
    kpis : mapping, optional
        The engagement's own KPIs, beside those of the catalogue.

    Examples
    --------
    >>> kpi_meant("回款率"), kpi_meant("customer visit"), kpi_meant("How happy my dog is")
    ('collection_rate', 'visits', '')
    """
    names = {
        (kpi.kpi, name): name
        for kpi in (load_catalogue() | dict(kpis or {})).values()
        for whole in kpi.name.values()
        for name in (_INSIDE.sub("", whole).strip(), *_INSIDE.findall(whole))
    }
    wanted = utils.default_process(said)
    if len(wanted) < _SHORTEST:
        return ""
    for scorer, least in ((fuzz.WRatio, _WORDS), (fuzz.ratio, _LETTERS)):
        found = process.extract(
            wanted,
            names,
            scorer=scorer,
            processor=utils.default_process,
            score_cutoff=least,
            limit=len(names),
        )
        if found:
            alike = {key[0] for _, score, key in found if score == found[0][1]}
            return str(alike.pop()) if len(alike) == 1 else ""
    return ""
