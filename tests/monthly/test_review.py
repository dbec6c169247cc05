"""What a reviewer is shown, by hand; and notebook 7 on both samples."""

import json
from pathlib import Path

import nbformat
import pytest

from tests.report.client import SCHEME, engagement, person
from toolkit.assets import asset
from toolkit.data.load import load_engagement
from toolkit.errors import NotEnoughData
from toolkit.language import LANGUAGES, text
from toolkit.monthly import advance, appeal, correct, publish, score_month
from toolkit.monthly.review import (
    changes_chapter,
    decisions_chapter,
    last_month,
    missing_chapter,
    missing_words,
    month_results,
    team_chapter,
)
from toolkit.report.blocks import Chapter, Paragraph, Points, Table
from toolkit.report.run import run_notebook


def table(chapter: Chapter) -> Table:
    return next(block for block in chapter.blocks if isinstance(block, Table))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """p003 joins in June, p004 leaves in May, p002 sells 1,000 in June instead of 750."""
    roster = [person(1), person(2), person(3, hired_on="2026-06-01"), person(4, left_on="2026-05-31")]
    roster[0]["target_incentive"] = ""
    made = engagement(tmp_path / "client", roster)
    deals = made / "data" / "deals.csv"
    content = deals.read_text(encoding="utf-8")
    assert "p002,won,750.0,2026-06-15" in content
    deals.write_text(
        content.replace("p002,won,750.0,2026-06-15", "p002,won,1000.0,2026-06-15"), encoding="utf-8"
    )
    return made


def test_teams_by_hand(folder: Path) -> None:
    results = month_results(load_engagement(folder))
    assert last_month(results) == "2026-06"
    # North: p001, 40 points in both months. South: p002, 0.6 × 75 + 40 = 85, then 100. Others in one only.
    chapter = team_chapter(results, "en")
    assert table(chapter).rows == (
        ("South", "1", "85.0", "100.0", "15.0"),
        ("North", "1", "40.0", "40.0", "0.0"),
    )
    assert chapter.title.startswith("June 2026: 3 participants scored")


def test_who_moved_came_and_went(folder: Path) -> None:
    chapter = changes_chapter(month_results(load_engagement(folder)), "en")
    assert table(chapter).rows == (("Person 2", "85.0", "100.0", "15.0"),)
    said = [block.text for block in chapter.blocks if isinstance(block, Paragraph)]
    assert said == ["Scored now and not before: Person 3.", "Scored before and not now: Person 4."]
    assert chapter.title == "Against May 2026: 1 up, 0 down"


def test_an_earlier_month_is_seen_as_it_was(folder: Path) -> None:
    results = month_results(load_engagement(folder), "2026-03")
    assert last_month(results) == "2026-03" and results.scores["period"].max() == "2026-Q1"
    assert len(table(team_chapter(results, "zh")).rows) == 2


def test_missing_numbers_with_their_reasons(tmp_path: Path) -> None:
    made = engagement(tmp_path / "client")
    targets = made / "data" / "targets.csv"
    lines = targets.read_text(encoding="utf-8").splitlines(keepends=True)
    targets.write_text("".join(x for x in lines if "p002,2026-06" not in x), encoding="utf-8")
    chapter = missing_chapter(month_results(load_engagement(made)), "en")
    assert ("Person 2", "June 2026", "Net sales", "no target") in table(chapter).rows
    whole = missing_chapter(month_results(load_engagement(made), "2026-03"), "en")
    assert whole.title == "No number is missing" and isinstance(whole.blocks[0], Paragraph)


@pytest.mark.parametrize(
    "code",
    [
        *(f"no_actual:{c}" for c in ("not_employed", "no_rows_in_period", "zero_denominator", "cohort_open")),
        *(
            "no_actual:group_empty",
            "no_actual:not_rated",
            "no_target",
            "target_not_positive",
            "target_at_floor",
        ),
        *("too_few_to_rank", "carried:2026-02"),
    ],
)
def test_every_reason_has_its_words(code: str) -> None:
    for language in LANGUAGES:
        assert "_" not in missing_words(code, language)


def test_what_is_to_be_decided(folder: Path) -> None:
    client = load_engagement(folder)
    score_month(client, "2026-03", "Li Na")
    advance(folder, "2026-03", "review", "Wang Wei")
    advance(folder, "2026-03", "approve", "Zhao Lei")
    publish(client, "2026-03", "Li Na")
    appeal(client, "2026-03", "p002", "an order is missing", "Wu")
    correct(client, "2026-Q2", "p002", "2026-Q1", "-12.5", "twice paid", "Wu")
    score_month(client, "2026-06", "Li Na")
    chapter = decisions_chapter(month_results(client), "en")
    (points,) = (block for block in chapter.blocks if isinstance(block, Points))
    assert points.items == (
        "Person 1 cannot be paid: no target incentive in the roster.",
        "Appeal 6 against March 2026 waits: an order is missing",
        "Correction of −12.50 for Person 2, to be paid with this period: twice paid (Wu).",
        text("review.state_scored", "en"),
    )
    assert chapter.title == "3 matters to decide"


def test_before_the_first_pay_period_has_ended(tmp_path: Path) -> None:
    client = load_engagement(engagement(tmp_path / "client", schemes=[SCHEME]))
    with pytest.raises(NotEnoughData):
        month_results(client, "2026-02")


def test_the_notebook_is_thin() -> None:
    notebook = json.loads(asset("notebooks", "7_monthly_review.ipynb").read_text(encoding="utf-8"))
    code = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    assert len(code) <= 10 and all("def " not in cell for cell in code)
    assert "parameters" in notebook["cells"][1]["metadata"]["tags"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sample", "period", "language", "words"),
    [
        ("manufacturer", "2026-03", "zh", "2026年3月：24 个考核对象已评分"),
        ("adventureworks", "2012-Q2", "en", "Q2 2012: 1"),
    ],
)
def test_the_notebook_on_the_samples(
    sample: str, period: str, language: str, words: str, tmp_path: Path
) -> None:
    given = {
        "engagement": str(asset("templates", "engagements", sample)),
        "period": period,
        "language": language,
    }
    run_notebook(asset("notebooks", "7_monthly_review.ipynb"), tmp_path / "run.ipynb", given)
    done = nbformat.read(tmp_path / "run.ipynb", as_version=4)
    shown = [
        o["metadata"]["kpi"]
        for c in done["cells"]
        for o in c.get("outputs", ())
        if "kpi" in o.get("metadata", {})
    ]
    assert [mark["id"] for mark in shown] == ["teams", "missing", "since", "alerts", "people", "decide"]
    assert shown[0]["title"].startswith(words)
