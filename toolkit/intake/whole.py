"""What holds for the whole engagement: the days covered, the currency, the KPIs that can be measured."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from toolkit.catalogue.kpi import Aggregate, Kpi
from toolkit.catalogue.load import load_catalogue
from toolkit.data.sql import RefusedSql, parse_aggregate
from toolkit.data.tables import TABLES
from toolkit.intake.days import bounds
from toolkit.intake.fill import EXCEL
from toolkit.intake.proposal import TableProposal
from toolkit.intake.words import known_words
from toolkit.periods import NAME, Calendar

# The day that puts a table's rows into a period, the likeliest first.
_MAIN_DAY = {
    "deals": ("ordered_on", "closed_on", "created_on"),
    "activities": ("done_on",),
    "invoices": ("issued_on",),
    "payments": ("paid_on",),
    "feedback": ("given_on",),
    "training": ("done_on",),
    "expenses": ("spent_on",),
}
_EDGE = 4  # days into a month, or before its end, at which data still cover it whole
_CODES = re.compile(r"\b(CNY|RMB|USD|EUR|GBP|JPY|HKD|TWD|SGD|AUD|CAD|CHF|INR|KRW)\b", re.IGNORECASE)
_IN_WORDS = {
    "人民币": "CNY",
    "元": "CNY",
    "美元": "USD",
    "欧元": "EUR",
    "日元": "JPY",
    "港币": "HKD",
    "英镑": "GBP",
}
_LITERAL = re.compile(r"'([^']*)'")
_COMPARED = re.compile(r"(\w+) (?:=|IN) (\([^)]*\)|'[^']*')")


def covered(tables: Iterable[TableProposal]) -> tuple[str, str]:
    """The first and the last day of the data, moved to the month's edge where they come near it.

    A month that the data cover in part is left out by the day found, since whole periods are measured. Deals
    created before the quarter in which the first was ordered show that the record goes back at least to that
    quarter's start.
    """
    taken = [t for t in tables if t.taken]
    found = [pair for t in taken for pair in _days(t, _MAIN_DAY.get(t.table, ()))]
    if not found:
        return "", ""
    start, end = min(first for first, _ in found), max(last for _, last in found)
    if start.day <= _EDGE:
        start = start.replace(day=1)
    quarter = start.replace(month=start.month - (start.month - 1) % 3, day=1)
    created = [first for t in taken if t.table == "deals" for first, _ in _days(t, ("created_on",))]
    if created and min(created) < quarter:
        start = quarter
    month_end = (end.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    if (month_end - end).days < _EDGE:
        end = month_end
    return start.isoformat(), end.isoformat()


def _days(proposal: TableProposal, listed: tuple[str, ...]) -> list[tuple[dt.date, dt.date]]:
    """The span of the first of these day columns that is mapped."""
    columns = proposal.columns
    if proposal.table in ("targets", "kpi_values"):
        return _of_periods(proposal)
    main = next((c for c in listed if c in columns), "")
    if not main or columns[main] not in proposal.source.columns or proposal.date_question:
        return []
    if proposal.date_format == EXCEL:
        days = [dt.date(1899, 12, 30) + dt.timedelta(int(c)) for c in proposal.source.cells(columns[main])]
        return [(min(days), max(days))]
    found = bounds(proposal.source.cells(columns[main]), proposal.date_format)
    return [found] if found else []


def _of_periods(proposal: TableProposal) -> list[tuple[dt.date, dt.date]]:
    """The span of the periods named; a monthly sheet has no other days."""
    words = proposal.values.get("period", {})
    header = next((line.header for line in proposal.lines if line.column == "period"), "")
    cells = proposal.source.columns.get(header)
    listed = words.values() if cells is None else [words.get(c, c) for c in cells.cells]
    out = []
    for cell in listed:
        name = cell[:7].replace("/", "-").replace(".", "-")
        if NAME.fullmatch(name):
            start, end = Calendar().bounds(name)
            out.append((start.date(), end.date()))
    return out


def currency_of(tables: Iterable[TableProposal]) -> tuple[str, str]:
    """The one currency that a column, the cells' marks or the columns' names show, and what shows it."""
    columns, marks, heads = Counter[str](), Counter[str](), Counter[str]()
    for proposal in tables:
        money = {line.header for line in proposal.lines if _is_money(proposal.table, line.column)}
        named = proposal.columns.get("currency", "")
        if named in proposal.source.columns:
            for cell in proposal.source.cells(named):
                columns[_code(cell) or cell] += 1
        for header in money & set(proposal.source.columns):
            marks.update(proposal.source.columns[header].marks)
            inside = " ".join(re.findall(r"[(\[（【]([^)\]）】]*)", header)) + " " + header.replace("_", " ")
            code = _code(inside)
            heads.update([code] if code else [])
    for found, reason in ((columns, "column"), (marks, "marks"), (heads, "names")):
        if len(found) == 1:
            return next(iter(found)), f"intake.currency_{reason}"
        if found:
            return "", "intake.currency_several"
    return "", "intake.currency_unknown"


def _is_money(table: str, column: str) -> bool:
    spec = TABLES[table].columns.get(column)
    return spec is not None and spec.kind == "money"


def _code(written: str) -> str:
    found = _CODES.search(written)
    if found:
        return "CNY" if found[1].upper() == "RMB" else found[1].upper()
    bare = written.strip()
    named = [code for word, code in _IN_WORDS.items() if word != "元" and word in bare]
    return named[0] if named else "CNY" if re.search(r"(^|\s)万?元($|\s)", bare) else ""


def measurable(tables: Iterable[TableProposal], filled: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The catalogue's KPIs whose columns the tables fill and whose words the client's data hold.

    Parameters
    ----------
    filled : mapping
        table → columns filled already, of an engagement that exists.
    """
    listed = [t for t in tables if t.taken]
    have = {t: set(columns) for t, columns in filled.items()}
    for proposal in listed:
        have.setdefault(proposal.table, set()).update(proposal.columns)
    have = {table: _with_derived(table, have) for table in have}
    there = {p.table: _words_there(p) for p in listed}
    found = [k for k in load_catalogue().values() if _carried(k, have, there)]
    given = {kpi for p in listed if p.table == "kpi_values" for kpi in _given(p)}
    return tuple(k for k in load_catalogue() if k in given or k in {f.kpi for f in found})


def _given(proposal: TableProposal) -> set[str]:
    """KPIs whose values the client supplies."""
    if proposal.select:
        return set(_LITERAL.findall(proposal.select)) & set(load_catalogue())
    header = proposal.columns.get("kpi", "")
    words = proposal.values.get("kpi", {})
    cells = proposal.source.cells(header) if header in proposal.source.columns else ()
    return {words.get(cell, cell) for cell in cells} & set(load_catalogue())


def _with_derived(table: str, have: Mapping[str, set[str]]) -> set[str]:
    """The columns filled, those looked up in other tables, and those that follow from them."""
    standard, out = TABLES[table], set(have[table])
    for column, lookup in standard.lookups.items():
        if lookup.on in out and lookup.column in have.get(lookup.table, set()):
            out.add(column)
    for column in standard.derived:
        if set(standard.needs[column]) <= out:
            out.add(column)
    return out


def _words_there(proposal: TableProposal) -> dict[str, set[str]]:
    """The toolkit's words that the client's cells mean, by column of words."""
    out = {}
    for column, header in proposal.columns.items():
        if header in proposal.source.columns and known_words(proposal.table, column):
            values = proposal.values.get(column, {})
            out[column] = {values.get(cell, cell) for cell in proposal.source.cells(header)}
    if proposal.source.made and "stage" not in out:
        out["stage"] = {"won"}  # a list of orders
    return out


def _carried(kpi: Kpi, have: Mapping[str, set[str]], there: Mapping[str, Mapping[str, set[str]]]) -> bool:
    if kpi.numerator is None:
        return False
    parts = [part for part in (kpi.numerator, kpi.denominator) if part is not None]
    return all(_part_carried(part, have, there.get(part.table, {})) for part in parts)


def _part_carried(part: Aggregate, have: Mapping[str, set[str]], words: Mapping[str, set[str]]) -> bool:
    """Its columns are filled, and the words that it counts stand in the data: else it would count nothing."""
    try:
        columns = set(parse_aggregate(part.sql).columns)
    except RefusedSql:
        return False
    times = {part.date, part.opened, part.closed, part.owner} - {""}
    if not columns | times <= have.get(part.table, set()):
        return False
    for column, listed in _COMPARED.findall(part.sql):
        asked, present = set(_LITERAL.findall(listed)), words.get(column)
        # Of won and lost both must be there: without a lost deal every win rate is 100 %.
        if present is not None and not (asked <= present if column == "stage" else asked & present):
            return False
    return True
