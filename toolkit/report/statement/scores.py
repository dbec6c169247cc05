"""How a measure comes to its points: target, actual, attainment, score, each with its arithmetic."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from toolkit.catalogue.kpi import Kpi
from toolkit.language import number, text
from toolkit.report.results import agreed_number, agreed_percent, inline, kpi_name
from toolkit.report.rules import scoring_words
from toolkit.report.statement.actuals import actual_words, missing_words
from toolkit.report.statement.readings import (
    EXACT,
    SHOWN,
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
from toolkit.report.statement.targets import target_words
from toolkit.scheme.curve import DECIMALS
from toolkit.scheme.matrix import Matrix
from toolkit.scheme.measure import Measure

_FULL = 100.0  # full marks, whatever the points a rule is written in


def measure_steps(subject: Subject, row: pd.Series, language: str) -> list[Step]:
    """The steps from actual and target to points, for one row of the scorecard."""
    say = partial(text, language=language)
    measure = subject.scheme.measure(row["measure"])
    kpi = subject.appraisal.client.kpis[measure.kpi]
    exact, shown = (
        partial(exact_value, kpi=kpi, currency=subject.scheme.currency, language=language, most=most)
        for most in (EXACT, SHOWN)
    )
    steps = []
    if measure.target is not None:
        words = target_words(subject, measure, language)
        steps.append(Step(say("explain.target"), words, shown(row["target"])))
    words = actual_words(subject, measure, exact, language)
    steps.append(Step(say("explain.actual"), words, shown(row["actual"])))
    if pd.notna(row["attainment"]):
        words = attainment_words(row, measure, kpi, exact, language)
        reached = exact_percent(row["attainment"], language, SHOWN)
        steps.append(Step(say("explain.attainment"), words, reached))
    if pd.isna(row["score"]):
        return [*steps, Step(say("explain.score"), _why_missing(row, language), "–")]
    words = _score_words(subject, measure, row, exact, language)
    steps.append(Step(say("explain.score"), words, exact_number(row["score"], language, SHOWN)))
    if pd.notna(row["points"]):
        steps.append(_points_step(subject, measure, row, language))
    return steps


def _why_missing(row: pd.Series, language: str) -> str:
    """Why there is no score, and what becomes of the weight."""
    why = (
        missing_words(str(row["missing"]), language)
        if row["missing"]
        else text("explain.not_scored", language)
    )
    gave = row["weight"] == 0
    return text("explain.weight_given_away", language, why=why) if gave else why


def _score_words(subject: Subject, measure: Measure, row: pd.Series, exact: Shown, language: str) -> str:
    say, kpis = partial(text, language=language), subject.appraisal.client.kpis
    if row["missing"]:
        why = missing_words(row["missing"], language)
        carried = str(row["missing"]).startswith("carried")
        return why if carried else say("explain.scored_zero", why=why)
    kpi = kpis[measure.kpi]
    rule = scoring_words(measure, subject.scheme, kpi, language, kpis)
    if measure.scoring.rank is not None:
        reading = _rank_words(subject, measure, kpi, row, language)
    elif measure.scoring.matrix is not None:
        reading = _cell_words(subject, measure, measure.scoring.matrix, row, language)
    else:
        by_actual = measure.scoring.reads == "actual"
        show = exact if by_actual else partial(exact_percent, language=language)
        read = float(row["actual"] if by_actual else row["attainment"])
        reading = curve_words(measure.curve, read, show, points_shown(language), language)
    return say("explain.scored", rule=rule, reading=reading)


def _rank_words(subject: Subject, measure: Measure, kpi: Kpi, row: pd.Series, language: str) -> str:
    """`place 3 of 12: 100 − 2 × 5`, and where the lowest points hold."""
    say, rule = partial(text, language=language), measure.scoring.rank
    assert rule is not None
    column = "actual" if measure.target is None else "attainment"
    everybody = np.round(subject.appraisal.reached(subject.scheme.id, measure.name, column), DECIMALS)
    own = round(float(row[column]), DECIMALS)
    lower = column == "actual" and kpi.direction == "lower"
    ahead = int((everybody < own).sum() if lower else (everybody > own).sum())
    shared = int((everybody == own).sum()) - 1
    best, step, worst = (agreed_number(x, language) for x in (rule.best, rule.step, rule.worst))
    held = rule.best - rule.step * ahead < rule.worst
    total = worst if held else f"{best} − {number(ahead, language)} × {step}"
    words = {
        "place": number(ahead + 1, language),
        "n": number(len(everybody), language),
        "sum": _of_hundred(total, measure, language),
        "shared": say("explain.place_shared") if shared else "",
    }
    return say("explain.ranked_worst" if held else "explain.ranked_at", **words)


def _of_hundred(total: str, measure: Measure, language: str) -> str:
    """A sum of points, brought to the scale of 100 where a rule is written in others."""
    if measure.out_of == _FULL:
        return total
    inner = f"({total})" if " " in total else total
    return f"{inner} × 100 ÷ {agreed_number(measure.out_of, language)}"


def _cell_words(subject: Subject, measure: Measure, grid: Matrix, row: pd.Series, language: str) -> str:
    """Both attainments, the bands that they lie in, and the cell."""
    other = subject.card(grid.with_)
    across = float("nan") if other is None else float(other["attainment"])
    words = cell_words(grid, float(row["attainment"]), across, language)
    kpis = subject.appraisal.client.kpis
    names = (measure, subject.scheme.measure(grid.with_))
    own, with_ = (inline(kpis[m.kpi], language) for m in names)
    if measure.out_of != _FULL and not words["below"]:
        words["value"] = _of_hundred(words["value"], measure, language)
    return text(f"explain.cell{words.pop('below')}", language, own=own, other=with_, **words)


def cell_words(grid: Matrix, down: float, across: float, language: str) -> dict[str, str]:
    """Both attainments, the lower edges of their bands and the value there; `below` where there is none."""
    shares = partial(exact_percent, language=language)
    bands = [
        max((e for e in edges if round(e, DECIMALS) <= round(x, DECIMALS)), default=None)
        for edges, x in ((grid.rows, down), (grid.columns, across))
    ]
    words = {"down": shares(down), "across": shares(across), "below": ""}
    row, column = bands
    if row is None or column is None:
        return words | {"below": "_below", "row": "", "column": "", "value": "0"}
    value = grid.values[grid.rows.index(row)][grid.columns.index(column)]
    edges = {"row": agreed_percent(row, language), "column": agreed_percent(column, language)}
    return words | edges | {"value": exact_number(value, language)}


def _points_step(subject: Subject, measure: Measure, row: pd.Series, language: str) -> Step:
    say = partial(text, language=language)
    values = {
        "score": exact_number(row["score"], language),
        "weight": exact_percent(row["weight"], language),
        "agreed": agreed_percent(measure.weight, language),
    }
    key = "explain.points_by_weight"
    if abs(row["weight"] - measure.weight) > 1e-9:
        key = "explain.points_by_other_weight"
        card = subject.tables["scorecard"]
        there = [m for m, w in zip(card["measure"], card["weight"], strict=True) if w > 0]
        values["left"] = agreed_percent(sum(subject.scheme.measure(m).weight for m in there), language)
    return Step(say("explain.points"), say(key, **values), exact_number(row["points"], language, SHOWN))


def measure_title(subject: Subject, measure: Measure, language: str) -> str:
    """A measure's heading: its KPI's name, and its own where the scheme has the KPI twice."""
    name = kpi_name(subject.appraisal.client.kpis[measure.kpi], language)
    twice = sum(m.kpi == measure.kpi for m in subject.scheme.measures) > 1
    return text("explain.named", language, kpi=name, name=measure.name) if twice else name
