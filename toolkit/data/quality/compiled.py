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


EMPLOYED = (
    "SELECT participant AS _who, min(hired_on) AS _hired_on, max(left_on) AS _left_on FROM participants "
    "GROUP BY 1"
)


def relation(table: str, used: Iterable[Rule], cover: Cover | None, employed: str = f"({EMPLOYED})") -> str:
    """The table with what the rules used need beside it: the days covered, its owners' employment.

    Parameters
    ----------
    table : str
        What a FROM names.
    employed : str
        What a FROM names for the owners' employment.
    """
    needed = {name for rule in used for name in rule.needs}
    selected, joined = ["t.*"], ""
    if cover and needed & {"_from", "_to"}:
        selected += [f"DATE '{cover.start:%Y-%m-%d}' AS _from", f"DATE '{cover.end:%Y-%m-%d}' AS _to"]
    if needed & {"_hired_on", "_left_on"}:
        selected += ["w._hired_on", "w._left_on"]
        joined = f" LEFT JOIN {employed} AS w ON w._who = t.participant"
    return f"(SELECT {', '.join(selected)} FROM {table} AS t{joined})"


def counts_sql(used: tuple[Rule, ...], rows: str) -> str:
    """One scan: the table's rows, then for each rule the rows that it flags and the money in them.

    Parameters
    ----------
    rows : str
        What `relation` gives for these rules.

    Examples
    --------
    >>> from toolkit.data.quality.rules import rules
    >>> print(counts_sql(rules("credits"), "r"))
    SELECT count(*) AS n, count(*) FILTER (WHERE share <= 0 OR share > 1) AS c0, NULL AS m0 FROM r AS t
    """
    parts = ["count(*) AS n"]
    for i, rule in enumerate(used):
        money = f"sum({rule.money}) FILTER (WHERE {rule.condition})" if rule.money else "NULL"
        parts += [f"count(*) FILTER (WHERE {rule.condition}) AS c{i}", f"{money} AS m{i}"]
    return f"SELECT {', '.join(parts)} FROM {rows} AS t"


def rows_sql(table: str, rule: Rule, cover: Cover | None, most: int) -> str:
    """The first rows that a rule flags: file, row, and the value to show."""
    return (
        f"SELECT _file, _row, {ident(rule.shown or rule.column)} "
        f"FROM {relation(ident(table), (rule,), cover)} "
        f"WHERE {rule.condition} ORDER BY _file, _row LIMIT {most}"
    )


def flags_sql(table: str, rule: Rule, cover: Cover | None, roster: bool) -> str:
    """The place (`_at`) of every row of a frame that a rule flags."""
    assert roster or not {"_hired_on", "_left_on"} & set(rule.needs)  # `applying` has seen to it
    return f"SELECT _at FROM {relation(ident(table), (rule,), cover)} WHERE {rule.condition}"
