"""A scored month: written whole, from frozen inputs that give the same numbers whatever comes later."""

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.report.client import SCHEME, engagement, person
from toolkit.appraise.appraisal import settle
from toolkit.appraise.records import Records
from toolkit.assets import asset
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement
from toolkit.errors import NotEnoughData, ReportError
from toolkit.monthly import advance, correct, month, read_log, replay, score_month
from toolkit.monthly.closing import appraised, digest
from toolkit.monthly.inputs import Inputs, load_inputs, save_inputs
from toolkit.monthly.states import month_folder
from toolkit.periods import Calendar
from toolkit.report.folder import replace_folder
from toolkit.report.tables import write_csv

HOME = Path(__file__).parents[2]
TABLES = {
    *("panel", "targets", "scorecard", "score_steps", "scores"),
    *("payouts", "components", "adjustments", "unpaid"),
}


@pytest.fixture
def client(tmp_path: Path) -> Engagement:
    return load_engagement(engagement(tmp_path / "client"))


def table(client: Engagement, period: str, name: str) -> pd.DataFrame:
    path = month_folder(client.folder, period) / "tables" / f"{name}.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("period", "periods"), [("2026-02", {"2026-02"}), ("2026-03", {"2026-03", "2026-Q1"})]
)
def test_a_month_has_what_ends_with_it(period: str, periods: set[str], client: Engagement) -> None:
    done = score_month(client, period, "Li Na")
    assert set(done.tables) == TABLES == {p.stem for p in (done.folder / "tables").iterdir()}
    assert set(table(client, period, "scores")["period"]) == periods
    assert len(table(client, period, "payouts")) == (4 if "2026-Q1" in periods else 0)
    # The columns that another program relies on.
    head = ["participant", "level", "period", "kpi", "numerator", "denominator", "value", "exposure", "rows"]
    assert list(table(client, period, "panel"))[: len(head)] == head


def test_the_numbers_are_those_of_the_whole_engagement(client: Engagement) -> None:
    whole = settle(client)
    done = score_month(client, "2026-03", "Li Na")
    for name in ("scorecard", "scores", "payouts"):
        every: pd.DataFrame = getattr(whole, name)
        rows = every[every["period"].isin(["2026-03", "2026-Q1"])].reset_index(drop=True)
        assert len(rows)
        pd.testing.assert_frame_equal(done.tables[name], rows)


@pytest.mark.slow
@pytest.mark.parametrize(("sample", "period"), [("manufacturer", "2026-03"), ("adventureworks", "2012-Q2")])
def test_the_samples_months_replay(sample: str, period: str, tmp_path: Path) -> None:
    folder = tmp_path / sample
    shutil.copytree(asset("templates", "engagements", sample), folder)
    done = score_month(load_engagement(folder), period, "Li Na")
    assert len(done.tables["payouts"]) > 10
    assert replay(folder, period).empty


def test_named_quarters_survive_the_freezing(tmp_path: Path) -> None:
    client = load_engagement(asset("templates", "engagements", "adventureworks"))
    found = settle(client)
    inputs = Inputs("2012-Q2", found.schemes, found.panel, found.targets, client.participants, Records())
    save_inputs(inputs, tmp_path)
    again = load_inputs(tmp_path)
    assert again.schemes.calendar == client.calendar and isinstance(again.schemes.calendar, Calendar)
    assert again.schemes.items == found.schemes.items
    for name in ("panel", "targets", "participants"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(inputs, name))


def test_replay_reads_nothing_but_what_was_frozen(client: Engagement) -> None:
    score_month(client, "2026-03", "Li Na")
    shutil.rmtree(client.folder / "data")
    shutil.rmtree(client.folder / "schemes")
    assert replay(client.folder, "2026-03").empty and replay(client, "2026-03").empty


@pytest.mark.parametrize(
    ("name", "column", "change"),
    [
        ("payouts", "payout", (",0.00,1875.00", ",0.00,1875.01")),
        ("payouts", "target_incentive", ("3000.00", "3000.01")),
        ("scores", "grade", (",B,", ",A,")),
        ("scorecard", "score", (",0.75,75,", ",0.75,75.0001,")),
        ("panel", "value", (",2250,,2250,", ",2250,,2251,")),
    ],
)
def test_replay_finds_a_planted_change(
    name: str, column: str, change: tuple[str, str], client: Engagement
) -> None:
    score_month(client, "2026-03", "Li Na")
    path = month_folder(client.folder, "2026-03") / "tables" / f"{name}.csv"
    content = path.read_text(encoding="utf-8-sig")
    assert change[0] in content
    path.write_text(content.replace(*change, 1), encoding="utf-8-sig")
    found = replay(client, "2026-03")
    assert len(found) == 1 and found[["table", "column"]].values.tolist() == [[name, column]]
    assert "p00" in found["row"].iloc[0]


def test_replay_finds_a_row_taken_out_one_put_in_and_a_table_gone(client: Engagement) -> None:
    score_month(client, "2026-03", "Li Na")
    folder = month_folder(client.folder, "2026-03") / "tables"
    rows = table(client, "2026-03", "payouts")
    added = rows.iloc[[0]].assign(participant="p009")
    write_csv(pd.concat([rows.iloc[1:], added]), folder / "payouts.csv")
    (folder / "targets.csv").unlink()
    found = replay(client, "2026-03")
    assert sorted(found.loc[found["table"] == "payouts", ["published", "recomputed"]].values.tolist()) == [
        ["", "+"],
        ["+", ""],
    ]
    assert found.loc[found["table"] == "targets", "column"].tolist() == ["table"]


def test_replay_allows_another_machines_last_bit_but_no_cent(client: Engagement) -> None:
    score_month(client, "2026-03", "Li Na")
    path = month_folder(client.folder, "2026-03") / "tables" / "scorecard.csv"
    content = path.read_text(encoding="utf-8-sig")
    assert ",0.75,75," in content
    path.write_text(content.replace(",0.75,75,", ",0.75,75.00000000000001,"), encoding="utf-8-sig")
    assert replay(client, "2026-03").empty


def test_another_scheme_in_the_frozen_inputs_gives_other_numbers(client: Engagement) -> None:
    score_month(client, "2026-03", "Li Na")
    path = month_folder(client.folder, "2026-03") / "frozen" / "schemes" / "01.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("120.0, 1.5", "120.0, 1.6"), encoding="utf-8")
    found = replay(client, "2026-03")
    # p004 alone is above 100 points: 0.6 × 120 + 0.4 × 100 = 112
    assert {row.split(" · ")[1] for row in found["row"]} == {"p004"}
    payout = found[(found["table"] == "payouts") & (found["column"] == "payout")].iloc[0]
    # (112 − 100) / 20 of the way from 1.0 to 1.5, or to 1.6, of 3,000
    assert (payout["published"], payout["recomputed"]) == ("3900.00", "4080.00")


@pytest.mark.parametrize("name", ["panel.parquet", "setting.yaml"])
def test_frozen_inputs_that_cannot_be_read(name: str, client: Engagement) -> None:
    score_month(client, "2026-03", "Li Na")
    path = month_folder(client.folder, "2026-03") / "frozen" / name
    path.write_bytes(b"calendar: 3\n")
    with pytest.raises(ReportError, match="cannot be read"):
        replay(client, "2026-03")


def test_a_month_never_scored_has_nothing_to_replay(client: Engagement) -> None:
    with pytest.raises(ReportError, match="no numbers of this month"):
        replay(client, "2026-03")


def test_the_manifest_lists_every_file_with_its_checksum(client: Engagement) -> None:
    done = score_month(client, "2026-03", "Li Na")
    content = json.loads((done.folder / "manifest.json").read_text(encoding="utf-8"))
    listed = {entry["path"] for entry in content["outputs"]}
    assert listed == {
        p.relative_to(done.folder).as_posix() for p in done.folder.rglob("*") if p.is_file()
    } - {"manifest.json"}
    assert content["command"] == "kpi score" and content["schemes"] == ["field@2026-01"]
    assert {"engagement.yaml", "data/deals.csv", "schemes/1.yaml"} <= {e["path"] for e in content["inputs"]}
    assert read_log(client.folder)[-1].data["digest"] == digest(done.folder)


def test_the_same_month_twice_is_the_same(client: Engagement) -> None:
    first = digest(score_month(client, "2026-03", "Li Na").folder)
    assert digest(score_month(client, "2026-03", "Li Na").folder) == first


def test_scoring_again_takes_new_data_and_an_old_month_stays(tmp_path: Path) -> None:
    folder = engagement(tmp_path / "client")
    score_month(load_engagement(folder), "2026-02", "Li Na")
    score_month(load_engagement(folder), "2026-03", "Li Na")
    deals = folder / "data" / "deals.csv"
    deals.write_text(deals.read_text(encoding="utf-8").replace(",750.0,", ",1000.0,"), encoding="utf-8")
    client = load_engagement(folder)
    score_month(client, "2026-03", "Li Na")
    assert table(client, "2026-03", "payouts").set_index("participant")["payout"]["p002"] == "3000.00"
    assert replay(client, "2026-02").empty and replay(client, "2026-03").empty


@pytest.mark.parametrize("name", ["tables/payouts.csv", "frozen/panel.parquet"])
def test_a_month_whose_files_were_touched_goes_no_further(name: str, client: Engagement) -> None:
    done = score_month(client, "2026-03", "Li Na")
    path = done.folder / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ReportError) as refused:
        advance(client.folder, "2026-03", "review", "Wang Wei")
    assert [(p.code, p.value) for p in refused.value.problems] == [("month.file_changed", name)]
    path.unlink()
    with pytest.raises(ReportError, match=re.escape(name)):
        advance(client.folder, "2026-03", "review", "Wang Wei")
    score_month(client, "2026-03", "Li Na")
    assert advance(client.folder, "2026-03", "review", "Wang Wei").action == "reviewed"


def test_a_folder_put_in_place_of_the_one_scored_is_noticed(client: Engagement) -> None:
    one = score_month(client, "2026-02", "Li Na").folder
    score_month(client, "2026-03", "Li Na")
    shutil.rmtree(month_folder(client.folder, "2026-03"))
    shutil.copytree(one, month_folder(client.folder, "2026-03"))
    with pytest.raises(ReportError, match="not the one that was scored last"):
        advance(client.folder, "2026-03", "review", "Wang Wei")
    shutil.rmtree(month_folder(client.folder, "2026-03"))
    with pytest.raises(ReportError, match="no numbers of this month"):
        advance(client.folder, "2026-03", "review", "Wang Wei")


_KILLED = """
import os, sys
import toolkit.monthly.closing as closing
from toolkit.data.load import load_engagement
step = sys.argv[2]
kill = lambda *args, **kept: os._exit(9)
if step == "extra":
    closing.score_month(load_engagement(sys.argv[1]), "2026-03", "Li Na", extras=[kill])
setattr(closing, step, kill)
closing.score_month(load_engagement(sys.argv[1]), "2026-03", "Li Na")
"""


@pytest.mark.parametrize(
    "step", ["appraised", "save_inputs", "write_tables", "extra", "write_manifest", "make"]
)
def test_killed_between_steps_the_old_month_is_whole(step: str, client: Engagement) -> None:
    done = score_month(client, "2026-03", "Li Na")
    before, log = digest(done.folder), read_log(client.folder)
    environment = {**os.environ, "PYTHONPATH": str(HOME)}
    run = subprocess.run(
        [sys.executable, "-c", _KILLED, str(client.folder), step], env=environment, cwd=HOME, check=False
    )
    assert run.returncode == 9
    assert digest(done.folder) == before and read_log(client.folder) == log
    assert advance(client.folder, "2026-03", "review", "Wang Wei").action == "reviewed"
    advance(client.folder, "2026-03", "reopen", "Wang Wei", "once more")
    score_month(client, "2026-03", "Li Na")  # clears away what the killed run left
    left = [p.name for p in (client.folder / "months").iterdir()]
    assert sorted(left) == [".log.lock", "2026-03", "log.jsonl"]


def test_killed_before_its_entry_a_month_is_scored_again(client: Engagement) -> None:
    """The one step that cannot be one: the folder is new, the log does not say so yet."""
    score_month(client, "2026-03", "Li Na")
    with replace_folder(month_folder(client.folder, "2026-03")) as new:
        shutil.copytree(score_month(client, "2026-02", "Li Na").folder, new, dirs_exist_ok=True)
    with pytest.raises(ReportError, match="Score the month again"):
        advance(client.folder, "2026-03", "review", "Wang Wei")


def test_a_failed_run_leaves_no_month(client: Engagement) -> None:
    def fail(*_: Any) -> None:
        raise ReportError(())

    with pytest.raises(ReportError):
        score_month(client, "2026-03", "Li Na", extras=[fail])
    assert not month_folder(client.folder, "2026-03").exists() and read_log(client.folder) == ()


def test_a_month_in_which_nobody_is_employed(tmp_path: Path) -> None:
    folder = engagement(tmp_path / "client", [person(1), person(2, left_on="2026-01-31")])
    client = load_engagement(folder)
    gone = client.participants.assign(left_on=pd.Timestamp("2026-01-31")).astype({"left_on": "datetime64[s]"})
    with pytest.raises(NotEnoughData, match="nobody is appraised"):
        score_month(dataclasses.replace(client, participants=gone), "2026-02", "Li Na")
    assert month(read_log(folder), "2026-02").state == ""


def test_a_correction_after_scoring_stops_the_review(client: Engagement) -> None:
    score_month(client, "2026-06", "Li Na")
    correct(client, "2026-Q2", "p002", "2026-Q1", "10", "a bonus forgotten", "Ms Wu")
    with pytest.raises(ReportError, match="Score it again"):
        advance(client.folder, "2026-06", "review", "Wang Wei")
    done = score_month(client, "2026-06", "Li Na")
    assert done.tables["adjustments"][["participant", "amount"]].astype(str).values.tolist() == [
        ["p002", "10.00"]
    ]
    assert advance(client.folder, "2026-06", "review", "Wang Wei").action == "reviewed"


def test_one_pair_of_eyes_where_every_scheme_agrees(tmp_path: Path) -> None:
    scheme = {**SCHEME, "governance": {"four_eyes": False}}
    client = load_engagement(engagement(tmp_path / "client", schemes=[scheme]))
    score_month(client, "2026-03", "Li Na")
    advance(client.folder, "2026-03", "review", "Li Na")
    assert advance(client.folder, "2026-03", "approve", "Li Na").action == "approved"


def test_inputs_hold_nothing_of_later_months(client: Engagement) -> None:
    done = score_month(client, "2026-02", "Li Na")
    assert set(done.inputs.panel["period"]) == {"2026-01", "2026-02"}
    found = appraised(load_inputs(done.folder))
    assert set(found["scores"]["period"]) == {"2026-01", "2026-02"}
