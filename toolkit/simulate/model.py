"""The attainment model: the law of what people may reach, as a scheme's history tells it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.errors import NotEnoughData, Problem, Problems
from toolkit.scheme.scheme import Schemes
from toolkit.simulate.fit.dependence import Together, of_shocks, within_people
from toolkit.simulate.fit.diagnose import diagnostics, quantile_pairs, remarks
from toolkit.simulate.fit.history import History, chosen, collect
from toolkit.simulate.fit.margins import Margin, read
from toolkit.simulate.fit.measure import Fitted, fit_measure


@dataclass(frozen=True, eq=False)
class AttainmentModel:
    """What a scheme's people may reach of each measure in a period, as a law to draw from.

    For participant i, measure k and period t a latent number z = λ·m + √(1 − λ²)·u is standard normal: the
    shock m is common to all in the period (`market` correlates the measures' shocks, periods are
    independent), u follows an autoregression u[t] = ρ·u[t − 1] + √(1 − ρ²)·e with innovations e correlated
    over measures by `dependence`. x = mu + sigma·z; drawn is exp(x) of a lognormal measure, else the line
    through `table` at `fit.margins.Z` (flat beyond it), exactly 0 where x < `zero_below`. What is drawn is
    actual ÷ target; `draws` says so, or that it is the actual itself (no target) or the attainment (measured
    from a floor). The scheme's direction is applied afterwards.

    Parameters
    ----------
    scheme, grain : str
        name@version, and the grain at which it scores.
    participants, periods, measures, kpis, levels : tuple of str
        Rows, history's periods in calendar order, and columns.
    draws : tuple of str
        A measure: ratio, actual or attainment.
    kind : tuple of str
        lognormal or empirical.
    basis : tuple of str
        How a measure's common shock is known: fitted, scenario (a stated range), shared (everybody has the
        same value) or constant (it never differed and never will).
    mu, sigma, mu_error : ndarray, shape (participants, measures)
        Latent mean and standard deviation of each, drawn towards the group's, and how far a true mean may lie
        from it (standard deviation; the draws take the mean as known).
    group_mu, group_sigma, between : ndarray, shape (measures,)
        The group's, which a newcomer takes, and the standard deviation of people's true latent means.
    table : ndarray, shape (measures, 128)
        What is drawn at each point of `fit.margins.Z`.
    zero_below : ndarray, shape (measures,)
        −inf where 0 has no mass.
    loading, loading_low, loading_high, persistence, persistence_low, persistence_high : ndarray
        λ and ρ with the ends of a 90 % interval, or of the scenario's range.
    market, dependence : ndarray, shape (measures, measures)
        Correlations of the shocks, and of the innovations.
    combine : tuple of str
        How a pay period is made of its periods: sum, mean or last.
    shares : ndarray, shape (measures, periods of a pay period)
        By what shares (of the target; equal ones for a mean).
    unit : ndarray of int, shape (participants, measures)
        Row of the first participant who shares a value counted at team level; one's own row otherwise.
    observed : ndarray, shape (participants, periods, measures)
        What the model was fitted to.
    fit : DataFrame
        Diagnostics, a row a measure.
    notes : tuple of Problem
        What a reader must know.
    n : int
        Numbers fitted to.
    """

    scheme: str
    grain: str
    participants: tuple[str, ...]
    periods: tuple[str, ...]
    measures: tuple[str, ...]
    kpis: tuple[str, ...]
    levels: tuple[str, ...]
    draws: tuple[str, ...]
    kind: tuple[str, ...]
    basis: tuple[str, ...]
    mu: np.ndarray
    sigma: np.ndarray
    mu_error: np.ndarray
    group_mu: np.ndarray
    group_sigma: np.ndarray
    between: np.ndarray
    table: np.ndarray
    zero_below: np.ndarray
    loading: np.ndarray
    loading_low: np.ndarray
    loading_high: np.ndarray
    persistence: np.ndarray
    persistence_low: np.ndarray
    persistence_high: np.ndarray
    market: np.ndarray
    dependence: np.ndarray
    combine: tuple[str, ...]
    shares: np.ndarray
    unit: np.ndarray
    observed: np.ndarray
    fit: pd.DataFrame
    notes: tuple[Problem, ...]
    n: int

    @property
    def stationary(self) -> np.ndarray:
        """Correlation of u over measures, from which u starts; innovations with it stay so.

        Where measures differ in persistence it is less than `dependence`.
        """
        rho = self.persistence
        kept = np.sqrt(1 - rho**2)
        return self.dependence * np.outer(kept, kept) / (1 - np.outer(rho, rho))

    def at(self, which: str) -> AttainmentModel:
        """The model at the `low` or `high` end of common shock and persistence; `central` is itself.

        What people vary by of their own stays, the shock comes on top.

        Parameters
        ----------
        which : {'low', 'central', 'high'}

        Raises
        ------
        ValueError
            Another word.
        """
        if which == "central":
            return self
        if which not in ("low", "high"):
            raise ValueError(f"low, central or high, not {which!r}")
        loading = self.loading_low if which == "low" else self.loading_high
        moved = (self.loading < 1) & (loading < 1)  # what everybody shares stays shared
        loading = np.where(moved, loading, self.loading)
        before, after = (np.where(moved, 1 - x**2, 1.0) for x in (self.loading, loading))
        scale = np.sqrt(before / after)
        rho = self.persistence_low if which == "low" else self.persistence_high
        return replace(
            self,
            loading=loading,
            persistence=rho,
            sigma=self.sigma * scale,
            group_sigma=self.group_sigma * scale,
        )

    def for_people(self, participants: list[str] | tuple[str, ...]) -> AttainmentModel:
        """The model for these people in this order; who is not known to it takes the group's margins.

        Raises
        ------
        NotEnoughData
            Nobody is asked for.
        """
        if not len(participants):
            raise NotEnoughData(Problem("simulate.nobody", where=self.scheme))
        rows = {who: i for i, who in enumerate(self.participants)}
        place = np.array([rows.get(who, -1) for who in participants])
        known = (place >= 0)[:, None]
        notes = self.notes
        if not known.all():
            notes = (*notes, Problem("simulate.newcomers", self.scheme, value=int((~known).sum())))
        first: dict[int, int] = {}
        own = np.arange(len(place))[:, None]
        for new, old in enumerate(place):
            first.setdefault(int(old), new)
        unit = np.where(known, self.unit[place], -1)
        moved = np.vectorize(lambda old: first.get(int(old), -1), otypes=[int])(unit)
        return replace(
            self,
            participants=tuple(participants),
            mu=np.where(known, self.mu[place], self.group_mu),
            sigma=np.where(known, self.sigma[place], self.group_sigma),
            mu_error=np.where(known, self.mu_error[place], self.between),
            unit=np.where(moved >= 0, moved, own),
            observed=np.where(known[:, :, None], self.observed[place], np.nan),
            notes=notes,
        )

    def margin(self, measure: int) -> Margin:
        """The margin of a measure by its position."""
        k = measure
        return Margin(self.kind[k], self.table[k], float(self.zero_below[k]), 0.0, np.nan, np.nan)

    def reached(self, z: np.ndarray) -> np.ndarray:
        """What standard normal numbers become, for every participant and measure.

        Parameters
        ----------
        z : ndarray, shape (..., participants, measures)
        """
        x = self.mu + self.sigma * z
        return np.stack([read(self.margin(k), x[..., k]) for k in range(len(self.measures))], axis=-1)

    def quantiles(self, points: int = 99) -> pd.DataFrame:
        """Observed against drawn quantiles of each measure, for a plot.

        Drawn is the mixture of everybody's margins, each counting for the periods they were observed in; no
        random number is used.

        Returns
        -------
        DataFrame
            measure, probability, observed, drawn.
        """
        parts = []
        for k, name in enumerate(self.measures):
            found = quantile_pairs(
                self.observed[:, :, k], self.mu[:, k], self.sigma[:, k], self.margin(k), points
            )
            parts.append(found.assign(measure=name))
        every = pd.concat(parts, ignore_index=True)
        return every[["measure", "probability", "observed", "drawn"]]


def fit_attainment(
    schemes: Schemes, scorecard: pd.DataFrame, *, scheme: str | None = None
) -> AttainmentModel:
    """Fit the law of attainment to a scheme's history.

    Margins are lognormal unless the data speak against it (a value not above 0, or Lilliefors' test at 1 %
    and a distance over .03), else as observed, with their mass at 0 and at a cap; never beyond what was
    observed. Each person's mean and spread are drawn towards the group's by how few periods show them. The
    common shock is what periods' means vary by beyond what their people do; persistence is free of the bias
    of short histories; correlations are drawn towards none. Below 30 numbers, or 8 periods with three
    people, the loading on the common shock is a stated range (0, .3, .5), and the model says so.

    Parameters
    ----------
    schemes : Schemes
    scorecard : DataFrame
        As `score` gives it. A scheme that has not been in force yet is scored as if it had been.
    scheme : str, optional
        `name@version` or a name; left out, the scheme that starts last (of several, the one with the most
        measures).

    Returns
    -------
    AttainmentModel

    Raises
    ------
    NotEnoughData
        No history, a single period, a measure without numbers in two periods, or no measure that ever
        differs.
    SchemeError
        No such scheme.

    References
    ----------
    METHODS 11 and 13; each estimator names its own source.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> rows = [
    ...     ("field_sales@2026-01", f"p{i}", f"2026-{t:02d}", name, 1.0, 1 + 0.1 * np.sin(7 * i + 5 * t), 1.0)
    ...     for i in range(5) for t in range(1, 11) for name in ("revenue", "visits", "satisfaction")
    ... ]
    >>> columns = ["scheme", "participant", "period", "measure", "target", "actual", "exposure"]
    >>> model = fit_attainment(example_schemes(), pd.DataFrame(rows, columns=columns))
    >>> model.measures, model.mu.shape, model.basis[0]
    (('revenue', 'visits', 'satisfaction'), (5, 3), 'fitted')
    """
    problems = Problems()
    history = collect(schemes, scorecard, chosen(schemes, scheme, problems))
    shared = [level != history.scheme.level for level in history.levels]
    count = len(history.scheme.measures)
    found = [fit_measure(history.reached[:, :, k], shared[k]) for k in range(count)]
    if all(f.basis == "constant" for f in found):
        where = history.scheme.id
        raise NotEnoughData(Problem("simulate.no_spread", where=where, value=count))
    together, market = _correlations(history, found)
    remarks(history, found, together, market, problems)
    return _model(history, found, together, market, tuple(problems.notes))


def _correlations(history: History, found: list[Fitted]) -> tuple[Together, Together]:
    """Over measures: of the innovations within people, and of the common shocks."""
    rho = np.array([f.persistence.value for f in found])
    kept = []
    for f in found:
        ties, within = f.margin.nugget, f.parts.within if f.parts is not None else 0.0
        kept.append(max(within / (within + ties), 0.1) if within > 0 else 1.0)
    raw = [history.reached[:, :, k] for k in range(len(found))]
    together = within_people([f.apart for f in found], rho, np.array(kept), raw)
    blank = np.full(len(history.periods), np.nan)
    shocks = np.stack([f.parts.shocks if f.parts is not None else blank for f in found], axis=1)
    noise, common = (
        np.array([getattr(f.parts, name) if f.parts is not None else 0.0 for f in found])
        for name in ("noise", "common")
    )
    periods = int(np.isfinite(shocks).any(axis=1).sum())
    return together, of_shocks(shocks, noise, common, together.matrix, periods)


def _model(
    history: History, found: list[Fitted], together: Together, market: Together, notes: tuple[Problem, ...]
) -> AttainmentModel:
    scheme = history.scheme

    def column(name: str) -> np.ndarray:
        return np.stack([getattr(f, name) for f in found], axis=-1)

    def estimate(name: str, part: str) -> np.ndarray:
        return np.array([getattr(getattr(f, name), part) for f in found])

    return AttainmentModel(
        scheme=scheme.id,
        grain=scheme.score_every,
        participants=history.participants,
        periods=history.periods,
        measures=tuple(m.name for m in scheme.measures),
        kpis=tuple(m.kpi for m in scheme.measures),
        levels=history.levels,
        draws=history.draws,
        kind=tuple(f.margin.kind for f in found),
        basis=tuple(f.basis for f in found),
        mu=column("mu"),
        sigma=column("sigma"),
        mu_error=column("mu_error"),
        group_mu=column("group_mu"),
        group_sigma=column("group_sigma"),
        between=column("between"),
        table=np.stack([f.margin.table for f in found]),
        zero_below=np.array([f.margin.zero_below for f in found]),
        loading=estimate("loading", "value"),
        loading_low=estimate("loading", "low"),
        loading_high=estimate("loading", "high"),
        persistence=estimate("persistence", "value"),
        persistence_low=estimate("persistence", "low"),
        persistence_high=estimate("persistence", "high"),
        market=market.matrix,
        dependence=together.matrix,
        combine=history.combine,
        shares=history.shares,
        unit=column("unit"),
        observed=history.reached,
        fit=diagnostics(history, found),
        notes=notes,
        n=int(np.isfinite(history.reached).sum()),
    )
