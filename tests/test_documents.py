"""Strict YAML: what a quiet reader would take wrongly is refused with line, address and remedy."""

import datetime as dt
import time
import tracemalloc
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from toolkit.documents import Document, dotted, load_document, write_document
from toolkit.errors import DataError, Problem, Problems
from toolkit.faults import read_as


def read(tmp_path: Path, source: str) -> Document:
    path = tmp_path / "scheme.yaml"
    path.write_text(source, encoding="utf-8")
    return load_document(path)


def refused(tmp_path: Path, source: str) -> list[Problem]:
    with pytest.raises(DataError) as error:
        read(tmp_path, source)
    assert all(p.where == "scheme.yaml" for p in error.value.problems)
    return list(error.value.problems)


@pytest.mark.parametrize(
    ("source", "code", "row", "address", "value"),
    [
        ("a: 1\nb: 2\na: 3", "duplicate_key", 3, "a", "a"),
        ("pay:\n  x: 1\n  x: 1", "duplicate_key", 3, "pay.x", "x"),
        ("ok: yes", "boolean_word", 1, "ok", "yes"),
        ("region: NO", "boolean_word", 1, "region", "NO"),
        ("list: [a, Off]", "boolean_word", 1, "list.1", "Off"),
        ("a:\n  share: 70 %", "percent", 2, "a.share", "70 %"),
        ("share: 70%", "percent", 1, "share", "70%"),
        ("share: 12.5％", "percent", 1, "share", "12.5％"),
        ("weight: 0,7", "decimal_comma", 1, "weight", "0,7"),
        ("weight: -0，7", "decimal_comma", 1, "weight", "-0，7"),
        ("team: 010", "odd_number", 1, "team", "010"),
        ("at: 1:30", "odd_number", 1, "at", "1:30"),
        ("at: 1:30.5", "odd_number", 1, "at", "1:30.5"),
        ("version: 2026_01", "odd_number", 1, "version", "2026_01"),
        ("version: 0x1F", "odd_number", 1, "version", "0x1F"),
        ("from: 2026-02-30", "odd_value", 1, "from", "2026-02-30"),
        ("run: !!python/name:os.system x", "odd_value", 1, "run", "x"),
        ("a:\n  ? [1, 2]\n  : x", "odd_key", 2, "a", None),
        ("a: &x 1", "anchor", 1, "", "x"),
        ("a: *x", "anchor", 1, "", "x"),
        ("a: [1, 2", "not_yaml", None, "", None),
        ("a:\n\t- 1", "not_yaml", 2, "", None),
        ("a: 1\n---\nb: 2", "not_yaml", 2, "", None),
        ("a: b: c", "not_yaml", 1, "", None),
    ],
)
def test_a_trap_of_yaml_is_refused_at_its_line(
    tmp_path: Path, source: str, code: str, row: int | None, address: str, value: object
) -> None:
    (problem,) = refused(tmp_path, source)
    assert (problem.code, problem.column) == (f"document.{code}", address)
    assert row is None or problem.row == row
    assert value is None or problem.value == value


def test_all_are_told_at_once(tmp_path: Path) -> None:
    problems = refused(tmp_path, "a: yes\nb:\n  c: 70 %\n  d: 0,7\n  d: 1\n")
    assert [(p.code.split(".")[1], p.row) for p in problems] == [
        ("boolean_word", 1),
        ("percent", 3),
        ("decimal_comma", 4),
        ("duplicate_key", 5),
    ]


def test_what_stands_in_quotes_is_meant(tmp_path: Path) -> None:
    source = "a: 'yes'\nb: \"70 %\"\nc: '0,7'\nd: '010'\ne: 'no'"
    assert read(tmp_path, source).data == {"a": "yes", "b": "70 %", "c": "0,7", "d": "010", "e": "no"}


def test_plain_values_keep_their_kind(tmp_path: Path) -> None:
    source = "a: true\nb: 0.7\nc: -12\nd: 1_000_000\ne: 2026-01-31\nf: 2026-01\ng: ~\nh: 南区\ni: 0"
    assert read(tmp_path, source).data == {
        "a": True, "b": 0.7, "c": -12, "d": 1_000_000, "e": dt.date(2026, 1, 31), "f": "2026-01", "g": None,
        "h": "南区", "i": 0,
    }  # fmt: skip


def test_keys_stay_as_they_are_written(tmp_path: Path) -> None:
    assert read(tmp_path, "no: 1\n2026: 2\n2026-01-01: 3\n010: 4\n'~': 5").data == {
        "no": 1, "2026": 2, "2026-01-01": 3, "010": 4, "~": 5
    }  # fmt: skip


def test_an_anchor_bomb_is_refused_at_once_and_in_little_memory(tmp_path: Path) -> None:
    laughs = ["a0: &a0 [lol]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40)]
    tracemalloc.start()
    start = time.perf_counter()
    problems = refused(tmp_path, "\n".join(laughs))  # unfolded: 9^39 words
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {p.code for p in problems} == {"document.anchor"} and len(problems) == 20
    assert time.perf_counter() - start < 2 and peak < 5_000_000


@pytest.mark.parametrize("bracket", ["[", "{a: ", "- "])
def test_endless_nesting_is_refused_and_does_not_exhaust_the_stack(tmp_path: Path, bracket: str) -> None:
    (problem,) = refused(tmp_path, bracket * 20_000)
    assert problem.code in ("document.too_deep", "document.not_yaml")


def test_the_nesting_people_write_is_read(tmp_path: Path) -> None:
    source = "a: " + "[" * 20 + "1" + "]" * 20
    assert str(read(tmp_path, source).data["a"]) == "[" * 20 + "1" + "]" * 20


def test_a_file_far_beyond_a_document_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)  # sparse: reading it would take gigabytes
    tracemalloc.start()
    with pytest.raises(DataError) as error:
        load_document(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    (problem,) = error.value.problems
    assert (problem.code, problem.value) == ("document.too_large", 3_000_000_000) and peak < 1_000_000


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_another_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("客户: 某企业".encode(encoding))
    with pytest.raises(DataError) as error:
        load_document(path, "schemes/a.yaml")
    assert [(p.code, p.where) for p in error.value.problems] == [("document.not_utf8", "schemes/a.yaml")]


def test_a_byte_order_mark_of_a_windows_editor_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: a\r\nweight: 1\r\n")
    assert load_document(path).data == {"name": "a", "weight": 1}


def test_a_missing_file_a_folder_and_a_control_character(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        load_document(tmp_path / "no.yaml")
    assert error.value.problems[0].code == "document.missing"
    with pytest.raises(DataError) as error:
        load_document(tmp_path)
    assert error.value.problems[0].code == "document.unreadable"
    assert [p.code for p in refused(tmp_path, "a: \x00")] == ["document.not_yaml"]


def test_an_empty_document_is_nothing(tmp_path: Path) -> None:
    document = read(tmp_path, "# only a comment\n")
    assert document.data is None and document.line(("a",)) is None


def test_every_address_knows_its_line_and_an_unknown_one_the_nearest_above(tmp_path: Path) -> None:
    source = "name: a\npay:\n  curve:\n    points:\n      - [60, 0]\n      - [80, 1]\n  gates: []\n"
    document = read(tmp_path, source)
    lines = {
        ("name",): 1, ("pay",): 2, ("pay", "curve"): 3, ("pay", "curve", "points"): 4,
        ("pay", "curve", "points", 1): 6, ("pay", "curve", "points", 1, 0): 6, ("pay", "gates"): 7,
        ("pay", "curve", "x"): 3, ("measures", 0, "weight"): 1, (): 1,
    }  # fmt: skip
    assert {address: document.line(address) for address in lines} == lines


def test_an_address_is_written_with_points() -> None:
    assert dotted(("pay", "curve", "points", 0, 1)) == "pay.curve.points.0.1"


NESTED = {
    "name": "外勤销售",
    "title": {"en": "Field sales: 2026", "zh": "2026 年外勤销售考核方案（试点）"},
    "effective": {"from": dt.date(2026, 1, 1), "to": None},
    "measures": [
        {"name": "revenue", "weight": 0.4, "scoring": {"bands": [[0, 30], [1.0, 100]]}},
        {"name": "拜访", "weight": 0.6, "on": True, "note": "两行\n文字"},
    ],
    "grades": {"A": 90, "B": 0},
    "traps": ["yes", "n", "Off", "70 %", "12％", "0,7", "010", "1:30", "2026_01", "2026-01-01", "~", ""],
    "more": ["1e5", "0x1F", "- a", "a: b", "#x", "*x", "&x", "=SUM(A1)", " space ", "'", '"', "100%"],
    "yes": "no",
    "empty": {"list": [], "mapping": {}},
}  # fmt: skip


def test_what_is_written_is_read_back_equal_and_chinese_stays_readable(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    write_document(NESTED, path)
    assert load_document(path).data == NESTED
    assert "外勤销售" in path.read_text(encoding="utf-8")
    assert list(load_document(path).data) == list(NESTED)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
PLAIN = st.one_of(TEXT, st.integers(), st.floats(allow_nan=False), st.booleans(), st.none(), st.dates())


@given(
    st.recursive(
        PLAIN, lambda x: st.lists(x, max_size=4) | st.dictionaries(TEXT, x, max_size=4), max_leaves=9
    )
)
def test_any_plain_data_come_back(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    path = tmp_path_factory.mktemp("documents") / "a.yaml"
    write_document({"data": data}, path)
    assert load_document(path).data == {"data": data}


def test_the_same_list_twice_is_written_twice_for_anchors_are_refused(tmp_path: Path) -> None:
    points = [[60, 0.0], [100, 1.0]]
    write_document({"a": {"points": points}, "b": {"points": points}}, tmp_path / "a.yaml")
    assert load_document(tmp_path / "a.yaml").data["b"] == {"points": points}


def test_lists_of_numbers_stand_on_one_line_and_lists_of_mappings_do_not(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    write_document({"points": ((60, 0.0), (80, 0.5)), "gates": [{"measure": "revenue"}]}, path)
    assert path.read_text(encoding="utf-8") == "points: [[60, 0.0], [80, 0.5]]\ngates:\n- measure: revenue\n"


def test_a_failed_write_leaves_the_old_document_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    write_document({"a": 1}, path)
    with pytest.raises(yaml.YAMLError):
        write_document({"a": object()}, path)
    assert load_document(path).data == {"a": 1} and [p.name for p in tmp_path.iterdir()] == ["a.yaml"]


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Part:
    """A small document for `read_as`."""

    name: str
    weight: float
    grain: Literal["month", "quarter"] = "month"
    since: dt.date | None = None
    title: str | dict[Literal["en", "zh"], str] = ""
    points: tuple[float, ...] = ()
    strict: bool = False


GOOD = "name: a\nweight: 1"


@pytest.mark.parametrize(
    ("source", "code", "row", "address"),
    [
        ("weight: 1", "missing_key", 0, "parts.name"),
        (f"{GOOD}\nwieght: 2", "unknown_key", 3, "parts.wieght"),
        ("name: 7\nweight: 1", "not_text", 1, "parts.name"),
        ("name: a\nweight: much", "not_a_number", 2, "parts.weight"),
        (f"{GOOD}\ngrain: week", "not_one_of", 3, "parts.grain"),
        (f"{GOOD}\nsince: soon", "not_a_date", 3, "parts.since"),
        (f"{GOOD}\npoints: 3", "not_a_list", 3, "parts.points"),
        (f"{GOOD}\npoints:\n- 1\n- b", "not_a_number", 5, "parts.points.1"),
        (f"{GOOD}\nstrict: maybe", "not_true_false", 3, "parts.strict"),
        (f"{GOOD}\ntitle: 5", "not_text", 3, "parts.title"),
        (f"{GOOD}\ntitle: {{fr: x}}", "not_one_of", 3, "parts.title.fr"),
        (f"{GOOD}\ntitle: {{en: [x]}}", "not_text", 3, "parts.title.en"),
        ("[1]", "not_a_mapping", 0, "parts"),
    ],
)
def test_a_fault_of_the_shape_is_one_problem_at_its_line_and_address(
    tmp_path: Path, source: str, code: str, row: int, address: str
) -> None:
    indented = "parts:\n" + "\n".join(f"  {line}" for line in source.split("\n"))
    document, problems = read(tmp_path, indented), Problems()
    assert read_as(Part, document.data["parts"], document, "scheme.yaml", problems, ("parts",)) is None
    (problem,) = problems
    assert (problem.code, problem.row, problem.column) == (f"document.{code}", row + 1, address)


def test_choices_are_listed_without_english_words(tmp_path: Path) -> None:
    document, problems = read(tmp_path, f"{GOOD}\ngrain: week"), Problems()
    read_as(Part, document.data, document, "scheme.yaml", problems)
    (problem,) = problems
    assert problem.values["expected"] == "month, quarter" and problem.value == "week"


def test_a_good_document_becomes_the_type(tmp_path: Path) -> None:
    document, problems = read(tmp_path, f"{GOOD}\ntitle: {{zh: 甲}}\nsince: 2026-01-01"), Problems()
    part = read_as(Part, document.data, document, "scheme.yaml", problems)
    assert part == Part("a", 1.0, since=dt.date(2026, 1, 1), title={"zh": "甲"}) and not problems.items
