"""What is asked of the linter: which schemes, packs and rules, by which limits, with which tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.errors import Problem, SchemeError
from toolkit.language import LANGUAGES
from toolkit.review.lint.cards import PACKS, TABLES, Card, Pack, load_cards, spans
from toolkit.scheme.scheme import Scheme, Schemes


@dataclass(frozen=True)
class Asked:
    """What was asked for, as the rules need it."""

    schemes: Schemes
    packs: Sequence[Pack] | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    limits: Mapping[str, Mapping[str, float]]
    language: Literal["en", "zh"]
    client: Engagement | None
    tables: Mapping[str, pd.DataFrame]

    def wants(self, code: str, card: Card, scheme: Scheme) -> bool:
        """Whether a rule is in the packs and among the codes asked for."""
        packs = self.packs or ("core", "cn" if scheme.currency == "CNY" else "intl")
        selected = not self.select or code.startswith(self.select)
        return bool(set(card.packs) & set(packs)) and selected and not code.startswith(self.ignore)

    def lacking(self, card: Card) -> list[str]:
        """The tables that a rule reads and nobody gave."""
        given = {*self.tables, *(["client"] if self.client is not None else [])}
        return [name for name in card.reads if name not in given]


def refuse_unknown(asked: Asked) -> None:
    """Everything asked for that there is not, at once."""
    cards = load_cards()
    problems: list[Problem] = []
    if asked.language not in LANGUAGES:
        problems.append(_unknown("lint.unknown_language", asked.language, LANGUAGES))
    for pack in asked.packs or ():
        if pack not in PACKS:
            problems.append(_unknown("lint.unknown_pack", pack, PACKS))
    for code in (*asked.select, *asked.ignore, *asked.limits):
        if not code or not any(known.startswith(code) for known in cards):
            problems.append(Problem("lint.unknown_rule", value=code, values={"known": spans(cards)}))
    for code, own in asked.limits.items():
        known = cards[code].parameters if code in cards else {}
        problems += [_unknown("lint.unknown_limit", f"{code}.{n}", known) for n in own if n not in known]
    problems += [_unknown("lint.unknown_table", name, TABLES) for name in asked.tables if name not in TABLES]
    if problems:
        raise SchemeError(problems)


def _unknown(code: str, value: str, known: Iterable[str]) -> Problem:
    return Problem(code, value=value, values={"known": ", ".join(sorted(known)) or "–"})
