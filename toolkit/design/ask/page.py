"""The parts that a form is drawn from, and what of them goes along on its hidden sheet to be held against."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked
from xlsxwriter.utility import xl_rowcol_to_cell

MARK = "kpi_ask"  # the hidden sheet by which a form is known, whatever its file is called
FIRST = 1  # the first column used; left of it is a margin
_LONGEST = 500  # characters of a client's text on a form
CHOSEN = ("more", "best", "worst")  # answers that are a KPI's name, not a number
_STRICT = ConfigDict(extra="forbid")
What = Literal["answer", "comment", "proposal", "free", "shown"]


def one_line(said: object) -> str:
    """A client's text as a locked cell holds it: one line, no control characters, of a length that fits.

    Examples
    --------
    >>> one_line(" Ann\\n Lee\\x07 ")
    'Ann Lee'
    """
    kept = "".join(" " if c.isspace() else c for c in str(said) if c.isspace() or _prints(c))
    return " ".join(kept.split())[:_LONGEST]


def _prints(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs", "Co", "Cn")


class Label(NamedTuple):
    """A locked cell that says something; with `to` merged up to that column."""

    row: int
    col: int
    text: str
    style: str
    to: int = 0


class Place(NamedTuple):
    """A cell to fill in, or one that shows what was: of a KPI and a question, a proposal and a field."""

    row: int
    col: int
    what: What
    subject: str = ""
    asked: str = ""


class Live(NamedTuple):
    """A locked cell that computes as the form is filled in; `value` is what it shows until then.

    In braces it is one array formula over `rows` × `cols` cells; with `to` the cell is merged up to there.
    """

    row: int
    col: int
    formula: str
    style: str
    value: str | float = ""
    rows: int = 1
    cols: int = 1
    to: int = 0


class Offer(NamedTuple):
    """What a cell to fill in, or a column of them, offers and accepts: a data validation."""

    row: int
    col: int
    to_row: int
    rule: dict[str, Any]


class Tint(NamedTuple):
    """A cell, or a column of them, that takes a style while a formula is true; `bar`: a bar of its length."""

    row: int
    col: int
    to_row: int
    style: str
    formula: str = ""


@dataclass
class Page:
    """One sheet of a form: what stands where."""

    name: str
    labels: list[Label] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    lives: list[Live] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    tints: list[Tint] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    freeze: tuple[int, int] | None = None
    repeat: tuple[int, int] | None = None
    portrait: bool = False
    hidden: bool = False

    def label(self, row: int, col: int, said: str, style: str, to: int = 0) -> None:
        """Put a locked text down."""
        self.labels.append(Label(row, col, one_line(said), style, to))

    def place(self, row: int, col: int, what: What, subject: str = "", asked: str = "") -> None:
        """Put a cell to fill in down."""
        self.places.append(Place(row, col, what, subject, asked))

    def live(
        self,
        row: int,
        col: int,
        formula: str,
        style: str,
        value: str | float = "",
        rows: int = 1,
        cols: int = 1,
        to: int = 0,
    ) -> None:
        """Put a formula down; what it shows is not held against anything when the form comes back."""
        self.lives.append(Live(row, col, formula, style, value, rows, cols, to))
        self.places += [Place(row + i, col + j, "shown") for i in range(rows) for j in range(cols)]

    def tint(self, row: int, col: int, to_row: int, style: str, formula: str = "") -> None:
        """Let a cell, or a column of them, change its look while a formula is true."""
        self.tints.append(Tint(row, col, to_row, style, formula))

    def offer(self, row: int, col: int, to_row: int, rule: dict[str, Any]) -> None:
        """Say what a cell, or a column of them, offers and accepts."""
        self.offers.append(Offer(row, col, to_row, rule))

    @property
    def sent(self) -> SentPage:
        """What the hidden sheet keeps of it."""
        locked = {xl_rowcol_to_cell(x.row, x.col): x.text for x in self.labels if x.text}
        places = {xl_rowcol_to_cell(p.row, p.col): (p.what, p.subject, p.asked) for p in self.places}
        return SentPage(self.name, locked, places)


@checked(frozen=True, config=_STRICT)
class SentPage:
    """A sheet as it was sent: the text of every locked cell, and what every other one is for."""

    sheet: str
    locked: dict[str, str]
    places: dict[str, tuple[What, str, str]]


@checked(frozen=True, config=_STRICT)
class Weighing:
    """Which measures of which scheme a form weighs against each other, and how."""

    scheme: str  # name@version
    method: str
    measures: tuple[tuple[str, str, str], ...]  # each with its KPI and with its name on the form

    @property
    def names(self) -> dict[str, str]:
        """What each measure is called on the form."""
        return {measure: name for measure, _, name in self.measures}


@checked(frozen=True, config=_STRICT)
class Sent:
    """A form as it was sent, kept on its hidden sheet: it can be read wherever and whenever it comes back."""

    form: Literal["kpi-ask/1"]
    about: str
    engagement: str
    respondent: str
    name: str
    role: str
    language: Literal["en", "zh"]
    pages: tuple[SentPage, ...]
    weighing: Weighing | None = None
