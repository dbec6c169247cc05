"""Diagnosis of the scheme before, or of the one in force where none changed: its measures and its targets."""

from __future__ import annotations

from functools import partial

import pandas as pd

from toolkit.language import number, percent, period_name, pick, text
from toolkit.report.blocks import Block, Chapter, Heading, Paragraph, Table
from toolkit.report.chapters.advice import CATEGORIES
from toolkit.report.chapters.common import inside, lead_rows, name, reached
from toolkit.report.charts import attainment_spread
from toolkit.report.look import styled
from toolkit.report.results import Results
from toolkit.scheme.scheme import Scheme
from toolkit.stats import LEVEL

MOST_PERIODS = 4  # the last pay periods before the change that the figure shows


def diagnosis(results: Results, language: str) -> Chapter:
    """What the scheme before measured, and how its targets met what people reached."""
    say = partial(text, language=language)
    periods = _periods_before(results)
    schemes = _schemes_in(results, periods)
    rows = lead_rows(results, periods)
    rows = rows[rows["scheme"].isin([s.id for s in schemes])]
    share = reached(rows)
    categories = [
        c
        for c in CATEGORIES
        if any(results.client.kpis[m.kpi].category == c for s in schemes for m in s.measures)
    ]
    count = max(len(s.measures) for s in schemes)
    values = {
        "measures": count,
        "categories": len(categories),
        "share": percent(share.value, language),
        "n": share.n,
        "low": percent(share.low, language),
        "high": percent(share.high, language),
        "level": percent(LEVEL, language),
    }
    blocks: list[Block] = [
        Paragraph(
            say(
                "diagnosis.coverage",
                listed=say("phrase.join").join(say(f"category.{c}") for c in categories),
                **values,
            )
        ),
        _coverage(results, schemes, language),
        Heading(say("diagnosis.targets")),
        Paragraph(say("diagnosis.targets_text", spread=_spread(rows, language), **values)),
    ]
    if rows["attainment"].notna().any():
        with styled(language):
            blocks.append(_figure(rows, schemes, results, language))
    paid = results.payouts[results.payouts["period"].isin(periods)]
    if len(paid):
        blocks += [Heading(say("diagnosis.pay")), Paragraph(_concentration(paid, language))]
    key = "diagnosis.title_one" if count == 1 else "diagnosis.title_many"
    kpi = inside(results, schemes[0].measures[0].kpi, language)
    when = say("diagnosis.before" if results.windows.change else "diagnosis.now")
    return Chapter(
        "diagnosis",
        say("nav.diagnosis" if results.windows.change else "nav.diagnosis_now"),
        say("kicker.diagnosis"),
        say(key, kpi=kpi, when=when, **values),
        tuple(blocks),
    )


def _periods_before(results: Results) -> tuple[str, ...]:
    periods = results.pay_periods
    if results.windows.change:
        change = results.client.calendar.bounds(results.windows.change)[0]
        periods = tuple(p for p in periods if results.client.calendar.bounds(p)[1] < change)
    return periods[-MOST_PERIODS:]


def _schemes_in(results: Results, periods: tuple[str, ...]) -> list[Scheme]:
    held = set(results.scores.loc[results.scores["period"].isin(periods), "scheme"])
    return [s for s in results.schemes if s.id in held]


def _coverage(results: Results, schemes: list[Scheme], language: str) -> Table:
    say = partial(text, language=language)
    rows = []
    for category in CATEGORIES:
        inside = [
            name(results, m.kpi, language)
            for s in schemes
            for m in s.measures
            if results.client.kpis[m.kpi].category == category
        ]
        weights = [
            sum(m.weight for m in s.measures if results.client.kpis[m.kpi].category == category)
            for s in schemes
        ]
        listed = say("phrase.join").join(dict.fromkeys(inside)) or say("diagnosis.nothing")
        rows.append((say(f"category.{category}"), listed, percent(max(weights), language)))
    columns = (say("diagnosis.category"), say("diagnosis.kpis"), say("diagnosis.weight"))
    return Table(columns, tuple(rows))


def _spread(rows: pd.DataFrame, language: str) -> str:
    known = rows["attainment"].dropna()
    if known.empty:
        return text("phrase.none_known", language)
    low, middle, high = known.quantile([0.1, 0.5, 0.9])
    return text(
        "diagnosis.spread",
        language,
        low=percent(low, language),
        middle=percent(middle, language),
        high=percent(high, language),
    )


def _figure(rows: pd.DataFrame, schemes: list[Scheme], results: Results, language: str) -> Block:
    say = partial(text, language=language)
    order = rows["period"].map(results.client.calendar.bounds)
    ordered = rows.loc[order.sort_values().index]
    frame = pd.DataFrame(
        {
            "label": [period_name(p, language) for p in ordered["period"]],
            "attainment": ordered["attainment"].to_numpy(),
        }
    )
    n = ordered["participant"].nunique()
    titles = say("phrase.join").join(pick(s.title, language) for s in schemes)
    return attainment_spread(
        frame,
        say("diagnosis.at_target"),
        lambda x: percent(x, language),
        lambda k: f"n = {k}",
        say("diagnosis.figure_alt", n=n),
        say("diagnosis.figure_caption", n=n, scheme=titles),
    )


def _concentration(paid: pd.DataFrame, language: str) -> str:
    """How much of the pay went to the fifth that earned most, and how many earned nothing."""
    by_person = (
        paid.assign(payout=paid["payout"].astype(float))
        .groupby("participant")["payout"]
        .sum()
        .sort_values(ascending=False)
    )
    top = max(1, round(len(by_person) / 5))
    total = by_person.sum()
    share = by_person.head(top).sum() / total if total > 0 else float("nan")
    zero = int((paid["payout"].astype(float) <= 0).sum())
    return text(
        "diagnosis.concentration",
        language,
        top=top,
        n=len(by_person),
        share=percent(share, language),
        zero=zero,
        rows=number(len(paid), language),
    )
