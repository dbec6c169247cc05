"""Probabilities of reaching a target against tables, hand counts and draws."""

import numpy as np
import pytest

from toolkit.appraise.alerts.chances import (
    beta_prior,
    count_chance,
    flow_chance,
    gamma_prior,
    share_chance,
    shrunken,
)


def one(*values: float) -> list[np.ndarray]:
    return [np.array([v]) for v in values]


def test_gamma_poisson_of_the_methods() -> None:
    """Shape 6 and rate 3 from the team, 5 deals in 2 months, 9 to reach, a month left: P = .1937."""
    assert count_chance(*one(5, 6 + 5, 3 + 2, 1, 9))[0] == pytest.approx(0.19371827, abs=1e-8)


def test_counts_against_draws() -> None:
    draw = np.random.default_rng(2)
    events = draw.poisson(draw.gamma(11.0, 1 / 5.0, 400_000) * 1.5)
    assert count_chance(*one(5, 11, 5, 1.5, 8))[0] == pytest.approx((events >= 3).mean(), abs=0.003)


@pytest.mark.parametrize(
    ("error", "df", "expected"),
    [
        (0.0, np.inf, 0.8413),  # 10 ahead, sd √(2 · 50) = 10: Φ(1) of the normal table
        (0.12, np.inf, 0.6915),  # √(100 + .12 · 50²) = 20: Φ(½)
        (0.0, 1.0, 0.75),  # Cauchy: ½ + arctan(1)/π
    ],
)
def test_sums_by_the_normal_table(error: float, df: float, expected: float) -> None:
    found = flow_chance(*one(50, 1.0, error, 2.0, 50, 90), df)
    assert found[0] == pytest.approx(expected, abs=1e-4)


def test_without_a_day_left_it_is_known() -> None:
    assert flow_chance(*one(90, 1.0, 0.1, 2.0, 0, 90)).tolist() == [1.0]
    assert flow_chance(*one(89, 1.0, 0.1, 2.0, 0, 90)).tolist() == [0.0]
    assert count_chance(np.array([8, 9]), *one(11, 5, 0, 9)).tolist() == [0.0, 1.0]
    assert share_chance(1, 4, 1.0, 1.0, 0.0, 0.25) == 1.0 and share_chance(1, 5, 1.0, 1.0, 0.0, 0.25) == 0.0


def test_shares_against_draws() -> None:
    draw = np.random.default_rng(3)
    more = draw.poisson(7.0, 400_000)
    won = draw.binomial(more, draw.beta(6.0, 18.0, 400_000))
    hit = ((2 + won) / (11 + more) >= 0.25).mean()
    assert share_chance(2, 11, 6.0, 18.0, 7.0, 0.25) == pytest.approx(hit, abs=0.003)


def test_a_share_of_no_cases_at_all_is_unknown() -> None:
    assert np.isnan(share_chance(0, 0, 1.0, 1.0, 0.0, 0.25))
    assert share_chance(0, 0, 1.0, 1.0, 1.0, 0.0) == pytest.approx(1.0)


def test_priors_find_what_was_planted() -> None:
    draw = np.random.default_rng(4)
    days = draw.uniform(100, 300, 20_000)
    shape, rate = gamma_prior(draw.poisson(draw.gamma(6.0, 1 / 3.0, 20_000) * days).astype(float), days)
    assert (shape, rate) == pytest.approx((6.0, 3.0), rel=0.05)
    cases = draw.integers(5, 60, 20_000).astype(float)
    won = draw.binomial(cases.astype(int), draw.beta(4.0, 12.0, 20_000)).astype(float)
    assert beta_prior(won, cases) == pytest.approx((4.0, 12.0), rel=0.07)


def test_people_who_differ_by_chance_alone_have_the_teams_rate() -> None:
    assert gamma_prior(np.array([10.0, 10.0]), np.array([5.0, 5.0])) == (20.5, 10.0)
    assert beta_prior(np.array([5.0, 5.0]), np.array([20.0, 20.0])) == (10.5, 30.5)
    rates, errors = shrunken(np.array([9.0, 10.0, 11.0]), np.full(3, 4.0), 10.0)
    assert rates.tolist() == [10.0] * 3 and errors.tolist() == [0.0] * 3


def test_two_people_are_too_few_to_shrink() -> None:
    rates, errors = shrunken(np.array([1.0, 9.0]), np.ones(2), 5.0)
    assert rates.tolist() == [1.0, 9.0] and errors.tolist() == [1.0, 1.0]


def test_shrinking_lessens_the_error() -> None:
    draw = np.random.default_rng(5)
    truth = draw.normal(10.0, 1.0, 5_000)
    seen = truth + draw.normal(0.0, 2.0, 5_000)
    rates, errors = shrunken(seen, np.full(5_000, 4.0), 10.0)
    assert ((rates - truth) ** 2).mean() == pytest.approx(errors.mean(), rel=0.05)
    assert errors.mean() == pytest.approx(0.8, rel=0.1)  # 1 · 4 ÷ (1 + 4)
