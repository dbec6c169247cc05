"""LibreOffice as a second engine: workbooks recalculated from their formulas alone."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

# Formulas are computed anew on loading, whatever value a file says they have.
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""
_VALUE = re.compile(r"(<f>[^<]*</f>)<v>[^<]*</v>")
NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Key = tuple[str, str]  # sheet and cell


def recalculated(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Workbooks as LibreOffice saves them after computing every formula; one start for all of them."""
    profile, out = folder / "profile", folder / "out"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS, encoding="utf-8")
    command = [
        str(shutil.which("soffice")),
        f"-env:UserInstallation={profile.as_uri()}",
        *("--headless", "--norestore", "--convert-to", "xlsx:Calc MS Excel 2007 XML"),
        *("--outdir", str(out), *(str(p) for p in paths)),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return [out / path.name for path in paths]


def spoiled(path: Path, out: Path) -> Path:
    """A copy in which every formula's cached value is wrong: a number that is right was computed."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = _VALUE.sub(r"\1<v>-987654.25</v>", data.decode()).replace(' t="str"', "").encode()
            target.writestr(name, data)
    return out


def formulas(path: Path) -> dict[Key, str]:
    """Every formula of a workbook."""
    return {key: formula for key, (formula, _) in _cells(path).items() if formula}


def values(path: Path) -> dict[Key, Any]:
    """Every value of a workbook that is not blank."""
    return {key: value for key, (_, value) in _cells(path).items() if value not in (None, "")}


@lru_cache(maxsize=4)
def _cells(path: Path) -> dict[Key, tuple[str, Any]]:
    """Formula and value of every cell, read off the file's own XML."""
    found: dict[Key, tuple[str, Any]] = {}
    with zipfile.ZipFile(path) as book:
        shared: list[str] = []
        if "xl/sharedStrings.xml" in book.namelist():
            shared = [
                "".join(t.text or "" for t in si.iter(f"{NS}t")) for si in _root(book, "xl/sharedStrings.xml")
            ]
        names = [sheet.get("name", "") for sheet in _root(book, "xl/workbook.xml").iter(f"{NS}sheet")]
        for number, name in enumerate(names, 1):
            for cell in _root(book, f"xl/worksheets/sheet{number}.xml").iter(f"{NS}c"):
                formula, value = cell.findtext(f"{NS}f") or "", cell.findtext(f"{NS}v")
                if value is not None:
                    kind = cell.get("t", "n")
                    typed = (
                        shared[int(value)]
                        if kind == "s"
                        else value
                        if kind in ("str", "e")
                        else _number(value)
                    )
                    found[name, cell.get("r", "")] = (formula, typed)
    return found


def _root(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(book.read(name))


def _number(value: str) -> float | str:
    return float(value) if value else ""


def differences(
    written: Path, computed: Path, against: Path | None = None
) -> list[tuple[Key, str, Any, Any]]:
    """Formula cells whose value as written (or as another workbook has it) is not the one computed.

    Numbers agree at 1e-9 of their size; the remainders of a pool, the noise of a quotient of sums, at 1e-7.
    """
    here, there = values(against or written), values(computed)
    found = []
    for key, formula in formulas(written).items():
        a, b = here.get(key), there.get(key)
        same = a == b
        if isinstance(a, int | float) and isinstance(b, int | float):
            same = abs(a - b) <= (1e-7 if "-INT(" in formula else 1e-9) * max(1.0, abs(a))
        if not same:
            found.append((key, formula, a, b))
    return found
