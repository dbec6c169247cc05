"""How many rows and columns each table of the workbook has: what the scheme needs, and room to add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from toolkit.documents import Address
from toolkit.scheme.excel.form import Form

_ROOM = 3  # blank rows left in a table, at least
LARGEST = 400  # rows or columns of one table that a workbook may claim to have


@dataclass(frozen=True)
class Sizes:
    """Rows of each table, blocks of each kind, and `wide`: the points that a strip holds side by side."""

    applies_to: int = 8
    agreed: int = 10
    accepted: int = 5
    ramp: int = 6
    measures: int = 10
    wide: int = 10
    grids: int = 2
    grid_rows: int = 6
    grid_columns: int = 6
    grades: int = 8
    items: int = 8
    vetoes: int = 6
    pay_measures: int = 3
    rates: int = 2
    modifiers: int = 3
    gates: int = 5

    def plain(self) -> dict[str, int]:
        """As the hidden sheet keeps them."""
        return asdict(self)


_TABLES: Mapping[str, Address] = {
    **{
        name: (name,)
        for name in ("applies_to", "agreed", "accepted", "ramp", "measures", "items", "vetoes", "grids")
    },
    "grades": ("grades", "rows"),
    "pay_measures": ("pay", "measures"),
    "rates": ("pay", "rates"),
    "modifiers": ("pay", "modifiers"),
    "gates": ("pay", "gates"),
}
_BLOCKS = ("grids", "pay_measures", "rates", "modifiers")  # tall ones, of which one spare will do


def sizes_of(form: Form) -> Sizes:
    """Room for a form's values and for some more.

    Examples
    --------
    >>> sizes_of({("measures", 11, "name"): "visits"}).measures
    15
    """
    least = Sizes().plain()
    for name, at in _TABLES.items():
        room = 1 if name in _BLOCKS else _ROOM
        least[name] = max(least[name], _used(form, at) + room)
    points = [int(a[-2]) + 1 for a in form if len(a) > 2 and a[-3] == "points"]
    least["wide"] = max([least["wide"], *(n + _ROOM for n in points)])
    for side in ("rows", "columns"):
        edges = [int(a[3]) + 1 for a in form if a[0] == "grids" and a[2] == side]
        least[f"grid_{side}"] = max([least[f"grid_{side}"], *(n + 1 for n in edges)])
    return Sizes(**least)


def _used(form: Form, at: Address) -> int:
    """Rows that the values under an address reach down to."""
    inside = [a[len(at)] for a in form if a[: len(at)] == at and len(a) > len(at)]
    return max((k + 1 for k in inside if isinstance(k, int)), default=0)
