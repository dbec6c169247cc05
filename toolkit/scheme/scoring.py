"""Scoring rules as a client agrees them; each compiles to a `Curve` on the 100-point scale."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic.dataclasses import dataclass

from toolkit.faults import Faults
from toolkit.scheme.curve import DECIMALS, STRICT, Curve, Number, Point

# Ten times the target is a slip in data or target before it is a performance; an uncapped rule ends there.
UNCAPPED = 10.0
Positive = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]


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


def _as_bands(value: Any) -> Any:
    return {"edges": value} if isinstance(value, list | tuple) else value


@dataclass(frozen=True, config=STRICT)
class Scoring:
    """A measure's scoring rule: exactly one of the five.

    Parameters
    ----------
    proportional, threshold_target_excellence, bands, deduct : rule, optional
        Read the attainment.
    curve : Curve, optional
        A curve of the client's own over attainment or, for a KPI best inside a band, over the actual.

    Examples
    --------
    >>> Scoring(proportional=Proportional(0.6, 1.2)).compile().points
    ((0.6, 60.0), (1.2, 120.0))
    """

    proportional: Proportional | None = None
    threshold_target_excellence: ThresholdTargetExcellence | None = None
    bands: Annotated[Bands | None, BeforeValidator(_as_bands)] = None
    deduct: Deduct | None = None
    curve: Curve | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        given = [name for name in RULES if getattr(self, name) is not None]
        if len(given) != 1:
            faults.note("scheme.one_scoring_rule", (), ", ".join(given) or "–", known=", ".join(RULES))
        if self.curve is not None and self.curve.x == "score":
            faults.note("scheme.scoring_reads_score", ("curve", "x"), self.curve.x)
        faults.refuse("Scoring")
        return self

    @property
    def kind(self) -> str:
        """The rule's name in a scheme's file: `proportional`, `bands`, ..."""
        return next(name for name in RULES if getattr(self, name) is not None)

    @property
    def reads(self) -> str:
        """What the rule reads: `attainment` or `actual`."""
        return self.curve.x if self.curve is not None else "attainment"

    def compile(self, out_of: float = 100.0) -> Curve:
        """The rule as a curve on the 100-point scale.

        Parameters
        ----------
        out_of : float
            In how many points the rule is written; 20 points full marks are a score of 100.
        """
        if self.curve is not None:
            return self.curve.scaled(100 / out_of)
        rule: Proportional | ThresholdTargetExcellence | Bands | Deduct = getattr(self, self.kind)
        return rule.compile(out_of)


RULES = ("proportional", "threshold_target_excellence", "bands", "deduct", "curve")
