"""What is added to or taken from a score beside the measures: items, their limits, and vetoes."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic.dataclasses import dataclass

from toolkit.faults import Faults
from toolkit.scheme.curve import STRICT, Number
from toolkit.scheme.grades import written
from toolkit.scheme.measure import Name
from toolkit.scheme.rules import NotNegative, Positive

Title = Annotated[dict[Literal["en", "zh"], str], Field(min_length=1)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Item:
    """Points for something recorded in the table `events`: added if positive, taken off if negative.

    Parameters
    ----------
    name : str
        As the events name it.
    points : float
        For each (`events.quantity` times); 0 for an item that only a veto reads.
    title : dict
        In `en`, `zh` or both; the name where left out.
    most : float, optional
        The most that this item can add or take off in a period.

    Examples
    --------
    >>> Item(name="key_account", points=2, most=10).points
    2.0
    """

    name: Name
    points: Number
    title: dict[Literal["en", "zh"], str] = Field(default_factory=dict)
    most: Positive | None = None


@dataclass(frozen=True, config=STRICT)
class ItemLimits:
    """The most that all items together can add (`up`) and take off (`down`) in a period."""

    up: NotNegative | None = None
    down: NotNegative | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        if self.up is None and self.down is None:
            faults.note("scheme.bounds_nothing", (), "item_limits", known="up, down")
        faults.refuse("ItemLimits")
        return self


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Veto:
    """One event, or one measure too low, that overrides the rest (一票否决).

    Parameters
    ----------
    item : str, optional
        An item of the scheme: one event of it in the period is enough.
    measure, below : str and float, optional
        Instead of `item`: the measure's attainment under this ratio; without attainment nothing is vetoed.
    score : float, optional
        The score is at most this.
    grade : str, optional
        The grade is at best this.
    pays : float, optional
        The share of what was earned that is still paid.

    Examples
    --------
    >>> Veto(measure="collection", below=0.5, grade="C").pays is None
    True
    """

    item: str = ""
    measure: str = ""
    below: Number | None = None
    score: Number | None = None
    grade: Annotated[str, BeforeValidator(written)] = ""
    pays: Share | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        if bool(self.item) == bool(self.measure) or bool(self.measure) != (self.below is not None):
            faults.note("scheme.veto_of", (), self.item or self.measure or "–")
        if self.score is None and not self.grade and self.pays is None:
            faults.note("scheme.veto_does_nothing", (), self.item or self.measure or "–")
        faults.refuse("Veto")
        return self
