"""Scoring and paying a large client against one pandas merge of its panel with its targets, and the memory.

    python -m benchmarks.scoring make|merge|appraise FOLDER

makes the tables in a folder, or times one of the two in a process of its own and leaves the seconds there.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from benchmarks.measure import Row, Run, run_command
from toolkit.catalogue.load import load_catalogue
from toolkit.periods import Calendar
from toolkit.scheme import Schemes, build_scheme

PEOPLE, MONTHS, TIMES = 100_000, 12, 3
SLOWER_THAN_MERGE = 4.0
MEMORY_MB = 6000
_SEED = 4
# KPI, weight, target and scoring rule: the rules that clients use most.
_MEASURES = {
    "net_sales": (0.35, "table", {"proportional": {"from": 0.6, "cap": 1.2}}),
    "gross_margin": (
        0.15,
        "table",
        {"plus_minus": {"base": 100, "per": 0.01, "plus": 1, "minus": 2} | {"most": 20, "least": 30}},
    ),
    "collection_rate": (0.2, "table", {"deduct": {"points": 2, "per": 0.01}}),
    "visits": (0.1, "table", {"bands": [[0, 30], [0.6, 60], [1.0, 100]]}),
    "new_customers": (
        0.1,
        "table",
        {
            "threshold_target_excellence": {
                "threshold": [0.75, 50],
                "target": [1.0, 100],
                "excellence": [1.2, 150],
            }
        },
    ),
    "overdue_receivables": (0.1, "table", {"proportional": {"from": 0.5, "cap": 1.5}}),
}
_PAY = {
    "curve": {"x": "score", "points": [[60, 0.0], [80, 0.5], [100, 1.0], [120, 1.5]]},
    "rate": {"of": "net_sales", "by": "attainment", "tiers": [[0, 0.005], [1.0, 0.008]], "split": "none"},
    "gates": [
        {"measure": "collection_rate", "below": 0.8, "pays": 0.5},
        {"measure": "overdue_receivables", "below": 0.4, "pays": 0},
    ],
}


def run() -> Iterator[Row]:
    """Both in turn, each time in a fresh process: nothing is warm for one that is not for the other."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        run_command(_command("make", folder))
        runs: dict[str, list[Run]] = {"merge": [], "appraise": []}
        seconds: dict[str, list[float]] = {"merge": [], "appraise": []}
        for _ in range(TIMES):
            for what, done in runs.items():
                done.append(run_command(_command(what, folder)))
                seconds[what].append(float((folder / f"{what}.txt").read_text(encoding="utf-8")))
        ours, theirs = median(seconds["appraise"]), median(seconds["merge"])
        ratio = ours / theirs
        size = f"{PEOPLE:,} people × {MONTHS} months × {len(_MEASURES)} KPIs"
        what = f"score, grade and pay {size}, against a merge"
        measured = f"{ours:.1f} s against {theirs:.1f} s"
        yield Row(what, measured, f"{ratio:.2f}", f"≤ {SLOWER_THAN_MERGE}", ratio <= SLOWER_THAN_MERGE)
        peak, merge = (max(r.peak_mb for r in runs[name]) for name in ("appraise", "merge"))
        measured = f"the merge {merge:.0f} MB"
        yield Row("its peak memory", measured, f"{peak:.0f} MB", f"< {MEMORY_MB} MB", peak < MEMORY_MB)


def _command(what: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.scoring", what, str(folder)]


def make(folder: Path) -> None:
    """Write roster, panel, the client's targets and those set from them, as parquet."""
    from toolkit.appraise.targets import set_targets

    people = _roster()
    panel = _panel(people["participant"])
    table = panel[["participant", "period", "kpi"]].assign(target=_targets(panel))
    table = table.sort_values(["participant", "period", "kpi"], ignore_index=True)  # as a client's sheet is
    people.to_parquet(folder / "people.parquet")
    panel.to_parquet(folder / "panel.parquet")
    table.to_parquet(folder / "table.parquet")
    set_targets(_schemes(), panel, table, people).to_parquet(folder / "targets.parquet")


def merge(folder: Path) -> float:
    """Seconds of one merge of the panel with the client's targets."""
    panel, table = (pd.read_parquet(folder / f"{name}.parquet") for name in ("panel", "table"))
    began = time.perf_counter()
    merged = panel.merge(table, on=["participant", "period", "kpi"])
    seconds = time.perf_counter() - began
    _hold(len(merged), PEOPLE * MONTHS * len(_MEASURES))
    return seconds


def appraise(folder: Path) -> float:
    """Seconds from panel and targets to payouts."""
    from toolkit.appraise import grade, pay, score

    panel, targets, people = (
        pd.read_parquet(folder / f"{n}.parquet") for n in ("panel", "targets", "people")
    )
    schemes = _schemes()
    began = time.perf_counter()
    card = score(schemes, panel, targets, people)
    scores = grade(schemes, card)
    paid = pay(schemes, card, scores, people)
    seconds = time.perf_counter() - began
    _hold(len(card), PEOPLE * MONTHS * len(_MEASURES))
    _hold(len(paid), PEOPLE * MONTHS)
    return seconds


def _hold(rows: int, expected: int) -> None:
    """A benchmark of something else than what it says means nothing."""
    if rows != expected:
        raise AssertionError(f"{rows} rows, not {expected}")


def _schemes() -> Schemes:
    """One scheme of six measures, with a curve, a commission and two gates, paid every month."""
    measures = [
        {"name": kpi, "kpi": kpi, "weight": weight, "target": target, "scoring": rule}
        for kpi, (weight, target, rule) in _MEASURES.items()
    ]
    document = {
        "name": "field",
        "version": "1",
        "title": {"en": "Field sales", "zh": "外勤"},
        "effective": {"from": dt.date(2025, 1, 1)},
        "score_every": "month",
        "pay_every": "month",
        "currency": "CNY",
        "measures": measures,
        "grades": {"A": 90, "B": 80, "C": 60, "D": 0},
        "pay": _PAY,
    }
    return Schemes((build_scheme(document),), Calendar(), load_catalogue())


def _roster() -> pd.DataFrame:
    names = [f"P{i:06d}" for i in range(PEOPLE)]
    table = pd.DataFrame({"participant": names, "role": "field_sales", "base_salary": 120_000.0})
    table["team"] = [f"T{i % 1000:03d}" for i in range(PEOPLE)]
    table["region"] = [f"R{i % 10}" for i in range(PEOPLE)]
    days = dict.fromkeys(("hired_on", "left_on", "valid_from", "valid_to"), "datetime64[s]")
    table["hired_on"] = pd.Timestamp("2020-01-01")
    table[["left_on", "valid_from", "valid_to"]] = pd.NaT
    return table.assign(target_incentive=48_000.0, commission_rate=0.01).astype(days)


def _panel(names: pd.Series) -> pd.DataFrame:
    """A row a person, month and KPI, with actuals about their targets; sorted as `measure` gives them."""
    kpis, rows = sorted(_MEASURES), np.arange(PEOPLE * MONTHS * len(_MEASURES))
    months = pd.array([f"2026-{m:02d}" for m in range(1, MONTHS + 1)], dtype="str")
    width = len(kpis)
    panel = pd.DataFrame(
        {
            "level": pd.array(["individual"], dtype="str").take(rows * 0),
            "participant": names.array.take(rows // (MONTHS * width)),
            "kpi": pd.array(kpis, dtype="str").take(rows // MONTHS % width),
            "period": months.take(rows % MONTHS),
        }
    )
    around = np.random.default_rng(_SEED).normal(1.0, 0.25, len(panel)).round(4)
    panel["numerator"] = panel["value"] = np.maximum(around, 0.01) * _targets(panel)
    panel["denominator"], panel["exposure"], panel["rows"] = np.nan, 1.0, 10
    return panel.assign(missing=pd.array([""], dtype="str").take(rows * 0))


def _targets(panel: pd.DataFrame) -> np.ndarray:
    """A target a KPI: of sales and margin in money, of the others in small numbers."""
    large = {"net_sales": 100_000.0, "gross_margin": 30_000.0, "overdue_receivables": 20_000.0}
    return panel["kpi"].map(large).fillna(1.0).to_numpy(dtype=float)


if __name__ == "__main__":
    task, place = sys.argv[1], Path(sys.argv[2])
    if task == "make":
        make(place)
    else:
        (place / f"{task}.txt").write_text(
            str({"merge": merge, "appraise": appraise}[task](place)), encoding="utf-8"
        )
