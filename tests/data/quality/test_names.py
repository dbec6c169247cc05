"""Names written in two ways: what is proposed, what is left alone, and how well on a planted set."""

from __future__ import annotations

import random
import time

import pytest

from toolkit.data.quality.names import Known, alike, normal, pairs


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("GTXPro", "GTX Pro"),
        ("Acme Corp", "ACME Corp."),
        ("Acme Corp", "Acme Corporation"),
        ("Globex Inc", "GLOBEX, Inc."),
        ("Ａｃｍｅ　Ｌｔｄ", "acme ltd"),
        ("Johnson & Sons", "Johnson and Sons"),
        ("Globex Systems", "Globex Sytems"),
        ("Warephase Trading", "Trading Warephase"),
        ("上海华东机械有限公司", "上海华东机械"),
        ("华为（上海）", "华为上海"),
        ("上海华东精密机械制造", "上海华东精密机制造"),
        ("上海华东精密机械制造", "上海华东精机密械制造"),
    ],
)
def test_names_written_in_two_ways_are_alike(a: str, b: str) -> None:
    assert alike(a, b) and alike(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Product 1", "Product 2"),
        ("Store 101", "Store 102"),
        ("Model X10", "Model X100"),
        ("王伟", "王伟强"),
        ("张伟", "张玮"),
        ("Acme East", "Acme West"),
        ("Northeast", "Northwest"),
        ("GTX Basic", "GTX Pro"),
        ("Product A", "Product B"),
        ("Team Red", "Team Rod"),
        ("上海第一机械制造厂", "上海第二机械制造厂"),
        ("上海浦东机械制造公司", "上海浦西机械制造公司"),
        ("中国石油天然气集团", "中国石油天然气集团东"),
        ("Acme", "Acme Logistics"),
        ("一分店", "二分店"),
        ("Ltd", "Inc"),
    ],
)
def test_different_things_are_left_alone(a: str, b: str) -> None:
    assert not alike(a, b) and not alike(b, a)


def test_a_name_that_is_nothing_but_a_legal_form_stays() -> None:
    assert (normal("Ltd"), normal("公司"), normal("—")) == ("ltd", "公司", "—")


_SYLLABLES = [
    "bar", "cor", "del", "fen", "gra", "hol", "ist", "jun", "kal", "lum", "mer", "nor",
    "ost", "pra", "qui", "ros", "sta", "tri", "ulm", "ver", "wex", "yor", "zan",
]  # fmt: skip
_FORMS = ("Ltd", "Inc", "GmbH", "Corp")
_CITIES = ("上海", "北京", "广州", "深圳", "杭州", "成都")
_SIGNS = "华宏达昌盛源泰兴隆瑞丰恒信嘉德诚鑫润博腾辉凯旋星宇航天创捷联众合力"
_TRADES = ("精密机械", "国际贸易", "信息技术", "电子科技", "生物医药")


def _company(rng: random.Random) -> str:
    if rng.random() < 0.4:
        sign = "".join(rng.sample(_SIGNS, 3))
        return f"{rng.choice(_CITIES)}{sign}{rng.choice(_TRADES)}有限公司"
    words = ["".join(rng.choices(_SYLLABLES, k=3)).capitalize() for _ in range(2)]
    return f"{words[0]} {words[1]} {rng.choice(_FORMS)}"


def _rewritten(name: str, rng: random.Random) -> str:
    """As another clerk would write it: another case, width, legal form or spacing, or with a slip."""
    if not name.isascii():
        return rng.choice(
            [name.removesuffix("有限公司"), f" {name[:2]}（{name[2:]}）", name[:4] + " " + name[4:]]
        )
    first, second, form = name.split()
    slip = rng.randrange(1, len(second) - 1)
    return rng.choice(
        [name.upper(), f"{first}-{second} {form}.", f"{first}{second}", f"{first} {second}, {form}",
         f"{first} {second[:slip]}{second[slip + 1:]} {form}",
         f"{first} {second[:slip]}{second[slip]}{second[slip:]} {form}"]
    )  # fmt: skip


def test_most_planted_pairs_are_found_and_hardly_any_other() -> None:
    """400 rewritten among 4,000 companies, 300 numbered shops and 100 short Chinese names."""
    rng = random.Random(20260105)
    base = sorted({_company(rng) for _ in range(4000)})
    planted = {frozenset((name, _rewritten(name, rng))) for name in rng.sample(base, 400)}
    planted = {pair for pair in planted if len(pair) == 2}
    shops = [f"Store {n}" for n in range(100, 300)] + [f"第{n}门店" for n in range(100)]
    places = ("East", "West", "North", "South", "Northeast", "Northwest", "Inner", "Outer")
    shops += [f"Harlund {place}" for place in places]
    people = ["".join(rng.sample(_SIGNS, rng.choice([2, 3]))) for _ in range(100)]
    every = {*base, *shops, *people, *(name for pair in planted for name in pair)}
    found = {frozenset(pair) for pair in pairs(every)}
    hit = len(found & planted)
    recall, precision = hit / len(planted), hit / len(found)
    print(f"planted {len(planted)}, found {len(found)}, recall {recall:.3f}, precision {precision:.3f}")
    assert len(planted) > 380
    assert recall >= 0.97
    assert precision >= 0.95


def test_the_neighbours_miss_hardly_anything_that_comparing_all_pairs_finds() -> None:
    """Against brute force over all pairs of a list in which a third of the names are slips of others."""
    rng = random.Random(7)
    base = [_company(rng) for _ in range(300)]
    every = sorted({*base, *(_rewritten(name, rng) for name in base[:150])})
    brute = {frozenset((a, b)) for at, a in enumerate(every) for b in every[at + 1 :] if alike(a, b)}
    assert len(brute) > 100
    assert len({frozenset(p) for p in pairs(every)} & brute) >= 0.97 * len(brute)


@pytest.mark.slow
def test_two_hundred_thousand_names_take_seconds() -> None:
    rng = random.Random(3)
    names = {_company(rng) + f" {rng.choice(_SYLLABLES)}" for _ in range(200_000)}
    began = time.perf_counter()
    assert isinstance(pairs(names), list)
    assert time.perf_counter() - began < 60  # five seconds on two cores; n² would take hours


def test_of_people_only_equal_names_are_pairs() -> None:
    assert pairs(["Anna Andersen", "anna andersen", "Anna Anderson"], exact=True) == [
        ("Anna Andersen", "anna andersen")
    ]


@pytest.mark.parametrize(
    ("asked", "near"),
    [("gtx-pro", "GTX Pro"), ("GTX Plus Por", ""), ("MG Speciall", "MG Special"), ("X", "")],
)
def test_the_known_name_that_another_means(asked: str, near: str) -> None:
    assert Known(["GTX Pro", "GTX Plus Pro", "MG Special"]).near(asked) == near


def test_nothing_is_near_nothing() -> None:
    assert (Known([]).near("a"), pairs([]), pairs(["a"])) == ("", [], [])
