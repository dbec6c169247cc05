"""The language an engagement names, read from its document alone."""

from __future__ import annotations

from pathlib import Path

from toolkit.documents import load_document
from toolkit.errors import ToolkitError
from toolkit.language import LANGUAGES


def own_language(folder: Path) -> str:
    """The language that an engagement names, before it is known to be sound; English where it names none."""
    try:
        content = load_document(folder / "engagement.yaml", "engagement.yaml").data
    except ToolkitError:  # loading it for good says what is wrong
        return "en"
    named = content.get("language") if isinstance(content, dict) else None
    return named if named in LANGUAGES else "en"
