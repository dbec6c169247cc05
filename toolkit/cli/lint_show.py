"""What `kpi lint` prints: findings, what is accepted, rules not run, as tables or JSON; and the rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from toolkit.language import text

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.review.lint.lint import Linted

SCHEMA = "kpi-lint/1"
_PIPED = 400  # columns where no terminal says how wide it is: wide enough that nothing is cut
_STYLE = {"error": "bold red", "warning": "yellow", "note": "cyan"}


def print_json(found: Linted, language: str, *, design_only: bool) -> None:
    """Print what docs/how-to/lint.md describes."""
    content = {
        "schema": SCHEMA,
        "language": language,
        "schemes": sorted(set(found.run["scheme"]) | set(found.skipped["scheme"])),
        "design_only": design_only,
        "counts": _counts(found),
        "findings": found.findings.to_dict("records"),
        "skipped": found.skipped.to_dict("records"),
    }
    print(json.dumps(content, ensure_ascii=False, indent=2))


def _counts(found: Linted) -> dict[str, int]:
    accepted = found.findings["accepted"] != ""
    severities = found.findings[~accepted]["severity"]
    counts = {f"{name}s": int((severities == name).sum()) for name in _STYLE}
    return counts | {"accepted": int(accepted.sum())}


def print_findings(found: Linted, note: str, language: str, verbose: bool) -> None:
    """Print a table for each scheme, what is accepted, and what was not run."""
    console = _console()
    if note:
        print(note)
    accepted = found.findings["accepted"] != ""
    for scheme in dict.fromkeys([*found.run["scheme"], *found.skipped["scheme"]]):
        own = found.findings[~accepted & (found.findings["scheme"] == scheme)]
        if own.empty:
            run = int((found.run["scheme"] == scheme).sum())
            print(text("lint.clean", language, scheme=scheme, n=run))
        else:
            console.print(Text(f"\n{scheme}", style="bold"))
            for line in _findings(own, language):
                console.print(line, soft_wrap=True)
    if accepted.any():
        print(f"\n{text('lint.accepted', language)}")
        for row in found.findings[accepted].to_dict("records"):
            values = {k: _plain(row[k]) for k in ("code", "scheme", "where", "message")}
            reason = _plain(row["accepted"])
            print(f"- {text('lint.accepted_line', language, **values, reason=reason)}")
    print()
    _print_skipped(found.skipped, language, verbose)
    print(text("lint.summary", language, **_counts(found)))


def _findings(rows: pd.DataFrame, language: str) -> Iterator[Text]:
    """Lines, not cells: terminals wrap Chinese better than tables, and lines can be found."""
    for row in rows.to_dict("records"):
        severity = text(f"lint.severity.{row['severity']}", language)
        yield Text.assemble(
            (severity, _STYLE[row["severity"]]), f" {row['code']} ", (_plain(row["where"]), "dim")
        )
        yield Text(f"  {_plain(row['message'])}")
        yield Text(f"  → {_plain(row['advice'])}", style="dim")
        if row["write"]:
            yield Text(f"    {text('lint.write', language, write=row['write'])}", style="dim")


def _print_skipped(skipped: pd.DataFrame, language: str, verbose: bool) -> None:
    from toolkit.review.lint.lint import NEEDS

    if skipped.empty:
        return
    print(text("lint.skipped_all" if verbose else "lint.skipped", language, n=len(skipped)))
    for row in skipped.to_dict("records") if verbose else ():
        reason = str(row["reason"])
        if reason.startswith(NEEDS):
            reason = text("lint.needs", language, tables=reason.removeprefix(NEEDS))
        print(f"- {row['code']} {row['scheme']}: {_plain(reason)}")


def print_rules(code: str, language: str) -> None:
    """The page of one rule, or the table of all."""
    from toolkit.review.lint.cards import load_cards
    from toolkit.review.lint.pages import explain, table

    if code:
        print(explain(code, language))
        return
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("code", "name", "severity", "scope", "packs", "source", "grade"):
        shown.add_column(text(f"lint.label.{name}", language), overflow="fold")
    for cells in table(load_cards(), language):
        shown.add_row(*(Text(cell) for cell in cells))
    _console().print(shown)
    print(text("lint.rules", language, n=len(load_cards())))


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=_PIPED)


def _plain(words: object) -> str:
    """On one line, without control characters: a client's names may hold anything."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(words)).split())
