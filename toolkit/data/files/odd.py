"""Cells that are no plain number or day, but can be read surely: read, and noted how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from ibis.backends.duckdb import Backend

from toolkit.data.convert import EXCEL, convert, ident, narrow
from toolkit.errors import Problems

# How a cell is written, the first that fits: the note's code and what shows it in half-width signs.
_FORMS = (
    ("data.number_percent", "contains({half}, '%')"),
    ("data.number_brackets", "contains({half}, '(')"),
    ("data.number_currency", "regexp_matches({half}, '[¥$€元]')"),
    ("data.number_thousands", "contains({half}, ',')"),
    ("data.number_full_width", "true"),
)
_KEPT = 4  # decimals of an amount
_NOISE = 1e-9  # of a decimal fraction as a computer keeps it
_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".et", ".ods"}


@dataclass(frozen=True)
class OddColumn:
    """A source's column with cells that the plain reading refuses.

    Parameters
    ----------
    cell, plain : str
        SQL for the cell's text and for the plain reading, NULL where it cannot be read so.
    """

    database: Backend
    relation: str
    files: tuple[str, ...]
    written: str
    cell: str
    plain: str
    problems: Problems

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query over the source."""
        found: list[tuple[Any, ...]] = self.database.raw_sql(
            sql.replace("{source}", ident(self.relation))
        ).fetchall()
        return found

    def read(self, kind: str, is_text: bool, values: Mapping[str, str], date_format: str) -> str | None:
        """The SQL that reads more cells than the plain one; None where it reads none."""
        if kind not in ("day", "number", "money"):
            return None
        odd = convert(kind, self.written, self.cell, is_text, values, date_format, as_written=False)
        if kind == "day":
            if date_format and date_format not in EXCEL:
                return self._year_first(convert("day", self.written, self.cell, is_text, values))
            found = self._note_days(odd)
        elif is_text or values:
            found = self._note_numbers(odd)
        else:
            found = False
        return f"coalesce({self.plain}, {odd})" if found else None

    def _read_only_by(self, odd: str) -> str:
        unread = f"{self.cell} IS NOT NULL AND ({self.plain}) IS NULL"
        return f"FROM {{source}} WHERE {unread} AND ({odd}) IS NOT NULL"

    def _first(self, became: str) -> str:
        """The aggregate for the first cell, with what it was read as."""
        place = f"{{'file': _file, 'row': _row, 'cell': {self.cell}, 'became': {became}}}"
        return f"arg_min({place}, (_file, _row))"

    def _note(self, code: str, first: Mapping[str, Any], cells: int, became: object) -> None:
        self.problems.note(
            code, where=self.files[first["file"]], row=first["row"], column=self.written, value=first["cell"],
            cells=cells, became=_plain(became),
        )  # fmt: skip

    def _note_numbers(self, odd: str) -> bool:
        half = narrow(self.cell)
        form = " ".join(f"WHEN {test.format(half=half)} THEN '{code}'" for code, test in _FORMS)
        found = self.rows(
            f"SELECT CASE {form} END AS form, count(*), {self._first(odd)} {self._read_only_by(odd)} "
            f"GROUP BY 1 ORDER BY 1"
        )
        for code, cells, one in found:
            self._note(code, one, cells, one["became"])
        codes = {code for code, *_ in found}
        if "data.number_percent" in codes:
            self._refuse_mixed_percent()
        if "data.number_currency" in codes:
            self._refuse_mixed_marks(odd)
        return bool(found)

    def _refuse_mixed_percent(self) -> None:
        for file, row, cell in self.rows(
            f"SELECT _file, _row, {self.cell} FROM {{source}} WHERE abs({self.plain}) > 1 "
            f"ORDER BY _file, _row LIMIT 1"
        ):
            where = self.files[file]
            self.problems.add("data.mixed_percent", where=where, row=row, column=self.written, value=cell)

    def _refuse_mixed_marks(self, odd: str) -> None:
        mark = f"replace(regexp_extract({narrow(self.cell)}, '[¥$€元]'), '元', '¥')"
        found = self.rows(
            f"SELECT {mark} AS mark, min(_file), min(_row) {self._read_only_by(odd)} AND {mark} <> '' "
            f"GROUP BY 1 ORDER BY 2, 3"
        )
        if len(found) > 1:
            marks = " ".join(mark for mark, *_ in found)
            _, file, row = found[1]
            where = self.files[file]
            self.problems.add("data.mixed_marks", where=where, row=row, column=self.written, value=marks)

    def _note_days(self, odd: str) -> bool:
        ((cells, one),) = self.rows(f"SELECT count(*), {self._first(odd)} {self._read_only_by(odd)}")
        if cells:
            self._note("data.day_read", one, cells, one["became"])
        return bool(cells)

    def _year_first(self, year_first: str) -> str | None:
        """A column whose days all stand year first cannot be read otherwise, whatever the table declares."""
        first = f"min(_row) FILTER (WHERE ({year_first}) IS NOT NULL)"
        ((declared, others, row),) = self.rows(
            f"SELECT count({self.plain}), count({year_first}), {first} FROM {{source}}"
        )
        if declared or not others:
            return None
        self.problems.note("data.year_first", where=self.files[0], row=row, column=self.written, value=others)
        return year_first

    def _cut(self, is_text: bool) -> str:
        """Whether an amount lost decimals when it was read."""
        exact = f"TRY_CAST({self.cell} AS DOUBLE)"
        lost = f"abs({exact} - CAST({self.plain} AS DOUBLE)) > {_NOISE} * greatest(1, abs({exact}))"
        if not is_text:
            return lost
        half = narrow(self.cell)
        deep = f"(regexp_matches({half}, '\\.\\d{{4}}\\d*[1-9]') OR contains(lower({half}), 'e-'))"
        return f"{deep} AND coalesce({lost}, true)"

    def _may_be_cut(self) -> bool:
        """Whether some cell has a point with more than four signs behind it, or an exponent.

        Most columns have none, and this costs a fraction of looking closely.
        """
        point = f"strpos({self.cell}, '.') > 0 AND strlen({self.cell}) - strpos({self.cell}, '.') > {_KEPT}"
        others = " OR ".join(f"contains({self.cell}, '{sign}')" for sign in ("e-", "E-", "．"))
        ((cells,),) = self.rows(f"SELECT count(*) FILTER (WHERE {point} OR {others}) FROM {{source}}")
        return bool(cells)

    def note_decimals(self, is_text: bool) -> None:
        """Note the amounts of which more than four decimals were cut; `plain` is how they were read."""
        if is_text and not self._may_be_cut():
            return
        ((cells, one),) = self.rows(
            f"SELECT count(*), {self._first(self.plain)} FROM {{source}} "
            f"WHERE ({self.plain}) IS NOT NULL AND {self._cut(is_text)}"
        )
        if cells:
            self._note("data.money_decimals", one, cells, one["became"])


def _plain(value: object) -> str:
    """A number without idle zeros; a day as it is."""
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".")
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def check_date_system(files: tuple[str, ...], date_format: str, problems: Problems) -> None:
    """Day numbers must be counted from the year from which the workbook counts them."""
    if date_format not in EXCEL:
        return
    since_1904 = {note.where for note in problems.notes if note.code == "data.workbook_1904"}
    for file in files:
        right = "excel_1904" if file in since_1904 else "excel"
        if right != date_format and PurePath(file).suffix.lower() in _WORKBOOKS:
            problems.add("data.date_system", where=file, value=date_format, right=right)
