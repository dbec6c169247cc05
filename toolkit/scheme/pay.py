"""How a scheme pays: what is earned on score, measures, credit or from a pool, and what changes it after."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic.dataclasses import dataclass

from toolkit.faults import Faults
from toolkit.scheme.curve import STRICT, Curve
from toolkit.scheme.parts import (
    Caps,
    Clawback,
    Gate,
    Guarantee,
    Holdback,
    MeasurePay,
    Modifier,
    Pool,
    ShareOfBase,
    negative_pay,
)
from toolkit.scheme.rates import RatePlan


def _incentive(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """One fault for `target_incentive`, not one for each kind it may have."""
    try:
        return handler(value)
    except ValidationError:
        faults = Faults()
        faults.note("scheme.incentive_rule", (), str(value))
        faults.refuse("PayPlan")


def _as_rates(value: Any) -> Any:
    return [value] if isinstance(value, dict | RatePlan) else value


Incentive = Annotated[Literal["roster"] | ShareOfBase, WrapValidator(_incentive)]


@dataclass(frozen=True, config=STRICT, kw_only=True)
class PayPlan:
    """What a scheme pays; at least one of `curve`, `measures`, `rates` and `pool`.

    Parameters
    ----------
    target_incentive : 'roster' or ShareOfBase
        The money at 100 % stands in the participants table, or is a share of the base salary there.
    per : {'year', 'quarter', 'month'}
        What the roster's amounts are for.
    curve : Curve, optional
        Score to payout ratio, 0 or more.
    measures : dict
        Instead of `curve`: measure -> its share of the target incentive and its own curve.
    rates : tuple of RatePlan
        Commissions (`rate` in a file, one or a list), paid beside the rest.
    pool : Pool, optional
        A sum that the participants share by points.
    modifiers : tuple of Modifier
        Factors on what was earned, in order.
    gates : tuple of Gate
        Applied in order, each to what the one before left.
    caps, guarantee, holdback, clawback : optional
        What bounds, lifts, holds back or takes back a payout.

    Examples
    --------
    >>> plan = PayPlan(curve=Curve("score", ((60, 0.0), (80, 0.5), (100, 1.0), (120, 1.5))))
    >>> plan.curve([59, 90, 130]).tolist()
    [0.0, 0.75, 1.5]
    """

    target_incentive: Incentive = "roster"
    per: Literal["year", "quarter", "month"] = "year"
    curve: Curve | None = None
    measures: dict[str, MeasurePay] = Field(default_factory=dict)
    rates: Annotated[tuple[RatePlan, ...], BeforeValidator(_as_rates)] = Field(default=(), alias="rate")
    pool: Pool | None = None
    modifiers: tuple[Modifier, ...] = ()
    gates: tuple[Gate, ...] = ()
    caps: Caps | None = None
    guarantee: Guarantee | None = None
    holdback: Holdback | None = None
    clawback: Clawback | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        if not self.by_incentive and not self.rates and self.pool is None:
            faults.note("scheme.pays_nothing", ())
        if self.curve is not None and self.measures:
            faults.note("scheme.curve_or_measures", ("measures",), ", ".join(self.measures))
        if self.curve is not None and self.curve.x != "score":
            faults.note("scheme.pay_reads_score", ("curve", "x"), self.curve.x)
        if self.curve is not None:
            negative_pay(self.curve, ("curve",), faults)
        total = math.fsum(m.share for m in self.measures.values())
        if self.measures and abs(total - 1) > 1e-9:
            faults.note("scheme.shares_sum", ("measures",), round(total, 9))
        self._check_sides(faults)
        faults.refuse("PayPlan")
        return self

    def _check_sides(self, faults: Faults) -> None:
        """Parts that need another part to stand on."""
        if self.guarantee is not None and not self.by_incentive:
            faults.note("scheme.needs_incentive", ("guarantee",), "guarantee")
        if self.caps is not None and self.caps.ratio is not None and not self.by_incentive:
            faults.note("scheme.needs_incentive", ("caps", "ratio"), self.caps.ratio)
        for name in ("holdback", "clawback"):
            if getattr(self, name) is not None and not self.rates:
                faults.note("scheme.needs_rate", (name,), name)

    @property
    def by_incentive(self) -> bool:
        """Whether any part of the pay is a share of a target incentive."""
        return self.curve is not None or bool(self.measures)
