"""The parts that the workbook's sheets are drawn from: places for values, labels, and shown formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from toolkit.documents import Address
from toolkit.language import has_text, text

FIRST = 1  # the first column used; left of it is a margin
CHECKED = (
    "title",
    "section",
    "label",
    "head",
    "side",
)  # styles of labels that must come back as they went out


class Column(NamedTuple):
    """A column of a table, or a line of a list: its name in the form, what kind of value, whose choices."""

    key: str
    kind: str  # text, number, ratio, whole, day, choice, rate, any, either, shown
    choices: str = ""  # a set of words, or with @ a list of names that the workbook holds
    width: float = 0


class Place(NamedTuple):
    """A cell that is filled in."""

    row: int
    col: int
    address: Address
    kind: str
    choices: str = ""


class Label(NamedTuple):
    """A cell that says something and is locked."""

    row: int
    col: int
    text: str
    style: str
    note: str = ""


class Shown(NamedTuple):
    """A locked cell that a formula fills, with what it comes to as the workbook is written."""

    row: int
    col: int
    formula: str
    value: str | float
    style: str


@dataclass
class Page:
    """One sheet: what stands where."""

    key: str
    name: str
    language: str
    labels: list[Label] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    tall: dict[int, float] = field(default_factory=dict)
    freeze: tuple[int, int] = (3, 0)
    across: int = 1
    rows: int = 0

    def say(self, key: str, **values: object) -> str:
        """A text of the workbook."""
        return text(f"excel.{key}", self.language, **values)

    def note(self, key: str) -> str:
        """An explanation, where there is one."""
        return self.say(f"note.{key}") if has_text(f"excel.note.{key}") else ""

    def label(self, row: int, col: int, said: str, style: str, note: str = "") -> None:
        """Put a label down."""
        self.labels.append(Label(row, col, said, style, note))
        self.rows, self.across = max(self.rows, row + 1), max(self.across, col + 1)

    def place(self, row: int, col: int, address: Address, kind: str, choices: str = "") -> None:
        """Put a place for a value down."""
        self.places.append(Place(row, col, address, kind, choices))
        self.rows, self.across = max(self.rows, row + 1), max(self.across, col + 1)

    def heading(self) -> int:
        """The sheet's title and what it is for; the next free row."""
        self.label(0, FIRST, self.say(f"sheet.{self.key}"), "title")
        self.label(1, FIRST, self.say(f"about.{self.key}"), "hint")
        self.tall |= {0: 27, 1: 18}
        return 3

    def section(self, row: int, key: str) -> int:
        """A bar with a section's name, its explanation beside it; the next free row."""
        self.label(row, FIRST, self.say(f"section.{key}"), "section", self.note(key))
        self.tall[row] = 20
        return row + 1

    def lines(self, row: int, at: Address, lines: Sequence[Column]) -> int:
        """A list: a label, the place for its value, and an explanation; the next free row."""
        for line in lines:
            self.label(row, FIRST, self.say(f"label.{line.key}"), "label")
            self.place(row, FIRST + 1, (*at, *line.key.split(".")[-1:]), line.kind, line.choices)
            if self.note(line.key):
                self.label(row, FIRST + 2, self.note(line.key), "note")
            row += 1
        return row + 1

    def table(self, row: int, at: Address, columns: Sequence[Column], rows: int, first: int = 0) -> int:
        """A table with its headings, its rows numbered from `first`; the next free row."""
        for j, column in enumerate(columns):
            self.label(row, FIRST + j, self.say(f"label.{column.key}"), "head", self.note(column.key))
            if column.width:
                self.widths[FIRST + j] = column.width
            for k in range(rows if column.kind != "shown" else 0):
                path = tuple(column.key.split(".")[1:])
                self.place(row + 1 + k, FIRST + j, (*at, first + k, *path), column.kind, column.choices)
        self.tall[row] = 32
        return row + rows + 1

    def strip(self, row: int, at: Address, labels: tuple[str, str], kinds: tuple[str, str], wide: int) -> int:
        """Two rows of cells side by side: what is read, and below it what that gives; the next free row."""
        for side in (0, 1):
            self.label(row + side, FIRST, self.say(f"label.{labels[side]}"), "side")
            for k in range(wide):
                self.place(row + side, FIRST + 1 + k, (*at, "points", k, side), kinds[side])
        return row + 2

    def show(self, row: int, col: int, formula: str, value: str | float, style: str) -> None:
        """A formula's cell."""
        self.shown.append(Shown(row, col, formula, value, style))
        self.rows, self.across = max(self.rows, row + 1), max(self.across, col + 1)
