"""What the client wishes of the weights: `weight_brief.yaml`, read strictly; without it the defaults hold."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from toolkit.catalogue.kpi import Category
from toolkit.data.engagement import Engagement
from toolkit.documents import Address, Document, dotted, load_document
from toolkit.errors import DataError, Problems
from toolkit.faults import Faults, near, read_as
from toolkit.scheme.measure import Grain

WHERE = "weight_brief.yaml"
DEFAULT_SOURCES: dict[str, float] = {"expert": 0.6, "equal": 0.2, "data": 0.2, "outcome": 0.0}  # METHODS 3f
_STRICT = ConfigDict(extra="forbid")
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(ge=0, le=1e6)]
Range = tuple[Share, Share]
Source = Literal["expert", "equal", "data", "outcome"]
Step = Literal["agreed", "ranges", "weights", "steps"]


@dataclass(frozen=True, config=_STRICT)
class Limits:
    """Between what a weight must lie, least and most.

    Parameters
    ----------
    default : (float, float)
        Of every measure that carries a weight. METHODS 3b: 5-10 % at least, 40-50 % at most.
    measures : mapping
        Measure → its own.
    categories : mapping
        KPI category → of the sum of its measures.
    """

    default: Range = (0.05, 0.50)
    measures: Mapping[str, Range] = field(default_factory=dict)
    categories: Mapping[Category, Range] = field(default_factory=dict)


@dataclass(frozen=True, config=_STRICT)
class Ranges:
    """How far scoring ranges may be widened or narrowed.

    Parameters
    ----------
    limit : float
        The largest factor either way; 1 leaves every range as agreed.
    keep : tuple of str
        Measures whose scoring stays as agreed.
    """

    limit: Annotated[float, Field(ge=1, le=10)] = 2.0
    keep: tuple[str, ...] = ()


@dataclass(frozen=True, config=_STRICT)
class Outcome:
    """What the measures should lead to.

    Parameters
    ----------
    kpi : str
    after : {'month', 'quarter', 'half', 'year'}
        The outcome is looked for one such span later.
    """

    kpi: str
    after: Grain = "quarter"


@dataclass(frozen=True, config=_STRICT)
class Uncertainty:
    """How unsure what was agreed is, for the question on what a place depends.

    Parameters
    ----------
    weights : float
        How far a weight may be off (standard deviation).
    targets : float
        By how much every target of a measure might as well have been higher or lower.
    ranges : float
        By how much a scoring range might as well have been wider or narrower.
    """

    weights: Annotated[float, Field(gt=0, le=0.3)] = 0.05
    targets: Annotated[float, Field(ge=0, le=0.5)] = 0.10
    ranges: Annotated[float, Field(ge=0, le=1)] = 0.25


@dataclass(frozen=True, config=_STRICT)
class Adopt:
    """What the scheme's owner chose: agreed (nothing is replaced), ranges, weights or steps, and when."""

    step: Step = "agreed"
    on: Annotated[dt.date, Field(strict=True)] | None = None


@dataclass(frozen=True, config=ConfigDict(extra="forbid", arbitrary_types_allowed=True))
class WeightBrief:
    """The client's wishes for the weights of the schemes. Weights and shares are ratios.

    Parameters
    ----------
    schemes : tuple of str
        Names or `name@version`; by default every scheme with a measure that carries a weight.
    sides : mapping
        Name of a side → the roles and respondents on it; the first two are held against each other.
    shares : mapping
        Respondent, role or side → how much the word of each of them counts; 1 where nothing is said, 0 is
        shown and not counted. What stands nearest to the person holds.
    sources : mapping
        What judgement, equal weights, data and the outcome count in the reconciled weights.
    data : {'critic', 'entropy', 'standard_deviation'}
        How weights are read from data.
    bounds : Limits
    step : float
        In what steps weights are agreed; 1 is a multiple of it.
    keep_order : bool or tuple of str
        Whether the agreed order of weights must stay; or another order, the greatest first.
    never_raise : tuple of str
        Measures whose weight and effect must not grow, beside those under a warning.
    ranges : Ranges
    outcome : Outcome, optional
    uncertainty : Uncertainty
    adopt : Adopt

    Raises
    ------
    pydantic.ValidationError
        A least weight over its most, no source that counts, steps that do not add up to 1, a name twice.

    Examples
    --------
    >>> brief = WeightBrief(sources={"data": 0.0}, bounds=Limits(measures={"revenue": (0.3, 0.5)}))
    >>> round(brief.counts["expert"], 2), brief.limits("revenue"), brief.limits("visits")
    (0.75, (0.3, 0.5), (0.05, 0.5))
    """

    schemes: tuple[str, ...] = ()
    sides: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shares: Mapping[str, Positive] = field(default_factory=dict)
    sources: Mapping[Source, Share] = field(default_factory=dict)
    data: Literal["critic", "entropy", "standard_deviation"] = "critic"
    bounds: Limits = field(default_factory=Limits)
    step: Annotated[float, Field(gt=0, le=0.5)] = 0.05
    keep_order: bool | tuple[str, ...] = True
    never_raise: tuple[str, ...] = ()
    ranges: Ranges = field(default_factory=Ranges)
    outcome: Outcome | None = None
    uncertainty: Uncertainty = field(default_factory=Uncertainty)
    adopt: Adopt = field(default_factory=Adopt)
    document: Document | None = field(default=None, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        faults = Faults()
        limits: dict[Address, Range] = {("bounds", "default"): self.bounds.default}
        limits |= {("bounds", "measures", name): found for name, found in self.bounds.measures.items()}
        limits |= {("bounds", "categories", name): found for name, found in self.bounds.categories.items()}
        for address, (least, most) in limits.items():
            if least > most:
                faults.note("weigh.range", address, f"[{least}, {most}]")
        if not self._counted:
            faults.note("weigh.no_source", ("sources",))
        if abs(round(1 / self.step) * self.step - 1) > 1e-9:
            faults.note("weigh.step", ("step",), self.step)
        for address, name in _twice(self):
            faults.note("weigh.twice", address, name)
        for side, members in self.sides.items():
            if not members:
                faults.note("weigh.empty_side", ("sides", side), side)
        faults.refuse("WeightBrief")

    @property
    def _counted(self) -> float:
        return math.fsum((DEFAULT_SOURCES | dict(self.sources.items())).values())

    @property
    def counts(self) -> dict[str, float]:
        """What each source counts, as shares of all; a source not named keeps its default."""
        said: dict[str, float] = DEFAULT_SOURCES | dict(self.sources.items())
        return {name: share / self._counted for name, share in said.items()}

    def limits(self, measure: str) -> tuple[float, float]:
        """Between what a measure's weight must lie."""
        return next((r for name, r in self.bounds.measures.items() if name == measure), self.bounds.default)

    def side(self, respondent: str, role: str) -> str:
        """The side that somebody is on, by name before role; blank for none."""
        for key in (respondent, role):
            for side, members in self.sides.items():
                if key and key in members:
                    return side
        return ""

    def share(self, respondent: str, role: str) -> float:
        """How much somebody's word counts."""
        for key in (respondent, role, self.side(respondent, role)):
            if key and key in self.shares:
                return self.shares[key]
        return 1.0

    def line(self, address: Address) -> int | None:
        """The line on which something stands; None for a default."""
        known = self.document is not None and address in self.document.lines
        return self.document.lines[address] if known and self.document is not None else None


def _twice(brief: WeightBrief) -> Iterator[tuple[Address, str]]:
    """Names that stand twice where each can stand once."""
    lists: dict[Address, Sequence[str]] = {("schemes",): brief.schemes, ("never_raise",): brief.never_raise}
    if not isinstance(brief.keep_order, bool):
        lists[("keep_order",)] = brief.keep_order
    for address, names in lists.items():
        yield from (((*address, i), name) for i, name in enumerate(names) if name in names[:i])
    seen: set[str] = set()
    for side, members in brief.sides.items():
        for i, member in enumerate(members):
            if member in seen:
                yield ("sides", side, i), member
            seen.add(member)


def load_weight_brief(client: Engagement) -> WeightBrief:
    """Read an engagement's `weight_brief.yaml`; the defaults where there is none.

    Parameters
    ----------
    client : Engagement

    Raises
    ------
    DataError
        Everything wrong at once, with its line: an unknown scheme, measure or KPI, a share over 1, a least
        weight over its most, steps that do not add up to 1.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "adventureworks"))
    >>> load_weight_brief(client).step
    0.05
    """
    path = client.folder / WHERE
    if not path.exists():
        return WeightBrief()
    document = load_document(path, WHERE)
    problems = Problems()
    data = {} if document.data is None else document.data
    brief = read_as(WeightBrief, data, document, WHERE, problems)
    _check_names(data if isinstance(data, dict) else {}, document, client, problems)
    problems.raise_as(DataError)
    assert isinstance(brief, WeightBrief)  # nothing is wrong, so it was read
    object.__setattr__(brief, "document", document)  # frozen for everybody else
    return brief


def check_weight_brief(brief: WeightBrief, client: Engagement) -> None:
    """Hold a brief that was made in Python against the engagement.

    Raises
    ------
    DataError
        Unknown schemes, measures or KPIs.
    """
    problems = Problems()
    data: dict[str, object] = {
        name: getattr(brief, name) for name in ("schemes", "keep_order", "never_raise")
    }
    data["bounds"] = {"measures": brief.bounds.measures}
    data["ranges"] = {"keep": brief.ranges.keep}
    data["outcome"] = {"kpi": brief.outcome.kpi} if brief.outcome else None
    _check_names(data, brief.document, client, problems)
    problems.raise_as(DataError)


def _check_names(
    data: Mapping[str, object], document: Document | None, client: Engagement, problems: Problems
) -> None:
    """Every scheme, measure and KPI named must be known; what has another shape is told elsewhere."""
    schemes = {name for s in client.schemes for name in (s.id, s.name)}
    known: dict[str, Iterable[str]] = {
        "scheme": sorted(schemes),
        "measure": list(dict.fromkeys(m.name for s in client.schemes for m in s.measures)),
        "kpi": client.measured,
    }
    for kind, address, name in _named(data):
        if name not in known[kind]:
            row = document.line(address) if document else None
            place = {"where": WHERE, "row": row, "column": dotted(address)}
            problems.add(f"weigh.unknown_{kind}", **place, value=name, near=near(name, known[kind]))  # type: ignore[arg-type]


def _named(data: Mapping[str, object]) -> Iterator[tuple[str, Address, str]]:
    lists = {("schemes",): "scheme", ("keep_order",): "measure", ("never_raise",): "measure"}
    lists |= {("ranges", "keep"): "measure"}  # type: ignore[dict-item]
    for address, kind in lists.items():
        found = _at(data, address)
        items = found if isinstance(found, list | tuple) else ()
        yield from ((kind, (*address, i), name) for i, name in enumerate(items) if isinstance(name, str))
    measures = _at(data, ("bounds", "measures"))
    names = measures if isinstance(measures, Mapping) else ()
    yield from (("measure", ("bounds", "measures", name), name) for name in names)
    kpi = _at(data, ("outcome", "kpi"))
    if isinstance(kpi, str):
        yield "kpi", ("outcome", "kpi"), kpi


def _at(data: object, address: Address) -> object:
    for part in address:
        data = data.get(part) if isinstance(data, Mapping) else None
    return data
