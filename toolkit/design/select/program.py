"""The choice of KPIs as an exact programme: arrays only, so that anybody can put in numbers of their own.

Maximise Σ value·x − Σ overlap·(both chosen), x being 0 or 1, subject to wishes, each a row
low ≤ Σ coefficient·x ≤ high. Values are carried in ten-thousandths as integers: sets of equal value are
equal, and no solver's tolerance decides between two sets.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np

UNIT = 10_000  # steps a value of 1 is carried in; a judgement has two decimals
SLACK = 1e-9  # sums of points such as 0.1 + 0.2 are not held against the brief


@dataclass(frozen=True, eq=False)
class Wish:
    """One row that a set must meet: low ≤ Σ coefficient·x ≤ high.

    Parameters
    ----------
    kind : str
        What is wished: count_least, must_have, data_cost, ...: the texts `select.wish.*`.
    coefficients : ndarray, shape (candidates,)
    low, high : float
        Infinite where open.
    about : tuple of str
        The KPIs or the category it is about; with the kind it tells wishes apart.
    address : tuple
        Where it stands in the brief.
    """

    kind: str
    coefficients: np.ndarray
    low: float = -math.inf
    high: float = math.inf
    about: tuple[str, ...] = ()
    address: tuple[str | int, ...] = ()

    @property
    def name(self) -> str:
        """The wish by its kind and what it is about: `category_least:growth`."""
        return ":".join([self.kind, *self.about])

    @property
    def bound(self) -> float:
        """The number wished; of a wish with both bounds the lower."""
        return self.low if math.isfinite(self.low) else self.high

    def held(self, total: np.ndarray | float) -> np.ndarray:
        """Whether a total meets it."""
        return np.asarray((total >= self.low - SLACK) & (total <= self.high + SLACK))


class Found(NamedTuple):
    """A set: which candidates are in it, and its worth in units."""

    chosen: np.ndarray
    worth: int


class Search(Protocol):
    """Something that finds the best set of a programme, exactly."""

    program: Program

    def best(
        self,
        *,
        value: np.ndarray | None = None,
        fixed: Mapping[int, bool] | None = None,
        dropped: Iterable[str] = (),
        cuts: Iterable[np.ndarray] = (),
        differ: int = 1,
    ) -> Found | None:
        """The best set; None where no set meets the wishes.

        Parameters
        ----------
        value : ndarray of int, optional
            In the place of the programme's own.
        fixed : mapping, optional
            Candidate's position → whether it must be in.
        dropped : iterable of str
            Names of wishes set aside.
        cuts : iterable of ndarray
            Sets from each of which the answer must differ in at least `differ` candidates.
        """
        ...


@dataclass(frozen=True, eq=False)
class Program:
    """A choice among candidates.

    Parameters
    ----------
    names : tuple of str
        The candidates, KPI ids. Among sets of equal value the exhaustive search takes the one whose
        candidates stand earlier here.
    value : ndarray of int64, shape (candidates,)
        In units, what a candidate costs already taken off.
    overlap : ndarray of int64, shape (candidates, candidates)
        Units lost where two are chosen together; symmetric, not negative, zero on the diagonal.
    wishes : tuple of Wish
    """

    names: tuple[str, ...]
    value: np.ndarray
    overlap: np.ndarray
    wishes: tuple[Wish, ...] = field(default=())

    @property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """The positions of the candidates that overlap, each pair once."""
        first, second = np.nonzero(np.triu(self.overlap, 1))
        return first, second

    def worth(self, chosen: np.ndarray) -> int:
        """What a set is worth, in units."""
        at = np.flatnonzero(chosen)
        return int(self.value[at].sum() - np.triu(self.overlap[np.ix_(at, at)], 1).sum())

    def broken(self, chosen: np.ndarray) -> list[str]:
        """Names of the wishes that a set does not meet."""
        return [w.name for w in self.wishes if not w.held(float(w.coefficients[chosen].sum()))]

    def kpis(self, chosen: np.ndarray) -> tuple[str, ...]:
        """The names of a set's members."""
        return tuple(self.names[i] for i in np.flatnonzero(chosen))


def units(values: Iterable[float] | np.ndarray) -> np.ndarray:
    """Values as whole units, half up: what the programme counts in.

    Examples
    --------
    >>> units([0.5, 0.12345]).tolist()
    [5000, 1235]
    """
    return np.floor(np.asarray(values, float) * UNIT + 0.5 + SLACK).astype(np.int64)


def program(
    names: Iterable[str],
    value: Iterable[float] | np.ndarray,
    overlap: np.ndarray | None = None,
    wishes: Iterable[Wish] = (),
) -> Program:
    """Put a programme together from plain numbers.

    Parameters
    ----------
    names : iterable of str
        Candidates.
    value : iterable of float
        Each one's value, the price of its data taken off.
    overlap : ndarray, optional
        What is lost where two are chosen together, in the same measure as the values; its upper triangle
        counts.
    wishes : iterable of Wish

    Raises
    ------
    ValueError
        Lengths do not agree, a number is missing, or an overlap is negative (a bonus for a pair would need
        other rows).

    Examples
    --------
    >>> found = program(["a", "b"], [0.5, 0.4], np.array([[0, 0.3], [0.3, 0]]))
    >>> found.worth(np.array([True, True])) / UNIT
    0.6
    """
    names, worth = tuple(names), np.asarray(list(value), float)
    table = np.zeros((len(names), len(names))) if overlap is None else np.triu(np.asarray(overlap, float), 1)
    wishes = tuple(wishes)
    if worth.shape != (len(names),) or table.shape != (len(names),) * 2:
        raise ValueError("as many values, and rows and columns of overlap, as candidates are needed")
    if any(w.coefficients.shape != worth.shape for w in wishes):
        raise ValueError("a wish needs a coefficient for every candidate")
    if not (np.isfinite(worth).all() and np.isfinite(table).all() and (table >= 0).all()):
        raise ValueError("values must be numbers, and overlaps not negative")
    counted = units(table)
    return Program(names, units(worth), counted + counted.T, wishes)
