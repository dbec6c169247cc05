"""The pairwise form: a row a pair, how well the answers fit together, the weights that follow."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from toolkit.design.ask.page import FIRST, Page
from toolkit.design.ask.sheets import height
from toolkit.design.ask.weighing.common import (
    HEAD,
    TOP,
    begin,
    chosen_from,
    heads,
    number_from,
    share,
    tinted,
)
from toolkit.design.ask.weighing.measures import Weighed
from toolkit.design.ask.weighing.phrases import at, first_true, listed, quoted, sentence
from toolkit.design.ask.weighing.read_pairs import pair_key
from toolkit.design.ask.weighing.said import SCALE
from toolkit.design.ask.weighing.working import Working, working_page
from toolkit.language import text

_WIDTHS = (5.0, 26.0, 26.0, 10.0, 26.0, 40.0, 3.0, 26.0, 9.0, 18.0)
_A, _MORE, _TIMES, _B, _WORDS = range(FIRST + 1, FIRST + 6)
_NAME, _SHARE = FIRST + 7, FIRST + 8


def pairs_pages(measures: Sequence[Weighed], language: str) -> list[Page]:
    """The page to fill in and the hidden one that computes."""
    pairs = list(combinations(measures, 2))
    sheet = text("ask.weights.pairwise.sheet", language)
    cells = [(at(TOP + p, _MORE, sheet), at(TOP + p, _TIMES, sheet)) for p in range(len(pairs))]
    hidden, working = working_page(measures, cells, language)
    lines = [
        ("answered", _answered(working, language), text("ask.of", language, answered=0, asked=len(pairs))),
        ("fit", _fit(working, measures, language), text("ask.weights.live.none", language)),
        ("look", _look(working, language), "–"),
    ]
    page = begin("pairwise", language, _WIDTHS, _WORDS, lines)
    good = f"AND({working.connected}=1,{working.limit}>0,{working.ratio}<={working.limit})"
    bad = f"AND({working.limit}>0,{working.ratio}>{working.limit})"
    tinted(page, 3, good, bad)
    tinted(page, 2, f"{working.answered}={len(pairs)}", f"{working.unfinished}>0")
    heads(page, ("number", "first", "more", "times", "second", "words", "", "kpi", "weight"), language)
    for p, (first, second) in enumerate(pairs):
        _pair(page, working, p, first, second, language)
    for i, one in enumerate(measures):
        page.label(TOP + i, _NAME, one.name, "name")
        share(page, TOP + i, _SHARE, f'=IF({working.connected}=1,{working.shares[i]},"")')
        page.heights[TOP + i] = max(page.heights.get(TOP + i, 24), height(one.name, _WIDTHS[7]) + 5)
    page.tint(TOP, _SHARE + 1, TOP + len(measures) - 1, "bar")
    page.heights[HEAD] = 34
    return [page, hidden]


def _pair(page: Page, working: Working, p: int, first: Weighed, second: Weighed, language: str) -> None:
    row, key = TOP + p, pair_key(first.measure, second.measure)
    page.label(row, FIRST, str(p + 1), "number")
    page.label(row, _A, first.name, "name")
    page.place(row, _MORE, "answer", key, "more")
    page.place(row, _TIMES, "answer", key, "times")
    page.label(row, _B, second.name, "other")
    page.live(row, _WORDS, f"={_in_words(working, p, row, language)}", "remark")
    title = text("ask.weights.head.more", language)
    told = text("ask.weights.pairwise.choose", language)
    page.offer(row, _MORE, row, chosen_from(working.choices(p), title, told))
    title, told = text("ask.weights.head.times", language), text("ask.weights.pairwise.scale", language)
    page.offer(row, _TIMES, row, number_from(*SCALE, title, told))
    lines = max(height(one.name, _WIDTHS[1]) for one in (first, second))
    page.heights[row] = max(30.0, lines + 5)


def _in_words(working: Working, p: int, row: int, language: str) -> str:
    """An answer read back in words, or what is still lacking of it."""
    which = f"TRIM({at(row, _MORE)})"
    a, same, b, state, count, log = (
        working.of_pair(p, what) for what in ("a", "same", "b", "state", "times", "log")
    )
    name = f"IF({log}>0,{a},{b})"
    said = sentence("ask.weights.live.judged", language, name=name, word=working.word(count))
    both = sentence(
        "ask.weights.live.judged", language, name=f"{a}&{quoted(' = ')}&{b}", word=working.word("1")
    )
    lacking = {
        name: quoted(text(f"ask.weights.lacking.{name}", language))
        for name in ("which", "choose", "equal", "times")
    }
    return first_true(
        (f"{state}=0", '""'),
        (f"AND({state}=1,{which}={same})", both),
        (f"{state}=1", said),
        (f'{which}=""', lacking["which"]),
        (f"{which}={same}", lacking["equal"]),
        (f"OR({which}={a},{which}={b})", lacking["times"]),
        otherwise=lacking["choose"],
    )


def _answered(working: Working, language: str) -> str:
    done = sentence("ask.of", language, answered=working.answered, asked=str(working.pairs))
    unfinished = sentence("ask.weights.live.unfinished", language, done=done, n=working.unfinished)
    return f"=IF({working.unfinished}>0,{unfinished},{done})"


def _fit(working: Working, measures: Sequence[Weighed], language: str) -> str:
    """In words whether the answers fit together, or why that cannot be said yet."""
    apart = [(f"{cell}=0", at(TOP + j, _NAME)) for j, cell in enumerate(working.linked) if j]
    names = listed(apart, text("phrase.join", language))
    values = {"ratio": f"FIXED({working.ratio},3)", "limit": f"FIXED({working.limit},3)"}
    return "=" + first_true(
        (f"{working.answered}=0", quoted(text("ask.weights.live.none", language))),
        (
            f"{working.connected}=0",
            sentence("ask.weights.live.apart", language, first=at(TOP, _NAME), names=names),
        ),
        (f"{len(measures)}=2", quoted(text("ask.weights.live.two", language))),
        (f"{working.limit}<0.000001", quoted(text("ask.weights.live.tree", language))),
        (f"{working.ratio}<={working.limit}", sentence("ask.weights.live.good", language, **values)),
        otherwise=sentence("ask.weights.live.again", language, **values),
    )


def _look(working: Working, language: str) -> str:
    """The pair that fits least, with what the other answers point to; a dash where all is well."""
    told = sentence(
        "ask.weights.live.pair",
        language,
        no=working.worst,
        now=working.worst_pair("says"),
        then=working.worst_pair("points"),
    )
    doubt = f"AND({working.limit}>0.000001,{working.ratio}>{working.limit},{working.connected}=1)"
    return f'=IF(AND({doubt},{working.worst}>0),{told},"–")'
