"""Row rules over tables that stay in the client's database: counted there, in one pass over each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa
from ibis.backends.duckdb import Backend

from toolkit.data.convert import ident
from toolkit.data.databases.engines import Engine, run
from toolkit.data.files.read import SHOWN
from toolkit.data.quality.check import note_rule
from toolkit.data.quality.compiled import EMPLOYED, Cover, applying, counts_sql, relation
from toolkit.data.quality.rules import Rule, rules
from toolkit.data.quality.subject import Subject
from toolkit.data.relations import Relation
from toolkit.data.sources import TableSource
from toolkit.data.typed import note_rest
from toolkit.errors import Problems

_NO_ROW = "–"  # a server's rows have no numbers


def check_elsewhere(
    database: Backend,
    relations: Mapping[str, Relation],
    tables: Mapping[str, TableSource],
    filled: Mapping[str, frozenset[str]],
    problems: Problems,
    covers: tuple[dt.date, dt.date] | None = None,
) -> None:
    """Check the rows of tables that lie elsewhere: what is impossible (problems), what looks odd (notes).

    What needs a whole table (names, repeated rows, references) is not looked for there, and a note says so.

    Parameters
    ----------
    relations : mapping
        Standard table → where its rows are; only those with an engine are looked at.
    """
    cover = Cover(*covers) if covers else None
    known = "participants" in database.list_tables()
    employed = database.raw_sql(EMPLOYED).arrow().read_all() if known else None
    for name, rows in relations.items():
        if rows.engine is None:
            continue
        subject = Subject(database, name, tables[name], filled[name], problems)
        used = applying(rules(name), filled[name], cover, roster=known)
        _check(subject, rows.engine, rows.select(filled[name]), used, cover, employed)
        subject.note("quality.elsewhere", [], 0)


def _check(
    subject: Subject,
    engine: Engine,
    source: str,
    used: tuple[Rule, ...],
    cover: Cover | None,
    employed: pa.Table | None,
) -> None:
    small = {} if employed is None else {"_employed": employed}
    rows = relation(source, used, cover, "_employed")
    counted = run(engine, counts_sql(used, rows), small).to_pylist()[0]
    subject = replace(subject, rows=int(counted["n"]))
    for i, rule in enumerate(used):
        count, total = int(counted[f"c{i}"]), counted[f"m{i}"]
        if count and rule.error:
            _add(subject, engine, rows, rule, count, small)
        elif count:
            note_rule(subject, rule, cover, count, total, _NO_ROW)


def _add(
    subject: Subject, engine: Engine, rows: str, rule: Rule, count: int, small: Mapping[str, pa.Table]
) -> None:
    shown = ident(rule.shown or rule.column)
    found = run(engine, f"SELECT {shown} AS v FROM {rows} AS t WHERE {rule.condition} LIMIT {SHOWN}", small)
    where, column = subject.where(), subject.written(rule.column)
    for value in found.column("v").to_pylist():
        plain = value if isinstance(value, str | int | float | None) else str(value)
        subject.problems.add(rule.code, where=where, column=column, value=plain)
    if count > SHOWN:
        note_rest(where, column, count - SHOWN, subject.problems)
