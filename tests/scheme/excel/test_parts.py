"""The workbook's smaller parts: what cells hold, how names are shown, what changes are told."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import toolkit
from tests.scheme.everything import EVERYTHING, KPIS
from tests.scheme.excel.books import ALL
from tests.scheme.strategy import AGREED
from toolkit.documents import load_document
from toolkit.errors import DataError
from toolkit.language import LANGUAGES, texts
from toolkit.periods import Calendar
from toolkit.scheme import Schemes, build_scheme, plain, replace_at
from toolkit.scheme.excel import changes, scheme_file
from toolkit.scheme.excel.agreed import as_cell, from_cell
from toolkit.scheme.excel.entries import ENTRIES, entries
from toolkit.scheme.excel.form import PARAMETERS, to_form
from toolkit.scheme.excel.look import number_format
from toolkit.scheme.excel.page import Place
from toolkit.scheme.excel.sizes import Sizes, sizes_of
from toolkit.scheme.excel.words import CHOICES, Unreadable, plain_text, read_value, word
from toolkit.scheme.scoring import RULES


@given(AGREED)
def test_whatever_was_agreed_fits_a_cell_and_comes_back(agreed: dict[str, Any]) -> None:
    assert {name: from_cell(as_cell(value)) for name, value in agreed.items()} == agreed


def test_lists_read_as_people_write_them() -> None:
    assert from_cell("[coaching, training, transfer review]") == ["coaching", "training", "transfer review"]
    assert from_cell('{days: 10, by: "HR, works council", since: 2026-01-01}') == {
        "days": 10,
        "by": "HR, works council",
        "since": dt.date(2026, 1, 1),
    }
    for wrong in ("[open", "[70%]", "[&a x, *a]", '"open'):
        with pytest.raises(DataError):
            from_cell(wrong)


@pytest.mark.parametrize(
    ("value", "kind", "read"),
    [
        ("", "number", None),
        ("   ", "text", None),
        ("1,234,567.5", "number", 1234567.5),
        ("-5", "number", -5.0),
        ("−5", "number", -5.0),
        ("12.5％", "ratio", 0.125),
        (0.1 + 0.2, "number", 0.3),  # a spreadsheet keeps 15 digits
        (3.0, "whole", 3),
        (2.5, "whole", 2.5),
        (2026.0, "text", "2026"),
        (dt.date(2026, 1, 1), "text", "2026-01-01"),
        (dt.datetime(2026, 1, 31), "day", dt.date(2026, 1, 31)),
        ("2026/1/31", "day", dt.date(2026, 1, 31)),
        (" A ", "either", "A"),
        ("80%", "either", 0.8),
    ],
)
def test_values_as_cells_hold_them(value: Any, kind: str, read: Any) -> None:
    found = read_value(value, kind)
    assert found == read and type(found) is type(read)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("1,23", "number"),
        ("1.2.3", "number"),
        ("inf", "number"),
        (True, "number"),
        ("3 %%", "ratio"),
        (45, "day"),
    ],
)
def test_values_of_another_kind(value: Any, kind: str) -> None:
    with pytest.raises(Unreadable):
        read_value(value, kind)


@pytest.mark.parametrize("choices", sorted(CHOICES))
def test_every_choice_is_read_in_both_languages_and_no_word_means_two(choices: str) -> None:
    said: dict[str, str] = {}
    for name in CHOICES[choices]:
        for language in LANGUAGES:
            shown = word(choices, name, language)
            found = read_value(f" {shown.upper()} ", "choice", choices)
            assert found == (name == "yes" if choices == "yes_no" else name)
            assert said.setdefault(plain_text(shown).casefold(), name) == name


def test_every_scoring_rule_has_its_places_and_their_names() -> None:
    assert set(PARAMETERS) == set(RULES)
    for kind, names in PARAMETERS.items():
        for name in names:
            assert f"excel.parameter.{kind}.{name}" in texts()


@pytest.mark.parametrize(
    ("value", "shape"), [(0.3, "0%"), (0.125, "0.0%"), (0.0075, "0.00%"), (None, "0%"), (1 / 3, "0.0000%")]
)
def test_shares_are_shown_in_percent_with_the_digits_they_have(value: Any, shape: str) -> None:
    form = {} if value is None else {("a",): value}
    assert number_format(Place(0, 0, ("a",), "ratio"), form) == shape


def test_points_are_percent_only_where_they_read_an_attainment() -> None:
    form = to_form(plain(ALL))
    shown = {
        i: number_format(Place(0, 0, ("measures", i, "points", 1, 0), "number"), form) for i in (3, 5, 6, 7)
    }
    assert shown == {3: "0%", 5: "General", 6: "General", 7: "0%"}
    assert number_format(Place(0, 0, ("pay", "rates", 0, "deal_cap"), "number"), form) == "#,##0"


@given(st.integers(0, 60), st.integers(0, 60))
def test_there_is_always_room_to_add(measures: int, points: int) -> None:
    sizes = sizes_of({("measures", measures, "name"): "a", ("measures", 0, "points", points, 0): 1.0})
    assert sizes.measures > measures + 1 and sizes.wide > points + 1
    assert sizes.gates == Sizes().gates


def test_changes_are_told_by_address() -> None:
    schemes = Schemes((build_scheme(EVERYTHING),), Calendar(), KPIS)
    said = {
        "measures.revenue.weight": 0.2,
        "measures.margin.weight": 0.1,
        "pay.holdback": None,
        "ramp": [0.5],
        "items.late_report.most": 6,
    }
    new = replace_at(schemes, {f"field_sales.{a}": v for a, v in said.items()})["field_sales"]
    assert [tuple(change) for change in changes(ALL, new)] == [
        ("measures.revenue.weight", 0.3, 0.2),
        ("measures.margin.weight", 0.0, 0.1),
        ("pay.holdback.share", 0.3, None),
        ("items.late_report.most", 5.0, 6),
        ("ramp", [0.25, 0.5, 0.75], [0.5]),
    ]
    assert changes(ALL, ALL) == []


def test_the_file_of_a_scheme(tmp_path: Path) -> None:
    assert scheme_file(ALL, tmp_path, {}).name == "field_sales_2026-01.yaml"
    known = {ALL.id: tmp_path / "old_name.yaml"}
    assert scheme_file(ALL, tmp_path, known).name == "old_name.yaml"


def test_every_word_offered_is_explained_once_and_fits_a_row() -> None:
    names = [name for block in ENTRIES.values() for name in block]
    assert len(names) == len(set(names)) and set(ENTRIES) == {"recognition", "follow_up", "governance"}
    for language in LANGUAGES:
        told = dict(entries(language))
        assert list(told) == names and len(set(told.values())) == len(names)
        # What is offered as an example in brackets can be typed as it stands.
        for said in told.values():
            for example in re.findall(r"[\[{].*[\]}]", said):
                assert from_cell(example)


def test_texts_of_the_workbook_are_whole() -> None:
    """A comma that is not quoted would end a text early."""
    path = Path(toolkit.__file__).parent / "texts" / "scheme_excel.yaml"
    for key, entry in load_document(path).data.items():
        assert set(entry) <= {"en", "zh", "remedy"} and all(entry.values()), key
