"""What a scored month gives people to read beside its tables: score sheets in Excel, a statement each."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

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
    from toolkit.report.statement.explain import statement_pages  # most runs write none

    target = folder / "statements"
    target.mkdir()
    due = due_people(appraisal, inputs)
    pairs = sorted((who, period) for period, people in due.items() for who in people)
    place = {pair: n for n, pair in enumerate(pairs, 1)}
    for period, people in due.items():
        for who, page in statement_pages(appraisal, people, period, language):
            path = target / f"{place[who, period]:04d}_{_UNSAFE.sub('_', who)}_{period}.html"
            path.write_text(page, encoding="utf-8", newline="\n")


def due_people(appraisal: Appraisal, inputs: Inputs) -> dict[str, list[str]]:
    """Period → who is scored or paid for it, those included who only get or give back something later."""
    periods = period_table(inputs.schemes.calendar, inputs.periods)
    due = assignments(inputs.schemes, inputs.participants, periods)
    every = due["scheme"].map({s.id: {s.score_every, s.pay_every} for s in inputs.schemes})
    rows = due[[grain in grains for grain, grains in zip(due["grain"], every, strict=True)]]
    paid = appraisal.payouts[appraisal.payouts["period"].isin(inputs.periods)]
    pairs = pd.concat([rows[["person", "period"]], paid.rename(columns={"participant": "person"})])
    return {str(period): sorted(set(own["person"])) for period, own in pairs.groupby("period")}


def write_scorecards(appraisal: Appraisal, inputs: Inputs, folder: Path, language: str) -> None:
    """Write `scorecards.xlsx`: the score sheets of the month and of what ends with it, with live formulas."""
    from toolkit.report.workbook.write import write_workbook

    write_workbook(appraisal, folder / "scorecards.xlsx", language, tuple(inputs.periods))
