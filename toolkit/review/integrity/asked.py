"""Which tests of the history a client's tables allow, and what each of them reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, partial

import numpy as np
import pandas as pd

from toolkit.appraise.appraisal import Appraisal
from toolkit.data.engagement import Engagement
from toolkit.review.integrity.booking import lost_after_booking
from toolkit.review.integrity.bunching import window_test
from toolkit.review.integrity.discounts import discount_near_tier
from toolkit.review.integrity.edges import Edge, edges_of, results_at
from toolkit.review.integrity.excess import excess_mass
from toolkit.review.integrity.found import Found, refuse
from toolkit.review.integrity.heaping import digit_heaping
from toolkit.review.integrity.hockey import hockey_stick, stretches
from toolkit.review.integrity.rows import came_to_nothing, discounted, entered, is_money_of_orders, orders
from toolkit.scheme.scheme import Scheme, Schemes


@dataclass(frozen=True)
class Asked:
    """A test that is to be run, and what its row says of where it looks."""

    test: str
    trial: Callable[[], Found]
    kpi: str = ""
    scheme: str = ""
    measure: str = ""
    grain: str = ""
    edge: float = float("nan")
    kind: str = ""
    reads: str = ""


@dataclass(frozen=True)
class Ground:
    """What all tests of a run read."""

    client: Engagement
    tables: Appraisal | None
    level: float
    seed: int
    country: str | None

    @property
    def schemes(self) -> Schemes | tuple[Scheme, ...]:
        return self.tables.schemes if self.tables is not None else ()

    @cached_property
    def orders(self) -> pd.DataFrame:
        return orders(self.client)

    @cached_property
    def discounted(self) -> pd.DataFrame:
        return discounted(self.client)

    @cached_property
    def _lost(self) -> dict[tuple[str, str], dict[str, pd.DataFrame]]:
        return {}

    def lost(self, kpi: str, grain: str) -> dict[str, pd.DataFrame]:
        """What was booked and came to nothing, followed up once for all schemes that pay alike."""
        if (kpi, grain) not in self._lost:
            self._lost[kpi, grain] = came_to_nothing(self.client, kpi, grain)
        return self._lost[kpi, grain]

    def of_scheme(self, name: str, scheme: Scheme, grain: str) -> pd.DataFrame:
        """A table's rows of one scheme in its periods of one length."""
        assert self.tables is not None
        table: pd.DataFrame = getattr(self.tables, name)
        rows = table[table["scheme"] == scheme.id]
        return rows[self.client.calendar.of_grain(rows["period"], grain)]


def at_thresholds(ground: Ground) -> Iterator[Asked]:
    """Both tests at every threshold of every scheme."""
    if not ground.schemes:
        yield Asked("bunching", partial(_refused, "integrity.no_scheme"))
    for scheme in ground.schemes:
        for edge in edges_of(scheme):
            results = cache(partial(_results, ground, scheme, edge))  # both tests read them
            for name, test in (
                ("bunching", partial(window_test, seed=ground.seed)),
                ("excess_mass", excess_mass),
            ):
                trial = partial(_at_edge, results, test, ground.level)
                about = (
                    edge.kpi,
                    scheme.id,
                    edge.measure,
                    edge.grain,
                    edge.at,
                    "+".join(edge.kinds),
                    edge.reads,
                )
                yield Asked(name, trial, *about)


def _refused(code: str) -> Found:
    raise refuse(code)


Results = tuple[np.ndarray, np.ndarray, float, np.ndarray]


def _results(ground: Ground, scheme: Scheme, edge: Edge) -> Results:
    assert ground.tables is not None
    card, scores = (ground.of_scheme(name, scheme, edge.grain) for name in ("scorecard", "scores"))
    return results_at(edge, scheme, card, scores, ground.tables.panel)


def _at_edge(results: Callable[[], Results], test: Callable[..., Found], level: float) -> Found:
    values, people, at, steps = results()
    return test(values, people, at, steps, level=level)


def in_periods(ground: Ground) -> Iterator[Asked]:
    """What happens inside pay periods, for each scheme with a measure in money of orders."""
    kpis = ground.client.kpis
    for scheme in ground.schemes:
        money = [m for m in scheme.measures if is_money_of_orders(kpis.get(m.kpi))]
        if scheme.level != "individual" or not money:
            code = (
                "integrity.not_individual" if scheme.level != "individual" else "integrity.no_money_of_orders"
            )
            for test in ("hockey_stick", "discount_near_tier", "booking_cash"):
                yield Asked(test, partial(_refused, code), scheme=scheme.id)
            continue
        measure, grain = money[0], scheme.pay_every
        about = (measure.kpi, scheme.id, measure.name, grain)
        yield Asked("hockey_stick", partial(_hockey, ground, scheme), *about)
        for one in money:
            edges = [e.at for e in edges_of(scheme) if _is_tier(e, one.name, grain)]
            trial = partial(_discounts, ground, scheme, one.name, edges)
            edge = edges[0] if len(edges) == 1 else float("nan")
            yield Asked("discount_near_tier", trial, one.kpi, scheme.id, one.name, grain, edge)
        yield Asked("booking_cash", partial(_booked, ground, scheme, measure.kpi, "uncollected"), *about)
        yield Asked("booking_returns", partial(_booked, ground, scheme, measure.kpi, "returned"), *about)


def _is_tier(edge: Edge, measure: str, grain: str) -> bool:
    """Thresholds on the attainment of a pay period that somebody close to its end may still want to pass."""
    return edge.measure == measure and edge.reads == "attainment" and edge.grain == grain


def _covered(ground: Ground, scheme: Scheme, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with a day, in the pay periods in which their owner is under the scheme; with the period."""
    calendar, client = ground.client.calendar, ground.client
    periods = calendar.between(client.start, client.end, scheme.pay_every)
    at = periods["start"].searchsorted(rows["day"], side="right") - 1
    inside = (at >= 0) & (rows["day"].to_numpy() <= periods["end"].to_numpy()[at.clip(0)])
    names = periods["period"].to_numpy(dtype=object)
    rows = rows[inside].assign(period=pd.Series(names[at[inside]], index=rows.index[inside], dtype="str"))
    card = ground.of_scheme("scorecard", scheme, scheme.pay_every)
    under = card[["participant", "period"]].drop_duplicates()
    return rows.merge(under, on=["participant", "period"])


def _hockey(ground: Ground, scheme: Scheme) -> Found:
    if scheme.pay_every == "month":
        raise refuse("integrity.paid_monthly")
    rows = _covered(ground, scheme, ground.orders)
    client = ground.client
    periods = client.calendar.between(client.start, client.end, scheme.pay_every)
    periods = periods[periods["period"].isin(rows["period"])]
    months = stretches(periods, client.calendar, ground.country)
    return hockey_stick(rows, months, ground.country, level=ground.level, seed=ground.seed)


def _discounts(ground: Ground, scheme: Scheme, measure: str, edges: list[float]) -> Found:
    if not edges:
        raise refuse("integrity.no_tier", value=measure)
    rows = _covered(ground, scheme, ground.discounted)
    card = ground.of_scheme("scorecard", scheme, scheme.pay_every)
    target = card[card["measure"] == measure].set_index(["participant", "period"])["target"]
    keys = ["participant", "period"]
    rows = rows.join(target, on=keys).sort_values([*keys, "day", "order"], ignore_index=True)
    before = rows.groupby(keys)["amount"].cumsum() - rows["amount"]
    reached = (before / rows["target"]).where(rows["target"] > 0)
    gaps = [(edge - reached).where(reached < edge) for edge in edges]
    ends = rows["period"].map({p: ground.client.calendar.bounds(p)[1] for p in rows["period"].unique()})
    rows = rows[reached.notna()].assign(
        gap=pd.concat(gaps, axis=1).min(axis=1), days_left=(ends - rows["day"]).dt.days
    )
    return discount_near_tier(rows, level=ground.level)


def _booked(ground: Ground, scheme: Scheme, kpi: str, what: str) -> Found:
    tables = ground.lost(kpi, scheme.pay_every)
    if what not in tables:
        raise refuse(f"integrity.no_{what}")
    card = ground.of_scheme("scorecard", scheme, scheme.pay_every)
    under = card[["participant", "period"]].drop_duplicates()
    return lost_after_booking(tables[what].merge(under, on=["participant", "period"]), level=ground.level)


def by_hand(ground: Ground) -> Iterator[Asked]:
    found = entered(ground.client)
    if not found:
        yield Asked("digit_heaping", partial(_refused, "integrity.nothing_entered"))
    for (name, kind), rows in found.items():
        values, people = rows["value"].to_numpy(float), rows["participant"].to_numpy(dtype=str)
        trial = partial(digit_heaping, values, people, level=ground.level)
        yield Asked("digit_heaping", trial, name, measure=kind)
