"""Histories and panels made by hand for the screening's tests."""

import numpy as np
import pandas as pd

from toolkit.catalogue.kpi import Kpi
from toolkit.catalogue.load import load_catalogue
from toolkit.design.screen.history import History
from toolkit.periods import Calendar

KPIS = load_catalogue()


def months(count: int, first: str = "2024-01") -> list[str]:
    return [Calendar().shift(first, by) for by in range(count)]


def people(count: int) -> list[str]:
    return [f"员工{i:04d}" for i in range(count)]


def history(values: object, kpi: Kpi | str = "visits", grain: str = "month", **parts: object) -> History:
    """People × periods, everybody employed throughout; blanks have nothing recorded."""
    table = np.asarray(values, dtype=float)
    names = [Calendar().shift("2024-Q1", by) for by in range(table.shape[1])]
    periods = months(table.shape[1]) if grain == "month" else names
    found: dict[str, object] = {
        "kpi": KPIS[kpi] if isinstance(kpi, str) else kpi,
        "grain": grain,
        "people": pd.Index(people(len(table))),
        "periods": pd.Index(periods),
        "values": table,
        "exposure": np.ones(table.shape),
        "missing": np.where(np.isnan(table), 0, -1),
        "codes": ("no_rows_in_period",),
    }
    return History(**(found | parts))  # type: ignore[arg-type]


def panel(tables: dict[str, object], first: str = "2024-01", exposure: object = 1.0) -> pd.DataFrame:
    """Individual rows of a panel: one matrix a KPI, people × months from `first` on, or quarters."""
    frames = []
    for kpi, values in tables.items():
        table = np.asarray(values, dtype=float)
        periods = [Calendar().shift(first, by) for by in range(table.shape[1])]
        share = np.broadcast_to(np.asarray(exposure, dtype=float), table.shape).ravel()
        frames.append(
            pd.DataFrame(
                {
                    "participant": np.repeat(people(len(table)), table.shape[1]),
                    "level": "individual",
                    "period": np.tile(periods, len(table)),
                    "kpi": kpi,
                    "numerator": np.nan,
                    "denominator": np.nan,
                    "value": table.ravel(),
                    "exposure": share,
                    "rows": 1,
                    "missing": np.where(np.isnan(table.ravel()), "no_rows_in_period", ""),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
