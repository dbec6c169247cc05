"""The exact search behind weights in steps: fewest changes of place first, least squares second."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

_SAME = 1e-9  # squared changes, in units, that differ by less are equal
_CARE = 1e-5  # what the bounds' own slack may take from a squared distance, in units


class Units(NamedTuple):
    """The task in whole units.

    `target` is what was asked, in units, and `near` the nearest to it that keeps the bounds; `level` tells
    which measures stand above which; `low` and `high` are whole units each; `groups` are (mask, low, high);
    `order` (i, j) means i gets at least what j gets; `total` is what all sum to.
    """

    target: np.ndarray
    near: np.ndarray
    level: np.ndarray
    low: np.ndarray
    high: np.ndarray
    groups: tuple[tuple[np.ndarray, int, int], ...]
    order: tuple[tuple[int, int], ...]
    total: int


class _Line(NamedTuple):
    """A measure in the line of those that are settled, the highest first; earlier ones by their places in it.

    `above` are earlier ones that stood above it, `at_least` those it may not fall below, `at_most` those it
    may not rise above; `groups` its groups.
    """

    target: float
    near: float
    low: int
    high: int
    above: tuple[int, ...]
    at_least: tuple[int, ...]
    at_most: tuple[int, ...]
    groups: tuple[int, ...]


class _Search:
    """Depth first, the most promising first, cut where the best that can follow is no better."""

    def __init__(self, task: Units) -> None:
        self.turn = np.argsort(-task.level, kind="stable")
        self.total = task.total
        self.lines = _lines(task, self.turn)
        targets, nears = [line.target for line in self.lines], [line.near for line in self.lines]
        self.rest = _least_squares_of_the_rest(self.lines, targets, task.total)
        self.rest_near = _least_squares_of_the_rest(self.lines, nears, task.total)
        self.apart = float(((task.near - task.target) ** 2).sum()) - _CARE
        self.sure = _sure_changes(self.lines)
        self.limits = [(least, most) for _, least, most in task.groups]
        self.left = _left_to_groups(self.lines, len(task.groups))
        self.best: tuple[int, float] = (len(self.lines) ** 2, np.inf)
        self.found: list[int] = []

    def run(self) -> list[int]:
        """Units by the measures' own places; empty where nothing fits."""
        self._settle([], self.total, 0, 0.0, self.apart, [0] * len(self.limits))
        units = [0] * len(self.found)
        for place, measure in enumerate(self.turn[: len(self.found)]):
            units[measure] = self.found[place]
        return units

    def _settle(
        self, given: list[int], left: int, changed: int, squares: float, at_least: float, sums: list[int]
    ) -> None:
        place = len(given)
        if place == len(self.lines):
            self.best, self.found = (changed, squares), list(given)
            return
        line = self.lines[place]
        for changes, worth, _, units in self._promising(given, left, changed, squares, at_least):
            if not self._better(changes + self.sure[place + 1], worth):
                continue
            after = list(sums)
            for group in line.groups:
                after[group] += units
            if self._groups_can(place + 1, after):
                now = squares + (units - line.target) ** 2
                beyond = at_least + (units - line.near) ** 2
                self._settle([*given, units], left - units, changes, now, beyond, after)

    def _promising(
        self, given: list[int], left: int, changed: int, squares: float, at_least: float
    ) -> list[tuple[int, float, int, int]]:
        """What this measure may get, as (changes of place, least squares at the end, −units, units).

        Two lower bounds, the better of which counts: the squares themselves for bounds and sum alone; and,
        as nothing that keeps the bounds lies on the near side of the nearest point, that point's squared
        distance and the squares from there.
        """
        place = len(given)
        line, rest, rest_near = self.lines[place], self.rest[place + 1], self.rest_near[place + 1]
        low = max([line.low, *(given[p] for p in line.at_least)])
        high = min([line.high, left, *(given[p] for p in line.at_most)])
        found = []
        for units in range(low, high + 1):
            worth = squares + (units - line.target) ** 2 + rest[left - units]
            worth = max(worth, at_least + (units - line.near) ** 2 + rest_near[left - units])
            if worth < np.inf:
                new = sum(line.low <= given[p] < units for p in line.above) + self._doomed(place, units)
                found.append((changed + new, round(worth, 9), -units, units))
        return sorted(found)

    def _doomed(self, place: int, units: int) -> int:
        """Later measures that must pass this one, whatever they get."""
        return sum(place in line.above and line.low > units for line in self.lines[place + 1 :])

    def _better(self, changes: int, worth: float) -> bool:
        return changes < self.best[0] or (changes == self.best[0] and worth < self.best[1] - _SAME)

    def _groups_can(self, place: int, sums: list[int]) -> bool:
        """Whether every group can still end within its limits."""
        at_least, at_most = self.left[place]
        return all(
            own + at_least[g] <= most and own + at_most[g] >= least
            for g, (own, (least, most)) in enumerate(zip(sums, self.limits, strict=True))
        )


def best_units(task: Units) -> list[int]:
    """The best whole units of a task; empty where nothing fits.

    Examples
    --------
    >>> low, high = np.zeros(3, int), np.full(3, 10)
    >>> asked = np.array([4.6, 3.3, 2.1])
    >>> best_units(Units(asked, asked, np.array([3, 2, 1]), low, high, (), (), 10))
    [5, 3, 2]
    """
    return _Search(task).run()


def _lines(task: Units, turn: np.ndarray) -> list[_Line]:
    order, level = set(task.order), task.level
    lines = []
    for place, i in enumerate(turn):
        earlier = list(enumerate(turn[:place]))
        lines.append(
            _Line(
                float(task.target[i]),
                float(task.near[i]),
                int(task.low[i]),
                int(task.high[i]),
                tuple(p for p, q in earlier if level[q] > level[i]),
                tuple(p for p, q in earlier if (i, q) in order),
                tuple(p for p, q in earlier if (q, i) in order),
                tuple(g for g, (mask, _, _) in enumerate(task.groups) if mask[i]),
            )
        )
    return lines


def _least_squares_of_the_rest(
    lines: Sequence[_Line], aims: Sequence[float], total: int
) -> list[list[float]]:
    """[place][left]: the least squared distance to their aims of all from `place` on that share `left` units.

    Exact for bounds alone; order and groups can only make it more.
    """
    rest = np.full(total + 1, np.inf)
    rest[0] = 0.0
    table = [rest]
    for line, aim in zip(reversed(lines), reversed(aims), strict=True):
        now = np.full(total + 1, np.inf)
        for units in range(line.low, min(line.high, total) + 1):
            now[units:] = np.minimum(now[units:], rest[: total + 1 - units] + (units - aim) ** 2)
        table.append(now)
        rest = now
    return [row.tolist() for row in reversed(table)]


def _sure_changes(lines: Sequence[_Line]) -> list[int]:
    """[place]: pairs among those from `place` on that must change places by their bounds."""
    pairs = [(p, q) for q, line in enumerate(lines) for p in line.above if line.low > lines[p].high]
    return [sum(p >= place for p, _ in pairs) for place in range(len(lines) + 1)]


def _left_to_groups(lines: Sequence[_Line], groups: int) -> list[tuple[list[int], list[int]]]:
    """[place]: the least and the most that those from `place` on can still give to each group."""
    found = [([0] * groups, [0] * groups)]
    for line in reversed(lines):
        least, most = list(found[-1][0]), list(found[-1][1])
        for g in line.groups:
            least[g] += line.low
            most[g] += line.high
        found.append((least, most))
    return found[::-1]
