"""Formulas in the making: references between sheets, and sentences with live values in them."""

from __future__ import annotations

from xlsxwriter.utility import xl_rowcol_to_cell

from toolkit.language import text

_LITERAL = 250  # characters of a text inside a formula; Excel takes 255


def at(row: int, col: int, sheet: str = "") -> str:
    """A cell as formulas name it, fixed; on another sheet with that sheet's name.

    Examples
    --------
    >>> at(6, 3), at(0, 0, "Bo's")
    ('$D$7', "'Bo''s'!$A$1")
    """
    cell = xl_rowcol_to_cell(row, col, row_abs=True, col_abs=True)
    return f"'{sheet.replace(chr(39), chr(39) * 2)}'!{cell}" if sheet else cell


def area(row: int, col: int, to_row: int, to_col: int, sheet: str = "") -> str:
    """A block of cells as formulas name it.

    Examples
    --------
    >>> area(0, 0, 2, 1)
    '$A$1:$B$3'
    """
    return f"{at(row, col, sheet)}:{at(to_row, to_col)}"


def quoted(said: str) -> str:
    """A text as it stands inside a formula.

    Examples
    --------
    >>> quoted('a "b" c')
    '"a ""b"" c"'
    """
    parts = [said[i : i + _LITERAL] for i in range(0, len(said), _LITERAL)] or [""]
    return "&".join('"' + part.replace('"', '""') + '"' for part in parts)


def sentence(key: str, language: str, **formulas: str) -> str:
    """A text as a formula, its values being formulas themselves.

    Examples
    --------
    >>> sentence("ask.of", "en", answered="COUNT(A1:A3)", asked="3")
    'COUNT(A1:A3)&" of "&3'
    """
    marks = {name: f"\0{name}\0" for name in formulas}
    parts = text(key, language, **marks).split("\0")
    shown = [formulas[part] if i % 2 else quoted(part) for i, part in enumerate(parts) if i % 2 or part]
    return "&".join(shown)


def first_true(*cases: tuple[str, str], otherwise: str) -> str:
    """The text of the first condition that holds.

    Examples
    --------
    >>> first_true(("A1=0", '"none"'), ("A1=1", '"one"'), otherwise='"more"')
    'IF(A1=0,"none",IF(A1=1,"one","more"))'
    """
    found = otherwise
    for condition, said in reversed(cases):
        found = f"IF({condition},{said},{found})"
    return found


def listed(names: list[tuple[str, str]], separator: str) -> str:
    """The names whose condition holds, in one text; TEXTJOIN is not in every spreadsheet.

    Examples
    --------
    >>> listed([("A1=0", "B1"), ("A2=0", "B2")], ", ")
    'MID(IF(A1=0,", "&B1,"")&IF(A2=0,", "&B2,""),3,999)'
    """
    parts = "&".join(f'IF({condition},{quoted(separator)}&{name},"")' for condition, name in names)
    return f"MID({parts},{len(separator) + 1},999)"


def number_in(cell: str) -> str:
    """A cell's number, also where it was typed as text; 0 where there is none.

    Examples
    --------
    >>> number_in("B2")
    'IFERROR(VALUE(B2&""),0)'
    """
    return f'IFERROR(VALUE({cell}&""),0)'
