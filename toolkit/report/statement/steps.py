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


def joined(terms: list[str]) -> str:
    """Numbers added up as they are shown: `54 + 30 − 2`; a dash where there is none.

    Examples
    --------
    >>> joined(["54", "30", "−2"]), joined([])
    ('54 + 30 − 2', '–')
    """
    signed = [f" − {t[1:]}" if t.startswith("−") else f" + {t}" for t in terms[1:]]
    return terms[0] + "".join(signed) if terms else "–"
