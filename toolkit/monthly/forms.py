"""Rating forms out: a sheet a rater, with who rates whom locked and the scale to choose from."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook

from toolkit.data.engagement import Engagement
from toolkit.data.files.form_cells import safe_name
from toolkit.errors import NotEnoughData, Problem
from toolkit.language import period_name, text
from toolkit.monthly.asked import Asked, ratings_asked
from toolkit.monthly.inputs import refuse_period
from toolkit.monthly.log import writing
from toolkit.monthly.states import month, named, refuse_reviewed
from toolkit.report.results import kpi_name
from toolkit.scheme.load import load_schemes

SENT = "months/forms"  # what was sent, a file a form, so that what comes back can be held against it
MARK = "kpi_ratings"  # the hidden sheet by which a form is known, whatever its file is called
FIRST = 5  # the first row with a rating, from 0
HEADS = ("name", "measure", "kind", "rating", "comment")
IDS = ("participant", "period", "measure", "rater", "kind")  # in hidden columns before them
RATING, COMMENT = len(IDS) + 3, len(IDS) + 4
_WIDTHS = (18, 30, 14, 10, 60)
_INK, _DEEP, _LINE, _GREY = "#1F2937", "#1F3A5F", "#C9D3DF", "#6B7280"


def write_forms(
    client: Engagement,
    period: str,
    out: str | Path,
    who: str | None = None,
    language: str | None = None,
    *,
    now: dt.datetime | None = None,
) -> tuple[Path, ...]:
    """Write the rating forms of a month.

    Parameters
    ----------
    client : Engagement
    period : str
    out : str or Path
        An .xlsx with a sheet for each rater; or a folder, for a file for each rater, so that nobody sees
        another's.
    who : str, optional
        Who sends them; the environment variable KPI_USER by default.
    language : str, optional
    now : datetime, optional

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    ReportError
        The month was reviewed already.
    NotEnoughData
        No measure of anybody's scheme has raters.
    """
    who, language, out = named(who), language or client.language, Path(out)
    schemes = load_schemes(client)
    refuse_period(client, schemes, period)
    asked = ratings_asked(schemes, client.participants, period)
    if not asked:
        raise NotEnoughData(Problem("month.no_raters", f"months/{period}", value=period))
    each = [list(rows) for _, rows in groupby(asked, key=lambda row: row.rater)]
    whole = out.suffix.lower() == ".xlsx"
    books = (
        {out: each}
        if whole
        else {out / f"{safe_name(rows[0].rater, at)}.xlsx": [rows] for at, rows in enumerate(each, 1)}
    )
    with writing(client.folder, now=now) as log:
        refuse_reviewed(month(log.entries, period))
        for path, raters in books.items():
            code = _write(path, raters, client, period, language)
            data = {"form": code, "raters": len(raters), "ratings": sum(map(len, raters))}
            log.add("forms", period, who, data)
    return tuple(books)


def _write(path: Path, raters: list[list[Asked]], client: Engagement, period: str, language: str) -> str:
    """One workbook; returns the code it is known by."""
    sheets = [_sheet(rows, at, client, period, language) for at, rows in enumerate(raters, 1)]
    sent = json.dumps({"period": period, "sheets": sheets}, ensure_ascii=False, indent=0, sort_keys=True)
    code = hashlib.sha256(sent.encode("utf-8")).hexdigest()[:16]
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    # Whatever a name begins with, it is text.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(part, options) as book:
        book.set_properties({"title": text("form.title", language), "created": dt.datetime(2026, 1, 1)})
        for sheet in sheets:
            _draw(book, sheet, language)
        mark = book.add_worksheet(MARK)
        mark.write_string(0, 0, code)
        mark.very_hidden()
    kept = client.folder / SENT / f"{code}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(sent, encoding="utf-8", newline="\n")
    part.replace(path)
    return code


def _sheet(rows: list[Asked], at: int, client: Engagement, period: str, language: str) -> dict[str, Any]:
    """A rater's sheet as data: the text of every cell that is not theirs to fill, and what each row asks."""
    say = partial(text, language=language)
    rater = {row.participant: row.name for row in rows if row.kind == "self"}.get(
        rows[0].rater, rows[0].rater
    )
    left = len(IDS)
    locked = {
        xl_rowcol_to_cell(0, left): say("form.heading", period=period_name(period, language)),
        xl_rowcol_to_cell(1, left): say("form.rater", rater=rater),
        xl_rowcol_to_cell(2, left): say("form.hint"),
    }
    for i, head in enumerate((*IDS, *(say(f"form.head_{h}") for h in HEADS))):
        locked[xl_rowcol_to_cell(FIRST - 1, i)] = head
    for line, row in enumerate(rows, FIRST):
        ids = (row.participant, row.period, row.measure, row.rater, row.kind)
        title = kpi_name(client.kpis[row.kpi], language)
        for i, shown in enumerate((*ids, row.name, title, say(f"form.kind_{row.kind}"))):
            locked[xl_rowcol_to_cell(line, i)] = shown
    return {
        "sheet": safe_name(rater, at),
        "locked": locked,
        "rows": [row._asdict() | {"line": line} for line, row in enumerate(rows, FIRST)],
    }


def _draw(book: Workbook, said: Mapping[str, Any], language: str) -> None:
    base = {
        "font_name": "Microsoft YaHei" if language == "zh" else "Arial",
        "font_size": 10,
        "font_color": _INK,
    }
    row = base | {"bottom": 1, "bottom_color": _LINE, "text_wrap": True, "valign": "vcenter"}
    cell, fill = book.add_format(row), book.add_format(row | {"locked": False, "bg_color": "#FFF8E1"})
    head = book.add_format(base | {"bold": True, "font_color": "#FFFFFF", "bg_color": _DEEP})
    title = book.add_format(base | {"bold": True, "font_size": 16, "font_color": _DEEP})
    plain = book.add_format(base | {"font_color": _GREY})
    sheet = book.add_worksheet(said["sheet"])
    sheet.hide_gridlines(2)
    sheet.set_column(0, len(IDS) - 1, None, None, {"hidden": True})
    for i, width in enumerate(_WIDTHS, len(IDS)):
        sheet.set_column(i, i, width)
    lines = {0: title, 1: plain, 2: plain, FIRST - 1: head}
    for at, shown in said["locked"].items():
        line = int(re.sub(r"\D", "", at)) - 1
        sheet.write_string(at, shown, lines.get(line, cell))
    for asked in said["rows"]:
        for column in (RATING, COMMENT):
            sheet.write_blank(asked["line"], column, None, fill)
        scale = list(range(asked["low"], asked["high"] + 1))
        told = text("form.scale", language, low=asked["low"], high=asked["high"])
        rule = {"validate": "list", "source": scale, "error_title": text("form.head_rating", language)}
        sheet.data_validation(asked["line"], RATING, asked["line"], RATING, rule | {"error_message": told})
        sheet.set_row(asked["line"], 20)
    sheet.freeze_panes(FIRST, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST - 1)
    sheet.protect("", {"select_locked_cells": True, "format_rows": True, "format_columns": True})
