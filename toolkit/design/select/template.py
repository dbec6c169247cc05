"""A first `kpi_brief.yaml`: every wish with its default, and what it means in comments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from toolkit.catalogue.load import CATEGORIES
from toolkit.data.engagement import Engagement
from toolkit.design.select.brief import DEFAULT_CATEGORY, DEFAULT_VALUE, WHERE, Brief
from toolkit.documents import write_new
from toolkit.errors import DataError, Problem
from toolkit.language import pick, text

_WIDE = 26  # columns before a comment


def write_brief(client: Engagement, language: str | None = None) -> Path:
    """Write a commented first brief into an engagement; whole or not at all.

    Parameters
    ----------
    client : Engagement
    language : str, optional
        Of the comments; the engagement's own by default.

    Raises
    ------
    DataError
        There is one already.
    """
    path = client.folder / WHERE
    content = brief_text(client, language or client.language)
    try:
        write_new(path, content)
    except FileExistsError:
        raise DataError(Problem("select.brief_exists", WHERE)) from None
    return path


def brief_text(client: Engagement, language: str) -> str:
    """The brief as it is written: read back it gives the defaults, with the measured KPIs as candidates.

    Parameters
    ----------
    client : Engagement
    language : str
        Of the comments.
    """
    return "\n".join([*_head(client, language), *_rules(language), *_judged(client, language)]) + "\n"


def _head(client: Engagement, language: str) -> Iterator[str]:
    yield from (_comment("head", language), _comment("agree", language), "")
    yield _comment("candidates", language)
    yield "candidates:" if client.measured else "candidates: []"
    for name in client.measured:
        kpi = client.kpis[name]
        category = text(f"catalogue.category.{kpi.category}", language)
        yield _beside(f"  - {name}", f"{pick(kpi.name, language)} · {category}")


def _rules(language: str) -> Iterator[str]:
    brief = Brief()
    yield from ("", _beside(f"count: [{brief.count[0]}, {brief.count[1]}]", _said("count", language)))
    yield _beside("categories:", _said("categories", language))
    least, most = DEFAULT_CATEGORY
    for category in CATEGORIES:
        yield _beside(f"  {category}: [{least}, {most}]", text(f"catalogue.category.{category}", language))
    yield _beside("must_have: []", _said("must_have", language))
    yield _beside("exclude: []", _said("exclude", language))
    yield _beside("not_together: []", _said("not_together", language))
    yield _beside("may_stand_together: []", _said("may_stand_together", language))
    yield _beside(f"leading: {brief.leading}", _said("leading", language))
    yield _beside(f"result: {brief.result}", _said("result", language))
    yield _beside(f"weak: {brief.weak}", _said("weak", language))
    yield _beside("# unreliable: 4", _said("unreliable", language))
    yield _beside("data_cost:", _said("data_cost", language))
    yield f"  most: {brief.data_cost.most:g}"
    yield _beside(f"  default: {brief.data_cost.default:g}", _said("data_default", language))
    yield _beside("  each: {}", _said("data_each", language))


def _judged(client: Engagement, language: str) -> Iterator[str]:
    first = client.measured[0] if client.measured else "net_sales"
    yield from ("", _comment("serves", language))
    for number, objective in enumerate(client.objectives, 1):
        yield f"#   {number}: {' '.join(pick(objective.text, language).split())}"
    yield _beside("serves: {}", f"{_said('example', language)} {{{first}: {{1: 0.5}}}}")
    yield from ("", _comment("judgements", language))
    yield _beside(
        "judgements: {}",
        f"{_said('example', language)} {{{first}: {{influence: 0.7, clarity: 0.8, gaming: 0.2}}}}",
    )
    yield from ("", _comment("value", language))
    yield f"value: {{{', '.join(f'{name}: {share:.2f}' for name, share in DEFAULT_VALUE.items())}}}"
    price = Brief().price
    yield _beside(f"price: {{overlap: {price.overlap:g}, data: {price.data:g}}}", _said("price", language))


def _said(key: str, language: str) -> str:
    return text(f"select.brief.{key}", language)


def _comment(key: str, language: str) -> str:
    return f"# {_said(key, language)}"


def _beside(line: str, words: str) -> str:
    """A line with a comment; a client's own words stay on it."""
    return f"{line:<{_WIDE}} # {' '.join(words.split())}"
