"""`kpi request`: the Excel form in which a client gives the data that the KPIs need."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.data.tables import TABLES
from toolkit.documents import load_document
from toolkit.intake.form_pages import Look, font, looks, need, wide, write_cover, write_dictionary
from toolkit.intake.needs import Needs, needs_of
from toolkit.intake.words import asked_columns, client_words
from toolkit.intake.workbook import MARK, MARK_COLUMNS
from toolkit.language import text

HEADER_ROW = 5  # of a table's sheet, from 1; above it the title, what to do, the standard names, the example
LAST_ROW = 5_000  # down to which cells are prepared
_WIDEST, _NARROWEST = 30, 12
_ON_A_PAGE = 14  # columns that print legibly side by side
_FIRST = 1  # the first column of the table, from 0; left of it stands what the rows above are


def write_request(
    folder: str | Path, out: str | Path, language: str, tables: tuple[str, ...] = (), client: str = ""
) -> Path:
    """Write the form to send to a client: a cover, a sheet for each table asked for, a dictionary.

    Parameters
    ----------
    folder : str or Path
        The engagement's. Asked for is what its schemes and its `measure` need, else all core tables.
    out : str or Path
        The .xlsx file; replaced whole.
    language : str
        en or zh.
    tables : tuple of str
        Standard tables to ask for instead.
    client : str
        The client's name on the cover.

    Raises
    ------
    DataError
        An unknown table; an `engagement.yaml` or scheme that cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_request(folder, Path(folder, "form.xlsx"), "en", ("deals",)).name
    'form.xlsx'
    """
    needs = needs_of(Path(folder), tables)
    path = Path(out)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, needs, client, language)
    return path


def _write(path: Path, needs: Needs, client: str, language: str) -> None:
    part = path.with_name(path.name + ".part")
    # Whatever a client's name or a KPI's begins with, it is text.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(part, options) as book:
        # The same form twice is the same file: no clock.
        book.set_properties({"title": text("request.title", language), "created": dt.datetime(2026, 1, 1)})
        look = looks(book, language)
        write_cover(book, look, needs, client, language)
        for table, columns in needs.columns.items():
            _write_table(book, look, table, columns, needs, language)
        write_dictionary(book, look, needs, language)
        _write_mark(book, needs, language)
    part.replace(path)


def label(table: str, column: str, language: str) -> str:
    """What the form calls a column.

    Examples
    --------
    >>> label("deals", "amount", "zh")
    '签单金额'
    """
    return str(asked_columns()[table]["columns"][column][language][0])


def sheet_name(table: str, language: str) -> str:
    """What the form calls a table's sheet."""
    return str(asked_columns()[table]["label"][language])


def _write_table(
    book: Workbook, look: Look, table: str, columns: tuple[str, ...], needs: Needs, language: str
) -> None:
    sheet = book.add_worksheet(sheet_name(table, language))
    entry = asked_columns()[table]
    sheet.set_column(0, 0, 11, look.side)
    sheet.write(0, _FIRST, entry["label"][language], look.title)
    sheet.write(1, _FIRST, f"{entry['means'][language]} {text('request.sheet_hint', language)}", look.hint)
    for row, key in ((2, "request.row_name"), (3, "request.row_example")):
        sheet.write(row, 0, text(key, language), look.side)
    sheet.set_row(0, 26)
    sheet.set_row(1, 18)
    sheet.set_row(HEADER_ROW - 1, 32)
    for i, column in enumerate(columns, _FIRST):
        _write_column(sheet, look, i, table, column, needs, language)
    sheet.freeze_panes(HEADER_ROW, _FIRST + 1)
    _print_setup(sheet, len(columns))


def _print_setup(sheet: Worksheet, columns: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1 if columns <= _ON_A_PAGE else 2, 0)
    sheet.repeat_rows(HEADER_ROW - 1)
    sheet.print_area(0, 0, HEADER_ROW + 24, columns + _FIRST - 1)


def _write_column(
    sheet: Worksheet, look: Look, i: int, table: str, column: str, needs: Needs, language: str
) -> None:
    spec = TABLES[table].columns[column]
    name, meaning = asked_columns()[table]["columns"][column][language]
    state = need(table, column, needs)
    must = text(f"request.{state}", language)
    shown = example(table, column, language)
    width = max(wide(name) + 4, wide(str(shown)) + 3, wide(f"{column} · {must}") * 0.85, _NARROWEST)
    kind = look.kinds[spec.kind if column != "period" else "text"]
    sheet.set_column(i, i, min(width, _WIDEST), kind)
    sheet.write_string(2, i, f"{column} · {must}", look.code)
    _write_example(sheet, look, i, spec.kind, shown)
    sheet.write_string(HEADER_ROW - 1, i, name, look.heads[state])
    used = needs.kpis.get((table, column), ())
    note = f"{meaning}\n{text('request.for_kpis', language, kpis=', '.join(used))}" if used else meaning
    sheet.write_comment(
        HEADER_ROW - 1, i, note, {"x_scale": 1.8, "y_scale": 1.2, "font_name": font(language)}
    )
    rule = _rule(table, column, needs, language)
    if rule:
        sheet.data_validation(HEADER_ROW, i, LAST_ROW, i, rule | {"ignore_blank": True})


def _write_example(sheet: Worksheet, look: Look, i: int, kind: str, shown: Any) -> None:
    """The example stands above the column names, so that it is never read as data."""
    if kind == "day" and shown:
        sheet.write_datetime(3, i, dt.datetime.fromisoformat(str(shown)), look.example_day)
    elif isinstance(shown, int | float):
        sheet.write_number(3, i, shown, look.example_money if kind == "money" else look.example)
    else:
        sheet.write_string(3, i, str(shown), look.example)


def example(table: str, column: str, language: str) -> Any:
    """A column's example, in the language where it is a word of one."""
    shown = asked_columns()[table]["columns"][column].get("example", "")
    return shown[("en", "zh").index(language)] if isinstance(shown, list) else shown


def _rule(table: str, column: str, needs: Needs, language: str) -> dict[str, Any]:
    """What a cell of the column may hold."""
    spec = TABLES[table].columns[column]
    words = client_words(table, column, language)
    title = label(table, column, language)[:32]
    if words:
        # Kinds may be the client's own; stages and yes/no may not.
        strict = "stop" if spec.choices else "warning"
        said = text("request.rule_words", language, words=" / ".join(words))
        return _told({"validate": "list", "source": list(words), "error_type": strict}, title, said)
    if column == "kpi" and needs.measured:
        listed = f"={MARK}!$H$2:$H${len(needs.measured) + 1}"
        return _told({"validate": "list", "source": listed}, title, text("request.rule_kpi", language))
    if spec.kind == "day":
        first = {
            "validate": "date",
            "criteria": "between",
            "minimum": dt.date(1970, 1, 1),
            "maximum": dt.date(2100, 12, 31),
        }
        return _told(first, title, text("request.rule_day", language))
    if spec.kind in ("money", "number"):
        limits = {"validate": "decimal", "criteria": "between", "minimum": -1e12, "maximum": 1e12}
        return _told(limits, title, text("request.rule_number", language))
    return {}


def _told(rule: dict[str, Any], title: str, said: str) -> dict[str, Any]:
    # Excel takes at most 255 characters.
    return rule | {"error_title": title, "error_message": said[:250]}


def _write_mark(book: Workbook, needs: Needs, language: str) -> None:
    """By this hidden sheet `kpi map` knows its own form, whatever the file is called when it comes back."""
    sheet = book.add_worksheet(MARK)
    sheet.write_row(0, 0, MARK_COLUMNS)
    for i, table in enumerate(needs.columns, 1):
        sheet.write_row(i, 0, [table, sheet_name(table, language), HEADER_ROW, language])
    for i, kpi in enumerate(needs.measured, 1):
        sheet.write_string(i, 7, kpi.name["zh" if language == "zh" else "en"])
    sheet.very_hidden()


def client_name(folder: str | Path, language: str) -> str:
    """The client's name as `engagement.yaml` gives it; blank where there is none yet."""
    path = Path(folder) / "engagement.yaml"
    data = load_document(path, path.name).data if path.is_file() else {}
    named = data.get("client", "") if isinstance(data, dict) else ""
    return str(named.get(language, "") if isinstance(named, dict) else named)
