"""A scheme's document as the workbook's cells: one plain value for each address of the form.

The document nests; a sheet does not. The form is the flat side of it: `("measures", 0, "weight")` or
`("measures", 0, "points", 2, 1)`, with nothing said of where on which sheet that stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from toolkit.documents import Address

Form = dict[Address, Any]

# The parameters of each scoring rule in the order of its cells; points and grids have places of their own.
PARAMETERS: dict[str, tuple[str, ...]] = {
    "proportional": ("from", "cap"),
    "threshold_target_excellence": (),
    "bands": (),
    "deduct": ("points", "per", "from", "floor"),
    "plus_minus": ("base", "per", "plus", "minus", "most", "least"),
    "rating": (),
    "curve": ("x", "below"),
    "rank": ("best", "step", "worst", "least"),
    "matrix": (),
}
MOST_PARAMETERS = max(len(names) for names in PARAMETERS.values())
THREE = ("threshold", "target", "excellence")
SCHEME = (
    *(("name",), ("version",), ("title", "en"), ("title", "zh"), ("effective", "from"), ("effective", "to")),
    *(("level",), ("score_every",), ("pay_every",), ("currency",)),
    *(("missing",), ("double_credit",), ("difficulty",)),
)
MEASURE = ("name", "kpi", "weight", "out_of", "level")
TARGETS = ("fixed", "growth", "hit_probability")
TARGET_SIDES = ("per", "over", "otherwise")
RATERS = ("self", "peer", "manager")
AGREED = ("recognition", "follow_up", "governance")
ACCEPTED = ("rule", "where", "reason", "by", "on")
GRADES = ("by", "within", "least")
ITEM = (("name",), ("title", "en"), ("title", "zh"), ("points",), ("most",))
VETO = ("item", "measure", "below", "score", "grade", "pays")
RATE = ("of", "rate", "by", "split", "cumulative", "deal_cap")
GATE = ("measure", "below", "pays")
PAY_BLOCKS = {  # blocks of a pay plan that stand or fall as a whole
    "caps": ("ratio", "amount"),
    "guarantee": ("share", "months", "recoverable"),
    "holdback": ("share",),
    "clawback": ("days",),
    "pool": ("amount", "of", "rate", "points", "within"),
}


def to_form(document: Mapping[str, Any]) -> Form:
    """A scheme's plain data as the form's values; what is blank is left out.

    Parameters
    ----------
    document : mapping
        As `plain(scheme)` gives it.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> from toolkit.scheme.plain import plain
    >>> form = to_form(plain(example_schemes()["field_sales"]))
    >>> form[("measures", 0, "scoring")], form[("measures", 0, "p", 1)], form[("grades", "rows", 0, "edge")]
    ('proportional', 1.2, 90.0)
    """
    form: Form = {path: _at(document, path) for path in SCHEME}
    for k, (column, value) in enumerate(_pairs(document["applies_to"])):
        form[("applies_to", k, "column")], form[("applies_to", k, "value")] = column, value
    form |= {("ramp", k, "share"): share for k, share in enumerate(document["ramp"])}
    agreed = [(block, entry, said) for block in AGREED for entry, said in document[block].items()]
    for k, row in enumerate(agreed):
        form |= {
            ("agreed", k, key): value for key, value in zip(("block", "entry", "value"), row, strict=True)
        }
    for k, accepted in enumerate(document["accepted"]):
        form |= {("accepted", k, key): accepted[key] for key in ACCEPTED}
    grids: list[dict[str, Any]] = []
    for i, measure in enumerate(document["measures"]):
        form |= _measure(i, measure, grids)
    form |= _grades(document["grades"])
    form |= _items(document)
    form |= _pay(document["pay"], grids)
    for g, grid in enumerate(grids):
        form |= _grid(g, grid)
    return {a: value for a, value in form.items() if value is not None and (value != "" or a[0] == "agreed")}


def _at(data: Any, path: Iterable[str]) -> Any:
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def _pairs(applies_to: Mapping[str, list[str]]) -> list[tuple[str, str | None]]:
    """Column and value of each row; a column without values has one row."""
    rows: list[tuple[str, str | None]] = []
    for column, values in applies_to.items():
        rows += [(column, value) for value in values] or [(column, None)]
    return rows


def _points(at: Address, points: Iterable[Iterable[Any]]) -> Form:
    return {(*at, k, side): value for k, point in enumerate(points) for side, value in enumerate(point)}


def _measure(i: int, measure: Mapping[str, Any], grids: list[dict[str, Any]]) -> Form:
    at: Address = ("measures", i)
    form: Form = {(*at, key): measure[key] for key in MEASURE}
    target, attainment = measure["target"], measure["attainment"]
    if isinstance(target, Mapping):
        kind = next(name for name in TARGETS if target[name] is not None)
        form |= {(*at, "target"): kind, (*at, "value"): target[kind]}
        form |= {(*at, side): target[side] for side in TARGET_SIDES}
    else:
        form[(*at, "target")] = target
    floor = attainment["range"] if isinstance(attainment, Mapping) else None
    form |= {(*at, "attainment"): "range" if floor is not None else attainment, (*at, "floor"): floor}
    form |= {(*at, rater): measure["raters"].get(rater) for rater in RATERS}
    kind, rule = next((name, body) for name, body in measure["scoring"].items() if body is not None)
    form[(*at, "scoring")] = kind
    form |= {(*at, "p", j): rule[name] for j, name in enumerate(PARAMETERS[kind])}
    if kind == "matrix":
        grids.append(dict(rule, use="scoring", measure=measure["name"]))
    elif kind == "threshold_target_excellence":
        form |= _points((*at, "points"), [rule[name] for name in THREE])
    elif kind in ("bands", "rating", "curve"):
        form |= _points((*at, "points"), rule["points"] if kind == "curve" else rule)
    return form


def _grid(g: int, grid: Mapping[str, Any]) -> Form:
    at: Address = ("grids", g)
    form: Form = {(*at, key): grid[key] for key in ("use", "measure", "with")}
    form |= {(*at, side, i): edge for side in ("rows", "columns") for i, edge in enumerate(grid[side])}
    return form | _points((*at, "values"), grid["values"])


def _grades(grades: Mapping[str, Any]) -> Form:
    """Edges alone, as most files write them, are the rule `by: score`."""
    if "by" not in grades or not isinstance(grades["by"], str):
        grades = {"by": "score", "edges": grades}
    form: Form = {("grades", key): grades.get(key) for key in GRADES}
    columns = {"edge": "edges", "place": "first", "share": "shares"}
    named = [name for part in columns.values() for name in grades.get(part) or {}]
    names = list(dict.fromkeys([*named, *([grades["then"]] if grades.get("then") else [])]))
    for k, name in enumerate(names):
        form[("grades", "rows", k, "name")] = name
        for column, part in columns.items():
            form[("grades", "rows", k, column)] = (grades.get(part) or {}).get(name)
    return form


def _items(document: Mapping[str, Any]) -> Form:
    form: Form = {}
    for k, item in enumerate(document["items"]):
        form |= {("items", k, *path): _at(item, path) for path in ITEM}
    for side in ("up", "down"):
        form[("item_limits", side)] = _at(document["item_limits"], (side,))
    for k, veto in enumerate(document["vetoes"]):
        form |= {("vetoes", k, key): veto[key] for key in VETO}
    return form


def _pay(pay: Mapping[str, Any], grids: list[dict[str, Any]]) -> Form:
    incentive, rates = pay["target_incentive"], pay["rate"]
    share = incentive["share_of_base"] if isinstance(incentive, Mapping) else None
    form: Form = {
        ("pay", "incentive"): incentive if share is None else "share_of_base",
        ("pay", "share_of_base"): share,
        ("pay", "per"): pay["per"],
    }
    for block, keys in PAY_BLOCKS.items():
        form |= {("pay", block, key): _at(pay[block], (key,)) for key in keys}
    if pay["curve"] is not None:
        form[("pay", "curve", "below")] = pay["curve"]["below"]
        form |= _points(("pay", "curve", "points"), pay["curve"]["points"])
    for k, (name, own) in enumerate(pay["measures"].items()):
        at: Address = ("pay", "measures", k)
        form |= {(*at, "measure"): name, (*at, "share"): own["share"], (*at, "cap"): own["cap"]}
        form |= _curve(at, own["curve"])
    for k, rate in enumerate(rates if isinstance(rates, list) else [rates]):
        form |= {("pay", "rates", k, key): rate[key] for key in RATE}
        form |= _points(("pay", "rates", k, "points"), rate["tiers"])
    for k, modifier in enumerate(pay["modifiers"]):
        form |= _modifier(("pay", "modifiers", k), modifier, grids)
    for k, gate in enumerate(pay["gates"]):
        form |= {("pay", "gates", k, key): gate[key] for key in GATE}
    return form


def _curve(at: Address, curve: Mapping[str, Any]) -> Form:
    form: Form = {(*at, "x"): curve["x"], (*at, "below"): curve["below"]}
    return form | _points((*at, "points"), curve["points"])


def _modifier(at: Address, modifier: Mapping[str, Any], grids: list[dict[str, Any]]) -> Form:
    if modifier["curve"] is not None:
        return {(*at, "kind"): "curve", (*at, "measure"): modifier["measure"]} | _curve(at, modifier["curve"])
    if modifier["matrix"] is not None:
        grids.append(dict(modifier["matrix"], use="modifier"))
        return {(*at, "kind"): "matrix"}
    return {(*at, "kind"): "grades"} | _points((*at, "points"), modifier["grades"].items())
