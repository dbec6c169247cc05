"""Every parameter of the law recovered from histories drawn from it, and how often the intervals hold it."""

import time

import numpy as np
import pytest
from scipy import stats

from tests.simulate.fit.planted import Truth, ratios, schemes, scorecard
from toolkit.simulate.model import AttainmentModel, fit_attainment

OFF = np.triu_indices(3, 1)


def fitted(truth: Truth, seeds: int) -> list[AttainmentModel]:
    return [fit_attainment(schemes(truth.measures), scorecard(ratios(truth, seed))) for seed in range(seeds)]


def mean(models: list[AttainmentModel], name: str) -> float:
    return float(np.mean([getattr(m, name) for m in models]))


def covers(models: list[AttainmentModel], name: str, value: float) -> float:
    return float(
        np.mean(
            [(getattr(m, f"{name}_low") <= value) & (value <= getattr(m, f"{name}_high")) for m in models]
        )
    )


# people, periods, seeds; how near the means of sigma, between, persistence, loading, dependence must come
SIZES = [
    ((10, 12), 60, (0.02, 0.03, 0.04, 0.07, 0.06)),
    ((24, 24), 40, (0.02, 0.02, 0.03, 0.04, 0.03)),
    ((100, 24), 12, (0.01, 0.02, 0.02, 0.04, 0.02)),
    ((1000, 36), 1, (0.01, 0.01, 0.02, 0.08, 0.02)),
]


@pytest.mark.parametrize(("size", "seeds", "near"), SIZES)
def test_parameters_are_recovered(
    size: tuple[int, int], seeds: int, near: tuple[float, float, float, float, float]
) -> None:
    models = fitted(Truth(*size), seeds)
    assert mean(models, "group_sigma") == pytest.approx(0.3, abs=near[0])
    assert mean(models, "between") == pytest.approx(0.15, abs=near[1])
    assert mean(models, "persistence") == pytest.approx(0.4, abs=near[2])
    assert mean(models, "loading") == pytest.approx(0.3, abs=near[3])
    off = [m.dependence[OFF].mean() for m in models]
    assert np.mean(off) == pytest.approx(0.4, abs=near[4])
    assert mean(models, "group_mu") == pytest.approx(0.0, abs=0.06)
    assert np.mean([k == "lognormal" for m in models for k in m.kind]) > 0.95
    market = np.mean([m.market[OFF].mean() for m in models])
    assert 0 < market < 0.65  # one history may chance to have more; drawn hard towards none, planted .5
    if seeds > 10:
        assert covers(models, "persistence", 0.4) > 0.8
        assert covers(models, "loading", 0.3) > 0.8


def test_no_common_shock_is_seen_where_there_is_none() -> None:
    models = fitted(Truth(24, 24, loading=(0.0, 0.0, 0.0)), 30)
    assert mean(models, "loading") < 0.07 and covers(models, "loading", 0.0) > 0.85


def test_a_strong_shock_in_a_year() -> None:
    models = fitted(Truth(24, 12, rho=(0.0, 0.0, 0.0), loading=(0.6, 0.6, 0.6)), 40)
    assert mean(models, "loading") == pytest.approx(0.57, abs=0.04)  # the square is unbiased, not the root
    assert np.sqrt(np.mean([m.loading**2 for m in models])) == pytest.approx(0.58, abs=0.04)
    assert covers(models, "loading", 0.6) > 0.8


def test_measures_may_differ_in_persistence() -> None:
    models = fitted(Truth(40, 24, rho=(0.0, 0.4, 0.8)), 20)
    found = np.mean([m.persistence for m in models], axis=0)
    assert found == pytest.approx([0.0, 0.4, 0.8], abs=0.04)
    assert np.mean([m.dependence[OFF] for m in models], axis=0) == pytest.approx([0.4] * 3, abs=0.06)
    one = models[0]
    u = one.stationary  # e keeps it: R = ρRρ' + √·C·√
    rho, kept = one.persistence, np.sqrt(1 - one.persistence**2)
    again = np.outer(rho, rho) * u + np.outer(kept, kept) * one.dependence
    assert again == pytest.approx(u) and np.diag(u) == pytest.approx([1, 1, 1])


def test_people_of_unlike_spread_and_level() -> None:
    ours, plain, levels, means, held = [], [], [], [], []
    for seed in range(10):
        truth = Truth(60, 8, spread_of_sigma=0.4)
        model = fit_attainment(schemes(3), scorecard(values := ratios(truth, seed)))
        mine = np.array(model.kind) == "lognormal"  # latent units are logs of the ratio
        logs, sigma = np.log(values), truth.own["sigma"]
        ours.append((np.log(model.sigma / sigma)[:, mine] ** 2).mean())
        plain.append((np.log(logs.std(axis=1, ddof=1) / sigma)[:, mine] ** 2).mean())
        shrunk, own = model.mu - truth.own["mu"], logs.mean(axis=1) - truth.own["mu"]
        levels.append((shrunk[:, mine] ** 2).mean())
        means.append((own[:, mine] ** 2).mean())
        # the market's mean over 8 periods moves all alike and is in nobody's error
        apart = shrunk - shrunk.mean(axis=0)
        held.append((np.abs(apart) < 1.645 * model.mu_error)[:, mine].mean())
    assert np.mean(ours) < 0.75 * np.mean(plain) and np.mean(levels) < 0.75 * np.mean(means)
    assert np.mean(held) > 0.8


def test_a_newcomers_level_is_the_groups() -> None:
    values = ratios(Truth(20, 18, between=0.4), 3)
    values[0] = np.nan
    values[1, :-1] = np.nan  # a single month
    model = fit_attainment(schemes(3), scorecard(values))
    assert model.mu[0].tolist() == model.group_mu.tolist()
    assert model.sigma[0] == pytest.approx(model.group_sigma)
    assert model.mu_error[0].tolist() == pytest.approx(model.between.tolist())
    own = np.log(values[1, -1])
    inside = (np.abs(model.mu[1] - model.group_mu) < np.abs(own - model.group_mu)).mean()
    assert inside >= 2 / 3
    assert (model.mu_error[1] > model.mu_error[2]).all()
    assert "simulate.newcomers" in [note.code for note in model.notes]


@pytest.mark.parametrize("people", [24, 100])
def test_zeros_and_a_cap_survive_and_the_latent_law_is_found(people: int) -> None:
    drawn, seen, parameters = [], [], []
    for seed in range(10):
        x = np.log(ratios(Truth(people, 24), seed)) / np.hypot(0.3, 0.15)
        y = np.where(x < stats.norm.ppf(0.15), 0, np.minimum(1 + 0.4 * x, 1.3))
        model = fit_attainment(schemes(3), scorecard(y))
        assert set(model.kind) == {"empirical"}
        d = model.reached(np.random.default_rng(seed).standard_normal((400, people, 3)))
        drawn.append([(d == 0).mean(), (d > 1.3 - 1e-9).mean(), d.mean()])
        seen.append([(y == 0).mean(), (y > 1.3 - 1e-9).mean(), y.mean()])
        off = model.dependence[OFF].mean()
        latent = (model.between, model.group_sigma, model.persistence, model.loading)
        parameters.append([*(part.mean() for part in latent), off])
    assert np.mean(drawn, axis=0) == pytest.approx(np.mean(seen, axis=0), abs=0.02)
    total = np.hypot(0.3, 0.15)
    truth = [0.15 / total, 0.3 / total, 0.4, 0.3, 0.4]
    assert np.mean(parameters, axis=0) == pytest.approx(truth, abs=0.04)


def test_a_thousand_people_three_years_six_measures_take_seconds() -> None:
    values = ratios(Truth(1000, 36, 6, rho=(0.4,) * 6, loading=(0.3,) * 6), 1)
    values[np.random.default_rng(1).random(values.shape) < 0.05] = np.nan
    card = scorecard(values)
    start = time.process_time()
    model = fit_attainment(schemes(6), card)
    assert time.process_time() - start < 8  # under 1.5 on an idle machine
    assert model.mu.shape == (1000, 6) and model.n == int(np.isfinite(values).sum())
