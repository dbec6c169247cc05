"""What the client wishes of the choice: `kpi_brief.yaml`, read strictly; without it the defaults hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from toolkit.catalogue.kpi import Category
from toolkit.data.engagement import Engagement
from toolkit.documents import Address, Document, dotted, load_document
from toolkit.errors import DataError, Problems
from toolkit.faults import Faults, near, read_as

WHERE = "kpi_brief.yaml"
CRITERIA = ("fit", "reliability", "control", "validity", "clarity", "gaming", "data")
DEFAULT_VALUE: dict[str, float] = {  # what a criterion counts; judgement, to be agreed with the client
    "fit": 0.30, "reliability": 0.15, "control": 0.15, "validity": 0.10, "clarity": 0.10, "gaming": 0.10,
    "data": 0.10,
}  # fmt: skip
DEFAULT_CATEGORY = (1, 3)  # METHODS: of each category one to three
OVERLAP = 0.3  # lost where two KPIs move fully together: more than parts a good KPI from a middling one
DATA = 0.02  # lost per point of data cost
_STRICT = ConfigDict(extra="forbid")
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(ge=0, le=1e6)]
Number = Annotated[int, Field(ge=0, le=1000)]
Criterion = Literal["fit", "reliability", "control", "validity", "clarity", "gaming", "data"]
Pair = Annotated[tuple[str, ...], Field(min_length=2, max_length=2)]
Range = tuple[Number, Number]


@dataclass(frozen=True, config=_STRICT)
class DataCost:
    """What fetching a KPI's data costs, in points of the client's own choosing.

    Parameters
    ----------
    most : float
        The budget for the whole set.
    default : float
        Of a KPI that is not measured today; one that is measured costs nothing unless `each` says so.
    each : mapping
        KPI → its own points.
    """

    most: Positive = 12.0
    default: Positive = 1.0
    each: Mapping[str, Positive] = field(default_factory=dict)


@dataclass(frozen=True, config=_STRICT)
class Judgement:
    """What people who know the business say of a KPI, 0 to 1, where no employee has answered.

    Parameters
    ----------
    influence, clarity : float, optional
        How far one's own work moves it; how well it is understood.
    gaming : float, optional
        1 = easily driven up without the work.
    """

    influence: Share | None = None
    clarity: Share | None = None
    gaming: Share | None = None


@dataclass(frozen=True, config=_STRICT)
class Price:
    """What is taken off a set's value: judgement too, stated so that it can be argued with.

    Parameters
    ----------
    overlap : float
        λ: lost where two chosen KPIs move fully together (|ρ| = 1); with |ρ| = .5 half, under .2 nothing.
    data : float
        γ: lost per point of data cost.
    """

    overlap: Positive = OVERLAP
    data: Positive = DATA


@dataclass(frozen=True, config=ConfigDict(extra="forbid", arbitrary_types_allowed=True))
class Brief:
    """The client's wishes for the set of KPIs.

    Parameters
    ----------
    candidates : tuple of str
        KPIs to choose from; all that the engagement measures by default. A must-have is one in any case.
    count : (int, int)
        How many KPIs, least and most.
    categories : mapping
        Category → how many, least and most; 1 to 3 where nothing is said.
    must_have, exclude : tuple of str
    not_together, may_stand_together : tuple of pairs
        KPIs of which at most one is wanted; pairs for which the toolkit's own finding that they pay one
        thing twice, or move as one, is set aside.
    leading, result : int
        At least so many KPIs that move before the result, and so many results.
    weak, unreliable : int
        At most so many KPIs of which the screening's reliability warns, and of which it fails. The second
        has no limit by default: where people are much alike most KPIs fail, and it is for the client to say
        what to make of it.
    data_cost : DataCost
    serves : mapping
        KPI → objective's number (from 1, as in engagement.yaml) → how far it serves it, 0-1. An objective's
        own KPI serves it fully.
    judgements : mapping
        KPI → Judgement.
    value : mapping
        Criterion → what it counts; divided by their sum.
    price : Price

    Raises
    ------
    pydantic.ValidationError
        A least number over its most, a KPI both wished and excluded, no criterion that counts.

    Examples
    --------
    >>> Brief(count=(3, 5), categories={"growth": (0, 1)}).category("growth")
    (0, 1)
    """

    candidates: tuple[str, ...] = ()
    count: Range = (5, 8)
    categories: Mapping[Category, Range] = field(default_factory=dict)
    must_have: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    not_together: tuple[Pair, ...] = ()
    may_stand_together: tuple[Pair, ...] = ()
    leading: Number = 1
    result: Number = 1
    weak: Number = 2
    unreliable: Number = 1000
    data_cost: DataCost = field(default_factory=DataCost)
    serves: Mapping[str, Mapping[int, Share]] = field(default_factory=dict)
    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    value: Mapping[Criterion, Positive] = field(default_factory=dict)
    price: Price = field(default_factory=Price)
    document: Document | None = field(default=None, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        faults = Faults()
        ranges: dict[Address, tuple[int, int]] = {("count",): self.count}
        ranges |= {("categories", category): found for category, found in self.categories.items()}
        for address, (least, most) in ranges.items():
            if least > most:
                faults.note("select.range", address, f"[{least}, {most}]")
        if self.count[1] == 0:
            faults.note("select.none_wanted", ("count",), self.count[1])
        for at, kpi in enumerate(self.exclude):
            if kpi in self.must_have:
                faults.note("select.wished_and_excluded", ("exclude", at), kpi)
        for at, (one, other) in enumerate(self.not_together):
            if one == other:
                faults.note("select.pair_of_one", ("not_together", at), one)
        if not sum(self.counts.values()):
            faults.note("select.nothing_counts", ("value",))
        faults.refuse("Brief")

    @property
    def counts(self) -> dict[str, float]:
        """What each criterion counts, as shares of all; criteria not named keep their default."""
        said: dict[str, float] = DEFAULT_VALUE | dict(self.value.items())
        total = sum(said.values())
        return {c: said[c] / total if total else 0.0 for c in CRITERIA}

    def category(self, category: str) -> tuple[int, int]:
        """How many KPIs of a category are wanted, least and most."""
        return next((found for name, found in self.categories.items() if name == category), DEFAULT_CATEGORY)

    def line(self, address: Address) -> int | None:
        """The line on which something stands; None for a default."""
        known = self.document is not None and address in self.document.lines
        return self.document.lines[address] if known and self.document is not None else None


def load_brief(client: Engagement) -> Brief:
    """Read an engagement's `kpi_brief.yaml`; the defaults where there is none.

    Parameters
    ----------
    client : Engagement

    Raises
    ------
    DataError
        Everything wrong at once, with its line: an unknown KPI, an objective that is not there, a share over
        1, a least number over its most, a KPI both wished and excluded.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "adventureworks"))
    >>> load_brief(client).count
    (5, 8)
    """
    path = client.folder / WHERE
    if not path.exists():
        return Brief()
    document = load_document(path, WHERE)
    problems = Problems()
    data = {} if document.data is None else document.data
    brief = read_as(Brief, data, document, WHERE, problems)
    _check_names(data if isinstance(data, dict) else {}, document, client, problems)
    problems.raise_as(DataError)
    assert isinstance(brief, Brief)  # nothing is wrong, so it was read
    object.__setattr__(brief, "document", document)  # frozen for everybody else
    return brief


def check_brief(brief: Brief, client: Engagement) -> None:
    """Hold a brief that was made in Python against the engagement.

    Raises
    ------
    DataError
        Unknown KPIs, objectives that are not there.
    """
    problems = Problems()
    data = {
        name: getattr(brief, name) for name in ("candidates", "must_have", "exclude", "not_together",
        "may_stand_together", "serves", "judgements")
    }  # fmt: skip
    data["data_cost"] = {"each": brief.data_cost.each}
    _check_names(data, brief.document, client, problems)
    problems.raise_as(DataError)


def _check_names(
    data: Mapping[str, object], document: Document | None, client: Engagement, problems: Problems
) -> None:
    """Every KPI named must be known, every objective there; what has another shape is told elsewhere."""
    for address, kpi in _kpis_named(data):
        if kpi not in client.kpis:
            row = document.line(address) if document else None
            problems.add(
                "select.unknown_kpi", where=WHERE, row=row, column=dotted(address), value=kpi,
                near=near(kpi, client.kpis),
            )  # fmt: skip
    serves = data.get("serves")
    for kpi, served in serves.items() if isinstance(serves, Mapping) else ():
        for number in served if isinstance(served, Mapping) else ():
            if not str(number).isdecimal() or not 1 <= int(str(number)) <= len(client.objectives):
                address = ("serves", kpi, number)
                row = document.line(address) if document else None
                problems.add(
                    "select.no_objective", where=WHERE, row=row, column=dotted(address), value=number,
                    count=len(client.objectives),
                )  # fmt: skip


def _kpis_named(data: Mapping[str, object]) -> Iterable[tuple[Address, str]]:
    for key in ("candidates", "must_have", "exclude"):
        yield from (((key, i), k) for i, k in enumerate(_items(data.get(key))) if isinstance(k, str))
    for key in ("not_together", "may_stand_together"):
        for i, pair in enumerate(_items(data.get(key))):
            yield from (((key, i, j), k) for j, k in enumerate(_items(pair)) if isinstance(k, str))
    for key in ("serves", "judgements"):
        held = data.get(key)
        yield from (((key, k), k) for k in held) if isinstance(held, Mapping) else ()
    costs = data.get("data_cost")
    each = costs.get("each") if isinstance(costs, Mapping) else None
    yield from ((("data_cost", "each", k), k) for k in each) if isinstance(each, Mapping) else ()


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
