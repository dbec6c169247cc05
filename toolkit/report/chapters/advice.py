"""What the numbers warn of, and what to do next: rules in a fixed order of gravity, three of each on the page."""

from __future__ import annotations

from functools import partial

from toolkit.language import day, percent, period_name, pick, text
from toolkit.report.chapters.common import lead_rows, reached
from toolkit.report.results import Results
from toolkit.review.changes import CHANGED

CATEGORIES = ("result", "process", "quality", "growth")
FEW_REACH, MOST_REACH = 0.5, 0.9  # warning lines for the share of targets reached; RULES of the trade, quota
FEWEST_MEASURES = 5  # the article's advice is five to eight
NOTICEABLE = 0.02  # share of scorecard lines without a number
SHOWN = 3


def risks(results: Results, language: str) -> tuple[str, ...]:
    """The gravest three of what can be seen in the results."""
    say = partial(text, language=language)
    found = []
    if len(results.unpaid):
        found.append(say("risk.unpaid", n=results.unpaid["participant"].nunique()))
    found += _target_risks(results, language)
    if results.windows.change:
        people = int((results.windows.people["group"] == CHANGED).sum())
        found.append(say("risk.few_people", n=people, periods=len(results.windows.after)))
    found += _category_risks(results, language)
    if results.client.other_changes and results.windows.change:
        found.append(say("risk.other_changes", n=len(results.client.other_changes)))
    rows = results.scorecard[results.scorecard["period"].isin(results.windows.after)]
    blank = float((rows["missing"] != "").mean())
    if blank > NOTICEABLE:
        found.append(say("risk.missing", share=percent(blank, language, 1)))
    if not results.windows.change:
        found.append(say("risk.no_change"))
    return tuple(found[:SHOWN])


def _target_risks(results: Results, language: str) -> list[str]:
    share = reached(lead_rows(results, results.windows.after))
    values = {"share": percent(share.value, language), "n": share.n, "high": percent(share.high, language)}
    if share.high < FEW_REACH:
        return [text("risk.targets_too_high", language, **values)]
    return [text("risk.targets_too_low", language, **values)] if share.low > MOST_REACH else []


def _category_risks(results: Results, language: str) -> list[str]:
    """Categories of KPIs that a scheme does not look at, the new scheme first."""
    say = partial(text, language=language)
    found = []
    for scheme in results.shown_schemes:
        seen = {results.client.kpis[m.kpi].category for m in scheme.measures}
        missing = [say(f"category.{c}") for c in CATEGORIES if c not in seen]
        if missing:
            values = {"scheme": pick(scheme.title, language), "n": len(scheme.measures)}
            found.append(say("risk.categories", missing=say("phrase.join").join(missing), **values))
    return found


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
        actions += [say("next.keep_comparison", period=later), say("next.measure_again", period=later)]
    else:
        actions.append(say("next.design", period=soon))
    if any(len(s.measures) < FEWEST_MEASURES for s in results.shown_schemes):
        actions.append(say("next.choose_kpis", period=soon))
    actions.append(say("next.statements", date=day(results.client.end, language)))
    return tuple(actions[:SHOWN])
