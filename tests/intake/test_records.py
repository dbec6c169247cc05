"""Ratings, events and the difficulty: asked for where a scheme reads them, recognised where they come."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.helpers import SCHEME, put
from toolkit.data.tables import TABLES
from toolkit.intake.form import write_request
from toolkit.intake.needs import needs_of
from toolkit.intake.propose import propose
from toolkit.intake.words import client_words, name_score

ROSTER_ZH = "工号,姓名,班组,难度系数\nS001,李明,一组,1\nS002,王芳,一组,1.2\nS003,张伟,二组,0.9\n"
RATINGS_ZH = """\
被评人,考核期间,评分项目,评分人,评分类型,评分,评语,评分日期
S001,2026-03,团队协作,S001,自评,4,,2026-04-01
S001,2026-03,团队协作,S002,互评,3,乐于分享,2026-04-02
S002,2026-03,团队协作,S003,上级评分,5,,2026-04-02
"""
EVENTS_ZH = """\
记录编号,工号,加减分项,次数,发生日期,情况说明,登记人
JF001,S001,周报迟交,1,2026-03-12,迟交两天,王芳
JF002,S002,重点客户签约,2,2026-03-20,,王芳
"""
RATINGS_EN = """\
Reviewee,Review Period,Competency,Reviewer,Review Type,Rating,Comments
S001,2026-03,teamwork,S002,Peer,3,helps
S001,2026-03,teamwork,S003,Manager,4,
S002,2026-03,teamwork,S002,Self,4,
"""
EVENTS_EN = """\
Record No,Employee ID,Points Item,Occurrences,Incident Date,Details,Recorded By
1,S001,late_report,1,2026-03-12,two days late,Zhou
2,S002,key_account,2,2026-03-20,,Zhou
"""


def taken(folder: Path) -> dict[str, dict[str, str]]:
    return {
        t.table: {line.column: line.header for line in t.lines if line.taken}
        for t in propose(folder).tables
        if t.taken
    }


def test_chinese_exports_are_recognised(tmp_path: Path) -> None:
    for name, content in (("花名册", ROSTER_ZH), ("绩效评分", RATINGS_ZH), ("加减分记录", EVENTS_ZH)):
        put(tmp_path, f"data/{name}.csv", content)
    found = taken(tmp_path)
    assert found["participants"]["difficulty"] == "难度系数"
    assert found["ratings"] == {
        "participant": "被评人", "period": "考核期间", "measure": "评分项目", "rater": "评分人",
        "kind": "评分类型", "rating": "评分", "comment": "评语", "rated_on": "评分日期",
    }  # fmt: skip
    assert found["events"] == {
        "event": "记录编号", "participant": "工号", "item": "加减分项", "quantity": "次数",
        "happened_on": "发生日期", "note": "情况说明", "recorded_by": "登记人",
    }  # fmt: skip


def test_english_exports_are_recognised(tmp_path: Path) -> None:
    put(tmp_path, "data/staff.csv", "Employee ID,Full Name,Team\nS001,Li,A\nS002,Wang,A\nS003,Zhang,B\n")
    put(tmp_path, "data/peer reviews.csv", RATINGS_EN)
    put(tmp_path, "data/points log.csv", EVENTS_EN)
    found = taken(tmp_path)
    for column in ("participant", "period", "measure", "rater", "kind", "rating"):
        assert column in found["ratings"], column
    for column in ("participant", "item", "quantity", "happened_on"):
        assert column in found["events"], column
    assert found["ratings"]["participant"] == "Reviewee" and found["ratings"]["rater"] == "Reviewer"


def test_a_list_of_visits_called_events_stays_a_list_of_activities(tmp_path: Path) -> None:
    put(tmp_path, "data/staff.csv", "Employee ID,Full Name,Team\nS001,Li,A\nS002,Wang,B\n")
    rows = ["Event ID,Owner,Event Type,Event Date,Duration", "1,S001,Visit,2026-03-01,30"]
    visits = "\n".join([*rows, "2,S002,Call,2026-03-02,5"])
    put(tmp_path, "data/events.csv", visits)
    found = propose(tmp_path)
    assert [t.table for t in found.tables if "events" in t.source.files[0]] == ["activities"]


def test_the_form_asks_for_them_only_where_a_scheme_reads_them(tmp_path: Path) -> None:
    put(tmp_path, "schemes/a.yaml", SCHEME)
    assert not {"ratings", "events"} & set(needs_of(tmp_path).columns)
    assert "difficulty" in needs_of(tmp_path).columns["participants"]
    rated = SCHEME.replace("    weight: 0.4\n", "    weight: 0.4\n    raters: {self: 0.4, manager: 0.6}\n")
    put(tmp_path, "schemes/a.yaml", rated + "items: [{name: late, points: -1}]\n")
    needs = needs_of(tmp_path)
    assert needs.columns["ratings"] == tuple(TABLES["ratings"].columns)
    assert needs.columns["events"] == tuple(TABLES["events"].columns)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_their_pages_can_be_written_and_their_words_chosen(language: str, tmp_path: Path) -> None:
    form = write_request(tmp_path, tmp_path / "form.xlsx", language, ("ratings", "events"))
    assert form.stat().st_size > 5_000
    words = client_words("ratings", "kind", language)
    assert list(words.values()) == ["self", "peer", "manager"]
    assert list(words) == {"en": ["Self", "Peer", "Manager"], "zh": ["自评", "互评", "上级评分"]}[language]


@pytest.mark.parametrize(
    ("table", "column", "header"),
    [
        ("participants", "difficulty", "难度系数"),
        ("participants", "difficulty", "Difficulty coefficient"),
        ("ratings", "participant", "被考核人"),
        ("ratings", "rater", "评价人"),
        ("ratings", "measure", "评价维度"),
        ("events", "item", "扣分项"),
        ("events", "happened_on", "发生日期"),
    ],
)
def test_names_that_mean_a_column(table: str, column: str, header: str) -> None:
    assert name_score(table, column, header) == 1.0
