"""What is published: rules, results of groups that are no person, honours; no one's score, grade or pay."""

import datetime as dt
import re
from html import unescape
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.report.client import NAMES_OF_EVERY_KIND, SCHEME, engagement, person
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement
from toolkit.errors import ReportError
from toolkit.language import number
from toolkit.monthly import advance, publish, read_log, score_month
from toolkit.monthly.closing import appraised, digest
from toolkit.monthly.groups import LEAST, group_results
from toolkit.monthly.inputs import load_inputs

NOW = dt.datetime(2026, 4, 2, tzinfo=dt.UTC)
AGREED = {
    **SCHEME,
    "governance": {"appeal_days": 10, "contact": {"en": "Ms Wu <HR>", "zh": "吴女士<HR>"}},
    "recognition": {"star_of_month": 1, "most_improved": 1},
}


def published(
    folder: Path, people: int | list[dict[str, object]], language: str = "en", period: str = "2026-03"
) -> Engagement:
    client = load_engagement(engagement(folder, people, schemes=[AGREED]))
    score_month(client, period, "Li Na")
    advance(folder, period, "review", "Wang Wei")
    advance(folder, period, "approve", "Zhao Lei")
    publish(client, period, "Li Na", language, now=NOW)
    return client


def page_text(folder: Path, period: str = "2026-03") -> str:
    page = (folder / "months" / period / "publication.html").read_text(encoding="utf-8")
    body = re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body))).replace("\u00a0", " ")


def book_cells(folder: Path, period: str = "2026-03") -> list[str]:
    book = openpyxl.load_workbook(folder / "months" / period / "publication.xlsx")
    cells = [c for s in book.worksheets for row in s.iter_rows() for c in row if c.value is not None]
    assert all(c.data_type == "s" for c in cells)  # nothing is a formula, nothing a number
    return [str(c.value) for c in cells]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nobodys_score_grade_or_pay_stands_in_it(language: str, tmp_path: Path) -> None:
    """Twelve people of odd names, each with a score and a payout of their own."""
    roster = [
        person(at, name=name, target_incentive=12345 + 67 * at, team="North" if at <= 6 else "South")
        for at, name in enumerate([*NAMES_OF_EVERY_KIND, "李娜", "Ann", "Bo"], 1)
    ]
    folder = tmp_path / "client"
    client = published(folder, roster, language)
    found = appraised(load_inputs(folder / "months" / "2026-03"))
    page, cells = page_text(folder), book_cells(folder)
    tokens = set(re.findall(r"[\d,.]+\d", page)) | set(cells)
    payouts = found["payouts"][found["payouts"]["payout"].astype(float) != 0]
    assert len(payouts) >= 6
    for amount in payouts[["payout", "base_payout", "target_incentive"]].astype(float).to_numpy().ravel():
        for digits in (0, 1, 2):
            assert number(amount, language, digits) not in tokens and f"{amount:.{digits}f}" not in tokens
    scores = set(found["scores"]["score"].dropna()) - {100.0}  # 100.0 is what everybody's visits average
    assert len(scores) >= 3
    for score in scores:
        assert not {f"{score:.1f}", f"{score:.2f}"} & tokens
    # Who is named is honoured; nobody else is, by name or id.
    honoured = {c for c in cells if c in set(client.participants["name"])}
    assert len(honoured) <= 3
    for row in client.participants.to_dict("records"):
        assert row["participant"] not in page
        shown = re.sub(r"\s+", " ", str(row["name"]).strip())
        assert row["name"] in honoured or len(shown) < 4 or shown not in page


def test_the_rules_the_window_and_the_contact_are_in_it(tmp_path: Path) -> None:
    published(tmp_path / "client", 12)
    page, cells = page_text(tmp_path / "client"), " ".join(book_cells(tmp_path / "client"))
    for words in (
        "Results of the teams", "The rules in force", "60 %", "Appeals are taken until 12 April 2026",
        "10 days", "Ms Wu <HR>", "are given to that person only",
    ):  # fmt: skip
        assert words in page, words
        assert words in cells or words == "Results of the teams"
    approved = read_log(tmp_path / "client")[-2]
    assert approved.action == "approved" and approved.sha256[:16] in page
    raw = (tmp_path / "client/months/2026-03/publication.html").read_text(encoding="utf-8")
    assert (
        "<HR>" not in raw and "<script" not in raw and "http://" not in raw.replace("http://www.w3.org", "")
    )


def test_means_of_groups_by_hand(tmp_path: Path) -> None:
    client = published(tmp_path / "client", 12)
    inputs = load_inputs(client.folder / "months" / "2026-03")
    found = group_results(inputs, inputs.schemes.items[0], appraised(inputs)).set_index("group")
    # North has the odd ones: half and full targets in turn; sales score 0 and 100, visits 100.
    # (0.6 × 0 + 40) and (0.6 × 100 + 40): 40 and 100, mean 70; South: 85 and 112, mean 98.5.
    assert found.loc[["North", "South"], "score"].tolist() == [70.0, 98.5]
    assert found.loc["*", ["people", "score", "visits"]].tolist() == [12, 84.25, 100.0]


@pytest.mark.parametrize(
    ("teams", "shown"),
    [
        ({"A": 6, "B": 6}, {"A", "B"}),
        ({"A": 4, "B": 9}, set()),  # everybody less B would be A
        ({"A": 4, "B": 6, "C": 9}, {"C"}),  # the smallest goes with A
        ({"A": 4, "B": 4, "C": 9}, {"C"}),  # A and B together are eight
        ({"A": 2, "B": 2, "C": 5, "D": 8}, {"D"}),
        ({"A": 5, "B": 5, "C": 4, "D": 1}, {"A", "B"}),  # C and D are five together
    ],
)
def test_no_group_and_no_difference_of_groups_is_under_five(
    teams: dict[str, int], shown: set[str], tmp_path: Path
) -> None:
    names = [team for team, size in teams.items() for _ in range(size)]
    roster = [person(at, team=team) for at, team in enumerate(names, 1)]
    client = published(tmp_path / "client", roster)
    inputs = load_inputs(client.folder / "months" / "2026-03")
    found = group_results(inputs, inputs.schemes.items[0], appraised(inputs))
    rows = found[found["level"] == "team"].set_index("group")
    assert set(rows.index[rows["shown"].astype(bool)]) == shown and LEAST == 5
    assert rows.loc[~rows["shown"].astype(bool), ["score", "revenue", "visits"]].isna().all(axis=None)
    left_out = rows.loc[~rows["shown"].astype(bool), "people"].sum()
    assert left_out == 0 or left_out >= LEAST
    cells = book_cells(client.folder)
    assert {team for team in teams if team in cells} == shown


def test_a_company_of_four_shows_no_result(tmp_path: Path) -> None:
    client = published(tmp_path / "client", 4)
    inputs = load_inputs(client.folder / "months" / "2026-03")
    found = group_results(inputs, inputs.schemes.items[0], appraised(inputs))
    assert not found["shown"].astype(bool).any() and found["score"].isna().all()
    assert "not shown" in page_text(client.folder)


def test_only_an_approved_month_is_published_and_only_its_own_files(tmp_path: Path) -> None:
    client = load_engagement(engagement(tmp_path / "client", 12, schemes=[AGREED]))
    done = score_month(client, "2026-03", "Li Na")
    with pytest.raises(ReportError, match="waits for its review"):
        publish(client, "2026-03", "Li Na")
    advance(client.folder, "2026-03", "review", "Wang Wei")
    advance(client.folder, "2026-03", "approve", "Zhao Lei")
    path = done.folder / "tables" / "scores.csv"
    kept = path.read_bytes()
    path.write_bytes(kept.replace(b",A,", b",B,"))
    with pytest.raises(ReportError, match="is not as it was written"):
        publish(client, "2026-03", "Li Na")
    path.write_bytes(kept)
    before = digest(done.folder)
    publish(client, "2026-03", "Li Na", now=NOW)
    assert digest(done.folder) == before  # the numbers are those approved
    assert {p.name for p in done.folder.iterdir() if p.is_file()} == {
        "manifest.json", "publication.html", "publication.xlsx",
    }  # fmt: skip


def test_a_run_broken_off_while_publishing_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = load_engagement(engagement(tmp_path / "client", 12, schemes=[AGREED]))
    score_month(client, "2026-03", "Li Na")
    advance(client.folder, "2026-03", "review", "Wang Wei")
    advance(client.folder, "2026-03", "approve", "Zhao Lei")

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("toolkit.monthly.publication.make", die)
        with pytest.raises(KeyboardInterrupt):
            publish(client, "2026-03", "Li Na", now=NOW)
    assert read_log(client.folder)[-1].action == "approved"
    publish(client, "2026-03", "Li Na", now=NOW)
    assert read_log(client.folder)[-1].action == "published"
    assert advance(client.folder, "2026-03", "lock", "Zhao Lei").action == "locked"


def test_in_chinese(tmp_path: Path) -> None:
    client = published(tmp_path / "client", 12, "zh")
    page = page_text(client.folder)
    for words in (
        "2026年3月绩效公示",
        "申诉受理至 2026年4月12日",
        "吴女士<HR>",
        "平均得分",
        "个人得分、等级和奖金只告知本人",
    ):
        assert words in page, words
    assert pd.Series(book_cells(client.folder)).str.contains("现行考核规则").any()
