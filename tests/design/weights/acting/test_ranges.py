"""Which ranges move: where the best is known, against every combination of a grid, and nothing in vain."""

from itertools import product

import numpy as np
import pytest

import toolkit as tk
from tests.design.weights.acting.planted import exact, planted
from toolkit.assets import asset
from toolkit.design.weights.acting.history import History, history
from toolkit.design.weights.acting.ranges import fitting_factors, fixed_ranges
from toolkit.design.weights.acting.shares import acting_shares
from toolkit.design.weights.acting.stretch import moved, pivot

WEIGHTS = {"revenue": 0.5, "visits": 0.3, "win": 0.2}
SPREADS = np.array([0.10, 0.07, 0.06])


def made(spreads: np.ndarray = SPREADS, weights: dict[str, float] = WEIGHTS, **parts: object) -> History:
    attainment = 1 + exact(np.diag(spreads**2))
    return history(planted(attainment, weights, **parts), "planted")  # type: ignore[arg-type]


def fitted(past: History, **options: object) -> np.ndarray:
    columns = (past.measures, past.reading, past.scores)
    return fitting_factors(*columns, past.agreed, **options)  # type: ignore[arg-type]


def gaps(past: History, factors: np.ndarray) -> np.ndarray:
    """Share less agreed weight, every measure's scores read again from its moved curve."""
    points = past.points.copy()
    for measure, factor in zip(past.measures, factors, strict=True):
        middle = pivot(measure)
        if middle is not None:
            again = moved(measure.curve, middle, factor)(past.reading[measure.name].to_numpy())
            points[measure.name] = again * measure.weight
    return acting_shares(points).value - past.agreed


def test_independent_measures_have_a_known_best() -> None:
    """On a straight line a share is (w s f)² ÷ Σ: it is w where f is in proportion to 1 ÷ (s √w)."""
    wanted = 1 / (SPREADS * np.sqrt(list(WEIGHTS.values())))
    found = fitted(made())
    assert found / found[1] == pytest.approx(wanted / wanted[1], rel=0.02)
    assert found[1] == 1  # only proportions count, so one range need not be touched
    assert np.abs(gaps(made(), found)).max() < 0.01


def test_agreed_weights_that_act_as_agreed_are_left_alone() -> None:
    spreads = 0.1 / np.sqrt(list(WEIGHTS.values())) * 0.6
    assert fitted(made(spreads)).tolist() == [1, 1, 1]


def test_a_range_that_hardly_helps_is_left_alone() -> None:
    """A measure of 2 % makes no more than its 2 % of the gap, whatever its range."""
    past = made(np.array([0.10, 0.10, 0.02]), {"revenue": 0.49, "visits": 0.49, "win": 0.02})
    assert fitted(past)[2] == 1


def test_no_factor_is_beyond_the_limit() -> None:
    past = made(np.array([0.15, 0.05, 0.01]))
    for limit in (1.0, 1.5, 2.0):
        found = fitted(past, limit=limit)
        assert (found >= 1 / limit - 0.006).all() and (found <= limit).all()


def test_a_measure_under_a_warning_is_only_widened() -> None:
    found = fitted(made(), widen_only=["win", "revenue"])
    assert found[2] == 1 and found[0] < found[1] < 1  # win cannot be narrowed: the others are widened


def test_kept_ranges_stay() -> None:
    assert fitted(made(), keep=["revenue", "visits", "win"]).tolist() == [1, 1, 1]
    assert fitted(made(), keep=["visits"])[1] == 1


def test_what_cannot_be_stretched_stays_and_is_named() -> None:
    rank = {"rank": {"best": 150, "step": 10}}
    past = made(scoring={"visits": rank})
    assert fitted(past)[1] == 1 and fixed_ranges(past.measures) == ("visits",)


def test_a_measure_that_all_reach_alike_comes_alive_in_a_wider_range() -> None:
    """Everybody is beyond the cap at 105 %; up to 110 % there are differences again."""
    capped = {"curve": {"x": "attainment", "points": [[0.0, 0.0], [1.05, 105.0]]}}
    attainment = 1 + exact(np.diag([0.01, 0.01]) ** 2)
    attainment[:, :, 1] += 0.085
    past = history(
        planted(attainment, {"revenue": 0.5, "visits": 0.5}, scoring={"visits": capped}), "planted"
    )
    assert past.scores["visits"].std() == 0
    assert fitted(past)[1] < 0.8


@pytest.mark.parametrize("widen_only", [(), ("satisfaction",)])
def test_on_the_sample_no_combination_of_a_grid_is_better(widen_only: tuple[str, ...]) -> None:
    client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    past = history(tk.settle(client), "field_sales")
    found = np.linalg.norm(gaps(past, fitted(past, widen_only=widen_only)))
    levels = (0.5, 0.75, 1.0, 2.0)
    last = [f for f in levels if f <= 1] if widen_only else levels
    best = min(np.linalg.norm(gaps(past, np.array(f))) for f in product(levels, levels, levels, last))
    assert found < best + 0.01


def test_the_same_seed_gives_the_same_and_nothing_is_changed() -> None:
    past = made()
    before = past.reading.copy()
    assert (fitted(past, seed=4) == fitted(past, seed=4)).all()
    assert past.reading.equals(before)
