"""A matrix of comparisons built from judgements, and every fault it can have."""

import numpy as np
import pytest

from tests.design.weights.judged.matrices import CIRCLE, NAN
from toolkit.design.weights.judged.matrix import check_matrix, check_one, pairwise
from toolkit.errors import DataError
from toolkit.language import describe_error


def codes(error: pytest.ExceptionInfo[DataError]) -> list[tuple[str, str]]:
    return [(p.code, p.column) for p in error.value.problems]


def test_judgements_by_name_become_a_reciprocal_matrix() -> None:
    found = pairwise(["a", "b", "c"], {("b", "a"): 4, ("b", "c"): 0.5})
    np.testing.assert_array_equal(found, [[1, 0.25, NAN], [4, 1, 0.5], [NAN, 2, 1]])


def test_judgements_by_number() -> None:
    np.testing.assert_array_equal(pairwise(2, {(0, 1): 5}), [[1, 5], [0.2, 1]])
    np.testing.assert_array_equal(pairwise(1, {}), [[1]])


def test_both_directions_may_be_given_and_the_diagonal_too() -> None:
    found = pairwise(["a", "b"], {("a", "b"): 3, ("b", "a"): 1 / 3, ("a", "a"): 1})
    np.testing.assert_array_equal(found, [[1, 3], [1 / 3, 1]])


def test_every_fault_of_judgements_is_told_at_once() -> None:
    judged = {
        ("a", "z"): 2, ("a", "b"): 3, ("b", "a"): 3, ("a", "c"): 0, ("c", "b"): NAN, ("b", "b"): 2,
    }  # fmt: skip
    with pytest.raises(DataError) as error:
        pairwise(["a", "b", "c", "c"], judged)
    assert codes(error) == [
        ("weights.name_twice", ""),
        ("weights.unknown_name", ""),
        ("weights.not_reciprocal", ""),
        ("weights.ratio_range", ""),
        ("weights.ratio_range", ""),
        ("weights.with_itself", ""),
    ]


@pytest.mark.parametrize("ratio", [-2, 0, NAN, np.inf, True, "3", None, 1e10])
def test_what_is_no_ratio_is_refused(ratio: object) -> None:
    with pytest.raises(DataError, match="which is no ratio"):
        pairwise(2, {(0, 1): ratio})  # type: ignore[dict-item]


def test_no_kpi_at_all() -> None:
    with pytest.raises(DataError, match="no KPI to compare"):
        pairwise([], {})


def test_a_faultless_matrix_passes_as_it_is() -> None:
    given = np.array([[1, 1 / 3, NAN], [3, 1, 2], [NAN, 0.5, 1]])
    assert check_matrix(given) is given
    assert check_matrix([[1]]).shape == (1, 1)
    assert check_matrix(np.stack([CIRCLE, CIRCLE])).shape == (2, 3, 3)


def test_null_stands_for_a_pair_not_judged() -> None:
    np.testing.assert_array_equal(check_matrix([[1, None], [None, 1]]), [[1, NAN], [NAN, 1]])


def test_every_fault_of_a_matrix_is_told_with_its_cells() -> None:
    given = [[2, 3, 0, 4], [1 / 2, 1, -1, 5], [1, 1, 1, NAN], [1 / 4, 1 / 5, 2, 1]]
    with pytest.raises(DataError) as error:
        check_matrix(given, ["a", "b", "c", "d"])
    assert codes(error) == [
        ("weights.diagonal", "(1, 1)"),
        ("weights.ratio_range", "(1, 3)"),
        ("weights.ratio_range", "(2, 3)"),
        ("weights.one_sided", "(3, 4)"),
        ("weights.not_reciprocal", "(1, 2)"),
    ]
    assert describe_error(error.value)[3].startswith(
        "(3, 4): KPI c against KPI d is «–», but the other way round it is 2.0; one of the two is missing."
    )


def test_faults_are_told_in_chinese() -> None:
    with pytest.raises(DataError) as error:
        check_matrix([[1, 3], [0.33, 1]], ["销售额", "毛利"])
    assert describe_error(error.value, "zh") == [
        "(1, 2)：指标 销售额 相对指标 毛利 为 3.0，反向却为 0.33，两者不互为倒数。"
        "请核实以哪个为准，另一个按其倒数填写（1/3 请写完整，不要写成 0.33）。"
    ]


def test_a_stacks_fault_names_the_matrix() -> None:
    with pytest.raises(DataError) as error:
        check_matrix([[[1, 2], [0.5, 1]], [[1, 2], [2, 1]]])
    assert [(p.where, p.column) for p in error.value.problems] == [("#2", "(1, 2)")]


def test_a_stack_full_of_faults_is_told_in_part_and_counted() -> None:
    with pytest.raises(DataError) as error:
        check_matrix(np.full((250, 2, 2), 1.0) + np.eye(2)[::-1])
    assert len(error.value.problems) == 101
    assert (error.value.problems[-1].code, error.value.problems[-1].value) == ("weights.more_faults", 150)


@pytest.mark.parametrize("shape", [(2, 3), (4,), (), (0, 0), (3, 0, 0)])
def test_what_is_not_square_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(DataError, match="as many rows as columns"):
        check_matrix(np.ones(shape))


@pytest.mark.parametrize("given", [[["1", "x"], [1, 1]], [[1, 2], [1]], object()])
def test_what_holds_no_numbers_is_refused(given: object) -> None:
    with pytest.raises(DataError, match="no number"):
        check_matrix(given)


def test_as_many_names_as_kpis() -> None:
    with pytest.raises(DataError, match="2 names are given for a matrix of 3 KPIs"):
        check_matrix(CIRCLE, ["a", "b"])


def test_one_judge_at_a_time() -> None:
    assert check_one(CIRCLE) is CIRCLE
    with pytest.raises(DataError, match="not a stack"):
        check_one(CIRCLE[None])
