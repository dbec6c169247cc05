"""Looking numbers up by whose they are and when, in the order of the rows that ask."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.data.panel.spine import COMPANY


def matched(units: pd.Series, periods: pd.Series, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table (unit, period, ...) for units and periods, in their order; blank where none is."""
    wanted = pd.DataFrame({"unit": units.to_numpy(), "period": periods.to_numpy()})
    return wanted.merge(table, on=["unit", "period"], how="left", validate="m:1")


def at_level(panel: pd.DataFrame, level: str, kpi: str) -> pd.DataFrame:
    """One KPI of the panel at one level, with `unit` for whose value it is."""
    rows = panel[(panel["level"] == level) & (panel["kpi"] == kpi)]
    unit = rows["participant"] if level != "company" else pd.Series(COMPANY, index=rows.index, dtype="str")
    return rows[["period", "value", "exposure", "missing"]].assign(unit=unit)


def text_array(size: int, fill: str = "") -> np.ndarray:
    """An array of words to be filled in."""
    return np.full(size, fill, dtype=object)


def numbers(column: pd.Series) -> np.ndarray:
    """A column as floats of its own, NaN where blank."""
    return np.array(column.to_numpy(dtype=float, na_value=np.nan))
