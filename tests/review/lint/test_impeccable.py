"""On an impeccable scheme for each pack, with a history in which nothing is wrong, nothing is found."""

from pathlib import Path

import pytest

from tests.review.lint.impeccable.firm import firm
from toolkit.appraise.appraisal import settle
from toolkit.data.load import load_engagement
from toolkit.review.lint.cards import load_cards
from toolkit.review.lint.lint import linted

TABLES = ("panel", "targets", "scorecard", "scores", "payouts", "components", "adjustments")


@pytest.mark.parametrize("seed", [7, 8, 9, 10])
@pytest.mark.parametrize("pack", ["core", "intl", "cn"])
def test_nothing_is_found_where_nothing_is_wrong(pack: str, seed: int, tmp_path: Path) -> None:
    client = load_engagement(firm(tmp_path / pack, pack, seed))
    found = settle(client)
    tables = {name: getattr(found, name) for name in TABLES}
    packs = [pack] if pack == "core" else ["core", pack]
    result = linted(found.schemes, client=client, packs=packs, participants=client.participants, **tables)
    assert result.findings[["code", "where", "message"]].values.tolist() == []
    # and nothing was passed over for want of data: the rules did look
    reading = {code for code, card in load_cards().items() if card.reads and set(card.packs) & set(packs)}
    assert len(reading) >= 15 and result.skipped.values.tolist() == []
