"""SQL from strangers is parsed before it runs: KPIs' aggregates, and SELECTs over the client's own files.

Only what is listed here parses; anything else is refused by name.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

# A statement that sqlglot does not know is refused here, with its text; its own log line would say it again.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

AGGREGATES = (exp.Sum, exp.Count, exp.Avg, exp.Min, exp.Max, exp.Median, exp.Stddev, exp.StddevSamp)
_PARTS = (
    exp.Filter, exp.Where, exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren,
    exp.Distinct, exp.Star, exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE,
    exp.Between, exp.In, exp.Is, exp.Like, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Case, exp.If,
    exp.Coalesce, exp.Nullif, exp.Abs, exp.Greatest, exp.Least, exp.DateDiff, exp.Var, exp.Cast,
    exp.DataType, exp.Lower, exp.Upper, exp.Trim,
)  # fmt: skip
_SUMMED = (exp.Filter, exp.Paren, exp.Add, exp.Sub, exp.Mul, exp.Neg)
# Table functions, and what reads the clock, chance or the machine: the same files must give the same tables.
_KEPT_OUT = tuple(
    getattr(exp, name)
    for name in (
        "CurrentCatalog", "CurrentDate", "CurrentDatetime", "CurrentSchema", "CurrentTime",
        "CurrentTimestamp", "CurrentUser", "CurrentVersion", "GenerateSeries", "Localtime", "Localtimestamp",
        "Rand", "Randn", "ReadCSV", "ReadParquet", "SessionUser", "TableSample", "Unnest", "Uuid", "Version",
    )
    if hasattr(exp, name)  # where a sqlglot has no class, the function is unknown to it and refused as such
)  # fmt: skip
_NO_QUERY = (exp.Anonymous, exp.Command, exp.DDL, exp.DML, exp.Describe, exp.Into, exp.Summarize, *_KEPT_OUT)


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
    root = parsed(sql)
    for node in root.walk():
        if not isinstance(node, AGGREGATES + _PARTS) or not _in_place(node):
            raise RefusedSql(node.sql("duckdb") or type(node).__name__)
    if not any(isinstance(node, AGGREGATES) for node in root.walk()):
        raise RefusedSql(sql)
    columns = frozenset(column.name for column in root.find_all(exp.Column))
    condition = root.expression.this.sql("duckdb") if isinstance(root, exp.Filter) else ""
    return Parsed(columns, condition)


def parsed(sql: str) -> exp.Expression:
    """The tree of one expression; raises RefusedSql where the text is anything else."""
    trees = _statements(f"SELECT {sql}", sql)
    tree = trees[0]
    if len(trees) > 1 or not isinstance(tree, exp.Select) or len(tree.expressions) != 1 or _clauses(tree):
        raise RefusedSql(sql)
    root: exp.Expression = tree.expressions[0]
    return root


def _statements(sql: str, shown: str) -> list[exp.Expression]:
    try:
        trees = [tree for tree in sqlglot.parse(sql, read="duckdb") if tree is not None]
    except (SqlglotError, RecursionError):
        raise RefusedSql(" ".join(shown.split())[:80]) from None
    if not trees:
        raise RefusedSql(" ".join(shown.split())[:80])
    return trees


def _clauses(tree: exp.Select) -> list[str]:
    return [
        name for name, value in tree.args.items() if value and name not in ("expressions", "kind", "hint")
    ]


def _in_place(node: exp.Expression) -> bool:
    """Columns stand inside an aggregate; aggregates stand in no other aggregate and in no condition."""
    if isinstance(node, exp.Column):
        return not node.table and node.find_ancestor(*AGGREGATES, exp.Filter) is not None
    if isinstance(node, exp.Filter):
        return isinstance(node.this, AGGREGATES)
    if isinstance(node, AGGREGATES):
        many = isinstance(node, (exp.Min, exp.Max)) and node.expressions  # max(x, 3) is a list
        return not many and node.find_ancestor(*AGGREGATES, exp.Where) is None
    return True


def qualified(sql: str) -> str:
    """A checked aggregate with its columns named by their table `t`, so that no other table's can be meant.

    A sum of no rows is 0 where it is part of a calculation: what was won less what came back is what was
    won, if nothing came back.

    Examples
    --------
    >>> qualified("sum(amount) - sum(discount)")
    'COALESCE(SUM(t."amount"), 0) - COALESCE(SUM(t."discount"), 0)'
    """
    tree = exp.select(parsed(sql).copy())  # a root of its own, so that the expression itself may be replaced
    for column in list(tree.find_all(exp.Column)):
        column.set("table", exp.to_identifier("t"))
        column.this.set("quoted", True)
    for middle in list(tree.find_all(exp.Median)):  # of exact amounts, two in the middle have a mean
        middle.set("this", exp.cast(middle.this.copy(), "DOUBLE"))
    for total in list(tree.find_all(exp.Sum)):
        whole = total.parent if isinstance(total.parent, exp.Filter) else total
        if isinstance(whole.parent, (*_SUMMED, exp.Div)):
            whole.replace(exp.Coalesce(this=whole.copy(), expressions=[exp.Literal.number(0)]))
    return str(tree.expressions[0].sql("duckdb"))


def adds(sql: str) -> bool:
    """Whether the aggregate of no rows is 0: sums and counts, added up or multiplied, but not divided.

    Examples
    --------
    >>> adds("sum(amount) - sum(cost)"), adds("avg(score)"), adds("sum(amount) / count(*)")
    (True, False, False)
    """
    found = list(parsed(sql).find_all(*AGGREGATES))
    above = [node for aggregate in found for node in _above(aggregate)]
    summed = all(isinstance(node, _SUMMED) or _or_zero(node) for node in above)
    return summed and all(isinstance(a, (exp.Sum, exp.Count)) for a in found)


def _or_zero(node: exp.Expression) -> bool:
    return isinstance(node, exp.Coalesce) and node.expressions == [exp.Literal.number(0)]


def divides(sql: str) -> bool:
    """Whether the aggregate has a division, which has no value where its denominator is zero."""
    return parsed(sql).find(exp.Div) is not None


def _above(node: exp.Expression) -> list[exp.Expression]:
    parents = []
    while node.parent is not None and not isinstance(node.parent, exp.Select):
        node = node.parent
        parents.append(node)
    return parents


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
        Not one SELECT, a table that is not among the names, a table function, an unknown function, or
        one that would not give the same table again (the clock, chance, the machine).

    Examples
    --------
    >>> parse_select("SELECT a FROM lines", frozenset({"lines"}))
    'SELECT a FROM lines'
    """
    trees = _statements(sql, sql)
    if len(trees) != 1 or not isinstance(trees[0], (exp.Select, exp.SetOperation)):
        raise RefusedSql(" ".join(sql.split())[:80])
    for node in trees[0].walk():
        if isinstance(node, _NO_QUERY) and not isinstance(node, exp.Query):
            raise RefusedSql(node.sql("duckdb"))
    _check_tables(trees[0], names, names)
    return str(trees[0].sql("duckdb"))


def _check_tables(node: exp.Expression, visible: frozenset[str], files: frozenset[str]) -> None:
    """Every table is a file or an earlier WITH that is in sight; a WITH takes no file's name."""
    if isinstance(node, exp.Table):
        plain = isinstance(node.this, exp.Identifier) and not node.db and not node.catalog
        if not plain or node.name not in visible:
            raise RefusedSql(node.sql("duckdb"))
    parts = list(node.iter_expressions())
    for part in parts:
        if isinstance(part, exp.With):
            if part.recursive:
                raise RefusedSql("WITH RECURSIVE")
            for cte in part.expressions:
                if cte.alias.casefold() in {name.casefold() for name in files}:
                    raise RefusedSql(f"WITH {cte.alias}")
                _check_tables(cte.this, visible, files)
                visible |= {cte.alias}
    for part in parts:
        if not isinstance(part, exp.With):
            _check_tables(part, visible, files)
