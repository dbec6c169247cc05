"""How far people agree: by hand, against scipy, by brute force, in limiting cases; and refused."""

import json
from itertools import permutations, product
from math import comb, exp, log
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import friedmanchisquare

from toolkit.design.weights.group.agreement import concordance, consensus
from toolkit.errors import DataError, NotEnoughData

CASES = {c["id"]: c for c in json.loads(Path("tests/reference/weights.json").read_text(encoding="utf-8"))}
NAN = float("nan")


def entropy(parts: list[float]) -> float:
    return -sum(p * log(p) for p in parts if p > 0)


@pytest.mark.parametrize(("judges", "kpis"), [(3, 3), (6, 5), (20, 8)])
def test_concordance_against_friedman_of_scipy(judges: int, kpis: int) -> None:
    """METHODS: W = χ² of Friedman ÷ (m (K − 1)); rounded weights, so that there are ties."""
    weights = np.random.default_rng(judges).dirichlet(np.ones(kpis), judges).round(1) + 0.1
    statistic, p_value = friedmanchisquare(*weights.T)
    agreed = concordance(weights)
    assert agreed.chi2 == pytest.approx(statistic, rel=1e-9)
    assert agreed.p_value == pytest.approx(p_value, rel=1e-9)
    assert agreed.w == pytest.approx(statistic / (judges * (kpis - 1)), rel=1e-9)


def test_concordance_without_ties_by_hand() -> None:
    """Places 1 2 3, 1 3 2, 2 1 3: sums 4, 6, 8 about 6, S = 8; W = 12 × 8 ÷ (9 × 24) = 4/9."""
    agreed = concordance([[0.5, 0.3, 0.2], [0.5, 0.2, 0.3], [0.3, 0.5, 0.2]])
    assert agreed.w == pytest.approx(4 / 9) and agreed.chi2 == pytest.approx(3 * 2 * 4 / 9)


def test_concordance_with_ties_by_hand() -> None:
    """Places 1 2 3, 1 2 3, 1.5 3 1.5: sums 3.5, 7, 7.5 about 6, S = 9.5.

    One pair ties: ΣT = 2³ − 2 = 6; W = 12 × 9.5 ÷ (9 × 24 − 3 × 6) = 114/198.
    """
    agreed = concordance([[0.5, 0.3, 0.2], [0.6, 0.3, 0.1], [0.4, 0.2, 0.4]])
    assert agreed.w == pytest.approx(114 / 198)


def test_all_the_same_order_is_one_and_two_opposite_orders_are_nothing() -> None:
    assert concordance([[0.5, 0.3, 0.2], [0.9, 0.06, 0.04]]).w == pytest.approx(1)
    assert concordance([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5]]).w == pytest.approx(0, abs=1e-12)


def test_without_agreement_the_mean_of_w_over_every_order_is_one_over_judges() -> None:
    """A known property, here over all 6³ ways in which three judges can order three KPIs."""
    orders = list(permutations([0.5, 0.3, 0.2]))
    every = [concordance(list(three)).w for three in product(orders, repeat=3)]
    assert len(every) == 216 and np.mean(every) == pytest.approx(1 / 3)


@pytest.mark.parametrize(("judges", "descriptive"), [(2, True), (5, True), (6, False)])
def test_few_judges_only_describe(judges: int, descriptive: bool) -> None:
    agreed = concordance(np.tile([0.5, 0.3, 0.2], (judges, 1)))
    assert agreed.descriptive is descriptive and (agreed.judges, agreed.kpis) == (judges, 3)


def test_what_a_solver_leaves_of_a_tie_is_still_a_tie() -> None:
    exact = [[0.4, 0.4, 0.2], [0.5, 0.3, 0.2]]
    nearly = [[0.4 + 1e-11, 0.4 - 1e-11, 0.2], [0.5, 0.3, 0.2]]
    assert concordance(nearly).w == concordance(exact).w


def test_who_left_a_kpi_blank_is_no_judge_of_the_order() -> None:
    whole = [[0.5, 0.3, 0.2], [0.2, 0.5, 0.3]]
    agreed = concordance([*whole, [0.5, 0.5, NAN]])
    assert agreed == concordance(whole) and agreed.judges == 2
    assert consensus([*whole, [0.5, 0.5, NAN]]) == consensus(whole)


def test_consensus_of_the_same_weights_is_one() -> None:
    case = CASES["group-consensus-identical"]
    found = consensus(case["input"]["priorities"], case["input"]["M"])
    assert found == pytest.approx(case["expected"][0], abs=case["tolerance"])


@pytest.mark.parametrize("kpis", [2, 3, 6, 10])
@pytest.mark.parametrize("scale", [2, 9])
def test_consensus_of_as_many_opposites_as_there_are_kpis_is_nothing(kpis: int, scale: float) -> None:
    """Each judge has another KPI `scale` times as heavy as all others."""
    opposite = np.ones((kpis, kpis)) + (scale - 1) * np.eye(kpis)
    assert consensus(opposite, scale) == pytest.approx(0, abs=1e-12)
    assert consensus(np.vstack([opposite] * 3), scale) == pytest.approx(0, abs=1e-12)


def test_consensus_by_hand() -> None:
    """Two judges of two KPIs: 3 to 1 and 1 to 3; S* by Goepel's formula with M = 9."""
    alpha, gamma, least = entropy([0.75, 0.25]), log(2), entropy([0.9, 0.1])
    wanted = (1 / exp(gamma - alpha) - exp(least) / 2) / (1 - exp(least) / 2)
    assert consensus([[0.75, 0.25], [0.25, 0.75]]) == pytest.approx(wanted)
    assert wanted == pytest.approx(0.6018, abs=5e-5)  # (0.8774 - 0.6921) / 0.3079


def test_consensus_of_three_by_three_as_ahp_os_computes_it() -> None:
    """AHP-OS: cor = exp(ln n − H_min), S* = (1/exp β − 1/cor) ÷ (1 − 1/cor), γ of the arithmetic mean."""
    judged = [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.4, 0.4, 0.2]]
    mean = [sum(row[j] for row in judged) / 3 for j in range(3)]
    beta = entropy(mean) - sum(entropy(row) for row in judged) / 3
    cor = exp(log(3) - entropy([9 / 11, 1 / 11, 1 / 11]))
    assert consensus(judged) == pytest.approx((1 / exp(beta) - 1 / cor) / (1 - 1 / cor), abs=1e-12)


def test_consensus_falls_as_opinions_part() -> None:
    apart = [consensus([[0.5 + d, 0.5 - d], [0.5 - d, 0.5 + d]]) for d in np.linspace(0, 0.4, 9)]
    assert (np.diff(apart) < 0).all() and apart[0] == 1 and apart[-1] == pytest.approx(0, abs=1e-12)


def test_consensus_stays_between_nothing_and_one_also_beyond_the_scale_and_at_zero() -> None:
    assert consensus([[1, 0], [0, 1]]) == 0
    rng = np.random.default_rng(0)
    found = [consensus(rng.dirichlet(np.full(k, 0.2), m)) for k in (2, 4, 8) for m in (2, 5, 9)]
    assert len(found) == comb(9, 1) and min(found) >= 0 and max(found) <= 1


@pytest.mark.parametrize("measured", [concordance, consensus])
@pytest.mark.parametrize(
    ("judged", "code"),
    [
        ([[0.5, 0.5]], "weights.few_judges"),
        ([[0.5, 0.5], [0.5, NAN]], "weights.few_judges"),
        ([[1.0], [1.0]], "weights.one_kpi"),
    ],
)
def test_too_little_to_agree_on_is_refused(measured: object, judged: list, code: str) -> None:
    with pytest.raises(NotEnoughData) as caught:
        measured(judged)  # type: ignore[operator]
    assert [p.code for p in caught.value.problems] == [code]


def test_without_any_preference_there_is_no_order_but_a_full_consensus() -> None:
    alike = np.ones((3, 4))
    with pytest.raises(NotEnoughData) as caught:
        concordance(alike)
    assert caught.value.problems[0].code == "weights.no_order" and consensus(alike) == 1


@pytest.mark.parametrize("scale", [1, 0.5, -9, NAN, float("inf")])
def test_a_scale_that_is_none_is_refused(scale: float) -> None:
    with pytest.raises(DataError) as caught:
        consensus([[1, 2], [2, 1]], scale)
    assert caught.value.problems[0].code == "weights.scale"


def test_the_callers_weights_stay_as_they_were() -> None:
    given = np.array([[60.0, 40], [30, 70], [0, 100]])
    concordance(given)
    consensus(given)
    assert given.tolist() == [[60, 40], [30, 70], [0, 100]]
