"""kpi_brief.yaml: defaults, what is read, and every fault at once with its line."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.design.select.frames import OBJECTIVES, kpis
from toolkit.design.select.brief import CRITERIA, Brief, check_brief, load_brief
from toolkit.design.select.template import brief_text, write_brief
from toolkit.errors import DataError

NAMES = ("net_sales", "visits", "win_rate", "customer_satisfaction")


def client(folder: Path, written: str | None = None, **more: Any) -> Any:
    """As much of an engagement as a brief is held against."""
    if written is not None:
        (folder / "kpi_brief.yaml").write_text(written, encoding="utf-8")
    return SimpleNamespace(
        **{
            "folder": folder,
            "kpis": kpis(*NAMES),
            "objectives": OBJECTIVES,
            "measured": NAMES,
            "language": "en",
        }
        | more
    )


def faults(folder: Path, written: str) -> list[tuple[str, int | None, str]]:
    with pytest.raises(DataError) as refused:
        load_brief(client(folder, written))
    return [(p.code, p.row, p.column) for p in refused.value.problems]


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    brief = load_brief(client(tmp_path))
    assert brief == Brief() and brief.count == (5, 8) and brief.category("growth") == (1, 3)
    assert sum(brief.counts.values()) == pytest.approx(1) and brief.counts["fit"] == pytest.approx(0.3)
    assert load_brief(client(tmp_path, "")) == Brief()  # an empty file wishes nothing else


def test_what_is_written_is_read_with_its_line(tmp_path: Path) -> None:
    brief = load_brief(
        client(
            tmp_path,
            "count: [2, 4]\ncategories: {growth: [0, 1]}\nmust_have: [net_sales]\n"
            "not_together: [[visits, win_rate]]\nserves: {visits: {1: 0.5}}\n"
            "judgements: {visits: {gaming: 0.7}}\nvalue: {fit: 0.9}\nprice: {overlap: 0.5}\n",
        )
    )
    assert brief.count == (2, 4) and brief.category("growth") == (0, 1) and brief.category("result") == (1, 3)
    assert brief.not_together == (("visits", "win_rate"),) and brief.serves == {"visits": {1: 0.5}}
    assert brief.judgements["visits"].gaming == 0.7 and brief.judgements["visits"].clarity is None
    assert brief.counts["fit"] == pytest.approx(0.9 / 1.6)  # the others keep their .7 in all
    assert (brief.price.overlap, brief.price.data) == (0.5, 0.02)
    assert (
        brief.line(("must_have", 0)) == 3 and brief.line(("count",)) == 1 and brief.line(("leading",)) is None
    )


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        "count: [8, 5]\ncandidates: [net_sale]\nexclude: [visits]\nmust_have: [visits]\n"
        "serves:\n  win_rate: {3: 0.5}\n  net_sales: {1: 1.5}\njudgements: {vists: {clarity: 0.5}}\n"
        "data_cost: {each: {calls_made: 1}}\nnot_together: [[visits, visits]]\nwishes: 3\nleading: -1\n",
    )
    assert {(code, row) for code, row, _ in found} == {
        ("select.unknown_kpi", 2),
        ("select.no_objective", 6),
        ("document.out_of_range", 7),
        ("select.unknown_kpi", 8),
        ("select.unknown_kpi", 9),
        ("document.unknown_key", 11),
        ("document.out_of_range", 12),
    }
    rest = faults(
        tmp_path, "count: [8, 5]\nmust_have: [visits]\nexclude: [visits]\nnot_together: [[visits, visits]]\n"
    )
    assert rest == [
        ("select.range", 1, "count"),
        ("select.wished_and_excluded", 3, "exclude.0"),
        ("select.pair_of_one", 4, "not_together.0"),
    ]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("- a\n", "document.not_a_mapping"),
        ("count: 5\n", "document.not_a_list"),
        ("count: [5]\n", "document.not_a_pair"),
        ("count: [5, 6, 7]\n", "document.not_a_pair"),
        ("count: [0, 0]\n", "select.none_wanted"),
        ("categories: {output: [1, 2]}\n", "document.not_one_of"),
        ("not_together: [[visits]]\n", "document.too_few"),
        ("serves: {visits: {one: 0.5}}\n", "select.no_objective"),
        ("serves: {visits: {0: 0.5}}\n", "select.no_objective"),
        ("value: {luck: 1}\n", "document.not_one_of"),
        (f"value: {{{', '.join(f'{c}: 0' for c in CRITERIA)}}}\n", "select.nothing_counts"),
        ("value: {fit: -1}\n", "document.out_of_range"),
        ("data_cost: {most: 70 %}\n", "document.percent"),
    ],
)
def test_each_kind_of_fault_has_its_code(tmp_path: Path, written: str, code: str) -> None:
    assert code in {found[0] for found in faults(tmp_path, written)}


def test_near_names_are_offered(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="net_sales"):
        load_brief(client(tmp_path, "must_have: [net_sale]\n"))


def test_a_brief_made_in_python_is_held_against_the_engagement_too(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refused:
        check_brief(Brief(must_have=("visit",), serves={"visits": {9: 1.0}}), client(tmp_path))
    assert [p.code for p in refused.value.problems] == ["select.unknown_kpi", "select.no_objective"]
    check_brief(Brief(must_have=("visits",)), client(tmp_path))  # refuses nothing


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_brief_reads_back_as_the_defaults(tmp_path: Path, language: str) -> None:
    hostile = (OBJECTIVES[0], OBJECTIVES[1].__class__("Two\nlines: [and: a trap"))
    path = write_brief(client(tmp_path, objectives=hostile), language)
    read = load_brief(client(tmp_path, objectives=hostile))
    assert read == Brief(candidates=NAMES, value=read.value, categories=read.categories)
    assert read.counts == pytest.approx(Brief().counts)
    assert all(read.category(c) == Brief().category(c) for c in ("result", "process", "quality", "growth"))
    written = path.read_text(encoding="utf-8")
    assert "#   2: Two lines: [and: a trap" in written
    assert ("net_sales" in written) and ("必选" in written) == (language == "zh")


def test_a_brief_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="never overwritten"):
        write_brief(client(tmp_path, "count: [5, 6]\n"))
    assert (tmp_path / "kpi_brief.yaml").read_text(encoding="utf-8") == "count: [5, 6]\n"


def test_an_engagement_that_measures_nothing_still_gets_a_brief_that_reads(tmp_path: Path) -> None:
    bare = client(tmp_path, measured=(), objectives=())
    (tmp_path / "kpi_brief.yaml").write_text(brief_text(bare, "en"), encoding="utf-8")
    assert load_brief(bare).candidates == ()
