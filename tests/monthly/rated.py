"""A client whose scheme lets people rate each other, of twelve people in two teams."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.report.client import SCHEME, engagement, person

RATED: dict[str, Any] = {
    **SCHEME,
    "name": "rated",
    "measures": [
        {**SCHEME["measures"][0], "weight": 0.7},
        {
            "name": "teamwork",
            "kpi": "teamwork",
            "weight": 0.3,
            "raters": {"self": 0.1, "peer": 0.3, "manager": 0.6},
            "scoring": {"rating": [[1, 20], [2, 40], [3, 60], [4, 80], [5, 100]]},
        },
    ],
    "governance": {"appeal_days": 10},
    "recognition": {"star_of_month": 1, "star_of_quarter": 1, "most_improved": 1},
}
OWN = {
    "teamwork": {
        "name": {"en": "Teamwork", "zh": "团队协作"},
        "category": "growth",
        "unit": "points",
        "direction": "higher",
        # Never read: the scheme's raters give the value.
        "numerator": {"table": "activities", "sql": "count(*)", "date": "done_on"},
    }
}


def rated_client(folder: Path, people: int = 4, **more: Any) -> Path:
    """People p001, p002, ... in turn in North and South; Ms North and Mr South are their superiors."""
    roster = [person(at) for at in range(1, people + 1)]
    for line in roster:
        line["manager"] = {"North": "Ms North", "South": "=South"}[str(line["team"])]
    return engagement(folder, roster, schemes=[RATED], kpis=OWN, **more)
