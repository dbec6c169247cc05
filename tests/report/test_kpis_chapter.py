"""The chapter "why these KPIs": the kept choice in words, and what is said where none was kept."""

import dataclasses
import shutil
from functools import cache
from pathlib import Path

import pytest

import toolkit as tk
from tests.report.client import engagement
from tests.report.test_chapters import blocks_of, texts
from toolkit.assets import asset
from toolkit.design.select import load_selection
from toolkit.report.blocks import Chapter, Details, Figure, Note, Points, Table
from toolkit.report.chapters.kpis import kpis, selection_table
from toolkit.report.results import Results, evaluate


@cache
def manufacturer() -> Results:
    return evaluate(tk.load_engagement(asset("templates", "engagements", "manufacturer")))


def prose(chapter: Chapter) -> str:
    return "\n".join(texts(chapter))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_sample_shows_the_set_with_reasons_and_what_came_close(language: str) -> None:
    results = manufacturer()
    choice = load_selection(results.client, language)
    assert choice is not None and not choice.stale
    chapter = kpis(results, language)
    first = blocks_of(chapter, Table)[0]
    assert len(first.rows) == len(choice.best)
    reasons = set(choice.table.loc[choice.table["chosen"], "reason"])
    why = blocks_of(chapter, Points)[0]
    assert {item.split("–" if language == "en" else "：", 1)[1].strip() for item in why.items} == reasons
    assert len(blocks_of(chapter, Figure)) == 1
    left_out = blocks_of(chapter, Details)[0]
    assert len(left_out.blocks[0].rows) == len(choice.table) - len(choice.best)
    others = next(p for p in blocks_of(chapter, Points) if "3." in p.items[0] or "4." in p.items[0])
    assert len(others.items) == len(choice.runners_up)
    table = selection_table(results, language)
    assert table is not None and table["reason"].tolist() == choice.table["reason"].tolist()


def test_the_title_counts_what_the_scheme_has_of_the_set() -> None:
    results = manufacturer()
    choice = load_selection(results.client, "en")
    assert choice is not None
    agreed = {m.kpi for s in results.shown_schemes for m in s.measures}
    title = kpis(results, "en").title
    assert title.startswith(f"{len(choice.best)} of {len(choice.table)} candidates")
    assert f"{len(agreed & set(choice.best))} of the {len(agreed)} measures agreed today" in title


def test_employees_speak_without_their_names() -> None:
    results = manufacturer()
    said = prose(kpis(results, "zh"))
    assert "共 9 人" in said and "老客户复购率" in said
    respondents = {results.names[f"S{at:03d}"] for at in (1, 3, 5, 8, 10, 12, 15, 19, 23)}
    assert not [name for name in respondents if name in said]


def test_without_a_choice_the_chapter_says_so_and_writes_no_table(tmp_path: Path) -> None:
    results = evaluate(tk.load_engagement(engagement(tmp_path / "client")))
    chapter = kpis(results, "en")
    assert chapter.title == "How the KPIs were chosen is not on record"
    assert "No employee has been asked yet" in prose(chapter)
    assert selection_table(results, "en") is None and not blocks_of(chapter, Table)


def test_a_choice_that_rests_on_other_inputs_is_called_out_of_date(tmp_path: Path) -> None:
    folder = tmp_path / "client"
    shutil.copytree(asset("templates", "engagements", "manufacturer"), folder)
    brief = folder / "kpi_brief.yaml"
    brief.write_text(brief.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    results = dataclasses.replace(manufacturer(), client=tk.load_engagement(folder))
    notes = [note.text for note in blocks_of(kpis(results, "en"), Note)]
    assert any("it should be made again" in note for note in notes)
