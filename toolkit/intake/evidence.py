"""How sure it is that a client's column is a standard one: by its name, its contents, values shared."""

from __future__ import annotations

import re
from dataclasses import dataclass

from toolkit.data.tables import TABLES, Column
from toolkit.intake.profile import Profile
from toolkit.intake.sources import Source
from toolkit.intake.words import known_words, name_score, plain

TAKEN = 0.75  # a proposal this sure is written as it is; below, it is asked
ASKED = 0.4  # below, a column is no candidate
APART = 0.06  # two candidates nearer than this are a tie, and a tie is asked
# Weights of the three parts: a sure name alone is taken, values of another file's key alone are asked.
_NAME, _CONTENTS, _OVERLAP = 0.92, 0.5, 0.7
_RATE = re.compile(r"率|比例|占比|%|rate|ratio|percent|pct|share", re.IGNORECASE)
_IN_TEN_THOUSANDS = re.compile(r"万")
_NEARLY = 0.95  # of a key's cells that differ: what repeats is a fault for `kpi check`, not another column
_FEW = 60  # different words that a column of stages or kinds has at most
REFERENCES = {  # columns whose values another table's key holds
    "participant": ("participants", "participant"),
    "customer": ("customers", "customer"),
    "product": ("products", "product"),
    "deal": ("deals", "deal"),
    "order": ("deals", "order"),
    "invoice": ("invoices", "invoice"),
}


@dataclass(frozen=True)
class Evidence:
    """What speaks for a column, each part from 0 to 1; `overlap` is None where nothing can be compared.

    `certain` is a column of our own form, which needs no evidence.
    """

    name: float
    contents: float
    overlap: float | None = None
    certain: bool = False

    @property
    def confidence(self) -> float:
        """How sure the parts make it together, 0 to 1: each takes away some of the doubt left by the others.

        Contents of 0.5 fit and say no more; below, they speak against it, and values that the other file
        does not know do too.

        Examples
        --------
        >>> round(Evidence(1.0, 0.5).confidence, 2), round(Evidence(0.75, 0.5, 1.0).confidence, 2)
        (0.92, 0.91)
        >>> Evidence(1.0, 0.0).confidence
        0.0
        """
        if self.certain:
            return 1.0
        shared = self.overlap or 0.0
        speaks = max(0.0, 2 * self.contents - 1)
        doubt = (1 - _NAME * self.name) * (1 - _CONTENTS * speaks) * (1 - _OVERLAP * shared)
        against = min(1.0, self.contents / 0.5)
        if self.overlap is not None and self.overlap < 0.5:
            against *= 0.6 + 0.8 * self.overlap
        return (1 - doubt) * against

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that speak for it."""
        if self.certain:
            return ("form",)
        said = {
            "name": self.name >= 0.5,
            "contents": self.contents > 0.5,
            "overlap": (self.overlap or 0) >= 0.5,
        }
        return tuple(part for part, speaks in said.items() if speaks)


def evidence(source: Source, table: str, column: str, header: str, overlap: float | None = None) -> Evidence:
    """What speaks for a client's column being a standard column of a table."""
    spec = TABLES[table].columns[column]
    found = source.columns[header]
    name = name_score(table, column, header)
    return Evidence(name, _contents(source, table, column, spec, header, found), overlap)


def _contents(source: Source, table: str, column: str, spec: Column, header: str, found: Profile) -> float:
    if found.filled == 0:
        return 0.0 if spec.required else 0.45  # nobody has left yet: the name alone speaks
    if spec.required and found.share_filled < 0.5:
        return 0.1
    words = known_words(table, column)
    if set(spec.choices) == {"yes", "no"} and name_score(table, column, header) == 0:
        return 0.0  # yes and no may stand in any column
    if words:
        return _of_words(spec, words, found)
    if spec.kind == "day":
        return _of_days(source, found)
    if spec.kind in ("money", "number"):
        return _of_numbers(source, spec, column, header, found)
    return _of_text(source, table, column, found)


def _of_words(spec: Column, words: object, found: Profile) -> float:
    """Stages and kinds: few words, and the more of them known the surer."""
    if found.is_day or (found.distinct > _FEW and (spec.choices or spec.required)):
        return 0.0
    assert hasattr(words, "__contains__")
    known = sum(plain(cell) in words for cell in found.cells) / len(found.cells)
    if found.is_number and known < 1:
        return 0.0
    return 0.5 + 0.5 * known if known else (0.3 if spec.kind == "choice" else 0.45)


def _of_days(source: Source, found: Profile) -> float:
    if found.is_serial:  # days as a spreadsheet counts them, if the name says so too
        return 0.45
    if not found.is_day:
        return 0.0
    others = sum(p.is_day for p in source.columns.values())
    return 0.5 + (0.3 if others == 1 else 0.0)


def _of_numbers(source: Source, spec: Column, column: str, header: str, found: Profile) -> float:
    """Amounts are no rates; the only column of amounts is likely the one meant."""
    if not found.is_number or (found.is_day and found.whole):
        return 0.0
    is_rate = column in ("commission_rate", "share")
    if spec.kind == "money" and (found.small or _RATE.search(header)):
        return 0.1
    if spec.kind == "money" and _IN_TEN_THOUSANDS.search(header):
        return 0.35  # in units of 10,000: a person has to say what is to be done
    if is_rate and found.small:
        return 0.7
    others = [c for c, p in source.columns.items() if p.is_number and not p.small and not p.is_day]
    alone = spec.kind == "money" and len(others) == 1 and not found.whole
    return 0.5 + (0.2 if alone else 0.0)


def _of_text(source: Source, table: str, column: str, found: Profile) -> float:
    """Keys differ in every row; names and groups are no days and no amounts."""
    if found.is_day and column not in ("period", "kpi"):
        return 0.05
    if found.is_number and not found.whole:
        return 0.1
    key = TABLES[table].key
    if key == (column,):
        whole = found.share_distinct == 1 and found.share_filled == 1
        return 0.7 if whole else 0.5 if found.share_distinct > _NEARLY else 0.05
    if key and column == key[0] and table in ("participants", "customers"):
        dated = any(name_score(table, "valid_from", header) >= 0.7 for header in source.columns)
        return 0.6 if found.share_distinct == 1 else 0.5 if dated or found.share_distinct > _NEARLY else 0.1
    if column in ("team", "region", "role", "manager") and found.rows > 5 and found.share_distinct == 1:
        return 0.25  # a group of its own for everybody
    return 0.5


def overlap_of(values: tuple[str, ...], known: frozenset[str]) -> float | None:
    """Of a column's different values, how many another file's key holds; None where either has none."""
    if not values or not known:
        return None
    return sum(value in known for value in values) / len(values)
