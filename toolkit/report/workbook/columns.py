"""The columns of a form: their order, widths and headings; which of them are filled in."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.report.workbook.sheet import LETTERS
from toolkit.scheme.scheme import Scheme

_WIDTHS = {
    "category": 7.0,
    "name": 11.0,
    "definition": 13.0,
    "formula": 15.0,
    "unit": 5.5,
    "direction": 6.5,
    "agreed": 6.5,
    "floor": 11.5,
    "target": 11.5,
    "stretch": 11.5,
    "rule": 22.0,
    "source": 9.5,
    "department": 8.5,
    "cycle": 6.0,
    "actual": 12.5,
    "attainment": 9.0,
    "score": 7.5,
    "weight": 7.5,
    "points": 8.0,
    "self": 6.5,
    "peer": 6.5,
    "manager": 7.0,
    "remark": 12.0,
}
FILLED = frozenset({"actual", "self", "peer", "manager", "remark", "department"})
RESULTS = {"score": "name", "grade": "formula", "rank": "target", "ratio": "rule", "payout": "actual"}
WORKINGS = ("counted", "raw", "carried")  # to the right of what is printed


@dataclass(frozen=True)
class Columns:
    """Where each of a form's columns stands."""

    keys: tuple[str, ...]

    def __getitem__(self, key: str) -> int:
        """A column's number, from 0; of the workings too."""
        if key in WORKINGS:
            return len(self.keys) + 1 + WORKINGS.index(key)
        return self.keys.index(key)

    def letter(self, key: str) -> str:
        """A column's letter."""
        return LETTERS[self[key]]

    def width(self, key: str) -> float:
        """A column's width in characters."""
        return _WIDTHS[key]

    @property
    def last(self) -> int:
        """The last column that is printed."""
        return len(self.keys) - 1


def columns_of(scheme: Scheme) -> Columns:
    """A scheme's form has a column for colleagues' ratings only where colleagues rate."""
    peers = any("peer" in measure.raters for measure in scheme.measures)
    return Columns(tuple(key for key in _WIDTHS if key != "peer" or peers))
