"""Forms out: a workbook for each respondent, which says itself what it asks of whom."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import xlsxwriter
from xlsxwriter.workbook import Workbook

from toolkit.data.engagement import Engagement
from toolkit.data.files.form_cells import safe_name
from toolkit.design.ask.draw import Look, draw_page
from toolkit.design.ask.page import MARK, Page, Sent, Weighing, one_line
from toolkit.design.ask.questions import Questionnaire, questionnaire
from toolkit.design.ask.respondents import Respondent, find_respondents
from toolkit.design.ask.sheets import Cover, Subject, cover_page, kpi_cover, kpi_page, proposals_page, subject
from toolkit.errors import DataError, Problem, Problems
from toolkit.faults import near
from toolkit.language import pick

FOLDER = "answers"  # in the engagement; below it a folder for what was asked about
CHUNK = 2_000  # characters of a cell on the hidden sheet


def write_forms(
    client: Engagement,
    out: str | Path,
    respondents: str | Iterable[Respondent] = "all",
    language: str | None = None,
    about: str = "kpis",
    *,
    kpis: Iterable[str] | None = None,
    by: str = "",
    to: str = "",
) -> tuple[Path, ...]:
    """Write a form for each respondent: all of them, or none if anything is wrong.

    Parameters
    ----------
    client : Engagement
    out : str or Path
        A folder for the files; made if need be. One that holds workbooks already is refused: they may be
        filled in.
    respondents : str or iterable of Respondent
        As `find_respondents` reads it, or the people themselves.
    language : {'en', 'zh'}, optional
        The engagement's own by default.
    about : str
        What is asked about: `kpis`.
    kpis : iterable of str, optional
        Which KPIs; by default those that the engagement measures.
    by, to : str
        The deadline and whom to return the form to; both may be filled in on the form later.

    Returns
    -------
    tuple of Path
        The files, in the order of the respondents.

    Raises
    ------
    DataError
        Unknown KPIs or people, nobody or nothing to ask, a folder in use: all at once where they can be.
    """
    asked, out, language = questionnaire(about), Path(out), language or client.language
    people = find_respondents(client, respondents) if isinstance(respondents, str) else tuple(respondents)
    subjects = _subjects(client, kpis, language)
    refuse_folder(client, out)
    if not people:
        raise DataError(Problem("ask.no_respondents"))
    common = [kpi_page(asked, subjects, language)]
    common += [proposals_page(asked, language)] if asked.proposal else []
    answers = sum(place.what == "answer" for page in common for place in page.places)
    cover = kpi_cover(asked, answers, language)
    return write_all(client, out, people, Sending(asked, cover, tuple(common)), language, (by, to))


class Sending(NamedTuple):
    """What every respondent gets: the cover and the pages after it."""

    asked: Questionnaire
    cover: Cover
    pages: tuple[Page, ...]
    weighing: Weighing | None = None


def write_all(
    client: Engagement,
    out: Path,
    people: Sequence[Respondent],
    sending: Sending,
    language: str,
    told: tuple[str, str],
) -> tuple[Path, ...]:
    """Write a form for each respondent into a folder: all of them, or none."""
    out.mkdir(parents=True, exist_ok=True)
    names = [
        f"{safe_name(f'{who.respondent} {who.name}'.strip(), at)}.xlsx" for at, who in enumerate(people, 1)
    ]
    with TemporaryDirectory(dir=out, prefix=".forms-") as folder:
        for who, name in zip(people, names, strict=True):
            _write(Path(folder, name), client, who, sending, language, told)
        for name in names:
            Path(folder, name).replace(out / name)
    return tuple(out / name for name in names)


def _subjects(client: Engagement, kpis: Iterable[str] | None, language: str) -> list[Subject]:
    wanted = list(dict.fromkeys(client.measured if kpis is None else kpis))
    problems = Problems()
    for name in wanted:
        if name not in client.kpis:
            problems.add("ask.unknown_kpi", value=name, known=near(name, client.kpis))
    if not wanted:
        problems.add("ask.no_kpis")
    problems.raise_as(DataError)
    return [subject(client.kpis[name], language) for name in wanted]


def refuse_folder(client: Engagement, out: Path) -> None:
    """Refuse a folder where returned forms are kept, and one with workbooks that may be filled in."""
    if out.resolve().is_relative_to((client.folder / FOLDER).resolve()):
        raise DataError(Problem("ask.not_there", value=str(out)))
    if out.is_dir() and any(out.glob("*.xls*")):
        raise DataError(Problem("ask.folder_in_use", value=str(out)))


def _write(
    path: Path, client: Engagement, who: Respondent, sending: Sending, language: str, told: tuple[str, str]
) -> None:
    who = Respondent(who.respondent, one_line(who.name or who.respondent), one_line(who.role))
    company = pick(client.client, language) or client.name
    cover, filled = cover_page(sending.cover, company, who, *told, language)
    pages = [cover, *sending.pages]
    sent = Sent(
        "kpi-ask/1",
        sending.asked.about,
        client.name,
        *who,
        language,  # type: ignore[arg-type]
        tuple(page.sent for page in pages),
        sending.weighing,
    )
    # Whatever a name begins with, it is text.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        # The same form twice is the same file: no clock.
        book.set_properties({"title": sending.cover.title, "created": dt.datetime(2026, 1, 1)})
        look = Look(book, language)
        for page in pages:
            draw_page(book, look, page, sending.asked, language, filled if page is cover else None)
        _mark(book, sent)
        book.worksheets()[0].activate()


def _mark(book: Workbook, sent: Sent) -> None:
    """The hidden sheet: a checksum, then what was sent in cells between bars, which no program trims."""
    sheet = book.add_worksheet(MARK)
    content = json.dumps(asdict(sent), separators=(",", ":"))  # plain ASCII
    sheet.write_string(0, 0, checksum(content))
    for row, at in enumerate(range(0, len(content), CHUNK), 1):
        sheet.write_string(row, 0, f"|{content[at : at + CHUNK]}|")
    sheet.very_hidden()


def checksum(content: str) -> str:
    """What shows that the hidden sheet is as it was written."""
    return hashlib.sha256(content.encode("utf-8")).hexdigest()
