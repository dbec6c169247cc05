"""The forms: one block of cells a participant and period, laid out once a scheme and filled for everybody."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter.worksheet import Worksheet

from toolkit.language import period_name, pick, text
from toolkit.report.workbook import kpi_words
from toolkit.report.workbook.columns import Columns, columns_of
from toolkit.report.workbook.inputs import CARD, Card, Tables
from toolkit.report.workbook.lookups import Lookups
from toolkit.report.workbook.measure_rows import Layout, heading, height, measure_row, total_row
from toolkit.report.workbook.sheet import Cell, Kind, write_cells
from toolkit.report.workbook.step_rows import Results, Row, Steps
from toolkit.report.workbook.style import Look, money_format


@dataclass
class Form:
    """One card's form: its rows, where its results stand, and where each participant's form begins."""

    card: Card
    columns: Columns
    rows: list[Row]
    results: Results
    places: list[tuple[str, int]] = field(default_factory=list)
    numbers: list[list[int]] = field(default_factory=list)

    def place(self, sheet: str, first: int) -> None:
        """Put the next participant's form on a sheet, from a row on."""
        self.places.append((sheet, first))
        self.numbers.append(list(range(first + 1, first + self.results.height + 1)))

    def cell(self, i: int, key: str, row: int) -> str:
        """A cell of a participant's form, as another sheet's formula names it."""
        sheet, first = self.places[i]
        return f"'{sheet}'!${self.columns.letter(key)}${first + row + 1}"

    def refs(self, i: int) -> dict[str, Any]:
        """What another sheet's template needs to name the cells of a participant's form."""
        letters = {key: self.columns.letter(key) for key in ("actual", "attainment", "name")}
        return {"f": f"'{self.places[i][0]}'", "x": self.numbers[i]} | letters


def form_of(card: Card, tables: Tables, look: Look, lookups: Lookups, language: str, paid: bool) -> Form:
    """Lay a card's form out."""
    columns = columns_of(card.scheme)
    layout = Layout(card, tables.schemes, columns, look, lookups, language)
    steps = Steps(layout, money_format(card.scheme.currency) if paid else "")
    results = steps.build()
    rows: list[Row] = [*_head(layout), (30.0, heading(layout))]
    rows += [(height(layout, i), measure_row(layout, i)) for i in range(len(card.scheme.measures))]
    rows += [(18.0, total_row(layout)), *steps.rows]
    return Form(card, columns, rows, results)


def _head(layout: Layout) -> list[Row]:
    """Title, and who is appraised by whom for which period."""
    card, look, columns = layout.card, layout.look, layout.columns
    say = partial(text, language=layout.language)
    title = say("workbook.form_title", period=period_name(card.period, layout.language))
    rows: list[Row] = [(26.0, [Cell(0, Kind.TEXT, title, look("title"))])]
    places = (("category", "name"), ("definition", "formula"), ("stretch", "rule"), ("source", "department"))
    constant = {
        "period": period_name(card.period, layout.language),
        "scheme": pick(card.scheme.title, layout.language),
        "version": card.scheme.version,
    }
    for keys in (("name", "team", "period", "region"), ("role", "manager", "scheme", "version")):
        cells = []
        for key, (label, value) in zip(keys, places, strict=True):
            cells.append(Cell(columns[label], Kind.TEXT, say(f"workbook.field.{key}"), look("label")))
            if key in constant:
                cells.append(Cell(columns[value], Kind.TEXT, constant[key], look("value")))
            else:
                cells.append(Cell(columns[value], Kind.OWN_TEXT, None, look("value"), f"who {key}"))
        rows.append((18.0, cells))
    hint = Cell(columns["actual"], Kind.TEXT, say("workbook.form_hint"), look("hint"))
    rows[1][1].append(hint)
    return rows


def values_of(form: Form, tables: Tables, language: str) -> list[dict[str, Any]]:
    """Each participant's own values by slot: what is filled in, and what the formulas give."""
    card = form.card
    columns: dict[str, list[Any]] = {}
    for key in ("name", "team", "region", "role", "manager"):
        columns[f"who {key}"] = [None if pd.isna(v) else v for v in card.people[key]]
    columns["who role"] = [kpi_words.role(role, language) for role in columns["who role"]]
    for i, measure in enumerate(card.scheme.measures):
        for key in CARD:
            columns[f"{key} {i}"] = card.numbers[key][:, i].tolist()
        kpi = tables.schemes.kpis[measure.kpi]
        for key, reached in zip(("floor", "stretch"), kpi_words.bends(measure), strict=True):
            found = kpi_words.at_attainment(reached, card.numbers["target"][:, i], measure, kpi)
            columns[f"{key} {i}"] = np.round(found, 8).tolist()
        columns[f"remark {i}"] = [kpi_words.missing(str(why), language) for why in card.missing[:, i]]
        columns |= _rated(card, tables, i)
    columns |= _totals(card) | _stepped(card)
    if card.scheme.missing != "reweight":
        columns |= _by_rule(card, tables)
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _totals(card: Card) -> dict[str, list[Any]]:
    """What stands in the rows of totals and results."""
    scored = ~np.isnan(card.numbers["score"])
    agreed = np.array([m.weight for m in card.scheme.measures])
    size = len(card.names)
    totals = card.totals
    return {
        "total agreed": [float(agreed.sum())] * size,
        "total weight": card.numbers["weight"].sum(axis=1).tolist(),
        "total points": totals["points_total"].to_numpy(dtype=float).tolist(),
        "counted": (scored * agreed).sum(axis=1).tolist(),
        "carried_weight": (scored * agreed).sum(axis=1).tolist(),
        "score": totals["score"].to_numpy(dtype=float).tolist(),
        "grade": [None if pd.isna(g) else g for g in totals["grade"]],
        "rank": totals["rank"].to_numpy(dtype=float, na_value=np.nan).tolist(),
    }


def _stepped(card: Card) -> dict[str, list[Any]]:
    """Quantities, factors and what each step below the total adds."""
    scheme, found = card.scheme, {}
    steps = card.steps
    for i, item in enumerate(scheme.items):
        found[f"quantity {item.name}"] = card.quantities[:, i].tolist()
        found[f"item {item.name}"] = [steps.get((p, "item", item.name), 0.0) for p in card.names]
    for step, name in (("difficulty", ""), ("item_limit", "up"), ("item_limit", "down"), ("floor", "")):
        found[f"{step} {name}".strip()] = [steps.get((p, step, name), 0.0) for p in card.names]
    if scheme.difficulty is not None:
        factor = card.people["difficulty"].astype(float).fillna(1.0)
        found["factor"] = factor.tolist()
    scores = np.nan_to_num(card.totals["points_total"].to_numpy(dtype=float))
    for name in ("difficulty", "item_limit up", "item_limit down", "floor"):
        scores = scores + np.array(found[name])
    for item in scheme.items:
        scores = scores + np.array(found[f"item {item.name}"])
    blank = card.totals["score"].isna().to_numpy()
    for i, struck in enumerate(struck_by(card)):
        most = scheme.vetoes[i].score
        cut = (
            np.zeros(len(scores))
            if most is None
            else np.where(struck > 0, np.minimum(0.0, most - scores), 0.0)
        )
        cut = np.round(np.where(blank, 0.0, cut), 8)
        scores = scores + cut
        found[f"veto {i}"], found[f"struck {i}"] = cut.tolist(), struck.tolist()
    return found


def struck_by(card: Card) -> list[np.ndarray]:
    """For each veto, 1 where it strikes a participant, else 0."""
    names = [m.name for m in card.scheme.measures]
    items = [item.name for item in card.scheme.items]
    found = []
    for veto in card.scheme.vetoes:
        if veto.item:
            hit = np.nan_to_num(card.quantities[:, items.index(veto.item)]) > 0
        else:
            reached = card.numbers["attainment"][:, names.index(veto.measure)]
            hit = reached < round(veto.below or 0.0, 8)
        found.append(hit.astype(float))
    return found


def _rated(card: Card, tables: Tables, i: int) -> dict[str, list[Any]]:
    """The mean rating of each group of raters."""
    measure, groups = card.scheme.measures[i], ("self", "peer", "manager")
    if not measure.raters:
        return {f"{group} {i}": [None] * len(card.names) for group in groups}
    start, end = tables.calendar.bounds(card.period)
    means = tables.mean_ratings(measure, card.scheme.score_every, start, end)
    return {f"{group} {i}": [means.get((who, group)) for who in card.names] for group in groups}


def _by_rule(card: Card, tables: Tables) -> dict[str, list[Any]]:
    """The scores by the rules alone, and those to carry where a measure has none."""
    found: dict[str, list[Any]] = {}
    own = card.missing == ""
    raw = np.where(own, card.numbers["score"], np.nan)
    agreed = np.array([m.weight for m in card.scheme.measures])
    found["counted"] = ((~np.isnan(raw)) * agreed).sum(axis=1).tolist()
    for i in range(raw.shape[1]):
        found[f"raw {i}"] = raw[:, i].tolist()
    if card.scheme.missing == "carry":
        earlier = tables.earlier_scores(card.scheme, card.period)
        for i, measure in enumerate(card.scheme.measures):
            found[f"carried {i}"] = [earlier.get((who, measure.name)) for who in card.names]
    return found


def write_form(sheet: Worksheet, form: Form, i: int, own: dict[str, Any], more: dict[str, Any]) -> None:
    """Write one participant's form; `more` names the cells of other sheets that its formulas read."""
    first, numbers = form.places[i][1], form.numbers[i]
    for row, (tall, cells) in enumerate(form.rows):
        sheet.set_row(first + row, tall)
        write_cells(sheet, first + row, cells, own, numbers, more)
    at = first + form.results.interview
    form_of_talk = form.rows[form.results.interview][1][1].format
    sheet.merge_range(at, 1, at, form.columns.last, "", form_of_talk)


def set_columns(sheet: Worksheet, columns: Columns) -> None:
    """The widths of a form's columns."""
    for at, key in enumerate(columns.keys):
        sheet.set_column(at, at, columns.width(key))
