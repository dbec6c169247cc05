"""Blank forms beside filled ones, and faults of forms as a client reads them."""

from pathlib import Path
from typing import Any

import pytest

from tests.design.ask.weighing.forms import put, refused, returned, sent, values_filled
from toolkit.data.engagement import Engagement
from toolkit.design.ask import collect_judgements, load_judgements
from toolkit.language import describe


def returns(client: Engagement) -> list[tuple[object, ...]]:
    """Every form that counts, with how much of it was answered."""
    found = load_judgements(client).returned[["form", "answered"]]
    return [tuple(row) for row in found.itertuples(index=False)]


def test_a_blank_form_is_no_other_form(client: Engagement, tmp_path: Path) -> None:
    """Somebody sends the form back as it came, then filled in: the second one counts, whatever the order."""
    blank = returned(client, sent(client, tmp_path / "a", "points"), "b.xlsx")
    assert returns(client) == [("b.xlsx", 0)]
    filled = values_filled(sent(client, tmp_path / "b", "rank"), [1, 2, 3, 4])
    (added,) = collect_judgements(client, [filled])
    found = load_judgements(client)
    assert returns(client) == [(added.name, 4)] and blank.exists()
    assert [path for path, _ in found.forms] == [f"answers/weights/{added.name}"] and found.blank.empty
    another = sent(client, tmp_path / "c", "swing")
    assert collect_judgements(client, [another]) == ()
    blank.unlink()
    assert collect_judgements(client, [another]) == () and len(load_judgements(client).returned) == 1


@pytest.mark.parametrize(
    ("method", "cells", "english", "chinese"),
    [
        ("pairwise", {"D8": "Net sales", "E8": 1}, "the number beside it is 1, which means", "倍数却为 1，"),
        ("pairwise", {"E8": 1}, "here stands the number 1, but not which", "填了 1 倍，"),
        ("pairwise", {"D8": "Net sales"}, "«Net sales» is to count more", "选了 «Net sales» 更重要"),
        (
            "pairwise",
            {"D8": "Equal", "D13": "Equal"},
            "links «Net sales, Customer visits»",
            "连不起来：",
        ),
    ],
)
def test_faults_read_well(
    method: str, cells: dict[str, Any], english: str, chinese: str, client: Engagement, tmp_path: Path
) -> None:
    returned(client, put(sent(client, tmp_path / "f", method), cells))
    said = {one: describe(refused(client)[0], one) for one in ("en", "zh")}
    assert english in said["en"] and chinese in said["zh"] and "“«" not in said["zh"]


def test_names_in_a_chinese_form_are_listed_in_chinese(client: Engagement, tmp_path: Path) -> None:
    form = sent(client, tmp_path / "f", "pairwise", language="zh")
    returned(client, put(form, {"D8": "同等重要", "D13": "同等重要"}))
    assert "净销售额、客户拜访次数" in describe(refused(client)[0], "zh")
