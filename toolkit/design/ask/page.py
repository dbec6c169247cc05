"""The parts that a form is drawn from, and what of them goes along on its hidden sheet to be held against."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked
from xlsxwriter.utility import xl_rowcol_to_cell

MARK = "kpi_ask"  # the hidden sheet by which a form is known, whatever its file is called
FIRST = 1  # the first column used; left of it is a margin
_LONGEST = 500  # characters of a client's text on a form
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


@dataclass
class Page:
    """One sheet of a form: what stands where."""

    name: str
    labels: list[Label] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    freeze: tuple[int, int] | None = None
    repeat: tuple[int, int] | None = None
    portrait: bool = False

    def label(self, row: int, col: int, said: str, style: str, to: int = 0) -> None:
        """Put a locked text down."""
        self.labels.append(Label(row, col, one_line(said), style, to))

    def place(self, row: int, col: int, what: What, subject: str = "", asked: str = "") -> None:
        """Put a cell to fill in down."""
        self.places.append(Place(row, col, what, subject, asked))

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
