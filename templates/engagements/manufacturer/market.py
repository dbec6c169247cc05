"""The market of the sample: its calendar, the firm's posts and people, and the opportunities they decide.

`make_data.py` says what truth is planted here and writes the files.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

Table = pd.DataFrame
Array = np.ndarray

GROWTH, SHOCK_SD = 1.13, 0.04
NEW_WIN_RATE, OLD_WIN_RATE, UPLIFT = 0.22, 0.45, 1.15
NEW_SHARE_OF_REVENUE = 0.59
LEADS = 9.1  # decided opportunities of a post in 2024-01, before season; between 8 and 13 over the 30 months
POTENTIAL_SD, SKILL_SD = 0.11, 0.10  # of a post's opportunities, of a person's win rate: together about 0.15
MAX_DISCOUNT = 0.12
BOOK = 18  # customers of a post from before the first month measured, each with one archived order
SEASON = np.array([1.0, 1.0, 1.15, 0.94, 0.96, 1.12, 0.92, 0.94, 1.12, 0.9, 0.98, 1.17])
FESTIVAL_MONTH, FESTIVAL_LEVEL = {2024: 2, 2025: 1, 2026: 2, 2027: 2, 2028: 1}, 0.62
# first day and length of the public holidays (2027 and 2028 guessed); working weekends (调休) are left out
HOLIDAYS = {
    "2023-10-01": 6, "2024-01-01": 1, "2024-02-10": 8, "2024-04-04": 3, "2024-05-01": 5, "2024-06-10": 1,
    "2024-09-15": 3, "2024-10-01": 7, "2025-01-01": 1, "2025-01-28": 8, "2025-04-04": 3, "2025-05-01": 5,
    "2025-05-31": 3, "2025-10-01": 8, "2026-01-01": 3, "2026-02-15": 9, "2026-04-04": 3, "2026-05-01": 5,
    "2026-06-19": 3, "2026-09-25": 3, "2026-10-01": 7, "2027-01-01": 1, "2027-02-05": 8, "2027-05-01": 5,
    "2027-10-01": 7, "2028-01-01": 1, "2028-01-25": 8, "2028-05-01": 5, "2028-10-01": 7,
}  # fmt: skip

PILOT_TEAMS = (0, 3, 5, 6)  # one team in each region
JOINER, SUCCESSOR, MOVER, LEAVER, UNRATED = 5, 11, 20, 16, 13  # posts (0-23) on 2026-01-01, team = post // 3

# product, median list price, standard deviation of its log, share with new and with old customers, cost share
PRODUCTS = (
    ("数控车床", 190_000, 0.35, 0.45, 0.25, 0.70, 0.80),
    ("加工中心", 260_000, 0.35, 0.20, 0.15, 0.70, 0.80),
    ("自动上下料单元", 120_000, 0.40, 0.25, 0.20, 0.66, 0.76),
    ("备件与改造", 80_000, 0.45, 0.10, 0.40, 0.62, 0.72),
)


class World(NamedTuple):
    """What all tables share. Days are integers since 1970-01-01; month 3 is the first measured one."""

    people: int
    seed: int
    months: (
        Table  # name, start, end, first (place in workdays), workdays, trend, level (trend with the shock)
    )
    workdays: Array
    first_day: int
    last_day: int
    posts: Array  # who holds post p of a block of 24 on a day (-1: vacant), one column a day from 2022-01-01
    seats: Array  # the post of person p of a block on a day (-1: not employed)
    potential: Array
    skill: Array


def day(text: str) -> int:
    return int(np.datetime64(text, "D").astype(np.int64))


ORIGIN, PILOT_START = day("2022-01-01"), day("2026-01-01")
OFF = np.concatenate([np.datetime64(first) + np.arange(length) for first, length in HOLIDAYS.items()])


def stream(world: World, number: int) -> np.random.Generator:
    """One stream of random numbers a table, so that a change in one leaves the others alone."""
    return np.random.default_rng([world.seed, number])


def calendar(months: int, rng: np.random.Generator) -> tuple[Table, Array]:
    """The months from 2023-10 to three after the last measured, and all their working days."""
    names = np.arange(np.datetime64("2023-10"), np.datetime64("2024-01") + months + 3)
    starts, ends = (x.astype("datetime64[D]").astype(np.int64) for x in (names, names + 1))
    days = np.arange(starts[0], ends[-1])
    workdays = days[np.is_busday(days.astype("datetime64[D]"), holidays=OFF)]
    first = np.searchsorted(workdays, starts)
    year, month = names.astype("datetime64[Y]").astype(int) + 1970, names.astype(int) % 12 + 1
    festival = np.array([FESTIVAL_MONTH.get(y) == m for y, m in zip(year, month, strict=True)])
    season = SEASON[month - 1] * np.where(festival, FESTIVAL_LEVEL, 1.0)
    trend = season * GROWTH ** ((np.arange(len(names)) - 3) / 12)
    shock = np.exp(SHOCK_SD * rng.standard_normal(len(names)) - SHOCK_SD**2 / 2)
    table = Table(
        {
            "name": names.astype(str),
            "start": starts,
            "end": ends - 1,
            "first": first,
            "workdays": np.searchsorted(workdays, ends) - first,
            "trend": trend,
            "level": trend * shock,
        }
    )
    return table, workdays


def occupation(last_day: int) -> tuple[Array, Array]:
    """Who holds each of a block's 24 posts on each day, and each person's post (-1: nobody, none)."""
    days = np.arange(ORIGIN, last_day + 1)
    posts = np.repeat(np.arange(24)[:, None], len(days), axis=1)
    posts[JOINER, days < day("2025-03-01")] = -1
    posts[SUCCESSOR, days < day("2025-10-15")] = -1
    posts[SUCCESSOR, days < day("2025-07-01")] = MOVER
    posts[MOVER, days < day("2025-07-01")] = -1
    posts[LEAVER, days > day("2026-04-30")] = -1
    seats = np.full_like(posts, -1)
    post, column = np.nonzero(posts >= 0)
    seats[posts[post, column], column] = post
    return posts, seats


def make_world(people: int, months: int, seed: int) -> World:
    """The calendar, the posts and the people's differences."""
    if people % 24 or not 24 <= people <= 24_000:
        raise ValueError(f"people must be a multiple of 24 from 24 to 24000, not {people}")
    if not 12 <= months <= 57:
        raise ValueError(f"months must be 12 to 57 (holidays are known to 2028), not {months}")
    rng = np.random.default_rng([seed, 0])
    table, workdays = calendar(months, rng)
    last_day = int(table["end"].iloc[-4])
    posts, seats = occupation(last_day)
    potential, skill = (
        np.exp(sd * rng.standard_normal(people) - sd**2 / 2) for sd in (POTENTIAL_SD, SKILL_SD)
    )
    return World(people, seed, table, workdays, day("2024-01-01"), last_day, posts, seats, potential, skill)


def is_pilot(post: Array) -> Array:
    return np.isin(post % 24 // 3, PILOT_TEAMS)


def next_workday(days: Array) -> Array:
    """The day itself when it is a working day, else the next one."""
    return np.busday_offset(days.astype("datetime64[D]"), 0, roll="forward", holidays=OFF).astype(np.int64)


def holder(world: World, post: Array, on: Array, rng: np.random.Generator) -> Array:
    """Who answers for a post on a day: its holder, or while it is vacant one of the two colleagues by lot."""
    column, local, block = np.clip(on, ORIGIN, world.last_day) - ORIGIN, post % 24, post // 24 * 24
    colleague = local // 3 * 3 + (local + rng.integers(1, 3, len(post))) % 3
    person = world.posts[local, column]
    return block + np.where(person < 0, world.posts[colleague, column], person)


def seat(world: World, person: Array, on: Array) -> Array:
    """The post a person holds on a day, -1 when not employed."""
    local = world.seats[person % 24, on - ORIGIN]
    return np.where(local < 0, -1, person // 24 * 24 + local)


def random_workday(world: World, month: Array, rng: np.random.Generator, late: float = 1.0) -> Array:
    """A working day of a month; `late` below 1 moves the days towards the end of the month."""
    span = world.months["workdays"].to_numpy()[month]
    place = (rng.random(len(month)) ** late * span).astype(np.int64)
    return world.workdays[world.months["first"].to_numpy()[month] + place]


def mean_amounts() -> tuple[float, float]:
    """Expected amount of an order of a new and of an old customer, from the table of products."""
    price = np.array([p[1] * np.exp(p[2] ** 2 / 2) for p in PRODUCTS]) * (1 - MAX_DISCOUNT / 2)
    return float(price @ [p[3] for p in PRODUCTS]), float(price @ [p[4] for p in PRODUCTS])


def new_share_of_leads() -> float:
    """Share of opportunities with new customers with which they bring NEW_SHARE_OF_REVENUE of the revenue."""
    new, old = mean_amounts()
    odds = NEW_SHARE_OF_REVENUE / (1 - NEW_SHARE_OF_REVENUE) * (OLD_WIN_RATE * old) / (NEW_WIN_RATE * new)
    return odds / (1 + odds)


def leads(world: World, rng: np.random.Generator) -> Table:
    """One row an opportunity: post, whether the customer is new, when it is decided, and by whom."""
    level = world.months["level"].to_numpy()
    counts = rng.poisson(LEADS * world.potential[:, None] * level[None, :])
    post, month = (np.repeat(x.ravel(), counts.ravel()) for x in np.indices(counts.shape))
    new = rng.random(len(post)) < new_share_of_leads()
    closed = random_workday(world, month, rng, late=0.7)
    created = closed - 5 - (86 * rng.beta(1.4, 2.6, len(post))).astype(np.int64)
    person = holder(world, post, closed, rng)
    uplift = np.where(new & is_pilot(post) & (closed >= PILOT_START), UPLIFT, 1.0)
    chance = np.where(new, NEW_WIN_RATE, OLD_WIN_RATE) * world.skill[person] * uplift
    won = rng.random(len(post)) < chance
    stage = np.where(closed > world.last_day, 2, np.where(won, 0, 1))
    table = Table(
        {"post": post, "person": person, "new": new, "stage": stage, "created": created, "closed": closed}
    )
    return table[created <= world.last_day]


def archived_orders(world: World, rng: np.random.Generator) -> Table:
    """The first order of every customer who is an old one when the measured time begins."""
    post = np.repeat(np.arange(world.people), BOOK)
    closed = rng.integers(ORIGIN + 100, day("2023-10-01"), len(post))
    return Table(
        {
            "post": post,
            "person": holder(world, post, closed, rng),
            "new": True,
            "stage": 0,
            "created": closed - rng.integers(5, 91, len(post)),
            "closed": closed,
        }
    )


class Pool(NamedTuple):
    """Customers won, sorted by post and first order."""

    key: Array
    customer: Array

    def pick(self, post: Array, on: Array, rng: np.random.Generator) -> Array:
        """A customer of the post whose first order is before the day."""
        low, high = (np.searchsorted(self.key, post * 100_000 + d) for d in (0, on))
        return self.customer[low + (rng.random(len(post)) * (high - low)).astype(np.int64)]


def make_deals(world: World) -> tuple[Table, Pool]:
    """Opportunities with their customers and exact amounts in fen, in the order of creation."""
    rng = stream(world, 1)
    table = pd.concat([archived_orders(world, rng), leads(world, rng)])
    table = table.sort_values(["created", "closed", "post"], kind="stable", ignore_index=True)
    new, post = table["new"].to_numpy(), table["post"].to_numpy()
    customer = np.cumsum(new) - 1
    first = table[new & (table["stage"] == 0)].sort_values(["post", "closed"], kind="stable")
    pool = Pool((first["post"] * 100_000 + first["closed"]).to_numpy(), customer[first.index])
    table["customer"] = np.where(new, customer, pool.pick(post, table["created"].to_numpy(), rng))
    column = [np.array(x) for x in zip(*PRODUCTS, strict=True)]
    bounds = (np.cumsum(column[3])[:-1], np.cumsum(column[4])[:-1])
    draw = rng.random(len(table))
    product = np.where(new, np.searchsorted(bounds[0], draw), np.searchsorted(bounds[1], draw))
    price = column[1][product] * np.exp(column[2][product] * rng.standard_normal(len(table)))
    table["product"], table["list"] = product, np.rint(price * 100).astype(np.int64)
    table["amount"] = np.rint(table["list"] * (1 - MAX_DISCOUNT * rng.random(len(table)))).astype(np.int64)
    share = column[5][product] + (column[6] - column[5])[product] * rng.random(len(table))
    table["cost"] = np.rint(table["amount"] * share).astype(np.int64)
    return table, pool
