"""What a reviewer of the design would ask, and signs in the history that call for a look."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

import pandas as pd

from toolkit.language import number, percent, text
from toolkit.report.blocks import Block, Details, Heading, Note, Paragraph, Points, Table
from toolkit.report.phrases import count
from toolkit.report.results import Results
from toolkit.report.reviewed import design, signs
from toolkit.review.lint.cards import load_cards

SEVERITIES = ("error", "warning", "note")


def design_blocks(results: Results, schemes: Collection[str], language: str) -> list[Block]:
    """Findings of some schemes: the grave ones in a table with advice, the others folded away."""
    say = partial(text, language=language)
    found = design(results, language).findings
    own = found[found["scheme"].isin(list(schemes))]
    open_ones, accepted = own[own["accepted"] == ""], own[own["accepted"] != ""]
    counts = [
        count(int((open_ones["severity"] == s).sum()), f"finding_{s}", language)
        for s in SEVERITIES
        if (open_ones["severity"] == s).any()
    ]
    blocks: list[Block] = [Heading(say("design.heading"))]
    if open_ones.empty:
        blocks.append(Paragraph(say("design.nothing", rules=number(len(load_cards()), language))))
    else:
        values = {"counts": say("phrase.join").join(counts), "rules": number(len(load_cards()), language)}
        blocks.append(Paragraph(say("design.counted", **values)))
    grave, notes = open_ones[open_ones["severity"] != "note"], open_ones[open_ones["severity"] == "note"]
    blocks += [_table(grave, language)] if len(grave) else []
    blocks += [Details(say("design.notes"), (_table(notes, language),))] if len(notes) else []
    if len(accepted):
        lines = (f"{r['code']}: {r['message']} ({r['accepted']})" for r in accepted.to_dict("records"))
        blocks.append(Points(say("design.accepted"), tuple(lines)))
    return blocks


def _table(rows: pd.DataFrame, language: str) -> Table:
    """One line a finding; what is found of several schemes in the same words stands once."""
    header = tuple(text(f"design.column_{c}", language) for c in ("code", "message", "advice"))
    once = rows.drop_duplicates(["code", "message"])
    lines = once[["code", "message", "advice"]].itertuples(index=False, name=None)
    return Table(header, tuple((code, _plain(found), _plain(advice)) for code, found, advice in lines))


def sign_blocks(results: Results, language: str) -> list[Block]:
    """What the history shows that calls for a look, and how much was looked at without a sign or in vain."""
    say = partial(text, language=language)
    found = signs(results, language)
    blocks: list[Block] = [Heading(say("signs.heading"))]
    flagged = found[found["verdict"] == "look"]
    seen = found[found["verdict"] != "not_enough_data"]
    values = {
        "tests": count(len(seen), "sign_test", language),
        "refused": count(len(found) - len(seen), "sign_test", language),
        "flagged": number(len(flagged), language),
        "level": percent((1 - float(found["level"].iloc[0])) / 2 if len(found) else 0.05, language),
    }
    key = "none_done" if seen.empty else "none" if flagged.empty else "some"
    blocks.append(Paragraph(say(f"signs.{key}", **values)))
    if len(flagged):
        blocks.append(Points(say("signs.look"), tuple(flagged["message"])))
    if len(seen):
        rows = tuple(_sign(row, language) for row in seen.to_dict("records"))
        header = tuple(say(f"signs.column_{c}") for c in ("test", "verdict", "message"))
        blocks.append(Details(say("signs.all"), (Table(header, rows),)))
    blocks.append(Note(say("signs.note")))
    return blocks


def _sign(row: dict[Any, Any], language: str) -> tuple[str, ...]:
    verdict = text(f"integrity.{row['verdict']}", language)
    return text(f"integrity.test.{row['test']}", language), verdict, row["message"]


def _plain(words: str) -> str:
    """Names in a scheme's file stand in backticks, which a page does not need."""
    return words.replace("`", "")
