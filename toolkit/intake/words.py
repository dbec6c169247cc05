"""What columns, tables and words are called: the bilingual dictionary, and how like it a client's name is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from toolkit.data.tables import TABLES
from toolkit.documents import load_document

_HERE = Path(__file__).parent
LOOSE = 0.75  # what a name that may mean something else counts
_DECORATED, _ENDING, _SLIP = 0.85, 0.7, 0.8  # name with an addition; ends in a known name; a slip of the pen
_ALIKE = 88  # rapidfuzz's ratio from which two names differ by a slip
_SHORT = {"nps": "NPS"}
_UNITS = re.compile(r"[(\[（【][^()\[\]（）【】]*[)\]）】]")
_ADDED = ("id", "no", "number", "code", "name", "编号", "编码", "代码", "名称", "姓名", "工号", "号")
_BEFORE = ("crm", "sf", "hs", "对应", "所属", "关联", "相关", "原")
# A known name with one of these before it is another thing: the expected closing date is no closing date.
_OTHER = (
    "expected", "planned", "estimated", "last", "next", "modified", "previous", "target", "forecast",
    "预计", "计划", "期望", "最近", "最后", "上次", "下次", "修改", "预测", "目标", "累计",
)  # fmt: skip


@dataclass(frozen=True)
class Names:
    """What a column may be called: names that mean it, and those that may mean something else too."""

    sure: frozenset[str]
    loose: frozenset[str]


def plain(name: str) -> str:
    """A name without case, width, spaces, signs and units in brackets.

    Examples
    --------
    >>> plain("Close_Date (UTC)"), plain("签单金额（元）*")
    ('closedate', '签单金额')
    """
    wide = unicodedata.normalize("NFKC", name).casefold()
    bare = _UNITS.sub("", wide) or wide
    return "".join(c for c in bare if c.isalnum() or c in "√×✓✗") or wide.strip()


def tokens(name: str) -> list[str]:
    """A name's words: `OpportunityOwner_id` is opportunity, owner, id; Chinese stays whole."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", unicodedata.normalize("NFKC", name))
    return [part for part in re.split(r"[\W_]+", spaced.casefold()) if part]


@cache
def asked_columns() -> Mapping[str, Any]:
    """What each table and column is called when a client is asked for it (columns.yaml)."""
    return dict(load_document(_HERE / "columns.yaml").data)


@cache
def _document(name: str) -> Mapping[str, Any]:
    return dict(load_document(_HERE / name).data)


@cache
def column_names(table: str, column: str) -> Names:
    """The names of a standard column in both languages: its own, the form's, and those that exports use."""
    document = _document("synonyms.yaml")
    everywhere = document["everywhere"].get(column, {})
    # A register's own key may bear names that elsewhere point to it, and more.
    here = document.get(table, {}).get("columns", {}).get(column, {})
    form = asked_columns().get(table, {}).get("columns", {}).get(column, {})
    own = [column, *(form[language][0] for language in ("en", "zh") if form)]
    sure = {plain(str(n)) for n in [*own, *everywhere.get("names", ()), *here.get("names", ())]}
    listed = {plain(str(n)) for n in [*everywhere.get("loose", ()), *here.get("loose", ())]}
    narrowed = {plain(str(n)) for n in here.get("loose", ())}
    return Names(frozenset(sure - narrowed), frozenset(listed - (sure - narrowed)))


def name_score(table: str, column: str, header: str) -> float:
    """How surely a client's column name means a standard column, 0 to 1.

    Examples
    --------
    >>> name_score("deals", "closed_on", "Close Date"), name_score("deals", "amount", "备注")
    (1.0, 0.0)
    """
    names = column_names(table, column)
    return max(_score(header, names.sure), LOOSE * _score(header, names.loose))


def _score(header: str, names: frozenset[str]) -> float:
    compact = plain(header)
    if compact in names:
        return 1.0
    for added in _ADDED:
        if compact.endswith(added) and compact.removesuffix(added) in names:
            return _DECORATED
    for before in _BEFORE:
        if compact.startswith(before) and compact.removeprefix(before) in names:
            return _DECORATED
    if any(other in compact for other in _OTHER):
        return 0.0
    best = max((_ends(header, compact, name) for name in names), default=0.0)
    if best == 0.0 and len(compact) > 5 and compact.isascii():
        best = _SLIP if any(fuzz.ratio(compact, name) >= _ALIKE for name in names) else 0.0
    return best


def _ends(header: str, compact: str, name: str) -> float:
    """A known name at the end, the longer the surer; English only at a word's edge."""
    if not compact.endswith(name) or len(name) * 2 < len(compact) or len(name) < 2:
        return 0.0
    if compact.isascii():
        words = tokens(header)
        if not any("".join(words[i:]) == name for i in range(len(words))):
            return 0.0
    return _ENDING * (0.6 + 0.4 * len(name) / len(compact))


def file_score(table: str, name: str) -> float:
    """How surely a file's or a sheet's name is that of a standard table, 0 to 1.

    Examples
    --------
    >>> file_score("participants", "sales_teams"), file_score("payments", "回款记录2026")
    (1.0, 1.0)
    """
    bare = plain(re.sub(r"\d+", "", name))
    form = asked_columns()[table]["label"] if table in asked_columns() else {}
    hints = {plain(str(h)) for h in _document("synonyms.yaml").get(table, {}).get("files", ())}
    hints |= {plain(label) for label in form.values()} | {table}
    parts = tokens(re.sub(r"\d+", " ", name))
    words = {"".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)}
    best = 0.0
    for hint in hints:
        if hint == bare:
            return 1.0
        if hint in bare and (not hint.isascii() or hint in words):
            best = max(best, 0.5 + 0.4 * len(hint) / len(bare))
    return best


@cache
def known_words(table: str, column: str) -> Mapping[str, str]:
    """The words that clients use in a column of few words → the toolkit's; empty where any word will do."""
    document = _document("values.yaml")
    spec = TABLES[table].columns.get(column)
    key = f"{table}.{column}"
    if key not in document and spec is not None and set(spec.choices) == {"yes", "no"}:
        key = "yes_no"
    listed: Mapping[str, Iterable[object]] = document.get(key, {})
    own = {plain(word): word for word in listed}
    return own | {plain(str(w)): word for word, those in listed.items() for w in those}


def client_words(table: str, column: str, language: str) -> dict[str, str]:
    """One client's word for each of the toolkit's, for a form's list: `{赢单: won, …}`."""
    document = _document("values.yaml")
    spec = TABLES[table].columns[column]
    key = f"{table}.{column}"
    is_yes_no = set(spec.choices) == {"yes", "no"}
    listed = document["yes_no"] if is_yes_no else document.get(key, {})
    out: dict[str, str] = {}
    for word, those in listed.items():
        if language == "zh":
            out[next(str(w) for w in those if not str(w).isascii())] = str(word)
        else:
            shown = str(word).replace("_", " ")
            out[_SHORT.get(shown) or shown[:1].upper() + shown[1:]] = str(word)
    return out
