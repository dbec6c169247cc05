"""G: governance: consequences, publication, notice and privacy; what counsel looks at, not legal advice."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pandas as pd

from toolkit.appraise.alerts.missed import run_probability
from toolkit.errors import Problems
from toolkit.language import day, listed, percent, pick, text
from toolkit.review.lint.evidence.agreed import day_said, every_word, in_words, said, steps_said, unchecked
from toolkit.review.lint.look import Hit, Look, rule
from toolkit.scheme.coverage import coverage_problems
from toolkit.scheme.scheme import Scheme

# What touches somebody's job or pay, in the words people write in a scheme.
_GRAVE = re.compile(
    r"\b(dismiss|terminat|fired?\b|lay ?off|eliminat|transfer|demot|reassign|(pay|salary|wage) (cut|reduc))"
    r"|淘汰|辞退|解除|解聘|开除|调岗|转岗|调离|降级|降职|降薪",
    re.IGNORECASE,
)
_TALKED = re.compile(
    r"\b(review|interview|conversation|hearing|agree)|评审|评议|复核|面谈|沟通|协商", re.IGNORECASE
)
_PAY = ("pay", "payouts", "individual_pay", "bonus", "工资", "奖金", "薪酬")
_SCORES = (
    *("individual_scores", "individual_results", "individual_grades", "ranking", "individual_ranking"),
    *("个人得分", "个人成绩", "个人等级", "排名"),
)
_RECORDED = "activities"  # the standard table of visits and calls
_DAYS_A_MONTH = 365.2425 / 12
_NAMED = 5  # people a message names


def _grave(word: str) -> bool:
    return bool(_GRAVE.search(word.replace("_", " ")))


@rule("G09")
def automatic_consequence(look: Look) -> Iterator[Hit]:
    """Dismissal, transfer or less pay follows from a result by itself, without anybody looking at it."""
    words = [w for w in every_word(look.scheme.follow_up) if _grave(w)]
    by_itself = [w for w in words if not _TALKED.search(w.replace("_", " "))]
    if by_itself:
        yield Hit("follow_up.then", {"steps": steps_said(by_itself, look.language)})


@rule("G10")
def trigger_hits_ordinary_people(look: Look) -> Iterator[Hit]:
    """Missed quarters lead to more than help, and chance alone makes many people miss as many."""
    run = look.scheme.follow_up.get("missed_quarters")
    grave = [w for w in said(look.scheme.follow_up.get("then")) if _grave(w)]
    if not grave or isinstance(run, bool) or not isinstance(run, int) or run < 1:
        return
    hit, most = look.limits["hit_probability"], look.limits["most"]
    chance = run_probability(hit, run, look.calendar.periods_per_year("quarter"))
    if chance > most:
        shown = {"chance": chance, "hit": hit, "most": most}
        values = {name: percent(value, look.language) for name, value in shown.items()}
        yield Hit(
            "follow_up.missed_quarters", {**values, "run": run, "steps": steps_said(grave, look.language)}
        )


@rule("G11")
def starts_before_announced(look: Look) -> Iterator[Hit]:
    """The scheme holds from a day on which people could not know it yet."""
    start = look.scheme.effective.from_
    for name in ("consulted_on", "announced_on"):
        done = day_said(look.scheme.governance.get(name))
        if done is not None and done > start:
            values = {"late": (done - start).days, "done": text(f"lint.done.{name}", look.language)}
            values |= {"day": day(done, look.language), "start": day(start, look.language)}
            yield Hit(f"governance.{name}", values)


@rule("G12")
def runs_too_long(look: Look) -> Iterator[Hit]:
    """The scheme holds, or has held by now, longer than a scheme stays right."""
    start, agreed = look.scheme.effective.from_, look.scheme.effective.to
    until = agreed or (look.client.end if look.client is not None else None)
    if until is None:  # without an end and without data nobody knows how long it has been running
        return
    months, most = round(((until - start).days + 1) / _DAYS_A_MONTH), int(look.limits["most_months"])
    if months > most:
        how = text("lint.runs.agreed" if agreed else "lint.runs.so_far", look.language)
        values = {"months": months, "most": most, "how": how, "until": day(until, look.language)}
        yield Hit("effective.to", values)


@rule("G13")
def publishes_individual(look: Look) -> Iterator[Hit]:
    """Individual pay is published, or individual scores are without a basis in law."""
    publishes = said(look.scheme.governance.get("publishes"))
    kinds = {"pay": [w for w in publishes if w in _PAY], "scores": [w for w in publishes if w in _SCORES]}
    if said(look.scheme.governance.get("legal_basis")):
        kinds["scores"] = []
    for kind, words in kinds.items():
        if words:
            yield Hit("governance.publishes", {"what": text(f"lint.published.{kind}", look.language)})


@rule("G14")
def law_not_checked(look: Look) -> Iterator[Hit]:
    """A part that takes earned money away, or leaves none, and no note that the law on it was looked at."""
    for where, part, needed in _takes(look.scheme):
        lacking = unchecked(look.scheme, needed)
        if lacking:
            values = {"part": text(f"lint.part.{part}", look.language)}
            yield Hit(where, {**values, "checks": in_words("law", lacking, look.language)})


def _takes(scheme: Scheme) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Parts that touch the law of wages: where, which, what is to be checked."""
    plan = scheme.pay
    if plan.clawback is not None:
        yield "pay.clawback", "clawback", ("deductions",)
    if plan.guarantee is not None and plan.guarantee.recoverable:
        yield "pay.guarantee", "draw", ("deductions", "minimum_wage")
    for gate in plan.gates:
        if gate.pays == 0:
            yield f"pay.gates.{gate.measure}", "gate", ("minimum_wage",)
    for veto in scheme.vetoes:
        if veto.pays == 0:
            yield f"vetoes.{veto.item or veto.measure}", "veto", ("deductions", "minimum_wage")
    for i, modifier in enumerate(plan.modifiers):
        if 0 in modifier.grades.values():
            yield f"pay.modifiers.{i}", "grades", ("minimum_wage",)


@rule("G16")
def covered_by_none_or_two(look: Look) -> Iterator[Hit]:
    """People of the roster for whom no scheme holds on an employed day, or more than one."""
    assert look.client is not None  # the card reads it
    starts = [scheme.effective.from_ for scheme in look.schemes]
    first, last = max(look.client.start, min(starts)), max(look.client.end, *starts)
    problems = Problems()
    coverage_problems(look.schemes, look.client.participants, first, last, problems)
    none = [p for p in problems if p.code == "scheme.no_scheme"]
    two = [p for p in problems if look.scheme.id in str(p.values.get("schemes", "")).split(", ")]
    # Nobody's scheme lacks these people; they are told once, with the first.
    for kind, found in (("none", none if look.scheme is look.schemes.items[0] else []), ("two", two)):
        if found:
            people = list(dict.fromkeys(str(p.value) for p in found))
            since = min(day_said(p.values["first"]) or dt.date.max for p in found)
            values = {"n": len(people), "since": day(since, look.language), "people": _some(people, look)}
            yield Hit("applies_to", {**values, "what": text(f"lint.covered.{kind}", look.language)})


def _some(people: list[str], look: Look) -> str:
    """The first few by name where the roster has one."""
    assert look.client is not None
    roster: pd.DataFrame = look.client.participants.drop_duplicates("participant").set_index("participant")
    names = roster["name"].dropna().to_dict() if "name" in roster else {}
    shown = [str(names.get(who, who)) for who in people[:_NAMED]]
    return listed(shown, look.language) + ("" if len(people) <= _NAMED else " …")


@rule("G17")
def tracked_people(look: Look) -> Iterator[Hit]:
    """Visits or calls are scored, whose records may hold where people were and what they said."""
    if not unchecked(look.scheme, ("privacy",)):
        return
    kpis = [look.kpi(measure) for measure in look.scheme.measures]
    recorded = [k for k in kpis if k.numerator is not None and k.numerator.table == _RECORDED]
    if recorded:
        names = dict.fromkeys(pick(kpi.name, look.language) for kpi in recorded)
        yield Hit("measures", {"kpis": listed(list(names), look.language)})
