"""The forms with one value a KPI: 100 points to share out, swings, places; the sum or the gaps told live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from toolkit.design.ask.page import FIRST, Page
from toolkit.design.ask.sheets import height
from toolkit.design.ask.weighing.common import (
    TOP,
    begin,
    heads,
    measure_row,
    number_between,
    number_from,
    share,
    tinted,
)
from toolkit.design.ask.weighing.measures import Weighed
from toolkit.design.ask.weighing.phrases import area, at, first_true, listed, number_in, quoted, sentence
from toolkit.design.ask.weighing.read_values import ROUNDING, WHOLE
from toolkit.language import text

_WIDTHS = (5.0, 26.0, 56.0, 16.0, 30.0, 9.0, 18.0)
_VALUE, _REMARK, _SHARE = range(FIRST + 3, FIRST + 6)
_READ, _FINE, _WEIGHT = range(3)  # columns of the hidden sheet: the number, whether it will do, the weight
_TINY = "0.000001"


class _Column(NamedTuple):
    """The hidden sheet's cells and columns of one form."""

    sheet: str
    kpis: int

    def of(self, i: int, column: int) -> str:
        return at(i, column, self.sheet)

    def all(self, column: int) -> str:
        return area(0, column, self.kpis - 1, column, self.sheet)

    @property
    def given(self) -> str:
        """How many values stand there that will do."""
        return f"COUNTIF({self.all(_FINE)},1)"

    @property
    def faulty(self) -> str:
        return f"COUNTIF({self.all(_FINE)},-1)"


def points_pages(measures: Sequence[Weighed], language: str) -> list[Page]:
    """100 points to share out: the sum so far, and how many are left."""

    def says(column: _Column) -> tuple[str, str, str]:
        total = f"ROUND(SUM({column.all(_READ)}),2)"
        left = f"ROUND({WHOLE:g}-{total},2)"
        fit = first_true(
            (f"{column.faulty}>0", quoted(text("ask.weights.live.not_points", language))),
            (f"{column.given}=0", quoted(text("ask.weights.live.all_left", language))),
            (f"ABS({left})<={ROUNDING}", sentence("ask.weights.live.shared", language, sum=total)),
            (f"{left}>0", sentence("ask.weights.live.left", language, sum=total, left=left)),
            otherwise=sentence("ask.weights.live.too_many", language, sum=total, over=f"-{left}"),
        )
        good = f"AND({column.faulty}=0,{column.given}>0,ABS({left})<={ROUNDING})"
        return fit, good, f"OR({column.faulty}>0,{left}<-{ROUNDING})"

    def weight(column: _Column, i: int) -> str:
        total = f"SUM({column.all(_READ)})"
        return f"IF({total}>0,{column.of(i, _READ)}/{total},0)"

    rule = number_between(0, int(WHOLE), *_told("points", language))
    start = text("ask.weights.live.all_left", language)
    return _pages("points", measures, language, rule, says, weight, start, (0, WHOLE, False))


def swing_pages(measures: Sequence[Weighed], language: str) -> list[Page]:
    """What it is worth to bring each KPI from its floor to its target: one must be 100."""

    def says(column: _Column) -> tuple[str, str, str]:
        top = f"MAX({column.all(_READ)})"
        fit = first_true(
            (f"{column.faulty}>0", quoted(text("ask.weights.live.not_points", language))),
            (f"{column.given}=0", quoted(text("ask.weights.live.one_hundred", language))),
            (f"{top}<{WHOLE:g}", sentence("ask.weights.live.no_hundred", language, top=top)),
            (
                f"{column.given}<{column.kpis}",
                sentence("ask.weights.live.swing_some", language, n=column.given, asked=str(column.kpis)),
            ),
            otherwise=quoted(text("ask.weights.live.swing_done", language)),
        )
        good = f"AND({column.faulty}=0,{top}={WHOLE:g})"
        return fit, good, f"OR({column.faulty}>0,AND({column.given}={column.kpis},{top}<{WHOLE:g}))"

    def weight(column: _Column, i: int) -> str:
        total = f"SUM({column.all(_READ)})"
        return f"IF({total}>0,{column.of(i, _READ)}/{total},0)"

    rule = number_between(0, int(WHOLE), *_told("swing", language))
    start = text("ask.weights.live.one_hundred", language)
    return _pages("swing", measures, language, rule, says, weight, start, (0, WHOLE, False))


def rank_pages(measures: Sequence[Weighed], language: str) -> list[Page]:
    """Places from 1: ties are fine, a place that nobody has is told."""
    k = len(measures)

    def says(column: _Column) -> tuple[str, str, str]:
        read = column.all(_READ)
        free = [(_open_place(read, p), str(p)) for p in range(1, k)]
        open_places = f"({'+'.join(f'({condition})*1' for condition, _ in free) or '0'})"
        fit = first_true(
            (f"{column.faulty}>0", sentence("ask.weights.live.not_places", language, n=str(k))),
            (f"{column.given}=0", sentence("ask.weights.live.no_place", language, n=str(k))),
            (
                f"{open_places}>0",
                sentence(
                    "ask.weights.live.gap", language, places=listed(free, text("phrase.join", language))
                ),
            ),
            (
                f"{column.given}<{k}",
                sentence("ask.weights.live.some_places", language, n=column.given, asked=str(k)),
            ),
            otherwise=quoted(text("ask.weights.live.placed", language)),
        )
        good = f"AND({column.faulty}=0,{column.given}={k},{open_places}=0)"
        return fit, good, f"OR({column.faulty}>0,AND({column.given}={k},{open_places}>0))"

    def weight(column: _Column, i: int) -> str:
        read, place = column.all(_READ), column.of(i, _READ)
        before = f"COUNTIFS({read},{quoted('<')}&{place},{read},{quoted('>0')})"
        shared = f"COUNTIF({read},{place})"
        # the weights of places up to p, added: rank order centroid of k places
        upto = [sum(sum(1 / j for j in range(q, k + 1)) / k for q in range(1, p + 1)) for p in range(k + 1)]
        table = ",".join(f"{one!r}" for one in upto)
        mean = f"(CHOOSE(1+{before}+{shared},{table})-CHOOSE(1+{before},{table}))/{shared}"
        return f"IF({column.given}={k},{mean},0)"

    told = _told("rank", language)
    start = text("ask.weights.live.no_place", language, n=k)
    rule = number_from(1, k, *told)
    return _pages("rank", measures, language, rule, says, weight, start, (1, k, True))


def _open_place(read: str, place: int) -> str:
    """Whether nobody has a place or shares better ones that take it up (1, 2, 2, 4), but somebody a later."""
    less, some, more = quoted(f"<{place}"), quoted(">0"), quoted(f">{place}")
    taken = f"COUNTIFS({read},{less},{read},{some})"
    return f"AND(COUNTIF({read},{place})=0,{taken}<{place},COUNTIF({read},{more})>0)"


def _told(method: str, language: str) -> tuple[str, str]:
    title = text(f"ask.weights.head.{method}", language)
    return title, text(f"ask.weights.{method}.choose", language)


def _pages(
    method: str,
    measures: Sequence[Weighed],
    language: str,
    rule: dict[str, Any],
    says: Callable[[_Column], tuple[str, str, str]],
    weight: Callable[[_Column, int], str],
    start: str,
    limits: tuple[float, float, bool],
) -> list[Page]:
    """The page to fill in and the hidden one that computes."""
    k = len(measures)
    hidden = Page(text("ask.weights.working", language), hidden=True)
    column = _Column(hidden.name, k)
    sheet = text(f"ask.weights.{method}.sheet", language)
    for i in range(k):
        _compute(hidden, i, at(TOP + i, _VALUE, sheet), limits)
        hidden.live(i, _WEIGHT, f"={weight(column, i)}", "working", 0)
    fit, good, bad = says(column)
    done = sentence("ask.of", language, answered=column.given, asked=str(k))
    lines = [
        ("answered", f"={done}", text("ask.of", language, answered=0, asked=k)),
        (method, f"={fit}", start),
    ]
    page = begin(method, language, _WIDTHS, _REMARK, lines)
    page.heights |= {4: 8}
    tinted(page, 3, good, bad)
    heads(page, ("number", "kpi", "means", method, "remark", "weight"), language)
    for i, one in enumerate(measures):
        _row(page, column, i, one, method, language)
    page.offer(TOP, _VALUE, TOP + k - 1, rule)
    page.tint(TOP, _SHARE + 1, TOP + k - 1, "bar")
    return [page, hidden]


def _compute(hidden: Page, i: int, cell: str, limits: tuple[float, float, bool]) -> None:
    """The number read (0 for none) and whether it will do: 1, 0 where the cell is blank, -1 if not."""
    low, high, whole = limits
    number = number_in(cell)
    numeric = f'ISNUMBER(IFERROR(VALUE({cell}&""),{quoted("")}))'
    inside = (
        f"AND({numeric},{number}>={low:g},{number}<={high:g}{f',{number}=INT({number})' if whole else ''})"
    )
    hidden.live(i, _FINE, f'=IF(TRIM({cell})="",0,IF({inside},1,-1))', "working", 0)
    hidden.live(i, _READ, f"=IF({at(i, _FINE)}=1,{number},0)", "working", 0)


def _row(page: Page, column: _Column, i: int, one: Weighed, method: str, language: str) -> None:
    row = TOP + i
    lines = max(height(one.means, _WIDTHS[2]), height(one.name, _WIDTHS[1]))
    measure_row(page, row, i + 1, one, max(30.0, lines + 5))
    page.place(row, _VALUE, "answer", one.measure, method)
    fine = column.of(i, _FINE)
    wrong = quoted(text(f"ask.weights.lacking.{method}", language))
    remark = first_true((f"{fine}=-1", wrong), otherwise=_remark(column, i, method, language))
    page.live(row, _REMARK, f"={remark}", "remark")
    shown = f"SUM({column.all(_WEIGHT)})>{_TINY}"
    if method == "swing":  # what is not judged has no weight, not a weight of 0
        shown = f"AND({shown},{fine}=1)"
    share(page, row, _SHARE, f'=IF({shown},{column.of(i, _WEIGHT)},"")')


def _remark(column: _Column, i: int, method: str, language: str) -> str:
    """What is worth saying of one value: the one that is 100, a place that is shared."""
    read = column.of(i, _READ)
    if method == "swing":
        return f'IF({read}={WHOLE:g},{quoted(text("ask.weights.live.top", language))},"")'
    if method == "rank":
        shared = f"AND({read}>0,COUNTIF({column.all(_READ)},{read})>1)"
        return f'IF({shared},{quoted(text("ask.weights.live.tie", language))},"")'
    return '""'
