"""Forms out: who gets one, what it asks and shows, that nothing but yellow cells can be filled in."""

import zipfile
from pathlib import Path

import openpyxl
import pytest
from fontTools.ttLib import TTFont

from tests.design.ask.forms import KPIS, answered, sent
from toolkit.assets import asset
from toolkit.catalogue.load import load_catalogue
from toolkit.data.engagement import Engagement
from toolkit.design.ask import (
    KPIS as QUESTIONS,
)
from toolkit.design.ask import (
    Respondent,
    find_respondents,
    questionnaire,
    write_forms,
)
from toolkit.design.ask.page import one_line
from toolkit.design.ask.sheets import subject
from toolkit.errors import DataError
from toolkit.language import LANGUAGES, describe_error, has_text, text


def codes(error: pytest.ExceptionInfo[DataError]) -> list[str]:
    assert all(describe_error(error.value, language) for language in LANGUAGES)
    return [problem.code for problem in error.value.problems]


def test_everybody_employed_at_the_end_gets_a_form(kept: Engagement, tmp_path: Path) -> None:
    paths = write_forms(kept, tmp_path / "forms", kpis=KPIS)
    assert [p.name for p in paths] == [
        "01 p001 王喆堃.xlsx",
        "02 p002 =cmdC calc!A0.xlsx",
        "03 p003 Person 3.xlsx",
    ]
    assert sorted(p.name for p in (tmp_path / "forms").iterdir()) == sorted(p.name for p in paths)


def test_a_form_shows_each_kpi_in_words(kept: Engagement, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(sent(kept, tmp_path / "forms", by="2026-07-15", to="Ms Wu"))
    assert book.sheetnames == ["Read me first", "KPIs", "Your proposals", "kpi_ask"]
    cover, kpis, proposals, mark = book.worksheets
    assert mark.sheet_state == "veryHidden"
    said = [c.value for row in cover.iter_rows() for c in row if c.value]
    assert {"Which KPIs fit your work?", "Small Ltd", "王喆堃 · p001", "2026-07-15", "Ms Wu"} <= set(said)
    assert any("none of fewer than three people" in s for s in said)
    assert [kpis[f"{c}10"].value for c in "BCDE"] == [
        "3", "Complaints per order", "Complaints in the period over orders won in it (lower is better)",
        "customer feedback, deals and order lines",
    ]  # fmt: skip
    assert [kpis[f"{c}5"].value for c in "FGH"] == ["Influence", "Clarity", "Gaming risk"]
    assert [proposals[f"{c}5"].value for c in "BCDE"][1:] == [
        "Your KPI", "Why it shows the work better", "How it could be measured",
    ]  # fmt: skip


def test_only_yellow_cells_are_open_and_the_scale_stands_beside_them(
    kept: Engagement, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(sent(kept, tmp_path / "forms"))
    _, kpis, proposals, _ = book.worksheets
    assert all(sheet.protection.sheet for sheet in book.worksheets[:3])
    assert [kpis[f"{c}8"].protection.locked for c in "BCDEFGHI"] == [True] * 4 + [False] * 4
    assert kpis["F11"].protection.locked  # below the last KPI
    assert [proposals[f"C{row}"].protection.locked for row in range(6, 12)] == [False] * 5 + [True]
    rules = {str(v.sqref): v for v in kpis.data_validations.dataValidation}
    assert set(rules) == {"F8:F10", "G8:G10", "H8:H10"}
    assert {v.formula1 for v in rules.values()} == {'"1,2,3,4,5"'}
    assert rules["F8:F10"].prompt.splitlines()[0] == "1 = hardly: the market or others decide"
    assert kpis.freeze_panes == "D8" and kpis.print_title_rows == "$5:$7"
    assert kpis.page_setup.orientation == "landscape" and kpis.page_setup.paperSize == 9
    assert kpis["E3"].value == '=""&COUNT(F8:H10)&" of 9"'


def test_the_same_form_twice_is_the_same_file(kept: Engagement, tmp_path: Path) -> None:
    first, again = (sent(kept, tmp_path / name, language="zh") for name in ("a", "b"))
    assert first.read_bytes() == again.read_bytes()


def test_a_name_that_looks_like_a_formula_is_text(kept: Engagement, tmp_path: Path) -> None:
    path = sent(kept, tmp_path / "forms", "p002")
    with zipfile.ZipFile(path) as file:
        cover = file.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in cover
    values = [c.value for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for c in row]
    assert "=cmd|'/C calc'!A0 · p002" in values


def test_forty_kpis_stand_in_their_order(kept: Engagement, tmp_path: Path) -> None:
    forty = list(load_catalogue())[:40]
    path = sent(kept, tmp_path / "forms", language="zh", kpis=forty)
    sheet = openpyxl.load_workbook(path).worksheets[1]
    names = [subject(kept.kpis[kpi], "zh").name for kpi in forty]
    assert [sheet[f"C{row}"].value for row in range(8, 48)] == names and len(set(names)) == 40
    assert "COUNT(F8:H47)" in sheet["E3"].value and sheet["F48"].protection.locked


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_and_answer_is_worded_and_drawable(language: str) -> None:
    glyphs = TTFont(asset("templates", "report", "fonts", "NotoSansCJKsc-GB2312.otf")).getBestCmap()
    for question in QUESTIONS.questions:
        described = dict(QUESTIONS.described(question, language))
        assert list(described) == [1, 2, 3, 4, 5] and len(set(described.values())) == 5
        assert has_text(f"ask.kpis.{question.name}.asks")
        # What Excel shows beside a cell is at most 255 characters; more would be cut.
        assert len("\n".join(f"{n} = {said}" for n, said in described.items())) <= 255
    said = "".join(text(f"ask.private_{i}", language) for i in (1, 2, 3))
    assert all(ord(c) in glyphs for c in said)


def test_a_client_text_becomes_one_line_that_fits() -> None:
    assert one_line("a\tb\n\n c\x07\ufffe") == "a b c" and len(one_line("长" * 9000)) == 500


def test_people_by_id_and_from_a_file_that_names_others(kept: Engagement, tmp_path: Path) -> None:
    assert find_respondents(kept, "p003，p001") == (
        Respondent("p003", "Person 3", "field"),
        Respondent("p001", "王喆堃", "外勤销售"),
    )
    listed = tmp_path / "who.csv"
    listed.write_bytes("编号,姓名,岗位\np001\nhr1,吴女士,人力资源\n\np003,,主管,\n".encode("gb18030"))
    assert find_respondents(kept, str(listed)) == (
        Respondent("p001", "王喆堃", "外勤销售"),
        Respondent("hr1", "吴女士", "人力资源"),
        Respondent("p003", "Person 3", "主管"),
    )


def test_people_nobody_knows_are_all_told_with_what_is_like_them(kept: Engagement, tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        find_respondents(kept, "p01,p003,p003,x9")
    assert codes(error) == ["ask.unknown_respondent", "ask.unknown_respondent", "ask.twice_listed"]
    assert "p001" in str(error.value)
    listed = tmp_path / "who.txt"
    listed.write_text("p001\n,Nobody\na,b,c,d\n", encoding="utf-8")
    with pytest.raises(DataError) as error:
        find_respondents(kept, str(listed))
    assert [(p.code, p.row) for p in error.value.problems] == [("ask.list_line", 2), ("ask.list_line", 3)]
    for name, content in (("gone.csv", None), ("odd.csv", b"\xff\x00\x01\x80\x81\xfe\x00")):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError) as error:
            find_respondents(kept, str(tmp_path / name))
        assert codes(error) == ["ask.list_unreadable"]


def test_what_cannot_be_asked_is_refused_and_nothing_written(kept: Engagement, tmp_path: Path) -> None:
    out = tmp_path / "forms"
    with pytest.raises(DataError) as error:
        write_forms(kept, out, kpis=["net_sale", "visits", "vists"])
    assert codes(error) == ["ask.unknown_kpi"] * 2 and "net_sales" in str(error.value)
    for given, code in (({"kpis": []}, "ask.no_kpis"), ({"respondents": ()}, "ask.no_respondents")):
        with pytest.raises(DataError) as error:
            write_forms(kept, out, **given)  # type: ignore[arg-type]
        assert codes(error) == [code]
    with pytest.raises(DataError) as error:
        write_forms(kept, out, " , ")
    assert codes(error) == ["ask.no_respondents"]
    with pytest.raises(DataError) as error:
        write_forms(kept, out, about="weather")
    assert codes(error) == ["ask.unknown_about"]
    assert not out.exists() and questionnaire("kpis") is QUESTIONS


def test_forms_that_may_be_filled_in_are_never_written_over(kept: Engagement, tmp_path: Path) -> None:
    path = answered(sent(kept, tmp_path / "forms"), {(0, "influence"): 4})
    before = path.read_bytes()
    with pytest.raises(DataError) as error:
        sent(kept, tmp_path / "forms")
    assert codes(error) == ["ask.folder_in_use"] and path.read_bytes() == before
    with pytest.raises(DataError) as error:
        sent(kept, kept.folder / "answers" / "kpis")
    assert codes(error) == ["ask.not_there"] and not (kept.folder / "answers").exists()
