"""Lint schemes: run every rule that is asked for and can be run, and say what was found in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.errors import NotEnoughData
from toolkit.language import describe
from toolkit.review.lint.asked import Asked, refuse_unknown
from toolkit.review.lint.cards import SEVERITIES, Card, Pack, load_cards
from toolkit.review.lint.look import Hit, Look, Rule, accepts
from toolkit.review.lint.rules import all_rules
from toolkit.scheme.scheme import Scheme, Schemes

COLUMNS = ("code", "severity", "scheme", "where", "message", "advice", "accepted", "write")
SKIPPED = ("code", "scheme", "reason")
NEEDS = "needs:"  # how the reason of a rule begins whose tables were not given
# It asks what the others found, so it comes after them.
LAST = "G20"


@dataclass(frozen=True)
class Linted:
    """What the linter found, and which rules could not be run.

    Parameters
    ----------
    findings : DataFrame
        code, severity, scheme, where, message, advice, accepted (the reason written in the scheme, else ""),
        write (how the file says what is advised, else "").
    skipped : DataFrame
        code, scheme, reason: `needs:payouts`, or why the data do not carry the rule. What a rule had found
        before that stands among the findings.
    run : DataFrame
        code, scheme: the rules that were run to their end.
    """

    findings: pd.DataFrame
    skipped: pd.DataFrame
    run: pd.DataFrame


def lint(
    schemes: Schemes,
    *,
    client: Engagement | None = None,
    only: Iterable[str] = (),
    packs: Sequence[Pack] | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    limits: Mapping[str, Mapping[str, float]] | None = None,
    language: str = "en",
    **tables: pd.DataFrame,
) -> pd.DataFrame:
    """What is unwise in schemes, each finding with its evidence and advice.

    Parameters
    ----------
    schemes : Schemes
    client : Engagement, optional
        Adds its objectives, problems and roster to what is looked at.
    only : iterable of str
        By name (its latest version) or name@version; rules that compare see the others too. Empty: all.
    packs : sequence of {'core', 'intl', 'cn'}, optional
        By default core, and cn for a scheme in CNY, else intl.
    select, ignore : iterable of str
        Codes or the beginnings of codes (`M`, `C03`); an empty `select` is everything.
    limits : mapping, optional
        Code → parameter → number, instead of the card's.
    language : str
    **tables : DataFrame
        panel, targets, scorecard, scores, payouts, components, adjustments, participants (the client's where
        left out), as the stages give them; a rule whose tables are not given is not run.

    Returns
    -------
    DataFrame
        code, severity, scheme, where, message, advice, accepted, write; errors first, then warnings and
        notes, each in the order of the codes.

    Raises
    ------
    SchemeError
        A scheme, a code, a pack, a table or a parameter that there is not.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> lint(example_schemes(), select=["M01"])[["code", "scheme"]].values.tolist()
    [['M01', 'field_sales@2026-01']]
    """
    return linted(
        schemes,
        client=client,
        only=only,
        packs=packs,
        select=select,
        ignore=ignore,
        limits=limits,
        language=language,
        **tables,
    ).findings


def linted(
    schemes: Schemes,
    *,
    client: Engagement | None = None,
    only: Iterable[str] = (),
    packs: Sequence[Pack] | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    limits: Mapping[str, Mapping[str, float]] | None = None,
    language: str = "en",
    **tables: pd.DataFrame,
) -> Linted:
    """As `lint`, with the rules that were run, and those that could not be run and why."""
    if client is not None:
        tables = {"participants": client.participants, **tables}
    said: Any = language
    asked = Asked(schemes, packs, tuple(select), tuple(ignore), limits or {}, said, client, tables)
    refuse_unknown(asked)
    chosen = {schemes[name].id for name in only} or {scheme.id for scheme in schemes}
    gathered = _Gathered()
    for scheme in schemes:
        if scheme.id in chosen:
            _lint_one(scheme, asked, gathered)
    return gathered.tables()


@dataclass
class _Gathered:
    """What comes together while the rules are run."""

    found: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    run: list[dict[str, str]] = field(default_factory=list)
    memo: dict[tuple[str, ...], Any] = field(default_factory=dict)

    def tables(self) -> Linted:
        return Linted(
            pd.DataFrame(_sorted(self.found), columns=list(COLUMNS)).astype("str"),
            pd.DataFrame(self.skipped, columns=list(SKIPPED)).astype("str"),
            pd.DataFrame(self.run, columns=list(SKIPPED[:2])).astype("str"),
        )


def _lint_one(scheme: Scheme, asked: Asked, gathered: _Gathered) -> None:
    """All rules on one scheme, the one on accepted findings last."""
    cards, rules, seen = load_cards(), all_rules(), dict[str, list[str]]()
    # A rule without a card has no words; a test holds the two together.
    for code in sorted(set(rules) & set(cards), key=lambda code: (code == LAST, list(rules).index(code))):
        card = cards[code]
        if not asked.wants(code, card, scheme):
            continue
        own = {**card.parameters, **asked.limits.get(code, {})}
        look = Look(
            scheme, asked.schemes, own, asked.language, asked.client, asked.tables, seen, gathered.memo
        )
        if not _in_scope(card, look):
            continue
        lacking = asked.lacking(card)
        hits, reason = ([], NEEDS + ",".join(lacking)) if lacking else _hits(rules[code], look)
        gathered.found += [_finding(code, card, hit, scheme, asked.language) for hit in hits]
        if reason:
            gathered.skipped.append({"code": code, "scheme": scheme.id, "reason": reason})
            continue
        seen[code] = [hit.where for hit in hits]
        gathered.run.append({"code": code, "scheme": scheme.id})


def _hits(rule: Rule, look: Look) -> tuple[list[Hit], str]:
    """What a rule finds, and why it could not go on, else nothing: what it found before that stands."""
    hits: list[Hit] = []
    try:
        for hit in rule(look):
            hits.append(hit)  # one by one: those before a refusal are kept
    except NotEnoughData as error:
        return hits, " ".join(describe(p, look.language, remedied=False) for p in error.problems)
    return hits, ""


def _in_scope(card: Card, look: Look) -> bool:
    """A card of the scorecard is not run on a plan that pays a single measure, except for what core asks."""
    return card.scope != "scorecard" or "core" in card.packs or look.is_scorecard


def _sorted(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Gravest first, then in the order of the codes; what one rule found stays as the rule gave it."""
    codes = list(all_rules())
    return sorted(found, key=lambda one: (SEVERITIES.index(one["severity"]), codes.index(one["code"])))


def _finding(
    code: str, card: Card, hit: Hit, scheme: Scheme, language: Literal["en", "zh"]
) -> dict[str, Any]:
    return {
        "code": code,
        "severity": card.severity,
        "scheme": scheme.id,
        "where": hit.where,
        "message": card.message[language].format(**hit.values),
        "advice": card.advice[language].format(**hit.values),
        "accepted": next((a.reason for a in scheme.accepted if accepts(a, code, hit.where)), ""),
        "write": card.write,
    }
