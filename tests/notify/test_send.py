"""Sending to a real server on this machine: what arrives, what fails, and what is not sent twice."""

import csv
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.notify.server import service
from toolkit.errors import DataError
from toolkit.notify import Channels, deliver, routes, send
from toolkit.notify.log import COLUMNS

PEOPLE = pd.DataFrame(
    {
        "participant": ["p1", "p2"],
        "name": ["林悦", "=He"],
        "manager": ["Wang", "Wang"],
        "valid_from": [pd.NaT] * 2,
    }
)
ALERTS = pd.DataFrame(
    [
        ("p1", "2026-Q2", "visits", "run_rate", "medium", "individual", "林悦, visits: 12 of 40."),
        ("p2", "2026-05", "net_sales", "drift", "low", "individual", "=He, net sales: falls short."),
    ],
    columns=["participant", "period", "kpi", "kind", "severity", "level", "message"],
)
NAMES = {"p1": "林悦", "p2": "=He"}


def tell(folder: Path, url: str, alerts: pd.DataFrame = ALERTS, **more: object) -> pd.DataFrame:
    ways = Channels({}, {"KPI_ALERT_URLS": url})
    return send(alerts, routes(alerts, PEOPLE), ways, folder, "en", names=NAMES, **more)  # type: ignore[arg-type]


def log_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "alerts" / "sent.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_everybody_gets_what_concerns_them(tmp_path: Path) -> None:
    with service() as server:
        told = tell(tmp_path, server.url)
        received = server.received
    assert told["status"].tolist() == ["sent"] * 3
    assert told["recipient"].tolist() == ["p1", "Wang", "p2"]
    first, manager, second = received
    assert (
        first["title"] == "KPI alert for 林悦: 1 matter" and "1. 林悦, visits: 12 of 40." in first["message"]
    )
    assert manager["title"] == "KPI alert for Wang: 1 matter" and "12 of 40" in manager["message"]
    assert "net sales" not in manager["message"]  # a low alert is the participant's own
    assert "=He, net sales" in second["message"] and "decide nothing" in second["message"]


def test_the_log_has_a_line_an_alert_and_recipient_and_no_address(tmp_path: Path) -> None:
    with service() as server:
        tell(tmp_path, server.url)
    lines = log_of(tmp_path)
    assert [(x["recipient"], x["kpi"], x["status"], x["channel"]) for x in lines] == [
        ("p1", "visits", "sent", "KPI_ALERT_URLS"),
        ("Wang", "visits", "sent", "KPI_ALERT_URLS"),
        ("p2", "net_sales", "sent", "KPI_ALERT_URLS"),
    ]
    written = (tmp_path / "alerts" / "sent.csv").read_text(encoding="utf-8-sig")
    assert "s3cret" not in written and "127.0.0.1" not in written and list(lines[0]) == COLUMNS


def test_nothing_is_sent_twice_unless_asked_for(tmp_path: Path) -> None:
    with service() as server:
        tell(tmp_path, server.url)
        again = tell(tmp_path, server.url)
        assert again["status"].tolist() == ["before"] * 3 and len(server.received) == 3
        graver = ALERTS.assign(severity=["medium", "medium"])
        more = tell(tmp_path, server.url, graver)
        assert more.set_index("recipient")["status"].to_dict() == {
            "p1": "before",
            "Wang": "sent",
            "p2": "sent",
        }
        assert "net sales" in server.received[3]["message"] and "visits" not in server.received[3]["message"]
        tell(tmp_path, server.url, again=True)
        assert len(server.received) == 5 + 3


def test_a_server_that_answers_500_loses_nothing(tmp_path: Path) -> None:
    with service(status=500) as broken:
        told = tell(tmp_path, broken.url)
        assert len(broken.received) == 3
    assert told["status"].tolist() == ["failed"] * 3 and set(told["reason"]) == {"answered_500"}
    assert {x["status"] for x in log_of(tmp_path)} == {"failed"}
    with service() as server:
        assert tell(tmp_path, server.url)["status"].tolist() == ["sent"] * 3
    assert [x["status"] for x in log_of(tmp_path)] == ["failed"] * 3 + ["sent"] * 3


def test_a_server_that_is_too_slow_and_one_that_is_not_there(tmp_path: Path) -> None:
    alerts = ALERTS.iloc[1:]
    with service(seconds=2.0) as slow:
        told = tell(tmp_path, slow.url, alerts)
        gone = slow.url
    assert told[["status", "reason"]].values.tolist() == [["failed", "unreachable"]]
    assert tell(tmp_path, gone, alerts)["reason"].tolist() == ["unreachable"]


def test_one_of_two_channels_fails_and_only_that_is_tried_again(tmp_path: Path) -> None:
    alerts = ALERTS.iloc[1:]
    with service() as good, service(status=503) as bad:
        told = tell(tmp_path, f"{good.url} {bad.url}", alerts)
        assert told["status"].tolist() == ["sent", "failed"]
        bad.status = 200
        assert tell(tmp_path, f"{good.url} {bad.url}", alerts)["status"].tolist() == ["before", "sent"]
        assert (len(good.received), len(bad.received)) == (1, 2)


def test_without_an_address_it_is_said_and_not_logged(tmp_path: Path) -> None:
    assert set(tell(tmp_path, "")["status"]) == {"no_address"}
    assert not (tmp_path / "alerts").exists()


def test_a_dry_run_sends_and_writes_nothing(tmp_path: Path) -> None:
    with service() as server:
        told = tell(tmp_path, server.url, dry=True)
        assert set(told["status"]) == {"would_send"} and server.received == []
    assert not (tmp_path / "alerts").exists()


def test_a_formula_is_no_formula_in_the_log_and_known_again(tmp_path: Path) -> None:
    people = PEOPLE.assign(manager="=cmd()")
    alerts = ALERTS.iloc[:1]
    ways = Channels({}, {"KPI_ALERT_URLS": "json://x"})
    seen: list[str] = []

    def take(url: str, title: str, body: str) -> str:
        seen.append(title)
        return ""

    for _ in range(2):
        send(alerts, routes(alerts, people), ways, tmp_path, "zh", names=NAMES, through=take)
    assert [x["recipient"] for x in log_of(tmp_path)] == ["p1", "'=cmd()"] and len(seen) == 2


def test_what_is_broken_off_midway_is_not_sent_again(tmp_path: Path) -> None:
    ways, sent = Channels({}, {"KPI_ALERT_URLS": "json://x"}), []

    def breaks(url: str, title: str, body: str) -> str:
        if len(sent) == 1:
            raise KeyboardInterrupt
        sent.append(title)
        return ""

    with pytest.raises(KeyboardInterrupt):
        send(ALERTS, routes(ALERTS, PEOPLE), ways, tmp_path, "en", through=breaks)
    assert [x["recipient"] for x in log_of(tmp_path)] == ["p1"]


def test_an_address_that_is_none_and_a_log_that_is_none(tmp_path: Path) -> None:
    assert deliver("nonsense", "title", "body") == "bad_address"
    (tmp_path / "alerts").mkdir()
    (tmp_path / "alerts" / "sent.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match="not the log"):
        tell(tmp_path, "json://x")


def test_without_apprise_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(DataError, match="pip install apprise"):
        deliver("json://x", "title", "body")
