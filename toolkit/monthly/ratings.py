"""Rating forms in: what came back is what was sent, but for the ratings and comments; every fault at once."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from toolkit.data.engagement import Engagement
from toolkit.data.files.form_cells import cell_text, read_form_cells
from toolkit.errors import Problems, ReportError
from toolkit.monthly.forms import COMMENT, MARK, RATING, SENT
from toolkit.monthly.log import Entry, stamp, writing
from toolkit.monthly.rated import add_ratings
from toolkit.monthly.states import month, named, refuse_reviewed
from toolkit.report.manifest import sha256

_Cells = dict[str, object]


@dataclass(frozen=True)
class Returned:
    """What came back on a form.

    Parameters
    ----------
    period : str
    ratings : DataFrame
        participant, period, measure, rater, kind, rating, comment, rated_on.
    blank : int
        Ratings that were asked for and left out.
    """

    period: str
    ratings: pd.DataFrame
    blank: int


def read_forms(
    client: Engagement | Path,
    paths: Iterable[str | Path],
    who: str | None = None,
    *,
    now: dt.datetime | None = None,
) -> tuple[Returned, ...]:
    """Take in rating forms: all of them, or none if anything in any of them is wrong.

    Parameters
    ----------
    client : Engagement or Path
        The engagement or its folder.
    paths : iterable of str or Path
        Forms that `write_forms` wrote; renamed files and left-out sheets are fine.
    who : str, optional
        Who reads them in; the environment variable KPI_USER by default.
    now : datetime, optional

    Returns
    -------
    tuple of Returned
        For each file what it gave. The ratings are in `months/ratings.csv`, and count when the month is
        scored next.

    Raises
    ------
    ReportError
        Every fault of every file, with sheet and cell: it is no form of ours, another sheet, a cell changed
        or filled that was not to be, a rating off the scale; or the month was reviewed already.
    """
    who = named(who)
    home = client if isinstance(client, Path) else client.folder
    with writing(home, now=now) as log:
        problems, found = Problems(), []
        for path in map(Path, paths):
            read = _read(path, home, log.entries, stamp(now)[:10], problems)
            if read is not None:
                found.append((path, *read))
        problems.raise_as(ReportError)
        for _, _, returned in found:
            refuse_reviewed(month(log.entries, returned.period))
        for path, code, returned in found:
            add_ratings(home, returned.ratings)
            data = {"form": code, "file": path.name, "sha256": sha256(path)}
            given = {"ratings": len(returned.ratings), "blank": returned.blank}
            log.add("ratings", returned.period, who, data | given)
    return tuple(returned for *_, returned in found)


def _read(
    path: Path, home: Path, entries: tuple[Entry, ...], today: str, problems: Problems
) -> tuple[str, Returned] | None:
    """One file: the code of its form and what it gave; None where it is no form of ours."""
    sheets = _sheets(path, problems)
    if sheets is None:
        return None
    code = str(sheets.pop(MARK, {}).get("A1", ""))
    sent = _sent(code, home, entries)
    if sent is None:
        problems.add("month.form_unknown", where=path.name, value=code or "–")
        return None
    known = {sheet["sheet"]: sheet for sheet in sent["sheets"]}
    rows: list[dict[str, object]] = []
    blank = 0
    for name, cells in sheets.items():
        if name not in known:
            problems.add("month.form_sheet", where=path.name, value=name)
            continue
        where = f"{path.name} · {name}"
        _refuse_edits(cells, known[name], where, problems)
        for asked in known[name]["rows"]:
            rating = _rating(cells, asked, where, problems)
            blank += rating is None
            if rating is not None:
                comment = cell_text(cells.get(xl_rowcol_to_cell(asked["line"], COMMENT)))
                rows.append({**asked, "rating": rating, "comment": comment, "rated_on": today})
    columns = ["participant", "period", "measure", "rater", "kind", "rating", "comment", "rated_on"]
    return code, Returned(str(sent["period"]), pd.DataFrame(rows, columns=columns), blank)


def _sheets(path: Path, problems: Problems) -> dict[str, _Cells] | None:
    """Every filled cell of a workbook, by sheet and address."""
    own = Problems()
    try:
        sheets = read_form_cells(path.read_bytes(), path.name, own)
    except OSError as error:
        own.add("month.form_unreadable", where=path.name, value=str(error)[:120])
        sheets = None
    if sheets is None:
        said = next((str(problem.value) for problem in own.items if problem.value), "–")
        problems.add("month.form_unreadable", where=path.name, value=said)
        return None
    return {name: sheet.values for name, sheet in sheets.items()}


def _sent(code: str, home: Path, entries: Iterable[Entry]) -> Mapping[str, Any] | None:
    """What was sent under a code, if the log knows of it and the list of it is untouched."""
    if code not in {entry.data["form"] for entry in entries if entry.action == "forms"}:
        return None
    path = home / SENT / f"{code}.json"
    content = path.read_bytes() if path.is_file() else b""
    return json.loads(content) if hashlib.sha256(content).hexdigest()[:16] == code else None


def _refuse_edits(cells: _Cells, sheet: Mapping[str, Any], where: str, problems: Problems) -> None:
    """Every cell that is not the rater's to fill stands as it was sent; nothing stands beside the form."""
    for cell, shown in sheet["locked"].items():
        found = cell_text(cells.get(cell))
        if found != shown.strip():
            problems.add("month.form_edited", where=where, column=cell, value=found or "–", sent=shown)
    own = {xl_rowcol_to_cell(row["line"], column) for row in sheet["rows"] for column in (RATING, COMMENT)}
    for cell in cells.keys() - own - sheet["locked"].keys():
        problems.add("month.form_extra", where=where, column=cell, value=cell_text(cells[cell]))


def _rating(cells: _Cells, asked: Mapping[str, Any], where: str, problems: Problems) -> float | None:
    """The rating of a row, one of the scale's; None where it was left blank, or is off the scale."""
    cell = xl_rowcol_to_cell(asked["line"], RATING)
    value = cells.get(cell)
    shown = cell_text(value)
    if not shown:
        return None
    if not isinstance(value, bool) and shown in {str(n) for n in range(asked["low"], asked["high"] + 1)}:
        return float(shown)
    problems.add(
        "month.off_scale", where=where, column=cell, value=shown, low=asked["low"], high=asked["high"]
    )
    return None
