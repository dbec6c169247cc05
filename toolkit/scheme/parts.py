"""The parts of a pay plan that stand beside the curve and the rates."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from toolkit.faults import Faults
from toolkit.scheme.curve import STRICT, Curve, Number
from toolkit.scheme.grades import GradeName, Within
from toolkit.scheme.matrix import Matrix
from toolkit.scheme.rules import NotNegative, Positive

Share = Annotated[float, Field(strict=True, ge=0, le=1)]
PositiveShare = Annotated[float, Field(strict=True, gt=0, le=1)]


def negative_pay(curve: Curve, at: tuple[str | int, ...], faults: Faults) -> None:
    """Note the points of a payout curve that would take money."""
    for i, (_, ratio) in enumerate(curve.points):
        if ratio < 0:
            faults.note("scheme.negative_pay", (*at, "points", i, 1), ratio)
    if (curve.below or 0) < 0:
        faults.note("scheme.negative_pay", (*at, "below"), curve.below)


@dataclass(frozen=True, config=STRICT)
class ShareOfBase:
    """The target incentive as a share of the base salary."""

    share_of_base: Positive


@dataclass(frozen=True, config=STRICT, kw_only=True)
class MeasurePay:
    """A measure's share of the target incentive, and what its attainment, actual or score pays of it.

    Parameters
    ----------
    share : float
        Of the target incentive.
    curve : Curve
        To the payout ratio of that share.
    cap : float, optional
        The ratio is at most this.

    Examples
    --------
    >>> MeasurePay(share=0.6, curve=Curve("attainment", ((0.8, 0.5), (1.0, 1.0), (1.5, 3.0))), cap=2.0).cap
    2.0
    """

    share: PositiveShare
    curve: Curve
    cap: Positive | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        negative_pay(self.curve, ("curve",), faults)
        faults.refuse("MeasurePay")
        return self


@dataclass(frozen=True, config=STRICT)
class Gate:
    """While a measure's attainment is under `below`, only the share `pays` of what was earned is paid.

    Examples
    --------
    >>> Gate("collection", below=0.8, pays=0)
    Gate(measure='collection', below=0.8, pays=0.0)
    """

    measure: str
    below: Number
    pays: Share


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Modifier:
    """A factor on what was earned: by a measure's curve, by the grade, or by two measures.

    Parameters
    ----------
    measure, curve : str and Curve, optional
        The measure's attainment or actual, through the curve. Without a number the factor is 1.
    grades : dict, optional
        Grade -> factor (绩效系数); every grade of the scheme.
    matrix : Matrix, optional
        Its `measure` chooses the row, its `with` the column.

    Examples
    --------
    >>> Modifier(grades={"A": 1.2, "B": 1.0, "C": 0.8}).grades["A"]
    1.2
    """

    measure: str = ""
    curve: Curve | None = None
    grades: dict[GradeName, NotNegative] = Field(default_factory=dict)
    matrix: Matrix | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        given = [n for n in ("curve", "grades", "matrix") if getattr(self, n)]
        if len(given) != 1 or bool(self.measure) != (self.curve is not None):
            faults.note("scheme.one_modifier", (), ", ".join(given) or "–")
        if self.curve is not None:
            negative_pay(self.curve, ("curve",), faults)
        if self.matrix is not None:
            for i, row in enumerate(self.matrix.values):
                for j, value in enumerate(row):
                    if value < 0:
                        faults.note("scheme.negative_pay", ("matrix", "values", i, j), value)
            if not self.matrix.measure:
                faults.note("document.missing_key", ("matrix", "measure"), key="measure")
        faults.refuse("Modifier")
        return self


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Pool:
    """A sum that the participants share by points, to the cent.

    Parameters
    ----------
    amount : float, optional
        For each pay period and group.
    of, rate : str and float, optional
        Instead of `amount`: this rate of the sum of the participants' actuals of a measure in money.
    points : {'score', 'score_by_incentive'}
        Each one's points: score × exposure, or that × target incentive.
    within : {'scheme', 'team', 'region'}
        Who shares one pool.

    Examples
    --------
    >>> Pool(amount=100000).within
    'scheme'
    """

    amount: Positive | None = None
    of: str = ""
    rate: Positive | None = None
    points: Literal["score", "score_by_incentive"] = "score"
    within: Within = "scheme"

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        if (self.amount is None) != bool(self.of) or bool(self.of) != (self.rate is not None):
            faults.note("scheme.pool_of", (), self.of or self.amount)
        faults.refuse("Pool")
        return self


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Caps:
    """The most that a pay period pays: a ratio of the target incentive, or an amount of money."""

    ratio: Positive | None = None
    amount: Positive | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        if self.ratio is None and self.amount is None:
            faults.note("scheme.bounds_nothing", (), "caps", known="ratio, amount")
        faults.refuse("Caps")
        return self


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Guarantee:
    """Joiners get at least a share of their target incentive in their first months.

    Parameters
    ----------
    share : float
        Of the target incentive, for the days of the period that lie in those months.
    months : int
        From the day hired.
    recoverable : bool
        A draw: what was topped up is taken from later payouts, never below 0.

    Examples
    --------
    >>> Guarantee(share=0.8, months=3).recoverable
    False
    """

    share: PositiveShare
    months: Annotated[int, Field(strict=True, ge=1, le=24)]
    recoverable: bool = False


@dataclass(frozen=True, config=STRICT)
class Holdback:
    """A share of what was earned is held until the customers have paid: released as cash comes in."""

    share: PositiveShare


@dataclass(frozen=True, config=STRICT)
class Clawback:
    """Commission on deals cancelled or returned within so many days is taken back."""

    days: Annotated[int, Field(strict=True, ge=1)]
