"""Grades: by the score reached, by rank, or in agreed shares."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic.dataclasses import dataclass

from toolkit.faults import Faults
from toolkit.scheme.curve import STRICT, Number

Within = Literal["scheme", "team", "region"]


def written(value: Any) -> Any:
    """A name that YAML reads as a number is a name."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


GradeName = Annotated[str, BeforeValidator(written)]


def edge_faults(edges: Mapping[str, float], at: tuple[str, ...] = ("grades",)) -> Faults:
    """Edges that do not fall from the best grade down to 0 or below."""
    faults, listed = Faults(), list(edges.items())
    for (_, before), (grade, edge) in pairwise(listed):
        if edge >= before:
            faults.note("scheme.grades_order", (*at, grade), edge, before=before)
    if not listed or listed[-1][1] > 0:
        faults.note("scheme.grades_lowest", at, listed[-1][1] if listed else "–")
    return faults


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Grades:
    """How a score becomes a grade, from the best grade down.

    Parameters
    ----------
    by : {'score', 'rank', 'shares'}
        In a file, a plain mapping `{A: 90, B: 80, C: 0}` is by score.
    edges : dict
        Grade -> lowest score, the last 0 or below. By shares it holds for groups that are too small.
    first : dict
        By rank: grade -> the last place that has it.
    then : str
        By rank: the grade of all other places.
    shares : dict
        By shares: grade -> share of the group; they sum to 1.
    within : {'scheme', 'team', 'region'}
        The group that is ranked.
    least : int
        By shares: groups of fewer people are graded by `edges`, or not at all.

    Examples
    --------
    >>> Grades(edges={"A": 90, "B": 0}).names, Grades(by="rank", first={"A": 3}, then="B").names
    (('A', 'B'), ('A', 'B'))
    """

    by: Literal["score", "rank", "shares"] = "score"
    edges: dict[GradeName, Number] = Field(default_factory=dict)
    first: dict[GradeName, Annotated[int, Field(strict=True, ge=1)]] = Field(default_factory=dict)
    then: Annotated[str, BeforeValidator(written)] = ""
    shares: dict[GradeName, Annotated[float, Field(strict=True, gt=0, le=1)]] = Field(default_factory=dict)
    within: Within = "scheme"
    least: Annotated[int, Field(strict=True, ge=2)] = 10

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        if self.by == "score" or self.edges:
            faults += edge_faults(self.edges, () if self.by == "score" else ("edges",))
        for name, rule in (("first", "rank"), ("then", "rank"), ("shares", "shares")):
            given = bool(getattr(self, name))
            if given and self.by != rule:
                faults.note("scheme.belongs_to", (name,), name, rule=f"by: {rule}")
            if not given and self.by == rule:
                faults.note("document.missing_key", (name,), key=name)
        if self.edges and self.by == "rank":
            faults.note("scheme.belongs_to", ("edges",), "edges", rule="by: score")
        for (_, before), (grade, place) in pairwise(self.first.items()):
            if place <= before:
                faults.note("scheme.not_increasing", ("first", grade), place, before=before)
        if self.then in self.first:
            faults.note("scheme.grade_twice", ("then",), self.then)
        total = math.fsum(self.shares.values())
        if self.shares and abs(total - 1) > 1e-9:
            faults.note("scheme.shares_sum", ("shares",), round(total, 9))
        if self.by == "shares" and self.edges and list(self.edges) != list(self.shares):
            faults.note("scheme.grades_differ", ("edges",), ", ".join(self.edges))
        faults.refuse("Grades")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The grades from the best down."""
        by_rank = (*self.first, *([self.then] if self.then else []))
        return (
            tuple(self.edges) if self.by == "score" else by_rank if self.by == "rank" else tuple(self.shares)
        )


def as_grades(value: Any) -> Any:
    """A plain mapping of grades to scores is the rule `by: score`."""
    plain = isinstance(value, Mapping) and not ({"by", "edges", "shares", "first"} & set(value))
    return {"edges": dict(value)} if plain else value
