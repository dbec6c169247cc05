"""What is kept of a study comes back equal; what was damaged or has aged is said."""

import dataclasses
import math
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import toolkit as tk
from toolkit.assets import asset
from toolkit.design.weights.save import inputs_of, load_weights, save_weights
from toolkit.design.weights.study import COLUMNS, SchemeWeights, WeightStudy, empty
from toolkit.errors import DataError

BLANK = math.nan


@pytest.fixture
def client(tmp_path: Path) -> Any:
    shutil.copytree(
        asset("templates", "engagements", "adventureworks"),
        tmp_path / "client",
        ignore=shutil.ignore_patterns("decisions", "weight_brief.yaml"),
    )
    return tk.load_engagement(tmp_path / "client")


def study(client: Any) -> WeightStudy:
    """A row or two in every table, blanks and Chinese among them."""
    table = pd.DataFrame(
        [
            ["sales", "net_sales", 0.6, 0.55, 0.5, 0.7, 0.63, 0.51, 0.58, 0.5, BLANK, BLANK, 0.55, "more"],
            ["visits", "visits", 0.4, 0.45, 0.3, 0.5, 0.37, BLANK, 0.42, 0.5, BLANK, BLANK, 0.45, "less"],
        ],
        columns=list(COLUMNS["table"]),
    )
    judges = pd.DataFrame(
        [
            ["S001", "王伟", "directors", "pairwise", 0.5, 0.04, 0.1, False, 0.2, False, 0.6, 0.4],
            ["S002", "", "", "points", 0.5, BLANK, BLANK, False, BLANK, True, 0.7, 0.3],
        ],
        columns=[*COLUMNS["judges"], "sales", "visits"],
    )
    sobol = pd.DataFrame([["weights", 0.1, 0.05, 0.15, 0.2, 0.1, 0.3]], columns=list(COLUMNS["sobol"]))
    pairs = pd.DataFrame(
        [["S001", "sales", "visits", 3.0, 2.0, 0.12, 0.05]], columns=list(COLUMNS["pairs_to_revisit"])
    )
    stages = pd.DataFrame([["agreed", 0.23, 88.0, 0.7, False]], columns=list(COLUMNS["stages"]))
    one = SchemeWeights(
        scheme="reseller_commission@2010-12",
        table=table,
        judges=judges,
        sobol=sobol,
        stages=stages,
        pairs_to_revisit=pairs,
        agreement={"w": 0.62, "judges": 2, "descriptive": True, "p_value": BLANK},
        refused=(("outcome", {"en": "too few", "zh": "太少"}),),
        words={"en": ("One.", "Two."), "zh": ("一。", "二。")},
        reasons=({"en": "more", "zh": "多"}, {"en": "less", "zh": "少"}),
        facts={"n": 70, "as_if": False, "period": "2026-Q1", "side_names": ["directors"]},
    )
    return WeightStudy((one,), inputs_of(client), seed=7)


def test_what_is_saved_comes_back(client: Any) -> None:
    given = study(client)
    path = save_weights(client, given)
    assert path.relative_to(client.folder).as_posix() == "decisions/weights.yaml"
    back = load_weights(client, "en")
    assert back is not None and not back.stale and back.seed == 7 and back.inputs == given.inputs
    for name in COLUMNS:
        wanted = getattr(given.schemes[0], name).astype(getattr(back.schemes[0], name).dtypes.to_dict())
        pd.testing.assert_frame_equal(getattr(back.schemes[0], name), wanted)
    one = back["reseller_commission"]
    assert one.agreement == {"w": 0.62, "judges": 2, "descriptive": True, "p_value": None}
    assert one.refused == (("outcome", {"en": "too few", "zh": "太少"}),)
    assert one.words["zh"] == ("一。", "二。") and one.facts["n"] == 70
    assert one.pairs_to_revisit["first"].tolist() == ["sales"] and one.sobol["first"].tolist() == [0.1]


def test_reasons_are_told_in_either_language(client: Any) -> None:
    save_weights(client, study(client))
    back = load_weights(client, "zh")
    assert (
        back is not None and back.language == "zh" and back.schemes[0].table["why"].tolist() == ["多", "少"]
    )
    assert back.told_in("en").schemes[0].table["why"].tolist() == ["more", "less"]


def test_a_study_ages_with_what_it_rests_on(client: Any) -> None:
    save_weights(client, study(client))
    (client.folder / "weight_brief.yaml").write_text("step: 0.1\n", encoding="utf-8")
    aged = load_weights(client)
    assert aged is not None and aged.stale


def test_nothing_saved_is_nothing_loaded(client: Any) -> None:
    assert load_weights(client) is None


@pytest.mark.parametrize(
    "content", ["schema: kpi-weights/0\n", "[]\n", "schema: kpi-weights/1\nschemes: 3\n"]
)
def test_a_damaged_study_is_refused(client: Any, content: str) -> None:
    (client.folder / "decisions").mkdir()
    (client.folder / "decisions" / "weights.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_weights(client)
    assert [p.code for p in caught.value.problems] == ["weigh.not_a_study"]


def test_a_table_of_a_study_has_its_columns_without_rows() -> None:
    assert all(tuple(empty(name)) == columns for name, columns in COLUMNS.items())
    assert empty("sobol")["first"].dtype == "float64"


def test_a_scheme_that_is_not_in_the_study_is_a_key_error(client: Any) -> None:
    given = study(client)
    assert given["reseller_commission@2010-12"].scheme == given["reseller_commission"].scheme
    with pytest.raises(KeyError):
        given["field_sales"]


def test_a_study_is_frozen(client: Any) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        study(client).seed = 1  # type: ignore[misc]
