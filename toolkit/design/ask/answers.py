"""The answers of everybody whose form came back: read from the engagement, or taken in after checking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.design.ask.match import kpi_meant
from toolkit.design.ask.questions import questionnaire
from toolkit.design.ask.read import Form, read_form
from toolkit.design.ask.taken import read_folder, take_in
from toolkit.design.ask.write import FOLDER
from toolkit.errors import Problems

_COLUMNS = {
    "scores": ("respondent", "role", "kpi", "question", "answer"),
    "comments": ("respondent", "role", "kpi", "comment"),
    "proposals": ("respondent", "proposal", "reason", "how", "kpi"),
    "returned": ("form", "respondent", "name", "role", "asked", "answered", "comments", "proposals"),
    "blank": ("respondent", "kpi", "question"),
}
_NUMBERS = {"answer": "float64", "asked": "int64", "answered": "int64"}
_COUNTS = {"comments": "int64", "proposals": "int64"}  # of the table of forms; elsewhere they are words


@dataclass(frozen=True)
class Answers:
    """What the forms say that came back.

    Parameters
    ----------
    scores : DataFrame
        respondent, role, kpi, question, answer (1 to 5); what was left blank is left out.
    comments : DataFrame
        respondent, role, kpi, comment.
    proposals : DataFrame
        respondent, proposal, reason, how, kpi: the id of the KPI probably meant, blank where none is like it.
    returned : DataFrame
        form, respondent, name, role, asked, answered, comments, proposals: a row a form, with counts.
    blank : DataFrame
        respondent, kpi, question: what was left blank.
    respondents : tuple of str
        Whose forms came back.
    forms : tuple of (str, str)
        Each file relative to the engagement with its SHA-256.

    Notes
    -----
    The tables name people. What leaves the consultant's hands is `summary`, and proposals and comments
    without their first column.
    """

    scores: pd.DataFrame
    comments: pd.DataFrame
    proposals: pd.DataFrame
    returned: pd.DataFrame
    blank: pd.DataFrame
    respondents: tuple[str, ...]
    forms: tuple[tuple[str, str], ...]


def load_answers(client: Engagement, about: str = "kpis") -> Answers:
    """Read the returned forms in `answers/<about>/` of an engagement; without any, all tables are empty.

    Parameters
    ----------
    client : Engagement
    about : str
        `kpis`.

    Raises
    ------
    DataError
        Every fault of every form, with its cell: it is no form of ours or of another engagement, a cell was
        changed that was not to be, an answer is off the scale, somebody sent two.
    """
    folder = client.folder / FOLDER / questionnaire(about).about
    return _tables(client, read_folder(folder, _reader(client, about)))


def collect_answers(client: Engagement, paths: Iterable[str | Path], about: str = "kpis") -> tuple[Path, ...]:
    """Take returned forms in: all of them into `answers/<about>/`, or none if anything in any is wrong.

    Parameters
    ----------
    client : Engagement
    paths : iterable of str or Path
        The files as they came back, whatever they are called. One that is there already is passed over.
    about : str

    Returns
    -------
    tuple of Path
        The files added.

    Raises
    ------
    DataError
        As `load_answers`, of the new forms and those there already.
    """
    folder = client.folder / FOLDER / questionnaire(about).about
    return take_in(paths, folder, _reader(client, about))


def _reader(client: Engagement, about: str) -> Callable[[Path, Problems], Form | None]:
    asked = questionnaire(about)
    return lambda path, problems: read_form(path, client.name, client.kpis, asked, problems)


def _tables(client: Engagement, forms: Sequence[Form]) -> Answers:
    rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in _COLUMNS}
    for form in forms:
        who, role = form.sent.respondent, form.sent.role
        for (kpi, question), answer in form.answers.items():
            if answer is None:
                rows["blank"].append((who, kpi, question))
            else:
                rows["scores"].append((who, role, kpi, question, answer))
        rows["comments"] += [(who, role, kpi, said) for kpi, said in form.comments.items()]
        for given in form.proposals:
            said = tuple(given.get(key, "") for key in ("name", "reason", "how"))
            rows["proposals"].append((who, *said, kpi_meant(said[0], client.kpis)))
        answered = sum(answer is not None for answer in form.answers.values())
        counts = (len(form.answers), answered, len(form.comments), len(form.proposals))
        rows["returned"].append((form.path.name, who, form.sent.name, role, *counts))
    tables = {name: _frame(name, found) for name, found in rows.items()}
    files = tuple((form.path.relative_to(client.folder).as_posix(), form.sha256) for form in forms)
    return Answers(**tables, respondents=tuple(form.sent.respondent for form in forms), forms=files)


def _frame(name: str, rows: list[tuple[object, ...]]) -> pd.DataFrame:
    numbers = _NUMBERS | (_COUNTS if name == "returned" else {})
    types = {column: numbers.get(column, "str") for column in _COLUMNS[name]}
    return pd.DataFrame(rows, columns=list(_COLUMNS[name])).astype(types)
