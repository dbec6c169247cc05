"""A statement each for everybody whom a month scores or pays, those included who have left."""

from pathlib import Path

import pytest

from tests.report.statement.cases import appraised
from tests.report.statement.test_change_sentences import PANEL, PEOPLE, RECORDS, SCHEME
from toolkit.appraise.appraisal import Appraisal
from toolkit.monthly.extras import due_people, write_statements
from toolkit.monthly.inputs import Inputs


@pytest.fixture(scope="module")
def appraisal(tmp_path_factory: pytest.TempPathFactory) -> Appraisal:
    return appraised(tmp_path_factory.mktemp("month"), SCHEME, PANEL, PEOPLE, RECORDS)


def inputs(found: Appraisal, period: str) -> Inputs:
    people = found.client.participants
    return Inputs(period, found.schemes, found.panel, found.targets, people, found.records)


def test_who_left_in_february_still_hears_of_march(appraisal: Appraisal) -> None:
    assert due_people(appraisal, inputs(appraisal, "2026-02")) == {"2026-02": ["p001", "p002", "p003"]}
    assert due_people(appraisal, inputs(appraisal, "2026-03")) == {"2026-03": ["p001", "p002", "p003"]}
    assert due_people(appraisal, inputs(appraisal, "2026-05")) == {"2026-05": ["p001", "p002"]}


def test_the_pages_are_written_in_order_and_hold_their_own_amounts(
    appraisal: Appraisal, tmp_path: Path
) -> None:
    write_statements(appraisal, inputs(appraisal, "2026-03"), tmp_path, "zh")
    pages = sorted((tmp_path / "statements").iterdir())
    assert [p.name for p in pages] == [f"000{n}_p00{n}_2026-03.html" for n in (1, 2, 3)]
    texts = [p.read_text(encoding="utf-8") for p in pages]
    assert "328.76" in texts[0] and "−14.78" in texts[2] and "328.76" not in texts[2]
