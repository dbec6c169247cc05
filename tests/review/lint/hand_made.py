"""Schemes edited in one place and small tables made by hand, for the tests of targets and scores."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.review.lint.cards import PACKS, load_cards
from toolkit.review.lint.lint import Linted, linted
from toolkit.scheme.change import replace_at
from toolkit.scheme.example import example_schemes
from toolkit.scheme.scheme import Schemes

ID = "field_sales@2026-01"
QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4")
KPIS = {"revenue": "net_sales", "visits": "visits", "satisfaction": "customer_satisfaction"}


def with_fields(**fields: Any) -> Schemes:
    """The example's scheme with whole fields replaced."""
    schemes = example_schemes()
    return dataclasses.replace(schemes, items=(dataclasses.replace(schemes["field_sales"], **fields),))


def with_parts(changes: dict[str, Any]) -> Schemes:
    """The example's scheme with addresses changed: `measures.revenue.target`."""
    return replace_at(example_schemes(), {f"field_sales.{at}": value for at, value in changes.items()})


def run(code: str, schemes: Schemes | None = None, language: str = "en", **tables: pd.DataFrame) -> Linted:
    """One rule on a scheme, by whatever pack it belongs to."""
    packs = [pack for pack in PACKS if pack in load_cards()[code].packs]
    given = schemes or example_schemes()
    return linted(given, packs=packs, select=[code], language=language, **tables)  # type: ignore[arg-type]


def found(
    code: str, schemes: Schemes | None = None, language: str = "en", **tables: pd.DataFrame
) -> list[tuple[str, str]]:
    """Where and message of what one rule finds; a rule that was not run is a mistake of the test."""
    out = run(code, schemes, language, **tables)
    assert out.skipped.empty, out.skipped.to_string()
    return list(zip(out.findings["where"], out.findings["message"], strict=True))


def skipped(code: str, schemes: Schemes | None = None, **tables: pd.DataFrame) -> str:
    """Why one rule was not run; one that was is a mistake of the test."""
    out = run(code, schemes, **tables)
    assert out.findings.empty and len(out.skipped) == 1, out.findings.to_string()
    return str(out.skipped["reason"].iloc[0])


def people(count: int) -> list[str]:
    """p01, p02, ..."""
    return [f"p{i + 1:02d}" for i in range(count)]


def scorecard(
    attained: Sequence[Sequence[float]] | np.ndarray,
    measure: str = "revenue",
    *,
    target: float = 1000.0,
    periods: Sequence[str] = QUARTERS,
    score: Sequence[Sequence[float]] | np.ndarray | None = None,
) -> pd.DataFrame:
    """A scorecard of one measure: a row of `attained` a participant, a column a period."""
    table = np.asarray(attained, dtype=float)
    count, width = table.shape
    flat = table.ravel()
    scores = 100 * flat if score is None else np.asarray(score, dtype=float).ravel()
    return pd.DataFrame(
        {
            "scheme": ID,
            "participant": np.repeat(people(count), width),
            "period": np.tile(periods[:width], count),
            "measure": measure,
            "kpi": KPIS[measure],
            "target": target,
            "actual": flat * target,
            "attainment": flat,
            "score": scores,
            "weight": 0.6,
            "points": scores * 0.6,
            "missing": "",
            "level": "individual",
            "exposure": 1.0,
        }
    )


def targets(
    rows: Sequence[tuple[str, str, float]], measure: str = "revenue", basis: str = "table"
) -> pd.DataFrame:
    """Targets as `set_targets` gives them: (participant, period, target)."""
    table = pd.DataFrame(rows, columns=["participant", "period", "target"])
    blank = {"hit_probability": np.nan, "low": np.nan, "high": np.nan}
    basis_of = np.where(table["target"].isna(), "no_table_row", basis)
    return table.assign(scheme=ID, measure=measure, basis=basis_of, **blank)


def panel(
    rows: Sequence[tuple[str, str, float]], kpi: str = "net_sales", level: str = "individual"
) -> pd.DataFrame:
    """Actuals: (participant, period, value)."""
    table = pd.DataFrame(rows, columns=["participant", "period", "value"])
    return table.assign(level=level, kpi=kpi, exposure=1.0, missing="")


def months(year: int, values: Sequence[float]) -> list[tuple[str, str, float]]:
    """A company's months of a year, for `panel`."""
    return [("all", f"{year}-{i + 1:02d}", value) for i, value in enumerate(values)]
