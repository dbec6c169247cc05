"""Scorecards and scores written by hand, so that the tests of pay stand on their own numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from tests.appraise.cases import measure, people, schemes
from toolkit.appraise.pay import Statements, statements
from toolkit.appraise.records import COLUMNS, NONE, Records
from toolkit.periods import Calendar
from toolkit.scheme import Schemes

Who = tuple[str, str]
Numbers = Mapping[tuple[str, str, str], tuple[float, float]]

CURVE = {"x": "score", "points": [[60, 0.0], [80, 0.5], [100, 1.0], [120, 1.5]]}
MEASURES = (
    measure("sales", "net_sales", 0.5, {"fixed": 100_000, "per": "month"}),
    measure("cash", "collection_rate", 0.3, {"fixed": 0.9}),
    measure("visits", "visits", 0.2, {"fixed": 40, "per": "month"}),
)
P1 = people([("p1", "A", "N")])
MONTHS = [f"2026-{m:02d}" for m in range(1, 13)]


def plan(*, calendar: Calendar | None = None, **more: Any) -> Schemes:
    """A scheme that pays by month, with three measures."""
    given = {"pay_every": "month", "pay": {"curve": CURVE}} | more
    return schemes(*MEASURES, calendar=calendar, **given)


def card(rows: Numbers, scheme: Callable[[str, str], str]) -> pd.DataFrame:
    """A scorecard of (participant, period, measure) -> (actual, target); attainment is their ratio."""
    table = pd.DataFrame(
        [(scheme(who, when), who, when, name, *pair) for (who, when, name), pair in rows.items()],
        columns=["scheme", "participant", "period", "measure", "actual", "target"],
    ).astype(dict.fromkeys(("scheme", "participant", "period", "measure"), "str"))
    table = table.astype({"actual": "float64", "target": "float64"})
    ratio = (table["actual"] / table["target"]).where(table["target"] > 0).round(8)
    return table.assign(attainment=ratio, score=ratio * 100, weight=1 / 3, points=ratio * 100 / 3)


def pay_for(
    plans: Schemes,
    scores: Mapping[Who, Any],
    rows: Numbers | None = None,
    roster: pd.DataFrame = P1,
    records: Records = NONE,
    scheme: Callable[[str, str], str] | None = None,
) -> Statements:
    """The statements of scores (or score and grade) by participant and period, with a card's numbers."""
    named = scheme or (lambda who, when: plans.items[0].id)
    listed = [(v if isinstance(v, tuple) else (v, "B")) for v in scores.values()]
    table = pd.DataFrame(
        [(named(*who), *who, *pair) for who, pair in zip(scores, listed, strict=True)],
        columns=["scheme", "participant", "period", "score", "grade"],
    ).astype({"scheme": "str", "participant": "str", "period": "str", "score": "float64", "grade": "str"})
    table = table.assign(points_total=table["score"], adjustment=0.0, rank=1)
    return statements(plans, card(rows or {}, named), table, roster, records)


def records(**tables: list[tuple[Any, ...]]) -> Records:
    """Records from plain tuples in the tables' order of columns."""
    found = {}
    for name, rows in tables.items():
        empty = getattr(NONE, name)
        frame = pd.DataFrame(rows, columns=list(COLUMNS[name]))
        found[name] = frame.astype(empty.dtypes.to_dict())
    return Records(**found)


def amounts(column: pd.Series) -> list[str]:
    """Exact amounts as they are written."""
    return [str(v) for v in column]


def steps(found: Statements, participant: str = "p1") -> list[tuple[str, str, str]]:
    """Period, step and amount of everything that changed a participant's payouts."""
    own = found.adjustments[found.adjustments["participant"] == participant]
    return [(r.period, r.step, str(r.amount)) for r in own.itertuples()]


def payouts(found: Statements, participant: str = "p1") -> list[str]:
    """A participant's payouts in the order of time."""
    return amounts(found.payouts.loc[found.payouts["participant"] == participant, "payout"])


def in_line(found: Statements) -> None:
    """What must hold of any statement: parts and steps sum to the payout, and to what is shown of it."""
    table = found.payouts
    key = ["scheme", "participant", "period"]
    assert not table.duplicated(key).any() and not table[["base_payout", "payout"]].isna().any().any()
    for source, column in ((found.components, "base_payout"), (found.adjustments, "adjustments")):
        sums = source.groupby(key)["amount"].sum()
        for row in table.itertuples():
            place = (row.scheme, row.participant, row.period)
            assert sums.get(place, 0) == getattr(row, column), (column, place)
    assert (table["base_payout"] + table["adjustments"] == table["payout"]).all()
    shown = np.zeros(len(table))
    for left, right in (("target_incentive", "payout_ratio"), ("credited", "rate")):
        shown = shown + np.nan_to_num(table[left].astype(float) * table[right].astype(float))
    assert (np.abs(shown - table["base_payout"].astype(float)) <= 0.011 * 2).all()


def day(text: str) -> dt.date:
    """A day as YAML reads it."""
    return dt.date.fromisoformat(text)
