"""The raters whose ratings lie off the others' are named; what nobody reads is said."""

import dataclasses
from functools import cache

import pandas as pd

from toolkit.appraise.records import Records
from toolkit.assets import asset
from toolkit.data.load import load_engagement
from toolkit.report.blocks import Note, Table
from toolkit.report.chapters.raters import raters, unread
from toolkit.report.results import Results, evaluate


@cache
def manufacturer() -> Results:
    return evaluate(load_engagement(asset("templates", "engagements", "manufacturer")))


def with_records(**tables: pd.DataFrame) -> Results:
    return dataclasses.replace(manufacturer(), records=Records(**tables))


def ratings(by: dict[str, float]) -> pd.DataFrame:
    """Each rater's rating of six people in one month."""
    rows = [(f"S00{i}", rater, value + (i % 2) * 0.5) for i in range(1, 7) for rater, value in by.items()]
    table = pd.DataFrame(rows, columns=["participant", "rater", "rating"])
    return table.assign(period="2026-05", measure="teamwork", kind="peer", comment="")


def test_a_lenient_and_a_strict_rater_are_named() -> None:
    # against the mean of the other two: 5 − (3 + 2) ÷ 2 = 2.5; 3 − (5 + 2) ÷ 2 = −0.5; 2 − (5 + 3) ÷ 2 = −2
    blocks = raters(with_records(ratings=ratings({"S010": 5.0, "S011": 3.0, "S012": 2.0})), "en")
    table = next(block for block in blocks if isinstance(block, Table))
    assert [(row[2], row[3], row[5]) for row in table.rows] == [
        ("6", "2.50", "lenient"),
        ("6", "−2.00", "strict"),
        ("6", "−0.50", "strict"),
    ]


def test_without_ratings_nothing_is_said() -> None:
    assert raters(with_records(), "zh") == [] and unread(with_records(), "zh") == []


def test_too_few_comparisons_are_counted_and_not_judged() -> None:
    blocks = raters(with_records(ratings=ratings({"S010": 5.0, "S011": 3.0}).head(4)), "en")
    assert not [block for block in blocks if isinstance(block, Table)]
    assert "of 2 more there are too few comparisons" in blocks[1].text  # type: ignore[union-attr]


def test_events_that_no_score_reads_are_counted() -> None:
    day = pd.Series(pd.to_datetime(["2026-05-04", "2031-01-01"])).astype("datetime64[s]")
    told = pd.DataFrame({"participant": "S001", "item": "late", "quantity": 1.0, "happened_on": day})
    blocks = unread(with_records(events=told.assign(note="")), "en")
    assert isinstance(blocks[0], Note)
    assert "1 event of an item that the person's scheme does not have" in blocks[0].text
    assert "1 event on a day without a score of that person" in blocks[0].text
