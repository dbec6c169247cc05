"""Shares of a variance: published and closed forms, groups, and what SALib would hide."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from SALib.analyze import sobol as salib
from SALib.sample import sobol as salib_points
from scipy.stats import norm

from toolkit.design.weights.robust.sobol import as_weights, sobol_shares, weight_inputs
from toolkit.errors import DataError

CASES = Path(__file__).parents[3] / "reference" / "weights.json"


def even(u: np.ndarray) -> np.ndarray:
    return u


def between(low: float, high: float):
    return lambda u: low + (high - low) * u


def test_ishigami() -> None:
    """Case sobol-ishigami of the reference file: Ishigami & Homma (1990), closed form."""
    case = next(c for c in json.loads(CASES.read_text(encoding="utf-8")) if c["id"] == "sobol-ishigami")
    a, b, (low, high) = case["input"]["a"], case["input"]["b"], case["input"]["bounds"]
    names = ["x1", "x2", "x3"]
    found = sobol_shares(
        lambda x: np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0]),
        [(name, between(low, high)) for name in names],
        names,
        4096,
    )
    assert found["first"].tolist() == pytest.approx(case["expected"]["S1"], abs=case["tolerance"])
    assert found["total"].tolist() == pytest.approx(case["expected"]["ST"], abs=case["tolerance"])
    for name, key in (("first", "S1"), ("total", "ST")):
        truth = np.array(case["expected"][key])
        assert ((found[f"{name}_low"] < found[name]) & (found[name] < found[f"{name}_high"])).all()
        assert (abs(found[name] - truth) < 2 * (found[f"{name}_high"] - found[name])).all()


def test_a_ratio_of_actual_to_target() -> None:
    """y = a/t, independent: V_a = E[1/t]² Var(a), V_t = E[a]² Var(1/t), V = E[a²] E[1/t²] - (E[a] E[1/t])²;
    for t even on [c, d] E[1/t] = ln(d/c)/(d - c) and E[1/t²] = 1/(cd)."""
    low, high, c, d = 60.0, 140.0, 50.0, 150.0
    mean, square = (low + high) / 2, (high**3 - low**3) / (3 * (high - low))
    inverse, inverse_square = math.log(d / c) / (d - c), 1 / (c * d)
    variance = square * inverse_square - (mean * inverse) ** 2
    actual = inverse**2 * (square - mean**2) / variance
    target = mean**2 * (inverse_square - inverse**2) / variance
    found = sobol_shares(
        lambda x: x[:, 0] / x[:, 1],
        [("actual", between(low, high)), ("target", between(c, d))],
        ["actuals", "targets"],
        4096,
    ).set_index("group")
    assert found["first"].tolist() == pytest.approx([actual, target], abs=0.01)
    assert found["total"].tolist() == pytest.approx([1 - target, 1 - actual], abs=0.01)


def test_weights_are_one_group_with_the_variance_of_a_dirichlet() -> None:
    """Var(Σ w x) of a Dirichlet of concentration κ is (Σ m x² - (Σ m x)²)/(κ + 1); noise on top is normal."""
    m, x, kappa, noise = np.array([0.4, 0.3, 0.2, 0.1, 0.0]), np.array([120.0, 90, 60, 100, 500]), 30.0, 3.0
    of_weights = (m @ x**2 - (m @ x) ** 2) / (kappa + 1)
    inputs = [*weight_inputs(list("abcde"), m, kappa), ("noise", norm(0, noise).ppf)]
    found = sobol_shares(
        lambda v: as_weights(v[:, :5]) @ x + v[:, 5], inputs, ["weights"] * 5 + ["targets"], 4096
    )
    expected = of_weights / (of_weights + noise**2)
    assert found["group"].tolist() == ["weights", "targets"]
    assert found["first"].tolist() == pytest.approx([expected, 1 - expected], abs=0.02)
    assert found["total"].tolist() == pytest.approx([expected, 1 - expected], abs=0.02)


def test_groups_may_be_interleaved_and_keep_the_order_they_come_in() -> None:
    """y = 3a + b + 2c on even inputs: variances 9, 1, 4 of 14; the second group is b alone."""
    found = sobol_shares(
        lambda x: x @ np.array([3.0, 1.0, 2.0]), [("a", even), ("b", even), ("c", even)], ["z", "m", "z"]
    )
    assert found["group"].tolist() == ["z", "m"]
    assert found["first"].tolist() == pytest.approx([13 / 14, 1 / 14], abs=0.03)


def test_one_group_alone_is_refused_where_salib_fails_on_the_number_of_results() -> None:
    with pytest.raises(DataError) as refused:
        sobol_shares(lambda x: x.sum(axis=1), [("a", even), ("b", even)], ["weights", "weights"], 64)
    assert [(p.code, p.value) for p in refused.value.problems] == [("weights.sobol_one_group", "weights")]


def test_a_far_off_mean_does_not_disturb() -> None:
    found = sobol_shares(lambda x: 1e6 + 2 * x[:, 0] + x[:, 1], [("a", even), ("b", even)], ["a", "b"])
    assert found["first"].tolist() == pytest.approx([0.8, 0.2], abs=0.03)


@pytest.mark.parametrize("seed", [0, 7])
def test_the_seed_decides_and_the_global_generator_is_left_alone(seed: int) -> None:
    """SALib takes a seed of 0 for none and draws its intervals from numpy's global state."""

    def ask(one: int):
        return sobol_shares(lambda x: x[:, 0] * x[:, 1], [("a", even), ("b", even)], ["a", "b"], 64, one)

    before = np.random.get_state()[1].tolist()
    assert ask(seed).equals(ask(seed)) and not ask(seed).equals(ask(seed + 1))
    assert np.random.get_state()[1].tolist() == before


def test_a_missing_result_is_refused_where_salib_answers_zeros() -> None:
    def model(x: np.ndarray) -> np.ndarray:
        return np.where(x[:, 0] < 0.01, np.nan, x[:, 0] + x[:, 1])

    problem = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1]] * 2}
    x = salib_points.sample(problem, 256, calc_second_order=False, seed=1)
    theirs = salib.analyze(problem, model(x), calc_second_order=False, seed=1)
    assert theirs["S1"].tolist() == theirs["ST"].tolist() == [0.0, 0.0]
    with pytest.raises(DataError) as refused:
        sobol_shares(model, [("a", even), ("b", even)], ["a", "b"], 256)
    assert [p.code for p in refused.value.problems] == ["weights.sobol_missing"]
    assert 0 < refused.value.problems[0].value < 256 and refused.value.problems[0].values == {"count": 1024}


@pytest.mark.parametrize(
    ("model", "code"),
    [
        (lambda x: np.full(len(x), np.inf), "weights.sobol_missing"),
        (lambda x: np.full(len(x), 120.0), "weights.sobol_constant"),
        (lambda x: 120.0 + 1e-12 * x[:, 0], "weights.sobol_constant"),
        (lambda x: x, "weights.sobol_outputs"),
    ],
)
def test_a_model_without_an_answer_is_refused(model, code: str) -> None:
    with pytest.raises(DataError) as refused:
        sobol_shares(model, [("a", even), ("b", even)], ["a", "b"], 64)
    assert [p.code for p in refused.value.problems] == [code]


def test_all_that_is_wrong_with_the_question_is_said_at_once() -> None:
    with pytest.raises(DataError) as refused:
        sobol_shares(lambda x: x[:, 0], [("a", even), ("a", even)], ["a"], 100)
    codes = [p.code for p in refused.value.problems]
    assert codes == ["weights.sobol_names", "weights.sobol_groups", "weights.sobol_size"]
    with pytest.raises(DataError) as few:
        sobol_shares(lambda x: x[:, 0], [("a", even), ("b", even)], ["a", "b"], 32)
    assert [p.code for p in few.value.problems] == ["weights.sobol_size"]


def test_inputs_without_numbers_are_named() -> None:
    with pytest.raises(DataError) as refused:
        sobol_shares(
            lambda x: x[:, 0],
            [("a", lambda u: np.where(u > 0.5, u, np.nan)), ("b", even), ("c", lambda u: u + np.inf)],
            ["a", "b", "c"],
            64,
        )
    assert [(p.code, p.value) for p in refused.value.problems] == [
        ("weights.sobol_inputs", "a"),
        ("weights.sobol_inputs", "c"),
    ]


def test_weights_as_inputs_are_refused_like_weights() -> None:
    for w, kappa, code in (
        ([0.5, 0.6], 5.0, "weights.robust_sum"),
        ([0.5, 0.5], 0.0, "weights.concentration"),
    ):
        with pytest.raises(DataError) as refused:
            weight_inputs(["a", "b"], np.array(w), kappa)
        assert [p.code for p in refused.value.problems] == [code]
