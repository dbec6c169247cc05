"""Every text in both languages, whole, punctuated and drawable; every code that is raised has its words."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from fontTools.ttLib import TTFont

import toolkit
from toolkit.assets import asset
from toolkit.documents import load_document
from toolkit.errors import Problem
from toolkit.language import LANGUAGES, describe, texts

PACKAGE = Path(toolkit.__file__).parent
CHINESE = "\u4e00-\u9fff"
WIDE = CHINESE + "\u3000-\u303f\uff00-\uffef“”"
# A half-width sign beside a Chinese character or sign; code such as [0.6, 60] or `rate: roster` stands apart.
NARROW = re.compile(rf"[{WIDE}»] *[,:;?!()]|[,:;?!()] *[{WIDE}«]")
CALL = re.compile(rf"[A-Za-z] ?\([^(){CHINESE}]*\)")  # FILTER (WHERE …) is code, whatever follows it
BETWEEN_VALUES = re.compile(r"(?<!\})\}[,:;] ?\{(?!\{)")


def said(language: str) -> Iterator[tuple[str, str]]:
    """Every text and remedy of a language by its key."""
    for key, entry in texts().items():
        yield key, str(entry[language])
        remedy = entry.get("remedy")
        if isinstance(remedy, dict):
            yield f"{key} (remedy)", str(remedy[language])


def names(template: str) -> set[str]:
    """The values that a text names."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def bare(template: str) -> str:
    """A text without its values."""
    return "".join(literal for literal, *_ in Formatter().parse(template))


@cache
def glyphs() -> frozenset[int]:
    return frozenset(TTFont(asset("templates", "report", "fonts", "NotoSansCJKsc-GB2312.otf")).getBestCmap())


def test_the_files_of_texts_are_read_strictly_and_no_key_stands_twice() -> None:
    files = sorted((PACKAGE / "texts").glob("*.yaml"))
    documents = [load_document(path).data for path in files]
    assert len(files) > 3 and sum(len(d) for d in documents) == len(texts()) == len(set().union(*documents))


def test_a_text_has_both_languages_and_nothing_else() -> None:
    faulty = []
    for key, entry in texts().items():
        remedy = entry.get("remedy", dict.fromkeys(LANGUAGES))
        whole = isinstance(remedy, dict) and set(remedy) == set(LANGUAGES) == set(entry) - {"remedy"}
        both = [entry.get(language) for language in LANGUAGES]
        # Chinese has no space between words: a blank may answer a blank, never a word.
        if (
            not whole
            or len({bool(str(t).strip()) for t in both}) > 1
            or not all(isinstance(t, str) for t in both)
        ):
            faulty.append(key)
    assert len(texts()) > 300 and faulty == []


def test_a_remedy_is_a_whole_sentence() -> None:
    """In both languages or in neither: a remedy may be empty where the line before it says it all."""
    ends = {"en": ".", "zh": "。"}
    remedies = {key: e["remedy"] for key, e in texts().items() if isinstance(e.get("remedy"), dict)}
    faulty = [
        k for k, r in remedies.items() if any(r[one] and not r[one].endswith(ends[one]) for one in LANGUAGES)
    ]
    assert faulty == [] and [k for k, r in remedies.items() if bool(r["en"]) != bool(r["zh"])] == []


def test_both_languages_name_the_same_values() -> None:
    english, chinese = dict(said("en")), dict(said("zh"))
    assert [key for key in english if names(english[key]) != names(chinese[key])] == []


def test_values_are_named_and_never_formatted_in_the_text() -> None:
    """Numbers come in ready: `number`, `percent` and `money` know the language, a format mark does not."""
    for language in LANGUAGES:
        for key, template in said(language):
            for _, name, mark, conversion in Formatter().parse(template):
                assert name is None or (name.isidentifier() and not mark and not conversion), key


def test_chinese_texts_are_chinese_unless_they_have_no_letters_at_all() -> None:
    latin = re.compile("[A-Za-z]")
    without = [key for key, t in said("zh") if not re.search(f"[{CHINESE}]", t) and latin.search(bare(t))]
    assert without == []


def test_english_texts_have_no_chinese() -> None:
    assert [key for key, t in said("en") if re.search(f"[{WIDE.replace('“”', '')}]", t)] == []


def narrow_signs(template: str) -> list[str]:
    prose = CALL.sub("X", template)
    return [found[0] for found in NARROW.finditer(prose)] + BETWEEN_VALUES.findall(prose)


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        ("权重合计为 {value},不等于 1", True),
        ("权重合计为 {value} , 不等于 1", True),
        ("方案(试点)", True),
        ("«a»,请改正", True),
        ("{a},{b}", True),
        ("权重合计为 {value}，不等于 1（见 12,345.67）", False),
        ("请写 [[0.6, 60], [1.2, 120]] 或 target: table", False),
        ("例如 {{range: -100}}", False),
        ("可加 FILTER (WHERE …)。", False),
    ],
)
def test_the_check_of_punctuation_itself(template: str, wrong: bool) -> None:
    assert bool(narrow_signs(template)) == wrong


def test_chinese_texts_are_punctuated_in_chinese() -> None:
    assert {key: found for key, t in said("zh") if (found := narrow_signs(t))} == {}


def samples() -> list[Path]:
    folder = asset("templates", "engagements")
    return sorted([*folder.glob("*/engagement.yaml"), *folder.glob("*/schemes/*.yaml")])


def chinese_values(data: object) -> Iterator[str]:
    """Whatever stands under `zh` in a document."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from [value] if key == "zh" and isinstance(value, str) else chinese_values(value)
    elif isinstance(data, list):
        for item in data:
            yield from chinese_values(item)


@pytest.mark.parametrize("path", samples(), ids=lambda path: "/".join(path.parts[-3:]))
def test_the_samples_chinese_is_punctuated_in_chinese_and_drawable(path: Path) -> None:
    found = list(chinese_values(load_document(path).data))
    assert found and [t for t in found if narrow_signs(t)] == []
    assert {c for t in found for c in t if ord(c) not in glyphs()} == set()


def test_every_character_has_a_glyph_in_the_reports_font() -> None:
    every = "".join(bare(t) for language in LANGUAGES for _, t in said(language))
    assert {c for c in every if ord(c) not in glyphs()} == set()


# What raises problems, by name; beside the place, every argument is a value of the wording.
_RAISING = {"add", "note", "Problem", "refuse"}
_PLACE = {"where", "row", "column", "value", "values"}
_CODE = re.compile(r"[a-z]+\.[a-z_.0-9]+")


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the toolkit that raises a problem by a code that can be read off."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            code = node.args[0].value
            if called(node) in _RAISING and isinstance(code, str) and _CODE.fullmatch(code):
                yield f"{path.name}:{node.lineno}", node


def given(node: ast.Call) -> set[str] | None:
    """The values a call gives to the wording; None where they cannot be read off."""
    words = {k.arg: k.value for k in node.keywords}
    if None in words or any(isinstance(a, ast.Starred) for a in node.args):
        return None
    name = called(node)
    if name == "note" and not ast.unparse(node.func).startswith("faults."):
        return None  # another room's own, which adds the value itself
    named = {str(w) for w in words} - _PLACE
    inner = words.get("values") or (node.args[5] if name == "Problem" and len(node.args) > 5 else None)
    if inner is not None:
        if not isinstance(inner, ast.Dict):
            return None
        named |= {k.value for k in inner.keys if isinstance(k, ast.Constant)}
    position = {"Problem": 4, "note": 2}.get(name)
    if "value" in words or (position is not None and len(node.args) > position):
        named.add("value")
    return named


def test_every_problem_that_is_raised_has_its_words() -> None:
    found = list(calls())
    assert len(found) > 80
    lacking = {at: n.args[0].value for at, n in found if n.args[0].value not in texts()}  # type: ignore[attr-defined]
    assert lacking == {}


def test_every_problem_that_is_raised_gives_what_its_words_name() -> None:
    checked, lacking = 0, {}
    for at, node in calls():
        values, entry = given(node), texts().get(node.args[0].value)  # type: ignore[attr-defined]
        if values is None or entry is None:
            continue
        checked += 1
        remedy = entry.get("remedy")
        wanted = names(str(entry["en"])) | (names(str(remedy["en"])) if isinstance(remedy, dict) else set())
        if missing := wanted - values:
            lacking[at] = missing
    assert lacking == {} and checked > 40


def test_codes_that_stand_in_tables_have_their_words() -> None:
    """pydantic's kinds of fault are mapped to codes; each must exist."""
    rooms = {key.split(".")[0] for key in texts()} - {"toolkit"}
    lacking = {}
    for name in ("documents.py", "faults.py"):
        for node in ast.walk(ast.parse((PACKAGE / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.fullmatch(node.value):
                room = node.value.split(".")[0]
                if room in rooms and node.value not in texts():
                    lacking[f"{name}:{node.lineno}"] = node.value
    assert lacking == {}


def test_every_problem_can_be_told_in_both_languages() -> None:
    """Whatever its values are called: `key` and `language` are names of arguments too."""
    for key, entry in texts().items():
        if isinstance(remedy := entry.get("remedy"), dict):
            values = dict.fromkeys(names(str(entry["en"])) | names(remedy["en"]), "7")
            value = values.pop("value", None)
            for language in LANGUAGES:
                told = describe(Problem(key, "a.yaml", 3, "b", value, values), language)
                assert told.startswith("a.yaml") and "None" not in told, key


def test_every_problem_says_what_to_do() -> None:
    codes = {str(node.args[0].value) for _, node in calls()}  # type: ignore[attr-defined]
    assert [code for code in sorted(codes & set(texts())) if "remedy" not in texts()[code]] == []
