"""The words in which a scheme says what else was agreed: offered in the workbook, each explained beside it.

They are those that the linter and the month read. A client's own words stand beside them as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.language import text

ENTRIES: dict[str, tuple[str, ...]] = {
    "recognition": ("star_of_month", "star_of_quarter", "star_of_half", "star_of_year", "most_improved",
                    "promotion_candidates"),
    "follow_up": ("missed_quarters", "then"),
    "governance": ("published", "publishes", "appeal_days", "contact", "consulted", "consulted_on",
                   "announced_on", "review_every", "review_on", "interview_every", "data_owner",
                   "legal_checked", "approved_by", "four_eyes", "pilot"),
}  # fmt: skip


def entries(language: str) -> Iterator[tuple[str, str]]:
    """Each word with what it means and what may be agreed, in the order of the parts.

    Examples
    --------
    >>> dict(entries("en"))["appeal_days"]
    'calendar days to object after publication: 10'
    """
    for names in ENTRIES.values():
        for name in names:
            yield name, text(f"excel.entry.{name}", language)
