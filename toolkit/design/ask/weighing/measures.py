"""Which scheme's measures people weigh against each other, and what a form calls them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from toolkit.catalogue.kpi import Kpi
from toolkit.data.engagement import Engagement
from toolkit.design.ask.page import Sent, Weighing, one_line
from toolkit.design.ask.sheets import subject
from toolkit.errors import DataError, Problem, Problems
from toolkit.faults import near
from toolkit.language import pick, text
from toolkit.scheme.measure import Measure
from toolkit.scheme.scheme import Scheme

_LEAST = 2  # measures that can be weighed against each other


class Weighed(NamedTuple):
    """A measure as a form shows it."""

    measure: str
    kpi: str
    name: str
    means: str


def scheme_asked(client: Engagement, named: str = "") -> Scheme:
    """The scheme whose weights are asked about: the one named, else the only one that can be.

    Parameters
    ----------
    client : Engagement
    named : str
        `name@version`, or a name alone: then its latest version. Blank: the only scheme that holds on the
        last day covered, or later, and in which two or more measures carry a weight.

    Raises
    ------
    DataError
        None is named so, none or several could be meant (they are named), or nothing can be weighed in it.
    """
    latest = latest_schemes(client)
    if named:
        found = next((s for s in client.schemes if s.id == named), latest.get(named))
        if found is None:
            known = near(named, [s.id for s in client.schemes])
            raise DataError(Problem("ask.no_such_scheme", value=named, values={"known": known}))
        if len(weighed(found)) < _LEAST:
            raise DataError(Problem("ask.one_measure", value=found.id))
        return found
    holding = [s for s in latest.values() if s.effective.to is None or s.effective.to >= client.end]
    able = [s for s in holding if len(weighed(s)) >= _LEAST]
    if len(able) == 1:
        return able[0]
    if not able:
        raise DataError(Problem("ask.no_scheme"))
    raise DataError(Problem("ask.which_scheme", value=_joined([s.id for s in able], client.language)))


def latest_schemes(client: Engagement) -> dict[str, Scheme]:
    """Each scheme's latest version by its name."""
    ordered = sorted(client.schemes, key=lambda s: s.effective.from_)
    return {scheme.name: scheme for scheme in ordered}


def weighed(scheme: Scheme) -> tuple[str, ...]:
    """The measures of a scheme that carry a weight."""
    return tuple(measure.name for measure in scheme.measures if measure.weight > 0)


def shown(client: Engagement, scheme: Scheme, language: str) -> tuple[Weighed, ...]:
    """A scheme's weighed measures by names that tell them apart, each with what is counted."""
    asked = [scheme.measure(name) for name in weighed(scheme)]
    names = told_apart(asked, client.kpis, language, "（{}）" if language == "zh" else " ({})")
    said = {m.name: subject(client.kpis[m.kpi], language) for m in asked}
    return tuple(Weighed(m.name, m.kpi, one_line(names[m.name]), said[m.name].means) for m in asked)


def told_apart(
    measures: Iterable[Measure], kpis: Mapping[str, Kpi], language: str, mark: str = " · {}"
) -> dict[str, str]:
    """Measure → its KPI's name, as short as tells all of them apart.

    Without what stands in brackets where that will do, else the whole name; only where two measures have
    one KPI, the measure's own name is added.

    Parameters
    ----------
    measures : iterable of Measure
    kpis : mapping
        KPI → its definition.
    language : {'en', 'zh'}
    mark : str
        How a measure's own name is added.
    """
    of = {m.name: m.kpi for m in measures}
    short = {name: subject(kpis[kpi], language).name for name, kpi in of.items()}
    owners = Counter(said.casefold() for said in {kpi: short[name] for name, kpi in of.items()}.values())
    whole = {
        name: pick(kpis[of[name]].name, language) if owners[said.casefold()] > 1 else said
        for name, said in short.items()
    }
    often = Counter(said.casefold() for said in whole.values())
    return {
        name: said + mark.format(name) if often[said.casefold()] > 1 else said for name, said in whole.items()
    }


def current_scheme(client: Engagement, weighing: Weighing) -> Scheme | None:
    """The engagement's scheme that a form is about: that version, else the latest of its name."""
    exact = next((s for s in client.schemes if s.id == weighing.scheme), None)
    return exact or latest_schemes(client).get(weighing.scheme.partition("@")[0])


def still_fits(client: Engagement, sent: Sent, where: str, problems: Problems) -> None:
    """Note what a form weighs that the scheme does not have any more."""
    weighing = sent.weighing
    if weighing is None:
        problems.add("ask.not_ours", where=where)
        return
    scheme = current_scheme(client, weighing)
    if scheme is None:
        known = near(weighing.scheme, [s.id for s in client.schemes])
        problems.add("ask.no_such_scheme", where=where, value=weighing.scheme, known=known)
        return
    here = {measure.name: measure.kpi for measure in scheme.measures}
    gone = [f"{name} ({measure})" for measure, kpi, name in weighing.measures if here.get(measure) != kpi]
    if gone:
        problems.add("ask.measures_gone", where=where, value=_joined(gone, sent.language), scheme=scheme.id)


def _joined(items: list[str], language: str) -> str:
    return text("phrase.join", language).join(items)
