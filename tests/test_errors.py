"""Problems are collected once each, raised together, and come home from another process."""

import copy
import pickle
import time

import pytest

from toolkit.errors import DataError, NotEnoughData, Problem, Problems, ReportError, SchemeError, ToolkitError


def test_problems_are_raised_together_in_the_order_found() -> None:
    problems = Problems()
    problems.add("data.blank", where="data/deals.csv", row=3, column="金额")
    problems.add("document.missing", where="engagement.yaml")
    with pytest.raises(DataError) as error:
        problems.raise_as(DataError)
    assert [(p.code, p.where, p.row) for p in error.value.problems] == [
        ("data.blank", "data/deals.csv", 3),
        ("document.missing", "engagement.yaml", None),
    ]
    assert str(error.value).splitlines()[0] == "2 problems:"
    assert "data/deals.csv" in str(error.value) and "engagement.yaml" in str(error.value)


def test_nothing_noted_nothing_raised() -> None:
    problems = Problems()
    problems.raise_as(DataError)
    assert len(problems) == 0 and list(problems) == []


def test_the_same_problem_is_noted_once_but_another_place_is_another_problem() -> None:
    problems = Problems()
    for row in (2, 2, 3):
        problems.add("data.blank", where="a.csv", row=row, value=float("nan"), rows=[1, {"a": 2}])
    assert [p.row for p in problems] == [2, 3]


def test_problems_put_among_the_items_by_others_count_too() -> None:
    problems = Problems()
    problems.items.append(Problem("data.blank", "a.csv", 2))
    problems.add("data.blank", where="a.csv", row=2)
    assert len(problems) == 1


def test_many_problems_take_no_more_than_their_share_of_time() -> None:
    problems = Problems()
    start = time.perf_counter()
    for row in range(30_000):
        problems.add("data.blank", where="a.csv", row=row)
    assert len(problems) == 30_000
    assert time.perf_counter() - start < 5  # comparing each with each took minutes


def test_a_single_problem_is_said_without_a_list() -> None:
    error = SchemeError(Problem("scheme.no_files", where="schemes"))
    assert len(error.problems) == 1 and not str(error).startswith("1 problem")
    assert "schemes" in str(error)


@pytest.mark.parametrize("kind", [DataError, SchemeError, NotEnoughData, ReportError])
def test_every_refusal_is_a_toolkit_error_and_survives_a_process_border(kind: type[ToolkitError]) -> None:
    problem = Problem("data.blank", "a.csv", 2, "金额", "x", {"known": "a, b"})
    raised = kind([problem])
    assert isinstance(raised, ToolkitError)
    for again in (pickle.loads(pickle.dumps(raised)), copy.deepcopy(raised)):
        assert type(again) is kind and again.problems == raised.problems
        assert dict(again.problems[0].values) == {"known": "a, b"}


def test_a_problem_is_frozen() -> None:
    problem = Problem("data.blank")
    with pytest.raises(AttributeError):
        problem.code = "other"  # type: ignore[misc]
