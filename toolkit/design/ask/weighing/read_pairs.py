"""Pairwise comparisons read off a form: which of two counts more, and how many times."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from toolkit.design.ask.opened import Filled, Opened
from toolkit.design.ask.page import Weighing
from toolkit.design.ask.weighing.said import SCALE, Cells, Pair, Said, amount, by_place, chosen, said_in
from toolkit.errors import Problems
from toolkit.language import text

EQUAL = "="


def pair_key(first: str, second: str) -> str:
    """How a pair of measures is named among a form's cells; no measure's name has a space.

    Examples
    --------
    >>> pair_key("revenue", "visits")
    'revenue visits'
    """
    return f"{first} {second}"


def read_pairs(form: Opened, weighing: Weighing, problems: Problems) -> Said:
    """The pairs judged; a wholly blank form says nothing, one whose comparisons fall apart is a fault."""
    cells, names = by_place(form), weighing.names
    pairs: list[Pair] = []
    blank: list[tuple[str, str]] = []
    every = list(combinations(names, 2))
    before = len(problems)
    for first, second in every:
        ratio = _ratio(cells, first, second, names, form.sent.language, problems)
        if ratio is None:
            blank.append((first, second))
        else:
            pairs.append(Pair(first, second, ratio, "pair"))
    if pairs and len(problems) == before:
        _refuse_apart(cells, names, pairs, blank, form.sent.language, problems)
    return Said(len(every), len(pairs), tuple(pairs), blank=tuple(blank))


def _ratio(
    cells: Cells, first: str, second: str, names: dict[str, str], language: str, problems: Problems
) -> float | None:
    """How many times as much the first counts as the second; None where the pair was left blank."""
    key = pair_key(first, second)
    more, times = cells.get((key, "more")), cells.get((key, "times"))
    offered = {first: names[first], EQUAL: text("ask.weights.equal", language), second: names[second]}
    which = chosen(more, offered, problems)
    count = amount(times, *SCALE, problems, whole=True)
    if not which:
        if not said_in(more) and count is not None and times is not None:
            problems.add(
                "ask.times_alone",
                where=times.where,
                column=times.cell,
                value=int(count),
                pair=_pair(offered),
            )
        return None
    if which == EQUAL:
        if count is not None and count != 1 and times is not None:
            _note("ask.equal_by_more", times, count, problems)
        return 1.0
    if count is None:
        if not said_in(times) and more is not None:
            at = times or more
            problems.add(
                "ask.no_times", where=at.where, column=at.cell, value=offered[which], pair=_pair(offered)
            )
        return None
    if count == 1 and times is not None:
        _note("ask.more_by_one", times, count, problems)
    return count if which == first else 1 / count


def _pair(offered: dict[str, str]) -> str:
    first, _, second = offered.values()
    return f"{first} – {second}"


def _note(code: str, cell: Filled, count: float, problems: Problems) -> None:
    problems.add(code, where=cell.where, column=cell.cell, value=int(count))


def _refuse_apart(
    cells: Cells,
    names: dict[str, str],
    pairs: Sequence[Pair],
    blank: Sequence[tuple[str, str]],
    language: str,
    problems: Problems,
) -> None:
    """Note that the comparisons fall apart, with both sides and the first cell that would join them."""
    side = {next(iter(names))}
    for _ in names:
        side |= {one for p in pairs if {p.first, p.second} & side for one in (p.first, p.second)}
    if len(side) == len(names):
        return
    joining = next((a, b) for a, b in blank if (a in side) != (b in side))
    cell = cells[pair_key(*joining), "more"]
    joint = text("phrase.join", language)
    here, there = (
        joint.join(n for m, n in names.items() if (m in side) is inside) for inside in (True, False)
    )
    problems.add("ask.disconnected", where=cell.where, column=cell.cell, value=here, others=there)
