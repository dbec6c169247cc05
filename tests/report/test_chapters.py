"""Every chapter of both samples in both languages, and of engagements that are unlike the samples."""

import dataclasses
import itertools
import re
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import toolkit as tk
from tests.report.client import NAMES_OF_EVERY_KIND, SCHEME, START, engagement, person, share
from tests.report.story import HOSTILE, notebook
from toolkit.assets import asset
from toolkit.design.ask import load_answers
from toolkit.language import LANGUAGES
from toolkit.report import chapters
from toolkit.report.blocks import Block, Chapter, Code, Figure, Table
from toolkit.report.page import chapter_html, page_html
from toolkit.report.results import Results, evaluate

IDS = tuple(chapters.__all__)
SAMPLES = ("manufacturer", "adventureworks")
WORDS = re.compile(r"[A-Za-z]{2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]+")


@cache
def sample(name: str) -> Results:
    return evaluate(tk.load_engagement(asset("templates", "engagements", name)))


def written(results: Results, language: str) -> dict[str, Chapter]:
    return {name: getattr(chapters, name)(results, language) for name in IDS}


def texts(block: object) -> Iterator[str]:
    """Every text of a chapter or block that a reader sees, SQL and drawings left out."""
    if isinstance(block, str):
        yield block
    elif isinstance(block, tuple):
        for item in block:
            yield from texts(item)
    elif dataclasses.is_dataclass(block) and not isinstance(block, Code):
        hidden = ("svg", "narrow", "id", "target", "evidence")
        for field in dataclasses.fields(block):
            if field.name not in hidden:
                yield from texts(getattr(block, field.name))


def blocks_of(chapter: Chapter, kind: type) -> list[Any]:
    def walk(items: tuple[Block, ...]) -> Iterator[Block]:
        for item in items:
            yield item
            yield from walk(getattr(item, "blocks", ()))

    return [block for block in walk(chapter.blocks) if isinstance(block, kind)]


def prose(chapter: Chapter) -> str:
    return "\n".join(texts(chapter))


def whole(results: Results, language: str) -> str:
    return "\n".join(prose(chapter) for chapter in written(results, language).values())


def own_words(results: Results) -> str:
    """Ids, names and files of an engagement: what is the same in every language."""
    client = results.client
    people = client.participants
    parts = [
        *(p for column in ("participant", "name", "team", "region") for p in people[column].dropna()),
        *(str(v) for v in client.client.values()),  # type: ignore[union-attr]
        *client.kpis,
        *(s.id for s in results.schemes),
        *(path.name for path in client.inputs),
        *(str(word) for note in client.notes for word in (note.column, note.value, *note.values.values())),
        *(str(c) for s in results.schemes for pair in s.applies_to.items() for c in (pair[0], *pair[1])),
        *load_answers(client).proposals["proposal"],
        *load_answers(client).proposals["reason"],
        *(f"{p.date} {p.owner}" for k in client.kpis.values() for p in (k.numerator, k.denominator) if p),
    ]
    return " ".join(parts)


# Words of the trade and names of files that stand in Chinese prose as they are.
AS_IN_ENGLISH = {"KPI", "SQL", "CSV", "csv", "json", "yaml", "manifest", "engagement", "data", "parquet"}
TABLES = {
    "tables",
    "panel",
    "targets",
    "scorecard",
    "scores",
    "payouts",
    "adjustments",
    "findings",
    "effects",
    "alerts",
    "recognition",
    "development",
    "score_steps",
    "components",
    "weights",
    "selection",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_chapter_of_the_samples_reads_as_prose(name: str, language: str) -> None:
    results = sample(name)
    for chapter in written(results, language).values():
        assert chapter.title and chapter.nav and chapter.blocks
        assert chapter_html(chapter, language).startswith("<section")
        said = prose(chapter)
        assert not re.search(r"[{}]|\bnan\b|\bNone\b|\bNaT\b|\binf\b|<NA>", said), chapter.id
        assert "  " not in said and " ," not in said and ".." not in said, chapter.id
        assert not re.search(r"\b1 (people|teams|measures|targets|rows|goals|schemes|periods)\b", said)


@pytest.mark.parametrize("name", SAMPLES)
def test_chinese_prose_holds_no_english_but_ids_and_names(name: str) -> None:
    results = sample(name)
    known = {*WORDS.findall(own_words(results)), *AS_IN_ENGLISH, *TABLES}
    assert set(WORDS.findall(whole(results, "zh"))) - known == set()


@pytest.mark.parametrize("name", SAMPLES)
def test_english_prose_holds_no_chinese_but_names_and_files(name: str) -> None:
    results = sample(name)
    known = own_words(results)
    assert {found for found in CHINESE.findall(whole(results, "en")) if found not in known} == set()


@pytest.mark.parametrize(
    ("name", "language", "title"),
    [
        (
            "manufacturer",
            "en",
            "Net sales rose 23 % under the new scheme and 17 % without it; "
            "whether the scheme made the difference is not shown yet",
        ),
        (
            "manufacturer",
            "zh",
            "净销售额：新方案组上升 23%，原方案组上升 17%；是否由新方案带来，尚待论证",
        ),
        (
            "adventureworks",
            "en",
            "8 of 163 targets were reached; net sales rose 30 % between 2012 and 2013",
        ),
        ("adventureworks", "zh", "163 个目标中完成 8 个；2013年与2012年相比，净销售额上升 30%"),
    ],
)
def test_the_title_says_what_was_found(name: str, language: str, title: str) -> None:
    assert chapters.answer(sample(name), language).title == title


def test_the_line_above_the_title_names_client_people_time_and_schemes() -> None:
    assert chapters.answer(sample("manufacturer"), "en").kicker == (
        "Acme Machinery · 24 people in 8 teams · Q1–Q2 2026 · schemes field_sales@2026-01, commission@2026-01"
    )
    assert chapters.answer(sample("adventureworks"), "zh").kicker == (
        "Adventure Works 自行车公司 · 17 人，10 个团队 · 2013年 · 方案 reseller_commission@2010-12"
    )


def test_a_missing_period_of_the_clients_data_is_named() -> None:
    said = prose(chapters.data(sample("adventureworks"), "en"))
    assert "deals and order lines (February 2011, April 2011, June 2011)" in said
    assert "销售活动（2024年5月）" in prose(chapters.data(sample("manufacturer"), "zh"))


def evaluated(folder: Path, *args: Any, **changed: Any) -> Results:
    return evaluate(tk.load_engagement(engagement(folder / "client", *args, **changed)))


def test_a_client_with_a_monthly_sheet_alone_gets_a_report(tmp_path: Path) -> None:
    tables = {name: {"file": f"data/{name}.csv"} for name in ("participants", "targets", "kpi_values")}
    folder = engagement(tmp_path / "client", tables=tables)
    lines = ["participant,period,kpi,value,additive"]
    people = pd.read_csv(folder / "data/participants.csv")["participant"]
    for who, month in itertools.product(people, range(1, 7)):
        lines += [f"{who},2026-0{month},net_sales,900,yes", f"{who},2026-0{month},visits,40,no"]
    (folder / "data/kpi_values.csv").write_text("\n".join(lines), encoding="utf-8")
    results = evaluate(tk.load_engagement(folder))
    sales = results.panel.query("kpi == 'net_sales' and level == 'individual' and period == '2026-Q1'")
    assert set(sales["value"]) == {2700.0}
    said = whole(results, "en") + whole(results, "zh")
    assert "kpi_values.csv" in said and not re.search(r"\bnan\b|\{", said)
    quarters = results.panel.query("kpi == 'visits' and period == '2026-Q1'")
    assert set(quarters["missing"]) == {"not_additive"}


def test_sixty_people_are_fifty_on_the_page_and_the_rest_are_counted(tmp_path: Path) -> None:
    results = evaluated(tmp_path, 60)
    for chapter, more in (("scorecards", "scores"), ("payouts", "payouts")):
        page = {language: getattr(chapters, chapter)(results, language) for language in LANGUAGES}
        longest = max(blocks_of(page["en"], Table), key=lambda table: len(table.rows))
        assert len(longest.rows) == 50
        assert f"10 more people in tables/{more}.csv." in prose(page["en"])
        assert f"其余 10 人见 tables/{more}.csv。" in prose(page["zh"])
    assert "of 60 people the 50 with the best scores" in prose(chapters.scorecards(results, "en"))
    # A quarter of the people reach 50, 75, 100 and 125 %: half of the targets.
    assert "60 of 120 targets were reached" in chapters.answer(results, "en").title


def test_without_a_comparison_group_nothing_is_put_down_to_the_scheme(tmp_path: Path) -> None:
    old = {**SCHEME, "effective": {"from": START, "to": START.replace(month=6, day=30)}}
    new = {**SCHEME, "name": "new", "effective": {"from": START.replace(month=7), "to": None}}
    results = evaluated(tmp_path, 6, months=12, schemes=[old, new])
    assert results.windows.change == "2026-Q3"
    answer = chapters.answer(results, "en")
    assert answer.title == (
        "Net sales showed no distinguishable change after the scheme began; "
        "nothing yet shows whether it is the scheme"
    )
    assert "There is no group to compare with" in prose(answer)
    assert "方案实施后净销售额没有可辨别的变化" in chapters.answer(results, "zh").title
    assert len(max(blocks_of(chapters.changes(results, "en"), Table), key=lambda t: len(t.rows)).columns) == 3


def test_one_team_or_none(tmp_path: Path) -> None:
    one = evaluated(tmp_path / "one", [person(at, team="North") for at in (1, 2, 3)])
    assert "3 people in 1 team ·" in chapters.answer(one, "en").kicker
    none = evaluated(tmp_path / "none", [person(at, team="") for at in (1, 2, 3)])
    assert chapters.answer(none, "en").kicker.startswith("Small Ltd · 3 people · ")
    assert "Team by team" not in prose(chapters.changes(none, "en"))
    assert "Team by team" in prose(chapters.changes(one, "en"))


def test_a_scheme_of_teams_scores_teams_and_pays_their_people(tmp_path: Path) -> None:
    results = evaluated(tmp_path, 6, schemes=[{**SCHEME, "level": "team"}])
    scorecards = chapters.scorecards(results, "en")
    assert [row[0] for row in blocks_of(scorecards, Table)[0].rows] == ["South", "North"]
    assert "Grades in Q2 2026, 2 participants: A 2, B 0, C 0." in prose(scorecards)
    assert blocks_of(chapters.scorecards(results, "zh"), Table)[0].columns == ("名称", "得分", "等级", "名次")
    paid = blocks_of(chapters.payouts(results, "en"), Table)[-1]
    assert sorted(row[0] for row in paid.rows) == [f"Person {at}" for at in range(1, 7)]


def test_nobody_paid_is_said_and_the_rest_stands(tmp_path: Path) -> None:
    results = evaluated(tmp_path, [person(at, target_incentive="") for at in (1, 2, 3)])
    page = chapters.payouts(results, "en")
    assert page.title == "For Q2 2026 no payout could be computed"
    assert "Person 2: no target incentive in the roster" in prose(page)
    assert "Person 2：人员表中没有目标奖金" in prose(chapters.payouts(results, "zh"))
    assert "No payout could be computed for 3 people" in prose(chapters.answer(results, "en"))
    assert chapters.scorecards(results, "en").title.startswith("Q2 2026: the median of 3 scores is 85.0;")


def test_a_last_period_without_any_score_is_said(tmp_path: Path) -> None:
    results = evaluated(tmp_path, 4, sales_until=3)
    assert chapters.scorecards(results, "en").title == "Q2 2026: no score is known"
    assert chapters.scorecards(results, "zh").title == "2026年第二季度：没有得分"
    assert blocks_of(chapters.scorecards(results, "en"), Figure) == []
    assert "Person 3: no score" in prose(chapters.payouts(results, "en"))
    assert "100 % of the scorecards' lines have no number." in prose(chapters.answer(results, "en"))
    assert not re.search(r"\bnan\b|\{", whole(results, "en") + whole(results, "zh"))


def test_a_single_period_is_reported_without_a_change(tmp_path: Path) -> None:
    results = evaluated(tmp_path, months=3)
    assert chapters.answer(results, "en").title == (
        "2 of 4 targets were reached in Q1 2026; there is no earlier period to compare with"
    )
    assert chapters.changes(results, "en").title == "Q1 2026 stands alone: no change can be measured"
    assert chapters.changes(results, "zh").title == "仅有2026年第一季度一期，无从衡量变化"
    assert chapters.payouts(results, "en").title.startswith(
        "8.78 k CNY before tax is due to 4 people for Q1 2026"
    )
    assert not re.search(r"\bnan\b|\{", whole(results, "en") + whole(results, "zh"))


def test_months_of_those_who_are_paid_by_month_count_in_the_quarter(tmp_path: Path) -> None:
    """One team is paid by quarter, the other by month: the quarter's cost is all of it."""
    schemes = [
        {**SCHEME, "applies_to": {"team": ["North"]}},
        {**SCHEME, "name": "monthly", "pay_every": "month", "applies_to": {"team": ["South"]}},
    ]
    results = evaluated(tmp_path, 4, schemes=schemes)
    quarter = results.payouts[results.payouts["period"] == "2026-Q2"]
    months = results.payouts[results.payouts["period"].isin(["2026-04", "2026-05", "2026-06"])]
    assert len(quarter) == 2 and len(months) == 6
    total = float(quarter["payout"].sum()) + float(months["payout"].sum())
    assert results.within(results.payouts, ("2026-Q2",))["payout"].astype(float).sum() == total
    page = chapters.payouts(results, "en")
    assert "is due to 4 people for Q2 2026, June 2026" in page.title
    assert [len(table.rows) for table in blocks_of(page, Table)][-1] == 4


def test_hostile_words_of_a_client_are_text_everywhere(tmp_path: Path) -> None:
    names = [*NAMES_OF_EVERY_KIND, HOSTILE]
    people = [person(at, name=name, team=HOSTILE if at % 2 else "=1+2") for at, name in enumerate(names, 1)]
    words = {"en": HOSTILE, "zh": HOSTILE}
    folder = engagement(
        tmp_path / "client",
        people,
        schemes=[{**SCHEME, "title": words}],
        client=words,
        background=words,
        objectives=[{"text": words, "kpi": "net_sales", "horizon": HOSTILE}],
        problems=[{"text": words, "source": words}],
        other_changes=[{"text": words, "from": HOSTILE}],
    )
    results = evaluate(tk.load_engagement(folder))
    for language in LANGUAGES:
        page = page_html(notebook(list(written(results, language).values()), language), language)
        assert "<script" not in page and "<img" not in page and "onerror=alert" in page
        assert page.count("&lt;script&gt;") > 10
        assert page.count("</style>") == page.count("<style")
        for name in names:
            shown = escape(name.strip(), quote=False).replace('"', "&#34;").replace("'", "&#39;")
            assert shown in page


def test_the_shares_of_the_small_client_are_what_the_page_says(tmp_path: Path) -> None:
    """The builder's own arithmetic, so that the other tests may rest on it."""
    results = evaluated(tmp_path)
    card = results.scorecard.query("measure == 'revenue' and period == '2026-Q1'")
    assert card["attainment"].tolist() == [share(at) for at in (1, 2, 3, 4)] == [0.5, 0.75, 1.0, 1.25]
    assert card["score"].tolist() == [0.0, 75.0, 100.0, 120.0]
    # 0.6 × the score of sales + 40 for visits; 3,000 a quarter × (score − 60) ÷ 40, beyond 100 the same.
    paid = results.payouts[results.payouts["period"] == "2026-Q1"]
    assert [str(x) for x in paid["payout"]] == ["0.00", "1875.00", "3000.00", "3900.00"]
