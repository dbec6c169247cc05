"""Which KPIs, with which weights: specialist methods by name, `tk.design.ahp`, loaded when asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "Bounds": "weights.settle.bounds",
    "acting_shares": "weights.acting.shares",
    "aggregate_judgements": "weights.group.aggregate",
    "aggregate_priorities": "weights.group.aggregate",
    "ahp": "weights.judged.ahp",
    "best_worst": "weights.judged.best_worst",
    "by_range": "weights.evidence.normalise",
    "by_sum": "weights.evidence.normalise",
    "by_target": "weights.evidence.normalise",
    "calibrate": "weights.acting.calibrate",
    "completed": "weights.judged.incomplete",
    "concordance": "weights.group.agreement",
    "consensus": "weights.group.agreement",
    "critic": "weights.evidence.spread",
    "dirichlet": "weights.robust.smaa",
    "eigenvector": "weights.judged.ahp",
    "entropy": "weights.evidence.spread",
    "first_place": "weights.robust.stability",
    "geometric_mean": "weights.judged.ahp",
    "harker": "weights.judged.incomplete",
    "in_steps": "weights.settle.steps",
    "log_least_squares": "weights.judged.incomplete",
    "log_pool": "weights.settle.pool",
    "ordered": "weights.robust.smaa",
    "outcome_shares": "weights.evidence.outcome",
    "outlying": "weights.group.sides",
    "pairwise": "weights.judged.matrix",
    "payout_parts": "weights.acting.shares",
    "points": "weights.judged.allocate",
    "project": "weights.settle.bounds",
    "rank_order_centroid": "weights.judged.ranks",
    "rank_reciprocal": "weights.judged.ranks",
    "rank_sum": "weights.judged.ranks",
    "remedies": "weights.acting.remedy",
    "revisit": "weights.judged.revisit",
    "sides": "weights.group.sides",
    "smaa": "weights.robust.smaa",
    "sobol_shares": "weights.robust.sobol",
    "standard_deviation": "weights.evidence.spread",
    "swing": "weights.judged.allocate",
    "weight_interval": "weights.judged.noise",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"toolkit.design.{_HOME[name]}"), name)
    raise AttributeError(f"toolkit.design has no {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
