"""`kpi map`: from the files in an engagement's `data` folder to a proposal of what they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from toolkit.data.tables import TABLES
from toolkit.errors import Problem, Problems
from toolkit.intake.derive import (
    describes_others,
    order_lines,
    roster_of,
    wide_tables,
    with_order_key,
)
from toolkit.intake.fill import filled
from toolkit.intake.match import TABLE_TAKEN, TableMatch, match_tables
from toolkit.intake.months import month_tables
from toolkit.intake.proposal import Proposal, TableProposal
from toolkit.intake.reading import find_sources
from toolkit.intake.sources import Source
from toolkit.intake.whole import covered, currency_of, measurable

_OWNED = (
    "deals",
    "activities",
    "invoices",
    "payments",
    "feedback",
    "training",
    "kpi_values",
)  # where owners are looked for, in this order


def propose(folder: str | Path) -> Proposal:
    """Look at every readable file in an engagement's `data` folder and propose what it is.

    Parameters
    ----------
    folder : str or Path
        The engagement's; its files lie in `data`. Its `engagement.yaml` is not looked at.

    Returns
    -------
    Proposal
        Tables with their columns and confidences, what is covered, and what has to be asked.

    Examples
    --------
    >>> from toolkit.assets import asset
    >>> found = propose(asset("templates", "engagements", "manufacturer"))
    >>> [t.table for t in found.tables][:3], found.tables[0].columns["participant"]
    (['participants', 'deals', 'activities'], '工号')
    """
    problems = Problems()
    return propose_from(find_sources(Path(folder), problems), {}, tuple(problems.notes))


def propose_from(
    sources: list[Source], have: Mapping[str, frozenset[str]], notes: tuple[Problem, ...] = ()
) -> Proposal:
    """Propose what files are that have been read.

    Parameters
    ----------
    sources : list of Source
    have : mapping
        Standard table → columns that `engagement.yaml` fills already; these tables are not proposed again.
    notes : tuple of Problem
        How the files were read.
    """
    dictionaries = [s for s in sources if describes_others(s, [o for o in sources if o is not s])]
    rest = [s for s in sources if s not in dictionaries]
    wide = [t for s in rest for t in wide_tables(s) or month_tables(s) if t.table not in have]
    rest = [s for s in rest if s not in [t.source for t in wide]]
    tables = [*_matched(rest, have), *_first_of_each(wide)]
    tables = _without_repeats(tables)
    if "participants" not in have and not any(t.table == "participants" for t in tables):
        owned = [t for name in _OWNED for t in tables if t.table == name and t.taken]
        roster = roster_of(owned)
        tables += [roster] if roster else []
    tables.sort(key=lambda t: list(TABLES).index(t.table))
    used = {name for t in tables for name in t.source.files}
    unused = {s.name: "intake.is_dictionary" for s in dictionaries}
    unused |= {
        s.name: "intake.is_no_table" for s in sources if not used & set(s.files) and s.name not in unused
    }
    currency, reason = currency_of(tables)
    return Proposal(
        tuple(tables), covered(tables), currency, reason, measurable(tables, have), unused,
        notes, tuple(sources),
    )  # fmt: skip


def _matched(sources: list[Source], have: Mapping[str, frozenset[str]]) -> list[TableProposal]:
    """Files that are tables as they stand, and lists of orders that are deals."""
    matches = match_tables([with_order_key(s) for s in sources], [t for t in TABLES if t not in have])
    proposals = [_doubted(match) for match in matches]
    return [order_lines(p) if p.table == "deals" and p.source.made else p for p in proposals]


def _doubted(match: TableMatch) -> TableProposal:
    """A file too little like its table is asked as a whole."""
    proposal = filled(match)
    if match.score < TABLE_TAKEN and not proposal.rivals:
        return replace(proposal, rivals=(match.source.name,))
    return proposal


def _first_of_each(tables: list[TableProposal]) -> list[TableProposal]:
    """Of several sheets for one table the first is proposed, and the choice asked."""
    out: dict[str, TableProposal] = {}
    for table in tables:
        first = out.get(table.table)
        others = () if first is None else (*first.rivals, table.source.name)
        out[table.table] = table if first is None else replace(first, rivals=others)
    return list(out.values())


def _without_repeats(tables: list[TableProposal]) -> list[TableProposal]:
    return _first_of_each(tables)
