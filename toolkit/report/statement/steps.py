"""One step of a statement: what was done, in words with the numbers in them, and what came out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A line of a statement.

    Parameters
    ----------
    name : str
        What is found: Target, Attainment, Gate, ...
    how : str
        The calculation in words and numbers.
    value : str
        The outcome as it is shown.
    """

    name: str
    how: str
    value: str
