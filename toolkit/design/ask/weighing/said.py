"""What a form about weights says, whatever its method, and how single cells of it are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from unicodedata import normalize

from toolkit.design.ask.opened import Filled, Opened
from toolkit.errors import Problems

ABOUT = "weights"
SCALE = (1, 9)  # Saaty's: how many times as much one counts as the other
Cells = Mapping[tuple[str, str], Filled]


class Pair(NamedTuple):
    """The first counts `ratio` times as much as the second; kind: pair, best (to all) or (all to) worst."""

    first: str
    second: str
    ratio: float
    kind: str


class Said(NamedTuple):
    """What one form says: judgements of pairs or a value a measure; which pairs or measures are blank."""

    asked: int
    answered: int
    pairs: tuple[Pair, ...] = ()
    values: tuple[tuple[str, float], ...] = ()
    blank: tuple[tuple[str, str], ...] = ()


def by_place(form: Opened) -> Cells:
    """The cells of a form by what they are for; one that held a formula is not among them."""
    return {(cell.subject, cell.asked): cell for cell in form.cells}


def said_in(cell: Filled | None) -> str:
    """What was typed in a cell, blank where it was left so."""
    return "" if cell is None else cell.typed


def amount(cell: Filled | None, low: float, high: float, problems: Problems, *, whole: bool) -> float | None:
    """A number of a scale, also typed as text or in full width; None where it is blank or, noted, is none."""
    if cell is None or not cell.typed:
        return None
    try:
        value = float(cell.typed)
    except ValueError:
        value = float("nan")
    if isinstance(cell.value, bool) or not low <= value <= high or (whole and value != int(value)):
        code = "ask.off_scale" if whole else "ask.off_range"
        problems.add(code, where=cell.where, column=cell.cell, value=cell.typed, low=low, high=high)
        return None
    return value


def chosen(cell: Filled | None, names: Mapping[str, str], problems: Problems) -> str:
    """Which of some names was chosen, as its key; blank where nothing was or, noted, something else."""
    typed = said_in(cell)
    if cell is None or not typed:
        return ""
    wanted = plain_name(typed)
    found = [key for key, name in names.items() if plain_name(name) == wanted]
    if not found:
        offered = " / ".join(names.values())
        problems.add("ask.not_offered", where=cell.where, column=cell.cell, value=typed, offered=offered)
    return found[0] if found else ""


def plain_name(name: str) -> str:
    """A name as it is compared: case, full width and runs of spaces do not count.

    Examples
    --------
    >>> plain_name(" Net  sales ") == plain_name("ＮＥＴ SALES")
    True
    """
    return " ".join(normalize("NFKC", name).split()).casefold()
