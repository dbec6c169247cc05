"""Clients whose scheme has four measures, or as many as a test asks for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.design.ask.weighing.forms import OWN, scheme
from tests.report.client import engagement, person
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement

Measures = Callable[[int], Engagement]


@pytest.fixture
def with_measures(tmp_path: Path) -> Measures:
    """A client of its own with so many measures in its scheme."""

    def made(count: int) -> Engagement:
        people = [person(1, name="王喆堃"), person(2), person(3), person(4, left_on="2026-03-31")]
        folder = tmp_path / f"client{count}"
        return load_engagement(engagement(folder, people, schemes=[scheme(count)], kpis=OWN))

    return made


@pytest.fixture
def client(with_measures: Measures) -> Engagement:
    """A client with four measures: Net sales, Customer visits, Win rate, New customers won."""
    return with_measures(4)
