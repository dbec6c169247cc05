"""`engagement.yaml` written for review: whole, reread, safe with hostile text, and a person's edits kept."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.intake.exports import EXPORTS, write
from toolkit.documents import load_document
from toolkit.errors import DataError
from toolkit.intake import write as writing
from toolkit.intake.write import map_files, open_questions

OWN = """\
# our engagement, by hand
name: acme          # keep
client: {en: Acme, zh: 某公司}
language: en
currency: EUR
covers: {from: 2025-01-01, to: 2025-06-30}
tables:
  participants: {file: data/users.csv, columns: {participant: Full Name}}   # the roster
  # the deals come below
  deals:
    file: data/opportunity_report.csv
    columns:
      deal: 'Opportunity ID'      # checked with Ann
      participant: Opportunity Owner
      amount: Probability (%)     # wrong, but ours
measure: [deals_won]
"""


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_every_proposed_line_says_how_sure_it_is_and_why(tmp_path: Path) -> None:
    EXPORTS["chinese_crm"](tmp_path)
    lines = read(map_files(tmp_path).path).split("\n")
    deals = lines[lines.index(next(x for x in lines if x.startswith("  deals:"))) :]
    columns = deals[deals.index("    columns:") + 1 : deals.index("    values:")]
    assert len(columns) == 9
    assert all("  # 0." in x or x.lstrip().startswith("#") for x in columns)
    assert any("商机编号" in x and "列名" in x for x in columns)


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    EXPORTS["chinese_crm"](tmp_path)
    first = map_files(tmp_path)
    before = first.path.read_bytes()
    second = map_files(tmp_path)
    assert first.changed and not second.changed
    assert second.path.read_bytes() == before and not (tmp_path / "engagement.yaml.bak").exists()


def test_what_a_person_took_out_or_changed_stays_so(tmp_path: Path) -> None:
    EXPORTS["chinese_crm"](tmp_path)
    path = map_files(tmp_path).path
    kept = [x for x in read(path).split("\n") if "source: 商机来源" not in x]
    edited = "\n".join(kept).replace("participant: 负责人 ", "participant: 商机名称 ")
    path.write_text(edited, encoding="utf-8")
    assert not map_files(tmp_path).changed
    assert read(path) == edited


def test_an_engagement_of_ones_own_is_only_added_to(tmp_path: Path) -> None:
    EXPORTS["english_crm"](tmp_path)
    EXPORTS["ar_ledger"](tmp_path)
    path = tmp_path / "engagement.yaml"
    path.write_text(OWN, encoding="utf-8")
    done = map_files(tmp_path)
    text, data = read(path), load_document(path).data
    for line in OWN.split("\n"):
        assert line in text or "participants" in line  # which is put on lines, with its words kept
    assert "  # the deals come below" in text and "# the roster" in text and "# checked with Ann" in text
    assert data["tables"]["deals"]["columns"]["amount"] == "Probability (%)"
    assert data["tables"]["deals"]["columns"]["stage"] == "Stage"
    assert data["tables"]["deals"]["values"]["stage"]["Closed Won"] == "won"
    assert data["tables"]["deals"]["date_format"] == "%m/%d/%Y"
    assert data["tables"]["participants"]["columns"]["team"] == "Department"
    assert data["tables"]["invoices"]["columns"]["invoice"] == "Invoice No."
    assert data["currency"] == "EUR" and data["measure"] == ["deals_won"]
    assert read(tmp_path / "engagement.yaml.bak") == OWN
    assert {t.table for t in done.added} == {"participants", "deals"}
    again = read(path)
    assert not map_files(tmp_path).changed and read(path) == again


def test_a_new_file_is_added_to_what_was_mapped_before(tmp_path: Path) -> None:
    EXPORTS["english_crm"](tmp_path)
    first = read(map_files(tmp_path).path)
    EXPORTS["ar_ledger"](tmp_path)
    done = map_files(tmp_path)
    text = read(done.path)
    assert [t.table for t in done.proposal.tables] == ["invoices"]
    assert all(line in text.split("\n") for line in first.split("\n"))
    assert "invoices" in load_document(done.path).data["tables"]


def test_next_months_file_is_asked_for_the_table_it_fits(tmp_path: Path) -> None:
    def month(n: int) -> None:
        rows: list[list[object]] = [["Visit ID", "Sales Rep", "Visit Type", "Visit Date"]]
        rows += [[f"{n}-{i}", "Ann", "Visit", f"2025-0{n}-1{i}"] for i in range(5)]
        write(tmp_path, f"visits 2025-0{n}.csv", rows)

    month(1)
    map_files(tmp_path)
    month(2)
    done = map_files(tmp_path)
    data = load_document(done.path).data["tables"]["activities"]
    assert data["file"] == "data/visits 2025-01.csv" and not done.proposal.tables
    assert any("activities.files" in q and "data/visits 2025-02.csv" in q for _, q in done.questions)
    assert not map_files(tmp_path).changed


def test_another_sheet_of_a_mapped_workbook_is_a_table_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    book = openpyxl.Workbook()
    sheets = {
        "花名册": [["工号", "姓名", "部门"], ["Y1", "王", "一部"], ["Y2", "李", "二部"]],
        "回款": [
            ["回款单号", "业务员", "回款金额", "到账日期"],
            ["H1", "Y1", 10.5, "2025-01-02"],
            ["H2", "Y2", 7, "2025-01-03"],
        ],
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "data" / "all.xlsx")
    path = tmp_path / "engagement.yaml"
    roster = "participants: {file: data/all.xlsx, sheet: 花名册, columns: {participant: 工号}}"
    path.write_text(f"name: a\ntables:\n  {roster}\n", encoding="utf-8")
    map_files(tmp_path)
    tables = load_document(path).data["tables"]
    assert tables["payments"]["sheet"] == "回款" and tables["payments"]["columns"]["paid_on"] == "到账日期"
    assert tables["participants"]["columns"] == {"participant": "工号", "name": "姓名", "team": "部门"}


def test_tables_in_braces_over_lines_are_refused_and_left_alone(tmp_path: Path) -> None:
    EXPORTS["ar_ledger"](tmp_path)
    path = tmp_path / "engagement.yaml"
    source = "name: a\ntables: {products:\n  {file: p.csv}}\n"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        map_files(tmp_path)
    assert caught.value.problems[0].code == "intake.flow_style" and caught.value.problems[0].row == 2
    assert read(path) == source and sorted(p.name for p in tmp_path.iterdir()) == ["data", "engagement.yaml"]


def test_no_file_to_read_is_refused_with_the_reasons(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        map_files(tmp_path)
    assert [p.code for p in caught.value.problems] == ["intake.no_files"]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_bytes(b"a,b\n1,2\x00\n")
    with pytest.raises(DataError) as caught:
        map_files(tmp_path)
    assert len(caught.value.problems) == 2
    assert not (tmp_path / "engagement.yaml").exists()


def test_a_document_that_is_no_mapping_or_no_yaml_is_refused(tmp_path: Path) -> None:
    EXPORTS["ar_ledger"](tmp_path)
    path = tmp_path / "engagement.yaml"
    for source, code in (("- a\n", "document.not_a_mapping"), ("a: &x 1\nb: *x\n", "document.anchor")):
        path.write_text(source, encoding="utf-8")
        with pytest.raises(DataError) as caught:
            map_files(tmp_path)
        assert code in {p.code for p in caught.value.problems} and read(path) == source


HOSTILE = [
    "Owner\u2028: [x", "no", "&a *b", "!!python/object", "#x", "a: b", "-", "'\"\\", "\u202eabc", "70%",
    "0,7",     "{{7*7}}", "2026-01-01", "=cmd|' /C calc'!A0", "x" * 300, "null", "～", "\x85y",
]  # fmt: skip


def test_hostile_words_and_names_come_back_as_they_were(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Deal ID", "Owner", "Deal Stage", "Amount", "Created Date"]]
    stages = ["Closed Won", *(h for h in HOSTILE if "," not in h)]
    rows += [[i, "Ann", s.replace('"', "”"), 10.5, "2025-03-01"] for i, s in enumerate(stages * 2)]
    write(tmp_path, "deals # 1 'x'.csv", rows)
    done = map_files(tmp_path)
    table = next(t for t in done.proposal.tables if t.table == "deals")
    data = load_document(done.path).data["tables"]["deals"]
    assert data["columns"] == table.columns and data["file"] == "data/deals # 1 'x'.csv"
    assert data["values"]["stage"] == table.values["stage"]
    asked = read(done.path)
    assert all(line.isprintable() for line in asked.split("\n"))


@pytest.mark.parametrize("word", HOSTILE)
def test_a_clients_text_is_quoted_so_that_yaml_reads_it_back(word: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"a: {writing.scalar(word)}\n{writing.scalar(word[:100])}: 1\n", encoding="utf-8")
    data = load_document(path).data
    assert data["a"] == word and word[:100] in data


def test_open_questions_are_found_by_line(tmp_path: Path) -> None:
    path = tmp_path / "engagement.yaml"
    path.write_text("name: a\n  # asked: deals.stage: what?\n# asked by nobody\n", encoding="utf-8")
    assert open_questions(path) == ((2, "deals.stage: what?"),)
