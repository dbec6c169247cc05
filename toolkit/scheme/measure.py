"""A measure: a KPI inside a scheme, with its weight, target and scoring rule."""

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
from toolkit.scheme.curve import STRICT, Curve, Number
from toolkit.scheme.rules import Positive
from toolkit.scheme.scoring import Scoring

Grain = Literal["month", "quarter", "half", "year"]
GRAINS: tuple[Grain, ...] = ("month", "quarter", "half", "year")
LEVELS = ("individual", "team", "region", "company")
# A name is part of addresses such as field_sales.measures.revenue.weight, so it holds no point, space or @.
Name = Annotated[str, Field(strict=True, pattern=r"^[^\W\d][\w-]*$")]


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Target:
    """Where a measure's target comes from: exactly one of `fixed`, `table`, `growth` and `hit_probability`.

    Parameters
    ----------
    fixed : float, optional
        One value for all, for each `per` (the scheme's `score_every` when left out).
    table : bool
        The client's targets table (in a file: `target: table`).
    growth : float, optional
        Ratio on top of the actual of an earlier period, named by `over`.
    over : {'previous_quarter', 'same_quarter_last_year'}
        The earlier period.
    otherwise : 'table', optional
        Where to look when the earlier period gives no base.
    hit_probability : float, optional
        To be computed and frozen by `toolkit.design` before it can be applied.

    Examples
    --------
    >>> Target(growth=0.10, over="same_quarter_last_year", otherwise="table").kind
    'growth'
    """

    fixed: Number | None = None
    per: Grain | None = None
    table: bool = False
    growth: Number | None = None
    over: Literal["previous_quarter", "same_quarter_last_year"] | None = None
    otherwise: Literal["table"] | None = None
    hit_probability: Annotated[float, Field(strict=True, gt=0, lt=1)] | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        given = self._given()
        if len(given) != 1:
            faults.note("scheme.one_target_rule", (), ", ".join(given) or "–")
        if self.per is not None and self.fixed is None:
            faults.note("scheme.belongs_to", ("per",), self.per, rule="fixed")
        if (self.growth is None) != (self.over is None):
            faults.note("scheme.growth_over", (), self.over or self.growth)
        if self.otherwise is not None and self.growth is None:
            faults.note("scheme.belongs_to", ("otherwise",), self.otherwise, rule="growth")
        faults.refuse("Target")
        return self

    def _given(self) -> list[str]:
        values = {"fixed": self.fixed, "growth": self.growth, "hit_probability": self.hit_probability}
        return [name for name, value in values.items() if value is not None] + ["table"] * self.table

    @property
    def kind(self) -> str:
        """`fixed`, `table`, `growth` or `hit_probability`."""
        return self._given()[0]


@dataclass(frozen=True, config=STRICT)
class Range:
    """Attainment = (actual − floor) ÷ (target − floor), which zero and negative targets need."""

    range: Number


def _one_attainment(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """One fault for `attainment`, not one for each kind it may have."""
    try:
        return handler(value)
    except ValidationError:
        faults = Faults()
        faults.note("scheme.attainment_rule", (), str(value))
        faults.refuse("Measure")


def _as_target(value: Any) -> Any:
    return {"table": True} if value == "table" else value


Attainment = Annotated[Literal["inverse"] | Range | None, WrapValidator(_one_attainment)]


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Measure:
    """A KPI inside a scheme.

    Parameters
    ----------
    name : str
        Unique in the scheme, used in addresses.
    kpi : str
        Id in the catalogue or among the engagement's own KPIs.
    weight : float
        Share of the score, 0 or more; a measure of weight 0 only gates or earns commission.
    target : Target, optional
        May be left out only where the scoring curve reads the actual.
    scoring : Scoring
        How attainment or actual becomes a score.
    level : str, optional
        Whose value counts: individual, team, region or company; the scheme's own level when left out.
    attainment : 'inverse' or Range, optional
        Another way to compute the attainment than that of the KPI's direction.
    out_of : float
        In how many points the scoring rule is written.
    raters : dict
        The actual is given by people: self, peer or manager -> weight of their mean rating (table `ratings`).

    Examples
    --------
    >>> from toolkit.scheme.scoring import Proportional
    >>> scoring = Scoring(proportional=Proportional(0.6, 1.2))
    >>> measure = Measure(name="visits", kpi="visits", weight=0.2, target=Target(fixed=40), scoring=scoring)
    >>> measure.curve([1.5]).tolist()
    [120.0]
    """

    name: Name
    kpi: Annotated[str, Field(strict=True)]
    weight: Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
    target: Annotated[Target | None, BeforeValidator(_as_target)] = None
    scoring: Scoring
    level: Literal["individual", "team", "region", "company"] | None = None
    attainment: Attainment = None
    out_of: Positive = 100.0
    raters: dict[Literal["self", "peer", "manager"], Positive] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        ranked = self.scoring.rank is not None  # without a target by the actual
        if self.target is None and self.scoring.reads == "attainment" and not ranked:
            faults.note("document.missing_key", ("target",), key="target")
        if self.raters and abs(math.fsum(self.raters.values()) - 1) > 1e-9:
            total = round(math.fsum(self.raters.values()), 9)
            faults.note("scheme.shares_sum", ("raters",), total)
        if self.raters and self.level not in (None, "individual"):
            faults.note("scheme.raters_level", ("level",), self.level)
        faults.refuse("Measure")
        return self

    @property
    def curve(self) -> Curve:
        """The scoring rule compiled to the 100-point scale; only for a rule that reads this KPI alone."""
        return self.scoring.compile(self.out_of)
