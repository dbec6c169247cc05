"""Plans and tables for the tests of the rules of pay: sound ones, to be spoilt in one place."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from tests.review.lint.made import scheme_of
from toolkit.review.lint.look import Look
from toolkit.scheme.curve import Curve
from toolkit.scheme.parts import MeasurePay
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.rates import RatePlan
from toolkit.scheme.scheme import Schemes

QUARTERS = tuple(f"{year}-Q{q}" for year in (2024, 2025) for q in (1, 2, 3, 4))
TIERS = ((0, 0.05), (1.0, 0.08))
SCORE_CURVE = ((60, 0.0), (80, 0.5), (100, 1.0), (120, 1.5))


def by_score(*points: tuple[float, float], below: float | None = None, **plan: Any) -> Schemes:
    """A scheme paid by a curve over the score; the usual curve if no points are given."""
    return scheme_of(pay=PayPlan(curve=Curve("score", points or SCORE_CURVE, below), **plan))


def by_measure(*points: tuple[float, float], x: Any = "attainment", cap: float | None = None) -> Schemes:
    """A scheme whose revenue alone pays the whole incentive by a curve."""
    paid = MeasurePay(share=1.0, curve=Curve(x, points), cap=cap)
    return scheme_of(pay=PayPlan(measures={"revenue": paid}))


def commission(tiers: Sequence[tuple[float, float]] = TIERS, of: str = "revenue", **more: Any) -> Schemes:
    """A scheme that pays a commission by tiers of attainment, or at one rate."""
    plain: dict[str, Any] = {"by": "attainment", "tiers": tuple(tiers)}
    if "rate" in more:
        plain = {}
    beside = {name: more.pop(name) for name in list(more) if name not in RatePlan.__dataclass_fields__}
    return scheme_of(pay=PayPlan(rates=(RatePlan(of=of, **(plain | more)),), **beside))


def changed(schemes: Schemes, **fields: Any) -> Schemes:
    """The only scheme with some fields put otherwise."""
    return dataclasses.replace(schemes, items=(dataclasses.replace(schemes.items[0], **fields),))


def scores(values: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """Scores by person for the quarters from 2024 on, with a month that must not be read."""
    rows = [(who, q, x) for who, xs in values.items() for q, x in zip(QUARTERS, xs, strict=False)]
    rows += [(who, "2024-01", 0.0) for who in values]
    table = pd.DataFrame(rows, columns=["participant", "period", "score"])
    return table.astype({"score": float}).assign(scheme="field_sales@2026-01")


def scorecard(
    attainments: Mapping[str, Sequence[float]], measure: str = "revenue", target: float = 1000.0
) -> pd.DataFrame:
    """A scorecard of one measure by person for the quarters from 2024 on."""
    table = scores(attainments).rename(columns={"score": "attainment"})
    actual = table["attainment"] * target
    return table.assign(measure=measure, target=target, actual=actual, score=table["attainment"] * 100)


def payouts(
    ratios: Mapping[str, Sequence[float]], incentive: float | None = 1000.0, **more: Any
) -> pd.DataFrame:
    """Payouts by person and quarter: ratios of an incentive, or money where there is none."""
    rows = [(who, q, x) for who, xs in ratios.items() for q, x in zip(QUARTERS, xs, strict=False)]
    table = pd.DataFrame(rows, columns=["participant", "period", "ratio"]).astype({"ratio": float})
    paid = table["ratio"] * (incentive or 1.0)
    commissioned = incentive is None
    plain = {
        "scheme": "field_sales@2026-01",
        "target_incentive": np.nan if commissioned else incentive,
        "payout_ratio": np.nan if commissioned else table["ratio"],
        "credited": 1.0 if commissioned else np.nan,
        "rate": paid if commissioned else np.nan,
        "base_payout": paid,
        "payout": paid,
    }
    return table.drop(columns="ratio").assign(**(plain | more))


def roster(n: int = 12, **columns: Any) -> pd.DataFrame:
    """People p0, p1, ... with a base of 60,000 and an incentive of 40,000 a year."""
    people = pd.DataFrame({"participant": [f"p{i}" for i in range(n)]})
    plain = {
        "role": "field_sales",
        "team": "North",
        "base_salary": 60_000.0,
        "target_incentive": 40_000.0,
        "commission_rate": 0.02,
        "left_on": pd.NaT,
        "valid_from": pd.NaT,
    }
    return people.assign(**(plain | columns))


def each(n: int, *values: float) -> dict[str, tuple[float, ...]]:
    """The same numbers for n people."""
    return {f"p{i}": values for i in range(n)}


def look(schemes: Schemes, **tables: pd.DataFrame) -> Look:
    """What a rule looks at, in English."""
    return Look(schemes.items[0], schemes, {}, "en", None, tables)
