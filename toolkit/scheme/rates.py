"""Commissions: a rate, or tiers of rates, on the amount that a measure credits."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator, model_validator
from pydantic.dataclasses import dataclass

from toolkit.faults import Faults
from toolkit.scheme.curve import STRICT, Point
from toolkit.scheme.rules import NotNegative, Positive


def _rate_or_roster(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """One fault for `rate`, not one for each kind it may have."""
    try:
        return handler(value)
    except ValidationError:
        faults = Faults()
        faults.note("scheme.rate_value", (), str(value))
        faults.refuse("RatePlan")


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
    cumulative : {'year', 'quarter'}, optional
        Tiers count what was credited since the (fiscal) year or quarter began; each period pays the
        commission on that, less what its earlier periods earned. Left out: each period by itself.
    deal_cap : float, optional
        Of one deal, credit above this amount earns nothing.

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
    cumulative: Literal["year", "quarter"] | None = None
    deal_cap: Positive | None = None

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
