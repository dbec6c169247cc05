"""Faults of a document: found together, worded in both languages, placed by file, line and address.

pydantic checks the shapes; its own error messages never reach a client.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
from typing import Any, NamedTuple, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError
from rapidfuzz import fuzz, process, utils

from toolkit.documents import Address, Document, dotted
from toolkit.errors import Problems
from toolkit.language import text

_NEAR = 60  # rapidfuzz's similarity, 0-100; below it a name is another word, not a slip
_MOST = 5  # proposals shown
_CODES = {  # how pydantic's name of a fault starts -> ours
    "missing": "document.missing_key",
    "unexpected_keyword": "document.unknown_key",
    "extra_forbidden": "document.unknown_key",
    "literal": "document.not_one_of",
    "string_type": "document.not_text",
    "string_pattern": "document.odd_name",
    "float": "document.not_a_number",
    "int": "document.not_a_number",
    "finite": "document.not_a_number",
    "greater": "document.out_of_range",
    "less": "document.out_of_range",
    "date": "document.not_a_date",
    "bool": "document.not_true_false",
    "dict": "document.not_a_mapping",
    "mapping": "document.not_a_mapping",
    "dataclass": "document.not_a_mapping",
    "list": "document.not_a_list",
    "tuple": "document.not_a_list",
    "too_long": "document.not_a_pair",
    "too_short": "document.too_few",
}


class Fault(NamedTuple):
    """One fault inside a document, before its file is known."""

    code: str
    address: Address
    value: object
    values: Mapping[str, object]


class Faults(list[Fault]):
    """Faults that one check found."""

    def note(self, code: str, address: Address, value: object = None, **values: object) -> None:
        """Add a fault; keyword arguments are values of its wording."""
        self.append(Fault(code, address, value, values))

    def refuse(self, title: str) -> None:
        """Raise all as one pydantic error, which pydantic merges with those of its other fields."""
        if self:
            raise ValidationError.from_exception_data(title, [_line_error(f) for f in self])


def _line_error(fault: Fault) -> InitErrorDetails:
    message = text(fault.code, "en", value=fault.value, **fault.values)
    context = {"message": message, "value": fault.value, "values": dict(fault.values)}
    kind = PydanticCustomError(fault.code, "{message}", context)
    return InitErrorDetails(type=kind, loc=fault.address, input=fault.value)


def read_as(
    kind: Any, data: Any, document: Document, where: str, problems: Problems, at: Address = ()
) -> Any:
    """Build a pydantic dataclass (or any annotated type) from a document's data; None if something is wrong.

    Every fault that pydantic finds becomes a problem with its line, address and value.

    Parameters
    ----------
    kind : type
    data : Any
        The document's data, or the part of them at the address `at`.
    document : Document
        Gives the lines.
    where : str
        How problems name the file.
    problems : Problems
        Is added to.
    at : tuple
        Address of `data` in the document.
    """
    try:
        return TypeAdapter(kind).validate_python(data)
    except ValidationError as error:
        faults = (f._replace(address=(*at, *f.address)) for f in faults_of(error, data, kind))
        report(faults, problems, document.data, where, document.line)
    return None


def faults_of(error: ValidationError, data: object, kind: Any) -> Faults:
    """What pydantic found, as our faults; addresses follow the document as it was written."""
    faults = Faults()
    found = [(_written_address(item, data), item) for item in error.errors(include_url=False)]
    # Of a choice of types each one complains; the fault deepest in the document, then the first, is told.
    said = {place[:i] for place, _ in found for i in range(len(place))}
    for place, item in found:
        if _is_ours(item):
            faults.note(item["type"], place, item["ctx"]["value"], **item["ctx"]["values"])
        elif place not in said:
            said.add(place)
            _note(faults, item, place, kind)
    return faults


def _is_ours(item: Mapping[str, Any]) -> bool:
    return "." in item["type"]  # a code from `Faults.refuse`; pydantic's own names have no point


def _note(faults: Faults, item: Mapping[str, Any], place: Address, kind: Any) -> None:
    code = next((c for start, c in _CODES.items() if item["type"].startswith(start)), "document.wrong_value")
    value, values = _shown(item["input"]), {}
    last = place[-1] if place else "–"
    if code == "document.missing_key" and isinstance(last, int):  # the second of two numbers
        code, place = "document.not_a_pair", place[:-1]
    elif code == "document.missing_key":
        value, values = None, {"key": last}
    elif code == "document.unknown_key":
        values = {"key": last, "known": near(last, _fields(kind, place))}
    elif code == "document.not_one_of":  # 'month', 'quarter' or 'year'
        values = {"expected": ", ".join(re.findall(r"'([^']*)'", item["ctx"]["expected"]))}
    elif code == "document.out_of_range":
        signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
        values = {"limit": ", ".join(f"{signs[name]} {edge:g}" for name, edge in item["ctx"].items())}
    elif code == "document.too_few":
        value = last
    faults.note(code, place, value, **values)


def _shown(value: object) -> object:
    return value if isinstance(value, str | int | float) else "–" if value is None else str(value)[:60]


def _written_address(item: Mapping[str, Any], data: object) -> Address:
    """Drop what pydantic adds to an address and the document does not have: a choice's types, `[key]`."""
    address: list[str | int] = []
    here, stands = data, True
    for part in item["loc"]:
        if isinstance(part, int) and isinstance(here, Mapping):
            continue  # one entry written without its list
        below = _step(here, part)
        stands = below is not _NOTHING
        if stands:
            address.append(part)
            here = below
    absent = item["type"].startswith("missing") or _is_ours(item)  # may name a field that was left out
    return (*address, *(() if stands or not absent else item["loc"][-1:]))


_NOTHING = object()


def _step(here: object, part: int | str) -> object:
    if isinstance(here, Mapping):
        return here.get(part, _NOTHING)
    inside = isinstance(here, list | tuple) and isinstance(part, int) and part < len(here)
    return here[part] if inside else _NOTHING  # type: ignore[index]


def _fields(kind: Any, place: Address) -> list[str]:
    """The fields known where an unknown one stands."""
    blocks = _blocks(kind)
    for part in place[:-1]:  # a position, or a name the client chose, leads to no field: the block stays
        inner = [info.annotation for b in blocks for name, info in _named(b).items() if name == part]
        blocks = [block for annotation in inner for block in _blocks(annotation)] or blocks
    return [name for block in blocks for name in _named(block)]


def _blocks(kind: Any) -> list[Any]:
    """The dataclasses in a type: of `tuple[Measure, ...] | None` it is Measure."""
    return [kind] if is_dataclass(kind) else [block for inner in get_args(kind) for block in _blocks(inner)]


def _named(block: Any) -> dict[str, Any]:
    return {info.alias or name: info for name, info in block.__pydantic_fields__.items()}


def near(name: object, known: Iterable[str]) -> str:
    """The known names most like a mistyped one, nearest first; all (at most five) when none is like it.

    Examples
    --------
    >>> near("net_sale", ["visits", "net_sales", "calls"])
    'net_sales'
    """
    names = list(known)
    found = process.extract(
        str(name), names, scorer=fuzz.WRatio, processor=utils.default_process, limit=3, score_cutoff=_NEAR
    )
    return ", ".join([f[0] for f in found] or sorted(names)[:_MOST]) or "–"


def called(entry: object, among: Iterable[object]) -> str:
    """What people call an entry of a list: by its name, else by the measure or item it is about.

    Blank where it has neither, or where another entry is about the same and only the position tells them
    apart.

    Examples
    --------
    >>> gates = [{"measure": "visits"}, {"measure": "revenue"}, {"measure": "revenue"}]
    >>> [called(gate, gates) for gate in gates]
    ['visits', '', '']
    """
    if isinstance(entry, Mapping) and isinstance(entry.get("name"), str):
        return str(entry["name"])
    about = _about(entry)
    return about if sum(_about(other) == about for other in among) == 1 else ""


def _about(entry: object) -> str:
    said = [entry.get(key) for key in ("measure", "item", "of")] if isinstance(entry, Mapping) else []
    return next((name for name in said if name and isinstance(name, str)), "")


def named_address(address: Address, data: object) -> str:
    """An address as people write it: a measure by its name, a gate by its measure, a veto by its item.

    Examples
    --------
    >>> named_address(("measures", 0, "weight"), {"measures": [{"name": "revenue", "weight": 2}]})
    'measures.revenue.weight'
    """
    parts: list[int | str] = []
    here = data
    for part in address:
        entries, here = here, _step(here, part)
        known = isinstance(part, int) and isinstance(entries, list | tuple)
        parts.append((known and called(here, entries)) or part)  # type: ignore[arg-type]
    return dotted(tuple(parts))


def report(
    faults: Iterable[Fault],
    problems: Problems,
    data: object,
    where: str,
    line: Callable[[Address], int | None] = lambda _: None,
) -> None:
    """Put faults of one document among the problems, with file, line and address."""
    for fault in faults:
        column = named_address(fault.address, data)
        problems.add(
            fault.code, where=where, row=line(fault.address), column=column, value=fault.value, **fault.values
        )
