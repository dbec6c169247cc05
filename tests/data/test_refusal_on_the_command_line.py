"""Bad input at the command line: every problem in words, exit code 2, an older report untouched."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.data.helpers import edit, write
from toolkit.cli import app


def broken(folder: Path) -> Path:
    write(folder)
    edit(folder, "data/deals.csv", "won,100.00", "won,many")
    edit(folder, "data/deals.csv", "2026-02-15,2026-02-15", "03/04/2026,2026-02-15")
    edit(folder, "schemes/field_sales.yaml", "weight: 0.6", "weight: 0.5")
    return folder


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["data/deals.csv, row 2, amount: «many» is not a number.", "row 5, ordered_on", "%d/%m/%Y",
         "sum to exactly 1"]),
        ("zh", ["many", "不是数字", "请改正", "无法判断是日在前还是月在前", "schemes/field_sales.yaml"]),
    ],
)  # fmt: skip
def test_a_report_on_bad_input_is_refused_and_the_old_one_stays(
    tmp_path: Path, language: str, said: list[str]
) -> None:
    folder, out = broken(tmp_path / "client"), tmp_path / "out"
    (out / "tables").mkdir(parents=True)
    (out / "report.html").write_text("the old report", encoding="utf-8")
    (out / "tables" / "scores.csv").write_text("a,b", encoding="utf-8")
    listed = [{"path": name, "sha256": ""} for name in ("report.html", "tables/scores.csv")]
    (out / "manifest.json").write_text(json.dumps({"outputs": listed}), encoding="utf-8")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.rglob("*") if path.is_file()}
    result = CliRunner().invoke(app, ["report", str(folder), "--out", str(out), "--language", language])
    assert result.exit_code == 2
    assert {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.rglob("*") if path.is_file()
    } == before
    assert all(words in result.output for words in said), result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["client", "out"]


def test_a_check_names_every_problem(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(broken(tmp_path / "client"))])
    assert result.exit_code == 2
    lines = [line for line in result.output.splitlines() if line.startswith("- ")]
    assert [line.split(",")[0] for line in lines] == [
        "- data/deals.csv",
        "- data/deals.csv",
        "- schemes/field_sales.yaml",
    ]


def test_a_check_of_sound_input_passes(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(write(tmp_path / "client"))])
    assert (result.exit_code, "12" in result.output) == (0, True)
