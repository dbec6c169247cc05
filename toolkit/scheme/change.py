"""What-if: the same schemes with one address, or several, changed."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from toolkit.errors import SchemeError
from toolkit.faults import called, near
from toolkit.scheme.plain import build_scheme, plain
from toolkit.scheme.scheme import Scheme, Schemes, refuse


def replace_at(schemes: Schemes, address: str | Mapping[str, Any], value: Any = None) -> Schemes:
    """The schemes with one value changed, or several together, and checked again.

    Parameters
    ----------
    schemes : Schemes
    address : str or mapping
        `field_sales.measures.revenue.weight`: the scheme (by name its latest version, or by `name@version`),
        then fields; measures and items by name, gates, vetoes, modifiers and rates by what they are about
        (where that stands once), points of a curve by position. Or a mapping of addresses to values, applied
        together: weights must sum to 1 only when all are in place.
    value : object
        The new value, as it would stand in the file.

    Raises
    ------
    SchemeError
        An address names a part that does not exist, or the changed scheme is invalid.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> tougher = replace_at(example_schemes(), "field_sales.pay.curve.points.0.0", 70)
    >>> tougher["field_sales"].pay.curve.points[0]
    (70.0, 0.0)
    """
    changes = {address: value} if isinstance(address, str) else dict(address)
    documents: dict[str, Any] = {}
    for place, new in changes.items():
        scheme, rest = _addressed(schemes, place)
        _put(documents.setdefault(scheme.id, plain(scheme)), rest, plain(new), place)
    items = tuple(build_scheme(documents[s.id], s.id) if s.id in documents else s for s in schemes)
    return dataclasses.replace(schemes, items=items)


def _addressed(schemes: Schemes, address: str) -> tuple[Scheme, list[str]]:
    """The scheme an address starts with; a version may hold points, so the longest name that fits wins."""
    names = sorted({n for s in schemes for n in (s.id, s.name)}, key=len, reverse=True)
    for name in names:
        if address == name or address.startswith(name + "."):
            rest = address[len(name) + 1 :]
            if not rest:
                raise refuse("scheme.address_too_short", column=address, value=address)
            return schemes[name], rest.split(".")
    first = address.partition(".")[0]
    raise refuse("scheme.no_such_part", column=address, value=first, known=near(first, names))


def _put(document: Any, parts: list[str], value: Any, address: str) -> None:
    here = document
    for part in parts[:-1]:
        here = here[_key(here, part, address)]
    here[_key(here, parts[-1], address)] = value


def _key(here: Any, part: str, address: str) -> int | str:
    """The key or position that a part of an address means, where it stands."""
    known: list[str] = []
    if isinstance(here, dict):
        if part in here:
            return part
        known = [str(key) for key in here]
    elif isinstance(here, list):
        names = [called(item, here) for item in here]
        if part and part in names:
            return names.index(part)
        if part.isdecimal() and int(part) < len(here):
            return int(part)
        known = [name or str(i) for i, name in enumerate(names)]
    raise refuse("scheme.no_such_part", column=address, value=part, known=near(part, known))


def reweight(schemes: Schemes, scheme: str, weights: Mapping[str, float]) -> Schemes:
    """The schemes with some weights given and the others rescaled in proportion, summing to exactly 1.

    Parameters
    ----------
    schemes : Schemes
    scheme : str
        Name or `name@version`.
    weights : mapping
        Measure -> new weight, 0 to 1.

    Raises
    ------
    SchemeError
        Unknown scheme or measure, or the given weights leave nothing sensible to the others.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> changed = reweight(example_schemes(), "field_sales", {"revenue": 0.7})
    >>> [(m.name, round(m.weight, 4)) for m in changed["field_sales"].measures]
    [('revenue', 0.7), ('visits', 0.15), ('satisfaction', 0.15)]
    """
    chosen = schemes[scheme]
    for name in weights:
        chosen.measure(name)
    rest = {m.name: m.weight for m in chosen.measures if m.name not in weights}
    left, whole = 1 - math.fsum(weights.values()), math.fsum(rest.values())
    if left < -1e-9 or (left > 1e-9 and whole == 0):
        raise _leaves_nothing(chosen, weights)
    new = dict(weights) | {
        name: max(left, 0.0) * (weight / whole if whole else 0.0) for name, weight in rest.items()
    }
    largest = max(rest or new, key=lambda name: new[name])
    new[largest] = 1 - math.fsum(weight for name, weight in new.items() if name != largest)
    return replace_at(
        schemes, {f"{chosen.id}.measures.{name}.weight": weight for name, weight in new.items()}
    )


def _leaves_nothing(scheme: Scheme, weights: Mapping[str, float]) -> SchemeError:
    total = round(math.fsum(weights.values()), 9)
    return refuse(
        "scheme.weights_given", where=scheme.id, column="measures", value=total, measures=", ".join(weights)
    )
