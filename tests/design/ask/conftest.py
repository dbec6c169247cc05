"""A small client with four people, two of them with names that are hard on a file."""

from pathlib import Path

import pytest

from tests.report.client import engagement, person
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement


def people() -> list[dict[str, object]]:
    """Four people: one with a Chinese name, one whose name begins like a formula, one who has left."""
    return [
        person(1, name="王喆堃", role="外勤销售"),
        person(2, name="=cmd|'/C calc'!A0"),
        person(3),
        person(4, left_on="2026-03-31"),
    ]


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Engagement:
    """The client, for tests that leave its folder alone."""
    return load_engagement(engagement(tmp_path_factory.mktemp("ask") / "client", people()))


@pytest.fixture
def client(tmp_path: Path) -> Engagement:
    """The client with a folder of its own."""
    return load_engagement(engagement(tmp_path / "client", people()))
