"""Sides and outsiders: against scipy, with planted truth, by hand, and where nothing can be said."""

from itertools import chain, combinations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import gmean, ttest_ind

from toolkit.design.weights.group.sides import holm, outlying, sides
from toolkit.errors import DataError

NAN = float("nan")
BOSSES, REPS = ["director"], ["representative"]


def drawn(rng: np.random.Generator, middle: np.ndarray, people: int, noise: float) -> np.ndarray:
    """People who judge about the same weights, each with an own error."""
    judged = middle * np.exp(noise * rng.normal(size=(people, len(middle))))
    return judged / judged.sum(axis=1, keepdims=True)


def two_sides(
    rng: np.random.Generator, people: int, noise: float
) -> tuple[np.ndarray, list[str], np.ndarray]:
    """Judgements of two sides that differ, whose is whose, and the true ratio of their weights."""
    first, second = rng.dirichlet(np.full(6, 4), 2)
    judged = np.vstack([drawn(rng, first, people, noise), drawn(rng, second, people, noise)])
    return judged, BOSSES * people + REPS * people, first / second


def test_weights_and_ratio_are_those_of_geometric_means() -> None:
    judged, side, _ = two_sides(np.random.default_rng(1), 4, 0.4)
    table = sides(judged, side)
    for name, part in (("first", judged[:4]), ("second", judged[4:])):
        assert table[name].to_numpy() == pytest.approx(gmean(part) / gmean(part).sum())
        assert table[name].sum() == pytest.approx(1)
    assert table["ratio"].to_numpy() == pytest.approx(table["first"] / table["second"])
    assert table.attrs == {"sides": ["director", "representative"], "counts": (4, 4)}


def test_the_interval_against_welch_of_scipy() -> None:
    """Of two KPIs the log ratio is one number a person; a share's log moves with it by the other's share."""
    rng = np.random.default_rng(2)
    log_odds = np.r_[rng.normal(0.6, 0.05, 5), rng.normal(0.2, 0.10, 7)]
    share = 1 / (1 + np.exp(-log_odds))
    table = sides(np.c_[share, 1 - share], BOSSES * 5 + REPS * 7)
    middle = [log_odds[:5].mean(), log_odds[5:].mean()]
    steep = [1 / (1 + np.exp(m)) for m in middle]  # d log share / d log odds
    welch = ttest_ind(log_odds[:5] * steep[0], log_odds[5:] * steep[1], equal_var=False).confidence_interval(
        0.9
    )
    wide = np.log(table.loc[1, "high"]) - np.log(table.loc[1, "low"])
    assert wide == pytest.approx(welch.high - welch.low, rel=1e-9)


@pytest.mark.parametrize("people", [3, 5, 10])
def test_the_interval_holds_a_planted_ratio_nine_times_in_ten(people: int) -> None:
    rng, held = np.random.default_rng(people), []
    for _ in range(300):
        judged, side, truth = two_sides(rng, people, 0.35)
        table = sides(judged, side)
        held.append(((table["low"] <= truth) & (truth <= table["high"])).mean())
    assert 0.87 < np.mean(held) < 0.96


@pytest.mark.parametrize("people", [3, 10])
def test_sides_that_agree_are_called_apart_in_one_group_of_ten(people: int) -> None:
    rng, called = np.random.default_rng(7), 0
    for _ in range(400):
        judged = drawn(rng, np.array([0.3, 0.25, 0.2, 0.1, 0.1, 0.05]), 2 * people, 0.35)
        called += sides(judged, BOSSES * people + REPS * people)["apart"].any()
    assert called / 400 < 0.14


def test_a_planted_difference_is_found_and_only_there() -> None:
    rng = np.random.default_rng(3)
    first, second = np.array([0.4, 0.2, 0.2, 0.2]), np.array([0.1, 0.3, 0.3, 0.3])
    judged = np.vstack([drawn(rng, first, 6, 0.15), drawn(rng, second, 6, 0.15)])
    table = sides(pd.DataFrame(judged, columns=list("abcd")), BOSSES * 6 + REPS * 6)
    assert table.loc["a", "apart"] and table.loc["a", "low"] > 2 and 3 < table.loc["a", "ratio"] < 5.5
    assert list(table.index) == list("abcd") and (table["reason"] == "").all()


def test_several_tests_against_every_set_of_them() -> None:
    """Holm is the closed test: one speaks where every set with it has a p-value under level ÷ its size."""
    rng = np.random.default_rng(5)
    sets = [list(s) for s in chain.from_iterable(combinations(range(5), n) for n in range(1, 6))]
    spoke = 0
    for _ in range(100):
        p_values = rng.uniform(size=5) ** 3
        wanted = [all(p_values[s].min() <= 0.1 / len(s) for s in sets if one in s) for one in range(5)]
        assert holm(p_values, 0.1).tolist() == wanted
        spoke += sum(wanted)
    assert 100 < spoke < 400


def test_below_three_on_a_side_there_are_weights_but_no_interval_and_a_reason() -> None:
    judged, side, _ = two_sides(np.random.default_rng(6), 3, 0.3)
    table = sides(judged[1:], side[1:])
    assert table[["low", "high"]].isna().all(axis=None) and not table["apart"].any()
    assert table[["first", "second", "ratio"]].notna().all(axis=None)
    assert (table["reason"] == "weights.few_on_side").all()


def test_a_kpi_that_few_judged_is_set_aside_and_the_others_compared() -> None:
    judged, side, _ = two_sides(np.random.default_rng(8), 4, 0.3)
    with_blank = judged.copy()
    with_blank[4:6, 2] = NAN
    table, without = sides(with_blank, side), sides(np.delete(judged, 2, axis=1), side)
    assert table["reason"].tolist() == ["", "", "weights.few_judged", "", "", ""]
    assert table.loc[3].drop(["apart", "reason"]).isna().all() and not table.loc[3, "apart"]
    assert table.drop(3)[["first", "ratio", "low"]].to_numpy() == pytest.approx(
        without[["first", "ratio", "low"]].to_numpy()
    )


def test_who_left_a_kpi_blank_is_left_out() -> None:
    judged, side, _ = two_sides(np.random.default_rng(9), 4, 0.3)
    more = np.vstack([judged, judged[:1] * [1, NAN, 1, 1, 1, 1]])
    table = sides(more, [*side, "director"])
    pd.testing.assert_frame_equal(table, sides(judged, side))
    assert table.attrs["counts"] == (4, 4)


def test_where_nobody_judged_the_same_kpis_nothing_is_compared() -> None:
    table = sides([[1, NAN]] * 3 + [[NAN, 1]] * 3, BOSSES * 3 + REPS * 3)
    assert table["first"].isna().all() and (table["reason"] == "weights.few_judged").all()


def test_answers_without_any_spread_claim_nothing() -> None:
    table = sides([[0.6, 0.4]] * 3 + [[0.4, 0.6]] * 3, BOSSES * 3 + REPS * 3)
    assert table["ratio"].to_numpy() == pytest.approx([1.5, 2 / 3])
    assert (table["reason"] == "weights.no_spread").all() and not table["apart"].any()


def test_the_order_of_people_and_units_do_not_matter_and_nothing_is_changed() -> None:
    judged, side, _ = two_sides(np.random.default_rng(10), 4, 0.3)
    kept, shuffled = judged.copy(), np.random.default_rng(0).permutation(8)
    table = sides(judged, side)
    other = sides(judged[shuffled] * 100, np.array(side)[shuffled])
    pd.testing.assert_frame_equal(table, other)
    assert (judged == kept).all()


@pytest.mark.parametrize(
    ("side", "code"),
    [
        (["a", "b"], "weights.side_count"),
        (["a", "a", "a"], "weights.two_sides"),
        (["a", "b", "c"], "weights.two_sides"),
        ([None, "", NAN], "weights.two_sides"),
    ],
)
def test_other_than_two_sides_is_refused(side: list, code: str) -> None:
    with pytest.raises(DataError) as caught:
        sides([[1, 2], [2, 1], [1, 1]], side)
    assert [p.code for p in caught.value.problems] == [code]


def test_who_is_on_no_side_is_left_out() -> None:
    judged, side, _ = two_sides(np.random.default_rng(11), 3, 0.3)
    more = np.vstack([judged, judged[:2]])
    pd.testing.assert_frame_equal(sides(more, [*side, None, ""]), sides(judged, side))


def test_distances_by_hand() -> None:
    """Two KPIs, 4 to 1 against 1 to 1 and 1 to 1: the log ratio ln 4 lies on an axis at 45°, hence ÷ √2."""
    table = outlying([[0.8, 0.2], [0.5, 0.5], [0.5, 0.5]])
    half = np.log(4) / np.sqrt(2)
    assert table["distance"].to_numpy() == pytest.approx([half, half / 2, half / 2])
    assert table["limit"].isna().all() and not table["outlying"].any()  # three people: nobody is called apart


def test_distance_is_to_the_others_without_oneself() -> None:
    judged = np.random.default_rng(12).dirichlet(np.full(5, 5), 7)
    logs = np.log(judged)
    centred = logs - logs.mean(axis=1, keepdims=True)
    wanted = [np.linalg.norm(centred[i] - np.delete(centred, i, axis=0).mean(axis=0)) for i in range(7)]
    assert outlying(judged)["distance"].to_numpy() == pytest.approx(wanted)


@pytest.mark.parametrize(("people", "kpis"), [(5, 6), (8, 3), (12, 6)])
def test_with_nobody_apart_somebody_is_called_so_in_less_than_one_group_of_ten(
    people: int, kpis: int
) -> None:
    rng, called = np.random.default_rng(people), 0
    for _ in range(400):
        called += outlying(drawn(rng, np.ones(kpis), people, 0.5))["outlying"].any()
    assert called / 400 < 0.10


def test_a_planted_outsider_is_found_and_nobody_else() -> None:
    rng, found, others = np.random.default_rng(13), 0, 0
    for _ in range(100):
        judged = drawn(rng, np.array([0.3, 0.3, 0.2, 0.1, 0.1]), 9, 0.25)
        judged[4] = drawn(rng, np.array([0.05, 0.1, 0.2, 0.3, 0.35]), 1, 0.25)
        said = outlying(judged)["outlying"]
        found, others = found + said[5], others + said.drop(5).sum()
    assert found > 90 and others <= 2


def test_small_differences_among_people_who_agree_closely_make_nobody_apart() -> None:
    """Five who say the same and one who moves five points: under the smallest step of Saaty's scale."""
    judged = [[30, 30, 40]] * 5 + [[30, 35, 35]]
    table = outlying(judged)
    assert not table["outlying"].any() and table.loc[6, "distance"] > 0
    assert table["limit"].min() == pytest.approx(np.log(2) * np.sqrt(2 / 3))
    assert outlying([[30, 30, 40]] * 5 + [[70, 10, 20]])["outlying"].tolist() == [False] * 5 + [True]


def test_names_and_blanks_are_kept_and_who_left_one_blank_has_no_distance() -> None:
    rng = np.random.default_rng(14)
    table = pd.DataFrame(rng.dirichlet(np.full(4, 9), 7), index=list("ABCDEFG"))
    whole = outlying(table.drop("D"))
    table.loc["D", 2] = NAN
    kept = table.copy()
    found = outlying(table)
    assert found.loc["D", ["distance", "limit"]].isna().all() and not found.loc["D", "outlying"]
    pd.testing.assert_frame_equal(found.drop("D"), whole)
    pd.testing.assert_frame_equal(table, kept)


def test_one_respondent_stands_apart_from_nobody() -> None:
    found = outlying([[0.4, 0.6]])
    assert found[["distance", "limit"]].isna().all(axis=None) and found["outlying"].tolist() == [False]


def test_zeros_do_not_send_anybody_to_infinity() -> None:
    found = outlying([[50, 50, 0], [40, 60, 0], [50, 40, 10], [60, 40, 0], [50, 45, 5], [45, 50, 5]])
    assert np.isfinite(found["distance"]).all() and np.isfinite(found["limit"]).all()
