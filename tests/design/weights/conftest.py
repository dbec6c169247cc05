"""The sample with its scheme settled once, before anybody was asked."""

import shutil
from typing import Any

import pytest

import toolkit as tk
from toolkit.appraise.appraisal import Appraisal, settle
from toolkit.assets import asset
from toolkit.design.weights.acting.history import History, history


@pytest.fixture(scope="session")
def unasked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The manufacturer's engagement without answers, decisions and brief."""
    folder = tmp_path_factory.mktemp("unasked") / "manufacturer"
    left_out = shutil.ignore_patterns("answers", "decisions", "weight_brief.yaml", "__pycache__")
    shutil.copytree(asset("templates", "engagements", "manufacturer"), folder, ignore=left_out)
    return tk.load_engagement(folder)


@pytest.fixture(scope="session")
def settled(unasked: Any) -> Appraisal:
    return settle(unasked)


@pytest.fixture(scope="session")
def past(settled: Appraisal) -> History:
    return history(settled, "field_sales")
