"""Bounds: what may be asked together, and the nearest weights, against scipy and by hand."""

import itertools

import numpy as np
import pytest
from scipy.optimize import linprog, minimize

from tests.design.weights.settle.made import codes_of, possible, some_bounds
from toolkit.design.weights.settle.bounds import Bounds, agreed_order, project
from toolkit.errors import DataError
from toolkit.language import LANGUAGES, describe_error


def lines_of(bounds: Bounds) -> tuple[np.ndarray, np.ndarray]:
    """row · w ≥ least, written from the fields themselves and not from the code's own rules."""
    k, rows, least = len(bounds.low), [], []
    for i in range(k):
        rows += [np.eye(k)[i], -np.eye(k)[i]]
        limit = bounds.at_most[i] if bounds.at_most is not None else np.nan
        least += [bounds.low[i], -min(bounds.high[i], 1 if np.isnan(limit) else limit)]
    for mask, low, high in bounds.groups:
        rows += [np.where(mask, 1.0, 0.0), np.where(mask, -1.0, 0.0)]
        least += [low, -high]
    for i, j in bounds.order:
        rows.append(np.eye(k)[i] - np.eye(k)[j])
        least.append(0.0)
    return np.array(rows), np.array(least)


def by_scipy(asked: np.ndarray, bounds: Bounds) -> np.ndarray:
    """SLSQP from several starts."""
    rows, least = lines_of(bounds)
    rng, best = np.random.default_rng(0), None
    for start in [asked, *rng.dirichlet(np.ones(len(asked)), 4)]:
        answer = minimize(
            lambda w: ((w - asked) ** 2).sum(),
            start,
            jac=lambda w: 2 * (w - asked),
            method="SLSQP",
            options={"ftol": 1e-14, "maxiter": 500},
            constraints=[
                {"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like},
                {"type": "ineq", "fun": lambda w: rows @ w - least, "jac": lambda w: rows},
            ],
        )
        if (rows @ answer.x >= least - 1e-9).all() and (best is None or answer.fun < best.fun):
            best = answer
    assert best is not None
    return best.x


def test_nearest_weights_against_slsqp_from_several_starts() -> None:
    rng, compared = np.random.default_rng(11), 0
    for _ in range(120):
        k = int(rng.integers(2, 9))
        bounds, asked = some_bounds(rng, k), rng.dirichlet(np.ones(k))
        if possible(bounds):
            ours, theirs = project(asked, bounds), by_scipy(asked, bounds)
            assert ours == pytest.approx(theirs, abs=1e-3)  # SLSQP stops early where it is flat
            assert ((ours - asked) ** 2).sum() <= ((theirs - asked) ** 2).sum() + 1e-12
            compared += 1
    assert compared > 50


def test_nearest_weights_are_exact_to_a_billionth() -> None:
    """No feasible point v is nearer: the least of (found − asked)·(v − found) is 0, by linear programming."""
    rng, compared = np.random.default_rng(12), 0
    for _ in range(300):
        k = int(rng.integers(1, 11))
        bounds, asked = some_bounds(rng, k), rng.normal(size=k)
        if not possible(bounds):
            continue
        found, (rows, least) = project(asked, bounds), lines_of(bounds)
        side = linprog(
            found - asked, -rows, -least, np.ones((1, k)), np.ones(1), [(None, None)] * k, method="highs"
        )
        # ‖found − best‖² ≤ this gap for a projection
        assert (found - asked) @ found - side.fun < 1e-12
        assert (rows @ found >= least - 1e-11).all() and abs(found.sum() - 1) < 1e-12
        compared += 1
    assert compared > 100


def test_nearest_weights_against_a_fine_grid() -> None:
    mask = np.array([True, True, False])
    bounds = Bounds.between(3, 0.1, 0.6, groups=((mask, 0.0, 0.55),), order=((0, 1),))
    asked = np.array([0.1, 0.7, 0.2])
    cells = [(a / 400, b / 400, 1 - (a + b) / 400) for a, b in itertools.product(range(401), repeat=2)]
    grid = np.array([c for c in cells if min(c) >= 0.1 and c[0] >= c[1] and c[0] + c[1] <= 0.55])
    nearest = grid[((grid - asked) ** 2).sum(axis=1).argmin()]
    assert project(asked, bounds) == pytest.approx(nearest, abs=0.003)
    assert project(asked, bounds) == pytest.approx(
        [0.275, 0.275, 0.45], abs=1e-12
    )  # by hand: both lines press


def test_weights_that_keep_the_bounds_come_back_as_they_are() -> None:
    asked = np.array([0.4, 0.2, 0.2, 0.2])
    found = project(asked, Bounds.between(4, 0.05, 0.5))
    assert found.tolist() == asked.tolist() and found is not asked


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ([0.25] * 4, [1.0] * 4),
        ([0.0] * 4, [0.25] * 4),
        ([0.1] * 10, [0.1] * 10),
        ([1.0], [1.0]),
        ([0.7, 0.2, 0.1], [0.7, 0.2, 0.1]),
    ],
)
def test_bounds_that_leave_a_single_point_give_that_point(low: list[float], high: list[float]) -> None:
    bounds = Bounds(np.array(low), np.array(high))
    expected = low if sum(low) > 0.5 else high
    assert project(np.linspace(0, 1, len(low)), bounds) == pytest.approx(expected, abs=1e-12)


def test_a_measure_under_a_warning_is_never_raised() -> None:
    bounds = Bounds.between(3, at_most=np.array([0.2, np.nan, np.nan]))
    assert project(np.array([0.6, 0.3, 0.1]), bounds) == pytest.approx([0.2, 0.5, 0.3], abs=1e-12)


def test_agreed_equal_weights_carry_no_order() -> None:
    assert agreed_order(np.full(5, 0.2)) == ()
    assert agreed_order(np.array([0.1 + 0.2, 0.4, 0.3])) == ((1, 0), (1, 2))
    assert agreed_order(np.array([0.5, 0.3, 0.2])) == ((0, 1), (1, 2))
    bounds = Bounds.between(4, order=agreed_order(np.array([0.4, 0.2, 0.2, 0.2])))
    assert project(np.array([0.4, 0.1, 0.2, 0.3]), bounds) == pytest.approx([0.4, 0.1, 0.2, 0.3], abs=1e-12)


def test_the_callers_arrays_are_neither_changed_nor_kept() -> None:
    low, high, mask, asked = np.zeros(2), np.ones(2), np.array([True, False]), np.array([0.9, 0.1])
    bounds = Bounds(low, high, ((mask, 0.0, 0.5),))
    assert project(asked, bounds) == pytest.approx([0.5, 0.5])
    assert asked.tolist() == [0.9, 0.1]
    low[0] = mask[1] = 1
    assert bounds.low.tolist() == [0, 0] and bounds.groups[0][0].tolist() == [True, False]


NAMES = ("revenue", "visits", "service")
FIRST_TWO = np.array([True, True, False])
CONTRADICTIONS = {
    "bounds_above": {"low": 0.4},
    "bounds_below": {"high": 0.3},
    "bounds_group_most": {"high": 0.4, "groups": ((FIRST_TWO, 0.9, 1.0),)},
    "bounds_group_least": {"low": 0.2, "groups": ((FIRST_TWO, 0.0, 0.3),)},
    "bounds_group_above": {"low": 0.2, "groups": ((FIRST_TWO, 0.85, 1.0),)},
    "bounds_group_below": {"high": 0.5, "groups": ((FIRST_TWO, 0.0, 0.4),)},
    "bounds_crossed": {"groups": ((FIRST_TWO, 0.5, 0.4),)},
}


@pytest.mark.parametrize("code", CONTRADICTIONS)
def test_contradictions_are_named(code: str) -> None:
    with pytest.raises(DataError) as refused:
        Bounds.between(3, names=NAMES, **CONTRADICTIONS[code]).check()
    assert codes_of(refused) == [code]
    for language in LANGUAGES:
        said = describe_error(refused.value, language)[0]
        assert "revenue + visits" in said or "group" not in code


def test_an_order_against_bounds_is_named_through_those_between() -> None:
    bounds = Bounds(np.array([0, 0, 0.4]), np.array([0.3, 1, 1]), (), ((0, 1), (1, 2)), None, NAMES)
    with pytest.raises(DataError) as refused:
        bounds.check()
    assert codes_of(refused) == ["bounds_order"]
    assert describe_error(refused.value)[0].startswith(
        "«revenue» is to weigh no less than service, but may weigh at most 30 %, while service weighs at "
        "least 40 %"
    )


def test_a_circle_in_the_order_means_equal_and_is_refused_only_against_bounds() -> None:
    circle = ((0, 1), (1, 2), (2, 0))
    even = project(np.array([0.6, 0.3, 0.1]), Bounds.between(3, order=circle))
    assert even == pytest.approx([1 / 3] * 3, abs=1e-12)
    bounds = Bounds(np.array([0, 0, 0.5]), np.array([0.3, 1, 1]), (), circle, None, NAMES)
    with pytest.raises(DataError) as refused:
        project(np.array([0.6, 0.3, 0.1]), bounds)
    assert set(codes_of(refused)) == {"bounds_circle"}
    assert "revenue + visits + service" in describe_error(refused.value)[0]


def test_rules_that_are_impossible_only_together_are_named_and_no_others() -> None:
    """Two groups of two measures, each at least 60 %, share one that weighs at most 10 %: 1.2 − .1 > 1."""
    pair, other = np.array([True, True, False, False]), np.array([False, True, True, False])
    high = np.array([1, 0.1, 1, 1])
    bounds = Bounds(np.zeros(4), high, ((pair, 0.6, 1), (other, 0.6, 1)))
    with pytest.raises(DataError) as refused:
        bounds.check()
    assert codes_of(refused)[0] == "bounds_together"
    named = sorted(codes_of(refused)[1:])
    assert named == ["rule_group_low", "rule_group_low", "rule_high", "rule_low"]
    assert "2 weighs at most 10 %." in describe_error(refused.value)


def test_all_contradictions_are_named_at_once() -> None:
    bounds = Bounds(np.array([0.5, 0.6, 0.2]), np.array([0.4, 1, 1]), ((FIRST_TWO, 0, 0.3),), ((2, 1),))
    with pytest.raises(DataError) as refused:
        bounds.check()
    assert set(codes_of(refused)) == {"bounds_crossed", "bounds_above", "bounds_group_least"}


def test_what_is_no_bound_is_named_before_anything_else() -> None:
    bounds = Bounds(
        np.array([0, -0.1]),
        np.array([1, np.nan]),
        ((np.array([True]), 0, 2),),
        ((0, 0), (0, 5)),
        None,
        ("a",),
    )
    with pytest.raises(DataError) as refused:
        bounds.check()
    assert codes_of(refused) == [
        "bounds_share", "bounds_share", "bounds_shape", "bounds_share", "bounds_pair", "bounds_pair",
        "bounds_shape",
    ]  # fmt: skip


@pytest.mark.parametrize("asked", [[0.5, np.nan], [0.5], [np.inf, 0.5], [[0.5, 0.5]]])
def test_what_is_no_set_of_weights_is_refused(asked: list) -> None:
    with pytest.raises(DataError) as refused:
        project(np.array(asked), Bounds.between(2))
    assert codes_of(refused) == ["not_weights"]
