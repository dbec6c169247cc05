"""The client's own records behind each actual, with file and row, so that anybody can look them up."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from toolkit.data.panel.rows import source_rows
from toolkit.errors import NotEnoughData
from toolkit.language import describe_error, has_text, number, text
from toolkit.report.blocks import Block, Chapter, Details, Paragraph, Points, Table
from toolkit.report.statement.readings import exact_number
from toolkit.report.statement.scores import measure_title
from toolkit.report.statement.subject import Subject

ROWS_SHOWN = 60  # records of one measure on a statement; more are counted
_SAID_ELSEWHERE = ("part", "table", "owner", "counts")


def rows_chapter(own: Subject, language: str) -> Chapter:
    """A folded list for each measure that is the participant's own."""
    say = partial(text, language=language)
    blocks: list[Block] = [Paragraph(say("explain.rows_lead"))]
    for measure in own.scheme.measures:
        if (measure.level or own.scheme.level) != "individual" or measure.raters:
            continue
        title = measure_title(own, measure, language)
        try:
            found = source_rows(own.appraisal.client, measure.kpi, own.participant, own.period)
        except NotEnoughData as error:
            blocks.append(Details(title, (Points("", tuple(describe_error(error, language))),)))
            continue
        blocks.append(Details(title, tuple(_parts(found, language))))
    return Chapter("rows", say("explain.nav_rows"), "", say("explain.title_rows"), tuple(blocks))


def _parts(found: pd.DataFrame, language: str) -> list[Block]:
    """Numerator and denominator, each with what counts of it and what that adds up to."""
    blocks: list[Block] = []
    for part in found["part"].unique():
        own = found[found["part"] == part]
        counted = own[own["counts"] == "yes"]
        both = found["part"].nunique() > 1
        words = {
            "part": text(f"explain.rows_{part}" if both else "explain.rows_all", language),
            "counted": number(len(counted), language),
            "rows": number(len(own), language),
            "sum": exact_number(float(counted["adds"].sum()), language) if "adds" in counted else "–",
        }
        blocks.append(Paragraph(text("explain.rows_of", language, **words)))
        if len(counted):
            blocks.append(_listed(counted.head(ROWS_SHOWN), language))
        if len(counted) > ROWS_SHOWN:
            n = number(len(counted) - ROWS_SHOWN, language)
            blocks.append(Paragraph(text("explain.rows_more", language, n=n)))
    return blocks


def _listed(rows: pd.DataFrame, language: str) -> Table:
    """The records as a table, without columns that are the same or blank throughout."""
    kept = [c for c in rows.columns if c not in _SAID_ELSEWHERE and rows[c].notna().any()]
    if "share" in kept and (rows["share"] == 1).all():
        kept.remove("share")
    heads = tuple(_head(str(c), language) for c in kept)
    cells = tuple(tuple(_cell(v, language) for v in row) for row in rows[kept].itertuples(index=False))
    return Table(heads, cells, first_left=False)


def _head(column: str, language: str) -> str:
    """A column in the page's language, where it is one of every list; else as the toolkit names it."""
    key = f"explain.row_{column}"
    return text(key, language) if has_text(key) else column


def _cell(value: object, language: str) -> str:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return "–"
    if isinstance(value, pd.Timestamp):
        return str(value)[:10]
    return exact_number(float(value), language) if isinstance(value, float | Decimal) else str(value)
