"""Forms in: what was filled in comes back, and every way in which a form must not come back."""

import base64
import io
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from tests.design.ask.forms import KPIS, answered, edited, put, refused, returned, sent
from tests.report.client import NAMES_OF_EVERY_KIND, engagement
from toolkit.catalogue.load import load_catalogue
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement
from toolkit.design.ask import Respondent, collect_answers, load_answers, write_forms
from toolkit.errors import DataError

GIVEN = {(0, "influence"): 4, (0, "clarity"): 5, (0, "gaming"): 2, (2, "gaming"): 1}


def rows(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    return [tuple(row) for row in frame.itertuples(index=False)]


def test_without_forms_everything_is_empty(kept: Engagement) -> None:
    found = load_answers(kept)
    assert found.respondents == () and found.forms == ()
    assert list(found.scores.columns) == ["respondent", "role", "kpi", "question", "answer"]
    assert all(len(t) == 0 for t in (found.scores, found.comments, found.proposals, found.returned))
    assert found.scores["answer"].dtype == "float64" and found.scores["kpi"].dtype == "str"


def test_what_was_filled_in_comes_back(client: Engagement, tmp_path: Path) -> None:
    path = answered(sent(client, tmp_path / "forms"), GIVEN | {(1, "comment"): " Only\nnew ones? "})
    put(path, 2, {"C6": "回款率", "D6": "=真正到账", "E6": "财务", "D8": "a reason alone"})
    put(path, 0, {"C7": "next Friday"})  # the deadline is anybody's to fill in
    returned(client, path)
    found = load_answers(client)
    assert rows(found.scores) == [
        ("p001", "外勤销售", "net_sales", "influence", 4.0),
        ("p001", "外勤销售", "net_sales", "clarity", 5.0),
        ("p001", "外勤销售", "net_sales", "gaming", 2.0),
        ("p001", "外勤销售", "complaint_rate", "gaming", 1.0),
    ]
    assert rows(found.comments) == [("p001", "外勤销售", "visits", "Only new ones?")]
    assert rows(found.proposals) == [
        ("p001", "回款率", "=真正到账", "财务", "collection_rate"),
        ("p001", "", "a reason alone", "", ""),
    ]
    assert rows(found.returned) == [("01 p001 王喆堃.xlsx", "p001", "王喆堃", "外勤销售", 9, 4, 1, 2)]
    assert rows(found.blank) == [
        *(("p001", "visits", q) for q in ("influence", "clarity", "gaming")),
        *(("p001", "complaint_rate", q) for q in ("influence", "clarity")),
    ]
    assert found.respondents == ("p001",)
    assert [name for name, _ in found.forms] == ["answers/kpis/01 p001 王喆堃.xlsx"]


@pytest.mark.parametrize("value", [3, 3.0, "3", " 3 ", "３"])
def test_an_answer_may_be_typed_as_text_or_in_full_width(
    value: object, client: Engagement, tmp_path: Path
) -> None:
    returned(client, answered(sent(client, tmp_path / "f"), {(0, "clarity"): value}))
    assert load_answers(client).scores["answer"].tolist() == [3.0]


def test_names_of_every_kind_come_back(kept: Engagement, client: Engagement, tmp_path: Path) -> None:
    people = [Respondent(f"id {name}", name, name) for name in NAMES_OF_EVERY_KIND]
    for path in write_forms(client, tmp_path / "forms", people, "zh", kpis=KPIS):
        returned(client, answered(path, {(1, "influence"): 5}))
    found = load_answers(client)
    assert set(found.respondents) == {who.respondent for who in people}
    assert len(found.scores) == len(people)


def test_forty_kpis_in_chinese_come_back(client: Engagement, tmp_path: Path) -> None:
    forty = list(load_catalogue())[:40]
    given = {
        (i, q): 1 + (i + j) % 5 for i in range(40) for j, q in enumerate(("influence", "clarity", "gaming"))
    }
    returned(client, answered(sent(client, tmp_path / "f", language="zh", kpis=forty), given))
    found = load_answers(client)
    assert found.scores["answer"].tolist() == [float(n) for n in given.values()]
    assert found.scores["kpi"].tolist() == [kpi for kpi in forty for _ in range(3)]
    assert found.blank.empty


@pytest.mark.office
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_form_saved_by_libreoffice_says_the_same(language: str, client: Engagement, tmp_path: Path) -> None:
    path = sent(client, tmp_path / "forms", "p002", language, by="2026-07-15")
    answered(path, GIVEN | {(1, "comment"): "'=cmd 太多了"})
    put(path, 2, {"C6": "客户拜访", "E10": "-1"})
    out = client.folder / "answers" / "kpis"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run([*command, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=180)
    assert (out / path.name).read_bytes() != path.read_bytes()
    saved = load_answers(client)
    (out / path.name).unlink()
    returned(client, path)
    as_sent = load_answers(client)
    for name in ("scores", "comments", "proposals", "returned", "blank"):
        pd.testing.assert_frame_equal(getattr(saved, name), getattr(as_sent, name))
    assert saved.scores["answer"].tolist() == [4, 5, 2, 1]


def other_mark(book: Any) -> None:
    cell = book["kpi_ask"]["A2"]
    cell.value = cell.value.replace("p001", "p003")


def moved(book: Any) -> None:
    book["KPIs"].delete_rows(8)


def renamed(book: Any) -> None:
    book["KPIs"].title = "mine"


@pytest.mark.parametrize(
    ("edit", "code", "cell"),
    [
        (lambda b: b["KPIs"].__setitem__("F8", 6), "ask.off_scale", "F8"),
        (lambda b: b["KPIs"].__setitem__("F8", 0), "ask.off_scale", "F8"),
        (lambda b: b["KPIs"].__setitem__("F8", 2.5), "ask.off_scale", "F8"),
        (lambda b: b["KPIs"].__setitem__("G9", "very"), "ask.off_scale", "G9"),
        (lambda b: b["KPIs"].__setitem__("H10", True), "ask.off_scale", "H10"),
        (lambda b: b["KPIs"].__setitem__("H10", "=1+2"), "ask.formula", "H10"),
        (lambda b: b["KPIs"].__setitem__("I10", "=A1"), "ask.formula", "I10"),
        (lambda b: b["KPIs"].__setitem__("I8", "x" * 2001), "ask.too_long", "I8"),
        (lambda b: b["KPIs"].__setitem__("C8", "Sales"), "ask.edited", "C8"),
        (lambda b: b["KPIs"].__setitem__("D9", None), "ask.edited", "D9"),
        (lambda b: b["KPIs"].__setitem__("D9", '="Visits done in the period"'), "ask.edited", "D9"),
        (lambda b: b["Read me first"].__setitem__("C6", "Somebody else"), "ask.edited", "C6"),
        (lambda b: b["KPIs"].__setitem__("F11", 5), "ask.extra", "F11"),
        (lambda b: b["KPIs"].__setitem__("K2", "=NOW()"), "ask.extra", "K2"),
        (lambda b: b["Your proposals"].__setitem__("C11", "a sixth"), "ask.extra", "C11"),
        (lambda b: b.create_sheet("Notes"), "ask.extra_sheet", ""),
        (lambda b: b.remove(b["Your proposals"]), "ask.no_sheet", ""),
        (other_mark, "ask.mark_changed", ""),
        (lambda b: b["kpi_ask"].__setitem__("B1", "x"), "ask.mark_changed", ""),
        (lambda b: b["kpi_ask"].__setitem__("A1", None), "ask.mark_changed", ""),
        (lambda b: b.remove(b["kpi_ask"]), "ask.not_ours", ""),
    ],
)
def test_what_must_not_be_is_refused_with_its_cell(
    edit: Callable[[Any], object], code: str, cell: str, client: Engagement, tmp_path: Path
) -> None:
    returned(client, edited(sent(client, tmp_path / "f"), edit))
    (problem,) = refused(client)
    assert (problem.code, problem.column) == (code, cell)
    assert problem.where.startswith("01 p001")


def test_moved_rows_are_told_once_and_their_answers_not_read(client: Engagement, tmp_path: Path) -> None:
    path = answered(sent(client, tmp_path / "f"), {(1, "clarity"): 9})
    returned(client, edited(path, moved))
    codes = [p.code for p in refused(client)]
    assert codes == ["ask.edited"] * 5 + ["ask.more_edited"]


def test_a_renamed_sheet_is_missing_and_a_stranger(client: Engagement, tmp_path: Path) -> None:
    returned(client, edited(sent(client, tmp_path / "f"), renamed))
    assert [p.code for p in refused(client)] == ["ask.no_sheet", "ask.extra_sheet"]


def test_a_form_of_another_engagement_or_about_a_kpi_nobody_knows(client: Engagement, tmp_path: Path) -> None:
    own = {"morale": {"name": {"zh": "士气"}, "category": "growth", "unit": "points", "direction": "higher"}}
    other = load_engagement(engagement(tmp_path / "other", name="other", kpis=own))
    returned(client, sent(other, tmp_path / "a"), "a.xlsx")
    namesake = load_engagement(engagement(tmp_path / "namesake", kpis=own))
    returned(client, sent(namesake, tmp_path / "b", "p003", kpis=["morale", "visits"]), "b.xlsx")
    assert [(p.code, p.where, p.value) for p in refused(client)] == [
        ("ask.other_client", "a.xlsx", "other"),
        ("ask.unknown_kpi", "b.xlsx", "morale"),
    ]


def _bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", b"0" * 300_000_000)
    return packed.getvalue()


def _far_away() -> bytes:
    """A cell in the last row and column, for which a reader would hold seventeen thousand million."""
    book, packed = openpyxl.Workbook(), io.BytesIO()
    book.worksheets[0]["XFD1048576"] = 1
    book.save(packed)
    return packed.getvalue()


STRANGERS = {
    "photo.xlsx": (b"\x89PNG", "data.other_kind_of_file"),
    "half.xlsx": (b"PK\x03\x04 and no more", "data.damaged_workbook"),
    "bomb.xlsx": (_bomb(), "data.zip_bomb"),
    "large.xlsx": (b"PK\x03\x04" + b"\0" * 6_000_000, "data.form_too_large"),
    "far.xlsx": (_far_away(), "data.sheet_too_large"),
    "letter.docx": (b"PK", "ask.not_xlsx"),
}


def test_strangers_are_refused_by_name_all_at_once(client: Engagement) -> None:
    folder = client.folder / "answers" / "kpis"
    folder.mkdir(parents=True)
    for name, (content, _) in STRANGERS.items():
        (folder / name).write_bytes(content)
    book = openpyxl.Workbook()
    book.save(folder / "other.xlsx")
    for aside in ("~$01 p001.xlsx", ".DS_Store", "Thumbs.db"):
        (folder / aside).write_bytes(b"")
    told = {p.where: p.code for p in refused(client)}
    assert told == {name: code for name, (_, code) in STRANGERS.items()} | {"other.xlsx": "ask.not_ours"}


def test_two_forms_of_one_person_are_refused(client: Engagement, tmp_path: Path) -> None:
    returned(client, answered(sent(client, tmp_path / "a"), {(0, "clarity"): 1}), "a.xlsx")
    returned(client, answered(sent(client, tmp_path / "b"), {(0, "clarity"): 5}), "b.xlsx")
    (problem,) = refused(client)
    assert (problem.code, problem.where, problem.values["other"]) == ("ask.twice", "b.xlsx", "a.xlsx")


def test_forms_are_taken_in_together_or_not_at_all(client: Engagement, tmp_path: Path) -> None:
    one, two, bad = (tmp_path / name for name in ("one.xlsx", "two.xlsx", "bad.xlsx"))
    for path, who, given in ((one, "p001", 3), (two, "p002", 4), (bad, "p003", 9)):
        answered(sent(client, tmp_path / who, who), {(0, "gaming"): given}).rename(path)
    with pytest.raises(DataError) as error:
        collect_answers(client, [one, two, bad, tmp_path / "gone.xlsx"])
    assert [(p.code, p.where.split(" ·")[0]) for p in error.value.problems] == [
        ("ask.off_scale", "bad.xlsx"),
        ("ask.unreadable", "gone.xlsx"),
    ]
    assert not (client.folder / "answers").exists()
    added = collect_answers(client, [one, two, one])
    assert [p.name for p in added] == ["01 p001 王喆堃.xlsx", "02 p002 =cmdC calc!A0.xlsx"]
    assert collect_answers(client, [two]) == () and added[0].read_bytes() == one.read_bytes()
    again = answered(sent(client, tmp_path / "again", "p002"), {(0, "gaming"): 1})
    with pytest.raises(DataError) as error:
        collect_answers(client, [again])
    assert [p.code for p in error.value.problems] == ["ask.twice"]
    assert load_answers(client).scores["answer"].tolist() == [3.0, 4.0]


def test_a_form_does_not_depend_on_what_the_kpi_is_called_today(client: Engagement, tmp_path: Path) -> None:
    """A form that was sent before a wording changed is held against what it said when it was sent."""
    path = answered(sent(client, tmp_path / "f"), {(1, "influence"): 2})
    kpi = load_catalogue()["visits"]
    changed = {**client.kpis, "visits": type(kpi)(**{**kpi.__dict__, "name": {"en": "Calls paid"}})}
    returned(client, path)
    assert load_answers(type(client)(**{**client.__dict__, "kpis": changed})).scores["answer"].tolist() == [
        2.0
    ]


def test_the_hidden_sheet_is_plain_and_bears_what_was_asked(client: Engagement, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(sent(client, tmp_path / "f"))["kpi_ask"]
    said = "".join(str(row[0].value)[1:-1] for row in sheet.iter_rows(min_row=2))
    assert (
        said.isascii() and '"form":"kpi-ask/1"' in said and '"F8":["answer","net_sales","influence"]' in said
    )
    with pytest.raises(ValueError):
        base64.b64decode(said, validate=True)  # nothing packed that a client could not look into
