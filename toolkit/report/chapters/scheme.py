"""The scheme: its measures, targets, scoring rules and pay, in words and on a curve."""

from __future__ import annotations

from functools import partial

import pandas as pd

from toolkit.language import day, number, percent, period_name, pick, text
from toolkit.report.blocks import Block, Chapter, Heading, Link, Paragraph, Table
from toolkit.report.chapters.common import name, scheme_title
from toolkit.report.charts_pay import pay_curve
from toolkit.report.look import styled
from toolkit.report.results import Results
from toolkit.report.rules import coverage_words, pay_words, scoring_words, target_words
from toolkit.scheme.scheme import Scheme


def scheme(results: Results, language: str) -> Chapter:
    """Every scheme in force in the later window, the new ones first."""
    say = partial(text, language=language)
    blocks: list[Block] = []
    for shown in results.shown_schemes:
        blocks += _one(shown, results, language)
    first = results.shown_schemes[0]
    kpis = say("phrase.join").join(
        f"{name(results, m.kpi, language)} {percent(m.weight, language)}" for m in first.measures if m.weight
    )
    key = "scheme.chapter_one" if len(first.measures) == 1 else "scheme.chapter"
    title = say(key, n=len(first.measures), kpis=kpis, scheme=pick(first.title, language))
    blocks.append(Link(say("made.link"), "#made"))
    return Chapter("scheme", say("nav.scheme"), say("kicker.scheme"), title, tuple(blocks))


def _one(shown: Scheme, results: Results, language: str) -> list[Block]:
    say = partial(text, language=language)
    until = day(shown.effective.to, language) if shown.effective.to else say("scheme.open_end")
    rows = tuple(
        (
            name(results, m.kpi, language),
            say(f"category.{results.client.kpis[m.kpi].category}"),
            percent(m.weight, language),
            target_words(m, shown, results.client.kpis[m.kpi], language),
            scoring_words(m, shown, results.client.kpis[m.kpi], language),
        )
        for m in shown.measures
    )
    people = int((results.windows.people["scheme"] == shown.id).sum())
    blocks: list[Block] = [
        Heading(scheme_title(shown, language)),
        Paragraph(
            say(
                "scheme.holds",
                start=day(shown.effective.from_, language),
                end=until,
                who=coverage_words(shown, language),
                people=people,
                score=say(f"grain.{shown.score_every}"),
                pay=say(f"grain.{shown.pay_every}"),
            )
        ),
        Table(
            tuple(say(f"scheme.column_{c}") for c in ("kpi", "category", "weight", "target", "scoring")), rows
        ),
        Paragraph(
            say(
                "scheme.grades",
                grades=say("phrase.join").join(
                    say("scheme.grade", grade=g, edge=number(edge, language))
                    for g, edge in shown.grades.items()
                ),
            )
        ),
        Paragraph(pay_words(shown, results.client.kpis, language)),
    ]
    if shown.pay.curve is not None:
        with styled(language):
            blocks.append(_curve(shown, results, language))
    return blocks


def _curve(shown: Scheme, results: Results, language: str) -> Block:
    """The pay curve with everyone's latest score on it."""
    say = partial(text, language=language)
    assert shown.pay.curve is not None
    last = results.pay_periods[-1]
    scores = results.scores[
        (results.scores["scheme"] == shown.id) & (results.scores["period"] == last)
    ].dropna(subset=["score"])
    people = pd.DataFrame(
        {"x": scores["score"], "y": shown.pay.curve(scores["score"].to_numpy()), "label": ""}
    )
    words = {"n": len(people), "period": period_name(last, language)}
    return pay_curve(
        shown.pay.curve.points,
        people,
        say("scheme.score_axis"),
        say("scheme.ratio_axis"),
        lambda x: number(x, language),
        lambda y: percent(y, language),
        say("scheme.curve_alt", **words),
        say("scheme.curve_caption", **words),
    )
