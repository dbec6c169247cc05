"""Random briefs, and the plainest way to their best set: every set, held against the brief's own words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.catalogue.load import CATEGORIES
from toolkit.design.select.brief import Brief, DataCost
from toolkit.design.select.program import Program, program
from toolkit.design.select.wishes import wishes


@dataclass(frozen=True, eq=False)
class Case:
    """A random brief with its candidates."""

    brief: Brief
    candidates: pd.DataFrame
    rho: np.ndarray
    price: float
    apart: pd.DataFrame

    @property
    def names(self) -> list[str]:
        return list(self.candidates["kpi"])

    def program(self) -> Program:
        """The programme under test."""
        rows = wishes(self.brief, self.candidates, self.apart)
        return program(self.names, self.candidates["value"], self.price * self.rho, rows)


def random_case(seed: int, most: int = 18) -> Case:
    """A brief of 5 to `most` candidates; about one in three cannot be met."""
    draw = np.random.default_rng(seed)
    k = int(draw.integers(5, most + 1))
    names = [f"k{i:02d}" for i in range(k)]
    candidates = pd.DataFrame(
        {
            "kpi": names,
            "category": draw.choice(CATEGORIES, k),
            "value": draw.uniform(-0.1 if seed % 3 else 0.2, 0.9, k).round(4 if seed % 5 else 1),
            "leading": draw.random(k) < 0.4,
            "weak": draw.random(k) < 0.3,
            "unreliable": draw.random(k) < 0.3,
            "cost": draw.choice([0, 0.5, 1, 2, 3], k),
        }
    )
    rho = np.triu(draw.random((k, k)), 1).round(4) * (np.triu(draw.random((k, k)), 1) > draw.random())
    least = int(draw.integers(0, 5))
    brief = Brief(
        count=(least, least + int(draw.integers(0 if least else 1, 4))),
        categories={c: _range(draw) for c in CATEGORIES if draw.random() < 0.9},
        must_have=tuple(draw.choice(names, draw.integers(0, 3), replace=False)),
        not_together=_pairs(draw, names, 3),
        leading=int(draw.integers(0, 2)),
        result=int(draw.integers(0, 2)),
        weak=int(draw.integers(1, 4)),
        unreliable=int(draw.integers(2, 9)),
        data_cost=DataCost(most=float(draw.integers(2, 14))),
    )
    rest = [n for n in names if n not in brief.must_have]
    excluded = tuple(draw.choice(rest, draw.integers(0, 3), replace=False))
    brief = Brief(**{**_fields(brief), "exclude": excluded})
    pairs = _pairs(draw, names, 3)
    apart = pd.DataFrame({"kpi_a": [p[0] for p in pairs], "kpi_b": [p[1] for p in pairs], "why": "linked"})
    return Case(brief, candidates, rho, float(draw.choice([0.0, 0.1, 0.3])), apart.drop_duplicates())


def _fields(brief: Brief) -> dict[str, object]:
    return {n: getattr(brief, n) for n, f in brief.__dataclass_fields__.items() if f.init}


def _range(draw: np.random.Generator) -> tuple[int, int]:
    least = int(draw.random() < 0.2)
    return least, least + int(draw.integers(1, 5))


def _pairs(draw: np.random.Generator, names: list[str], most: int) -> tuple[tuple[str, ...], ...]:
    count = draw.integers(0, most + 1)
    return tuple(tuple(sorted(draw.choice(names, 2, replace=False))) for _ in range(count))


class Brute:
    """Every set of a case: its worth in ten-thousandths, and which words of the brief it keeps."""

    def __init__(self, case: Case) -> None:
        k = len(case.names)
        self.sets = (np.arange(1 << k)[:, None] >> np.arange(k) & 1).astype(float)
        own = np.round(case.candidates["value"].to_numpy() * 10_000)
        lost = np.floor(case.price * case.rho * 10_000 + 0.5 + 1e-9)
        self.worth = (self.sets @ own - ((self.sets @ lost) * self.sets).sum(axis=1)).round().astype(int)
        self.names = case.names
        self._keeps = self._rules(case)
        self.fixed = dict.fromkeys(case.brief.must_have, 1.0) | dict.fromkeys(case.brief.exclude, 0.0)

    def _rules(self, case: Case) -> np.ndarray:
        brief, sets, table = case.brief, self.sets, case.candidates
        size = sets.sum(axis=1)
        keeps = (size >= brief.count[0]) & (size <= brief.count[1])
        for category in CATEGORIES:
            many = sets[:, (table["category"] == category).to_numpy()].sum(axis=1)
            least, most = brief.categories.get(category, (1, 3))
            keeps &= (many >= least) & (many <= most)
        keeps &= sets[:, table["leading"].to_numpy()].sum(axis=1) >= brief.leading
        keeps &= sets[:, (table["category"] == "result").to_numpy()].sum(axis=1) >= brief.result
        keeps &= sets[:, table["weak"].to_numpy()].sum(axis=1) <= brief.weak
        keeps &= sets[:, table["unreliable"].to_numpy()].sum(axis=1) <= brief.unreliable
        keeps &= sets @ table["cost"].to_numpy() <= brief.data_cost.most
        for one, other in [*brief.not_together, *case.apart[["kpi_a", "kpi_b"]].to_numpy().tolist()]:
            keeps &= (sets[:, self.names.index(one)] + sets[:, self.names.index(other)]) < 2
        return keeps

    def feasible(self, *, but: str = "") -> np.ndarray:
        """Which sets meet the brief; the wish to have or exclude `but` set aside."""
        keeps = self._keeps.copy()
        for name, wanted in self.fixed.items():
            if name != but:
                keeps &= self.sets[:, self.names.index(name)] == wanted
        return keeps

    def order(self) -> list[tuple[int, tuple[str, ...]]]:
        """Worth and members of every set that meets the brief, best first."""
        at = np.flatnonzero(self.feasible())
        at = at[np.argsort(-self.worth[at], kind="stable")]
        return [(int(self.worth[i]), self.members(i)) for i in at]

    def members(self, at: int) -> tuple[str, ...]:
        return tuple(n for n, inside in zip(self.names, self.sets[at], strict=True) if inside)

    def flipped(self, name: str, inside: bool) -> int | None:
        """The worth of the best set with a candidate in or out."""
        held = self.feasible(but=name) & (self.sets[:, self.names.index(name)] == float(inside))
        return int(self.worth[held].max()) if held.any() else None
