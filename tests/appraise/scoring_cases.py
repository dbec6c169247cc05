"""Scorecards, events and ratings as small as a rule needs, for the tests of scores and grades."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tests.appraise.cases import NO_TARGETS, measure, people, schemes
from toolkit.appraise.records import Records
from toolkit.appraise.score import score
from toolkit.appraise.targets import set_targets
from toolkit.scheme import Schemes

ONE = measure("visits", "visits", 1.0, {"fixed": 100})
JANUARY = "2026-01"


def events(rows: list[tuple[str, str, float, str]]) -> Records:
    """Records of events (participant, item, quantity, day)."""
    table = pd.DataFrame(rows, columns=["participant", "item", "quantity", "happened_on"])
    types = {"participant": "str", "item": "str", "quantity": "float64", "happened_on": "datetime64[s]"}
    return Records(events=table.assign(note="").astype(types | {"note": "str"}))


def ratings(rows: list[tuple[str, str, str, str, str, float]]) -> Records:
    """Records of ratings (participant, period, measure, rater, kind, rating)."""
    columns = ["participant", "period", "measure", "rater", "kind", "rating"]
    return Records(ratings=pd.DataFrame(rows, columns=columns).assign(comment=""))


def card_of(
    plan: Schemes, rows: pd.DataFrame, roster: pd.DataFrame, records: Records | None = None
) -> pd.DataFrame:
    """The scorecard with the scheme's own targets."""
    frozen = set_targets(plan, rows, NO_TARGETS, roster)
    return score(plan, rows, frozen, roster, records or Records())


def totals(points: dict[str, float], period: str = JANUARY, **columns: Any) -> pd.DataFrame:
    """A scorecard of one measure that gives each participant these points."""
    table = pd.DataFrame({"participant": list(points), "points": list(points.values())})
    table = table.assign(scheme="plan@1", period=period, measure="visits", attainment=np.nan, weight=1.0)
    return table.assign(**columns)


def crowd(*names: str, team: str = "A") -> pd.DataFrame:
    """A roster of these people."""
    return people([(name, team, "N") for name in names])


def plan_of(**more: Any) -> Schemes:
    """A scheme of one measure and what else it says."""
    return schemes(ONE, **more)
