"""The workbook's sheets for pay: incentive, curves, commissions, pool, factors, gates, bounds, grids."""

from __future__ import annotations

from toolkit.scheme.excel.form import Form
from toolkit.scheme.excel.page import FIRST, Column, Page
from toolkit.scheme.excel.refer import cell_of
from toolkit.scheme.excel.sheets import total_check
from toolkit.scheme.excel.sizes import Sizes

_OWN = (
    Column("own.measure", "text", "@measures"),
    Column("own.share", "ratio"),
    Column("own.x", "choice", "reads"),
    Column("own.below", "ratio"),
    Column("own.cap", "ratio"),
)
_RATE = (
    Column("rate.of", "text", "@measures"),
    Column("rate.rate", "rate"),
    Column("rate.by", "choice", "by"),
    Column("rate.split", "choice", "split"),
    Column("rate.cumulative", "choice", "cumulative"),
    Column("rate.deal_cap", "number"),
)
_MODIFIER = (
    Column("modifier.kind", "choice", "modifier"),
    Column("modifier.measure", "text", "@measures"),
    Column("modifier.x", "choice", "reads"),
    Column("modifier.below", "number"),
)
_GATE = (
    Column("gate.measure", "text", "@measures"),
    Column("gate.below", "ratio"),
    Column("gate.pays", "ratio"),
)
_POOL = (
    Column("pool.amount", "number"),
    Column("pool.of", "text", "@measures"),
    Column("pool.rate", "ratio"),
    Column("pool.points", "choice", "pool_points"),
    Column("pool.within", "choice", "within"),
)


def pay_page(page: Page, sizes: Sizes, form: Form) -> None:
    """What is earned, in the order in which it is worked out."""
    page.widths |= {FIRST: 32} | {FIRST + 1 + k: 17 if k < 5 else 11 for k in range(max(sizes.wide, 6))}
    row = page.section(page.heading(), "incentive")
    kinds = (Column("pay.incentive", "choice", "incentive"), Column("pay.share_of_base", "ratio"))
    row = page.lines(row, ("pay",), (*kinds, Column("pay.per", "choice", "per")))
    row = page.section(row, "pay_curve")
    row = page.strip(row, ("pay", "curve"), ("curve.score", "curve.ratio"), ("number", "ratio"), sizes.wide)
    row = page.lines(row, ("pay", "curve"), (Column("curve.below", "ratio"),))
    row = _own_blocks(page, row, sizes, form)
    row = page.section(row, "rates")
    for k in range(sizes.rates):
        row = page.table(row, ("pay", "rates"), _RATE, 1, first=k)
        strip = ("tier.edge", "tier.rate")
        row = page.strip(row, ("pay", "rates", k), strip, ("number", "ratio"), sizes.wide) + 1
    row = page.lines(page.section(row, "pool"), ("pay", "pool"), _POOL)
    _after_earning(page, row, sizes)


def _own_blocks(page: Page, row: int, sizes: Sizes, form: Form) -> int:
    """A block for each measure that pays by a curve of its own, and their shares' sum."""
    row, cells = page.section(row, "pay_measures"), []
    for k in range(sizes.pay_measures):
        cells.append(cell_of(row + 1, FIRST + 1))
        row = page.table(row, ("pay", "measures"), _OWN, 1, first=k)
        row = (
            page.strip(
                row, ("pay", "measures", k), ("own.read", "own.ratio"), ("number", "ratio"), sizes.wide
            )
            + 1
        )
    shares = [form.get(("pay", "measures", k, "share")) or 0.0 for k in range(sizes.pay_measures)]
    page.label(row, FIRST, page.say("label.sum_of_shares"), "sum")
    total_check(page, row, FIRST + 1, ",".join(cells), sum(shares), blank_is_fine=True)
    return row + 2


def _after_earning(page: Page, row: int, sizes: Sizes) -> None:
    """What changes, bounds, holds back or takes back what was earned."""
    row = page.section(row, "modifiers")
    for k in range(sizes.modifiers):
        row = page.table(row, ("pay", "modifiers"), _MODIFIER, 1, first=k)
        strip = ("modifier.read", "modifier.factor")
        row = page.strip(row, ("pay", "modifiers", k), strip, ("either", "number"), sizes.wide) + 1
    row = page.table(page.section(row, "gates"), ("pay", "gates"), _GATE, sizes.gates) + 1
    caps = (Column("caps.ratio", "ratio"), Column("caps.amount", "number"))
    row = page.lines(page.section(row, "caps"), ("pay", "caps"), caps)
    months = (Column("guarantee.share", "ratio"), Column("guarantee.months", "whole"))
    draw = Column("guarantee.recoverable", "choice", "yes_no")
    row = page.lines(page.section(row, "guarantee"), ("pay", "guarantee"), (*months, draw))
    row = page.section(row, "holdback")
    row = page.lines(row, ("pay", "holdback"), (Column("holdback.share", "ratio"),)) - 1
    page.lines(row, ("pay", "clawback"), (Column("clawback.days", "whole"),))


def grids_page(page: Page, sizes: Sizes) -> None:
    """Each grid with what it is for, the measures of its rows and columns, its edges and values."""
    page.widths |= {FIRST: 32} | {FIRST + 1 + k: 14 for k in range(max(sizes.grid_columns, 5))}
    row = page.heading()
    lines = (
        Column("grid.use", "choice", "use"),
        Column("grid.measure", "text", "@measures"),
        Column("grid.with", "text", "@measures"),
    )
    for g in range(sizes.grids):
        page.label(row, FIRST, page.say("label.grid_number", n=g + 1), "section")
        row = page.lines(row + 1, ("grids", g), lines) - 1
        page.label(row, FIRST, page.say("label.grid_corner"), "head")
        page.tall[row] = 32
        for j in range(sizes.grid_columns):
            page.place(row, FIRST + 1 + j, ("grids", g, "columns", j), "ratio")
        for i in range(sizes.grid_rows):
            page.place(row + 1 + i, FIRST, ("grids", g, "rows", i), "ratio")
            for j in range(sizes.grid_columns):
                page.place(row + 1 + i, FIRST + 1 + j, ("grids", g, "values", i, j), "number")
        row += sizes.grid_rows + 3
