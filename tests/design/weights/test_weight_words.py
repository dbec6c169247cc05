"""Sentences about weights where the numbers leave less to say than usual."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from toolkit.cli.weigh import _second_looks
from toolkit.design.weights import words

NAMES = {"en": {"calls": "Calls", "win": "Wins"}, "zh": {"calls": "电话量", "win": "赢单数"}}


def told(**parts: Any) -> Any:
    return SimpleNamespace(measures=("calls", "win"), agreed=np.array([0.2, 0.8]), names=NAMES, **parts)


def stage(low: float, high: float) -> Any:
    shares = (np.array([0.0, 1.0]), np.array([low, 0.0]), np.array([high, 1.0]))
    return SimpleNamespace(shares=shares, pay_shares=None, parts=())


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.42, 0.42, "cannot be told from none, nor from what was agreed"),  # 20 % lies inside
        (-0.03, 0.01, "as it is scored today it hardly tells people apart"),
        (0.02, 0.08, "less than agreed"),
        (0.10, 0.30, "not distinguishable from what was agreed"),
    ],
)
def test_what_an_interval_allows_to_say(low: float, high: float, said: str) -> None:
    found = SimpleNamespace(at=lambda name: stage(low, high))
    assert said in " ".join(words._does(told(found=found), 0, "en"))


def robust(total: float) -> Any:
    sobol = pd.DataFrame({"group": ["targets"], "total": [total], "total_low": [0.3], "total_high": [1.2]})
    return SimpleNamespace(first=pd.DataFrame({"measure": [], "low": [], "high": []}), sobol=sobol)


def test_a_share_of_variance_stays_within_its_interval_and_most_means_more_than_half() -> None:
    (said,) = (s for s in words._holds(told(robust=robust(1.01)), "en") if "doubt" in s)
    assert said.startswith("Most of the doubt") and "100 % (30 % to 100 %)" in said
    (said,) = (s for s in words._holds(told(robust=robust(0.45)), "en") if "doubt" in s)
    assert said.startswith("The largest part of the doubt")


def test_a_second_look_is_told_in_whole_times_from_the_side_that_counts_more() -> None:
    pairs = pd.DataFrame(
        {"respondent": ["D1", "D2"], "first": ["calls"] * 2, "second": ["win"] * 2, "now": [7.0, 2.0],
         "suggested": [1 / 9, 5.0], "ratio_now": [0.4, 0.2], "ratio_then": [0.1, 0.05]}
    )  # fmt: skip
    turned, straight = _second_looks(pairs, NAMES["en"], "en")
    assert "now 7 times; Wins over Calls, 9 times" in turned
    assert "now 2 times; 5 would bring" in straight
    assert "改为赢单数对电话量 9 倍" in next(_second_looks(pairs, NAMES["zh"], "zh"))
