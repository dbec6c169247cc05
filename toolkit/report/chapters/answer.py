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
from toolkit.report.phrases import count, moved, span, with_interval
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
        return _title_unchanged(results, kpi, language)
    values = {"kpi": name(results, kpi, language), "new": moved(change_of(results, kpi, CHANGED), language)}
    if UNCHANGED not in groups(results):
        return say("answer.title_alone", **values)
    pair = [change_of(results, kpi, g) for g in (CHANGED, UNCHANGED)]
    if language == "en" and (all(c.low > 0 for c in pair) or all(c.high < 0 for c in pair)):
        return say("answer.title_both", size=percent(abs(pair[1].estimate), language), **values)
    return say("answer.title_compared", old=moved(pair[1], language), **values)


def _title_unchanged(results: Results, kpi: str, language: str) -> str:
    """How many targets were reached, and how the first KPI moved where there is something to compare with."""
    say = partial(text, language=language)
    share = reached(lead_rows(results, results.pay_periods))
    values = {
        "hit": number(round(share.value * share.n) if share.n else 0, language),
        "targets": count(share.n, "target", language),
        "after": span(results.windows.after, language),
        "kpi": inside(results, kpi, language),
    }
    if not results.windows.before:
        return say("answer.title_single" if share.n else "answer.title_nothing", **values)
    change = moved(change_of(results, kpi, groups(results)[0]), language)
    return say(
        "answer.title_unchanged" if share.n else "answer.title_untargeted",
        before=span(results.windows.before, language),
        moved=change,
        **values,
    )


def kicker(results: Results, language: str) -> str:
    """The line above the title: client, people, period, schemes."""
    say = partial(text, language=language)
    people, teams = results.windows.people, results.windows.people["team"].nunique()
    who = count(len(people), "person", language)
    shown = say("phrase.join").join(s.id for s in results.shown_schemes)
    parts = [
        pick(results.client.client, language),
        say("answer.people", people=who, teams=count(teams, "team", language)) if teams else who,
        span(results.windows.after, language),
        say("answer.scheme" if len(results.shown_schemes) == 1 else "answer.schemes", schemes=shown),
    ]
    return " · ".join(parts)


def _lead(results: Results, language: str) -> str:
    say = partial(text, language=language)
    if not results.windows.change:
        return _lead_unchanged(results, language)
    kpi = headline_kpis(results)[0]
    values = {
        "kpi": name(results, kpi, language),
        "after": span(results.windows.after, language),
        "before": span(results.windows.before, language),
        "new": with_interval(change_of(results, kpi, CHANGED), language, LEVEL),
    }
    if UNCHANGED not in groups(results):
        return say("answer.lead_alone", **values)
    old = with_interval(change_of(results, kpi, UNCHANGED), language, LEVEL)
    return say("answer.lead_compared", old=old, **values)


def _lead_unchanged(results: Results, language: str) -> str:
    """No change of scheme: targets reached, and the first KPI's change where there is an earlier window."""
    say = partial(text, language=language)
    rows = lead_rows(results, results.pay_periods)
    share = reached(rows)
    sentences = [say("answer.lead_unchanged")]
    if share.n:
        values = {
            "share": percent(share.value, language),
            "targets": count(share.n, "target", language),
            "median": percent(rows["attainment"].median(), language),
        }
        sentences.append(say("answer.lead_reached", **values))
    if results.windows.before:
        kpi = headline_kpis(results)[0]
        change = with_interval(change_of(results, kpi, groups(results)[0]), language, LEVEL)
        spans = {w: span(getattr(results.windows, w), language) for w in ("after", "before")}
        sentences.append(say("answer.lead_change", kpi=name(results, kpi, language), change=change, **spans))
    return say("phrase.space").join(sentences)


def _facts(results: Results, language: str) -> list[Fact]:
    """Up to four numbers: KPIs' changes, the targets reached, the money."""
    say = partial(text, language=language)
    kpis = headline_kpis(results)[: 2 if results.windows.change else 1]
    facts = [fact for kpi in kpis if (fact := _change_fact(results, kpi, language)) is not None]
    share = reached(lead_rows(results, results.windows.after))
    if share.n:
        bounds = {"low": percent(share.low, language), "high": percent(share.high, language)}
        targets = count(share.n, "target", language)
        label = say("answer.fact_reached", targets=targets, level=percent(LEVEL, language), **bounds)
        facts.append(Fact(percent(share.value, language), label))
    known = lead_rows(results, results.pay_periods)["attainment"].dropna()
    if not results.windows.change and len(known):
        label = say("answer.fact_median", targets=count(len(known), "target", language))
        facts.append(Fact(percent(known.median(), language), label))
    paid = results.within(results.payouts, results.windows.after)
    people = count(paid["participant"].nunique(), "person", language)
    label = say("answer.fact_paid", after=span(results.windows.after, language), people=people)
    facts.append(Fact(money(paid["payout"].astype(float).sum(), results.client.currency, language), label))
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
        group = group_name(shown[1], language)
        beside = say("answer.fact_beside", group=group, other=percent(other, language, signed=True))
    group = group_name(shown[0], language)
    label = say(
        "answer.fact_change", kpi=name(results, kpi, language), group=group, interval=interval, beside=beside
    )
    return Fact(percent(change.estimate, language, signed=True), label, "descriptive")


def _table(results: Results, language: str) -> Table:
    say = partial(text, language=language)
    periods = results.windows.after
    rows = tuple(_scheme_row(scheme, periods, results, language) for scheme in results.shown_schemes)
    columns = ("scheme", "people", "median_score", "reached", "paid", "each", "zero")
    caption = say("answer.table", after=span(periods, language))
    return Table(tuple(say(f"answer.column_{c}") for c in columns), rows, caption)


def _scheme_row(scheme: Scheme, periods: tuple[str, ...], results: Results, language: str) -> tuple[str, ...]:
    paid, scores, main = (
        rows[rows["scheme"] == scheme.id]
        for rows in (
            results.within(results.payouts, periods),
            results.within(results.scores, periods),
            lead_rows(results, periods),
        )
    )
    total = paid["payout"].astype(float).sum()
    return (
        pick(scheme.title, language),
        number(paid["participant"].nunique(), language),
        number(scores["score"].median(), language, 1),
        percent(reached(main).value, language),
        money(total, scheme.currency, language),
        money(total / len(paid), scheme.currency, language) if len(paid) else "–",
        number(int((paid["payout"].astype(float) <= 0).sum()), language),
    )
