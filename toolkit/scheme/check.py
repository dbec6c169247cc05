"""What makes a scheme invalid beyond the shape of its parts; what is merely unwise, the linter finds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from toolkit.catalogue.kpi import Kpi
from toolkit.faults import Faults, near
from toolkit.periods import Calendar
from toolkit.scheme.grades import Grades
from toolkit.scheme.items import Item, Veto
from toolkit.scheme.measure import GRAINS, LEVELS, Measure
from toolkit.scheme.parts import Modifier
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.rates import RatePlan

_GRAINS: tuple[str, ...] = GRAINS
_TOLERANCE = 1e-9  # of the weights' sum


class Agreement(Protocol):
    """What the checks read of a scheme, which itself calls them."""

    @property
    def id(self) -> str:
        """`name@version`."""

    @property
    def level(self) -> str:
        """Who is the participant."""

    @property
    def score_every(self) -> str:
        """Grain of feedback."""

    @property
    def pay_every(self) -> str:
        """Grain of pay."""

    @property
    def measures(self) -> tuple[Measure, ...]:
        """In their order."""

    @property
    def pay(self) -> PayPlan:
        """What is paid."""

    @property
    def grades(self) -> Grades:
        """How scores are graded."""

    @property
    def items(self) -> tuple[Item, ...]:
        """What is added or taken off beside the measures."""

    @property
    def vetoes(self) -> tuple[Veto, ...]:
        """What overrides score, grade or pay."""

    @property
    def difficulty(self) -> str | None:
        """Whether the roster's coefficient multiplies the points."""


def agreement_faults(measures: Sequence[tuple[str, float]]) -> Faults:
    """Weights that do not sum to 1, names that stand twice."""
    faults = Faults()
    total = math.fsum(weight for _, weight in measures)
    if not measures:
        faults.note("document.too_few", ("measures",), "measures")
    elif abs(total - 1) > _TOLERANCE:
        faults.note("scheme.weights_sum", ("measures",), round(total, 9))
    names = [name for name, _ in measures]
    for i, name in enumerate(names):
        if name in names[:i]:
            faults.note("scheme.measure_twice", ("measures", i, "name"), name)
    return faults


def document_faults(scheme: Agreement) -> Faults:
    """Parts of one scheme that contradict each other."""
    faults = Faults()
    if _GRAINS.index(scheme.pay_every) < _GRAINS.index(scheme.score_every):
        faults.note(
            "scheme.pays_before_score", ("pay_every",), scheme.pay_every, score_every=scheme.score_every
        )
    for i, measure in enumerate(scheme.measures):
        if measure.level and LEVELS.index(measure.level) < LEVELS.index(scheme.level):
            faults.note("scheme.measure_level", ("measures", i, "level"), measure.level, level=scheme.level)
        if measure.raters and scheme.level != "individual":
            faults.note("scheme.raters_level", ("measures", i, "raters"), scheme.level)
        growing = measure.target is not None and measure.target.over == "previous_quarter"
        if growing and not {scheme.score_every, scheme.pay_every} <= {"month", "quarter"}:
            faults.note("scheme.growth_grain", ("measures", i, "target", "over"), "previous_quarter")
        if measure.scoring.matrix is not None:
            at = ("measures", i, "scoring", "matrix", "with")
            _needs_attainment(at, measure.scoring.matrix.with_, scheme, faults)
    _item_faults(scheme, faults)
    _pay_faults(scheme, faults)
    return faults


def _item_faults(scheme: Agreement, faults: Faults) -> None:
    """Items that stand twice; vetoes that name what the scheme does not have."""
    items, grades = [item.name for item in scheme.items], scheme.grades.names
    if scheme.level != "individual" and (items or scheme.difficulty):
        faults.note("scheme.items_level", ("items" if items else "difficulty",), scheme.level)
    for i, name in enumerate(items):
        if name in items[:i]:
            faults.note("scheme.item_twice", ("items", i, "name"), name)
    for i, veto in enumerate(scheme.vetoes):
        if veto.item and veto.item not in items:
            faults.note("scheme.no_such_item", ("vetoes", i, "item"), veto.item, known=near(veto.item, items))
        if veto.measure:
            _needs_attainment(("vetoes", i, "measure"), veto.measure, scheme, faults)
        if veto.grade and veto.grade not in grades:
            faults.note("scheme.no_such_grade", ("vetoes", i, "grade"), veto.grade, known=", ".join(grades))


def _pay_faults(scheme: Agreement, faults: Faults) -> None:
    plan, names = scheme.pay, [m.name for m in scheme.measures]
    for i, gate in enumerate(plan.gates):
        _needs_attainment(("pay", "gates", i, "measure"), gate.measure, scheme, faults)
    for name, own in plan.measures.items():
        _reads(("pay", "measures", name), name, own.curve.x, scheme, faults)
    for i, modifier in enumerate(plan.modifiers):
        _modifier_faults(("pay", "modifiers", i), modifier, scheme, faults)
    if plan.pool is not None and plan.pool.of and plan.pool.of not in names:
        faults.note(
            "scheme.no_such_measure", ("pay", "pool", "of"), plan.pool.of, known=near(plan.pool.of, names)
        )
    if scheme.level != "individual" and plan.pool is not None:
        faults.note("scheme.team_rate", ("pay", "pool"), scheme.level)
    for at, rate in _rates(plan):
        if scheme.level != "individual":
            faults.note("scheme.team_rate", at, scheme.level)
        if rate.by == "attainment":
            _needs_attainment((*at, "of"), rate.of, scheme, faults)
        elif rate.of not in names:
            faults.note("scheme.no_such_measure", (*at, "of"), rate.of, known=near(rate.of, names))
        if rate.cumulative and _GRAINS.index(scheme.pay_every) >= _GRAINS.index(rate.cumulative):
            faults.note(
                "scheme.cumulative_grain", (*at, "cumulative"), rate.cumulative, pays=scheme.pay_every
            )


def _modifier_faults(
    at: tuple[str | int, ...], modifier: Modifier, scheme: Agreement, faults: Faults
) -> None:
    if modifier.curve is not None:
        _reads((*at, "measure"), modifier.measure, modifier.curve.x, scheme, faults)
    if modifier.matrix is not None:
        _needs_attainment((*at, "matrix", "measure"), modifier.matrix.measure, scheme, faults)
        _needs_attainment((*at, "matrix", "with"), modifier.matrix.with_, scheme, faults)
    grades = scheme.grades.names
    for grade in modifier.grades:
        if grade not in grades:
            faults.note("scheme.no_such_grade", (*at, "grades", grade), grade, known=", ".join(grades))
    left_out = [g for g in grades if g not in modifier.grades]
    if modifier.grades and left_out:
        faults.note("scheme.grades_left_out", (*at, "grades"), ", ".join(left_out))


def _reads(at: tuple[str | int, ...], name: str, read: str, scheme: Agreement, faults: Faults) -> None:
    """A curve of pay reads a measure's attainment, which needs a target, or its actual or score."""
    if read == "attainment":
        _needs_attainment(at, name, scheme, faults)
    elif name not in [m.name for m in scheme.measures]:
        known = near(name, [m.name for m in scheme.measures])
        faults.note("scheme.no_such_measure", at, name, known=known)


def _needs_attainment(address: tuple[str | int, ...], name: str, scheme: Agreement, faults: Faults) -> None:
    measures = {m.name: m for m in scheme.measures}
    if name not in measures:
        faults.note("scheme.no_such_measure", address, name, known=near(name, measures))
    elif measures[name].target is None:
        faults.note("scheme.needs_target", address, name)


def kpi_faults(named: Iterable[tuple[int, str]], kpis: Mapping[str, Kpi]) -> Faults:
    """KPIs nobody has defined, with the names most like them."""
    faults = Faults()
    for i, kpi in named:
        if kpi not in kpis:
            faults.note("scheme.unknown_kpi", ("measures", i, "kpi"), kpi, known=near(kpi, kpis))
    return faults


def set_faults(schemes: Sequence[Agreement], calendar: Calendar, kpis: Mapping[str, Kpi]) -> list[Faults]:
    """Faults of each scheme that only its neighbours, the calendar or the KPIs' definitions show."""
    seen: set[str] = set()
    found = []
    for scheme in schemes:
        faults = kpi_faults([(i, m.kpi) for i, m in enumerate(scheme.measures)], kpis)
        if scheme.id in seen:
            faults.note("scheme.id_twice", ("version",), scheme.id)
        seen.add(scheme.id)
        for field in ("score_every", "pay_every"):
            grain = getattr(scheme, field)
            if grain not in calendar.grains:
                faults.note("scheme.no_such_grain", (field,), grain, known=", ".join(calendar.grains))
        _fit_faults(scheme, kpis, faults)
        found.append(faults)
    return found


def _attainment_readers(scheme: Agreement) -> list[tuple[tuple[str | int, ...], str]]:
    """Where somebody other than a measure's own scoring rule reads its attainment: (address, measure)."""
    plan = scheme.pay
    read: list[tuple[tuple[str | int, ...], str]]
    read = [(("pay", "gates", i, "measure"), gate.measure) for i, gate in enumerate(plan.gates)]
    read += [(("vetoes", i, "measure"), veto.measure) for i, veto in enumerate(scheme.vetoes)]
    read += [(("pay", "measures", n), n) for n, own in plan.measures.items() if own.curve.x == "attainment"]
    for i, modifier in enumerate(plan.modifiers):
        at = ("pay", "modifiers", i)
        if modifier.curve is not None and modifier.curve.x == "attainment":
            read.append(((*at, "measure"), modifier.measure))
        if modifier.matrix is not None:
            read.append(((*at, "matrix", "measure"), modifier.matrix.measure))
            read.append(((*at, "matrix", "with"), modifier.matrix.with_))
    for i, measure in enumerate(scheme.measures):
        if measure.scoring.matrix is not None:
            read.append((("measures", i, "scoring", "matrix", "with"), measure.scoring.matrix.with_))
    read += [((*at, "of"), rate.of) for at, rate in _rates(plan) if rate.by == "attainment"]
    return read


def _rates(plan: PayPlan) -> list[tuple[tuple[str | int, ...], RatePlan]]:
    """Each commission with its address: one alone is written without a list."""
    alone = len(plan.rates) == 1
    return [(("pay", "rate") if alone else ("pay", "rate", i), rate) for i, rate in enumerate(plan.rates)]


def _in_money(plan: PayPlan) -> list[tuple[tuple[str | int, ...], str]]:
    """Where a measure's actual earns money: (address, measure)."""
    found = [((*at, "of"), rate.of) for at, rate in _rates(plan)]
    return found + ([(("pay", "pool", "of"), plan.pool.of)] if plan.pool is not None else [])


def _fit_faults(scheme: Agreement, kpis: Mapping[str, Kpi], faults: Faults) -> None:
    """Rules that do not fit the KPI they are put to."""
    by_attainment = {rate.of for rate in scheme.pay.rates if rate.by == "attainment"}
    known = {m.name: kpis[m.kpi] for m in scheme.measures if m.kpi in kpis}
    for i, measure in enumerate(scheme.measures):
        kpi = known.get(measure.name)
        if kpi is None:
            continue
        if kpi.direction == "band" and measure.scoring.reads == "attainment":
            faults.note("scheme.band_needs_actual", ("measures", i, "scoring"), measure.kpi)
        if measure.attainment is not None and measure.name in by_attainment:
            faults.note("scheme.tiers_need_plain_attainment", ("measures", i, "attainment"), measure.name)
        if measure.attainment == "inverse" and kpi.direction != "lower":
            faults.note("scheme.inverse_direction", ("measures", i, "attainment"), measure.kpi)
    for at, name in _attainment_readers(scheme):
        if name in known and known[name].direction == "band":
            faults.note("scheme.gate_on_band", at, name)
    for at, name in _in_money(scheme.pay):
        if name in known and known[name].unit != "currency":
            faults.note("scheme.rate_of_no_money", at, name, unit=known[name].unit)
