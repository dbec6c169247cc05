"""T: targets against what was set and what was reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.errors import NotEnoughData, Problem
from toolkit.language import listed, number, percent, text
from toolkit.review.lint.evidence.attained import (
    Seen,
    base,
    clustered_share,
    counting,
    kpi_name,
    seen,
    spoken,
)
from toolkit.review.lint.look import Hit, Look, rule
from toolkit.scheme.coverage import applies
from toolkit.scheme.measure import Measure
from toolkit.stats import Estimate

_NAMED = 5  # participants that a message names
_AT_ONCE = 500  # permutations
_SHORT = 1e-9  # a target that a float puts this far below another is the same


def _target(measure: Measure) -> str:
    return f"measures.{measure.name}.target"


def _named(people: pd.Series, language: str) -> str:
    """The first few participants by name, in their order."""
    names = [str(name) for name in people.drop_duplicates()]
    shown = listed(names[:_NAMED], language)
    return shown if len(names) <= _NAMED else f"{shown} …"


@rule("T05")
def people_without_target(look: Look) -> Iterator[Hit]:
    """Participants whose measure has no target in a period that is scored or paid."""
    targets = look.own("targets")
    for measure in counting(look):
        own = targets[targets["measure"] == measure.name]
        blank = own[own["target"].isna() & (own["basis"] != "not_needed")]
        if measure.target is None or blank.empty:
            continue
        said = {
            "kpi": kpi_name(look, measure),
            "people": blank["participant"].nunique(),
            "all": own["participant"].nunique(),
            "rows": len(blank),
            "n": len(own),
            "who": _named(blank["participant"], look.language),
        }
        yield Hit(_target(measure), said)


@rule("T06")
def too_easy(look: Look) -> Iterator[Hit]:
    """Nearly everybody reaches the target nearly always."""
    for found, share in _reached(look):
        if share.low > look.limits["most"]:
            yield _share_hit(look, found, share, "most")


@rule("T07")
def too_hard(look: Look) -> Iterator[Hit]:
    """Fewer than half of the cases reach the target."""
    for found, share in _reached(look):
        if share.high < look.limits["least"]:
            yield _share_hit(look, found, share, "least")


def _reached(look: Look) -> Iterator[tuple[Seen, Estimate]]:
    with_target = tuple(m for m in counting(look) if m.target is not None)
    for found in seen(look, with_target):
        yield found, clustered_share(found.rows, found.rows["attainment"].to_numpy() >= 1)


def _share_hit(look: Look, found: Seen, share: Estimate, limit: str) -> Hit:
    said = spoken(look, found, share)
    return Hit(_target(found.measure), {**said, limit: percent(look.limits[limit], look.language)})


@rule("T08")
def bunched_above_target(look: Look) -> Iterator[Hit]:
    """Results that end just above the target far more often than just below it."""
    sums = tuple(m for m in counting(look) if m.target is not None and look.kpi(m).adds_over_time)
    sides = [(found, *_beside(look, found)) for found in seen(look, sums)]
    fewest = int(look.limits["near"])
    tested = [side for side in sides if side[1] + side[2] >= fewest]
    if sides and not tested:
        most = max(below + above for _, below, above in sides)
        raise NotEnoughData(Problem("lint.too_few_near", value=most, values={"least": fewest}))
    for found, below, above in tested:
        p_value = float(stats.binomtest(above, below + above, 0.5, alternative="greater").pvalue)
        if p_value < look.limits["chance"] / len(tested):  # Bonferroni over the measures
            said = {
                "kpi": kpi_name(look, found.measure),
                "above": above,
                "below": below,
                "width": percent(look.limits["width"], look.language),
                "p_value": number(p_value, look.language, 4),
                "base": base(look, found.rows),
            }
            yield Hit(_target(found.measure), said)


def _beside(look: Look, found: Seen) -> tuple[int, int]:
    """Cases just below and from the target on; of whole numbers equally many values on either side."""
    attained = found.rows["attainment"].to_numpy()
    width = np.full(len(attained), look.limits["width"])
    if look.kpi(found.measure).unit == "count":
        target = found.rows["target"].to_numpy()
        width = np.floor(width * target + _SHORT) / target
    below = (attained >= 1 - width - _SHORT) & (attained < 1)
    above = (attained >= 1) & (attained < 1 + width - _SHORT)
    return int(below.sum()), int(above.sum())


@rule("T09")
def joiners_owe_all(look: Look) -> Iterator[Hit]:
    """New people owe full targets from their first day."""
    joiners = _joiners(look)
    if look.scheme.ramp or look.scheme.level != "individual" or joiners.empty:
        return
    for measure in counting(look):
        kpi, target = look.kpi(measure), measure.target
        owed = target is not None and kpi.adds_over_time and measure.level in (None, "individual")
        if owed and _owes_all(look, measure, joiners):
            said = {
                "kpi": kpi_name(look, measure),
                "people": joiners["participant"].nunique(),
                "who": _named(joiners["participant"], look.language),
            }
            yield Hit(_target(measure), said)


def _joiners(look: Look) -> pd.DataFrame:
    """People under the scheme, hired while it holds or a little before it began."""
    people = look.tables["participants"]
    under = people[applies(look.scheme, people)]
    starts = pd.Timestamp(look.scheme.effective.from_) - pd.Timedelta(days=int(look.limits["days"]))
    ends = pd.Timestamp(look.scheme.effective.to or dt.date.max)
    return under[(under["hired_on"] >= starts) & (under["hired_on"] <= ends)]


def _owes_all(look: Look, measure: Measure, joiners: pd.DataFrame) -> bool:
    """Whether joiners' first targets are the others': always of a fixed one, by the table else."""
    assert measure.target is not None  # the caller's
    if measure.target.kind == "fixed":
        return True
    if measure.target.kind != "table" or "targets" not in look.tables:
        return False
    own = look.own("targets")
    rows = own[(own["measure"] == measure.name) & own["target"].notna()]
    bounds = {name: look.calendar.bounds(name) for name in rows["period"].unique()}
    rows = rows.assign(start=rows["period"].map({name: day for name, (day, _) in bounds.items()}))
    rows = rows[look.calendar.of_grain(rows["period"], look.scheme.score_every)]
    hired = rows["participant"].map(joiners.groupby("participant")["hired_on"].min())
    since = (rows["start"] - hired).dt.days
    usual = rows[hired.isna()].groupby("period")["target"].median()
    new = rows[(since >= 0) & (since < look.limits["days"])]  # the first whole periods
    ratio = (new["target"] / new["period"].map(usual)).dropna()
    return bool(len(ratio) and ratio.median() >= look.limits["share"])


@rule("T11")
def attainment_follows_size(look: Look) -> Iterator[Hit]:
    """Quotas that are easier or harder to reach the larger they are."""
    sums = tuple(m for m in counting(look) if m.target is not None and look.kpi(m).adds_over_time)
    best, enough = 0, False
    for found in seen(look, sums):
        people = _by_size(found)
        best = max(best, len(people))
        if len(people) < look.limits["people"]:
            continue
        enough = True
        rho, p_value = _rank_correlation(people["size"].to_numpy(), people["reached"].to_numpy())
        if abs(rho) >= look.limits["strength"] and p_value < look.limits["chance"]:
            said = {
                "kpi": kpi_name(look, found.measure),
                "rho": number(rho, look.language, 2),
                "p_value": number(p_value, look.language, 4),
                "people": len(people),
                "which": text(f"lint.t11.{'easier' if rho > 0 else 'harder'}", look.language),
            }
            yield Hit(_target(found.measure), said)
    if sums and not enough:
        values = {"least": int(look.limits["people"])}
        raise NotEnoughData(Problem("lint.too_few_people", value=best, values=values))


def _by_size(found: Seen) -> pd.DataFrame:
    """Each participant's mean target and attainment against the others' of the same whole periods.

    The target stands for the size of the territory. Last year's sales would not do: they hold the person's
    own lasting ability, with which attainment goes where targets are as fair as can be.
    """
    rows = found.rows[(found.rows["exposure"] >= 1 - _SHORT) & (found.rows["target"] > 0)]
    by_period = rows.groupby("period")
    size = rows["target"] / by_period["target"].transform("mean")
    reached = rows["attainment"] - by_period["attainment"].transform("mean")
    table = pd.DataFrame({"participant": rows["participant"], "size": size.round(8), "reached": reached})
    return table.groupby("participant")[["size", "reached"]].mean().round(8)


def _rank_correlation(x: np.ndarray, y: np.ndarray, draws: int = 4999) -> tuple[float, float]:
    """Spearman's correlation with a two-sided permutation p; (0, 1) where one side does not vary."""
    ranks = [stats.rankdata(side) - (len(side) + 1) / 2 for side in (x, y)]
    size = float(np.sqrt((ranks[0] ** 2).sum() * (ranks[1] ** 2).sum()))
    if size == 0:
        return 0.0, 1.0
    seen_now = float(ranks[0] @ ranks[1])
    random = np.random.default_rng(0)  # the same data, the same p
    as_far = 0
    for begun in range(0, draws, _AT_ONCE):  # in batches: all draws of thousands of people fill the memory
        shuffled = random.permuted(np.tile(ranks[1], (min(_AT_ONCE, draws - begun), 1)), axis=1)
        as_far += int((np.abs(shuffled @ ranks[0]) >= abs(seen_now) - _SHORT).sum())
    return seen_now / size, (as_far + 1) / (draws + 1)
