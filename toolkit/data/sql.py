"""SQL from strangers is parsed before it runs: aggregates of KPI definitions, and SELECTs over the client's own files.

Only what is listed here parses; anything else is refused by name.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_AGGREGATES = (exp.Sum, exp.Count, exp.Avg, exp.Min, exp.Max, exp.Median, exp.Stddev, exp.StddevSamp)
_PARTS = (
    exp.Filter, exp.Where, exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Distinct,
    exp.Star, exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In,
    exp.Is, exp.Like, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Case, exp.If, exp.Coalesce, exp.Nullif,
    exp.Abs, exp.Greatest, exp.Least, exp.DateDiff, exp.Var, exp.Cast, exp.DataType, exp.Lower, exp.Upper, exp.Trim,
)  # fmt: skip


@dataclass(frozen=True)
class Parsed:
    """An aggregate expression: its columns, and the condition its rows must meet ('' for every row)."""

    columns: frozenset[str]
    condition: str


class RefusedSql(ValueError):
    """SQL that may not run; the message is the part refused."""


def parse_aggregate(sql: str) -> Parsed:
    """Check an aggregate expression in DuckDB's dialect.

    Raises
    ------
    RefusedSql
        It does not parse, is no aggregate, or has a part that is not an aggregate over columns.

    Examples
    --------
    >>> parse_aggregate("sum(amount) FILTER (WHERE stage = 'won')").condition
    "stage = 'won'"
    """
    try:
        tree = sqlglot.parse_one(f"SELECT {sql}", read="duckdb")
    except SqlglotError:
        raise RefusedSql(sql) from None
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1 or _clauses(tree):
        raise RefusedSql(sql)
    root = tree.expressions[0]
    for node in root.walk():
        if not isinstance(node, _AGGREGATES + _PARTS):
            raise RefusedSql(node.sql("duckdb") or type(node).__name__)
        if isinstance(node, exp.Column) and (node.table or not node.find_ancestor(*_AGGREGATES, exp.Filter)):
            raise RefusedSql(node.sql("duckdb"))
    if not any(isinstance(node, _AGGREGATES) for node in root.walk()):
        raise RefusedSql(sql)
    columns = frozenset(column.name for column in root.find_all(exp.Column))
    condition = root.expression.this.sql("duckdb") if isinstance(root, exp.Filter) else ""
    return Parsed(columns, condition)


def _clauses(tree: exp.Select) -> list[str]:
    return [name for name, value in tree.args.items() if value and name not in ("expressions", "kind", "hint")]


def parse_select(sql: str, names: frozenset[str]) -> str:
    """Check a SELECT over an engagement's own files; returns it normalised.

    Parameters
    ----------
    sql : str
        One SELECT (WITH and joins may be used), in DuckDB's dialect.
    names : frozenset of str
        The files it may read, by name.

    Raises
    ------
    RefusedSql
        Not one SELECT, a table that is not among the names, a table function, or an unknown function.

    Examples
    --------
    >>> parse_select("SELECT a FROM lines", frozenset({"lines"}))
    'SELECT a FROM lines'
    """
    try:
        trees = sqlglot.parse(sql, read="duckdb")
    except SqlglotError as error:
        raise RefusedSql(str(error).splitlines()[0]) from None
    if len(trees) != 1 or not isinstance(trees[0], (exp.Select, exp.SetOperation)):
        raise RefusedSql(sql.strip()[:60])
    tree = trees[0]
    allowed = names | {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
    for node in tree.walk():
        if isinstance(node, exp.Table):
            named = isinstance(node.this, exp.Identifier) and not node.db and not node.catalog
            if not named or node.name not in allowed:
                raise RefusedSql(node.sql("duckdb"))
        elif isinstance(node, (exp.Anonymous, exp.Command, exp.DDL, exp.DML, exp.Into)) and not isinstance(node, exp.Query):
            raise RefusedSql(node.sql("duckdb"))
    return tree.sql("duckdb")
