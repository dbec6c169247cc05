"""`kpi choose`: what it prints, what it keeps, and how it ends on wishes that cannot be met."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from toolkit.assets import asset
from toolkit.cli import app
from toolkit.documents import load_document

BRIEF = """\
count: [5, 6]
must_have: [net_sales]
serves: {visits: {1: 0.5}, skill_progress: {2: 0.4}}
"""
ENGLISH = [
    "The best set of", "Net sales · In: the brief wants it", "The next best sets", "Core, in over 80 %",
    "The search is exact", "The value is judgement", "Nothing was kept",
]  # fmt: skip
CHINESE = [
    "最优组合的价值", "（销售额） · 入选：任务书要求必选", "其次的组合", "核心", "搜索是精确的",
    "价值则是判断", "未保存",
]  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("choose") / "client"
    ignored = shutil.ignore_patterns("kpi_brief.yaml", "answers", "decisions", "__pycache__")
    shutil.copytree(asset("templates", "engagements", "manufacturer"), folder, ignore=ignored)
    return folder


def kpi(*words: object) -> Result:
    return CliRunner(env={"COLUMNS": "240", "TERM": "dumb"}).invoke(app, ["choose", *(str(w) for w in words)])


def test_a_first_brief_is_written_once(client: Path) -> None:
    (client / "kpi_brief.yaml").unlink(missing_ok=True)
    result = kpi(client, "--brief", "-l", "en")
    assert result.exit_code == 0 and "kpi_brief.yaml" in result.output
    again = kpi(client, "--brief", "-l", "zh")
    assert again.exit_code == 2 and "不会被覆盖" in again.output
    assert not (client / "decisions").exists()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ENGLISH),
        ("zh", CHINESE),
    ],
)
def test_it_prints_the_set_the_reasons_and_what_they_are_worth(
    client: Path, language: str, words: list[str]
) -> None:
    (client / "kpi_brief.yaml").write_text(BRIEF, encoding="utf-8")
    result = kpi(client, "-l", language)
    assert result.exit_code == 0, result.output
    assert [w for w in words if w not in result.output] == []
    assert not (client / "decisions").exists()


def test_a_kept_choice_is_the_one_that_was_printed(client: Path) -> None:
    (client / "kpi_brief.yaml").write_text(BRIEF, encoding="utf-8")
    result = kpi(client, "--save", "--seed", "3", "-l", "en")
    assert result.exit_code == 0 and "decisions/kpis.yaml" in result.output
    kept = load_document(client / "decisions" / "kpis.yaml").data
    assert kept["problem"]["seed"] == 3 and "net_sales" in kept["best"]
    assert f"The best set of {len(kept['best'])}, of {len(kept['kpis'])} candidates" in result.output
    shutil.rmtree(client / "decisions")


def test_wishes_that_cannot_be_met_are_named_with_their_line(client: Path) -> None:
    impossible = "count: [5, 6]\ncategories:\n  growth: [4, 4]\n"
    (client / "kpi_brief.yaml").write_text(impossible, encoding="utf-8")
    result = kpi(client, "--save", "-l", "en")
    assert result.exit_code == 2 and "kpi_brief.yaml, line 3" in result.output
    assert "at least 4 of the category growth" in result.output and "3 instead of 4" in result.output
    assert not (client / "decisions").exists()


def test_a_faulty_brief_ends_with_every_fault(client: Path) -> None:
    (client / "kpi_brief.yaml").write_text("count: [9, 2]\nmust_have: [net_sale]\n", encoding="utf-8")
    result = kpi(client, "-l", "zh")
    assert result.exit_code == 2 and "第 1 行" in result.output and "net_sales" in result.output


def test_what_is_not_measured_today_is_named() -> None:
    told = kpi(asset("templates", "engagements", "adventureworks"), "-l", "en").output
    assert (
        "Not measured today (Customer visits, Sales cycle length, After-sales service score, Training" in told
    )
    own = kpi(asset("templates", "engagements", "manufacturer"), "-l", "zh").output
    assert "目前没有数据" not in own
