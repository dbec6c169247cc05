"""Cells that cannot be read surely: each kind named, the first ones by place, the rest counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from ibis.backends.duckdb import Backend

from toolkit.data.convert import (
    DAY_OR_MONTH_FIRST,
    DECIMAL_COMMA,
    EXCEL,
    convert,
    finite,
    ident,
    literal,
    narrow,
)
from toolkit.data.files.source import SHOWN
from toolkit.data.tables import Column
from toolkit.errors import Problems

_SERIALS = r"[2-7]\d{4}(\.\d+)?"  # 1954 to 2119 as a spreadsheet counts days


class Source(Protocol):
    """A source as read, as far as its cells are looked at."""

    @property
    def relation(self) -> str:
        """Its relation in the database."""

    @property
    def files(self) -> tuple[str, ...]:
        """What problems call its files."""

    def cell(self, column: str) -> str:
        """The SQL expression for a cell's text."""


@dataclass(frozen=True)
class Cells:
    """A source's column on its way into a standard column, and where its problems go."""

    database: Backend
    raw: Source
    written: str
    expression: str
    problems: Problems

    @property
    def text(self) -> str:
        return self.raw.cell(self.written)

    def note(self, code: str, condition: str, **values: object) -> None:
        """Note the filled cells that meet a condition; the first are named, the rest counted."""
        self._note(code, f"{self.text} IS NOT NULL AND {condition}", **values)

    def note_blanks(self) -> None:
        self._note("data.blank", f"{self.text} IS NULL")

    def _note(self, code: str, test: str, **values: object) -> None:
        found: list[tuple[Any, ...]] = self.database.raw_sql(
            f"SELECT _file, _row, {self.text}, count(*) OVER () FROM {ident(self.raw.relation)} WHERE {test} "
            f"ORDER BY _file, _row LIMIT {SHOWN}"
        ).fetchall()
        for file, row, value, _ in found:
            where = self.raw.files[file]
            self.problems.add(code, where=where, row=row, column=self.written, value=value, **values)
        if found and found[0][3] > SHOWN:
            note_rest(self.raw.files[0], self.written, found[0][3] - SHOWN, self.problems)


def note_rest(where: str, column: str, rest: int, problems: Problems) -> None:
    """Count what is not named one by one."""
    problems.add("data.more_rows", where=where, column=column, value=rest)


def check_column(cells: Cells, column: str, spec: Column, date_format: str) -> None:
    """Cells that cannot be read, words that are unknown, and blanks where something must stand."""
    unread = f"({cells.expression}) IS NULL"
    if spec.kind == "choice":
        words = ", ".join(literal(word) for word in spec.choices)
        known = ", ".join(spec.choices)
        cells.note(
            "data.unknown_word", f"({cells.expression}) NOT IN ({words})", known=known, standard=column
        )
    elif spec.kind == "day":
        _check_days(cells, unread, date_format)
    elif spec.kind in ("number", "money"):
        is_number = f"({finite(cells.text)}) IS NOT NULL" if spec.kind == "money" else "false"
        formula = f"{cells.text} LIKE '=%'"
        comma = f"regexp_full_match({narrow(cells.text)}, '{DECIMAL_COMMA}')"
        cells.note("data.too_large", f"{unread} AND {is_number}")
        cells.note("data.formula_text", f"{unread} AND {formula}")
        cells.note("data.decimal_comma", f"{unread} AND {comma}")
        cells.note("data.not_a_number", f"{unread} AND NOT ({is_number} OR {formula} OR {comma})")
    if spec.required:
        cells.note_blanks()


def _check_days(cells: Cells, unread: str, date_format: str) -> None:
    """Cells that are no day, with the reason that most likely explains it."""
    tests = {"data.ambiguous_date": f"regexp_full_match({cells.text}, '{DAY_OR_MONTH_FIRST}')"}
    tests["data.excel_serial"] = f"regexp_full_match({cells.text}, '{_SERIALS}')"
    if date_format in EXCEL:
        del tests["data.excel_serial"]
    elif date_format:
        year_first = convert("day", cells.written, cells.text, True, {})
        tests = {"data.mixed_dates": f"({year_first}) IS NOT NULL"}
    for code, test in tests.items():
        cells.note(code, f"{unread} AND {test}", format=date_format)
    cells.note("data.not_a_date", " AND ".join([unread, *(f"NOT ({test})" for test in tests.values())]))
