"""Rank acceptability: exact answers, a plain count, ties, order of priority, seeds and blocks."""

import json
from pathlib import Path

import numpy as np
import pytest

from toolkit.design.weights.robust import smaa as module
from toolkit.design.weights.robust.places import place_counts, rank, win_counts
from toolkit.design.weights.robust.smaa import BLOCK, Sampler, Smaa, dirichlet, ordered, smaa
from toolkit.errors import DataError

CASES = Path(__file__).parents[3] / "reference" / "weights.json"
EVENLY = dirichlet(np.array([0.5, 0.5]), 2)
ONE_FAIR = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.6]])
MANY = 40_000
NEAR = 0.012  # five standard errors of a share of one half among 40,000


def evenly_spaced(random: np.random.Generator, draws: int) -> np.ndarray:
    """No chance at all: the middles of equal steps, so that shares of a line come out exactly."""
    first = (np.arange(draws) + 0.5) / draws
    return np.column_stack([first, 1 - first])


def fixed(*rows: list[float]) -> Sampler:
    """The same few weights over and over."""
    return lambda random, draws: np.resize(np.array(rows), (draws, len(rows[0])))


def by_hand(x: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Acceptability, wins and central weights by plain loops over draws and pairs."""
    n = len(x)
    places, wins, central = np.zeros((n, n)), np.zeros((n, n)), np.zeros(x.shape)
    for w in weights:
        totals = [round(float(sum(a * b for a, b in zip(row, w, strict=True))), 8) for row in x]
        for i, mine in enumerate(totals):
            ahead, level = sum(t > mine for t in totals), sum(t == mine for t in totals)
            places[i, ahead : ahead + level] += 1 / level
            central[i] += w / level if ahead == 0 else 0
            wins[i] += [(mine > t) + 0.5 * (mine == t) for t in totals]
    with np.errstate(invalid="ignore"):
        return places / len(weights), wins / len(weights), central / places[:, :1]


def test_the_published_case_of_two_alternatives() -> None:
    """Case smaa-exact-2alt of the reference file: by symmetry."""
    case = next(c for c in json.loads(CASES.read_text(encoding="utf-8")) if c["id"] == "smaa-exact-2alt")
    found = smaa(np.array(case["input"]["utilities"], float), evenly_spaced, BLOCK)
    assert found.acceptability[:, 0] == pytest.approx(case["expected"], abs=case["tolerance"])


def test_forty_forty_twenty_exactly() -> None:
    """Profiles (1, 0), (0, 1), (.6, .6): with w on the first measure they score w, 1 - w and .6, so the third
    is first between w = .4 and .6; it is second elsewhere, and the others change in the middle, at .5."""
    found = smaa(ONE_FAIR, evenly_spaced, BLOCK)
    assert found.acceptability == pytest.approx(np.array([[0.4, 0.1, 0.5], [0.4, 0.1, 0.5], [0.2, 0.8, 0]]))
    assert found.wins == pytest.approx(np.array([[0.5, 0.5, 0.4], [0.5, 0.5, 0.4], [0.6, 0.6, 0.5]]))
    # means of w over (.6, 1), (0, .4) and (.4, .6)
    assert found.central[:, 0] == pytest.approx([0.8, 0.2, 0.5])


def test_forty_forty_twenty_with_drawn_weights() -> None:
    found = smaa(ONE_FAIR, EVENLY, MANY)
    assert found.acceptability[:, 0] == pytest.approx([0.4, 0.4, 0.2], abs=NEAR)


def test_an_order_of_priority_changes_who_wins() -> None:
    """With the first weight evenly between .5 and 1, the first profile wins above .6: four fifths."""
    found = smaa(ONE_FAIR, ordered(2), MANY)
    assert found.acceptability[:, 0] == pytest.approx([0.8, 0.0, 0.2], abs=NEAR)
    assert found.acceptability[1].tolist() == [0.0, 0.0, 1.0] and np.isnan(found.central[1]).all()


def test_three_specialists_and_their_central_weights() -> None:
    """Each wins a third; where the first is the largest weight, the means are those of ordered weights."""
    found = smaa(np.eye(3), dirichlet(np.full(3, 1 / 3), 3), MANY)
    assert found.acceptability == pytest.approx(np.full((3, 3), 1 / 3), abs=NEAR)
    assert found.central[0] == pytest.approx([11 / 18, 7 / 36, 7 / 36], abs=NEAR)


@pytest.mark.parametrize("seed", range(4))
def test_counts_are_those_of_plain_loops_ties_included(seed: int) -> None:
    draw = np.random.default_rng(seed)
    x = draw.integers(0, 4, (9, 3)).astype(float)  # coarse scores and weights tie often
    x[4] = x[2]
    weights = draw.multinomial(4, [0.4, 0.3, 0.3], 203) / 4
    found = smaa(x, fixed(*weights.tolist()), 203)
    for ours, theirs in zip(found[:3], by_hand(x, weights), strict=True):
        assert ours == pytest.approx(theirs, nan_ok=True)
    assert found.draws == 203


def test_shares_sum_to_one_in_rows_and_columns() -> None:
    draw = np.random.default_rng(8)
    found = smaa(draw.uniform(40, 120, (30, 6)), dirichlet(draw.dirichlet(np.ones(6)), 20), 3_333)
    assert found.acceptability.sum(axis=0) == pytest.approx(np.ones(30))
    assert found.acceptability.sum(axis=1) == pytest.approx(np.ones(30))
    assert found.wins is not None and found.wins + found.wins.T == pytest.approx(np.ones((30, 30)))
    # who beats more of the others stands higher on average
    assert (found.wins.sum(axis=1) - 0.5) == pytest.approx(29 - found.acceptability @ np.arange(30))
    inside = ~np.isnan(found.central[:, 0])
    assert found.central[inside].sum(axis=1) == pytest.approx(np.ones(inside.sum()))


def test_two_who_are_alike_share_every_place() -> None:
    found = smaa(np.array([[80.0, 70.0], [80.0, 70.0], [10.0, 20.0]]), EVENLY, 500)
    assert found.acceptability.tolist() == [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]
    assert found.wins is not None and found.wins[0].tolist() == [0.5, 0.5, 1.0]


def test_a_tie_by_rounding_is_a_tie() -> None:
    found = smaa(np.array([[0.3, 0.0], [0.1 + 0.2, 0.0]]), EVENLY, 100)
    assert found.acceptability.tolist() == [[0.5, 0.5], [0.5, 0.5]]


def test_everybody_alike() -> None:
    found = smaa(np.full((5, 2), 100.0), EVENLY, 300)
    assert found.acceptability == pytest.approx(np.full((5, 5), 0.2))
    assert found.central[:, 0] == pytest.approx(np.full(5, found.central[0, 0]))


def test_one_participant_and_one_measure() -> None:
    assert smaa(np.array([[80.0, 90.0]]), EVENLY, 10).acceptability.tolist() == [[1.0]]
    one = smaa(np.array([[80.0], [90.0]]), dirichlet(np.array([1.0]), 5), 10)
    assert one.acceptability.tolist() == [[0.0, 1.0], [1.0, 0.0]] and one.central[1].tolist() == [1.0]


def same(one: Smaa, other: Smaa) -> bool:
    return all(np.allclose(a, b, rtol=0, atol=1e-12, equal_nan=True) for a, b in zip(one, other, strict=True))


def test_the_result_does_not_hang_on_how_much_is_held_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(2)
    x = draw.integers(40, 60, (15, 4)).astype(float)
    whole = smaa(x, dirichlet(np.full(4, 0.25), 30), 5_001)
    for at_once in (1, 700, 15 * 333, 15 * 1999):
        monkeypatch.setattr(module, "_AT_ONCE", at_once)
        assert same(smaa(x, dirichlet(np.full(4, 0.25), 30), 5_001), whole)


def test_the_seed_decides_and_the_global_generator_is_left_alone() -> None:
    x = np.random.default_rng(3).uniform(40, 120, (10, 4))
    sampler = dirichlet(np.full(4, 0.25), 30)
    before = np.random.get_state()[1].tolist()
    assert same(smaa(x, sampler, 3_000, seed=5), smaa(x, sampler, 3_000, seed=5))
    assert not same(smaa(x, sampler, 3_000, seed=5), smaa(x, sampler, 3_000, seed=6))
    assert np.random.get_state()[1].tolist() == before


def test_a_longer_run_begins_with_the_shorter_one() -> None:
    """Its counts can only grow, place by place."""
    x = np.random.default_rng(3).uniform(40, 120, (10, 4))
    short, long = (smaa(x, dirichlet(np.full(4, 0.25), 30), d) for d in (2_500, 4_100))
    gained = long.acceptability * 4_100 - short.acceptability * 2_500
    assert gained.min() > -1e-9 and gained.sum() == pytest.approx(16_000)


def test_participants_do_not_move_the_draws_nor_their_order_the_answer() -> None:
    x = np.random.default_rng(4).uniform(40, 120, (12, 4))
    sampler = dirichlet(np.full(4, 0.25), 30)
    one, turned = smaa(x, sampler, 2_000), smaa(x[::-1], sampler, 2_000)
    assert one.wins is not None and turned.wins is not None
    assert np.array_equal(one.acceptability, turned.acceptability[::-1])
    assert np.array_equal(one.wins, turned.wins[::-1, ::-1])
    fewer = smaa(x[:5], sampler, 2_000)
    assert fewer.wins is not None and np.array_equal(fewer.wins, one.wins[:5, :5])


def test_wins_can_be_left_out() -> None:
    found = smaa(ONE_FAIR, EVENLY, 100, wins=False)
    assert found.wins is None and found.acceptability.sum() == pytest.approx(3)


def test_more_draws_than_a_byte_counts() -> None:
    """Wins are added as bytes; 2,043 draws fill a byte and leave a rest of three."""
    x, w = np.array([[1.0], [0.0], [0.5]]), np.ones((2_043, 1))
    assert win_counts(rank(x, w))[0].tolist() == [2_043 / 2, 2_043, 2_043]
    assert place_counts(rank(x, w)).tolist() == [[2_043, 0, 0], [0, 0, 2_043], [0, 2_043, 0]]


def test_drawn_weights_have_the_agreed_ones_as_their_mean_and_the_stated_spread() -> None:
    w = np.array([0.4, 0.3, 0.2, 0.1, 0.0])
    drawn = dirichlet(w, 50)(np.random.default_rng(1), 200_000)
    assert drawn.mean(axis=0) == pytest.approx(w, abs=1e-3) and (drawn[:, 4] == 0).all()
    assert drawn.std(axis=0) == pytest.approx(np.sqrt(w * (1 - w) / 51), rel=0.01)


def test_a_very_low_concentration_still_gives_weights() -> None:
    """Gamma draws of a tiny shape are all 0, and 0/0 is no weight."""
    drawn = dirichlet(np.full(4, 0.25), 0.001)(np.random.default_rng(1), 5_000)
    assert drawn.sum(axis=1) == pytest.approx(np.ones(5_000)) and np.isfinite(drawn).all()


def test_ordered_weights_have_the_rank_order_centroid_as_their_mean() -> None:
    """Barron & Barrett 1996: the r-th of k is (1/r + … + 1/k)/k; four: case rank-roc-4 of the reference."""
    case = next(c for c in json.loads(CASES.read_text(encoding="utf-8")) if c["id"] == "rank-roc-4")
    drawn = ordered(4)(np.random.default_rng(1), 200_000)
    assert drawn.mean(axis=0) == pytest.approx(case["expected"], abs=2e-3)
    assert (np.diff(drawn, axis=1) <= 0).all()


def test_an_order_that_is_not_that_of_the_columns() -> None:
    drawn = ordered(3, order=[2, 0, 1])(np.random.default_rng(1), 1_000)
    assert (drawn[:, 2] >= drawn[:, 0]).all() and (drawn[:, 0] >= drawn[:, 1]).all()


def test_the_callers_arrays_stay_as_they_are() -> None:
    x, w = ONE_FAIR.copy(), np.array([0.5, 0.5])
    smaa(x, dirichlet(w, 5), 50)
    assert np.array_equal(x, ONE_FAIR) and w.tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    "sampler",
    [
        fixed([0.5, 0.6]),
        fixed([1.5, -0.5]),
        fixed([np.nan, 1.0]),
        fixed([0.2, 0.3, 0.5]),
        lambda random, draws: np.full((1, 2), 0.5),
    ],
)
def test_a_sampler_that_gives_no_shares_is_refused(sampler: Sampler) -> None:
    with pytest.raises(DataError) as refused:
        smaa(ONE_FAIR, sampler, 10)
    assert [p.code for p in refused.value.problems] == ["weights.sampler"]


def test_faults_are_refused() -> None:
    with pytest.raises(DataError) as missing:
        smaa(np.array([[np.nan, 1.0], [2.0, 3.0]]), EVENLY)
    assert [(p.code, p.row, p.column) for p in missing.value.problems] == [("weights.scores_missing", 0, "0")]
    for call, code in (
        (lambda: smaa(ONE_FAIR, EVENLY, 0), "weights.draws"),
        (lambda: dirichlet(np.array([0.5, 0.5]), 0), "weights.concentration"),
        (lambda: dirichlet(np.array([0.5, 0.5]), np.inf), "weights.concentration"),
        (lambda: dirichlet(np.array([0.7, 0.5]), 5), "weights.robust_sum"),
        (lambda: ordered(0), "weights.order"),
        (lambda: ordered(3, order=[0, 1, 1]), "weights.order"),
    ):
        with pytest.raises(DataError) as refused:
            call()
        assert [p.code for p in refused.value.problems] == [code]


def test_amounts_of_money_and_negative_scores_rank_as_well() -> None:
    draw = np.random.default_rng(6)
    x, w = draw.normal(0, 1e13, (50, 3)), draw.dirichlet(np.ones(3), 200)
    assert np.array_equal(rank(x, w).who, np.argsort(-(w @ x.T), axis=1))
