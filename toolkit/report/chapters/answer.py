"""The answer on one page: what happened, what was paid, what is risky, what to do next."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from toolkit.language import day, money, number, percent, period_name, pick, text
from toolkit.report.blocks import Answer, Chapter, Columns, Fact, Points, Table
from toolkit.report.chapters.common import (
    change_of,
    group_name,
    groups,
    headline_kpis,
    lead_rows,
    name,
    reached,
)
from toolkit.report.phrases import moved, span, with_interval
from toolkit.report.results import Results
from toolkit.review.changes import CHANGED, SAME_PERIODS_LAST_YEAR, UNCHANGED
from toolkit.stats import LEVEL

Say = Callable[..., str]


def answer(results: Results, language: str) -> Chapter:
    """The one-page answer.

    Parameters
    ----------
    results : Results
    language : str
        en or zh.
    """
    say = partial(text, language=language)
    facts = _facts(results, language, say)
    blocks = (
        _table(results, language, say),
        Columns(
            Points(say("answer.risks"), _risks(results, language, say)),
            Points(say("answer.next"), _next(results, language, say)),
        ),
    )
    box = Answer(_lead(results, language, say), tuple(facts), blocks)
    return Chapter("answer", say("nav.answer"), "", "", (box,))


def title(results: Results, language: str) -> str:
    """The report's title: what it found, in a sentence."""
    say = partial(text, language=language)
    kpi = headline_kpis(results)[0]
    if not results.windows.change:
        share = reached(lead_rows(results, results.pay_periods))
        hit = round(share.value * share.n)
        return say(
            "answer.title_unchanged",
            hit=hit,
            n=share.n,
            kpi=name(results, kpi, language),
            moved=moved(change_of(results, kpi, groups(results)[0]), language),
        )
    new = moved(change_of(results, kpi, CHANGED), language)
    if UNCHANGED in groups(results):
        pair = [change_of(results, kpi, g) for g in (CHANGED, UNCHANGED)]
        if language == "en" and (all(c.low > 0 for c in pair) or all(c.high < 0 for c in pair)):
            size = percent(abs(pair[1].estimate), language)
            return say("answer.title_both", kpi=name(results, kpi, language), new=new, size=size)
        old = moved(change_of(results, kpi, UNCHANGED), language)
        return say("answer.title_compared", kpi=name(results, kpi, language), new=new, old=old)
    return say("answer.title_alone", kpi=name(results, kpi, language), new=new)


def kicker(results: Results, language: str) -> str:
    """The line above the title: client, people, period, schemes."""
    client, say = results.client, partial(text, language=language)
    people = results.windows.people
    return " · ".join(
        [
            pick(client.client, language),
            say("answer.people", people=len(people), teams=people["team"].nunique()),
            span(results.windows.after, language),
            say("answer.schemes", schemes=", ".join(s.id for s in results.shown_schemes)),
        ]
    )


def _lead(results: Results, language: str, say: Say) -> str:
    after, before = span(results.windows.after, language), span(results.windows.before, language)
    kpi = headline_kpis(results)[0]
    if not results.windows.change:
        share = reached(lead_rows(results, results.pay_periods))
        median = lead_rows(results, results.pay_periods)["attainment"].median()
        return say(
            "answer.lead_unchanged",
            share=percent(share.value, language),
            n=share.n,
            median=percent(median, language),
            kpi=name(results, kpi, language),
            after=after,
            before=before,
            change=with_interval(change_of(results, kpi, groups(results)[0]), language, LEVEL),
        )
    values = {
        "kpi": name(results, kpi, language),
        "after": after,
        "before": before,
        "new": with_interval(change_of(results, kpi, CHANGED), language, LEVEL),
    }
    if UNCHANGED in groups(results):
        return say(
            "answer.lead_compared",
            old=with_interval(change_of(results, kpi, UNCHANGED), language, LEVEL),
            **values,
        )
    return say("answer.lead_alone", **values)


def _facts(results: Results, language: str, say: Say) -> list[Fact]:
    """Up to four numbers: two KPIs' changes, the targets reached, the money."""
    facts = []
    shown = groups(results)
    kpis = headline_kpis(results)[:2] if results.windows.change else headline_kpis(results)[:1]
    for kpi in kpis:
        change = change_of(results, kpi, shown[0])
        if math.isnan(change.estimate):
            continue
        beside = ""
        if len(shown) > 1:
            beside = say(
                "answer.fact_beside",
                other=percent(change_of(results, kpi, shown[1]).estimate, language, signed=True),
            )
        interval = (
            ""
            if math.isnan(change.low)
            else say(
                "answer.fact_interval",
                level=percent(LEVEL, language),
                low=percent(change.low, language, signed=True),
                high=percent(change.high, language, signed=True),
            )
        )
        label = say(
            "answer.fact_change",
            kpi=name(results, kpi, language),
            interval=interval,
            group=group_name(shown[0], language),
            beside=beside,
        )
        facts.append(Fact(percent(change.estimate, language, signed=True), label, "descriptive"))
    share = reached(lead_rows(results, results.windows.after))
    facts.append(
        Fact(
            percent(share.value, language),
            say(
                "answer.fact_reached",
                n=share.n,
                low=percent(share.low, language),
                high=percent(share.high, language),
                level=percent(LEVEL, language),
            ),
        )
    )
    if not results.windows.change:
        score = results.scorecard[results.scorecard["period"].isin(results.pay_periods)]["attainment"]
        facts.append(
            Fact(percent(score.median(), language), say("answer.fact_median", n=int(score.notna().sum())))
        )
    paid = results.payouts[results.payouts["period"].isin(results.windows.after)]
    total = float(paid["payout"].sum())
    facts.append(
        Fact(
            money(total, results.client.currency, language),
            say(
                "answer.fact_paid",
                after=span(results.windows.after, language),
                n=paid["participant"].nunique(),
            ),
        )
    )
    return facts[:4]


def _table(results: Results, language: str, say: Say) -> Table:
    rows = []
    periods = [p for p in results.windows.after if p in results.pay_periods]
    for scheme in results.shown_schemes:
        paid = results.payouts[
            (results.payouts["scheme"] == scheme.id) & results.payouts["period"].isin(periods)
        ]
        scores = results.scores[
            (results.scores["scheme"] == scheme.id) & results.scores["period"].isin(periods)
        ]
        share = reached(lead_rows(results, tuple(periods)).query("scheme == @scheme.id"))
        each = float(paid["payout"].sum()) / max(len(paid), 1)
        rows.append(
            (
                pick(scheme.title, language), str(paid["participant"].nunique()), number(scores["score"].median(), language, 1),
                percent(share.value, language), money(float(paid["payout"].sum()), scheme.currency, language),
                money(each, scheme.currency, language), str(int((paid["payout"].astype(float) <= 0).sum())),
            )
        )  # fmt: skip
    columns = ("scheme", "people", "median_score", "reached", "paid", "each", "zero")
    return Table(
        tuple(say(f"answer.column_{c}") for c in columns),
        tuple(rows),
        say("answer.table", after=span(periods, language)),
    )


def _risks(results: Results, language: str, say: Say) -> tuple[str, ...]:
    """The three gravest of what the numbers show, in a fixed order of gravity."""
    found = []
    if len(results.unpaid):
        found.append(say("risk.unpaid", n=results.unpaid["participant"].nunique()))
    share = reached(lead_rows(results, results.windows.after))
    if share.high < 0.5:
        found.append(
            say(
                "risk.targets_too_high",
                share=percent(share.value, language),
                n=share.n,
                high=percent(share.high, language),
            )
        )
    if share.low > 0.9:
        found.append(say("risk.targets_too_low", share=percent(share.value, language), n=share.n))
    for scheme in results.shown_schemes:
        missing = [
            c
            for c in ("result", "process", "quality", "growth")
            if c not in {results.client.kpis[m.kpi].category for m in scheme.measures}
        ]
        if missing:
            listed = say("phrase.join").join(say(f"category.{c}") for c in missing)
            found.append(
                say(
                    "risk.categories",
                    scheme=pick(scheme.title, language),
                    n=len(scheme.measures),
                    missing=listed,
                )
            )
    if results.windows.change:
        n = int((results.windows.people["group"] == CHANGED).sum())
        found.append(say("risk.few_people", n=n, periods=len(results.windows.after)))
    if results.client.other_changes and results.windows.change:
        found.append(say("risk.other_changes", n=len(results.client.other_changes)))
    rows = results.scorecard[results.scorecard["period"].isin(results.windows.after)]
    blank = (rows["missing"] != "").mean()
    if blank > 0.02:
        found.append(say("risk.missing", share=percent(blank, language, 1)))
    if not results.windows.change:
        found.append(say("risk.no_change"))
    return tuple(found[:3])


def _next(results: Results, language: str, say: Say) -> tuple[str, ...]:
    """Three actions with who and when; the days follow from the engagement's calendar."""
    calendar = results.client.calendar
    last = results.pay_periods[-1]
    grain = calendar.grain_of(last)
    one, four = calendar.shift(last, 1), calendar.shift(last, calendar.periods_per_year(grain))
    actions = []
    if len(results.unpaid):
        actions.append(say("next.unpaid"))
    share = reached(lead_rows(results, results.windows.after))
    if share.high < 0.5 or share.low > 0.9:
        actions.append(say("next.targets", period=period_name(one, language)))
    if results.windows.change:
        actions.append(say("next.keep_comparison", period=period_name(four, language)))
        actions.append(say("next.measure_again", period=period_name(four, language)))
    else:
        actions.append(say("next.design", period=period_name(one, language)))
    if any(len(s.measures) < 5 for s in results.shown_schemes):
        actions.append(say("next.choose_kpis", period=period_name(one, language)))
    actions.append(say("next.statements", date=day(results.client.end, language)))
    return tuple(actions[:3])
