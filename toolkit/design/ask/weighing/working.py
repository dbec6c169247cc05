"""The hidden sheet of a pairwise form: weights, consistency and the pair that fits least, all by formula.

Saaty's eigenvector by squaring the matrix again and again. With pairs left blank the weights are those of
least squares on logs, as `ahp` has them, and fill the blanks in; the consistency ratio is then within 0.001
of the least that any filling gives.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from toolkit.design.ask.page import Page
from toolkit.design.ask.weighing.measures import Weighed
from toolkit.design.ask.weighing.phrases import area, at, first_true, number_in, sentence
from toolkit.design.ask.weighing.said import SCALE
from toolkit.language import text

_WORDS, _EQUAL, _SUMS = 0, (0, 1), 3  # columns of the words and the sums, the cell of "equal"
_PAIRS = 12  # row of the first pair
_A, _SAME, _B, _STATE, _TIMES, _LOG, _OFF, _FREE, _GAIN, _SAYS, _POINTS = range(11)
_SQUARINGS = 6  # the matrix to the power 64: further powers change nothing that is shown
_TINY = "0.000000001"


@dataclass(frozen=True)
class Working:
    """Where on the hidden sheet stands what the form shows."""

    sheet: str
    answered: str
    unfinished: str
    connected: str
    ratio: str
    limit: str
    worst: str
    shares: tuple[str, ...]
    linked: tuple[str, ...]
    pairs: int

    def of_pair(self, p: int, what: str) -> str:
        """A pair's cell: a, same, b, state, times, log, says or points."""
        columns = {"a": _A, "same": _SAME, "b": _B, "state": _STATE, "times": _TIMES, "log": _LOG}
        return at(_PAIRS + p, (columns | {"says": _SAYS, "points": _POINTS})[what], self.sheet)

    def choices(self, p: int) -> str:
        """The three answers that a pair's drop-down offers."""
        return f"={area(_PAIRS + p, _A, _PAIRS + p, _B, self.sheet)}"

    def worst_pair(self, what: str) -> str:
        """What the pair that fits least says, or what the others point to."""
        column = {"says": _SAYS, "points": _POINTS}[what]
        return f"INDEX({area(_PAIRS, column, _PAIRS + self.pairs - 1, column, self.sheet)},{self.worst})"

    def word(self, times: str) -> str:
        """Saaty's word for a number from 1 to 9."""
        return f"INDEX({area(0, _WORDS, SCALE[1] - 1, _WORDS, self.sheet)},{times})"


def working_page(
    measures: Sequence[Weighed], answers: Sequence[tuple[str, str]], language: str
) -> tuple[Page, Working]:
    """The sheet that computes, and where on it the results stand.

    Parameters
    ----------
    measures : sequence of Weighed
        Two or more.
    answers : sequence of (str, str)
        Of each pair the cells "which counts more" and "how many times", as formulas name them.
    language : str
    """
    page = Page(text("ask.weights.working", language), hidden=True)
    n, pairs = len(measures), list(combinations(range(len(measures)), 2))
    for i in range(SCALE[1]):
        page.label(i, _WORDS, text(f"ask.weights.times.{i + 1}", language), "working")
    page.label(*_EQUAL, text("ask.weights.equal", language), "working")
    for p, ((i, j), cells) in enumerate(zip(pairs, answers, strict=True)):
        _read_pair(page, p, measures[i].name, measures[j].name, cells, language)
    blocks = _Blocks(page, n, pairs)
    _reached(blocks)
    _solved(blocks)
    _powers(blocks)
    _residuals(page, blocks, pairs, language)
    return page, _summed(page, blocks, pairs)


def _read_pair(page: Page, p: int, first: str, second: str, cells: tuple[str, str], language: str) -> None:
    """A pair's state (1 answered, 0 blank, -1 unfinished), its number, and the log of its ratio."""
    row, (more, times) = _PAIRS + p, cells
    for col, said in ((_A, first), (_SAME, text("ask.weights.equal", language)), (_B, second)):
        page.label(row, col, said, "working")
    a, same, b, state, t = (at(row, col) for col in (_A, _SAME, _B, _STATE, _TIMES))
    which = f"TRIM({more})"
    good = f"AND({t}>=2,{t}<={SCALE[1]},{t}=INT({t}))"
    read = first_true(
        (f'AND({which}="",TRIM({times})="")', "0"),
        (f"{which}={same}", f'IF(OR(TRIM({times})="",{t}=1),1,-1)'),
        (f"OR({which}={a},{which}={b})", f"IF({good},1,-1)"),
        otherwise="-1",
    )
    page.live(row, _STATE, f"={read}", "working", 0)
    page.live(row, _TIMES, f"={number_in(times)}", "working", 0)
    log = f"IF({which}={same},0,IF({which}={a},LN({t}),-LN({t})))"
    page.live(row, _LOG, f"=IF({state}=1,{log},0)", "working", 0)
    says = f'IF({state}<>1,"",IF({which}={same},{same},{_times(which, t, language)}))'
    page.live(row, _SAYS, f"={says}", "working", "")


def _times(name: str, count: str, language: str) -> str:
    return sentence("ask.weights.live.times", language, name=name, n=count)


class _Blocks:
    """Square blocks of cells below the pairs, one under another."""

    def __init__(self, page: Page, n: int, pairs: Sequence[tuple[int, int]]) -> None:
        self.page, self.n, self.pairs = page, n, pairs
        self.rows: dict[str, int] = {}
        self._next = _PAIRS + len(pairs) + 1

    def begin(self, name: str, rows: int | None = None) -> int:
        """Room for a block; its first row."""
        self.rows[name] = self._next
        self._next += (rows or self.n) + 1
        return self.rows[name]

    def array(self, name: str, formula: str, cols: int | None = None) -> None:
        """A block that one formula fills."""
        self.page.live(self.begin(name), 0, f"{{={formula}}}", "working", 0, self.n, cols or self.n)

    def all(self, name: str, cols: int | None = None) -> str:
        """A block as formulas name it."""
        row = self.rows[name]
        return area(row, 0, row + self.n - 1, (cols or self.n) - 1)

    def cell(self, name: str, i: int, j: int) -> str:
        """A cell of a block."""
        return at(self.rows[name] + i, j)

    def answered(self, i: int, j: int) -> str:
        """Whether a pair is answered, as 1 or 0."""
        return f"({at(_PAIRS + self.pairs.index((min(i, j), max(i, j))), _STATE)}=1)*1"

    def log(self, i: int, j: int) -> str:
        """The log of a pair's ratio, 0 where it is blank."""
        return at(_PAIRS + self.pairs.index((i, j)), _LOG)

    def fill(self, name: str, cell: dict[tuple[int, int], str], start: float = 0) -> None:
        """A block of which every cell has its own formula."""
        row = self.begin(name)
        for (i, j), formula in cell.items():
            self.page.live(row + i, j, f"={formula}", "working", start)


def _reached(blocks: _Blocks) -> None:
    """Which KPIs a chain of comparisons links: the table of links to a power of at least n − 1."""
    every = range(blocks.n)
    links = {(i, j): "1" if i == j else blocks.answered(i, j) for i in every for j in every}
    blocks.fill("reached 0", links)
    steps = max(1, math.ceil(math.log2(max(blocks.n - 1, 2))))
    for step in range(steps):
        before = blocks.all(f"reached {step}")
        blocks.array(f"reached {step + 1}", f"SIGN(MMULT({before},{before}))")
    blocks.rows["reached"] = blocks.rows[f"reached {steps}"]


def _solved(blocks: _Blocks) -> None:
    """Least squares on logs: the Laplacian of the comparisons plus 1/n, its inverse, the weights' logs."""
    n, every = blocks.n, range(blocks.n)
    table = {
        (i, j): f"1/{n}-{blocks.answered(i, j)}"
        if i != j
        else f"1/{n}+" + "+".join(blocks.answered(i, k) for k in every if k != i)
        for i in every
        for j in every
    }
    blocks.fill("laplacian", table)
    sums = {
        (i, 0): "0"
        + "".join(f"+{blocks.log(i, j)}" for j in every if j > i)
        + "".join(f"-{blocks.log(j, i)}" for j in every if j < i)
        for i in every
    }
    blocks.fill("sums", sums)
    blocks.array("inverse", f"IFERROR(MINVERSE({blocks.all('laplacian')}),0)")
    blocks.array("logs", f"MMULT({blocks.all('inverse')},{blocks.all('sums', 1)})", 1)


def _powers(blocks: _Blocks) -> None:
    """The matrix, blanks filled in, and its power by squaring; each power is scaled to sum to 1."""
    cells: dict[tuple[int, int], str] = {(i, i): "1" for i in range(blocks.n)}
    row = blocks.begin("matrix")
    for p, (i, j) in enumerate(blocks.pairs):
        filled = f"{blocks.cell('logs', i, 0)}-{blocks.cell('logs', j, 0)}"
        cells[i, j] = f"EXP(IF({at(_PAIRS + p, _STATE)}=1,{blocks.log(i, j)},{filled}))"
        cells[j, i] = f"1/{at(row + i, j)}"
    for (i, j), formula in cells.items():
        blocks.page.live(row + i, j, f"={formula}", "working", 1)
    before = "matrix"
    for step in range(_SQUARINGS):
        squared = f"MMULT({blocks.all(before)},{blocks.all(before)})"
        before = f"power {step + 1}"
        blocks.array(before, f"{squared}/SUM({squared})")
    whole, every = blocks.all(before), range(blocks.n)
    vector = {
        (i, 0): f"SUM({blocks.cell(before, i, 0)}:{blocks.cell(before, i, blocks.n - 1)})/SUM({whole})"
        for i in every
    }
    blocks.fill("vector", vector, 1 / blocks.n)
    states = area(_PAIRS, _STATE, _PAIRS + len(blocks.pairs) - 1, _STATE)
    exponents = f"SUMPRODUCT(EXP({blocks.all('logs', 1)}))"
    shares = {
        (i, 0): f"IF(COUNTIF({states},1)={len(blocks.pairs)},{blocks.cell('vector', i, 0)},"
        f"EXP({blocks.cell('logs', i, 0)})/{exponents})"
        for i in every
    }
    blocks.fill("shares", shares, 1 / blocks.n)


def _residuals(page: Page, blocks: _Blocks, pairs: Sequence[tuple[int, int]], language: str) -> None:
    """How far each answer is from what the other answers imply, and how much better all fit without it.

    With the residual e and the leverage h of an answer, the others imply its log minus e/(1 − h), and the sum
    of squares falls by e²/(1 − h) without it (Cook and Weisberg 1982, section 2.2).
    """
    for p, (i, j) in enumerate(pairs):
        row = _PAIRS + p
        a, same, b, state, log, off, free, says, points = (
            at(row, col) for col in (_A, _SAME, _B, _STATE, _LOG, _OFF, _FREE, _SAYS, _POINTS)
        )
        x, y = (blocks.cell("logs", k, 0) for k in (i, j))
        ii, jj, ij = (blocks.cell("inverse", *k) for k in ((i, i), (j, j), (i, j)))
        page.live(row, _OFF, f"=IF({state}=1,{log}-({x}-{y}),0)", "working", 0)
        page.live(row, _FREE, f"=IF({state}=1,1-({ii}+{jj}-2*{ij}),0)", "working", 0)
        implied = f"({log}-{off}/{free})"
        count = f"MIN({SCALE[1]},ROUND(EXP(ABS({implied})),0))"
        name = f"IF({implied}>0,{a},{b})"
        told = f"IF({count}=1,{same},{_times(name, count, language)})"
        page.live(row, _POINTS, f'=IF({free}>{_TINY},{told},"")', "working", "")
        gain = f"IF({says}={points},0,{off}*{off}/{free})"
        page.live(row, _GAIN, f"=IF({free}>{_TINY},{gain},0)", "working", 0)


def _summed(page: Page, blocks: _Blocks, pairs: Sequence[tuple[int, int]]) -> Working:
    from toolkit.design.weights.judged.ahp import ACCEPTED, index_at_random

    n, last = blocks.n, _PAIRS + len(pairs) - 1
    states, gains = area(_PAIRS, _STATE, last, _STATE), area(_PAIRS, _GAIN, last, _GAIN)
    reached = [blocks.cell("reached", 0, j) for j in range(n)]
    answered, unfinished, connected, largest, ratio, limit, worst = (at(row, _SUMS) for row in range(7))
    spare = f"1-2*({len(pairs)}-{answered})/({(n - 1) * (n - 2)})" if n > 2 else "1"
    at_random = index_at_random(n) if n > 2 else 1.0
    formulas = {
        answered: f"COUNTIF({states},1)",
        unfinished: f"COUNTIF({states},-1)",
        connected: f"MIN({','.join(reached)})",
        largest: f"IF({connected}=1,SUMPRODUCT(MMULT({blocks.all('matrix')},{blocks.all('vector', 1)})),0)",
        ratio: f"IF({connected}=1,MAX(0,({largest}-{n})/{n - 1})/{at_random!r},0)" if n > 2 else "0",
        # Ágoston and Csató (2022): with pairs missing less is accepted; see `accepted_ratio`
        limit: f"{ACCEPTED!r}*MAX(0,{spare})",
        worst: f"IF(MAX({gains})>0,MATCH(MAX({gains}),{gains},0),0)",
    }
    for row, formula in enumerate(formulas.values()):
        page.live(row, _SUMS, f"={formula}", "working", 0)
    sheet = page.name

    def cell(row: int) -> str:
        return at(row, _SUMS, sheet)

    return Working(
        sheet,
        answered=cell(0),
        unfinished=cell(1),
        connected=cell(2),
        ratio=cell(4),
        limit=cell(5),
        worst=cell(6),
        shares=tuple(at(blocks.rows["shares"] + i, 0, sheet) for i in range(n)),
        linked=tuple(at(blocks.rows["reached"], j, sheet) for j in range(n)),
        pairs=len(pairs),
    )
