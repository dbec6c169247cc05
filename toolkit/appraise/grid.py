"""Long tables read by integer codes: each row's place by unit and period, and places within groups."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from toolkit.errors import DataError, Problem

_BLOCK = 10_000  # times that the words of a tiled column stand in a block of its memory
_FEW = 127  # words whose numbers fit into one byte


class Codes(NamedTuple):
    """A column of words as integers: `codes` into `words`, -1 where blank."""

    codes: np.ndarray
    words: pd.Index


def coded(column: pd.Series) -> Codes:
    """A column's words numbered in the order in which they come.

    As small numbers, straight from Arrow: on millions of rows the memory touched is the time it takes.

    Examples
    --------
    >>> coded(pd.Series(["b", "a", "b"], dtype="str")).codes.tolist()
    [0, 1, 0]
    """
    words = pa.array(column.array, type=pa.large_string(), from_pandas=True)
    if _one_word(words):
        only = pd.Index([words[0].as_py()], dtype="str")
        return Codes(np.zeros(len(words), dtype=np.int8), only)
    found = words.dictionary_encode()
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    if isinstance(found, pa.ChunkedArray):  # no chunk at all: an empty column
        return Codes(np.empty(0, dtype=np.int32), pd.Index([], dtype="str"))
    indices = found.indices.fill_null(-1) if found.null_count else found.indices
    codes = indices.to_numpy(zero_copy_only=False)
    if len(found.dictionary) <= _FEW:
        codes = codes.astype(np.int8)
    return Codes(codes, pd.Index(pd.array(found.dictionary, dtype="str")))


def _one_word(words: pa.Array | pa.ChunkedArray) -> bool:
    """Whether a column says the same in every row; most columns show within a few rows that they do not."""
    if not len(words) or not words[0].is_valid:
        return False
    begins = words[:_FEW]
    return all(bool(pc.all(pc.equal(part, words[0]), skip_nulls=False).as_py()) for part in (begins, words))


def in_order(found: Codes) -> Codes:
    """The same with words numbered in alphabetical order, so that codes sort as the words do.

    Examples
    --------
    >>> in_order(coded(pd.Series(["b", "a", "b"], dtype="str"))).codes.tolist()
    [1, 0, 1]
    """
    order = found.words.argsort()
    rank = np.full(len(order) + 1, -1, dtype=np.int32)  # the last for a blank
    rank[order] = np.arange(len(order))
    return Codes(rank[found.codes], found.words[order])


def changes(column: pd.Series) -> np.ndarray:
    """Where a column's word differs from the one before; never at the first.

    Examples
    --------
    >>> changes(pd.Series(["a", "a", "b"], dtype="str")).tolist()
    [False, False, True]
    """
    words = pa.array(column.array, type=pa.large_string(), from_pandas=True)
    if isinstance(words, pa.ChunkedArray):
        words = words.chunk(0) if words.num_chunks == 1 else words.combine_chunks()
    found = np.zeros(len(column), dtype=bool)
    found[1:] = pc.not_equal(words[1:], words[:-1]).to_numpy(zero_copy_only=False)
    return found


def sort_key(table: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """A number for each row that sorts as its words in these columns do, none of them blank."""
    key = np.zeros(len(table), dtype=np.int64)
    for name in columns:
        codes, words = in_order(coded(table[name]))
        key = key * len(words) + codes
    return key


def ordered(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """A table sorted by columns of words, none of them blank, with its index from 0."""
    key = sort_key(table, columns)
    if (key[1:] >= key[:-1]).all():
        return table.reset_index(drop=True)
    return table.iloc[np.argsort(key, kind="stable")].reset_index(drop=True)


class Grid:
    """A long table whose rows are found by unit and period, one kind of row at a time.

    Parameters
    ----------
    table : DataFrame
        Has `participant`, `period` and the columns of `kind`.
    kind : tuple of str
        Columns that say what a row is about, such as level and kpi.
    name : str
        The table's, for problems.
    """

    def __init__(self, table: pd.DataFrame, kind: tuple[str, ...], name: str) -> None:
        self._name, self._columns = name, kind
        self._units, self._periods = coded(table["participant"]), coded(table["period"])
        self._kinds = [coded(table[column]) for column in kind]
        # Measure after measure is asked for the same people and periods.
        self._asked: tuple[Codes | None, Codes, np.ndarray] | None = None

    def places(self, kind: tuple[str, ...], units: Codes | None, periods: Codes) -> np.ndarray:
        """The table's row for each unit and period; -1 where there is none.

        Parameters
        ----------
        kind : tuple of str
            A value for each of the columns that say what a row is about.
        units : Codes, optional
            None: the rows of this kind are of one unit, which everybody shares.
        periods : Codes

        Raises
        ------
        DataError
            The table has two such rows for one unit and period.
        """
        chosen = self._rows(kind)
        width = len(self._periods.words)
        cells = self._periods.codes[chosen]
        if units is not None:
            cells = cells + self._units.codes[chosen].astype(np.int64) * width
        size = width * (1 if units is None else len(self._units.words))
        place = np.full(size + 1, -1, dtype=np.int64)  # the last one for what the table does not know
        place[cells] = chosen
        if np.count_nonzero(place >= 0) != len(chosen):
            self._refuse_two(kind, chosen, cells)
        return place[self._wanted(units, periods)]

    def _wanted(self, units: Codes | None, periods: Codes) -> np.ndarray:
        """The cell of each unit and period, -1 where the table does not know one; the last answer is kept."""
        if self._asked is not None and self._asked[0] is units and self._asked[1] is periods:
            return self._asked[2]
        cell = _translated(periods, self._periods.words)
        if units is not None:
            unit = _translated(units, self._units.words)
            cell = np.where((cell < 0) | (unit < 0), -1, unit * len(self._periods.words) + cell)
        self._asked = (units, periods, cell)
        return cell

    def _rows(self, kind: tuple[str, ...]) -> np.ndarray:
        """Rows of this kind that are somebody's."""
        is_so = np.ones(self._periods.codes.shape, dtype=bool)
        for value, (codes, words) in zip(kind, self._kinds, strict=True):
            if value not in words:
                return np.empty(0, dtype=np.int64)
            if len(words) > 1 or (codes < 0).any():
                is_so &= codes == words.get_loc(value)
        found = np.flatnonzero(is_so)
        named = (self._units.codes[found] >= 0) & (self._periods.codes[found] >= 0)
        return found if named.all() else found[named]

    def _refuse_two(self, kind: tuple[str, ...], chosen: np.ndarray, cells: np.ndarray) -> None:
        row = int(chosen[pd.Series(cells).duplicated().to_numpy().argmax()])
        who = str(self._units.words[self._units.codes[row]])
        period = str(self._periods.words[self._periods.codes[row]])
        problem = Problem(
            "appraise.two_rows",
            where=self._name,
            column=self._columns[-1],
            value=kind[-1],
            values={"participant": who, "period": period},
        )
        raise DataError(problem)


def _translated(wanted: Codes, words: pd.Index) -> np.ndarray:
    """Codes of one column as codes of another's words; -1 where it does not have the word."""
    known = np.append(words.get_indexer(wanted.words), -1)
    return known[wanted.codes]


def taken(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Numbers at places, NaN at -1."""
    if not len(values):
        return np.full(len(places), np.nan)
    return np.where(places >= 0, values[places], np.nan)


def words_at(words: list[str] | pd.Series, codes: np.ndarray) -> pd.Series:
    """A column of words from their numbers; blank at -1.

    Examples
    --------
    >>> words_at(["a", "b"], np.array([1, 0, 1])).tolist()
    ['b', 'a', 'b']
    """
    known = words.array if isinstance(words, pd.Series) else words
    every = pa.array(known, type=pa.large_string(), from_pandas=True)
    blank = codes < 0
    wanted = pa.array(codes, mask=blank) if blank.any() else pa.array(codes)
    return pd.Series(every.take(wanted), dtype="str")


def only(table: pd.DataFrame, mask: pd.Series | np.ndarray) -> pd.DataFrame:
    """A table's rows where a mask holds; the table itself, not a copy, where it holds everywhere."""
    return table if np.asarray(mask).all() else table[mask]


def stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables one below the other; of a single one no copy."""
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)


def tiled(words: list[str], times: int) -> pd.Series:
    """A column that says the same words again and again, such as the measures of every scorecard.

    One block is written and shared by all the column's chunks: on millions of rows, memory is the cost.

    Examples
    --------
    >>> tiled(["a", "bc"], 2).tolist()
    ['a', 'bc', 'a', 'bc']
    """
    block = pa.array(words * min(times, _BLOCK), type=pa.large_string())
    whole, rest = divmod(len(words) * times, max(len(block), 1))
    chunks = [block] * whole + [block.slice(0, rest)] * (rest > 0)
    return pd.Series(pa.chunked_array(chunks, type=pa.large_string()), dtype="str")


def _stable(group: np.ndarray) -> np.ndarray:
    """A stable order by group; of two bytes, which groups mostly fit into, numpy sorts in one pass."""
    small = group.astype(np.uint16) if group.max(initial=0) < 2**16 else group
    return np.argsort(small, kind="stable")


def placed(group: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Each value's place within its group, the highest first; equal values share the best of their places.

    Parameters
    ----------
    group : array of int
    values : array of float
        At 8 decimals, so that equal means equal; NaN takes no place.

    Returns
    -------
    array of float
        1, 2, 2, 4, ...; NaN where there is no value.

    Examples
    --------
    >>> placed(np.zeros(4, dtype=int), np.array([80.0, 90.0, 80.0, 70.0])).tolist()
    [2.0, 1.0, 2.0, 4.0]
    """
    found = np.full(len(values), np.nan)
    there = np.flatnonzero(~np.isnan(values))
    if not len(there):
        return found
    own, value = group[there], values[there]
    order = np.argsort(-value)
    order = order[_stable(own[order])]
    own, value = own[order], value[order]
    opens = np.append(True, own[1:] != own[:-1])
    ties = np.append(True, value[1:] != value[:-1]) | opens
    count = np.arange(len(order))
    first = np.maximum.accumulate(np.where(ties, count, 0))
    start = np.maximum.accumulate(np.where(opens, count, 0))
    found[there[order]] = first - start + 1
    return found
