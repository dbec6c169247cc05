"""A scheme as an Excel workbook that HR fills in, and back: every rule and mechanic, both ways."""

from toolkit.scheme.excel.changes import changes, scheme_file
from toolkit.scheme.excel.read import scheme_from_excel
from toolkit.scheme.excel.write import scheme_to_excel

__all__ = ["changes", "scheme_file", "scheme_from_excel", "scheme_to_excel"]
