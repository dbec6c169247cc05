"""Forms for the tests: sent by the toolkit, filled in as people do with another program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from toolkit.data.engagement import Engagement
from toolkit.design.ask import load_answers, write_forms
from toolkit.errors import DataError, Problem
from toolkit.language import LANGUAGES, describe

KPIS = ("net_sales", "visits", "complaint_rate")
FIRST_ROW = 8  # of the KPIs on a form's second sheet, as a spreadsheet counts
COLUMNS = {"influence": "F", "clarity": "G", "gaming": "H", "comment": "I"}
PROPOSAL = {"name": "C", "reason": "D", "how": "E"}
FIRST_PROPOSAL = 6


def sent(client: Engagement, out: Path, who: str = "p001", language: str = "en", **more: Any) -> Path:
    """One person's form."""
    return write_forms(client, out, who, language, **{"kpis": KPIS, **more})[0]


def edited(path: Path, edit: Callable[[Any], None]) -> Path:
    """The workbook with something done to it in another program."""
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return path


def put(path: Path, sheet: int, cells: Mapping[str, Any]) -> Path:
    """The form with values in some cells of a sheet; text stays text, whatever it begins with."""

    def edit(book: Any) -> None:
        for at, value in cells.items():
            cell = book.worksheets[sheet][at]
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"

    return edited(path, edit)


def answered(path: Path, answers: Mapping[tuple[int, str], Any]) -> Path:
    """The form with answers by the KPI's place in the list, from 0, and the question (or `comment`)."""
    cells = {f"{COLUMNS[asked]}{FIRST_ROW + at}": value for (at, asked), value in answers.items()}
    return put(path, 1, cells)


def returned(client: Engagement, path: Path, name: str = "") -> Path:
    """The form put where returned ones lie."""
    folder = client.folder / "answers" / "kpis"
    folder.mkdir(parents=True, exist_ok=True)
    return path.rename(folder / (name or path.name))


def refused(client: Engagement) -> list[Problem]:
    """The problems of what came back, each with a wording and a remedy in both languages."""
    with pytest.raises(DataError) as error:
        load_answers(client)
    for problem in error.value.problems:
        for language in LANGUAGES:
            said = describe(problem, language)
            assert said != describe(problem, language, remedied=False)
            assert "{" not in said and "None" not in said, said
    return list(error.value.problems)
