"""A measure's scoring rule: one that reads its KPI alone, or one that reads the others too."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic.dataclasses import dataclass

from toolkit.faults import Faults
from toolkit.scheme.curve import STRICT, Curve, Number
from toolkit.scheme.matrix import Matrix
from toolkit.scheme.rules import (
    Bands,
    Deduct,
    NotNegative,
    PlusMinus,
    Proportional,
    Rating,
    ThresholdTargetExcellence,
)


@dataclass(frozen=True, config=STRICT)
class Rank:
    """Points by place among the scheme's participants in the period: `best`, then `step` less a place.

    Parameters
    ----------
    best : float
        Points of the first place.
    step : float
        Points less for each place behind; equal values share the best of their places.
    worst : float
        Points that nobody falls below.
    least : int
        Fewer participants than this are not ranked, and the measure has no score.

    Examples
    --------
    >>> Rank(best=100, step=20, worst=40).least
    2
    """

    best: Number
    step: NotNegative
    worst: Number = 0.0
    least: Annotated[int, Field(strict=True, ge=2)] = 2

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        if self.worst > self.best:
            faults.note("scheme.worst_above_best", ("worst",), self.worst, best=self.best)
        faults.refuse("Rank")
        return self


def _as_bands(value: Any) -> Any:
    return {"edges": value} if isinstance(value, list | tuple) else value


def _as_rating(value: Any) -> Any:
    return {"points": value} if isinstance(value, list | tuple) else value


@dataclass(frozen=True, config=STRICT)
class Scoring:
    """A measure's scoring rule: exactly one.

    Parameters
    ----------
    proportional, threshold_target_excellence, bands, deduct, plus_minus : rule, optional
        Read the attainment.
    rating : Rating, optional
        Reads the actual, a rating such as 1 to 5.
    curve : Curve, optional
        A curve of the client's own over attainment or, for a KPI best inside a band, over the actual.
    rank : Rank, optional
        Reads the measure of all participants.
    matrix : Matrix, optional
        Reads the attainment of this measure and of another.

    Examples
    --------
    >>> Scoring(proportional=Proportional(0.6, 1.2)).compile().points
    ((0.6, 60.0), (1.2, 120.0))
    """

    proportional: Proportional | None = None
    threshold_target_excellence: ThresholdTargetExcellence | None = None
    bands: Annotated[Bands | None, BeforeValidator(_as_bands)] = None
    deduct: Deduct | None = None
    plus_minus: PlusMinus | None = None
    rating: Annotated[Rating | None, BeforeValidator(_as_rating)] = None
    curve: Curve | None = None
    rank: Rank | None = None
    matrix: Matrix | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        given = [name for name in RULES if getattr(self, name) is not None]
        if len(given) != 1:
            faults.note("scheme.one_scoring_rule", (), ", ".join(given) or "–", known=", ".join(RULES))
        if self.curve is not None and self.curve.x == "score":
            faults.note("scheme.scoring_reads_score", ("curve", "x"), self.curve.x)
        if self.matrix is not None and self.matrix.measure:
            faults.note("scheme.matrix_measure", ("matrix", "measure"), self.matrix.measure)
        faults.refuse("Scoring")
        return self

    @property
    def kind(self) -> str:
        """The rule's name in a scheme's file: `proportional`, `bands`, ..."""
        return next(name for name in RULES if getattr(self, name) is not None)

    @property
    def reads(self) -> str:
        """What the rule reads of its own measure: `attainment` or `actual`."""
        if self.rating is not None:
            return "actual"
        return self.curve.x if self.curve is not None else "attainment"

    @property
    def alone(self) -> bool:
        """Whether the rule reads this participant's KPI and nothing else, and so is a curve."""
        return self.rank is None and self.matrix is None

    def compile(self, out_of: float = 100.0) -> Curve:
        """The rule as a curve on the 100-point scale.

        Parameters
        ----------
        out_of : float
            In how many points the rule is written; 20 points full marks are a score of 100.

        Raises
        ------
        ValueError
            A rank or a matrix is no curve.
        """
        if not self.alone:
            raise ValueError(f"a scoring rule by {self.kind} reads more than one KPI and is no curve")
        if self.curve is not None:
            return self.curve.scaled(100 / out_of)
        rule: Proportional | ThresholdTargetExcellence | Bands | Deduct | PlusMinus | Rating
        rule = getattr(self, self.kind)
        return rule.compile(out_of)


RULES = (
    *("proportional", "threshold_target_excellence", "bands", "deduct", "plus_minus", "rating"),
    *("curve", "rank", "matrix"),
)
