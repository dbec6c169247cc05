"""Packs: what goes together for a role or an industry, each KPI with its reason."""

import re
from pathlib import Path
from typing import get_args

import pytest
from fontTools.ttLib import TTFont

from tests.test_texts import CHINESE, narrow_signs
from toolkit.assets import asset
from toolkit.catalogue import load as catalogue_module
from toolkit.catalogue.kpi import Industry, Role
from toolkit.catalogue.load import CATEGORIES, Pack, load_catalogue, load_packs
from toolkit.errors import DataError

KPIS = load_catalogue()
PACKS = load_packs()
ROLES = {
    "hunter", "key_account", "inside_sales", "channel", "store", "medical_rep", "customer_success", "manager",
}  # fmt: skip


def test_there_is_a_pack_for_every_role_asked_for_and_eight_industries() -> None:
    assert {name for name, pack in PACKS.items() if pack.by == "role"} == ROLES <= set(get_args(Role))
    industries = {name for name, pack in PACKS.items() if pack.by == "industry"}
    assert len(industries) >= 8 and industries <= set(get_args(Industry))


@pytest.mark.parametrize("pack", PACKS.values(), ids=list(PACKS))
def test_a_pack_mixes_the_four_categories_in_five_to_eight_kpis(pack: Pack) -> None:
    assert 5 <= len(pack.kpis) <= 8 and set(pack.kpis) <= set(KPIS)
    assert {KPIS[kpi].category for kpi in pack.kpis} == set(CATEGORIES)
    assert sum(KPIS[kpi].has_sql for kpi in pack.kpis) >= 5  # most can be measured at once


@pytest.mark.parametrize("pack", PACKS.values(), ids=list(PACKS))
def test_a_packs_kpis_suit_it(pack: Pack) -> None:
    """What it proposes must not be marked as made for others alone."""
    for name in pack.kpis:
        kpi = KPIS[name]
        made_for = kpi.roles if pack.by == "role" else kpi.industries
        wide = {"all"} if pack.by == "role" else {"all", "b2b"}
        assert pack.pack in made_for or wide & set(made_for), (pack.pack, name, made_for)


@pytest.mark.parametrize("pack", PACKS.values(), ids=list(PACKS))
def test_a_pack_is_told_in_both_languages(pack: Pack) -> None:
    have = TTFont(asset("templates", "report", "fonts", "NotoSansCJKsc-GB2312.otf")).getBestCmap()
    for told in (pack.name, pack.purpose, *pack.kpis.values()):
        assert set(told) == {"en", "zh"} and all(told.values())
        assert re.search(f"[{CHINESE}]", told["zh"]) and not re.search(f"[{CHINESE}]", told["en"])
        assert narrow_signs(told["zh"]) == [] and {c for c in told["zh"] if ord(c) not in have} == set()


def test_the_caller_may_change_what_it_got() -> None:
    load_packs().clear()
    assert load_packs() == PACKS


def test_a_pack_that_names_an_unknown_kpi_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packs = tmp_path / "packs.yaml"
    packs.write_text(
        "mine:\n  by: team\n  name: {en: Mine}\n  purpose: {en: Mine}\n  kpis: {}\n"
        "yours:\n  by: role\n  name: {en: Yours}\n  purpose: {en: Yours}\n"
        "  kpis:\n    net_sale: {en: Yours}\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(catalogue_module, "PACKS", packs)
    with pytest.raises(DataError) as error:
        load_packs()
    assert [(p.code, p.column, p.row, p.value) for p in error.value.problems] == [
        ("document.not_one_of", "mine.by", 2, "team"),
        ("catalogue.unknown_kpi", "yours.kpis", 11, "net_sale"),
    ]
    assert "net_sales" in str(error.value.problems[1])
