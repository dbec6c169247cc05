"""Briefs that no set can meet: tight groups, every conflict found, and the least that gives way."""

import itertools

import numpy as np
import pytest

from tests.design.select.brute import Brute, random_case
from toolkit.design.select.brief import Brief
from toolkit.design.select.conflicts import concessions, conflicts
from toolkit.design.select.program import Program, Wish, program
from toolkit.design.select.words import report_conflicts
from toolkit.errors import Problems
from toolkit.language import describe


def possible(wishes: tuple[Wish, ...] | list[Wish], count: int) -> bool:
    """By looking at every set."""
    sets = (np.arange(1 << count)[:, None] >> np.arange(count) & 1).astype(float)
    held = np.ones(len(sets), bool)
    for wish in wishes:
        held &= wish.held(sets @ wish.coefficients)
    return bool(held.any())


def growing() -> Program:
    """Three candidates, one of growth: two of growth are wished, and both a and b but not together."""
    one = np.ones(3)
    return program(
        "abc",
        one,
        wishes=[
            Wish("count_most", one, high=3, address=("count",)),
            Wish(
                "category_least",
                np.array([0, 0, 1.0]),
                low=2,
                about=("growth",),
                address=("categories", "growth"),
            ),
            Wish("must_have", np.array([1.0, 0, 0]), low=1, about=("a",), address=("must_have", 0)),
            Wish("must_have", np.array([0, 1.0, 0]), low=1, about=("b",), address=("must_have", 1)),
            Wish(
                "not_together", np.array([1.0, 1, 0]), high=1, about=("a", "b"), address=("not_together", 0)
            ),
        ],
    )


def test_every_conflict_is_named_and_nothing_beside() -> None:
    groups = {frozenset(w.name for w in group) for group in conflicts(growing())}
    assert groups == {
        frozenset({"category_least:growth"}),
        frozenset({"must_have:a", "must_have:b", "not_together:a:b"}),
    }


def test_the_least_that_gives_way() -> None:
    """One of growth instead of two, and one of the three wishes about a and b."""
    found = {item.wish.name: item.needed for item in concessions(growing())}
    assert found.pop("category_least:growth") == 1
    assert len(found) == 1 and set(found) < {"must_have:a", "must_have:b", "not_together:a:b"}


def test_nothing_is_in_conflict_where_a_set_is_found() -> None:
    task = program("ab", [1, 1], wishes=[Wish("count_least", np.ones(2), low=1)])
    assert conflicts(task) == [] and concessions(task) == []
    assert conflicts(program("ab", [1, 1])) == [] == concessions(program("ab", [1, 1]))


@pytest.mark.parametrize("seed", range(60))
def test_groups_are_tight_and_concessions_enough_on_random_briefs(seed: int) -> None:
    case = random_case(seed, 9)
    task, count = case.program(), len(case.names)
    groups = conflicts(task)
    assert bool(groups) != bool(Brute(case).feasible().any())
    for group in groups:
        assert not possible(group, count)
        assert all(possible([w for w in group if w is not spared], count) for spared in group)
    given = {item.wish.name: item for item in concessions(task)}
    eased = [
        w if w.name not in given else Wish(w.kind, w.coefficients, *_eased(w, given[w.name].needed), w.about)
        for w in task.wishes
    ]
    assert possible(eased, count)
    if given:  # and each was needed: with any one of them taken back there is no set
        name = next(iter(given))
        kept = [w if w.name != name else next(x for x in task.wishes if x.name == name) for w in eased]
        assert not possible(kept, count)


def _eased(wish: Wish, needed: float) -> tuple[float, float]:
    return (needed, wish.high) if np.isfinite(wish.low) else (wish.low, needed)


@pytest.mark.parametrize("seed", range(0, 40, 4))
def test_the_concessions_are_the_fewest_steps(seed: int) -> None:
    """By brute force: the least sum over all sets of what each falls short of the wishes."""
    case = random_case(seed, 8)
    task = case.program()
    least = min(
        sum(_short(w, float(w.coefficients[list(chosen)].sum())) for w in task.wishes)
        for size in range(len(case.names) + 1)
        for chosen in itertools.combinations(range(len(case.names)), size)
    )
    given = sum(abs(item.needed - item.wish.bound) for item in concessions(task))
    assert given == pytest.approx(least)


def _short(wish: Wish, total: float) -> float:
    return max(0.0, wish.low - total, total - wish.high)


def test_a_conflict_is_told_with_its_wishes_in_both_languages() -> None:
    problems = Problems()
    report_conflicts(growing(), Brief(), problems)
    told = {language: [describe(p, language) for p in problems] for language in ("en", "zh")}
    english, chinese = "\n".join(told["en"]), "\n".join(told["zh"])
    assert "categories.growth: at least 2 of the category growth" in english
    assert "not «a» and «b» together" in english and "«a» must be in" in english
    assert "categories.growth: the least change that would do: 1 instead of 2" in english
    assert "成长类至少 2 个" in chinese and "由 2 改为 1" in chinese
    assert len(told["en"]) == 2 + 4 + 2  # two groups, four wishes, two concessions
