"""The agreed document as plain, frozen, validated data, and the set of schemes an engagement has."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic.dataclasses import dataclass

from toolkit.catalogue.kpi import Kpi
from toolkit.errors import Problem, Problems, SchemeError
from toolkit.faults import Faults, near, report
from toolkit.periods import Calendar
from toolkit.scheme.accepted import Accepted
from toolkit.scheme.check import agreement_faults, document_faults, set_faults
from toolkit.scheme.curve import STRICT
from toolkit.scheme.grades import Grades, as_grades
from toolkit.scheme.items import Item, ItemLimits, Title, Veto
from toolkit.scheme.measure import Grain, Measure, Name
from toolkit.scheme.parts import Gate, Modifier
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.rules import NotNegative

Day = Annotated[dt.date, Field(strict=True)]


def _written(value: Any) -> Any:
    """A version such as 2026 or 2026-01-01 reads as a number or a day; it is a name."""
    return str(value) if isinstance(value, int | float | dt.date) and not isinstance(value, bool) else value


Written = Annotated[str, BeforeValidator(_written), Field(strict=True)]
Version = Annotated[Written, Field(pattern=r"^[^\s@]+$")]


def refuse(
    code: str, *, where: str = "", column: str = "", value: object = None, **values: object
) -> SchemeError:
    """A scheme error of a single problem, ready to raise."""
    return SchemeError(Problem(code, where, None, column, value, values))


@dataclass(frozen=True, config=STRICT)
class Effective:
    """First and last day of a scheme, both inclusive; no last day: until further notice."""

    from_: Day = Field(alias="from")
    to: Day | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        if self.to is not None and self.to < self.from_:
            faults.note("scheme.ends_before_start", ("to",), str(self.to), start=str(self.from_))
        faults.refuse("Effective")
        return self


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Scheme:
    """The whole agreed document for one role.

    Parameters
    ----------
    name, version : str
        Together the scheme's id, `name@version`.
    title : dict
        In `en`, `zh` or both.
    effective : Effective
        Days on which it holds.
    applies_to : dict
        Column of the participants table -> values; all columns must match; empty: everybody.
    level : {'individual', 'team', 'region'}
        Who is the participant.
    score_every, pay_every : {'month', 'quarter', 'half', 'year'}
        Grains of feedback and of pay.
    currency : str
        ISO 4217, three letters.
    measures : tuple of Measure
        Weights sum to 1.
    grades : Grades
        In a file mostly a mapping: grade -> lowest score, from the best down.
    pay : PayPlan
        What is paid.
    recognition, follow_up, governance : dict
        What else was agreed, as the client wrote it.
    missing : {'reweight', 'zero', 'carry'}
        A measure without a number: the others take its weight, it scores 0, or it keeps its score of the
        latest period of the same length that has one.
    double_credit : bool
        Its people may be credited with a deal beside those who have the whole of it (an overlay role).
    difficulty : 'roster', optional
        The total is multiplied by the participant's `difficulty` (难度系数) in the roster; blank is 1.
    items, item_limits, vetoes
        What is added to or taken from the score beside the measures, its bounds, and what overrides it.
    ramp : tuple of float
        Share of additive targets that a joiner owes in the first, second, ... 30 days of employment.
    accepted : tuple of Accepted
        Findings of the linter that stand with a reason.
    """

    name: Name
    version: Version
    title: Title
    effective: Effective
    applies_to: dict[str, tuple[Written, ...]] = Field(default_factory=dict)
    level: Literal["individual", "team", "region"] = "individual"
    score_every: Grain
    pay_every: Grain
    currency: Annotated[str, Field(strict=True, pattern=r"^[A-Z]{3}$")]
    measures: tuple[Measure, ...]
    grades: Annotated[Grades, BeforeValidator(as_grades)]
    pay: PayPlan
    recognition: dict[str, Any] = Field(default_factory=dict)
    follow_up: dict[str, Any] = Field(default_factory=dict)
    governance: dict[str, Any] = Field(default_factory=dict)
    missing: Literal["reweight", "zero", "carry"] = "reweight"
    double_credit: bool = False
    difficulty: Literal["roster"] | None = None
    items: tuple[Item, ...] = ()
    item_limits: ItemLimits | None = None
    vetoes: tuple[Veto, ...] = ()
    ramp: tuple[NotNegative, ...] = ()
    accepted: tuple[Accepted, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = agreement_faults([(m.name, m.weight) for m in self.measures])
        faults += document_faults(self)
        faults.refuse("Scheme")
        return self

    @property
    def id(self) -> str:
        """`name@version`, as tables name the scheme."""
        return f"{self.name}@{self.version}"

    def measure(self, name: str) -> Measure:
        """A measure by its name.

        Raises
        ------
        SchemeError
            The scheme has no such measure.
        """
        for measure in self.measures:
            if measure.name == name:
                return measure
        known = near(name, [m.name for m in self.measures])
        raise refuse("scheme.no_such_part", where=self.id, column="measures", value=name, known=known)


@dataclasses.dataclass(frozen=True)
class Schemes:
    """The schemes of an engagement, with the calendar and the KPIs they are read by.

    Parameters
    ----------
    items : tuple of Scheme
        Several roles and versions side by side.
    calendar : Calendar
        The engagement's periods.
    kpis : mapping of str to Kpi
        KPI id -> definition.

    Raises
    ------
    SchemeError
        A KPI is unknown, an id stands twice, or a rule does not fit its KPI or the calendar: all at once.
    """

    items: tuple[Scheme, ...]
    calendar: Calendar
    kpis: Mapping[str, Kpi]

    def __post_init__(self) -> None:
        problems = Problems()
        for scheme, faults in zip(self.items, set_faults(self.items, self.calendar, self.kpis), strict=True):
            report(faults, problems, _names(scheme), scheme.id)
        problems.raise_as(SchemeError)

    def __iter__(self) -> Iterator[Scheme]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, name: str) -> Scheme:
        """A scheme by `name@version`, or by its name alone: then the version that starts last."""
        found = [s for s in self.items if name in (s.id, s.name)]
        if not found:
            known = near(name, [s.id for s in self.items])
            raise refuse("scheme.no_such_scheme", value=name, known=known)
        return max(found, key=lambda s: s.effective.from_)


def _names(scheme: Scheme) -> dict[str, Any]:
    """What `report` needs of a scheme to write addresses as people do."""
    plan = scheme.pay
    beside: dict[str, tuple[Gate, ...] | tuple[Modifier, ...]]
    beside = {"gates": plan.gates, "modifiers": plan.modifiers}
    return {
        "measures": [{"name": m.name} for m in scheme.measures],
        "vetoes": [{"measure": v.measure, "item": v.item} for v in scheme.vetoes],
        "pay": {name: [{"measure": part.measure} for part in parts] for name, parts in beside.items()},
    }
