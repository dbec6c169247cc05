"""Best-worst comparisons read off a form: the most and the least important KPI, the others beside them."""

from __future__ import annotations

from toolkit.design.ask.opened import Filled, Opened
from toolkit.design.ask.page import Weighing
from toolkit.design.ask.weighing.said import SCALE, Cells, Pair, Said, amount, by_place, chosen, said_in
from toolkit.errors import Problems

FROM_BEST, TO_WORST = "from_best", "to_worst"


def read_best_worst(form: Opened, weighing: Weighing, problems: Problems) -> Said:
    """All comparisons or none: with a gap nothing follows, so that what is blank is a fault with its cell."""
    cells, names, before = by_place(form), weighing.names, len(problems)
    if not any(said_in(cell) for cell in cells.values()):
        return Said(2 * len(names), 0, blank=tuple((m, "") for m in names))
    best, worst = (_one(cells.get(("", asked)), names, problems) for asked in ("best", "worst"))
    if best and best == worst:
        _note("ask.best_is_worst", cells["", "worst"], problems, value=names[best])
    from_best, to_worst = (
        {m: amount(cells.get((m, asked)), *SCALE, problems, whole=True) for m in names}
        for asked in (FROM_BEST, TO_WORST)
    )
    for end, asked, given in ((best, FROM_BEST, from_best), (worst, TO_WORST, to_worst)):
        if end and best != worst:
            _check_column(cells, end, asked, given, names, problems)
    there, back = from_best.get(worst), to_worst.get(best)
    if there is not None and back is not None and there != back and len(problems) == before:
        cell = cells[best, TO_WORST]
        problems.add(
            "ask.best_worst_differ",
            where=cell.where,
            column=cell.cell,
            value=int(back),
            best=names[best],
            worst=names[worst],
            other=f"{there:g}",
        )
    pairs = [Pair(best, m, v, "best") for m, v in from_best.items() if v is not None and m != best]
    pairs += [Pair(m, worst, v, "worst") for m, v in to_worst.items() if v is not None and m != worst]
    return Said(2 * len(names), len(pairs) + bool(best) + bool(worst), tuple(pairs))


def _one(cell: Filled | None, names: dict[str, str], problems: Problems) -> str:
    if cell is not None and not cell.typed:
        _note("ask.left_blank", cell, problems, value=cell.asked)
    return chosen(cell, names, problems)


def _check_column(
    cells: Cells,
    end: str,
    asked: str,
    given: dict[str, float | None],
    names: dict[str, str],
    problems: Problems,
) -> None:
    """Against itself the best or worst is 1 or blank; every other is 2 to 9: 1 would make two of them."""
    for measure, value in given.items():
        cell = cells.get((measure, asked))
        if cell is None:
            continue
        if measure == end:
            if value is not None and value != 1:
                _note("ask.itself", cell, problems, value=int(value), name=names[end])
        elif not cell.typed:
            _note("ask.left_blank", cell, problems, value=names[measure])
        elif value == 1:
            code = "ask.two_best" if asked == FROM_BEST else "ask.two_worst"
            _note(code, cell, problems, value=names[measure], name=names[end])


def _note(code: str, cell: Filled, problems: Problems, **values: object) -> None:
    problems.add(code, where=cell.where, column=cell.cell, **values)  # type: ignore[arg-type]
