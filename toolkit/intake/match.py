"""Which file is which table and which column which: the best assignment of all, found exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from toolkit.data.tables import TABLES
from toolkit.intake.evidence import (
    APART,
    ASKED,
    REFERENCES,
    TAKEN,
    Evidence,
    evidence,
    overlap_of,
)
from toolkit.intake.sources import Source
from toolkit.intake.words import asked_columns

_REGISTERS = ("participants", "customers", "products")
_MADE = 0.85  # what follows from how the file is made, not from a column of its own
_REQUIRED = 0.2  # what filling a required column adds to an assignment's worth
TABLE_TAKEN = 0.6  # a file this like a table is written as it
_TABLE_APART = 0.08


@dataclass(frozen=True)
class Match:
    """A client's column proposed for a standard column.

    Parameters
    ----------
    column, header : str
        The standard column, and the client's.
    evidence : Evidence
    rivals : tuple of (str, float)
        Other columns of the client's that are as likely, with their confidence.
    """

    column: str
    header: str
    evidence: Evidence
    rivals: tuple[tuple[str, float], ...] = ()

    @property
    def taken(self) -> bool:
        """Sure enough to be written, and no tie."""
        return self.evidence.confidence >= TAKEN and not self.rivals


@dataclass(frozen=True)
class TableMatch:
    """A file proposed for a standard table, with its columns; `score` says how like it the file is."""

    table: str
    source: Source
    score: float
    matches: tuple[Match, ...]
    rivals: tuple[str, ...] = field(default=())

    @property
    def missing(self) -> tuple[str, ...]:
        """Required columns for which there is not even a candidate."""
        found = {m.column for m in self.matches}
        return tuple(c for c, s in TABLES[self.table].columns.items() if s.required and c not in found)


def match_columns(
    source: Source, table: str, overlaps: Mapping[tuple[str, str], float] | None = None
) -> tuple[Match, ...]:
    """The best assignment of a file's columns to a table's, each used once.

    Parameters
    ----------
    overlaps : mapping
        (standard column, the file's column) → the share of its values that the other table's key holds.
    """
    if source.marked == table:
        return _of_form(source, table)
    columns, headers = list(TABLES[table].columns), list(source.columns)
    known = overlaps or {}
    found = {(c, h): evidence(source, table, c, h, known.get((c, h))) for c in columns for h in headers}
    sure = np.array([[found[c, h].confidence for h in headers] for c in columns])
    worth = np.where(sure >= ASKED, sure, 0.0)
    for i, column in enumerate(columns):
        worth[i] += np.where((worth[i] > 0) & TABLES[table].columns[column].required, _REQUIRED, 0.0)
    _prefer_codes(worth, table, columns, headers, found)
    rows, cols = linear_sum_assignment(worth, maximize=True)
    pairs = {columns[i]: headers[j] for i, j in zip(rows, cols, strict=True) if worth[i, j] > 0}
    made = source.made if table == "deals" else {}
    kept = {c: h for c, h in pairs.items() if c not in made}
    matches = [Match(c, h, found[c, h], _rivals(c, h, pairs, found, table)) for c, h in kept.items()]
    return (*(Match(c, c, Evidence(_MADE / 0.92, 0.5)) for c in made), *matches)


def _prefer_codes(
    worth: np.ndarray,
    table: str,
    columns: list[str],
    headers: list[str],
    found: Mapping[tuple[str, str], Evidence],
) -> None:
    """A register's key comes before its names: the key is what the other files write, name or code."""
    if table not in _REGISTERS:
        return
    key, name = columns.index(TABLES[table].key[0]), columns.index("name")
    worth[key] += np.where(worth[key] > 0, 2.0, 0.0)
    is_name = np.array([found["name", header].name == 1.0 for header in headers])
    worth[key] -= np.where(is_name & (worth[key] > 0), 0.05, 0.0)
    worth[name] *= 0.01  # what is left over


def _of_form(source: Source, table: str) -> tuple[Match, ...]:
    """The columns of our own form, by the names it gives them; those left blank are not supplied."""
    asked = asked_columns()[table]["columns"]
    names = {column: str(entry[source.language][0]) for column, entry in asked.items()}
    sure = Evidence(1.0, 1.0, 1.0, certain=True)
    filled = {h for h, found in source.columns.items() if found.filled}
    return tuple(Match(c, h, sure) for c, h in names.items() if h in filled)


def _rivals(
    column: str, header: str, pairs: Mapping[str, str], found: Mapping[tuple[str, str], Evidence], table: str
) -> tuple[tuple[str, float], ...]:
    """Columns that would do as well: free ones of the client's, or a free standard column for this one."""
    own = found[column, header].confidence
    used = {h: c for c, h in pairs.items()}
    others = [
        (h, e.confidence) for (c, h), e in found.items()
        if c == column and h != header and e.confidence > own - APART
        and not (table in _REGISTERS and used.get(h) == "name")
        and (h not in used or found[used[h], h].confidence < e.confidence)
    ]  # fmt: skip
    spec = TABLES[table].columns
    elsewhere = [
        (f"→ {c}", e.confidence) for (c, h), e in found.items()
        if h == header and c != column and c not in pairs and e.confidence > own - APART
        and not (spec[column].required and not spec[c].required)
    ]  # fmt: skip
    candidates = [r for r in (*others, *elsewhere) if r[1] >= ASKED]
    return tuple(sorted(candidates, key=lambda r: -r[1])[:3])


def table_score(source: Source, table: str, matches: Iterable[Match]) -> float:
    """How like a standard table a file is, 0 to 1: its required columns, what is explained, its name."""
    best = {m.column: m.evidence for m in matches}
    required = [c for c, spec in TABLES[table].columns.items() if spec.required]
    have = [best[c].confidence if c in best else 0.0 for c in required]
    if not have or sum(h >= ASKED for h in have) < max(1, len(have) - 1):
        return 0.0
    # A column that many tables have tells little of which this is.
    weights = {c: 0.4 if c in REFERENCES and c not in TABLES[table].key else 1.0 for c in best}
    explained = sum(weights[c] * e.confidence for c, e in best.items() if e.confidence >= TAKEN)
    share = explained / (explained + 0.25 * (len(source.columns) - len(best)) + 0.5)
    return float(np.mean(have) * (0.3 + 0.4 * share + 0.3 * source.hint(table)))


def match_tables(sources: list[Source], tables: Iterable[str]) -> list[TableMatch]:
    """The best assignment of files to tables, each used once; columns once more with the others' keys known.

    Parameters
    ----------
    tables : iterable of str
        The standard tables that may be proposed.
    """
    names = list(tables)
    if not sources or not names:
        return []
    first = _assign(sources, names, {})
    again = _assign(sources, names, _overlaps(first, sources))
    return again


def _assign(
    sources: list[Source],
    names: list[str],
    overlaps: Mapping[tuple[int, str], Mapping[tuple[str, str], float]],
) -> list[TableMatch]:
    matches = {
        (i, t): match_columns(s, t, overlaps.get((i, t)))
        for i, s in enumerate(sources) for t in names if not s.marked or s.marked == t
    }  # fmt: skip
    scores = np.array([
        [_score(s, t, matches.get((i, t))) for t in names] for i, s in enumerate(sources)
    ])  # fmt: skip
    rows, cols = linear_sum_assignment(np.where(scores >= ASKED, scores, 0.0), maximize=True)
    taken = {int(j) for i, j in zip(rows, cols, strict=True) if scores[i, j] >= ASKED}
    out = []
    for i, j in zip(rows, cols, strict=True):
        if scores[i, j] < ASKED:
            continue
        near = [
            names[k] for k in range(len(names))
            if k != j and k not in taken and scores[i, k] > scores[i, j] - _TABLE_APART
        ]  # fmt: skip
        near += [
            sources[k].name for k in range(len(sources))
            if k != i and k not in rows[scores[rows, cols] >= ASKED]
            and scores[k, j] > scores[i, j] - _TABLE_APART
        ]  # fmt: skip
        out.append(TableMatch(names[j], sources[i], float(scores[i, j]), matches[i, names[j]], tuple(near)))
    return sorted(out, key=lambda m: list(TABLES).index(m.table))


def _score(source: Source, table: str, matches: tuple[Match, ...] | None) -> float:
    if matches is None:
        return 0.0
    return 1.0 if source.marked == table else table_score(source, table, matches)


def _overlaps(
    found: list[TableMatch], sources: list[Source]
) -> dict[tuple[int, str], dict[tuple[str, str], float]]:
    """For each file and table: how much of a column a register's key holds; and the reverse."""
    by_table = {m.table: m for m in found}
    out: dict[tuple[int, str], dict[tuple[str, str], float]] = {}
    for column, (register, key) in REFERENCES.items():
        if register not in by_table:
            continue
        keys = _candidates(by_table[register], key)
        for i, source in enumerate(sources):
            for table in TABLES:
                if column not in TABLES[table].columns or (table, column) == (register, key):
                    continue
                if source is by_table[register].source:
                    continue
                for header, share in _shares(source, table, column, keys).items():
                    out.setdefault((i, table), {})[column, header] = share
        if key == "participant":  # which of the roster's columns do the others write?
            position = sources.index(by_table[register].source)
            out.setdefault((position, register), {}).update(_reverse(by_table, register, keys))
    return out


def _candidates(match: TableMatch, column: str) -> dict[str, frozenset[str]]:
    """The columns of a register that may be its key, with their values."""
    source = match.source
    found = {h: evidence(source, match.table, column, h).name for h in source.columns}
    names = {h for h, n in found.items() if n >= 0.5} | {
        m.header for m in match.matches if m.column == column
    }
    return {h: frozenset(source.cells(h)) for h in names}


def _shares(source: Source, table: str, column: str, keys: Mapping[str, frozenset[str]]) -> dict[str, float]:
    out = {}
    for header in source.columns:
        shares = [overlap_of(source.cells(header), known) for known in keys.values()]
        best = max((s for s in shares if s is not None), default=None)
        named = evidence(source, table, column, header).name
        if best is not None and (named > 0 or best >= 0.5):
            out[header] = best
    return out


def _reverse(
    by_table: Mapping[str, TableMatch], register: str, keys: Mapping[str, frozenset[str]]
) -> dict[tuple[str, str], float]:
    """For each column that may be the roster's key: the share of the people in the other files it knows."""
    owners = [
        m.source.cells(one.header)
        for t, m in by_table.items() if t != register
        for one in m.matches if one.column == "participant" and one.evidence.confidence >= ASKED
    ]  # fmt: skip
    if not owners:
        return {}
    out = {}
    for header, known in keys.items():
        shares = [overlap_of(values, known) or 0.0 for values in owners]
        out["participant", header] = sum(shares) / len(shares)
    return out
