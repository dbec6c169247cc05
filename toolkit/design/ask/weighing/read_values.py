"""A value a KPI read off a form: 100 points shared out, swings from 0 to 100, or places."""

from __future__ import annotations

import pandas as pd

from toolkit.design.ask.opened import Filled, Opened
from toolkit.design.ask.page import Weighing
from toolkit.design.ask.weighing.said import Said, amount, by_place
from toolkit.errors import Problems

WHOLE = 100.0
ROUNDING = 0.5  # by which a sum of points may miss 100: thirds written as 33


def read_points(form: Opened, weighing: Weighing, problems: Problems) -> Said:
    """Points shared out; what is blank where others are given has none, and all sum to 100."""
    cells, given, before = _given(form, weighing, "points", WHOLE, problems, whole=False)
    if not given or len(problems) > before:
        return _said(weighing, given)
    total = sum(given.values())
    if abs(total - WHOLE) > ROUNDING:
        _refuse("ask.not_hundred", cells, problems, value=f"{total:g}")
    return Said(len(cells), len(given), values=tuple((m, given.get(m, 0.0)) for m in weighing.names))


def read_swing(form: Opened, weighing: Weighing, problems: Problems) -> Said:
    """Ratings against the swing that matters most, which is 100; what is blank is not judged."""
    cells, given, before = _given(form, weighing, "swing", WHOLE, problems, whole=False)
    if given and len(problems) == before and max(given.values()) != WHOLE:
        _refuse("ask.no_hundred", cells, problems, value=f"{max(given.values()):g}")
    return _said(weighing, given)


def read_rank(form: Opened, weighing: Weighing, problems: Problems) -> Said:
    """Places from 1, ties sharing one; gaps are closed as in a race: 1, 1, 4 becomes 1, 1, 3."""
    _, given, _ = _given(form, weighing, "rank", len(weighing.measures), problems, whole=True)
    places = pd.Series(given, dtype="float64").rank(method="min")
    return _said(weighing, {str(measure): float(place) for measure, place in places.items()})


def _given(
    form: Opened, weighing: Weighing, asked: str, high: float, problems: Problems, *, whole: bool
) -> tuple[list[Filled], dict[str, float], int]:
    """The cells, the numbers in them by measure, and how many problems there were before."""
    found, before = by_place(form), len(problems)
    cells = {m: found[m, asked] for m in weighing.names if (m, asked) in found}
    low = 1 if whole else 0
    read = {m: amount(cell, low, int(high), problems, whole=whole) for m, cell in cells.items()}
    return list(cells.values()), {m: value for m, value in read.items() if value is not None}, before


def _said(weighing: Weighing, given: dict[str, float]) -> Said:
    blank = tuple((m, "") for m in weighing.names if m not in given)
    return Said(len(weighing.measures), len(given), values=tuple(given.items()), blank=blank)


def _refuse(code: str, cells: list[Filled], problems: Problems, value: str) -> None:
    """Note what is wrong with a whole column, by its first and last cell."""
    where, column = cells[0].where, f"{cells[0].cell}:{cells[-1].cell}"
    problems.add(code, where=where, column=column, value=value)
