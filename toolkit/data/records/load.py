"""Everything that the schemes read beside the panel, and no more than they read."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.data.records.cash import collected
from toolkit.data.records.deals import credited_deals
from toolkit.data.records.forms import item_names, load_events, load_ratings, rated_measures
from toolkit.data.records.kept import with_ratings
from toolkit.data.records.reversals import reversed_deals
from toolkit.errors import DataError, Problem, Problems
from toolkit.scheme.scheme import Scheme

DEALS = ("participant", "period", "kpi", "deal", "amount")
COLLECTED = ("participant", "period", "kpi", "by", "credited", "collected", "uninvoiced")
REVERSED = ("participant", "period", "kpi", "by", "deal", "amount", "days")
_NUMBERS = ("amount", "credited", "collected", "uninvoiced", "days")

Asked = tuple[str, str, str]  # KPI, level, grain of pay


def load_records(client: Engagement, schemes: Iterable[Scheme]) -> dict[str, pd.DataFrame]:
    """Ratings, events, single deals, their cash and their returns, as far as the schemes need them.

    Deals are fetched where a commission has a deal_cap, cash where there is a holdback, returns where there
    is a clawback: for the KPIs that the commissions credit, at their level, by the periods of pay.

    Parameters
    ----------
    client : Engagement
    schemes : iterable of Scheme

    Returns
    -------
    dict
        ratings: participant, period, measure, rater, kind, rating, comment · events: participant, item,
        quantity, happened_on, note · deals: participant, period, kpi, deal, amount · collected: participant,
        period, kpi, by, credited, collected, uninvoiced · reversed: participant, period, kpi, by, deal,
        amount, days. A table that no scheme needs is empty.

    Raises
    ------
    DataError
        Every rating off its scale, every measure or item that no scheme has, every KPI whose deals cannot be
        told apart, at once.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    >>> {name: len(table) for name, table in load_records(client, client.schemes).items()}
    {'ratings': 0, 'events': 0, 'deals': 0, 'collected': 0, 'reversed': 0}
    """
    chosen, problems = tuple(schemes), Problems()
    found = {
        "ratings": _all_ratings(client, chosen, problems),
        "events": load_events(client, chosen, problems),
        "deals": _all(credited_deals, client, _capped(chosen), DEALS, problems),
        "collected": _all(collected, client, _credited(chosen, "holdback"), COLLECTED, problems),
        "reversed": _all(reversed_deals, client, _credited(chosen, "clawback"), REVERSED, problems),
    }
    problems.raise_as(DataError)
    return found


def _all_ratings(client: Engagement, schemes: tuple[Scheme, ...], problems: Problems) -> pd.DataFrame:
    """The client's table of ratings with those of the rating forms, where a scheme has raters at all."""
    table = load_ratings(client, schemes, problems)
    return with_ratings(table, client.folder) if rated_measures(schemes) else table


def lacking_records(client: Engagement, schemes: Iterable[Scheme]) -> list[Problem]:
    """Tables that a scheme reads and the client does not supply: notes, since scores go on without them.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    >>> lacking_records(client, client.schemes)
    []
    """
    chosen, problems = tuple(schemes), Problems()
    wanted = {"ratings": rated_measures(chosen), "events": item_names(chosen)}
    for table, used in wanted.items():
        if used and table not in client.filled:
            at, listed = f"tables.{table}", ", ".join(sorted(used))
            problems.note(
                "records.not_supplied", where="engagement.yaml", column=at, value=table, used=listed
            )
    return list(problems.notes)


def _capped(schemes: Iterable[Scheme]) -> list[Asked]:
    """What is credited under a cap by deal."""
    return _asked((s, rate.of) for s in schemes for rate in s.pay.rates if rate.deal_cap is not None)


def _credited(schemes: Iterable[Scheme], part: str) -> list[Asked]:
    """What commissions credit in schemes that have a holdback, or a clawback."""
    held = [s for s in schemes if getattr(s.pay, part) is not None]
    return _asked((s, rate.of) for s in held for rate in s.pay.rates)


def _asked(measures: Iterable[tuple[Scheme, str]]) -> list[Asked]:
    found = []
    for scheme, name in measures:
        measure = scheme.measure(name)
        found.append((measure.kpi, measure.level or scheme.level, scheme.pay_every))
    return list(dict.fromkeys(found))


def _all(
    read: Callable[[Engagement, str, list[str], str], pd.DataFrame],
    client: Engagement,
    asked: list[Asked],
    columns: tuple[str, ...],
    problems: Problems,
) -> pd.DataFrame:
    frames = [pd.DataFrame({c: pd.Series(dtype="float64" if c in _NUMBERS else "str") for c in columns})]
    for kpi, level, grain in asked:
        try:
            frames.append(read(client, kpi, [grain], level).assign(kpi=kpi)[list(columns)])
        except DataError as error:
            for problem in error.problems:
                if problem not in problems.items:
                    problems.items.append(problem)
    return pd.concat(frames, ignore_index=True).astype({"kpi": "str"})
