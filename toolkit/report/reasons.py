"""Why an amount was adjusted, why a payout is zero, why somebody has none: the tables' codes in words."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from toolkit.appraise.appraisal import Appraisal
from toolkit.language import amount, percent, period_name, pick, text
from toolkit.money import minor_digits
from toolkit.periods import NAME
from toolkit.report.phrases import span
from toolkit.report.results import Results, agreed_number, agreed_percent, inline
from toolkit.report.statement.readings import exact_percent
from toolkit.scheme.scheme import Scheme

_KEY = ["scheme", "participant", "period"]


def who(results: Results, participant: str) -> str:
    """A participant as the page names them."""
    return results.names.get(participant, participant)


def step_name(row: Mapping[Hashable, Any], language: str) -> str:
    """What a step of pay is called: Gate, Cap, Holdback, ..."""
    return text(f"step.{row['step']}", language)


def adjustment_reason(row: Mapping[Hashable, Any], appraisal: Appraisal, language: str) -> str:
    """An adjustment's reason in the page's language.

    Parameters
    ----------
    row : mapping
        A row of the adjustments table: step, and what the step read.
    """
    scheme = appraisal.schemes[row["scheme"]]
    values = _values(row, appraisal, scheme, language)
    return text(f"reason.{_variant(row)}", language, **values)


def _variant(row: Mapping[Hashable, Any]) -> str:
    """Which sentence of a step fits the row."""
    step = str(row["step"])
    if step == "modifier":
        by = "grade" if _given(row, "grade") else "two" if _given(row, "with") else "one"
        return f"modifier_{by}" if by != "one" or _given(row, "attainment") else "modifier_actual"
    if step in ("gate", "veto"):
        kind = step if step == "gate" else "veto_item" if _given(row, "item") else "veto_measure"
        return kind if row["pays"] else f"{kind}_nothing"
    if step == "cap":
        return "cap_ratio" if _given(row, "factor") else "cap_amount"
    if step == "clawback":
        return _clawback(row)
    if step == "release":
        same = not _given(row, "concerns") or row["concerns"] == row["period"]
        return "release_now" if same else "release"
    if step == "correction":
        return "correction" if _given(row, "author") else "correction_unsigned"
    return step


def _clawback(row: Mapping[Hashable, Any]) -> str:
    """Taken back whole, as far as was paid, or out of what is still held."""
    if _given(row, "unclaimed") and row["unclaimed"]:
        return "clawback_limited"
    return "clawback_held" if row["amount"] == 0 else "clawback"


def _given(row: Mapping[Hashable, Any], name: str) -> bool:
    return name in row and not pd.isna(row[name]) and row[name] != ""


def _values(
    row: Mapping[Hashable, Any], appraisal: Appraisal, scheme: Scheme, language: str
) -> dict[str, str]:
    """Everything a sentence may name, as it is shown; what the row does not have is a dash."""
    client, digits = appraisal.client, minor_digits(scheme.currency)

    def kpi(name: str) -> str:
        measure = scheme.measure(str(row[name])) if _given(row, name) else None
        return inline(client.kpis[measure.kpi], language) if measure else "–"

    def shown(name: str, as_text: Callable[[Any], str]) -> str:
        return as_text(row[name]) if _given(row, name) else "–"

    titles = {item.name: pick(item.title, language) or item.name for item in scheme.items}
    return {
        "kpi": kpi("measure"),
        "other": kpi("with"),
        "attainment": shown("attainment", lambda x: missed(x, row.get("below"), language)),
        "with_attainment": shown("with_attainment", lambda x: percent(x, language, 1)),
        "below": shown("below", lambda x: agreed_percent(x, language)),
        "pays": shown("pays", lambda x: agreed_percent(x, language)),
        "factor": shown("factor", lambda x: agreed_number(x, language)),
        "share": shown("factor", lambda x: exact_percent(x, language)),
        "grade": shown("grade", str),
        "item": shown("item", lambda x: titles.get(x, x)),
        "concerns": shown("concerns", lambda x: _period(x, language)),
        "deal": shown("deal", str),
        "author": shown("author", str),
        "reason": str(row["reason"]) if _given(row, "reason") else text("reason.none", language),
        **{n: shown(n, lambda x: amount(x, language, digits)) for n in ("limit", "balance", "unclaimed")},
    }


def missed(reached: float, below: object, language: str) -> str:
    """An attainment with as many digits as it takes to see that it lies below an edge.

    Examples
    --------
    >>> missed(0.655, 0.7, "en"), missed(0.7996, 0.8, "zh"), missed(0.7996, None, "zh")
    ('65.5 %', '79.96%', '80.0%')
    """
    edge = float(below) if isinstance(below, float) and below == below else float("inf")
    digits = next((d for d in range(1, 6) if round(reached * 100, d) < edge * 100), 6)
    return percent(reached, language, digits)


def _period(name: str, language: str) -> str:
    """A period in words; what is no period's name as it was written."""
    return period_name(name, language) if NAME.fullmatch(name) else name


def unpaid_reason(row: Mapping[Hashable, Any], results: Results, language: str) -> str:
    """Why a participant has no payout."""
    why = text(f"appraise.unpaid.{row['reason']}", language)
    return text("payouts.named", language, who=who(results, row["participant"]), why=why)


def zero_reasons(results: Results, periods: tuple[str, ...], language: str) -> list[str]:
    """Every payout of zero or less in some pay periods with its reason; a reason that stays is said once."""
    say = partial(text, language=language)
    paid = results.within(results.payouts, periods)
    nothing = paid[paid["payout"].astype(float) <= 0]
    steps = results.adjustments[results.adjustments["participant"].isin(nothing["participant"])]
    changes = {key: rows.to_dict("records") for key, rows in steps.groupby(_KEY)}
    found: dict[tuple[str, str], list[str]] = {}
    for row in nothing.to_dict("records"):
        key = tuple(row[name] for name in _KEY)
        why = why_nothing(row, changes.get(key, []), results, language)
        found.setdefault((row["participant"], why), []).append(row["period"])
    return [
        say("zero.line", who=who(results, person), period=_runs(when, results, language), why=why)
        for (person, why), when in found.items()
    ]


def why_nothing(
    paid: Mapping[Hashable, Any],
    changes: Sequence[Mapping[Hashable, Any]],
    appraisal: Appraisal,
    language: str,
) -> str:
    """Why a payout is zero or less: the first step that left nothing, or why nothing was earned.

    Parameters
    ----------
    paid : mapping
        A row of the payouts table.
    changes : list of mappings
        Its rows of the adjustments table, in their order.
    """
    left = float(paid["base_payout"])
    earned = left > 0
    for change in changes:
        left += float(change["amount"])
        if left <= 0 and (earned or float(change["amount"]) < 0):
            return adjustment_reason(change, appraisal, language)
    return text(f"zero.{_cause(paid, appraisal.schemes[paid['scheme']])}", language)


def _runs(periods: list[str], results: Results, language: str) -> str:
    """Periods in order, those that follow each other as one span."""
    ordered = sorted(periods, key=results.client.calendar.bounds)
    runs = [[ordered[0]]]
    for period in ordered[1:]:
        if results.client.calendar.shift(runs[-1][-1], 1) == period:
            runs[-1].append(period)
        else:
            runs.append([period])
    return text("phrase.join", language).join(span(run, language) for run in runs)


def _cause(row: Mapping[Hashable, Any], scheme: Scheme) -> str:
    """Why nothing was earned, by what the scheme pays for."""
    if float(row["base_payout"]) < 0:
        return "returned"
    if pd.notna(row["target_incentive"]) and float(row["target_incentive"]) == 0:
        return "incentive"
    if pd.notna(row["payout_ratio"]) and float(row["payout_ratio"]) == 0:
        return "measures" if scheme.pay.measures else "score"
    if scheme.pay.pool is not None and not scheme.pay.rates:
        return "pool"
    return "credited" if pd.notna(row["credited"]) and float(row["credited"]) == 0 else "rate"
