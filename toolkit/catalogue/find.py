"""Finding KPIs: by category, role, industry, pack and words in either language."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import get_args

from toolkit.catalogue.kpi import Category, Industry, Kpi, Role
from toolkit.catalogue.load import load_catalogue, load_packs
from toolkit.errors import DataError, Problems
from toolkit.faults import near

VOCABULARY: Mapping[str, tuple[str, ...]] = {
    "category": get_args(Category),
    "role": get_args(Role),
    "industry": get_args(Industry),
}
_ANY = "all"


def find_kpis(
    category: str = "", role: str = "", industry: str = "", search: str = "", pack: str = ""
) -> dict[str, Kpi]:
    """The catalogue's KPIs that meet every condition given.

    Parameters
    ----------
    category : str
        result, process, quality or growth.
    role, industry : str
        KPIs made for it, and those that suit any.
    search : str
        Words that must all occur in the id, number, names, formula or gaming risk, in either language;
        neither capitals nor full width make a difference.
    pack : str
        KPIs of a pack, in its order.

    Returns
    -------
    dict
        KPI id → definition; empty where none fits.

    Raises
    ------
    DataError
        Every condition that is not known, with those that are.

    Examples
    --------
    >>> list(find_kpis(category="growth", search="培训"))
    ['training_participation', 'training_coverage']
    """
    _check({"category": category, "role": role, "industry": industry, "pack": pack})
    every = load_catalogue()
    chosen = {kpi: every[kpi] for kpi in load_packs()[pack].kpis} if pack else every
    words = plain(search).split()
    return {
        name: kpi
        for name, kpi in chosen.items()
        if (not category or kpi.category == category)
        and (role in ("", _ANY) or not {role, _ANY}.isdisjoint(kpi.roles))
        and (industry in ("", _ANY) or not {industry, _ANY}.isdisjoint(kpi.industries))
        and all(word in _haystack(kpi) for word in words)
    }


def one_kpi(name: str) -> Kpi:
    """A KPI of the catalogue by its id or its number.

    Raises
    ------
    DataError
        There is none; the nearest ids are named.

    Examples
    --------
    >>> one_kpi("R02").kpi
    'net_sales'
    """
    every = load_catalogue()
    by_number = {kpi.ref.casefold(): kpi for kpi in every.values()}
    found = every.get(name) or by_number.get(name.casefold())
    if found is None:
        problems = Problems()
        problems.add("catalogue.unknown_kpi", value=name, known=near(name, every))
        problems.raise_as(DataError)
    assert found is not None
    return found


def plain(words: str) -> str:
    """Words as they are compared: small letters, half width.

    Examples
    --------
    >>> plain("Ｗｉｎ rate（赢单率）")
    'win rate(赢单率)'
    """
    return unicodedata.normalize("NFKC", words).casefold()


def _haystack(kpi: Kpi) -> str:
    told = (kpi.name, kpi.formula, kpi.gaming_risk)
    return plain(" ".join([kpi.kpi, kpi.ref, *(words for text in told for words in text.values())]))


def _check(given: Mapping[str, str]) -> None:
    known = {**VOCABULARY, "pack": tuple(load_packs())}
    problems = Problems()
    for condition, value in given.items():
        if value and value not in known[condition]:
            listed = ", ".join(known[condition])
            close = near(value, known[condition])
            problems.add("catalogue.unknown_choice", column=condition, value=value, near=close, known=listed)
    problems.raise_as(DataError)
