"""The pages of the rules, written from their cards: `python -m toolkit.review.lint.pages [folder]`."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from toolkit.errors import Problem, SchemeError
from toolkit.language import LANGUAGES, text
from toolkit.review.lint.cards import FAMILIES, Card, load_cards, spans

FOLDER = Path("docs") / "lint"
_WRITTEN = "<!-- Written by `python -m toolkit.review.lint.pages` from the rule's card; change the card. -->"
_PARTS = ("what", "why", "example", "instead", "may_not_apply")
_HEADING = {"en": "English", "zh": "中文"}
_TABLE = ("code", "name", "severity", "scope", "packs", "source", "grade")
_INDEX = {
    "en": "What `kpi lint` looks for. How to run it, accept a finding and change a limit: "
    "[how-to/lint.md](../how-to/lint.md).",
    "zh": "`kpi lint` 检查的全部规则。如何运行、接受某项发现、调整参数，"
    "见 [how-to/lint.md](../how-to/lint.md)。",
}


def explain(code: str, language: str) -> str:
    """A rule's page in one language, as `kpi lint --explain` prints it.

    Parameters
    ----------
    code : str
        `M01`, or the rule's short name: `too_few_kpis`.
    language : str
        en or zh.

    Raises
    ------
    SchemeError
        There is no such rule.

    Examples
    --------
    >>> print(explain("M01", "zh").splitlines()[0])
    M01 too_few_kpis · 指标过少
    """
    cards = load_cards()
    named = {card.slug: known for known, card in cards.items()}
    found = named.get(code.strip().lower(), code.strip().upper())
    if found not in cards:
        raise SchemeError(Problem("lint.unknown_rule", value=code, values={"known": spans(cards)}))
    card = cards[found]
    said: Any = language
    entry = f"accepted: [{{rule: {found}, reason: …}}]"
    return "\n".join(
        [
            f"{found} {card.slug} · {card.name[said]}",
            _facts(card, language),
            *(f"\n{text(f'lint.page.{part}', language)}\n  {getattr(card, part)[said]}" for part in _PARTS),
            "",
            *_below(card, language),
            text("lint.page.accept", language, entry=entry),
        ]
    )


def _facts(card: Card, language: str) -> str:
    words = {name: text(f"lint.{name}.{getattr(card, name)}", language) for name in ("severity", "scope")}
    return text("lint.page.facts", language, packs=", ".join(card.packs), **words)


def _below(card: Card, language: str) -> list[str]:
    """How the file says it, what it needs, its parameters, its source: a line each, where there are any."""
    lines = [text("lint.page.write", language, write=f"`{card.write}`")] if card.write else []
    if card.reads:
        lines.append(text("lint.page.reads", language, tables=", ".join(card.reads)))
    if card.parameters:
        shown = ", ".join(f"{name} = {value:g}" for name, value in card.parameters.items())
        lines.append(text("lint.page.parameters", language, parameters=shown))
    grade = text(f"lint.grade.{card.grade}", language)
    return [*lines, text("lint.page.source", language, source=card.source, grade=grade)]


def page(code: str, card: Card) -> str:
    """A rule's page for the folder: English, then Chinese."""
    lines = [f"# {code} {card.name['en']} · {card.name['zh']}", "", _WRITTEN, "", f"`{card.slug}`", ""]
    for language in LANGUAGES:
        said: Any = language
        lines += [f"## {_HEADING[language]}", "", _facts(card, language), ""]
        for part in _PARTS:
            heading = text(f"lint.page.{part}", language)
            lines += [
                f"**{heading}{'：' if language == 'zh' else '.'}** {_prose(getattr(card, part)[said])}",
                "",
            ]
        lines += [f"- {_prose(line)}" for line in _below(card, language)] + [""]
    return "\n".join(lines).rstrip() + "\n"


def index(cards: Mapping[str, Card]) -> str:
    """The table of all rules, in English and Chinese."""
    lines = ["# Lint rules · 检查规则", "", _WRITTEN, ""]
    for language in LANGUAGES:
        lines += [f"## {_HEADING[language]}", "", _INDEX[language], ""]
        for family in FAMILIES:
            lines += [f"### {family} {text(f'lint.family.{family}', language)}", ""]
            lines += [*_rows({c: card for c, card in cards.items() if c[0] == family}, language), ""]
    return "\n".join(lines).rstrip() + "\n"


def _rows(cards: Mapping[str, Card], language: str) -> list[str]:
    heads = [text(f"lint.label.{name}", language) for name in _TABLE]
    rows = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for cells in table(cards, language):
        shown = [cell.replace("|", "\\|") for cell in map(_prose, cells)]
        rows.append(f"| [{shown[0]}]({shown[0]}.md) | {' | '.join(shown[1:])} |")
    return rows


def table(cards: Mapping[str, Card], language: str) -> list[tuple[str, ...]]:
    """Every rule as code, name, severity, what it looks at, packs, source and grade, in words."""
    said: Any = language
    return [
        (
            code,
            card.name[said],
            text(f"lint.severity.{card.severity}", language),
            text(f"lint.scope.{card.scope}", language),
            ", ".join(card.packs),
            card.source,
            text(f"lint.grade.{card.grade}", language),
        )
        for code, card in cards.items()
    ]


def _prose(words: str) -> str:
    """Text as Markdown shows it: what looks like a tag is none, outside of code."""
    parts = re.split(r"(`[^`]*`)", " ".join(words.split()))
    return "".join(p if p.startswith("`") else p.replace("<", "&lt;").replace("*", "\\*") for p in parts)


def pages() -> dict[str, str]:
    """File name → content of the whole folder."""
    cards = load_cards()
    return {"README.md": index(cards)} | {f"{code}.md": page(code, card) for code, card in cards.items()}


def write_pages(folder: Path = FOLDER) -> None:
    """Write the folder anew; pages of rules that there are no more go."""
    folder.mkdir(parents=True, exist_ok=True)
    written = pages()
    for old in folder.glob("*.md"):
        if old.name not in written:
            old.unlink()
    for name, content in written.items():
        (folder / name).write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
