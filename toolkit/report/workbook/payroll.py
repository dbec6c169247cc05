"""One scheme's payouts as a sheet: a row a person, a column a step, each column with formula and value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.catalogue.kpi import Kpi
from toolkit.language import pick, text
from toolkit.money import from_units, minor_digits, times
from toolkit.report.results import kpi_name
from toolkit.report.workbook import formulas
from toolkit.report.workbook.columns import RESULTS, Columns
from toolkit.report.workbook.inputs import Card
from toolkit.report.workbook.lookups import Lookups
from toolkit.report.workbook.measure_rows import FIRST
from toolkit.report.workbook.sheet import LETTERS, NOTHING
from toolkit.report.workbook.style import money_format

_NAMED = re.compile(r"\[([a-z]\w*)\]")
_LETTER = re.compile(r"<(\w+)>(?=\{)")
HEAD = 4  # the row of the headings, from 0; above them title, client, hint


class Column(NamedTuple):
    """A column: its heading, number format and style, its formula's template and its values.

    In a template `[key]` is the row's cell of another column, `{f}` and `{x[k]}` the person's form and its
    rows, `{r}` the row, `{a}` and `{b}` the first and last row of the group.
    """

    key: str
    head: str
    number: str
    style: str
    formula: str | None
    values: Sequence[float | str | None]


@dataclass
class Payroll:
    """One scheme's payouts while their columns are made.

    Parameters
    ----------
    card : Card
        The scores that are paid on.
    people : DataFrame
        person, name, team, region, `unit` (row of the card), `group` (who shares a pool), exposure,
        commission_rate; and the columns of the payouts table.
    columns : Columns
        Of the scheme's form.
    results : int
        The form's row of results.
    """

    card: Card
    people: pd.DataFrame
    layout: Columns
    results: int
    lookups: Lookups
    kpis: Mapping[str, Kpi]
    language: str
    made: list[Column] = field(default_factory=list)
    owed: list[str] = field(default_factory=list)  # columns that add up to what is owed so far
    left: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def currency(self) -> str:
        """The scheme's currency."""
        return self.card.scheme.currency

    @property
    def digits(self) -> int:
        """Decimals of its minor unit."""
        return minor_digits(self.currency)

    def say(self, key: str, **values: object) -> str:
        """A text in the workbook's language."""
        return text(f"workbook.{key}", self.language, **values)

    def named(self, measure: str) -> str:
        """A measure's KPI by its name."""
        return kpi_name(self.kpis[self.card.scheme.measure(measure).kpi], self.language)

    @property
    def title(self) -> str:
        """The scheme's title."""
        return pick(self.card.scheme.title, self.language)

    def add(
        self,
        key: str,
        head: str,
        number: str,
        formula: str | None,
        values: Sequence[float | str | None] | np.ndarray,
        style: str = "number",
    ) -> str:
        """Add a column; its name in other columns' templates."""
        listed = values.tolist() if isinstance(values, np.ndarray) else list(values)
        self.made.append(Column(key, head, number, style, formula, listed))
        return f"[{key}]"

    def money(
        self, key: str, head: str, formula: str | None, units: np.ndarray, style: str = "number"
    ) -> str:
        """Add a column of money, given in minor units."""
        return self.add(key, head, money_format(self.currency), formula, self.amounts(units), style)

    def amounts(self, units: np.ndarray) -> np.ndarray:
        """Minor units as the amounts that a cell shows."""
        exact = from_units(np.asarray(units, dtype=np.int64), self.digits)
        return exact.astype("float64").to_numpy()

    def form(self, key: str, row: int) -> str:
        """A cell of the person's form."""
        return f"{{f}}!${self.layout.letter(key)}${{x[{row}]}}"

    def result(self, key: str) -> str:
        """The score or the grade in the person's form."""
        return self.form(RESULTS[key], self.results)

    def measured(self, measure: str, key: str) -> str:
        """A measure's actual, attainment or score in the person's form."""
        names = [m.name for m in self.card.scheme.measures]
        return self.form(key, FIRST + names.index(measure))

    def read(self, measure: str, key: str) -> np.ndarray:
        """The values there."""
        names = [m.name for m in self.card.scheme.measures]
        return self.card.numbers[key][self.units, names.index(measure)]

    @property
    def units(self) -> np.ndarray:
        """Each person's row of the card."""
        return self.people["unit"].to_numpy(dtype=np.int64)

    @property
    def so_far(self) -> str:
        """What is owed so far, as a formula's template."""
        return "(" + "+".join(f"[{key}]" for key in self.owed) + ")" if len(self.owed) > 1 else "[base]"

    def step(self, key: str, head: str, change: str, after: np.ndarray) -> None:
        """A step: the amount it changes, by a template of what it changes where anything is owed at all."""
        said = f"IF(ISNUMBER([base]),ROUND({change},{self.digits}),{NOTHING})"
        self.money(key, head, said, after - self.left)
        self.owed.append(key)
        self.left = after

    def factor(self, key: str, head: str, cell: str, factor: np.ndarray) -> None:
        """A step that multiplies what is owed, where that is above zero; the factor stands in `cell`."""
        change = f"IF({self.so_far}>0,{formulas.times(self.so_far, cell, self.currency)}-{self.so_far},0)"
        after = np.where(self.left > 0, times(self.left, np.where(self.left > 0, factor, 0.0)), self.left)
        self.step(key, head, change, after)

    def given(self, key: str, head: str, units: np.ndarray) -> None:
        """A step whose amount comes from a log or another period: a number to fill in."""
        shown = [float(a) if u else None for u, a in zip(units, self.amounts(units), strict=True)]
        self.add(key, head, money_format(self.currency), None, shown, "input")
        self.owed.append(key)
        self.left = self.left + units

    def filled(self, template: str) -> str:
        """A template with its columns' letters: `[key]` the row's cell, `<key>` the letter alone."""
        at = {column.key: LETTERS[i] for i, column in enumerate(self.made)}
        cells = _NAMED.sub(lambda found: f"{at[found[1]]}{{r}}", template)
        return _LETTER.sub(lambda found: at[found[1]], cells)

    def letter(self, key: str) -> str:
        """The letter of a column."""
        return LETTERS[[column.key for column in self.made].index(key)]
