"""From a matched file to a proposal: reasons, the words of stages and kinds, the order of days."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from toolkit.data.check import period_meant
from toolkit.data.tables import TABLES
from toolkit.intake.catalogue_names import kpi_named
from toolkit.intake.evidence import TAKEN
from toolkit.intake.match import Match, TableMatch
from toolkit.intake.profile import Profile
from toolkit.intake.proposal import Line, TableProposal
from toolkit.intake.words import known_words, plain
from toolkit.periods import Calendar

_NUMBERED = re.compile(r"^\s*[\dA-Za-z]{1,2}\s*[-_.、:：)）]\s*")  # `3-方案报价`
_MONTH = re.compile(r"(\d{4})\s*[年/.-]?\s*(\d{1,2})\s*月?")
_QUARTER = re.compile(r"(\d{4})\s*年?\s*[-/]?\s*(?:Q|第?)([1-4一二三四])(?:季度|季)?", re.IGNORECASE)
_BY_OTHER = 0.8  # a day taken from another column, where the standard one has none of its own
_MANAGER = 0.5  # people of one manager as a team: plausible, and a person has to say so
# A day that may stand for another where the client keeps only one: (the one wanted, the one there, why).
_STANDS_FOR = {
    "deals": (
        ("ordered_on", "closed_on", "intake.by_close_date"),
        ("closed_on", "ordered_on", "intake.by_order_date"),
    ),
}
EXCEL = "excel"  # what `date_format` calls days as a spreadsheet counts them


def filled(match: TableMatch) -> TableProposal:
    """The proposal for a matched file."""
    lines = tuple(line_of(m) for m in match.matches)
    lines = (*lines, *_standing_for(match.table, lines), *_team(match, lines))
    lines, form, question = _day_order(match, lines)
    values, unknown = _words(match, lines)
    missing = match.missing
    return TableProposal(
        match.table, match.source, match.score, _in_order(match.table, lines), values, unknown,
        form, question, reason="intake.by_form" if match.source.marked else "intake.by_columns",
        rivals=match.rivals, missing=missing,
    )  # fmt: skip


def line_of(match: Match) -> Line:
    """A match with its reasons as keys of texts."""
    reasons = tuple(f"intake.by_{part}" for part in match.evidence.parts)
    return Line(match.column, match.header, match.evidence.confidence, reasons, match.rivals)


def _in_order(table: str, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    order = list(TABLES[table].columns)
    return tuple(sorted(lines, key=lambda line: order.index(line.column)))


def _standing_for(table: str, lines: tuple[Line, ...]) -> list[Line]:
    """Days that another column gives, where the client keeps only that one."""
    have = {line.column: line for line in lines}
    out = []
    for wanted, given, why in _STANDS_FOR.get(table, ()):
        if wanted not in have and given in have and have[given].taken:
            sure = min(_BY_OTHER, have[given].confidence)
            out.append(Line(wanted, have[given].header, sure, (why,)))
    return out


def _team(match: TableMatch, lines: tuple[Line, ...]) -> list[Line]:
    have = {line.column: line for line in lines}
    if match.table != "participants" or "team" in have or "manager" not in have:
        return []
    return [Line("team", have["manager"].header, _MANAGER, ("intake.by_manager",))]


def _day_order(match: TableMatch, lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], str, tuple[str, ...]]:
    """The one format of the table's days, or the two to choose from; columns written otherwise are asked."""
    kinds = TABLES[match.table].columns
    days = {line.header for line in lines if kinds[line.column].kind == "day" and line.confidence >= TAKEN}
    forms = {h: _forms(match.source.columns[h]) for h in days if match.source.columns[h].filled}
    common = _common([f for f in forms.values() if f is not None])
    odd = {h for h, f in forms.items() if f is None or not (f & common if common else not f)}
    marked = tuple(
        replace(line, confidence=TAKEN - 0.01, reasons=("intake.other_days",))
        if kinds[line.column].kind == "day" and line.header in odd else line
        for line in lines
    )  # fmt: skip
    if len(common) == 2:  # one export writes all its days alike: its other columns may decide
        others = [frozenset(p.days.formats) for p in match.source.columns.values() if p.is_day]
        narrowed = [common & other for other in others if len(common & other) == 1]
        common = narrowed[0] if len(set(narrowed)) == 1 else common
    if len(common) == 2:
        return marked, "", tuple(sorted(common))
    return marked, next(iter(common), ""), ()


def _forms(found: Profile) -> frozenset[str] | None:
    """The formats that read a column; none where the year stands first; None where no one format does."""
    if found.is_serial:
        return frozenset({EXCEL})
    return None if found.days.mixed else frozenset(found.days.formats)


def _common(forms: list[frozenset[str]]) -> frozenset[str]:
    """What reads the most columns: the formats they share, or none needed."""
    if not forms:
        return frozenset()
    options: set[frozenset[str]] = {frozenset()}
    for form in forms:
        options |= {form} | {form & other for other in forms if form & other}

    def reads(option: frozenset[str]) -> tuple[int, int]:
        return sum(bool(f & option) if option else not f for f in forms), -len(option)

    return max(sorted(options, key=sorted), key=reads)


def _words(
    match: TableMatch, lines: tuple[Line, ...]
) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """The client's words that are known, and those to be asked, by standard column."""
    values: dict[str, dict[str, str]] = {}
    unknown: dict[str, dict[str, str]] = {}
    for line in lines:
        if line.header not in match.source.columns:
            continue
        cells = match.source.cells(line.header)
        known, asked = words_of(match.table, line.column, cells)
        if known:
            values[line.column] = known
        if asked:
            unknown[line.column] = asked
    return values, unknown


def words_of(table: str, column: str, cells: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """Which of a column's words are the toolkit's, and which have to be asked, with a proposal or "".

    Examples
    --------
    >>> words_of("deals", "stage", ("赢单", "2-方案报价", "won", "搁置"))
    ({'赢单': 'won', '2-方案报价': 'open'}, {'搁置': ''})
    """
    if column == "kpi":
        found = {cell: kpi_named(cell) for cell in cells}
        return {c: k for c, k in found.items() if k and k != c}, {c: "" for c, k in found.items() if not k}
    if column == "period":
        return _periods(cells)
    words = known_words(table, column)
    if not words:
        return {}, {}
    known, asked = {}, {}
    for cell in cells:
        word = words.get(plain(cell)) or words.get(plain(_NUMBERED.sub("", cell)))
        if word is None:
            asked[cell] = _likely(cell, words)
        elif word != cell:
            known[cell] = word
    is_choice = bool(TABLES[table].columns[column].choices)
    # Kinds beside those that KPIs ask for are the client's own: they stay as they are.
    return known, asked if is_choice else {c: w for c, w in asked.items() if w}


def _likely(cell: str, words: Mapping[str, str]) -> str:
    """The one word whose synonyms stand inside the client's, if it is one."""
    inside = {word for known, word in words.items() if len(known) > 1 and known in plain(cell)}
    return inside.pop() if len(inside) == 1 else ""


def _periods(cells: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
    known, asked = {}, {}
    for cell in cells:
        if period_meant(cell, Calendar()) is not None:
            continue
        meant = _period(cell)
        if meant:
            known[cell] = meant
        else:
            asked[cell] = ""
    return known, asked


def _period(cell: str) -> str:
    month = _MONTH.fullmatch(cell.strip())
    if month and 1 <= int(month[2]) <= 12:
        return f"{month[1]}-{int(month[2]):02d}"
    quarter = _QUARTER.fullmatch(cell.strip())
    return f"{quarter[1]}-Q{'一二三四'.find(quarter[2]) + 1 or quarter[2]}" if quarter else ""
