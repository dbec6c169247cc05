"""Histories drawn from the law itself, in plain numpy, with every parameter known."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.catalogue.load import load_catalogue
from toolkit.periods import Calendar
from toolkit.scheme.example import example_schemes
from toolkit.scheme.measure import Measure, Target
from toolkit.scheme.rules import Proportional
from toolkit.scheme.scheme import Schemes
from toolkit.scheme.scoring import Scoring

KPIS = ("net_sales", "visits", "customer_satisfaction", "win_rate", "calls", "collection_rate")


def schemes(measures: int = 3, **change: object) -> Schemes:
    """One scheme of so many measures, all proportional to fixed targets."""
    rule = Scoring(proportional=Proportional(0.6, 1.2))
    weights = [round(1 / measures, 6)] * (measures - 1)
    weights.append(1 - sum(weights))
    parts = tuple(
        Measure(name=f"m{k}", kpi=KPIS[k], weight=weights[k], target=Target(fixed=1.0), scoring=rule)
        for k in range(measures)
    )
    example = next(iter(example_schemes()))
    plan = dataclasses.replace(example.pay, gates=())
    scheme = dataclasses.replace(example, measures=parts, pay=plan, **change)
    return Schemes((scheme,), Calendar(), load_catalogue())


@dataclass(frozen=True)
class Truth:
    """Parameters of the law; scalars hold for every measure."""

    people: int = 24
    periods: int = 24
    measures: int = 3
    mu: float = 0.0
    between: float = 0.15
    sigma: float = 0.3
    spread_of_sigma: float = 0.0
    rho: tuple[float, ...] = (0.4, 0.4, 0.4)
    loading: tuple[float, ...] = (0.3, 0.3, 0.3)
    dependence: float = 0.4
    market: float = 0.5
    start: int = 0
    own: dict[str, np.ndarray] = field(default_factory=dict)


def ratios(truth: Truth, seed: int) -> np.ndarray:
    """Actual ÷ target, people × periods × measures, lognormal."""
    rng = np.random.default_rng(seed)
    n, t, k = truth.people, truth.periods, truth.measures
    rho, loading = np.array(truth.rho[:k]), np.array(truth.loading[:k])

    def equal(r: float) -> np.ndarray:
        return np.full((k, k), r) + (1 - r) * np.eye(k)

    shock = rng.multivariate_normal(np.zeros(k), equal(truth.market), size=t)
    # a long warm-up instead of the stationary start's formula
    u = np.zeros((n, k))
    path = []
    for step in range(t + 60):
        e = rng.multivariate_normal(np.zeros(k), equal(truth.dependence), size=n)
        u = rho * u + np.sqrt(1 - rho**2) * e
        if step >= 60:
            path.append(u)
    z = loading * shock[None] + np.sqrt(1 - loading**2) * np.stack(path, axis=1)
    mu = truth.mu + truth.between * rng.standard_normal((n, 1, k))
    sigma = truth.sigma * np.exp(truth.spread_of_sigma * rng.standard_normal((n, 1, k)))
    truth.own["mu"], truth.own["sigma"] = mu[:, 0], sigma[:, 0]
    return np.exp(mu + sigma * z)


def months(count: int) -> list[str]:
    return [f"{2023 + i // 12}-{i % 12 + 1:02d}" for i in range(count)]


def scorecard(values: np.ndarray, scheme: str = "field_sales@2026-01", target: float = 1.0) -> pd.DataFrame:
    """The columns of a scorecard that matter; blank where `values` is."""
    n, t, k = values.shape
    i, s, m = (x.ravel() for x in np.indices((n, t, k)))
    table = pd.DataFrame(
        {
            "scheme": scheme,
            "participant": np.array([f"p{j:05d}" for j in range(n)])[i],
            "period": np.array(months(t))[s],
            "measure": np.array([f"m{j}" for j in range(k)])[m],
            "target": target,
            "actual": values.ravel() * target,
            "exposure": 1.0,
        }
    )
    return table.astype({"scheme": "str", "participant": "str", "period": "str", "measure": "str"})
