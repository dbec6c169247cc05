"""How a scheme pays: a curve over the score, a commission, and gates that cut what was earned."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator, model_validator
from pydantic.dataclasses import dataclass

from toolkit.faults import Faults
from toolkit.scheme.curve import STRICT, Curve, Number, Point


def _rate_or_roster(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """One fault for `rate`, not one for each kind it may have."""
    try:
        return handler(value)
    except ValidationError:
        faults = Faults()
        faults.note("scheme.rate_value", (), str(value))
        faults.refuse("RatePlan")


Share = Annotated[float, Field(strict=True, ge=0, le=1)]
NotNegative = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Rate = Annotated[Literal["roster"] | NotNegative | None, WrapValidator(_rate_or_roster)]


@dataclass(frozen=True, config=STRICT)
class RatePlan:
    """A commission on the amount one measure credits.

    Parameters
    ----------
    of : str
        Name of the measure whose actual is credited.
    rate : `roster` or float, optional
        The participant's own `commission_rate`, or one rate for all; instead of `by` and `tiers`.
    by : {'attainment', 'amount'}, optional
        What the tiers' edges count.
    tiers : tuple of (edge, rate)
        From 0 upwards; a value on an edge takes the higher tier.
    split : {'step', 'none', 'interpolated'}
        `step`: each slice at its own rate (edges by attainment are edge × target). `none`: the rate of the
        tier reached holds for the whole amount. `interpolated`: the rate is interpolated between two edges
        and holds for the whole amount.

    Examples
    --------
    >>> RatePlan(of="revenue", by="attainment", tiers=((0, 0.05), (1.0, 0.08))).split
    'step'
    """

    of: str
    rate: Rate = None
    by: Literal["attainment", "amount"] | None = None
    tiers: tuple[Point, ...] = ()
    split: Literal["none", "step", "interpolated"] = "step"

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        if (self.rate is None) == (self.by is None) or (self.by is None) != (not self.tiers):
            faults.note("scheme.rate_or_tiers", (), self.of)
        if self.tiers and self.tiers[0][0] != 0:
            faults.note("scheme.first_tier", ("tiers", 0, 0), self.tiers[0][0])
        for i, (edge, rate) in enumerate(self.tiers):
            if i and edge <= self.tiers[i - 1][0]:
                faults.note("scheme.not_increasing", ("tiers", i, 0), edge, before=self.tiers[i - 1][0])
            if rate < 0:
                faults.note("scheme.negative_pay", ("tiers", i, 1), rate)
        faults.refuse("RatePlan")
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
class PayPlan:
    """What a score and a credited amount pay; at least one of `curve` and `rate`.

    Parameters
    ----------
    target_incentive : 'roster'
        The money at 100 % stands in the participants table.
    per : {'year', 'quarter', 'month'}
        What the roster's amount is for.
    curve : Curve, optional
        Score to payout ratio, 0 or more.
    rate : RatePlan, optional
        A commission, paid beside the curve's payout if both are given.
    gates : tuple of Gate
        Applied in order, each to what the one before left.

    Examples
    --------
    >>> plan = PayPlan(curve=Curve("score", ((60, 0.0), (80, 0.5), (100, 1.0), (120, 1.5))))
    >>> plan.curve([59, 90, 130]).tolist()
    [0.0, 0.75, 1.5]
    """

    target_incentive: Literal["roster"] = "roster"
    per: Literal["year", "quarter", "month"] = "year"
    curve: Curve | None = None
    rate: RatePlan | None = None
    gates: tuple[Gate, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        if self.curve is None and self.rate is None:
            faults.note("scheme.pays_nothing", ())
        if self.curve is not None and self.curve.x != "score":
            faults.note("scheme.pay_reads_score", ("curve", "x"), self.curve.x)
        if self.curve is not None:
            for i, (_, ratio) in enumerate(self.curve.points):
                if ratio < 0:
                    faults.note("scheme.negative_pay", ("curve", "points", i, 1), ratio)
            if (self.curve.below or 0) < 0:
                faults.note("scheme.negative_pay", ("curve", "below"), self.curve.below)
        faults.refuse("PayPlan")
        return self
