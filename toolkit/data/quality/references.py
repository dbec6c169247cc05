"""What one table says of another that the other does not have, and names that are written in two ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from toolkit.data.convert import ident
from toolkit.data.files.read import SHOWN
from toolkit.data.quality.names import Known, pairs
from toolkit.data.quality.subject import Subject
from toolkit.data.typed import note_rest
from toolkit.language import number

_NAMED = 5  # values or pairs that a note names
_KNOWN_AS = ("participant", "name", "manager")  # the roster's columns that may name a rater
_DISTINCT = 200_000  # different names in a column up to which they are compared with each other


class Reference(NamedTuple):
    """A column whose values stand in another table's column."""

    table: str
    column: str
    other: str
    key: str


REFERENCES = (
    Reference("deals", "product", "products", "product"),
    *(
        Reference(table, "customer", "customers", "customer")
        for table in ("deals", "activities", "invoices", "payments", "feedback")
    ),
    Reference("payments", "invoice", "invoices", "invoice"),
    Reference("activities", "deal", "deals", "deal"),
    Reference("invoices", "order", "deals", "order"),
)
# Columns of names, and whether only equal ones count: people of like names are different people. A column
# that refers to a table which is there is compared with that table instead.
_NAMES = (
    ("participants", "name", True),
    ("participants", "team", False),
    ("participants", "region", False),
    ("participants", "role", False),
    ("products", "product", False),
    ("products", "name", False),
    ("products", "group", False),
    ("customers", "customer", False),
    ("customers", "name", False),
    ("deals", "product", False),
    ("deals", "customer", False),
    ("deals", "source", False),
    ("invoices", "customer", False),
    ("payments", "customer", False),
    ("activities", "customer", False),
)


def orphans(subject: Subject, subjects: Mapping[str, Subject]) -> None:
    """Values of a table that the table they refer to does not have, with the nearest that it has."""
    for reference in REFERENCES:
        other = subjects.get(reference.other)
        if other is None or reference.table != subject.name:
            continue
        if subject.has(reference.column) and other.has(reference.key):
            _orphans(subject, reference, other)


def _orphans(subject: Subject, reference: Reference, other: Subject) -> None:
    column, key = ident(reference.column), ident(reference.key)
    found = subject.fetch(
        f"SELECT {column}, count(*) AS n, sum(count(*)) OVER (), count(*) OVER () "
        f"FROM {ident(subject.name)} WHERE {column} IS NOT NULL AND {column} NOT IN "
        f"(SELECT {key} FROM {ident(other.name)} WHERE {key} IS NOT NULL) "
        f"GROUP BY 1 ORDER BY n DESC, 1 LIMIT {_NAMED}"
    )
    if not found:
        return
    known = Known(str(value) for (value,) in other.fetch(f"SELECT DISTINCT {key} FROM {ident(other.name)}"))
    near = {str(value): known.near(str(value)) for value, *_ in found}
    listed = [
        f"«{value}» ({number(n, 'en')}{f' ≈ «{near[value]}»' if near[value] else ''})"
        for value, n, *_ in found
    ]
    more = ["…"] if found[0][3] > len(found) else []
    address = f"tables.{subject.name}.values.{reference.column}"
    words: dict[str, Any] = {"names": ", ".join([*listed, *more]), "other": reference.other, "at": address}
    code = "quality.orphans_near" if any(near.values()) else "quality.orphans"
    subject.note(code, [reference.column], int(found[0][2]), distinct=number(found[0][3], "en"), **words)


def people_without_deals(people: Subject, deals: Subject) -> None:
    """People of the roster who own no deal: they stay in every count, with nothing."""
    listed: list[tuple[Any, ...]] = people.fetch(
        "SELECT participant, min(_file), count(*) OVER () FROM participants WHERE participant NOT IN "
        "(SELECT participant FROM deals WHERE participant IS NOT NULL) GROUP BY 1 ORDER BY 1"
    )
    if not listed or len(listed) == people.rows:  # nobody's names match, which is said as unknown owners
        return
    names = [f"«{who}»" for who, *_ in listed[:_NAMED]] + (["…"] if len(listed) > _NAMED else [])
    people.note("quality.no_deals", ["participant"], len(listed), file=listed[0][1], names=", ".join(names))


def credits_without_deal(subject: Subject, deals: Subject) -> None:
    """Credits for a deal that is not there: nobody could be paid by them."""
    found = subject.fetch(
        "SELECT _file, _row, deal, count(*) OVER () FROM credits "
        f"WHERE deal NOT IN (SELECT deal FROM deals) ORDER BY _file, _row LIMIT {SHOWN}"
    )
    known = Known(str(v) for (v,) in deals.fetch("SELECT deal FROM deals")) if found else Known(())
    for file, row, deal, _ in found:
        place: dict[str, Any] = {"where": subject.where(file), "row": row, "column": subject.written("deal")}
        subject.problems.add("quality.credit_without_deal", **place, value=deal, near=known.near(deal) or "–")
    if found and found[0][3] > SHOWN:
        note_rest(subject.where(), subject.written("deal"), found[0][3] - SHOWN, subject.problems)


def unknown_raters(ratings: Subject, people: Subject) -> None:
    """Raters who are neither in the roster, by number or name, nor anybody's manager."""
    if not ratings.has("rater"):
        return
    known = " UNION ALL ".join(f"SELECT {column} AS id FROM participants" for column in _KNOWN_AS)
    found = ratings.fetch(
        f"SELECT rater, count(*) AS n, sum(count(*)) OVER (), count(*) OVER () FROM ratings "
        f"WHERE rater IS NOT NULL AND rater NOT IN (SELECT id FROM ({known}) WHERE id IS NOT NULL) "
        f"GROUP BY 1 ORDER BY n DESC, 1 LIMIT {_NAMED}"
    )
    if not found:
        return
    near = Known(str(v) for (v,) in people.fetch(f"SELECT DISTINCT id FROM ({known}) WHERE id IS NOT NULL"))
    listed = [
        f"«{who}» ({number(n, 'en')}{f' ≈ «{like}»' if (like := near.near(str(who))) else ''})"
        for who, n, *_ in found
    ]
    more = ["…"] if found[0][3] > len(found) else []
    names = ", ".join([*listed, *more])
    ratings.note("quality.unknown_rater", ["rater"], int(found[0][2]), names=names)


def near_names(subjects: Mapping[str, Subject]) -> None:
    """Names within a column that are most likely one, written in two ways; a pair is shown once."""
    referring = {(r.table, r.column) for r in REFERENCES if r.other in subjects}
    shown: set[tuple[str, str]] = set()
    compared: dict[str, set[str]] = {}
    for table, column, exact in _NAMES:
        subject = subjects.get(table)
        if subject is None or not subject.has(column) or (table, column) in referring:
            continue
        counts = _counts(subject, column, exact)
        if len(counts) > _DISTINCT:
            subject.note("quality.names_skipped", [column], 0)
            continue
        if exact:
            _namesakes(subject, column, counts)
            continue
        if counts.keys() <= compared.get(column, set()):  # as the invoices' customers among the deals'
            continue
        compared[column] = compared.get(column, set()) | counts.keys()
        found = [pair for pair in pairs(counts) if pair not in shown]
        shown.update(found)
        if found:
            listed = [f"{_counted(a, counts)} ≈ {_counted(b, counts)}" for a, b in found[:_NAMED]]
            _note_names("quality.near_names", subject, column, listed, found, counts)


def _counts(subject: Subject, column: str, exact: bool) -> dict[str, int]:
    """Each name with its rows; people's with their ids, since two rows of one person are no namesakes."""
    counted = "count(DISTINCT participant)" if exact else "count(*)"
    name = ident(column)
    found = subject.fetch(
        f"SELECT {name}, {counted} FROM {ident(subject.name)} WHERE {name} IS NOT NULL GROUP BY 1 "
        f"ORDER BY 1 LIMIT {_DISTINCT + 1}"
    )
    return {str(value): int(n) for value, n in found}


def _namesakes(subject: Subject, column: str, counts: Mapping[str, int]) -> None:
    """People of one name under several ids."""
    repeated = [f"«{name}» ({n})" for name, n in counts.items() if n > 1]
    written = [f"«{a}» ≈ «{b}»" for a, b in pairs(counts, exact=True)]
    found = repeated + written
    if found:
        people = sum(n for n in counts.values() if n > 1) + 2 * len(written)
        more = ["…"] if len(found) > _NAMED else []
        subject.note("quality.namesakes", [column], people, names=", ".join(found[:_NAMED] + more))


def _note_names(
    code: str,
    subject: Subject,
    column: str,
    listed: list[str],
    found: list[tuple[str, str]],
    counts: Mapping[str, int],
) -> None:
    rows = sum(min(counts[a], counts[b]) for a, b in found)  # those that a merge would rename
    more = ["…"] if len(found) > len(listed) else []
    at = f"tables.{subject.name}.values.{column}"
    values: dict[str, Any] = {
        "names": "; ".join([*listed, *more]),
        "pairs": number(len(found), "en"),
        "at": at,
    }
    subject.note(code, [column], rows, **values)


def _counted(name: str, counts: Mapping[str, int]) -> str:
    return f"«{name}» ({number(counts[name], 'en')})"
