"""The best-worst form: the most and the least important KPI, the others against both, whether it all fits."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.design.ask.page import FIRST, Page
from toolkit.design.ask.sheets import height
from toolkit.design.ask.weighing.best_worst_working import (
    BEST,
    GOOD,
    NAME,
    OVER,
    UNDER,
    WEIGHT,
    WORST,
    BestWorstWorking,
    best_worst_working,
)
from toolkit.design.ask.weighing.common import (
    HEAD,
    TOP,
    begin,
    chosen_from,
    heads,
    measure_row,
    number_from,
    share,
    tinted,
)
from toolkit.design.ask.weighing.measures import Weighed
from toolkit.design.ask.weighing.phrases import area, at, first_true, listed, quoted, sentence
from toolkit.design.ask.weighing.read_best_worst import FROM_BEST, TO_WORST
from toolkit.design.ask.weighing.said import SCALE
from toolkit.language import text

_WIDTHS = (5.0, 26.0, 44.0, 18.0, 18.0, 34.0, 9.0, 18.0)
_MEANS, _OVER, _UNDER, _REMARK, _SHARE = range(FIRST + 2, FIRST + 7)
_HEADS = TOP + 2
_ROW = _HEADS + 1  # of the first KPI; above it the two choices


def best_worst_pages(measures: Sequence[Weighed], language: str) -> list[Page]:
    """The page to fill in and the hidden one that computes."""
    k, name = len(measures), text("ask.weights.best_worst.sheet", language)
    answers = [(at(_ROW + i, _OVER, name), at(_ROW + i, _UNDER, name)) for i in range(k)]
    ends = at(HEAD, _MEANS, name), at(TOP, _MEANS, name)
    hidden, sums = best_worst_working(measures, ends, answers, language)
    done = sentence("ask.of", language, answered=sums.sum("given"), asked=str(2 * k))
    lines = [
        ("answered", f"={done}", text("ask.of", language, answered=0, asked=2 * k)),
        ("fit", _fit(sums, language), text("ask.weights.live.none", language)),
        ("look", _look(sums, language), "–"),
    ]
    page = begin("best_worst", language, _WIDTHS, _REMARK, lines)
    page.freeze, page.repeat = (_ROW, 0), (_HEADS, _HEADS)
    ratio, limit, whole = (sums.sum(key) for key in ("ratio", "limit", "whole"))
    tinted(page, 3, f"AND({whole}=1,{ratio}<={limit})", f"{ratio}>{limit}")
    names = f"={area(0, NAME, k - 1, NAME, hidden.name)}"
    for row, asked in ((HEAD, "best"), (TOP, "worst")):
        title = text(f"ask.weights.best_worst.{asked}", language)
        page.label(row, FIRST, title, "says_key", FIRST + 1)
        page.place(row, _MEANS, "answer", "", asked)
        page.offer(
            row, _MEANS, row, chosen_from(names, title, text("ask.weights.best_worst.choose", language))
        )
    page.heights |= {HEAD: 24, TOP: 24, TOP + 1: 8, _HEADS: 62}
    columns = ("number", "kpi", "means", FROM_BEST, TO_WORST, "remark", "about")
    heads(page, columns, language, row=_HEADS)
    for i, one in enumerate(measures):
        _row(page, sums, i, one, language)
    for col, key in ((_OVER, FROM_BEST), (_UNDER, TO_WORST)):
        told = text(f"ask.weights.best_worst.{key}", language)
        rule = number_from(*SCALE, text("ask.weights.head.times", language), told)
        page.offer(_ROW, col, _ROW + k - 1, rule)
    page.tint(_ROW, _SHARE + 1, _ROW + k - 1, "bar")
    return [page, hidden]


def _row(page: Page, sums: BestWorstWorking, i: int, one: Weighed, language: str) -> None:
    row = _ROW + i
    lines = max(height(one.means, _WIDTHS[2]), height(one.name, _WIDTHS[1]))
    measure_row(page, row, i + 1, one, max(30.0, lines + 5))
    page.place(row, _OVER, "answer", one.measure, FROM_BEST)
    page.place(row, _UNDER, "answer", one.measure, TO_WORST)
    best, worst, over, under = (sums.of(i, col) for col in (BEST, WORST, OVER, UNDER))
    said = {
        key: quoted(text(f"ask.weights.lacking.{key}", language))
        for key in ("is_best", "is_worst", "both_ends", "one_best", "one_worst", "range")
    }
    over_cell, under_cell = at(row, _OVER), at(row, _UNDER)
    remark = first_true(
        (f"AND({best}=1,{worst}=1)", said["both_ends"]),
        (f'AND({best}=0,TRIM({over_cell})<>"",{over}=1,{sums.sum("best")}>0)', said["one_best"]),
        (f'AND({worst}=0,TRIM({under_cell})<>"",{under}=1,{sums.sum("worst")}>0)', said["one_worst"]),
        (f"OR({_off(over_cell, over)},{_off(under_cell, under)})", said["range"]),
        (f"{best}=1", said["is_best"]),
        (f"{worst}=1", said["is_worst"]),
        otherwise='""',
    )
    page.live(row, _REMARK, f"={remark}", "remark")
    whole = sums.sum("whole")
    share(page, row, _SHARE, f'=IF({whole}=1,{sums.of(i, WEIGHT)}/SUM({sums.all(WEIGHT)}),"")')


def _off(cell: str, read: str) -> str:
    """Whether a cell holds something that is no number from 1 to 9."""
    low, high = SCALE
    return f'AND(TRIM({cell})<>"",OR({read}<{low},{read}>{high},{read}<>INT({read})))'


def _fit(sums: BestWorstWorking, language: str) -> str:
    """In words whether the answers fit together, or what is still lacking."""
    best, worst, whole, ratio, limit = (sums.sum(k) for k in ("best", "worst", "whole", "ratio", "limit"))
    lacking = [(f"{sums.of(i, GOOD)}=0", sums.of(i, NAME)) for i in range(sums.kpis)]
    ends = {"best": sums.at_row(NAME, "best"), "worst": sums.at_row(NAME, "worst")}
    values = {"ratio": f"FIXED({ratio},3)"}
    again = sentence("ask.weights.live.again", language, **values, limit=f"FIXED({limit},3)")
    good = sentence("ask.weights.live.good", language, **values, limit=f"FIXED({limit},3)")
    if not sums.published:
        good = sentence("ask.weights.live.unpublished", language, **values)
    return "=" + first_true(
        (f"{sums.sum('given')}=0", quoted(text("ask.weights.live.none", language))),
        (f"OR({best}=0,{worst}=0)", quoted(text("ask.weights.live.ends", language))),
        (f"{best}={worst}", quoted(text("ask.weights.live.same", language))),
        (
            f"SUM({sums.all(GOOD)})<{sums.kpis}",
            sentence(
                "ask.weights.live.lacking", language, names=listed(lacking, text("phrase.join", language))
            ),
        ),
        (
            f"{whole}=0",
            sentence("ask.weights.live.differ", language, **ends, n=sums.sum("agreed"), m=sums.sum("back")),
        ),
        (f"{ratio}<={limit}", good),
        otherwise=again,
    )


def _look(sums: BestWorstWorking, language: str) -> str:
    """The KPI whose two answers fit least; a dash where all is well."""
    told = sentence(
        "ask.weights.live.through",
        language,
        name=sums.at_row(NAME, "look"),
        over=sums.at_row(OVER, "look"),
        under=sums.at_row(UNDER, "look"),
        product=f"{sums.at_row(OVER, 'look')}*{sums.at_row(UNDER, 'look')}",
        agreed=sums.sum("agreed"),
        best=sums.at_row(NAME, "best"),
        worst=sums.at_row(NAME, "worst"),
    )
    return f'=IF({sums.sum("ratio")}>{sums.sum("limit")},{told},"–")'
