"""A scheme as the plain data of its file, and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from toolkit.errors import Problems, SchemeError
from toolkit.faults import Faults, faults_of, report
from toolkit.scheme.grades import Grades
from toolkit.scheme.measure import Target
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.rules import Bands, Rating
from toolkit.scheme.scheme import Scheme

_SCHEME = TypeAdapter(Scheme)
# Parts that a file writes in fewer words than their fields; themselves where there are no fewer.
_WRITTEN: dict[type, Callable[[Any], Any]] = {
    Target: lambda target: "table" if target.table else target,
    Bands: lambda bands: bands.edges,
    Rating: lambda rating: rating.points,
    Grades: lambda grades: grades.edges if grades.by == "score" else grades,
}


def plain(value: Any, *, short: bool = False) -> Any:
    """A scheme, or a part of one, as dicts, lists and scalars.

    Parameters
    ----------
    value : Scheme or part
        Anything inside a scheme.
    short : bool
        Leave out what stands at its default, as one writes by hand.

    Examples
    --------
    >>> plain(Target(fixed=40, per="month"), short=True)
    {'fixed': 40.0, 'per': 'month'}
    """
    as_written = _WRITTEN.get(type(value))
    if as_written is not None and (written := as_written(value)) is not value:
        return plain(written, short=short)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields: dict[str, FieldInfo] = type(value).__pydantic_fields__  # type: ignore[attr-defined]
        kept = {
            name: info
            for name, info in fields.items()
            if not (short and _at_default(getattr(value, name), info))
        }
        if isinstance(value, Target):
            kept.pop("table", None)
        found = {info.alias or name: plain(getattr(value, name), short=short) for name, info in kept.items()}
        if isinstance(value, PayPlan) and len(value.rates) == 1:
            found["rate"] = found["rate"][0]  # one commission is written without a list
        return found
    if isinstance(value, Mapping):
        return {key: plain(item, short=short) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, short=short) for item in value]
    return value


def _at_default(value: Any, info: FieldInfo) -> bool:
    default = info.get_default(call_default_factory=True, validated_data={})
    return default is not PydanticUndefined and value == default


def parse(data: object) -> tuple[Scheme | None, Faults]:
    """A scheme from plain data, or everything that is wrong with the data."""
    try:
        return _SCHEME.validate_python(data), Faults()
    except ValidationError as error:
        return None, faults_of(error, data, Scheme)


def build_scheme(data: Mapping[str, Any], where: str = "") -> Scheme:
    """A scheme from plain data, such as an app's form gives.

    Parameters
    ----------
    data : mapping
        As in a scheme's file.
    where : str
        How problems name the document; by default its `name@version`.

    Raises
    ------
    SchemeError
        Everything that is wrong, at once, each with its address.
    """
    scheme, faults = parse(data)
    if scheme is not None:
        return scheme
    problems = Problems()
    report(faults, problems, data, where or f"{data.get('name', '')}@{data.get('version', '')}")
    raise SchemeError(problems.items)
