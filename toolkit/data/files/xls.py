"""The old Excel format, as far as its errors, formulas without a value and hidden rows are concerned.

Source: [MS-CFB] for the container, [MS-XLS] 2.4 for the records.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.data.files.faults import Faults

_HEADER, _ENTRY = 512, 128
_LAST_SECTOR = 0xFFFFFFFA  # larger numbers end a chain
_IN_HEADER = 109  # sectors of the allocation table that the header itself names
_FORMULA, _BOOLERR, _ROW, _SHEET, _DATEMODE, _STARTS, _ENDS, _LOCKED = (
    0x0006, 0x0205, 0x0208, 0x0085, 0x0022, 0x0809, 0x000A, 0x002F,
)  # fmt: skip
_NUMBERS = 0x00BD  # several cells of a row
_CELLS = {_FORMULA, _BOOLERR, _NUMBERS, 0x0203, 0x0204, 0x027E, 0x00D6, 0x00FD}
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_HIDDEN = 0x20  # [MS-XLS] 2.4.221, fDyZero


class Damaged(Exception):
    """The container's chains do not lead where they should."""


@dataclass(frozen=True)
class _Container:
    content: bytes
    size: int  # of a sector
    table: tuple[int, ...]  # sector → the next one

    def chain(self, start: int, table: tuple[int, ...] | None = None) -> list[int]:
        """The sectors from one on; a chain that turns back on itself would never end."""
        table = self.table if table is None else table
        found: list[int] = []
        while start < _LAST_SECTOR:
            if start >= len(table) or len(found) > len(table):
                raise Damaged("chain of sectors")
            found.append(start)
            start = table[start]
        return found

    def sector(self, number: int) -> bytes:
        """A sector's bytes."""
        return self.content[(number + 1) * self.size : (number + 2) * self.size]

    def read(self, start: int) -> bytes:
        """All bytes of a chain."""
        return b"".join(map(self.sector, self.chain(start)))


def streams(content: bytes) -> dict[str, bytes]:
    """The streams of a compound file by name, each checked to end.

    Raises
    ------
    Damaged
        A chain of sectors leads outside the file or turns back on itself.

    Examples
    --------
    >>> streams(b"too short")
    Traceback (most recent call last):
    ...
    toolkit.data.files.xls.Damaged: header
    """
    if len(content) < _HEADER:
        raise Damaged("header")
    size, small_size = (1 << n if n < 16 else 0 for n in struct.unpack_from("<HH", content, 30))
    if size not in (512, 4096) or small_size != 64:
        raise Damaged("size of sectors")
    bare = _Container(content, size, ())
    table = _numbers(b"".join(bare.sector(n) for n in _table_sectors(bare)))
    whole = _Container(content, size, table)
    directory_at, cutoff, small_at = struct.unpack_from("<I4xII", content, 48)
    entries = list(_entries(whole.read(directory_at)))
    small_table = _numbers(whole.read(small_at))
    small = b"".join(whole.read(start) for _, kind, start, _ in entries if kind == 5 and start < _LAST_SECTOR)
    found = {}
    for name, kind, start, length in entries:
        if kind == 2 and length >= cutoff:
            found[name] = whole.read(start)[:length]
        elif kind == 2 and length:
            chain = whole.chain(start, small_table)
            found[name] = b"".join(small[n * small_size : (n + 1) * small_size] for n in chain)[:length]
    return found


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])


def _table_sectors(bare: _Container) -> Iterator[int]:
    """The sectors that hold the allocation table: some in the header, the rest in a chain of their own."""
    listed = list(struct.unpack_from(f"<{_IN_HEADER}I", bare.content, 76))
    (more,) = struct.unpack_from("<I", bare.content, 68)
    most = len(bare.content) // bare.size
    seen = 0
    while more < _LAST_SECTOR:
        numbers = _numbers(bare.sector(more))
        seen += 1
        if not numbers or seen > most:
            raise Damaged("chain of the allocation table")
        listed += numbers[:-1]
        more = numbers[-1]
    return (number for number in listed if number < _LAST_SECTOR)


def _entries(directory: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Name, kind (2 a stream, 5 the root), first sector and length."""
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        entry = directory[at : at + _ENTRY]
        named = min(max(struct.unpack_from("<H", entry, 64)[0] - 2, 0), 64)
        start, length = struct.unpack_from("<II", entry, 116)
        yield entry[:named].decode("utf-16-le", "replace"), entry[66], start, length


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + length]
        at += 4 + length


def is_locked(book: bytes) -> bool:
    """Whether a workbook's stream is encrypted."""
    for number, (kind, _) in enumerate(_records(book, 0)):
        if kind == _LOCKED:
            return True
        if number > 20:  # it stands near the beginning
            break
    return False


def faults_of_xls(book: bytes) -> list[Faults]:
    """Look through the records of a workbook, sheet by sheet.

    Raises
    ------
    Damaged
        A record is cut off.
    """
    since_1904 = False
    starts: list[int] = []
    try:
        for kind, data in _records(book, 0):
            if kind == _SHEET:
                starts.append(struct.unpack_from("<I", data)[0])
            elif kind == _DATEMODE:
                since_1904 = struct.unpack_from("<H", data)[0] == 1
            elif kind == _ENDS:
                break
        return [_faults(book, start, since_1904) for start in starts]
    except (struct.error, IndexError) as error:
        raise Damaged("record") from error


def _faults(book: bytes, start: int, since_1904: bool) -> Faults:
    faults = Faults(since_1904=since_1904)
    depth = 0  # a chart within the sheet begins and ends too
    for kind, data in _records(book, start):
        depth += (kind == _STARTS) - (kind == _ENDS)
        if not depth:
            break
        if depth == 1:
            _look(kind, data, faults)
    return faults


def _look(kind: int, data: bytes, faults: Faults) -> None:
    if kind in _CELLS:
        row, column = struct.unpack_from("<HH", data)
        last = struct.unpack_from("<H", data, len(data) - 2)[0] if kind == _NUMBERS else column
        faults.rows, faults.columns = max(faults.rows, row + 1), max(faults.columns, last + 1)
    if kind == _ROW and struct.unpack_from("<H", data, 12)[0] & _HIDDEN:
        faults.hidden.append(struct.unpack_from("<H", data)[0] + 1)
    elif kind == _BOOLERR and data[7:8] == b"\1":
        faults.errors[struct.unpack_from("<HH", data)] = _ERRORS.get(data[6], "#ERROR!")
    elif kind == _FORMULA and data[12:14] == b"\xff\xff":
        at = struct.unpack_from("<HH", data)
        if data[6] == 2:
            faults.errors[at] = _ERRORS.get(data[8], "#ERROR!")
        elif data[6] == 3:
            faults.blank.append(at)
