"""The reports of both samples in both languages: their contract, and the answer's numbers made again."""

import csv
import json
import re
import shutil
import statistics
from collections.abc import Callable
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import toolkit as tk
from tests.samples.contract import faults, read
from toolkit.assets import asset
from toolkit.cli import app
from toolkit.report.write import write_report

SAMPLES = ("manufacturer", "adventureworks")
LANGUAGES = ("en", "zh")
T_90 = {4: 2.3534, 17: 1.7459}  # Student's t, two-sided 90 %, on n − 1 degrees of freedom (any table)
Z_90 = 1.644854


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """Sample, language → the folder of its report."""
    found = {}
    for sample in SAMPLES:
        client = tk.load_engagement(asset("templates", "engagements", sample))
        for language in LANGUAGES:
            out = tmp_path_factory.mktemp("reports") / f"{sample}-{language}"
            write_report(client, out, language)
            found[sample, language] = out
    return found


def table(out: Path, name: str) -> pd.DataFrame:
    """A table as any program reads it."""
    return pd.read_csv(
        out / "tables" / f"{name}.csv", encoding="utf-8-sig", keep_default_na=False, na_values={}
    )


def numeric(rows: pd.DataFrame, column: str) -> pd.Series:
    return pd.to_numeric(rows[column], errors="coerce")


def answer(out: Path) -> str:
    """The words of the page's first chapter and its title."""
    page = (out / "report.html").read_text(encoding="utf-8")
    title = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    section = re.search(r'<section id="answer".*?</section>', page, re.DOTALL)
    assert title is not None and section is not None
    words = re.sub(r"<[^>]+>", " ", title[1] + section[0])
    return re.sub(r"\s+", " ", unescape(words))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", SAMPLES)
def test_the_deliverables_keep_their_contract(
    reports: dict[tuple[str, str], Path], sample: str, language: str
) -> None:
    out = reports[sample, language]
    assert faults(out, asset("templates", "engagements", sample), language) == []


def test_the_numbers_do_not_depend_on_the_language(reports: dict[tuple[str, str], Path]) -> None:
    for sample in SAMPLES:
        en, zh = (reports[sample, language] / "tables" for language in LANGUAGES)
        for name in ("panel", "targets", "scorecard", "scores", "payouts"):
            assert (en / f"{name}.csv").read_bytes() == (zh / f"{name}.csv").read_bytes()


def test_adventureworks_is_what_its_source_says(reports: dict[tuple[str, str], Path]) -> None:
    """163 quotas; mean attainment 0.8548; eight reached: counted from the public data set by others."""
    attainment = numeric(table(reports["adventureworks", "en"], "scorecard"), "attainment")
    assert len(attainment) == 163 and attainment.notna().all()
    assert attainment.mean() == pytest.approx(0.8548, abs=0.0005)
    assert int((attainment >= 1).sum()) == 8


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson's interval for a share, by its formula."""
    share, z2 = hits / n, Z_90**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = Z_90 / (1 + z2 / n) * (share * (1 - share) / n + z2 / (4 * n * n)) ** 0.5
    return centre - reach, centre + reach


def jackknife(before: pd.Series, after: pd.Series) -> tuple[float, float, float]:
    """The change of a total with its interval, each unit left out once."""
    both = pd.DataFrame({"before": before, "after": after}).fillna(0.0)
    n = len(both)
    whole = np.log(both["after"].sum() / both["before"].sum())
    without = [np.log((both["after"].sum() - a) / (both["before"].sum() - b)) for b, a in both.to_numpy()]
    error = np.sqrt((n - 1) / n * sum((x - whole) ** 2 for x in without))
    return tuple(float(np.expm1(whole + side * T_90[n] * error)) for side in (0, -1, 1))  # type: ignore[return-value]


def percent(x: float, *, signed: bool = True) -> str:
    shown = f"{abs(x) * 100:.0f}"
    sign = "" if shown == "0" else "−" if x < 0 else "+" if signed else ""
    return f"{sign}{shown}"


def total(panel: pd.DataFrame, level: str, periods: list[str]) -> pd.Series:
    rows = panel[(panel["level"] == level) & (panel["kpi"] == "net_sales") & panel["period"].isin(periods)]
    return rows.assign(value=numeric(rows, "numerator")).groupby("participant")["value"].sum()


def test_the_manufacturers_answer_is_in_its_tables(reports: dict[tuple[str, str], Path]) -> None:
    out = reports["manufacturer", "en"]
    panel = table(out, "panel")
    with (asset("templates", "engagements", "manufacturer") / "data" / "业务员花名册.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        roster = list(csv.DictReader(file))
    after, before = ["2026-Q1", "2026-Q2"], ["2025-Q1", "2025-Q2"]
    said = answer(out)
    for group, words in (
        ("试点", "under the new scheme"),
        ("对照", "for those who stayed on the old scheme"),
    ):
        teams = {line["班组"] for line in roster if line["试点分组"] == group}
        assert len(teams) == 4
        sums = [total(panel, "team", periods).reindex(sorted(teams)) for periods in (before, after)]
        change, low, high = (percent(x) for x in jackknife(*sums))
        assert f"{change} % (90 % interval {low} % to {high} %, 4 teams) {words}" in said
    assert said.strip().startswith(
        f"Net sales rose {said.split('rose ')[1].split(' ')[0]} % under the new scheme"
    )


def test_the_manufacturers_targets_pay_and_scores_are_in_its_tables(
    reports: dict[tuple[str, str], Path],
) -> None:
    out, after = reports["manufacturer", "en"], ["2026-Q1", "2026-Q2"]
    said = answer(out)
    card = table(out, "scorecard")
    card = card[(card["measure"] == "revenue") & card["period"].isin(after)]
    hits, n = int((numeric(card, "attainment") >= 1).sum()), len(card)
    low, high = (f"{x * 100:.0f}" for x in wilson(hits, n))
    assert f"{hits / n * 100:.0f} % of {n} targets of the main measure reached" in said
    assert f"main measure reached; 90 % interval {low} % to {high} %" in said
    paid = table(out, "payouts")
    paid = paid[paid["period"].isin(after)]
    assert f"{paid['payout'].sum() / 1000:.0f} k CNY paid before tax for Q1–Q2 2026, 24 people" in said
    scores = table(out, "scores")
    scores = scores[scores["period"].isin(after)]
    for scheme, title in (
        ("field_sales@2026-01", "(pilot teams)"),
        ("commission@2026-01", "(comparison teams)"),
    ):
        own = paid[paid["scheme"] == scheme]
        reached = numeric(card[card["scheme"] == scheme], "attainment") >= 1
        median = statistics.median(numeric(scores[scores["scheme"] == scheme], "score"))
        each = own["payout"].sum() / len(own) / 1000
        line = (
            f"{title} {own['participant'].nunique()} {median:.1f} {reached.mean() * 100:.0f} % "
            f"{own['payout'].sum() / 1000:.0f} k CNY {each:.1f} k CNY {(own['payout'] <= 0).sum()}"
        )
        assert line in said


def test_adventureworks_answer_is_in_its_tables(reports: dict[tuple[str, str], Path]) -> None:
    out = reports["adventureworks", "en"]
    said = answer(out)
    last, before = ([f"{year}-Q{quarter}" for quarter in (1, 2, 3, 4)] for year in (2013, 2012))
    panel = table(out, "panel").assign(participant=lambda rows: rows["participant"].astype(str))
    change, low, high = jackknife(*(total(panel, "individual", periods) for periods in (before, last)))
    assert f"8 of 163 targets were reached; net sales rose {percent(change, signed=False)} % between" in said
    assert f"{percent(change)} % (90 % interval {percent(low)} % to {percent(high)} %, 17 people)" in said
    card = table(out, "scorecard")
    attainment = numeric(card, "attainment")
    assert f"the median attainment is {attainment.median() * 100:.0f} %" in said
    recent = attainment[card["period"].isin(last)]
    hits = int((recent >= 1).sum())
    low, high = wilson(hits, len(recent))
    assert f"{hits / len(recent) * 100:.0f} % of {len(recent)} targets of the main measure reached" in said
    assert f"90 % interval {low * 100:.0f} % to {high * 100:.0f} %" in said
    paid = table(out, "payouts")
    paid = paid[paid["period"].isin(last)]
    assert f"{paid['payout'].sum() / 1000:.0f} k USD paid before tax for 2013, 17 people" in said
    assert said.count(f" {(paid['payout'] <= 0).sum()} ") and int((paid["payout"] <= 0).sum()) == 12


def test_the_chinese_answer_gives_the_same_numbers(reports: dict[tuple[str, str], Path]) -> None:
    """Amounts are in 万; every percentage of the English page stands on the Chinese one."""
    for sample in SAMPLES:
        en, zh = (answer(reports[sample, language]) for language in LANGUAGES)
        shares = [set(re.findall(r"[+−]?\d+(?= ?%)", said)) for said in (en, zh)]
        assert shares[0] == shares[1]
    paid = (
        table(reports["manufacturer", "zh"], "payouts")
        .query("period in ['2026-Q1', '2026-Q2']")["payout"]
        .sum()
    )
    assert f"{paid / 10_000:.1f} 万元 2026年上半年应发奖金与提成（税前），24 人" in answer(
        reports["manufacturer", "zh"]
    )


def swap(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Replace a text in one of the report's files, where it stands first."""

    def mend(out: Path) -> None:
        path = out / name
        content = path.read_bytes().decode("utf-8")
        assert old in content, f"{name} has no {old!r}"
        path.write_bytes(content.replace(old, new, 1).encode("utf-8"))

    return mend


def cell(name: str, column: str, value: str) -> Callable[[Path], None]:
    """Another value in one cell of a table, in the first row where the column is filled."""

    def mend(out: Path) -> None:
        path = out / "tables" / f"{name}.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        next(row for row in rows if row[column])[column] = value
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    return mend


BREAKS: dict[str, tuple[Callable[[Path], None], str]] = {
    "no mark": (swap("tables/scores.csv", "\ufeff", ""), "scores: no byte-order mark"),
    "column": (swap("tables/scores.csv", ",grade,", ",mark,"), "scores: no column grade"),
    "missing table": (lambda out: (out / "tables" / "payouts.csv").unlink(), "payouts.csv is missing"),
    "formula": (cell("adjustments", "reason", "=cmd"), "adjustments.reason: looks like a formula"),
    "no number": (cell("scores", "score", "high"), "scores.score: no number"),
    "period": (cell("scores", "period", "2026-13"), "scores: period 2026-13"),
    "panel": (cell("panel", "value", "123456.5"), "panel: value is not numerator over denominator"),
    "points": (cell("scorecard", "points", "99.5"), "scorecard: points are not score × weight"),
    "weights": (cell("scorecard", "weight", "0.25"), "sum to"),
    "actual": (cell("scorecard", "actual", "7.5"), "scorecard: actual is not the panel's value"),
    "target": (cell("scorecard", "target", "7.5"), "scorecard: target is not that of targets.csv"),
    "total": (cell("scores", "points_total", "7.5"), "scores: points_total is not the sum of points"),
    "score": (cell("scores", "adjustment", "7.5"), "scores: score is not points_total + adjustment"),
    "payout": (cell("payouts", "payout", "1.00"), "payouts: payout is not base + adjustments"),
    "float money": (cell("payouts", "base_payout", "1.005"), "payouts: no exact money"),
    "detail": (cell("adjustments", "amount", "-1.00"), "payouts: adjustments are not the sum of their"),
    "evidence": (cell("effects", "evidence", "certain"), "effects: evidence certain"),
    "refused": (cell("effects", "evidence", "refused"), "effects: refused with an estimate"),
    "interval": (cell("effects", "high", "-0.99"), "effects: estimate outside its interval"),
    "claim": (cell("effects", "claim", ""), "effects: no claim"),
    "key": (cell("scores", "participant", "S999"), "has another checksum"),
    "unlisted": (lambda out: (out / "more.txt").touch(), "manifest: more.txt is listed or there"),
    "input": (swap("manifest.json", '"engagement.yaml"', '"/engagement.yaml"'), "is no path inside"),
    "lang": (swap("report.html", 'lang="en"', 'lang="zh"'), "page: another lang"),
    "loads": (swap("report.html", "</main>", '<img src="//example.org/a" alt="a"></main>'), "page: loads"),
    "no text": (swap("report.html", "</main>", "<svg></svg></main>"), "page: a picture without a text"),
    "nan": (swap("report.html", "</main>", "<td>nan</td></main>"), "page: a bare nan"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_the_contract_notices(reports: dict[tuple[str, str], Path], tmp_path: Path, name: str) -> None:
    """Each rule of the contract fires on a copy in which it is broken."""
    out = shutil.copytree(reports["manufacturer", "en"], tmp_path / "out")
    damage, fault = BREAKS[name]
    damage(out)
    found = faults(out, asset("templates", "engagements", "manufacturer"), "en")
    assert any(fault in line for line in found), found[:5]


def test_a_data_file_that_breaks_later_leaves_the_report_whole(
    reports: dict[tuple[str, str], Path], tmp_path: Path
) -> None:
    client = shutil.copytree(asset("templates", "engagements", "manufacturer"), tmp_path / "client")
    out = shutil.copytree(reports["manufacturer", "zh"], tmp_path / "out")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.rglob("*") if path.is_file()}
    targets = client / "data" / "targets.csv"
    targets.write_text(
        targets.read_text(encoding="utf-8-sig").replace(",净销售额,", ",销售,", 2), encoding="utf-8"
    )
    result = CliRunner().invoke(app, ["report", str(client), "--out", str(out)])
    assert result.exit_code == 2
    assert "data/targets.csv" in result.output and "没有写入任何内容" in result.output
    after = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.rglob("*") if path.is_file()}
    assert after == before and len(read(out)["scores"]) > 0


def test_the_manifest_names_every_file_of_the_sample(reports: dict[tuple[str, str], Path]) -> None:
    """The folder holds a README and programs too; what was read is documents, data, schemes and answers."""
    folder = asset("templates", "engagements", "manufacturer")
    read = ("data/*.csv", "schemes/*.yaml", "*.yaml", "decisions/*.yaml", "answers/*/*.xlsx")
    files = [path for part in read for path in folder.glob(part)]
    listed = json.loads((reports["manufacturer", "en"] / "manifest.json").read_text(encoding="utf-8"))[
        "inputs"
    ]
    assert {entry["path"] for entry in listed} == {path.relative_to(folder).as_posix() for path in files}
