"""M: how many measures a scheme has, of which kinds, and what each is there for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from toolkit.catalogue.load import CATEGORIES
from toolkit.language import listed, percent, pick, text
from toolkit.review.lint.evidence.history import counting, named, scored
from toolkit.review.lint.look import Hit, Look, rule
from toolkit.scheme.scheme import Scheme


@rule("M01")
def too_few_kpis(look: Look) -> Iterator[Hit]:
    """Fewer measures with a weight than the article advises for a scorecard."""
    n, least = len(scored(look)), int(look.limits["least"])
    if n < least:
        kpis = text("lint_design.one_kpi" if n == 1 else "lint_design.many_kpis", look.language, n=n)
        yield Hit("measures", {"n": n, "kpis": kpis, "least": least, "most": int(look.limits["most"])})


@rule("M02")
def too_many_kpis(look: Look) -> Iterator[Hit]:
    """More measures with a weight than anybody keeps in mind."""
    n, most = len(scored(look)), int(look.limits["most"])
    if n > most:
        mean = percent(1 / n, look.language)
        yield Hit("measures", {"n": n, "least": int(look.limits["least"]), "most": most, "mean": mean})


@rule("M03")
def too_many_paid_measures(look: Look) -> Iterator[Hit]:
    """Money hangs on more measures than a pay plan carries."""
    paid, most = look.paid, int(look.limits["most"])
    if len(paid) > most:
        names = [named(look, look.scheme.measure(name)) for name in paid]
        yield Hit("pay", {"n": len(paid), "most": most, "measures": listed(names, look.language)})


@rule("M04")
def results_only(look: Look) -> Iterator[Hit]:
    """Every measure with a weight is a result."""
    if _results_only(look):
        names = listed([named(look, m) for m in scored(look)], look.language)
        yield Hit("measures", {"measures": names})


def _results_only(look: Look) -> bool:
    return {look.kpi(m).category for m in scored(look)} == {"result"}


@rule("M05")
def category_missing(look: Look) -> Iterator[Hit]:
    """A category of the four has no measure; where there are only results, M04 says so."""
    if _results_only(look):
        return
    weights: dict[str, float] = defaultdict(float)
    for measure in scored(look):
        weights[look.kpi(measure).category] += measure.weight
    missing = [_category(name, look) for name in CATEGORIES if name not in weights]
    there = [
        f"{_category(name, look)} {percent(weights[name], look.language)}"
        for name in CATEGORIES
        if name in weights
    ]
    if missing:
        language = look.language
        yield Hit("measures", {"missing": listed(missing, language), "there": listed(there, language)})


def _category(name: str, look: Look) -> str:
    return text(f"lint_design.category.{name}", look.language)


@rule("M06")
def no_leading_kpi(look: Look) -> Iterator[Hit]:
    """Nothing that is scored moves before the result; where there are only results, M04 says so."""
    if not _results_only(look) and all(look.kpi(m).lead_lag == "lag" for m in scored(look)):
        names = listed([named(look, m) for m in scored(look)], look.language)
        yield Hit("measures", {"n": len(scored(look)), "measures": names})


@rule("M08")
def one_kpi_twice(look: Look) -> Iterator[Hit]:
    """Two measures with a weight read the same KPI."""
    of: dict[str, list[str]] = defaultdict(list)
    for measure in scored(look):
        of[measure.kpi].append(measure.name)
    for names in of.values():
        if len(names) > 1:
            total = sum(look.scheme.measure(name).weight for name in names)
            values = {
                "kpi": named(look, look.scheme.measure(names[0])),
                "measures": listed(names, look.language),
                "total": percent(total, look.language),
            }
            yield Hit(f"measures.{names[1]}.kpi", values)


@rule("M09")
def objective_not_served(look: Look) -> Iterator[Hit]:
    """No measure, of this scheme or of another role's at the same time, is the KPI of an objective."""
    assert look.client is not None
    every = sum(o.weight for o in look.client.objectives) or 1.0
    served = {m.kpi for m in counting(look)}
    served |= {look.scheme.measure(gate.measure).kpi for gate in look.scheme.pay.gates}
    served |= {m.kpi for other in look.schemes if _beside(look.scheme, other) for m in other.measures}
    for objective in look.client.objectives:
        if objective.kpi and objective.kpi not in served and not _over_before(look, objective.horizon):
            kpi = look.kpis[objective.kpi].name if objective.kpi in look.kpis else objective.kpi
            values = {
                "objective": pick(objective.text, look.language),
                "kpi": pick(kpi, look.language),
                "weight": percent(objective.weight / every, look.language),
            }
            yield Hit("measures", values)


def _beside(own: Scheme, other: Scheme) -> bool:
    """Whether another scheme holds at the same time for other roles."""
    roles = [set(s.applies_to.get("role", ())) for s in (own, other)]
    apart = bool(roles[0] and roles[1]) and roles[0].isdisjoint(roles[1])
    first, second = own.effective, other.effective
    meets = (second.to is None or first.from_ <= second.to) and (first.to is None or second.from_ <= first.to)
    return apart and meets


def _over_before(look: Look, horizon: str) -> bool:
    """Whether the scheme ended before an objective's period begins: it could not serve it."""
    last = look.scheme.effective.to
    if last is None or not horizon:
        return False
    try:
        begins = look.calendar.bounds(horizon)[0].date()
    except (ValueError, KeyError):  # a horizon in the client's own words: "in three years"
        return False
    return last < begins


@rule("M15")
def measure_without_effect(look: Look) -> Iterator[Hit]:
    """A measure that neither weighs, pays, gates nor modifies anything."""
    used = _used_in_pay(look.scheme)
    for measure in look.scheme.measures:
        if measure.weight == 0 and measure.name not in used:
            yield Hit(f"measures.{measure.name}.weight", {"kpi": named(look, measure)})


def _used_in_pay(scheme: Scheme) -> set[str]:
    """Every measure that something other than its own weight reads."""
    plan = scheme.pay
    names = {gate.measure for gate in plan.gates} | {veto.measure for veto in scheme.vetoes}
    names |= {rate.of for rate in plan.rates} | set(plan.measures)
    names |= {m.scoring.matrix.with_ for m in scheme.measures if m.scoring.matrix is not None}
    for modifier in plan.modifiers:
        names.add(modifier.measure)
        if modifier.matrix is not None:
            names |= {modifier.matrix.measure, modifier.matrix.with_}
    return names | ({plan.pool.of} if plan.pool is not None else set())
