"""Random valid schemes: every scoring rule, every way to grade, every mechanic of pay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]
# Words as clients write them: other scripts, signs that a spreadsheet could take for a formula, quotes.
WORDS = st.sampled_from(
    [
        "coaching",
        "奖金",
        "=SUM(A1)",
        "+1",
        "-2",
        "@x",
        "it's",
        'a "b"',
        "no",
        "70%",
        "0,7",
        "[x",
        "2026-01-01",
        "a, b",
    ]
)
NAMES = st.lists(
    st.from_regex(r"[a-z]{1,6}(_[a-z0-9]{1,4})?", fullmatch=True), unique=True, min_size=6, max_size=8
)
GRADES = ("A", "B", "C", "1", "不合格")


def numbers(low: float, high: float, step: float = 0.0001) -> st.SearchStrategy[float]:
    """Numbers as they are agreed: a few digits."""
    return st.integers(round(low / step), round(high / step)).map(lambda n: round(n * step, 8))


def rising(low: float, high: float, least: int = 1, most: int = 5) -> st.SearchStrategy[list[float]]:
    """Edges, each above the one before."""
    return st.lists(numbers(low, high), min_size=least, max_size=most, unique=True).map(sorted)


def shares(draw: Draw, n: int) -> list[float]:
    """Shares above 0 that sum to 1."""
    cuts = sorted(draw(st.lists(st.integers(1, 99), min_size=n - 1, max_size=n - 1, unique=True)))
    edges = [0, *cuts, 100]
    return [round((b - a) / 100, 8) for a, b in pairwise(edges)]


def points(draw: Draw, xs: list[float], low: float = 0) -> list[list[float]]:
    return [[x, draw(numbers(low, 200))] for x in xs]


def maybe(draw: Draw, value: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Some of the optional fields of a block."""
    return {key: v for key, v in draw(value).items() if v is not None}


def curve(draw: Draw, reads: list[str], low: float = 0) -> dict[str, Any]:
    xs = draw(rising(0, 3))
    found = {"x": draw(st.sampled_from(reads)), "points": points(draw, xs, low)}
    if draw(st.booleans()):  # a jump
        found["points"].insert(1, [found["points"][0][0], draw(numbers(0, 9))])
    return found | ({"below": draw(numbers(low, 5))} if draw(st.booleans()) else {})


def grid(draw: Draw, other: str) -> dict[str, Any]:
    rows, columns = draw(rising(0, 2, most=8)), draw(rising(0, 2, most=8))
    return {
        "with": other,
        "rows": rows,
        "columns": columns,
        "values": [[draw(numbers(0, 150)) for _ in columns] for _ in rows],
    }


def rule(draw: Draw, kind: str, other: str) -> Any:
    positive = numbers(0.0001, 50)
    if kind == "proportional":
        return {
            "from": draw(numbers(0, 0.9)),
            **({"cap": draw(numbers(1, 3))} if draw(st.booleans()) else {}),
        }
    if kind == "threshold_target_excellence":
        xs = draw(rising(0, 2, 3, 3))
        return dict(zip(("threshold", "target", "excellence"), points(draw, xs), strict=True))
    if kind == "bands":
        return points(draw, draw(rising(0, 2, most=14)))
    if kind == "rating":
        return points(draw, draw(rising(1, 10, 2)))
    if kind == "deduct":
        return {
            "points": draw(positive),
            "per": draw(positive),
            "from": draw(positive),
            "floor": draw(numbers(-9, 9)),
        }
    if kind == "plus_minus":
        sides = {"plus": draw(positive), "minus": 0.0, "most": draw(positive), "least": 0.0}
        return {"base": draw(positive), "per": draw(positive)} | sides
    if kind == "curve":
        return curve(draw, ["attainment", "actual"], low=-5)
    if kind == "rank":
        return {
            "best": 100.0,
            "step": draw(numbers(0, 20)),
            "worst": draw(numbers(0, 90)),
            "least": draw(st.integers(2, 9)),
        }
    return grid(draw, other)


KINDS = (
    "proportional",
    "threshold_target_excellence",
    "bands",
    "rating",
    "deduct",
    "plus_minus",
    "curve",
    "rank",
    "matrix",
)
TARGETS: st.SearchStrategy[Any] = st.one_of(
    st.just("table"),
    st.builds(lambda v: {"fixed": v}, numbers(-50, 1e6, 0.01)),
    st.builds(lambda v, p: {"fixed": v, "per": p}, numbers(0, 1), st.sampled_from(["month", "half", "year"])),
    st.builds(lambda v: {"growth": v, "over": "previous_quarter", "otherwise": "table"}, numbers(-0.5, 1)),
    st.builds(lambda v: {"growth": v, "over": "same_quarter_last_year"}, numbers(-0.5, 1)),
    st.builds(lambda v: {"hit_probability": v}, numbers(0.01, 0.99)),
)


def measures(draw: Draw, names: list[str]) -> list[dict[str, Any]]:
    """The first two have targets, so that grids, gates and vetoes can read them."""
    found = []
    weights = shares(draw, len(names))
    for i, name in enumerate(names):
        kind = draw(st.sampled_from(KINDS))
        measure = {
            "name": name,
            "kpi": draw(st.sampled_from(["net_sales", "visits", "win_rate"])),
            "weight": weights[i],
        }
        measure["scoring"] = {kind: rule(draw, kind, names[1])}
        if i < 2 or kind not in ("rating", "rank") or draw(st.booleans()):
            measure["target"] = draw(TARGETS)
        if draw(st.booleans()):
            measure["out_of"] = draw(numbers(1, 100))
        if draw(st.booleans()):
            measure["attainment"] = draw(
                st.one_of(st.just("inverse"), st.builds(lambda v: {"range": v}, numbers(-9, 9)))
            )
        if draw(st.integers(0, 3)) == 0:
            measure["raters"] = dict(
                zip(("self", "peer", "manager"), shares(draw, draw(st.integers(2, 3))), strict=False)
            )
        elif draw(st.booleans()):
            measure["level"] = draw(st.sampled_from(["individual", "team", "company"]))
        found.append(measure)
    return found


def grades(draw: Draw) -> dict[str, Any]:
    names = draw(st.permutations(GRADES))[: draw(st.integers(2, 4))]
    edges = dict(
        zip(names, [*reversed(draw(rising(1, 99, len(names) - 1, len(names) - 1))), 0.0], strict=True)
    )
    by = draw(st.sampled_from(["score", "rank", "shares"]))
    if by == "score":
        return edges
    sides = {"by": by, "within": draw(st.sampled_from(["scheme", "team", "region"]))}
    if by == "rank":
        last = [3 * k + draw(st.integers(1, 3)) for k in range(len(names) - 1)]
        return sides | {"first": dict(zip(names, last, strict=False)), "then": names[-1]}
    given = {
        "shares": dict(zip(names, shares(draw, len(names)), strict=True)),
        "least": draw(st.integers(2, 20)),
    }
    return sides | given | ({"edges": edges} if draw(st.booleans()) else {})


def grade_names(found: dict[str, Any]) -> list[str]:
    if "by" not in found:
        return list(found)
    return [*found["first"], found["then"]] if found["by"] == "rank" else list(found["shares"])


def rate(draw: Draw, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {"of": name, "split": draw(st.sampled_from(["step", "none", "interpolated"]))}
    if draw(st.booleans()):
        found["rate"] = draw(st.one_of(st.just("roster"), numbers(0, 0.3)))
    else:
        edges = [0.0, *draw(rising(0.1, 3))]
        found |= {"by": draw(st.sampled_from(["attainment", "amount"]))}
        found["tiers"] = [[edge, draw(numbers(0, 0.3))] for edge in edges]
    found |= {"cumulative": "year"} if draw(st.booleans()) else {}
    return found | ({"deal_cap": draw(numbers(1, 1e6, 0.01))} if draw(st.booleans()) else {})


def modifier(draw: Draw, names: list[str], letters: list[str]) -> dict[str, Any]:
    kind = draw(st.sampled_from(["curve", "grades", "matrix"]))
    if kind == "curve":
        return {"measure": names[0], "curve": curve(draw, ["attainment", "actual", "score"])}
    if kind == "grades":
        return {"grades": {letter: draw(numbers(0, 2)) for letter in letters}}
    return {"matrix": grid(draw, names[1]) | {"measure": names[0]}}


def pay(draw: Draw, names: list[str], letters: list[str]) -> dict[str, Any]:
    earns = draw(st.sets(st.sampled_from(["curve", "measures", "rate", "pool"]), min_size=1))
    found: dict[str, Any] = {"per": draw(st.sampled_from(["year", "quarter", "month"]))}
    if draw(st.booleans()):
        found["target_incentive"] = {"share_of_base": draw(numbers(0.01, 2))}
    if "measures" in earns:
        own = names[: draw(st.integers(1, 2))]
        found["measures"] = {
            name: {"share": share, "curve": curve(draw, ["attainment", "actual", "score"])}
            | ({"cap": draw(numbers(0.1, 3))} if draw(st.booleans()) else {})
            for name, share in zip(own, shares(draw, len(own)), strict=True)
        }
    elif "curve" in earns:
        found["curve"] = curve(draw, ["score"])
    if "rate" in earns:
        found["rate"] = [rate(draw, name) for name in names[: draw(st.integers(1, 2))]]
        found |= {"holdback": {"share": draw(numbers(0.01, 1))}} if draw(st.booleans()) else {}
        found |= {"clawback": {"days": draw(st.integers(1, 400))}} if draw(st.booleans()) else {}
    if "pool" in earns:
        within = {"within": draw(st.sampled_from(["scheme", "team", "region"]))}
        amount = st.one_of(
            st.builds(lambda v: {"amount": v}, numbers(0.01, 1e7, 0.01)),
            st.builds(lambda v: {"of": names[0], "rate": v}, numbers(0.001, 0.2)),
        )
        found["pool"] = (
            draw(amount) | within | {"points": draw(st.sampled_from(["score", "score_by_incentive"]))}
        )
    if {"curve", "measures"} & earns:
        months = {"months": draw(st.integers(1, 24)), "recoverable": draw(st.booleans())}
        found |= {"guarantee": {"share": draw(numbers(0.01, 1)), **months}} if draw(st.booleans()) else {}
        found |= {"caps": {"ratio": draw(numbers(0.5, 4))}} if draw(st.booleans()) else {}
    if "caps" not in found and draw(st.booleans()):
        found["caps"] = {"amount": draw(numbers(1, 1e6, 0.01))}
    found["modifiers"] = [modifier(draw, names, letters) for _ in range(draw(st.integers(0, 3)))]
    gate = st.builds(
        lambda n, b, p: {"measure": n, "below": b, "pays": p},
        st.sampled_from(names[:2]),
        numbers(0, 1),
        numbers(0, 1),
    )
    return found | {"gates": draw(st.lists(gate, max_size=3))}


def vetoes(draw: Draw, names: list[str], items: list[str], letters: list[str]) -> list[dict[str, Any]]:
    found = []
    for _ in range(draw(st.integers(0, 3))):
        of = {"measure": names[0], "below": draw(numbers(0, 1))}
        if items and draw(st.booleans()):
            of = {"item": draw(st.sampled_from(items))}
        does = {
            "score": draw(numbers(0, 60)),
            "grade": draw(st.sampled_from(letters)),
            "pays": draw(numbers(0, 1)),
        }
        kept = draw(st.sets(st.sampled_from(sorted(does)), min_size=1))
        found.append(of | {key: value for key, value in does.items() if key in kept})
    return found


AGREED = st.dictionaries(
    st.sampled_from(["published", "then", "days", "公示"]),
    st.one_of(
        WORDS,
        st.integers(0, 99),
        numbers(0, 1),
        st.booleans(),
        st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
        st.lists(st.one_of(WORDS, st.integers(0, 9)), max_size=3),
        st.dictionaries(WORDS, WORDS, max_size=2),
    ),
    max_size=3,
)


DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))
GOVERNANCE = st.fixed_dictionaries(
    {},
    optional={
        "published": st.sampled_from(["monthly", "quarterly"]),
        "publishes": st.lists(st.sampled_from(["rules", "team_results", "honours", "pay"]), max_size=4),
        "appeal_days": st.integers(0, 30),
        "consulted": st.lists(st.sampled_from(["employee_representatives", "union", "工会"]), max_size=2),
        "consulted_on": DAYS,
        "announced_on": DAYS,
        "review_every": st.sampled_from(["quarter", "year"]),
        "interview_every": st.sampled_from(["month", "quarter"]),
        "data_owner": st.one_of(
            st.just("finance"), st.dictionaries(st.sampled_from(["visits", "calls"]), WORDS)
        ),
        "legal_checked": st.lists(st.sampled_from(["minimum_wage", "deductions", "privacy"]), max_size=3),
        "approved_by": WORDS,
        "four_eyes": st.booleans(),
        "contact": st.fixed_dictionaries({"en": WORDS, "zh": WORDS}),
        "pilot": st.fixed_dictionaries({"until": DAYS, "compared_with": WORDS}),
    },
)
FOLLOW_UP = st.fixed_dictionaries(
    {}, optional={"missed_quarters": st.integers(1, 8), "then": st.lists(WORDS, max_size=3)}
)
ACCEPTED = st.fixed_dictionaries(
    {
        "rule": st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True),
        "reason": st.sampled_from(["试点期只设四项", "=why not", "Agreed with HR, July 2025", "+1 year"]),
    },
    optional={
        "where": st.sampled_from(["measures.revenue.weight", "pay.curve.points.0.0", "-"]),
        "by": WORDS,
        "on": DAYS,
    },
)


@st.composite
def schemes(draw: Draw) -> dict[str, Any]:
    """A valid scheme as plain data."""
    named = draw(NAMES)
    names, items = named[: draw(st.integers(2, 4))], named[4:]
    graded = grades(draw)
    letters = grade_names(graded)
    events = [
        {
            "name": name,
            "points": draw(numbers(-10, 10)),
            "title": {"zh": draw(WORDS)},
            "most": draw(numbers(1, 20)),
        }
        for name in items[: draw(st.integers(0, 2))]
    ]
    start = draw(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)))
    return {
        "name": "field_sales",
        "version": draw(st.sampled_from(["2026-01", "1.2", "2026", "试行"])),
        "title": {"en": draw(WORDS), "zh": draw(WORDS)},
        "effective": {"from": start, "to": draw(st.sampled_from([None, start]))},
        "applies_to": draw(st.dictionaries(st.sampled_from(["role", "team"]), st.lists(WORDS, max_size=3))),
        "score_every": draw(st.sampled_from(["month", "quarter"])),
        "pay_every": "quarter",
        "currency": draw(st.sampled_from(["CNY", "USD"])),
        "measures": measures(draw, names),
        "grades": graded,
        "pay": pay(draw, names, letters),
        "recognition": draw(AGREED),
        "follow_up": draw(FOLLOW_UP),
        "governance": draw(AGREED) | draw(GOVERNANCE),
        "accepted": draw(st.lists(ACCEPTED, max_size=9)),
        "missing": draw(st.sampled_from(["reweight", "zero", "carry"])),
        "double_credit": draw(st.booleans()),
        "difficulty": draw(st.sampled_from([None, "roster"])),
        "items": events,
        "item_limits": draw(st.sampled_from([None, {"up": 10.0}, {"up": 5.0, "down": 7.5}])),
        "vetoes": vetoes(draw, names, [e["name"] for e in events], letters),
        "ramp": draw(st.lists(numbers(0, 1), max_size=8)),
    }
