"""Faults of a scheme's document: found together, worded in both languages, placed by file, line and address.

pydantic checks the shapes; its own error messages never reach a client.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import ConfigDict, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError
from rapidfuzz import fuzz, process, utils

from toolkit.documents import Address, dotted
from toolkit.errors import Problem, Problems, SchemeError
from toolkit.language import text

STRICT = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]
Point = tuple[Number, Number]

_NEAR = 60  # rapidfuzz's similarity, 0-100; below it a name is another word, not a slip
_MOST = 5  # proposals shown
_KINDS = {
    "missing": "scheme.field_missing",
    "literal_error": "scheme.not_one_of",
    "float_type": "scheme.not_a_number",
    "finite_number": "scheme.not_a_number",
    "string_type": "scheme.not_text",
    "string_pattern_mismatch": "scheme.odd_name",
    "date_type": "scheme.not_a_date",
    "tuple_type": "scheme.not_a_list",
    "list_type": "scheme.not_a_list",
    "dict_type": "scheme.not_a_mapping",
    "dataclass_type": "scheme.not_a_mapping",
    "too_long": "scheme.not_a_pair",
    "greater_than_equal": "scheme.out_of_range",
    "less_than_equal": "scheme.out_of_range",
    "greater_than": "scheme.out_of_range",
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


def faults_of(error: ValidationError, data: object) -> Faults:
    """What pydantic found, as our faults; addresses follow the document as it was written."""
    faults = Faults()
    for item in error.errors(include_url=False):
        address = _written_address(item["loc"], data)
        context: dict[str, Any] = item.get("ctx", {})
        kind = item["type"]
        if kind.startswith("scheme."):
            faults.note(kind, address, context["value"], **context["values"])
        elif kind == "unexpected_keyword_argument":
            faults.note(
                "scheme.field_unknown",
                address,
                address[-1],
                known=near(address[-1], _fields(error, item["loc"])),
            )
        elif kind == "missing":
            pair = bool(address) and isinstance(address[-1], int)
            code, place = ("scheme.not_a_pair", address[:-1]) if pair else ("scheme.field_missing", address)
            faults.note(code, place, _at(data, place) if pair else address[-1])
        elif kind == "too_short":
            faults.note("scheme.too_few", address, address[-1] if address else "–")
        else:
            limits = {"allowed": context.get("expected", ""), "limit": _limit(context)}
            faults.note(_KINDS.get(kind, "scheme.not_accepted"), address, _shown(item["input"]), **limits)
    return faults


def _limit(context: Mapping[str, Any]) -> str:
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    return next((f"{sign} {context[key]:g}" for key, sign in signs.items() if key in context), "")


def _shown(value: object) -> object:
    return value if isinstance(value, str | int | float | None) else str(value)


def _written_address(location: tuple[int | str, ...], data: object) -> Address:
    """Drop what pydantic adds to an address and the document does not have."""
    address: list[int | str] = []
    here = data
    for part in location:
        if part == "[key]" or (isinstance(here, list | tuple) and isinstance(part, str)):
            continue
        address.append(part)
        here = _step(here, part)
    return tuple(address)


def _step(here: object, part: int | str) -> object:
    if isinstance(here, Mapping):
        return here.get(part)
    if isinstance(here, list | tuple) and isinstance(part, int) and part < len(here):
        return here[part]
    return None


def _at(data: object, address: Address) -> object:
    for part in address:
        data = _step(data, part)
    return _shown(data)


def _fields(error: ValidationError, location: tuple[int | str, ...]) -> list[str]:
    """The fields known where an unknown one stands; the document's dataclasses register them below."""
    owner = next((str(part) for part in reversed(location[:-1]) if isinstance(part, str)), error.title)
    return FIELDS.get(owner, lambda: [])()


FIELDS: dict[str, Callable[[], list[str]]] = {}  # name of a block in a document -> its fields


def named_address(address: Address, data: object) -> str:
    """An address as people write it: a measure by its name, a gate by its measure.

    Examples
    --------
    >>> named_address(("measures", 0, "weight"), {"measures": [{"name": "revenue", "weight": 2}]})
    'measures.revenue.weight'
    """
    parts: list[int | str] = []
    here = data
    for part in address:
        below = _step(here, part)
        name = (
            below.get("name", below.get("measure"))
            if isinstance(below, Mapping) and isinstance(part, int)
            else None
        )
        parts.append(name if isinstance(name, str) else part)
        here = below
    return dotted(tuple(parts))


def refuse(
    code: str, *, where: str = "", column: str = "", value: object = None, **values: object
) -> SchemeError:
    """A scheme error of a single problem, ready to raise."""
    return SchemeError(Problem(code, where, None, column, value, values))


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
