"""Where a target comes from, with every factor on its way: length of the period, days employed, ramp."""

from __future__ import annotations

from functools import partial

import pandas as pd

from toolkit.appraise.ramp import ramp_shares
from toolkit.catalogue.kpi import Kpi
from toolkit.language import has_text, number, period_name, text
from toolkit.report.results import agreed_percent
from toolkit.report.statement.readings import exact_percent, exact_value
from toolkit.report.statement.subject import Subject
from toolkit.scheme.measure import Measure

_CLOSE = 1e-6  # relative: a table's target may be rounded


def target_words(subject: Subject, measure: Measure, language: str) -> str:
    """A target's source and calculation; where there is none, why."""
    rows = subject.tables["targets"]
    own = rows[(rows["measure"] == measure.name).to_numpy(dtype=bool)]
    basis = "" if own.empty or pd.isna(own.iloc[0]["basis"]) else str(own.iloc[0]["basis"])
    kpi, plain = subject.appraisal.client.kpis[measure.kpi], basis.removesuffix("_ramp")
    ramp = _ramp(subject) if basis.endswith("_ramp") else 1.0
    if plain == "fixed" and measure.target is not None and measure.target.fixed is not None:
        return _fixed_words(subject, measure, kpi, ramp, language)
    if plain.startswith("growth") and measure.target is not None and measure.target.growth is not None:
        return _growth_words(subject, measure, kpi, language)
    words = text(f"basis.{plain}", language) if has_text(f"basis.{plain}") else text("basis.given", language)
    if ramp == 1.0:
        return words
    whole = exact_value(float(own.iloc[0]["target"]) / ramp, kpi, subject.scheme.currency, language)
    share = exact_percent(ramp, language)
    return text("basis.ramped", language, words=words, sum=f"{whole} × {share}")


def _ramp(subject: Subject) -> float:
    """The share of a joiner's target that is owed in the period."""
    first = pd.Series([subject.appraisal.client.calendar.bounds(subject.period)[0]])
    hired = pd.Series([subject.appraisal.hired[subject.participant]])
    last = pd.Series([subject.roster["last_day"]])
    return float(ramp_shares(subject.scheme.ramp, hired, first, last)[0])


def _exposure(subject: Subject, measure: Measure) -> float:
    """The share of days employed that a target is scaled by: of whom it is set for."""
    found, card = subject.actual(measure.name), subject.card(measure.name)
    own = (measure.level or subject.scheme.level) == subject.scheme.level
    row = card if own or found is None else found
    return 1.0 if row is None or pd.isna(row["exposure"]) else float(row["exposure"])


def _fixed_words(subject: Subject, measure: Measure, kpi: Kpi, ramp: float, language: str) -> str:
    """`40 a month: 40 × 3 × 96.5 %`, each factor named."""
    say, rule, calendar = partial(text, language=language), measure.target, subject.appraisal.client.calendar
    assert rule is not None and rule.fixed is not None
    value = exact_value(rule.fixed, kpi, subject.scheme.currency, language)
    if not kpi.adds_over_time:
        return say("basis.fixed", value=value)
    per = rule.per or subject.scheme.score_every
    words, factors = [say("basis.fixed_per", value=value, per=say(f"grain.{per}"))], [value]
    given, due = (calendar.periods_per_year(g) for g in (per, calendar.grain_of(subject.period)))
    if given != due:
        words.append(say("basis.by_length"))
        factors.append(f"× {number(given // due, language)}" if given > due else f"÷ {due // given}")
    exposure = _exposure(subject, measure)
    if exposure != 1:
        words.append(say("basis.by_exposure"))
        factors.append(f"× {exact_percent(exposure, language)}")
    if ramp != 1:
        words.append(say("basis.by_ramp"))
        factors.append(f"× {exact_percent(ramp, language)}")
    listed = say("phrase.join").join(words)
    return listed if len(factors) == 1 else say("basis.sum", words=listed, sum=" ".join(factors))


def _growth_words(subject: Subject, measure: Measure, kpi: Kpi, language: str) -> str:
    """What a target grew from: `1,000 × (100 % + 10 %) ÷ 3`, and the days employed then and now."""
    say, rule, calendar = partial(text, language=language), measure.target, subject.appraisal.client.calendar
    assert rule is not None and rule.growth is not None
    before = calendar.year_before(subject.period)
    if rule.over == "previous_quarter":
        before = calendar.shift(calendar.within(subject.period, "quarter"), -1)
    base, now = subject.actual(measure.name, before), subject.actual(measure.name)
    values = {
        "growth": agreed_percent(rule.growth, language, signed=True),
        "before": period_name(before, language),
    }
    if base is None:
        return say("basis.growth", **values)
    shown = exact_value(float(base["value"]), kpi, subject.scheme.currency, language)
    sign = "+" if rule.growth >= 0 else "−"
    factors = [shown, f"× ({exact_percent(1, language)} {sign} {agreed_percent(abs(rule.growth), language)})"]
    words = [say("basis.growth", **values)]
    if kpi.adds_over_time:
        parts = calendar.periods_per_year(calendar.grain_of(subject.period))
        whole = calendar.periods_per_year(calendar.grain_of(before))
        if parts != whole:
            words.append(say("basis.by_length"))
            factors.append(f"÷ {parts // whole}")
        days = [1.0 if row is None else float(row["exposure"]) for row in (now, base)]
        if abs(days[0] - days[1]) > _CLOSE:
            words.append(say("basis.by_days_then_and_now"))
            factors.append(f"× {exact_percent(days[0], language)} ÷ {exact_percent(days[1], language)}")
    return say("basis.sum", words=say("phrase.join").join(words), sum=" ".join(factors))
