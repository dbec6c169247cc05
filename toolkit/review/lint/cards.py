"""A card for each lint rule: what it looks for and why, from which source, and what to do instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from toolkit.documents import load_document
from toolkit.errors import DataError, Problems
from toolkit.faults import read_as

Both = Mapping[Literal["en", "zh"], str]
Severity = Literal["error", "warning", "note"]
Pack = Literal["core", "intl", "cn"]
Scope = Literal["scorecard", "pay_plan", "both"]
Reads = Literal[
    "client",
    "panel",
    "targets",
    "scorecard",
    "scores",
    "payouts",
    "components",
    "adjustments",
    "participants",
]
# What stands behind a number, as RULES.md grades it: vendor, academic, government, survey, practitioner, open
# source, weak, own inference.
Evidence = Literal["V", "A", "G", "S", "P", "O", "W", "own"]
FAMILIES = ("M", "W", "T", "S", "C", "P", "G", "D")
PACKS: tuple[Pack, ...] = get_args(Pack)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)  # the gravest first
TABLES: tuple[str, ...] = tuple(name for name in get_args(Reads) if name != "client")
FOLDER = Path(__file__).parent / "cards"
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_STRICT, kw_only=True)
class Card:
    """What is to be known of a lint rule; every text in `en` and `zh`.

    Parameters
    ----------
    slug : str
        The rule's function and its short name: `too_few_kpis`.
    name : mapping
        A few words.
    severity : {'error', 'warning', 'note'}
    packs : tuple of {'core', 'intl', 'cn'}
        A rule runs where one of its packs is asked for.
    scope : {'scorecard', 'pay_plan', 'both'}
        Whether it looks at what is scored, at what is paid, or at both.
    reads : tuple of str
        Tables it needs beside the scheme; without them it is not run.
    parameters : mapping
        Name → number that may be set otherwise.
    message, advice : mapping
        What was found, with `{values}`; what to do: words of the trade, for those who read the report.
    write : str
        How a scheme's or engagement's file says what is advised, the same in both languages; blank: nothing
        to show.
    what, why, example, instead, may_not_apply : mapping
        The page: what is looked for, why it matters, a bad example, a better one, when to leave it as it is.
    source : str
        Where the rule and its number come from.
    grade : str
        V vendor, A academic, G government or court, S survey, P practitioner, O open source, W weak, own.
    """

    slug: Annotated[str, Field(pattern=r"^[a-z][a-z_0-9]*$")]
    name: Both
    severity: Severity
    packs: Annotated[tuple[Pack, ...], Field(min_length=1)]
    scope: Scope
    message: Both
    advice: Both
    what: Both
    why: Both
    example: Both
    instead: Both
    may_not_apply: Both
    source: Annotated[str, Field(min_length=3)]
    grade: Evidence
    reads: tuple[Reads, ...] = ()
    parameters: Mapping[str, float] = field(default_factory=dict)
    write: str = ""


def spans(codes: Iterable[str]) -> str:
    """Codes as people read them: `M01-M16, W01-W09`.

    Examples
    --------
    >>> spans(["M01", "M02", "W01"])
    'M01-M02, W01'
    """
    families = [sorted(found) for _, found in groupby(codes, key=lambda code: code[0])]
    return ", ".join(dict.fromkeys("-".join(dict.fromkeys((f[0], f[-1]))) for f in families))


@cache
def load_cards() -> Mapping[str, Card]:
    """Code → card, by family and number.

    Raises
    ------
    DataError
        A card that is incomplete, with file and line.

    Examples
    --------
    >>> load_cards()["M01"].slug
    'too_few_kpis'
    """
    problems, cards = Problems(), {}
    for family in FAMILIES:
        document = load_document(FOLDER / f"{family}.yaml")
        for code, said in document.data.items():
            card = read_as(Card, said, document, document.path.name, problems, (code,))
            if card is not None:
                cards[code] = card
    problems.raise_as(DataError)
    return cards
