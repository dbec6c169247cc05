"""The answer on one page: what happened, what was paid, what is risky, what to do next."""

from __future__ import annotations

import math
from functools import partial

from toolkit.language import money, number, percent, pick, text
from toolkit.report.blocks import Answer, Chapter, Columns, Fact, Points, Table
from toolkit.report.chapters.advice import next_steps, risks
from toolkit.report.chapters.common import (
    change_of,
    group_name,
    groups,
    headline_kpis,
    inside,
    lead_rows,
    name,
    reached,
)
from toolkit.report.phrases import moved, span, with_interval
from toolkit.report.results import Results
from toolkit.review.changes import CHANGED, UNCHANGED
from toolkit.scheme.scheme import Scheme
from toolkit.stats import LEVEL


def answer(results: Results, language: str) -> Chapter:
    """The one-page answer.

    Parameters
    ----------
    results : Results
    language : str
        en or zh.
    """
    say = partial(text, language=language)
    todo = Columns(
        Points(say("answer.risks"), risks(results, language)),
        Points(say("answer.next"), next_steps(results, language)),
    )
    box = Answer(
        _lead(results, language), tuple(_facts(results, language)), (_table(results, language), todo)
    )
    head = kicker(results, language), title(results, language)
    return Chapter("answer", say("nav.answer"), *head, (box,), front=True)


def title(results: Results, language: str) -> str:
    """The report's title: what it found, in a sentence."""
    say = partial(text, language=language)
    kpi = headline_kpis(results)[0]
    if not results.windows.change:
        share = reached(lead_rows(results, results.pay_periods))
        change = moved(change_of(results, kpi, groups(results)[0]), language)
        hit = round(share.value * share.n) if share.n else 0
        return say(
            "answer.title_unchanged", hit=hit, n=share.n, kpi=inside(results, kpi, language), moved=change
        )
    values = {"kpi": name(results, kpi, language), "new": moved(change_of(results, kpi, CHANGED), language)}
    if UNCHANGED not in groups(results):
        return say("answer.title_alone", **values)
    pair = [change_of(results, kpi, g) for g in (CHANGED, UNCHANGED)]
    if language == "en" and (all(c.low > 0 for c in pair) or all(c.high < 0 for c in pair)):
        return say("answer.title_both", size=percent(abs(pair[1].estimate), language), **values)
    return say("answer.title_compared", old=moved(pair[1], language), **values)


def kicker(results: Results, language: str) -> str:
    """The line above the title: client, people, period, schemes."""
    say = partial(text, language=language)
    people = results.windows.people
    parts = [
        pick(results.client.client, language),
        say("answer.people", people=len(people), teams=people["team"].nunique()),
        span(results.windows.after, language),
        say("answer.schemes", schemes=", ".join(s.id for s in results.shown_schemes)),
    ]
    return " · ".join(parts)


def _lead(results: Results, language: str) -> str:
    say = partial(text, language=language)
    kpi = headline_kpis(results)[0]
    values = {
        "kpi": name(results, kpi, language),
        "after": span(results.windows.after, language),
        "before": span(results.windows.before, language),
    }
    if results.windows.change:
        values["new"] = with_interval(change_of(results, kpi, CHANGED), language, LEVEL)
        if UNCHANGED not in groups(results):
            return say("answer.lead_alone", **values)
        old = with_interval(change_of(results, kpi, UNCHANGED), language, LEVEL)
        return say("answer.lead_compared", old=old, **values)
    rows = lead_rows(results, results.pay_periods)
    share = reached(rows)
    return say(
        "answer.lead_unchanged",
        share=percent(share.value, language),
        n=share.n,
        median=percent(rows["attainment"].median(), language),
        change=with_interval(change_of(results, kpi, groups(results)[0]), language, LEVEL),
        **values,
    )


def _facts(results: Results, language: str) -> list[Fact]:
    """Up to four numbers: KPIs' changes, the targets reached, the money."""
    say = partial(text, language=language)
    kpis = headline_kpis(results)[: 2 if results.windows.change else 1]
    facts = [fact for kpi in kpis if (fact := _change_fact(results, kpi, language)) is not None]
    share = reached(lead_rows(results, results.windows.after))
    bounds = {"low": percent(share.low, language), "high": percent(share.high, language)}
    label = say("answer.fact_reached", n=share.n, level=percent(LEVEL, language), **bounds)
    facts.append(Fact(percent(share.value, language), label))
    if not results.windows.change:
        known = lead_rows(results, results.pay_periods)["attainment"].dropna()
        facts.append(Fact(percent(known.median(), language), say("answer.fact_median", n=len(known))))
    paid = results.payouts[results.payouts["period"].isin(results.windows.after)]
    label = say(
        "answer.fact_paid", after=span(results.windows.after, language), n=paid["participant"].nunique()
    )
    facts.append(Fact(money(float(paid["payout"].sum()), results.client.currency, language), label))
    return facts[:4]


def _change_fact(results: Results, kpi: str, language: str) -> Fact | None:
    say = partial(text, language=language)
    shown = groups(results)
    change = change_of(results, kpi, shown[0])
    if math.isnan(change.estimate):
        return None
    interval = beside = ""
    if not math.isnan(change.low):
        bounds = {
            "low": percent(change.low, language, signed=True),
            "high": percent(change.high, language, signed=True),
        }
        interval = say("answer.fact_interval", level=percent(LEVEL, language), **bounds)
    if len(shown) > 1:
        other = change_of(results, kpi, shown[1]).estimate
        beside = say("answer.fact_beside", other=percent(other, language, signed=True))
    group = group_name(shown[0], language)
    label = say(
        "answer.fact_change", kpi=name(results, kpi, language), group=group, interval=interval, beside=beside
    )
    return Fact(percent(change.estimate, language, signed=True), label, "descriptive")


def _table(results: Results, language: str) -> Table:
    say = partial(text, language=language)
    periods = tuple(p for p in results.windows.after if p in results.pay_periods)
    rows = tuple(_scheme_row(scheme, periods, results, language) for scheme in results.shown_schemes)
    columns = ("scheme", "people", "median_score", "reached", "paid", "each", "zero")
    caption = say("answer.table", after=span(periods, language)) if periods else ""
    return Table(tuple(say(f"answer.column_{c}") for c in columns), rows, caption)


def _scheme_row(scheme: Scheme, periods: tuple[str, ...], results: Results, language: str) -> tuple[str, ...]:
    paid = results.payouts[(results.payouts["scheme"] == scheme.id) & results.payouts["period"].isin(periods)]
    scores = results.scores[(results.scores["scheme"] == scheme.id) & results.scores["period"].isin(periods)]
    main = lead_rows(results, periods)
    total = float(paid["payout"].sum())
    return (
        pick(scheme.title, language),
        str(paid["participant"].nunique()),
        number(scores["score"].median(), language, 1),
        percent(reached(main[main["scheme"] == scheme.id]).value, language),
        money(total, scheme.currency, language),
        money(total / max(len(paid), 1), scheme.currency, language),
        str(int((paid["payout"].astype(float) <= 0).sum())),
    )
