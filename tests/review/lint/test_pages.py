"""The pages of the rules are what the cards say."""

from pathlib import Path

import pytest

from tests.repository.checkout import ROOT
from toolkit.errors import SchemeError
from toolkit.review.lint.cards import load_cards
from toolkit.review.lint.pages import FOLDER, explain, index, pages, table, write_pages

AGAIN = "run python -m toolkit.review.lint.pages"


def test_the_folder_holds_what_the_cards_say() -> None:
    there = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / FOLDER).glob("*.md")}
    assert set(there) == set(pages()), AGAIN
    assert [name for name, content in pages().items() if there[name] != content] == [], AGAIN


def test_pages_are_written_and_old_ones_go(tmp_path: Path) -> None:
    (tmp_path / "X99.md").write_text("a rule of yesterday", encoding="utf-8")
    write_pages(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"README.md", *(f"{c}.md" for c in load_cards())}


def test_a_page_says_everything_on_the_card_in_both_languages() -> None:
    page, card = pages()["G10.md"], load_cards()["G10"]
    for language in ("en", "zh"):
        for part in ("what", "why", "example", "instead", "may_not_apply"):
            assert getattr(card, part)[language] in page
    for words in ("hit_probability = 0.65", "Feller", "our own reasoning", "packs: core", "规则包：core"):
        assert words in page


def test_the_index_links_every_page_in_both_languages() -> None:
    said = index(load_cards())
    for code, card in load_cards().items():
        assert said.count(f"[{code}]({code}.md)") == 2
        assert card.slug in pages()[f"{code}.md"]
    assert "\n## 中文" in said and "### G Governance" in said


def test_what_looks_like_a_tag_or_a_column_is_text() -> None:
    assert all("|" not in cell.replace("\\|", "") for row in _cells(index(load_cards())) for cell in row)


def _cells(said: str) -> list[list[str]]:
    rows = [line for line in said.splitlines() if line.startswith("| [")]
    parted = [row.replace("\\|", "¦").strip("| ").split(" | ") for row in rows]
    assert rows and {len(cells) for cells in parted} == {7}
    return parted


def test_the_table_has_a_row_a_rule() -> None:
    rows = {row[0]: row for row in table(load_cards(), "zh")}
    assert set(rows) == set(load_cards())
    assert rows["M01"][1:5] == ("指标过少", "警告", "考核表", "core")


def test_a_rule_is_explained_by_code_or_name() -> None:
    assert explain("too_few_kpis", "en") == explain("m01", "en")
    said = explain("M01", "en")
    assert said.startswith("M01 too_few_kpis · Too few KPIs\nwarning · packs: core · looks at: scorecard")
    assert "least = 5, most = 8" in said and "accepted: [{rule: M01, reason: …}]" in said
    assert "Needs: client" in explain("G16", "en")


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(SchemeError, match="there is no lint rule «Z01»"):
        explain("Z01", "en")
