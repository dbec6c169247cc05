"""How a score comes about, measure by measure, and what was added, taken off or overridden."""

from __future__ import annotations

from functools import partial

import pandas as pd

from toolkit.language import number, period_name, pick, text
from toolkit.report.phrases import count, span
from toolkit.report.results import agreed_number, agreed_percent, agreed_value, inline, kpi_name
from toolkit.report.rules import scoring_words
from toolkit.report.statement.readings import (
    Shown,
    attainment_words,
    curve_words,
    exact_number,
    exact_percent,
    exact_value,
    points_shown,
)
from toolkit.report.statement.steps import Step
from toolkit.report.statement.subject import Subject
from toolkit.scheme.measure import Measure


def measure_steps(subject: Subject, row: pd.Series, language: str) -> list[Step]:
    """The steps from actual and target to points, for one row of the scorecard."""
    say = partial(text, language=language)
    measure = subject.scheme.measure(row["measure"])
    kpi = subject.appraisal.client.kpis[measure.kpi]
    shown: Shown = lambda value: exact_value(value, kpi, subject.scheme.currency, language)  # noqa: E731
    steps = []
    if measure.target is not None:
        target = exact_value(row["target"], kpi, subject.scheme.currency, language)
        steps.append(Step(say("explain.target"), _target_words(subject, measure, language), target))
    steps.append(
        Step(say("explain.actual"), _actual_words(subject, measure, shown, language), shown(row["actual"]))
    )
    if pd.notna(row["attainment"]):
        words = attainment_words(row, measure, kpi, shown, language)
        steps.append(Step(say("explain.attainment"), words, exact_percent(row["attainment"], language)))
    if pd.notna(row["score"]):
        words = _score_words(subject, measure, row, shown, language)
        steps.append(Step(say("explain.score"), words, exact_number(row["score"], language)))
    else:
        steps.append(Step(say("explain.score"), missing_words(row["missing"], language), "–"))
    if pd.notna(row["points"]):
        steps.append(_points_step(measure, row, language))
    return steps


def missing_words(missing: str, language: str) -> str:
    """Why a measure has no number: the scorecard's code in words."""
    code, _, detail = missing.partition(":")
    if code == "carried":
        return text("explain.why_carried", language, period=span([detail], language))
    key = f"explain.why_{detail or code}"
    return text(key, language)


def _target_words(subject: Subject, measure: Measure, language: str) -> str:
    say, rule = partial(text, language=language), measure.target
    assert rule is not None
    rows = subject.tables["targets"]
    basis = str(rows.loc[rows["measure"] == measure.name, "basis"].iloc[0])
    plain = basis.removesuffix("_ramp")
    kpi = subject.appraisal.client.kpis[measure.kpi]
    values: dict[str, str] = {}
    if plain == "fixed" and rule.fixed is not None:
        values["value"] = agreed_value(rule.fixed, kpi, subject.scheme.currency, language)
        plain = "fixed_sum" if kpi.adds_over_time else "fixed"
        values["per"] = say(f"grain.{rule.per or subject.scheme.score_every}")
        values["exposure"] = exact_percent(float(subject.roster["exposure"]), language)
    if plain.startswith("growth"):
        plain, values = _growth_words(subject, measure, language)
    words = say(f"basis.{plain}", **values)
    return say("basis.ramped", words=words) if basis.endswith("_ramp") else words


def _growth_words(subject: Subject, measure: Measure, language: str) -> tuple[str, dict[str, str]]:
    """What a target grew from, and whether days employed or a third of a quarter come in."""
    rule, calendar = measure.target, subject.appraisal.client.calendar
    assert rule is not None and rule.growth is not None
    before = calendar.year_before(subject.period)
    if rule.over == "previous_quarter":
        before = calendar.shift(calendar.within(subject.period, "quarter"), -1)
    base = subject.actual(measure.name, before)
    kpi = subject.appraisal.client.kpis[measure.kpi]
    value = float("nan") if base is None else float(base["value"])
    rows = subject.tables["targets"]
    target = float(rows.loc[rows["measure"] == measure.name, "target"].iloc[0])
    plainly = abs(value * (1 + rule.growth) - target) <= 1e-6 * abs(target)
    shorter = calendar.grain_of(before) != calendar.grain_of(subject.period)
    kind = "growth" if plainly else "growth_third" if shorter else "growth_scaled"
    return kind, {
        "growth": agreed_percent(rule.growth, language, signed=True),
        "base": exact_value(value, kpi, subject.scheme.currency, language),
        "before": period_name(before, language),
    }


def _actual_words(subject: Subject, measure: Measure, shown: Shown, language: str) -> str:
    say = partial(text, language=language)
    if measure.raters:
        shares = [
            say(f"explain.rater_{k}", share=agreed_percent(w, language)) for k, w in measure.raters.items()
        ]
        return say("explain.rated", groups=say("phrase.join").join(shares))
    found = subject.actual(measure.name)
    if found is None:
        return say("explain.why_not_measured")
    level = measure.level or subject.scheme.level
    parts = []
    if level != "individual":
        whose = subject.whose[level] if level != "company" else ""
        parts.append(say(f"explain.level_{level}", whose=whose))
    if pd.notna(found["denominator"]):
        top, bottom = (exact_number(float(found[c]), language) for c in ("numerator", "denominator"))
        parts.append(say("explain.ratio", numerator=top, denominator=bottom))
    elif pd.notna(found["rows"]):
        parts.append(say("explain.rows", rows=count(int(found["rows"]), "row", language)))
    if found["missing"]:
        parts.append(missing_words(f"no_actual:{found['missing']}", language))
    return say("phrase.join").join(parts) or say("explain.given")


def _score_words(subject: Subject, measure: Measure, row: pd.Series, shown: Shown, language: str) -> str:
    say = partial(text, language=language)
    kpi = subject.appraisal.client.kpis[measure.kpi]
    rule = scoring_words(measure, subject.scheme, kpi, language)
    if row["missing"]:
        return say("explain.scored_missing", why=missing_words(row["missing"], language))
    if not measure.scoring.alone:
        return say("explain.scored_with_others", rule=rule)
    by_actual = measure.scoring.reads == "actual"
    read = float(row["actual"] if by_actual else row["attainment"])
    shares: Shown = lambda x: exact_percent(x, language)  # noqa: E731
    reading = curve_words(
        measure.curve, read, shown if by_actual else shares, points_shown(language), language
    )
    return say("explain.scored", rule=rule, reading=reading)


def _points_step(measure: Measure, row: pd.Series, language: str) -> Step:
    say = partial(text, language=language)
    values = {"score": exact_number(row["score"], language), "weight": exact_percent(row["weight"], language)}
    key = "explain.points_by_weight"
    if abs(row["weight"] - measure.weight) > 1e-9:
        key, values["agreed"] = "explain.points_by_other_weight", agreed_percent(measure.weight, language)
    return Step(say("explain.points"), say(key, **values), exact_number(row["points"], language))


def total_steps(subject: Subject, language: str) -> list[Step]:
    """From the points' total over items and vetoes to score, grade and rank."""
    say = partial(text, language=language)
    scores = subject.tables["scores"]
    if scores.empty:
        return []
    row = scores.iloc[0]
    if pd.isna(row["score"]):
        return [Step(say("explain.score_total"), say("explain.no_score"), "–")]
    points = [exact_number(p, language) for p in subject.tables["scorecard"]["points"].dropna()]
    total = exact_number(row["points_total"], language)
    steps = [Step(say("explain.points_total"), " + ".join(points), total)]
    for step in subject.tables["score_steps"].to_dict("records"):
        steps.append(_score_step(subject, pd.Series(step), language))
    if len(subject.tables["score_steps"]):
        final = exact_number(row["score"], language)
        steps.append(Step(say("explain.score_total"), say("explain.score_sum"), final))
    if pd.notna(row["grade"]):
        steps.append(Step(say("explain.grade"), _grade_words(subject, language), str(row["grade"])))
    if pd.notna(row["rank"]):
        every = subject.appraisal.scores
        n = int(((every["scheme"] == subject.scheme.id) & (every["period"] == subject.period)).sum())
        steps.append(
            Step(say("explain.rank"), say("explain.ranked", n=number(n, language)), str(row["rank"]))
        )
    return steps


def _score_step(subject: Subject, step: pd.Series, language: str) -> Step:
    say = partial(text, language=language)
    kind, signed = str(step["step"]), exact_number(float(step["amount"]), language)
    values = {"value": exact_number(float(step["value"]), language) if pd.notna(step["value"]) else "–"}
    values["quantity"] = (
        exact_number(float(step["quantity"]), language) if pd.notna(step["quantity"]) else "–"
    )
    values["name"] = item_title(subject, str(step["name"]), language)
    how = say(f"explain.step_{kind}", **values)
    return Step(say(f"explain.step_{kind}_name", **values), how, signed)


def item_title(subject: Subject, name: str, language: str) -> str:
    """An item, or the measure that a veto reads, as people call it."""
    for item in subject.scheme.items:
        if item.name == name:
            return pick(item.title, language) or name
    for measure in subject.scheme.measures:
        if measure.name == name:
            return inline(subject.appraisal.client.kpis[measure.kpi], language)
    return name


def _grade_words(subject: Subject, language: str) -> str:
    say, grades = partial(text, language=language), subject.scheme.grades
    if grades.by == "score":
        edges = [
            say("scheme.grade", grade=g, edge=agreed_number(e, language)) for g, e in grades.edges.items()
        ]
        return say("phrase.join").join(edges)
    return say(f"explain.graded_by_{grades.by}")


def measure_title(subject: Subject, measure: Measure, language: str) -> str:
    """A measure's heading: its KPI's name."""
    return kpi_name(subject.appraisal.client.kpis[measure.kpi], language)
