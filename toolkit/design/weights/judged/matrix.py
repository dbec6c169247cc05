"""A judge's comparisons in pairs as a reciprocal matrix, and everything that can be wrong with one."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from numbers import Real

import numpy as np

from toolkit.errors import DataError, Problem, Problems

# 1/3 typed as 0.333333 still passes, 0.33 does not.
TOLERANCE = 1e-6
# Saaty's scale ends at 9; a ratio of a thousand million is a slip of the pen.
LARGEST_RATIO = 1e9
# So many faults of a stack are listed one by one, the rest counted.
_LISTED = 100


def pairwise(
    n_or_names: int | Sequence[Hashable], judgements: Mapping[tuple[Hashable, Hashable], float]
) -> np.ndarray:
    """The reciprocal matrix of the judgements given; NaN where a pair was not judged.

    Parameters
    ----------
    n_or_names : int or sequence
        How many KPIs there are (named 0, 1, … then), or their names in order.
    judgements : mapping
        (first, second) to how many times as important the first is, above 0. One direction will do; both
        must be reciprocal.

    Returns
    -------
    ndarray
        n × n, ones on the diagonal.

    Raises
    ------
    DataError
        Unknown or repeated names, a KPI compared with itself, ratios that are not positive numbers, two
        directions that contradict each other: all at once.

    Examples
    --------
    >>> pairwise(["sales", "margin", "visits"], {("sales", "margin"): 2, ("visits", "margin"): 0.5})
    array([[1. , 2. , nan],
           [0.5, 1. , 2. ],
           [nan, 0.5, 1. ]])
    """
    names = list(range(n_or_names)) if isinstance(n_or_names, int) else list(n_or_names)
    problems = Problems()
    if not len(names):
        problems.add("weights.no_kpis")
    for name in dict.fromkeys(name for k, name in enumerate(names) if name in names[:k]):
        problems.add("weights.name_twice", value=str(name))
    for pair, ratio in judgements.items():
        _check_judgement(pair, ratio, names, judgements, problems)
    problems.raise_as(DataError)
    place = {name: k for k, name in enumerate(names)}
    matrix = np.full((len(names), len(names)), np.nan)
    np.fill_diagonal(matrix, 1.0)
    for (first, second), ratio in judgements.items():
        if first != second:
            matrix[place[first], place[second]] = ratio
            if (second, first) not in judgements:
                matrix[place[second], place[first]] = 1 / ratio
    return matrix


def _check_judgement(
    pair: tuple[Hashable, Hashable],
    ratio: object,
    names: Sequence[Hashable],
    judgements: Mapping[tuple[Hashable, Hashable], float],
    problems: Problems,
) -> None:
    first, second = pair
    for name in pair:
        if name not in names:
            problems.add("weights.unknown_name", value=str(name), known=", ".join(str(n) for n in names))
    back = judgements.get((second, first))
    if not _is_ratio(ratio):
        problems.add("weights.ratio_range", value=ratio, first=str(first), second=str(second))
    elif first == second and ratio != 1:
        problems.add("weights.with_itself", value=ratio, first=str(first))
    elif _is_ratio(back) and not abs(float(ratio) * float(back) - 1) <= TOLERANCE:  # type: ignore[arg-type]
        # Told once, whichever direction comes first.
        one, other = sorted([(str(first), str(second), ratio), (str(second), str(first), back)])
        problems.add("weights.not_reciprocal", value=one[2], first=one[0], second=one[1], back=other[2])


def _is_ratio(told: object) -> bool:
    return isinstance(told, Real) and not isinstance(told, bool) and 0 < float(told) <= LARGEST_RATIO


def check_matrix(matrix: object, names: Sequence[Hashable] | None = None) -> np.ndarray:
    """The matrix, or a stack of them (…, n, n), as numbers; every fault is told with its cells.

    Square, positive, ones on the diagonal, reciprocal within a millionth; NaN stands for a pair that was
    not judged, and then in both cells. How inconsistent the judgements are is no fault: see `ahp`.

    Parameters
    ----------
    matrix : array (…, n, n)
    names : sequence, optional
        The KPIs' names for the messages; without them their numbers, from 1.

    Raises
    ------
    DataError

    Examples
    --------
    >>> check_matrix([[1, 3], [1 / 3, 1]])
    array([[1.        , 3.        ],
           [0.33333333, 1.        ]])
    """
    given = as_numbers(matrix)
    size = given.shape[-1]
    labels = [str(name) for name in names] if names is not None else [str(k + 1) for k in range(size)]
    if len(labels) != size:
        raise DataError(Problem("weights.names_count", value=len(labels), values={"size": size}))
    flat = given.reshape(-1, size, size)
    problems = Problems()
    unlisted = 0
    for kind, mask in _faulty(flat).items():
        cells = np.argwhere(mask)
        unlisted += max(0, len(cells) - _LISTED)
        for b, i, j in cells[:_LISTED].tolist():
            _tell(kind, flat[b], i, j, labels, f"#{b + 1}" if given.ndim > 2 else "", problems)
    if unlisted:
        problems.add("weights.more_faults", value=unlisted)
    problems.raise_as(DataError)
    return given


def check_one(matrix: object, names: Sequence[Hashable] | None = None) -> np.ndarray:
    """`check_matrix` for what takes one judge at a time."""
    given = check_matrix(matrix, names)
    if given.ndim > 2:
        raise DataError(Problem("weights.one_matrix", value=" × ".join(map(str, given.shape))))
    return given


def _plain(x: float) -> object:
    return "–" if np.isnan(x) else float(f"{x:.6g}")


def _tell(
    kind: str, one: np.ndarray, i: int, j: int, labels: list[str], where: str, problems: Problems
) -> None:
    """Note the fault of a cell of one matrix."""
    cell, value, back = f"({i + 1}, {j + 1})", _plain(one[i, j]), _plain(one[j, i])
    first, second = labels[i], labels[j]
    if kind == "diagonal":
        problems.add("weights.diagonal", where=where, column=cell, value=value, first=first)
    elif kind == "no_ratio":
        problems.add("weights.ratio_range", where=where, column=cell, value=value, first=first, second=second)
    elif kind == "one_sided":
        problems.add(
            "weights.one_sided", where=where, column=cell, value=value, first=first, second=second, back=back
        )
    else:
        problems.add(
            "weights.not_reciprocal",
            where=where,
            column=cell,
            value=value,
            first=first,
            second=second,
            back=back,
        )


def _faulty(flat: np.ndarray) -> dict[str, np.ndarray]:
    """Faulty cells (B, n, n) by kind; a pair is told once, and a ratio that is none hides its reciprocity."""
    size = flat.shape[-1]
    blank, own = np.isnan(flat), np.eye(size, dtype=bool)
    no_ratio = ~blank & ~((flat > 0) & (flat <= LARGEST_RATIO)) & ~own
    pairs = ~no_ratio & ~no_ratio.swapaxes(1, 2) & np.triu(np.ones((size, size), dtype=bool), 1)
    one_sided = pairs & (blank != blank.swapaxes(1, 2))
    with np.errstate(over="ignore", invalid="ignore"):
        reciprocal = np.abs(flat * flat.swapaxes(1, 2) - 1) <= TOLERANCE
        diagonal = own & ~(np.abs(flat - 1) <= TOLERANCE)
    return {
        "diagonal": diagonal,
        "no_ratio": no_ratio,
        "one_sided": one_sided,
        "not_reciprocal": pairs & ~blank & ~one_sided & ~reciprocal,
    }


def as_numbers(matrix: object) -> np.ndarray:
    """The matrix as floats, of the shape (…, n, n); nothing else is checked."""
    try:
        given = np.asarray(matrix, dtype=float)
    except (TypeError, ValueError):
        raise DataError(Problem("weights.no_numbers")) from None
    if given.ndim < 2 or given.shape[-1] != given.shape[-2] or not given.size:
        shape = " × ".join(map(str, given.shape)) or "–"
        raise DataError(Problem("weights.not_square", value=shape))
    return given


def sound(stack: np.ndarray) -> bool:
    """Whether every matrix of a stack (n, n, B) is complete and free of faults; quick, and tells no more."""
    n = len(stack)
    if not (stack.min() > 0 and stack.max() <= LARGEST_RATIO):
        return False
    rows = range(n)
    if not (np.abs(stack[rows, rows] - 1) <= TOLERANCE).all():
        return False
    return all(
        np.abs(stack[i, i + 1 :] * stack[i + 1 :, i] - 1).max() <= TOLERANCE for i in rows if i + 1 < n
    )
