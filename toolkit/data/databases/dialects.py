"""A SELECT in DuckDB's dialect → the same SELECT for PostgreSQL or Spark, giving the same numbers.

sqlglot knows how the others write a function; what is here is where the same words give other numbers: a
division of whole numbers or by zero, a mean of amounts, days between two dates, sums of yes and no.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import sqlglot
from sqlglot import exp

from toolkit.data.sql import RefusedSql
from toolkit.data.tables import TABLES

POSTGRES, SPARK = "postgres", "spark"
_WHOLE = ("TINYINT", "SMALLINT", "INT", "BIGINT", "INT128", "UTINYINT", "USMALLINT", "UINT", "UBIGINT")
_HOURS = {"HOUR": 24, "MINUTE": 24 * 60, "SECOND": 24 * 60 * 60}


@cache
def translated(sql: str, dialect: str) -> str:
    """A SELECT written for DuckDB, for another engine.

    Parameters
    ----------
    dialect : str
        postgres or spark.

    Raises
    ------
    RefusedSql
        A part that would not give the same there; the message is that part.

    Examples
    --------
    >>> translated("SELECT a / b AS v FROM t", "postgres")
    'SELECT CAST(a AS DOUBLE PRECISION) / NULLIF(CAST(b AS DOUBLE PRECISION), 0) AS v FROM t'
    >>> translated("SELECT avg(a) AS v FROM t", "spark")
    'SELECT CAST(SUM(a) AS DOUBLE) / NULLIF(CAST(COUNT(a) AS DOUBLE), 0) AS v FROM t'
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    for cast in list(tree.find_all(exp.Cast)):
        _check_cast(cast)
    for kind, replaced in _REPLACED:
        for node in reversed(list(tree.find_all(kind))):  # the innermost first
            replaced(node, dialect)
    return tree.sql(dialect)


def _check_cast(node: exp.Cast) -> None:
    """Engines differ in which cells TRY_CAST can read and in how a half becomes a whole number."""
    if isinstance(node, exp.TryCast):
        raise RefusedSql(node.sql("duckdb"))
    sound = (exp.Count, exp.DateDiff, exp.Literal, exp.Case)
    inner = node.this.unnest()
    if node.to.this.name in _WHOLE and not isinstance(inner, sound) and not _is_condition(inner):
        raise RefusedSql(node.sql("duckdb"))


def _cast(node: exp.Expression, kind: str) -> exp.Cast:
    return exp.Cast(this=node, to=exp.DataType.build(kind))


def _quotient(above: exp.Expression, below: exp.Expression) -> exp.Div:
    """A division as DuckDB does it here: never of whole numbers, missing over zero."""
    divisor = exp.Nullif(this=_cast(below, "DOUBLE"), expression=exp.Literal.number(0))
    return exp.Div(this=_cast(above, "DOUBLE"), expression=divisor, typed=False, safe=False)


def _divide(node: exp.Div, dialect: str) -> None:
    node.replace(_quotient(node.this.copy(), node.expression.copy()))


def _mean(node: exp.Avg, dialect: str) -> None:
    """Spark's mean of amounts keeps eight decimals only: there the sum is divided by the count."""
    if dialect != SPARK:
        return
    whole = node.parent if isinstance(node.parent, exp.Filter) else node
    parts: list[exp.Expression] = [kind(this=node.this.copy()) for kind in (exp.Sum, exp.Count)]
    if isinstance(whole, exp.Filter):
        parts = [exp.Filter(this=part, expression=whole.expression.copy()) for part in parts]
    quotient = _quotient(*parts)
    whole.replace(exp.Paren(this=quotient) if isinstance(whole.parent, exp.Binary) else quotient)


def _sum_of_truths(node: exp.Sum, dialect: str) -> None:
    """DuckDB adds up conditions; the others must be told that they are 1 and 0."""
    if _is_condition(node.this.unnest()):
        node.set("this", _cast(node.this.copy(), "INT"))


def _is_condition(node: exp.Expression) -> bool:
    if isinstance(node, exp.Column):
        return node.name in _conditions()
    return isinstance(node, (exp.Predicate, exp.And, exp.Or, exp.Not, exp.Boolean))


@cache
def _conditions() -> frozenset[str]:
    """The derived columns that are true or false."""
    derived = {column: sql for table in TABLES.values() for column, sql in table.derived.items()}
    trees = {column: sqlglot.parse_one(sql, read="duckdb") for column, sql in derived.items()}
    return frozenset(
        column for column, tree in trees.items() if not isinstance(tree, exp.Column) and _is_condition(tree)
    )


@cache
def _days() -> frozenset[str]:
    """The standard columns that hold days, which no other kind of column is called."""
    kinds = [(column, spec.kind) for table in TABLES.values() for column, spec in table.columns.items()]
    others = {column for column, kind in kinds if kind != "day"}
    return frozenset(column for column, kind in kinds if kind == "day") - others


def _between_days(node: exp.Sub, dialect: str) -> None:
    """One day less another is a number of days; Spark makes it an interval."""
    sides = (node.this.unnest(), node.expression.unnest())
    if all(isinstance(side, exp.Column) and side.name in _days() for side in sides):
        later, earlier = (side.copy() for side in sides)
        node.replace(exp.Paren(this=_day_difference(later, earlier, dialect)))


def _day_difference(later: exp.Expression, earlier: exp.Expression, dialect: str) -> exp.Expression:
    if dialect == SPARK:
        return exp.Anonymous(this="DATEDIFF", expressions=[_cast(later, "DATE"), _cast(earlier, "DATE")])
    return exp.Sub(this=_cast(later, "DATE"), expression=_cast(earlier, "DATE"))


def _difference(node: exp.DateDiff, dialect: str) -> None:
    """date_diff counts the edges of months, quarters and years between two days, but weeks by seven days."""
    unit = str(node.text("unit") or "DAY").upper().rstrip("S")
    later, earlier = node.this.copy(), node.expression.copy()
    if unit in ("DAY", *_HOURS):
        found: exp.Expression = exp.Paren(this=_day_difference(later, earlier, dialect))
        if unit in _HOURS:
            found = exp.Paren(this=exp.Mul(this=found, expression=exp.Literal.number(_HOURS[unit])))
    elif unit == "WEEK":
        days = exp.Paren(this=_day_difference(later, earlier, dialect))
        found = exp.Paren(this=_whole_weeks(days, dialect))
    elif unit in ("MONTH", "QUARTER", "YEAR"):
        edges = exp.Sub(this=_edge(later, unit), expression=exp.Paren(this=_edge(earlier, unit)))
        found = exp.Paren(this=_cast(edges, "INT"))
    else:
        raise RefusedSql(node.sql("duckdb"))
    node.replace(found)


def _whole_weeks(days: exp.Expression, dialect: str) -> exp.Expression:
    seven = exp.Literal.number(7)
    if dialect == SPARK:  # a cast cuts off what is left over
        return _cast(_quotient(days, seven), "INT")
    return exp.Div(this=days, expression=seven, typed=True, safe=False)


def _edge(day: exp.Expression, unit: str) -> exp.Expression:
    """The number of the month, quarter or year a day is in, counted from the year nought."""
    per_year = {"MONTH": 12, "QUARTER": 4, "YEAR": 1}[unit]
    year = exp.Extract(this=exp.var("YEAR"), expression=_cast(day, "DATE"))
    if unit == "YEAR":
        return year
    part = exp.Extract(this=exp.var(unit), expression=_cast(day.copy(), "DATE"))
    return exp.Add(this=exp.Mul(this=year, expression=exp.Literal.number(per_year)), expression=part)


def _pattern(node: exp.Like, dialect: str) -> None:
    """A backslash in a pattern is a backslash in DuckDB, and escapes the next sign elsewhere."""
    pattern = node.expression
    if isinstance(pattern, exp.Literal) and not isinstance(node.parent, exp.Escape):
        pattern.replace(exp.Literal.string(re.sub(r"\\", r"\\\\", pattern.name)))


_REPLACED: tuple[tuple[type[exp.Expression], Callable[..., None]], ...] = (
    (exp.Div, _divide),
    (exp.Sum, _sum_of_truths),
    (exp.Avg, _mean),
    (exp.Sub, _between_days),
    (exp.DateDiff, _difference),
    (exp.Like, _pattern),
)
