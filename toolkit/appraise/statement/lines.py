"""Collecting a table's lines part by part, as plain arrays, and turning them into the table at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.appraise.commission import AMOUNT_DIGITS
from toolkit.appraise.grid import Codes, coded, words_at
from toolkit.money import from_units

BLANK = np.iinfo(np.int64).min  # no amount, where whole units are kept


@dataclass
class Lines:
    """Lines of one table; each belongs to a row of the payroll.

    Parameters
    ----------
    text, number, money, credit : tuple of str
        The table's columns by kind: words, numbers, amounts in minor units, credited amounts in
        ten-thousandths.
    """

    text: tuple[str, ...]
    number: tuple[str, ...]
    money: tuple[str, ...]
    credit: tuple[str, ...] = ()
    _rows: list[np.ndarray] = field(default_factory=list)
    _parts: list[dict[str, Any]] = field(default_factory=list)

    def add(self, rows: np.ndarray, **columns: Any) -> None:
        """Append lines for some rows.

        A column is an array as long (words also as Codes), one value for all, or left out.
        """
        if len(rows):
            self._rows.append(np.asarray(rows, dtype=np.int64))
            self._parts.append(columns)

    @property
    def rows(self) -> np.ndarray:
        """The payroll's row of each line."""
        return np.concatenate([np.empty(0, dtype=np.int64), *self._rows])

    def sums(self, column: str, size: int) -> np.ndarray:
        """An amount summed by row of the payroll."""
        total = np.zeros(size, dtype=np.int64)
        np.add.at(total, self.rows, self._units(column))
        return total

    def frame(self, order: np.ndarray, finer: np.ndarray, digits: int) -> pd.DataFrame:
        """The lines with exact amounts.

        Parameters
        ----------
        order : array of int
            Places of the lines.
        finer : array of int
            For each row of the payroll, what brings its minor units to `digits` decimals.
        """
        columns: dict[str, Any] = {name: self._words(name, order) for name in self.text}
        columns |= {name: self._numbers(name)[order] for name in self.number}
        scale = finer[self.rows[order]]
        columns |= {name: exact(self._units(name)[order], digits, scale) for name in self.money}
        columns |= {name: exact(self._units(name)[order], AMOUNT_DIGITS) for name in self.credit}
        return pd.DataFrame(columns)

    def _sizes(self) -> Iterable[tuple[int, dict[str, Any]]]:
        return zip((len(rows) for rows in self._rows), self._parts, strict=True)

    def _numbers(self, name: str) -> np.ndarray:
        parts = [np.broadcast_to(np.asarray(p.get(name, np.nan), float), size) for size, p in self._sizes()]
        return np.concatenate([np.empty(0), *parts])

    def _units(self, name: str) -> np.ndarray:
        parts = [np.broadcast_to(np.asarray(p.get(name, BLANK), np.int64), n) for n, p in self._sizes()]
        return np.concatenate([np.empty(0, dtype=np.int64), *parts])

    def _words(self, name: str, order: np.ndarray) -> pd.Series:
        """Words by their codes, so that a word that stands a million times is written once."""
        words: list[pa.Array] = [pa.array([], type=pa.large_string())]
        codes: list[np.ndarray] = [np.empty(0, dtype=np.int64)]
        known = 0
        for size, part in self._sizes():
            value = part.get(name, "")
            if isinstance(value, str):
                value = Codes(np.zeros(size, dtype=np.int64), pd.Index([value], dtype="str"))
            elif not isinstance(value, Codes):
                value = coded(pd.Series(value, dtype="str"))
            codes.append(np.where(value.codes < 0, -1, value.codes + known))
            words.append(pa.array(value.words.array, type=pa.large_string(), from_pandas=True))
            known += len(value.words)
        every = pd.Series(pd.array(pa.concat_arrays(words), dtype="str"))
        return words_at(every, np.concatenate(codes)[order])


def exact(units: np.ndarray, digits: int, finer: np.ndarray | int = 1) -> pd.Series:
    """Whole units as exact decimals, blank where they are BLANK."""
    known = units != BLANK
    amounts = from_units(np.where(known, units, 0) * finer, digits)
    return amounts if known.all() else amounts.where(known)
