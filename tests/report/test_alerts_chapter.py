"""The chapter of alerts: what was found, what chance does, what could not be watched."""

import datetime as dt
from pathlib import Path

import pytest

from tests.appraise.alerts.planted import planted, rows_of
from toolkit.data.load import load_engagement
from toolkit.report.blocks import Chapter, Details, Note, Paragraph, Table
from toolkit.report.chapters.alerts import alerts
from toolkit.report.results import Results, evaluate

PEOPLE = 10


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    rows = rows_of(PEOPLE, seed=81, drops={3: dt.date(2025, 2, 1)})
    joined = {"p009": {"hired_on": "2025-07-01"}}
    folder = planted(tmp_path_factory.mktemp("chapter"), rows, PEOPLE, until=dt.date(2025, 8, 20), **joined)
    return evaluate(load_engagement(folder))


def table_of(chapter: Chapter) -> Table:
    return next(block for block in chapter.blocks if isinstance(block, Table))


def test_who_dropped_is_in_the_table_with_the_chance(results: Results) -> None:
    chapter = alerts(results, "en")
    rows = table_of(chapter).rows
    visits = next(
        row for row in rows if row[0] == "Person 3" and row[3] == "Running target" and "visits" in row[1]
    )
    assert visits[2] == "Q3 2025" and visits[-1] == "under 5 %"
    assert f"{len(rows)} matters to look at" in chapter.title


def test_chance_and_ordinary_people_stand_open(results: Results) -> None:
    notes = " ".join(block.text for block in alerts(results, "en").blocks if isinstance(block, Note))
    assert "alarms a year with nothing behind them" in notes
    assert "ordinary people" in notes and "never automatic" in notes


def test_what_could_not_be_watched_is_folded_away_with_its_reason(results: Results) -> None:
    folded = [block for block in alerts(results, "zh").blocks if isinstance(block, Details)]
    said = " ".join(part.text for block in folded for part in block.blocks if isinstance(part, Paragraph))
    assert "Person 9" in said and "期数太少" in said and "下一步" in said


def test_both_languages_tell_the_same_rows(results: Results) -> None:
    english, chinese = (table_of(alerts(results, language)).rows for language in ("en", "zh"))
    assert [row[0] for row in english] == [row[0] for row in chinese]
    assert {row[4] for row in chinese} <= {"提示", "关注", "重点"}


def test_a_quiet_engagement_says_that_nothing_stands_out(tmp_path: Path) -> None:
    from tests.report.client import engagement

    quiet = alerts(evaluate(load_engagement(engagement(tmp_path / "quiet"))), "en")
    assert quiet.title == "Nothing stands out from chance"
    assert not any(isinstance(block, Table) for block in quiet.blocks)
