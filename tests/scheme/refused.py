"""What every test of a refusal needs: the problems raised, each with words in both languages."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from tests.scheme.documents import KPIS, SCHEME
from toolkit.errors import Problem, SchemeError
from toolkit.language import LANGUAGES, describe, texts
from toolkit.periods import Calendar
from toolkit.scheme import Schemes, build_scheme


def one_scheme(data: dict[str, Any], calendar: Calendar | None = None) -> Schemes:
    return Schemes((build_scheme(data),), calendar or Calendar(), KPIS)


def check_wording(problem: Problem) -> None:
    """The problem reads well in both languages: no braces left, Chinese is Chinese, a remedy follows."""
    for language in LANGUAGES:
        said = describe(problem, language)
        assert not re.search(r"\{\w*\}|None", said), said
        assert str(texts()[problem.code]["remedy"][language]).split("{")[0] in said  # type: ignore[index]
        assert bool(re.search("[一-鿿]", said)) == (language == "zh")


def refused(call: Any) -> tuple[Problem, ...]:
    with pytest.raises(SchemeError) as error:
        call()
    for problem in error.value.problems:
        check_wording(problem)
    return error.value.problems


def with_changes(changes: dict[str, Any]) -> dict[str, Any]:
    """The valid scheme with the places of a mapping changed, in order."""
    data: Any = copy.deepcopy(SCHEME)
    for address, value in changes.items():
        here = data
        *above, last = [int(part) if part.isdecimal() else part for part in address.split(".")]
        for part in above:
            here = here[part]
        here[last] = value
    return data
