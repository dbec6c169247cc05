"""Whose numbers a statement tells: a team's, a region's, the company's, nobody's; two schemes at once."""

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from tests.report.statement.cases import appraised, grid, measure, person, plan, records, told
from toolkit.errors import DataError
from toolkit.language import LANGUAGES
from toolkit.report.statement.explain import explain, statement_pages
from toolkit.report.statement.period import of_period

LEVELS = pd.concat(
    [
        grid({("p001", "net_sales"): [800], ("p002", "net_sales"): [400]}),
        grid({("North", "net_sales"): [2400], ("unassigned", "net_sales"): [100]}, "team"),
        grid({("Coast", "net_sales"): [5000]}, "region"),
        grid({("company", "net_sales"): [9000]}, "company"),
    ],
    ignore_index=True,
)
FOUR = plan(
    measure("own", "net_sales", 0.25, {"fixed": 1000, "per": "month"}),
    *(
        measure(f"of_{level}", "net_sales", 0.25, {"fixed": 4000, "per": "month"}, level=level)
        for level in ("team", "region", "company")
    ),
)


@pytest.mark.parametrize(
    ("who", "language", "said"),
    [
        (
            "p001",
            "en",
            ["of the team North, from", "of the region Coast, from", "of the whole company, from"],
        ),
        ("p001", "zh", ["North团队的数值", "Coast区域的数值", "全公司的数值"]),
        ("p002", "en", ["the value of those without a team or region"]),
        ("p002", "zh", ["未分配团队或区域人员的数值"]),
    ],
)
def test_a_measure_names_whose_value_it_is(who: str, language: str, said: list[str], tmp_path: Path) -> None:
    people = [person(1), person(2, team="")]
    found = str(told(appraised(tmp_path, FOUR, LEVELS, people), who, language=language))
    assert all(words in found for words in said)
    assert found.count("2,400.00 ÷ 4,000.00") == (who == "p001")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_teams_score_is_its_members_pay(language: str, tmp_path: Path) -> None:
    """North sells 2,400 of 4,000 a month: 60 points; p003 has half the month of the incentive."""
    team = plan(
        measure("sales", "net_sales", 1.0, {"fixed": 4000, "per": "month"}),
        level="team",
        pay={"curve": {"x": "score", "points": [[0, 0.0], [100, 1.0]]}},
    )
    people = [person(1), person(3, hired_on="2026-01-17")]
    found = appraised(tmp_path, team, LEVELS, people)
    steps = {who: told(found, who, language=language).steps for who in ("p001", "p003")}
    score, paid = {"en": ("Score", "Payout"), "zh": ("得分", "应发")}[language]
    for own in steps.values():
        assert own.loc[own["name"] == score, "value"].tolist() == ["60"]
    # 1,000 × 60 %, and 1,000 × 15 ÷ 31 = 483.87 × 60 %
    assert steps["p001"].set_index("name").loc[paid, "value"] == "600.00"
    assert steps["p003"].set_index("name").loc[paid, "value"] == "290.32"


def test_what_another_scheme_pays_later_stands_beside_what_this_one_pays(tmp_path: Path) -> None:
    """From February on the scheme pays in dollars: January's commission comes back in yuan."""
    rate = {"rate": {"of": "sales", "rate": 0.1}, "holdback": {"share": 0.5}}
    old = plan(pay=rate) | {"effective": {**plan()["effective"], "to": pd.Timestamp("2026-01-31").date()}}
    new = plan(pay=rate, currency="USD", version="2026-02", title={"en": "Dollar scheme", "zh": "美元方案"})
    new |= {"effective": {"from": pd.Timestamp("2026-02-01").date(), "to": None}}
    cash = records(collected=[("p001", "2026-01", "net_sales", "2026-02", 1000, 1000)])
    panel = grid({("p001", "net_sales"): [1000, 500], ("p001", "collection_rate"): [(1, 2), (1, 2)]})
    appraisal = appraised(tmp_path, [old, new], panel, given=cash)
    found = told(appraisal, "p001", "2026-02")
    assert found.title == "Person 1, February 2026: 25.00 USD and 50.00 CNY"
    assert [c.id for c in found.chapters] == ["answer", "score", "pay", "pay-2"]
    assert found.chapters[3].title == "Paid or taken back later under «Field scheme»"
    assert "美元" in told(appraisal, "p001", "2026-02", "zh").title


def test_pages_of_many_are_those_of_each(tmp_path: Path) -> None:
    people = [person(1, name="王喆"), person(2, name="李娜")]
    appraisal = appraised(tmp_path, FOUR, LEVELS, people)
    both = dict(statement_pages(appraisal, ["p001", "p002"], "2026-01", "zh"))
    for who, page in both.items():
        alone = explain(appraisal, who, "2026-01", "zh", rows=False).page()
        assert page.partition("</style>")[2] == alone.partition("</style>")[2]
        assert page.count("@font-face") == 1
    fonts = {page.partition("base64,")[2].partition(")")[0] for page in both.values()}
    assert len(fonts) == 1


def test_of_nobody_there_are_no_pages(tmp_path: Path) -> None:
    assert list(statement_pages(appraised(tmp_path, FOUR, LEVELS), [], "2026-01")) == []


def test_a_person_under_no_scheme_is_refused(tmp_path: Path) -> None:
    people = [person(1), person(2, left_on="2025-06-30")]
    appraisal = appraised(tmp_path, FOUR, LEVELS, people)
    with pytest.raises(DataError, match=r"explain\.not_covered|no scheme"):
        explain(appraisal, "p002", "2026-01")


def test_a_slice_knows_only_its_own_period(tmp_path: Path) -> None:
    sliced = of_period(appraised(tmp_path, FOUR, LEVELS), "2026-01")
    assert of_period(sliced, "2026-01") is sliced
    with pytest.raises(DataError) as caught:
        explain(sliced, "p001", "2026-02")
    assert caught.value.problems[0].code == "explain.no_such_period"
    with pytest.raises(DataError) as caught:
        explain(sliced, "p9", "2026-01")
    assert caught.value.problems[0].code == "explain.no_such_participant"


def test_hostile_ids_of_deals_are_escaped(tmp_path: Path) -> None:
    pay = {"rate": {"of": "sales", "rate": 0.1}, "clawback": {"days": 90}}
    gone = records(reversed=[("p001", "2026-01", "net_sales", "2026-01", "<img src=x>", 10.0, 1.0)])
    panel = grid({("p001", "net_sales"): [1000], ("p001", "collection_rate"): [(1, 2)]})
    page = told(appraised(tmp_path, plan(pay=pay), panel, given=gone)).page()
    assert "<img" not in page and "&lt;img" in page


def test_names_are_those_of_the_roster(tmp_path: Path) -> None:
    appraisal = appraised(tmp_path, FOUR, LEVELS)
    people = appraisal.client.participants.assign(name="Kim")
    same = dataclasses.replace(appraisal, client=dataclasses.replace(appraisal.client, participants=people))
    assert told(same).title.startswith("p001, January 2026")
