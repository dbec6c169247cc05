"""The payouts' sheets: one a scheme that pays in the period, every step a column, and who is not paid why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.language import has_text, period_name, pick, text
from toolkit.report.workbook.forms import Form
from toolkit.report.workbook.inputs import Tables
from toolkit.report.workbook.lookups import Lookups
from toolkit.report.workbook.pay_base import add_base
from toolkit.report.workbook.pay_people import paid_people
from toolkit.report.workbook.pay_steps import add_steps
from toolkit.report.workbook.payroll import HEAD, Payroll
from toolkit.report.workbook.sheet import LETTERS
from toolkit.report.workbook.style import Look, lines, money_format

ON_A_PAGE = 18  # columns that print legibly side by side


@dataclass
class Paybook:
    """One scheme's payouts: the sheet's name, its columns, who is unpaid, and where each unit's rows are."""

    sheet: str
    form: Form
    payroll: Payroll
    unpaid: pd.DataFrame
    others: pd.DataFrame

    rows_from = HEAD + 2  # the row of the first person, from 1

    def rows(self, unit: int) -> list[int]:
        """The rows, from 1, of a participant's people."""
        return [HEAD + 2 + int(i) for i in np.flatnonzero(self.payroll.units == unit)]

    def cell(self, key: str, row: int) -> str:
        """A cell as another sheet's formula names it."""
        return f"'{self.sheet}'!${self.payroll.letter(key)}${row}"


def paybook_of(form: Form, tables: Tables, lookups: Lookups, sheet: str, language: str) -> Paybook:
    """A scheme's payouts, all columns made."""
    card = form.card
    people, others = paid_people(card, tables, form.results.vetoes)
    kpis = tables.schemes.kpis
    payroll = Payroll(card, people, form.columns, form.results.row, lookups, kpis, language)
    say = payroll.say
    payroll.add("person", say("field.name"), "", None, people["name"].tolist(), "text")
    payroll.add("id", say("field.id"), "", None, people["person"].tolist(), "text")
    teams = [None if pd.isna(t) else t for t in people["team"]]
    payroll.add("team", say("field.team"), "", None, teams, "text")
    add_base(payroll)
    add_steps(payroll)
    return Paybook(sheet, form, payroll, tables.of("unpaid", card.scheme.id, card.period), others)


def write_paybook(book: Workbook, sheet: Worksheet, look: Look, paybook: Paybook, client: str) -> None:
    """Write one scheme's payouts."""
    pay, card = paybook.payroll, paybook.form.card
    say = pay.say
    sheet.hide_gridlines(2)
    sheet.set_column(0, 2, 14)
    sheet.set_column(3, len(pay.made) - 1, 13)
    sheet.set_row(0, 26)
    title = say("payouts_title", period=period_name(card.period, pay.language))
    sheet.write_string(0, 0, title, look("title"))
    sheet.write_string(
        1, 0, f"{pick(card.scheme.title, pay.language)} · {card.scheme.id} · {client}", look("hint")
    )
    sheet.write_string(2, 0, say("payouts_hint"), look("hint"))
    sheet.set_row(HEAD, 8 + 12.5 * max(lines(column.head, 13) for column in pay.made))
    for at, column in enumerate(pay.made):
        sheet.write_string(HEAD, at, column.head, look("head_input" if column.style == "input" else "head"))
    last = _write_rows(sheet, look, paybook)
    last = _write_total(sheet, look, paybook, last)
    _write_unpaid(sheet, look, paybook, last + 2)
    sheet.freeze_panes(HEAD + 1, 1)
    sheet.repeat_rows(HEAD)
    sheet.repeat_columns(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(0.3, 0.3, 0.5, 0.5)
    sheet.set_footer("&C&P / &N")
    sheet.fit_to_pages(1 if len(pay.made) <= ON_A_PAGE else 2, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _write_rows(sheet: Worksheet, look: Look, paybook: Paybook) -> int:
    """A row a person; the last row written."""
    pay, form = paybook.payroll, paybook.form
    templates = [None if c.formula is None else pay.filled(c.formula) for c in pay.made]
    formats = [look(c.style, c.number) for c in pay.made]
    first, last = _groups(pay)
    once = pay.people["pool_counts"].astype(int).tolist() if "pool_counts" in pay.people else [1] * len(first)
    row = HEAD
    for i, unit in enumerate(pay.units):
        row = HEAD + 1 + i
        refs = form.refs(int(unit)) | {"r": row + 1, "a": first[i], "b": last[i], "once": once[i]}
        for at, column in enumerate(pay.made):
            value, template = column.values[i], templates[at]
            blank = value is None or value != value
            if template is not None:
                sheet.write_formula(row, at, template.format(**refs), formats[at], "" if blank else value)
            elif blank:
                sheet.write_blank(row, at, None, formats[at])
            elif isinstance(value, str):
                sheet.write_string(row, at, value, formats[at])
            else:
                sheet.write_number(row, at, value, formats[at])
    return row


def _groups(pay: Payroll) -> tuple[list[int], list[int]]:
    """Of each row the first and last row, from 1, of those who share a pool."""
    codes = pay.people["group"].to_numpy()
    at = np.arange(len(codes)) + HEAD + 2
    frame = pd.DataFrame({"code": codes, "at": at}).groupby("code")["at"]
    return frame.transform("min").tolist(), frame.transform("max").tolist()


def _write_total(sheet: Worksheet, look: Look, paybook: Paybook, last: int) -> int:
    """Sums of the columns of money."""
    pay = paybook.payroll
    if last == HEAD:
        return last
    form = money_format(pay.currency)
    sheet.write_string(last + 1, 0, pay.say("total"), look("strong_text"))
    for at, column in enumerate(pay.made[1:], 1):
        if column.number != form or column.key in ("pool", "owed", "most", "least"):
            sheet.write_blank(last + 1, at, None, look("strong"))
            continue
        letter = LETTERS[at]
        total = float(np.nansum([v if isinstance(v, float) else np.nan for v in column.values]))
        said = f"ROUND(SUM({letter}{HEAD + 2}:{letter}{last + 1}),{pay.digits})"
        sheet.write_formula(last + 1, at, said, look("strong", form), round(total, pay.digits))
    return last + 1


def _write_unpaid(sheet: Worksheet, look: Look, paybook: Paybook, at: int) -> None:
    """Who was due and is not paid, and why; who is paid only for earlier periods."""
    pay = paybook.payroll
    for row in paybook.others.to_dict("records"):
        sheet.write_string(at, 0, str(row["participant"]), look("text"))
        sheet.write_string(at, 1, pay.say("pay.only_later"), look("line"))
        sheet.write_number(at, 3, float(row["payout"]), look("strong", money_format(pay.currency)))
        at += 1
    if len(paybook.unpaid):
        sheet.write_string(at, 0, pay.say("pay.unpaid"), look("strong_text"))
    for i, row in enumerate(paybook.unpaid.to_dict("records"), 1):
        key = f"appraise.unpaid.{row['reason']}"
        why = text(key, pay.language) if has_text(key) else str(row["reason"])
        sheet.write_string(at + i, 0, str(row["participant"]), look("text"))
        sheet.write_string(at + i, 1, why, look("line"))
