"""A first `weight_brief.yaml`: every wish with its default, and what it means in comments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from toolkit.data.engagement import Engagement
from toolkit.design.weights.brief import WHERE, WeightBrief
from toolkit.documents import write_new
from toolkit.errors import DataError, Problem
from toolkit.language import percent, pick, text

_WIDE = 34  # columns before a comment


def write_weight_brief(client: Engagement, language: str | None = None) -> Path:
    """Write a commented first brief about weights into an engagement; whole or not at all.

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
    content = weight_brief_text(client, language or client.language)
    try:
        write_new(path, content)
    except FileExistsError:
        raise DataError(Problem("weigh.brief_exists", WHERE)) from None
    return path


def weight_brief_text(client: Engagement, language: str) -> str:
    """The brief as it is written: read back it gives the defaults.

    Parameters
    ----------
    client : Engagement
    language : str
        Of the comments.
    """
    parts = (_head(client, language), _judged(language), _limits(language), _acting(language))
    return "\n".join(line for part in parts for line in part) + "\n"


def _head(client: Engagement, language: str) -> Iterator[str]:
    yield from (_comment("head", language), _comment("agree", language), "")
    yield _comment("weighed", language)
    for scheme in client.schemes:
        for measure in scheme.measures:
            if measure.weight > 0:
                name = pick(client.kpis[measure.kpi].name, language)
                yield f"#   {scheme.name} · {measure.name} · {name} · {percent(measure.weight, language)}"
    yield _beside("schemes: []", _said("schemes", language))


def _judged(language: str) -> Iterator[str]:
    yield from ("", _beside("sides: {}", _said("sides", language)))
    example = "{directors: [D01, D02], representatives: [field_sales]}"
    yield f"#   {_said('example', language)} {example}"
    yield _beside("shares: {}", _said("shares", language))
    counts = ", ".join(f"{name}: {share:g}" for name, share in WeightBrief().counts.items())
    yield from ("", _comment("sources", language), f"sources: {{{counts}}}")
    yield _beside(f"data: {WeightBrief().data}", _said("data", language))


def _limits(language: str) -> Iterator[str]:
    brief = WeightBrief()
    least, most = brief.bounds.default
    yield from ("", _beside("bounds:", _said("bounds", language)))
    yield _beside(f"  default: [{least:.2f}, {most:.2f}]", _said("default", language))
    yield _beside("  measures: {}", _said("measures", language))
    yield _beside("  categories: {}", _said("categories", language))
    yield _beside(f"step: {brief.step:.2f}", _said("step", language))
    yield _beside("keep_order: true", _said("keep_order", language))
    yield _beside("never_raise: []", _said("never_raise", language))


def _acting(language: str) -> Iterator[str]:
    brief = WeightBrief()
    yield from ("", _beside("ranges:", _said("ranges", language)))
    yield _beside(f"  limit: {brief.ranges.limit:g}", _said("limit", language))
    yield _beside("  keep: []", _said("keep", language))
    yield _beside("outcome: null", _said("outcome", language))
    yield from ("", _comment("uncertainty", language))
    unsure = brief.uncertainty
    each = {"weights": unsure.weights, "targets": unsure.targets, "ranges": unsure.ranges}
    yield f"uncertainty: {{{', '.join(f'{name}: {x:g}' for name, x in each.items())}}}"
    yield from ("", _comment("adopt", language), "adopt: {step: agreed, on: null}")


def _said(key: str, language: str) -> str:
    return text(f"weigh.brief.{key}", language)


def _comment(key: str, language: str) -> str:
    return f"# {_said(key, language)}"


def _beside(line: str, words: str) -> str:
    """A line with a comment; a client's own words stay on it."""
    return f"{line:<{_WIDE}} # {' '.join(words.split())}"
