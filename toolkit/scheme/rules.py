"""Scoring rules that read one KPI; each compiles to a `Curve` on the 100-point scale."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from toolkit.faults import Faults
from toolkit.scheme.curve import DECIMALS, STRICT, Curve, Number, Point

# Ten times the target is a slip in data or target before it is a performance; an uncapped rule ends there.
UNCAPPED = 10.0
Positive = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]


@dataclass(frozen=True, config=STRICT)
class Proportional:
    """Score = 100 × attainment from `from` up to `cap`; 0 below, flat above.

    Parameters
    ----------
    from_ : float
        Attainment from which points are given (`from` in a file), 0 or more.
    cap : float, optional
        Attainment above which nothing is added; none means 10.0 (1,000 %).

    Examples
    --------
    >>> Proportional(0.6, 1.2).compile()([0.59, 0.6, 1.0, 1.5]).tolist()
    [0.0, 60.0, 100.0, 120.0]
    """

    from_: Annotated[float, Field(strict=True, ge=0)] = Field(default=0.0, alias="from")
    cap: Positive | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        if self.from_ >= (self.cap or UNCAPPED):
            faults.note("scheme.cap_not_above", ("cap",), self.cap or UNCAPPED, lower=self.from_)
        faults.refuse("Proportional")
        return self

    def compile(self, out_of: float = 100.0) -> Curve:
        """The rule as a curve; a proportion is the same out of any number of points."""
        cap = self.cap or UNCAPPED
        return Curve("attainment", ((self.from_, 100 * self.from_), (cap, 100 * cap)))


@dataclass(frozen=True, config=STRICT)
class ThresholdTargetExcellence:
    """Three points (attainment, points): 0 below the threshold, linear between, flat above excellence.

    Examples
    --------
    >>> rule = ThresholdTargetExcellence((0.75, 50), (1.0, 100), (1.2, 150))
    >>> rule.compile()([0.7, 0.75, 1.1, 1.3]).tolist()
    [0.0, 50.0, 125.0, 150.0]
    """

    threshold: Point
    target: Point
    excellence: Point

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        for name, lower, upper in (
            ("target", self.threshold, self.target),
            ("excellence", self.target, self.excellence),
        ):
            if upper[0] <= lower[0]:
                faults.note("scheme.not_increasing", (name, 0), upper[0], before=lower[0])
        faults.refuse("ThresholdTargetExcellence")
        return self

    def compile(self, out_of: float = 100.0) -> Curve:
        """The rule as a curve on the 100-point scale."""
        return Curve("attainment", (self.threshold, self.target, self.excellence)).scaled(100 / out_of)


@dataclass(frozen=True, config=STRICT)
class Bands:
    """Steps: from each edge (attainment) on, that many points; 0 below the first edge.

    Examples
    --------
    >>> Bands(((0, 30), (0.6, 60), (1.0, 100))).compile()([-0.1, 0.59, 0.6, 1.4]).tolist()
    [0.0, 30.0, 60.0, 100.0]
    """

    edges: tuple[Point, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        if not self.edges:
            faults.note("document.too_few", (), "bands")
        for i in range(1, len(self.edges)):
            if self.edges[i][0] <= self.edges[i - 1][0]:
                faults.note("scheme.not_increasing", (i, 0), self.edges[i][0], before=self.edges[i - 1][0])
        faults.refuse("Bands")
        return self

    def compile(self, out_of: float = 100.0) -> Curve:
        """The rule as a curve on the 100-point scale: every edge but the first stands twice."""
        points = [self.edges[0]]
        for (_, before), (x, y) in zip(self.edges, self.edges[1:], strict=False):
            points += [(x, before), (x, y)]
        return Curve("attainment", tuple(points)).scaled(100 / out_of)


@dataclass(frozen=True, config=STRICT)
class Deduct:
    """Full points from `from` on; short of it `points` off per `per` attainment, in proportion, to `floor`.

    Examples
    --------
    The common form "2 points off per 1 % short, out of 20":

    >>> (Deduct(points=2, per=0.01).compile(out_of=20)([1.1, 1.0, 0.95, 0.85]) * 0.20).tolist()
    [20.0, 20.0, 10.0, 0.0]
    """

    points: Positive
    per: Positive
    from_: Positive = Field(default=1.0, alias="from")
    floor: Number = 0.0

    def compile(self, out_of: float = 100.0) -> Curve:
        """The rule as a curve on the 100-point scale."""
        lowest = round(self.from_ - (out_of - self.floor) / self.points * self.per, DECIMALS)
        return Curve("attainment", ((lowest, self.floor), (self.from_, out_of)), below=self.floor).scaled(
            100 / out_of
        )


@dataclass(frozen=True, config=STRICT)
class PlusMinus:
    """`base` points at 100 %; above it `plus`, below it `minus` for each `per`, within limits of their own.

    Parameters
    ----------
    base : float
        Points at an attainment of 1.0.
    per : float
        Attainment that one step is: 0.01 for 1 %.
    plus, minus : float
        Points for each step above and below, in proportion.
    most, least : float
        The most that can be added, and the most that can be taken off.

    Examples
    --------
    SASAC 2010, annex 2: one point for each 3 %, at most 6 up and 6 down, out of 30.

    >>> rule = PlusMinus(base=30, per=0.03, plus=1, minus=1, most=6, least=6)
    >>> (rule.compile(out_of=30)([0.7, 0.97, 1.0, 1.06, 1.5]) * 0.3).round(6).tolist()
    [24.0, 29.0, 30.0, 32.0, 36.0]
    """

    base: Positive
    per: Positive
    plus: NotNegative
    minus: NotNegative
    most: NotNegative
    least: NotNegative

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        for side, limit in (("plus", "most"), ("minus", "least")):
            if (getattr(self, side) == 0) != (getattr(self, limit) == 0):
                faults.note("scheme.step_without_limit", (limit,), getattr(self, limit), step=side)
        faults.refuse("PlusMinus")
        return self

    def compile(self, out_of: float = 100.0) -> Curve:
        """The rule as a curve on the 100-point scale; it reaches its limits on either side of 1.0."""
        points = [(1.0, self.base)]
        if self.minus:
            lowest = round(1.0 - self.least / self.minus * self.per, DECIMALS)
            points.insert(0, (lowest, self.base - self.least))
        if self.plus:
            points.append((round(1.0 + self.most / self.plus * self.per, DECIMALS), self.base + self.most))
        return Curve("attainment", tuple(points), below=points[0][1]).scaled(100 / out_of)


@dataclass(frozen=True, config=STRICT)
class Rating:
    """Points for each rating, in a straight line between two: a mean of several raters is seldom whole.

    Examples
    --------
    >>> Rating(((1, 20), (3, 60), (5, 100))).compile()([0.5, 1, 4, 5]).tolist()
    [20.0, 20.0, 80.0, 100.0]
    """

    points: tuple[Point, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        if len(self.points) < 2:
            faults.note("document.too_few", (), "rating")
        for i in range(1, len(self.points)):
            if self.points[i][0] <= self.points[i - 1][0]:
                faults.note("scheme.not_increasing", (i, 0), self.points[i][0], before=self.points[i - 1][0])
        faults.refuse("Rating")
        return self

    def compile(self, out_of: float = 100.0) -> Curve:
        """The rule as a curve over the rating, on the 100-point scale."""
        return Curve("actual", self.points, below=self.points[0][1]).scaled(100 / out_of)
