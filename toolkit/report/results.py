"""Everything a report is written from, computed once: the stages' tables, and how to show what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from toolkit.appraise.grade import grade
from toolkit.appraise.pay import adjustments, pay, unpaid
from toolkit.appraise.roster import assignments
from toolkit.appraise.score import score
from toolkit.appraise.targets import set_targets
from toolkit.catalogue.kpi import Kpi
from toolkit.data.load import Engagement
from toolkit.data.measure import measure
from toolkit.language import money, number, percent, pick
from toolkit.review.changes import Windows, compare, windows
from toolkit.scheme.load import load_schemes
from toolkit.scheme.scheme import Scheme, Schemes


@dataclass(frozen=True)
class Results:
    """The tables of an engagement, stage by stage; replace any of them before the chapters are written."""

    client: Engagement
    schemes: Schemes
    panel: pd.DataFrame
    targets: pd.DataFrame
    scorecard: pd.DataFrame
    scores: pd.DataFrame
    payouts: pd.DataFrame
    adjustments: pd.DataFrame
    unpaid: pd.DataFrame
    windows: Windows
    changes: pd.DataFrame

    @cached_property
    def pay_periods(self) -> tuple[str, ...]:
        """Periods in which something was paid, in order."""
        return tuple(sorted(self.payouts["period"].unique(), key=self.client.calendar.bounds))

    @cached_property
    def names(self) -> dict[str, str]:
        """Participant → name, the id where there is none or where it is not unique."""
        people = self.client.participants.drop_duplicates("participant").set_index("participant")["name"]
        unique = people.notna() & ~people.duplicated(keep=False)
        return {
            who: str(name) if ok else str(who) for (who, name), ok in zip(people.items(), unique, strict=True)
        }

    @cached_property
    def shown_schemes(self) -> tuple[Scheme, ...]:
        """Schemes in force in the later window, the new ones first."""
        ids = set(self.windows.people["scheme"])
        held = [s for s in self.schemes if s.id in ids]
        return tuple(sorted(held, key=lambda s: (s.id not in self.windows.new_schemes, s.id)))


def evaluate(client: Engagement) -> Results:
    """Measure, set targets, score, grade, pay and compare: all stages of an engagement in their order.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> results = evaluate(tk.load_engagement(asset("templates", "engagements", "adventureworks")))
    >>> len(results.scorecard)
    163
    """
    schemes = load_schemes(client)
    panel = measure(client)
    targets = set_targets(schemes, panel, client.targets, client.participants)
    scorecard = score(schemes, panel, targets, client.participants)
    scores = grade(schemes, scorecard)
    given = (schemes, scorecard, scores, client.participants)
    periods = pd.concat(
        [client.calendar.between(client.start, client.end, g) for g in {s.pay_every for s in schemes}]
    )
    chosen = windows(schemes, assignments(schemes, client.participants, periods), client.calendar)
    changes = compare(panel, chosen, client.measured)
    return Results(
        client,
        schemes,
        panel,
        targets,
        scorecard,
        scores,
        pay(*given),
        adjustments(*given),
        unpaid(schemes, scorecard, client.participants),
        chosen,
        changes,
    )


def kpi_name(kpi: Kpi, language: str) -> str:
    """A KPI's name for a report: without the synonyms that the catalogue gives in brackets.

    Examples
    --------
    >>> from toolkit.catalogue.load import catalogue
    >>> kpi_name(catalogue()["net_sales"], "zh")
    '净销售额'
    """
    return pick(kpi.name, language).partition("（")[0].partition(" (")[0]


def inline(kpi: Kpi, language: str) -> str:
    """A KPI's name inside a sentence: an English one begins small, unless it is an abbreviation.

    Examples
    --------
    >>> from toolkit.catalogue.load import catalogue
    >>> inline(catalogue()["net_sales"], "en")
    'net sales'
    """
    name = kpi_name(kpi, language)
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def kpi_value(value: float, kpi: Kpi, currency: str, language: str) -> str:
    """A measured value as it is shown: money in short, shares in percent, points with two digits.

    Examples
    --------
    >>> from toolkit.catalogue.load import catalogue
    >>> kpi_value(0.2234, catalogue()["win_rate"], "CNY", "en")
    '22.3 %'
    """
    if kpi.unit == "currency":
        return money(value, currency, language)
    if kpi.unit == "ratio":
        return percent(value, language, 1)
    if kpi.unit == "points":
        return number(value, language, 2)
    return number(value, language, 0 if abs(value) >= 100 else 1)


def agreed_value(value: float, kpi: Kpi, currency: str, language: str) -> str:
    """A number of the agreement, such as a fixed target: as many digits as were agreed, no more.

    Examples
    --------
    >>> from toolkit.catalogue.load import catalogue
    >>> agreed_value(0.25, catalogue()["win_rate"], "CNY", "en")
    '25 %'
    """
    if kpi.unit == "ratio":
        return percent(value, language, _digits(value * 100))
    if kpi.unit == "currency":
        return money(value, currency, language)
    return number(value, language, _digits(value))


def _digits(value: float) -> int:
    return next((digits for digits in range(4) if abs(round(value, digits) - value) < 1e-9), 4)
