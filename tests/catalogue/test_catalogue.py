"""The catalogue: the article's indicators, both languages, and SQL that the standard tables can answer."""

import re
from pathlib import Path

import duckdb
import pytest
from fontTools.ttLib import TTFont

from tests.test_texts import CHINESE, narrow_signs
from toolkit.assets import asset
from toolkit.catalogue import load as catalogue_module
from toolkit.catalogue.kpi import Aggregate, Kpi
from toolkit.catalogue.load import load_catalogue
from toolkit.data.sql import parse_aggregate
from toolkit.data.tables import SQL_TYPES, TABLES
from toolkit.errors import DataError

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


def names_of(kpi: Kpi) -> set[str]:
    """A Chinese name and the synonym that stands behind it in brackets."""
    return set(re.split("[（）]", kpi.name["zh"])) - {""}


def test_the_articles_thirteen_indicators_are_there_each_in_its_category() -> None:
    assert sum(len(wanted) for wanted in ARTICLE.values()) == 13
    found = {
        category: {name for kpi in KPIS.values() if kpi.category == category for name in names_of(kpi)}
        for category in ARTICLE
    }
    assert [name for category, wanted in ARTICLE.items() for name in wanted - found[category]] == []


@pytest.mark.parametrize("kpi", KPIS.values(), ids=list(KPIS))
def test_a_kpi_is_told_in_both_languages(kpi: Kpi) -> None:
    for told in (kpi.name, kpi.formula, kpi.gaming_risk):
        assert set(told) == {"en", "zh"} and all(told.values())
        assert re.search(f"[{CHINESE}]", told["zh"]) and not re.search(f"[{CHINESE}]", told["en"])
        assert narrow_signs(told["zh"]) == []


def test_the_reports_font_has_every_character() -> None:
    have = TTFont(asset("templates", "report", "fonts", "NotoSansCJKsc-GB2312.otf")).getBestCmap()
    every = "".join(
        t for k in KPIS.values() for told in (k.name, k.formula, k.gaming_risk) for t in told.values()
    )
    assert {c for c in every if ord(c) not in have} == set()


@pytest.mark.parametrize("kpi", KPIS.values(), ids=list(KPIS))
def test_a_kpi_is_whole(kpi: Kpi) -> None:
    assert re.fullmatch("[a-z][a-z0-9_]*", kpi.kpi)
    assert kpi.unit in {"currency", "count", "ratio", "points", "days"}
    assert kpi.numerator is not None and kpi.source
    assert kpi.is_ratio or kpi.unit != "ratio"  # a share has a denominator
    assert (kpi.kind == "cohort") == (kpi.within_days > 0)


def test_references_are_unique() -> None:
    refs = [kpi.ref for kpi in KPIS.values()]
    assert all(re.fullmatch("[A-Z][0-9]{2}", ref) for ref in refs) and len(set(refs)) == len(refs)


@pytest.mark.parametrize(("name", "kpi", "part"), PARTS, ids=[name for name, *_ in PARTS])
def test_sql_is_an_aggregate_over_columns_that_the_standard_table_has(
    name: str, kpi: Kpi, part: Aggregate
) -> None:
    table = TABLES[part.table]
    have = set(table.columns) | set(table.derived)
    used = parse_aggregate(part.sql).columns
    days = [part.opened, part.closed] if kpi.kind == "snapshot" else [part.date]
    assert all(days), f"{name}: a {kpi.kind} says by which day its rows count"
    assert used | set(days) | {part.owner} <= have
    assert all(table.columns[day].kind == "day" for day in days)


@pytest.mark.parametrize(("name", "kpi", "part"), PARTS, ids=[name for name, *_ in PARTS])
def test_sql_runs_on_an_empty_standard_table(name: str, kpi: Kpi, part: Aggregate) -> None:
    table = TABLES[part.table]
    columns = ", ".join(f'"{c}" {SQL_TYPES[spec.kind]}' for c, spec in table.columns.items())
    database = duckdb.connect()
    database.execute(f"CREATE TABLE base ({columns})")
    derived = "".join(f", {sql} AS {column}" for column, sql in table.derived.items())
    rows = database.execute(f"SELECT {part.sql} FROM (SELECT *{derived} FROM base)").fetchall()
    assert len(rows) == 1 and rows[0][0] in (0, None), name


def test_choices_named_in_sql_are_those_of_the_table() -> None:
    stages = {
        word for _, _, part in PARTS if part.table == "deals" for word in re.findall("'([a-z]+)'", part.sql)
    }
    assert stages - {"day"} <= set(TABLES["deals"].columns["stage"].choices)


def test_what_adds_over_months_and_what_does_not() -> None:
    adds = {name for name, kpi in KPIS.items() if kpi.adds_over_time}
    assert {"net_sales", "gross_margin", "visits", "calls"} <= adds
    assert not adds & {"win_rate", "collection_rate", "open_pipeline", "won_within_90_days"}
    assert KPIS["complaint_rate"].direction == KPIS["discount_given"].direction == "lower"


def test_the_caller_may_change_what_it_got() -> None:
    mine = load_catalogue()
    mine.clear()
    assert len(load_catalogue()) == len(KPIS) > 13


def test_a_damaged_catalogue_is_refused_with_its_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = tmp_path / "kpis.yaml"
    damaged.write_text("visits:\n  name: {en: Visits}\n  unit: pieces\n  colour: red\n", encoding="utf-8")
    monkeypatch.setattr(catalogue_module, "FILE", damaged)
    catalogue_module._entries.cache_clear()
    with pytest.raises(DataError) as error:
        load_catalogue()
    catalogue_module._entries.cache_clear()
    told = {(p.code, p.column, p.row) for p in error.value.problems}
    assert {
        ("document.not_one_of", "visits.unit", 3),
        ("document.unknown_key", "visits.colour", 4),
        ("document.missing_key", "visits.category", 1),
        ("document.missing_key", "visits.direction", 1),
    } == told
