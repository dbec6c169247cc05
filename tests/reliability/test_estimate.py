"""Reliability against published numbers, hand calculation and planted truth."""

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import NotEnoughData
from toolkit.reliability import (
    Reliability,
    estimate,
    mean_squares,
    periods_needed,
    reliability,
    split_half,
    stepped_up,
)

# Shrout and Fleiss (1979), Psychological Bulletin 86:420-428, table 2: six targets, four judges.
TARGETS = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]


def long(table: object) -> pd.DataFrame:
    """Rows of people, columns of periods → participant, period, value."""
    cells = np.asarray(table, dtype=float)
    index = pd.MultiIndex.from_product(
        [[f"p{i:03d}" for i in range(cells.shape[0])], [f"t{j:02d}" for j in range(cells.shape[1])]],
        names=["participant", "period"],
    )
    return pd.Series(cells.ravel(), index=index, name="value").reset_index()


def simulated(random: np.random.Generator, people: int, periods: int, icc: float) -> np.ndarray:
    """People's periods of variance one, of which `icc` lasts, and a month that is good or bad for all."""
    lasting = random.normal(0, math.sqrt(icc), (people, 1))
    return lasting + random.normal(0, math.sqrt(1 - icc), (people, periods)) + random.normal(0, 0.5, periods)


def test_mean_squares_of_shrout_and_fleiss() -> None:
    found = mean_squares(long(TARGETS), periods=False)
    assert (round(found.between, 2), round(found.within, 2)) == (11.24, 6.26)  # their table 3: BMS, WMS
    assert (found.size, found.people, found.rows, found.spare) == (4.0, 6, 24, 18)


@pytest.mark.parametrize(
    ("periods", "single", "mean", "low", "high"),
    # ICC(1,1) and ICC(1,4); with the judges' means taken off ICC(3,1) and ICC(3,4), their table 4. The 95 %
    # intervals are those that R's psych::ICC prints for these data, cut at 0.
    [(False, 0.17, 0.44, 0.0, 0.72), (True, 0.71, 0.91, 0.34, 0.95)],
)
def test_reliabilities_of_shrout_and_fleiss(
    monkeypatch: pytest.MonkeyPatch, periods: bool, single: float, mean: float, low: float, high: float
) -> None:
    monkeypatch.setattr(estimate, "FEWEST_PEOPLE", 6)
    found = reliability(long(TARGETS), periods=periods, level=0.95)
    assert [round(x, 2) for x in found[:3]] == [single, low, high]
    assert round(found.of_mean(4).value, 2) == mean


def test_unequal_numbers_of_periods_by_hand() -> None:
    """a: 1, 3; b: 5, 7, 9. Means 2 and 7, all 5: between 2·9 + 3·4 = 30, within 2 + 8 = 10 on 3."""
    rows = [("a", "1", 1.0), ("a", "2", 3.0), ("b", "1", 5.0), ("b", "2", 7.0), ("b", "3", 9.0)]
    found = mean_squares(pd.DataFrame(rows, columns=["participant", "period", "value"]), periods=False)
    assert found.between == pytest.approx(30.0) and found.within == pytest.approx(10 / 3)
    assert found.size == pytest.approx(5 - 13 / 5)


@pytest.mark.parametrize(("people", "periods", "low", "high"), [(10, 6, 0.04, 0.51), (20, 12, 0.15, 0.43)])
def test_the_spread_of_the_estimate_is_the_known_one(
    people: int, periods: int, low: float, high: float
) -> None:
    """The 90 % range of the estimate at a true .30, as published simulations of this size give it."""
    random = np.random.default_rng(11)
    found = [reliability(long(simulated(random, people, periods, 0.3))).value for _ in range(400)]
    assert np.quantile(found, [0.05, 0.95]) == pytest.approx([low, high], abs=0.06)


@pytest.mark.parametrize("gaps", [0.0, 0.15], ids=["balanced", "unbalanced"])
def test_intervals_cover_the_truth_nine_times_in_ten(gaps: float) -> None:
    random, held = np.random.default_rng(5), 0
    for _ in range(300):
        table = simulated(random, 14, 8, 0.3)
        table[random.random(table.shape) < gaps] = np.nan
        found = reliability(long(table))
        held += found.low <= 0.3 <= found.high
    assert 0.85 <= held / 300 <= 0.95


def test_a_month_that_is_good_for_all_is_nobodys_merit() -> None:
    table = simulated(np.random.default_rng(3), 12, 6, 0.5)
    shifted = reliability(long(table + np.array([0, 50, -20, 7, 0, 300.0])))
    assert shifted.value == pytest.approx(reliability(long(table)).value)


def test_order_of_rows_and_unit_are_irrelevant_and_the_input_stays() -> None:
    table = simulated(np.random.default_rng(2), 12, 6, 0.4)
    table[3, 2] = np.nan
    values = long(table)
    before = values.copy()
    found = reliability(values)
    shuffled = reliability(values.sample(frac=1, random_state=1).assign(value=lambda t: t["value"] * 1000))
    assert shuffled[:3] == pytest.approx(found[:3])
    assert shuffled.between == pytest.approx(1000 * found.between)
    pd.testing.assert_frame_equal(values, before)


def test_a_score_without_noise_is_certain() -> None:
    found = reliability(long([[i] * 4 for i in range(8)]))
    assert found[:3] == (1.0, 1.0, 1.0) and found.within == 0.0


def test_where_one_person_carries_all_differences_nothing_is_known() -> None:
    table = np.tile([1.0, -1.0, 1.0, -1.0], (9, 1))
    table[0] = [10.0, 11.0, 9.0, np.nan]  # without this person nobody differs from anybody
    found = reliability(long(table), periods=False)
    assert found.value > 0.8 and (found.low, found.high) == (0.0, 1.0)


@pytest.mark.parametrize(("people", "periods"), [(7, 6), (8, 3), (1, 1)])
def test_too_few_people_or_periods_are_refused(people: int, periods: int) -> None:
    with pytest.raises(NotEnoughData) as refused:
        reliability(long(np.random.default_rng(0).normal(size=(people, periods))))
    assert refused.value.problems[0].code == "reliability.too_few"
    assert "8 are needed" in str(refused.value)


def test_scores_that_are_all_the_same_are_refused() -> None:
    with pytest.raises(NotEnoughData) as refused:
        reliability(long(np.full((9, 5), 0.1 + 0.2)))
    assert refused.value.problems[0].code == "reliability.no_spread"


def test_spearman_brown_and_the_periods_needed() -> None:
    # Doubling a test of reliability .6 gives .75; ten months of ICC .1 give 10/19.
    assert stepped_up(0.6, 2) == pytest.approx(0.75) and stepped_up(0.1, 10) == pytest.approx(10 / 19)
    for icc in (0.1, 0.3, 0.8):
        assert stepped_up(icc, periods_needed(icc)) == pytest.approx(0.7)
    assert periods_needed(0.0) == math.inf
    found = Reliability(0.3, 0.1, 0.5, 3.0, 4.0, 12, 6).of_mean(4)
    assert found[:3] == pytest.approx((12 / 19, 4 / 13, 0.8)) and found.within == 2.0


def test_halves_agree_with_the_planted_reliability() -> None:
    """The mean of 12 months at an ICC of .3 has a reliability of 12·.3 ÷ (1 + 11·.3) = .837."""
    random = np.random.default_rng(8)
    runs = np.array([split_half(long(simulated(random, 60, 12, 0.3)), splits=20) for _ in range(60)])
    assert runs.mean(axis=0) == pytest.approx([0.837, 0.837], abs=0.02)


def test_random_halves_follow_the_seed_and_few_are_refused() -> None:
    values = long(simulated(np.random.default_rng(1), 10, 7, 0.3))
    assert split_half(values, seed=4) == split_half(values, seed=4) != split_half(values, seed=5)
    rows = [(p, t, 1.0) for p, t in product("abc", "1234")]
    with pytest.raises(NotEnoughData):
        split_half(pd.DataFrame(rows, columns=["participant", "period", "value"]))
