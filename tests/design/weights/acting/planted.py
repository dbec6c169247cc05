"""A client whose scores vary together exactly as a test wants, settled from actuals to payouts."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from toolkit.appraise.appraisal import Appraisal
from toolkit.appraise.grade import graded
from toolkit.appraise.pay import statements
from toolkit.appraise.records import Records
from toolkit.appraise.score import score
from toolkit.appraise.targets import set_targets
from toolkit.catalogue.load import load_catalogue
from toolkit.periods import Calendar
from toolkit.scheme.plain import build_scheme
from toolkit.scheme.scheme import Schemes

KPIS = {
    "revenue": "net_sales",
    "visits": "visits",
    "win": "win_rate",
    "satisfaction": "customer_satisfaction",
}
TARGETS = {"revenue": 1000.0, "visits": 40.0, "win": 0.4, "satisfaction": 8.0}
STRAIGHT = {"curve": {"x": "attainment", "points": [[0.0, 0.0], [2.0, 200.0]]}}
PAY: dict[str, Any] = {"curve": {"x": "score", "points": [[0, 0.0], [200, 2.0]]}}


def exact(covariance: np.ndarray, people: int = 12, months: int = 6, seed: int = 3) -> np.ndarray:
    """Numbers of mean 0 in each month, people × months × measures; all rows have exactly this covariance."""
    raw = np.random.default_rng(seed).normal(size=(people, months, len(covariance)))
    raw = (raw - raw.mean(axis=0)).reshape(people * months, -1)
    white = raw @ np.linalg.inv(np.linalg.cholesky(raw.T @ raw / len(raw))).T
    return (white @ np.linalg.cholesky(covariance).T).reshape(people, months, -1)


def roster(people: int, **columns: object) -> pd.DataFrame:
    table = pd.DataFrame({"participant": [f"p{i:02d}" for i in range(people)]})
    table = table.assign(
        name=table["participant"], team="North", region="N", role="field_sales", target_incentive=12000.0
    ).assign(**columns)
    days = {
        "hired_on": pd.Timestamp("2020-01-01"),
        "left_on": pd.NaT,
        "valid_from": pd.NaT,
        "valid_to": pd.NaT,
    }
    return table.assign(**days).astype(dict.fromkeys(days, "datetime64[s]"))


def scheme_of(
    weights: dict[str, float], scoring: dict[str, Any] | None = None, pay: dict[str, Any] = PAY, **parts: Any
) -> Any:
    rules = dict.fromkeys(weights, STRAIGHT) | (scoring or {})
    measures = [
        {"name": n, "kpi": KPIS[n], "weight": w, "target": {"fixed": TARGETS[n]}, "scoring": rules[n]}
        for n, w in weights.items()
    ]
    document = {
        "name": "planted",
        "version": "1",
        "title": {"en": "Planted"},
        "effective": {"from": dt.date(2026, 1, 1), "to": None},
        "score_every": "month",
        "pay_every": "month",
        "currency": "CNY",
        "measures": measures,
        "grades": {"A": 90, "B": 0},
        "pay": {"target_incentive": "roster", **pay},
    }
    return build_scheme(document | parts, "planted")


def planted(
    attainment: np.ndarray, weights: dict[str, float], people: pd.DataFrame | None = None, **parts: Any
) -> Appraisal:
    """The appraisal of people × months × measures of attainment; NaN has no actual."""
    count, months, _ = attainment.shape
    people = roster(count) if people is None else people
    periods = [Calendar().shift("2026-01", by) for by in range(months)]
    frames = []
    for k, name in enumerate(weights):
        value = attainment[:, :, k].ravel() * TARGETS[name]
        who, when = np.repeat(people["participant"].unique(), months), np.tile(periods, count)
        columns = {
            "participant": who,
            "level": "individual",
            "period": when,
            "kpi": KPIS[name],
            "value": value,
        }
        frames.append(pd.DataFrame(columns))
    panel = pd.concat(frames, ignore_index=True).assign(exposure=1.0)
    panel["missing"] = np.where(panel["value"].isna(), "zero_denominator", "")
    return settled(Schemes((scheme_of(weights, **parts),), Calendar(), load_catalogue()), panel, people)


def settled(schemes: Schemes, panel: pd.DataFrame, people: pd.DataFrame) -> Appraisal:
    none = pd.DataFrame({"participant": [], "period": [], "kpi": [], "target": []})
    targets, records = set_targets(schemes, panel, none, people), Records()
    card = score(schemes, panel, targets, people, records)
    scores, steps = graded(schemes, card, records, people)
    paid = statements(schemes, card, scores, people, records)
    client: Any = SimpleNamespace(participants=people)
    tables = (card, steps, scores, paid.payouts, paid.components, paid.adjustments, paid.unpaid)
    return Appraisal(client, schemes, records, panel, targets, *tables)
