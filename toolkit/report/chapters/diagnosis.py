"""Diagnosis of the scheme before, or of the one in force where none changed: its measures and its targets."""

from __future__ import annotations

from functools import partial

import pandas as pd

from toolkit.language import number, percent, period_name, pick, text
from toolkit.report.blocks import Block, Chapter, Heading, Paragraph, Table
from toolkit.report.chapters.advice import CATEGORIES
from toolkit.report.chapters.common import inside, lead_rows, name, reached
from toolkit.report.chapters.design_parts import design_blocks, sign_blocks
from toolkit.report.charts import attainment_spread
from toolkit.report.look import styled
from toolkit.report.phrases import count
from toolkit.report.results import Results, agreed_percent
from toolkit.scheme.scheme import Scheme
from toolkit.stats import LEVEL

MOST_PERIODS = 4  # the last pay periods before the change that the figure shows


def diagnosis(results: Results, language: str) -> Chapter:
    """What the scheme before measured, and how its targets met what people reached."""
    say = partial(text, language=language)
    periods = _periods_before(results)
    schemes = _schemes_in(results, periods)
    rows = lead_rows(results, periods)
    seen = {results.client.kpis[m.kpi].category for s in schemes for m in s.measures}
    categories = [c for c in CATEGORIES if c in seen]
    most = max(len(s.measures) for s in schemes)
    values = {
        "measures": count(most, "measure", language),
        "categories": number(len(categories), language),
        "listed": say("phrase.join").join(say(f"category.{c}") for c in categories),
    }
    blocks: list[Block] = [
        Paragraph(say("diagnosis.coverage" if len(schemes) == 1 else "diagnosis.coverage_each", **values)),
        _coverage(results, schemes, language),
        Heading(say("diagnosis.targets")),
        Paragraph(_targets(rows, language)),
    ]
    if rows["attainment"].notna().any():
        with styled(language):
            blocks.append(_figure(rows, schemes, results, language))
    paid = results.within(results.payouts, periods)
    if len(paid):
        blocks += [Heading(say("diagnosis.pay")), Paragraph(_concentration(paid, language))]
    blocks += [*design_blocks(results, [s.id for s in schemes], language), *sign_blocks(results, language)]
    nav = say("nav.diagnosis" if results.windows.change else "nav.diagnosis_now")
    title = _title(schemes, rows, values, results, language)
    return Chapter("diagnosis", nav, say("kicker.diagnosis"), title, tuple(blocks))


def _title(
    schemes: list[Scheme], rows: pd.DataFrame, values: dict[str, str], results: Results, language: str
) -> str:
    """What the scheme looked at, and how many targets were reached where any is known."""
    kpis = {m.kpi for s in schemes for m in s.measures}
    one = len(kpis) == 1 and len(schemes) == 1
    when = "before" if results.windows.change else "now"
    looked = text(
        f"diagnosis.{'one' if one else 'many' if len(schemes) == 1 else 'several'}_{when}",
        language,
        kpi=inside(results, schemes[0].measures[0].kpi, language),
        schemes=count(len(schemes), "scheme", language),
        **values,
    )
    share = reached(rows)
    if not share.n:
        return looked
    return looked + text("diagnosis.title_reached", language, share=percent(share.value, language))


def _targets(rows: pd.DataFrame, language: str) -> str:
    """Targets reached with their interval, and how attainment spreads."""
    share = reached(rows)
    if not share.n:
        return text("phrase.none_known", language)
    low, middle, high = rows["attainment"].dropna().quantile([0.1, 0.5, 0.9])
    values = {
        "targets": count(share.n, "target", language),
        "share": percent(share.value, language),
        "low": percent(share.low, language),
        "high": percent(share.high, language),
        "level": percent(LEVEL, language),
        "tenth": percent(low, language),
        "middle": percent(middle, language),
        "ninetieth": percent(high, language),
    }
    return text("diagnosis.targets_text", language, **values)


def _periods_before(results: Results) -> tuple[str, ...]:
    periods = results.pay_periods
    if results.windows.change:
        periods = periods[: periods.index(results.windows.change)]
    return periods[-MOST_PERIODS:]


def _schemes_in(results: Results, periods: tuple[str, ...]) -> list[Scheme]:
    held = set(results.within(results.scores, periods)["scheme"])
    return [s for s in results.schemes if s.id in held]


def _coverage(results: Results, schemes: list[Scheme], language: str) -> Table:
    """Each category's KPIs and weight; of several schemes the weight where it is greatest."""
    say = partial(text, language=language)
    rows = []
    for category in CATEGORIES:
        found = [[m for m in s.measures if results.client.kpis[m.kpi].category == category] for s in schemes]
        kpis = dict.fromkeys(name(results, m.kpi, language) for measures in found for m in measures)
        weight = max(sum(m.weight for m in measures) for measures in found)
        listed = say("phrase.join").join(kpis) or say("diagnosis.nothing")
        rows.append((say(f"category.{category}"), listed, agreed_percent(weight, language)))
    heaviest = "diagnosis.weight" if len(schemes) == 1 else "diagnosis.weight_greatest"
    return Table((say("diagnosis.category"), say("diagnosis.kpis"), say(heaviest)), tuple(rows))


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
    people = count(ordered["participant"].nunique(), "person", language)
    titles = say("phrase.join").join(pick(s.title, language) for s in schemes)
    return attainment_spread(
        frame,
        say("diagnosis.at_target"),
        lambda x: percent(x, language),
        lambda k: f"n = {k}",
        say("diagnosis.figure_alt", people=people),
        say("diagnosis.figure_caption", people=people, scheme=titles),
    )


def _concentration(paid: pd.DataFrame, language: str) -> str:
    """How much of the pay went to the fifth that earned most, and how many earned nothing."""
    by_person = (
        paid.assign(payout=paid["payout"].astype(float))
        .groupby("participant")["payout"]
        .sum()
        .sort_values(ascending=False)
    )
    top, total = max(1, round(len(by_person) / 5)), by_person.sum()
    zero = int((paid["payout"].astype(float) <= 0).sum())
    if total <= 0:
        return text("diagnosis.paid_nothing", language)
    values = {
        "top": number(top, language),
        "n": number(len(by_person), language),
        "share": percent(by_person.head(top).sum() / total, language),
        "zero": number(zero, language),
        "payouts": count(len(paid), "payout", language),
    }
    return text("diagnosis.concentration" if zero else "diagnosis.concentration_no_zero", language, **values)
