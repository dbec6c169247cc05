"""Best-worst against published weights, brute force, a closed form and the programme's own room to move."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from toolkit.design.weights.judged.best_worst import THRESHOLDS, best_worst
from toolkit.errors import DataError

CASES = {c["id"]: c for c in json.loads(Path("tests/reference/weights.json").read_text(encoding="utf-8"))}


def codes(*answers: object) -> list[str]:
    with pytest.raises(DataError) as caught:
        best_worst(*answers)  # type: ignore[arg-type]
    return [p.code for p in caught.value.problems]


def drawn(rng: np.random.Generator, count: int) -> tuple[list[float], list[float]]:
    """Judgements on the scale 1 to 9 that contradict one another."""
    over, under = rng.integers(2, 9, count).astype(float), rng.integers(2, 9, count).astype(float)
    over[0], under[-1], over[-1], under[0] = 1, 1, 9, 9
    return over.tolist(), under.tolist()


def left(weights: np.ndarray, over: list[float], under: list[float]) -> np.ndarray:
    """The largest difference that weights leave, by the definition; the last axis is KPIs."""
    best, worst = over.index(1), under.index(1)
    to_others = np.abs(weights[..., [best]] - np.array(over) * weights)
    to_worst = np.abs(weights - np.array(under) * weights[..., [worst]])
    return np.maximum(to_others.max(axis=-1), to_worst.max(axis=-1))


@pytest.mark.parametrize("name", ["bwm-rezaei2016-ex1-linear", "bwm-rezaei2016-ex2-linear"])
def test_published_weights_of_rezaei(name: str) -> None:
    """Rezaei (2016), Omega 64:126-130, tables 2 and 3: the choice of a car."""
    case = CASES[name]
    judged = best_worst(case["input"]["best_to_others"], case["input"]["others_to_worst"])
    assert judged.weights == pytest.approx(case["expected"]["w"], abs=case["tolerance"])
    assert judged.xi == pytest.approx(case["expected"]["xiL"][0], abs=case["tolerance"])


def test_no_three_weights_on_a_fine_grid_leave_less() -> None:
    over, under = [1.0, 3.0, 8.0], [8.0, 4.0, 1.0]
    steps = np.linspace(0, 1, 1001)
    first, second = np.meshgrid(steps, steps)
    grid = np.stack([first, second, 1 - first - second], axis=-1)
    misses = np.where(grid[..., 2] >= 0, left(grid, over, under), np.inf)
    judged = best_worst(over, under)
    found = grid.reshape(-1, 3)[misses.argmin()]
    assert left(judged.weights, over, under) == pytest.approx(judged.xi)
    assert judged.xi <= misses.min() < judged.xi + 0.01
    assert judged.weights == pytest.approx(found, abs=0.005)


def test_two_further_kpis_leave_what_a_search_of_two_numbers_finds() -> None:
    """For given w_B/w_W and ξ every other weight stands as high as it may: a grid of two numbers finds ξ."""
    over, under = [1.0, 2.0, 5.0, 4.0, 9.0], [9.0, 3.0, 3.0, 2.0, 1.0]
    ratio, slack = np.meshgrid(np.linspace(7, 11, 401), np.linspace(0.2, 2.0, 1801))  # w_W = 1
    allowed = np.abs(ratio - 9) <= slack
    total = 1 + ratio
    for a_best, a_worst in zip(over[1:4], under[1:4], strict=True):
        low = np.maximum((ratio - slack) / a_best, a_worst - slack)
        high = np.minimum((ratio + slack) / a_best, a_worst + slack)
        allowed &= low <= high
        total = total + high
    least = np.where(allowed, slack / total, np.inf).min()
    assert best_worst(over, under).xi == pytest.approx(least, abs=2e-4)


@pytest.mark.parametrize("seed", range(12))
def test_the_weights_are_the_only_ones_that_leave_so_little(seed: int) -> None:
    rng = np.random.default_rng(seed)
    over, under = drawn(rng, int(rng.integers(3, 9)))
    judged, k = best_worst(over, under), len(over)
    rows = []
    for j in range(k):
        for one, times, other in ((0, over[j], j), (j, under[j], k - 1)):
            row = np.zeros(k)
            row[one] += 1
            row[other] -= times
            rows += [row, -row]
    for j in range(k):  # how far each weight may go where no more is left than ξ
        for sign in (1, -1):
            goal = sign * np.eye(k)[j]
            room = np.full(len(rows), judged.xi + 1e-9)
            end = linprog(
                goal, A_ub=np.array(rows), b_ub=room, A_eq=np.ones((1, k)), b_eq=[1], method="highs"
            )
            assert end.x[j] == pytest.approx(judged.weights[j], abs=1e-5)


def test_judgements_that_agree_give_the_ratios_they_name() -> None:
    judged = best_worst([1, 2, 6], [6, 3, 1])
    assert judged.weights == pytest.approx([0.6, 0.3, 0.1], abs=1e-12)
    assert (judged.xi, judged.consistency_ratio) == (0, 0)


def test_judgements_need_not_be_whole_numbers_of_saatys_scale() -> None:
    judged = best_worst([1, 1.5, 4.5], [4.5, 3, 1])
    assert judged.weights == pytest.approx(np.array([9, 6, 2]) / 17, abs=1e-12)
    assert judged.threshold is None  # no published one for 4.5


def test_two_kpis() -> None:
    assert best_worst([3, 1], [1, 3])[:3] == (pytest.approx([0.25, 0.75]), 0, 0)


def test_the_order_of_kpis_does_not_matter_and_answers_stay_as_they_were() -> None:
    over, under = np.array([1.0, 3.0, 2.0, 5.0, 9.0]), np.array([9.0, 2.0, 7.0, 3.0, 1.0])
    kept, shuffled = (over.copy(), under.copy()), np.array([3, 0, 4, 2, 1])
    straight, other = best_worst(over, under), best_worst(over[shuffled], under[shuffled])
    assert other.weights == pytest.approx(straight.weights[shuffled], abs=1e-9)
    assert (over == kept[0]).all() and (under == kept[1]).all()


@pytest.mark.parametrize("seed", range(20))
def test_weights_sum_to_one_and_leave_just_the_xi_that_is_told(seed: int) -> None:
    over, under = drawn(np.random.default_rng(100 + seed), 8)
    judged = best_worst(over, under)
    assert judged.weights.sum() == pytest.approx(1, abs=1e-12) and (judged.weights >= 0).all()
    assert left(judged.weights, over, under) == pytest.approx(judged.xi, abs=1e-9)


def test_the_input_based_ratio_by_hand() -> None:
    """Rezaei's second example: 3 × 3 against 8 is off by 1, of 8 × 8 − 8 = 56 at most."""
    judged = best_worst([2, 1, 4, 3, 8], [4, 8, 2, 3, 1])
    assert judged.consistency_ratio == pytest.approx(1 / 56)
    # Liang, Brunelli and Rezaei (2020): a_BW = 8, five criteria.
    assert judged.threshold == 0.2958


def test_thresholds_at_the_corners_of_the_published_table() -> None:
    assert THRESHOLDS.shape == (7, 7) and not THRESHOLDS.flags.writeable
    assert (THRESHOLDS[0] == 0.1667).all()
    assert [THRESHOLDS[1, 0], THRESHOLDS[6, 0], THRESHOLDS[6, 6], THRESHOLDS[1, 6]] == [
        0.1121,
        0.1359,
        0.3662,
        0.2683,
    ]
    assert best_worst([1, 4, 9], [9, 3, 1]).threshold == 0.1359
    assert (
        best_worst([1, 2, 2], [2, 1.5, 1]).threshold == 0
    )  # Liang et al.: with 2 only agreement is accepted
    assert best_worst([1, 2], [2, 1]).threshold is None  # two KPIs cannot contradict themselves
    assert best_worst([1, 2, 12], [12, 6, 1]).threshold is None


@pytest.mark.parametrize(
    ("over", "under", "wrong"),
    [
        ([1, 2, 3], [3, 1], ["weights.best_worst_lengths"]),
        ([[1, 2]], [[2, 1]], ["weights.best_worst_lengths"]),
        ([1], [1], ["weights.best_worst_few"]),
        ([], [], ["weights.best_worst_few"]),
        ([1, 1, 3], [3, 2, 1], ["weights.best_worst_one"]),
        ([2, 2, 3], [3, 2, 1], ["weights.best_worst_one"]),
        ([1, 2, 3], [3, 1, 1], ["weights.best_worst_one"]),
        ([1, 0.5, 3], [3, 2, 1], ["weights.best_worst_range"]),
        ([1, -2, 3], [3, 2, 1], ["weights.best_worst_range"]),
        ([1, float("nan"), 3], [3, 2, 1], ["weights.best_worst_range"]),
        ([1, float("inf"), 3], [3, 2, 1], ["weights.best_worst_range"]),
        ([1, 2, 3], [1, 2, 3], ["weights.best_worst_same"]),
        ([1, 2, 8], [7, 2, 1], ["weights.best_worst_two_ways"]),
        ([1, 0.2, 8], [7, 0, 1], ["weights.best_worst_range"] * 2 + ["weights.best_worst_two_ways"]),
    ],
)
def test_what_cannot_be_used_is_refused_all_at_once(over: list, under: list, wrong: list[str]) -> None:
    assert codes(over, under) == wrong
