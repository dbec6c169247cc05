"""Sheets with a column a period: targets or values of one KPI, a row a person."""

from __future__ import annotations

import re

from toolkit.data.convert import ident, literal
from toolkit.intake.catalogue_names import kpi_like
from toolkit.intake.derive import additive, named_columns, tells_apart
from toolkit.intake.proposal import Line, TableProposal
from toolkit.intake.sources import Source

_FEWEST = 3  # columns of periods; two may be anything
_SURE = 0.85
_YEAR = r"(?:(20\d\d)\s?[-/.年]?\s?)"
_MONTH = re.compile(rf"{_YEAR}?(0?[1-9]|1[0-2])\s?月(?:份)?|(20\d\d)[-/.](0?[1-9]|1[0-2])")
_QUARTER = re.compile(rf"{_YEAR}?(?:Q([1-4])|第?([1-4一二三四])\s?季度)", re.IGNORECASE)
_ENGLISH = re.compile(
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|january|february|march|april|june|july|august"
    r"|september|october|november|december)\.?(?:[ -]?(20\d\d))?",
    re.IGNORECASE,
)
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TARGET = re.compile("目标|任务|定额|计划|指标|target|quota|plan|budget|goal", re.IGNORECASE)
_NOT_NAME = re.compile(r"20\d\d|年度?|各?月度?|分解|表|by month|monthly|[\d_\-. ]+", re.IGNORECASE)


def period_named(header: str, year: str) -> str:
    """The period that a column's name means; blank where it means none, or no year is known.

    Examples
    --------
    >>> period_named("3月", "2025"), period_named("2026年Q2", ""), period_named("Mar 2025", "")
    ('2025-03', '2026-Q2', '2025-03')
    >>> period_named("3月", ""), period_named("备注", "2025")
    ('', '')
    """
    text = header.strip()
    if found := _MONTH.fullmatch(text):
        year, month = found[1] or found[3] or year, int(found[2] or found[4])
        return f"{year}-{month:02d}" if year else ""
    if found := _QUARTER.fullmatch(text):
        quarter = found[2] or str("一二三四".find(found[3]) + 1 or found[3])
        return f"{found[1] or year}-Q{quarter}" if found[1] or year else ""
    if found := _ENGLISH.fullmatch(text):
        year = found[2] or year
        return f"{year}-{_NAMES.index(found[1][:3].lower()) + 1:02d}" if year else ""
    return ""


def month_tables(source: Source) -> list[TableProposal]:
    """`targets` or `kpi_values` of a sheet whose columns are periods; nothing where it is no such sheet.

    Which KPI it is of, and in which unit, no column says: it is asked.
    """
    if source.marked:
        return []
    years = set(re.findall(r"20\d\d", source.name))
    year = years.pop() if len(years) == 1 else ""
    periods = {h: period_named(h, year) for h, found in source.columns.items() if found.is_number}
    periods = {h: period for h, period in periods.items() if period}
    people = [h for h in named_columns(source, "participant", periods) if tells_apart(source, (h,))]
    if len(periods) < _FEWEST or len(set(periods.values())) < len(periods) or not people:
        return []
    table = "targets" if _TARGET.search(source.name) else "kpi_values"
    bare = source.options.get("sheet", "") or source.plain_name
    kpi = kpi_like(_NOT_NAME.sub("", _TARGET.sub("", str(bare)))) or "net_sales"
    number = "target" if table == "targets" else "value"
    more = additive(kpi) if table == "kpi_values" else ""
    parts = [
        f"SELECT {ident(people[0])} AS participant, {literal(period)} AS period, {literal(kpi)} AS kpi, "
        f"{ident(header)} AS {number}{more} FROM {ident(source.plain_name)} WHERE {ident(header)} IS NOT NULL"
        for header, period in periods.items()
    ]
    listed = ("participant", "period", "kpi", number, *(("additive",) if more else ()))
    words = {"kpis": kpi, "header": people[0]}
    lines = tuple(Line(c, c, _SURE, ("intake.by_months",), words=words) for c in listed)
    return [
        TableProposal(
            table, source, _SURE, lines, select=" UNION ALL ".join(parts),
            files={source.plain_name: source}, reason="intake.by_months", rivals=(source.name,),
        )
    ]  # fmt: skip
