"""What the pages of all methods share: title and live lines above, the weights that follow at the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolkit.design.ask.page import FIRST, Page
from toolkit.design.ask.weighing.measures import Weighed
from toolkit.language import text

HEAD = 6  # row of the headings; above them title, hint and what the form says live
TOP = HEAD + 1
_TITLE, _MESSAGE, _PROMPT = 32, 225, 255  # characters that Excel shows


def begin(
    method: str, language: str, widths: Sequence[float], said: int, says: Sequence[tuple[str, str, str]]
) -> Page:
    """A page with its title, its hint and lines of what it says live.

    Parameters
    ----------
    method : str
    language : str
    widths : sequence of float
        Of the columns from the first on.
    said : int
        The column up to which the live lines reach.
    says : sequence of (str, str, str)
        Of each line: the text's name, its formula, and what it shows before anything is filled in.
    """
    page = Page(text(f"ask.weights.{method}.sheet", language), freeze=(TOP, 0), repeat=(HEAD, HEAD))
    page.widths = dict(enumerate(widths, FIRST))
    page.label(0, FIRST, text(f"ask.weights.{method}.title", language), "title")
    page.label(1, FIRST, text(f"ask.weights.{method}.hint", language), "hint")
    page.heights = {0: 28, 1: 18, 2: 20, 3: 34, 4: 34, 5: 8, HEAD: 34}
    for row, (key, formula, start) in enumerate(says, 2):
        page.label(row, FIRST, text(f"ask.weights.live.{key}", language), "says_key", FIRST + 1)
        page.live(row, FIRST + 2, formula, "says", start, to=said)
    return page


def heads(page: Page, keys: Sequence[str], language: str, row: int = HEAD) -> None:
    """A row of headings; that of the weights stands over their bars too, a gap has none."""
    for col, key in enumerate(keys, FIRST):
        if key:
            said, over_bar = text(f"ask.weights.head.{key}", language), key in ("weight", "about")
            page.label(row, col, said, "head", col + 1 if over_bar else 0)


def share(page: Page, row: int, col: int, formula: str) -> None:
    """A weight that follows, as a percentage and as a bar beside it."""
    page.live(row, col, formula, "share")
    page.live(row, col + 1, formula, "bar")


def tinted(page: Page, row: int, good: str, bad: str) -> None:
    """Let a live line show at a glance whether it is well."""
    page.tint(row, FIRST + 2, row, "good", f"={good}")
    page.tint(row, FIRST + 2, row, "bad", f"={bad}")


def measure_row(page: Page, row: int, at: int, one: Weighed, height: float) -> None:
    """A KPI's number, name and what is counted."""
    page.label(row, FIRST, str(at), "number")
    page.label(row, FIRST + 1, one.name, "name")
    page.label(row, FIRST + 2, one.means, "row_grey")
    page.heights[row] = height


def chosen_from(source: str, title: str, message: str) -> dict[str, Any]:
    """A drop-down of names, with what it means beside the cell."""
    return {"validate": "list", "source": source} | _told(title, message)


def number_from(low: int, high: int, title: str, message: str) -> dict[str, Any]:
    """A drop-down of whole numbers."""
    return {"validate": "list", "source": list(range(low, high + 1))} | _told(title, message)


def number_between(low: int, high: int, title: str, message: str) -> dict[str, Any]:
    """Any number between two."""
    limits = {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
    return limits | _told(title, message)


def _told(title: str, message: str) -> dict[str, Any]:
    shown = {"input_title": title[:_TITLE], "input_message": message[:_PROMPT]}
    return {"ignore_blank": True, "error_title": title[:_TITLE], "error_message": message[:_MESSAGE]} | shown
