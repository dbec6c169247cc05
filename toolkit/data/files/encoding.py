"""The bytes of a text file → UTF-8: from the encoding declared, or the only one that the bytes allow."""

from __future__ import annotations

import re

from toolkit.errors import Problems

ENCODINGS = frozenset(
    {"utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "gb2312", "big5",
     "latin-1", "cp1252"}
)  # fmt: skip
_PLAIN = ("utf-8", "utf-8-sig")  # nothing to doubt: a mark at the start says that it is UTF-8
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_GUESSES = ("utf-8", "gb18030")
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")  # a character of GBK or Big5
_GB2312 = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")  # nearly every character of simplified Chinese
_COMMON = re.compile(rb"[\xa1-\xa9\xb0-\xd7][\xa1-\xfe]")  # its signs and its 3,755 common characters
_BIG5 = re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]")  # signs and the 5,401 common characters
_WESTERN = re.compile(r"[À-ÖØ-öø-ÿŒœŠšŽžŸ€£§°–—‘’“”…«»]")
_ODD_CASE = re.compile(r"[ß-öø-ÿ][A-ZÀ-ÖØ-Þ]")  # in a word, no capital follows a small accented letter
_SURE = 0.9  # share of the characters above 127 that must fit
_UNLIKELY = 0.7  # below this share the text is not simplified Chinese


def as_utf8(content: bytes, declared: str, where: str, problems: Problems) -> bytes | None:
    """Turn a text file into UTF-8 without a mark; None with the reason in `problems`.

    Parameters
    ----------
    content : bytes
        The whole file.
    declared : str
        Its encoding as said in `engagement.yaml`; empty where it is to be found, which is noted.

    Examples
    --------
    >>> problems = Problems()
    >>> as_utf8("姓名,区域".encode("gb18030"), "", "a.csv", problems).decode()
    '姓名,区域'
    >>> problems.notes[0].value
    'gb18030'
    """
    encoding = declared.lower()
    if encoding and encoding not in ENCODINGS:
        known = ", ".join(sorted(ENCODINGS))
        problems.add("data.unknown_encoding", where=where, value=declared, known=known)
        return None
    if encoding:
        return _declared(content, encoding, where, problems)
    encoding, text = _found(content)
    if not encoding:
        code = "data.null_characters" if b"\0" in content else "data.unreadable"
        at = content.find(b"\0") if b"\0" in content else _first_beyond_ascii(content)
        problems.add(code, where=where, row=content.count(b"\n", 0, at) + 1, value="utf-8")
        return None
    if encoding not in _PLAIN:
        problems.note("data.encoding_found", where=where, value=encoding, sample=_sample(text))
    return content if encoding == "utf-8" else text.encode()


def _first_beyond_ascii(content: bytes) -> int:
    return next((i for i, byte in enumerate(content) if byte > 127), 0)


def _sample(text: str) -> str:
    """The first words beyond plain letters, by which a reader sees whether the encoding is right."""
    return next((found[0] for found in re.finditer(r"[^\x00-\x7f]{1,12}", text)), text[:12].strip())


def _found(content: bytes) -> tuple[str, str]:
    """The encoding that the bytes show and the text in it; empty where more than one is possible."""
    if content[:2] in _MARKS:
        return _first_that_reads(content, "utf-16")
    if b"\0" in content:
        return _without_mark(content)
    encoding, text = _first_that_reads(content, "utf-8")
    if encoding:
        return ("utf-8-sig", text[1:]) if text.startswith("\ufeff") else (encoding, "")
    pairs = _PAIR.findall(content)
    simplified = _share(pairs, _GB2312)
    if simplified >= _SURE and _share(pairs, _COMMON) >= _UNLIKELY:
        return _first_that_reads(content, "gb18030")
    if simplified < _UNLIKELY:
        western = _western_text(content)
        if western:
            return "cp1252", western
        if _share(pairs, _BIG5) >= _SURE and len(pairs) > 1:
            return _first_that_reads(content, "big5")
    return "", ""


def _share(pairs: list[bytes], kind: re.Pattern[bytes]) -> float:
    return sum(kind.fullmatch(pair) is not None for pair in pairs) / max(len(pairs), 1)


def _first_that_reads(content: bytes, *encodings: str) -> tuple[str, str]:
    for encoding in encodings:
        try:
            return encoding, content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return "", ""


def _without_mark(content: bytes) -> tuple[str, str]:
    """UTF-16 that begins without its mark: the null halves of its Latin characters all stand on one side."""
    sides = {at % 2 for at in (m.start() for m in re.finditer(rb"\0", content[:20_000]))}
    if len(sides) != 1 or len(content) % 2:
        return "", ""
    encoding, text = _first_that_reads(content, "utf-16-le" if sides == {1} else "utf-16-be")
    return (encoding, text) if "\0" not in text and text.isprintable() | ("\n" in text) else ("", "")


def _western_text(content: bytes) -> str:
    """The text in Windows' Western encoding where its special characters are letters within words."""
    _, text = _first_that_reads(content, "cp1252")
    special = [character for character in text if ord(character) > 127]
    fitting = sum(_WESTERN.fullmatch(character) is not None for character in special)
    runs = re.search(r"[^\x00-\x7f]{3}", text)  # Chinese read so is a row of accents
    sure = bool(special) and fitting >= _SURE * len(special) and not runs and not _ODD_CASE.search(text)
    return text if sure else ""


def _declared(content: bytes, encoding: str, where: str, problems: Problems) -> bytes | None:
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding).removeprefix("\ufeff")
        if not _is_other(content, encoding):
            return text.encode()
        at = _first_beyond_ascii(content)
    except UnicodeDecodeError as error:
        at = error.start
    found = _likely(content, encoding)
    code = "data.wrong_encoding" if found else "data.unreadable"
    problems.add(code, where=where, row=content.count(b"\n", 0, at) + 1, value=encoding, found=found)
    return None


def _is_other(content: bytes, encoding: str) -> bool:
    """Bytes that an encoding turns into some text, though they plainly are in another one.

    Almost any bytes pass as GB 18030 or Latin-1, but Chinese that is not UTF-8 hardly ever passes as UTF-8.
    """
    has_mark = content[:2] in _MARKS
    if encoding in ("utf-16-le", "utf-16-be"):
        return b"\0" not in content
    if encoding == "utf-16" or has_mark:
        return has_mark != (encoding == "utf-16")
    if b"\x00" in content:
        return True
    if encoding.startswith("utf-8") or content.isascii():
        return False
    return _likely(content, encoding) == "utf-8"


def _likely(content: bytes, not_this: str) -> str:
    """The first encoding that reads the whole content: a proposal, to be confirmed by the reader."""
    if content[:2] in _MARKS:
        return "utf-16"
    if b"\0" in content:
        return _without_mark(content)[0]
    return _first_that_reads(content, *(e for e in _GUESSES if e != not_this))[0]
