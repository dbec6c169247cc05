"""Where an actual comes from: how many records, whose value it is, or who gave which rating."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from toolkit.data.panel.spine import UNASSIGNED
from toolkit.language import number, text
from toolkit.periods import named_period
from toolkit.report.phrases import count, span
from toolkit.report.results import agreed_percent
from toolkit.report.statement.readings import Shown, exact_number
from toolkit.report.statement.subject import Subject
from toolkit.scheme.measure import Measure


def actual_words(subject: Subject, measure: Measure, exact: Shown, language: str) -> str:
    """An actual's source: records, division, level; where there is none, why.

    Parameters
    ----------
    exact : function
        Writes a value of the measure in full.
    """
    say = partial(text, language=language)
    if measure.raters:
        return _rated_words(subject, measure, language)
    found = subject.actual(measure.name)
    if found is None:
        return say("explain.why_not_measured")
    parts = _level_words(subject, measure, language)
    if pd.notna(found["denominator"]) and found["denominator"] != 0:
        top, bottom = (exact_number(float(found[c]), language) for c in ("numerator", "denominator"))
        parts.append(say("explain.ratio", numerator=top, denominator=bottom))
    elif pd.notna(found["rows"]):
        parts.append(say("explain.rows", rows=count(int(found["rows"]), "row", language)))
    if found["missing"]:
        parts.append(missing_words(f"no_actual:{found['missing']}", language))
    return say("phrase.join").join(parts) or say("explain.given")


def _level_words(subject: Subject, measure: Measure, language: str) -> list[str]:
    level = measure.level or subject.scheme.level
    if level == "individual":
        return []
    whose = subject.whose[level]
    key = "nowhere" if whose == UNASSIGNED else level
    return [text(f"explain.level_{key}", language, whose=whose)]


def missing_words(missing: str, language: str) -> str:
    """Why a measure has no number: the scorecard's code in words."""
    code, _, detail = missing.partition(":")
    if code == "carried":
        return text("explain.why_carried", language, period=span([detail], language))
    return text(f"explain.why_{detail or code}", language)


def _rated_words(subject: Subject, measure: Measure, language: str) -> str:
    """The groups' means with how many gave them: `(4 × 10 % + 4.5 × 90 %) ÷ 100 %`."""
    say, groups = partial(text, language=language), _means(subject, measure)
    there = {kind: w for kind, w in measure.raters.items() if kind in groups}
    lacking = [say(f"explain.rater_{k}") for k in measure.raters if k not in there]
    if not there:
        return say("explain.why_not_rated")
    named, terms = [], []
    for kind, weight in there.items():
        mean, n = groups[kind]
        shown = exact_number(mean, language)
        named.append(
            say("explain.rated_by", who=say(f"explain.rater_{kind}"), mean=shown, n=number(n, language))
        )
        terms.append(f"{shown} × {agreed_percent(weight, language)}")
    total = " + ".join(terms)
    words = {"groups": say("phrase.join").join(named), "sum": total}
    if not lacking:
        return say("explain.rated", **words)
    whole = agreed_percent(sum(there.values()), language)
    words |= {"lacking": say("phrase.join").join(lacking), "sum": f"({total}) ÷ {whole}"}
    return say("explain.rated_some", **words)


def _means(subject: Subject, measure: Measure) -> dict[str, tuple[float, int]]:
    """Group of raters → mean and number of the ratings that lie in the period."""
    given, calendar = subject.appraisal.rated(subject.participant), subject.appraisal.client.calendar
    own = given[given["measure"].isin([measure.name, measure.kpi]) & given["rating"].notna()]
    start, end = calendar.bounds(subject.period)
    grain = subject.scheme.score_every

    def inside(period: object) -> bool:
        name = named_period(str(period), calendar, grain)
        try:
            first, last = calendar.bounds(name or "")
        except (KeyError, ValueError):  # no period of this calendar
            return False
        return bool(start <= first and last <= end)

    chosen = own[np.array([inside(period) for period in own["period"]], dtype=bool)]
    return {
        str(kind): (float(ratings.mean()), len(ratings)) for kind, ratings in chosen.groupby("kind")["rating"]
    }
