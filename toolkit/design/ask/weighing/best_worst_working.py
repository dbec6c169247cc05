"""The hidden sheet of a best-worst form: is all answered, does it fit together, rough weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.design.ask.page import Page
from toolkit.design.ask.weighing.measures import Weighed
from toolkit.design.ask.weighing.phrases import area, at, number_in
from toolkit.design.ask.weighing.said import SCALE
from toolkit.language import text

# A row a KPI: its name, whether it is the best or the worst, both answers, whether they will do, how many are
# given, how far they disagree, the log of their product, the weight.
NAME, BEST, WORST, OVER, UNDER, GOOD, GIVEN, APART, LOG, WEIGHT = range(10)
_SUMS = 11
_KEYS = ("best", "worst", "given", "whole", "agreed", "back", "ratio", "limit", "look")


@dataclass(frozen=True)
class BestWorstWorking:
    """Where on the hidden sheet stands what the form shows."""

    sheet: str
    kpis: int
    published: bool

    def sum(self, key: str, sheet: bool = True) -> str:
        """One of the sums: best, worst (rows, 0 for none), given, whole, agreed, back, ratio, limit, look."""
        return at(_KEYS.index(key), _SUMS, self.sheet if sheet else "")

    def of(self, i: int, column: int) -> str:
        """A KPI's cell."""
        return at(i, column, self.sheet)

    def all(self, column: int, sheet: bool = True) -> str:
        """A column over all KPIs."""
        return area(0, column, self.kpis - 1, column, self.sheet if sheet else "")

    def at_row(self, column: int, key: str) -> str:
        """What a column says of the KPI that a sum points to."""
        return f"INDEX({self.all(column)},{self.sum(key)})"


def best_worst_working(
    measures: Sequence[Weighed],
    ends: tuple[str, str],
    answers: Sequence[tuple[str, str]],
    language: str,
) -> tuple[Page, BestWorstWorking]:
    """The sheet that computes, and where on it the results stand.

    Parameters
    ----------
    measures : sequence of Weighed
    ends : (str, str)
        The cells of the most and of the least important KPI, as formulas name them.
    answers : sequence of (str, str)
        Of each KPI the cells of both answers.
    language : str

    Notes
    -----
    The weights shown are those of least squares on logs, which a formula gives; the linear programme that
    the toolkit solves comes close to them where the answers fit together.
    """
    from toolkit.design.weights.judged.best_worst import THRESHOLDS

    page = Page(text("ask.weights.working", language), hidden=True)
    k = len(measures)
    sums = BestWorstWorking(page.name, k, 2 <= k <= 9)
    for i, (one, cells) in enumerate(zip(measures, answers, strict=True)):
        _row(page, sums, i, one.name, ends, cells)
    best, worst, given, whole, agreed, back, ratio, limit, look = (sums.sum(key, False) for key in _KEYS)
    column = {c: sums.all(c, False) for c in range(NAME, WEIGHT + 1)}
    limits = [0.0, 0.0, *(THRESHOLDS[:, k - 3] if 3 <= k <= 9 else [0.0] * 7)]
    chosen = ",".join(f"{float(one):.4f}" for one in limits)
    formulas = {
        best: f"IFERROR(MATCH(1,{column[BEST]},0),0)",
        worst: f"IFERROR(MATCH(1,{column[WORST]},0),0)",
        given: f"SUM({column[GIVEN]})+({best}>0)+({worst}>0)",
        whole: f"IF(AND({best}>0,{worst}>0,{best}<>{worst},SUM({column[GOOD]})={k},{agreed}={back}),1,0)",
        agreed: f"SUMPRODUCT({column[WORST]},{column[OVER]})",
        back: f"SUMPRODUCT({column[BEST]},{column[UNDER]})",
        ratio: f"IF({whole}=1,MAX({column[APART]}),0)",
        limit: f"IF({whole}=1,CHOOSE({agreed},{chosen}),0)" if sums.published else "1",
        look: f"IF({ratio}>0,MATCH({ratio},{column[APART]},0),0)",
    }
    for row, formula in enumerate(formulas.values()):
        page.live(row, _SUMS, f"={formula}", "working", 0)
    return page, sums


def _row(
    page: Page,
    sums: BestWorstWorking,
    i: int,
    name: str,
    ends: tuple[str, str],
    cells: tuple[str, str],
) -> None:
    """One KPI; against itself the best (and the worst) counts 1, whether that is filled in or not."""
    page.label(i, NAME, name, "working")
    best, worst, over, under = (at(i, c) for c in (BEST, WORST, OVER, UNDER))
    whole, agreed, (low, high) = sums.sum("whole", False), sums.sum("agreed", False), SCALE
    for col, end in ((BEST, ends[0]), (WORST, ends[1])):
        page.live(i, col, f"=(TRIM({end})={at(i, NAME)})*1", "working", 0)
    for col, end, cell in ((OVER, best, cells[0]), (UNDER, worst, cells[1])):
        itself = f'IF(OR(TRIM({cell})="",{number_in(cell)}=1),1,0)'
        page.live(i, col, f"=IF({end}=1,{itself},{number_in(cell)})", "working", 0)
    fine = [
        f"OR(AND({end}=1,{read}=1),AND({end}=0,{read}>{low},{read}<={high},{read}=INT({read})))"
        for end, read in ((best, over), (worst, under))
    ]
    page.live(i, GOOD, f"=IF(AND({','.join(fine)}),1,0)", "working", 0)
    page.live(i, GIVEN, f"=({best}=0)*({over}>0)+({worst}=0)*({under}>0)", "working", 0)
    # Liang, Brunelli and Rezaei (2020): the input-based consistency ratio
    apart = f"ABS({over}*{under}-{agreed})/({agreed}*{agreed}-{agreed})"
    page.live(i, APART, f"=IF({whole}=1,{apart},0)", "working", 0)
    page.live(i, LOG, f"=IF({whole}=1,LN({over}*{under}),0)", "working", 0)
    span = f"SUM({sums.all(LOG, False)})/{sums.kpis}"
    middle = f"EXP(({span}+LN({under})-LN({over}))/2)"
    weight = f"IF({best}=1,EXP({span}),IF({worst}=1,1,{middle}))"
    page.live(i, WEIGHT, f"=IF({whole}=1,{weight},0)", "working", 0)
