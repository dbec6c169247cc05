"""The records around the opportunities: roster, receivables, activities, feedback, training, targets."""

import numpy as np
import pandas as pd
from market import (
    GROWTH,
    JOINER,
    LEADS,
    LEAVER,
    MOVER,
    NEW_WIN_RATE,
    OLD_WIN_RATE,
    ORIGIN,
    PILOT_START,
    PRODUCTS,
    SUCCESSOR,
    UNRATED,
    Array,
    Pool,
    Table,
    World,
    day,
    holder,
    is_pilot,
    mean_amounts,
    new_share_of_leads,
    next_workday,
    random_workday,
    seat,
    stream,
)

SATISFACTION, SATISFACTION_GAIN = 8.0, 0.4
VISITS_A_DAY, VISITS_GAIN = 2.0, 1.08
REGIONS = ("华东", "华南", "华北", "西南")
UNRATED_MONTHS = ("2025-08", "2026-02")
LOST_MONTH = "2024-05"  # the activity log lost it when it moved to another system
SURNAMES = "王王王李李李张张张刘刘陈陈杨赵黄周吴徐孙胡朱高林何郭罗梁宋郑谢韩唐冯于董程曹袁邓许傅沈曾彭吕苏"
GIVEN = (
    "建平 志远 文斌 晓燕 海涛 雪梅 立新 思敏 国栋 佳怡 少华 春生 永康 慧玲 宏亮 玉兰 子涵 振宇 丽娟 "
    "卫东 嘉豪 欣然 启明 秋月 磊 静 涛 敏 洋 倩 勇 芳 凯 颖 斌 婷 旭 琳 鑫 霞"
)


def label(codes: Array, names: Array | list[str]) -> pd.Categorical:
    """Names instead of codes; code -1 is a blank cell."""
    return pd.Categorical.from_codes(codes.astype(np.int64), categories=pd.Index(names))


def numbered(codes: Array, prefix: str, digits: int) -> pd.Categorical:
    return label(codes, [f"{prefix}{n + 1:0{digits}d}" for n in range(int(np.max(codes, initial=0)) + 1)])


def people_ids(world: World, person: Array) -> pd.Categorical:
    return label(person, [f"S{n + 1:03d}" for n in range(world.people)])


def dates(days: Array, slashes: bool = False) -> pd.Categorical:
    """2026-03-05, or 2026/3/5 as a spreadsheet writes it; -1 is a blank cell."""
    first = day("2012-01-01")
    last = int(np.max(days, initial=first))
    every = np.arange(first, last + 1).astype("datetime64[D]").astype(str)
    names = [f"{d[:4]}/{int(d[5:7])}/{int(d[8:])}" for d in every] if slashes else every
    return label(np.where(days < 0, -1, days - first), names)


def roster(world: World) -> Table:
    """One row a person, two for the one who moved to another region."""
    rng, n = stream(world, 2), world.people
    given = rng.permutation(GIVEN.split())
    every = np.arange(n + n // 3)  # people, then their managers: with 24 people no given name comes twice
    names = rng.choice(list(SURNAMES), len(every)).astype(object) + given[every % len(given)]
    joined = {JOINER: day("2025-03-01"), SUCCESSOR: day("2025-10-15")}
    person = np.arange(n)
    hired = rng.integers(day("2012-03-01"), ORIGIN, n)
    hired = np.where(person % 24 == JOINER, joined[JOINER], hired)
    hired = np.where(person % 24 == SUCCESSOR, joined[SUCCESSOR], hired)
    table = Table(
        {
            "participant": person,
            "post": person,
            "name": names[:n],
            "role": "外勤销售",
            "pilot": np.where(is_pilot(person), "试点", "对照"),
            "hired_on": hired,
            "left_on": np.where(person % 24 == LEAVER, day("2026-04-30"), -1),
            "base_salary": 96_000 + 6_000 * rng.integers(0, 10, n),
            "target_incentive": 36_000 + 2_400 * rng.integers(0, 11, n),
            "valid_from": hired,
            "valid_to": -1,
        }
    )
    before = table[person % 24 == MOVER].assign(
        post=lambda t: t["post"] // 24 * 24 + SUCCESSOR, valid_to=day("2025-06-30")
    )
    table.loc[person % 24 == MOVER, "valid_from"] = day("2025-07-01")
    table = pd.concat([table, before]).sort_values(["participant", "valid_from"], ignore_index=True)
    team = table["post"].to_numpy() // 3
    block = np.char.mod("-%03d", np.arange(n // 24) + 1)
    block[0] = ""
    table["region"] = np.array(REGIONS)[team % 8 // 2]
    table["team"] = table["region"] + np.array(["一组", "二组"])[team % 2] + block[team // 8]
    table["manager"] = names[n + team]
    table["participant"] = people_ids(world, table["participant"].to_numpy())
    for column in ("hired_on", "left_on", "valid_from", "valid_to"):
        table[column] = dates(table[column].to_numpy())
    return table


def deals_file(world: World, deals: Table) -> Table:
    stage, closed = deals["stage"].to_numpy(), deals["closed"].to_numpy()
    won = stage == 0
    return Table(
        {
            "deal": numbered(deals.index.to_numpy(), "OPP", 6),
            "order": numbered(np.where(won, np.cumsum(won) - 1, -1), "SO", 6),
            "participant": people_ids(world, deals["person"].to_numpy()),
            "customer": numbered(deals["customer"].to_numpy(), "C", 5),
            "product": label(deals["product"].to_numpy(), [p[0] for p in PRODUCTS]),
            "stage": label(stage, ["赢单", "输单", "跟进中"]),
            "amount": deals["amount"] / 100,
            "list_amount": deals["list"] / 100,
            "discount": (deals["list"] - deals["amount"]) / 100,
            "cost": (deals["cost"] / 100).where(won),
            "created_on": dates(deals["created"].to_numpy()),
            "ordered_on": dates(np.where(won, closed, -1)),
            "closed_on": dates(np.where(stage == 2, -1, closed)),
        }
    )


def receivables(world: World, deals: Table) -> tuple[Table, Table]:
    """Invoices of the orders shipped so far; paid in time, late, in two parts, or not at all."""
    rng = stream(world, 3)
    sold = deals[deals["stage"] == 0].reset_index(drop=True)
    sold["order"] = sold.index
    sold["issued"] = next_workday(sold["closed"].to_numpy() + rng.integers(10, 46, len(sold)))
    due = sold[sold["issued"] <= world.last_day].sort_values(["issued", "order"], ignore_index=True)
    due["due"] = due["issued"] + 60
    post, size = due["post"].to_numpy(), len(due)
    invoices = Table(
        {
            "invoice": numbered(np.arange(size), "FP", 6),
            "participant": people_ids(world, holder(world, post, due["due"].to_numpy(), rng)),
            "customer": numbered(due["customer"].to_numpy(), "C", 5),
            "order": numbered(due["order"].to_numpy(), "SO", 6),
            "amount": due["amount"] / 100,
            "issued_on": dates(due["issued"].to_numpy()),
            "due_on": dates(due["due"].to_numpy()),
        }
    )
    kind = rng.choice(3, size, p=(0.86, 0.12, 0.02))
    lateness = np.stack([-rng.integers(0, 16, size), rng.integers(1, 31, size), rng.integers(31, 91, size)])
    first_day = due["due"].to_numpy() + lateness[rng.choice(3, size, p=(0.7, 0.2, 0.1)), np.arange(size)]
    amount = due["amount"].to_numpy()
    part = np.where(kind == 1, np.rint(amount * rng.uniform(0.4, 0.8, size)).astype(np.int64), amount)
    rest_paid = (kind == 1) & (rng.random(size) < 0.8)
    paid = pd.concat(
        [
            Table({"invoice": np.arange(size), "amount": part, "paid": first_day})[kind < 2],
            Table(
                {
                    "invoice": np.arange(size),
                    "amount": amount - part,
                    "paid": first_day + rng.integers(30, 91, size),
                }
            )[rest_paid],
        ]
    )
    paid["paid"] = next_workday(paid["paid"].to_numpy())
    paid = paid[paid["paid"] <= world.last_day].sort_values(["paid", "invoice"], ignore_index=True)
    number = paid["invoice"].to_numpy()
    payments = Table(
        {
            "payment": numbered(np.arange(len(paid)), "HK", 6),
            "participant": people_ids(world, holder(world, post[number], paid["paid"].to_numpy(), rng)),
            "invoice": numbered(number, "FP", 6),
            "customer": numbered(due["customer"].to_numpy()[number], "C", 5),
            "amount": paid["amount"] / 100,
            "paid_on": dates(paid["paid"].to_numpy()),
        }
    )
    return invoices, payments


def events(world: World, rate: Array, rng: np.random.Generator, least: int = 0) -> Table:
    """Events of employed people on working days; `rate` is expected per person and month."""
    counts = least + rng.poisson(rate)
    person, month = (np.repeat(x.ravel(), counts.ravel()) for x in np.indices(counts.shape))
    on = random_workday(world, month + 3, rng)
    table = Table({"person": person, "post": seat(world, person, on), "on": on})
    return table[table["post"] >= 0]


def pilot_months(world: World) -> tuple[Table, Array]:
    """The measured months, and for each person and month whether the new scheme holds."""
    months = world.months.iloc[3:-3]
    people, started = is_pilot(np.arange(world.people)), months["start"].to_numpy() >= PILOT_START
    return months, people[:, None] & started[None, :]


def activities(world: World, deals: Table) -> Table:
    """Visits and calls at the customers of recent opportunities, follow-ups of open ones; a lost month."""
    rng = stream(world, 4)
    months, pilot = pilot_months(world)
    rate = np.exp(0.12 * rng.standard_normal(world.people))[:, None] * months["workdays"].to_numpy()[None, :]
    visits = events(world, VISITS_A_DAY * rate * np.where(pilot, VISITS_GAIN, 1.0), rng).assign(kind=0)
    contacts = pd.concat([visits, events(world, 0.6 * rate, rng).assign(kind=1)])
    recent = deals.sort_values(["post", "created"], kind="stable")
    key = (recent["post"] * 100_000 + recent["created"]).to_numpy()
    post, on = contacts["post"].to_numpy(), contacts["on"].to_numpy()
    place = np.searchsorted(key, post * 100_000 + on, side="right") - 1 - rng.integers(0, 12, len(post))
    row = recent.index.to_numpy()[np.maximum(place, np.searchsorted(key, post * 100_000))]
    contacts["deal"] = row
    row = np.repeat(deals.index.to_numpy(), rng.poisson(1.0, len(deals)))
    created, closed = deals["created"].to_numpy()[row], deals["closed"].to_numpy()[row]
    on = next_workday(created + (rng.random(len(row)) * (closed - created)).astype(np.int64))
    person = holder(world, deals["post"].to_numpy()[row], on, rng)
    follow_ups = Table({"person": person, "on": on, "kind": 2, "deal": row})[on <= closed]
    table = pd.concat([contacts, follow_ups])
    table = table[table["on"].between(world.first_day, world.last_day)]
    lost = world.months[world.months["name"] == LOST_MONTH].iloc[0]
    table = table[~table["on"].between(lost["start"], lost["end"])]
    table = table.sort_values(["on", "person", "kind", "deal"], kind="stable", ignore_index=True)
    kind, row, on = (table[c].to_numpy() for c in ("kind", "deal", "on"))
    least, span = np.array([20, 3, 5])[kind], np.array([100, 18, 30])[kind]
    minutes = least + (span * rng.random(len(row))).astype(np.int64)
    return Table(
        {
            "activity": np.arange(len(row)) + 1,
            "participant": people_ids(world, table["person"].to_numpy()),
            "customer": numbered(deals["customer"].to_numpy()[row], "C", 5),
            "deal": numbered(np.where(on <= deals["closed"].to_numpy()[row], row, -1), "OPP", 6),
            "kind": label(kind, ["拜访", "电话", "跟进"]),
            "done_on": dates(on),
            "minutes": minutes,
        }
    )


def feedback(world: World, pool: Pool) -> Table:
    """Ratings 1-10 of satisfaction and service, and complaints; one person without any in two months."""
    rng = stream(world, 5)
    _, pilot = pilot_months(world)
    one = np.ones(pilot.shape)
    parts = [
        events(world, 2.5 * one, rng, least=1),
        events(world, 0.25 * one, rng),
        events(world, one, rng, least=1),
    ]
    table = pd.concat([part.assign(kind=kind) for kind, part in enumerate(parts)])
    silent = np.isin(
        np.array(table["on"], dtype="datetime64[D]").astype("datetime64[M]").astype(str), UNRATED_MONTHS
    )
    table = table[~(silent & (table["person"] % 24 == UNRATED))]
    table = table.sort_values(["on", "person", "kind"], kind="stable", ignore_index=True)
    person, post, on, kind = (table[c].to_numpy() for c in ("person", "post", "on", "kind"))
    own = 0.25 * rng.standard_normal(world.people)[person]
    gain = SATISFACTION_GAIN * (is_pilot(person) & (on >= PILOT_START) & (kind == 0))
    # 1 + nine trials: a rounded score whose mean is exact and that never needs clipping
    score = 1 + rng.binomial(9, (SATISFACTION + own + gain - 1) / 9)
    return Table(
        {
            "feedback": np.arange(len(on)) + 1,
            "participant": people_ids(world, person),
            "customer": numbered(pool.pick(post, on, rng), "C", 5),
            "kind": label(kind, ["满意度", "投诉", "服务"]),
            "score": pd.array(score, dtype="Int64"),
            "given_on": dates(on, slashes=True),
        }
    ).assign(score=lambda t: t["score"].mask(kind == 1))


def training(world: World) -> Table:
    """Each quarter and person two courses, one test and two steps of the development plan."""
    rng = stream(world, 6)
    quarters = (len(world.months) - 6) // 3
    person, quarter, item = (x.ravel() for x in np.indices((world.people, quarters, 5)))
    on = random_workday(world, 3 + quarter * 3 + rng.integers(0, 3, len(item)), rng)
    score = np.clip(np.rint(rng.normal(77, 9, len(item))), 0, 100).astype(np.int64)
    good = np.where(item < 2, rng.random(len(item)) < 0.9, rng.random(len(item)) < 0.7)
    good = np.where(item == 2, score >= 60, good)
    status = np.select(
        [item < 2, item == 2], [np.where(good, 0, 1), np.where(good, 2, 3)], np.where(good, 4, 5)
    )
    table = Table(
        {
            "training": 0,
            "participant": people_ids(world, person),
            "kind": label(np.array([0, 0, 1, 2, 2])[item], ["课程", "测验", "技能"]),
            "title": label(item, ["产品知识课", "销售方法课", "季度知识测验", "需求诊断", "方案报价"]),
            "score": pd.array(score, dtype="Int64"),
            "status": label(status, ["参加", "缺席", "通过", "未通过", "达成", "未达成"]),
            "assigned_on": dates(world.months["start"].to_numpy()[3 + quarter * 3]),
            "done_on": dates(on),
        }
    )
    table["score"] = table["score"].mask(item != 2)
    order = np.lexsort((item, person, on))
    table = table.iloc[order[seat(world, person, on)[order] >= 0]]
    return table.assign(training=np.arange(len(table)) + 1)


def answering(world: World) -> Array:
    """Share of each measured month in which a person answers for a post: month x post x person of a block."""
    months = world.months.iloc[3:-3]
    colleagues = [np.arange(24) // 3 * 3 + (np.arange(24) + step) % 3 for step in (1, 2)]
    shares = []
    for start, end in zip(months["start"], months["end"], strict=True):
        days = world.posts[:, start - ORIGIN : end - ORIGIN + 1]
        vacant = (days < 0)[:, :, None]
        held = (days[:, :, None] == np.arange(24)).astype(float)
        covered = sum((days[c][:, :, None] == np.arange(24)) * vacant * 0.5 for c in colleagues)
        shares.append((held + covered).mean(axis=1))
    return np.stack(shares)


def targets(world: World, deals: Table) -> Table:
    """Monthly revenue targets: 2024 a post's potential, then last year + 10 %, with judgement."""
    rng = stream(world, 7)
    months, size = world.months.iloc[3:-3], len(world.months) - 6
    new, old = mean_amounts()
    order = new_share_of_leads() * NEW_WIN_RATE * new + (1 - new_share_of_leads()) * OLD_WIN_RATE * old
    plan = LEADS * order * world.potential[:, None] * world.months["trend"].to_numpy()[None, 3:]
    won = deals[deals["stage"] == 0]
    month = np.searchsorted(world.months["start"].to_numpy(), won["closed"].to_numpy(), side="right") - 4
    actual = np.zeros(plan.shape)
    np.add.at(
        actual,
        (won["post"].to_numpy()[month >= 0], month[month >= 0]),
        won["amount"].to_numpy()[month >= 0] / 100,
    )
    quarter = np.arange(12, size) // 3 * 3
    sums = [sum(x[:, quarter - back + i] for i in range(3)) for x, back in ((actual, 12), (plan, 0))]
    agreed = plan[:, :size].copy()
    # one quarter of one post is mostly luck, so half of the base is the post's potential a year ago
    base = (sums[0] / sums[1] + 1 / GROWTH) / 2
    agreed[:, 12:] = plan[:, 12:size] * 1.10 * base
    agreed *= np.exp(0.08 * rng.standard_normal(agreed.shape))
    share = answering(world)
    target = np.einsum("bpm,mpq->bqm", agreed.reshape(-1, 24, size), share).reshape(-1, size)
    person, column = np.nonzero(np.tile(share.sum(axis=1).T > 0, (world.people // 24, 1)))
    rounded = np.rint(target[person, column] / 1000).astype(np.int64) * 1000
    return Table(
        {
            "participant": people_ids(world, person),
            "period": label(column, months["name"].tolist()),
            "kpi": "净销售额",
            "target": np.maximum(rounded, 1000),
        }
    )
