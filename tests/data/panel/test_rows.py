"""The rows behind a number: counted again in plain DuckDB, they give the panel's own."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from tests.catalogue.client import write_client
from tests.data.databases.test_engagement import CONTENT, into_server, lies_elsewhere
from tests.data.helpers import DOCUMENT, add, edit, explained, put, write
from tests.data.panel.test_crediting import client as with_credits
from tests.services import READERS_PASSWORD, Server
from toolkit.assets import asset
from toolkit.catalogue.kpi import Aggregate
from toolkit.catalogue.load import load_catalogue
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement
from toolkit.data.panel.measure import measure
from toolkit.data.panel.rows import FIXED, source_rows
from toolkit.data.sql import adds
from toolkit.errors import DataError

PLAIN = duckdb.connect()
WITH_SQL = sorted(name for name, kpi in load_catalogue().items() if kpi.has_sql)


def again(rows: pd.DataFrame, part: Aggregate) -> float | None:
    """A part's own SQL over the rows returned for it, in a database that knows nothing of the toolkit."""
    own = {part.date or part.opened: "date", part.owner: "owner", "customer": "customer"}
    table = pa.Table.from_pandas(rows.assign(**{c: rows[f] for c, f in own.items()}), preserve_index=False)
    PLAIN.register("behind", table)
    found = PLAIN.execute(f"SELECT {part.sql} FROM behind").fetchone()
    return None if found is None or found[0] is None else float(found[0])


def check(client: Engagement, row: Any) -> int:
    """One number of the panel against its rows, part by part; how many parts there were to check."""
    kpi, checked = client.kpis[row.kpi], 0
    rows = source_rows(client, row.kpi, row.participant, row.period, level=row.level)
    for name, part in (("numerator", kpi.numerator), ("denominator", kpi.denominator)):
        value = getattr(row, name)
        if part is None or math.isnan(value):
            continue
        behind = rows[rows["part"] == name]
        place = (row.kpi, row.participant, row.period, name)
        assert set(behind["table"]) <= {part.table}
        if (behind["share"] == 1).all():  # plain SQL knows nothing of shares
            found = again(behind, part) if len(behind) else None
            assert (found or 0.0) == pytest.approx(value, abs=1e-6), place
        counted = behind[behind["counts"] == "yes"]
        if behind["adds"].notna().all() and adds(part.sql):
            assert counted["adds"].sum() == pytest.approx(value, abs=1e-6), place
            assert (behind.loc[behind["counts"] == "no", "adds"] == 0).all(), place
        if name == "numerator" and part.sql.count("FILTER") < 2:  # of several, the panel counts every row
            assert len(counted) == row.rows, place
        checked += 1
    return checked


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engagement, pd.DataFrame]:
    client = load_engagement(write_client(tmp_path_factory.mktemp("rows")))
    return client, measure(client, WITH_SQL, ["quarter"])


@pytest.mark.parametrize("kpi", WITH_SQL)
def test_every_kpi_of_the_catalogue(kpi: str, cases: tuple[Engagement, pd.DataFrame]) -> None:
    client, panel = cases
    one = panel[(panel["kpi"] == kpi) & (panel["period"] == "2026-Q1")]
    assert sum(check(client, row) for row in one.itertuples()) > 0


@pytest.mark.parametrize(
    ("sample", "periods"),
    [("manufacturer", ["2025-07", "2026-04"]), ("adventureworks", ["2012-Q3"])],
)
def test_every_kpi_of_the_samples(sample: str, periods: list[str]) -> None:
    client = load_engagement(asset("templates", "engagements", sample))
    panel = measure(client)
    panel = panel[panel["period"].isin(periods)]
    people = panel[panel["level"] == "individual"].groupby("kpi").head(2)
    groups = panel[panel["level"] != "individual"].groupby(["kpi", "level"]).head(1)
    moved = panel[panel["participant"].isin(["S021", "西南一组"]) & (panel["period"] == "2025-07")]
    chosen = pd.concat([people, groups, moved]).drop_duplicates(["level", "participant", "period", "kpi"])
    assert sum(check(client, row) for row in chosen.itertuples()) > len(chosen) * 0.8


def test_shared_deals_add_their_shares_at_every_level(tmp_path: Path) -> None:
    client = load_engagement(with_credits(tmp_path))
    panel = measure(client, ["net_sales", "average_deal_size", "win_rate"], ["month"])
    parts = sum(check(client, row) for row in panel.itertuples() if row.period in ("2026-01", "2026-02"))
    assert parts > 40
    rows = source_rows(client, "net_sales", "p1", "2026-01")
    assert dict(zip(rows["id"], rows["adds"], strict=True)) == {"D01": 60.0, "D02": 50.5}
    nobodys = source_rows(client, "net_sales", "unassigned", "2026-02")
    assert nobodys[["id", "share", "adds"]].values.tolist() == [["D04", 0.25, 50.0]]


def test_double_credit_counts_once_in_a_group(tmp_path: Path) -> None:
    folder = with_credits(tmp_path, "deal,participant,share\nD01,p1,1\nD01,p2,1\n")
    scheme = (folder / "schemes/field_sales.yaml").read_text(encoding="utf-8")
    overlay = scheme.replace("name: field_sales", "name: overlay").replace("[field]", "[overlay]")
    put(folder, "schemes/overlay.yaml", overlay + "double_credit: true\n")
    edit(folder, "data/people.csv", "p2,Bob,North,Coast,field", "p2,Bob,North,Coast,overlay")
    client = load_engagement(folder)
    sums = {
        who: source_rows(client, "net_sales", who, "2026-01")["adds"].sum() for who in ("p1", "p2", "North")
    }
    assert sums == {"p1": 150.5, "p2": 100.0, "North": 150.5}  # D01 100.00, D02 50.50 of p1's alone


def test_a_row_says_where_it_stands_and_why_it_counts(tmp_path: Path) -> None:
    client = load_engagement(write(tmp_path))
    rows = source_rows(client, "win_rate", "p1", "2026-Q1")
    assert list(rows.columns) == [*FIXED, "stage"]
    top = rows[rows["part"] == "numerator"]
    # by hand: D01 and D02 won, D03 lost; lines 2, 3 and 4 of the file
    assert top[["id", "counts", "adds", "customer", "file", "row", "stage"]].values.tolist() == [
        ["D01", "yes", 1.0, "c1", "data/deals.csv", 2, "won"],
        ["D02", "yes", 1.0, "c1", "data/deals.csv", 3, "won"],
        ["D03", "no", 0.0, "c2", "data/deals.csv", 4, "lost"],
    ]
    assert [str(day)[:10] for day in top["date"]] == ["2026-01-10", "2026-01-31", "2026-02-03"]
    assert str(rows["date"].dtype) == "datetime64[s]" and str(rows["row"].dtype) == "Int64"


def test_a_limit_keeps_those_that_count_of_each_part(tmp_path: Path) -> None:
    rows = source_rows(load_engagement(write(tmp_path)), "win_rate", "all", "2026-Q1", limit=2)
    assert rows["part"].tolist() == ["numerator", "numerator", "denominator", "denominator"]
    assert rows["counts"].tolist() == ["yes"] * 4
    none = source_rows(load_engagement(write(tmp_path)), "win_rate", "p1", "2026-Q1", limit=0)
    assert len(none) == 0 and list(none.columns)[:3] == ["part", "table", "id"]


def test_what_stands_on_a_day_is_dated_by_its_opening(tmp_path: Path) -> None:
    client = load_engagement(write(tmp_path))
    rows = source_rows(client, "open_pipeline", "p2", "2026-02")
    # D05 is open since the 20th; D04 was closed on the 15th
    assert rows[["id", "adds"]].values.tolist() == [["D05", 300.0]]
    assert str(rows["date"].iloc[0])[:10] == "2026-02-20"


VALUES = """participant,period,kpi,value,numerator,denominator,additive
p1,2026-01,mystery,3,,,yes
p1,2026-02-01,mystery,4,,,yes
p2,2026-01,mystery,5,,,yes
p3,2026-01,share,,1,4,
p3,2026-02,share,,2,4,
p3,2026-03,share,,3,4,
p1,2026-01,mood,7,,,no
"""
OWN = """kpis:
  mystery: {name: {en: Mystery, zh: 神秘}, category: process, unit: count, direction: higher}
  share: {name: {en: Share, zh: 占比}, category: process, unit: ratio, direction: higher}
  mood: {name: {en: Mood, zh: 心情}, category: process, unit: points, direction: higher}
"""


def test_values_that_the_client_gave_are_their_own_rows(tmp_path: Path) -> None:
    folder = write(tmp_path, engagement=DOCUMENT + "  kpi_values: {file: data/values.csv}\n" + OWN)
    put(folder, "data/values.csv", VALUES)
    client = load_engagement(folder)

    def shown(kpi: str, who: str, period: str) -> list[list[Any]]:
        rows = source_rows(client, kpi, who, period)
        assert set(rows["table"]) <= {"kpi_values"} and set(rows["file"]) <= {"data/values.csv"}
        return rows[["part", "owner", "period", "adds", "row"]].values.tolist()  # type: ignore[no-any-return]

    assert shown("mystery", "p1", "2026-02") == [["numerator", "p1", "2026-02", 4.0, 3]]
    assert shown("mystery", "North", "2026-01") == [
        ["numerator", "p1", "2026-01", 3.0, 2],
        ["numerator", "p2", "2026-01", 5.0, 4],
    ]
    assert [row[1:] for row in shown("share", "p3", "2026-Q1")] == [
        ["p3", "2026-01", 1.0, 5], ["p3", "2026-02", 2.0, 6], ["p3", "2026-03", 3.0, 7],
        ["p3", "2026-01", 4.0, 5], ["p3", "2026-02", 4.0, 6], ["p3", "2026-03", 4.0, 7],
    ]  # fmt: skip
    assert shown("mood", "p1", "2026-Q1") == []  # a mood does not add up
    panel = measure(client, ["share"], ["quarter"]).set_index(["participant", "period"])
    assert panel.loc[("p3", "2026-Q1"), ["numerator", "denominator"]].tolist() == [6.0, 12.0]


ASKED: list[tuple[dict[str, str], list[str]]] = [
    ({"kpi": "net_sale"}, ["engagement.unknown_kpi"]),
    ({"kpi": "collection_rate"}, ["engagement.table_not_supplied"] * 2),
    ({"participant": "p9"}, ["records.nobody"]),
    ({"period": "2026-13"}, ["records.no_period"]),
    ({"level": "street"}, ["records.no_level"]),
    ({"participant": "North", "level": "region"}, ["records.nobody"]),
    ({"participant": "p9", "period": "soon"}, ["records.no_period", "records.nobody"]),
]


@pytest.mark.parametrize(("change", "codes"), ASKED)
def test_a_question_that_has_no_answer_is_refused(
    change: dict[str, str], codes: list[str], tmp_path: Path
) -> None:
    asked = {"kpi": "net_sales", "participant": "p1", "period": "2026-01"} | change
    with pytest.raises(DataError) as caught:
        source_rows(load_engagement(write(tmp_path)), **asked)  # type: ignore[arg-type]
    assert [p.code for p in caught.value.problems] == codes
    for problem in caught.value.problems:
        explained(problem)


def test_a_name_with_a_quote_in_it_is_only_a_name(tmp_path: Path) -> None:
    folder = write(tmp_path)
    edit(folder, "data/people.csv", "p1,Ann", "o'p {1},Ann")
    for name in ("deals", "activities", "targets"):
        path = folder / f"data/{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace(",p1,", ",o'p {1},"), encoding="utf-8")
    edit(folder, "data/targets.csv", "p1,2026-01", "o'p {1},2026-01")
    rows = source_rows(load_engagement(folder), "net_sales", "o'p {1}", "2026-Q1")
    assert rows["id"].tolist() == ["D01", "D02", "D03"][:2]


def same_rows(there: Engagement, here: Engagement) -> None:
    """Two places give the same rows, but for where they stand."""
    for kpi, who in (
        ("net_sales", "p1"),
        ("win_rate", "North"),
        ("visits", "all"),
        ("win_rate", "unassigned"),
    ):
        level = "team" if who == "unassigned" else ""
        found, wanted = (source_rows(c, kpi, who, "2026-Q1", level=level) for c in (there, here))
        kept = [c for c in wanted.columns if c not in ("file", "row")]
        assert found[kept].astype(str).values.tolist() == wanted[kept].astype(str).values.tolist()
        assert found["row"].isna().all() and set(found["file"]) <= {
            f"crm: {t}" for t in ("deals", "activities", "sales.crm_deals", "sales.crm_activities")
        }


def test_rows_in_a_database_are_asked_for_there(tmp_path: Path) -> None:
    here = load_engagement(write(tmp_path / "here"))
    said = {name: f"table: {name}" for name in CONTENT}
    folder = lies_elsewhere(tmp_path / "there", "duckdb:data/crm.duckdb", "in_place", said)
    with duckdb.connect(str(folder / "data/crm.duckdb")) as mart:
        for name in CONTENT:
            mart.execute(f"CREATE TABLE {name} AS FROM read_csv('{tmp_path}/here/data/{name}.csv')")
    same_rows(load_engagement(folder), here)


@pytest.mark.postgres
def test_rows_in_postgres_are_asked_for_there(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_PASSWORD_CRM", READERS_PASSWORD)
    for name, content in CONTENT.items():
        into_server(postgres, name, content)
    said = {name: f"table: sales.crm_{name}" for name in CONTENT}
    there = load_engagement(lies_elsewhere(tmp_path / "there", postgres.url, "in_place", said))
    same_rows(there, load_engagement(write(tmp_path / "here")))


def test_a_row_without_a_customer_or_a_number_of_its_own_is_shown(tmp_path: Path) -> None:
    folder = write(tmp_path)
    add(folder, "data/activities.csv", ",p1,visit,2026-01-09\n")
    rows = source_rows(load_engagement(folder), "visits", "p1", "2026-01")
    assert rows["row"].tolist()[-1] == 4 and len(rows) == 4  # three visits, a call; the call counts last
    assert rows["customer"].isna().all() and "" in rows["id"].tolist()
