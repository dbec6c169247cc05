"""An aggregate, row by row: which rows it uses, and what each of them adds to it."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from toolkit.data.sql import AGGREGATES, parsed, qualified


def counts(sql: str) -> str:
    """SQL over a row `t`: whether the aggregate uses it; '' where it uses every row.

    Of several aggregates in one expression, one that uses the row is enough.

    Examples
    --------
    >>> print(counts("sum(amount) FILTER (WHERE stage = 'won')"))
    (t."stage" = 'won')
    >>> counts("count(customer) + count(product)")
    ''
    """
    conditions = [_condition(node) for node in _tree(sql).find_all(*AGGREGATES)]
    met = [c.sql("duckdb") for c in conditions if c is not None]
    if len(met) < len(conditions):
        return ""
    return " OR ".join(f"({condition})" for condition in dict.fromkeys(met))


def adds(sql: str, share: str = "") -> str:
    """SQL over a row `t`: what it adds to the aggregate; '' where rows do not simply add up.

    Distinct customers, means and medians do not add; nor do quotients and products of sums.

    Parameters
    ----------
    share : str
        The column that weighs a row where credit is split.

    Examples
    --------
    >>> print(adds("count(*) FILTER (WHERE kind = 'visit')"))
    CASE WHEN t."kind" = 'visit' THEN 1 ELSE 0 END
    >>> adds("count(DISTINCT customer)"), adds("sum(amount) / count(*)")
    ('', '')
    """
    tree = _tree(sql)
    if not _is_linear(tree.expressions[0]):
        return ""
    weight = f't."{share}"' if share else "1"
    for node in list(tree.find_all(*AGGREGATES)):
        whole = node.parent if isinstance(node.parent, exp.Filter) else node
        whole.replace(_of_row(node, _condition(node), weight))
    return str(tree.expressions[0].sql("duckdb"))


def _tree(sql: str) -> exp.Select:
    return exp.select(parsed(qualified(sql)).copy())


def _condition(node: exp.Expression) -> exp.Expression | None:
    """The condition of an aggregate's FILTER."""
    return node.parent.expression.this if isinstance(node.parent, exp.Filter) else None


def _has_aggregate(node: exp.Expression) -> bool:
    return node.find(*AGGREGATES) is not None


def _is_linear(node: exp.Expression) -> bool:
    """Whether the aggregate of two lots of rows is the sum of the aggregates of each."""
    if isinstance(node, (exp.Paren, exp.Neg)):
        return _is_linear(node.this)
    if isinstance(node, exp.Coalesce):
        return node.expressions == [exp.Literal.number(0)] and _is_linear(node.this)
    if isinstance(node, (exp.Add, exp.Sub)):
        return _is_linear(node.this) and _is_linear(node.expression)
    if isinstance(node, exp.Mul):
        sides = [side for side in (node.this, node.expression) if _has_aggregate(side)]
        return len(sides) == 1 and _is_linear(sides[0])
    whole = node.this if isinstance(node, exp.Filter) else node
    return isinstance(whole, (exp.Sum, exp.Count)) and not isinstance(whole.this, exp.Distinct)


def _of_row(node: exp.Expression, condition: exp.Expression | None, weight: str) -> exp.Expression:
    """What one row adds to a sum or a count."""
    inner = node.this
    met = [] if condition is None else [condition.copy()]
    if isinstance(node, exp.Sum):
        value = f"COALESCE({inner.sql('duckdb')}, 0)"
        added = value if weight == "1" else f"{value} * {weight}"
    else:
        added = weight
        if not isinstance(inner, exp.Star):
            met.append(exp.Not(this=exp.Is(this=exp.Paren(this=inner.copy()), expression=exp.Null())))
    if met:
        added = f"CASE WHEN {exp.and_(*met).sql('duckdb')} THEN {added} ELSE 0 END"
    return sqlglot.parse_one(added, read="duckdb")
