"""What the linter and the tests of the history say, computed once for chapters and tables."""

from __future__ import annotations

import pandas as pd

from toolkit.report.results import Results
from toolkit.review.integrity import integrity
from toolkit.review.lint.lint import Linted, linted

_TABLES = (
    *("panel", "targets", "scorecard", "scores"),
    *("payouts", "components", "adjustments"),
)


def design(results: Results, language: str) -> Linted:
    """Every rule of the linter on every scheme, with the tables of the report."""
    tables = {name: getattr(results, name) for name in _TABLES}

    def make() -> Linted:
        return linted(
            results.schemes,
            client=results.client,
            language=language,
            participants=results.client.participants,
            **tables,
        )

    return results.kept("design", language, make)


def signs(results: Results, language: str) -> pd.DataFrame:
    """The tests of the history for what schemes invite people to do; `integrity.csv`, without names."""
    return results.kept(
        "signs", language, lambda: integrity(results.client, results, language=language).drop(columns="who")
    )
