"""Lint schemes: run every rule that is asked for and can be run, and say what was found in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.errors import NotEnoughData, Problem, SchemeError
from toolkit.language import LANGUAGES, describe
from toolkit.review.lint.cards import PACKS, SEVERITIES, TABLES, Card, Pack, load_cards
from toolkit.review.lint.look import Hit, Look, accepts
from toolkit.review.lint.rules import all_rules
from toolkit.scheme.scheme import Scheme, Schemes

COLUMNS = ("code", "severity", "scheme", "where", "message", "advice", "accepted")
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
        code, severity, scheme, where, message, advice, accepted (the reason written in the scheme, else "").
    skipped : DataFrame
        code, scheme, reason: `needs:payouts`, or why the data do not carry the rule.
    run : DataFrame
        code, scheme: the rules that were run to their end.
    """

    findings: pd.DataFrame
    skipped: pd.DataFrame
    run: pd.DataFrame


@dataclass(frozen=True)
class _Asked:
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
        Schemes to look at, by name (its latest version) or name@version; the others stay in sight of rules
        that compare. Empty: all.
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
        code, severity, scheme, where, message, advice, accepted; errors first, then warnings and notes, each
        in the order of the codes.

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
    asked = _Asked(schemes, packs, tuple(select), tuple(ignore), limits or {}, said, client, tables)
    _refuse_unknown(asked)
    chosen = {schemes[name].id for name in only} or {scheme.id for scheme in schemes}
    found: list[dict[str, Any]] = []
    skipped: list[dict[str, str]] = []
    run: list[dict[str, str]] = []
    for scheme in schemes:
        if scheme.id in chosen:
            _lint_one(scheme, asked, found, skipped, run)
    return Linted(
        pd.DataFrame(_sorted(found), columns=list(COLUMNS)).astype("str"),
        pd.DataFrame(skipped, columns=list(SKIPPED)).astype("str"),
        pd.DataFrame(run, columns=list(SKIPPED[:2])).astype("str"),
    )


def _lint_one(
    scheme: Scheme,
    asked: _Asked,
    found: list[dict[str, Any]],
    skipped: list[dict[str, str]],
    run: list[dict[str, str]],
) -> None:
    """All rules on one scheme, the one on accepted findings last."""
    cards, rules, seen = load_cards(), all_rules(), dict[str, list[str]]()
    # A rule without a card has no words; a test holds the two together.
    for code in sorted(set(rules) & set(cards), key=lambda code: (code == LAST, list(rules).index(code))):
        card = cards[code]
        if not asked.wants(code, card, scheme):
            continue
        own = {**card.parameters, **asked.limits.get(code, {})}
        look = Look(scheme, asked.schemes, own, asked.language, asked.client, asked.tables, seen)
        if not _in_scope(card, look):
            continue
        try:
            reason = NEEDS + ",".join(lacking) if (lacking := asked.lacking(card)) else ""
            hits = [] if reason else list(rules[code](look))
        except NotEnoughData as error:
            reason = " ".join(describe(p, asked.language, remedied=False) for p in error.problems)
        if reason:
            skipped.append({"code": code, "scheme": scheme.id, "reason": reason})
            continue
        seen[code] = [hit.where for hit in hits]
        run.append({"code": code, "scheme": scheme.id})
        found += [_finding(code, card, hit, scheme, asked.language) for hit in hits]


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
    }


def _refuse_unknown(asked: _Asked) -> None:
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
            problems.append(_unknown("lint.unknown_rule", code, cards))
    for code, own in asked.limits.items():
        known = cards[code].parameters if code in cards else {}
        problems += [_unknown("lint.unknown_limit", f"{code}.{n}", known) for n in own if n not in known]
    problems += [_unknown("lint.unknown_table", name, TABLES) for name in asked.tables if name not in TABLES]
    if problems:
        raise SchemeError(problems)


def _unknown(code: str, value: str, known: Iterable[str]) -> Problem:
    return Problem(code, value=value, values={"known": ", ".join(sorted(known)) or "–"})
