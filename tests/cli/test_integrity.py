"""`kpi integrity`: the table, the sentences, the file, and bad input."""

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import toolkit.cli.integrity  # noqa: F401  (registers the command)
from tests.review.integrity.steered import engagement
from toolkit.cli import app


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return engagement(tmp_path_factory.mktemp("integrity") / "client", steered=True)


def kpi(*words: object) -> Result:
    env = {"COLUMNS": "200", "TERM": "dumb"}
    return CliRunner(env=env).invoke(app, ["integrity", *(str(word) for word in words)])


def test_it_shows_a_table_and_sentences(client: Path) -> None:
    result = kpi(client)
    assert result.exit_code == 0, result.output
    for words in (
        "None of this proves anything of anybody",
        "Gathered just above a threshold",
        "A reason to look, never proof",
        "Look first at: p003",
        "Not tested (--all says why)",
    ):
        assert words in result.output
    assert "not tested;" not in result.output


def test_it_speaks_chinese_and_lists_all(client: Path) -> None:
    result = kpi(client, "--language", "zh", "--all")
    assert result.exit_code == 0, result.output
    for words in ("值得查看，但不是证据", "未作检验", "期末突击签单", "以上均不构成对任何人的认定"):
        assert words in result.output


def test_the_table_can_be_kept(client: Path, tmp_path: Path) -> None:
    assert kpi(client, "--out", tmp_path / "a" / "integrity.csv").exit_code == 0
    table = pd.read_csv(tmp_path / "a" / "integrity.csv", encoding="utf-8-sig")
    assert {"test", "kpi", "scheme", "edge", "p_value", "verdict", "message"} <= set(table)
    assert table["flag"].sum() >= 4


def test_bad_input_ends_with_2(tmp_path: Path) -> None:
    assert kpi(tmp_path / "nothing").exit_code == 2
    assert kpi(tmp_path, "--language", "fr").exit_code == 2


def test_a_country_without_a_calendar_ends_with_2(client: Path) -> None:
    result = kpi(client, "--country", "XX")
    assert result.exit_code == 2 and "no country with a known calendar" in result.output
