"""`kpi lint`: what it prints, in which form, with which exit code; and what it refuses."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import toolkit.cli.lint  # noqa: F401  (registers the command)
from tests.review.lint.governed import good
from toolkit.assets import asset
from toolkit.cli import app
from toolkit.documents import load_document, write_document
from toolkit.review.lint.cards import load_cards
from toolkit.scheme.load import save_scheme

MANUFACTURER = asset("templates", "engagements", "manufacturer")
ONE = "the file of one scheme"
ARTICLE = "the scheme has 4 KPIs with a weight; 5 to 8 are advised"


def kpi(*words: object) -> Result:
    """The command, English unless it says otherwise."""
    return CliRunner(env={"COLUMNS": "200", "TERM": "dumb"}).invoke(app, ["lint", *map(str, words)])


@pytest.fixture
def design(tmp_path: Path) -> Path:
    """The sample before any data have come."""
    folder = tmp_path / "client"
    shutil.copytree(MANUFACTURER, folder, ignore=shutil.ignore_patterns("data", "__pycache__", "*.py"))
    return folder


@pytest.fixture
def one(tmp_path: Path) -> Path:
    """A file of one scheme that lacks honours (a note) and nothing else of governance."""
    path = tmp_path / "field_sales.yaml"
    save_scheme(good(recognition={})["field_sales"], path)
    return path


def edited(path: Path, **parts: object) -> Path:
    write_document(load_document(path).data | parts, path)
    return path


def test_an_engagement_is_computed_and_linted_in_its_own_language() -> None:
    result = kpi(MANUFACTURER, "--scheme", "field_sales", "--select", "M01,G16,G19,G04")
    assert result.exit_code == 1, result.output
    assert "警告 M01 measures\n  方案只有 4 个有权重的指标，建议 5～8 个\n  → " in result.stdout
    assert "commission" not in result.stdout and "未运行" not in result.stdout  # G16 and G19 had the client
    assert result.stdout.endswith("错误 0 项，警告 1 项，提示 0 项；已接受 0 项。\n")


def test_json_is_all_that_stands_on_stdout() -> None:
    result = kpi(MANUFACTURER, "--select", "M01", "--format", "json", "-l", "en")
    assert result.exit_code == 1, result.output
    found = json.loads(result.stdout)
    assert list(found) == [
        "schema", "language", "schemes", "design_only", "counts", "findings", "skipped"
    ]  # fmt: skip
    assert found["schema"] == "kpi-lint/1" and found["design_only"] is False
    assert found["counts"] == {"errors": 0, "warnings": 3, "notes": 0, "accepted": 0}
    by_scheme = {row["scheme"]: row["message"] for row in found["findings"]}
    assert by_scheme["field_sales@2026-01"] == ARTICLE and len(by_scheme) == 3
    assert list(found["findings"][0]) == [
        "code", "severity", "scheme", "where", "message", "advice", "accepted", "write"
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "label"), [("en", "in the file: "), ("zh", "文件写法：")])
def test_how_the_file_says_it_follows_the_advice(language: str, label: str, one: Path) -> None:
    lines = kpi(one, "--select", "G07", "-l", language).stdout.splitlines()
    at = lines.index(f"    {label}recognition: {{star_of_month: 1, most_improved: 1}}")
    assert lines[at - 1].startswith("  → ") and "star_of_month" not in lines[at - 1]
    (found,) = json.loads(kpi(one, "--select", "G07", "--format", "json", "-l", language).stdout)["findings"]
    assert found["write"] == "recognition: {star_of_month: 1, most_improved: 1}"
    assert f"`{found['write']}`" in kpi("--explain", "G07", "-l", language).stdout


def test_json_in_chinese_is_readable(one: Path) -> None:
    result = kpi(one, "--select", "G", "--format", "json", "-l", "zh")
    assert result.exit_code == 0 and "荣誉激励" in result.stdout


def test_an_engagement_without_data_has_its_design_linted(design: Path) -> None:
    result = kpi(design, "--select", "M01,G16", "-l", "en", "--verbose")
    assert result.exit_code == 1, result.output
    assert result.stdout.startswith("The engagement has no data yet. Only the schemes are looked at")
    assert ARTICLE in result.stdout
    assert "Not run: 3 (rule and scheme):\n- G16 commission@2024-01: needs client" in result.stdout


def test_schemes_before_there_is_an_engagement_are_linted(design: Path) -> None:
    """As `kpi new --scheme` leaves a folder."""
    (design / "engagement.yaml").unlink()
    result = kpi(design, "--select", "M01", "-l", "en")
    assert result.exit_code == 1 and ARTICLE in result.stdout
    assert result.stdout.startswith("Only the schemes are looked at")
    assert "commission@2024-01" in result.stdout  # all files of the folder
    shutil.rmtree(design / "schemes")
    nothing = kpi(design)
    assert nothing.exit_code == 2 and "engagement.yaml" in nothing.stderr


def test_the_engagements_own_file_stands_for_its_folder(design: Path) -> None:
    result = kpi(design / "engagement.yaml", "--select", "M01", "-l", "en")
    assert result.exit_code == 1 and ARTICLE in result.stdout


def test_a_scheme_that_was_linted_in_part_is_shown(one: Path) -> None:
    """A rule that needs what is not there leaves no blank page."""
    result = kpi(one, "--select", "D02")
    assert result.exit_code == 0 and "nothing found (rules run: 0)." in result.stdout


def test_design_only_does_not_look_at_the_data(design: Path) -> None:
    (design / "data").mkdir()
    (design / "data" / "targets.csv").write_text("nothing of use", encoding="utf-8")
    assert kpi(design, "--select", "M01", "-l", "en").exit_code == 2  # there are data, and they are wrong
    result = kpi(design, "--select", "M01,G16", "--design-only", "-l", "en")
    assert result.exit_code == 1 and ARTICLE in result.stdout
    assert result.stdout.startswith("Only the schemes are looked at")
    assert "Not run: 3 (rule and scheme). Reasons: --verbose." in result.stdout


def test_a_single_file_with_notes_only_ends_well_unless_strict(one: Path) -> None:
    result = kpi(one, "--select", "G")
    assert result.exit_code == 0 and "note G07 recognition\n  the scheme recognises" in result.stdout
    assert kpi(one, "--select", "G", "--strict").exit_code == 1
    clean = kpi(one, "--select", "G01", "--strict")
    assert clean.exit_code == 0 and "nothing found (rules run: 1)." in clean.stdout


def test_a_file_in_an_engagement_knows_its_kpis(design: Path) -> None:
    own = {"en": "Own", "zh": "自定指标"}
    kpis = {"own_kpi": {"name": own, "category": "growth", "unit": "count", "direction": "higher"}}
    edited(design / "engagement.yaml", kpis=kpis)
    path = design / "schemes" / "field_sales_2026.yaml"
    measures = load_document(path).data["measures"]
    measures[3] = {**measures[3], "kpi": "own_kpi"}
    edited(path, measures=measures)
    assert kpi(path, "--select", "M01").exit_code == 1
    shutil.move(path, design / "elsewhere.yaml")
    alone = kpi(design / "elsewhere.yaml", "--select", "M01")
    assert alone.exit_code == 2 and "own_kpi" in alone.stderr


def test_accepted_findings_stand_apart_and_do_not_count(design: Path) -> None:
    path = design / "schemes" / "field_sales_2026.yaml"
    edited(path, accepted=[{"rule": "M01", "reason": "Pilot\u001b[31m\nof half a year"}])
    result = kpi(path, "--select", "M01,G20")
    assert result.exit_code == 0, result.output
    assert "Accepted in the schemes:\n- M01 field_sales@2026-01 measures: " in result.stdout
    assert "Accepted: Pilot [31m of half a year" in result.stdout and "\x1b" not in result.stdout
    assert "Warnings: 0. Notes: 0. Accepted: 1." in result.stdout


def test_limits_packs_and_codes_are_passed_on(design: Path) -> None:
    path = design / "schemes" / "field_sales_2026.yaml"
    assert kpi(path, "--select", "m01", "--limit", "M01.least=4").exit_code == 0
    assert "G14" in kpi(path, "--select", "G").stdout
    assert "G14" not in kpi(path, "--select", "G", "--pack", "core").stdout
    left = kpi(path, "--select", "G，M01", "--ignore", "G1,M").stdout
    assert "G06" in left and "G14" not in left and "M01" not in left


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "neither a folder nor a scheme's file"),
        ([ONE, "--format", "xml"], "there is no format «xml»; there are: table, json"),
        ([ONE, "--limit", "M01.least"], "«M01.least» is no parameter and number"),
        ([ONE, "--limit", "M01.fewest=2"], "no parameter «M01.fewest»; it has: least, most"),
        ([ONE, "--select", "Z"], "there is no lint rule «Z»; there are: M01-M16, W01-W09, "),
        ([ONE, "--ignore", "M99"], "there is no lint rule «M99»"),
        ([ONE, "--limit", "Q01.least=2"], "there is no lint rule «Q01»"),
        ([ONE, "--pack", "eu"], "there is no pack «eu»"),
        ([ONE, "--scheme", "nobody"], "nobody"),
        ([ONE, "-l", "fr"], "The language fr is not known"),
        (["no_such_folder"], "engagement.yaml"),
        (["no_such_file.yaml"], "no_such_file.yaml"),
        (["--explain", "Z01"], "there is no lint rule «Z01»"),
    ],
)
def test_bad_input_ends_with_2_and_says_why(options: list[str], said: str, one: Path) -> None:
    result = kpi(*(one if word == ONE else word for word in options))
    assert result.exit_code == 2 and said in result.stderr and result.stdout == ""


def test_everything_wrong_with_the_options_is_told_at_once() -> None:
    result = kpi("--format", "xml", "--limit", "least=4")
    assert result.stderr.count("\n- ") + result.stderr.startswith("- ") == 3


def test_a_file_that_is_no_yaml_is_refused_with_its_line(one: Path) -> None:
    one.write_text("name: [", encoding="utf-8")
    result = kpi(one)
    assert result.exit_code == 2 and "not readable YAML" in result.stderr and result.stdout == ""


def test_an_engagement_with_an_invalid_scheme_is_refused(design: Path) -> None:
    edited(design / "schemes" / "field_sales_2026.yaml", pay_every="fortnight")
    result = kpi(design, "-l", "en")
    assert result.exit_code == 2 and "field_sales_2026.yaml, line" in result.stderr and result.stdout == ""


def test_an_invalid_scheme_is_refused_with_its_line(one: Path) -> None:
    result = kpi(edited(one, currency="yuan"))
    assert result.exit_code == 2
    assert "field_sales.yaml, line" in result.stderr and "currency" in result.stderr


def test_the_table_of_rules_names_every_rule_with_source_and_grade() -> None:
    result = kpi("--rules")
    assert result.exit_code == 0
    lines = [line.split()[0] for line in result.stdout.splitlines() if line[:1].isupper()]
    assert lines == list(load_cards())
    assert f"{len(load_cards())} rules" in result.stdout and "court or government" in result.stdout
    assert "弱" in kpi("--rules", "-l", "zh").stdout


def test_a_rule_is_explained_in_either_language() -> None:
    english, chinese = kpi("--explain", "G09"), kpi("--explain", "g09", "-l", "zh")
    assert english.exit_code == chinese.exit_code == 0
    assert english.stdout.startswith("G09 automatic_consequence · Job or pay hang")
    assert "Guiding Case 18" in english.stdout and "最高人民法院指导案例 18 号" in chinese.stdout
