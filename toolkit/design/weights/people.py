"""What people judge: the weights that each returned form gives, the group's, and who differs from whom."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from toolkit.design.weights.brief import WeightBrief
from toolkit.design.weights.group.aggregate import aggregate_priorities
from toolkit.design.weights.group.agreement import concordance, consensus
from toolkit.design.weights.group.sides import outlying, sides
from toolkit.design.weights.judged.ahp import accepted_ratio, ahp
from toolkit.design.weights.judged.allocate import points, swing
from toolkit.design.weights.judged.best_worst import best_worst
from toolkit.design.weights.judged.matrix import pairwise
from toolkit.design.weights.judged.noise import weight_interval
from toolkit.design.weights.judged.ranks import rank_order_centroid
from toolkit.design.weights.judged.revisit import revisit
from toolkit.design.weights.study import empty
from toolkit.errors import DataError, NotEnoughData, Problem

if TYPE_CHECKING:
    from toolkit.design.ask.weighing import Judgements

_MOST_PAIRS = 3  # that one respondent is asked to look at again: the ones whose change helps most
_TOO_FEW = ("weights.few_on_side", "weights.few_judged")
_BY_VALUE = {"points": points, "swing": swing, "rank": rank_order_centroid}


class Person(NamedTuple):
    """Who filled in a form, and by which method."""

    respondent: str
    name: str = ""
    role: str = ""
    method: str = "pairwise"


@dataclass(frozen=True)
class Judge:
    """What one form says.

    Parameters
    ----------
    person : Person
    weights : ndarray, shape (k,)
        NaN for a measure that was not judged.
    ratio, accepted : float
        Consistency ratio, and up to what it is accepted; NaN where a method has none.
    low, high : ndarray, shape (k,)
        90 % interval of the weights under judgement noise; NaN where a method shows none.
    again : DataFrame
        Pairs to look at again.
    """

    person: Person
    weights: np.ndarray
    ratio: float = math.nan
    accepted: float = math.nan
    low: np.ndarray = field(default_factory=lambda: np.empty(0))
    high: np.ndarray = field(default_factory=lambda: np.empty(0))
    again: pd.DataFrame = field(default_factory=lambda: empty("pairs_to_revisit"))

    @property
    def inconsistent(self) -> bool:
        """Whether the judgements contradict each other more than is accepted."""
        return self.ratio > self.accepted + 1e-12


class Group(NamedTuple):
    """Everybody's judgement as tables of a study, the group's weights (NaN without any), and refusals."""

    judges: pd.DataFrame
    pairs: pd.DataFrame
    noise: pd.DataFrame
    weights: np.ndarray
    agreement: dict[str, object]
    sides: pd.DataFrame
    refused: tuple[tuple[str, Problem], ...]


def judges_of(found: Judgements, scheme: str, names: Sequence[str], seed: int = 0) -> list[Judge]:
    """The weights that each returned form gives to a scheme's measures.

    Parameters
    ----------
    found : Judgements
    scheme : str
        Its name; forms about any version of it that has these measures count.
    names : sequence of str
        The measures that carry a weight, in the scheme's order.
    seed : int
        Of the judgement noise.
    """
    returned = found.returned
    if returned.empty:
        return []
    about = returned["scheme"].astype(str).str.partition("@")[0] == scheme
    judges = []
    for row in returned[about].to_dict("records"):
        pairs = _own(found.pairs, row, ("first", "second"), names)
        values = _own(found.values, row, ("measure",), names)
        person = Person(*(str(row[key] or "") for key in Person._fields))
        if len(pairs) or len(values):
            judges.append(_judge(person, pairs, values, names, seed))
    return judges


def _own(
    table: pd.DataFrame, row: Mapping[Hashable, object], about: tuple[str, ...], names: Sequence[str]
) -> pd.DataFrame:
    """One form's rows of a table that are about the scheme's measures."""
    keys = [key for key in ("form", "scheme", "respondent", "method") if key in table and key in row]
    own = np.ones(len(table), dtype=bool)
    for key in keys:
        own &= (table[key] == row[key]).to_numpy(dtype=bool)
    for column in about:
        own &= table[column].isin(list(names)).to_numpy(dtype=bool)
    return table[own]


def _judge(
    person: Person, pairs: pd.DataFrame, values: pd.DataFrame, names: Sequence[str], seed: int
) -> Judge:
    method = person.method
    if method == "pairwise":
        return _by_pairs(person, pairs, names, seed)
    if method == "best_worst":
        return _by_best_worst(person, pairs, names)
    given = values.set_index("measure")["value"].reindex(list(names)).dropna().astype(float)
    weights = pd.Series(_BY_VALUE[method](given), index=given.index).reindex(list(names))
    return Judge(person, weights.to_numpy(), low=_blank(names), high=_blank(names))


def _by_pairs(person: Person, pairs: pd.DataFrame, names: Sequence[str], seed: int) -> Judge:
    known = [n for n in names if n in set(pairs["first"]) | set(pairs["second"])]
    said = {(a, b): float(r) for a, b, r in pairs[["first", "second", "ratio"]].itertuples(index=False)}
    matrix = pairwise(known, said)
    judged, spread = ahp(matrix), weight_interval(matrix, seed=seed)
    at = np.array([names.index(name) for name in known], dtype=int)
    weights, low, high = _blank(names), _blank(names), _blank(names)
    weights[at], low[at], high[at] = judged.weights, spread.low, spread.high
    again = revisit(matrix, known).head(_MOST_PAIRS).assign(respondent=person.respondent)
    again = again[list(empty("pairs_to_revisit"))]
    ratio = float(judged.consistency_ratio)
    return Judge(person, weights, ratio, accepted_ratio(matrix), low, high, again)


def _by_best_worst(person: Person, pairs: pd.DataFrame, names: Sequence[str]) -> Judge:
    from_best = pairs["kind"].astype(str).str.startswith("best").to_numpy(dtype=bool)
    over = pairs[from_best].set_index("second")["ratio"].astype(float)
    under = pairs[~from_best].set_index("first")["ratio"].astype(float)
    best, worst = pairs.loc[from_best, "first"].iloc[0], pairs.loc[~from_best, "second"].iloc[0]
    over[best], under[worst] = 1.0, 1.0
    if worst not in over:
        over[worst] = under[best]
    under[best] = over[worst]  # asked in both columns, and answered alike
    known = [n for n in names if n in over.index and n in under.index]
    found = best_worst(over[known], under[known])
    weights = pd.Series(found.weights, index=known).reindex(list(names)).to_numpy()
    accepted = math.nan if found.threshold is None else found.threshold
    blank = _blank(names)
    return Judge(person, weights, found.consistency_ratio, accepted, blank, blank.copy())


def _blank(names: Sequence[str]) -> np.ndarray:
    return np.full(len(names), math.nan)


def group_of(judges: Sequence[Judge], names: Sequence[str], brief: WeightBrief) -> Group:
    """The group's weights with how far people agree; everybody is shown, who counts nothing included.

    Parameters
    ----------
    judges : sequence of Judge
    names : sequence of str
        The measures.
    brief : WeightBrief
        Sides and shares.
    """
    refused: list[tuple[str, Problem]] = []
    table = _judges_table(judges, names, brief)
    if not judges:
        return Group(table, empty("pairs_to_revisit"), empty("noise"), _blank(names), {}, empty("sides"), ())
    given = pd.DataFrame(
        [j.weights for j in judges], columns=list(names), index=[j.person.respondent for j in judges]
    )
    shares = table["share"].to_numpy()
    weights = _pooled(given, shares, refused)
    counting = given[shares > 0]
    agreement = _agreement(counting, refused)
    apart = outlying(given)
    table["distance"], table["outlying"] = (
        apart["distance"].to_numpy(),
        apart["outlying"].to_numpy(dtype=bool),
    )
    compared = _sides(counting, table.loc[shares > 0, "side"], brief, refused)
    pairs = pd.concat(
        [empty("pairs_to_revisit"), *(j.again for j in judges if len(j.again))], ignore_index=True
    )
    return Group(table, pairs, _noise(judges, names), weights, agreement, compared, tuple(refused))


def _pooled(given: pd.DataFrame, shares: np.ndarray, refused: list[tuple[str, Problem]]) -> np.ndarray:
    """The group's weights; blank where nobody counts, or a measure was set against no other by anybody."""
    if not shares.sum() > 0:
        refused.append(("judges", Problem("weigh.nobody_counts", value=len(given))))
        return np.full(given.shape[1], math.nan)
    try:
        return aggregate_priorities(given, shares)
    except DataError as error:
        refused.append(("judges", error.problems[0]))
        return np.full(given.shape[1], math.nan)


def _judges_table(judges: Sequence[Judge], names: Sequence[str], brief: WeightBrief) -> pd.DataFrame:
    rows = [
        {
            "respondent": j.person.respondent,
            "name": j.person.name,
            "side": brief.side(j.person.respondent, j.person.role),
            "method": j.person.method,
            "share": brief.share(j.person.respondent, j.person.role),
            "consistency_ratio": j.ratio,
            "accepted": j.accepted,
            "inconsistent": j.inconsistent,
            "distance": math.nan,
            "outlying": False,
        }
        for j in judges
    ]
    own = pd.concat([empty("judges"), pd.DataFrame(rows)], ignore_index=True) if rows else empty("judges")
    own = own.astype(empty("judges").dtypes.to_dict())
    each = pd.DataFrame([j.weights for j in judges], columns=list(names), dtype="float64")
    return pd.concat([own, each], axis=1)


def _noise(judges: Sequence[Judge], names: Sequence[str]) -> pd.DataFrame:
    """Each weight with what judgement noise leaves of it, where the method shows any."""
    rows = [
        (j.person.respondent, name, j.weights[i], j.low[i], j.high[i])
        for j in judges
        for i, name in enumerate(names)
        if not math.isnan(j.low[i])
    ]
    return pd.DataFrame(rows, columns=list(empty("noise"))).astype(empty("noise").dtypes.to_dict())


def _agreement(given: pd.DataFrame, refused: list[tuple[str, Problem]]) -> dict[str, object]:
    if given.empty:
        return {"judges": 0}
    try:
        order = concordance(given)
        said: dict[str, object] = {
            name: getattr(order, name) for name in ("w", "p_value", "judges", "descriptive")
        }
        return said | {"consensus": consensus(given)}
    except NotEnoughData as error:
        refused.append(("agreement", error.problems[0]))
        return {"judges": len(given)}


def _sides(
    given: pd.DataFrame, side: pd.Series, brief: WeightBrief, refused: list[tuple[str, Problem]]
) -> pd.DataFrame:
    """The first two sides of the brief against each other; refused in words where they are too few."""
    named = list(brief.sides)[:2]
    if len(named) < 2:
        return empty("sides")
    order = {named[0]: "0", named[1]: "1"}  # sides() goes by the alphabet, the brief by its own order
    labels = side.map(order).fillna("")
    here = set(labels) - {""}
    if len(here) < 2:
        lacking = [name for name in named if order[name] not in here]
        refused.append(("sides", Problem("weigh.nobody_on_side", value=", ".join(lacking))))
        return empty("sides")
    table = sides(given, labels.to_list())
    if table["low"].isna().all() and table["reason"].isin(_TOO_FEW).any():
        counts = " / ".join(str(int((labels == mark).sum())) for mark in order.values())
        refused.append(("sides", Problem("weigh.few_on_side", value=counts)))
        return empty("sides")
    found = table.rename_axis("measure").reset_index()[list(empty("sides"))]
    return found.astype(empty("sides").dtypes.to_dict())


def unanswered(brief: WeightBrief, found: Judgements) -> tuple[str, ...]:
    """Whom the brief's sides and shares name although no form of theirs, or of their role, has come back."""
    returned = found.returned
    if returned.empty:
        return ()
    known = {str(x) for column in ("respondent", "role") for x in returned[column].dropna()}
    named = [member for members in brief.sides.values() for member in members]
    named += [name for name in brief.shares if name not in brief.sides]
    return tuple(dict.fromkeys(name for name in named if name not in known))
