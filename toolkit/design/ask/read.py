"""One form that came back: held against what was sent, every fault with its cell; nothing is evaluated."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from toolkit.data.files.form_cells import FormSheet, cell_text, read_form_cells
from toolkit.design.ask.page import MARK, Sent, SentPage
from toolkit.design.ask.questions import Question, Questionnaire
from toolkit.design.ask.write import checksum
from toolkit.errors import Problems
from toolkit.faults import near

_SENT = TypeAdapter(Sent)
_MOST_EDITS = 5  # told one by one of a sheet; more of them mean that rows or columns were moved
_LONGEST = 2_000  # characters of a comment


@dataclass(frozen=True)
class Form:
    """A form that came back sound.

    Parameters
    ----------
    path : Path
        Where it was read from.
    content : bytes
        The whole file, as it was read.
    sent : Sent
        What it asks of whom.
    answers : dict
        (KPI, question) -> answer; None where it was left blank.
    comments : dict
        KPI -> comment.
    proposals : tuple of dict
        What the respondent proposes, field by field; blank rows left out.
    """

    path: Path
    content: bytes
    sent: Sent
    answers: Mapping[tuple[str, str], int | None]
    comments: Mapping[str, str]
    proposals: tuple[Mapping[str, str], ...]

    @property
    def sha256(self) -> str:
        """The file's checksum."""
        return hashlib.sha256(self.content).hexdigest()


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
    before = len(problems)
    if path.suffix.lower() != ".xlsx":
        problems.add("ask.not_xlsx", where=path.name, value=path.suffix or path.name)
        return None
    try:
        content = path.read_bytes()
    except OSError as error:
        problems.add("ask.unreadable", where=path.name, value=str(error.strerror or error))
        return None
    sheets = read_form_cells(content, path.name, problems)
    sent = None if sheets is None else _sent(sheets, path.name, engagement, kpis, asked, problems)
    if sheets is None or sent is None:
        return None
    taken = _Taken({}, {}, {})
    for page in sent.pages:
        _read_page(page, sheets.get(page.sheet), path.name, asked, taken, problems)
    for name in sheets.keys() - {MARK} - {page.sheet for page in sent.pages}:
        problems.add("ask.extra_sheet", where=path.name, value=name)
    if len(problems) > before:
        return None
    return Form(path, content, sent, taken.answers, taken.comments, tuple(taken.proposals.values()))


@dataclass(frozen=True)
class _Taken:
    """What is read off a form's pages."""

    answers: dict[tuple[str, str], int | None]
    comments: dict[str, str]
    proposals: dict[str, dict[str, str]]


def _sent(
    sheets: Mapping[str, FormSheet],
    where: str,
    engagement: str,
    kpis: Collection[str],
    asked: Questionnaire,
    problems: Problems,
) -> Sent | None:
    """What the hidden sheet says was sent, if it is whole, of this engagement and about this."""
    before = len(problems)
    mark = sheets.get(MARK)
    if mark is None:
        problems.add("ask.not_ours", where=where)
        return None
    said = {
        int(cell[1:]): value for cell, value in mark.values.items() if cell[0] == "A" and cell[1:].isdigit()
    }
    chunks = [str(said[row]) for row in sorted(said) if row > 1]
    content = "".join(chunk.removeprefix("|").removesuffix("|") for chunk in chunks)
    if len(said) != len(mark.values) or mark.formulas or said.get(1) != checksum(content):
        problems.add("ask.mark_changed", where=where)
        return None
    sent = _parsed(content)
    if sent is None:
        problems.add("ask.not_ours", where=where)
        return None
    if sent.engagement != engagement:
        problems.add("ask.other_client", where=where, value=sent.engagement)
    elif sent.about != asked.about:
        problems.add("ask.other_questions", where=where, value=sent.about)
    else:
        cells = [place for page in sent.pages for place in page.places.values()]
        known = {question.name for question in asked.questions}
        if not {field for what, _, field in cells if what == "answer"} <= known:
            problems.add("ask.not_ours", where=where)
        for kpi in dict.fromkeys(kpi for what, kpi, _ in cells if what in ("answer", "comment")):
            if kpi not in kpis:
                problems.add("ask.unknown_kpi", where=where, value=kpi, known=near(kpi, kpis))
    return sent if len(problems) == before else None


def _parsed(content: str) -> Sent | None:
    try:
        return _SENT.validate_python(json.loads(content))
    except (ValidationError, ValueError):
        return None


def _read_page(
    page: SentPage,
    sheet: FormSheet | None,
    file: str,
    asked: Questionnaire,
    taken: _Taken,
    problems: Problems,
) -> None:
    if sheet is None:
        problems.add("ask.no_sheet", where=file, value=page.sheet)
        return
    where = f"{file} · {page.sheet}"
    if _refuse_edits(page, sheet, where, problems):
        return  # of a sheet whose rows were moved nobody knows which answer is whose
    for cell, (what, subject, field) in page.places.items():
        if what in ("free", "shown"):
            continue
        value = sheet.values.get(cell)
        if cell in sheet.formulas:
            problems.add("ask.formula", where=where, column=cell, value=cell_text(value) or "–")
        elif what == "answer":
            question = asked.question(field)
            taken.answers[subject, field] = _answer(value, question, where, cell, problems)
        elif said := _said(value, where, cell, problems):
            if what == "comment":
                taken.comments[subject] = said
            else:
                taken.proposals.setdefault(subject, {})[field] = said


def _refuse_edits(page: SentPage, sheet: FormSheet, where: str, problems: Problems) -> bool:
    """Tell what was changed beside the cells to fill in; whether so much that the rest cannot be read."""
    edited = [
        (cell, found, text)
        for cell, text in page.locked.items()
        if (found := _plain(sheet.values.get(cell))) != text or cell in sheet.formulas
    ]
    for cell, found, text in edited[:_MOST_EDITS]:
        problems.add("ask.edited", where=where, column=cell, value=found or "–", sent=text)
    if more := edited[_MOST_EDITS:]:
        problems.add("ask.more_edited", where=where, value=len(more))
        return True
    for cell in sorted((sheet.values.keys() | sheet.formulas) - page.locked.keys() - page.places.keys()):
        problems.add("ask.extra", where=where, column=cell, value=_plain(sheet.values.get(cell)) or "–")
    return False


def _answer(value: object, question: Question, where: str, cell: str, problems: Problems) -> int | None:
    """An answer of the scale, also typed as text or in full width; None where it was left blank."""
    said = unicodedata.normalize("NFKC", cell_text(value)).strip()
    scale = {str(n): n for n in range(question.low, question.high + 1)}
    if said and (isinstance(value, bool) or said not in scale):
        limits: dict[str, Any] = {"low": question.low, "high": question.high}
        problems.add("ask.off_scale", where=where, column=cell, value=said, **limits)
    return scale.get(said)


def _said(value: object, where: str, cell: str, problems: Problems) -> str:
    """A comment's words in one line; one that is too long is refused, never cut in silence."""
    said = _plain(value)
    if len(said) > _LONGEST:
        problems.add("ask.too_long", where=where, column=cell, value=len(said), most=_LONGEST)
    return said


def _plain(value: object) -> str:
    """Words in one line without control characters, whatever program saved them."""
    kept = (c for c in cell_text(value) if c.isspace() or unicodedata.category(c) not in ("Cc", "Cs"))
    return " ".join("".join(kept).split())
