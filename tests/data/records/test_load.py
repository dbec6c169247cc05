"""Ratings, events and the rest, as far as schemes need them; what is wrong with them, all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from tests.data.helpers import SCHEME, add, edit, explained, only, place, put, write
from tests.data.records.sold import REVERSED, client_folder, told
from toolkit.appraise.records import Records
from toolkit.data.load import load_engagement
from toolkit.data.records.load import lacking_records, load_records
from toolkit.errors import DataError, Problem

RATED = """\
  - name: teamwork
    kpi: visits
    weight: 0.1
    raters: {self: 0.1, peer: 0.3, manager: 0.6}
    scoring: {rating: [[1, 20], [3, 60], [5, 100]]}
"""
ITEMS = """\
items:
  - {name: key_account, points: 2, most: 10}
  - {name: breach, points: 0}
vetoes: [{item: breach, score: 0}]
"""
RATINGS = """\
participant,period,measure,rater,kind,rating,comment
p1,2026-01,teamwork,p1,self,4,
p1,2026-01,teamwork,p2,peer,3.5,helps
p1,2026-01,teamwork,,peer,5,
p2,2026-01-01,teamwork,p1,peer,2,
p2,2026-01,teamwork,,self,3,
"""
EVENTS = """\
event,participant,item,quantity,happened_on,note
1,p1,key_account,2,2026-01-09,two signed
2,p1,key_account,,2026-01-20,
3,p2,breach,1,2026-02-01,price list passed on
4,p1,key_account,-1,2026-02-02,one was none
"""


def scheme(rated: bool = True, items: bool = True, pay: str = "") -> str:
    text = SCHEME.replace("weight: 0.4", "weight: 0.3") if rated else SCHEME
    text = text.replace("grades:", (RATED if rated else "") + (ITEMS if items else "") + "grades:", 1)
    start = text.index("pay:")
    return text[:start] + (pay or text[start:])


def with_forms(folder: Path, **changed: str) -> Path:
    """The small engagement with ratings and events."""
    more = {"ratings": RATINGS, "events": EVENTS}
    write(folder, field_sales=changed.pop("scheme", scheme()))
    for name, content in (more | changed).items():
        put(folder, f"data/{name}.csv", content)
        add(folder, "engagement.yaml", f"  {name}: {{file: data/{name}.csv}}\n")
    return folder


def records(folder: Path) -> dict[str, pd.DataFrame]:
    client = load_engagement(folder)
    return load_records(client, client.schemes)


def refused(folder: Path) -> list[Problem]:
    with pytest.raises(DataError) as caught:
        records(folder)
    for problem in caught.value.problems:
        explained(problem)
    return list(caught.value.problems)


def test_ratings_have_named_periods_and_their_raters(tmp_path: Path) -> None:
    found = records(with_forms(tmp_path))["ratings"]
    assert told(found, "participant", "period", "rater", "kind", "rating", "comment") == [
        ("p1", "2026-01", "p1", "self", 4.0, ""),
        ("p1", "2026-01", "p2", "peer", 3.5, "helps"),
        ("p1", "2026-01", "", "peer", 5.0, ""),  # an anonymous one
        ("p2", "2026-01", "p1", "peer", 2.0, ""),  # the first day of a month is that month
        ("p2", "2026-01", "p2", "self", 3.0, ""),  # who else would rate themselves
    ]


def test_a_blank_quantity_is_one_and_a_negative_one_takes_back(tmp_path: Path) -> None:
    folder = with_forms(tmp_path)
    found = records(folder)["events"]
    assert told(found, "participant", "item", "quantity") == [
        ("p1", "key_account", 2.0), ("p1", "key_account", 1.0), ("p2", "breach", 1.0),
        ("p1", "key_account", -1.0),
    ]  # fmt: skip
    assert str(found["happened_on"].dtype) == "datetime64[s]" and found["note"].iloc[1] == ""
    notes = [n for n in load_engagement(folder).notes if n.code == "quality.negative_quantity"]
    assert [(n.where, n.values["count"]) for n in notes] == [("data/events.csv", 1)]


def test_only_what_a_scheme_needs_is_fetched(tmp_path: Path) -> None:
    found = records(with_forms(tmp_path, scheme=scheme(rated=False, items=False)))
    assert {name: len(table) for name, table in found.items()} == dict.fromkeys(
        ["ratings", "events", "deals", "collected", "reversed"], 0
    )
    taken = Records(**found)  # the columns are those that scoring and pay read
    for table in found:
        assert found[table].dtypes.to_dict().items() >= getattr(Records(), table).dtypes.to_dict().items()
    assert len(taken.events) == 0


def test_a_table_not_supplied_is_empty_and_said(tmp_path: Path) -> None:
    client = load_engagement(write(tmp_path, field_sales=scheme()))
    found = load_records(client, client.schemes)
    assert len(found["ratings"]) == len(found["events"]) == 0
    said = lacking_records(client, client.schemes)
    assert [(p.code, p.column, p.values["used"]) for p in said] == [
        ("records.not_supplied", "tables.ratings", "teamwork"),
        ("records.not_supplied", "tables.events", "breach, key_account"),
    ]
    for problem in said:
        explained(problem)


FAULTS: list[tuple[str, str, str, tuple[Any, ...]]] = [
    ("ratings", "p1,2026-01,teamwork,p2,peer,3.5", "p1,2026-01,teamwork,p2,peer,6",
     ("records.off_scale", "data/ratings.csv", 3, "rating", 6.0)),
    ("ratings", "p1,2026-01,teamwork,p2", "p1,2026-01,teamwrok,p2",
     ("records.unknown_measure", "data/ratings.csv", 3, "measure", "teamwrok")),
    ("ratings", "p1,2026-01,teamwork,p2", "p1,January,teamwork,p2",
     ("data.not_a_period", "data/ratings.csv", 3, "period", "January")),
    ("ratings", "p2,2026-01,teamwork,,self", "p2,2026-01,teamwork,p1,peer",
     ("records.rated_twice", "data/ratings.csv", 6, "period", "2026-01")),
    ("events", "p1,key_account,2,", "p1,key_acount,2,",
     ("records.unknown_item", "data/events.csv", 2, "item", "key_acount")),
]  # fmt: skip


@pytest.mark.parametrize(("table", "old", "new", "told_as"), FAULTS)
def test_what_is_wrong_is_named_by_its_row(
    table: str, old: str, new: str, told_as: tuple[Any, ...], tmp_path: Path
) -> None:
    folder = with_forms(tmp_path)
    edit(folder, f"data/{table}.csv", old, new)
    assert [place(p) for p in refused(folder)] == [told_as]


def test_everything_wrong_comes_at_once_and_the_rest_is_counted(tmp_path: Path) -> None:
    off = "".join(f"p3,2026-01,teamwork,r{i},peer,9,\n" for i in range(25))
    folder = with_forms(tmp_path, ratings=RATINGS + off)
    edit(folder, "data/events.csv", "breach", "braech")
    codes = [p.code for p in refused(folder)]
    assert codes == ["records.off_scale"] * 20 + ["data.more_rows", "records.unknown_item"]


ROWS: list[tuple[str, str, tuple[Any, ...]]] = [
    ("p1,2026-01,teamwork,p3,self,4,", "", ("data.self_by_another", "data/ratings.csv", 7, "rater", "p3")),
    ("p1,2026-01,teamwork,p1,peer,4,", "p1,2026-01,teamwork,p1,self,4,\n",
     ("data.own_rating", "data/ratings.csv", 6, "kind", "peer")),
    ("p9,2026-01,teamwork,p2,peer,4,", "",
     ("data.unknown_participant", "data/ratings.csv", 7, "participant", "p9")),
    ("p1,2026-01,teamwork,p2,peer,4,", "",
     ("data.duplicate_key", "data/ratings.csv", 7, "rater + participant + period + measure",
      "p2 / p1 / 2026-01 / teamwork")),
    ("p1,2026-01,teamwork,p3,uncle,4,", "", ("data.unknown_word", "data/ratings.csv", 7, "kind", "uncle")),
]  # fmt: skip


@pytest.mark.parametrize(("row", "without", "told_as"), ROWS)
def test_a_rating_that_cannot_be_stops_the_engagement(
    row: str, without: str, told_as: tuple[Any, ...], tmp_path: Path
) -> None:
    folder = with_forms(tmp_path)
    if without:
        edit(folder, "data/ratings.csv", without, "")
    add(folder, "data/ratings.csv", f"{row}\n")
    found = only(folder)
    assert place(found)[:4] == told_as[:4]
    assert found.value == told_as[4]


def test_a_team_may_not_yet_have_events_of_its_own(tmp_path: Path) -> None:
    """Events are of people; a name that the roster does not know is refused on loading."""
    folder = with_forms(tmp_path)
    add(folder, "data/events.csv", "5,North,key_account,1,2026-01-09,\n")
    assert place(only(folder))[0] == "data.unknown_participant"


COMMISSION = """\
pay:
  rate: {of: revenue, rate: 0.05, deal_cap: 100}
  holdback: {share: 0.3}
  clawback: {days: 180}
"""


def test_deals_cash_and_returns_come_with_the_parts_of_pay_that_read_them(tmp_path: Path) -> None:
    deals = "deal,rep,stage,amount,ordered_on,cancelled_on\nC1,p1,won,50,2026-02-20,2026-05-01\n"
    folder = client_folder(tmp_path, deals=deals)
    put(folder, "schemes/field_sales.yaml", scheme(False, False, COMMISSION))
    found = records(folder)
    assert told(found["deals"], "participant", "period", "kpi", "deal", "amount") == [
        ("p1", "2026-Q1", "net_sales", "C1", 50.0)
    ]
    assert told(found["collected"], "participant", "period", "by", "credited", "collected") == [
        ("p1", "2026-Q1", "2026-Q1", 50.0, 50.0), ("p1", "2026-Q1", "2026-Q2", 50.0, 50.0),
    ]  # fmt: skip
    assert told(found["reversed"], "period", "by", "deal", "amount", "days") == [
        ("2026-Q1", "2026-Q2", "C1", 50.0, 70.0)  # 8 days of February, 31, 30 and 1
    ]
    assert isinstance(Records(**found), Records)


def test_a_level_of_the_measure_is_the_level_of_its_deals(tmp_path: Path) -> None:
    folder = client_folder(tmp_path, deals=REVERSED)
    text = scheme(False, False, COMMISSION).replace("kpi: net_sales\n", "kpi: net_sales\n    level: team\n")
    put(folder, "schemes/field_sales.yaml", text)
    assert set(records(folder)["deals"]["participant"]) == {"North", "South"}


def test_each_part_that_the_data_cannot_carry_is_refused_once(tmp_path: Path) -> None:
    folder = write(tmp_path, field_sales=scheme(False, False, COMMISSION))
    assert [p.code for p in refused(folder)] == ["records.no_way_to_cash", "records.no_reversals"]
    text = scheme(False, False, COMMISSION).replace("kpi: net_sales\n", "kpi: cash_collected\n")
    folder = client_folder(tmp_path)
    put(folder, "schemes/field_sales.yaml", text)
    assert [(p.code, p.value) for p in refused(folder)] == [("records.not_by_deal", "cash_collected")]


def test_ratings_and_events_in_a_database_are_read_there(tmp_path: Path) -> None:
    folder = with_forms(tmp_path)
    wanted = records(folder)
    with duckdb.connect(str(folder / "data/hr.duckdb")) as mart:
        for name in ("ratings", "events"):
            mart.execute(f"CREATE TABLE {name} AS FROM read_csv('{folder}/data/{name}.csv')")
            edit(folder, "engagement.yaml", f"file: data/{name}.csv", f"connection: hr, table: {name}")
    add(folder, "engagement.yaml", 'connections:\n  hr: {url: "duckdb:data/hr.duckdb", measure: in_place}\n')
    found = records(folder)
    for name in ("ratings", "events"):
        key = list(wanted[name].columns)
        pd.testing.assert_frame_equal(
            found[name].sort_values(key).reset_index(drop=True),
            wanted[name].sort_values(key).reset_index(drop=True),
        )
