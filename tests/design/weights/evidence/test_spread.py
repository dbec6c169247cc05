"""Weights from spread: published tables, and every fault seen in other packages."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.design.weights.evidence.cases import case
from toolkit.design.weights.evidence.normalise import by_range, by_sum, by_target
from toolkit.design.weights.evidence.spread import (
    FromData,
    critic,
    entropy,
    pearson,
    spearman,
    standard_deviation,
)
from toolkit.errors import DataError, NotEnoughData
from toolkit.language import LANGUAGES, describe

METHODS = [standard_deviation, entropy, critic]
RNG = np.random.default_rng(5)
VALUES = RNG.uniform(0.2, 1.3, size=(30, 4))  # scores as ratios


@pytest.mark.parametrize(
    "name", ["entropy-xu2004", "entropy-zavadskas2016", "entropy-elsayed2017", "entropy-jmcdm-6x8"]
)
def test_published_entropy_weights(name: str) -> None:
    """Xu (2004) 530-532; Zavadskas and Podvezko (2016) 267-283; Elsayed et al. (2017) 60-66; JMcDM."""
    matrix, _, expected, tolerance = case(name)
    assert entropy(by_sum(matrix)).weights == pytest.approx(expected, abs=tolerance)
    assert entropy(matrix).weights == pytest.approx(expected, abs=tolerance)


def test_published_entropy_weights_where_zeros_are_present() -> None:
    """Krishnan et al. (2021), Symmetry 13:973, Tables 1 and 5: 0 ln 0 = 0 after the type-aware min-max."""
    matrix, directions, expected, tolerance = case("entropy-krishnan2021-minmax")
    assert entropy(by_range(matrix, directions)).weights == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize(
    ("name", "correlation"),
    [
        ("critic-diakoulaki1995", pearson),
        ("critic-diakoulaki1995-spearman", spearman),
        ("critic-tus2019", pearson),
    ],
)
def test_published_critic_weights(name: str, correlation: object) -> None:
    """Diakoulaki et al. (1995) 763-770; Tuş and Aytaç Adalı (2019) 528-538."""
    matrix, directions, expected, tolerance = case(name)
    assert critic(by_range(matrix, directions), correlation).weights == pytest.approx(expected, abs=tolerance)  # type: ignore[arg-type]


def test_correlations_against_scipy_with_ties() -> None:
    values = np.round(VALUES, 1)
    assert spearman(values) == pytest.approx(stats.spearmanr(values).statistic, abs=1e-12)
    assert pearson(values)[0, 1] == pytest.approx(stats.pearsonr(values[:, 0], values[:, 1]).statistic)


def test_fault_of_peers_critic_ignores_the_direction_of_a_cost() -> None:
    """A KPI where less is better and its mirror where more is better are the same and weigh the same."""
    x = RNG.normal(100, 10, size=(40, 3))
    x[:, 2] += x[:, 0]
    mirrored = x * [1, 1, -1] + [0, 0, 300]
    as_gain = critic(by_target(x, [50, 50, 100], [100, 100, 200])).weights
    as_cost = critic(
        by_target(mirrored, [50, 50, 200], [100, 100, 100], ["higher", "higher", "lower"])
    ).weights
    ignored = critic(by_target(mirrored, [50, 50, 100], [100, 100, 200])).weights
    assert as_cost == pytest.approx(as_gain, abs=1e-12)
    assert abs(ignored - as_gain).max() > 0.05


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("constant", [0.0, 0.7])
def test_fault_of_peers_all_weights_blank_from_one_constant_or_zero_column(
    method: object, constant: float
) -> None:
    values = VALUES.copy()
    values[:, 2] = constant
    found: FromData = method(pd.DataFrame(values, columns=list("abcd")))  # type: ignore[operator]
    assert found.weights[2] == 0 and np.isfinite(found.weights).all()
    assert found.weights.sum() == pytest.approx(1, abs=1e-15)
    others = np.delete(values, 2, axis=1)
    assert np.delete(found.weights, 2) == pytest.approx(method(others).weights, abs=1e-12)  # type: ignore[operator]
    assert [note.code for note in found.notes] == ["weights.constant_kpi"]
    assert "«c»" in describe(found.notes[0], "zh")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("blank", [np.nan, np.inf])
def test_fault_of_peers_all_weights_blank_from_one_missing_value(method: object, blank: float) -> None:
    values = VALUES.copy()
    values[3, 1] = values[8, 0] = blank
    found: FromData = method(values)  # type: ignore[operator]
    whole = method(np.delete(VALUES, [3, 8], axis=0))  # type: ignore[operator]
    assert found.weights.tolist() == whole.weights.tolist()
    assert (found.n, found.dropped) == (28, 2)


@pytest.mark.parametrize("function", [entropy, by_sum])
def test_fault_of_peers_negatives_taken_as_positive(function: object) -> None:
    values = VALUES.copy()
    values[0, 1] = -0.4
    with pytest.raises(DataError) as refused:
        function(values)  # type: ignore[operator]
    assert [(p.code, p.column, p.value) for p in refused.value.problems] == [
        ("weights.negative_values", "2", -0.4)
    ]
    assert all("CRITIC" in describe(refused.value.problems[0], language) for language in LANGUAGES)


@pytest.mark.parametrize("method", [standard_deviation, critic])
def test_fault_of_peers_weights_that_change_with_the_unit(method: object) -> None:
    """Amounts in yuan or in 10,000 yuan, with their floor and target in the same unit."""
    x = RNG.normal(100, 20, size=(25, 2))
    in_units = by_target(x, [50, 40], [100, 110])
    in_others = by_target(x * [1e4, 1], [50e4, 40], [100e4, 110])
    assert method(in_others).weights == pytest.approx(method(in_units).weights, abs=1e-12)  # type: ignore[operator]
    raw = standard_deviation(x * [1e4, 1]).weights
    assert raw[0] > 0.999  # why values must be made comparable first


def test_fault_of_peers_values_that_move_when_a_participant_is_added() -> None:
    x = RNG.normal(100, 10, size=(20, 3))
    newcomer = np.array([[400.0, 100, 100]])
    with_newcomer = np.vstack([x, newcomer])
    floor, target = [50, 50, 60], [100, 120, 110]
    assert by_target(with_newcomer, floor, target)[:20].tolist() == by_target(x, floor, target).tolist()
    assert abs(by_range(with_newcomer)[:20] - by_range(x)).max() > 0.5


@pytest.mark.parametrize("method", [standard_deviation, critic])
def test_fault_of_peers_weights_that_move_when_a_participant_is_added_at_unchanged_spread(
    method: object,
) -> None:
    """Two newcomers, far out in the first KPI only, balanced so that all variances and correlations keep."""
    rng = np.random.default_rng(8)
    x = rng.normal(size=(40, 3))
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    corr = np.corrcoef(x.T)
    # newcomers v and −v in pairs with mean cross-product equal to the sample's: variances and r stay exactly
    root = np.linalg.cholesky(corr) * np.sqrt(3)
    added = np.vstack([x, root.T, -root.T])
    assert np.cov(added.T, bias=True) == pytest.approx(corr, abs=1e-12)
    floor, target = np.full(3, -3.0), np.full(3, 2.0)
    before = method(by_target(x, floor, target)).weights  # type: ignore[operator]
    after = method(by_target(added, floor, target)).weights  # type: ignore[operator]
    assert after == pytest.approx(before, abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_one_kpi_weighs_everything(method: object) -> None:
    assert method(VALUES[:, :1]).weights.tolist() == [1.0]  # type: ignore[operator]
    assert method(VALUES[:, 0]).weights.tolist() == [1.0]  # type: ignore[operator]


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_said_where_nothing_differs_or_nothing_is_whole(method: object) -> None:
    with pytest.raises(NotEnoughData) as refused:
        method(np.full((10, 3), 0.1 + 0.2))  # type: ignore[operator]
    assert refused.value.problems[0].code == "weights.all_constant"
    holes = pd.DataFrame(VALUES, columns=list("abcd"))
    holes["b"] = np.nan
    with pytest.raises(NotEnoughData) as refused:
        method(holes)  # type: ignore[operator]
    assert refused.value.problems[0].code == "weights.few_rows" and "b is blank" in str(refused.value)
    with pytest.raises(NotEnoughData):
        method(VALUES[:1])  # type: ignore[operator]
    with pytest.raises(DataError):
        method(np.zeros((3, 0)))  # type: ignore[operator]


def test_critic_of_kpis_that_all_say_the_same_falls_back_on_spread_and_says_so() -> None:
    one = VALUES[:, 0]
    found = critic(np.column_stack([one, 3 * one, 2 * one + 1]))
    assert found.weights == pytest.approx([1 / 6, 3 / 6, 2 / 6])
    assert [note.code for note in found.notes] == ["weights.say_the_same"]


@pytest.mark.parametrize("method", METHODS)
def test_the_callers_values_stay_and_ties_do_no_harm(method: object) -> None:
    values = np.round(VALUES * 2) / 2
    before = values.copy()
    found = method(values)  # type: ignore[operator]
    assert values.tolist() == before.tolist()
    assert found.weights.sum() == pytest.approx(1) and (found.weights >= 0).all()
