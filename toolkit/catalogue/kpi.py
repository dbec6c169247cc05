"""What a KPI is: its names, unit and direction, for whom it fits, and the SQL aggregates that measure it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from toolkit.faults import Faults

Category = Literal["result", "process", "quality", "growth"]
Unit = Literal["currency", "count", "ratio", "points", "days", "minutes"]
Kind = Literal["flow", "snapshot", "cohort"]
Subject = Literal["person", "team", "region", "store", "company"]
Every = Literal["day", "week", "month", "quarter", "year"]
Role = Literal[
    "all", "field_sales", "hunter", "key_account", "inside_sales", "channel", "store", "medical_rep",
    "customer_success", "manager",
]  # fmt: skip
Industry = Literal[
    "all", "b2b", "manufacturing", "distribution", "fmcg", "retail", "ecommerce", "pharma", "saas",
    "services", "telecom", "finance", "insurance", "automotive", "construction", "education", "real_estate",
]  # fmt: skip
Text = Mapping[Literal["en", "zh"], str]
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_STRICT)
class Aggregate:
    """One SQL aggregate over one standard table: a flow in a period, or a snapshot at its end.

    Parameters
    ----------
    table : str
        A standard table: deals, activities, ...
    sql : str
        An aggregate expression over its columns, in DuckDB's dialect.
    date : str
        For a flow: the date column that puts a row into a period.
    owner : str
        The column that says whose row it is.
    opened, closed : str
        For a snapshot: a row counts on a day if it was opened by then and not closed.

    Raises
    ------
    pydantic.ValidationError
        Both a date and an opening or closing day are given.

    Examples
    --------
    >>> Aggregate("deals", "sum(amount)", opened="created_on", closed="closed_on").is_snapshot
    True
    """

    table: str
    sql: str
    date: str = ""
    owner: str = "participant"
    opened: str = ""
    closed: str = ""

    def __post_init__(self) -> None:
        faults = Faults()
        if self.date and (self.opened or self.closed):
            faults.note(
                "catalogue.flow_and_snapshot", ("date",), self.date, opened=self.opened or self.closed
            )
        faults.refuse("Aggregate")

    @property
    def is_snapshot(self) -> bool:
        """Whether the rows are those open at the period's end, not those dated in the period."""
        return bool(self.opened or self.closed)


@dataclass(frozen=True, config=_STRICT)
class Kpi:
    """A KPI's definition.

    Parameters
    ----------
    kpi : str
        Its id in schemes and tables: `net_sales`.
    name, formula : mapping
        In `en` and `zh`; the formula in words.
    category : str
        result, process, quality or growth (the person's capability).
    unit : str
        currency, count, ratio (shown in per cent), points, days or minutes.
    direction : str
        Which way is better: higher, lower, or a band.
    kind : str
        flow (in a period), snapshot (at its end) or cohort (of the rows of a period, what came of them).
        Follows from the definition where it is left out: a cohort is watched `within_days`, a snapshot's
        numerator has `opened`. The denominator may be of the other kind.
    within_days : int
        For a cohort: how long a row is watched; a period younger than that says so.
    lead_lag : str
        lead (moves before the result) or lag (is the result).
    grain : tuple
        Whom and how often it suits: `[person, month]`.
    roles, industries : tuple of str
        For whom it is made; `all` for any.
    needs : mapping
        Which data it takes, in `en` and `zh`.
    gaming_risk : mapping
        How it is driven up without the work, in `en` and `zh`.
    ref, source : str
        Its number across documents, and where the definition was found.

    Raises
    ------
    pydantic.ValidationError
        A snapshot or a cohort is called a flow.

    Examples
    --------
    >>> part = Aggregate("deals", "sum(amount)", opened="created_on", closed="closed_on")
    >>> Kpi("pipeline", {"en": "Pipeline"}, "process", "currency", "higher", numerator=part).kind
    'snapshot'
    """

    kpi: str
    name: Text
    category: Category
    unit: Unit
    direction: Literal["higher", "lower", "band"]
    kind: Kind | None = None
    numerator: Aggregate | None = None
    denominator: Aggregate | None = None
    within_days: int = 0
    formula: Text = field(default_factory=dict)
    lead_lag: Literal["lead", "lag"] = "lag"
    grain: tuple[Subject, Every] = ("person", "month")
    roles: tuple[Role, ...] = ("all",)
    industries: tuple[Industry, ...] = ("all",)
    needs: Text = field(default_factory=dict)
    gaming_risk: Text = field(default_factory=dict)
    ref: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        snapshot = self.numerator is not None and self.numerator.is_snapshot
        follows: Kind = "cohort" if self.within_days else "snapshot" if snapshot else "flow"
        faults = Faults()
        if self.kind is None:
            object.__setattr__(self, "kind", follows)  # frozen for everybody else
        elif self.kind == "flow" and follows != "flow":  # its targets would be added up over the months
            faults.note("catalogue.no_flow", ("kind",), self.kind, follows=follows)
        faults.refuse("Kpi")

    @property
    def is_ratio(self) -> bool:
        """Whether the KPI is a numerator over a denominator; such values do not add."""
        return self.denominator is not None

    @property
    def adds_over_time(self) -> bool:
        """Whether a quarter's target is the sum of its months' targets: flows without a denominator.

        Of a KPI that the client supplies there is no SQL to tell: amounts and counts add, shares, scores and
        days do not (a market share of 30 % is 30 % in a quarter too).
        """
        sums = self.has_sql or self.unit in ("currency", "count")
        return self.kind == "flow" and not self.is_ratio and self.unit != "ratio" and sums

    @property
    def has_sql(self) -> bool:
        """Whether the standard tables measure it; otherwise the client supplies it in `kpi_values`."""
        return self.numerator is not None
