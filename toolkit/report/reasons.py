"""Why an amount was adjusted, why a payout is zero, why somebody has none: the tables' codes in words."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from toolkit.appraise.appraisal import Appraisal
from toolkit.language import amount, percent, period_name, pick, text
from toolkit.money import minor_digits
from toolkit.report.phrases import span
from toolkit.report.results import Results, agreed_number, agreed_percent, inline
from toolkit.scheme.scheme import Scheme


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
        ends = "" if row["pays"] else "_nothing"
        return f"{'veto_item' if step == 'veto' and _given(row, 'item') else 'gate'}{ends}"
    if step == "cap":
        return "cap_ratio" if _given(row, "factor") else "cap_amount"
    if step == "clawback":
        return "clawback_limited" if _given(row, "unclaimed") and row["unclaimed"] else "clawback"
    if step == "release":
        return "release" if _given(row, "concerns") else "release_now"
    return step


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
        "attainment": shown("attainment", lambda x: percent(x, language, 1)),
        "with_attainment": shown("with_attainment", lambda x: percent(x, language, 1)),
        "below": shown("below", lambda x: agreed_percent(x, language)),
        "pays": shown("pays", lambda x: agreed_percent(x, language)),
        "factor": shown("factor", lambda x: agreed_number(x, language)),
        "share": shown("factor", lambda x: percent(x, language, 1)),
        "grade": shown("grade", str),
        "item": shown("item", lambda x: titles.get(x, x)),
        "concerns": shown("concerns", lambda x: period_name(x, language)),
        "deal": shown("deal", str),
        "author": shown("author", str),
        "reason": shown("reason", str),
        **{n: shown(n, lambda x: amount(x, language, digits)) for n in ("limit", "balance", "unclaimed")},
    }


def unpaid_reason(row: Mapping[Hashable, Any], results: Results, language: str) -> str:
    """Why a participant has no payout."""
    why = text(f"appraise.unpaid.{row['reason']}", language)
    return text("payouts.named", language, who=who(results, row["participant"]), why=why)


def zero_reasons(results: Results, periods: tuple[str, ...], language: str) -> list[str]:
    """Every payout of zero or less in some pay periods with its reason; a reason that stays is said once."""
    say = partial(text, language=language)
    paid = results.within(results.payouts, periods)
    takers = _took_all(results)
    found: dict[tuple[str, str], list[str]] = {}
    for row in paid[paid["payout"].astype(float) <= 0].to_dict("records"):
        taker = takers.get((row["participant"], row["period"]))
        why = adjustment_reason(taker, results, language) if taker else say(f"zero.{_cause(row)}")
        found.setdefault((row["participant"], why), []).append(row["period"])
    return [
        say("zero.line", who=who(results, person), period=_runs(when, results, language), why=why)
        for (person, why), when in found.items()
    ]


def _took_all(results: Results) -> dict[tuple[str, str], Mapping[Hashable, Any]]:
    """For each payout the first step that left nothing of what was earned."""
    keys = ["participant", "period"]
    earned = results.payouts.set_index(keys)["base_payout"].astype(float)
    steps = results.adjustments
    left = steps["amount"].astype(float).groupby([steps[k] for k in keys]).cumsum()
    left = left + earned.reindex(pd.MultiIndex.from_frame(steps[keys])).to_numpy()
    empty = steps[(left <= 0).to_numpy() & (left - steps["amount"].astype(float) > 0).to_numpy()]
    first = empty.drop_duplicates(keys)
    return {(r["participant"], r["period"]): r for r in first.to_dict("records")}


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


def _cause(row: Mapping[Hashable, Any]) -> str:
    if pd.notna(row["rate"]) and float(row["rate"]) == 0:
        return "rate"
    return "score" if pd.notna(row["payout_ratio"]) and float(row["payout_ratio"]) == 0 else "credited"
