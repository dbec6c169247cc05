"""G: governance: what is made known, who is heard, when the scheme is reviewed, and who is helped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from toolkit.language import listed, pick, text
from toolkit.review.lint.evidence.agreed import number_said, said
from toolkit.review.lint.look import RULES, Hit, Look, accepts, rule
from toolkit.scheme.measure import GRAINS

_HELP = re.compile(r"coach|train|mentor|develop|support|辅导|培训|带教|帮扶", re.IGNORECASE)
_PILOT_COLUMN, _IN_IT = (
    ("pilot", "试点"),
    {"pilot", "试点", "yes", "是"},
)  # of the roster, as applies_to names it


@rule("G01")
def not_published(look: Look) -> Iterator[Hit]:
    """Results are not made known, or the rules they come about by are not."""
    agreed = look.scheme.governance
    if not said(agreed.get("published")):
        yield Hit("governance.published", {"what": text("lint.unpublished.results", look.language)})
    publishes = said(agreed.get("publishes"))
    if publishes and "rules" not in publishes:
        yield Hit("governance.publishes", {"what": text("lint.unpublished.rules", look.language)})


@rule("G02")
def no_appeal(look: Look) -> Iterator[Hit]:
    """Nobody can object to a result, or has hardly time to."""
    days, least = number_said(look.scheme.governance.get("appeal_days")), look.limits["least"]
    if days is not None and days < least:
        yield Hit("governance.appeal_days", {"days": f"{days:g}", "least": f"{least:g}"})


@rule("G03")
def employees_not_consulted(look: Look) -> Iterator[Hit]:
    """Nobody of those appraised took part in making the scheme."""
    if not said(look.scheme.governance.get("consulted")):
        yield Hit("governance.consulted")


@rule("G04")
def no_review(look: Look) -> Iterator[Hit]:
    """No day or rhythm is agreed on which the scheme itself is looked at."""
    agreed = look.scheme.governance
    if not said(agreed.get("review_every")) and not said(agreed.get("review_on")):
        yield Hit("governance.review_every")


@rule("G05")
def wrong_cycle(look: Look) -> Iterator[Hit]:
    """Scored too seldom to learn from, or paid on the score so often that months decide."""
    scheme, per_year = look.scheme, look.calendar.periods_per_year
    plan = scheme.pay
    if per_year(scheme.score_every) < look.limits["fewest_scores"]:
        yield Hit("score_every", _cycle(look, "scored", scheme.score_every, "too_seldom"))
    by_score = plan.by_incentive or plan.pool is not None  # commission is paid monthly for good reasons
    if by_score and per_year(scheme.pay_every) > look.limits["most_payments"]:
        yield Hit("pay_every", _cycle(look, "paid", scheme.pay_every, "too_often"))


def _cycle(look: Look, done: str, grain: str, why: str) -> dict[str, str]:
    words = {"done": f"done.{done}", "every": f"every.{grain}", "why": f"cycle.{why}"}
    return {name: text(f"lint.{key}", look.language) for name, key in words.items()}


@rule("G06")
def no_feedback_interview(look: Look) -> Iterator[Hit]:
    """Nobody talks with people about their result, or seldomer than it is paid on."""
    every = look.scheme.governance.get("interview_every")
    if not said(every):
        yield Hit("governance.interview_every", {"what": text("lint.interview.none", look.language)})
    elif every in GRAINS:
        per_year, paid = look.calendar.periods_per_year, look.scheme.pay_every
        if per_year(every) < per_year(paid):
            names = {"every": text(f"lint.every.{every}", look.language)}
            names["paid"] = text(f"lint.every.{paid}", look.language)
            what = text("lint.interview.seldom", look.language, **names)
            yield Hit("governance.interview_every", {"what": what})


@rule("G07")
def no_honours(look: Look) -> Iterator[Hit]:
    """Nothing is recognised beside the money."""
    if not said(look.scheme.recognition):
        yield Hit("recognition")


@rule("G08")
def no_help_for_those_behind(look: Look) -> Iterator[Hit]:
    """No coaching or training is agreed for who stays behind."""
    if not any(_HELP.search(word) for word in said(look.scheme.follow_up.get("then"))):
        yield Hit("follow_up.then")


@rule("G15")
def no_data_owner(look: Look) -> Iterator[Hit]:
    """Nobody answers for the numbers that a measure is scored by."""
    owner = look.scheme.governance.get("data_owner")
    named = set(said(owner)) if isinstance(owner, Mapping) else set()
    if said(owner) and not isinstance(owner, Mapping):
        return
    without = [m for m in look.scheme.measures if not {m.name, m.kpi} & named]
    if without:
        names = [pick(look.kpi(m).name, look.language) for m in without]
        yield Hit("governance.data_owner", {"kpis": listed(names, look.language)})


@rule("G18")
def pilot_without_end(look: Look) -> Iterator[Hit]:
    """A pilot of which nobody knows when it ends or what it is compared with."""
    applies = look.scheme.applies_to.items()
    by_roster = any(name.casefold() in _PILOT_COLUMN and _IN_IT & {*values} for name, values in applies)
    pilot = look.scheme.governance.get("pilot")
    if not by_roster and not said(pilot):
        return
    given = pilot if isinstance(pilot, Mapping) else {}
    ends = said(given.get("until")) or look.scheme.effective.to is not None
    lacking = [] if ends else ["until"]
    lacking += [] if said(given.get("compared_with")) else ["compared_with"]
    if lacking:
        words = [text(f"lint.pilot.{name}", look.language) for name in lacking]
        yield Hit("governance.pilot", {"lacking": listed(words, look.language)})


@rule("G19")
def title_lacks_language(look: Look) -> Iterator[Hit]:
    """What people read of the scheme is not in the client's language."""
    spoken = look.client.language if look.client is not None else look.language
    titles = {"title": look.scheme.title, **{f"items.{i.name}.title": i.title for i in look.scheme.items}}
    for where, title in titles.items():
        if not said(title.get(spoken)):  # type: ignore[call-overload]
            language = text(f"lint.spoken.{spoken}", look.language)
            shown = pick(title, spoken) or where.split(".")[-2:][0]
            yield Hit(f"{where}.{spoken}", {"spoken": language, "title": shown})


@rule("G20")
def unused_exception(look: Look) -> Iterator[Hit]:
    """An accepted finding that is not found any more, or of a rule that there is not."""
    for entry in look.scheme.accepted:
        found = look.found.get(entry.rule)
        if entry.rule not in RULES:
            kind = "no_rule"
        elif found is not None and not any(accepts(entry, entry.rule, where) for where in found):
            kind = "not_found"
        else:
            continue
        place = f"accepted.{entry.rule}"
        values = {"rule": entry.rule, "at": entry.where or text("lint.anywhere", look.language)}
        yield Hit(place, {**values, "what": text(f"lint.exception.{kind}", look.language)})
