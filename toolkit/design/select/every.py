"""Search by looking at every set: up to 20 candidates the quickest exact way, and a check on the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from toolkit.design.select.program import Found, Program

MOST = 20  # candidates: a million sets, whose worth takes a few milliseconds
_WORD = 64  # wishes that one integer has bits for


class Every:
    """All sets of a programme, a set being the integer whose bits are its members.

    Examples
    --------
    >>> from toolkit.design.select.program import Wish, program
    >>> one = Wish("count_most", np.ones(3), high=2)
    >>> search = Every(program(["a", "b", "c"], [0.5, 0.6, 0.2], wishes=[one]))
    >>> search.best().chosen.tolist()
    [True, True, False]
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._sets = np.arange(1 << len(program.names), dtype=np.int64)
        self._lost = _pair_sums(program.overlap)
        self._broken = _broken(program)
        self._name = {wish.name: i for i, wish in enumerate(program.wishes)}
        self._meeting = np.flatnonzero(~self._broken.any(axis=0))
        self._lost_there = self._lost[self._meeting]

    def best(
        self,
        *,
        value: np.ndarray | None = None,
        fixed: Mapping[int, bool] | None = None,
        dropped: Iterable[str] = (),
        cuts: Iterable[np.ndarray] = (),
        differ: int = 1,
    ) -> Found | None:
        """The best set, as `Search.best` says; of equals the first in the candidates' order."""
        worth = _sums(self.program.value if value is None else value)
        sets = self._allowed(set(dropped))
        for at, inside in (fixed or {}).items():
            sets = sets[(sets >> at & 1) == int(inside)]
        for cut in cuts:
            sets = sets[np.bitwise_count(sets ^ _number(cut)) >= differ]
        if not len(sets):
            return None
        lost = self._lost_there if sets is self._meeting else self._lost[sets]
        net = worth[sets] - lost
        at = int(net.argmax())
        chosen = (sets[at] >> np.arange(len(self.program.names)) & 1).astype(bool)
        return Found(chosen, int(net[at]))

    def _allowed(self, dropped: set[str]) -> np.ndarray:
        """The sets that meet every wish but those set aside."""
        if not dropped:
            return self._meeting
        kept = np.full(len(self._broken), ~np.uint64(0))
        for name in dropped:
            word, bit = divmod(self._name[name], _WORD)
            kept[word] &= ~(np.uint64(1) << np.uint64(bit))
        return np.flatnonzero(~(self._broken & kept[:, None]).any(axis=0))


def _number(chosen: np.ndarray) -> np.int64:
    """A set as the integer whose bits are its members."""
    return np.left_shift(np.int64(1), np.flatnonzero(chosen)).sum(dtype=np.int64)


def _sums(values: np.ndarray) -> np.ndarray:
    """The sum of every set's values, by doubling: the sets with a candidate are those without it, plus it."""
    sums = np.zeros(1, dtype=np.asarray(values).dtype)
    for value in values:
        sums = np.concatenate([sums, sums + value])
    return sums


def _pair_sums(overlap: np.ndarray) -> np.ndarray:
    """What every set loses by the overlap of its members."""
    lost = np.zeros(1, dtype=np.int64)
    for at, row in enumerate(overlap):
        lost = np.concatenate([lost, lost + _sums(row[:at])])
    return lost


def _broken(program: Program) -> np.ndarray:
    """Which wishes every set breaks, as bits: (words, sets)."""
    words = max(1, -(-len(program.wishes) // _WORD))
    broken = np.zeros((words, 1 << len(program.names)), dtype=np.uint64)
    for i, wish in enumerate(program.wishes):
        word, bit = divmod(i, _WORD)
        missed = ~wish.held(_sums(wish.coefficients))
        broken[word] |= missed.astype(np.uint64) << np.uint64(bit)
    return broken
