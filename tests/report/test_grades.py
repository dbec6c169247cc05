"""The chapter on how sure the grades are: numbers with their ranges, refusals, and the legal notes."""

import dataclasses
import re

import numpy as np
import pytest

import toolkit as tk
from tests.appraise.made_scores import steady
from tests.report.test_people import prose, replaced
from toolkit.assets import asset
from toolkit.language import LANGUAGES
from toolkit.report.blocks import Points, Table
from toolkit.report.chapters.grades import confidence_table, grades
from toolkit.report.page import chapter_html
from toolkit.report.results import Results, evaluate


@pytest.fixture(scope="module")
def manufacturer() -> Results:
    return evaluate(tk.load_engagement(asset("templates", "engagements", "manufacturer")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sample_reads_as_prose_and_has_the_notes_with_their_marks(
    manufacturer: Results, language: str
) -> None:
    chapter = grades(manufacturer, language)
    said = prose(chapter)
    assert chapter_html(chapter, language).startswith("<section")
    assert not re.search(r"[{}]|\bnan\b|\bNone\b|<NA>", said) and "  " not in said and ".." not in said
    notes = next(block for block in chapter.blocks if isinstance(block, Points)).items
    mark = {"en": "(for counsel to confirm)", "zh": "（待律师确认）"}[language]
    assert len(notes) == 7 and sum(note.endswith(mark) for note in notes) == 6


def test_the_numbers_of_the_page_are_those_of_the_table(manufacturer: Results) -> None:
    rows = confidence_table(manufacturer)
    shown = next(block for block in grades(manufacturer, "en").blocks if isinstance(block, Table))
    assert [line[1:3] for line in shown.rows] == [("D", "1 of 12")] * 2 and len(rows) == 2
    first = rows.iloc[0]
    wanted = (
        f"{first['truly_bottom']:.0%} ({first['truly_bottom_low']:.0%} to {first['truly_bottom_high']:.0%})"
    )
    assert shown.rows[0][4] == wanted.replace("%", " %")
    assert "a bottom grade meets who is truly at the bottom" in grades(manufacturer, "en").title


@pytest.mark.parametrize(
    ("table", "grade", "title", "sentence"),
    [
        (steady(people=6), None, "cannot be said yet", "fewer than eight people have four scored periods"),
        (np.full((9, 12), 70.0), None, "cannot be said yet", "all scores of the history are the same"),
        (steady(), "A", "Nobody has a bottom grade", "nobody of 12 people has grade D"),
        (steady(), "D", "Nobody has a bottom grade", "all 12 people have grade D"),
    ],
)
def test_refusals_are_sentences(
    manufacturer: Results, table: np.ndarray, grade: str | None, title: str, sentence: str
) -> None:
    results = replaced(manufacturer, table, {})
    if grade:
        results = dataclasses.replace(results, scores=results.scores.assign(grade=grade))
    chapter = grades(results, "en")
    assert title in chapter.title and sentence in prose(chapter)
    assert not any(isinstance(block, Table) for block in chapter.blocks)


def test_without_grades_it_is_said_and_the_law_of_another_country_is_a_reminder(
    manufacturer: Results,
) -> None:
    results = replaced(manufacturer, steady(), {})
    results = dataclasses.replace(results, scores=results.scores.assign(grade=None))
    abroad = dataclasses.replace(results, client=dataclasses.replace(results.client, currency="EUR"))
    said = prose(grades(abroad, "en"))
    assert "No grade was given" in said and "local labour law" in said and "China" not in said
