"""Why an amount was adjusted, why a payout is zero, why somebody has none: the tables' codes in words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from toolkit.language import percent, text
from toolkit.report.phrases import span
from toolkit.report.results import Results, agreed_percent, inline


def who(results: Results, participant: str) -> str:
    """A participant as the page names them."""
    return results.names.get(participant, participant)


def adjustment_reason(row: Mapping[Hashable, Any], results: Results, language: str) -> str:
    """An adjustment's reason in the page's language.

    Parameters
    ----------
    row : mapping
        A row of the adjustments table: scheme, measure, attainment, below, pays.
    """
    kpi = results.client.kpis[results.schemes[row["scheme"]].measure(row["measure"]).kpi]
    values = {
        "kpi": inline(kpi, language),
        "attainment": percent(row["attainment"], language, 1),
        "below": agreed_percent(row["below"], language),
        "pays": agreed_percent(row["pays"], language),
    }
    return text("reason.gate" if row["pays"] else "reason.gate_nothing", language, **values)


def unpaid_reason(row: Mapping[Hashable, Any], results: Results, language: str) -> str:
    """Why a participant has no payout."""
    why = text(f"appraise.unpaid.{row['reason']}", language)
    return text("payouts.named", language, who=who(results, row["participant"]), why=why)


def zero_reasons(results: Results, periods: tuple[str, ...], language: str) -> list[str]:
    """Every payout of zero or less in some pay periods with its reason; a reason that stays is said once."""
    say = partial(text, language=language)
    paid = results.within(results.payouts, periods)
    gates = {(r["participant"], r["period"]): r for r in results.adjustments.to_dict("records")}
    found: dict[tuple[str, str], list[str]] = {}
    for row in paid[paid["payout"].astype(float) <= 0].to_dict("records"):
        gate = gates.get((row["participant"], row["period"]))
        why = adjustment_reason(gate, results, language) if gate else say(f"zero.{_cause(row)}")
        found.setdefault((row["participant"], why), []).append(row["period"])
    return [
        say("zero.line", who=who(results, person), period=_runs(when, results, language), why=why)
        for (person, why), when in found.items()
    ]


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
