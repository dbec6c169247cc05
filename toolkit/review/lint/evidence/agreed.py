"""What people write under governance, recognition and follow-up, read as words, numbers and days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from toolkit.language import listed, text, texts
from toolkit.scheme.scheme import Scheme

ALL_CHECKED = "all"
_NOTHING = ("", "no", "none", "never", "无", "不公示")


def said(value: Any) -> list[str]:
    """The words of an entry: one, a list, or the keys that stand for something; nothing for `never`.

    Examples
    --------
    >>> said("monthly"), said(["coaching", "training"]), said({"star_of_month": 1, "club": 0}), said(None)
    (['monthly'], ['coaching', 'training'], ['star_of_month'], [])
    """
    if isinstance(value, Mapping):
        return [str(key) for key, worth in value.items() if said(worth)]
    if isinstance(value, list | tuple | set):
        return [word for item in value for word in said(item)]
    if value is None or value is False or value == 0:
        return []
    word = str(value).strip()
    return [] if word.casefold() in _NOTHING else [word]


def every_word(value: Any) -> list[str]:
    """All keys and words of an entry, however deep."""
    if isinstance(value, Mapping):
        return [word for key, item in value.items() for word in (str(key), *every_word(item))]
    if isinstance(value, list | tuple | set):
        return [word for item in value for word in every_word(item)]
    return said(value)


def number_said(value: Any) -> float | None:
    """A number; 0 where nothing is said; None for words, which may well say enough."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return None if said(value) else 0.0


def day_said(value: Any) -> dt.date | None:
    """A day, written as one or as text in ISO's form; None for anything else.

    Examples
    --------
    >>> day_said("2025-12-10"), day_said("before the start")
    (datetime.date(2025, 12, 10), None)
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:  # words: nothing can be compared
        return None


def unchecked(scheme: Scheme, needed: Iterable[str]) -> list[str]:
    """Of the matters of law that a part touches, those that `legal_checked` does not name."""
    value = scheme.governance.get("legal_checked")
    checked = [ALL_CHECKED] if value is True else said(value)
    return [] if ALL_CHECKED in checked else [matter for matter in needed if matter not in checked]


def in_words(key: str, names: Iterable[str], language: str) -> str:
    """Words of a vocabulary as a sentence lists them: `deductions and minimum wage`."""
    return listed([text(f"lint.{key}.{name}", language) for name in names], language)


def steps_said(words: Iterable[str], language: str) -> str:
    """What follows a missed result, as a sentence lists it: `dismissal and transfer`.

    Words that the linter does not know are said as they are written.

    Examples
    --------
    >>> steps_said(["transfer_review", "salary_review"], "en")
    'transfer after a review and salary review'
    """
    keys = [(word, f"lint.step.{word.strip().lower().replace(' ', '_')}") for word in words]
    known = texts()
    said_so = [text(key, language) if key in known else word.replace("_", " ") for word, key in keys]
    return listed(said_so, language)
