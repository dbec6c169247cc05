"""What each rule found in the tests that are about it: a pytest plugin for a run of its own (see test_cards).

A test is about a rule when its own lines, decorators included, or its parameters name the code or the slug.
"""

import dataclasses
import functools
import inspect
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from toolkit.review.lint import look
from toolkit.review.lint.look import Hit, Look, Rule

TO = "KPI_LINT_SEEN"
_seen: dict[str, dict[str, Any]] = {}
_about: list[str] = [""]
_register = look.rule


class Limits(dict[str, float]):
    """A rule's parameters, noting which are read."""

    def __init__(self, code: str, limits: Mapping[str, float]) -> None:
        super().__init__(limits)
        self.code = code

    def __getitem__(self, name: str) -> float:
        if name not in (read := _of(self.code)["read"]):
            read.append(name)
        return super().__getitem__(name)


def watched(code: str) -> Callable[[Rule], Rule]:
    """`look.rule`, with every run of the rule noted."""

    def register(found: Rule) -> Rule:
        @functools.wraps(found)
        def run(seen_by: Look) -> Iterator[Hit]:
            hits = list(found(dataclasses.replace(seen_by, limits=Limits(code, seen_by.limits))))
            note(code, found.__name__, hits)
            yield from hits

        return _register(code)(run)

    return register


def _of(code: str) -> dict[str, Any]:
    return _seen.setdefault(code, {"found": 0, "passed": 0, "values": [], "read": []})


def note(code: str, slug: str, hits: list[Hit]) -> None:
    one = _of(code)
    for hit in hits:
        if (names := sorted(hit.values)) not in one["values"]:
            one["values"].append(names)
    if re.search(rf"\b({code}|{slug})\b", _about[0]):
        one["found" if hits else "passed"] += 1


look.rule = watched


def pytest_runtest_setup(item: pytest.Item) -> None:
    function = getattr(item, "function", None)
    params = getattr(getattr(item, "callspec", None), "params", {})
    _about[0] = (inspect.getsource(function) if function else "") + repr(params)


def pytest_sessionfinish() -> None:
    Path(os.environ[TO]).write_text(json.dumps(_seen), encoding="utf-8")
