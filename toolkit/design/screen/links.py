"""KPIs that are linked by arithmetic, read off their definitions: statistics will not always show it.

A KPI is written as a product of sums and counts, each to a power: average deal size is sales¹ × deals⁻¹. Two
KPIs are compared by these powers, whatever their names are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

import pandas as pd
import sqlglot
from sqlglot import exp

from toolkit.catalogue.kpi import Aggregate, Kpi

COLUMNS = ["kpi_a", "kpi_b", "relation", "third", "twice"]
TWICE = frozenset({"same", "inverse", "same_other_day", "numerator", "same_numerator"})
Powers = Mapping[str, int]


class _Formula(NamedTuple):
    """What a KPI multiplies and divides, and the same with the days and owners taken off."""

    above: Powers
    below: Powers
    powers: Powers
    anyhow: Powers


def linked_pairs(kpis: Mapping[str, Kpi] | Iterable[Kpi]) -> pd.DataFrame:
    """Pairs of KPIs that are linked by their formulas.

    Constant factors, the order of conditions, `CASE` in the place of `FILTER`, and conditions that only leave
    blanks out (`cost IS NOT NULL`) make no difference.

    Parameters
    ----------
    kpis : mapping or iterable of Kpi
        KPIs without SQL are linked to nothing.

    Returns
    -------
    DataFrame
        kpi_a, kpi_b (in the order given), relation, third, twice. The relation is `same` (the same number),
        `inverse` (1 ÷ it), `same_other_day` (the same sums, by another date or owner), `same_numerator`,
        `numerator` (one is the other's numerator), `denominator` (one is the other's denominator) or
        `product` (with `third`, the KPI that makes the product whole: sales = deals × deal size). `twice`
        says that paying both pays one thing twice; of a denominator or a product two may well stand together.

    Examples
    --------
    >>> from toolkit.catalogue.load import load_catalogue
    >>> kpis = load_catalogue()
    >>> some = [kpis[name] for name in ("net_sales", "deals_won", "average_deal_size")]
    >>> linked_pairs(some)[["kpi_a", "kpi_b", "relation", "twice"]].values.tolist()
    [['net_sales', 'deals_won', 'product', False], ['net_sales', 'average_deal_size', 'numerator', True],
     ['deals_won', 'average_deal_size', 'denominator', False]]
    """
    every = kpis.values() if isinstance(kpis, Mapping) else kpis
    formulas = {kpi.kpi: formula for kpi in every if (formula := _formula(kpi)) is not None}
    thirds = _products(formulas)
    rows = []
    for a, b in combinations(formulas, 2):
        relation = _relation(formulas[a], formulas[b]) or ("product" if (a, b) in thirds else "")
        if relation:
            third = thirds.get((a, b), "") if relation == "product" else ""
            rows.append((a, b, relation, third, relation in TWICE))
    texts = dict.fromkeys(COLUMNS[:4], "str")
    return pd.DataFrame(rows, columns=COLUMNS).astype(texts | {"twice": bool})


def _relation(a: _Formula, b: _Formula) -> str:
    """How two formulas hang together; '' where they do not, or only by a third."""
    if a.powers == b.powers:
        return "same"
    if a.powers == _inverted(b.powers):
        return "inverse"
    if a.anyhow and a.anyhow == b.anyhow and not any(atom.endswith("where ") for atom in a.anyhow):
        return "same_other_day"  # without a condition the day itself says which rows: created, accepted
    if a.below and b.below:
        return "same_numerator" if a.above == b.above else ""
    plain, ratio = (b, a) if a.below else (a, b)
    if not ratio.below:
        return ""
    if plain.above == ratio.above:
        return "numerator"
    return "denominator" if plain.above == ratio.below else ""


def _products(formulas: Mapping[str, _Formula]) -> dict[tuple[str, str], str]:
    """For each pair of which a third makes a product (a = b × third, b = a × third or third = a × b)."""
    named: dict[frozenset[tuple[str, int]], str] = {}
    for name, formula in formulas.items():
        named.setdefault(frozenset(formula.powers.items()), name)
    found = {}
    for a, b in combinations(formulas, 2):
        one, other = formulas[a].powers, formulas[b].powers
        wanted = [_times(one, other), _times(one, _inverted(other)), _times(other, _inverted(one))]
        third = next((t for w in wanted if w and (t := named.get(frozenset(w.items()), ""))), "")
        if third and third not in (a, b):
            found[a, b] = third
    return found


def _times(one: Powers, other: Powers) -> dict[str, int]:
    both = Counter(one)
    both.update(other)
    return {atom: power for atom, power in both.items() if power}


def _inverted(powers: Powers) -> dict[str, int]:
    return {atom: -power for atom, power in powers.items()}


def _formula(kpi: Kpi) -> _Formula | None:
    """None for a KPI without SQL, for SQL that does not parse, and where everything cancels out."""
    if kpi.numerator is None:
        return None
    try:
        powers = _ratio(kpi, placed=True)
        anyhow = _ratio(kpi, placed=False)
    except sqlglot.errors.SqlglotError:  # measuring refuses it by name; here it is linked to nothing
        return None
    above = {atom: power for atom, power in powers.items() if power > 0}
    below = {atom: -power for atom, power in powers.items() if power < 0}
    return _Formula(above, below, powers, anyhow) if powers else None


def _ratio(kpi: Kpi, *, placed: bool) -> dict[str, int]:
    assert kpi.numerator is not None
    above = _powers(kpi.numerator, placed, kpi.within_days)
    return _times(above, _inverted(_powers(kpi.denominator, placed, 0))) if kpi.denominator else above


def _powers(part: Aggregate, placed: bool, within: int) -> dict[str, int]:
    """A part's sums and counts with their powers.

    A balance is another thing than what came in, so a snapshot keeps its days in any case.
    """
    days = (part.opened, part.closed) if part.is_snapshot else (part.date,) if placed else ()
    place = "|".join([part.table, part.owner if placed else "", *days, str(within)])
    tree = sqlglot.parse_one(f"SELECT {part.sql}", read="duckdb").expressions[0]
    powers = Counter[str]()
    for atom, power in _atoms(tree, 1):
        powers[f"{place}|{atom}"] += power
    return {atom: power for atom, power in powers.items() if power}


def _atoms(node: exp.Expression, power: int) -> Iterator[tuple[str, int]]:
    """The factors of an expression; constant ones are left out."""
    filtered = isinstance(node, exp.Filter)
    if isinstance(node, exp.Mul):
        yield from _atoms(node.left, power)
        yield from _atoms(node.right, power)
    elif isinstance(node, exp.Div):
        yield from _atoms(node.left, power)
        yield from _atoms(node.right, -power)
    elif isinstance(node, (exp.Paren, exp.Neg, exp.Cast, exp.Nullif, exp.Coalesce)):
        yield from _atoms(node.this, power)
    elif isinstance(node.this if filtered else node, exp.Avg):
        mean = node.this.this if filtered else node.this
        conditions = _conditions(node.expression.this) if filtered else []
        yield _aggregate(exp.Sum(this=mean.copy()), conditions), power
        yield _aggregate(exp.Count(this=mean.copy()), conditions), -power
    elif filtered:
        yield _aggregate(node.this, _conditions(node.expression.this)), power
    elif not isinstance(node, exp.Literal):
        yield _aggregate(node, []), power


def _aggregate(node: exp.Expression, conditions: list[str]) -> str:
    """One aggregate as text, with its conditions in order: `sum(CASE WHEN c THEN x END)` is filtered by c."""
    inner = node.this
    if isinstance(node, (exp.Sum, exp.Count)) and isinstance(inner, exp.Case) and _is_a_filter(node, inner):
        chosen = inner.args["ifs"][0]
        conditions = conditions + _conditions(chosen.this)
        inner = chosen.args["true"]
    constant = isinstance(inner, (exp.Literal, exp.Star))
    if constant and (isinstance(node, exp.Count) or inner.name == "1"):
        said = "count(*)"
    else:
        said = f"{type(node).__name__}({_ordered(inner)})" if inner is not None else _ordered(node)
        if isinstance(node, (exp.Add, exp.Sub)):
            said = _ordered(node)
    return f"{said} where {' and '.join(sorted(set(conditions)))}"


def _is_a_filter(node: exp.Expression, case: exp.Case) -> bool:
    """One WHEN, and nothing (for a sum: or 0) otherwise."""
    default = case.args.get("default")
    nothing = default is None or isinstance(default, exp.Null)
    zero = isinstance(node, exp.Sum) and isinstance(default, exp.Literal) and default.name == "0"
    return len(case.args["ifs"]) == 1 and not case.this and (nothing or zero)


def _conditions(node: exp.Expression) -> list[str]:
    """The parts of a condition that are joined by AND, without those that only leave blanks out."""
    node = node.unnest()
    if isinstance(node, exp.And):
        return _conditions(node.left) + _conditions(node.right)
    if isinstance(node, exp.In) and len(node.expressions) == 1:
        return [_ordered(exp.EQ(this=node.this.copy(), expression=node.expressions[0].copy()))]
    blank = node.this if isinstance(node, exp.Not) else None
    if isinstance(blank, exp.Is) and isinstance(blank.expression, exp.Null):
        return []
    if isinstance(node, exp.Is) and "IS NOT NULL" in node.sql("duckdb").upper():
        return []
    return [_ordered(node)]


def _ordered(node: exp.Expression) -> str:
    """An expression as text, names in lower case, operands that may change places in one order."""
    if isinstance(node, (exp.Add, exp.Mul, exp.Or, exp.And, exp.EQ)):
        sides = sorted([_ordered(node.left), _ordered(node.right)])
        return f"({sides[0]} {type(node).__name__} {sides[1]})"
    if isinstance(node, exp.Sub):
        return f"({_ordered(node.left)} - {_ordered(node.right)})"
    if isinstance(node, exp.In) and node.expressions:
        return f"{_ordered(node.this)} in ({', '.join(sorted(_ordered(e) for e in node.expressions))})"
    if isinstance(node, exp.Paren):
        return _ordered(node.this)
    if isinstance(node, exp.Column):
        return node.name.lower()
    return str(node.sql("duckdb", identify=False)).replace('"', "")
