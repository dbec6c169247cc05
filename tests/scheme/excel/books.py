"""Workbooks for the tests: written by the toolkit, changed as a person changes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.scheme.everything import EVERYTHING, KPIS
from toolkit.errors import Problem, SchemeError
from toolkit.language import LANGUAGES, describe
from toolkit.scheme import Scheme, build_scheme
from toolkit.scheme.excel import scheme_from_excel, scheme_to_excel

ALL = build_scheme(EVERYTHING)


def written(folder: Path, language: str = "en", scheme: Scheme = ALL) -> Path:
    """The workbook of the scheme that says everything."""
    return scheme_to_excel(scheme, folder / "scheme.xlsx", language, KPIS)


def edited(path: Path, edit: Callable[[Any], None]) -> Path:
    """The workbook with something done to it in another program."""
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return path


def put(path: Path, sheet: str, **cells: Any) -> Path:
    """The workbook with other values in some cells of a sheet."""

    def edit(book: Any) -> None:
        for cell, value in cells.items():
            book[sheet][cell].value = value

    return edited(path, edit)


def refused(path: Path) -> list[Problem]:
    """The problems of a workbook, each with a wording in both languages."""
    with pytest.raises(SchemeError) as error:
        scheme_from_excel(path)
    for problem in error.value.problems:
        for language in LANGUAGES:
            said = describe(problem, language)
            assert "{" not in said and "None" not in said, said
    return list(error.value.problems)
