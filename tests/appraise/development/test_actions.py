"""The table of actions: in both languages, changed by the client's own file, refused with line and remedy."""

from pathlib import Path

import pytest

from tests.test_texts import glyphs, narrow_signs
from toolkit.appraise.development import load_actions
from toolkit.catalogue.load import load_catalogue
from toolkit.errors import DataError
from toolkit.language import LANGUAGES


def own(folder: Path, text: str) -> Path:
    (folder / "development").mkdir()
    (folder / "development" / "actions.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_toolkits_table_is_whole_in_both_languages_and_knows_the_catalogues_kpis() -> None:
    actions = load_actions()
    every = [*actions.skills.values(), actions.process, actions.conversation]
    assert len(actions.skills) >= 8
    assert all(skill.title[word] and skill.action[word] for skill in every for word in LANGUAGES)
    assert set(actions.kpis) <= set(load_catalogue()) and set(actions.kpis.values()) <= set(actions.skills)
    assert actions.skill_of("a KPI of the client's own") == actions.otherwise


def test_the_toolkits_chinese_is_punctuated_in_chinese_and_drawable() -> None:
    actions = load_actions()
    every = [*actions.skills.values(), actions.process, actions.conversation]
    words = [text for skill in every for text in (skill.title["zh"], skill.action["zh"])]
    assert [w for w in words if narrow_signs(w)] == []
    assert {c for w in words for c in w if ord(c) not in glyphs()} == set()


def test_an_engagement_without_a_file_has_the_toolkits_table(tmp_path: Path) -> None:
    assert load_actions(tmp_path) == load_actions()
    assert load_actions(own(tmp_path, "# nothing yet\n")) == load_actions()


def test_the_clients_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    text = """
skills:
  demo: {title: {zh: 样机演示}, action: {zh: 每周演示两次}, trainability: 0.9, owner: trainer, check_after: 1}
kpis: {visits: demo}
"""
    actions, shipped = load_actions(own(tmp_path, text)), load_actions()
    assert actions.skill_of("visits") == "demo" and actions.skills["demo"].trainability == 0.9
    assert actions.skill_of("win_rate") == shipped.skill_of("win_rate")
    assert actions.process == shipped.process


def test_every_fault_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    text = """
skills:
  demo: {title: {zh: 演示}, action: {zh: 演示}, trainability: 70}
  other: {title: {zh: 其他}, trainability: 0.5, boss: me, action: {zh: 其他}}
"""
    with pytest.raises(DataError) as refused:
        load_actions(own(tmp_path, text))
    found = {(p.row, p.column) for p in refused.value.problems}
    assert (3, "skills.demo.trainability") in found and len(found) == 2
    assert all(p.where == "development/actions.yaml" for p in refused.value.problems)


def test_a_skill_that_nobody_describes_is_refused_with_near_names(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refused:
        load_actions(own(tmp_path, "kpis:\n  visits: prospectin\notherwise: nothing_known\n"))
    first, second = refused.value.problems
    assert (first.code, first.row, first.column) == ("development.no_such_skill", 2, "kpis.visits")
    assert "prospecting" in str(first) and second.column == "otherwise"
