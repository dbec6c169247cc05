"""Notebook 2 on every sample: its tables, held against the briefs and what is known of the samples."""

import shutil
from pathlib import Path

import pandas as pd
import papermill
import pytest

import toolkit as tk
from toolkit.assets import asset
from toolkit.design.select import load_selection

CANDIDATES = {"manufacturer": 16, "adventureworks": 12}


@pytest.mark.slow
@pytest.mark.parametrize("sample", ["manufacturer", "adventureworks"])
def test_choose_kpis(sample: str, tmp_path: Path) -> None:
    client = tmp_path / "client"
    shutil.copytree(asset("templates", "engagements", sample), client)
    (client / "decisions" / "kpis.yaml").unlink(missing_ok=True)
    (tmp_path / "out").mkdir()
    papermill.execute_notebook(
        str(asset("notebooks", "2_choose_kpis.ipynb")),
        None,
        parameters={"engagement": str(client), "language": "zh", "out": str(tmp_path / "out"), "keep": True},
        progress_bar=False,
    )
    screening, pairs, integrity, selection = (
        pd.read_csv(tmp_path / "out" / f"{n}.csv") for n in ("screening", "pairs", "integrity", "selection")
    )
    assert len(selection) == CANDIDATES[sample]
    best = set(selection.loc[selection["chosen"], "kpi"])
    assert "net_sales" in best and 5 <= len(best) <= 8
    assert set(selection.loc[selection["chosen"], "category"]) == {"result", "process", "quality", "growth"}
    assert selection["inclusion_frequency"].between(0, 1).all() and selection["reason"].str.len().min() > 5
    assert set(screening["verdict"]) <= {"ok", "warn", "fail", "not_enough_data"}
    assert {"coverage", "reliability"} <= set(screening["test"])
    assert len(pairs) and "who" not in integrity  # nobody is named in a table that is passed on
    kept = load_selection(tk.load_engagement(client))
    assert kept is not None and set(kept.best) == best and not kept.stale
