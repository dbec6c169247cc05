"""Who rates how: each rater's leniency against the others who rated the same people."""

from __future__ import annotations

from functools import partial

import pandas as pd

from toolkit.appraise.items import unread_events
from toolkit.appraise.ratings import leniency
from toolkit.language import number, text
from toolkit.report.blocks import Block, Heading, Note, Paragraph, Table
from toolkit.report.chapters.common import PEOPLE_SHOWN
from toolkit.report.phrases import count
from toolkit.report.results import Results

_COLUMNS = ("rater", "kind", "n", "leniency", "range", "note")


def raters_table(results: Results) -> pd.DataFrame:
    """`leniency` of all ratings that the schemes read; `leniency.csv`."""
    return results.kept("leniency", "", lambda: leniency(results.records.ratings))


def raters(results: Results, language: str) -> list[Block]:
    """The raters whose ratings lie off the others', and what could not be said; nothing without ratings."""
    say = partial(text, language=language)
    table = raters_table(results)
    if table.empty:
        return []
    known = table[table["leniency"].notna()]
    off = known[known["note"] != "not_distinguishable"]
    words = {
        "raters": count(len(known), "rater", language),
        "off": number(len(off), language),
        "few": number(len(table) - len(known), language),
    }
    blocks: list[Block] = [Heading(say("raters.title")), Paragraph(say("raters.summary", **words))]
    if len(off):
        order = off["leniency"].abs().sort_values(ascending=False, kind="stable").index[:PEOPLE_SHOWN]
        columns = tuple(
            say(f"raters.column_{c}") for c in ("rater", "kind", "n", "leniency", "range", "note")
        )
        rows = tuple(_row(row, results, language) for row in off.loc[order].to_dict("records"))
        blocks.append(Table(columns, rows, say("raters.caption")))
    blocks.append(Note(say("raters.note")))
    return blocks


def _row(row: dict[str, object] | dict[object, object], results: Results, language: str) -> tuple[str, ...]:
    low, high = (number(float(str(row[side])), language, 2) for side in ("low", "high"))
    return (
        results.names.get(str(row["rater"]), str(row["rater"])),
        text(f"raters.kind_{row['kind']}", language),
        number(int(str(row["n"])), language),
        number(float(str(row["leniency"])), language, 2),
        text("raters.range", language, low=low, high=high),
        text(f"raters.note_{row['note']}", language),
    )


def unread(results: Results, language: str) -> list[Block]:
    """How many recorded events no score reads, and why; nothing where all are read."""
    found = unread_table(results)
    if found.empty:
        return []
    reasons = found["reason"].value_counts()
    listed = [
        text(f"unread.{why}", language, n=count(int(n), "event", language)) for why, n in reasons.items()
    ]
    return [Note(text("unread.lead", language, reasons=text("phrase.join", language).join(listed)))]


def unread_table(results: Results) -> pd.DataFrame:
    """Events that no score reads, with the reason."""
    return results.kept("unread", "", lambda: unread_events(results.schemes, results.scores, results.records))
