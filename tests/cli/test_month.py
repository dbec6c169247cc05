"""A month by commands: from open to locked with an appeal that the next pay period pays; what is refused."""

import re
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import toolkit.cli.month  # noqa: F401  (importing it registers the commands)
from tests.monthly.rated import rated_client
from tests.report.client import SCHEME, engagement
from toolkit.cli import app
from toolkit.monthly import appeals, month, read_log

AGREED = {
    **SCHEME,
    "governance": {"appeal_days": 10, "contact": {"en": "Ms Wu, HR", "zh": "人力资源部吴女士"}},
}


def kpi(*words: object, who: str = "") -> Result:
    given = [*map(str, words), *(["--who", who] if who else [])]
    return CliRunner(env={"COLUMNS": "200", "TERM": "dumb", "KPI_USER": ""}).invoke(app, given)


def done(*words: object, who: str = "") -> str:
    result = kpi(*words, who=who)
    assert result.exit_code == 0, result.output
    return re.sub(r"\s+", " ", result.output)


def refused(*words: object, who: str = "Li Na", code: int = 2) -> str:
    result = kpi(*words, who=who)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return re.sub(r"\s+", " ", result.output)


@pytest.fixture
def client(tmp_path: Path) -> Path:
    return engagement(tmp_path / "client", people=6, schemes=[AGREED])


def paid(folder: Path, period: str) -> pd.Series:
    table = pd.read_csv(
        folder / "months" / period / "tables" / "payouts.csv", dtype=str, encoding="utf-8-sig"
    )
    return table.set_index("participant")["payout"]


def close(folder: Path, period: str) -> None:
    """From open to published; scored by Li Na, reviewed by Wang Wei, approved by Zhao Lei."""
    done("month", folder, "open", period, who="Li Na")
    done("score", folder, "--period", period, "--no-statements", who="Li Na")
    done("month", folder, "review", period, who="Wang Wei")
    done("month", folder, "approve", period, who="Zhao Lei")
    done("month", folder, "publish", period, who="Li Na")


def test_a_quarter_end_from_open_to_locked_with_an_appeal_paid_in_the_next(
    client: Path, tmp_path: Path
) -> None:
    proof = tmp_path / "order 4711.pdf"
    proof.write_text("an order", encoding="utf-8")
    close(client, "2026-03")
    # p002: (0.6 × 75 + 0.4 × 100) = 85 points; (85 − 60) / 40 = 0.625 of 3,000
    assert paid(client, "2026-03")["p002"] == "1875.00"
    said = done(
        *("month", client, "appeal", "2026-03", "--participant", "p002", "--claim", "=Order 4711 is missing"),
        *("--evidence", proof),
        who="Ms Wu",
    )
    number = read_log(client)[-1].number
    assert f"--decide {number}" in said
    assert f"appeals {number} wait" in refused("month", client, "lock", "2026-03").replace("«", "").replace(
        "»", ""
    )
    decide = (
        "month",
        client,
        "appeal",
        "2026-03",
        "--decide",
        number,
        "--decision",
        "upheld",
        "--amount",
        "350.50",
    )
    assert "filed the appeal" in refused(*decide, "--reason", "It was shipped on 31 March", who="ms wu")
    said = done(*decide, "--reason", "It was shipped on 31 March", who="Zhao Lei")
    assert "paid with 2026-Q2" in said
    done("month", client, "lock", "2026-03", who="Zhao Lei")
    assert [e.action for e in read_log(client)] == [
        "opened", "scored", "reviewed", "approved", "published", "appealed", "decided", "locked",
    ]  # fmt: skip
    (found,) = appeals(read_log(client))
    assert (found.evidence, found.decision, found.amount, found.paid_with) == (
        "order 4711.pdf",
        "upheld",
        "350.50",
        "2026-Q2",
    )
    # The months of the next quarter: May pays nothing, June pays the quarter and the appeal.
    done("score", client, "--period", "2026-05", "--no-statements", who="Li Na")
    assert paid(client, "2026-05").empty
    said = done("score", client, "--period", "2026-06", "--no-statements", who="Li Na")
    assert "Q2 2026: 6 payouts" in said
    assert paid(client, "2026-06")["p002"] == "2225.50"  # 1875.00 + 350.50
    assert paid(client, "2026-03")["p002"] == "1875.00"
    rows = pd.read_csv(client / "months/2026-06/tables/adjustments.csv", dtype=str, encoding="utf-8-sig")
    assert rows.loc[rows["step"] == "correction", ["participant", "amount"]].values.tolist() == [
        ["p002", "350.50"]
    ]
    for period in ("2026-03", "2026-06"):
        assert "to the last cent" in done("month", client, "replay", period)


def test_every_refused_move_is_told_and_leaves_the_log_as_it_was(client: Path) -> None:
    for move in ("review", "approve", "publish", "lock"):
        assert "nobody opened the month" in refused("month", client, move, "2026-03")
    assert read_log(client) == ()
    close(client, "2026-03")
    before = read_log(client)
    for words in (("open",), ("review",), ("approve",), ("publish",), ("reopen", "--reason", "x")):
        assert "the month is published" in refused("month", client, words[0], "2026-03", *words[1:])
    assert "the month is published" in refused("score", client, "--period", "2026-03")
    done("month", client, "lock", "2026-03", who="Li Na")
    for move in ("open", "review", "approve", "publish", "lock", "reopen"):
        assert "the month is locked" in refused("month", client, move, "2026-03")
    assert read_log(client)[:-1] == before and month(read_log(client), "2026-03").state == "locked"


def test_four_eyes_and_the_way_back(client: Path) -> None:
    done("score", client, "--period", "2026-03", "--no-statements", who="Li Na")  # opens it too
    assert "scored already" not in done(
        "score", client, "--period", "2026-03", "--no-statements", who="Li Na"
    )
    done("month", client, "review", "2026-03", who="Li Na")
    assert "cannot approve it too" in refused("month", client, "approve", "2026-03", who="LI NA")
    assert "the month is reviewed" in refused("score", client, "--period", "2026-03")
    assert "needs a reason" in refused("month", client, "reopen", "2026-03")
    done("month", client, "reopen", "2026-03", "--reason", "an order was missing", who="Wang Wei")
    done("score", client, "--period", "2026-03", "--no-statements", who="Wang Wei")
    done("month", client, "review", "2026-03", who="Li Na")
    done("month", client, "approve", "2026-03", who="Li Na")
    assert "an order was missing" in done("month", client, "status", "2026-03")


def test_nobody_named_is_nobody_guessed(client: Path) -> None:
    assert "KPI_USER" in refused("score", client, "--period", "2026-03", who="")
    assert not (client / "months" / "2026-03").exists()
    runner = CliRunner(env={"COLUMNS": "200", "TERM": "dumb", "KPI_USER": "Wang Wei"})
    assert runner.invoke(app, ["month", str(client), "open", "2026-03"]).exit_code == 0
    assert read_log(client)[-1].who == "Wang Wei"


@pytest.mark.parametrize("period", ["2026-07", "2026-Q1", "2026", "2025-12", "March"])
def test_what_is_no_month_to_close_is_refused(period: str, client: Path) -> None:
    for words in (("score", client, "--period", period), ("month", client, "open", period)):
        said = refused(*words)
        assert "no period that can be closed" in said and "2026-01 – 2026-06" in said


def test_corrections_by_command(client: Path) -> None:
    close(client, "2026-03")
    given = ("month", client, "correct", "2026-Q2", "--participant", "p001", "--concerns", "2026-Q1")
    assert "paid with 2026-Q2" in done(*given, "--amount", "-120.50", "--reason", "twice paid", who="Wu")
    for amount in ("0", "1.005", "1,000", "abc", "nan", "1e15"):
        assert "is no amount to pay" in refused(*given, "--amount", amount, "--reason", "x")
    assert "needs a reason" in refused(*given, "--amount", "1")
    told = done("explain", client, "p001", "2026-Q2", "--language", "en")  # as logged
    assert "twice paid" in told and "−120.50" in told
    wrong = (
        "month",
        client,
        "correct",
        "2026-Q1",
        "--participant",
        "p099",
        "--concerns",
        "2026-Q2",
        "--amount",
        "x",
    )
    said = refused(*wrong, "--reason", "x")
    for words in ("is no amount", "is not in the roster", "is approved already", "does not end before"):
        assert words in said  # all at once
    done("score", client, "--period", "2026-06", "--no-statements", who="Li Na")
    # p001 earns nothing (half of the target is under the 60 % from which sales score, so 40 points) and owes.
    assert paid(client, "2026-06")["p001"] == "-120.50"


def test_replay_by_command_finds_a_cent(client: Path) -> None:
    done("score", client, "--period", "2026-03", "--no-statements", who="Li Na")
    path = client / "months/2026-03/tables/payouts.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("1875.00", "1875.01"), encoding="utf-8-sig")
    said = refused("month", client, "replay", "2026-03", "-l", "en", who="", code=1)
    assert "published 1875.01, recomputed 1875.00" in said
    assert "payouts.csv" in refused("month", client, "review", "2026-03")


def test_status_speaks_the_clients_language(tmp_path: Path) -> None:
    folder = engagement(tmp_path / "client", language="zh")
    assert "尚未开启任何月份" in done("month", folder)
    done("score", folder, "--period", "2026-03", "--no-statements", who="李娜")
    assert "已评分" in done("month", folder) and "李娜" in done("month", folder, "status")
    assert "kpi month" in done("month", "--help") and "log" in done("month", "--help")


def test_a_folder_that_is_no_engagement_and_an_unknown_language(tmp_path: Path, client: Path) -> None:
    assert "engagement.yaml" in refused("month", tmp_path / "x", "status", who="")
    assert "not known" in refused("month", client, "status", "-l", "fr", who="")


def test_a_statement_each_and_the_score_sheets(client: Path) -> None:
    said = done("score", client, "--period", "2026-03", who="Li Na")
    assert "March 2026: 6 participants scored." in said and "Q1 2026: 6 payouts, 10,650.00 CNY" in said
    folder = client / "months" / "2026-03"
    pages = sorted((folder / "statements").iterdir())
    assert [p.name.split("_", 1)[1] for p in pages][:2] == ["p001_2026-03.html", "p001_2026-Q1.html"]
    assert len(pages) == 12 and (folder / "scorecards.xlsx").stat().st_size > 5000
    page = pages[3].read_text(encoding="utf-8")
    assert "1,875.00" in page and "Person 2" in page and "Person 3" not in page
    done("month", client, "review", "2026-03", who="Wang Wei")


def test_forms_out_and_in_by_command(tmp_path: Path) -> None:
    folder = rated_client(tmp_path / "client")
    assert "1 files" in done("month", folder, "forms", "2026-03", "--out", tmp_path / "f.xlsx", who="Li Na")
    said = done("month", folder, "ratings", tmp_path / "f.xlsx", who="Li Na")
    assert "0 ratings read in, 12 left blank" in said
    (tmp_path / "x.xlsx").write_bytes(b"x")
    assert "cannot be opened" in refused("month", folder, "ratings", tmp_path / "x.xlsx")
