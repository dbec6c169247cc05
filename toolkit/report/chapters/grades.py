"""How sure the grades are: how often a bottom grade is right, and what the law says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from toolkit.appraise.confidence import grade_confidence, legal_notes
from toolkit.language import number, percent, period_name, pick, text
from toolkit.report.blocks import Block, Chapter, Heading, Note, Paragraph, Points, Table
from toolkit.report.phrases import count
from toolkit.report.results import Results


def confidence_table(results: Results) -> pd.DataFrame:
    """`grade_confidence` of the last pay period under the schemes in force."""

    def make() -> pd.DataFrame:
        table = grade_confidence(results.schemes, results.scores, results.scorecard)
        return table[table["scheme"].isin([s.id for s in results.shown_schemes])].reset_index(drop=True)

    return results.kept("grade_confidence", "", make)


def grades(results: Results, language: str) -> Chapter:
    """The reliability of the scores that are graded, what a bottom grade is worth, and the legal notes."""
    say = partial(text, language=language)
    rows: list[dict[Any, Any]] = confidence_table(results).to_dict("records")
    blocks: list[Block] = [Paragraph(say("grades.intro"))]
    known = [row for row in rows if row["missing"] == ""]
    if known:
        blocks.append(_table(known, results, language))
    blocks += [Paragraph(_sentence(row, results, language)) for row in rows]
    if not rows:
        blocks.append(Paragraph(say("grades.no_grades")))
    blocks.append(Note(say("grades.note")))
    notes = legal_notes(results.client.currency, language)
    marked = tuple(say("grades.law_line", mark=mark, note=note) for mark, note in notes)
    blocks += [Heading(say("grades.law")), Points(say("grades.law_points"), marked)]
    return Chapter(
        "grades", say("nav.grades"), say("kicker.grades"), _title(rows, results, language), tuple(blocks)
    )


def _title(rows: list[dict[Any, Any]], results: Results, language: str) -> str:
    known = [row for row in rows if row["missing"] == ""]
    if known:
        row = max(known, key=lambda r: r["graded"])
        return text("grades.title", language, **_values(row, results, language))
    if any(row["missing"] in ("too_few_people", "no_spread") for row in rows) or not rows:
        return text("grades.title_unknown", language)
    return text("grades.title_nobody", language)


def _values(row: Mapping[Any, Any], results: Results, language: str) -> dict[str, str]:
    """A row's numbers as they are shown; reliabilities and chances without decimals, they carry none."""
    shown = {
        key: percent(row[key], language)
        for key in ("share", "reliability", "low", "high", "truly_bottom", "upper_half")
    }
    for key in ("truly_bottom", "upper_half"):
        shown |= {f"{key}{end}": percent(row[f"{key}{end}"], language) for end in ("_low", "_high")}
    scheme = results.schemes[row["scheme"]]
    noun = "person" if scheme.level == "individual" else "participant"
    return {
        **shown,
        "scheme": pick(scheme.title, language),
        "period": period_name(row["period"], language),
        "grade": str(row["grade"]),
        "graded": number(int(row["graded"]), language),
        "people": count(int(row["n"]), noun, language),
        "months": text(f"grades.basis_{row['basis'] or 'pay_periods'}", language),
    }


def _table(rows: list[dict[Any, Any]], results: Results, language: str) -> Table:
    columns = ("scheme", "grade", "graded", "reliability", "truly_bottom", "upper_half")
    lines = []
    for row in rows:
        values = _values(row, results, language)
        ranges = (_range(row, *keys, language) for keys in _RANGES)
        of_all = text(
            "grades.of_all", language, n=number(row["graded"], language), all=number(row["n"], language)
        )
        lines.append((values["scheme"], values["grade"], of_all, *ranges))
    header = tuple(text(f"grades.column_{c}", language) for c in columns)
    return Table(header, tuple(lines), text("grades.caption", language))


_RANGES = (
    ("reliability", "low", "high"),
    ("truly_bottom", "truly_bottom_low", "truly_bottom_high"),
    ("upper_half", "upper_half_low", "upper_half_high"),
)


def _range(row: Mapping[Any, Any], value: str, low: str, high: str, language: str) -> str:
    shown = {"estimate": row[value], "low": row[low], "high": row[high]}
    words = {key: percent(x, language) for key, x in shown.items()}
    return text("phrase.short_interval", language, **words)


def _sentence(row: Mapping[Any, Any], results: Results, language: str) -> str:
    key = row["missing"] or "known"
    return text(f"grades.said_{key}", language, **_values(row, results, language))
