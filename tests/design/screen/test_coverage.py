"""Coverage and blanks: counted by hand, chance by enumeration, planted truth, refusals."""

from itertools import product

import numpy as np
import pytest

from tests.design.screen.made import history
from toolkit.design.screen.coverage import coverage, missing_at_random, turned


def holed(random: np.random.Generator, values: np.ndarray, chance: np.ndarray | float) -> np.ndarray:
    found = values.copy()
    found[random.random(values.shape) < chance] = np.nan
    return found


def test_counted_by_hand() -> None:
    """Nine of ten values; two of the nine are zero; the blank had nothing to divide by."""
    values = [[0.0, 1, 2, 3, np.nan], [0, 1, 2, 3, 4]]
    missing = np.array([[-1, -1, -1, -1, 1], [-1] * 5])
    found = coverage(history(values, missing=missing, codes=("", "zero_denominator")))
    assert (found["value"], found["n"], found["people"], found["periods"]) == (0.9, 10, 2, 5)
    assert found["zero"] == pytest.approx(2 / 9)
    assert (found["verdict"], found["why"]) == ("warn", "zero_denominator")


@pytest.mark.parametrize(
    ("blanks", "verdict"), [(0, "ok"), (5, "ok"), (6, "warn"), (20, "warn"), (21, "fail")]
)
def test_the_limits(blanks: int, verdict: str) -> None:
    values = np.ones((10, 10))
    values.ravel()[:blanks] = np.nan
    found = coverage(history(values))
    assert found["verdict"] == verdict and found["value"] == (100 - blanks) / 100
    assert found["low"] <= found["value"] <= found["high"] <= 1


def test_the_interval_is_the_jackknife_by_hand() -> None:
    """Shares 1, 1, .5 of two periods each: 5/6; without one: 3/4, 3/4, 1; s = √(2/3 · Σ(· − 5/6)²)."""
    found = coverage(history([[1.0, 1], [1, 1], [1, np.nan]]))
    error = np.sqrt(2 / 3 * ((0.75 - 5 / 6) ** 2 * 2 + (1 - 5 / 6) ** 2))
    assert found["low"] == pytest.approx(5 / 6 - 2.919986 * error, abs=1e-6)  # t at .95, 2 degrees of freedom
    assert found["high"] == 1.0


def test_full_coverage_of_few_people_is_not_certain() -> None:
    low = [coverage(history(np.ones((n, 12))))["low"] for n in (3, 20, 200)]
    assert 0.4 < float(str(low[0])) < float(str(low[1])) < float(str(low[2])) < 1


def test_nobody_employed() -> None:
    found = coverage(history([[np.nan]], exposure=np.zeros((1, 1))))
    assert (found["verdict"], found["why"]) == ("not_enough_data", "screen.nothing_eligible")


def test_all_ways_of_signs_by_enumeration() -> None:
    scores = np.random.default_rng(3).normal(size=7)
    ways = [abs(np.dot(s, scores)) >= abs(scores.sum()) - 1e-12 for s in product((-1, 1), repeat=7)]
    assert turned(scores) == np.mean(ways)


def test_random_signs_come_near_to_all_of_them() -> None:
    scores = np.random.default_rng(4).normal(0.4, 1, size=13)
    ways = np.array(list(product((-1, 1), repeat=13))) @ scores
    assert turned(scores) == pytest.approx((np.abs(ways) >= abs(scores.sum())).mean(), abs=0.015)
    assert turned(np.zeros(5)) == 1.0


def test_the_difference_of_standing_by_hand() -> None:
    """Ten people in order, the same every month; the lowest of them is always the blank one."""
    values = np.tile(np.arange(10.0)[:, None], (1, 24))
    blanks = values.copy()
    for month in range(1, 24, 2):
        blanks[month // 2 % 5, month] = np.nan  # 0, 1, 2, 3, 4, 0, …: standings 0, 1/9, …, 4/9
    found = missing_at_random(history(blanks))
    assert found["n"] == 12 and found["people"] == 10 and found["periods"] == 12
    standings = np.array([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]) / 9
    others = (5 - standings) / 9  # the ten standings sum to 5
    assert found["value"] == pytest.approx((standings - others).mean())


@pytest.mark.parametrize(("kpi", "why"), [("visits", "screen.weak_go_blank"), ("complaint_rate", "strong")])
def test_planted_blanks_of_the_low_are_seen(kpi: str, why: str) -> None:
    """Low values go blank: for a KPI where less is better these are the strong."""
    random = np.random.default_rng(8)
    values = random.normal(size=(20, 1)) + random.normal(size=(20, 24))
    chance = np.roll(np.where(values < -0.5, 0.5, 0.02), 1, axis=1)
    found = missing_at_random(history(holed(random, values, chance), kpi))
    assert found["verdict"] == "warn" and why in str(found["why"])
    assert float(str(found["p_value"])) < 0.01 and float(str(found["low"])) * float(str(found["high"])) > 0


def test_it_finds_blanks_by_chance_no_more_often_than_it_says() -> None:
    """Standing lasts, and some people are blank more often than others, but the two are unrelated."""
    random, found = np.random.default_rng(17), []
    for _ in range(300):
        values = random.normal(size=(12, 1)) + random.normal(size=(12, 15))
        chance = random.beta(1, 6, (12, 1))
        row = missing_at_random(history(holed(random, values, chance)))
        if row["verdict"] != "not_enough_data":
            found.append(row["verdict"] == "warn")
    assert len(found) > 250 and np.mean(found) <= 0.07


def test_no_blank_is_no_question() -> None:
    found = missing_at_random(history(np.random.default_rng(1).normal(size=(10, 10))))
    assert (found["verdict"], found["why"]) == ("ok", "screen.no_blanks")


def test_a_month_lost_for_everybody_is_nobodys_choice() -> None:
    values = np.random.default_rng(1).normal(size=(10, 10))
    values[:, 4] = np.nan
    found = missing_at_random(history(values))
    assert (found["verdict"], found["why"]) == ("ok", "screen.silent_periods")


def test_few_blanks_and_few_people_are_refused() -> None:
    values = np.random.default_rng(1).normal(size=(12, 12))
    values[2, 3:9] = np.nan
    assert missing_at_random(history(values))["why"] == "screen.few_blanks"
    few = np.random.default_rng(1).normal(size=(5, 30))
    few[np.arange(25) % 5, np.arange(25) + 2] = np.nan
    assert missing_at_random(history(few))["why"] == "screen.few_people"
