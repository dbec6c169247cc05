"""Forms about weights out: which scheme and method, what stands where, that only yellow cells are open."""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont

from tests.design.ask.weighing.conftest import Measures
from tests.design.ask.weighing.forms import OWN, opened, scheme, sent
from tests.report.client import engagement
from toolkit.assets import asset
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement
from toolkit.design.ask import write_forms, write_weight_forms
from toolkit.design.ask.weighing.write import PAGES
from toolkit.errors import DataError
from toolkit.language import LANGUAGES, describe_error, text, texts

METHODS = tuple(PAGES)
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def codes(error: pytest.ExceptionInfo[DataError]) -> list[str]:
    assert all(describe_error(error.value, language) for language in LANGUAGES)
    return [problem.code for problem in error.value.problems]


def refusal(client: Engagement, out: Path, **given: str) -> list[str]:
    with pytest.raises(DataError) as error:
        write_weight_forms(client, out, **given)  # type: ignore[arg-type]
    assert not out.exists()
    return codes(error)


def test_pairs_up_to_five_measures_best_and_worst_above(with_measures: Measures, tmp_path: Path) -> None:
    for count, sheet, rows in ((5, "Comparisons", 10), (6, "Most and least", 6)):
        (form,) = write_weight_forms(with_measures(count), tmp_path / str(count), "p001")
        book = opened(form)
        assert book.sheetnames[1] == sheet
        first = 8 if count == 5 else 11
        numbers = [book[sheet][f"B{row}"].value for row in range(first, first + rows)]
        assert numbers == [str(n) for n in range(1, rows + 1)] and not book[sheet][f"B{first + rows}"].value


@pytest.mark.parametrize("method", METHODS)
def test_a_form_says_what_it_asks_and_not_what_is_agreed(
    method: str, client: Engagement, tmp_path: Path
) -> None:
    book = opened(write_weight_forms(client, tmp_path / "f", "p001", method=method, by="2026-07-15")[0])
    cover, page, working, mark = book.worksheets
    said = [str(c.value) for row in cover.iter_rows() for c in row if c.value]
    assert "How much should each KPI count?" in said and "2026-07-15" in said
    assert any("Field scheme" in s for s in said) and "Win rate, counted" in said
    assert working.sheet_state == mark.sheet_state == "veryHidden"
    everything = " ".join(said) + " ".join(str(c.value) for row in page.iter_rows() for c in row)
    assert "25 %" not in everything and "0.25" not in everything  # the agreed weights would lead
    content = "".join(str(row[0].value)[1:-1] for row in mark.iter_rows(min_row=2))
    assert (
        f'"weighing":{{"scheme":"field@2026-01","method":"{method}","measures":[["m0","net_sales",' in content
    )


@pytest.mark.parametrize("method", METHODS)
def test_only_yellow_cells_are_open(method: str, client: Engagement, tmp_path: Path) -> None:
    cover, page, working, _ = opened(sent(client, tmp_path / "f", method)).worksheets
    assert all(sheet.protection.sheet for sheet in (cover, page, working))
    free = {c.coordinate for row in page.iter_rows() for c in row if not c.protection.locked}
    expected = {
        "pairwise": {f"{c}{row}" for c in "DE" for row in range(8, 14)},
        "best_worst": {"D7", "D8"} | {f"{c}{row}" for c in "EF" for row in range(11, 15)},
    }.get(method, {f"E{row}" for row in range(8, 12)})
    assert free == expected
    assert not [c for row in working.iter_rows() for c in row if not c.protection.locked]


def test_each_pair_offers_its_two_names_and_equal(client: Engagement, tmp_path: Path) -> None:
    book = opened(sent(client, tmp_path / "f", "pairwise"))
    page, working = book["Comparisons"], book["Working"]
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    assert len(rules) == 12
    found = re.fullmatch(r"'Working'!\$A\$(\d+):\$C\$\1", rules["D10"].formula1)
    assert found
    assert [working[f"{c}{found[1]}"].value for c in "ABC"] == ["Net sales", "Equal", "New customers won"]
    assert [page[f"{c}10"].value for c in "CF"] == ["Net sales", "New customers won"]
    assert rules["E10"].formula1 == '"1,2,3,4,5,6,7,8,9"' and "9 extremely" in rules["E10"].prompt


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_formulas_and_prompts_fit_a_spreadsheet(
    method: str, language: str, with_measures: Measures, tmp_path: Path
) -> None:
    """Excel takes formulas of 8,192 characters, texts in them of 255, and cuts longer prompts."""
    form = sent(with_measures(12), tmp_path / "f", method, language=language)
    with zipfile.ZipFile(form) as book:
        for name in ("xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"):
            root = ElementTree.fromstring(book.read(name))
            formulas = [f.text or "" for f in root.iter(f"{_NS}f")]
            assert formulas and max(map(len, formulas)) < 8_192
            literals = [s for f in formulas for s in re.findall(r'"((?:[^"]|"")*)"', f)]
            assert max(map(len, literals), default=0) <= 255
            for rule in root.iter(f"{_NS}dataValidation"):
                assert len(rule.get("prompt", "")) <= 255 and len(rule.get("promptTitle", "")) <= 32
                assert len(rule.get("error", "")) <= 225 and len(rule.get("errorTitle", "")) <= 32


@pytest.mark.parametrize("method", METHODS)
def test_a_chinese_form_is_chinese_and_drawable(method: str, client: Engagement, tmp_path: Path) -> None:
    glyphs = TTFont(asset("templates", "report", "fonts", "NotoSansCJKsc-GB2312.otf")).getBestCmap()
    book = opened(sent(client, tmp_path / "f", method, language="zh"))
    said = {
        str(c.value) for sheet in book.worksheets[:2] for row in sheet.iter_rows() for c in row if c.value
    }
    words = {s for s in said if not s.startswith("=")} - {"王喆堃 · p001"}
    assert {s for s in words if re.search("[A-Za-z]{2,}", s.replace(".xlsx", ""))} == set()
    assert {c for s in words for c in s if ord(c) not in glyphs} == set()


def test_the_same_form_twice_is_the_same_file(client: Engagement, tmp_path: Path) -> None:
    first, again = (sent(client, tmp_path / name, "pairwise", language="zh") for name in ("a", "b"))
    assert first.read_bytes() == again.read_bytes()


def test_two_measures_of_one_kpi_are_told_apart(tmp_path: Path) -> None:
    twice = scheme(3)
    twice["measures"][2]["kpi"] = "visits"
    client = load_engagement(engagement(tmp_path / "client", schemes=[twice], kpis=OWN))
    page = opened(sent(client, tmp_path / "f", "points"))["Points"]
    names = [page[f"C{row}"].value for row in (8, 9, 10)]
    assert names == ["Net sales", "Customer visits (m1)", "Customer visits (m2)"]


@pytest.mark.parametrize(
    ("language", "sheet", "names"),
    [
        (
            "en",
            "Points",
            ["Sales (new customers)", "Sales (old customers) (m1)", "Sales (old customers) (m2)"],
        ),
        ("zh", "百分分配", ["销售额（新客户）", "销售额（老客户）（m1）", "销售额（老客户）（m2）"]),
    ],
)
def test_kpis_that_differ_in_brackets_alone_keep_them(
    language: str, sheet: str, names: list[str], tmp_path: Path
) -> None:
    """The client's own words tell them apart; the measure's id is added only where one KPI stands twice."""
    three = scheme(3)
    kpis = {
        which: {**OWN["wins"], "name": {"en": f"Sales ({which} customers)", "zh": f"销售额（{chinese}）"}}
        for which, chinese in (("new", "新客户"), ("old", "老客户"))
    }
    for measure, kpi in zip(three["measures"], ("new", "old", "old"), strict=True):
        measure["kpi"] = kpi
    client = load_engagement(engagement(tmp_path / "client", schemes=[three], kpis=kpis))
    page = opened(sent(client, tmp_path / "f", "points", language=language))[sheet]
    assert [page[f"C{row}"].value for row in (8, 9, 10)] == names


def test_a_measure_without_weight_is_not_asked_about(tmp_path: Path) -> None:
    gate = scheme(3)
    for measure, weight in zip(gate["measures"], (0.5, 0.5, 0), strict=True):
        measure["weight"] = weight
    client = load_engagement(engagement(tmp_path / "client", schemes=[gate], kpis=OWN))
    page = opened(sent(client, tmp_path / "f", "points"))["Points"]
    assert [page[f"C{row}"].value for row in (8, 9, 10)] == ["Net sales", "Customer visits", None]


def test_which_scheme_is_meant(tmp_path: Path) -> None:
    sides = [scheme(3, name=n, applies_to={"role": [n]}) for n in ("field", "inside")]
    ended = scheme(4, name="old", applies_to={"role": ["old"]})
    ended["effective"] = {"from": ended["effective"]["from"], "to": ended["effective"]["from"]}
    single = scheme(1, name="single", applies_to={"role": ["single"]})
    every = load_engagement(engagement(tmp_path / "all", schemes=[*sides, ended, single], kpis=OWN))
    out = tmp_path / "f"
    assert refusal(every, out) == ["ask.which_scheme"]
    with pytest.raises(DataError) as error:
        write_weight_forms(every, out)
    assert error.value.problems[0].value == "field@2026-01, inside@2026-01"
    assert refusal(every, out, scheme="outside") == ["ask.no_such_scheme"]
    assert refusal(every, out, scheme="single") == ["ask.one_measure"]
    for named in ("inside", "old@2026-01"):
        assert len(write_weight_forms(every, tmp_path / named, "p001", scheme=named)) == 1
    one = load_engagement(engagement(tmp_path / "one", schemes=[sides[0], ended, single], kpis=OWN))
    assert len(write_weight_forms(one, tmp_path / "only", "p001")) == 1
    none = load_engagement(engagement(tmp_path / "none", schemes=[scheme(1)], kpis=OWN))
    assert refusal(none, out) == ["ask.no_scheme"]


def test_what_cannot_be_asked_is_refused_and_nothing_written(
    with_measures: Measures, client: Engagement, tmp_path: Path
) -> None:
    out = tmp_path / "f"
    assert refusal(client, out, method="dice") == ["ask.unknown_method"]
    assert refusal(client, out, respondents="nobody") == ["ask.unknown_respondent"]
    assert refusal(with_measures(13), out, method="pairwise") == ["ask.too_many_pairs"]
    with pytest.raises(DataError) as error:
        write_weight_forms(client, out, [])
    assert codes(error) == ["ask.no_respondents"] and not out.exists()
    sent(client, out, "points")
    with pytest.raises(DataError) as error:
        sent(client, out, "points")
    assert codes(error) == ["ask.folder_in_use"]
    with pytest.raises(DataError) as error:
        sent(client, client.folder / "answers" / "weights", "points")
    assert codes(error) == ["ask.not_there"]
    with pytest.raises(DataError) as error:
        write_forms(client, tmp_path / "g", about="weights")
    assert codes(error) == ["ask.unknown_about"]


def test_every_method_and_number_has_its_words() -> None:
    for language in LANGUAGES:
        words = [text(f"ask.weights.times.{n}", language) for n in range(1, 10)]
        assert len(set(words)) == 9
        assert all(text(f"ask.weights.method.{method}", language) for method in METHODS)
    assert {f"ask.weights.{m}.how_{i}" for m in METHODS for i in range(1, 5)} <= set(texts())
