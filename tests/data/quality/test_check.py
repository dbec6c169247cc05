"""The checks as loading and `kpi check` run them: on the small engagement, bent one thing at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.data.helpers import add, edit, only, place, write
from tests.data.quality.made import checked, codes, noted
from toolkit.cli import app
from toolkit.data.load import load_engagement
from toolkit.data.quality import check
from toolkit.language import describe


def kpi_check(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["check", str(folder), *options])


def odd(folder: Path) -> Path:
    """Two credit notes, and a visit after the time covered."""
    write(folder)
    edit(folder, "data/deals.csv", "won,100.00", "won,-100.00")
    edit(folder, "data/deals.csv", "won,70.00", "won,-70.00")
    edit(folder, "data/activities.csv", "2026-06-01", "2026-07-01")
    return folder


def test_what_looks_odd_is_noted_on_the_engagement_and_stops_nothing(tmp_path: Path) -> None:
    notes = load_engagement(odd(tmp_path)).notes
    assert [(n.code, n.where, n.column, n.values["count"]) for n in notes] == [
        ("quality.negative", "data/deals.csv", "amount", 2),
        ("quality.after_cover_rows", "data/activities.csv", "done_on", 1),
    ]


def test_a_won_deal_without_an_amount_stops_it(tmp_path: Path) -> None:
    write(tmp_path)
    edit(tmp_path, "data/deals.csv", "won,200.00", "won,")
    assert place(only(tmp_path)) == ("quality.won_without_amount", "data/deals.csv", 5, "amount", "D04")


def test_several_currencies_stop_an_engagement_whose_kpi_adds_them(tmp_path: Path) -> None:
    header, *lines = (write(tmp_path) / "data/deals.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{line},{'USD' if at < 2 else 'CNY'}" for at, line in enumerate(lines)]
    (tmp_path / "data/deals.csv").write_text("\n".join([f"{header},currency", *rows]), encoding="utf-8")
    problem = only(tmp_path)
    assert (problem.code, problem.value) == ("quality.mixed_currencies", "CNY 10, USD 2")


def test_the_owner_probably_meant_is_named(tmp_path: Path) -> None:
    """By an id that differs in case, and by a name that the roster gives to one person."""
    write(tmp_path)
    edit(tmp_path, "data/deals.csv", "D02,p1", "D02,P1")
    edit(tmp_path, "data/deals.csv", "D05,p2", "D05,bob")
    add(tmp_path, "data/activities.csv", "7,p9,visit,2026-06-01\n")
    with pytest.raises(Exception) as caught:
        load_engagement(tmp_path)
    found = [(p.code, p.row, p.value, p.values.get("near")) for p in caught.value.problems]  # type: ignore[attr-defined]
    assert found == [
        ("quality.owner_near", 3, "P1", "p1"),
        ("quality.owner_near", 6, "bob", "p2"),
        ("data.unknown_participant", 8, "p9", None),
    ]
    said = describe(caught.value.problems[0], "en")  # type: ignore[attr-defined]
    assert "tables.deals.values.participant" in said


def test_a_table_too_large_says_what_was_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "LARGE", 2)
    names = ["Acme Corp", "ACME Corp.", "Globex"]
    rows = [
        {"deal": f"D{at}", "participant": "p1", "customer": name, "amount": -1}
        for at, name in enumerate(names)
    ]
    found = checked({"deals": rows})
    assert codes(found) == {"quality.negative", "quality.too_large"}  # the row rules still run
    assert "3 rows" in describe(noted(found, "quality.too_large"), "en")
    monkeypatch.setattr(check, "LARGE", 3)
    assert "quality.near_names" in codes(checked({"deals": rows}))


def test_a_check_lists_what_to_look_at_by_file(tmp_path: Path) -> None:
    result = kpi_check(odd(tmp_path))
    assert result.exit_code == 0
    lines = result.output.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("2 things to look at"))
    assert lines[at + 1 :] == [
        "",
        "data/deals.csv (1)",
        "- amount: below zero: 2 of 12 rows (−170.00 in all; first in row 2, 7). "
        "Returns and credit notes may stay; else correct the sign.",
        "",
        "data/activities.csv (1)",
        "- done_on: after 2026-06-30, the last day covered: 1 of 6 rows (first in row 7). "
        "By this day they count in no period. Done in the future? Correct the day; else widen «covers».",
    ]
    assert "有 2 处需要留意" in kpi_check(tmp_path, "--language", "zh").output


def test_a_strict_check_ends_with_two_where_something_looks_odd(tmp_path: Path) -> None:
    assert kpi_check(odd(tmp_path / "odd"), "--strict").exit_code == 2
    sound = kpi_check(write(tmp_path / "sound"), "--strict")
    assert sound.exit_code == 0 and "to look at" not in sound.output
