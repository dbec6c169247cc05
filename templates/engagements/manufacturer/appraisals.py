"""What people recorded under the new scheme: ratings each quarter, points added and taken off."""

import numpy as np
import pandas as pd
from market import ORIGIN, PILOT_START, Array, Table, World, random_workday, seat, stream
from records import dates, label, numbered, people_ids

MEASURES = ["团队协作", "执行力"]
KINDS = ["自评", "互评", "上级评分"]
ITEMS = ["重点客户签约", "周报迟交", "合规违规"]
RATES = (0.15, 0.25)  # expected of the first two per person and month
OFFENDER = 7  # the post (0-23) whose holder broke a rule once, in the last quarter
MEAN, OWN_SD, LENIENCY_SD, SELF_PRAISE, NOISE_SD = 3.7, 0.5, 0.3, 0.4, 0.4  # on a scale of 1 to 5


def ratings(world: World, roster: Table) -> Table:
    """Each quarter everybody rates themselves and their two colleagues, and is rated by the manager."""
    rng = stream(world, 8)
    people, manager = world.people, managers(roster)
    own, leniency = OWN_SD * rng.standard_normal((people, 2)), LENIENCY_SD * rng.standard_normal(people * 2)
    parts = [_quarter(world, *quarter) for quarter in quarters(world)]
    table = pd.concat([_none(), *parts], ignore_index=True).astype(np.int64)
    person, rater, kind, item = (table[c].to_numpy() for c in ("person", "rater", "kind", "item"))
    judge = np.where(kind == 2, people + seat(world, person, table["end"].to_numpy()) // 3, rater)
    felt = MEAN + own[person, item] + leniency[judge] + SELF_PRAISE * (kind == 0)
    rating = np.clip(np.rint(felt + NOISE_SD * rng.standard_normal(len(table))), 1, 5).astype(np.int64)
    said = np.where(
        kind == 0, "", np.where(rating == 5, "主动分享客户信息", np.where(rating <= 2, "跟进不及时", ""))
    )
    named = people_ids(world, rater).astype(str)
    return Table(
        {
            "participant": people_ids(world, person),
            "period": label(table["quarter"].to_numpy(), [name for _, name, _ in quarters(world)]),
            "measure": label(item, MEASURES),
            "rater": np.where(kind == 2, manager[person], named),
            "kind": label(kind, KINDS),
            "rating": rating,
            "comment": said,
            "rated_on": dates(table["end"].to_numpy() + rng.integers(1, 8, len(table))),
        }
    )


def managers(roster: Table) -> Array:
    """Everybody's manager, by the last row of the roster."""
    last = roster.groupby(roster["participant"].astype(str), sort=True)["manager"].last()
    return np.array(last.tolist(), dtype=object)


def quarters(world: World) -> list[tuple[int, str, int]]:
    """Number, name and last day of each whole quarter from the day the new scheme holds."""
    months = world.months.iloc[3:-3]
    ends = [
        (str(name), int(end))
        for name, start, end in zip(months["name"], months["start"], months["end"], strict=True)
        if start >= PILOT_START and int(str(name)[5:]) % 3 == 0
    ]
    return [(i, f"{name[:4]}-Q{int(name[5:]) // 3}", end) for i, (name, end) in enumerate(ends)]


def _none() -> Table:
    return Table(
        {c: np.array([], dtype=np.int64) for c in ("person", "rater", "kind", "item", "quarter", "end")}
    )


def _quarter(world: World, number: int, name: str, end: int) -> Table:
    """Who rates whom at the end of a quarter; a vacant post neither rates nor is rated."""
    person = np.arange(world.people)
    post = seat(world, person, np.full(world.people, end))
    person, post = person[post >= 0], post[post >= 0]
    pairs = [Table({"person": person, "rater": person, "kind": kind}) for kind in (0, 2)]
    for step in (1, 2):
        other = post // 3 * 3 + (post + step) % 3
        holder = world.posts[other % 24, end - ORIGIN]
        rater = np.where(holder < 0, -1, other // 24 * 24 + holder)
        pairs.append(Table({"person": person, "rater": rater, "kind": 1})[rater >= 0])
    each = pd.concat(pairs).sort_values(["person", "kind", "rater"], kind="stable", ignore_index=True)
    table = each.loc[each.index.repeat(len(MEASURES))].reset_index(drop=True)
    return table.assign(item=np.arange(len(table)) % len(MEASURES), quarter=number, end=end)


def points(world: World) -> Table:
    """Key accounts signed and reports handed in late, by the month; one breach of the rules in each firm."""
    rng = stream(world, 9)
    months = [
        i
        for i, start in enumerate(world.months["start"])
        if start >= PILOT_START and i < len(world.months) - 3
    ]
    counts = rng.poisson(np.array(RATES), (world.people, len(months), len(RATES)))
    person, month, item = (np.repeat(x.ravel(), counts.ravel()) for x in np.indices(counts.shape))
    table = Table({"person": person, "month": month, "item": item})
    if months:
        once = np.arange(world.people // 24) * 24 + OFFENDER
        table = pd.concat([table, Table({"person": once, "month": len(months) - 2, "item": 2})])
    on = random_workday(world, np.array(months, dtype=np.int64)[table["month"].to_numpy(dtype=np.int64)], rng)
    table = table.assign(on=on)[seat(world, table["person"].to_numpy(dtype=np.int64), on) >= 0]
    table = table.sort_values(["on", "person", "item"], kind="stable", ignore_index=True)
    kind = table["item"].to_numpy(dtype=np.int64)
    return Table(
        {
            "event": numbered(np.arange(len(table)), "JF", 4),
            "participant": people_ids(world, table["person"].to_numpy(dtype=np.int64)),
            "item": label(kind, ITEMS),
            "quantity": np.where(kind == 1, 1 + (rng.random(len(table)) < 0.2), 1),
            "happened_on": dates(table["on"].to_numpy()),
            "note": np.array(["首单签约", "未按时提交", "私下承诺折扣"])[kind],
            "recorded_by": np.array(["销售管理部", "销售管理部", "审计部"])[kind],
        }
    )
