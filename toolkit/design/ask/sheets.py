"""A form's three sheets: what it is for and how to fill it in, the KPIs with their questions, proposals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from toolkit.catalogue.kpi import Kpi
from toolkit.design.ask.page import FIRST, Page
from toolkit.design.ask.questions import Questionnaire
from toolkit.design.ask.respondents import Respondent
from toolkit.language import has_text, number, pick, text

KPI_ROW = 7  # of the first KPI, from 0; above it title, hints, headings, questions, ends of the scale
_PROPOSAL_ROW = 5
_LINE = 15.0  # points that a line of text is high
_LATIN, _LETTER, _CHINESE = 0x2E7F, 0.95, 2.0  # a character's width in a spreadsheet's units
_SECONDS = 25  # that a question takes; a pilot reader's pace, rounded up
COVER_WIDTHS = (20.0, 27.0, 27.0, 27.0)
_KPI_WIDTHS = (5.0, 25.0, 42.0, 24.0)  # number, name, what is counted, source
_ANSWER, _COMMENT = 16.0, 34.0
_HOW, _PRIVATE = 4, 3  # sentences


class Subject(NamedTuple):
    """A KPI as a form shows it."""

    kpi: str
    name: str
    means: str
    source: str


def subject(kpi: Kpi, language: str) -> Subject:
    """A KPI's name, what is counted in words, and where its data come from.

    Examples
    --------
    >>> from toolkit.catalogue.load import load_catalogue
    >>> subject(load_catalogue()["visits"], "en")
    Subject(kpi='visits', name='Customer visits', means='Visits done in the period', source='activities')
    """
    name = pick(kpi.name, language).partition("（")[0].partition(" (")[0]
    means = pick(kpi.formula, language) or pick(kpi.needs, language) or name
    if kpi.direction == "lower":
        lower = text("ask.kpis.lower", language)
        means += f"（{lower}）" if language == "zh" else f" ({lower})"
    tables = dict.fromkeys(part.table for part in (kpi.numerator, kpi.denominator) if part is not None)
    named = [text(f"table.{t}", language) if has_text(f"table.{t}") else t for t in tables]
    source = text("phrase.join", language).join(named) or text("ask.supplied", language)
    return Subject(kpi.kpi, name, means, source)


class Cover(NamedTuple):
    """What a form's first sheet says; `table` adds rows to it from one on, and gives the next free one."""

    title: str
    purpose: str
    how: tuple[str, ...]
    private: tuple[str, ...]
    table: Callable[[Page, int], int]


def kpi_cover(asked: Questionnaire, answers: int, language: str) -> Cover:
    """The cover of a form with so many answers: what is asked and why, and what the scores mean."""
    minutes = number(max(-(-answers * _SECONDS // 60 // 5) * 5, 5), language)
    how, private = (
        tuple(text(f"ask.{key}_{i}", language) for i in range(1, count + 1))
        for key, count in (("how", _HOW), ("private", _PRIVATE))
    )
    title, purpose = asked.say("title", language), asked.say("purpose", language, minutes=minutes)
    return Cover(title, purpose, how, private, lambda page, row: _scale(page, row, asked, language))


def cover_page(
    cover: Cover, client: str, who: Respondent, by: str, to: str, language: str
) -> tuple[Page, dict[tuple[int, int], str]]:
    """What is asked and why, by when, how to fill it in, what happens with it, and what the scores mean.

    Returns
    -------
    page : Page
    filled : dict
        What already stands in cells that anybody may change: the deadline and whom to return it to.
    """
    page = Page(text("ask.cover", language), portrait=True)
    page.widths = dict(enumerate(COVER_WIDTHS, FIRST))
    last = FIRST + len(COVER_WIDTHS) - 1
    page.label(1, FIRST, cover.title, "title", last)
    page.label(2, FIRST, cover.purpose, "body", last)
    page.heights |= {1: 30, 2: height(cover.purpose, sum(COVER_WIDTHS)) + 6}
    name = who.name if who.name == who.respondent else f"{who.name} · {who.respondent}"
    row = 4
    for key, said in (("client", client), ("from", name)):
        page.label(row, FIRST, text(f"ask.{key}", language), "key")
        page.label(row, FIRST + 1, said, "value", last)
        row += 1
    filled = {}
    for key, said in (("by", by), ("to", to)):
        page.label(row, FIRST, text(f"ask.{key}", language), "key")
        page.place(row, FIRST + 1, "free")
        filled[row, FIRST + 1] = one if (one := said.strip()) else ""
        row += 1
    page.heights |= dict.fromkeys(range(4, row), 20)
    row = _sentences(page, row + 1, text("ask.how", language), cover.how, last)
    row = cover.table(page, row)
    _sentences(page, row, text("ask.private", language), cover.private, last)
    return page, filled


def _sentences(page: Page, row: int, head: str, sentences: Sequence[str], last: int) -> int:
    page.label(row, FIRST, head, "head_left", last)
    page.heights[row] = 20
    for i, sentence in enumerate(sentences, 1):
        said = f"{i}. {sentence}"
        page.label(row + i, FIRST, said, "body", last)
        page.heights[row + i] = height(said, sum(COVER_WIDTHS)) + 3
    return row + len(sentences) + 2


def _scale(page: Page, row: int, asked: Questionnaire, language: str) -> int:
    """A table of what each score means, a column a question."""
    described = {q.name: dict(asked.described(q, language)) for q in asked.questions}
    scores = sorted({n for answers in described.values() for n in answers})
    if not scores:
        return row
    page.label(row, FIRST, asked.say("scale", language), "head_left")
    page.heights[row] = 20
    for j, question in enumerate(asked.questions, FIRST + 1):
        page.label(row, j, asked.say(question.name, language), "head_left")
    for i, n in enumerate(scores, row + 1):
        page.label(i, FIRST, str(n), "score")
        said = [described[q.name].get(n, "") for q in asked.questions]
        for j, one in enumerate(said, FIRST + 1):
            page.label(i, j, one, "row")
        page.heights[i] = max(height(one, COVER_WIDTHS[1]) for one in said) + 3
    return row + len(scores) + 2


def kpi_page(asked: Questionnaire, subjects: Sequence[Subject], language: str) -> Page:
    """A row a KPI: what it is, where it comes from, a cell for each question, and a comment."""
    page = Page(asked.say("sheet", language), freeze=(KPI_ROW, FIRST + 2), repeat=(KPI_ROW - 3, KPI_ROW - 1))
    answers = range(FIRST + len(_KPI_WIDTHS), FIRST + len(_KPI_WIDTHS) + len(asked.questions))
    comment = answers.stop
    page.widths = dict(enumerate(_KPI_WIDTHS, FIRST)) | dict.fromkeys(answers, _ANSWER) | {comment: _COMMENT}
    page.label(0, FIRST, asked.say("title", language), "title")
    page.label(1, FIRST, asked.say("hint", language), "hint")
    page.label(2, FIRST + 2, text("ask.answered", language), "right")
    page.place(2, FIRST + 3, "shown")
    heads = [text("ask.head_number", language)]
    heads += [asked.say(f"head_{name}", language) for name in ("name", "means", "source")]
    heads += [asked.say(question.name, language) for question in asked.questions]
    heads += [text("ask.head_comment", language)]
    for j, head in enumerate(heads, FIRST):
        page.label(KPI_ROW - 3, j, head, "head" if j in answers or j == FIRST else "head_left")
        if j not in answers:
            page.label(KPI_ROW - 2, j, "", "asks")
            page.label(KPI_ROW - 1, j, "", "ends")
    for j, question in zip(answers, asked.questions, strict=True):
        page.label(KPI_ROW - 2, j, asked.say(f"{question.name}.asks", language), "asks")
        key = f"ask.{asked.about}.{question.name}.ends"
        ends = text(key, language) if has_text(key) else f"{question.low}–{question.high}"
        page.label(KPI_ROW - 1, j, ends, "ends")
    asks = [asked.say(f"{question.name}.asks", language) for question in asked.questions]
    page.heights |= {0: 28, 1: 18, KPI_ROW - 3: 22}
    page.heights[KPI_ROW - 2] = max(height(said, _ANSWER * 0.9) for said in asks) + 3
    for i, kpi in enumerate(subjects):
        row = KPI_ROW + i
        for j, said in enumerate((str(i + 1), kpi.name, kpi.means, kpi.source), FIRST):
            page.label(row, j, said, ("number", "name", "row", "row_grey")[j - FIRST])
        for j, question in zip(answers, asked.questions, strict=True):
            page.place(row, j, "answer", kpi.kpi, question.name)
        page.place(row, comment, "comment", kpi.kpi)
        lines = zip(kpi[1:], _KPI_WIDTHS[1:], strict=True)
        page.heights[row] = max(24.0, *(height(said, width) + 5 for said, width in lines))
    return page


def proposals_page(asked: Questionnaire, language: str) -> Page:
    """Rows for KPIs that the respondent proposes."""
    page = Page(asked.say("proposals", language), freeze=(_PROPOSAL_ROW, 0))
    page.widths = {FIRST: 5.0} | dict.fromkeys(range(FIRST + 1, FIRST + 1 + len(asked.proposal)), 44.0)
    page.label(0, FIRST, asked.say("proposals_title", language), "title")
    page.label(1, FIRST, asked.say("proposals_hint", language), "hint")
    page.label(_PROPOSAL_ROW - 1, FIRST, text("ask.head_number", language), "head")
    for j, name in enumerate(asked.proposal, FIRST + 1):
        page.label(_PROPOSAL_ROW - 1, j, asked.say(f"proposal.{name}", language), "head_left")
    for i in range(asked.proposals):
        row = _PROPOSAL_ROW + i
        page.label(row, FIRST, str(i + 1), "number")
        for j, name in enumerate(asked.proposal, FIRST + 1):
            page.place(row, j, "proposal", str(i + 1), name)
        page.heights[row] = 48
    page.heights |= {0: 28, 1: 18, _PROPOSAL_ROW - 1: 22}
    return page


def height(said: str, width: float) -> float:
    """Points that a text needs in a cell of a width, with some room, as words break before the edge."""
    needed = sum(_CHINESE if ord(c) > _LATIN else _LETTER for c in said)
    return max(-(-needed // width), 1.0) * _LINE
