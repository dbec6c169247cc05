"""Bad data and bad documents: each fault alone, with its place and value, and all of them together."""

import sys
from pathlib import Path

import pytest

from tests.data.helpers import FILES, add, edit, line_of, only, place, problems_of, put, write
from toolkit.data.load import load_engagement
from toolkit.language import describe

PEOPLE, DEALS, TARGETS = "data/people.csv", "data/deals.csv", "data/targets.csv"
ACTIVITIES, DOCUMENT, SCHEME = "data/activities.csv", "engagement.yaml", "schemes/field_sales.yaml"

# file, text, put in its place, then the problem: code, row (2 is the first below the header), column, value
CELLS = [
    (DEALS, "D01,p1,c1,won,100.00", "D01,p1,c1,won,1.000 €", "data.not_a_number", 2, "amount", "1.000 €"),
    (DEALS, "0.10,0.05,2026-05-02", "0.10,n/a,2026-05-02", "data.not_a_number", 11, "cost", "n/a"),
    (DEALS, "won,200.00", 'won,"12,34"', "data.decimal_comma", 5, "amount", "12,34"),
    (DEALS, "won,200.00", "won,12万", "data.not_a_number", 5, "amount", "12万"),
    (DEALS, "won,200.00", "won,85%", "data.not_a_number", 5, "amount", "85%"),
    (DEALS, "won,200.00", "won,--5", "data.not_a_number", 5, "amount", "--5"),
    (DEALS, "won,200.00", "won,=1+1", "data.formula_text", 5, "amount", "=1+1"),
    (DEALS, "2026-02-15,2026-02-15", "46068,2026-02-15", "data.excel_serial", 5, "ordered_on", "46068"),
    (DEALS, "won,200.00", "won,inf", "data.not_a_number", 5, "amount", "inf"),
    (DEALS, "won,200.00", "won,123456789012345.12", "data.too_large", 5, "amount", "123456789012345.12"),
    (TARGETS, "p2,2026-01,net_sales,100", "p2,2026-01,net_sales,nan", "data.not_a_number", 3, "target",
     "nan"),
    (DEALS, "2026-02-15,2026-02-15", "2026-02-30,2026-02-15", "data.not_a_date", 5, "ordered_on",
     "2026-02-30"),
    (DEALS, "2026-02-15,2026-02-15", "26-02-15,2026-02-15", "data.not_a_date", 5, "ordered_on", "26-02-15"),
    (DEALS, "2026-02-15,2026-02-15", "2026215,2026-02-15", "data.not_a_date", 5, "ordered_on", "2026215"),
    (DEALS, "2026-02-15,2026-02-15", "next week,2026-02-15", "data.not_a_date", 5, "ordered_on", "next week"),
    (DEALS, "2026-02-15,2026-02-15", "03/04/2026,2026-02-15", "data.ambiguous_date", 5, "ordered_on",
     "03/04/2026"),
    (DEALS, "D03,p1,c2,lost", "D03,p1,c2,perdu", "data.unknown_word", 4, "stage", "perdu"),
    (TARGETS, "p2,2026-01,net_sales,100", "p2,2026-01,net_sales,", "data.blank", 3, "target", None),
    (DEALS, "D03,p1,c2,lost", "D03,\u3000,c2,lost", "data.blank", 4, "rep", None),
    (DEALS, "D03,p1", "D02,p1", "data.duplicate_key", 4, "deal", "D02"),
    (DEALS, "D03,p1", "D03,p9", "data.unknown_participant", 4, "rep", "p9"),
    (TARGETS, "p4,2026-01,", "p1,2026-01,", "data.duplicate_key", 5, "participant + period + kpi",
     "p1 / 2026-01 / net_sales"),
    (TARGETS, "p4,2026-01,", "p4,2026-13,", "data.not_a_period", 5, "period", "2026-13"),
    (TARGETS, "p4,2026-01,", "p4,01/03/2026,", "data.not_a_period", 5, "period", "01/03/2026"),
    (TARGETS, "p4,2026-01,", "p4,today,", "data.not_a_period", 5, "period", "today"),
    (TARGETS, "p4,2026-01,", "p4,2026-01-02,", "data.not_a_period", 5, "period", "2026-01-02"),
    (TARGETS, "p4,2026-01,net_sales", "p4,2026-01,netsales", "data.unknown_kpi", 5, "kpi", "netsales"),
    (TARGETS, "p4,2026-01,", "p5,2026-01,", "data.unknown_participant", 5, "participant", "p5"),
    (PEOPLE, "p4,Dee,South,Coast,field,2024-01-01,,", "p4,Dee,South,Coast,field,2024-01-01,2023-12-31,",
     "data.left_before_hired", 5, "left_on", "p4"),
    (PEOPLE, "p4,Dee,South,Coast,field,2024-01-01,,120000,24000,,",
     "p4,Dee,South,Coast,field,2024-01-01,,120000,24000,2026-02-01,2026-01-31", "data.valid_reversed", 5,
      "valid_to", "p4"),
]  # fmt: skip


@pytest.mark.parametrize("case", CELLS, ids=lambda case: f"{case[3]}-{case[6]}")
def test_a_bad_cell_is_named_by_file_row_column_and_value(tmp_path: Path, case: tuple) -> None:
    name, old, new, *problem = case
    edit(write(tmp_path), name, old, new)
    found = [p for p in problems_of(tmp_path) if p.where != "schemes"]
    assert [place(p) for p in found] == [(problem[0], name, *problem[1:])]


ROSTER = "p4,Dee,South,Coast,field,2024-01-01,,120000,24000,,\n"
ROWS = [
    (PEOPLE, ROSTER, "data.roster_overlap", 6, "valid_from", "p4"),
    (PEOPLE, ROSTER.replace("2024-01-01", "2024-02-01"), "data.roster_contradicts", 6, "hired_on", "p4"),
    (TARGETS, "p3,2026-01,net_sales,7\n", "data.duplicate_key", 6, "period", "p3 / 2026-01 / net_sales"),
    (DEALS, "D13,p1,c1,won,1,1,2026-01-01,2026-01-01,2026-01-01,extra\n", "data.row_length", 14, "", "D13,"),
    (DEALS, "D13,p1\n", "data.row_length", 14, "", "D13,p1"),
]


@pytest.mark.parametrize("case", ROWS, ids=lambda case: f"{case[2]}-{case[4]}")
def test_a_bad_row_is_named(tmp_path: Path, case: tuple) -> None:
    name, more, code, row, column, value = case
    add(write(tmp_path), name, more)
    (found,) = [p for p in problems_of(tmp_path) if p.code == code]
    assert (found.where, found.row, found.column) == (name, row, column)
    assert str(found.value).startswith(value)


def test_a_blank_amount_is_named(tmp_path: Path) -> None:
    put(write(tmp_path), "data/paid.csv", "payment,participant,amount,paid_on\n1,p1,,2026-01-05\n")
    add(tmp_path, DOCUMENT, "  payments: {file: data/paid.csv}\n")
    assert place(only(tmp_path)) == ("data.blank", "data/paid.csv", 2, "amount", None)


# SQL that reaches for a file or changes a table, in a KPI's definition and in a table's SELECT
HOSTILE = [
    "sum(amount) FROM read_csv('/etc/passwd')",
    "(SELECT count(*) FROM read_text('/etc/passwd'))",
    "count(*); DROP TABLE deals",
    "sum(getenv('HOME'))",
]


@pytest.mark.parametrize("sql", HOSTILE)
def test_a_definition_that_reaches_for_files_or_tables_is_refused(tmp_path: Path, sql: str) -> None:
    own = (
        "kpis:\n  own:\n    name: {en: Own, zh: 自定}\n    category: result\n    unit: count\n"
        f'    direction: higher\n    numerator: {{table: deals, sql: "{sql}", date: closed_on}}\n'
    )
    edit(write(tmp_path), DOCUMENT, "visits, win_rate", "visits, own")
    add(tmp_path, DOCUMENT, own)
    assert {p.code for p in problems_of(tmp_path)} == {"engagement.sql_refused"}


@pytest.mark.parametrize(
    "sql",
    ["SELECT * FROM read_csv('/etc/passwd')", "DROP TABLE lines", "SELECT * FROM lines; DROP TABLE lines",
     "COPY lines TO 'out.csv'", "ATTACH 'other.db'"],
)  # fmt: skip
def test_a_select_that_reaches_for_files_or_tables_is_refused(tmp_path: Path, sql: str) -> None:
    edit(write(tmp_path), DOCUMENT, "file: data/deals.csv", f'select: "{sql}"')
    add(tmp_path, DOCUMENT, "files: {lines: {file: data/deals.csv}}\n")
    follow_on = {"engagement.table_not_supplied", "engagement.column_not_filled"}
    assert {p.code for p in problems_of(tmp_path)} - follow_on == {"data.select_refused"}


def test_the_first_of_two_rows_is_named_too(tmp_path: Path) -> None:
    add(write(tmp_path), TARGETS, "p3,2026-01,net_sales,7\n")  # row 4 says the same as 2026-01-01
    assert only(tmp_path).values["first"] == 4


@pytest.mark.parametrize(("bad", "named", "counted"), [(20, 20, None), (21, 20, 1), (57, 20, 37)])
@pytest.mark.parametrize(
    ("name", "line", "code"),
    [
        (DEALS, "X{i},p1,c1,won,x,1,2026-01-01,2026-01-01,2026-01-01\n", "data.not_a_number"),
        (DEALS, "D01,p1,c1,won,1,1,2026-01-01,2026-01-01,2026-01-01\n", "data.duplicate_key"),
        (DEALS, "X{i},q{i},c1,won,1,1,2026-01-01,2026-01-01,2026-01-01\n", "data.unknown_participant"),
        (DEALS, "X{i},p1\n", "data.row_length"),
        (TARGETS, "p1,2026-02-{i},net_sales,1\n", "data.not_a_period"),
    ],
    ids=["cells", "keys", "people", "lengths", "periods"],
)
def test_twenty_are_named_and_the_rest_counted(
    tmp_path: Path, name: str, line: str, code: str, bad: int, named: int, counted: int | None
) -> None:
    add(write(tmp_path), name, "".join(line.format(i=i + 100) for i in range(bad)))
    found = problems_of(tmp_path)
    first = line_of(tmp_path, name, line.format(i=100).strip()) if code != "data.duplicate_key" else 14
    assert [p.row for p in found if p.code == code] == list(range(first, first + named))
    assert [p.value for p in found if p.code == "data.more_rows"] == ([counted] if counted else [])


# what is done to the files, and the problem: code, where, row, column, value
def _outside(folder: Path) -> None:
    put(folder.parent, "x.csv", FILES[DEALS])


DOCUMENTS = [
    ("file: data/deals.csv", "file: data/sales.csv", "data.missing_file", "data/sales.csv", None, "", None),
    ("file: data/deals.csv", "file: ../x.csv", "data.outside_folder", "../x.csv", None, "", None),
    ("file: data/deals.csv", "file: data/deals.xlsx", "data.missing_file", "data/deals.xlsx", None, "", None),
    ("file: data/deals.csv", 'file: "data/de\\0als.csv"', "data.missing_file", "data/de\0als.csv", None, "",
     None),
    ("file: data/deals.csv", "files: [data/deals.csv, data/deals.csv]", "engagement.file_twice", DOCUMENT,
     "deals:", "tables.deals", "data/deals.csv"),
    ("file: data/deals.csv", "files: []", "engagement.no_file", DOCUMENT, "deals:", "tables.deals", None),
    ("{participant: rep}", "{participant: reps}", "data.missing_column", DEALS, None, "reps", None),
    ("{participant: rep}", "{participant: rep, profit: cost}", "engagement.unknown_column", DOCUMENT,
     "profit", "tables.deals.columns.profit", "profit"),
    ("{participant: rep}", "{}", "data.required_column", DEALS, None, "participant", None),
    ("values: {kind:", "values: {sort:", "engagement.unknown_column", DOCUMENT,
     "sort", "tables.activities.values.sort", "sort"),
    ("  activities:\n", "  visits_made:\n", "engagement.unknown_table", DOCUMENT,
     "visits_made", "tables.visits_made", "visits_made"),
    ("  participants: {file: data/people.csv}\n", "", "engagement.no_participants", DOCUMENT, "tables:",
     "tables", None),
    ("participants: {file: data/people.csv}", 'participants: {file: data/people.csv, separator: "||"}',
     "engagement.separator", DOCUMENT, "people.csv", "tables.participants.separator", "||"),
    ("participants: {file: data/people.csv}", "participants: {file: data/people.csv, header_row: -1}",
     "engagement.header_row", DOCUMENT, "people.csv", "tables.participants.header_row", -1),
    ("participants: {file: data/people.csv}",
     "participants: {file: data/people.csv, names: [participant], header_row: 1}",
     "engagement.header_row", DOCUMENT, "people.csv", "tables.participants.header_row", 1),
    ("participants: {file: data/people.csv}", "participants: {file: data/people.csv, header_rows: 4}",
     "engagement.header_rows", DOCUMENT, "people.csv", "tables.participants.header_rows", 4),
    ("participants: {file: data/people.csv}", "participants: {file: data/people.csv, encoding: utf-9}",
     "data.unknown_encoding", PEOPLE, None, "", "utf-9"),
    ("participants: {file: data/people.csv}",
     'participants: {file: data/people.csv, date_format: "%d/%Q/%Y"}',
     "engagement.date_format", DOCUMENT, "people.csv", "tables.participants.date_format", "%d/%Q/%Y"),
    ("participants: {file: data/people.csv}",
     'participants: {file: data/people.csv, columns: {"grade of pay": role}}',
     "engagement.odd_name", DOCUMENT, "grade of pay", "tables.participants.columns.grade of pay",
      "grade of pay"),
    ("participants: {file: data/people.csv}", "participants: {file: data/people.csv, columns: {Team: role}}",
     "engagement.odd_name", DOCUMENT, "Team", "tables.participants.columns.Team", "Team"),
    ("visits, win_rate", "visits, winrate", "engagement.unknown_kpi", DOCUMENT, "winrate", "measure.2",
     "winrate"),
    ("weight: 1, kpi: net_sales", "weight: 1, kpi: netsales", "engagement.unknown_kpi", DOCUMENT,
     "netsales", "objectives.0.kpi", "netsales"),
    ("visits, win_rate", "visits, service_score", "engagement.table_not_supplied", DOCUMENT,
     "service_score", "measure.2", "feedback"),
    ("from: 2026-01-01, to: 2026-06-30", "from: 2026-06-30, to: 2026-01-01", "engagement.cover_reversed",
     DOCUMENT,
     "covers", "covers", "2026-06-30"),
    ("{from: 2026-01-01, to: 2026-06-30}", "{from: 2026-01-01}", "engagement.cover_incomplete", DOCUMENT,
     "covers", "covers", None),
    ("from: 2026-01-01, to", "from: 2026-02-30, to", "document.odd_value", DOCUMENT, "covers", "covers.from",
     "2026-02-30"),
    ("calendar: months", "calendar: {fiscal_year_starts: 13}", "engagement.calendar", DOCUMENT, "calendar",
     "calendar",
     "{'fiscal_year_starts': 13}"),
    ("language: en", "language: de", "document.not_one_of", DOCUMENT, "language", "language", "de"),
    ("currency: CNY", "currency: CNY\ncurrency: USD", "document.duplicate_key", DOCUMENT, "currency: USD",
     "currency", "currency"),
    ("currency: CNY", "curency: CNY", "document.unknown_key", DOCUMENT, "curency", "curency", "CNY"),
    ("name: small\n", "", "document.missing_key", DOCUMENT, "client", "name", None),
    ("measure: [net", "measure: [[net", "document.not_yaml", DOCUMENT, "tables:", "", None),
]  # fmt: skip


@pytest.mark.parametrize("case", DOCUMENTS, ids=lambda case: f"{case[2]}-{case[5] or case[3]}")
def test_a_bad_document_is_named_by_line_and_address(tmp_path: Path, case: tuple) -> None:
    folder = write(tmp_path / "client")
    old, new, code, where, needle, column, value = case
    _outside(folder)
    edit(folder, DOCUMENT, old, new)
    # A table that is no longer there is missed by the KPIs measured from it; that too is said.
    follow_on = {"engagement.table_not_supplied", "engagement.column_not_filled"} - {code}
    (found,) = [p for p in problems_of(folder) if p.code not in follow_on]
    row = line_of(folder, DOCUMENT, needle) if needle else None
    if code == "document.not_yaml":
        assert (found.code, found.where, found.row) == (code, where, row)
    else:
        assert place(found) == (code, where, row, column, value)


def test_every_column_that_a_kpi_lacks_is_named(tmp_path: Path) -> None:
    edit(write(tmp_path), DOCUMENT, "visits, win_rate", "visits, discount_given")
    found = [place(p)[2:] for p in problems_of(tmp_path)]
    assert found == [(9, "measure.2", "deals.discount"), (9, "measure.2", "deals.list_amount")]


def test_gaps_and_disorder_in_a_named_calendar_are_refused(tmp_path: Path) -> None:
    gap = "{periods: {2026-Q1: 2026-01-01, 2026-Q3: 2026-04-01}, ends: 2026-06-30}"
    back = "{periods: {2026-Q1: 2026-04-01, 2026-Q2: 2026-01-01}, ends: 2026-06-30}"
    early_end = "{periods: {2026-Q1: 2026-01-01, 2026-Q2: 2026-04-01}, ends: 2026-03-01}"
    for calendar in (gap, back, early_end):
        folder = write(tmp_path)
        edit(folder, DOCUMENT, "calendar: months", f"calendar: {calendar}")
        assert {p.code for p in problems_of(folder)} == {"engagement.calendar"}


def test_near_names_are_proposed(tmp_path: Path) -> None:
    edit(write(tmp_path), DOCUMENT, "{participant: rep}", "{participant: rep, amount: amuont}")
    edit(tmp_path, DOCUMENT, "visits, win_rate", "visits, winrate")
    column, kpi = problems_of(tmp_path)
    assert column.values["near"] == "amount"
    assert str(kpi.values["near"]).startswith("win_rate")
    assert "amount" in describe(column, "en")
    assert "amount" in describe(column, "zh")


def test_an_unknown_field_of_a_table_proposes_the_nearest(tmp_path: Path) -> None:
    edit(write(tmp_path), DOCUMENT, "columns: {participant: rep}", "colums: {participant: rep}")
    (unknown,) = [p for p in problems_of(tmp_path) if p.code == "document.unknown_key"]
    assert unknown.values["known"] == "columns" and "columns" in describe(unknown, "zh")


WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a right there")


@pytest.mark.parametrize("how", ["absolute", pytest.param("symlink", marks=WINDOWS)])
def test_a_file_outside_the_folder_is_not_read(tmp_path: Path, how: str) -> None:
    folder = write(tmp_path / "client")
    put(tmp_path, "x.csv", FILES[DEALS])
    name = (tmp_path / "x.csv").as_posix()
    if how == "symlink":
        (folder / "data" / "link.csv").symlink_to(tmp_path / "x.csv")
        name = "data/link.csv"
    edit(folder, DOCUMENT, "file: data/deals.csv", f"file: {name}")
    assert place(only(folder)) == ("data.outside_folder", name, None, "", None)


def test_who_has_no_scheme_or_two_is_named(tmp_path: Path) -> None:
    edit(write(tmp_path), PEOPLE, "p4,Dee,South,Coast,field", "p4,Dee,South,Coast,office")
    other = (
        FILES[SCHEME].replace("name: field_sales", "name: other").replace("role: [field]", "team: [North]")
    )
    put(tmp_path, "schemes/other.yaml", other.replace("from: 2026-01-01", "from: 2026-04-01"))
    found = {(p.code, p.value, p.values["first"], p.values["last"]) for p in problems_of(tmp_path)}
    assert found == {
        ("scheme.no_scheme", "p4", "2026-01-01", "2026-06-30"),
        ("scheme.two_schemes", "p1", "2026-04-01", "2026-06-30"),
        ("scheme.two_schemes", "p2", "2026-04-01", "2026-06-30"),
    }


def test_a_scheme_in_another_currency_is_refused(tmp_path: Path) -> None:
    edit(write(tmp_path), SCHEME, "currency: CNY", "currency: EUR")
    (problem,) = problems_of(tmp_path)
    assert (problem.code, problem.value, problem.values["currency"]) == (
        "engagement.other_currency",
        "EUR",
        "CNY",
    )
    assert "EUR" in describe(problem, "zh") and "CNY" in describe(problem, "zh")


def test_faults_of_all_kinds_are_reported_together(tmp_path: Path) -> None:
    folder = write(tmp_path)
    edit(folder, DOCUMENT, "visits, win_rate", "visits, winrate")
    edit(folder, SCHEME, "weight: 0.6", "weight: 0.5")
    edit(folder, SCHEME, "kpi: visits", "kpi: visit")
    edit(folder, DEALS, "won,100.00", "won,many")
    edit(folder, DEALS, "2026-02-15,2026-02-15", "03/04/2026,2026-02-15")
    add(folder, DEALS, "D13,p1\n")
    edit(folder, PEOPLE, "p4,Dee", "p5,Dee")
    edit(folder, TARGETS, "p1,2026-01,", "p1,soon,")
    (folder / ACTIVITIES).unlink()
    assert {(p.code, p.where, p.row) for p in problems_of(folder)} == {
        ("engagement.unknown_kpi", DOCUMENT, 9),
        ("scheme.weights_sum", SCHEME, 9),
        ("scheme.unknown_kpi", SCHEME, 16),
        ("data.not_a_number", DEALS, 2),
        ("data.ambiguous_date", DEALS, 5),
        ("data.row_length", DEALS, 14),
        ("data.unknown_participant", TARGETS, 5),
        ("data.not_a_period", TARGETS, 2),
        ("data.missing_file", ACTIVITIES, None),
    }


def test_faults_of_the_document_and_of_the_data_are_reported_together(tmp_path: Path) -> None:
    folder = write(tmp_path)
    edit(folder, DOCUMENT, "calendar: months", "calendar: {fiscal_year_starts: 0}")
    edit(folder, DOCUMENT, "values: {kind:", "values: {sort:")
    edit(folder, DEALS, "won,100.00", "won,many")
    codes = ["engagement.calendar", "engagement.unknown_column", "data.not_a_number"]
    assert [p.code for p in problems_of(folder)] == codes


@pytest.mark.parametrize("document", ["", "[]", "just a word"])
def test_a_document_that_says_nothing_is_refused(tmp_path: Path, document: str) -> None:
    found = only(write(tmp_path, engagement=document))
    assert (found.code, found.where, found.row) == ("document.not_a_mapping", DOCUMENT, 1)


def test_a_folder_without_a_document_is_refused(tmp_path: Path) -> None:
    assert place(only(tmp_path)) == ("document.missing", DOCUMENT, None, "", None)


def test_without_a_scheme_there_is_nothing_to_appraise_by(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / SCHEME).unlink()
    assert place(only(tmp_path)) == ("engagement.no_schemes", "schemes/", None, "", None)


def test_the_engagement_that_is_broken_here_is_sound(tmp_path: Path) -> None:
    client = load_engagement(write(tmp_path))
    assert (len(client.participants), len(client.targets), len(client.schemes)) == (4, 4, 1)
    assert sorted(client.filled) == ["activities", "deals", "participants", "targets"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("p1,2026-01,visits,,,\np2,2026-01,visits,,3,\n",
         [("data.no_value", 2, "value", "visits"), ("data.no_value", 3, "value", "visits")]),
        ("p1,2026-01,visits,5,,\np2,2026-01,visits,,3,4\n", [("data.mixed_values", 2, "kpi", "visits")]),
        ("p1,2026-01,visits,5,,\np1,2026-01-01,visits,6,,\n",
         [("data.duplicate_key", 3, "period", "p1 / 2026-01 / visits")]),
        ("p1,2026-01,visit,5,,\n", [("data.unknown_kpi", 2, "kpi", "visit")]),
        ("p9,2026-01,visits,5,,\n", [("data.unknown_participant", 2, "participant", "p9")]),
    ],
)  # fmt: skip
def test_a_sheet_of_values_must_say_what_it_gives(tmp_path: Path, values: str, expected: list[tuple]) -> None:
    put(write(tmp_path), "data/values.csv", "participant,period,kpi,value,numerator,denominator\n" + values)
    add(tmp_path, DOCUMENT, "  kpi_values: {file: data/values.csv}\n")
    found = [(p.code, p.row, p.column, p.value) for p in problems_of(tmp_path)]
    assert found == expected


def test_files_that_a_select_reads_need_plain_names(tmp_path: Path) -> None:
    names = ("_raw", "deals", "Deals")
    files = "files:\n" + "".join(f"  {name}: {{file: data/deals.csv}}\n" for name in names)
    edit(write(tmp_path), DOCUMENT, "tables:\n", f"{files}tables:\n")
    assert [place(p) for p in problems_of(tmp_path)] == [
        ("engagement.odd_name", DOCUMENT, 11, "files._raw", "_raw"),
        ("engagement.odd_name", DOCUMENT, 13, "files.Deals", "Deals"),
    ]


def test_a_table_comes_from_a_file_or_a_select_not_both(tmp_path: Path) -> None:
    both = "    file: data/deals.csv\n    select: SELECT 1\n"
    edit(write(tmp_path), DOCUMENT, "    file: data/deals.csv\n", both)
    found = [p for p in problems_of(tmp_path) if p.code == "engagement.file_and_select"]
    assert [place(p) for p in found] == [("engagement.file_and_select", DOCUMENT, 12, "tables.deals", None)]
