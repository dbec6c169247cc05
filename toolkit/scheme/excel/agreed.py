"""What else was agreed, of whatever shape the client wrote it in, as one cell and back."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from toolkit.documents import load_document

_WORD = re.compile(r"[^\W\d_][\w]*")
_RESERVED = {"yes", "no", "on", "off", "y", "n", "true", "false", "null", "none", "nan", "inf"}
_LISTED = ("[", "{", '"')  # a cell that begins so is read as a list, entries with names, or text in quotes


def as_cell(value: Any) -> Any:
    """A value as a cell holds it: numbers, days and yes/no themselves, lists and entries in brackets.

    Examples
    --------
    >>> as_cell(["coaching", "transfer_review"]), as_cell({"days": 10}), as_cell(3)
    ('[coaching, transfer_review]', '{days: 10}', 3)
    """
    if isinstance(value, Mapping | list | tuple) or value == "":
        return _flow(value)
    quoted = isinstance(value, str) and (value.startswith(_LISTED) or value != value.strip())
    return json.dumps(value, ensure_ascii=False) if quoted else value


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(str(key))}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    if isinstance(value, str):
        bare = _WORD.fullmatch(value) and value.lower() not in _RESERVED
        return value if bare else json.dumps(value, ensure_ascii=False)
    return value.isoformat() if isinstance(value, dt.date) else json.dumps(value)


def from_cell(value: Any) -> Any:
    """The value that a cell holds; brackets are read as strictly as a scheme's file.

    Raises
    ------
    DataError
        Brackets that are not closed, or a word in them that would be misread.

    Examples
    --------
    >>> from_cell("[coaching, transfer_review]"), from_cell(2.0), from_cell("monthly")
    (['coaching', 'transfer_review'], 2, 'monthly')
    """
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, str) or not value.startswith(_LISTED):
        return value
    with TemporaryDirectory() as folder:  # the strict reader reads files
        path = Path(folder, "cell.yaml")
        path.write_text(f"value: {value}\n", encoding="utf-8")
        return load_document(path, "cell").data["value"]
