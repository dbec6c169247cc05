"""What the client must look at, as the table `findings.csv`."""

from __future__ import annotations

import pandas as pd

from toolkit.language import text
from toolkit.report.reasons import unpaid_reason
from toolkit.report.results import Results


def findings(results: Results, language: str) -> pd.DataFrame:
    """What the client must look at: people whom the scheme covers and who cannot be paid."""
    rows = results.unpaid.drop_duplicates(["scheme", "participant", "reason"])
    return pd.DataFrame(
        {
            "code": [f"pay.{r}" for r in rows["reason"]],
            "severity": "error",
            "scheme": rows["scheme"].to_numpy(),
            "where": (rows["participant"] + " " + rows["period"]).to_numpy(),
            "message": [unpaid_reason(r, results, language) for r in rows.to_dict("records")],
            "advice": text("next.unpaid", language),
        },
        columns=["code", "severity", "scheme", "where", "message", "advice"],
    )
