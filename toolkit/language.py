"""Every text in English and Chinese, and how numbers, money and dates are written in each.

Texts live in `toolkit/texts/*.yaml` as `key: {en: ..., zh: ...}`; the two are written separately, not
translated word by word. A text's values are named in braces.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from toolkit.errors import Problem, ToolkitError, use_wording

LANGUAGES = ("en", "zh")
_MINUS = "−"
_LONGEST = 80  # characters of a client's value that a message shows


@cache
def texts() -> dict[str, dict[str, object]]:
    """All texts by key; a key that stands in two files is refused.

    Returns
    -------
    dict
        key → {"en": str, "zh": str}, for problems also "remedy": {"en": str, "zh": str}.
    """
    import yaml

    found: dict[str, dict[str, object]] = {}
    for path in sorted((Path(__file__).parent / "texts").glob("*.yaml")):
        entries = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for key, entry in (entries or {}).items():  # a file begun with its comment alone
            if key in found:
                raise KeyError(f"{path.name}: the text {key!r} stands in two files")
            found[key] = entry
    return found


def has_text(key: str) -> bool:
    """Whether a text of this key exists."""
    return key in texts()


def text(key: str, /, language: str, **values: object) -> str:
    """A text in a language with its values put in.

    Raises
    ------
    KeyError
        The key or one of the values it names does not exist.

    Examples
    --------
    >>> text("term.weight", "zh")
    '权重'
    """
    return str(texts()[key][language]).format_map(values)


def pick(bilingual: Mapping[Any, str] | str | None, language: str) -> str:
    """A client's own bilingual text in a language, else in the other one it was given in.

    Examples
    --------
    >>> pick({"en": "Field sales", "zh": "外勤销售"}, "zh")
    '外勤销售'
    """
    if bilingual is None or isinstance(bilingual, str):
        return bilingual or ""
    return bilingual.get(language) or next(iter(bilingual.values()), "")


def describe(problem: Problem, language: str = "en", *, remedied: bool = True) -> str:
    """A problem in words: where, what is wrong and, unless not asked for, what to do."""
    values = {**problem.values, "value": _shown(problem.value)}
    entry = texts()[problem.code]
    remedy = entry.get("remedy")
    said = text(problem.code, language, **values)
    place = _place(problem, language)
    mend = str(remedy[language]).format_map(values) if remedied and isinstance(remedy, dict) else ""
    if language == "zh":
        return f"{place}：{said}。{mend}" if place else f"{said}。{mend}"
    return f"{place}: {said}. {mend}".rstrip() if place else f"{said}. {mend}".rstrip()


def _place(problem: Problem, language: str) -> str:
    parts = [problem.where]
    if problem.row is not None:
        is_document = problem.where.endswith((".yaml", ".yml"))
        parts.append(text("place.line" if is_document else "place.row", language, row=problem.row))
    if problem.column:
        parts.append(problem.column)
    return ("，" if language == "zh" else ", ").join(p for p in parts if p)


def _shown(value: object) -> object:
    if isinstance(value, str):
        return f"«{value}»" if len(value) <= _LONGEST else f"«{value[:_LONGEST]}…»"
    shown = str(value)
    return value if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def describe_error(error: ToolkitError, language: str = "en") -> list[str]:
    """Every problem of an error in words, in the order found."""
    return [describe(p, language) for p in error.problems]


def number(x: float | Decimal | None, language: str, digits: int = 0) -> str:
    """A number with thousands separated and a true minus; a dash where there is none.

    Rounded half up, as a spreadsheet shows it and as money is rounded: 88.5 is 89 (Python's own is 88).

    Examples
    --------
    >>> number(-12345.678, "en", 1)
    '−12,345.7'
    """
    if _absent(x):
        return "–"
    exact = _exact(x)
    if exact.is_infinite():
        return f"{_MINUS}∞" if exact < 0 else "∞"
    with localcontext(rounding=ROUND_HALF_UP):
        shown = f"{exact:,.{digits}f}"
    return f"{_MINUS}{shown[1:]}" if shown.startswith("-") and shown.strip("-0.,") else shown.lstrip("-")


def _exact(x: object) -> Decimal:
    """The decimal that a number is written as."""
    return x if isinstance(x, Decimal) else Decimal(str(x))


def percent(x: float | None, language: str, digits: int = 0, *, signed: bool = False) -> str:
    """A ratio as a percentage: `14 %` in English, `14%` in Chinese; signed shows the plus.

    Examples
    --------
    >>> percent(0.137, "en", signed=True)
    '+14 %'
    """
    if _absent(x):
        return "–"
    shown = number(_exact(x) * 100, language, digits)
    plus = "+" if signed and not shown.startswith(_MINUS) and shown.strip("0.,") else ""
    return f"{plus}{shown}{'%' if language == 'zh' else ' %'}"


def money(x: float | Decimal | None, currency: str, language: str) -> str:
    """Money in short, three digits carried: `1.24 m CNY`, `98.0 万元`, `3.50 亿美元`.

    Examples
    --------
    >>> money(980_000, "CNY", "en"), money(980_000, "CNY", "zh")
    ('980 k CNY', '98.0 万元')
    """
    if _absent(x):
        return "–"
    exact = _exact(x)
    step, name = _step(exact, _STEPS[language])
    scaled = exact / step
    digits = 0 if step == 1 or abs(scaled) >= Decimal("99.5") else 1 if abs(scaled) >= Decimal("9.95") else 2
    unit = currency_name(currency, language)
    gap = "" if name and not unit.isascii() else " "  # 万元 is one word, 万 KWD is two
    return f"{number(scaled, language, digits)}{' ' if name else ''}{name}{gap}{unit}"


_STEPS = {
    "en": ((10**9, "bn"), (10**6, "m"), (10**3, "k"), (1, "")),
    "zh": ((10**8, "亿"), (10**4, "万"), (1, "")),
}


def _step(exact: Decimal, steps: tuple[tuple[int, str], ...]) -> tuple[int, str]:
    """The step an amount is written in: the next one up where rounding would fill it (999,600 is 1.00 m)."""
    if exact.is_infinite():
        return steps[-1]
    for (step, name), (finer, _) in pairwise(steps):
        if (abs(exact) / finer).to_integral_value(ROUND_HALF_UP) * finer >= step:
            return step, name
    return steps[-1]


def currency_name(currency: str, language: str) -> str:
    """A currency as an amount names it: its code in English, its name in Chinese where that is known.

    Examples
    --------
    >>> currency_name("USD", "en"), currency_name("USD", "zh"), currency_name("KWD", "zh")
    ('USD', '美元', 'KWD')
    """
    key = f"currency.{currency}"
    return text(key, language) if has_text(key) else currency


def amount(x: Decimal | float | None, language: str, digits: int) -> str:
    """Money in full, to the minor unit (`money.minor_digits`), without its currency: `12,345.67`."""
    return number(x, language, digits)


def _absent(x: object) -> bool:
    """None, NaN, or a table's blank."""
    return x is None or str(x) in ("nan", "NaN", "<NA>", "NaT")


def day(date: dt.date | None, language: str) -> str:
    """A day: `5 March 2026`, `2026年3月5日`."""
    if _absent(date):
        return "–"
    assert date is not None
    if language == "zh":
        return f"{date.year}年{date.month}月{date.day}日"
    return f"{date.day} {text(f'month.{date.month}', 'en')} {date.year}"


def period_name(period: str, language: str) -> str:
    """A period in words: `Q1 2026`, `2026年第一季度`; `2026-03` is `March 2026`.

    Examples
    --------
    >>> period_name("2026-Q1", "zh"), period_name("2026-03", "en"), period_name("2026", "zh")
    ('2026年第一季度', 'March 2026', '2026年')
    """
    year, _, part = period.partition("-")
    if not part:
        return text("period.year", language, year=year)
    kind = {"Q": "quarter", "H": "half"}.get(part[0], "month")
    which = int(part) if kind == "month" else part[1:]
    return text("period.part", language, year=year, part=text(f"{kind}.{which}", language))


def listed(items: list[str], language: str) -> str:
    """`a, b and c`, `a、b和c`."""
    if len(items) < 2:
        return "".join(items)
    head, last = items[:-1], items[-1]
    return f"{'、'.join(head)}和{last}" if language == "zh" else f"{', '.join(head)} and {last}"


use_wording(describe)
