"""Lint schemes: run every rule that is asked for and can be run, and say what was found in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.errors import NotEnoughData, Problem, SchemeError
from toolkit.language import describe_error
from toolkit.review.lint.cards import PACKS, Card, Pack, load_cards
from toolkit.review.lint.look import Hit, Look
from toolkit.review.lint.rules import all_rules
from toolkit.scheme.scheme import Scheme, Schemes

COLUMNS = ("code", "severity", "scheme", "where", "message", "advice", "accepted")
SKIPPED = ("code", "scheme", "reason")


@dataclass(frozen=True)
class Linted:
    """What the linter found, and which rules could not be run.

    Parameters
    ----------
    findings : DataFrame
        code, severity, scheme, where, message, advice, accepted (the reason written in the scheme, else "").
    skipped : DataFrame
        code, scheme, reason: `needs:payouts`, or why the data do not carry the rule.
    """

    findings: pd.DataFrame
    skipped: pd.DataFrame


def lint(
    schemes: Schemes,
    *,
    client: Engagement | None = None,
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
    packs : sequence of {'core', 'intl', 'cn'}, optional
        By default core, and cn for a scheme in CNY, else intl.
    select, ignore : iterable of str
        Codes or the beginnings of codes (`M`, `C03`); an empty `select` is everything.
    limits : mapping, optional
        Code → parameter → number, instead of the card's.
    language : str
    **tables : DataFrame
        panel, targets, scorecard, scores, payouts, components, adjustments, participants, as the stages give
        them; a rule whose tables are not given is not run.

    Returns
    -------
    DataFrame
        code, severity, scheme, where, message, advice, accepted.

    Raises
    ------
    SchemeError
        A code, a pack, a table or a parameter that there is not.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> lint(example_schemes(), select=["M01"])[["code", "scheme"]].values.tolist()
    [['M01', 'field_sales@2026-01']]
    """
    return linted(
        schemes,
        client=client,
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
    packs: Sequence[Pack] | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    limits: Mapping[str, Mapping[str, float]] | None = None,
    language: str = "en",
    **tables: pd.DataFrame,
) -> Linted:
    """As `lint`, with the rules that could not be run and why."""
    cards, rules, changed = load_cards(), all_rules(), limits or {}
    _refuse_unknown(cards, packs, (*select, *ignore), changed, tables)
    given = {*tables, *(["client"] if client is not None else [])}
    found: list[dict[str, Any]] = []
    skipped: list[dict[str, str]] = []
    for scheme in schemes:
        asked = packs or ("core", "cn" if scheme.currency == "CNY" else "intl")
        for code, run in rules.items():
            card = cards[code]
            if not (set(card.packs) & set(asked)) or not _chosen(code, select, ignore):
                continue
            lacking = [name for name in card.reads if name not in given]
            if lacking:
                skipped.append(_skip(code, scheme, f"needs:{','.join(lacking)}"))
                continue
            own = {**card.parameters, **changed.get(code, {})}
            look = Look(scheme, schemes, own, language, client, tables)
            if not _in_scope(card, look):
                continue
            try:
                found += [_finding(code, card, hit, scheme, language) for hit in run(look)]
            except NotEnoughData as error:
                skipped.append(_skip(code, scheme, " ".join(describe_error(error, language))))
    return Linted(pd.DataFrame(found, columns=list(COLUMNS)), pd.DataFrame(skipped, columns=list(SKIPPED)))


def _chosen(code: str, select: Iterable[str], ignore: Iterable[str]) -> bool:
    wanted, unwanted = tuple(select), tuple(ignore)
    return (not wanted or code.startswith(wanted)) and not (unwanted and code.startswith(unwanted))


def _in_scope(card: Card, look: Look) -> bool:
    """A card of the scorecard is not run on a plan that pays a single measure, except for what core asks."""
    return card.scope != "scorecard" or "core" in card.packs or look.is_scorecard


def _finding(code: str, card: Card, hit: Hit, scheme: Scheme, language: str) -> dict[str, Any]:
    return {
        "code": code,
        "severity": card.severity,
        "scheme": scheme.id,
        "where": hit.where,
        "message": card.message[_lang(language)].format(**hit.values),
        "advice": card.advice[_lang(language)].format(**hit.values),
        "accepted": _accepted(code, hit.where, scheme),
    }


def _accepted(code: str, where: str, scheme: Scheme) -> str:
    """The reason for which the scheme itself accepts the finding."""
    return next((a.reason for a in scheme.accepted if a.rule == code and a.where in ("", where)), "")


def _skip(code: str, scheme: Scheme, reason: str) -> dict[str, str]:
    return {"code": code, "scheme": scheme.id, "reason": reason}


def _lang(language: str) -> Any:
    return language


def _refuse_unknown(
    cards: Mapping[str, Card],
    packs: Sequence[str] | None,
    codes: Iterable[str],
    limits: Mapping[str, Mapping[str, float]],
    tables: Iterable[str],
) -> None:
    """Everything asked for that there is not, at once."""
    problems: list[Problem] = []
    readable = {name for card in cards.values() for name in card.reads} - {"client"}
    for pack in packs or ():
        if pack not in PACKS:
            problems.append(_unknown("lint.unknown_pack", pack, PACKS))
    for code in (*codes, *limits):
        if not any(known.startswith(code) for known in cards) or not code:
            problems.append(_unknown("lint.unknown_rule", code, cards))
    for code, own in limits.items():
        known = cards[code].parameters if code in cards else {}
        problems += [_unknown("lint.unknown_limit", f"{code}.{n}", known) for n in own if n not in known]
    problems += [_unknown("lint.unknown_table", name, readable) for name in tables if name not in readable]
    if problems:
        raise SchemeError(problems)


def _unknown(code: str, value: str, known: Iterable[str]) -> Problem:
    return Problem(code, value=value, values={"known": ", ".join(sorted(known)) or "–"})
