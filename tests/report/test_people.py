"""The chapter on recognition and development: honours by name, coaching never, in both languages."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

import toolkit as tk
from tests.appraise.made_scores import card_of, roster, schemes_with, scores_of, steady
from toolkit.assets import asset
from toolkit.language import LANGUAGES
from toolkit.report.blocks import Chapter, Points, Table
from toolkit.report.chapters.people import development_table, people, recognition_table
from toolkit.report.page import chapter_html
from toolkit.report.results import Results, evaluate


@pytest.fixture(scope="module", params=["manufacturer", "adventureworks"])
def sample(request: pytest.FixtureRequest) -> Results:
    return evaluate(tk.load_engagement(asset("templates", "engagements", request.param)))


@pytest.fixture(scope="module")
def manufacturer() -> Results:
    return evaluate(tk.load_engagement(asset("templates", "engagements", "manufacturer")))


def prose(chapter: Chapter) -> str:
    """Every text of a chapter, a line each."""

    def texts(part: object) -> list[str]:
        if isinstance(part, str):
            return [part]
        if isinstance(part, tuple):
            return [t for item in part for t in texts(item)]
        if dataclasses.is_dataclass(part):
            return [t for f in dataclasses.fields(part) for t in texts(getattr(part, f.name))]
        return []

    return "\n".join(texts(chapter))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_samples_read_as_prose(sample: Results, language: str) -> None:
    chapter = people(sample, language)
    said = prose(chapter)
    assert chapter_html(chapter, language).startswith("<section")
    assert not re.search(r"[{}]|\bnan\b|\bNone\b|\bNaT\b|<NA>", said)
    assert "  " not in said and ".." not in said and not re.search(r"\b1 (people|honours|matters)\b", said)


def test_a_client_whose_scores_are_luck_is_told_so(sample: Results) -> None:
    if sample.client.name == "manufacturer":
        assert people(sample, "en").title.startswith("Q2 2026: 3 honours, training plans for 1 person")
        return
    assert people(sample, "en").title.startswith("Q4 2013: nothing stands out from chance")
    said = prose(people(sample, "en"))
    assert (
        "is not shown yet, so nobody is singled out" in said and "differ lastingly is not shown yet" in said
    )


def test_tables_are_of_the_schemes_in_force(manufacturer: Results) -> None:
    shown = {s.id for s in manufacturer.shown_schemes}
    assert set(recognition_table(manufacturer, "en")["scheme"]) <= shown
    assert set(development_table(manufacturer, "en")["scheme"]) <= shown


def replaced(results: Results, table: np.ndarray, agreed: dict[str, int], **attainments: object) -> Results:
    """The manufacturer's results with other people's scores under another scheme."""
    scores, schemes = scores_of(table), schemes_with(recognition=agreed)
    everybody = roster(len(table), teams=3)
    client = dataclasses.replace(results.client, participants=everybody)
    held = everybody[["participant", "team", "region"]].assign(scheme="field_sales@2026-01", group="everyone")
    employed = pd.DataFrame({"period": ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]})
    windows = dataclasses.replace(results.windows, people=held, employed=employed)
    changed = {"scores": scores, "scorecard": card_of(scores, **attainments), "schemes": schemes}  # type: ignore[arg-type]
    return dataclasses.replace(results, client=client, windows=windows, **changed)


def test_who_is_coached_or_trained_is_counted_and_never_named(manufacturer: Results) -> None:
    flat = dict.fromkeys(("revenue", "visits", "satisfaction"), 1.0)  # no measure explains the low scores
    results = replaced(manufacturer, steady(people=15, noise=2.0), {"star_of_month": 1}, **flat)
    plan = development_table(results, "en")
    coached = set(plan.loc[plan["level"] == "person", "participant"])
    honoured = set(
        recognition_table(results, "en").query("result in ['star', 'tie', 'improved']")["participant"]
    )
    for language in LANGUAGES:
        said = prose(people(results, language))
        named = set(re.findall(r"\bp\d\d\b", said))
        assert coached and named <= honoured and not named & coached
    assert "coaching conversation to 3 people" in prose(people(results, "en"))
    assert "与 3 人进行辅导面谈" in prose(people(results, "zh"))


def test_candidates_for_promotion_are_counted_and_not_named(manufacturer: Results) -> None:
    results = replaced(manufacturer, steady(people=15, noise=2.0), {"most_improved": 1})
    said = prose(people(results, "en"))
    assert "To be talked with about promotion: 3 people" in said and "p14" not in said
    lists = [block for block in people(results, "en").blocks if isinstance(block, Points)]
    assert lists[0].title == "Not given, or to be given by hand"
    assert "Nobody's rise is larger" in lists[0].items[0]


def test_what_most_have_is_told_as_a_process_matter(manufacturer: Results) -> None:
    table = steady(people=12, spread=12.0, noise=2.0) - 15
    results = replaced(manufacturer, table, {})
    said = prose(people(results, "en"))
    assert "more than half are behind" in said and "Process or programme for the team" in said
    assert "The schemes in force agree no honours" in said


def test_fifty_honours_at_most_stand_on_the_page(manufacturer: Results) -> None:
    table = steady(people=60, noise=1.0)
    results = replaced(manufacturer, table, {"star_of_month": 30})
    honours = next(b for b in people(results, "en").blocks if isinstance(b, Table))
    assert len(recognition_table(results, "en").query("result == 'star'")) > 50 and len(honours.rows) == 50
