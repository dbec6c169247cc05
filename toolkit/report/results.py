"""Everything a report is written from, computed once: the stages' tables, and how to show what is in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from toolkit.appraise.appraisal import Appraisal, settle
from toolkit.appraise.records import Records
from toolkit.appraise.roster import assignments
from toolkit.catalogue.kpi import Kpi
from toolkit.catalogue.load import load_catalogue
from toolkit.data.engagement import Engagement
from toolkit.errors import NotEnoughData, Problem
from toolkit.language import currency_name, money, number, percent, pick
from toolkit.review.changes import EVERYONE, Windows, compare, windows
from toolkit.scheme.scheme import Scheme, Schemes

T = TypeVar("T")
_ORDINARY = re.compile(r"[A-Z][a-z]*(-[a-z]+)*[,;:]?")  # how an ordinary word begins a name; no A/R, no NPS


@dataclass(frozen=True)
class Results(Appraisal):
    """An appraisal with what a report compares; replace any table before the chapters are written.

    Parameters
    ----------
    windows : Windows
        The periods and people compared.
    changes : DataFrame
        As `compare` gives it.
    """

    windows: Windows
    changes: pd.DataFrame

    def kept(self, name: str, language: str, make: Callable[[], T]) -> T:
        """What a chapter and a table both need, made once for each language."""
        if (name, language) not in self._made:
            self._made[name, language] = make()
        found: T = self._made[name, language]
        return found

    @cached_property
    def _made(self) -> dict[tuple[str, str], Any]:
        return {}

    @cached_property
    def pay_periods(self) -> tuple[str, ...]:
        """Pay periods in which somebody was employed, in order; the longest where schemes differ in them."""
        return tuple(dict.fromkeys(self.windows.employed["period"]))

    @cached_property
    def shown_schemes(self) -> tuple[Scheme, ...]:
        """Schemes in force in the later window, the new ones first."""
        ids = set(self.windows.people["scheme"])
        held = [s for s in self.schemes if s.id in ids]
        return tuple(sorted(held, key=lambda s: (s.id not in self.windows.new_schemes, s.id)))

    def within(self, table: pd.DataFrame, periods: tuple[str, ...]) -> pd.DataFrame:
        """Rows of the pay periods inside some periods: a quarter's months where a scheme pays by month.

        Parameters
        ----------
        table : DataFrame
            scheme, period, ...
        periods : tuple of str
            A run of pay periods, in order.
        """
        if not periods:
            return table.iloc[:0]
        calendar = self.client.calendar
        start, end = calendar.bounds(periods[0])[0], calendar.bounds(periods[-1])[1]
        every: dict[str, list[str]] = {}
        for name in table["period"].unique():
            first, last = calendar.bounds(name)
            if start <= first and last <= end:
                every.setdefault(calendar.grain_of(name), []).append(name)
        paid = [
            (table["scheme"] == s.id) & table["period"].isin(every.get(s.pay_every, [])) for s in self.schemes
        ]
        return table[np.logical_or.reduce(paid)]

    def latest(self, table: pd.DataFrame) -> pd.DataFrame:
        """Rows of the last pay period, each scheme's own where schemes differ in it."""
        rows = self.within(table, self.pay_periods[-1:])
        ends = {p: self.client.calendar.bounds(p)[1] for p in rows["period"].unique()}
        order = rows["period"].map(ends)
        return rows[order == order.groupby(rows["scheme"]).transform("max")]


def evaluate(client: Engagement, records: Records | None = None) -> Results:
    """Measure, set targets, score, grade, pay and compare: all stages of an engagement in their order.

    Parameters
    ----------
    client : Engagement
    records : Records, optional
        Others than the client's own tables give, such as those with the log's corrections.

    Raises
    ------
    NotEnoughData
        Nobody was employed under a scheme in any whole pay period of the time covered.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> results = evaluate(tk.load_engagement(asset("templates", "engagements", "adventureworks")))
    >>> len(results.scorecard)
    163
    """
    appraisal = settle(client, records=records)
    chosen = _windows(client, appraisal.schemes)
    changes = compare(appraisal.panel, chosen, client.measured if chosen.before else ())
    return Results(**vars(appraisal), windows=chosen, changes=changes)


def _windows(client: Engagement, schemes: Schemes) -> Windows:
    """What to compare; a single pay period is reported with nothing before it."""
    grains = sorted({s.pay_every for s in schemes})
    periods = pd.concat([client.calendar.between(client.start, client.end, g) for g in grains])
    assigned = assignments(schemes, client.participants, periods)
    if assigned.empty:
        covered = {"start": client.start, "end": client.end}
        raise NotEnoughData(Problem("report.no_pay_period", where="engagement.yaml", values=covered))
    chosen = windows(schemes, assigned, client.calendar)
    if chosen.after:
        return chosen
    rows = chosen.employed.sort_values("person")
    people = rows[["person", "scheme", "team", "region"]].rename(columns={"person": "participant"})
    only = tuple(dict.fromkeys(rows["period"]))
    return replace(chosen, after=only, people=people.assign(group=EVERYONE).reset_index(drop=True))


def kpi_name(kpi: Kpi, language: str) -> str:
    """A KPI's name for a report: without the synonyms that the catalogue gives in brackets.

    Examples
    --------
    >>> from toolkit.catalogue.load import load_catalogue
    >>> kpi_name(load_catalogue()["net_sales"], "zh")
    '净销售额'
    """
    return pick(kpi.name, language).partition("（")[0].partition(" (")[0]


def inline(kpi: Kpi, language: str) -> str:
    """A KPI's name inside a sentence: an English one begins small where an ordinary word begins it.

    Examples
    --------
    >>> inline(load_catalogue()["net_sales"], "en")
    'net sales'
    """
    return small(kpi_name(kpi, language))


def small(words: str) -> str:
    """Words as they stand inside a sentence: the first letter small, where an ordinary word begins them.

    Ordinary are the words of the catalogue's own texts; a client's proper names and abbreviations stay.

    Examples
    --------
    >>> small("Net sales"), small("NPS of customers"), small("Li Ning sales"), small("A/R days")
    ('net sales', 'NPS of customers', 'Li Ning sales', 'A/R days')
    """
    first = words.partition(" ")[0]
    known = _ORDINARY.fullmatch(first) and re.split(r"[^a-z]", first.lower())[0] in _ordinary_words()
    return words[:1].lower() + words[1:] if known else words


@cache
def _ordinary_words() -> frozenset[str]:
    """Words that the catalogue writes small, or begins a text with."""
    texts = [pick(said, "en") for kpi in load_catalogue().values() for said in (kpi.name, kpi.gaming_risk)]
    texts += [pick(kpi.formula, "en") for kpi in load_catalogue().values()]
    begun = {re.split(r"[^A-Za-z]", said)[0].lower() for said in texts if _ORDINARY.match(said)}
    return frozenset(begun | {word for said in texts for word in re.findall(r"\b[a-z]+\b", said)})


def kpi_value(value: float, kpi: Kpi, currency: str, language: str) -> str:
    """A measured value as it is shown: money in short, shares in percent, points with two digits.

    Examples
    --------
    >>> from toolkit.catalogue.load import load_catalogue
    >>> kpi_value(0.2234, load_catalogue()["win_rate"], "CNY", "en")
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
    >>> from toolkit.catalogue.load import load_catalogue
    >>> agreed_value(0.25, load_catalogue()["win_rate"], "CNY", "en")
    '25 %'
    """
    if kpi.unit == "ratio":
        return agreed_percent(value, language)
    shown = agreed_number(value, language)
    return f"{shown} {currency_name(currency, language)}" if kpi.unit == "currency" else shown


def agreed_percent(ratio: float, language: str, *, signed: bool = False) -> str:
    """A ratio of the agreement as a percentage: as many digits as were agreed, no more.

    Examples
    --------
    >>> agreed_percent(0.125, "en"), agreed_percent(0.4, "zh")
    ('12.5 %', '40%')
    """
    return percent(ratio, language, _digits(ratio * 100), signed=signed)


def agreed_number(value: float, language: str) -> str:
    """A number of the agreement: as many digits as were agreed, no more.

    Examples
    --------
    >>> agreed_number(8.2, "en"), agreed_number(90.0, "en")
    ('8.2', '90')
    """
    return number(value, language, _digits(value))


def _digits(value: float) -> int:
    return next((digits for digits in range(4) if abs(round(value, digits) - value) < 1e-9), 4)
