"""What makes a scheme invalid beyond the shape of its parts; what is merely unwise, the linter finds."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from toolkit.catalogue.kpi import Kpi
from toolkit.faults import Faults, near
from toolkit.periods import Calendar
from toolkit.scheme.measure import GRAINS, LEVELS, Measure
from toolkit.scheme.pay import PayPlan

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


def agreement_faults(measures: Sequence[tuple[str, float]], grades: Mapping[str, float]) -> Faults:
    """Weights that do not sum to 1, names that stand twice, grades out of order."""
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
    edges = list(grades.items())
    for (_, before), (grade, edge) in itertools.pairwise(edges):
        if edge >= before:
            faults.note("scheme.grades_order", ("grades", grade), edge, before=before)
    if not edges or edges[-1][1] > 0:
        faults.note("scheme.grades_lowest", ("grades",), edges[-1][1] if edges else "–")
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
        growing = measure.target is not None and measure.target.over == "previous_quarter"
        if growing and not {scheme.score_every, scheme.pay_every} <= {"month", "quarter"}:
            faults.note("scheme.growth_grain", ("measures", i, "target", "over"), "previous_quarter")
    _pay_faults(scheme, faults)
    return faults


def _pay_faults(scheme: Agreement, faults: Faults) -> None:
    measures = {m.name: m for m in scheme.measures}
    for i, gate in enumerate(scheme.pay.gates):
        _needs_attainment(("pay", "gates", i, "measure"), gate.measure, measures, faults)
    rate = scheme.pay.rate
    if rate is None:
        return
    if scheme.level != "individual":
        faults.note("scheme.team_rate", ("pay", "rate"), scheme.level)
    if rate.by == "attainment":
        _needs_attainment(("pay", "rate", "of"), rate.of, measures, faults)
    elif rate.of not in measures:
        faults.note("scheme.no_such_measure", ("pay", "rate", "of"), rate.of, known=near(rate.of, measures))


def _needs_attainment(
    address: tuple[str | int, ...], name: str, measures: Mapping[str, Measure], faults: Faults
) -> None:
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


def _reads_attainment(scheme: Agreement, name: str) -> bool:
    """Whether commission tiers count the attainment of this measure: their edges are then edge × target."""
    rate = scheme.pay.rate
    return rate is not None and rate.of == name and rate.by == "attainment"


def _fit_faults(scheme: Agreement, kpis: Mapping[str, Kpi], faults: Faults) -> None:
    """Rules that do not fit the KPI they are put to."""
    bands = set()
    for i, measure in enumerate(scheme.measures):
        kpi = kpis.get(measure.kpi)
        if kpi is None:
            continue
        if kpi.direction == "band":
            bands.add(measure.name)
            if measure.scoring.reads == "attainment":
                faults.note("scheme.band_needs_actual", ("measures", i, "scoring"), measure.kpi)
        if measure.attainment is not None and _reads_attainment(scheme, measure.name):
            faults.note("scheme.tiers_need_plain_attainment", ("measures", i, "attainment"), measure.name)
        if measure.attainment == "inverse" and kpi.direction != "lower":
            faults.note("scheme.inverse_direction", ("measures", i, "attainment"), measure.kpi)
        rate = scheme.pay.rate
        if rate is not None and rate.of == measure.name and kpi.unit != "currency":
            faults.note("scheme.rate_of_no_money", ("pay", "rate", "of"), measure.name, unit=kpi.unit)
    for i, gate in enumerate(scheme.pay.gates):
        if gate.measure in bands:
            faults.note("scheme.gate_on_band", ("pay", "gates", i, "measure"), gate.measure)
