"""The rows of a screening: one a KPI and test, with the number, its interval and a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from toolkit.stats import LEVEL

VERDICTS = ("ok", "warn", "fail", "not_enough_data")
TEXTS = ("kpi", "test", "result", "grain", "verdict", "why")
NUMBERS = (
    "value", "low", "high", "level", "n", "people", "periods", "p_value", "p_adjusted", "months_needed",
    "months_low", "months_high", "zero", "share_place", "share_period", "share_rest", "lags",
    "per_unit", "placebo_p",
)  # fmt: skip
TESTS = (
    "kpi", "test", "result", "grain", "value", "low", "high", "level", "n", "people", "periods", "p_value",
    "p_adjusted", "verdict", "why", "months_needed", "months_low", "months_high", "zero", "share_place",
    "share_period", "share_rest", "lags", "per_unit", "placebo_p",
)  # fmt: skip
Row = dict[str, object]


def row(kpi: str, test: str, verdict: str, why: str = "", *, level: float = LEVEL, **values: object) -> Row:
    """A row of a KPI's test; numbers that are not given are blank, infinite ones too."""
    return {"kpi": kpi, "test": test, "verdict": verdict, "why": why, "level": level, **values}


def refused(kpi: str, test: str, why: str, *, level: float = LEVEL, **values: object) -> Row:
    """A row that says why there is no number."""
    return row(kpi, test, "not_enough_data", why, level=level, **values)


def table(rows: Iterable[Mapping[str, object]], columns: tuple[str, ...] = TESTS) -> pd.DataFrame:
    """Rows as a table with all its columns, texts as str and numbers as float64."""
    frame = pd.DataFrame(list(rows), columns=list(columns))
    for name in columns:
        if name in NUMBERS:
            frame[name] = frame[name].astype(float).replace([np.inf, -np.inf], np.nan)
        elif name in TEXTS:
            frame[name] = frame[name].astype("str").fillna("")
    return frame


def worst(verdicts: Iterable[str]) -> str:
    """The gravest of several verdicts; not_enough_data only where nothing could be judged.

    Examples
    --------
    >>> worst(["ok", "warn", "not_enough_data"]), worst(["not_enough_data"])
    ('warn', 'not_enough_data')
    """
    found = set(verdicts)
    return next((v for v in ("fail", "warn", "ok") if v in found), "not_enough_data")
