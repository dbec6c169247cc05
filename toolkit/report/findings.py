"""What the client must look at, as the table `findings.csv`."""

from __future__ import annotations

import pandas as pd

from toolkit.language import text
from toolkit.report.reasons import unpaid_reason
from toolkit.report.results import Results
from toolkit.report.reviewed import design

COLUMNS = ["code", "severity", "scheme", "where", "message", "advice", "accepted"]


def findings(results: Results, language: str) -> pd.DataFrame:
    """People whom a scheme covers and who cannot be paid, then what the linter finds in the schemes."""
    return pd.concat(
        [_unpaid(results, language), design(results, language).findings[COLUMNS]], ignore_index=True
    )


def _unpaid(results: Results, language: str) -> pd.DataFrame:
    rows = results.unpaid.drop_duplicates(["scheme", "participant", "reason"])
    return pd.DataFrame(
        {
            "code": [f"pay.{r}" for r in rows["reason"]],
            "severity": "error",
            "scheme": rows["scheme"].to_numpy(),
            "where": (rows["participant"] + " " + rows["period"]).to_numpy(),
            "message": [unpaid_reason(r, results, language) for r in rows.to_dict("records")],
            "advice": text("next.unpaid", language),
            "accepted": "",
        },
        columns=COLUMNS,
    ).astype("str")
