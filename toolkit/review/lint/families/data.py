"""D: where the measures' numbers come from, and what their definitions leave open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd
import sqlglot
from sqlglot import exp

from toolkit.catalogue.kpi import Aggregate, Kpi
from toolkit.data.engagement import Engagement
from toolkit.data.sql import RefusedSql, parse_aggregate
from toolkit.language import day, listed, pick, text
from toolkit.review.lint.evidence.history import counting, named, spans
from toolkit.review.lint.look import Hit, Look, rule
from toolkit.scheme.curve import Curve
from toolkit.scheme.measure import Measure

# Columns that hold for an account's first day, and so choose the new ones.
_FIRST = frozenset({"customer_first_on", "is_new_customer", "joined_on", "held_from", "assigned_from"})
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@rule("D01")
def nothing_to_measure_from(look: Look) -> Iterator[Hit]:
    """A measure that pays or weighs, and whose data the client does not supply."""
    assert look.client is not None
    for measure in counting(look):
        lacking = _lacking(measure, look.kpi(measure), look.client)
        if lacking:
            values = {"kpi": named(look, measure), "lacking": listed(lacking, look.language)}
            yield Hit(f"measures.{measure.name}.kpi", values)


def _lacking(measure: Measure, kpi: Kpi, client: Engagement) -> list[str]:
    """The tables and columns that are not filled, as the engagement names them."""
    if measure.raters:
        return [] if "ratings" in client.filled else ["ratings"]
    if measure.kpi in set(client.kpi_values["kpi"]):
        return []
    if kpi.numerator is None:
        return ["kpi_values"]
    found: list[str] = []
    for part in (kpi.numerator, kpi.denominator):
        if part is None:
            continue
        if part.table not in client.filled:
            found.append(part.table)
            continue
        try:
            columns = parse_aggregate(part.sql).columns
        except RefusedSql as error:
            found.append(str(error))
            continue
        used = columns | {c for c in (part.date, part.owner, part.opened, part.closed) if c}
        found += [f"{part.table}.{column}" for column in sorted(used - client.filled[part.table])]
    return list(dict.fromkeys(found))


@rule("D03")
def values_do_not_add(look: Look) -> Iterator[Hit]:
    """The client's own sheet gives months that cannot be made into the period that pays."""
    assert look.client is not None
    given, pays = look.client.kpi_values, look.scheme.pay_every
    for measure in counting(look):
        rows = given[given["kpi"] == measure.kpi]
        if rows.empty or measure.raters or _adds(rows):
            continue
        kinds = {look.calendar.grain_of(period) for period in rows["period"].unique()}
        if pays not in kinds:
            values = {
                "kpi": named(look, measure),
                "given": listed(
                    [text(f"lint_design.per.{k}", look.language) for k in _MONTHS if k in kinds],
                    look.language,
                ),
                "pays": text(f"lint_design.per.{pays}", look.language),
            }
            yield Hit(f"measures.{measure.name}.kpi", values)


def _adds(given: pd.DataFrame) -> bool:
    """Whether values over several periods can be had: parts that add, or values marked additive."""
    return bool(given["denominator"].notna().all() or (given["additive"] == "yes").all())


@rule("D06")
def snapshot_pays(look: Look) -> Iterator[Hit]:
    """What stands on one day decides about pay of a whole period."""
    for measure in counting(look):
        kpi = look.kpi(measure)
        if kpi.kind == "snapshot" and measure.name in look.paid:
            values = {
                "kpi": named(look, measure),
                "pays": text(f"lint_design.one.{look.scheme.pay_every}", look.language),
                "risk": pick(kpi.gaming_risk, look.language) or "–",
            }
            yield Hit(f"measures.{measure.name}.kpi", values)


@rule("D07")
def cohort_open_at_pay(look: Look) -> Iterator[Hit]:
    """The outcome of a period's last cases is not known when the period is paid."""
    for measure in counting(look):
        within = look.kpi(measure).within_days
        if within > look.limits["days"]:
            months = _MONTHS[look.scheme.pay_every]
            values = {
                "kpi": named(look, measure),
                "within": within,
                "days": int(look.limits["days"]),
                "late": spans(-(-within // (months * 30.4)), look.scheme.pay_every, look.language),
            }
            yield Hit(f"measures.{measure.name}.kpi", values)


@rule("D08")
def growth_over_itself(look: Look) -> Iterator[Hit]:
    """New ones divided by all, the new among them: the more are won, the less each one adds."""
    for measure in counting(look):
        kpi = look.kpi(measure)
        if kpi.numerator is None or kpi.denominator is None:
            continue
        what = _counted_new(kpi.numerator, kpi.denominator)
        if what:
            values = {
                "kpi": named(look, measure),
                "what": what,
                "formula": pick(kpi.formula, look.language) or "–",
            }
            yield Hit(f"measures.{measure.name}.kpi", values)


def _counted_new(above: Aggregate, below: Aggregate) -> str:
    """The column whose new values are counted above and all of whose values are counted below; else ''."""
    try:
        top, bottom = (sqlglot.parse_one(part.sql, read="duckdb") for part in (above, below))
    except sqlglot.errors.SqlglotError:  # measuring refuses it by name
        return ""
    what, of = _distinct(top), _distinct(bottom)
    begins_in_period = bool(above.date) and above.date in _FIRST
    only_new = begins_in_period or bool(_columns(top) & _FIRST)
    return what if what and what == of and only_new and not _columns(bottom) & _FIRST else ""


def _distinct(tree: exp.Expression) -> str:
    """The column of `count(DISTINCT column)`, with or without a condition; '' for anything else."""
    count = tree.this if isinstance(tree, exp.Filter) else tree
    if not isinstance(count, exp.Count) or not isinstance(count.this, exp.Distinct):
        return ""
    return ", ".join(e.name for e in count.this.expressions)


def _columns(tree: exp.Expression) -> set[str]:
    return {column.name for column in tree.find_all(exp.Column)}


@rule("D09")
def history_too_short(look: Look) -> Iterator[Hit]:
    """A target that grows on an earlier period of which the data know nothing."""
    assert look.client is not None
    start = look.scheme.effective.from_
    for measure in counting(look):
        target = measure.target
        if target is None or target.over is None or target.otherwise is not None:
            continue
        back = 12 if target.over == "same_quarter_last_year" else 3
        needed = (pd.Timestamp(start) - pd.DateOffset(months=back)).date()
        if look.client.start > needed:
            first = _first_with_base(look.client.start, back)
            values = {
                "kpi": named(look, measure),
                "needed": day(needed, look.language),
                "start": day(look.client.start, look.language),
                "first": day(first, look.language),
            }
            yield Hit(f"measures.{measure.name}.target", values)


def _first_with_base(start: dt.date, months: int) -> dt.date:
    return (pd.Timestamp(start) + pd.DateOffset(months=months)).date()


@rule("D12")
def rule_against_direction(look: Look) -> Iterator[Hit]:
    """A rule gives more for what the KPI's definition calls worse."""
    for measure in look.scheme.measures:
        kpi = look.kpi(measure)
        for where, what, curve in _curves(look, measure):
            better = -1 if kpi.direction == "lower" and curve.x == "actual" else 1
            ys = [y for _, y in curve.points]
            falls = ys[-1] < ys[0] if better == 1 else ys[-1] > ys[0]
            if falls and kpi.direction != "band" and curve.x != "score":
                yield Hit(where, _against(look, measure, what))
        if _range_reversed(measure, kpi):
            yield Hit(f"measures.{measure.name}.attainment", _against(look, measure, "range"))


def _against(look: Look, measure: Measure, what: str) -> dict[str, str]:
    better = look.kpi(measure).direction
    return {
        "kpi": named(look, measure),
        "rule": text(f"lint_design.reads.{what}", look.language),
        "better": text(f"lint_design.better.{better}", look.language),
    }


def _curves(look: Look, measure: Measure) -> Iterator[tuple[str, str, Curve]]:
    """Every curve that reads the measure: (address, what it is, curve)."""
    if measure.scoring.alone:
        yield f"measures.{measure.name}.scoring", "curve", measure.curve
    plan = look.scheme.pay
    if measure.name in plan.measures:
        yield f"pay.measures.{measure.name}.curve", "pay", plan.measures[measure.name].curve
    for modifier in plan.modifiers:
        if modifier.measure == measure.name and modifier.curve is not None:
            yield f"pay.modifiers.{measure.name}.curve", "modifier", modifier.curve


def _range_reversed(measure: Measure, kpi: Kpi) -> bool:
    """A floor on the wrong side of a fixed target: attainment would rise as the KPI gets worse."""
    floor = getattr(measure.attainment, "range", None)
    if floor is None or measure.target is None or measure.target.fixed is None:
        return False
    target = measure.target.fixed
    return (kpi.direction == "higher" and floor >= target) or (kpi.direction == "lower" and floor <= target)
