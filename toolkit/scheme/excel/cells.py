"""The form's values while they are read into a document: which were read, and what came from which cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from toolkit.documents import Address
from toolkit.faults import Faults
from toolkit.scheme.excel.form import Form


class Cells:
    """A form's values, and the record of what was made of them.

    Attributes
    ----------
    form : dict
        The values.
    origin : dict
        Address in the document -> address in the form, of blank cells too: a missing value has a place.
    faults : Faults
        What only the form shows, at addresses of the form: a name twice, a value that no rule reads.
    used : set
        Addresses of the form that were read.
    """

    def __init__(self, form: Form) -> None:
        self.form = form
        self.origin: dict[Address, Address] = {}
        self.faults = Faults()
        self.used: set[Address] = set()

    def cell(self, address: Address) -> Address | None:
        """The form's address of a place in the document: its own, else the first inside it or around it."""
        for end in range(len(address), -1, -1):
            near = address[:end]
            if near in self.origin:
                return self.origin[near]
            inside = [cell for place, cell in self.origin.items() if place[:end] == near]
            if inside and end:
                return next((cell for cell in inside if cell in self.form), inside[0])
        return None

    def take(self, source: Address, target: Address) -> Any:
        """The value of a cell, for a place in the document; None if blank."""
        self.used.add(source)
        self.origin.setdefault(target, source)
        return self.form.get(source)

    def block(self, source: Address, target: Address, keys: Iterable[str]) -> dict[str, Any]:
        """The values of a block's keys, without the blank ones."""
        found = {key: self.take((*source, key), (*target, key)) for key in keys}
        return {key: value for key, value in found.items() if value is not None}

    def rows(self, at: Address) -> list[int]:
        """Positions of a table's rows that hold anything."""
        return sorted({int(a[len(at)]) for a in self.form if a[: len(at)] == at and len(a) > len(at)})

    def points(self, source: Address, target: Address, most: int | None = None) -> list[list[Any]]:
        """The points of a strip, as many as are filled in."""
        rows = self.rows(source)[:most]
        return [
            [self.take((*source, row, side), (*target, k, side)) for side in (0, 1)]
            for k, row in enumerate(rows)
        ]

    def named(self, source: Address, name: Any, target: Address, into: dict[str, Any], value: Any) -> None:
        """Put a value down by its name, which may stand once."""
        key = name_of(name)
        if key in into:
            self.faults.note("excel.twice", source, name)
        self.origin.setdefault((*target, key), source)
        into[key] = value

    def note_unused(self) -> None:
        """A value that the chosen rules do not read is a misunderstanding, once for each strip or grid."""
        told: set[Address] = set()
        for address in sorted(set(self.form) - self.used, key=str):
            place = address[:3] if address[0] in ("measures", "grids") else address[:4]
            if place not in told:
                told.add(place)
                self.faults.note("excel.not_used", address, self.form[address])


def name_of(value: Any) -> str:
    """A name that a cell holds as a number is a name."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)
