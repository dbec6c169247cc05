"""What a file is by its content, and whether a packed one may be unpacked."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from toolkit.errors import Problems

_LARGEST = 512 * 2**20  # bytes unpacked: a million rows of ten columns have about 400 MB
_BOMB = 10 * 2**20  # bytes from which on a part's ratio is looked at
_RATIO = 200  # unpacked to packed; sheets have 5 to 40, a bomb a thousand
_PARTS = 10_000
_LOCAL_HEADER = 30  # bytes before the name of a packed part
_LATER = (  # kinds that begin with words
    (b"<!doctype html", "html"), (b"<html", "html"), (b"<table", "html"), (b"<meta", "html"),
    (b"mime-version:", "mht"), (b"<?mso-application", "xml"), (b"<workbook", "xml"), (b"{\\rtf", "rtf"),
)  # fmt: skip
_MAGIC = (
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"PAR1", "parquet"), (b"\x1f\x8b", "gzip"), (b"Rar!", "rar"), (b"7z\xbc\xaf", "7z"), (b"%PDF", "pdf"),
    (b"SQLite format 3\0", "sqlite"),
)  # fmt: skip


def kind_of(content: bytes) -> str:
    """What a file is, whatever its name says: zip, ole, parquet, html, …; "text" where nothing else shows.

    Examples
    --------
    >>> kind_of(b"PK\\x03\\x04..."), kind_of(b"  <TABLE><tr>"), kind_of(b"deal,rep")
    ('zip', 'html', 'text')
    """
    for mark, kind in _MAGIC:
        if content.startswith(mark):
            return kind
    start = content[:2000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"<?xml"):
        inner = start.partition(b"?>")[2].lstrip()
        return next((kind for mark, kind in _LATER if inner.startswith(mark)), "xml")
    return next((kind for mark, kind in _LATER if start.startswith(mark)), "text")


def unpacked(content: bytes, where: str, problems: Problems) -> dict[str, bytes] | None:
    """The parts of a zip file that are XML; None with the reason if it is damaged or made to overflow.

    The sizes that the directory declares are checked before anything is unpacked, and nothing is unpacked
    beyond them, since a directory may lie.

    Examples
    --------
    >>> problems = Problems()
    >>> unpacked(b"PK\\3\\4 and no more", "a.xlsx", problems) is None, problems.items[0].code
    (True, 'data.damaged_workbook')
    """
    try:
        infos = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError) as error:
        problems.add("data.damaged_workbook", where=where, value=str(error)[:80])
        return None
    declared = sum(info.file_size for info in infos)
    steep = [i for i in infos if i.file_size > _BOMB and i.file_size > _RATIO * max(i.compress_size, 1)]
    if declared > _LARGEST or steep or len(infos) > _PARTS:
        problems.add(
            "data.zip_bomb", where=where, value=_megabytes(declared), packed=_megabytes(len(content))
        )
        return None
    parts = {}
    for info in infos:
        if info.flag_bits & 1:
            problems.add("data.locked_workbook", where=where)
            return None
        part = _part(content, info)
        if part is None:
            problems.add("data.damaged_workbook", where=where, value=info.filename[:80])
            return None
        if info.filename.endswith((".xml", ".rels", "mimetype")):
            if b"<!DOCTYPE" in part[:4096] or b"<!ENTITY" in part:
                problems.add("data.hostile_workbook", where=where, value=info.filename[:80])
                return None
            parts[info.filename] = part
        elif not info.filename.endswith("/"):
            parts.setdefault(info.filename, b"")
    return parts


def _part(content: bytes, info: zipfile.ZipInfo) -> bytes | None:
    """A part unpacked, never beyond its declared size; None if it is not what the directory declares."""
    header = content[info.header_offset : info.header_offset + _LOCAL_HEADER]
    if len(header) < _LOCAL_HEADER or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return None
    start = info.header_offset + _LOCAL_HEADER + sum(struct.unpack("<HH", header[26:30]))
    packed = content[start : start + info.compress_size]
    part = packed
    if info.compress_type == zipfile.ZIP_DEFLATED:
        reader = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            part = reader.decompress(packed, info.file_size + 1)
        except zlib.error:
            return None
        if not reader.eof and info.file_size >= len(part):  # a last empty block may not have been read
            part += reader.decompress(reader.unconsumed_tail, 1)
    return part if len(part) == info.file_size and zlib.crc32(part) == info.CRC else None


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f}"
