"""Notebook 3 on every sample: its tables, held against the schemes and what is known of the samples."""

import shutil
from pathlib import Path

import pandas as pd
import papermill
import pytest

import toolkit as tk
from toolkit.assets import asset
from toolkit.design.weights.save import load_weights

AGREED = {
    "manufacturer": {"revenue": 0.4, "visits": 0.2, "conversion": 0.2, "satisfaction": 0.2},
    "adventureworks": {"sales": 1.0},
}
STAGES = {"manufacturer": ["agreed", "ranges", "weights", "steps"], "adventureworks": ["agreed"]}


@pytest.mark.slow
@pytest.mark.parametrize("sample", ["manufacturer", "adventureworks"])
def test_calibrate_weights(sample: str, tmp_path: Path) -> None:
    client = tmp_path / "client"
    shutil.copytree(asset("templates", "engagements", sample), client)
    (client / "decisions" / "weights.yaml").unlink(missing_ok=True)
    (tmp_path / "out").mkdir()
    papermill.execute_notebook(
        str(asset("notebooks", "3_calibrate_weights.ipynb")),
        None,
        parameters={"engagement": str(client), "language": "zh", "out": str(tmp_path / "out"), "keep": True},
        progress_bar=False,
    )
    weights, stages, acting = (
        pd.read_csv(tmp_path / "out" / f"{n}.csv") for n in ("weights", "stages", "acting")
    )
    assert dict(zip(weights["measure"], weights["agreed"], strict=True)) == AGREED[sample]
    assert weights["proposed"].tolist() == weights["agreed"].tolist()  # nothing is replaced in silence
    assert weights["acting"].sum() == pytest.approx(1) and weights["reconciled"].sum() == pytest.approx(1)
    assert weights["why"].str.startswith("约定").all()
    assert stages["stage"].tolist() == STAGES[sample]
    sums = acting.groupby(["stage", "of"])["share"].sum()
    assert sums.to_numpy() == pytest.approx(1) and {"score", "payout"} <= set(acting["of"])
    kept = load_weights(tk.load_engagement(client))
    assert kept is not None and not kept.stale and len(kept.schemes) == 1
