"""The tables of a report as files: what they hold, in whose words, and safe to open."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

import toolkit as tk
from tests.report.client import NAMES_OF_EVERY_KIND, SCHEME, engagement, person
from toolkit.report.findings import findings
from toolkit.report.results import Results, evaluate
from toolkit.report.save import effects, write_tables

FILES = [
    *("adjustments", "alerts", "components", "development", "effects", "findings", "grade_confidence"),
    *("integrity", "leniency", "panel", "payouts", "recognition", "score_steps", "scorecard", "scores"),
    "targets",
    "unread_events",
    "weights",
]


def read(folder: Path, table: str) -> list[dict[str, str]]:
    """A table as Python's own csv module reads it."""
    with (folder / "tables" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def evaluated(folder: Path, *args: object, **changed: object) -> Results:
    return evaluate(tk.load_engagement(engagement(folder / "client", *args, **changed)))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return evaluated(tmp_path_factory.mktemp("small"))


def test_every_table_is_written_and_counted(small: Results, tmp_path: Path) -> None:
    counts = write_tables(small, tmp_path / "out", "en")
    assert sorted(path.stem for path in (tmp_path / "out" / "tables").iterdir()) == FILES
    assert {table: len(read(tmp_path / "out", table)) for table in FILES} == counts
    # 4 people, 6 months and 2 quarters, 2 measures.
    assert (counts["scorecard"], counts["scores"], counts["payouts"]) == (4 * 8 * 2, 4 * 8, 4 * 2)


def test_money_is_exact_and_numbers_are_whole(small: Results, tmp_path: Path) -> None:
    write_tables(small, tmp_path, "en")
    first, second = read(tmp_path, "payouts")[:2]
    assert list(first) == [
        *("scheme", "participant", "period", "target_incentive", "payout_ratio"),
        *("credited", "rate", "base_payout", "adjustments", "payout"),
    ]
    assert (first["participant"], first["payout"], first["target_incentive"]) == ("p001", "0.00", "3000.00")
    row = read(tmp_path, "scorecard")[0]
    assert (row["scheme"], row["period"], row["measure"], row["actual"], row["target"]) == (
        *("field@2026-01", "2026-01", "revenue", "500", "1000"),
    )
    assert second["credited"] == second["rate"] == ""


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "net sales at 50.0 % of target, below the gate of 70 %; 50 % of what was earned is paid"),
        ("zh", "净销售额达成率 50.0%，低于门槛 70%，只发应得的 50%"),
    ],
)
def test_reasons_are_in_the_reports_language(tmp_path: Path, language: str, reason: str) -> None:
    pay = {**SCHEME["pay"], "curve": {"x": "score", "points": [[0, 1.0], [100, 1.0]]}}
    results = evaluated(tmp_path, schemes=[{**SCHEME, "pay": pay}])
    write_tables(results, tmp_path, language)
    rows = read(tmp_path, "adjustments")
    assert [(r["participant"], r["period"], r["step"], r["amount"]) for r in rows] == [
        ("p001", "2026-Q1", "gate", "-1500.00"),
        ("p001", "2026-Q2", "gate", "-1500.00"),
    ]
    assert {r["reason"] for r in rows} == {reason}


def test_what_the_linter_finds_is_a_finding_in_either_language(small: Results) -> None:
    table = findings(small, "en")
    assert list(table) == ["code", "severity", "scheme", "where", "message", "advice", "accepted"]
    assert set(table["scheme"]) == {"field@2026-01"} and not table["code"].str.startswith("pay.").any()
    few = table[table["code"] == "M01"].iloc[0]
    assert few["severity"] == "warning" and "2 KPIs" in few["message"] and "5 to 8" in few["message"]
    assert findings(small, "zh")["code"].tolist() == table["code"].tolist()


def test_an_accepted_finding_keeps_its_reason(tmp_path: Path) -> None:
    accepted = [{"rule": "M01", "reason": "A pilot of two measures, until July"}]
    results = evaluated(tmp_path, schemes=[{**SCHEME, "accepted": accepted}])
    table = findings(results, "en").set_index("code")
    assert table.loc["M01", "accepted"] == "A pilot of two measures, until July"
    assert (table.drop(index="M01")["accepted"] == "").all()


def test_who_cannot_be_paid_is_a_finding_once(tmp_path: Path) -> None:
    results = evaluated(tmp_path, [person(at, target_incentive="") for at in (1, 2)])
    table = findings(results, "en")
    rows = table[table["code"].str.startswith("pay.")].to_dict("records")
    assert [(r["code"], r["severity"], r["scheme"], r["where"]) for r in rows] == [
        ("pay.no_target_incentive", "error", "field@2026-01", "p001 2026-Q1"),
        ("pay.no_target_incentive", "error", "field@2026-01", "p002 2026-Q1"),
    ]
    assert rows[0]["message"] == "Person 1: no target incentive in the roster"
    assert rows[0]["advice"].startswith("Complete pay data and scores")
    assert findings(results, "zh")["message"].tolist()[:2] == [
        "Person 1：人员表中没有目标奖金",
        "Person 2：人员表中没有目标奖金",
    ]
    assert results.payouts.empty and write_tables(results, tmp_path, "zh")["payouts"] == 0


def test_a_change_is_described_and_never_called_an_effect(small: Results) -> None:
    table = effects(small, "en")
    assert set(table["evidence"]) == {"descriptive"} and set(table["design"]) == {
        "before_after_periods_before"
    }
    group = table[table["team"] == ""].iloc[0]
    assert group["claim"] == (
        "Net sales, everyone, Q2 2026 against Q1 2026: 0 % (90 % interval 0 % to 0 %, 4 people). "
        "Described; no cause is claimed."
    )
    team = table[table["team"] == "North"].iloc[0]
    assert team["claim"].startswith(
        "Net sales, everyone · North, Q2 2026 against Q1 2026: 0 % (2 people, not enough"
    )
    assert effects(small, "zh").iloc[0]["claim"] == (
        "净销售额，全员，2026年第二季度与2026年第一季度相比：0%（90% 区间 0% 至 0%，4 人）。"
        "仅为描述，不主张因果。"
    )


def test_a_change_that_has_no_percentage_is_refused_in_words(tmp_path: Path) -> None:
    table = effects(evaluated(tmp_path, sales_until=3), "en")
    assert set(table["evidence"]) == {"refused"} and table["estimate"].isna().all()
    assert table["claim"].str.contains("no percentage: not above zero", regex=False).all()


def test_a_single_period_has_no_effects(tmp_path: Path) -> None:
    results = evaluated(tmp_path, months=3)
    assert write_tables(results, tmp_path, "en")["effects"] == 0
    assert (
        (tmp_path / "tables" / "effects.csv")
        .read_text(encoding="utf-8-sig")
        .startswith("kpi,design,estimate,")
    )


def test_nothing_that_a_client_wrote_is_a_formula_in_excel(tmp_path: Path) -> None:
    people = [
        person(at, participant=name.strip(), name=name, team=name, target_incentive="")
        for at, name in enumerate(NAMES_OF_EVERY_KIND, 1)
    ]
    write_tables(evaluated(tmp_path, people), tmp_path, "en")
    cells = [
        (table, column, cell)
        for table in FILES
        for row in read(tmp_path, table)
        for column, cell in row.items()
        if cell[:1] in ("=", "@", "+", "-", "\t") and not cell.lstrip("+-").replace(".", "").isdigit()
    ]
    assert cells == []
    # Prefixed, not lost.
    known = {row["participant"] for row in read(tmp_path, "panel")}
    assert {"'=cmd|'/C calc'!A0", "'@SUM(1)", "'-2+3", "王喆堃", "𠮷野家"} <= known


def test_the_caller_may_replace_a_table(small: Results, tmp_path: Path) -> None:
    best = small.scores[small.scores["rank"] == 1]
    assert (
        write_tables(replace(small, scores=best), tmp_path, "en")["scores"] == len(best) < len(small.scores)
    )
