"""The scheme: its measures, targets, scoring rules and pay, in words and on a curve."""

from __future__ import annotations

from functools import partial

import pandas as pd

from toolkit.language import day, number, percent, pick, text
from toolkit.report.blocks import Block, Chapter, Heading, Link, Paragraph, Table
from toolkit.report.chapters.common import inside, name, period_names, scheme_title
from toolkit.report.chapters.design_parts import design_blocks
from toolkit.report.charts_pay import pay_curve
from toolkit.report.look import styled
from toolkit.report.phrases import count
from toolkit.report.results import Results, agreed_percent
from toolkit.report.rules import coverage_words, scoring_words, target_words
from toolkit.report.rules_pay import pay_words
from toolkit.report.rules_score import grades_words, score_words
from toolkit.scheme.curve import Curve
from toolkit.scheme.measure import Measure
from toolkit.scheme.scheme import Scheme


def scheme(results: Results, language: str) -> Chapter:
    """Every scheme in force in the later window, the new ones first."""
    say = partial(text, language=language)
    blocks = [block for shown in results.shown_schemes for block in _one(shown, results, language)]
    blocks.append(Link(say("made.link"), "#made"))
    title = _title(results, language)
    return Chapter("scheme", say("nav.scheme"), say("kicker.scheme"), title, tuple(blocks))


def _title(results: Results, language: str) -> str:
    """What decides under the first scheme shown; which one, where there are several."""
    first = results.shown_schemes[0]
    counting = [m for m in first.measures if m.weight]
    weights = [f"{inside(results, m.kpi, language)} {agreed_percent(m.weight, language)}" for m in counting]
    one = len(counting) == 1
    kpis = [inside(results, counting[0].kpi, language)] if one else weights
    return text(
        ("scheme.one" if one else "scheme.many") + ("" if len(results.shown_schemes) == 1 else "_of_several"),
        language,
        measures=count(len(counting), "measure", language),
        kpis=text("phrase.join", language).join(kpis),
        scheme=pick(first.title, language),
    )


def _one(shown: Scheme, results: Results, language: str) -> list[Block]:
    say = partial(text, language=language)
    end = shown.effective.to
    held = {
        "start": day(shown.effective.from_, language),
        "end": say("scheme.until", end=day(end, language)) if end else say("scheme.open_end"),
        "who": coverage_words(shown, results.client, language),
        "people": count(int((results.windows.people["scheme"] == shown.id).sum()), "person", language),
        "score": say(f"grain.{shown.score_every}"),
        "pay": say(f"grain.{shown.pay_every}"),
    }
    columns = tuple(say(f"scheme.column_{c}") for c in ("kpi", "category", "weight", "target", "scoring"))
    blocks: list[Block] = [
        Heading(scheme_title(shown, language)),
        Paragraph(say("scheme.holds", **held)),
        Table(columns, tuple(_line(m, shown, results, language) for m in shown.measures)),
        Paragraph(score_words(shown, results.client.kpis, language)),
        Paragraph(grades_words(shown, language)),
        Paragraph(pay_words(shown, results.client.kpis, language)),
    ]
    if shown.pay.curve is not None:
        with styled(language):
            blocks.append(_curve(shown.pay.curve, shown, results, language))
    return [*blocks, *design_blocks(results, [shown.id], language)]


def _line(measure: Measure, shown: Scheme, results: Results, language: str) -> tuple[str, ...]:
    """One measure of the scheme's table; another level than the scheme's own is named."""
    kpi = results.client.kpis[measure.kpi]
    label = name(results, measure.kpi, language)
    if measure.level and measure.level != shown.level:
        level = text(f"scheme.level.{measure.level}", language)
        label = text("scheme.kpi_at", language, kpi=label, level=level)
    return (
        label,
        text(f"category.{kpi.category}", language),
        agreed_percent(measure.weight, language),
        target_words(measure, shown, kpi, language),
        scoring_words(measure, shown, kpi, language, results.client.kpis),
    )


def _curve(curve: Curve, shown: Scheme, results: Results, language: str) -> Block:
    """The pay curve with everyone's latest score on it."""
    say = partial(text, language=language)
    latest = results.latest(results.scores)
    scores = latest[latest["scheme"] == shown.id].dropna(subset=["score"])
    people = pd.DataFrame({"x": scores["score"], "y": curve(scores["score"].to_numpy()), "label": ""})
    words = {
        "people": count(len(people), "person", language),
        "period": period_names(scores, results, language),
    }
    return pay_curve(
        curve.points,
        people,
        say("scheme.score_axis"),
        say("scheme.ratio_axis"),
        lambda x: number(x, language),
        lambda y: percent(y, language),
        say("scheme.curve_alt", **words),
        say("scheme.curve_caption", **words),
    )
