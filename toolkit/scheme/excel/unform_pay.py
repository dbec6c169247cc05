"""The pay plan and the grids of a form, as a scheme's document has them."""

from __future__ import annotations

from typing import Any

from toolkit.documents import Address
from toolkit.scheme.excel.cells import Cells, name_of
from toolkit.scheme.excel.form import GATE, PAY_BLOCKS, RATE


def find_grids(cells: Cells) -> list[dict[str, Any]]:
    """Each grid's use and owner; its cells are taken when its owner is read."""
    rows = [g for g in cells.rows(("grids",)) if cells.form.get(("grids", g, "use")) is not None]
    return [
        {
            "at": ("grids", g),
            "use": cells.form[("grids", g, "use")],
            "of": cells.form.get(("grids", g, "measure")),
        }
        for g in rows
    ]


def read_grid(cells: Cells, grid: dict[str, Any] | None, at: Address) -> dict[str, Any]:
    """A grid, for its owner; nothing where none was filled in."""
    if grid is None:
        return {}
    source, use = grid["at"], grid["use"]
    grid["use"] = ""  # each grid has one owner
    cells.used |= {(*source, "use"), (*source, "measure")}
    found = cells.block(source, at, ("with",) if use == "scoring" else ("with", "measure"))
    sides = {side: cells.rows((*source, side)) for side in ("rows", "columns")}
    for side, places in sides.items():
        found[side] = [cells.take((*source, side, p), (*at, side, k)) for k, p in enumerate(places)]
    found["values"] = [
        [cells.take((*source, "values", r, c), (*at, "values", i, j)) for j, c in enumerate(sides["columns"])]
        for i, r in enumerate(sides["rows"])
    ]
    return found


def read_pay(cells: Cells, grids: list[dict[str, Any]]) -> dict[str, Any]:
    """The pay plan; a part with nothing filled in is not there."""
    pay: dict[str, Any] = {}
    incentive = cells.take(("pay", "incentive"), ("pay", "target_incentive"))
    if incentive == "share_of_base":
        share = cells.take(("pay", "share_of_base"), ("pay", "target_incentive", "share_of_base"))
        incentive = {"share_of_base": share}
    pay |= {"target_incentive": incentive} if incentive is not None else {}
    pay |= cells.block(("pay",), ("pay",), ("per",))
    curve = _curve(cells, ("pay", "curve"), ("pay", "curve"), "score")
    pay |= {"curve": curve} if len(curve) > 1 else {}
    pay |= _tables(cells, grids)
    for block, keys in PAY_BLOCKS.items():
        found = cells.block(("pay", block), ("pay", block), keys)
        pay |= {block: found} if found else {}
    return pay


def _tables(cells: Cells, grids: list[dict[str, Any]]) -> dict[str, Any]:
    measures: dict[str, Any] = {}
    for row in cells.rows(("pay", "measures")):
        at: Address = ("pay", "measures", row)
        name = cells.take((*at, "measure"), ("pay", "measures", "row", row))
        target: Address = ("pay", "measures", name_of(name))
        own = cells.block(at, target, ("share", "cap"))
        own["curve"] = _curve(cells, at, (*target, "curve"), cells.take((*at, "x"), (*target, "curve", "x")))
        cells.named((*at, "measure"), name, ("pay", "measures"), measures, own)
    rates = []
    for k, row in enumerate(cells.rows(("pay", "rates"))):
        rate = cells.block(("pay", "rates", row), ("pay", "rate", k), RATE)
        tiers = cells.points(("pay", "rates", row, "points"), ("pay", "rate", k, "tiers"))
        rates.append(rate | ({"tiers": tiers} if tiers else {}))
    rows = cells.rows(("pay", "modifiers"))
    modifiers = [_modifier(cells, ("pay", "modifiers", row), k, grids) for k, row in enumerate(rows)]
    rows = cells.rows(("pay", "gates"))
    gates = [cells.block(("pay", "gates", row), ("pay", "gates", k), GATE) for k, row in enumerate(rows)]
    found = {"measures": measures, "rate": rates, "modifiers": modifiers, "gates": gates}
    return {key: value for key, value in found.items() if value}


def _curve(cells: Cells, source: Address, target: Address, read: Any) -> dict[str, Any]:
    points = cells.points((*source, "points"), (*target, "points"))
    found = {"x": read} if read is not None else {}
    found |= {"points": points} if points else {}
    return found | cells.block(source, target, ("below",))


def _modifier(cells: Cells, source: Address, k: int, grids: list[dict[str, Any]]) -> dict[str, Any]:
    at: Address = ("pay", "modifiers", k)
    kind = cells.take((*source, "kind"), at)
    if kind == "matrix":
        own = next((g for g in grids if g["use"] == "modifier"), None)
        return {"matrix": read_grid(cells, own, (*at, "matrix"))}
    if kind == "grades":
        factors: dict[str, Any] = {}
        for row in cells.rows((*source, "points")):
            name = cells.take((*source, "points", row, 0), (*at, "grade", row))
            value = cells.take((*source, "points", row, 1), (*at, "grades", name_of(name)))
            cells.named((*source, "points", row, 0), name, (*at, "grades"), factors, value)
        return {"grades": factors}
    if kind is None:
        return {}
    found = cells.block(source, at, ("measure",))
    read = cells.take((*source, "x"), (*at, "curve", "x"))
    return found | {"curve": _curve(cells, source, (*at, "curve"), read)}
