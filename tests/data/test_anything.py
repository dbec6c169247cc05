"""Whatever stands in the files: an engagement is loaded and measured, or refused in words."""

import copy
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.data.helpers import DOCUMENT, FILES, explained, put, write
from toolkit.data.load import load_engagement
from toolkit.data.panel.measure import measure
from toolkit.errors import DataError

WHOLE = (
    DOCUMENT
    + """\
files: {lines: {file: data/deals.csv, separator: ","}}
kpis:
  own:
    name: {en: Own, zh: 自定}
    category: result
    unit: count
    direction: higher
    numerator: {table: deals, sql: count(*), date: closed_on, owner: participant}
background: {en: Before, zh: 此前}
problems: [{text: {en: Vague}, source: interviews}]
other_changes: [{text: {en: Prices}, from: 2026-03-01}]
"""
)
ODD: list[Any] = [
    None, [], {}, "", 0, -1, True, "x", dt.date(2026, 1, 1), [None], {"en": None}, "sum(amount", "../..",
    "\0", 1e308, [[1]], {"x": {"y": 1}}, dt.datetime(2026, 1, 1, 3),
]  # fmt: skip
BITS = [
    '"', "'", ",", "\n", "\r", "\0", "\t", " ", "\u3000", "；", "－", "９", "1e999", "-0", "9" * 40, "NaN",
    "2026-13-45", "9999-12-31", "=1+1", "{x}", "%s", "\ufeff", "𠮷", "won", "p1", "\u2028", "--",
    ";DROP TABLE deals", "\\",
]  # fmt: skip
few = settings(max_examples=14, suppress_health_check=[HealthCheck.function_scoped_fixture])


def addresses(data: Any, at: tuple = ()) -> Iterator[tuple]:
    """Every place in a document."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*at, key)
        yield from addresses(value, (*at, key))


def loads_or_says_why(folder: Path) -> bool:
    """Whether it loads; a refusal is explained in both languages."""
    try:
        panel = measure(load_engagement(folder))
    except DataError as error:
        for problem in error.problems:
            explained(problem)
        return False
    assert (panel["value"].isna() == (panel["missing"] != "")).all()
    return True


@few
@given(at=st.sampled_from(list(addresses(yaml.safe_load(WHOLE)))), value=st.sampled_from(ODD))
def test_any_value_in_any_place_of_the_document(tmp_path: Path, at: tuple, value: Any) -> None:
    data = copy.deepcopy(yaml.safe_load(WHOLE))
    here = data
    for key in at[:-1]:
        here = here[key]
    here[at[-1]] = value
    document = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    assert loads_or_says_why(write(tmp_path, engagement=document)) in (True, False)


@few
@given(
    name=st.sampled_from(["data/deals.csv", "data/people.csv", "data/targets.csv", "data/activities.csv"]),
    where=st.floats(0, 1), length=st.sampled_from([0, 0, 1, 5, 30]), bit=st.sampled_from(BITS),
)  # fmt: skip
def test_any_text_in_any_place_of_the_data(
    tmp_path: Path, name: str, where: float, length: int, bit: str
) -> None:
    content = FILES[name]
    at = int(where * len(content))
    put(write(tmp_path), name, content[:at] + bit + content[at + length :])
    assert loads_or_says_why(tmp_path) in (True, False)


@pytest.mark.parametrize("document", [WHOLE, DOCUMENT], ids=["whole", "small"])
def test_the_documents_themselves_load(tmp_path: Path, document: str) -> None:
    assert loads_or_says_why(write(tmp_path, engagement=document))
