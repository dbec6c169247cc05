"""Names that mean the same and are written otherwise: `GTXPro` and `GTX Pro`, `Acme Corp` and `ACME Corp.`.

Pairs are proposed, never merged. Names are compared only with their neighbours in three orders (by their
letters, by their letters backwards, by their words), so that 200,000 of them take seconds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

_LEGAL = re.compile(
    r"(股份有限公司|有限责任公司|有限公司|集团公司|公司)$"
    r"|\b(incorporated|inc|corporation|corp|company|co|limited|ltd|llc|llp|plc|gmbh|ag|kg|bv|nv|sa|srl|spa"
    r"|pty|pte|oy|ab|as)\b\.?"
)
_APART = re.compile(r"[^\w]+|_")
_DIGITS = re.compile(r"\d+")
_CHINESE = re.compile("[\u3400-\u9fff]")
# Characters that tell one branch, product or brother from the next: never a slip of the pen.
_ORDINAL = set("一二三四五六七八九十甲乙丙丁东南西北中左右上下大小老新前后内外男女")
_PLACES = re.compile(
    "north|south|east|west|upper|lower|inner|outer|first|second|third"
)  # and Northeast, Northwest
_WORD = 6  # letters from which one slip in a word is likelier than another word
_LONG_WORD = 9  # and from which two are
_CHINESE_NAME = 8  # characters from which one more or less is likelier a slip than another company
_NEIGHBOURS = 4  # names after it that a name is compared with, in each order


def normal(name: str) -> str:
    """A name without what does not tell names apart: case, width, spaces, signs, the legal form.

    Examples
    --------
    >>> normal("ACME Corp."), normal("Ａｃｍｅ　Corp"), normal("GTX-Pro"), normal("华东机械有限公司")
    ('acme', 'acme', 'gtxpro', '华东机械')
    """
    return "".join(words(name))


def words(name: str) -> list[str]:
    """A name's words, as `normal` takes them; the whole name where only its legal form would be left."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("&", " and ")
    plain = re.sub(r"[（(]\s*(.*?)\s*[)）]", r" \1 ", plain)
    kept = [word for word in _APART.split(_LEGAL.sub(" ", plain.strip())) if word]
    return kept or [word for word in _APART.split(plain) if word] or [name]


def alike(a: str, b: str) -> bool:
    """Whether two names are most likely one, written in two ways.

    Equal once normalised; or one slip in one long word. Digits that differ are different things, and so are
    short words and short Chinese names.

    Examples
    --------
    >>> alike("GTXPro", "GTX Pro"), alike("Globex Systems", "Globex Sytems")
    (True, True)
    >>> alike("Store 101", "Store 102"), alike("王伟", "王伟强"), alike("Acme East", "Acme West")
    (False, False, False)
    """
    first, second = words(a), words(b)
    if "".join(first) == "".join(second):
        return True
    for telling in (_DIGITS, _PLACES):
        if telling.findall(" ".join(first)) != telling.findall(" ".join(second)):
            return False
    if _CHINESE.search(a) or _CHINESE.search(b):
        return _alike_chinese("".join(first), "".join(second))
    if sorted(first) == sorted(second):  # the words in another order
        return True
    if len(first) == len(second):
        differing = [(x, y) for x, y in zip(first, second, strict=True) if x != y]
        return len(differing) == 1 and _slip(*differing[0])
    return False


def _slip(x: str, y: str) -> bool:
    shorter = min(len(x), len(y))
    if shorter < _WORD or x.isdigit() or y.isdigit():
        return False
    return bool(OSA.distance(x, y) <= (2 if shorter >= _LONG_WORD else 1))


def _alike_chinese(x: str, y: str) -> bool:
    """One character more, less or swapped in a long name, and none that numbers or places a branch."""
    if min(len(x), len(y)) < _CHINESE_NAME or OSA.distance(x, y) != 1:
        return False
    if len(x) == len(y):  # one character for another is another company, unless two stand the wrong way round
        return sorted(x) == sorted(y)
    return not set(x).symmetric_difference(y) & _ORDINAL


def pairs(names: Iterable[str], *, exact: bool = False) -> list[tuple[str, str]]:
    """Pairs of different names that are most likely one.

    Parameters
    ----------
    names : iterable of str
        Distinct names.
    exact : bool
        Only those that are equal once normalised, as for names of people.

    Returns
    -------
    list of tuple
        Pairs in alphabetical order, the surest (equal once normalised) first.

    Examples
    --------
    >>> pairs(["Acme Corp", "Globex", "ACME Corp."])
    [('ACME Corp.', 'Acme Corp')]
    """
    listed = sorted(dict.fromkeys(names))
    split = {name: words(name) for name in listed}
    keys = {name: "".join(parts) for name, parts in split.items()}
    groups: dict[str, list[str]] = {}
    for name, key in keys.items():
        groups.setdefault(key, []).append(name)
    same = [(a, b) for group in groups.values() for a, b in pairwise(group)]
    if exact:
        return same
    firsts = {key: group[0] for key, group in groups.items()}
    # Names whose numbers differ are different things: only those of equal numbers are compared at all.
    alike_in_numbers: dict[tuple[str, ...], list[str]] = {}
    for key, name in firsts.items():
        numbers = tuple(_DIGITS.findall(" ".join(split[name]))) if _DIGITS.search(name) else ()
        alike_in_numbers.setdefault(numbers, []).append(key)
    found: set[tuple[str, str]] = set()
    for some in alike_in_numbers.values():
        if len(some) > 1:
            by_words = sorted(some, key=lambda key: sorted(split[firsts[key]]))
            for order in (sorted(some), sorted(some, key=lambda key: key[::-1]), by_words):
                found.update(_neighbours(order))
    return same + [(firsts[a], firsts[b]) for a, b in sorted(found) if alike(firsts[a], firsts[b])]


def _neighbours(order: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Neighbours in an order that differ by two characters at most, or only in the order of their words."""
    for step in range(1, _NEIGHBOURS + 1):
        near, far = order[:-step], order[step:]
        if not near:
            return
        distances = process.cpdist(near, far, scorer=OSA.distance, score_cutoff=2)
        for a, b, distance in zip(near, far, distances.tolist(), strict=True):
            if distance <= 2 or (len(a) == len(b) and sorted(a) == sorted(b)):
                yield (a, b) if a < b else (b, a)


class Known:
    """Names known, to be asked for the one that another name probably means.

    Examples
    --------
    >>> Known(["GTX Pro", "GTX Plus Pro"]).near("GTXPro"), Known(["GTX Pro"]).near("MG Advanced")
    ('GTX Pro', '')
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(dict.fromkeys(names))
        self.by_normal = {normal(name): name for name in reversed(self.names)}

    def near(self, name: str) -> str:
        """The known name most like this one; blank if none is like it."""
        key = normal(name)
        if key in self.by_normal:
            return self.by_normal[key]
        close = process.extract(key, list(self.by_normal), scorer=OSA.distance, score_cutoff=2, limit=5)
        return next((self.by_normal[k] for k, _, _ in close if alike(name, self.by_normal[k])), "")
