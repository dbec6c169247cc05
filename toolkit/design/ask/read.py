"""One form about KPIs that came back: its answers, comments and proposals, every fault with its cell."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.design.ask.opened import Filled, Opened, comment, open_form
from toolkit.design.ask.page import Sent
from toolkit.design.ask.questions import Question, Questionnaire
from toolkit.errors import Problems
from toolkit.faults import near


@dataclass(frozen=True)
class Form(Opened):
    """A form that came back sound.

    Parameters
    ----------
    path, content, sent, cells
        As it was opened.
    answers : dict
        (KPI, question) -> answer; None where it was left blank.
    comments : dict
        KPI -> comment.
    proposals : tuple of dict
        What the respondent proposes, field by field; blank rows left out.
    """

    answers: Mapping[tuple[str, str], int | None]
    comments: Mapping[str, str]
    proposals: tuple[Mapping[str, str], ...]


def read_form(
    path: Path, engagement: str, kpis: Collection[str], asked: Questionnaire, problems: Problems
) -> Form | None:
    """Read one form; None, with every fault in `problems`, where anything about it is wrong.

    Parameters
    ----------
    path : Path
    engagement : str
        The name of the engagement it must be of.
    kpis : collection of str
        The KPIs that are known there.
    asked : Questionnaire
    problems : Problems
    """

    def fits(sent: Sent, where: str, problems: Problems) -> None:
        cells = [place for page in sent.pages for place in page.places.values()]
        known = {question.name for question in asked.questions}
        if not {field for what, _, field in cells if what == "answer"} <= known:
            problems.add("ask.not_ours", where=where)
        for kpi in dict.fromkeys(kpi for what, kpi, _ in cells if what in ("answer", "comment")):
            if kpi not in kpis:
                problems.add("ask.unknown_kpi", where=where, value=kpi, known=near(kpi, kpis))

    before = len(problems)
    opened = open_form(path, engagement, asked.about, problems, fits)
    if opened is None:
        return None
    answers: dict[tuple[str, str], int | None] = {}
    comments: dict[str, str] = {}
    proposals: dict[str, dict[str, str]] = {}
    for cell in opened.cells:
        if cell.what == "answer":
            answers[cell.subject, cell.asked] = _answer(cell, asked.question(cell.asked), problems)
        elif said := comment(cell, problems):
            if cell.what == "comment":
                comments[cell.subject] = said
            else:
                proposals.setdefault(cell.subject, {})[cell.asked] = said
    if len(problems) > before:
        return None
    return Form(path, opened.content, opened.sent, opened.cells, answers, comments, tuple(proposals.values()))


def _answer(cell: Filled, question: Question, problems: Problems) -> int | None:
    """An answer of the scale, also typed as text or in full width; None where it was left blank."""
    scale = {str(n): n for n in range(question.low, question.high + 1)}
    if cell.typed and (isinstance(cell.value, bool) or cell.typed not in scale):
        limits: dict[str, Any] = {"low": question.low, "high": question.high}
        problems.add("ask.off_scale", where=cell.where, column=cell.cell, value=cell.typed, **limits)
    return scale.get(cell.typed)
