"""What the numbers warn of and what to do next: rules in an order of gravity, three of each on the page."""

from __future__ import annotations

from functools import partial

from toolkit.language import day, percent, period_name, pick, text
from toolkit.report.chapters.common import change_of, groups, headline_kpis, lead_rows, reached
from toolkit.report.phrases import any_of, count
from toolkit.report.results import Results
from toolkit.review.changes import CHANGED, UNCHANGED
from toolkit.scheme.scheme import Scheme

CATEGORIES = ("result", "process", "quality", "growth")
FEW_REACH, MOST_REACH = 0.5, 0.9  # warning lines for the share of targets reached; our own, custom is 60-70 %
FEWEST_MEASURES = 5  # the article's advice is five to eight
NOTICEABLE = 0.02  # share of scorecard lines without a number; our own
WIDE = 0.10  # half an interval above which only a large change shows; our own
SHOWN = 3


def risks(results: Results, language: str) -> tuple[str, ...]:
    """The gravest three of what can be seen in the results."""
    say = partial(text, language=language)
    found = []
    if len(results.unpaid):
        people = count(results.unpaid["participant"].nunique(), "person", language)
        found.append(say("risk.unpaid", people=people))
    found += [*_target_risks(results, language), *_comparison_risks(results, language)]
    found += _category_risks(results, language)
    if results.client.other_changes and results.windows.change:
        others = count(len(results.client.other_changes), "other_change", language)
        found.append(say("risk.other_changes", changes=others))
    blank = float((results.within(results.scorecard, results.windows.after)["missing"] != "").mean())
    if blank > NOTICEABLE:
        found.append(say("risk.missing", share=percent(blank, language, 1 if blank < 0.1 else 0)))
    if not results.windows.change:
        found.append(say("risk.no_change"))
    return tuple(found[:SHOWN]) or (say("risk.none"),)


def _target_risks(results: Results, language: str) -> list[str]:
    share = reached(lead_rows(results, results.windows.after))
    values = {
        "share": percent(share.value, language),
        "targets": count(share.n, "target", language),
        "high": percent(share.high, language),
    }
    if share.high < FEW_REACH:
        return [text("risk.targets_too_high", language, **values)]
    return [text("risk.targets_too_low", language, **values)] if share.low > MOST_REACH else []


def _comparison_risks(results: Results, language: str) -> list[str]:
    """What keeps a change from being put down to the scheme: nobody to compare with, or too few to see it."""
    if not results.windows.change:
        return []
    found = [] if UNCHANGED in groups(results) else [text("risk.no_comparison", language)]
    change = change_of(results, headline_kpis(results)[0], CHANGED)
    if not (change.high - change.low) / 2 <= WIDE:  # also where there is no interval
        values = {
            "people": count(int((results.windows.people["group"] == CHANGED).sum()), "person", language),
            "periods": count(len(results.windows.after), "pay_period", language),
        }
        found.append(text("risk.few_people", language, **values))
    return found


def _category_risks(results: Results, language: str) -> list[str]:
    """The scheme, a new one where there is one, that leaves out most categories of KPIs."""
    new = [s for s in results.shown_schemes if s.id in results.windows.new_schemes]
    gaps = {s.id: _left_out(s, results) for s in new or results.shown_schemes}
    if not any(gaps.values()):
        return []
    worst = max(gaps, key=lambda scheme: len(gaps[scheme]))
    scheme = results.schemes[worst]
    values = {
        "scheme": pick(scheme.title, language),
        "measures": count(len(scheme.measures), "measure", language),
        "missing": any_of([text(f"category.{c}", language) for c in gaps[worst]], language),
    }
    return [text("risk.categories", language, **values)]


def _left_out(scheme: Scheme, results: Results) -> list[str]:
    seen = {results.client.kpis[m.kpi].category for m in scheme.measures}
    return [c for c in CATEGORIES if c not in seen]


def next_steps(results: Results, language: str) -> tuple[str, ...]:
    """Three actions with who and when; the days follow from the engagement's calendar."""
    say = partial(text, language=language)
    calendar = results.client.calendar
    last = results.pay_periods[-1]
    year = calendar.periods_per_year(calendar.grain_of(last))
    soon = period_name(calendar.shift(last, 1), language)
    later = period_name(calendar.shift(last, year), language)
    actions = [say("next.unpaid")] if len(results.unpaid) else []
    if _target_risks(results, language):
        actions.append(say("next.targets", period=soon))
    if results.windows.change:
        if UNCHANGED in groups(results):
            actions.append(say("next.keep_comparison", period=later))
        actions.append(say("next.measure_again", period=later))
    else:
        actions.append(say("next.design", period=soon))
    if any(len(s.measures) < FEWEST_MEASURES for s in results.shown_schemes):
        actions.append(say("next.choose_kpis", period=soon))
    actions.append(say("next.statements", date=day(results.client.end, language)))
    return tuple(actions[:SHOWN])
