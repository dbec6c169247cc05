"""A study of the manufacturer's weights as it is kept, every number set here by hand."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd

from tests.report.test_chapters import sample
from toolkit.design.weights.study import SchemeWeights, WeightStudy, empty, kind_of
from toolkit.report.results import Results

MEASURES = ("revenue", "visits", "conversion", "satisfaction")
KPIS = ("net_sales", "visits", "new_customer_win_rate", "customer_satisfaction")
AGREED = (0.40, 0.20, 0.20, 0.20)
SHARES = {
    "agreed": (0.63, -0.01, 0.33, 0.05),
    "ranges": (0.50, 0.05, 0.30, 0.15),
    "weights": (0.43, 0.17, 0.21, 0.19),
    "steps": (0.44, 0.16, 0.22, 0.18),
}
CALIBRATED = (0.25, 0.35, 0.15, 0.25)
NAMES = ("Zhao Qian", "Sun Li", "Zhou Wu", "Zheng Wang", "Feng Chen", "Chu Wei", "Jiang Shen")


def frame(name: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """A table of a study, its columns in their order and of their kinds."""
    table = pd.DataFrame(rows, columns=list(empty(name)))
    return table.astype({column: kind_of(column, name) for column in table})


def judges() -> pd.DataFrame:
    """Three directors, one of them inconsistent, and four representatives, one far from the others."""
    rows = [
        {
            "respondent": f"S{at:03d}",
            "name": name,
            "side": "directors" if at < 4 else "representatives",
            "method": "pairwise" if at < 5 else "points",
            "share": 1.0,
            "consistency_ratio": ratio,
            "accepted": 0.10,
            "inconsistent": at == 3,
            "distance": 0.2 + at / 10,
            "outlying": at == 7,
        }
        for at, (name, ratio) in enumerate(zip(NAMES, (0.02, 0.05, 0.14, 0.08, *(None,) * 3), strict=True), 1)
    ]
    own = pd.DataFrame([[0.4, 0.2, 0.2, 0.2]] * 7, columns=list(MEASURES))
    table = pd.DataFrame(rows).astype({c: kind_of(c, "judges") for c in rows[0]})
    return pd.concat([table, own], axis=1)


def measures() -> pd.DataFrame:
    """The study's table: a row a measure with the weights of every source."""
    columns = {
        "measure": MEASURES,
        "kpi": KPIS,
        "agreed": AGREED,
        "proposed": AGREED,
        "low": (0.0,) * 4,
        "high": (1.0,) * 4,
        "acting": SHARES["agreed"],
        "payout_acting": (0.40, 0.02, 0.42, 0.01),
        "expert": (0.38, 0.17, 0.24, 0.21),
        "equal": (0.25,) * 4,
        "data": (0.31, 0.12, 0.35, 0.22),
        "outcome": (None,) * 4,
        "reconciled": (0.35, 0.20, 0.25, 0.20),
        "why": ("acts for more than agreed", "hardly differs", "acts for more", "hardly differs"),
    }
    return frame("table", list(zip(*(columns[name] for name in empty("table")), strict=True)))


def acting() -> pd.DataFrame:
    """Shares of score differences at every stage."""
    rows = [
        (stage, "score", measure, share, share - 0.05, share + 0.05)
        for stage, shares in SHARES.items()
        for measure, share in zip(MEASURES, shares, strict=True)
    ]
    return frame("acting", rows)


ROWS: dict[str, list[tuple[Any, ...]]] = {
    "stages": [
        ("agreed", 0.23, 96.4, 0.913, False),
        ("ranges", 0.15, 95.1, 0.887, False),
        ("weights", 0.03, 97.2, 0.931, False),
        ("steps", 0.04, 97.0, 0.926, False),
    ],
    "ranges": [
        ("revenue", 0.5, "20 %: 0 · 100 %: 100", "0 %: 0 · 100 %: 100", ""),
        ("visits", 2.0, "50 %: 0 · 100 %: 100", "75 %: 0 · 100 %: 100", ""),
        ("conversion", 1.0, "75 %: 50", "75 %: 50", "a data warning holds it back"),
    ],
    "pairs_to_revisit": [("S003", "visits", "revenue", 3.0, 1.0, 0.14, 0.06)],
    "sides": [
        ("revenue", 0.45, 0.33, 1.36, 1.05, 1.77, True),
        ("visits", 0.15, 0.19, 0.79, 0.55, 1.13, False),
        ("conversion", 0.22, 0.25, 0.88, 0.70, 1.11, False),
        ("satisfaction", 0.18, 0.23, 0.78, 0.58, 1.05, False),
    ],
    "first_place": [
        ("revenue", 0.22, 0.71, "S005"),
        ("visits", 0.0, 0.35, "S008"),
        ("conversion", 0.1, 1.0, "S008"),
        ("satisfaction", 0.0, 1.0, ""),
    ],
    "sobol": [
        ("weights", 0.21, 0.17, 0.25, 0.26, 0.22, 0.30),
        ("targets", 0.55, 0.48, 0.62, 0.61, 0.55, 0.67),
        ("ranges", 0.14, 0.10, 0.18, 0.17, 0.13, 0.21),
    ],
    "places": [("S001", 1, 1, 0.83, 1.2), ("S005", 2, 1, 0.17, 1.9)],
}
REFUSED = {
    "en": "Weights from outcomes need 120 rows of 15 people.",
    "zh": "由结果反推权重至少需要 15 人的 120 行数据。",
}
FACTS = {
    "side_names": ["directors", "representatives"],
    "period": "2026-Q2",
    "counts": {"expert": 0.6, "equal": 0.2, "data": 0.2, "outcome": 0.0},
    "weights": {"steps": dict(zip(MEASURES, CALIBRATED, strict=True))},
}


def part(**changed: Any) -> SchemeWeights:
    """The pilot scheme's part; anything may be replaced."""
    given: dict[str, Any] = {
        "scheme": "field_sales@2026-01",
        "table": measures(),
        "acting": acting(),
        "judges": judges(),
        "agreement": {"w": 0.62, "p_value": 0.01, "judges": 7, "descriptive": False, "consensus": 0.81},
        "refused": (("outcome", REFUSED),),
        "facts": FACTS,
        **{name: frame(name, rows) for name, rows in ROWS.items()},
    }
    return SchemeWeights(**{**given, **changed})


def study(*parts: SchemeWeights, stale: bool = False, language: str = "en") -> WeightStudy:
    """A study of some schemes, of the pilot's alone by default."""
    return WeightStudy(parts or (part(),), {}, 0, stale, language)


def with_study(found: WeightStudy | None, results: Results | None = None) -> Results:
    """Results that hold a study, or none, whatever lies in the engagement."""
    own = dataclasses.replace(results or sample("manufacturer"))  # nothing kept yet
    for language in ("en", "zh"):
        own.kept("weights", language, lambda: found)
    return own
