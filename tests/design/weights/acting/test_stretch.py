"""Ranges narrowed and widened about the target: by hand, readable, valid in a scheme, refused in words."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.design.weights.acting.planted import KPIS, STRAIGHT, scheme_of
from toolkit.catalogue.load import load_catalogue
from toolkit.design.weights.acting.stretch import moved, pivot, stretch
from toolkit.periods import Calendar
from toolkit.scheme.change import replace_at
from toolkit.scheme.curve import Curve
from toolkit.scheme.measure import Measure
from toolkit.scheme.plain import build_scheme, plain
from toolkit.scheme.scheme import Schemes

PROPORTIONAL = {"proportional": {"from": 0.6, "cap": 1.2}}
DEDUCT = {"deduct": {"points": 2, "per": 0.01}}
THREE = {
    "threshold_target_excellence": {"threshold": [0.75, 50], "target": [1.0, 100], "excellence": [1.2, 150]}
}
BANDS = {"bands": [[0, 30], [0.8, 60], [1.0, 100]]}
PLUS_MINUS = {"plus_minus": {"base": 100, "per": 0.01, "plus": 1, "minus": 2, "most": 20, "least": 30}}
RATING = {"rating": [[1, 20], [3, 60], [5, 100]]}
SATISFACTION = {"curve": {"x": "actual", "points": [[6.5, 40], [7.5, 80], [8.2, 100], [9.0, 120]]}}
DAYS = {"curve": {"x": "actual", "points": [[10, 120], [30, 100], [50, 0]], "below": 120}}  # less is better
BAND = {"curve": {"x": "actual", "points": [[10, 0], [20, 100], [30, 100], [40, 0]]}}
CURVES = [PROPORTIONAL, DEDUCT, THREE, BANDS, PLUS_MINUS, SATISFACTION, DAYS]


def measure(scoring: dict[str, Any], **parts: Any) -> Measure:
    other = {"name": "visits", "kpi": "visits", "weight": 0.5, "target": {"fixed": 40}, "scoring": STRAIGHT}
    own = {
        "name": "revenue",
        "kpi": KPIS["revenue"],
        "weight": 0.5,
        "target": {"fixed": 1000},
        "scoring": scoring,
    }
    document = plain(scheme_of({"revenue": 1.0})) | {"measures": [own | parts, other]}
    return build_scheme(document, "planted").measure("revenue")


def points(scoring: dict[str, Any], factor: float, **parts: Any) -> tuple[tuple[float, float], ...]:
    found = stretch(measure(scoring, **parts), factor)
    assert found is not None and found.curve is not None
    return found.curve.points


def test_narrowed_twice_by_hand() -> None:
    assert points(PROPORTIONAL, 2) == ((0.8, 60), (1.0, 100), (1.1, 120))
    assert points(DEDUCT, 2) == ((0.75, 0), (1.0, 100))
    assert points(THREE, 2) == ((0.88, 50), (1.0, 100), (1.1, 150))  # .875 and 1.1
    assert points(PLUS_MINUS, 2) == ((0.92, 70), (1.0, 100), (1.1, 120))  # .925: to the even per cent
    assert points(SATISFACTION, 2) == ((7.35, 40), (7.85, 80), (8.2, 100), (8.6, 120))


def test_widened_twice_by_hand() -> None:
    assert points(PROPORTIONAL, 0.5) == ((0.2, 60), (1.0, 100), (1.4, 120))
    assert points(SATISFACTION, 0.5) == ((4.8, 40), (6.8, 80), (8.2, 100), (9.8, 120))


def test_where_less_of_an_actual_is_better() -> None:
    assert pivot(measure(DAYS)) == 30
    assert points(DAYS, 2) == ((20, 120), (30, 100), (40, 0))
    found = stretch(measure(DAYS), 2)
    assert found is not None and found.compile()([0.0, 25, 35, 60]).tolist() == [120, 110, 50, 0]


def test_bands_keep_their_steps_and_what_everybody_gets() -> None:
    assert points(BANDS, 2) == ((0, 30), (0.5, 30), (0.9, 30), (0.9, 60), (1.0, 60), (1.0, 100))


def test_an_attainment_does_not_begin_below_0() -> None:
    straight = {"curve": {"x": "attainment", "points": [[0.0, 0.0], [2.0, 200.0]]}}
    assert points(straight, 0.5) == ((0, 50), (1.0, 100), (3.0, 200))


def test_points_out_of_20_stay_out_of_20() -> None:
    rule = {"deduct": {"points": 2, "per": 0.01}}
    assert points(rule, 2, out_of=20) == ((0.95, 0), (1.0, 20))
    found = stretch(measure(rule, out_of=20), 2)
    assert found is not None and found.compile(20)([0.975, 1.0]).tolist() == [50, 100]


def test_full_marks_first_reached_between_two_points() -> None:
    """From 80 at .9 to 120 at 1.0: 100 at .95, which stays."""
    rule = {"curve": {"x": "attainment", "points": [[0.7, 0], [0.9, 80], [1.0, 120]]}}
    assert pivot(measure(rule)) == pytest.approx(0.95)
    assert points(rule, 2) == ((0.82, 0), (0.92, 80), (0.95, 100), (0.98, 120))  # .825 and .925, to even


def test_points_that_would_meet_are_written_finer() -> None:
    rule = {"curve": {"x": "attainment", "points": [[0.99, 90], [0.996, 95], [1.0, 100]]}}
    xs = [x for x, _ in points(rule, 2)]
    assert xs == [0.995, 0.998, 1.0]


@pytest.mark.parametrize(
    ("scoring", "parts"),
    [
        (RATING, {}),
        (BAND, {}),
        ({"rank": {"best": 100, "step": 20}}, {}),
        (
            {
                "matrix": {
                    "with": "visits",
                    "rows": [0, 1.0],
                    "columns": [0, 1.0],
                    "values": [[0, 0], [50, 100]],
                }
            },
            {},
        ),
        ({"curve": {"x": "attainment", "points": [[0.5, 20], [1.0, 90]]}}, {}),  # never 100
        ({"curve": {"x": "attainment", "points": [[1.0, 100]]}}, {}),  # one step: nothing to stretch
        ({"curve": {"x": "attainment", "points": [[0.5, 100], [1.0, 100]], "below": 100}}, {}),
    ],
    ids=["rating", "band", "rank", "matrix", "never full", "one step", "flat"],
)
def test_what_cannot_be_stretched(scoring: dict[str, Any], parts: dict[str, Any]) -> None:
    assert stretch(measure(scoring, **parts), 2) is None and pivot(measure(scoring, **parts)) is None


@pytest.mark.parametrize("factor", [0, -1, float("nan"), float("inf")])
def test_a_factor_that_is_none_is_refused(factor: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        stretch(measure(PROPORTIONAL), factor)


@pytest.mark.parametrize("scoring", CURVES)
def test_a_factor_of_1_changes_nothing(scoring: dict[str, Any]) -> None:
    assert stretch(measure(scoring), 1) == measure(scoring).scoring


@given(st.sampled_from(CURVES), st.floats(0.5, 2.0), st.sampled_from([100.0, 20.0]))
def test_a_stretched_rule_is_valid_readable_and_keeps_the_target(
    scoring: dict[str, Any], factor: float, out_of: float
) -> None:
    own = measure(scoring, out_of=out_of)
    if pivot(own) is None:  # a rule in other points that never gives full marks out of 100
        assert stretch(own, factor) is None
        return
    found, middle = stretch(own, factor), pivot(own)
    assert found is not None and middle is not None
    schemes = Schemes((scheme_of({"revenue": 1.0}, {"revenue": scoring}),), Calendar(), load_catalogue())
    changed = replace_at(schemes, {"planted.measures.revenue.scoring": found})
    assert changed["planted"].measure("revenue").scoring == found
    curve, before = found.compile(out_of), own.curve
    assert curve([middle]) == pytest.approx(before([middle]), abs=1e-6)
    ys, xs = [y for _, y in curve.points], np.array([x for x, _ in curve.points])
    assert ys == sorted(ys) or ys == sorted(ys, reverse=True)
    assert len(set(xs)) >= len({x for x, _ in before.points}) - 1  # at most what fell below 0
    if curve.x == "attainment" and np.diff(np.unique(xs)).min() >= 0.02:
        assert np.round(xs, 2) == pytest.approx(xs)


@given(st.floats(1.01, 2.0), st.floats(0.5, 1.5))
def test_the_same_miss_costs_more_in_a_narrower_range_and_less_in_a_wider(
    factor: float, reached: float
) -> None:
    curve = Curve("attainment", ((0.0, 0.0), (2.0, 200.0)))
    narrow, wide = (moved(curve, 1.0, f)([reached])[0] - 100 for f in (factor, 1 / factor))
    miss = (reached - 1) * 100
    assert narrow == pytest.approx(np.clip(miss * factor, -100, 100), abs=1e-6)
    assert wide == pytest.approx(miss / factor, abs=1e-6)
