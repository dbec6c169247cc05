"""Row rules as SQL: which apply, one query that counts them all, and the rows that one of them flags."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from toolkit.data.convert import ident
from toolkit.data.quality.rules import Rule


@dataclass(frozen=True)
class Cover:
    """The first and the last day that an engagement covers."""

    start: dt.date
    end: dt.date


def applying(
    declared: Iterable[Rule], filled: frozenset[str], cover: Cover | None, roster: bool
) -> tuple[Rule, ...]:
    """The rules that can say something of a table.

    Parameters
    ----------
    filled : frozenset of str
        The table's columns that hold data.
    cover : Cover or None
        The days covered, if they are known.
    roster : bool
        Whether the table `participants` is at hand.
    """
    known = set(filled)
    known |= {"_from", "_to"} if cover else set()
    known |= {"_hired_on", "_left_on"} if roster and "participant" in filled else set()
    return tuple(
        rule
        for rule in declared
        if known.issuperset(rule.needs) and (not rule.either or known.intersection(rule.either))
    )


def relation(table: str, used: Iterable[Rule], cover: Cover | None) -> str:
    """The table with what the rules used need beside it: the days covered, its owners' employment."""
    needed = {name for rule in used for name in rule.needs}
    selected, joined = ["t.*"], ""
    if cover and needed & {"_from", "_to"}:
        selected += [f"DATE '{cover.start:%Y-%m-%d}' AS _from", f"DATE '{cover.end:%Y-%m-%d}' AS _to"]
    if needed & {"_hired_on", "_left_on"}:
        selected += ["w._hired_on", "w._left_on"]
        joined = (
            " LEFT JOIN (SELECT participant AS _who, min(hired_on) AS _hired_on, max(left_on) AS _left_on "
            "FROM participants GROUP BY 1) AS w ON w._who = t.participant"
        )
    return f"(SELECT {', '.join(selected)} FROM {ident(table)} AS t{joined})"


def counts_sql(table: str, used: tuple[Rule, ...], cover: Cover | None) -> str:
    """One scan: the table's rows, then for each rule the rows that it flags and the money in them.

    Examples
    --------
    >>> from toolkit.data.quality.rules import rules
    >>> counts_sql("credits", rules("credits"), None).partition(" FROM ")[0]
    'SELECT count(*), count(*) FILTER (WHERE share <= 0 OR share > 1), NULL'
    """
    parts = ["count(*)"]
    for rule in used:
        parts.append(f"count(*) FILTER (WHERE {rule.condition})")
        parts.append(f"sum({rule.money}) FILTER (WHERE {rule.condition})" if rule.money else "NULL")
    return f"SELECT {', '.join(parts)} FROM {relation(table, used, cover)}"


def rows_sql(table: str, rule: Rule, cover: Cover | None, most: int) -> str:
    """The first rows that a rule flags: file, row, and the value to show."""
    return (
        f"SELECT _file, _row, {ident(rule.shown or rule.column)} FROM {relation(table, (rule,), cover)} "
        f"WHERE {rule.condition} ORDER BY _file, _row LIMIT {most}"
    )


def flags_sql(table: str, rule: Rule, cover: Cover | None, roster: bool) -> str:
    """The place (`_at`) of every row of a frame that a rule flags."""
    assert roster or not {"_hired_on", "_left_on"} & set(rule.needs)  # `applying` has seen to it
    return f"SELECT _at FROM {relation(table, (rule,), cover)} WHERE {rule.condition}"
