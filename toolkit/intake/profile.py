"""What a column of a client's file holds: days, numbers or words, how many, how often the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from toolkit.intake.days import Days, read_days

_LOOKED_AT = 50_000  # different cells looked at one by one; a column of days or words has fewer
_NUMBER = re.compile(
    r"[-+(]?\s*[¥￥$€£]?\s*-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?([eE][-+]?\d+)?\s*(%|元|万元)?\)?"
)
_MARKS = {"¥": "CNY", "￥": "CNY", "元": "CNY", "$": "USD", "€": "EUR", "£": "GBP"}
_MOST = 0.98
_SERIAL = re.compile(r"[345]\d{4}")


@dataclass(frozen=True)
class Profile:
    """A column's contents.

    Parameters
    ----------
    rows, filled, distinct : int
        Rows of the file, cells that hold something, different ones among them.
    cells : tuple of str
        The different cells (at most 50,000), the most frequent first where there are few.
    days : Days
    numbers : float
        Share of the different cells that are numbers.
    small : bool
        Whether every number lies between -1 and 1, or is written as a percentage: a rate, not an amount.
    whole : bool
        Whether every number is whole.
    marks : frozenset of str
        Currencies whose marks stand in cells.
    """

    rows: int
    filled: int
    distinct: int
    cells: tuple[str, ...]
    days: Days
    numbers: float = 0.0
    small: bool = False
    whole: bool = False
    marks: frozenset[str] = frozenset()

    @property
    def share_filled(self) -> float:
        """Of the rows, how many hold something."""
        return self.filled / self.rows if self.rows else 0.0

    @property
    def share_distinct(self) -> float:
        """Of the filled cells, how many differ."""
        return self.distinct / self.filled if self.filled else 0.0

    @property
    def is_number(self) -> bool:
        """Whether nearly every cell is a number."""
        return self.numbers >= _MOST

    @property
    def is_serial(self) -> bool:
        """Whether the cells may be days as a spreadsheet counts them (1982 to 2064), not numbers."""
        return self.whole and self.is_number and all(_SERIAL.fullmatch(cell) for cell in self.cells)

    @property
    def is_day(self) -> bool:
        """Whether nearly every cell is a day."""
        return self.days.is_day


def profile(column: pa.ChunkedArray) -> Profile:
    """Look at a column.

    Examples
    --------
    >>> found = profile(pa.chunked_array([["赢单", "输单", None, "赢单"]]))
    >>> found.filled, found.distinct, found.cells, found.is_day
    (3, 2, ('赢单', '输单'), False)
    """
    kind = column.type
    is_day = pa.types.is_date(kind) or pa.types.is_timestamp(kind)
    text = _as_text(column)
    counted = pc.value_counts(text.drop_null())
    order = pc.sort_indices(pc.struct_field(counted, [1]), sort_keys=[("", "descending")])
    different = pc.take(pc.struct_field(counted, [0]), order)
    filled = len(text) - text.null_count
    cells = tuple(different.slice(0, _LOOKED_AT).to_pylist())
    days = Days(1.0) if is_day else read_days(cells)
    return Profile(len(text), filled, len(different), cells, days, **_numbers(cells))


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    text = column if pa.types.is_string(column.type) else column.cast(pa.string())
    trimmed = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _numbers(cells: tuple[str, ...]) -> dict[str, Any]:
    wide = [unicodedata.normalize("NFKC", cell) for cell in cells]
    found = [cell for cell in wide if _NUMBER.fullmatch(cell)]
    values = [float(re.sub(r"[^\d.eE-]", "", c.replace("(", "-")).rstrip("eE") or 0) for c in found]
    percents = sum(cell.endswith("%") for cell in found)
    marks = {code for sign, code in _MARKS.items() if any(sign in cell for cell in found)}
    return {
        "numbers": len(found) / len(wide) if wide else 0.0,
        "small": bool(values) and (percents > len(values) / 2 or all(abs(v) <= 1 for v in values)),
        "whole": bool(values) and all(v == int(v) for v in values),
        "marks": frozenset(marks),
    }
