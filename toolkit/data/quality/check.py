"""Check the loaded tables: what is impossible stops the engagement, what looks odd is noted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ibis.backends.duckdb import Backend

from toolkit.catalogue.kpi import Kpi
from toolkit.data.convert import ident
from toolkit.data.files.read import SHOWN
from toolkit.data.quality import odd
from toolkit.data.quality.compiled import Cover, applying, counts_sql, relation, rows_sql
from toolkit.data.quality.references import (
    credits_without_deal,
    near_names,
    orphans,
    people_without_deals,
    unknown_raters,
)
from toolkit.data.quality.rules import Rule, rules
from toolkit.data.quality.subject import FIRST, Subject, first_rows
from toolkit.data.sources import TableSource
from toolkit.data.sql import RefusedSql, parse_aggregate
from toolkit.data.tables import TABLES
from toolkit.data.typed import note_rest
from toolkit.errors import Problems
from toolkit.language import number

# These notes tell the money too; where a table has no amounts there is a text without (`…_rows`).
WITH_MONEY = {
    "quality.won_without_day",
    "quality.before_cover",
    "quality.after_cover",
    "quality.before_hired",
    "quality.after_left",
}
LARGE = 3_000_000  # rows; a table above it is checked row by row only, in one scan


def check_tables(
    database: Backend,
    tables: Mapping[str, TableSource],
    filled: Mapping[str, frozenset[str]],
    problems: Problems,
    covers: tuple[dt.date, dt.date] | None = None,
    currency: str = "",
    summed: Collection[str] = (),
) -> None:
    """Check every loaded table for what is impossible (problems) and what looks odd (notes).

    Parameters
    ----------
    tables : mapping
        Standard table → its source, for the names in problems.
    filled : mapping
        Standard table → the columns that the client's data fill; what is not in the database is left out.
    covers : pair of dates, optional
        The first and the last day covered.
    currency : str
        The engagement's.
    summed : collection of str
        Tables whose amounts a measured KPI adds up (`summed_tables`): there several currencies are an error.

    Examples
    --------
    >>> from toolkit.data.store import connect
    >>> database, problems = connect(), Problems()
    >>> columns = "'D1' AS deal, 'p1' AS participant, 1.5 AS share, 0 AS _file, 2 AS _row"
    >>> _ = database.raw_sql(f"CREATE TABLE credits AS SELECT {columns}")
    >>> source, filled = TableSource(None), frozenset({"deal", "participant", "share"})
    >>> check_tables(database, {"credits": source}, {"credits": filled}, problems)
    >>> [(problem.code, problem.row) for problem in problems]
    [('quality.share_outside', 2)]
    """
    cover = Cover(*covers) if covers else None
    there = set(database.list_tables())
    subjects = {
        name: Subject(database, name, tables[name], columns, problems)
        for name, columns in filled.items()
        if name in there and name in tables
    }
    days = subjects["participants"].filled & {"hired_on", "left_on"} if "participants" in subjects else ()
    for name, subject in subjects.items():
        subjects[name] = _check_rows(subject, cover, roster=bool(days))
    for subject in subjects.values():
        if currency:
            odd.odd_currencies(subject, currency, summed)
        odd.odd_tax(subject)
        odd.odd_scales(subject)
    _check_whole(subjects)


def summed_tables(kpis: Iterable[Kpi]) -> frozenset[str]:
    """The tables whose amounts some KPIs add up.

    Examples
    --------
    >>> from toolkit.catalogue.load import load_catalogue
    >>> sorted(summed_tables([load_catalogue()["net_sales"], load_catalogue()["visits"]]))
    ['deals']
    """
    found = set()
    for kpi in kpis:
        for part in (kpi.numerator, kpi.denominator):
            if part is None or part.table not in TABLES:
                continue
            money = {c for c, spec in TABLES[part.table].columns.items() if spec.kind == "money"}
            try:
                if money & parse_aggregate(part.sql).columns:
                    found.add(part.table)
            except RefusedSql:
                continue  # noted where KPIs are checked
    return frozenset(found)


def _check_rows(subject: Subject, cover: Cover | None, roster: bool) -> Subject:
    """Every row rule in one scan; a second look only at the rows of those that hit."""
    used = applying(rules(subject.name), subject.filled, cover, roster)
    if subject.name == "participants":  # a roster's own days are its employment
        used = tuple(rule for rule in used if not {"_hired_on", "_left_on"} & set(rule.needs))
    rows_of = relation(ident(subject.name), used, cover)
    ((rows, *counted),) = subject.fetch(counts_sql(used, rows_of))
    subject = replace(subject, rows=int(rows))
    for at, rule in enumerate(used):
        count, total = counted[2 * at], counted[2 * at + 1]
        if count and rule.error:
            _add(subject, rule, cover, int(count))
        elif count:
            _note(subject, rule, cover, int(count), total)
    return subject


def _add(subject: Subject, rule: Rule, cover: Cover | None, count: int) -> None:
    column = subject.written(rule.column)
    for file, row, value in subject.fetch(rows_sql(subject.name, rule, cover, SHOWN)):
        place: dict[str, Any] = {"where": subject.where(file), "row": row, "column": column}
        subject.problems.add(rule.code, **place, value=_plain(value))
    if count > SHOWN:
        note_rest(subject.where(), column, count - SHOWN, subject.problems)


def _note(subject: Subject, rule: Rule, cover: Cover | None, count: int, total: Decimal | None) -> None:
    found = subject.fetch(rows_sql(subject.name, rule, cover, FIRST))
    note_rule(
        subject, rule, cover, count, total, first_rows([row for _, row, _ in found], count), found[0][0]
    )


def note_rule(
    subject: Subject,
    rule: Rule,
    cover: Cover | None,
    count: int,
    total: Decimal | None,
    first: str,
    file: int | None = 0,
) -> None:
    """Note what a rule flags: how many rows, their money, the first of them."""
    words: dict[str, Any] = {
        "first": first,
        "other": subject.written(rule.other) if rule.other else "",
        "start": cover.start if cover else "",
        "end": cover.end if cover else "",
    }
    columns = rule.either if rule.either else (rule.column,)
    columns = tuple(c for c in columns if c in subject.filled)
    code = f"{rule.code}_rows" if rule.code in WITH_MONEY and total is None else rule.code
    subject.note(code, columns, count, total, file, **words)


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | None) else str(value)


def _check_whole(subjects: Mapping[str, Subject]) -> None:
    """What needs a table as a whole, or two: only for tables that fit, and a note says which did not."""
    small = {name: subject for name, subject in subjects.items() if subject.rows <= LARGE}
    for name, subject in subjects.items():
        if name not in small:
            subject.note("quality.too_large", [], 0, limit=number(LARGE, "en"))
    for subject in small.values():
        odd.odd_extremes(subject)
        odd.odd_twins(subject)
        odd.odd_constants(subject)
        orphans(subject, subjects)
    if {"deals", "invoices"} <= set(small):
        odd.odd_tax_between(small["deals"], small["invoices"])
    if {"participants", "deals"} <= set(subjects) and subjects["deals"].has("participant"):
        people_without_deals(subjects["participants"], subjects["deals"])
    if {"credits", "deals"} <= set(subjects):
        credits_without_deal(subjects["credits"], subjects["deals"])
    if {"participants", "ratings"} <= set(subjects):
        unknown_raters(subjects["ratings"], subjects["participants"])
    near_names(small)
