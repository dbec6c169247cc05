"""`kpi screen`: the table, the sentences, the files, both languages, and bad input."""

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from tests.report.client import engagement
from toolkit.assets import asset
from toolkit.cli import app

MANUFACTURER = asset("templates", "engagements", "manufacturer")
ENGLISH = [
    "KPIs screened by their own history: 16", "24 × 30", "mostly luck (under", "94.9 % · look",
    "What to look at", "most blanks had nothing to divide by",
    "Mostly luck in a single month and the mean of a quarter (24 people): Net sales",
    "Do not rank or pay people by so short a time", "KPIs that overlap or are linked",
    "linked by formula: paying both pays one thing twice", "Each follows largely from the others together",
    "pairs of a leading KPI and a result were tried", "Going before is no proof of cause",
    "What the data cannot tell", "A sale takes 1.1 months here", "Ranges are 90 % intervals",
]  # fmt: skip
CHINESE = [
    "16 项指标的历史数据筛查", "24×30", "多属偶然（不到 0.05）", "94.9% · 关注",
    "需要关注的问题", "缺数多因分母为零",
    "单月和季度均值差异多属偶然（24 人）", "不宜按如此短的周期", "公式关联，同时考核等于重复计奖",
    "共线程度（VIF）", "先行并不证明因果", "数据不足以判断的项目",
    "本企业一笔销售平均历时 1.1 个月", "区间为 90% 置信区间",
]  # fmt: skip


def kpi(*words: object) -> Result:
    """On a wide screen, so that sentences stay whole."""
    env = {"COLUMNS": "400", "TERM": "dumb"}
    return CliRunner(env=env).invoke(app, ["screen", *(str(word) for word in words)])


def said(result: Result) -> str:
    """What was printed, as one line: a sentence may be broken anywhere between words."""
    return " ".join(result.output.split())


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return engagement(tmp_path / "client", 3)


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("zh", CHINESE)])
def test_it_tells_the_sample_in_both_languages(language: str, words: list[str]) -> None:
    result = kpi(MANUFACTURER, "-l", language)
    assert result.exit_code == 0, result.output
    told = said(result) if language == "en" else "".join(result.output.splitlines())
    assert [word for word in words if word not in told] == []
    assert "nan" not in told and "screen." not in told


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ["3 × 6", "not judged", "reliability (Net sales and Customer visits): fewer than 8 people",
             "overlap of KPIs in pairs (1): fewer than 8 people", "3 months are assumed"],
        ),
        ("zh", ["3×6", "数据不足", "不足 8 人", "指标两两重叠（1 组）", "按 3 个月设定"]),
    ],
)  # fmt: skip
def test_three_people_are_told_what_cannot_be_told(tiny: Path, language: str, words: list[str]) -> None:
    result = kpi(tiny, "--language", language)
    assert result.exit_code == 0, result.output
    assert [word for word in words if word not in said(result)] == []
    assert "What to look at" not in result.output and "需要关注" not in result.output


def test_chosen_kpis_and_files(tiny: Path, tmp_path: Path) -> None:
    out = tmp_path / "screening"
    result = kpi(tiny, "--kpi", "net_sales", "--out", out, "-l", "en")
    assert result.exit_code == 0 and "own history: 1" in result.output, result.output
    assert "Written: " in result.output and "Customer visits" not in result.output
    tests = pd.read_csv(out / "screening_tests.csv")
    assert set(tests["kpi"]) == {"net_sales"} and "coverage" in set(tests["test"])
    assert len(pd.read_csv(out / "screening_pairs.csv")) == 0
    assert pd.read_csv(out / "screening_vif.csv")["kpi"].tolist() == ["net_sales"]


def test_an_unknown_kpi_stops_it_in_words(tiny: Path) -> None:
    english, chinese = (kpi(tiny, "--kpi", "nett_sales", "-l", language) for language in ("en", "zh"))
    for result in (english, chinese):
        assert result.exit_code != 0 and "nett_sales" in result.output and "Traceback" not in result.output
    assert english.output != chinese.output


def test_help_has_an_example() -> None:
    assert "kpi screen acme --kpi net_sales" in said(kpi("--help"))
