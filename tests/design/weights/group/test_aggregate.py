"""Several people's judgements made one: against R, by identity, by hand, by another solver; and refused."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from toolkit.design.weights.group.aggregate import aggregate_judgements, aggregate_priorities, closed
from toolkit.design.weights.group.answers import LEAST_SHARE, people_shares, raised
from toolkit.errors import DataError

REFERENCE = Path("tests/reference")
CASES = {c["id"]: c for c in json.loads((REFERENCE / "weights.json").read_text(encoding="utf-8"))}
CITY = np.load(REFERENCE / "city200_matrices.npy")
NAN = float("nan")


def rows(matrices: np.ndarray) -> np.ndarray:
    """Row geometric means of matrices, each summing to 1."""
    means = np.prod(matrices, axis=-1) ** (1 / matrices.shape[-1])
    return means / means.sum(axis=-1, keepdims=True)


def codes(call: object, *answers: object, **more: object) -> list[str]:
    with pytest.raises(DataError) as caught:
        call(*answers, **more)  # type: ignore[operator]
    return [p.code for p in caught.value.problems]


def test_two_hundred_respondents_as_r_joins_them() -> None:
    """ahpsurvey 0.4 (R), ahp.aggjudge(geometric) of its own data city200."""
    case = CASES["group-aij-city200"]
    together = aggregate_judgements(CITY)
    found = [together[i, j] for i, j in case["input"]["pairs"]]
    assert found == pytest.approx(case["expected"], abs=case["tolerance"])


def test_judgements_joined_and_weights_joined_are_the_same_under_geometric_means() -> None:
    """Barzilai and Golany (1994), INFOR 32:57-64; Aczél and Saaty (1983)."""
    case = CASES["group-aij-eq-aip-rgm"]
    from_matrix, from_weights = rows(aggregate_judgements(CITY)), aggregate_priorities(rows(CITY))
    assert from_matrix == pytest.approx(from_weights, abs=1e-14)
    assert from_weights == pytest.approx(case["expected"], abs=case["tolerance"])


def test_the_identity_holds_with_unequal_shares_of_people() -> None:
    shares = np.random.default_rng(1).uniform(0, 3, len(CITY))
    joined = rows(aggregate_judgements(CITY, shares))
    assert joined == pytest.approx(aggregate_priorities(rows(CITY), shares), abs=1e-14)
    assert np.abs(joined - rows(aggregate_judgements(CITY))).max() > 1e-3  # they do count


def test_group_matrices_need_not_be_whole_numbers_of_saatys_scale() -> None:
    """Peers refuse what they have joined themselves: its entries are on no scale."""
    once = aggregate_judgements(CITY)
    twice = aggregate_judgements([once, once])
    assert twice == pytest.approx(once, rel=1e-12) and (once * once.T == pytest.approx(1, abs=1e-12))


@pytest.mark.parametrize("count", [2, 3, 5, 8, 15])
def test_weights_of_a_group_sum_to_exactly_one_in_any_order(count: int) -> None:
    rng = np.random.default_rng(count)
    for _ in range(200):
        weights = aggregate_priorities(rng.dirichlet(np.ones(count), 4))
        assert weights.sum() == sum(weights) == sum(weights[::-1]) == 1


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=20))
def test_closing_moves_no_weight_by_more_than_rounding(parts: list[float]) -> None:
    weights = np.array(parts)
    assert closed(weights) == pytest.approx(weights / weights.sum(), abs=1e-14)
    assert closed(weights).sum() == 1


def test_two_opposite_people_by_hand() -> None:
    assert aggregate_priorities([[0.9, 0.1], [0.1, 0.9]]) == pytest.approx([0.5, 0.5])
    # Roots of 0.8 × 0.5 and 0.2 × 0.5: 2 to 1.
    assert aggregate_priorities([[0.8, 0.2], [0.5, 0.5]]) == pytest.approx([2 / 3, 1 / 3])


def test_a_share_of_two_is_the_same_as_answering_twice() -> None:
    judged = np.random.default_rng(5).dirichlet(np.ones(4), 3)
    weighted = aggregate_priorities(judged, shares=[2, 1, 1])
    assert weighted == pytest.approx(aggregate_priorities(judged[[0, 0, 1, 2]]), abs=1e-14)
    stack = CITY[:3]
    assert aggregate_judgements(stack, [2, 1, 1]) == pytest.approx(aggregate_judgements(stack[[0, 0, 1, 2]]))


def test_a_share_of_nothing_leaves_a_respondent_out() -> None:
    judged = [[0.7, 0.3], [0.1, 0.9]]
    assert aggregate_priorities(judged, shares=[1, 0]) == pytest.approx([0.7, 0.3])
    blank = np.full((5, 5), NAN)
    np.fill_diagonal(blank, 1)
    assert aggregate_judgements([CITY[0], blank]) == pytest.approx(aggregate_judgements([CITY[0]]))


def test_units_do_not_matter() -> None:
    shares = np.random.default_rng(3).dirichlet(np.ones(5), 4)
    assert aggregate_priorities(shares * [[100], [1], [7], [50]]) == pytest.approx(
        aggregate_priorities(shares)
    )


def test_nobodys_zero_is_a_veto() -> None:
    weights = aggregate_priorities([[0.5, 0.5, 0.0], [0.4, 0.3, 0.3], [0.4, 0.3, 0.3]])
    by_hand = np.array([[0.4975, 0.4975, 0.005], [0.4, 0.3, 0.3], [0.4, 0.3, 0.3]]).prod(axis=0) ** (1 / 3)
    assert weights == pytest.approx(by_hand / by_hand.sum(), abs=1e-12) and weights[2] > 0.07


def test_raising_keeps_the_other_ratios_and_every_sum() -> None:
    shares = np.array([[0.6, 0.3, 0.0, 0.1], [0.5, NAN, 0.001, 0.499], [1, 0, 0, 0]])
    got = raised(shares)
    assert np.nansum(got, axis=1) == pytest.approx([1, 1, 1]) and np.isnan(got[1, 1])
    assert np.nanmin(got) == LEAST_SHARE and got[0, 0] / got[0, 1] == pytest.approx(2)


def test_a_kpi_that_somebody_did_not_judge_counts_through_the_ratios_of_the_others() -> None:
    """Were the blank a small weight, or the row's mean taken as it stands, 3 to 1 would not come out."""
    judged = [[0.6, 0.2, 0.2], [NAN, 0.5, 0.5], [0.75, 0.25, NAN]]
    assert aggregate_priorities(judged) == pytest.approx([0.6, 0.2, 0.2], abs=1e-12)


def test_blanks_against_a_general_solver() -> None:
    rng = np.random.default_rng(8)
    judged, shares = rng.dirichlet(np.ones(4), 6), rng.uniform(0.5, 2, 6)
    judged[0, 1] = judged[3, 2] = judged[3, 0] = NAN

    def miss(at: np.ndarray) -> float:
        """Squared log ratios off the weights and each respondent's own level."""
        apart = np.log(judged) - np.r_[0, at[:3]] - at[3:, None]
        return float(np.nansum(shares[:, None] * apart**2))

    found = minimize(miss, np.zeros(9), method="BFGS", options={"gtol": 1e-10}).x
    weights = np.exp(np.r_[0, found[:3]])
    assert aggregate_priorities(judged, shares) == pytest.approx(weights / weights.sum(), abs=1e-6)


def test_kpis_that_nobody_ties_together_are_refused_with_both_sides() -> None:
    table = pd.DataFrame({"revenue": [1, NAN], "cash": [2, NAN], "visits": [NAN, 1], "calls": [NAN, 3]})
    with pytest.raises(DataError, match=r"revenue, cash.*visits, calls"):
        aggregate_priorities(table)
    assert codes(aggregate_priorities, [[0.5, 0.5, NAN]]) == ["weights.group_apart"]
    whole_but_out = [[0.5, 0.5, NAN], [0.2, 0.3, 0.5]]
    assert codes(aggregate_priorities, whole_but_out, shares=[1, 0]) == ["weights.group_apart"]


def test_cells_that_nobody_judged_stay_blank_and_others_are_averaged_over_who_did() -> None:
    one, two = CITY[0].copy(), CITY[1].copy()
    one[0, 1] = one[1, 0] = one[2, 3] = one[3, 2] = two[2, 3] = two[3, 2] = NAN
    together = aggregate_judgements([one, two])
    assert together[0, 1] == pytest.approx(two[0, 1]) and np.isnan([together[2, 3], together[3, 2]]).all()
    assert np.isnan(together).sum() == 2 and (np.diag(together) == 1).all()


def test_nothing_of_the_callers_is_changed() -> None:
    matrices, judged, shares = CITY[:3].copy(), rows(CITY[:3]), np.array([1.0, 2, 3])
    kept = [x.copy() for x in (matrices, judged, shares)]
    aggregate_judgements(matrices, shares)
    aggregate_priorities(judged, shares)
    assert all((a == b).all() for a, b in zip(kept, (matrices, judged, shares), strict=True))


def test_no_random_number_is_drawn_and_no_seed_reset() -> None:
    np.random.seed(4)  # the global state is what is looked at
    before = np.random.get_state()[1].tolist()  # type: ignore[index]
    aggregate_priorities(rows(aggregate_judgements(CITY[:2])[None]))
    assert np.random.get_state()[1].tolist() == before  # type: ignore[index]


def test_matrices_that_cannot_be_used_are_refused_all_at_once_with_their_cells() -> None:
    bad = np.array([[[1, 2, 3], [0.5, 1, -4], [1 / 3, 0.25, 1]], [[1, 2, NAN], [2, 1, 1], [1, 1, 2]]])
    with pytest.raises(DataError) as caught:
        aggregate_judgements(bad)
    cells = {(p.code, p.values["who"], p.values["first"], p.values["second"]) for p in caught.value.problems}
    assert cells == {
        ("weights.group_cell", 1, 2, 3),
        ("weights.group_reciprocal", 2, 1, 2),
        ("weights.group_reciprocal", 2, 1, 3),
        ("weights.group_reciprocal", 2, 3, 3),
    }


@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 2), (0, 3, 3), ()])
def test_what_is_no_stack_of_matrices_is_refused(shape: tuple[int, ...]) -> None:
    assert codes(aggregate_judgements, np.ones(shape)) == ["weights.group_matrices"]


@pytest.mark.parametrize(
    ("judged", "wrong"),
    [
        ([0.5, 0.5], ["weights.group_table"]),
        (np.ones((0, 3)), ["weights.group_table"]),
        ([[0.5, -0.5], [float("inf"), 1]], ["weights.group_range"] * 2),
        ([[0, 0], [NAN, NAN], [NAN, 0]], ["weights.group_nothing"] * 3),
    ],
)
def test_weights_that_cannot_be_used_are_refused(judged: object, wrong: list[str]) -> None:
    assert codes(aggregate_priorities, judged) == wrong


@pytest.mark.parametrize(
    ("shares", "wrong"),
    [
        ([1, 1, 1], ["weights.group_shares_count"]),
        ([[1, 1]], ["weights.group_shares_count"]),
        ([-1, NAN], ["weights.group_share"] * 2),
        ([0, 0], ["weights.group_no_share"]),
    ],
)
def test_shares_of_people_that_cannot_be_used_are_refused(shares: object, wrong: list[str]) -> None:
    assert codes(aggregate_priorities, [[1, 2], [2, 1]], shares) == wrong
    assert codes(aggregate_judgements, CITY[:2], shares) == wrong


def test_people_count_alike_where_nothing_is_said() -> None:
    assert people_shares(None, 4).tolist() == [0.25] * 4


def test_a_faulty_weight_is_told_by_the_names_of_person_and_kpi() -> None:
    table = pd.DataFrame({"revenue": [0.5, 0.6], "cash": [0.5, -0.4]}, index=["Ann", "Li"])
    with pytest.raises(DataError, match=r"cash.*Li.*-0\.4"):
        aggregate_priorities(table)
