"""Whose deal: split and double credit, each number worked out by hand, and levels that add up."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.helpers import DEALS, add, edit, numbers, only, place, problems_of, put, write
from toolkit.data.load import load_engagement
from toolkit.data.panel.measure import measure
from toolkit.errors import DataError

# D01 (January, 100.00) is p1's alone by the deals; p1 and p2 share it 60/40. D04 (February, 200.00) is shared
# by p2 and p3, of two teams, a quarter left to nobody. D02 has no credits and stays p1's.
CREDITS = "deal,participant,share\nD01,p1,0.6\nD01,p2,0.4\nD04,p2,0.5\nD04,p3,0.25\n"


def client(folder: Path, credits: str = CREDITS, **changed: str) -> Path:
    write(folder, **changed)
    put(folder, "data/credits.csv", credits)
    add(folder, "engagement.yaml", "  credits: {file: data/credits.csv}\n")
    return folder


def test_amounts_and_counts_are_shared_and_every_level_adds_up_to_the_whole(tmp_path: Path) -> None:
    panel = measure(load_engagement(client(tmp_path)), ["net_sales", "average_deal_size"], ["month"])
    # January: D01 100.00 as 60 / 40, D02 50.50 whole to p1
    sales = numbers(panel, "individual", "2026-01", "net_sales")
    assert sales == {"p1": 110.5, "p2": 40.0, "p3": 0.0, "p4": 0.0}
    assert numbers(panel, "team", "2026-01", "net_sales") == {"North": 150.5, "South": 0.0}
    # February: D04 200.00 as 100 to p2, 50 to p3 and 50 to nobody
    assert numbers(panel, "individual", "2026-02", "net_sales") == {
        "p1": 0.0, "p2": 100.0, "p3": 50.0, "p4": 0.0, "unassigned": 50.0,
    }  # fmt: skip
    assert numbers(panel, "team", "2026-02", "net_sales") == {
        "North": 100.0, "South": 50.0, "unassigned": 50.0,
    }  # fmt: skip
    assert numbers(panel, "company", "2026-02", "net_sales") == {"all": 200.0}
    # a count is shared too: p1 has 0.6 of D01 and D02, so 110.50 ÷ 1.6
    size = panel[(panel["kpi"] == "average_deal_size") & (panel["period"] == "2026-01")]
    ann = size[size["participant"] == "p1"].iloc[0]
    assert ann["denominator"] == 1.6 and ann["value"] == pytest.approx(69.0625)


def test_three_thirds_written_as_33_percent_are_the_whole(tmp_path: Path) -> None:
    thirds = "deal,participant,share\nD01,p1,0.3333\nD01,p2,0.3333\nD01,p3,0.3333\n"
    panel = measure(load_engagement(client(tmp_path, thirds)), ["net_sales"], ["month"])
    sales = numbers(panel, "individual", "2026-01", "net_sales")
    assert "unassigned" not in sales and sum(sales.values()) == pytest.approx(150.5, abs=1e-9)
    assert sales["p2"] == pytest.approx(33.33)


@pytest.mark.parametrize("share", ["0.7", "0.4006"])
def test_more_than_the_whole_is_refused_by_deal(tmp_path: Path, share: str) -> None:
    folder = client(tmp_path, CREDITS.replace("D01,p2,0.4", f"D01,p2,{share}"))
    found = only(folder)
    assert place(found) == ("data.credit_over", "data/credits.csv", 3, "share", "D01")
    assert f"{0.6 + float(share):.2%}" in str(found)


def test_double_credit_counts_beside_the_seller_and_once_in_every_group(tmp_path: Path) -> None:
    """p2 has an overlay role: all of D01 beside p1, of the same team; and of D06 beside p3 of another."""
    credits = "deal,participant,share\nD01,p1,1\nD01,p2,1\nD06,p3,1\nD06,p2,1\n"
    folder = client(tmp_path, credits)
    codes = {p.code for p in problems_of(folder)}
    assert codes == {"data.credit_over"}  # without the scheme's word it is too much
    scheme = (folder / "schemes/field_sales.yaml").read_text(encoding="utf-8")
    overlay = scheme.replace("name: field_sales", "name: overlay").replace("[field]", "[overlay]")
    put(folder, "schemes/overlay.yaml", overlay + "double_credit: true\n")
    edit(folder, "data/people.csv", "p2,Bob,North,Coast,field", "p2,Bob,North,Coast,overlay")
    panel = measure(load_engagement(folder), ["net_sales"], ["month"])
    january = numbers(panel, "individual", "2026-01", "net_sales")
    assert january == {"p1": 150.5, "p2": 100.0, "p3": 0.0, "p4": 0.0}
    assert numbers(panel, "team", "2026-01", "net_sales") == {"North": 150.5, "South": 0.0}
    march = numbers(panel, "team", "2026-03", "net_sales")
    assert march == {"North": 70.0, "South": 70.0}  # each team has it once
    assert numbers(panel, "region", "2026-03", "net_sales") == {"Coast": 70.0}
    assert numbers(panel, "company", "2026-03", "net_sales") == {"all": 70.0}


def test_a_share_of_a_person_whom_nobody_knows_is_refused(tmp_path: Path) -> None:
    folder = client(tmp_path, CREDITS.replace("D04,p3", "D04,p9"))
    with pytest.raises(DataError) as error:
        load_engagement(folder)
    assert {(p.code, p.value) for p in error.value.problems} == {("data.unknown_participant", "p9")}


SHARES = st.lists(st.integers(1, 25), min_size=1, max_size=4)  # percent


@settings(max_examples=15, deadline=None)
@given(splits=st.dictionaries(st.sampled_from([line[:3] for line in DEALS.split()[1:]]), SHARES))
def test_levels_add_up_to_the_whole_for_any_split(
    tmp_path_factory: pytest.TempPathFactory, splits: dict[str, list[int]]
) -> None:
    lines = [
        f"{deal},p{i},{part / 100}\n"
        for deal, parts in splits.items()
        for i, part in enumerate(parts, 1)
        if part
    ]
    folder = tmp_path_factory.mktemp("split")
    folder = client(folder, "deal,participant,share\n" + "".join(lines)) if lines else write(folder)
    panel = measure(load_engagement(folder), ["net_sales"], ["quarter"])
    sums = panel.groupby(["level", "period"])["value"].sum().unstack()
    whole = {"2026-Q1": 420.5, "2026-Q2": 430.3}  # of the deals, by hand
    for period, total in whole.items():
        assert sums[period].tolist() == pytest.approx([total] * 4, abs=1e-9)
