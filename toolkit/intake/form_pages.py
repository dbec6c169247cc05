"""The form's cover and its dictionary, and how the form looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.data.tables import TABLES
from toolkit.intake.needs import Needs
from toolkit.intake.words import asked_columns, client_words
from toolkit.language import text

_INK, _DEEP, _MIDDLE, _PALE, _LINE, _GREY = "#1F2937", "#1F3A5F", "#5B7FA6", "#EAF0F6", "#C9D3DF", "#6B7280"
_KINDS = {"day": "yyyy-mm-dd", "money": "#,##0.00", "number": "General", "text": "@", "choice": "@"}


def font(language: str) -> str:
    """A font that a client's spreadsheet has."""
    return "Microsoft YaHei" if language == "zh" else "Arial"


def wide(shown: str) -> float:
    """A text's width in a spreadsheet's units: a Chinese character takes two."""
    return sum(2.0 if ord(c) > 0x2E7F else 1.0 for c in shown)


def need(table: str, column: str, needs: Needs) -> str:
    """Whether a column is required in every row, needed by some KPI asked for, or optional."""
    if TABLES[table].columns[column].required:
        return "required"
    return "needed" if (table, column) in needs.kpis else "optional"


@dataclass(frozen=True)
class Look:
    """The form's cell formats."""

    title: Format
    hint: Format
    side: Format
    code: Format
    example: Format
    example_day: Format
    example_money: Format
    heads: Mapping[str, Format]
    heading: Format
    body: Format
    wrapped: Format
    fill_in: Format
    kinds: Mapping[str, Format]


def looks(book: Workbook, language: str) -> Look:
    """The formats of a workbook."""

    def made(**more: object) -> Format:
        return book.add_format(
            {"font_name": font(language), "font_size": 10, "font_color": _INK, "valign": "vcenter"} | more
        )

    sample = {"italic": True, "font_color": _GREY, "bg_color": "#F6F7F9", "bottom": 1, "bottom_color": _LINE}
    head = {
        "bold": True,
        "text_wrap": True,
        "border": 1,
        "border_color": _LINE,
        "align": "center",
        "font_color": "#FFFFFF",
    }
    row = {"bottom": 1, "bottom_color": _LINE, "text_wrap": True}
    return Look(
        title=made(bold=True, font_size=16, font_color=_DEEP),
        hint=made(font_color=_GREY),
        side=made(font_size=8, font_color=_GREY, align="right"),
        code=made(font_size=8, font_color=_GREY),
        example=made(**sample, align="left"),
        example_day=made(**sample, align="left", num_format=_KINDS["day"]),
        example_money=made(**sample, align="left", num_format=_KINDS["money"]),
        heads={
            "required": made(**head, bg_color=_DEEP),
            "needed": made(**head, bg_color=_MIDDLE),
            "optional": made(**head | {"font_color": _INK}, bg_color=_PALE),
        },
        heading=made(bold=True, font_color="#FFFFFF", bg_color=_DEEP, border=1, border_color=_LINE),
        body=made(**row),
        wrapped=made(text_wrap=True),
        fill_in=made(bg_color="#FFF8E1", border=1, border_color="#E5C76B"),
        kinds={kind: made(num_format=form) for kind, form in _KINDS.items()},
    )


def write_cover(book: Workbook, look: Look, needs: Needs, client: str, language: str) -> None:
    """What is asked, of whom, by when, how to fill it in, and who will see it."""
    sheet = book.add_worksheet(text("request.cover", language))
    sheet.hide_gridlines(2)
    for column, width in enumerate((2, 24, 62, 24)):
        sheet.set_column(column, column, width)
    sheet.set_row(1, 30)
    sheet.write_string(1, 1, text("request.title", language), look.title)
    sheet.write_string(2, 1, client, look.hint)
    sheet.merge_range(3, 1, 3, 3, text("request.purpose", language), look.wrapped)
    sheet.set_row(3, 34)
    at = 5
    for key in ("by", "from", "contact"):
        sheet.write_string(at, 1, text(f"request.{key}", language), look.body)
        sheet.write_blank(at, 2, None, look.fill_in)
        sheet.set_row(at, 20)
        at += 1
    at = _tables_asked(sheet, look, needs, language, at + 1)
    at = _paragraphs(sheet, look, "request.how", 6, language, at + 1)
    _paragraphs(sheet, look, "request.private", 2, language, at + 1)
    sheet.set_portrait()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.activate()


def _tables_asked(sheet: Worksheet, look: Look, needs: Needs, language: str, at: int) -> int:
    heads = ("request.head_sheet", "request.head_what", "request.head_needed")
    for i, key in enumerate(heads, 1):
        sheet.write_string(at, i, text(key, language), look.heading)
    for table in needs.columns:
        at += 1
        entry = asked_columns()[table]
        shown = str(entry["label"][language])
        sheet.write_url(at, 1, f"internal:'{shown}'!A1", look.body, shown)
        sheet.write_string(at, 2, str(entry["means"][language]), look.body)
        kpis = {k for (t, _), names in needs.kpis.items() if t == table for k in names}
        every = "request.for_all" if needs.measured else "request.for_core"
        said = text("request.for_count", language, count=len(kpis)) if kpis else text(every, language)
        sheet.write_string(at, 3, said, look.body)
        sheet.set_row(at, 30)
    return at + 1


def _paragraphs(sheet: Worksheet, look: Look, key: str, count: int, language: str, at: int) -> int:
    sheet.merge_range(at, 1, at, 3, text(key, language), look.heading)
    for i in range(1, count + 1):
        said = text(f"{key}_{i}", language)
        sheet.merge_range(at + i, 1, at + i, 3, f"{i}. {said}", look.wrapped)
        sheet.set_row(at + i, 32 if len(said) * (2 if language == "zh" else 1) > 105 else 18)
    return at + count + 1


def write_dictionary(book: Workbook, look: Look, needs: Needs, language: str) -> None:
    """Every column asked for: what it means, of what type, which words are allowed, which KPIs need it."""
    sheet = book.add_worksheet(text("request.dictionary", language))
    sheet.hide_gridlines(2)
    heads = ("sheet", "column", "means", "required", "type", "words", "kpis")
    widths = (16, 18, 52, 10, 10, 30, 44)
    for i, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(i, i, width)
        sheet.write_string(0, i, text(f"request.head_{head}", language), look.heading)
    names = {k.kpi: k.name["zh" if language == "zh" else "en"] for k in needs.measured}
    row = 0
    for table, columns in needs.columns.items():
        for column in columns:
            row += 1
            cells = _dictionary_row(table, column, needs, names, language)
            # Heights are set, since not every spreadsheet fits them to wrapped text.
            sheet.set_row(
                row, 16 * max(-(-int(wide(c) * 1.1) // w) or 1 for c, w in zip(cells, widths, strict=True))
            )
            for i, cell in enumerate(cells):
                sheet.write_string(row, i, cell, look.body)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, row, len(heads) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _dictionary_row(
    table: str, column: str, needs: Needs, names: Mapping[str, str], language: str
) -> list[str]:
    spec, entry = TABLES[table].columns[column], asked_columns()[table]
    name, meaning = entry["columns"][column][language]
    words = " / ".join(client_words(table, column, language))
    join = text("phrase.join", language)
    kpis = join.join(names[k] for k in needs.kpis.get((table, column), ()) if k in names)
    must = text(f"request.{need(table, column, needs)}", language)
    kind = text(f"request.type_{spec.kind}", language)
    return [entry["label"][language], name, meaning, must, kind, words, kpis]
