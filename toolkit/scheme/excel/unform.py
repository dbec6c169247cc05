"""The workbook's values as a scheme's document again, with the cell that each part of it came from."""

from __future__ import annotations

from typing import Any

from toolkit.documents import Address
from toolkit.scheme.excel.cells import Cells, name_of
from toolkit.scheme.excel.form import (
    ACCEPTED,
    AGREED,
    GRADES,
    ITEM,
    MEASURE,
    PARAMETERS,
    RATERS,
    SCHEME,
    TARGET_SIDES,
    THREE,
    VETO,
    Form,
)
from toolkit.scheme.excel.unform_pay import find_grids, read_grid, read_pay


def from_form(form: Form) -> tuple[dict[str, Any], Cells]:
    """A scheme's document from a form's values; what is blank is left out and stands at its default.

    Parameters
    ----------
    form : dict
        As `to_form` gives it.

    Returns
    -------
    document : dict
        As a scheme's file has it; not checked yet.
    cells : Cells
        Where each part came from, and the faults that only the form shows.

    Examples
    --------
    >>> document, cells = from_form({("measures", 3, "name"): "visits", ("measures", 3, "weight"): 1.0})
    >>> document["measures"], cells.cell(("measures", 0, "weight"))
    ([{'name': 'visits', 'weight': 1.0}], ('measures', 3, 'weight'))
    """
    cells = Cells(form)
    document: dict[str, Any] = {}
    _scheme(cells, document)
    grids = find_grids(cells)
    rows = sorted({int(a[1]) for a in form if a[0] == "measures" and len(a) == 3})
    cells.origin[("measures",)] = ("measures", rows[0] if rows else 0, "weight")
    document["measures"] = [_measure(cells, row, i, grids) for i, row in enumerate(rows)]
    _grades(cells, document)
    _items(cells, document)
    document["pay"] = read_pay(cells, grids)
    cells.note_unused()
    return document, cells


def _scheme(cells: Cells, document: dict[str, Any]) -> None:
    for path in SCHEME:
        value = cells.take(path, path)
        here = document if len(path) == 1 else document.setdefault(path[0], {})
        if value is not None:
            here[path[-1]] = value
    applies: dict[str, list[Any]] = {}
    for row in cells.rows(("applies_to",)):
        at = ("applies_to", row)
        column = name_of(cells.take((*at, "column"), ("applies_to",)))
        values = applies.setdefault(column, [])
        value = cells.take((*at, "value"), ("applies_to", column, len(values)))
        values += [] if value is None else [value]
    ramp = [cells.take(("ramp", row, "share"), ("ramp", k)) for k, row in enumerate(cells.rows(("ramp",)))]
    document |= {"applies_to": applies} | ({"ramp": ramp} if ramp else {})
    for row in cells.rows(("agreed",)):
        at = ("agreed", row)
        block, entry = cells.form.get((*at, "block")), name_of(cells.form.get((*at, "entry")))
        if block in AGREED and entry:
            cells.used |= {(*at, "block"), (*at, "entry")}
            value = cells.take((*at, "value"), (block, entry))
            cells.named((*at, "entry"), entry, (block,), document.setdefault(block, {}), value)
    rows = enumerate(cells.rows(("accepted",)))
    accepted = [cells.block(("accepted", row), ("accepted", k), ACCEPTED) for k, row in rows]
    document |= {"accepted": accepted} if accepted else {}


def _measure(cells: Cells, row: int, i: int, grids: list[dict[str, Any]]) -> dict[str, Any]:
    source: Address = ("measures", row)
    at: Address = ("measures", i)
    found = cells.block(source, at, MEASURE)
    target = _target(cells, source, (*at, "target"))
    found |= {"target": target} if target is not None else {}
    attainment = cells.take((*source, "attainment"), (*at, "attainment"))
    if attainment == "range":
        attainment = {"range": cells.take((*source, "floor"), (*at, "attainment", "range"))}
    found |= {"attainment": attainment} if attainment is not None else {}
    raters = cells.block(source, (*at, "raters"), RATERS)
    found |= {"raters": raters} if raters else {}
    kind = cells.take((*source, "scoring"), (*at, "scoring"))
    if kind is not None:
        found["scoring"] = {kind: _rule(cells, kind, source, (*at, "scoring", kind), found, grids)}
    return found


def _target(cells: Cells, source: Address, at: Address) -> Any:
    kind = cells.take((*source, "target"), at)
    if kind is None or kind == "table":
        return kind
    value = cells.take((*source, "value"), (*at, kind))
    return {kind: value} | cells.block(source, at, TARGET_SIDES)


def _rule(
    cells: Cells,
    kind: str,
    source: Address,
    at: Address,
    measure: dict[str, Any],
    grids: list[dict[str, Any]],
) -> Any:
    if kind == "matrix":
        own = next((g for g in grids if g["use"] == "scoring" and g["of"] == measure.get("name")), None)
        return read_grid(cells, own, at)
    if kind in ("bands", "rating"):
        return cells.points((*source, "points"), at)
    if kind == "threshold_target_excellence":
        points = cells.points((*source, "points"), at, most=3)
        for k, name in enumerate(THREE[: len(points)]):
            for side in (0, 1):
                cells.origin[(*at, name, side)] = cells.origin[(*at, k, side)]
        return dict(zip(THREE, points, strict=False))
    names = PARAMETERS.get(kind, ())
    found = {n: cells.take((*source, "p", j), (*at, n)) for j, n in enumerate(names)}
    found = {name: value for name, value in found.items() if value is not None}
    least = found.get("least")
    if kind == "rank" and isinstance(least, float) and least.is_integer():  # people are counted
        found["least"] = int(least)
    if kind == "curve":
        found["points"] = cells.points((*source, "points"), (*at, "points"))
    return found


def _grades(cells: Cells, document: dict[str, Any]) -> None:
    at: Address = ("grades", "rows")
    found = cells.block(("grades",), ("grades",), GRADES)
    parts: dict[str, dict[str, Any]] = {"edges": {}, "first": {}, "shares": {}}
    rule = {"rank": ("place",), "shares": ("share", "edge")}.get(found.get("by", "score"), ("edge",))
    part_of = {"edge": "edges", "place": "first", "share": "shares"}
    edged = any((*at, row, "edge") in cells.form for row in cells.rows(at))
    for row in cells.rows(at):
        name = cells.take((*at, row, "name"), ("grades", "row", row))
        for column in rule:
            value = cells.take((*at, row, column), ("grades", "row", row, column))
            if value is None and column == "place" and not found.get("then"):
                found["then"] = name_of(name)
                cells.origin[("grades", "then")] = (*at, row, "name")
            elif column != "edge" or rule == ("edge",) or edged:
                part = part_of[column]
                cells.named((*at, row, "name"), name, ("grades", "name", part), parts[part], value)
                cells.origin[("grades", part, name_of(name))] = (*at, row, column)
    document["grades"] = found | {part: rows for part, rows in parts.items() if rows}


def _items(cells: Cells, document: dict[str, Any]) -> None:
    items: list[dict[str, Any]] = []
    for k, row in enumerate(cells.rows(("items",))):
        item: dict[str, Any] = {}
        for path in ITEM:
            value = cells.take(("items", row, *path), ("items", k, *path))
            if value is not None:
                (item if len(path) == 1 else item.setdefault(path[0], {}))[path[-1]] = value
        items.append(item)
    limits = cells.block(("item_limits",), ("item_limits",), ("up", "down"))
    rows = enumerate(cells.rows(("vetoes",)))
    vetoes = [cells.block(("vetoes", row), ("vetoes", k), VETO) for k, row in rows]
    found = {"items": items, "item_limits": limits, "vetoes": vetoes}
    document |= {key: value for key, value in found.items() if value}
