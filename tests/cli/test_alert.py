"""`kpi alert`: what it lists, whom it would tell, and what arrives at a server on this machine."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import toolkit.cli.alert  # noqa: F401  (registers the command)
from tests.appraise.alerts.planted import planted, rows_of
from tests.notify.server import service
from toolkit.cli import app

ROWS = rows_of(10, seed=71, drops={3: dt.date(2025, 2, 1)})


@pytest.fixture
def client(tmp_path: Path) -> Path:
    return planted(tmp_path / "client", ROWS, 10)


def kpi(*words: object, **environ: str) -> Result:
    env = {"COLUMNS": "200", "TERM": "dumb", "KPI_ALERT_URLS": "", **environ}
    return CliRunner(env=env).invoke(app, ["alert", *(str(word) for word in words)])


def test_it_lists_alerts_chance_and_whom_it_would_tell(client: Path) -> None:
    result = kpi(client, "--as-of", "2025-08-20", KPI_ALERT_URLS="json://nobody:s3cret@127.0.0.1:9")
    assert result.exit_code == 0, result.output
    for words in (
        "Alerts as of 20 August 2025",
        "Person 3, Customer visits, Q3 2025",
        "alarms a year with nothing behind them",
        "ordinary people",
        "would be sent: Person 3 (participant)",
        "would be sent: Boss 0 (manager)",
    ):
        assert words in result.output
    assert "s3cret" not in result.output and not (client / "alerts").exists()


def test_sending_reaches_the_server_and_says_so(client: Path) -> None:
    with service() as server:
        result = kpi(client, "--as-of", "2025-08-20", "--language", "zh", "--send", "--to", server.url)
        again = kpi(client, "--as-of", "2025-08-20", "--language", "zh", "--send", "--to", server.url)
        received = list(server.received)
    assert result.exit_code == again.exit_code == 0, result.output
    assert "已发送：Person 3（考核对象）" in result.output and "此前已发送：Person 3" in again.output
    own = next(m for m in received if m["title"].startswith("考核预警（致 Person 3）"))
    assert "达成目标的概率：不到 5%" in own["message"] and "下一步" in own["message"]
    manager = next(m for m in received if "Boss 0" in m["title"])
    assert "以下人员可能需要您的支持" in manager["message"]
    for said in received:  # facts about KPIs, nothing about pay
        assert (
            "奖金" not in said["message"]
            and "12000" not in said["message"]
            and "12,000" not in said["message"]
        )
    assert "s3cret" not in result.output and len(received) == result.output.count("已发送：")


def test_failed_messages_are_all_listed_and_end_with_1(client: Path) -> None:
    with service(status=500) as server:
        result = kpi(client, "--as-of", "2025-08-20", "--send", KPI_ALERT_URLS=server.url)
        asked = len(server.received)
    assert result.exit_code == 1 and result.output.count("FAILED") == asked > 2
    assert "answered with status 500" in result.output and "s3cret" not in result.output


def test_without_an_address_sending_ends_with_1(client: Path) -> None:
    result = kpi(client, "--as-of", "2025-08-20", "--send")
    assert result.exit_code == 1 and "the environment variable KPI_ALERT_URLS is not set" in result.output


def test_the_table_can_be_kept(client: Path, tmp_path: Path) -> None:
    assert kpi(client, "--out", tmp_path / "a" / "alerts.csv").exit_code == 0
    table = pd.read_csv(tmp_path / "a" / "alerts.csv", encoding="utf-8-sig")
    assert list(table)[:6] == ["participant", "period", "kpi", "probability", "severity", "message"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--as-of", "20.5.2025"], "is no day"),
        (["--as-of", "2031-01-01"], "outside the time covered"),
        (["--as-of", "2025-08-20", "--country", "XX"], "no country"),
        (["--language", "fr"], "fr"),
    ],
)
def test_bad_input_ends_with_2_and_a_remedy(client: Path, words: list[str], said: str) -> None:
    result = kpi(client, *words)
    assert result.exit_code == 2 and said in result.output
