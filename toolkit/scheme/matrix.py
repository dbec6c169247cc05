"""Two attainments read together: a grid of values, such as sales × collection."""

from __future__ import annotations

from typing import Annotated, Self

import numpy as np
from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from toolkit.faults import Faults
from toolkit.scheme.curve import DECIMALS, STRICT, Number, rounded


@dataclass(frozen=True, config=STRICT)
class Matrix:
    """A value for each pair of attainment bands; below the first edge on either side it is 0.

    Parameters
    ----------
    with_ : str
        The measure whose attainment chooses the column (`with` in a file); the row is chosen by the measure
        that the matrix stands in.
    rows, columns : tuple of float
        Lower edges of the bands, rising; an attainment on an edge is in the higher band.
    values : tuple of tuples
        A row for each edge of `rows`, a value in it for each edge of `columns`.
    measure : str
        Chooses the row where the matrix stands beside the measures, as a modifier of pay; else blank.

    Examples
    --------
    >>> grid = Matrix("collection", rows=(0.5, 1.0), columns=(0.3, 0.8), values=((40, 60), (70, 100)))
    >>> grid(np.array([1.0, 0.7, 1.2, 0.4]), np.array([0.8, 0.5, 0.2, 1.0])).tolist()
    [100.0, 40.0, 0.0, 0.0]
    """

    with_: Annotated[str, Field(alias="with")]
    rows: Annotated[tuple[Number, ...], Field(min_length=1)]
    columns: Annotated[tuple[Number, ...], Field(min_length=1)]
    values: tuple[tuple[Number, ...], ...]
    measure: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        for name in ("rows", "columns"):
            edges = getattr(self, name)
            for i in range(1, len(edges)):
                if edges[i] <= edges[i - 1]:
                    faults.note("scheme.not_increasing", (name, i), edges[i], before=edges[i - 1])
        if len(self.values) != len(self.rows):
            faults.note("scheme.matrix_shape", ("values",), len(self.values), edges=len(self.rows))
        for i, row in enumerate(self.values):
            if len(row) != len(self.columns):
                faults.note("scheme.matrix_shape", ("values", i), len(row), edges=len(self.columns))
        faults.refuse("Matrix")
        return self

    def __call__(self, row: np.ndarray, column: np.ndarray) -> np.ndarray:
        """The value of each pair of attainments, read at 8 decimals; NaN where either is missing."""
        down, across = _band(self.rows, row), _band(self.columns, column)
        found = np.array(self.values, dtype=float)[np.maximum(down, 0), np.maximum(across, 0)]
        found = np.where((down < 0) | (across < 0), 0.0, found)
        return np.where(np.isnan(row) | np.isnan(column), np.nan, found)

    def scaled(self, factor: float) -> Matrix:
        """The same matrix with every value times a factor."""
        values = tuple(tuple(round(v * factor, DECIMALS) for v in row) for row in self.values)
        return Matrix(self.with_, self.rows, self.columns, values, self.measure)


def _band(edges: tuple[float, ...], read: np.ndarray) -> np.ndarray:
    """The band that holds each value, -1 below the first edge."""
    return np.searchsorted(rounded(edges), rounded(read), side="right") - 1
