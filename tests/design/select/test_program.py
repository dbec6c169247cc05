"""The search against brute force, a published knapsack, and programmes whose answer can be seen."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.selection import catalogue_program
from tests.design.select.brute import Brute, random_case
from toolkit.design.select.branch import branch_and_bound
from toolkit.design.select.every import Every
from toolkit.design.select.explain import flips
from toolkit.design.select.program import UNIT, Search, Wish, program, units
from toolkit.design.select.solve import Milp, best_sets, searcher

BRIEFS, BLOCKS = 500, 20
SEARCHES = [Every, Milp]


@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_choice_equals_brute_force_on_500_random_briefs(block: int) -> None:
    """Best set and five runners-up in value and in set, by both searches."""
    for seed in range(block, BRIEFS, BLOCKS):
        case = random_case(seed)
        every, task = Brute(case).order(), case.program()
        for kind in SEARCHES:
            found = best_sets(kind(task), 6, differ=1)
            assert [f.worth for f in found] == [w for w, _ in every[:6]], (seed, kind.__name__)
            sets = [task.kpis(f.chosen) for f in found]
            assert len(set(sets)) == len(sets)
            for one, members in zip(found, sets, strict=True):  # of equals any, but one that is there
                assert (one.worth, members) in every, (seed, kind.__name__)


def test_of_the_random_briefs_most_can_be_met_and_many_cannot() -> None:
    """Else the above would say little."""
    lost = [seed for seed in range(0, BRIEFS, 5) if not Brute(random_case(seed)).feasible().any()]
    assert 10 <= len(lost) <= 45


@pytest.mark.parametrize("kind", SEARCHES)
@pytest.mark.parametrize("seed", range(0, 120, 3))
def test_what_a_flip_costs_equals_brute_force(kind: type[Search], seed: int) -> None:
    case = random_case(seed, 11)
    brute, search = Brute(case), kind(case.program())  # type: ignore[call-arg]
    best = search.best()
    if best is None:
        assert not brute.feasible().any()
        return
    for name, inside, flip in zip(case.names, best.chosen, flips(search, best), strict=True):
        other = brute.flipped(name, not inside)
        if other is None:
            assert np.isnan(flip.loss)
        else:
            assert round(flip.loss * UNIT) == best.worth - other


@pytest.mark.parametrize("kind", SEARCHES)
@pytest.mark.parametrize("seed", range(0, 90, 3))
def test_runners_up_that_differ_in_two_are_the_best_such_sets(kind: type[Search], seed: int) -> None:
    case = random_case(seed, 10)
    taken: list[set[str]] = []
    worths = []
    for worth, members in Brute(case).order():  # greedy down the list, as the definition says
        if len(worths) < 5 and all(len(set(members) ^ other) >= 2 for other in taken):
            taken.append(set(members))
            worths.append(worth)
    found = best_sets(kind(case.program()), 5, differ=2)  # type: ignore[call-arg]
    sets = [set(case.program().kpis(f.chosen)) for f in found]
    assert all(len(a ^ b) >= 2 for i, a in enumerate(sets) for b in sets[:i])
    assert [f.worth for f in found][:1] == worths[:1]
    if len({w for w, _ in Brute(case).order()}) == len(
        Brute(case).order()
    ):  # without ties there is one answer
        assert [f.worth for f in found] == worths and sets == taken


# Rosetta Code, Knapsack problem/0-1: 22 items, at most 400 dag; value 1030 at weight 396.
KNAPSACK = {
    "map": (9, 150), "compass": (13, 35), "water": (153, 200), "sandwich": (50, 160),
    "glucose": (15, 60), "tin": (68, 45), "banana": (27, 60), "apple": (39, 40),
    "cheese": (23, 30), "beer": (52, 10), "suntan cream": (11, 70), "camera": (32, 30),
    "T-shirt": (24, 15), "trousers": (48, 10), "umbrella": (73, 40), "waterproof trousers": (42, 70),
    "waterproof overclothes": (43, 75), "note-case": (22, 80), "sunglasses": (7, 20), "towel": (18, 12),
    "socks": (4, 50), "book": (30, 10),
}  # fmt: skip


@pytest.mark.parametrize("kind", SEARCHES)
def test_the_knapsack_of_rosetta_code(kind: type[Search]) -> None:
    weight, value = (np.array(column, float) for column in zip(*KNAPSACK.values(), strict=True))
    task = program(KNAPSACK, value, wishes=[Wish("weight", weight, high=400)])
    found = kind(task).best()  # type: ignore[call-arg]
    assert found is not None and found.worth / UNIT == 1030
    assert weight[found.chosen].sum() == 396
    packed = {
        "map", "compass", "water", "sandwich", "glucose", "banana", "suntan cream", "waterproof trousers",
        "waterproof overclothes", "note-case", "sunglasses", "socks",
    }  # fmt: skip
    assert set(task.kpis(found.chosen)) == packed


@pytest.mark.parametrize("kind", SEARCHES)
def test_an_overlap_is_lost_once_however_it_is_given(kind: type[Search]) -> None:
    """0.5 + 0.4 − 0.3 = 0.6 for both together, 0.5 for the first alone."""
    upper = np.array([[0, 0.3], [0, 0]])
    for table in (upper, upper + upper.T):
        found = kind(program("ab", [0.5, 0.4], table)).best()  # type: ignore[call-arg]
        assert found is not None and found.worth == 6000 and found.chosen.all()


@pytest.mark.parametrize("kind", SEARCHES)
def test_a_programme_without_wishes_takes_what_is_worth_something(kind: type[Search]) -> None:
    found = kind(program("abc", [0.2, -0.1, 0.0])).best()  # type: ignore[call-arg]
    assert found is not None and found.worth == 2000 and found.chosen[0] and not found.chosen[1]


def test_of_equal_sets_the_exhaustive_search_takes_the_one_that_stands_first() -> None:
    one = Wish("count_most", np.ones(3), high=1)
    for order in ("abc", "cba"):
        task = program(order, [0.4, 0.4, 0.4], wishes=[one])
        found = Every(task).best()
        assert found is not None and task.kpis(found.chosen) == (order[0],)


def test_sums_of_points_are_not_held_against_a_budget_by_rounding() -> None:
    """0.1 + 0.2 is a hair over 0.3 in binary."""
    budget = Wish("data_cost", np.array([0.1, 0.2]), high=0.3)
    for kind in SEARCHES:
        found = kind(program("ab", [0.5, 0.5], wishes=[budget])).best()
        assert found is not None and found.chosen.all()


def test_more_wishes_than_an_integer_has_bits() -> None:
    """66 pairs of which no two may stand together leave one of twelve."""
    k = 12
    pairs = [
        Wish("not_together", np.isin(np.arange(k), (i, j)).astype(float), high=1, about=(str(i), str(j)))
        for i in range(k)
        for j in range(i)
    ]
    search = Every(program(map(str, range(k)), np.linspace(0.1, 0.5, k), wishes=pairs))
    best = search.best()
    assert best is not None and best.chosen.sum() == 1 and best.chosen[-1]
    free = search.best(dropped=["not_together:11:0"])
    assert free is not None and set(np.flatnonzero(free.chosen)) == {0, 11}


def test_the_quicker_search_is_taken() -> None:
    assert isinstance(searcher(program(map(str, range(20)), np.ones(20))), Every)
    assert isinstance(searcher(program(map(str, range(21)), np.ones(21))), Milp)


def test_both_searches_agree_where_there_are_more_candidates_than_one_goes_through() -> None:
    draw = np.random.default_rng(5)
    k = 21
    overlap = np.triu(draw.random((k, k)), 1) * 0.3
    size = [Wish("count_least", np.ones(k), low=5), Wish("count_most", np.ones(k), high=8)]
    task = program(map(str, range(k)), draw.random(k), overlap, size)
    both = [[f.worth for f in best_sets(search, 4)] for search in (Every(task), Milp(task))]
    assert both[0] == both[1] and len(both[0]) == 4


@pytest.mark.parametrize("seed", range(6))
def test_settling_candidates_beforehand_loses_no_better_set(seed: int) -> None:
    """82 candidates: other values, a wish dropped, the next best set, as plain branch and bound does."""
    task, draw = catalogue_program(seed), np.random.default_rng(seed)
    search = Milp(task)
    best = branch_and_bound(task)
    assert best is not None
    moved = task.value + units(draw.normal(0, 0.06, len(task.names)))
    kept = tuple(w for w in task.wishes if w.name != "weak")
    apart = Wish("cut", np.where(best.chosen, -1.0, 1.0), low=2 - best.chosen.sum())
    asked = [
        (search.best(), task),
        (search.best(value=moved), replace(task, value=moved)),
        (search.best(dropped=["weak"]), replace(task, wishes=kept)),
        (search.best(cuts=[best.chosen], differ=2), replace(task, wishes=(*task.wishes, apart))),
    ]
    for found, plain in asked:
        other = branch_and_bound(plain)
        assert found is not None and other is not None and found.worth == other.worth


@pytest.mark.parametrize(
    ("value", "overlap", "wish"),
    [
        ([0.1], None, ()),
        ([0.1, np.nan], None, ()),
        ([0.1, 0.2], np.array([[0, -0.1], [0, 0]]), ()),
        ([0.1, 0.2], np.zeros((3, 3)), ()),
        ([0.1, 0.2], None, (Wish("count_most", np.ones(3), high=1),)),
    ],
)
def test_numbers_that_make_no_programme_are_refused(
    value: list[float], overlap: np.ndarray | None, wish: tuple[Wish, ...]
) -> None:
    with pytest.raises(ValueError, match=r"needed|needs|must be"):
        program("ab", value, overlap, wish)


def test_units_are_ten_thousandths_half_up() -> None:
    assert units([0.00005, 0.00004, -0.00005, 0.3]).tolist() == [1, 0, 0, 3000]
