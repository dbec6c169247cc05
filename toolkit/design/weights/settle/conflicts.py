"""Bounds that no weights can keep: what is no bound at all, and which rules contradict each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linprog

from toolkit.design.weights.settle.rules import SLACK, Groups, Order, Rule, joined, per_cent
from toolkit.errors import Problem, Problems


def unfit(
    low: np.ndarray,
    high: np.ndarray,
    at_most: np.ndarray | None,
    groups: Groups,
    order: Order,
    names: Sequence[str],
) -> list[Problem]:
    """Shapes that do not match and numbers that are no shares; nothing else can be judged before."""
    k, problems = low.size, Problems()
    vectors = {"low": low, "high": high} | ({} if at_most is None else {"at_most": at_most})
    for name, given in vectors.items():
        if given.shape != (k,) or k == 0:
            problems.add("weights.bounds_shape", column=name, value=len(given.ravel()), count=k)
        else:
            wrong = [float(x) for x in given if not 0 <= x <= 1 and not (name == "at_most" and np.isnan(x))]
            for share in wrong:
                problems.add("weights.bounds_share", column=name, value=share)
    for number, (mask, least, most) in enumerate(groups, start=1):
        if mask.shape != (k,) or not mask.any():
            problems.add("weights.bounds_shape", column=f"groups {number}", value=int(mask.sum()), count=k)
        for share in (x for x in (least, most) if not 0 <= x <= 1):
            problems.add("weights.bounds_share", column=f"groups {number}", value=share)
    for i, j in order:
        if not (0 <= i < k and 0 <= j < k) or i == j:
            problems.add("weights.bounds_pair", column="order", value=f"{i}, {j}", count=k)
    if names and len(names) != k:
        problems.add("weights.bounds_shape", column="names", value=len(names), count=k)
    return problems.items


def contradictions(
    low: np.ndarray, most: np.ndarray, groups: Groups, order: Order, names: Sequence[str], kept: list[Rule]
) -> list[Problem]:
    """Every contradiction of the plain kinds; when none is plain, a least set of rules that is impossible."""
    problems = Problems()
    _measures(problems, low, most, names)
    for mask, least, highest in groups:
        _group(problems, (mask, least, highest), low, most, names)
    _along_order(problems, low, most, order, names)
    if not problems and not _possible(kept):
        _together(problems, kept)
    return problems.items


def _measures(problems: Problems, low: np.ndarray, most: np.ndarray, names: Sequence[str]) -> None:
    for name, least, highest in zip(names, low, most, strict=True):
        _crossed(problems, name, least, highest)
    if low.sum() > 1 + SLACK:
        problems.add("weights.bounds_above", value=per_cent(low.sum()))
    if most.sum() < 1 - SLACK:
        problems.add("weights.bounds_below", value=per_cent(most.sum()))


def _crossed(problems: Problems, about: str, least: float, most: float) -> None:
    if least > most + SLACK:
        problems.add("weights.bounds_crossed", value=about, least=per_cent(least), most=per_cent(most))


def _group(
    problems: Problems,
    group: tuple[np.ndarray, float, float],
    low: np.ndarray,
    most: np.ndarray,
    names: Sequence[str],
) -> None:
    """A group against its members, and together with what the others need or leave."""
    mask, least, highest = group
    about = joined([name for name, own in zip(names, mask, strict=True) if own])
    own_low, own_most = low[mask].sum(), most[mask].sum()
    others_low, others_most = low[~mask].sum(), most[~mask].sum()
    at_least, at_most = per_cent(least), per_cent(highest)
    _crossed(problems, about, least, highest)
    if own_most < least - SLACK:
        problems.add("weights.bounds_group_most", value=about, least=at_least, most=per_cent(own_most))
    if own_low > highest + SLACK:
        problems.add("weights.bounds_group_least", value=about, least=per_cent(own_low), most=at_most)
    if others_low <= 1 < least + others_low - SLACK:
        others = per_cent(others_low)
        problems.add("weights.bounds_group_above", value=about, share=at_least, others=others)
    if highest + others_most < 1 - SLACK:
        others = per_cent(others_most)
        problems.add("weights.bounds_group_below", value=about, share=at_most, others=others)


def _along_order(
    problems: Problems, low: np.ndarray, most: np.ndarray, order: Order, names: Sequence[str]
) -> None:
    """Who must be at least another, also through others in between, and cannot."""
    above = reaches(len(low), order)
    for i, j in np.argwhere(above).tolist():
        if i == j or low[j] <= most[i] + SLACK:
            continue
        first, other = names[i], names[j]
        highest, least = per_cent(most[i]), per_cent(low[j])
        if above[j, i]:
            circle = joined([names[m] for m in np.flatnonzero(above[i] & above[:, i]).tolist()])
            problems.add(
                "weights.bounds_circle", value=first, other=other, most=highest, least=least, circle=circle
            )
        else:
            problems.add("weights.bounds_order", value=first, other=other, most=highest, least=least)


def reaches(k: int, order: Order) -> np.ndarray:
    """Which weight must be at least which other, through others too; shape (k, k), bool.

    Examples
    --------
    >>> reaches(3, ((0, 1), (1, 2))).astype(int).tolist()
    [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
    """
    above = np.zeros((k, k), dtype=bool)
    for i, j in order:
        above[i, j] = True
    for through in range(k):
        above |= above[:, [through]] & above[[through]]
    return above


def _possible(kept: list[Rule]) -> bool:
    """Whether some weights that sum to 1 keep the rules, to within the slack."""
    row, least = np.array([rule.row for rule in kept]), np.array([rule.least for rule in kept])
    k = row.shape[1]
    # The least room e such that every rule is kept to within e: an answer in degrees, not yes or no.
    answer = linprog(
        np.append(np.zeros(k), 1.0),
        A_ub=np.column_stack([-row, -np.ones(len(row))]),
        b_ub=-least,
        A_eq=np.append(np.ones(k), 0.0)[None, :],
        b_eq=np.ones(1),
        bounds=[(None, None)] * k + [(0, None)],
    )
    return bool(answer.success) and float(answer.fun) <= SLACK


def _together(problems: Problems, kept: list[Rule]) -> None:
    """Rules that are impossible together, while any one of them could give way (deletion filter)."""
    needed = list(kept)
    for rule in kept:
        fewer = [other for other in needed if other is not rule]
        if fewer and not _possible(fewer):
            needed = fewer
    problems.add("weights.bounds_together", value=len(needed))
    for rule in needed:
        problems.items.append(Problem(rule.code, values=dict(rule.values)))
