"""`scorecards.xlsx`: plan the sheets, lay out the forms, write everything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook

from toolkit.appraise.appraisal import Appraisal
from toolkit.language import period_name, pick, text
from toolkit.report.workbook.forms import Form, form_of, set_columns, values_of, write_form
from toolkit.report.workbook.groups import Block, block_of, needs_block, write_block
from toolkit.report.workbook.inputs import Card, Tables, cards, ending_with, tables_of
from toolkit.report.workbook.lookups import Lookups, write_rules
from toolkit.report.workbook.measure_rows import FIRST
from toolkit.report.workbook.names import Names
from toolkit.report.workbook.paybook import Paybook, paybook_of, write_paybook
from toolkit.report.workbook.sheet import Sheet
from toolkit.report.workbook.style import Look
from toolkit.report.workbook.summary import CREATED, Summary, summary_of, write_summary
from toolkit.report.workbook.words import write_words

A_SHEET_EACH = 100  # up to so many participants have a sheet of their own


def write_workbook(
    found: Appraisal | Tables, path: str | Path, language: str, periods: Sequence[str] | None = None
) -> Path:
    """Write a period's score sheets, and the payouts that end with it, with formulas that recompute them.

    Changing an actual, a rating or a quantity changes attainment, score, grade, rank and payout; every
    formula carries the number that the toolkit computed. Up to 100 participants have a sheet each; above
    that, a scheme's forms stand below each other on one sheet, a page each.

    Parameters
    ----------
    found : Appraisal or Tables
    path : str or Path
        The .xlsx file; replaced whole.
    language : str
        en or zh.
    periods : sequence of str, optional
        Scored periods to show; by default those that end last: a month and the quarter that ends with it.

    Raises
    ------
    NotEnoughData
        Nothing was scored in these periods.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from toolkit.report.workbook.example import example_tables
    >>> with TemporaryDirectory() as folder:
    ...     write_workbook(example_tables(), Path(folder, "scorecards.xlsx"), "en").name
    'scorecards.xlsx'
    """
    tables = found if isinstance(found, Tables) else tables_of(found, language)
    chosen = tuple(periods) if periods else ending_with(tables)
    out = Path(path)
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(out.name + ".part")
    # Whatever a name begins with, it is text.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(part, options) as book:
        book.set_properties({"title": text("workbook.title", language), "created": CREATED})
        book.set_calc_mode("auto")
        _Book(book, tables, chosen, language).write()
    part.replace(out)
    return out


class _Book:
    """The parts of one workbook while it is made."""

    def __init__(self, book: Workbook, tables: Tables, periods: tuple[str, ...], language: str) -> None:
        self.book, self.tables, self.periods, self.language = book, tables, periods, language
        self.look, self.lookups = Look(book, language), Lookups(language)
        self.names = Names()
        self.own = {key: self.names.free(text(f"workbook.{key}", language)) for key in ("summary", "work")}
        self.names.free(text("workbook.rules", language))

    def write(self) -> None:
        """Lay out all sheets, then write them in the order of their tabs."""
        found = cards(self.tables, self.periods)
        if not found:
            ending_with(self.tables, self.periods[0])  # says why
        pays = {id(c) for c in found if c.pays and len(self.tables.of("payouts", c.scheme.id, c.period))}
        summary = self.book.add_worksheet(self.own["summary"], worksheet_class=Sheet)
        forms = [self._form(card, id(card) in pays) for card in found]
        sheets = self._place(forms)
        books = [self._paybook(form) for form in forms if id(form.card) in pays]
        blocks = self._blocks(forms)
        plan = summary_of(forms, self.periods, self.own["summary"])
        write_summary(summary, self.look, plan, forms, books, self.tables.client, self.language)
        for paybook in books:
            sheet = self.book.add_worksheet(paybook.sheet, worksheet_class=Sheet)
            write_paybook(self.book, sheet, self.look, paybook, self.tables.client)
        self._write_forms(forms, sheets, plan, books, blocks)
        write_words(self.lookups, [c.scheme for c in found], self.tables, self.language)
        write_rules(self.book, self.look, self.lookups)
        self._write_work(forms, blocks)

    def _form(self, card: Card, paid: bool) -> Form:
        """A card's form; a team's own shows no payout, which its members have."""
        shown = paid and card.scheme.level == "individual"
        return form_of(card, self.tables, self.look, self.lookups, self.language, shown)

    def _place(self, forms: list[Form]) -> list[str]:
        """Where each form begins: a sheet a participant, or a sheet a scheme; the sheets in their order."""
        people = dict.fromkeys(
            (str(who), str(name))
            for form in forms
            for who, name in zip(form.card.people["participant"], form.card.people["name"], strict=True)
        )
        each = len(people) <= A_SHEET_EACH
        sheets: dict[str, str] = {}
        ends: dict[str, int] = {}
        for form in forms:
            title = pick(form.card.scheme.title, self.language)
            for who, name in zip(form.card.people["participant"], form.card.people["name"], strict=True):
                key = f"person {who}" if each else f"scheme {form.card.scheme.id}"
                if key not in sheets:
                    sheets[key] = self.names.free(str(name) if each else title, str(who) if each else "")
                first = ends.get(key, 0)
                form.place(sheets[key], first)
                ends[key] = first + form.results.height + 1
        return list(sheets.values())

    def _paybook(self, form: Form) -> Paybook:
        name = self.names.free(text("workbook.payouts", self.language))
        return paybook_of(form, self.tables, self.lookups, name, self.language)

    def _blocks(self, forms: list[Form]) -> dict[int, Block]:
        """The workings of the forms that need some, one below the other."""
        blocks: dict[int, Block] = {}
        at = 3
        for form in forms:
            if needs_block(form.card):
                kpis = self.tables.schemes.kpis
                score = form.results.row
                blocks[id(form)] = block_of(
                    form.card, at, self.own["work"], self.lookups, score, kpis, self.language
                )
                at += len(form.card.names) + 4
        return blocks

    def _write_forms(
        self,
        forms: list[Form],
        names: list[str],
        plan: Summary,
        books: list[Paybook],
        blocks: dict[int, Block],
    ) -> None:
        """Every form on its sheet, with breaks between the forms of one sheet."""
        sheets = {name: self.book.add_worksheet(name, worksheet_class=Sheet) for name in names}
        breaks: dict[str, list[int]] = {name: [] for name in names}
        last: dict[str, int] = {}
        paid = {id(book.form): book for book in books}
        shared: dict[tuple[str, ...], str] = {}
        for form in forms:
            own = values_of(form, self.tables, self.language)
            block, book = blocks.get(id(form)), paid.get(id(form))
            for i, values in enumerate(own):
                sheet, first = form.places[i]
                if first:
                    breaks[sheet].append(first)
                else:
                    set_columns(sheets[sheet], form.columns)
                self._link(form, i, values, shared)
                more = self._more(form, i, values, plan, block, book)
                write_form(sheets[sheet], form, i, values, more)
                last[sheet] = max(last.get(sheet, 0), first + form.results.height)
                widest = form.columns.last
                sheets[sheet].print_area(0, 0, last[sheet] - 1, widest)
        for name, sheet in sheets.items():
            _print_setup(sheet, breaks[name])

    def _link(self, form: Form, i: int, values: dict[str, Any], shared: dict[tuple[str, ...], str]) -> None:
        """A team's actual is filled in once, in the first of its members' forms; the others take it there."""
        card = form.card
        for j, measure in enumerate(card.scheme.measures):
            if measure.raters or measure.level in (None, card.scheme.level):
                continue
            unit = card.units(str(measure.level))[i]
            key = (card.scheme.id, card.period, measure.name, unit)
            if key in shared:
                values[f"link actual {j}"] = shared[key]
            else:
                shared[key] = form.cell(i, "actual", FIRST + j)

    def _more(
        self,
        form: Form,
        i: int,
        values: dict[str, Any],
        plan: Summary,
        block: Block | None,
        book: Paybook | None,
    ) -> dict[str, Any]:
        """Cells of other sheets that a form's formulas read."""
        card = form.card
        row = plan.row(card.scheme.id, card.names[i])
        more: dict[str, Any] = {"rank": f"'{plan.sheet}'!${plan.letter(card.period, 'rank')}${row}"}
        if block is not None:
            more |= {key: ref.format(w=block.first + i + 1) for key, ref in block.refs.items()}
        rows = book.rows(i) if book is not None else []
        more |= {"payout": '""', "ratio": '""'}
        if book is not None and len(rows) == 1:
            at = rows[0] - book.rows_from
            more["payout"] = book.cell("payout", rows[0])
            values["payout"] = book.payroll.made[-1].values[at]
            if card.scheme.pay.by_incentive:
                more["ratio"] = book.cell("ratio", rows[0])
                values["ratio"] = book.payroll.people["payout_ratio"].iloc[at]
        return more

    def _write_work(self, forms: list[Form], blocks: dict[int, Block]) -> None:
        """The workings, where there are some."""
        if not blocks:
            return
        sheet = self.book.add_worksheet(self.own["work"], worksheet_class=Sheet)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 25, 14)
        sheet.write_string(0, 0, text("workbook.work_hint", self.language), self.look("hint"))
        for form in forms:
            block = blocks.get(id(form))
            if block is None:
                continue
            refs = [form.refs(i) for i in range(len(block.card.names))]
            title = pick(block.card.scheme.title, self.language)
            shown = f"{title} · {period_name(block.card.period, self.language)}"
            write_block(sheet, self.look, block, refs, shown)
        sheet.protect("", {"format_columns": True})


def _print_setup(sheet: Sheet, breaks: list[int]) -> None:
    """A4 landscape, as wide as the page, a page a form; headings stay in view."""
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(0.3, 0.3, 0.4, 0.5)
    sheet.center_horizontally()
    sheet.set_footer("&C&P / &N")
    sheet.fit_to_pages(1, 0)
    sheet.set_h_pagebreaks(breaks)
    if not breaks:
        sheet.freeze_panes(FIRST, 2)
    else:
        sheet.freeze_panes(0, 2)
    sheet.protect("", {"format_columns": True, "format_rows": True})
