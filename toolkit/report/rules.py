"""A scheme's rules in words: whom it holds for, targets and scoring; pay and grades have files beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise

from toolkit.catalogue.kpi import Kpi
from toolkit.data.engagement import Engagement
from toolkit.language import text
from toolkit.report.results import agreed_number, agreed_percent, agreed_value, inline
from toolkit.scheme.matrix import Matrix
from toolkit.scheme.measure import Measure, Range
from toolkit.scheme.rules import Deduct, PlusMinus
from toolkit.scheme.scheme import Scheme
from toolkit.scheme.scoring import Rank

Point = tuple[float, float]


def coverage_words(scheme: Scheme, client: Engagement, language: str) -> str:
    """Whom a scheme holds for: the roster's columns and their values, or everybody.

    In the client's own language the columns and values are named as in the client's own file.
    """
    if not scheme.applies_to:
        return text("scheme.everybody", language)
    source = client.sources["participants"]
    own = language == client.language
    pairs = []
    for column, values in scheme.applies_to.items():
        written = {meant: said for said, meant in source.values.get(column, {}).items()} if own else {}
        listed = text("phrase.or", language).join(written.get(v, v) for v in values)
        pairs.append(f"{source.written(column) if own else column} = {listed}")
    return text("phrase.join", language).join(pairs)


def target_words(measure: Measure, scheme: Scheme, kpi: Kpi, language: str) -> str:
    """Where a measure's target comes from."""
    say = partial(text, language=language)
    target = measure.target
    if target is None:
        return say("target.none")
    if target.fixed is not None:
        value = agreed_value(target.fixed, kpi, scheme.currency, language)
        per = target.per or (scheme.score_every if kpi.adds_over_time else None)
        return say("target.fixed_per", value=value, per=say(f"grain.{per}")) if per else value
    if target.growth is not None:
        key = f"target.{target.over}" + ("_or_table" if target.otherwise else "")
        return say(key, growth=agreed_percent(target.growth, language, signed=True))
    if target.table or target.hit_probability is None:
        return say("target.table")
    return say("target.hit", share=agreed_percent(target.hit_probability, language))


def scoring_words(
    measure: Measure, scheme: Scheme, kpi: Kpi, language: str, kpis: Mapping[str, Kpi] | None = None
) -> str:
    """How a measure is scored: the rule's own numbers, and how attainment is computed if not plainly.

    Parameters
    ----------
    kpis : mapping, optional
        KPI id -> definition, to name the other measure of a matrix in words; its id where left out.
    """
    say = partial(text, language=language)
    rule = _rule_words(measure, scheme, kpi, kpis or {}, language)
    # A proportion is the same out of any number of points, and a deduction names its full points itself.
    if measure.out_of != 100 and measure.scoring.kind not in ("proportional", "deduct", "rank"):
        rule = say("scoring.out_of", rule=rule, points=agreed_number(measure.out_of, language))
    if measure.raters:
        raters = [
            say(f"scoring.rater_{kind}", share=agreed_percent(w, language))
            for kind, w in measure.raters.items()
        ]
        rule = say("scoring.raters", rule=rule, raters=say("phrase.join").join(raters))
    if measure.scoring.reads == "actual" or measure.target is None:
        return rule
    if isinstance(measure.attainment, Range):
        floor = agreed_value(measure.attainment.range, kpi, scheme.currency, language)
        return say("scoring.by_range", rule=rule, floor=floor)
    if measure.attainment == "inverse":
        return say("scoring.by_inverse", rule=rule)
    return say("scoring.by_lower", rule=rule) if kpi.direction == "lower" else rule


def _rule_words(measure: Measure, scheme: Scheme, kpi: Kpi, kpis: Mapping[str, Kpi], language: str) -> str:
    say, shares = partial(text, language=language), partial(agreed_percent, language=language)
    rule = measure.scoring
    if rule.proportional is not None:
        start, cap = rule.proportional.from_, rule.proportional.cap
        key = "scoring.proportional" + ("_from" if start else "") + ("_to" if cap else "")
        return say(key, start=shares(start), cap=shares(cap or 0))
    if rule.bands is not None:
        pairs = [(agreed_percent(x, language), agreed_number(y, language)) for x, y in rule.bands.edges]
        return say("phrase.join").join(say("scoring.band", x=x, y=y) for x, y in pairs)
    if rule.deduct is not None:
        return _deduct_words(rule.deduct, measure, language)
    if rule.plus_minus is not None:
        return _plus_minus_words(rule.plus_minus, language)
    if rule.rank is not None:
        return _rank_words(rule.rank, language)
    if rule.matrix is not None:
        return say("scoring.matrix", **matrix_words(rule.matrix, scheme, kpis, language))
    if rule.rating is not None:
        numbers = partial(agreed_number, language=language)
        return say("scoring.rating", rule=_point_words(rule.rating.points, numbers, language))
    if rule.threshold_target_excellence is not None:
        three = rule.threshold_target_excellence
        return _point_words((three.threshold, three.target, three.excellence), shares, language)
    curve = rule.curve
    assert curve is not None
    shown = partial(agreed_value, kpi=kpi, currency=scheme.currency, language=language)
    words = _point_words(curve.points, shown if curve.x == "actual" else shares, language)
    return say("scoring.below", rule=words, y=agreed_number(curve.below, language)) if curve.below else words


def _point_words(points: tuple[Point, ...], shown: Callable[[float], str], language: str) -> str:
    """The points of a scoring curve; `shown` writes what it reads."""
    say = partial(text, language=language)
    listed = []
    for x, y, before in once_each(points):
        words = {"x": shown(x), "y": agreed_number(y, language)}
        if before is None:
            listed.append(say("scoring.point", **words))
        else:
            listed.append(say("scoring.jump", before=agreed_number(before, language), **words))
    return say("scoring.between", points=say("phrase.join").join(listed))


def _deduct_words(rule: Deduct, measure: Measure, language: str) -> str:
    return text(
        "scoring.deduct",
        language,
        points=_points_of(rule.points, language),
        per=agreed_percent(rule.per, language),
        start=agreed_percent(rule.from_, language),
        floor=agreed_number(rule.floor, language),
        out_of=agreed_number(measure.out_of, language),
    )


def _points_of(n: float, language: str) -> str:
    if n == 1:
        return text("scoring.one_point", language)
    return text("scoring.points", language, n=agreed_number(n, language))


def _plus_minus_words(rule: PlusMinus, language: str) -> str:
    say = partial(text, language=language)
    sides = {}
    for side, limit in (("plus", "most"), ("minus", "least")):
        points, bound = getattr(rule, side), getattr(rule, limit)
        words = {
            "points": _points_of(points, language),
            "per": agreed_percent(rule.per, language),
            limit: agreed_number(bound, language),
        }
        sides[side] = say(f"scoring.{side}", **words) if points else say(f"scoring.{side}_none")
    return say("scoring.plus_minus", base=agreed_number(rule.base, language), **sides)


def _rank_words(rule: Rank, language: str) -> str:
    shown = {"best": rule.best, "worst": rule.worst, "least": rule.least}
    words = {name: agreed_number(value, language) for name, value in shown.items()}
    return text("scoring.rank", language, step=_points_of(rule.step, language), **words)


def matrix_words(grid: Matrix, scheme: Scheme, kpis: Mapping[str, Kpi], language: str) -> dict[str, str]:
    """The words of a grid: the other measure, its edges, and each row with its values."""
    say = partial(text, language=language)
    columns = [say("rule.from", edge=agreed_percent(edge, language)) for edge in grid.columns]
    rows = [
        say(
            "rule.row",
            edge=agreed_percent(edge, language),
            values=" / ".join(agreed_number(v, language) for v in values),
        )
        for edge, values in zip(grid.rows, grid.values, strict=True)
    ]
    return {
        "kpi": measure_name(grid.with_, scheme, kpis, language),
        "columns": " / ".join(columns),
        "rows": say("phrase.semicolon").join(rows),
    }


def measure_name(name: str, scheme: Scheme, kpis: Mapping[str, Kpi], language: str) -> str:
    """A measure of the scheme inside a sentence: its KPI's name."""
    kpi = kpis.get(scheme.measure(name).kpi)
    return name if kpi is None else inline(kpi, language)


def once_each(points: tuple[Point, ...]) -> Iterator[tuple[float, float, float | None]]:
    """Each x once: (x, y from it on, y just before it where the curve jumps)."""
    before = None
    for (x, y), (following, _) in pairwise((*points, (float("inf"), 0.0))):
        if x == following:
            before = y
        else:
            yield x, y, before
            before = None
