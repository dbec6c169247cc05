"""Blocks refuse what could not be rendered honestly or safely."""

import dataclasses

import pytest

from tests.report.story import SVG
from toolkit.report.blocks import Chapter, Fact, Figure, Link, Paragraph, Table


def test_blocks_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Paragraph("a").text = "b"  # type: ignore[misc]


def test_a_fact_takes_only_the_four_words_of_evidence() -> None:
    assert Fact("+14 %", "conversion", "refused").evidence == "refused"
    with pytest.raises(ValueError, match="strong, moderate, descriptive, refused"):
        Fact("+14 %", "conversion", "proven")


def test_a_table_with_a_short_row_is_refused_by_its_number() -> None:
    with pytest.raises(ValueError, match="row 2 has 1 cells under 2 columns"):
        Table(("a", "b"), (("1", "2"), ("3",)))


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("<div>x</div>", "no svg element but <div>"),
        ("not markup", "no svg element"),
        (SVG.replace("<path", "<script>alert(1)</script><path"), "<script> does not belong"),
        (SVG.replace("<path", "<foreignObject/><path"), "<foreignObject> does not belong"),
        (SVG.replace("<path", '<path onclick="alert(1)"'), "attribute onclick"),
        (SVG.replace("<path", '<use href="https://example.org/a.svg#b"/><path'), "attribute href"),
        (SVG.replace("<path", "<a href='javascript:alert(1)'/><path"), "<a> does not belong"),
    ],
)
def test_a_figure_holds_shapes_only(markup: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Figure(markup, "a line")
    with pytest.raises(ValueError, match=said):
        Figure(SVG, "a line", narrow=markup)


def test_a_figure_needs_an_alt_text() -> None:
    assert Figure(SVG, "a line").svg == SVG
    with pytest.raises(ValueError, match="alt text"):
        Figure(SVG, " ")


@pytest.mark.parametrize(
    "target", ["#made", "tables/scores.csv", "scorecards.xlsx", "https://example.org/a?b=1"]
)
def test_links_go_to_chapters_files_and_https(target: str) -> None:
    assert Link("there", target).target == target


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "data:text/html,x", "//example.org", "../secret", "", "http://a"]
)
def test_other_links_are_refused(target: str) -> None:
    with pytest.raises(ValueError, match="a link goes to"):
        Link("there", target)


@pytest.mark.parametrize("bad", ["", "Answer", "a b", "答案", 'x" onclick="y', "1st"])
def test_a_chapter_id_is_a_plain_word(bad: str) -> None:
    assert Chapter("roll-out2", "n", "", "t", ()).id == "roll-out2"
    with pytest.raises(ValueError, match="chapter's id"):
        Chapter(bad, "n", "", "t", ())
