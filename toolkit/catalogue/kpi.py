"""What a KPI is: its names, unit and direction, and the SQL aggregates that measure it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

Unit = Literal["currency", "count", "ratio", "points", "days"]
Text = Mapping[Literal["en", "zh"], str]
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_STRICT)
class Aggregate:
    """One SQL aggregate over one standard table.

    Parameters
    ----------
    table : str
        A standard table: deals, activities, ...
    sql : str
        An aggregate expression over its columns, in DuckDB's dialect.
    date : str
        The date column that puts a row into a period (flow and cohort).
    owner : str
        The column that says whose row it is.
    opened, closed : str
        For a snapshot: a row counts on a day if it was opened by then and not closed.
    """

    table: str
    sql: str
    date: str = ""
    owner: str = "participant"
    opened: str = ""
    closed: str = ""


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
        currency, count, ratio, points or days.
    direction : str
        Which way is better: higher, lower, or a band.
    kind : str
        flow (in a period), snapshot (at its end) or cohort (of the rows of a period, what came of them).
    within_days : int
        For a cohort: how long a row is watched; a period younger than that says so.
    """

    kpi: str
    name: Text
    category: Literal["result", "process", "quality", "growth"]
    unit: Unit
    direction: Literal["higher", "lower", "band"]
    kind: Literal["flow", "snapshot", "cohort"] = "flow"
    numerator: Aggregate | None = None
    denominator: Aggregate | None = None
    within_days: int = 0
    formula: Text = field(default_factory=dict)
    lead_lag: Literal["lead", "lag"] = "lag"
    gaming_risk: Text = field(default_factory=dict)
    ref: str = ""
    source: str = ""

    @property
    def is_ratio(self) -> bool:
        """Whether the KPI is a numerator over a denominator; such values do not add."""
        return self.denominator is not None

    @property
    def adds_over_time(self) -> bool:
        """Whether a quarter's target is the sum of its months' targets: flows without a denominator."""
        return self.kind == "flow" and not self.is_ratio
