"""M: whether measures fit each other, the level, the role, and what people can steer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import get_args

from toolkit.catalogue.kpi import Kpi, Role
from toolkit.design.screen.links import linked_pairs
from toolkit.errors import NotEnoughData, Problem
from toolkit.language import listed, number, percent, pick, text
from toolkit.review.lint.evidence.history import counting, history, named, scored, together
from toolkit.review.lint.look import Hit, Look, rule
from toolkit.scheme.measure import Measure

# How far above a person; a store is a team that works in one place.
_HEIGHT = {"person": 0, "individual": 0, "team": 1, "store": 1, "region": 2, "company": 3}
# Rows that a salesperson opens, dates or keeps out: what he leaves out of the denominator raises a share.
_OWN_ROWS = {"deals", "invoices", "payments", "customers", "activities"}
_SALES = {"deals", "invoices", "payments"}  # one volume: what is sold is billed and paid
_BY_HAND = {"activities"}  # the log that people fill in themselves


@rule("M07")
def formulas_overlap(look: Look) -> Iterator[Hit]:
    """Two measures that pay for one thing twice, as their definitions show."""
    of = {m.kpi: m for m in reversed(counting(look))}
    pairs = linked_pairs({name: look.kpis[name] for name in of})
    for _, pair in pairs[pairs["twice"]].iterrows():
        first, second = sorted((of[pair["kpi_a"]], of[pair["kpi_b"]]), key=look.scheme.measures.index)
        values = {
            "first": named(look, first),
            "second": named(look, second),
            "relation": text(f"lint_design.relation.{pair['relation']}", look.language),
            "total": percent(first.weight + second.weight, look.language),
        }
        yield Hit(f"measures.{second.name}.kpi", values)


@rule("M10")
def kpi_of_another_level(look: Look) -> Iterator[Hit]:
    """A KPI that is meant for a group is asked of those below it."""
    for measure in counting(look):
        level, made_for = measure.level or look.scheme.level, look.kpi(measure).grain[0]
        if _HEIGHT[made_for] > _HEIGHT[level]:
            values = {
                "kpi": named(look, measure),
                "made_for": text(f"lint_design.level.{made_for}", look.language),
                "level": text(f"lint_design.level.{level}", look.language),
                "weight": percent(measure.weight, look.language),
            }
            yield Hit(f"measures.{measure.name}", values)


@rule("M11")
def kpi_of_another_role(look: Look) -> Iterator[Hit]:
    """A KPI that the catalogue knows for other roles than the scheme's."""
    roles = [role for role in look.scheme.applies_to.get("role", ()) if role in get_args(Role)]
    for measure in counting(look):
        kpi = look.kpi(measure)
        foreign = [role for role in roles if "all" not in kpi.roles and role not in kpi.roles]
        if foreign:
            values = {
                "kpi": named(look, measure),
                "roles": _roles(foreign, look),
                "made_for": _roles(kpi.roles, look),
            }
            yield Hit(f"measures.{measure.name}.kpi", values)


def _roles(roles: list[str] | tuple[Role, ...], look: Look) -> str:
    return listed([text(f"lint_design.role.{role}", look.language) for role in roles], look.language)


@rule("M12")
def gamed_activity_weighs_much(look: Look) -> Iterator[Hit]:
    """Counts of a log that people fill in themselves weigh more together than is wise."""
    own = [m for m in scored(look) if _counts_entries(look.kpi(m))]
    total = sum(m.weight for m in own)
    if own and round(total, 9) > look.limits["most"]:
        risks = [pick(look.kpi(m).gaming_risk, look.language) for m in own]
        values = {
            "kpis": listed([named(look, m) for m in own], look.language),
            "total": percent(total, look.language),
            "most": percent(look.limits["most"], look.language),
            "risk": next((risk for risk in risks if risk), "–"),
        }
        yield Hit(f"measures.{max(own, key=lambda m: m.weight).name}.weight", values)


def _counts_entries(kpi: Kpi) -> bool:
    return kpi.numerator is not None and kpi.numerator.table in _BY_HAND and not kpi.is_ratio


@rule("M13")
def share_without_volume(look: Look) -> Iterator[Hit]:
    """A share is measured, and nothing that would fall when its denominator is kept small."""
    volumes = {look.kpi(m).numerator.table for m in _volumes(look)}  # type: ignore[union-attr]
    for measure in counting(look):
        kpi = look.kpi(measure)
        if kpi.unit != "ratio" or kpi.direction != "higher" or kpi.denominator is None:
            continue
        of = kpi.denominator.table
        family = _SALES if of in _SALES else {of, kpi.numerator.table} if kpi.numerator else {of}
        if of in _OWN_ROWS and family.isdisjoint(volumes):
            values = {
                "kpi": named(look, measure),
                "formula": pick(kpi.formula, look.language) or "–",
                "risk": pick(kpi.gaming_risk, look.language) or "–",
            }
            yield Hit(f"measures.{measure.name}", values)


def _volumes(look: Look) -> list[Measure]:
    """Measures of an amount or a count that grow with the work done; a gate counts too."""
    gated = {gate.measure for gate in look.scheme.pay.gates}
    live = {m.name: m for m in look.scheme.measures if m in counting(look) or m.name in gated}
    kpis = {name: look.kpi(m) for name, m in live.items()}
    return [
        m
        for name, m in live.items()
        if kpis[name].has_sql and not kpis[name].is_ratio and kpis[name].direction == "higher"
    ]


@rule("M14")
def kpis_move_together(look: Look) -> Iterator[Hit]:
    """Two KPIs order people alike: their past values, each month's mean taken off, hardly differ."""
    most, refused, judged = look.limits["most"], list[Problem](), False
    for first, second in combinations(scored(look), 2):
        if first.kpi == second.kpi:  # M08
            continue
        try:
            found = together(*(history(look, m, look.scheme.score_every) for m in (first, second)))
        except NotEnoughData as error:
            refused += error.problems
            continue
        judged = True
        if abs(found.value) > most:
            values = {
                "first": named(look, first),
                "second": named(look, second),
                "rho": number(found.value, look.language, 2),
                "low": number(found.low, look.language, 2),
                "high": number(found.high, look.language, 2),
                "n": found.n,
                "most": number(most, look.language, 2),
                "total": percent(first.weight + second.weight, look.language),
            }
            yield Hit(f"measures.{second.name}", values)
    if refused and not judged:
        raise NotEnoughData(refused)


@rule("M16")
def shared_measure_for_individuals(look: Look) -> Iterator[Hit]:
    """People are scored on what their team, region or company reaches, of a KPI that is a person's own."""
    higher = [m for m in scored(look) if m.level and _HEIGHT[m.level] > _HEIGHT[look.scheme.level]]
    shared = [m for m in higher if look.kpi(m).grain[0] == "person"]  # others are made for a group (M10)
    total = sum(m.weight for m in shared)
    for measure in shared:
        values = {
            "kpi": named(look, measure),
            "level": text(f"lint_design.level.{measure.level}", look.language),
            "own": text(f"lint_design.level.{look.scheme.level}", look.language),
            "weight": percent(measure.weight, look.language),
            "total": percent(total, look.language),
        }
        yield Hit(f"measures.{measure.name}.level", values)
