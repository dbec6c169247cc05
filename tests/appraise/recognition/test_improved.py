"""Most improved: regression to the mean by the published example, by hand, and against luck alone."""

import math

import numpy as np
import pandas as pd
import pytest

from toolkit.appraise.recognition import improvement, regression_to_the_mean


def period(scores: list[float] | np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"participant": [f"p{i:02d}" for i in range(len(scores))], "score": scores})


def test_regression_to_the_mean_of_barnett() -> None:
    # Barnett, van der Pols and Dobson (2005): mean 60, standard deviation 15, cut 40, correlation .5.
    assert regression_to_the_mean(60, 15, 40, 0.5) == pytest.approx(13.486, abs=0.001)
    random = np.random.default_rng(1)
    lasting = random.normal(60, 15 * math.sqrt(0.5), 1_000_000)
    first, second = lasting + random.normal(0, 15 * math.sqrt(0.5), (2, 1_000_000))
    low = first < 40
    assert (second - first)[low].mean() == pytest.approx(13.486, abs=0.15)


def test_a_period_that_was_good_for_all_is_nobodys_progress() -> None:
    found = improvement(period([60.0, 80.0, 100.0]), period([90.0, 110.0, 130.0]), 0.8)
    assert found["change"].tolist() == [0.0, 0.0, 0.0] and found["reliable_change"].tolist() == [
        0.0,
        0.0,
        0.0,
    ]


def test_expected_residual_and_reliable_change_by_hand() -> None:
    """Means 80 and 80, variances 400 and 100, so s = √250; r = .6.

    p02 fell from 100 to 90: expected 80 + .6·20 = 92, residual −2 ÷ (√250·.8) = −.158, RC −10 ÷ √200 = −.707.
    """
    found = improvement(period([60.0, 80.0, 100.0]), period([80.0, 70.0, 90.0]), 0.6).set_index("participant")
    last = found.loc["p02"]
    assert last["expected"] == pytest.approx(92.0)
    assert last["residual"] == pytest.approx(-0.1581, abs=1e-4)
    assert last["reliable_change"] == pytest.approx(-0.7071, abs=1e-4)
    assert found.loc["p00", "rank"] == 1 and set(found["n"]) == {3}


def test_luck_alone_makes_losers_win_by_raw_gain_and_not_by_residual() -> None:
    """Without any true change the raw winner came from the bottom quarter in 59 %, the residual's in 25 %."""
    random, raw, fair = np.random.default_rng(7), 0, 0
    for _ in range(400):
        lasting = random.normal(0, math.sqrt(0.5), 20)
        first, second = lasting + random.normal(0, math.sqrt(0.5), (2, 20))
        bottom = {f"p{i:02d}" for i in np.argsort(first)[:5]}
        found = improvement(period(first), period(second), 0.5)
        raw += found.sort_values("change")["participant"].iloc[-1] in bottom
        fair += found["participant"].iloc[0] in bottom
    assert raw / 400 > 0.5 and fair / 400 == pytest.approx(0.25, abs=0.05)


def test_a_true_rise_is_found_and_noise_seldom_passes() -> None:
    random, found_it, false = np.random.default_rng(9), 0, 0
    for _ in range(120):
        lasting = random.normal(0, math.sqrt(0.8), 20)
        first, second = lasting + random.normal(0, math.sqrt(0.2), (2, 20))
        calm = improvement(period(first), period(second), 0.8)
        false += (calm["reliable_change"] > 1.64).sum()
        second[4] += 3.0
        found_it += improvement(period(first), period(second), 0.8)["participant"].iloc[0] == "p04"
    assert found_it / 120 > 0.9
    assert false / (120 * 20) == pytest.approx(0.05, abs=0.02)


def test_only_people_of_both_periods_count_and_one_alone_has_no_number() -> None:
    found = improvement(period([60.0, 80.0]), period([70.0]), 0.6)
    assert found["participant"].tolist() == ["p00"] and found["residual"].isna().all()
    assert improvement(period([]), period([70.0]), 0.6).empty
