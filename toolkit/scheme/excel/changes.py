"""What a workbook changes of a scheme's file, address by address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from toolkit.faults import named_address
from toolkit.scheme.plain import plain
from toolkit.scheme.scheme import Scheme


class Change(NamedTuple):
    """One value of a scheme that differs; None where it is not there."""

    address: str
    old: Any
    new: Any


def changes(old: Scheme, new: Scheme) -> list[Change]:
    """What differs between two versions of a scheme, at addresses such as `measures.revenue.weight`.

    Examples
    --------
    >>> from toolkit.scheme import replace_at
    >>> from toolkit.scheme.example import example_schemes
    >>> schemes = example_schemes()
    >>> changes(schemes["field_sales"], replace_at(schemes, "field_sales.grades.A", 95)["field_sales"])
    [Change(address='grades.A', old=90.0, new=95.0)]
    """
    before, after = _leaves(plain(old, short=True)), _leaves(plain(new, short=True))
    found = []
    for address in dict.fromkeys([*before, *after]):
        here, there = before.get(address), after.get(address)
        if here != there:
            found.append(Change(address, here, there))
    return found


def _leaves(document: Any) -> dict[str, Any]:
    return {named_address(address, document): value for address, value in _walk(document, ())}


def _walk(data: Any, at: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(data, dict) and data:
        for key, value in data.items():
            yield from _walk(value, (*at, key))
    elif isinstance(data, list) and any(isinstance(item, dict | list) for item in data):
        for i, value in enumerate(data):
            yield from _walk(value, (*at, i))
    else:
        yield at, data


def scheme_file(scheme: Scheme, folder: Path, known: dict[str, Path]) -> Path:
    """The file that a scheme is kept in: where its id stands already, else `<name>_<version>.yaml`.

    Parameters
    ----------
    scheme : Scheme
    folder : Path
        The engagement's folder of schemes.
    known : dict
        Scheme id -> file.
    """
    return known.get(scheme.id, folder / f"{scheme.name}_{scheme.version}.yaml")
