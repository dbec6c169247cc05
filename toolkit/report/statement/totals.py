"""From points to score, grade and rank: what was added, taken off or overridden, and among how many."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from toolkit.appraise.grade_rules import grade_counts
from toolkit.data.panel.spine import UNASSIGNED
from toolkit.language import number, pick, text
from toolkit.report.reasons import missed
from toolkit.report.results import agreed_number, agreed_percent, inline
from toolkit.report.statement.readings import SHOWN, exact_number, operand
from toolkit.report.statement.steps import Step, joined
from toolkit.report.statement.subject import Subject
from toolkit.scheme.items import Veto


def total_steps(subject: Subject, language: str) -> list[Step]:
    """From the points' total over items and vetoes to score, grade and rank."""
    say, scores = partial(text, language=language), subject.tables["scores"]
    if scores.empty:
        return []
    row = scores.iloc[0]
    if pd.isna(row["score"]):
        return [Step(say("explain.score_total"), say("explain.no_score"), "–")]
    card = subject.tables["scorecard"]
    points = [exact_number(p, language) for p in card["points"][card["weight"] > 0].dropna()]
    total = exact_number(row["points_total"], language, SHOWN)
    steps = [Step(say("explain.points_total"), joined(points), total)]
    steps += _score_steps(subject, float(row["points_total"]), language)
    if len(subject.tables["score_steps"]):
        terms = [float(row["points_total"]), *subject.tables["score_steps"]["amount"]]
        final = exact_number(row["score"], language, SHOWN)
        how = joined([exact_number(float(t), language) for t in terms])
        steps.append(Step(say("explain.score_total"), how, final))
    grade = "–" if pd.isna(row["grade"]) else str(row["grade"])
    steps.append(Step(say("explain.grade"), _grade_words(subject, row, language), grade))
    if pd.notna(row["rank"]):
        n = number(len(subject.appraisal.scored(subject.scheme.id, "scheme", "")), language)
        place = number(row["rank"], language)
        steps.append(Step(say("explain.rank"), say("explain.place", place=place, n=n), place))
    return steps


def _score_steps(subject: Subject, score: float, language: str) -> list[Step]:
    """Each step with the score that it found."""
    found, vetoes = [], _hit(subject)
    for row in subject.tables["score_steps"].to_dict("records"):
        kind = str(row["step"])
        veto = next(vetoes, None) if kind == "veto" else None
        how = (
            _veto_words(subject, veto, row, score, language)
            if veto is not None
            else _step_words(subject, row, score, language)
        )
        name = item_title(subject, str(row["name"]), language)
        title = text(f"explain.step_{kind}_name", language, name=name)
        found.append(Step(title, how, exact_number(float(row["amount"]), language, SHOWN)))
        score += float(row["amount"])
    return found


def _step_words(subject: Subject, row: dict[Any, Any], score: float, language: str) -> str:
    """What one step adds or takes off, as it is computed."""
    kind, value, quantity = str(row["step"]), float(row["value"]), float(row["quantity"])
    shown = partial(exact_number, language=language)
    values = {
        "score": shown(score),
        "taken": operand(shown(score)),
        "value": operand(shown(value)),
        "quantity": shown(abs(quantity)),
    }
    if kind == "item":
        item = next((i for i in subject.scheme.items if i.name == row["name"]), None)
        values["quantity"] = shown(quantity)
        if item is not None and item.most is not None and abs(quantity * value) > item.most:
            whole, most = shown(quantity * value), agreed_number(item.most, language)
            return text("explain.step_item_most", language, whole=whole, most=most, **values)
    if kind == "item_limit":
        kind = f"item_limit_{row['name']}"
    return text(f"explain.step_{kind}", language, **values)


def _hit(subject: Subject) -> Any:
    """The vetoes that were applied, in their order."""
    rows = subject.tables["score_steps"]
    rows = rows[(rows["step"] == "veto").to_numpy(dtype=bool)]
    left = list(subject.scheme.vetoes)
    for row in rows.to_dict("records"):
        while left:
            veto = left.pop(0)
            same = (veto.item or veto.measure) == row["name"]
            if same and (not veto.measure or row["quantity"] < round(veto.below or 0.0, 8)):
                yield veto
                break


def _veto_words(subject: Subject, veto: Veto, row: dict[Any, Any], score: float, language: str) -> str:
    """What vetoes, and what of score, grade and pay is left."""
    say = partial(text, language=language)
    if veto.measure:
        below = veto.below or 0.0
        reached = missed(float(row["quantity"]), below, language)
        edge = agreed_percent(below, language)
        cause = say("explain.veto_below", reached=reached, below=edge)
    else:
        key = "explain.veto_event_one" if row["quantity"] == 1 else "explain.veto_event"
        cause = say(key, n=exact_number(float(row["quantity"]), language))
    effects = []
    if veto.score is not None:
        most = agreed_number(veto.score, language)
        cut = "" if row["amount"] == 0 else f"{most} − {operand(exact_number(score, language))}"
        key = "explain.veto_score" if cut else "explain.veto_score_lower"
        effects.append(say(key, most=most, sum=cut))
    if veto.grade:
        effects.append(say("veto.grade", grade=veto.grade))
    if veto.pays is not None:
        key = "veto.pays" if veto.pays else "veto.pays_nothing"
        effects.append(say(key, pays=agreed_percent(veto.pays, language)))
    return say("explain.step_veto", cause=cause, effects=say("phrase.join").join(effects))


def item_title(subject: Subject, name: str, language: str) -> str:
    """An item, or the measure that a veto reads, as people call it."""
    for item in subject.scheme.items:
        if item.name == name:
            return pick(item.title, language) or name
    for measure in subject.scheme.measures:
        if measure.name == name:
            return inline(subject.appraisal.client.kpis[measure.kpi], language)
    return name


def _grade_words(subject: Subject, row: pd.Series, language: str) -> str:
    """How the grade follows from score or place, and a veto that lowers it."""
    say, grades = partial(text, language=language), subject.scheme.grades
    words = (_edges if grades.by == "score" else _by_place)(subject, row, language)
    lowest = max((v.grade for v in _hit(subject) if v.grade), key=grades.names.index, default="")
    return say("explain.graded_at_best", words=words, grade=lowest) if lowest else words


def _edges(subject: Subject, row: pd.Series, language: str) -> str:
    say = partial(text, language=language)
    edges = subject.scheme.grades.edges
    listed = [say("scheme.grade", grade=g, edge=agreed_number(e, language)) for g, e in edges.items()]
    score = exact_number(row["score"], language, SHOWN)
    return say("explain.graded_by_score", score=score, edges=say("phrase.join").join(listed))


def _by_place(subject: Subject, row: pd.Series, language: str) -> str:
    """The place in the group, and the last place of each grade."""
    say, grades = partial(text, language=language), subject.scheme.grades
    unit = "" if grades.within == "scheme" else subject.whose.get(grades.within, UNASSIGNED)
    group = subject.appraisal.scored(subject.scheme.id, grades.within, unit)
    n = len(group)
    if grades.by == "shares" and n < grades.least:
        few = {"n": number(n, language), "least": number(grades.least, language)}
        if not grades.edges:
            return say("explain.graded_few", **few)
        return say("explain.graded_few_by_score", words=_edges(subject, row, language), **few)
    words = {"place": number(int((group["score"] > row["score"]).sum()) + 1, language)}
    words |= {"n": number(n, language), "within": say(f"within.{grades.within}")}
    ends = dict(grades.first)
    shares = ""
    if grades.by == "shares":
        counts = grade_counts(list(grades.shares.values()), n)
        ends = {g: sum(counts[: i + 1]) for i, g in enumerate(grades.shares) if counts[i]}
        listed = [f"{g} {agreed_percent(s, language)}" for g, s in grades.shares.items()]
        shares = say("explain.of_shares", shares=say("phrase.join").join(listed))
    last = [say("explain.grade_to", grade=g, end=number(e, language)) for g, e in ends.items()]
    if grades.then:
        last.append(say("grades.others", grade=grades.then))
    return say("explain.graded_by_place", ends=say("phrase.join").join(last), shares=shares, **words)
