"""`kpi weigh`: what it prints, what it keeps, and how it ends on a faulty brief."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from toolkit.assets import asset
from toolkit.cli import app
from toolkit.documents import load_document

ENGLISH = [
    "Field sales 2026 (pilot teams) (field_sales@2026-01)", "63 % (56 % to 71 %)", "agreed 40 %, makes 63 %",
    "of the differences in scores", "Scoring ranges", "Nothing is replaced", "No scheme was changed",
]  # fmt: skip
CHINESE = [
    "2026 年外勤销售考核方案（试点班组）（field_sales@2026-01）",
    "约定 40%，实际造成得分差异的 63%（56%～71%）", "计分区间", "不作任何替换", "方案未作任何改动",
]  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weigh") / "client"
    ignored = shutil.ignore_patterns("weight_brief.yaml", "answers", "decisions", "__pycache__")
    shutil.copytree(asset("templates", "engagements", "manufacturer"), folder, ignore=ignored)
    return folder


def kpi(*words: object) -> Result:
    return CliRunner(env={"COLUMNS": "240", "TERM": "dumb"}).invoke(app, ["weigh", *(str(w) for w in words)])


def test_a_first_brief_is_written_once(client: Path) -> None:
    result = kpi(client, "--brief", "-l", "en")
    assert result.exit_code == 0 and "weight_brief.yaml" in result.output
    again = kpi(client, "--brief", "-l", "zh")
    assert again.exit_code == 2 and "不会被覆盖" in again.output
    assert not (client / "decisions").exists()


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("zh", CHINESE)])
def test_it_prints_the_weights_and_what_they_do(client: Path, language: str, words: list[str]) -> None:
    result = kpi(client, "-l", language)
    assert result.exit_code == 0, result.output
    assert [w for w in words if w not in result.output] == []
    assert "decides the score" not in result.output and not (client / "decisions").exists()


def test_signs_of_gaming_are_looked_at_here(client: Path) -> None:
    """In Python alone the study says that they were not; the command passes them in."""
    assert "were not looked at" not in kpi(client, "-l", "en").output


def test_a_kept_study_is_the_one_that_was_printed(client: Path) -> None:
    result = kpi(client, "--scheme", "field_sales", "--save", "--seed", "3", "-l", "en")
    assert result.exit_code == 0 and "decisions/weights.yaml" in result.output
    kept = load_document(client / "decisions" / "weights.yaml").data
    shutil.rmtree(client / "decisions")
    assert kept["seed"] == 3 and [s["scheme"] for s in kept["schemes"]] == ["field_sales@2026-01"]
    assert all(why["en"] in result.output for why in kept["schemes"][0]["reasons"])


def test_a_scheme_that_is_not_there_is_refused_with_near_ones(client: Path) -> None:
    result = kpi(client, "--scheme", "field_sale", "-l", "en")
    assert result.exit_code == 2 and "field_sales" in result.output and "weight_brief" not in result.output


def test_a_faulty_brief_ends_with_every_fault(client: Path) -> None:
    brief = client / "weight_brief.yaml"
    before = brief.read_text(encoding="utf-8")
    brief.write_text("step: 0.03\nnever_raise: [visit]\nbounds: {default: [0.6, 0.5]}\n", encoding="utf-8")
    result = kpi(client, "--save", "-l", "zh")
    brief.write_text(
        "bounds: {default: [0, 0.2], measures: {revenue: [0, 0.1]}}\nkeep_order: false\n", "utf-8"
    )
    tight = kpi(client, "-l", "en")
    brief.write_text(before, encoding="utf-8")
    assert result.exit_code == 2 and all(f"第 {row} 行" in result.output for row in (1, 2, 3))
    assert "visits" in result.output and not (client / "decisions").exists()
    assert tight.exit_code == 2 and "weight_brief.yaml" in tight.output


def test_one_measure_is_nothing_to_weigh() -> None:
    told = kpi(asset("templates", "engagements", "adventureworks"), "-l", "en").output
    assert "there is nothing to weigh" in told and "100 %" in told
