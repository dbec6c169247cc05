"""The first sheet: a row a participant with score, grade, rank, payout, and the way to the form."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter.worksheet import Worksheet

from toolkit.language import period_name, pick, text
from toolkit.report.workbook.columns import RESULTS
from toolkit.report.workbook.forms import Form
from toolkit.report.workbook.paybook import Paybook
from toolkit.report.workbook.sheet import LETTERS
from toolkit.report.workbook.style import Look, money_format

HEAD = 4  # the row of the headings, from 0; above it the periods
FIXED = ("name", "id", "team", "scheme")
GROUP = ("score", "grade", "rank", "payout")
_WIDTHS = {"name": 18, "id": 12, "team": 14, "scheme": 34, "score": 10, "grade": 8, "rank": 8, "payout": 15}


@dataclass(frozen=True)
class Summary:
    """Where everybody stands on the summary."""

    sheet: str
    groups: dict[str, tuple[str, ...]]  # period → its columns
    names: dict[str, tuple[str, ...]]  # scheme → participants in order
    first: dict[str, int]  # scheme → its first row, from 1

    def row(self, scheme: str, participant: str) -> int:
        """A participant's row, from 1."""
        return self.first[scheme] + self.names[scheme].index(participant)

    def letter(self, period: str, key: str) -> str:
        """The column of a period's score, grade, rank or payout."""
        at = len(FIXED)
        for name, keys in self.groups.items():
            if name == period:
                return LETTERS[at + keys.index(key)]
            at += len(keys)
        raise KeyError(period)

    @property
    def heads(self) -> list[str]:
        """The columns in order."""
        return [*FIXED, *(key for keys in self.groups.values() for key in keys), "link"]

    def span(self, scheme: str, period: str, key: str) -> str:
        """A column's cells of all participants of a scheme."""
        first, letter = self.first[scheme], self.letter(period, key)
        return f"${letter}${first}:${letter}${first + len(self.names[scheme]) - 1}"


def summary_of(forms: list[Form], periods: tuple[str, ...], sheet: str) -> Summary:
    """Lay the summary out: scheme by scheme, so that a scheme's participants are ranked in one range."""
    listed: dict[str, dict[str, pd.Series]] = {}
    for form in forms:
        people = form.card.people
        own = listed.setdefault(form.card.scheme.id, {})
        own |= {row["participant"]: row for _, row in people.iterrows() if row["participant"] not in own}
    names: dict[str, tuple[str, ...]] = {}
    first, at = {}, HEAD + 2
    for scheme, own in listed.items():
        ordered = sorted(own, key=lambda p: (str(own[p]["team"]), str(own[p]["name"]), p))
        names[scheme], first[scheme] = tuple(ordered), at
        at += len(ordered)
    paid = {form.card.period for form in forms if form.card.pays}
    groups: dict[str, tuple[str, ...]] = {p: GROUP if p in paid else GROUP[:3] for p in periods}
    return Summary(sheet, groups, names, first)


def write_summary(
    sheet: Worksheet,
    look: Look,
    summary: Summary,
    forms: list[Form],
    books: list[Paybook],
    client: str,
    language: str,
) -> None:
    """Write the summary."""

    def say(key: str, **values: object) -> str:
        return text(f"workbook.{key}", language, **values)

    last = len(summary.heads) - 1
    sheet.hide_gridlines(2)
    for at, key in enumerate(summary.heads):
        sheet.set_column(at, at, _WIDTHS.get(key, 12))
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, say("summary_title"), look("title"))
    sheet.write_string(1, 0, client, look("hint"))
    sheet.write_string(2, 0, say("summary_hint"), look("hint"))
    for period, keys in summary.groups.items():
        at = LETTERS.index(summary.letter(period, "score"))
        for more in range(len(keys)):
            sheet.write_string(
                HEAD - 1, at + more, period_name(period, language) if not more else "", look("strong_text")
            )
    sheet.set_row(HEAD, 22)
    for at, key in enumerate(summary.heads):
        sheet.write_string(
            HEAD, at, say(f"field.{key}" if key in FIXED or key == "link" else key), look("head")
        )
    cells = _cells(summary, forms, books)
    for scheme in summary.names:
        for who in summary.names[scheme]:
            _write_person(
                sheet, look, summary, cells[scheme, who], scheme, who, say("open_form"), last, language
            )
    sheet.freeze_panes(HEAD + 1, 1)
    total = sum(len(names) for names in summary.names.values())
    sheet.autofilter(HEAD, 0, HEAD + total, last)
    sheet.repeat_rows(HEAD - 1, HEAD)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_footer("&C&P / &N")
    sheet.fit_to_pages(1, 0)
    sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True})
    sheet.activate()


Cells = dict[str, Any]


def _cells(summary: Summary, forms: list[Form], books: list[Paybook]) -> dict[tuple[str, str], Cells]:
    """Of each participant what the summary takes from which form and payout."""
    found: dict[tuple[str, str], Cells] = {(s, p): {} for s, names in summary.names.items() for p in names}
    paid = {id(book.form): book for book in books}
    for form in forms:
        card = form.card
        book = paid.get(id(form))
        for i, who in enumerate(card.names):
            own = found[card.scheme.id, who]
            own["who"] = card.people.iloc[i]
            own["title"] = card.scheme.title
            own["place"] = form.places[i]
            own[card.period] = (form, i, book)
    return found


def _write_person(
    sheet: Worksheet,
    look: Look,
    summary: Summary,
    own: Cells,
    scheme: str,
    who: str,
    link: str,
    last: int,
    language: str,
) -> None:
    row = summary.row(scheme, who) - 1
    person = own["who"]
    team = "" if pd.isna(person["team"]) else str(person["team"])
    for at, said in enumerate((str(person["name"]), who, team, pick(own["title"], language))):
        sheet.write_string(row, at, said, look("short"))
    for period, keys in summary.groups.items():
        at = LETTERS.index(summary.letter(period, "score"))
        if period not in own:
            for more in range(len(keys)):
                sheet.write_blank(row, at + more, None, look("number"))
            continue
        form, i, book = own[period]
        totals = form.card.totals.iloc[i]
        values = [None if pd.isna(totals[key]) else totals[key] for key in ("score", "grade", "rank")]
        score = f"{summary.letter(period, 'score')}{row + 1}"
        span = summary.span(scheme, period, "score")
        formulas = (
            form.cell(i, RESULTS["score"], form.results.row),
            form.cell(i, RESULTS["grade"], form.results.row),
            f'IF(ISNUMBER({score}),RANK({score},{span}),"")',
        )
        formats = (look("number", "0.00"), look("centre"), look("centre", "0"))
        for more in range(3):
            shown = "" if values[more] is None else values[more]
            shown = float(shown) if isinstance(shown, np.floating | np.integer | int) else shown
            sheet.write_formula(row, at + more, formulas[more], formats[more], shown)
        if len(keys) == len(GROUP):
            _write_payout(sheet, look, row, at + 3, i, book)
    sheet_name, first = own["place"]
    sheet.write_url(row, last, f"internal:'{sheet_name}'!A{first + 1}", look("link"), link)


def _write_payout(sheet: Worksheet, look: Look, row: int, at: int, i: int, book: Paybook | None) -> None:
    """The payout of a participant, of a team that of its members."""
    rows = [] if book is None else book.rows(i)
    if book is None or not rows:
        sheet.write_blank(row, at, None, look("number"))
        return
    form = look("strong", money_format(book.payroll.currency))
    letter = book.payroll.letter("payout")
    first = rows[0] - book.rows_from
    paid = book.payroll.made[-1].values[first : first + len(rows)]
    if len(rows) == 1:
        sheet.write_formula(row, at, book.cell("payout", rows[0]), form, paid[0])
        return
    total = round(sum(float(amount or 0) for amount in paid), book.payroll.digits)
    # A team's members stand together.
    span = f"'{book.sheet}'!${letter}${rows[0]}:${letter}${rows[-1]}"
    sheet.write_formula(row, at, f"SUM({span})", form, total)


CREATED = dt.datetime(2026, 1, 1)  # the same workbook twice is the same file: no clock
