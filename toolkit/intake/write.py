"""`engagement.yaml` written or added to: whole or not at all, with what a person wrote left as it stands."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from toolkit.data.tables import TABLES
from toolkit.documents import load_document
from toolkit.errors import DataError, Problem, Problems
from toolkit.intake.fill import filled
from toolkit.intake.insert import append_entries, apply, child, is_block, keys, opened, root_of
from toolkit.intake.lines import (
    ASKED,
    column_lines,
    entry_lines,
    file_lines,
    remark,
    scalar,
    table_lines,
    top_lines,
    value_lines,
)
from toolkit.intake.match import TableMatch, match_columns
from toolkit.intake.proposal import Proposal, TableProposal
from toolkit.intake.propose import propose_from
from toolkit.intake.reading import find_sources
from toolkit.intake.sources import Source
from toolkit.language import LANGUAGES, text

FILE = "engagement.yaml"
_RECORD = "# kpi map: "
_ASKED = re.compile(r"^\s*# asked: (\S.*)$")


@dataclass(frozen=True)
class Mapped:
    """What `kpi map` did.

    Parameters
    ----------
    path : Path
        The `engagement.yaml`.
    proposal : Proposal
        What it found in files that it had not looked at before.
    added : tuple of TableProposal
        Columns found for tables that were mapped already.
    changed : bool
        Whether the file was written; the one before stands beside it as `engagement.yaml.bak`.
    questions : tuple of (int, str)
        Line and text of everything in the file that is still asked.
    looked_at : tuple of Source
        Every file that could be read, those known from before too.
    """

    path: Path
    proposal: Proposal
    added: tuple[TableProposal, ...]
    changed: bool
    questions: tuple[tuple[int, str], ...]
    looked_at: tuple[Source, ...] = ()


def map_files(folder: str | Path, language: str = "") -> Mapped:
    """Propose what the files in an engagement's `data` folder are, and write it for review.

    Without an `engagement.yaml` a whole one is written. With one, only tables and columns that it does not
    map are added; nothing that stands there is changed, and a file looked at before is not proposed again.

    Parameters
    ----------
    folder : str or Path
        The engagement's.
    language : str
        en or zh, of comments; the engagement's own by default, else that of the files' column names.

    Raises
    ------
    DataError
        No file to look at, or an `engagement.yaml` that cannot be read.
    """
    folder = Path(folder)
    path = folder / FILE
    problems = Problems()
    sources = find_sources(folder, problems)
    if not sources:
        raise DataError([Problem("intake.no_files", "data/"), *_reasons(problems)])
    before = _source_of(path)
    data = load_document(path, FILE).data if before is not None else {}
    if not isinstance(data, dict):
        raise DataError(Problem("document.not_a_mapping", FILE, 1, value=str(data)[:60]))
    said = language or _language_of(data, sources)
    seen = {line for line in (before or "").split("\n") if line.startswith(_RECORD)}
    fresh = [s for s in sources if not set(_records(s)) <= seen]
    proposal, added = _found(fresh, data, tuple(problems.notes))
    made = _whole(folder, proposal, said) if before is None else _extend(before, data, proposal, added, said)
    made = _ask_new_files(made, fresh, _used(data), said)
    after = _recorded(made, fresh)
    if after != before:
        _replace(path, before, after, data)
    return Mapped(path, proposal, added, after != before, open_questions(path), tuple(sources))


def _found(
    fresh: list[Source], data: Mapping[str, Any], notes: tuple[Problem, ...]
) -> tuple[Proposal, tuple[TableProposal, ...]]:
    """New tables from files that none uses, and new columns from files that one does."""
    used, tables = _used(data), _tables_of(data)
    free = [s for s in fresh if _user(s, used) is None]
    added = [_extended(s, tables[t], t) for s in fresh if (t := _user(s, used)) and t in TABLES]
    return propose_from(free, _have(tables), notes), tuple(t for t in added if t is not None)


def open_questions(path: Path) -> tuple[tuple[int, str], ...]:
    """Line and text of everything that an `engagement.yaml` still asks (`# asked: …`)."""
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    return tuple((i, m[1]) for i, line in enumerate(lines, 1) if (m := _ASKED.match(line)))


def _source_of(path: Path) -> str | None:
    if not path.is_file():
        return None
    load_document(path, FILE)  # says what is wrong with it, before anything is done
    return path.read_bytes().decode("utf-8-sig")


def _reasons(problems: Problems) -> list[Problem]:
    return [note for note in problems.notes if not note.code.startswith("intake.")]


def _language_of(data: Mapping[str, Any], sources: list[Source]) -> str:
    """The engagement's own, else Chinese where most files have Chinese column names."""
    if data.get("language") in LANGUAGES:
        return str(data["language"])
    own = [any("\u4e00" <= c <= "\u9fff" for h in s.columns for c in h) for s in sources]
    return "zh" if 2 * sum(own) > len(own) else "en"


def _records(source: Source) -> list[str]:
    """A line for each file that says with which columns it was looked at."""
    sheet = str(source.options.get("sheet", ""))
    mark = hashlib.sha256("\0".join(sorted(source.columns)).encode()).hexdigest()[:8]
    return [f"{_RECORD}{_on_a_line(name, sheet)} {mark}" for name in source.files]


def _on_a_line(name: str, sheet: str) -> str:
    """A file and its sheet on one line, whatever characters they are made of."""
    shown = json.dumps([name, sheet] if sheet else name, ensure_ascii=False)
    return shown if shown.isprintable() else json.dumps([name, sheet])


def _recorded(after: str, fresh: list[Source]) -> str:
    have = set(after.split("\n"))
    new = [record for source in fresh for record in _records(source) if record not in have]
    return after.rstrip("\n") + "\n" + "".join(f"{record}\n" for record in new) if new else after


Used = list[tuple[str, str, str]]  # file, sheet, and the table made of it; blank for one that SELECTs read


def _tables_of(data: Mapping[str, Any]) -> dict[str, Any]:
    tables = data.get("tables")
    return tables if isinstance(tables, dict) else {}


def _used(data: Mapping[str, Any]) -> Used:
    files = data.get("files")
    listed = [("", entry) for entry in files.values()] if isinstance(files, dict) else []
    return [
        (str(name), str(entry.get("sheet") or ""), table)
        for table, entry in [*listed, *_tables_of(data).items()]
        if isinstance(entry, dict)
        for name in (entry.get("file"), *(entry.get("files") or []))
        if name
    ]


def _user(source: Source, used: Used) -> str | None:
    """The table that uses a source: blank if SELECTs do, None if nothing does."""
    own = str(source.options.get("sheet", ""))
    found = [t for file, sheet, t in used if file in source.files and (not sheet or not own or sheet == own)]
    return next((t for t in found if t), "" if found else None)


def _ask_new_files(source: str, fresh: list[Source], used: Used, language: str) -> str:
    """A file that came later, with the columns of one that is mapped, is asked: it may be the next month."""
    known = {file for file, _, _ in used}
    for one in fresh:
        table = _user(one, used)
        new = [name for name in one.files if name not in known]
        if table and new:
            asked = text("intake.ask_file", language, files=", ".join(new))
            source = opened(source, ("tables", table))
            line = f"    {ASKED}{table}.files: {remark(asked)}"
            source = apply(source, append_entries(source, ("tables", table), [line]))
    return source


def _have(tables: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return {
        name: frozenset(entry.get("columns") or {}) if isinstance(entry, dict) else frozenset()
        for name, entry in tables.items()
    }


def _extended(source: Source, entry: Mapping[str, Any], table: str) -> TableProposal | None:
    """Columns of a mapped file that its table does not map yet; None where there are none."""
    mapped = entry.get("columns") or {}
    matches = match_columns(source, table)
    free = tuple(
        m for m in matches
        if m.column not in mapped and m.column not in source.columns and m.header not in mapped.values()
    )  # fmt: skip
    proposal = filled(TableMatch(table, source, 1.0, free))
    lines = tuple(line for line in proposal.lines if line.column not in mapped)
    form = "" if entry.get("date_format") else proposal.date_format
    return replace(proposal, lines=lines, missing=(), date_format=form) if lines else None


def _whole(folder: Path, proposal: Proposal, language: str) -> str:
    head = [f"# {text(key, language)}" for key in ("intake.head_1", "intake.head_2")]
    blocks = top_lines(proposal, folder.resolve().name, language)
    return "\n".join([*head, *(line for block in blocks.values() for line in block)]) + "\n"


def _extend(
    before: str, data: Mapping[str, Any], proposal: Proposal, added: tuple[TableProposal, ...], language: str
) -> str:
    """The document with new tables, new columns of mapped tables, and keys that it lacks."""
    out = before
    for extension in added:
        out = _add_columns(out, extension, language)
    new = [line for t in proposal.tables for line in table_lines(t, language)]
    files = {n: s for t in proposal.tables for n, s in t.files.items() if n not in (data.get("files") or {})}
    for key, lines in (("files", file_lines(files)), ("tables", new)):
        if not lines:
            continue
        out = opened(out, (key,))
        found = child(root_of(out), key)
        if found is not None and is_block(found[1]) and keys(found[1]):
            out = apply(out, append_entries(out, (key,), lines))
        elif key not in data:
            out = out.rstrip("\n") + "\n" + "\n".join([f"{key}:", *lines]) + "\n"
        else:
            raise DataError(
                Problem("intake.flow_style", FILE, found[0].start_mark.line + 1 if found else None, value=key)
            )
    return out


def _add_columns(source: str, extension: TableProposal, language: str) -> str:
    path = ("tables", extension.table)
    out = opened(opened(source, ("tables",)), path)
    table = child(child(root_of(out), "tables")[1], extension.table)  # type: ignore[index]
    entries = keys(table[1]) if table else {}
    taken = [line for line in extension.lines if line.taken]
    columns = column_lines(extension, language)
    if "columns" in entries:
        out = opened(out, (*path, "columns"))
        asked = column_lines(
            replace(extension, lines=tuple(x for x in extension.lines if x.asked)), language, "      "
        )
        columns = [*entry_lines(extension, taken, language, "      "), *asked]
        out = apply(out, append_entries(out, (*path, "columns"), columns))
    elif columns:
        out = apply(out, append_entries(out, path, columns))
    values = value_lines(extension, language)
    if values and "values" in entries:
        out = apply(out, append_entries(opened(out, (*path, "values")), (*path, "values"), values[1:]))
    elif values:
        out = apply(out, append_entries(out, path, values))
    if extension.date_format and taken:
        line = f"    date_format: {scalar(extension.date_format)}"
        out = apply(out, append_entries(out, path, [line]))
    return out


def _replace(path: Path, before: str | None, after: str, data: Mapping[str, Any]) -> None:
    """Write in one step, after the new text was read back and found to hold all that the old one said."""
    part = path.with_name(path.name + ".part")
    part.write_text(after, encoding="utf-8", newline="\n")
    try:
        now = load_document(part, FILE).data
        if not _holds(now, data):
            raise DataError(Problem("intake.flow_style", FILE, value="tables"))
    except DataError:
        part.unlink()
        raise
    if before is not None:
        path.with_name(path.name + ".bak").write_bytes(path.read_bytes())
    part.replace(path)


def _holds(now: Any, before: Any) -> bool:
    """Whether a document says everything that an older one said."""
    if isinstance(before, dict) and isinstance(now, dict):
        return all(key in now and _holds(now[key], value) for key, value in before.items())
    return bool(now == before)
