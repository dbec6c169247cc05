"""Finding KPIs by category, role, industry, pack and words."""

import pytest

from toolkit.catalogue.find import find_kpis, one_kpi
from toolkit.catalogue.load import load_catalogue, load_packs
from toolkit.errors import DataError

KPIS = load_catalogue()


def test_without_a_condition_everything_is_found() -> None:
    assert find_kpis() == KPIS


def test_a_role_finds_its_own_and_what_suits_any() -> None:
    found = find_kpis(role="store")
    assert {"average_transaction_value", "net_sales", "customer_satisfaction"} <= set(found)
    assert "coaching_days" not in found and "annual_contract_value" not in found
    assert find_kpis(role="all") == KPIS
    assert set(find_kpis(role="store", industry="retail")) == set(found) & set(find_kpis(industry="retail"))


def test_conditions_narrow_each_other() -> None:
    assert set(find_kpis(category="growth")) == {n for n, k in KPIS.items() if k.category == "growth"}
    assert list(find_kpis(category="quality", industry="insurance", search="cancel")) == ["cancellation_rate"]
    assert find_kpis(category="growth", search="churn") == {}


@pytest.mark.parametrize(
    ("words", "kpi"),
    [
        ("回款", "collection_rate"),
        ("回款率", "collection_rate"),
        ("Win Rate", "win_rate"),
        ("WIN RATE", "win_rate"),
        ("ｗｉｎ rate", "win_rate"),  # full width
        ("net_sales", "net_sales"),
        ("R02", "net_sales"),
        ("压货", "net_sales"),  # its gaming risk
        ("two customers one ticket", "average_transaction_value"),
        ("nps 净推荐值", "net_promoter_score"),  # words of both languages at once
        ("(nps)", "net_promoter_score"),  # brackets of either width
    ],
)
def test_words_are_found_in_either_language_ids_formula_and_risk(words: str, kpi: str) -> None:
    assert kpi in find_kpis(search=words)


def test_all_words_must_occur() -> None:
    both = find_kpis(search="customers lost")
    assert set(both) == set(find_kpis(search="customers")) & set(find_kpis(search="lost")) != set()
    assert find_kpis(search="customers zebra") == {} and find_kpis(search="   ") == KPIS


def test_a_pack_comes_in_its_own_order() -> None:
    for name, pack in load_packs().items():
        assert list(find_kpis(pack=name)) == list(pack.kpis)
    assert set(find_kpis(pack="hunter", category="quality")) == {"cancellation_rate"}


def test_every_unknown_condition_is_refused_at_once_with_the_known() -> None:
    with pytest.raises(DataError) as error:
        find_kpis(category="results", role="huntr", industry="steel", pack="hunters")
    assert [(p.code, p.column, p.value) for p in error.value.problems] == [
        ("catalogue.unknown_choice", "category", "results"),
        ("catalogue.unknown_choice", "role", "huntr"),
        ("catalogue.unknown_choice", "industry", "steel"),
        ("catalogue.unknown_choice", "pack", "hunters"),
    ]
    assert [p.values["near"].split(", ")[0] for p in error.value.problems[:2]] == ["result", "hunter"]  # type: ignore[attr-defined]
    assert "medical_rep" in str(error.value.problems[1]) and "fmcg" in str(error.value.problems[2])


def test_one_kpi_by_id_or_number() -> None:
    assert one_kpi("visits") is one_kpi("P26") is one_kpi("p26") is KPIS["visits"]


def test_an_unknown_kpi_is_refused_with_the_nearest() -> None:
    with pytest.raises(DataError) as error:
        one_kpi("net_sale")
    assert [p.code for p in error.value.problems] == ["catalogue.unknown_kpi"]
    assert "net_sales" in str(error.value)
