"""Notebook 1 on every sample: its tables, held against what is known of the samples."""

from pathlib import Path

import pandas as pd
import papermill
import pytest

from toolkit.assets import asset

DEALS = {"manufacturer": 9246, "adventureworks": 60855}
PEOPLE = {"manufacturer": 24, "adventureworks": 17}


@pytest.mark.slow
@pytest.mark.parametrize("sample", ["manufacturer", "adventureworks"])
def test_check_data(sample: str, tmp_path: Path) -> None:
    papermill.execute_notebook(
        str(asset("notebooks", "1_check_data.ipynb")),
        None,
        parameters={
            "engagement": str(asset("templates", "engagements", sample)),
            "language": "zh",
            "out": str(tmp_path),
        },
        progress_bar=False,
    )
    tables, notes, coverage = (pd.read_csv(tmp_path / f"{n}.csv") for n in ("tables", "notes", "coverage"))
    assert tables.set_index("table").loc["deals", "rows"] == DEALS[sample]
    assert set(notes.columns) == {"code", "where", "row", "column", "message"} and len(notes) >= 2
    sales = coverage.set_index("kpi").loc["net_sales"]
    assert sales["people"] == PEOPLE[sample] and 0 <= sales["missing"] < 0.2
