"""The bilingual dictionary, what columns hold, and in which order days are written."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from toolkit.data.tables import TABLES
from toolkit.documents import load_document
from toolkit.intake import words
from toolkit.intake.catalogue_names import kpi_like, kpi_named
from toolkit.intake.days import bounds, read_days
from toolkit.intake.evidence import TAKEN, Evidence, overlap_of
from toolkit.intake.fill import words_of
from toolkit.intake.profile import profile
from toolkit.intake.words import file_score, known_words, name_score, plain


@pytest.mark.parametrize(
    ("table", "column", "header"),
    [
        ("deals", "participant", "Opportunity Owner"),
        ("deals", "participant", "account manager"),
        ("deals", "participant", "业务员"),
        ("deals", "amount", "签单金额（元）"),
        ("deals", "amount", "Amount (USD)"),
        ("deals", "closed_on", "CLOSE_DATE"),
        ("deals", "closed_on", "closeDate"),
        ("activities", "done_on", "拜访日期"),
        ("invoices", "due_on", "Ｄｕｅ Date"),  # full width
        ("participants", "participant", "工号"),
        ("participants", "team", "队伍"),  # a pharmaceutical distributor's exports
        ("participants", "manager", "直属主管"),
        ("deals", "deal", "订单行号"),
        ("deals", "participant", "代表编号"),
    ],
)
def test_names_that_exports_use_are_known(table: str, column: str, header: str) -> None:
    assert name_score(table, column, header) == 1.0


@pytest.mark.parametrize(
    ("table", "column", "header"),
    [
        ("deals", "ordered_on", "预计成交日期"),
        ("deals", "closed_on", "Expected Close Date (planned)"),
        ("deals", "amount", "备注"),
        ("deals", "created_on", "Last Modified Date"),
        ("invoices", "amount", "Exchange Rate"),
        ("participants", "hired_on", "Date of Birth"),
        ("deals", "customer", "客户电话"),
    ],
)
def test_decoys_have_no_name(table: str, column: str, header: str) -> None:
    assert name_score(table, column, header) == 0.0


def test_a_name_that_may_mean_other_things_is_not_enough_alone() -> None:
    sure, loose = name_score("deals", "participant", "负责人"), name_score("deals", "participant", "创建人")
    assert Evidence(sure, 0.5).confidence >= TAKEN > Evidence(loose, 0.5).confidence
    assert Evidence(loose, 0.5, 1.0).confidence >= TAKEN  # the roster knows its values
    assert Evidence(0.0, 0.5, 1.0).confidence < TAKEN  # values alone are asked
    assert Evidence(1.0, 0.5, 0.0).confidence < TAKEN  # a roster that knows none of them speaks against it
    assert name_score("deals", "amount", "Sales Ammount") == 0.8  # a slip of the pen


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("商机导出2025", "deals"),
        ("visit log Q1", "activities"),
        ("花名册", "participants"),
        ("AR_ledger", "invoices"),
    ],
)
def test_a_files_name_tells_its_table(name: str, table: str) -> None:
    scores = {t: file_score(t, name) for t in TABLES}
    assert max(scores, key=lambda t: scores[t]) == table and scores[table] >= 0.5


def test_the_dictionary_names_only_columns_that_exist() -> None:
    document = words._document("synonyms.yaml")
    every = {column for table in TABLES.values() for column in table.columns}
    assert set(document["everywhere"]) <= every
    for table, entry in document.items():
        if table != "everywhere":
            assert set(entry["columns"]) <= set(TABLES[table].columns), table
    assert set(document) == {"everywhere", *TABLES}


def test_no_sure_name_means_two_columns_of_a_table() -> None:
    for table, standard in TABLES.items():
        seen: dict[str, str] = {}
        for column in standard.columns:
            for name in words.column_names(table, column).sure:
                assert seen.setdefault(name, column) == column or "name" in (seen[name], column), (
                    table,
                    name,
                )


def test_words_map_to_the_choices_of_their_columns() -> None:
    document = load_document(words._HERE / "values.yaml").data
    for key, listed in document.items():
        if key == "yes_no":
            continue
        table, column = key.split(".")
        choices = TABLES[table].columns[column].choices
        assert not choices or set(listed) == set(choices)
        meanings = [{plain(str(w)) for w in those} for those in listed.values()]
        assert sum(map(len, meanings)) == len(set().union(*meanings)), key  # no word means two things
    assert known_words("deals", "stage")["closedwon"] == "won"


def test_words_of_a_column() -> None:
    known, asked = words_of("deals", "stage", ("5. 赢单（100%）", "Closed Lost", "won", "冻结"))
    assert known == {"5. 赢单（100%）": "won", "Closed Lost": "lost"} and asked == {"冻结": ""}
    assert words_of("activities", "kind", ("拜访", "送礼")) == ({"拜访": "visit"}, {})  # a kind of their own
    periods = words_of("targets", "period", ("2026-03", "2026年3月", "202604", "2026年第二季度", "上半年"))
    assert periods == (
        {"2026年3月": "2026-03", "202604": "2026-04", "2026年第二季度": "2026-Q2"},
        {"上半年": ""},
    )
    assert words_of("targets", "kpi", ("净销售额", "net_sales", "心情")) == (
        {"净销售额": "net_sales"},
        {"心情": ""},
    )
    assert kpi_named("WIN RATE") == "win_rate" and kpi_like("心情") == "" == kpi_like("率")


@pytest.mark.parametrize(
    ("cells", "formats"),
    [
        (["2026-03-04", "2026/3/4", "2026年3月4日", "20260304"], ()),
        (["13/04/2026", "01/02/2026"], ("%d/%m/%Y",)),
        (["04/13/2026", "01/02/2026"], ("%m/%d/%Y",)),
        (["03.04.2026"], ("%d.%m.%Y", "%m.%d.%Y")),
        (["3/14/2026 9:05", "1/2/2026 10:00"], ("%m/%d/%Y %H:%M",)),
        (["3/14/26"], ("%m/%d/%y",)),
        (["14-Mar-2026"], ("%d-%b-%Y",)),
        (["March 4, 2026"], ("%B %d, %Y",)),
    ],
)
def test_the_order_of_days_is_decided_only_where_it_is_sure(
    cells: list[str], formats: tuple[str, ...]
) -> None:
    found = read_days(cells)
    assert found.is_day and found.formats == formats and not found.mixed


def test_days_of_two_kinds_and_no_days() -> None:
    assert read_days(["13/04/2026", "04/13/2026"]).mixed  # no one order reads both
    assert read_days(["2026-03-04", "13/04/2026"]).mixed
    assert not read_days(["138001380", "S001"]).is_day and not read_days([]).is_day
    assert not read_days(["2026-13-01"]).is_day and not read_days(["32/01/2026"]).is_day
    assert bounds(["3/14/2026", "1/2/2026", "x"], "%m/%d/%Y") == (dt.date(2026, 1, 2), dt.date(2026, 3, 14))
    assert bounds(["9999-12-31", "2026年1月2日"], "") == (dt.date(2026, 1, 2), dt.date(2026, 1, 2))
    assert bounds([], "") is None


def test_what_a_column_holds() -> None:
    found = profile(pa.chunked_array([["￥1,200.50", "(300)", " ", None, "１２"]]))
    assert (found.rows, found.filled, found.distinct) == (5, 3, 3)
    assert found.is_number and not found.small and not found.whole and found.marks == {"CNY"}
    assert profile(pa.chunked_array([["5%", "12%"]])).small
    assert profile(pa.chunked_array([["45000", "45999"]])).is_serial
    assert profile(pa.chunked_array([[dt.date(2026, 1, 1)]])).is_day
    assert profile(pa.chunked_array([pa.array([1.5, 2.5])])).is_number
    assert profile(pa.chunked_array([pa.array([None, None], pa.string())])).filled == 0
    assert overlap_of(("a", "b"), frozenset({"a"})) == 0.5 and overlap_of((), frozenset({"a"})) is None
