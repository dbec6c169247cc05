"""The catalogue: the article's indicators, both languages, and SQL that the standard tables can answer."""

import re
from pathlib import Path

import duckdb
import pytest
import sqlglot
from fontTools.ttLib import TTFont
from pydantic import ValidationError

from tests.test_texts import CHINESE, narrow_signs
from toolkit.assets import asset
from toolkit.catalogue import load as catalogue_module
from toolkit.catalogue.kpi import Aggregate, Kpi
from toolkit.catalogue.load import CATEGORIES, load_catalogue
from toolkit.data.sql import parse_aggregate
from toolkit.data.tables import SQL_TYPES, TABLES
from toolkit.documents import load_document
from toolkit.errors import DataError
from toolkit.language import LANGUAGES, texts

# 如何制定高效销售管理KPI绩效考核方案, the table of indicators (指标类型, 具体指标)
ARTICLE = {
    "result": {"销售额", "成交率", "回款率", "新客户开发数量"},
    "process": {"客户拜访次数", "电话拜访量", "商机跟进数量"},
    "quality": {"客户满意度", "投诉率", "售后服务评分"},
    "growth": {"知识掌握度", "培训参与率", "技能提升进度"},
}
KPIS = load_catalogue()
PARTS = [
    (f"{kpi.kpi}.{part}", kpi, aggregate)
    for kpi in KPIS.values()
    for part in ("numerator", "denominator")
    if (aggregate := getattr(kpi, part)) is not None
]
TOLD = ("name", "formula", "needs", "gaming_risk")


def names_of(kpi: Kpi) -> set[str]:
    """A Chinese name and the synonym that stands behind it in brackets."""
    return set(re.split("[（）]", kpi.name["zh"])) - {""}


def test_the_articles_thirteen_indicators_are_there_each_in_its_category_and_with_sql() -> None:
    assert sum(len(wanted) for wanted in ARTICLE.values()) == 13
    found = {
        category: {
            name
            for kpi in KPIS.values()
            if kpi.category == category and kpi.has_sql
            for name in names_of(kpi)
        }
        for category in ARTICLE
    }
    assert [name for category, wanted in ARTICLE.items() for name in wanted - found[category]] == []


def test_the_catalogue_is_as_large_as_promised() -> None:
    assert len(KPIS) >= 90 and sum(kpi.has_sql for kpi in KPIS.values()) >= 55
    assert {kpi.category for kpi in KPIS.values()} == set(CATEGORIES)


def test_what_grows_the_business_is_a_result_and_growth_is_the_persons() -> None:
    assert {part.table for _, kpi, part in PARTS if kpi.category == "growth"} == {"training"}
    assert {"sales_growth_yoy", "new_customers", "customer_retention"} <= {
        name for name, kpi in KPIS.items() if kpi.category == "result"
    }


@pytest.mark.parametrize("kpi", KPIS.values(), ids=list(KPIS))
def test_a_kpi_is_told_in_both_languages(kpi: Kpi) -> None:
    for told in (getattr(kpi, field) for field in TOLD):
        assert set(told) == {"en", "zh"} and all(told.values())
        assert re.search(f"[{CHINESE}]", told["zh"]) and not re.search(f"[{CHINESE}]", told["en"])
        assert narrow_signs(told["zh"]) == []
        assert not told["en"].endswith(".") and not told["zh"].endswith("。")


def test_names_tell_kpis_apart() -> None:
    for language in LANGUAGES:
        names = [kpi.name[language] for kpi in KPIS.values()]  # type: ignore[index]
        assert len(set(names)) == len(names)


def test_the_reports_font_has_every_character() -> None:
    have = TTFont(asset("templates", "report", "fonts", "NotoSansCJKsc-GB2312.otf")).getBestCmap()
    every = "".join(t for k in KPIS.values() for field in TOLD for t in getattr(k, field).values())
    assert {c for c in every if ord(c) not in have} == set()


@pytest.mark.parametrize("kpi", KPIS.values(), ids=list(KPIS))
def test_a_kpi_is_whole(kpi: Kpi) -> None:
    assert re.fullmatch("[a-z][a-z0-9_]*", kpi.kpi) and kpi.source
    assert kpi.is_ratio or kpi.unit != "ratio" or not kpi.has_sql  # a share has a denominator
    assert (kpi.kind == "cohort") == (kpi.within_days > 0)
    for words in (kpi.roles, kpi.industries):
        assert words and len(set(words)) == len(words) and ("all" not in words or len(words) == 1)


def test_every_word_of_the_vocabularies_has_its_name() -> None:
    used = {
        *(f"catalogue.{v}.{getattr(k, v)}" for k in KPIS.values() for v in ("category", "unit", "direction")),
        *(f"catalogue.{v}.{getattr(k, v)}" for k in KPIS.values() for v in ("kind", "lead_lag")),
        *(f"catalogue.subject.{k.grain[0]}" for k in KPIS.values()),
        *(f"catalogue.every.{k.grain[1]}" for k in KPIS.values()),
        *(f"catalogue.role.{word}" for k in KPIS.values() for word in k.roles),
        *(f"catalogue.industry.{word}" for k in KPIS.values() for word in k.industries),
    }
    assert used <= set(texts())


def test_references_are_unique() -> None:
    refs = [kpi.ref for kpi in KPIS.values()]
    assert all(re.fullmatch("[A-Z][0-9]{2}", ref) for ref in refs) and len(set(refs)) == len(refs)
    numbered = {f"{letter}{n:02d}" for letter, last in zip("RPQG", (22, 28, 17, 23), strict=True)
                for n in range(1, last + 1)}  # fmt: skip
    assert len(numbered) == 90 and numbered <= set(refs)  # the list that the catalogue began with


@pytest.mark.parametrize(("name", "kpi", "part"), PARTS, ids=[name for name, *_ in PARTS])
def test_sql_is_an_aggregate_over_columns_that_the_standard_table_has(
    name: str, kpi: Kpi, part: Aggregate
) -> None:
    table = TABLES[part.table]
    have = set(table.columns) | set(table.derived) | set(table.lookups)
    used = parse_aggregate(part.sql).columns
    days = [part.opened, part.closed] if part.is_snapshot else [part.date]
    assert all(days), f"{name}: says by which day its rows count"
    assert used | set(days) | {part.owner} <= have
    assert all(table.columns[day].kind == "day" for day in days if day in table.columns)


@pytest.mark.parametrize("name", sorted({part.table for _, _, part in PARTS}))
def test_sql_runs_on_an_empty_standard_table(name: str) -> None:
    table = TABLES[name]
    columns = {column: SQL_TYPES[spec.kind] for column, spec in table.columns.items()}
    columns |= {
        column: SQL_TYPES[TABLES[taken.table].columns[taken.column].kind]
        for column, taken in table.lookups.items()
    }
    blank = ", ".join(f'NULL::{kind} AS "{column}"' for column, kind in columns.items())
    query = f"SELECT {blank} WHERE false"
    for column, sql in table.derived.items():
        query = f"SELECT *, {sql} AS {column} FROM ({query})"
    database = duckdb.connect()
    database.execute(f"CREATE TABLE base AS {query}")
    types = dict(database.execute("SELECT column_name, column_type FROM (DESCRIBE base)").fetchall())
    for label, _, part in PARTS:
        if part.table == name:
            rows = database.execute(f"SELECT {part.sql} FROM base").fetchall()
            assert len(rows) == 1 and rows[0][0] in (0, None), label
            days = {part.date, part.opened, part.closed} - {""}
            assert {types[day] for day in days} == {"DATE"}, label


@pytest.mark.parametrize("dialect", ["postgres", "spark"])
def test_definitions_can_be_said_in_the_dialects_of_large_databases(dialect: str) -> None:
    derived = [sql for table in TABLES.values() for sql in table.derived.values()]
    for sql in [*derived, *(part.sql for _, _, part in PARTS)]:
        said = sqlglot.transpile(
            sql, read="duckdb", write=dialect, unsupported_level=sqlglot.ErrorLevel.RAISE
        )
        assert len(said) == 1 and not re.search(r"arg_max|date_diff\(|DATE_DIFF\(", said[0])


def test_choices_named_in_sql_are_those_of_the_table() -> None:
    """A word that no cell can hold would count nothing, for ever."""
    checked = 0
    for name, _, part in PARTS:
        table = TABLES[part.table]
        for column in (c for c, spec in table.columns.items() if spec.choices):
            said = re.findall(rf"\b{column} (?:= |IN )\(?((?:'\w+'(?:, )?)+)", part.sql)
            words = set(re.findall(r"'(\w+)'", " ".join(said)))
            checked += len(words)
            assert words <= set(table.columns[column].choices), name
    assert checked > 60


def test_what_adds_over_months_and_what_does_not() -> None:
    adds = {name for name, kpi in KPIS.items() if kpi.adds_over_time}
    assert {"net_sales", "gross_margin", "visits", "calls"} <= adds
    # without SQL: amounts and counts add, shares, days and minutes to an answer do not
    assert "assets_growth" in adds
    assert not adds & {"market_share", "sales_growth_yoy", "channel_inventory_days", "lead_response_time"}
    snapshots = {"open_pipeline", "overdue_receivables", "days_sales_outstanding", "customer_retention"}
    assert not adds & {"win_rate", "collection_rate", "won_within_90_days", *snapshots}
    assert snapshots <= {name for name, kpi in KPIS.items() if kpi.kind == "snapshot"}
    assert KPIS["complaint_rate"].direction == KPIS["discount_given"].direction == "lower"


def test_a_kinds_name_follows_from_the_definition() -> None:
    whole = {"kpi": "k", "name": {"en": "K"}, "category": "result", "unit": "count", "direction": "higher"}
    flow, stands = Aggregate("deals", "count(*)", date="created_on"), KPIS["open_pipeline"].numerator
    assert Kpi(**whole, numerator=flow).kind == "flow"
    assert Kpi(**whole, numerator=flow, denominator=stands).kind == "flow"
    assert Kpi(**whole, numerator=stands, denominator=flow).kind == "snapshot"
    assert Kpi(**whole, numerator=flow, within_days=30).kind == "cohort"
    assert Kpi(**whole, numerator=stands, kind="snapshot").kind == "snapshot"
    with pytest.raises(ValidationError, match="by its definition this is a snapshot"):
        Kpi(**whole, numerator=stands, kind="flow")


def test_a_part_is_a_flow_or_a_snapshot_but_not_both() -> None:
    with pytest.raises(ValidationError, match="cannot be both"):
        Aggregate("deals", "count(*)", date="created_on", opened="created_on", closed="closed_on")


def test_the_caller_may_change_what_it_got() -> None:
    mine = load_catalogue()
    mine.clear()
    assert len(load_catalogue()) == len(KPIS) > 13


def test_a_files_name_is_its_category() -> None:
    for category in CATEGORIES:
        data = load_document(catalogue_module.FOLDER / f"{category}.yaml").data
        assert data and not any("category" in entry or "kind" in entry for entry in data.values())


def damaged(folder: Path, **files: str) -> Path:
    """A folder of the catalogue with little in it."""
    for category in CATEGORIES:
        (folder / f"{category}.yaml").write_text(files.get(category, "{}\n"), encoding="utf-8")
    return folder


def test_a_damaged_catalogue_is_refused_with_its_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = "visits:\n  name: {en: Visits}\n  unit: pieces\n  colour: red\n"
    monkeypatch.setattr(catalogue_module, "FOLDER", damaged(tmp_path, process=process))
    with pytest.raises(DataError) as error:
        load_catalogue()
    told = {(p.code, p.where, p.column, p.row) for p in error.value.problems}
    assert {
        ("document.not_one_of", "process.yaml", "visits.unit", 3),
        ("document.unknown_key", "process.yaml", "visits.colour", 4),
        ("document.missing_key", "process.yaml", "visits.direction", 1),
    } == told


def test_an_id_in_two_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = "visits:\n  name: {en: Visits}\n  unit: count\n  direction: higher\n"
    monkeypatch.setattr(catalogue_module, "FOLDER", damaged(tmp_path, process=entry, result=entry))
    with pytest.raises(DataError) as error:
        load_catalogue()
    assert [(p.code, p.where, p.row) for p in error.value.problems] == [
        ("catalogue.twice", "process.yaml", 1)
    ]
