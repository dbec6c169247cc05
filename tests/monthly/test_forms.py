"""Rating forms: who is asked, what comes back counts, and every way in which a form must not be edited."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.monthly.rated import rated_client
from tests.report.client import engagement
from toolkit.appraise.appraisal import settle
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement
from toolkit.data.records.kept import RATINGS, read_ratings, with_ratings
from toolkit.errors import NotEnoughData, ReportError, ToolkitError
from toolkit.language import describe_error
from toolkit.monthly import advance, read_forms, read_log, score_month, write_forms
from toolkit.monthly.asked import PEERS, ratings_asked
from toolkit.scheme.load import load_schemes

NOW = dt.datetime(2026, 4, 2, tzinfo=dt.UTC)


@pytest.fixture
def client(tmp_path: Path) -> Engagement:
    return load_engagement(rated_client(tmp_path / "client"))


@pytest.fixture
def form(client: Engagement, tmp_path: Path) -> Path:
    return write_forms(client, "2026-03", tmp_path / "form.xlsx", "Li Na", "en")[0]


def filled(path: Path, rating: Callable[[str, str], object], name: str = "back.xlsx") -> Path:
    """The form as raters send it back: `rating` of the person rated and the kind."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=6) if sheet.title != "kpi_ratings" else ():
            row[8].value = rating(str(row[0].value), str(row[4].value))
    book.save(path.with_name(name))
    return path.with_name(name)


def test_who_is_asked(client: Engagement) -> None:
    asked = ratings_asked(load_schemes(client), client.participants, "2026-03")
    pairs = {(a.rater, a.participant, a.kind) for a in asked}
    # p001 and p003 are North, p002 and p004 South; each has one colleague.
    assert pairs == {
        *((p, p, "self") for p in ("p001", "p002", "p003", "p004")),
        ("p001", "p003", "peer"), ("p003", "p001", "peer"),
        ("p002", "p004", "peer"), ("p004", "p002", "peer"),
        ("Ms North", "p001", "manager"), ("Ms North", "p003", "manager"),
        ("=South", "p002", "manager"), ("=South", "p004", "manager"),
    }  # fmt: skip
    assert {(a.measure, a.period, a.low, a.high) for a in asked} == {("teamwork", "2026-03", 1, 5)}


def test_in_a_large_team_five_colleagues_are_asked_and_everybody_rates_as_many(tmp_path: Path) -> None:
    client = load_engagement(rated_client(tmp_path / "client", people=24))
    asked = ratings_asked(load_schemes(client), client.participants, "2026-03")
    peers = [a for a in asked if a.kind == "peer"]
    assert PEERS == 5 and all(a.rater != a.participant for a in peers)
    for who in ("rater", "participant"):
        assert set(pd.Series([getattr(a, who) for a in peers]).value_counts()) == {5}


def test_ids_are_hidden_cells_locked_and_the_scale_a_list(form: Path) -> None:
    book = openpyxl.load_workbook(form)
    assert book["kpi_ratings"].sheet_state == "veryHidden"
    sheet = next(s for s in book.worksheets if s["A6"].value == "p001" and s["E6"].value == "self")
    assert sheet.protection.sheet and sheet.column_dimensions["A"].hidden
    assert [sheet[f"{c}6"].protection.locked for c in "ABFGHIJ"] == [True] * 5 + [False] * 2
    assert {v.formula1 for v in sheet.data_validations.dataValidation} == {'"1,2,3,4,5"'}
    assert [sheet[f"{c}6"].value for c in "FGH"] == ["Person 1", "Teamwork", "yourself"]


def test_a_name_that_looks_like_a_formula_is_text(form: Path) -> None:
    book = openpyxl.load_workbook(form)
    cells = [c for s in book.worksheets for row in s.iter_rows() for c in row if c.value is not None]
    assert any(c.value == "=South" for c in cells) and all(c.data_type != "f" for c in cells)


def test_what_comes_back_is_the_actual_when_scored(client: Engagement, form: Path) -> None:
    # p003: self 5, colleague 3, superior 4: 0.1 × 5 + 0.3 × 3 + 0.6 × 4 = 3.8, so 76 points
    given = {"self": 5, "peer": 3, "manager": 4}
    back = filled(form, lambda who, kind: given[kind] if who == "p003" else None)
    (returned,) = read_forms(client, [back], "Li Na", now=NOW)
    assert (returned.period, len(returned.ratings), returned.blank) == ("2026-03", 3, 9)
    card = score_month(client, "2026-03", "Li Na").tables["scorecard"]
    rows = card[(card["measure"] == "teamwork") & (card["period"] == "2026-03")].set_index("participant")
    assert rows.loc["p003", ["actual", "score"]].tolist() == [3.8, 76.0]
    assert rows.loc["p001", "missing"].startswith("no_actual")
    assert [e.action for e in read_log(client.folder)] == ["forms", "ratings", "opened", "scored"]
    assert read_ratings(client.folder)["rated_on"].unique().tolist() == ["2026-04-02"]
    # What is explained and reported later reads the same ratings, and lists their file among what it read.
    later = load_engagement(client.folder)
    told = settle(later).scorecard
    mine = (told["participant"] == "p003") & (told["measure"] == "teamwork") & (told["period"] == "2026-03")
    assert told.loc[mine, ["actual", "score"]].to_numpy().tolist() == [[3.8, 76.0]]
    assert later.folder / RATINGS in later.inputs


@pytest.mark.parametrize("manager", ["p001", "Name of p001"])
def test_a_manager_of_the_same_team_is_asked_once_and_as_manager(manager: str, tmp_path: Path) -> None:
    client = load_engagement(rated_client(tmp_path / "client", people=6))
    people = client.participants.assign(
        manager=manager, name=["Name of " + who for who in client.participants["participant"]]
    )
    found = ratings_asked(load_schemes(client), people, "2026-03")
    given = [(a.rater, a.kind) for a in found if a.participant == "p003"]  # North: p001, p003, p005
    assert sorted(given) == [("p001", "manager"), ("p003", "self"), ("p005", "peer")]
    own = {(a.rater, a.kind) for a in found if a.participant == "p001"}
    assert own == {("p001", "self"), ("p003", "peer"), ("p005", "peer")}  # nobody is their own superior
    asked = [(a.rater, a.participant, a.measure) for a in found]
    assert len(asked) == len(set(asked))


def test_a_managers_name_that_two_people_have_is_left_as_it_is_written(tmp_path: Path) -> None:
    client = load_engagement(rated_client(tmp_path / "client", people=4))
    people = client.participants.assign(manager="Li Wei", name=["Li Wei", "Ann", "Li Wei", "Bo"])
    found = ratings_asked(load_schemes(client), people, "2026-03")
    assert {a.rater for a in found if a.kind == "manager"} == {"Li Wei"}


def test_a_file_a_rater_and_who_rates_again_replaces_it(client: Engagement, tmp_path: Path) -> None:
    paths = write_forms(client, "2026-03", tmp_path / "forms", "Li Na", "zh")
    assert len(paths) == 6 and all(len(openpyxl.load_workbook(p).sheetnames) == 2 for p in paths)
    first = [filled(p, lambda *_: 2, f"a{at}.xlsx") for at, p in enumerate(paths)]
    assert sum(len(r.ratings) for r in read_forms(client, first, "Li Na")) == 12
    again = [filled(paths[0], lambda *_: 5, "b.xlsx")]
    read_forms(client, again, "Li Na")
    table = read_ratings(client.folder)
    assert len(table) == 12 and sorted(table["rating"].unique()) == [2.0, 5.0]
    assert not table.duplicated(["rater", "participant", "period", "measure"]).any()


def test_a_comment_that_looks_like_a_formula_stays_text_in_the_file(client: Engagement, form: Path) -> None:
    back = filled(form, lambda *_: 4)
    book = openpyxl.load_workbook(back)
    book.worksheets[0]["J6"].value = "'=cmd|'/C calc'!A0"
    book.worksheets[0]["J6"].data_type = "s"
    book.save(back)
    read_forms(client, [back], "Li Na")
    raw = (client.folder / RATINGS).read_text(encoding="utf-8-sig")
    assert "'=cmd" in raw and ",=cmd" not in raw
    assert "=South" in set(read_ratings(client.folder)["rater"])


def edit(cell: str, value: object) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        sheet[cell].value = value

    return change


def rename(sheet: Worksheet) -> None:
    sheet.title = "mine"


@pytest.mark.parametrize(
    ("change", "code", "cell"),
    [
        (edit("A6", "p099"), "month.form_edited", "A6"),
        (edit("B6", "2026-02"), "month.form_edited", "B6"),
        (edit("C6", "revenue"), "month.form_edited", "C6"),
        (edit("D6", "p001"), "month.form_edited", "D6"),
        (edit("E6", "self"), "month.form_edited", "E6"),
        (edit("F6", "Somebody Else"), "month.form_edited", "F6"),
        (edit("F2", "Filled in by: me"), "month.form_edited", "F2"),
        (edit("F6", None), "month.form_edited", "F6"),
        (edit("I5", "x"), "month.form_edited", "I5"),
        (edit("K6", "a note"), "month.form_extra", "K6"),
        (edit("I30", 5), "month.form_extra", "I30"),
        (edit("I6", 6), "month.off_scale", "I6"),
        (edit("I6", 0), "month.off_scale", "I6"),
        (edit("I6", 3.5), "month.off_scale", "I6"),
        (edit("I6", "good"), "month.off_scale", "I6"),
        (edit("I6", True), "month.off_scale", "I6"),
        (rename, "month.form_sheet", ""),
    ],
)
def test_an_edit_that_must_not_be_is_refused_with_its_cell(
    change: Callable[[Worksheet], None], code: str, cell: str, client: Engagement, form: Path
) -> None:
    book = openpyxl.load_workbook(form)
    name = book.worksheets[0].title
    change(book.worksheets[0])
    book.save(form)
    with pytest.raises(ReportError) as refused:
        read_forms(client, [form], "Li Na")
    (problem,) = refused.value.problems
    assert (problem.code, problem.column) == (code, cell)
    assert problem.where == (f"form.xlsx · {name}" if cell else "form.xlsx")
    assert not (client.folder / RATINGS).exists() and read_log(client.folder)[-1].action == "forms"
    for language in ("en", "zh"):
        assert "form.xlsx" in describe_error(refused.value, language)[0]


def test_all_faults_of_all_files_at_once_and_nothing_taken(
    client: Engagement, form: Path, tmp_path: Path
) -> None:
    back = filled(form, lambda *_: 9)
    (tmp_path / "photo.xlsx").write_bytes(b"no workbook")
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(ReportError) as refused:
        read_forms(client, [back, tmp_path / "photo.xlsx", tmp_path / "other.xlsx", form], "Li Na")
    codes = [p.code for p in refused.value.problems]
    assert codes.count("month.off_scale") == 12
    assert codes[12:] == ["month.form_unreadable", "month.form_unknown"]
    assert not (client.folder / RATINGS).exists()


def test_a_form_of_another_engagement_or_with_its_list_edited_is_unknown(
    client: Engagement, form: Path, tmp_path: Path
) -> None:
    other = load_engagement(rated_client(tmp_path / "other"))
    with pytest.raises(ReportError, match="no rating form that was sent from here"):
        read_forms(other, [form], "Li Na")
    (kept,) = (client.folder / "months" / "forms").iterdir()
    kept.write_text(kept.read_text(encoding="utf-8").replace("Person 1", "Person X"), encoding="utf-8")
    with pytest.raises(ReportError, match="no rating form"):
        read_forms(client, [form], "Li Na")


def test_after_the_review_no_rating_comes_in_and_no_form_goes_out(client: Engagement, form: Path) -> None:
    score_month(client, "2026-03", "Li Na")
    advance(client.folder, "2026-03", "review", "Wang Wei")
    for work in (
        lambda: read_forms(client, [form], "Li Na"),
        lambda: write_forms(client, "2026-03", form, "Li Na"),
    ):
        with pytest.raises(ReportError, match="ratings can no longer be given"):
            work()


def test_a_month_scored_before_its_ratings_is_not_reviewed(client: Engagement, form: Path) -> None:
    score_month(client, "2026-03", "Li Na")
    read_forms(client, [filled(form, lambda *_: 4)], "Li Na")
    with pytest.raises(ReportError, match="Score it again"):
        advance(client.folder, "2026-03", "review", "Wang Wei")
    score_month(client, "2026-03", "Li Na")
    assert advance(client.folder, "2026-03", "review", "Wang Wei").action == "reviewed"


def test_nobody_to_rate_and_no_month(tmp_path: Path) -> None:
    client = load_engagement(engagement(tmp_path / "client"))
    with pytest.raises(NotEnoughData, match="no measure of the schemes has raters"):
        write_forms(client, "2026-03", tmp_path / "f.xlsx", "Li Na")
    with pytest.raises(ToolkitError, match="no period that can be closed"):
        write_forms(client, "2027-03", tmp_path / "f.xlsx", "Li Na")
    assert not (tmp_path / "f.xlsx").exists()


def test_the_clients_own_ratings_stay_and_a_form_wins(client: Engagement, form: Path) -> None:
    read_forms(client, [filled(form, lambda *_: 4)], "Li Na")
    own = read_ratings(client.folder).drop(columns="rated_on").head(1)
    other = own.assign(rating=1.0)
    anonymous = own.assign(rater="", kind="peer", rating=2.0)
    joined = with_ratings(pd.concat([other, anonymous, anonymous], ignore_index=True), client.folder)
    assert len(joined) == 14 and sorted(joined["rating"].unique()) == [2.0, 4.0]


def test_a_ratings_file_that_was_edited_is_refused(client: Engagement, form: Path) -> None:
    read_forms(client, [filled(form, lambda *_: 4)], "Li Na")
    path = client.folder / RATINGS
    path.write_text(path.read_text(encoding="utf-8-sig").replace("rater,", "who,", 1), encoding="utf-8")
    with pytest.raises(ReportError, match="no longer as it was written"):
        read_ratings(client.folder)
