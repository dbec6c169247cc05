"""A small report that holds every kind of block, in tame and in hostile words."""

from typing import Any

from toolkit.report import blocks
from toolkit.report.page import show

HOSTILE = "<script>alert('x')</script> & \"quoted\" <img src=x onerror=alert(1)> </style>"
_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2" role="img" aria-label="a line">'
SVG = f'{_HEAD}<path d="M0 0L4 2"/></svg>'


def every_block(words: str) -> tuple[blocks.Block, ...]:
    """Every kind of block with the same words in each of its texts."""
    points = blocks.Points(words, (words, words))
    table = blocks.Table((words, words), ((words, "1"), ("", words)), words)
    return (
        blocks.Answer(
            words, (blocks.Fact(words, words, "strong"), blocks.Fact("1", words)), (blocks.Paragraph(words),)
        ),
        blocks.Paragraph(words),
        blocks.Heading(words),
        table,
        blocks.Figure(SVG, words, words),
        blocks.Note(words),
        points,
        blocks.Columns(points, points),
        blocks.Details(words, (blocks.Paragraph(words), table)),
        blocks.Code(words),
        blocks.Signatures(words, words),
        blocks.Link(words, "#made"),
    )


def notebook(chapters: list[blocks.Chapter], language: str) -> dict[str, Any]:
    """An executed notebook that shows chapters, and beside them what must not reach the page."""
    noise = [
        {"output_type": "stream", "name": "stderr", "text": "NOISE warning"},
        {"output_type": "display_data", "data": {"text/html": "<p>NOISE repr</p>"}, "metadata": {}},
    ]
    cells: list[dict[str, Any]] = [{"cell_type": "markdown", "source": "# NOISE heading"}]
    for chapter in chapters:
        data, metadata = show(chapter, language)._repr_mimebundle_()
        shown = {"output_type": "execute_result", "data": data, "metadata": metadata}
        cells.append({"cell_type": "code", "source": "NOISE code", "outputs": [*noise, shown]})
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def two_chapters(words: str) -> list[blocks.Chapter]:
    """An answer, which has no title of its own, and an appendix."""
    return [
        blocks.Chapter("answer", words, "", "", every_block(words)),
        blocks.Chapter("made", words, words, words, every_block(words)),
    ]
