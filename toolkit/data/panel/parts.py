"""An aggregate measured in two steps: over each person's stretch of days, then over what these gave.

The first step reads every source row once, wherever it lies, and leaves a small table; the second makes
every level and period of it. Sums and counts add; of distinct values the first step keeps lists, which the
second counts; what does neither (a median) waits for the second step with its rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from toolkit.data.sql import AGGREGATES, parse_aggregate, parsed, qualified


@dataclass
class Steps:
    """The columns of the first step, each with its name; equal expressions share one.

    Parameters
    ----------
    share : str
        The column that weighs a row where credit is split; '' where every row counts whole.
    partials : dict
        SQL over the rows `t` → its name. What it gives is rolled up by the function that `rollups` has.
    keys : dict
        SQL of a list of distinct values → its name.
    """

    share: str = ""
    partials: dict[str, str] = field(default_factory=dict)
    rollups: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def partial(self, sql: str, rollup: str) -> exp.Column:
        """The column of an aggregate, rolled up."""
        name = self.partials.setdefault(sql, f"p{len(self.partials)}")
        self.rollups[name] = rollup
        return exp.column(name, "t")

    def key(self, sql: str) -> exp.Column:
        """The column that counts distinct values."""
        return exp.column(self.keys.setdefault(sql, f"k{len(self.keys)}"), "t")


def splits(sql: str) -> bool:
    """Whether an aggregate can be measured in two steps.

    Examples
    --------
    >>> splits("sum(amount) / count(DISTINCT customer)"), splits("median(minutes)")
    (True, False)
    """
    return all(_splits(node) for node in parsed(sql).find_all(*AGGREGATES))


def _splits(node: exp.Expression) -> bool:
    inner = node.this
    if isinstance(inner, exp.Distinct):
        return isinstance(node, exp.Count) and len(inner.expressions) == 1
    return isinstance(node, (exp.Sum, exp.Count, exp.Min, exp.Max, exp.Avg))


def split(sql: str, steps: Steps) -> str:
    """The second step's expression over the columns `t` rolled up; the steps get what it needs of the first.

    Examples
    --------
    >>> steps = Steps()
    >>> split("sum(amount) FILTER (WHERE stage = 'won')", steps)
    't.p0'
    >>> steps.rollups
    {'p0': 'sum'}
    >>> print(*steps.partials)
    SUM(t."amount") FILTER(WHERE t."stage" = 'won')
    """
    tree = exp.select(parsed(qualified(sql)).copy())
    for node in list(tree.find_all(*AGGREGATES)):
        whole = node.parent if isinstance(node.parent, exp.Filter) else node
        condition = whole.expression.this if isinstance(whole, exp.Filter) else None
        whole.replace(_final(node, condition, steps))
    return str(tree.expressions[0].sql("duckdb"))


def rows_used(sql: str, steps: Steps) -> str:
    """The second step's expression for the number of source rows that an aggregate used."""
    return str(steps.partial(rows_counted(sql), "sum").sql("duckdb"))


def rows_counted(sql: str) -> str:
    """An aggregate that counts the source rows that another uses."""
    condition = parse_aggregate(sql).condition
    return qualified(f"count(*) FILTER (WHERE {condition})" if condition else "count(*)")


def _final(node: exp.Expression, condition: exp.Expression | None, steps: Steps) -> exp.Expression:
    """What stands for an aggregate in the second step."""
    inner = node.this
    if isinstance(inner, exp.Distinct):
        value = inner.expressions[0]
        there = exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))
        met = there if condition is None else exp.and_(condition.copy(), there)
        listed = _filtered(f"ARRAY_AGG(DISTINCT {value.sql('duckdb')})", met)
        return _or_zero(steps.key(listed))
    if isinstance(node, (exp.Min, exp.Max)):
        rollup = "min" if isinstance(node, exp.Min) else "max"
        return steps.partial(_filtered(node.sql("duckdb"), condition), rollup)
    if isinstance(node, exp.Avg):
        total = _added(exp.Sum(this=inner), condition, steps)
        count = _added(exp.Count(this=inner), condition, steps)
        return exp.Paren(this=exp.Div(this=total, expression=count))  # over no rows: a blank, as over zero
    return _added(node, condition, steps)


def _added(node: exp.Expression, condition: exp.Expression | None, steps: Steps) -> exp.Expression:
    """A sum or a count: the first step's are added; a count of nothing is 0."""
    first = node.sql("duckdb")
    if steps.share:
        share = f't."{steps.share}"'
        inner = node.this.sql("duckdb")
        if isinstance(node, exp.Sum):
            first = f"SUM(({inner}) * {share})"
        elif isinstance(node.this, exp.Star):
            first = f"SUM({share})"
        else:
            first = f"SUM(CASE WHEN NOT ({inner}) IS NULL THEN {share} END)"
    total = steps.partial(_filtered(first, condition), "sum")
    return _or_zero(total) if isinstance(node, exp.Count) else total


def _or_zero(column: exp.Expression) -> exp.Expression:
    return exp.Coalesce(this=column, expressions=[exp.Literal.number(0)])


def _filtered(aggregate: str, condition: exp.Expression | None) -> str:
    return aggregate if condition is None else f"{aggregate} FILTER(WHERE {condition.sql('duckdb')})"
