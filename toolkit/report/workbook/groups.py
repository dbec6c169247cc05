"""The workings: places among all participants, for scoring by rank and for grades by rank or shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from xlsxwriter.worksheet import Worksheet

from toolkit.appraise.grade_rules import grade_counts, grade_positions
from toolkit.catalogue.kpi import Kpi
from toolkit.data.panel.spine import UNASSIGNED
from toolkit.language import pick, text
from toolkit.report.workbook.inputs import Card
from toolkit.report.workbook.lookups import Lookups
from toolkit.report.workbook.measure_rows import FIRST
from toolkit.report.workbook.sheet import LETTERS, NOTHING
from toolkit.report.workbook.style import Look
from toolkit.scheme.curve import DECIMALS


@dataclass
class Block:
    """One card's workings: a row a participant; `first` is the row of the first, from 0."""

    card: Card
    first: int
    heads: list[str] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    values: list[list[object]] = field(default_factory=list)
    refs: dict[str, str] = field(default_factory=dict)

    def add(self, head: str, formula: str, values: np.ndarray | list[object]) -> str:
        """Add a column; its letter."""
        self.heads.append(head)
        self.formulas.append(formula)
        self.values.append(list(values))
        return LETTERS[len(self.heads)]

    def span(self, letter: str) -> str:
        """A column's cells of all participants."""
        return f"${letter}${self.first + 1}:${letter}${self.first + len(self.card.names)}"


def needs_block(card: Card) -> bool:
    """Whether anything of a card depends on the others."""
    ranked = any(m.scoring.rank is not None for m in card.scheme.measures)
    return ranked or card.scheme.grades.by != "score"


def block_of(
    card: Card,
    first: int,
    sheet: str,
    lookups: Lookups,
    score_row: int,
    kpis: Mapping[str, Kpi],
    language: str,
) -> Block:
    """A card's workings; `refs` names their cells for the forms, with `{w}` for the participant's row."""
    block = Block(card, first)
    for i, measure in enumerate(card.scheme.measures):
        if measure.scoring.rank is not None:
            lower = measure.target is None and kpis[measure.kpi].direction == "lower"
            _ranked(block, i, sheet, lower, language)
    if card.scheme.grades.by != "score":
        block.refs["shared"] = f"'{sheet}'!${_graded(block, lookups, score_row, language)}${{w}}"
    return block


def _ranked(block: Block, i: int, sheet: str, lower: bool, language: str) -> None:
    """What a measure is ranked by, its attainment or without a target its actual, and the place."""
    measure = block.card.scheme.measures[i]
    key = "actual" if measure.target is None else "attainment"
    values = np.round(block.card.numbers[key][:, i], DECIMALS)
    cell = f"{{f}}!${{{key}}}${{x[{FIRST + i}]}}"
    letter = block.add(
        text("workbook.work.read", language, measure=measure.name),
        f"IF(ISNUMBER({cell}),ROUND({cell},{DECIMALS}),{NOTHING})",
        values,
    )
    span = block.span(letter)
    places = pd.Series(values)
    block.add(
        text("workbook.work.place", language, measure=measure.name),
        f"IF(ISNUMBER({letter}{{r}}),RANK({letter}{{r}},{span},{int(lower)}),{NOTHING})",
        places.rank(method="min", ascending=lower).to_numpy(dtype=float),
    )
    block.refs[f"place_{i}"] = f"'{sheet}'!${LETTERS[len(block.heads)]}${{w}}"
    block.refs[f"many_{i}"] = f"COUNT('{sheet}'!{span})"


def _graded(block: Block, lookups: Lookups, score_row: int, language: str) -> str:
    """Group, score, place, people in the group, and the grade's number; the letter of the last."""
    card, rules = block.card, block.card.scheme.grades
    people = card.people
    named = (
        pd.Series("–", index=people.index)
        if rules.within == "scheme"
        else people[rules.within].fillna(UNASSIGNED).astype(str)
    )
    codes = pd.factorize(named)[0]
    scores = card.totals["score"].to_numpy(dtype=float)
    own = block.add(text("workbook.work.group", language), "", codes.astype(float) + 1)
    cell = f"{{f}}!${{name}}${{x[{score_row}]}}"
    score = block.add(text("workbook.score", language), cell, scores)
    group, span = block.span(own), block.span(score)
    mine = f"ISNUMBER({span})*({group}={own}{{r}})"
    series = pd.Series(scores).groupby(codes)
    place = block.add(
        text("workbook.work.place", language, measure=text("workbook.score", language)),
        f"IF(ISNUMBER({score}{{r}}),SUMPRODUCT({mine}*({span}>{score}{{r}}))+1,{NOTHING})",
        series.rank(method="min", ascending=False).to_numpy(dtype=float),
    )
    many = series.transform("count").to_numpy(dtype=float)
    size = block.add(text("workbook.work.people", language), f"SUMPRODUCT({mine})", many)
    positions = grade_positions(rules, scores, codes).astype(float)
    # A place that no grade is named for has none.
    positions[(positions < 0) | (positions >= len(rules.names))] = np.nan
    number = _number(block, lookups, place, size, score, language)
    found = f"IF(ISNUMBER({place}{{r}}),{number},{NOTHING})"
    return block.add(text("workbook.rules.number", language), found, positions + 1)


def _number(block: Block, lookups: Lookups, place: str, size: str, score: str, language: str) -> str:
    """The grade's number by place: 1 and one more for each grade whose last place is passed."""
    rules, at = block.card.scheme.grades, f"{place}{{r}}"
    if rules.by == "rank":
        passed = "+".join(f"({at}>{last})" for last in rules.first.values())
        return f"(1+{passed})"
    title = text("workbook.table_shares", language, scheme=pick(block.card.scheme.title, language))
    shares = list(rules.shares.values())
    rows = [
        (float(n), *(float(x) for x in np.cumsum(grade_counts(shares, n))))
        for n in range(1, len(block.card.names) + 1)
    ]
    table = lookups.counts(title, tuple(rules.shares), rows)
    lasts = [f"INDEX({table},{size}{{r}},{k + 2})" for k in range(len(shares) - 1)]
    number = "1" + "".join(f"+({at}>{last})" for last in lasts)
    small = NOTHING
    if rules.edges:
        rising = list(rules.edges.items())[::-1]
        passed = "+".join(f"({score}{{r}}<{round(edge, DECIMALS)!r})" for _, edge in rising[1:])
        small = f"(1+{passed})" if passed else "1"
    return f"IF({size}{{r}}<{rules.least},{small},{number})"


def write_block(
    sheet: Worksheet, look: Look, block: Block, forms: list[dict[str, object]], title: str
) -> None:
    """Write a card's workings; `forms` says where each participant's form is."""
    at = block.first
    sheet.write_string(at - 2, 0, title, look("strong_text"))
    sheet.write_string(at - 1, 0, "", look("working_head"))
    for column, head in enumerate(block.heads, 1):
        sheet.write_string(at - 1, column, head, look("working_head"))
    form = look("working", "General")
    for i, name in enumerate(block.card.people["name"]):
        sheet.write_string(at + i, 0, str(name), look("working_head"))
        for column, (formula, values) in enumerate(zip(block.formulas, block.values, strict=True), 1):
            value = values[i]
            shown = "" if value is None or value != value else value
            if not formula:
                sheet.write_number(at + i, column, value, form)
            else:
                said = formula.format(r=at + i + 1, **forms[i])
                sheet.write_formula(at + i, column, said, form, shown)
