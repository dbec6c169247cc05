"""Schemes, clients and tables made for the linter's tests: sound ones, to be spoilt in one place."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from toolkit.assets import asset
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement
from toolkit.review.lint.lint import linted
from toolkit.scheme.example import example_schemes
from toolkit.scheme.measure import Measure, Target
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.rules import Proportional
from toolkit.scheme.scheme import Schemes
from toolkit.scheme.scoring import Scoring

ALL = ("core", "intl", "cn")
MONTHS = tuple(f"2025-{month:02d}" for month in range(1, 13))
Found = list[tuple[str, str]]


def measure(name: str, kpi: str, weight: float, **more: Any) -> Measure:
    """A measure with a fixed target, in proportion to its attainment unless said otherwise."""
    plain = {"target": Target(fixed=10.0), "scoring": Scoring(proportional=Proportional(0.6, 1.2))}
    return Measure(name=name, kpi=kpi, weight=weight, **(plain | more))


SOUND = (
    measure("revenue", "net_sales", 0.35),
    measure("margin", "gross_margin_rate", 0.15),
    measure("visits", "visits", 0.15),
    measure("service", "service_score", 0.20),
    measure("knowledge", "knowledge_mastery", 0.15),
)


def scheme_of(*measures: Measure, **changes: Any) -> Schemes:
    """The example's scheme with these measures (the sound ones if none), paid by score without a gate."""
    example = example_schemes()
    (one,) = example
    plan = PayPlan(curve=one.pay.curve)
    changed = dataclasses.replace(one, **({"measures": measures or SOUND, "pay": plan} | changes))
    return dataclasses.replace(example, items=(changed,))


def weighing(*weights: float) -> Schemes:
    """The sound measures with other weights, the first ones of them."""
    pairs = zip(SOUND, weights, strict=False)
    return scheme_of(*(dataclasses.replace(m, weight=w) for m, w in pairs))


def found(code: str, schemes: Schemes, **asked: Any) -> Found:
    """Address and message of each finding of a rule; the rule must have been run."""
    result = linted(schemes, select=[code], **({"packs": ALL} | asked))
    assert result.skipped.empty, result.skipped["reason"].tolist()
    return list(zip(result.findings["where"], result.findings["message"], strict=True))


def refused(code: str, schemes: Schemes, **asked: Any) -> str:
    """Why a rule could not be run; it must have found nothing."""
    result = linted(schemes, select=[code], packs=ALL, **asked)
    assert result.findings.empty
    (reason,) = result.skipped["reason"]
    return str(reason)


def panel(
    kpi: str, values: Mapping[str, Iterable[float]], periods: Iterable[str] = MONTHS, **more: Any
) -> pd.DataFrame:
    """Panel rows of one KPI: person → a value for each period, blank where NaN."""
    rows = [(who, period, x) for who, xs in values.items() for period, x in zip(periods, xs, strict=False)]
    table = pd.DataFrame(rows, columns=["participant", "period", "value"]).astype({"value": float})
    blank = np.where(table["value"].isna(), "no_rows_in_period", "")
    plain = {"level": "individual", "kpi": kpi, "numerator": table["value"], "denominator": np.nan}
    return table.assign(**({**plain, "exposure": 1.0, "rows": 1, "missing": blank} | more))


@cache
def _sample() -> Engagement:
    return load_engagement(asset("templates", "engagements", "adventureworks"))


def client(**changes: Any) -> Engagement:
    """The sample of resellers (deals and targets alone; objectives on sales 60 %, margin 40 %)."""
    return dataclasses.replace(_sample(), **changes)
