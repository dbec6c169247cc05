"""The sheet of rules: every table that a formula reads, under a name of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.language import text
from toolkit.report.workbook.formulas import BELOW, curve_rows
from toolkit.report.workbook.sheet import LETTERS
from toolkit.report.workbook.style import Look, lines
from toolkit.scheme.curve import DECIMALS, Curve
from toolkit.scheme.matrix import Matrix
from toolkit.scheme.rates import RatePlan

PERCENT, POINTS, PLAIN = "0.00##%", "0.00##", "#,##0.00##"
_WIDTHS = (3, 26, 18, 18, 18, 18, 18, 18, 18)


@dataclass(frozen=True)
class Table:
    """A table of the rules: its name in formulas, what stands above it, its rows and their number formats."""

    name: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[float | str, ...], ...]
    formats: tuple[str, ...]


@dataclass
class Lookups:
    """Tables collected while the forms are laid out; the same table twice is one.

    Parameters
    ----------
    language : str
        en or zh.
    """

    language: str
    tables: list[Table | str] = field(default_factory=list)
    _known: dict[tuple[object, ...], str] = field(default_factory=dict)

    def words(self, said: str) -> None:
        """A paragraph between the tables."""
        self.tables.append(said)

    def curve(self, title: str, curve: Curve, y_format: str = POINTS, x_format: str = "") -> str:
        """A curve's table, for `formulas.on_curve`."""
        reads = x_format or {"attainment": PERCENT, "score": POINTS, "actual": PLAIN}[curve.x]
        heads = self._heads(f"x_{curve.x}", "y", "change", "way")
        return self._add("curve", title, heads, curve_rows(curve), (reads, y_format, y_format, reads))

    def tiers(self, title: str, plan: RatePlan) -> str:
        """A table of rates: from each edge on, the rate, its change to the next edge, the way to it."""
        reads = PERCENT if plan.by == "attainment" else PLAIN
        heads = self._heads(f"x_{plan.by}", "rate", "change", "way")
        edges = [(round(edge, DECIMALS), rate) for edge, rate in plan.tiers]
        after = [*edges[1:], (edges[-1][0] + 1.0, edges[-1][1])]
        rows = [(x, r, s - r, y - x) for (x, r), (y, s) in zip(edges, after, strict=True)]
        return self._add("tiers", title, heads, rows, (reads, PERCENT, PERCENT, reads))

    def grid(self, title: str, matrix: Matrix, formats: str = POINTS) -> str:
        """A grid with its edges: the name's `_rows`, `_columns` and `_values` are ranges of their own."""
        across = tuple(round(c, DECIMALS) for c in matrix.columns)
        rows: list[tuple[float | str, ...]] = [("", *across)]
        rows += [(round(r, DECIMALS), *v) for r, v in zip(matrix.rows, matrix.values, strict=True)]
        heads = (text("workbook.grid", self.language, row=matrix.measure, column=matrix.with_),)
        return self._add("grid", title, heads, rows, (PERCENT, *(formats for _ in across)))

    def list(self, title: str, keys: Sequence[str], rows: Sequence[tuple[float | str, ...]]) -> str:
        """A plain list, such as the grades with their lowest scores."""
        return self._add("list", title, self._heads(*keys), rows, tuple(POINTS for _ in keys))

    def counts(self, title: str, grades: Sequence[str], rows: Sequence[tuple[float | str, ...]]) -> str:
        """Of each number of people, the last place of each grade."""
        heads = (*self._heads("people"), *grades)
        return self._add("list", title, heads, rows, tuple("0" for _ in heads))

    def _heads(self, *keys: str) -> tuple[str, ...]:
        return tuple(text(f"workbook.rules.{key}", self.language) for key in keys)

    def _add(
        self,
        kind: str,
        title: str,
        heads: tuple[str, ...],
        rows: Sequence[tuple[float | str, ...]],
        formats: tuple[str, ...],
    ) -> str:
        key = (kind, title, tuple(rows))
        if key not in self._known:
            self._known[key] = f"{kind}_{len(self._known) + 1}"
            self.tables.append(Table(self._known[key], title, heads, tuple(rows), formats))
        return self._known[key]


def write_rules(book: Workbook, look: Look, lookups: Lookups) -> None:
    """Write the collected tables and give each its name."""
    say = partial(text, language=lookups.language)
    name = say("workbook.rules")
    sheet = book.add_worksheet(name)
    sheet.hide_gridlines(2)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 26)
    sheet.write_string(0, 1, name, look("title"))
    sheet.write_string(1, 1, say("workbook.rules_hint"), look("hint"))
    at = 3
    for table in lookups.tables:
        if isinstance(table, str):
            sheet.set_row(at, 14.0 * lines(table, sum(_WIDTHS[1:6])))
            sheet.merge_range(at, 1, at, 5, table, look("text"))
            at += 2
            continue
        sheet.write_string(at, 1, f"{table.title}", look("strong_text"))
        for column, head in enumerate(table.heads, 1):
            sheet.write_string(at + 1, column, head, look("head"))
        for i, row in enumerate(table.rows):
            _write_row(sheet, look, at + 2 + i, row, table)
        _name(book, name, table, at + 2)
        at += len(table.rows) + 3
    sheet.protect("", {"select_locked_cells": True, "format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_row(sheet: Worksheet, look: Look, at: int, row: tuple[float | str, ...], table: Table) -> None:
    grid_edges = table.name.startswith("grid") and row[0] == ""
    for column, (value, form) in enumerate(zip(row, table.formats, strict=True), 1):
        shown = table.formats[0] if grid_edges else form
        if isinstance(value, str):
            sheet.write_string(at, column, value, look("text"))
        else:
            below = '"<";"<"' if value == BELOW else shown
            sheet.write_number(at, column, value, look("number", below))


def _name(book: Workbook, sheet: str, table: Table, first: int) -> None:
    """Absolute ranges under the table's name; a grid's edges and values are three."""
    last, right = first + len(table.rows), LETTERS[len(table.formats)]
    if not table.name.startswith("grid"):
        book.define_name(table.name, f"='{sheet}'!$B${first + 1}:${right}${last}")
        return
    book.define_name(f"{table.name}_rows", f"='{sheet}'!$B${first + 2}:$B${last}")
    book.define_name(f"{table.name}_columns", f"='{sheet}'!$C${first + 1}:${right}${first + 1}")
    book.define_name(f"{table.name}_values", f"='{sheet}'!$C${first + 2}:${right}${last}")
