"""T: targets, as far as the scheme alone shows."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from toolkit.language import number, percent, text
from toolkit.review.lint.evidence.attained import counting, kpi_name
from toolkit.review.lint.evidence.seasons import season_of, season_said
from toolkit.review.lint.look import Hit, Look, rule
from toolkit.scheme.measure import Measure, Range

# Ratios of the catalogue that are no share of a whole and can pass 100 %.
NO_SHARE = frozenset(
    {
        *("target_attainment", "team_target_attainment", "key_product_attainment", "price_realisation"),
        *("sales_growth_yoy", "sales_growth_on_prior", "sales_against_last_year", "net_revenue_retention"),
    }
)
_QUARTERS = 4


def _target(measure: Measure) -> str:
    return f"measures.{measure.name}.target"


def _person(look: Look, measure: Measure) -> bool:
    return look.scheme.level == "individual" and measure.level in (None, "individual")


def _growing(look: Look, over: str | None = None) -> Iterator[tuple[Measure, float]]:
    """Measures with a growth target, over any or one earlier period, and the growth."""
    for measure in look.scheme.measures:
        target = measure.target
        if target is not None and target.growth is not None and over in (None, target.over):
            yield measure, target.growth


@rule("T01")
def growth_against_season(look: Look) -> Iterator[Hit]:
    """Growth on the quarter before, which Spring Festival and year end decide."""
    for measure, growth in _growing(look, "previous_quarter"):
        season = season_of(look, look.kpi(measure), "quarter") if "panel" in look.tables else None
        said = {"kpi": kpi_name(look, measure), "growth": percent(growth, look.language, 1)}
        yield Hit(_target(measure), {**said, "season": season_said(look, season)})


@rule("T02")
def one_target_for_all(look: Look) -> Iterator[Hit]:
    """One fixed amount or number of results for every person, whatever the territory."""
    for measure in counting(look):
        kpi, target = look.kpi(measure), measure.target
        volume = kpi.category == "result" and kpi.unit in ("currency", "count") and kpi.adds_over_time
        if target is not None and target.fixed is not None and volume and _person(look, measure):
            shown = number(target.fixed, look.language)
            yield Hit(_target(measure), {"kpi": kpi_name(look, measure), "target": shown})


@rule("T03")
def growth_compounds(look: Look) -> Iterator[Hit]:
    """Growth on the quarter before adds up to more in a year than it sounds."""
    for measure, growth in _growing(look, "previous_quarter"):
        yearly = (1 + growth) ** _QUARTERS - 1
        if growth > 0 and yearly > look.limits["most"]:
            said = {"growth": growth, "year": yearly, "most": look.limits["most"]}
            shown = {name: percent(value, look.language, 1) for name, value in said.items()}
            yield Hit(_target(measure), {"kpi": kpi_name(look, measure), **shown})


@rule("T04")
def ratchet(look: Look) -> Iterator[Hit]:
    """A person's target that rises with nothing but the person's own earlier result."""
    for measure, growth in _growing(look):
        if _person(look, measure):
            said = {"kpi": kpi_name(look, measure), "growth": percent(growth, look.language, 1)}
            yield Hit(_target(measure), said)


@rule("T13")
def share_at_its_limit(look: Look) -> Iterator[Hit]:
    """A share whose target leaves nothing to reach above it."""
    for measure in counting(look):
        kpi, target = look.kpi(measure), measure.target
        share = kpi.unit == "ratio" and kpi.direction == "higher" and kpi.kpi not in NO_SHARE
        if not share or target is None or target.fixed is None:
            continue
        if look.limits["limit"] <= target.fixed <= 1 and not _passed_one(look, kpi.kpi):
            shown = percent(target.fixed, look.language, 1)
            yield Hit(_target(measure), {"kpi": kpi_name(look, measure), "target": shown})


def _passed_one(look: Look, kpi: str) -> bool:
    """Whether the history shows that the KPI is no share of a whole after all."""
    panel = look.tables.get("panel")
    return panel is not None and bool((panel.loc[panel["kpi"] == kpi, "value"] > 1).any())


@rule("T14")
def target_not_divisible(look: Look) -> Iterator[Hit]:
    """A target of zero or below under a rule that divides by it, or at the floor of its range."""
    for measure in look.scheme.measures:
        if measure.target is None or look.kpi(measure).direction == "band":
            continue
        for reason in _undivided(look, measure):
            yield Hit(_target(measure), {"kpi": kpi_name(look, measure), "reason": reason})


def _undivided(look: Look, measure: Measure) -> Iterator[str]:
    target, ranged = measure.target, measure.attainment
    assert target is not None  # the caller's
    fixed, growth = target.fixed, target.growth
    if isinstance(ranged, Range):
        # The good side of the floor is above it where more is better, below it where less is.
        if fixed is not None and (fixed - ranged.range) * _sign(look, measure) <= 0:
            ends = {"target": fixed, "floor": ranged.range}
            shown = {name: number(value, look.language, 2) for name, value in ends.items()}
            yield text("lint.t14.floor", look.language, **shown)
        return
    if fixed is not None and fixed <= 0:
        yield text("lint.t14.fixed", look.language, target=number(fixed, look.language, 2))
    if growth is not None and growth <= -1:
        yield text("lint.t14.growth", look.language, growth=percent(growth, look.language, 1))
    rows = _frozen(look, measure)
    if target.kind == "table" and (rows <= 0).any():
        count = {"rows": int((rows <= 0).sum()), "n": len(rows)}
        yield text("lint.t14.table", look.language, **count)


def _sign(look: Look, measure: Measure) -> int:
    return -1 if look.kpi(measure).direction == "lower" else 1


def _frozen(look: Look, measure: Measure) -> pd.Series:
    """The measure's targets as set, where that table was given."""
    if "targets" not in look.tables:
        return pd.Series(dtype=float)
    rows = look.own("targets")
    return rows.loc[rows["measure"] == measure.name, "target"].dropna()


@rule("T15")
def hit_probability_not_set(look: Look) -> Iterator[Hit]:
    """A target that is to be computed from a probability and has not been."""
    for measure in look.scheme.measures:
        if measure.target is not None and measure.target.hit_probability is not None:
            shown = percent(measure.target.hit_probability, look.language)
            yield Hit(_target(measure), {"kpi": kpi_name(look, measure), "probability": shown})
