"""The example with impeccable governance, to be bent in one place, and what a rule finds in it."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from toolkit.appraise.example import example_roster
from toolkit.review.lint.lint import lint
from toolkit.scheme.change import replace_at
from toolkit.scheme.example import example_schemes
from toolkit.scheme.scheme import Schemes

GOVERNANCE: dict[str, Any] = {
    "published": "monthly",
    "publishes": ["rules", "team_results", "honours"],
    "appeal_days": 10,
    "consulted": ["employee_representatives"],
    "consulted_on": dt.date(2025, 12, 10),
    "announced_on": "2025-12-20",
    "review_every": "quarter",
    "interview_every": "month",
    "data_owner": "finance",
    "legal_checked": ["minimum_wage", "deductions", "privacy"],
}
FOLLOW_UP = {"missed_quarters": 2, "then": ["interview", "coaching", "training"]}
GOOD = {"governance": GOVERNANCE, "follow_up": FOLLOW_UP, "recognition": {"star_of_month": 1}}


def good(**changed: Any) -> Schemes:
    """The example with impeccable governance, and some parts put otherwise."""
    return replace_at(example_schemes(), {f"field_sales.{part}": v for part, v in (GOOD | changed).items()})


def governed(**entries: Any) -> Schemes:
    return good(governance={k: v for k, v in (GOVERNANCE | entries).items() if v is not None})


def found(code: str, schemes: Schemes, language: str = "en", **more: Any) -> list[tuple[str, str]]:
    """Where and what a rule finds, in whatever pack it is."""
    findings = lint(schemes, select=[code], packs=("core", "intl", "cn"), language=language, **more)
    return list(findings[["where", "message"]].itertuples(index=False, name=None))


def client(**fields: Any) -> Any:
    said = {"participants": example_roster(), "language": "zh", "start": dt.date(2026, 1, 1)}
    return SimpleNamespace(**{**said, "end": dt.date(2026, 3, 31), **fields})
