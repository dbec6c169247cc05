"""Weights in steps against trying every multiple, as exact decimals, and refused where none fits."""

import itertools
import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.design.weights.settle.made import codes_of, possible, some_bounds
from toolkit.design.weights.settle.bounds import Bounds, agreed_order, project
from toolkit.design.weights.settle.steps import in_steps
from toolkit.errors import DataError
from toolkit.language import describe_error


def fits(units: tuple[int, ...], bounds: Bounds, parts: int) -> bool:
    share = [n / parts for n in units]
    most = bounds.high if bounds.at_most is None else np.fmin(bounds.high, bounds.at_most)
    inside = all(low - 1e-9 <= s <= high + 1e-9 for s, low, high in zip(share, bounds.low, most, strict=True))
    sums = [
        (sum(s for s, own in zip(share, m, strict=True) if own), low, high) for m, low, high in bounds.groups
    ]
    grouped = all(low - 1e-9 <= s <= high + 1e-9 for s, low, high in sums)
    return inside and grouped and all(units[i] >= units[j] for i, j in bounds.order)


def worth(units: tuple[int, ...], asked: np.ndarray, parts: int) -> tuple[int, float]:
    """Pairs that change places, and the squared change."""
    pairs = itertools.combinations(range(len(units)), 2)
    changed = sum((asked[i] - asked[j]) * (units[i] - units[j]) < 0 for i, j in pairs)
    return changed, sum((n / parts - a) ** 2 for n, a in zip(units, asked, strict=True))


def every_way(k: int, parts: int) -> list[tuple[int, ...]]:
    heads = itertools.product(range(parts + 1), repeat=k - 1)
    return [(*head, parts - sum(head)) for head in heads if sum(head) <= parts]


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**6), k=st.integers(1, 5), parts=st.sampled_from([4, 10, 20]))
def test_nothing_is_better_among_all_multiples(seed: int, k: int, parts: int) -> None:
    rng = np.random.default_rng(seed)
    bounds = some_bounds(rng, k)
    asked = np.round(rng.dirichlet(np.ones(k)), int(rng.integers(1, 4)))  # equal weights among them
    if not possible(bounds):
        return
    ways = [units for units in every_way(k, parts) if fits(units, bounds, parts)]
    if not ways:
        with pytest.raises(DataError):
            in_steps(asked, bounds, 1 / parts)
        return
    found = tuple(round(w * parts) for w in in_steps(asked, bounds, 1 / parts))
    best = min(worth(units, asked, parts) for units in ways)
    assert fits(found, bounds, parts)
    assert worth(found, asked, parts) == (best[0], pytest.approx(best[1], abs=1e-9))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6), k=st.integers(1, 12), step=st.sampled_from(["0.05", "0.025", "0.1", "0.01"])
)
def test_steps_are_exact_decimals_that_sum_to_one(seed: int, k: int, step: str) -> None:
    asked = np.random.default_rng(seed).dirichlet(np.ones(k))
    found = in_steps(asked, Bounds.between(k), float(step))
    exact = [Decimal(repr(w)) for w in found.tolist()]
    assert sum(exact) == 1 and all(w % Decimal(step) == 0 for w in exact)
    assert sum(Fraction(repr(w)) for w in found.tolist()) == 1


def test_ten_measures_take_under_fifty_milliseconds() -> None:
    rng, taken = np.random.default_rng(3), []
    for _ in range(40):
        bounds = some_bounds(rng, 10)
        if not possible(bounds):
            continue
        asked = rng.dirichlet(np.full(10, 5.0))
        start = time.perf_counter()
        try:
            in_steps(asked, bounds)
        except DataError:
            continue
        taken.append(time.perf_counter() - start)
    assert len(taken) > 10 and np.median(taken) < 0.05


def test_a_tie_by_rounding_is_no_change_of_place() -> None:
    assert in_steps(np.array([0.26, 0.25, 0.25, 0.24]), Bounds.between(4)).tolist() == [0.25] * 4


def test_equal_weights_may_come_apart_and_the_first_gets_more() -> None:
    assert in_steps(np.full(3, 1 / 3), Bounds.between(3)).tolist() == [0.35, 0.35, 0.3]
    assert in_steps(np.full(6, 1 / 6), Bounds.between(6)).tolist() == [0.2, 0.2, 0.15, 0.15, 0.15, 0.15]


def test_places_are_kept_before_squares_are_counted() -> None:
    """The group takes .39 to .40: evenly, as long as the bounds let the first stay ahead."""
    first_two = np.array([True, True, False])
    asked = np.array([0.20, 0.19, 0.61])
    bounds = Bounds.between(3, groups=((first_two, 0.4, 0.4),))
    assert in_steps(asked, bounds, 0.1).tolist() == [0.2, 0.2, 0.6]
    low = Bounds(np.array([0, 0.3, 0]), np.ones(3), ((first_two, 0.4, 0.4),))
    assert in_steps(asked, low, 0.1).tolist() == [0.1, 0.3, 0.6]


def test_after_projection_the_agreed_order_and_the_warning_hold() -> None:
    agreed = np.array([0.4, 0.2, 0.2, 0.2])
    limit = np.array([np.nan, 0.2, np.nan, np.nan])
    bounds = Bounds.between(4, 0.05, 0.5, order=agreed_order(agreed), at_most=limit)
    found = in_steps(project(np.array([0.1, 0.4, 0.3, 0.2]), bounds), bounds)
    assert found.tolist() == [0.3, 0.2, 0.25, 0.25]


@pytest.mark.parametrize(
    ("step", "bounds", "code", "nearest"),
    [
        (0.03, Bounds.between(3), "step_no_part", "2.5 %"),
        (0.3, Bounds.between(3), "step_no_part", "25 %"),
        (0.05, Bounds.between(3, 0.32, 0.34), "step_unfit", "2 %"),
        (0.05, Bounds.between(12, 0.06, 0.09), "step_unfit", "1 %"),
        (0.5, Bounds.between(4, 0.1), "step_unfit", "25 %"),
        (0.0, Bounds.between(2), "step_no_part", "0.1 %"),
        (-0.05, Bounds.between(2), "step_no_part", "0.1 %"),
        (0.0003, Bounds.between(2), "step_no_part", "0.1 %"),
    ],
)
def test_a_step_that_fits_nowhere_is_refused_with_the_nearest_that_does(
    step: float, bounds: Bounds, code: str, nearest: str
) -> None:
    with pytest.raises(DataError) as refused:
        in_steps(np.full(bounds.k, 1 / bounds.k), bounds, step)
    assert codes_of(refused) == [code]
    assert f"The nearest step that does is {nearest}" in describe_error(refused.value)[0]


def test_bounds_that_no_step_fits_are_refused_without_a_suggestion() -> None:
    third = np.full(3, 1 / 3)
    with pytest.raises(DataError) as refused:
        in_steps(third, Bounds(third, third))
    assert codes_of(refused) == ["step_none"]


def test_contradictory_bounds_and_what_is_no_weight_are_refused() -> None:
    with pytest.raises(DataError) as refused:
        in_steps(np.array([0.5, 0.5]), Bounds.between(2, high=0.4))
    assert codes_of(refused) == ["bounds_below"]
    with pytest.raises(DataError) as refused:
        in_steps(np.array([0.5, np.nan]), Bounds.between(2))
    assert codes_of(refused) == ["not_weights"]
