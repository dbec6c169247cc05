"""All sheets of one scheme in the workbook: the same drawing for writing and for reading."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from toolkit.language import text
from toolkit.scheme.excel.form import Form
from toolkit.scheme.excel.page import CHECKED, Page
from toolkit.scheme.excel.pay_sheets import grids_page, pay_page
from toolkit.scheme.excel.sheets import grades_page, items_page, measures_page, rules_page, scheme_page
from toolkit.scheme.excel.sizes import Sizes

SHEETS = ("scheme", "measures", "rules", "matrices", "grades", "items", "pay")
FORMAT = 1  # of the hidden sheet


def sheet_name(key: str, language: str, nth: int) -> str:
    """What a sheet is called; those of a second scheme in the same workbook carry a number.

    Examples
    --------
    >>> sheet_name("measures", "en", 0), sheet_name("measures", "zh", 1)
    ('Measures', '指标 2')
    """
    name = text(f"excel.sheet.{key}", language)
    return name if nth == 0 else f"{name} {nth + 1}"


def layout(
    sizes: Sizes, language: str, nth: int = 0, form: Form | None = None, kpis: Mapping[str, str] | None = None
) -> list[Page]:
    """The sheets of a scheme, drawn.

    Parameters
    ----------
    sizes : Sizes
        Rows of each table.
    language : str
    nth : int
        Which scheme of the workbook it is, from 0.
    form : dict, optional
        The values, for what formulas come to as the workbook is written; reading needs none.
    kpis : mapping, optional
        KPI id -> name, for the names shown beside the ids.

    Examples
    --------
    >>> [page.name for page in layout(Sizes(), "en")][:3]
    ['Scheme', 'Measures', 'Scoring']
    """
    values, names = form or {}, dict(kpis or {})
    pages = {key: Page(key, sheet_name(key, language, nth), language) for key in SHEETS}
    scheme_page(pages["scheme"], sizes, values)
    measures_page(pages["measures"], sizes, values, names)
    rules_page(pages["rules"], sizes, values, pages["measures"].name)
    grids_page(pages["matrices"], sizes)
    grades_page(pages["grades"], sizes, values)
    items_page(pages["items"], sizes)
    pay_page(pages["pay"], sizes, values)
    return list(pages.values())


def fingerprint(language: str) -> str:
    """What tells this version's drawing from another's: a workbook of another one is not misread."""
    said = "\n".join(
        f"{page.key} {label.row} {label.col} {label.text}"
        for page in layout(Sizes(), language)
        for label in page.labels
        if label.style in CHECKED
    )
    places = [f"{page.key}{place}" for page in layout(Sizes(), language) for place in page.places]
    return hashlib.sha256("\n".join([said, *places]).encode()).hexdigest()[:16]
