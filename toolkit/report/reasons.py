"""Why an amount was adjusted, why a payout is zero, why somebody has none: the tables' codes in words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from toolkit.language import percent, period_name, text
from toolkit.report.results import Results, inline


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
    numbers = {
        c: percent(row[c], language, 1 if c == "attainment" else 0) for c in ("attainment", "below", "pays")
    }
    return text("appraise.reason.gate", language, measure=inline(kpi, language), **numbers)


def unpaid_reason(row: Mapping[Hashable, Any], results: Results, language: str) -> str:
    """Why a participant has no payout."""
    why = text(f"appraise.unpaid.{row['reason']}", language)
    return text("payouts.named", language, who=who(results, row["participant"]), why=why)


def zero_reasons(results: Results, periods: tuple[str, ...], language: str) -> list[str]:
    """Every payout of zero or less in some periods, each with its reason."""
    say = partial(text, language=language)
    paid = results.payouts[results.payouts["period"].isin(periods)]
    gates = {(r["participant"], r["period"]): r for r in results.adjustments.to_dict("records")}
    said = []
    for row in paid[paid["payout"].astype(float) <= 0].to_dict("records"):
        gate = gates.get((row["participant"], row["period"]))
        why = adjustment_reason(gate, results, language) if gate else say(f"zero.{_cause(row)}")
        when = period_name(row["period"], language)
        said.append(say("zero.line", who=who(results, row["participant"]), period=when, why=why))
    return said


def _cause(row: Mapping[Hashable, Any]) -> str:
    if pd.notna(row["rate"]) and float(row["rate"]) == 0:
        return "rate"
    return "score" if pd.notna(row["payout_ratio"]) and float(row["payout_ratio"]) == 0 else "credited"
