"""A proposal as lines of `engagement.yaml`, each with its confidence; what is unsure is commented out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

import yaml

from toolkit.catalogue.load import load_catalogue
from toolkit.intake.proposal import Line, Proposal, TableProposal
from toolkit.intake.sources import Source
from toolkit.intake.words import known_words
from toolkit.language import number, text

ASKED = "# asked: "
_PLAIN = re.compile(r"[^\W\d_][\w]*( ?[\w./%-]+)*")
_LONGEST_WORD = 120  # of a word that is a key: YAML's limit is 1,024 bytes
_COLUMN = 34  # where comments begin, if the line is shorter


def scalar(value: str) -> str:
    """A client's text as YAML reads it back: plain where that is safe, else quoted and escaped.

    Examples
    --------
    >>> scalar("签单金额"), scalar("no"), scalar("a: b # c"), scalar("2026-01-01")
    ('签单金额', '"no"', '"a: b # c"', '"2026-01-01"')
    """
    safe = _PLAIN.fullmatch(value) and value.isprintable() and value.lower() not in _WORDS
    if safe and not re.search(r"%|\d[_:]\d", value) and yaml.safe_load(value) == value:
        return value
    shown = json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() else _escaped(c) for c in shown)


_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"}


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"


def remark(words: str) -> str:
    """Words as they may stand in a comment: one line, nothing that a terminal or an editor obeys."""
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())


def with_remark(line: str, words: str) -> str:
    """A line with a comment behind it."""
    return f"{line:<{_COLUMN}}  # {remark(words)}" if words else line


def why(line: Line, language: str) -> str:
    """`0.94 name, contents`."""
    said = [text(key, language, **line.words) for key in line.reasons] or [
        text("intake.by_nothing", language)
    ]
    return f"{number(line.confidence, 'en', 2)} {text('phrase.join', language).join(said)}"


def source_lines(source: Source, indent: str, words: str = "") -> list[str]:
    """A source's files and how they are read."""
    files = source.files
    first = f"file: {scalar(files[0])}" if len(files) == 1 else ""
    out = [with_remark(indent + first, words)] if first else [with_remark(f"{indent}files:", words)]
    out += [] if first else [f"{indent}  - {scalar(name)}" for name in files]
    return out + [
        f"{indent}{key}: {scalar(v) if isinstance(v, str) else v}" for key, v in source.options.items()
    ]


def table_lines(proposal: TableProposal, language: str) -> list[str]:
    """A standard table's entry under `tables:`; commented out where the whole table has to be asked."""
    head = f"  {proposal.table}:"
    because = f"{number(proposal.confidence, 'en', 2)} {text(proposal.reason, language)}"
    body = (
        [f"    select: {scalar(proposal.select)}"]
        if proposal.select
        else source_lines(proposal.source, "    ")
    )
    lines = [with_remark(head, because), *body]
    if proposal.date_format:
        lines.append(
            with_remark(
                f"    date_format: {scalar(proposal.date_format)}", text("intake.day_order", language)
            )
        )
    lines += _day_question(proposal, language)
    lines += column_lines(proposal, language)
    lines += value_lines(proposal, language)
    if proposal.taken:
        return lines
    return [
        f"  {ASKED}{proposal.table}: {remark(table_question(proposal, language))}",
        *(f"  # {x[2:]}" for x in lines),
    ]


def table_question(proposal: TableProposal, language: str) -> str:
    """Why a whole table is asked."""
    names = {"file": proposal.source.name, "table": proposal.table}
    if proposal.missing:
        return text("intake.ask_missing", language, columns=", ".join(proposal.missing), **names)
    if proposal.reason == "intake.by_months":
        return text("intake.ask_months", language, kpi=proposal.lines[0].words["kpis"], **names)
    others = ", ".join(r for r in proposal.rivals if r != proposal.source.name)
    return text("intake.ask_table", language, others=others or "–", **names)


def _day_question(proposal: TableProposal, language: str) -> list[str]:
    if not proposal.date_question:
        return []
    asked = f"    {ASKED}{proposal.table}.date_format: {text('intake.ask_days', language)}"
    return [asked, *(f"    # date_format: {scalar(form)}" for form in proposal.date_question)]


def column_lines(proposal: TableProposal, language: str, indent: str = "    ") -> list[str]:
    """The columns taken, and those asked with their candidates."""
    taken = [x for x in proposal.lines if x.taken]
    out = [f"{indent}columns:"] if taken else []
    out += entry_lines(proposal, taken, language, indent + "  ")
    for line in proposal.lines:
        if line.asked:
            out += _column_question(proposal.table, line, language, indent + ("  " if taken else ""))
    return out


def entry_lines(proposal: TableProposal, lines: Iterable[Line], language: str, indent: str) -> list[str]:
    """`participant: sales_agent   # 0.94 name, contents`."""
    return [with_remark(f"{indent}{x.column}: {scalar(x.header)}", why(x, language)) for x in lines]


def _column_question(table: str, line: Line, language: str, indent: str) -> list[str]:
    out = [f"{indent}{ASKED}{table}.{line.column}: {text('intake.ask_column', language)}"]
    out.append(with_remark(f"{indent}#   {line.column}: {scalar(line.header)}", why(line, language)))
    for rival, sure in line.rivals:
        elsewhere = rival.removeprefix("→ ")
        pair = (
            f"{elsewhere}: {scalar(line.header)}" if rival != elsewhere else f"{line.column}: {scalar(rival)}"
        )
        out.append(with_remark(f"{indent}#   {pair}", number(sure, "en", 2)))
    return out


def value_lines(proposal: TableProposal, language: str, indent: str = "    ") -> list[str]:
    """The client's words for the toolkit's; unknown ones are asked."""
    taken = {line.column for line in proposal.lines if line.taken}
    known = {c: w for c, w in proposal.values.items() if c in taken and w}
    out = [f"{indent}values:"] if known else []
    for column, words in known.items():
        out.append(f"{indent}  {column}:")
        out += [f"{indent}    {scalar(w)}: {scalar(m)}" for w, m in words.items() if len(w) <= _LONGEST_WORD]
        out += _word_questions(proposal, column, language, indent + "    ")
    for column in proposal.unknown:
        if column in taken and column not in known:
            out += _word_questions(proposal, column, language, indent + ("  " if known else ""))
    return out


def _word_questions(proposal: TableProposal, column: str, language: str, indent: str) -> list[str]:
    unknown = proposal.unknown.get(column, {})
    if not unknown:
        return []
    words = dict.fromkeys(known_words(proposal.table, column).values())
    known = ", ".join(words) or text(
        f"intake.any_{column}" if column in ("kpi", "period") else "intake.any_word", language
    )
    out = [
        f"{indent}{ASKED}{proposal.table}.{column}: {remark(text('intake.ask_words', language, known=known))}"
    ]
    return out + [f"{indent}#   {scalar(w)}: {likely or '?'}" for w, likely in list(unknown.items())[:30]]


def top_lines(proposal: Proposal, name: str, language: str) -> dict[str, list[str]]:
    """What stands above the tables, by key."""
    said = (
        text("intake.currency_asked", language)
        if not proposal.currency
        else text(proposal.currency_reason, language)
    )
    currency = [with_remark(f"currency: {proposal.currency or ('CNY' if language == 'zh' else 'USD')}", said)]
    if not proposal.currency:
        currency = [f"{ASKED}currency: {remark(text(proposal.currency_reason, language))}", *currency]
    return {
        "name": [f"name: {scalar(name)}"],
        "client": [
            with_remark(
                f"client: {{en: {_inner(name)}, zh: {_inner(name)}}}", text("intake.put_name", language)
            )
        ],
        "language": [f"language: {language}"],
        "currency": currency,
        "calendar": [with_remark("calendar: months", text("intake.put_calendar", language))],
        "covers": _covers(proposal, language),
        "measure": _measure(proposal, language),
        "files": _files(proposal),
        "tables": ["tables:", *(x for t in proposal.tables for x in table_lines(t, language))],
    }


def _inner(value: str) -> str:
    shown = scalar(value)
    return shown if shown.startswith('"') else f'"{shown}"'


def _covers(proposal: Proposal, language: str) -> list[str]:
    start, end = proposal.covers
    if not start:
        return [
            f"{ASKED}covers: {text('intake.ask_covers', language)}",
            "# covers: {from: 2026-01-01, to: 2026-12-31}",
        ]
    return [with_remark(f"covers: {{from: {start}, to: {end}}}", text("intake.covers_found", language))]


def _measure(proposal: Proposal, language: str) -> list[str]:
    if not proposal.measure:
        return []
    names = {k: load_catalogue()[k].name["zh" if language == "zh" else "en"] for k in proposal.measure}
    head = with_remark("measure:", text("intake.put_measure", language))
    return [head, *(with_remark(f"  - {kpi}", name) for kpi, name in names.items())]


def file_lines(files: Mapping[str, Source]) -> list[str]:
    """Entries under `files:`, which SELECTs read by name."""
    return [
        x for name, source in files.items() for x in (f"  {scalar(name)}:", *source_lines(source, "    "))
    ]


def _files(proposal: Proposal) -> list[str]:
    files = {name: s for t in proposal.tables for name, s in t.files.items()}
    return ["files:", *file_lines(files)] if files else []
