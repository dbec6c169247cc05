"""What changed a payout after it was earned: each step with the rule's reading and what it left."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from toolkit.language import amount, text
from toolkit.money import minor_digits
from toolkit.report.reasons import adjustment_reason, step_name
from toolkit.report.statement.readings import (
    Shown,
    curve_words,
    exact_amount,
    exact_number,
    exact_percent,
    exact_value,
)
from toolkit.report.statement.scores import cell_words
from toolkit.report.statement.steps import Step, joined
from toolkit.report.statement.subject import Subject
from toolkit.scheme.parts import Modifier

Line = Mapping[Hashable, Any]


def change_steps(subject: Subject, language: str) -> list[Step]:
    """Every adjustment in its order, from what was earned to what is paid."""
    paid, steps = subject.tables["payouts"].iloc[0], []
    left = paid["base_payout"]
    digits, say = minor_digits(subject.scheme.currency), partial(text, language=language)
    for row in subject.tables["adjustments"].to_dict("records"):
        after = left + row["amount"]
        before, ended, change = (amount(x, language, digits) for x in (left, after, row["amount"]))
        factor = _factor(row, language)
        total = f"{before} × {factor}" if factor else joined([before, change])
        reason = adjustment_reason(row, subject.appraisal, language)
        reason += _reading(subject, row, language)
        how = say("explain.changed", reason=reason, sum=f"{total} = {ended}")
        steps.append(Step(step_name(row, language), how, change))
        left = after
    return steps


def _factor(row: Line, language: str) -> str:
    """What the amount so far is multiplied by; blank where something is added or taken off."""
    if row["step"] == "modifier":
        return exact_number(float(row["factor"]), language)
    return exact_percent(float(row["pays"]), language) if row["step"] in ("gate", "veto") else ""


def _reading(subject: Subject, row: Line, language: str) -> str:
    """What the rule's curve or matrix says there, or what of a deal was reversed."""
    found = ""
    if row["step"] == "modifier" and not row["grade"]:
        found = _modifier_words(subject, row, language)
    elif row["step"] == "clawback":
        found = _reversed_words(subject, row, language)
    return text("explain.read", language, reading=found) if found else ""


def _modifier_words(subject: Subject, row: Line, language: str) -> str:
    for modifier in subject.scheme.pay.modifiers:
        if modifier.matrix is not None and (modifier.matrix.measure, modifier.matrix.with_) == (
            row["measure"],
            row["with"],
        ):
            words = cell_words(
                modifier.matrix, float(row["attainment"]), float(row["with_attainment"]), language
            )
            return text(f"explain.bands{words['below']}", language, **words)
        words_ = _curve_words(subject, modifier, row, language)
        if words_:
            return words_
    return ""


def _curve_words(subject: Subject, modifier: Modifier, row: Line, language: str) -> str:
    """The modifier's curve where it gives this row's factor; blank of another modifier."""
    card = subject.card(modifier.measure) if modifier.measure == row["measure"] else None
    if modifier.curve is None or card is None or row["with"]:
        return ""
    read = float(card[modifier.curve.x])
    if abs(float(modifier.curve(np.array([read]))[0]) - float(row["factor"])) > 1e-9:
        return ""
    kpi = subject.appraisal.client.kpis[subject.scheme.measure(modifier.measure).kpi]
    shows: dict[str, Shown] = {
        "attainment": partial(exact_percent, language=language),
        "actual": lambda x: exact_value(x, kpi, subject.scheme.currency, language),
        "score": partial(exact_number, language=language),
    }
    factors: Shown = partial(exact_number, language=language)
    reading = curve_words(modifier.curve, read, shows[modifier.curve.x], factors, language)
    return text(f"explain.read_{modifier.curve.x}", language, reading=reading)


def _reversed_words(subject: Subject, row: Line, language: str) -> str:
    """How much of the deal was cancelled or returned in the period, where the records say."""
    table = subject.appraisal.records.reversed
    own = table[
        (table["deal"] == row["deal"]) & (table["period"] == row["concerns"]) & (table["by"] == row["period"])
    ]
    of = {(subject.scheme.measure(r.of).kpi) for r in subject.scheme.pay.rates}
    own = own[own["kpi"].isin(of)].drop_duplicates(["kpi", "deal", "amount"])
    total = own["amount"].sum()
    if own.empty or pd.isna(total):
        return ""
    shown = exact_amount(total, subject.scheme.currency, language)
    return text("explain.reversed", language, amount=shown)
