"""The `kpi` command: what it says, what it refuses, and where it leaves things."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.data.records.test_load import with_forms
from tests.monthly.rated import rated_client
from tests.report.client import engagement
from toolkit.assets import asset
from toolkit.cli import app

HOME = Path(__file__).parents[2]


def kpi(*words: object) -> Result:
    """Run a command in this process; the width keeps help lines whole."""
    return CliRunner(env={"COLUMNS": "200", "TERM": "dumb"}).invoke(app, [str(word) for word in words])


def said(result: Result) -> str:
    """What was printed, as one line."""
    return re.sub(r"\s+", " ", re.sub(r"\x1b\[[0-9;]*m", "", result.output))


@pytest.fixture
def client(tmp_path: Path) -> Path:
    return engagement(tmp_path / "client")


def test_help_teaches_the_four_steps() -> None:
    words = said(kpi("--help"))
    for step in (
        "kpi new acme --from manufacturer",
        "kpi map acme",
        "kpi check acme",
        "kpi report acme --language zh",
    ):
        assert step in words
    assert "engagement.yaml" in words and "schemes/*.yaml" in words
    assert kpi("--help").exit_code == 0
    assert "kpi new acme" in said(kpi())  # without a command: the help


@pytest.mark.parametrize(
    ("command", "taught"),
    [
        ("new", ["Example: kpi new acme --from manufacturer", "or adventureworks", "key_account_mature"]),
        ("check", ["Example: kpi check acme", "Exit code 0", "file, row, column, value and remedy"]),
        (
            "report",
            ["Example: kpi report acme --language zh --out out/acme", "whole or not at all", "en or zh"],
        ),
    ],
)
def test_each_commands_help_has_an_example(command: str, taught: list[str]) -> None:
    words = said(kpi(command, "--help"))
    assert all(part in words for part in taught), words


@pytest.mark.parametrize("sample", ["manufacturer", "adventureworks"])
def test_new_copies_a_sample_without_what_runs_left_in_it(sample: str, tmp_path: Path) -> None:
    result = kpi("new", tmp_path / "acme", "--from", sample)
    assert result.exit_code == 0 and f"kpi check {tmp_path / 'acme'}" in said(result)
    source = asset("templates", "engagements", sample)
    kept = {p.relative_to(source) for p in source.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    made = {p.relative_to(tmp_path / "acme") for p in (tmp_path / "acme").rglob("*") if p.is_file()}
    assert made == kept and Path("engagement.yaml") in made


def test_caches_and_reports_beside_a_sample_are_not_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = engagement(tmp_path / "samples" / "mine")
    for name in ("__pycache__/a.pyc", ".ipynb_checkpoints/b.ipynb", "out/report.html"):
        (sample / name).parent.mkdir()
        (sample / name).write_text("x", encoding="utf-8")
    monkeypatch.setattr(
        "toolkit.cli.engagement.asset", lambda *parts: (tmp_path / "samples").joinpath(*parts[2:])
    )
    assert kpi("new", tmp_path / "acme", "--from", "mine").exit_code == 0
    assert sorted(p.name for p in (tmp_path / "acme").iterdir()) == ["data", "engagement.yaml", "schemes"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "exists already; choose another name"), ("zh", "已存在，请换一个名称")],
)
def test_new_refuses_a_folder_that_is_there(language: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    result = kpi("new", tmp_path / "acme", "-l", language)
    assert result.exit_code == 2 and words in said(result)
    assert list((tmp_path / "acme").iterdir()) == []


def test_new_names_the_samples_it_knows(tmp_path: Path) -> None:
    result = kpi("new", tmp_path / "acme", "--from", "acme")
    assert result.exit_code == 2 and not (tmp_path / "acme").exists()
    assert "There is no sample acme; choose one of: adventureworks, manufacturer." in said(result)
    assert "没有样例 acme，可选：adventureworks, manufacturer。" in said(
        kpi("new", tmp_path / "a", "--from", "acme", "-l", "zh")
    )


def test_new_tells_the_next_step_in_chinese(tmp_path: Path) -> None:
    assert "下一步：把客户文件放入" in said(kpi("new", tmp_path / "acme", "-l", "zh"))


def test_check_counts_what_is_sound(client: Path) -> None:
    result = kpi("check", client)
    assert result.exit_code == 0
    rows = "participants 4, deals 24, activities 96, targets 24"
    assert f"No problem found. 4 people; rows: {rows}; schemes: field@2026-01." in said(result)
    assert "没有发现问题。4 人；行数：participants 4、deals 24" in said(kpi("check", client, "-l", "zh"))


def test_check_notes_a_table_that_a_scheme_reads_and_nobody_supplied(tmp_path: Path) -> None:
    client = rated_client(tmp_path / "rated")
    asked = "tables.ratings: schemes read the table «ratings» (teamwork), and it is not supplied"
    assert asked in said(kpi("check", client, "-l", "en"))
    assert kpi("check", client, "--strict").exit_code == 2
    (client / "months").mkdir()
    header = "participant,period,measure,rater,kind,rating,comment,rated_on\n"
    (client / "months" / "ratings.csv").write_text(header, encoding="utf-8")  # they came in on forms
    assert asked not in said(kpi("check", client, "-l", "en"))


def test_check_reads_ratings_and_events_as_scoring_will(tmp_path: Path) -> None:
    client = with_forms(tmp_path, events="event,participant,item,happened_on\n1,p1,key_acount,2026-01-09\n")
    result = kpi("check", client, "-l", "en")
    assert result.exit_code == 2
    assert "data/events.csv, row 2, item" in said(result) and "key_account" in said(result)


def break_it(folder: Path) -> None:
    """Two faults in two files."""
    deals = folder / "data" / "deals.csv"
    deals.write_text(deals.read_text(encoding="utf-8").replace(",500.0,", ",many,", 1), encoding="utf-8")
    scheme = folder / "schemes" / "1.yaml"
    scheme.write_text(scheme.read_text(encoding="utf-8").replace("0.6", "0.5", 1), encoding="utf-8")


def test_check_lists_every_problem_and_ends_with_two(client: Path) -> None:
    break_it(client)
    result = kpi("check", client)
    assert result.exit_code == 2
    lines = [line for line in result.output.splitlines() if line.startswith("- ")]
    assert [line.split(",")[0] for line in lines] == ["- data/deals.csv", "- schemes/1.yaml"]
    # A check writes nothing anyway: it does not say that nothing was written.
    assert "2 problems found." in said(result) and "written" not in said(result)


def test_problems_are_told_in_the_engagements_own_language(tmp_path: Path) -> None:
    folder = engagement(tmp_path / "client", language="zh")
    break_it(folder)
    assert "不是数字" in said(kpi("check", folder)) and "共 2 个问题。" in said(kpi("check", folder))
    assert "is not a number" in said(kpi("check", folder, "--language", "en"))
    (folder / "engagement.yaml").write_text("language: zh\nlanguage: zh\n", encoding="utf-8")
    assert kpi("check", folder).exit_code == 2  # too broken to tell its language


def test_a_folder_that_is_no_engagement_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        result = kpi("check", folder)
        assert result.exit_code == 2 and "engagement.yaml" in said(result)
        assert "Traceback" not in said(result) and "1 problem found." in said(result)


@pytest.mark.parametrize("command", ["check", "report"])
def test_an_unknown_language_is_refused(command: str, client: Path) -> None:
    result = kpi(command, client, "--language", "xx")
    assert result.exit_code == 2
    assert "The language xx is not known; choose one of: en, zh." in said(result)
    assert kpi("new", client.parent / "acme", "-l", "xx").exit_code == 2
    assert sorted(p.name for p in client.parent.iterdir()) == ["client"]


def test_report_on_broken_data_writes_nothing(client: Path, tmp_path: Path) -> None:
    break_it(client)
    result = kpi("report", client, "--out", tmp_path / "out")
    assert result.exit_code == 2 and not (tmp_path / "out").exists()
    assert "2 problems; nothing was written." in said(result)


def test_report_into_a_folder_of_other_things_is_refused(client: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_text("x", encoding="utf-8")
    for out in (tmp_path / "photos", client):
        result = kpi("report", client, "--out", out)
        assert result.exit_code == 1 and "is no report folder and not empty" in said(result)
    assert (tmp_path / "photos" / "a.jpg").read_text(encoding="utf-8") == "x"
    assert "不是报告文件夹" in said(kpi("report", client, "--out", tmp_path / "photos", "-l", "zh"))


def test_report_tells_where_it_is_and_chooses_a_place(tmp_path: Path) -> None:
    """As a user runs it: another process, another folder, no place named."""
    folder = engagement(tmp_path / "小公司", language="zh")
    command = [sys.executable, "-m", "toolkit.cli", "report", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(HOME), "PYTHONIOENCODING": "ascii"}
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=300)
    output = run.stdout.decode("utf-8")
    assert run.returncode == 0, run.stderr.decode("utf-8")
    page = Path("out") / "小公司-zh" / "report.html"
    assert f"报告已生成：{page}（" in output and (tmp_path / page).is_file()
    assert "正在生成报告" in run.stderr.decode("utf-8")
