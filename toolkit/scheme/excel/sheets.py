"""The workbook's sheets for what a scheme is: whom it holds for, its measures, grades, items and vetoes."""

from __future__ import annotations

from toolkit.language import text
from toolkit.scheme.excel.entries import entries
from toolkit.scheme.excel.form import PARAMETERS, Form
from toolkit.scheme.excel.page import FIRST, Column, Page
from toolkit.scheme.excel.refer import cell_of, list_range, sheet_ref
from toolkit.scheme.excel.sizes import Sizes
from toolkit.scheme.excel.words import word

MEASURE_COLUMNS = (
    Column("measure.name", "text", width=16),
    Column("measure.kpi", "text", "@kpis", width=22),
    Column("measure.kpi_name", "shown", width=24),
    Column("measure.weight", "ratio", width=10),
    Column("measure.out_of", "number", width=10),
    Column("measure.level", "choice", "level", width=12),
    Column("measure.target", "choice", "target", width=18),
    Column("measure.value", "number", width=12),
    Column("measure.per", "choice", "grain", width=10),
    Column("measure.over", "choice", "over", width=20),
    Column("measure.otherwise", "choice", "otherwise", width=16),
    Column("measure.attainment", "choice", "attainment", width=16),
    Column("measure.floor", "number", width=9),
    Column("measure.scoring", "choice", "scoring", width=26),
    Column("measure.self", "ratio", width=8),
    Column("measure.peer", "ratio", width=9),
    Column("measure.manager", "ratio", width=10),
)
_COLUMN = {column.key.split(".")[1]: FIRST + j for j, column in enumerate(MEASURE_COLUMNS)}
_GROUPS = (
    ("measure", "name", "level"),
    ("target", "target", "otherwise"),
    ("attainment", "attainment", "floor"),
    ("scoring", "scoring", "scoring"),
    ("raters", "self", "manager"),
)
MEASURES_ROW = 4  # of the table's headings on the sheet of measures, from 0
ENTRY_COLUMN = 15  # of the hidden lists: known words of what was agreed, right of it their meanings
SLOTS = 6  # places for a rule's parameters; beside them two names of its rows of points
_POINTED = {"threshold_target_excellence": "attainment", "bands": "band", "rating": "rating", "curve": "x"}


def scheme_page(page: Page, sizes: Sizes, form: Form) -> None:
    """Name, dates, whom it holds for, how often it scores and pays, and what else was agreed."""
    page.widths |= {FIRST: 30, FIRST + 1: 36, FIRST + 2: 56, FIRST + 3: 34, FIRST + 4: 14}
    row = page.section(page.heading(), "identity")
    row = page.lines(row, (), (Column("scheme.name", "text"), Column("scheme.version", "text"))) - 1
    row = page.lines(row, ("title",), (Column("title.en", "text"), Column("title.zh", "text"))) - 1
    row = page.lines(row, ("effective",), (Column("effective.from", "day"), Column("effective.to", "day")))
    row = page.section(row, "cycle")
    cycle = (
        Column("scheme.level", "choice", "scheme_level"),
        Column("scheme.score_every", "choice", "grain"),
        Column("scheme.pay_every", "choice", "grain"),
        Column("scheme.currency", "text"),
        Column("scheme.missing", "choice", "missing"),
        Column("scheme.difficulty", "choice", "difficulty"),
        Column("scheme.double_credit", "choice", "yes_no"),
    )
    row = page.lines(row, (), cycle)
    row = page.section(row, "applies_to")
    columns = (Column("applies.column", "text"), Column("applies.value", "text"))
    row = page.table(row, ("applies_to",), columns, sizes.applies_to) + 1
    row = page.section(row, "ramp")
    for k in range(sizes.ramp):
        page.label(row + k, FIRST, page.say("label.ramp_span", n=k + 1), "label")
        page.place(row + k, FIRST + 1, ("ramp", k, "share"), "ratio")
    row = page.section(row + sizes.ramp + 1, "agreed")
    said = (
        Column("agreed.block", "choice", "block"),
        Column("agreed.entry", "text", "@entries"),
        Column("agreed.value", "any"),
        Column("agreed.meaning", "shown"),
    )
    end = page.table(row, ("agreed",), said, sizes.agreed)
    _explain_entries(page, row + 1, sizes.agreed, form)
    _accepted(page, end + 1, sizes)


def _explain_entries(page: Page, first: int, rows: int, form: Form) -> None:
    """Beside each word that the toolkit knows what it means, live."""
    known = dict(entries(page.language))
    for k in range(rows):
        asked = cell_of(first + k, FIRST + 1)
        found = f'=IFERROR(VLOOKUP({asked},{list_range(ENTRY_COLUMN, len(known), 1)},2,FALSE),"")'
        page.show(
            first + k, FIRST + 3, found, known.get(str(form.get(("agreed", k, "entry"))), ""), "meaning"
        )


def _accepted(page: Page, row: int, sizes: Sizes) -> None:
    """Findings of the linter that stand, each with its reason."""
    row = page.section(row, "accepted")
    columns = (
        Column("accepted.rule", "text"),
        Column("accepted.where", "text"),
        Column("accepted.reason", "text"),
        Column("accepted.by", "text"),
        Column("accepted.on", "day"),
    )
    page.table(row, ("accepted",), columns, sizes.accepted)


def measures_page(page: Page, sizes: Sizes, form: Form, kpis: dict[str, str]) -> None:
    """A row a measure: KPI, weight, target, attainment, scoring rule, raters; the weights' sum shown live."""
    page.heading()
    for group, start, stop in _GROUPS:
        for col in range(_COLUMN[start], _COLUMN[stop] + 1):
            said = page.say(f"group.{group}") if col == _COLUMN[start] else ""
            page.label(MEASURES_ROW - 1, col, said, "group")
    end = page.table(MEASURES_ROW, ("measures",), MEASURE_COLUMNS, sizes.measures)
    page.freeze = (MEASURES_ROW + 1, FIRST + 1)
    for i in range(sizes.measures):
        row, kpi = MEASURES_ROW + 1 + i, form.get(("measures", i, "kpi"))
        asked = cell_of(row, _COLUMN["kpi"])
        found = f'=IFERROR(VLOOKUP({asked},{list_range(0, max(len(kpis), 1), 1)},2,FALSE),"")'
        page.show(row, _COLUMN["kpi_name"], found, kpis.get(str(kpi), ""), "shown")
    weights = [form.get(("measures", i, "weight")) or 0.0 for i in range(sizes.measures)]
    first, last = (cell_of(r, _COLUMN["weight"]) for r in (MEASURES_ROW + 1, end - 1))
    page.label(end, _COLUMN["kpi_name"], page.say("label.sum_of_weights"), "sum")
    total_check(page, end, _COLUMN["weight"], f"{first}:{last}", sum(weights), blank_is_fine=False)


def total_check(page: Page, row: int, col: int, cells: str, total: float, *, blank_is_fine: bool) -> None:
    """The sum of a column of shares, and beside it whether it is 100 %."""
    page.show(row, col, f"=SUM({cells})", total, "total")
    good, bad, at = page.say("check.good"), page.say("check.bad"), cell_of(row, col)
    fine = f"ABS({at}-1)<0.000000001" if not blank_is_fine else f"OR({at}=0,ABS({at}-1)<0.000000001)"
    is_fine = abs(total - 1) < 1e-9 or (blank_is_fine and total == 0)
    page.show(row, col + 1, f'=IF({fine},"{good}","{bad}")', good if is_fine else bad, "check")


def rules_page(page: Page, sizes: Sizes, form: Form, measures: str) -> None:
    """A block a measure: the numbers of its scoring rule, each named live, and its points side by side."""
    page.widths |= {FIRST: 34} | {FIRST + 1 + k: 13 for k in range(max(sizes.wide, SLOTS))}
    row = page.heading()
    for i in range(sizes.measures):
        row = _rule_block(page, row, i, sizes, form, measures)


def _rule_block(page: Page, row: int, i: int, sizes: Sizes, form: Form, measures: str) -> int:
    line = MEASURES_ROW + 1 + i
    name, rule = (sheet_ref(measures, line, _COLUMN[key]) for key in ("name", "scoring"))
    kind = form.get(("measures", i, "scoring"), "")
    called = str(form.get(("measures", i, "name"), ""))
    chosen = word("scoring", kind, page.language) if kind else ""
    heading = f"{called} · {chosen}" if called else page.say("label.spare", n=i + 1)
    spare = page.say("label.spare", n=i + 1)
    page.show(row, FIRST, f'=IF({name}="","{spare}",{name}&" · "&{rule})', heading, "block")
    for k in range(sizes.wide):
        page.label(row, FIRST + 1 + k, "", "block")
    found = f"MATCH({rule},{list_range(3, len(PARAMETERS))},0)"

    def live(j: int) -> str:
        return f'=IFERROR(INDEX({list_range(4, len(PARAMETERS), SLOTS + 1)},{found},{j + 1})&"","")'

    names = rule_labels(kind, page.language) if kind else [""] * (SLOTS + 2)
    page.label(row + 1, FIRST, page.say("label.parameters"), "side")
    page.label(row + 2, FIRST, page.say("label.parameter_values"), "side")
    for j in range(SLOTS):
        page.show(row + 1, FIRST + 1 + j, live(j), names[j], "live")
        page.place(row + 2, FIRST + 1 + j, ("measures", i, "p", j), "either", "reads")
    for side in (0, 1):
        page.show(row + 3 + side, FIRST, live(SLOTS + side), names[SLOTS + side], "side")
        for k in range(sizes.wide):
            page.place(row + 3 + side, FIRST + 1 + k, ("measures", i, "points", k, side), "number")
    page.tall[row + 1] = 28
    return row + 6


def rule_labels(kind: str, language: str) -> list[str]:
    """What the workbook calls a rule's six parameters and the two rows of its points; blank where unused."""
    names = [text(f"excel.parameter.{kind}.{name}", language) for name in PARAMETERS[kind]]
    names += [""] * (SLOTS - len(names))
    if kind not in _POINTED:
        return [*names, "", ""]
    return [*names, text(f"excel.points.{_POINTED[kind]}", language), text("excel.points.points", language)]


def grades_page(page: Page, sizes: Sizes, form: Form) -> None:
    """By score, by rank or in shares; a row a grade from the best down."""
    page.widths |= {FIRST: 30, FIRST + 1: 22, FIRST + 2: 22, FIRST + 3: 22, FIRST + 4: 18}
    row = page.section(page.heading(), "grades")
    lines = (
        Column("grades.by", "choice", "grades_by"),
        Column("grades.within", "choice", "within"),
        Column("grades.least", "whole"),
    )
    row = page.lines(row, ("grades",), lines)
    columns = (
        Column("grade.name", "text"),
        Column("grade.edge", "number"),
        Column("grade.place", "whole"),
        Column("grade.share", "ratio"),
    )
    end = page.table(row, ("grades", "rows"), columns, sizes.grades)
    first, last = cell_of(row + 1, FIRST + 3), cell_of(end - 1, FIRST + 3)
    shares = [form.get(("grades", "rows", k, "share")) or 0.0 for k in range(sizes.grades)]
    page.label(end, FIRST + 2, page.say("label.sum_of_shares"), "sum")
    total_check(page, end, FIRST + 3, f"{first}:{last}", sum(shares), blank_is_fine=True)


def items_page(page: Page, sizes: Sizes) -> None:
    """What is added or taken off beside the measures, how much at most, and what overrides it."""
    page.widths |= {FIRST: 26, FIRST + 1: 26, FIRST + 2: 26, FIRST + 3: 16, FIRST + 4: 16, FIRST + 5: 16}
    row = page.section(page.heading(), "items")
    items = (
        Column("item.name", "text"),
        Column("item.title.en", "text"),
        Column("item.title.zh", "text"),
        Column("item.points", "number"),
        Column("item.most", "number"),
    )
    row = page.table(row, ("items",), items, sizes.items) + 1
    row = page.section(row, "item_limits")
    row = page.lines(row, ("item_limits",), (Column("limits.up", "number"), Column("limits.down", "number")))
    row = page.section(row, "vetoes")
    vetoes = (
        Column("veto.item", "text", "@items"),
        Column("veto.measure", "text", "@measures"),
        Column("veto.below", "ratio"),
        Column("veto.score", "number"),
        Column("veto.grade", "text", "@grades"),
        Column("veto.pays", "ratio"),
    )
    page.table(row, ("vetoes",), vetoes, sizes.vetoes)
