"""What a scored month gives people to read beside its tables: score sheets in Excel, a statement each."""

from __future__ import annotations

import re
from pathlib import Path

from toolkit.appraise.appraisal import Appraisal
from toolkit.appraise.roster import assignments, period_table
from toolkit.monthly.inputs import Inputs

_UNSAFE = re.compile(r"[^\w.-]+")


def write_statements(appraisal: Appraisal, inputs: Inputs, folder: Path, language: str) -> None:
    """Write a statement page for every participant and period that ends with the month.

    The pages are for the persons themselves and hold no source rows: `kpi explain` shows these.

    Parameters
    ----------
    appraisal : Appraisal
    inputs : Inputs
    folder : Path
        The month's; pages go to `statements/`.
    language : str
    """
    from toolkit.report.statement.explain import explain  # most runs write none

    target = folder / "statements"
    target.mkdir()
    periods = period_table(inputs.schemes.calendar, inputs.periods)
    due = assignments(inputs.schemes, inputs.participants, periods)
    every = due["scheme"].map({s.id: {s.score_every, s.pay_every} for s in inputs.schemes})
    rows = due[[grain in grains for grain, grains in zip(due["grain"], every, strict=True)]]
    for place, row in enumerate(rows.to_dict("records"), 1):
        who, period = str(row["person"]), str(row["period"])
        page = explain(appraisal, who, period, language, rows=False).page()
        path = target / f"{place:04d}_{_UNSAFE.sub('_', who)}_{period}.html"
        path.write_text(page, encoding="utf-8", newline="\n")


def write_scorecards(appraisal: Appraisal, inputs: Inputs, folder: Path, language: str) -> None:
    """Write `scorecards.xlsx`: the score sheets of the month and of what ends with it, with live formulas."""
    from toolkit.report.workbook.write import write_workbook

    write_workbook(appraisal, folder / "scorecards.xlsx", language)
