"""The tables of a report as CSV files: a contract for other programs."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit.language import text
from toolkit.report.acting import weights_table
from toolkit.report.chapters.alerts import watched
from toolkit.report.chapters.grades import confidence_table
from toolkit.report.chapters.kpis import selection_table
from toolkit.report.chapters.people import development_table, recognition_table
from toolkit.report.chapters.raters import raters_table, unread_table
from toolkit.report.findings import findings
from toolkit.report.origin import write_origin
from toolkit.report.phrases import Change, span, with_interval
from toolkit.report.reasons import adjustment_reason
from toolkit.report.results import Results, kpi_name
from toolkit.report.reviewed import signs
from toolkit.report.tables import write_csv
from toolkit.report.workbook.write import write_workbook
from toolkit.review.changes import CHANGED
from toolkit.stats import LEVEL

PANEL = [
    *("participant", "level", "period", "kpi"),
    *("numerator", "denominator", "value", "exposure", "rows", "missing"),
]


def save_results(results: Results, out: str | Path, language: str) -> dict[str, int]:
    """Write every table under `out/tables/`, the last period's score sheets as `out/scorecards.xlsx`, and
    `out/manifest.json`, which says what they were made from.

    Returns
    -------
    dict
        table → number of rows.
    """
    folder = Path(out)
    counts = write_tables(results, folder, language)
    made = [folder / "tables" / f"{name}.csv" for name in counts]
    if len(results.scores):
        made.append(folder / "scorecards.xlsx")
        write_workbook(results, made[-1], language)
    write_origin(folder, results.client, language, made)
    return counts


def write_tables(results: Results, out: str | Path, language: str) -> dict[str, int]:
    """Write every table under `out/tables/`.

    Returns
    -------
    dict
        table → number of rows.
    """
    folder = Path(out) / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "panel": results.panel[PANEL],
        "targets": results.targets,
        "scorecard": results.scorecard,
        "scores": results.scores,
        "score_steps": results.score_steps,
        "payouts": results.payouts,
        "components": results.components,
        "adjustments": _worded(results, language),
        "alerts": watched(results, language).alerts,
        "recognition": recognition_table(results, language),
        "development": development_table(results, language),
        "grade_confidence": confidence_table(results),
        "leniency": raters_table(results),
        "unread_events": unread_table(results),
        "findings": findings(results, language),
        "effects": effects(results, language),
        "integrity": signs(results, language),
        "weights": weights_table(results, language),
    }
    selection = selection_table(results, language)
    if selection is not None:
        tables["selection"] = selection
    for name, table in tables.items():
        write_csv(table, folder / f"{name}.csv")
    return {name: len(table) for name, table in tables.items()}


def _worded(results: Results, language: str) -> pd.DataFrame:
    """The adjustments with their reasons in the report's language."""
    rows = results.adjustments.to_dict("records")
    return results.adjustments.assign(reason=[adjustment_reason(row, results, language) for row in rows])


def effects(results: Results, language: str) -> pd.DataFrame:
    """The comparison of the two windows: described, and refused where a percentage has no meaning."""
    rows = results.changes
    refused = rows["estimate"].isna()
    changed = rows["group"] == CHANGED
    return pd.DataFrame(
        {
            "kpi": rows["kpi"],
            "design": f"before_after_{results.windows.basis}",
            "estimate": rows["estimate"],
            "low": rows["low"],
            "high": rows["high"],
            "level": rows["confidence"],
            "p_value": np.nan,
            "evidence": np.where(refused, "refused", "descriptive"),
            "n_treated": np.where(changed, rows["n"], 0),
            "n_comparison": np.where(changed, 0, rows["n"]),
            "claim": [_claim(row, results, language) for row in rows.to_dict("records")],
            "group": rows["group"],
            "team": rows["team"],
            "unit": rows["unit"],
            "before": rows["before"],
            "after": rows["after"],
        }
    )


def _claim(row: Mapping[Hashable, Any], results: Results, language: str) -> str:
    change = Change(row["estimate"], row["low"], row["high"], int(row["n"]), row["unit"])
    who = text(f"group.{row['group']}", language) + (f" · {row['team']}" if row["team"] else "")
    return text(
        "changes.claim",
        language,
        kpi=kpi_name(results.client.kpis[row["kpi"]], language),
        who=who,
        change=with_interval(change, language, LEVEL),
        after=span(results.windows.after, language),
        before=span(results.windows.before, language),
    )
