"""People's levels and periods' shocks against least squares and the classic two-way analysis of variance."""

import numpy as np
import pytest
from scipy import stats

from toolkit.simulate.fit.shock import SCENARIO_PERSISTENCE, SCENARIO_SHOCK, take_apart, two_way


def test_two_way_is_least_squares_with_gaps() -> None:
    rng = np.random.default_rng(1)
    values = rng.standard_normal((9, 7)) + 3
    values[rng.random(values.shape) < 0.25] = np.nan
    own, shocks = two_way(values)
    i, t = np.nonzero(np.isfinite(values))
    design = np.hstack([np.eye(9)[i], np.eye(7)[t]])
    fitted = design @ np.linalg.pinv(design) @ values[i, t]
    assert own[i] + shocks[t] == pytest.approx(fitted, abs=1e-8)
    assert shocks.mean() == pytest.approx(0)


def test_two_way_leaves_out_who_and_what_has_no_number() -> None:
    values = np.array([[1.0, np.nan, 3.0], [np.nan] * 3, [2.0, np.nan, 4.0]])
    own, shocks = two_way(values)
    assert np.isnan(own[1]) and np.isnan(shocks[1]) and own[[0, 2]].tolist() == [2, 3]


def test_variances_are_those_of_the_classic_analysis() -> None:
    """Balanced and without persistence: mean squares by hand."""
    rng = np.random.default_rng(6)
    n, t = 40, 30
    values = rng.standard_normal((n, t)) + 0.5 * rng.standard_normal(t)
    found = take_apart(values, known=None)
    rest = values - values.mean(1, keepdims=True) - values.mean(0) + values.mean()
    within = (rest**2).sum() / (n - 1) / (t - 1)
    between = n * values.mean(0).var(ddof=1)
    assert found.within == pytest.approx(within, rel=0.02)  # persistence is near 0, not 0
    assert found.common == pytest.approx((between - within) / n, rel=0.02)
    ratio = between / within / stats.f.ppf([0.95, 0.05], t - 1, (n - 1) * (t - 1))
    ends = np.sqrt((ratio - 1) / (ratio - 1 + n))
    assert [found.loading.low, found.loading.high] == pytest.approx(ends, rel=0.05)


def test_too_few_periods_or_values_are_a_scenario() -> None:
    rng = np.random.default_rng(2)
    for people, periods, shocked in ((10, 7, False), (3, 9, False), (10, 8, True)):
        found = take_apart(rng.standard_normal((people, periods)))
        assert found.shocked is shocked
        if not shocked:
            assert (found.loading.low, found.loading.value, found.loading.high) == SCENARIO_SHOCK
    few = take_apart(rng.standard_normal((10, 3)))
    ends = few.persistence
    assert not few.persists and (ends.low, ends.value, ends.high) == SCENARIO_PERSISTENCE


def test_two_people_do_not_tell_what_they_share() -> None:
    values = np.random.default_rng(3).standard_normal((2, 24))
    found = take_apart(values)
    assert not found.shocked and found.kept == 1 and not found.shocks.any()
    assert found.within == pytest.approx(1, abs=0.4)
