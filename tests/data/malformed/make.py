"""Writes the malformed files beside it, which are kept: `python tests/data/malformed/make.py`."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
import zlib
from pathlib import Path

import openpyxl
import xlsxwriter
import xlwt

HERE = Path(__file__).parent
HEAD = ["deal", "participant", "amount", "ordered_on"]
DAY = dt.date(2026, 1, 5)
ROWS = [["D1", "王芳", 100.5, DAY], ["D2", "李强", 200, DAY]]
MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
PLAIN = "deal,participant,amount,ordered_on\n"


def text(name: str, content: str, encoding: str = "utf-8") -> None:
    """A text file, line ends as given."""
    (HERE / name).write_bytes(content.encode(encoding))


def workbook(name: str, rows: list[list[object]], **sheets: list[list[object]]) -> openpyxl.Workbook:
    """A workbook whose first sheet has these rows; written, and returned to be changed and written again."""
    book = openpyxl.Workbook()
    book.active.title = "Sheet1"
    for title, content in {"Sheet1": rows, **sheets}.items():
        sheet = book[title] if title in book.sheetnames else book.create_sheet(title)
        for row in content:
            sheet.append(row)
    book.save(HERE / name)
    return book


def repacked(name: str, source: str, **changed: bytes | None) -> None:
    """A workbook with some of its parts changed, by the end of their names; None leaves one out."""
    out = io.BytesIO()
    with zipfile.ZipFile(HERE / source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            stem = Path(info.filename).stem
            content = changed.get(stem, old.read(info.filename))
            if content is not None:
                new.writestr(info.filename, content)
    (HERE / name).write_bytes(out.getvalue())


def texts() -> None:
    """Encodings, separators, layout, numbers and days."""
    named = PLAIN + "D1,王芳,100.5,2026-01-05\nD2,李强,200,2026-01-05\n"
    text("gb18030.csv", named, "gb18030")
    text("utf16_mark.csv", named, "utf-16")
    text("utf16_le.csv", named, "utf-16-le")
    text("utf16_be.csv", named, "utf-16-be")
    text("mark.csv", "\ufeff" + named)
    western = named.replace("王芳", "Jérôme").replace("李强", "Müller")
    text("western.csv", western, "cp1252")
    text("big5.csv", named.replace("李强", "張國華").replace("王芳", "陳雅婷"), "big5")
    (HERE / "no_encoding.csv").write_bytes(b"deal,participant\nD1,\x80\xff\xff\n")
    (HERE / "nul.csv").write_bytes(b"deal,participant\nD1,p\x001\nD22,p2\n")
    text("semicolons.csv", named.replace(",", ";"))
    text("tabs.txt", named.replace(",", "\t"))
    text("mixed_separators.csv", named.replace("D2,李强,200,", "D2;李强;200;"))
    text("either_separator.csv", "1,5;2,5;3\n2,5;3,5;4\n")
    amounts = "deal,participant,amount\n"
    text("thousands.csv", amounts + 'D1,p1,"1,200.50"\nD2,p1,"1,234,567"\nD3,p1,80\n')
    text("bad_thousands.csv", amounts + 'D1,p1,"12,34"\nD2,p1,"1.234,56"\nD3,p1,"0,123"\n')
    text("full_width.csv", amounts + "D1,p1,１２３．５\nD2,p1,－２００\nD3,p1,－80\nD4,p1,７，５００\n")
    text("currency.csv", amounts + 'D1,p1,￥500\nD2,p1,"¥ 1,200.00"\nD3,p1,300元\n')
    text("two_currencies.csv", amounts + "D1,p1,$500\nD2,p1,¥200\n")
    text("brackets.csv", amounts + 'D1,p1,"(1,200)"\nD2,p1,（80）\n')
    text("decimals.csv", amounts + "D1,p1,33.333333\nD2,p1,5.00000\nD3,p1,0.00005\n")
    text("formula_text.csv", amounts + "D1,p1,100\nD2,p1,=SUM(C2:C2)\n")
    text("percent.csv", "deal,participant,quantity\nD1,p1,85%\nD2,p1,９０．５％\nD3,p1,0.7\n")
    text("mixed_percent.csv", "deal,participant,quantity\nD1,p1,85%\nD2,p1,85\n")
    days = "deal,participant,ordered_on\n"
    text("serial_days.csv", days + "D1,p1,46027\nD2,p1,46027.75\nD3,p1,2026-01-06\n")
    text("first_serials.csv", days + "D1,p1,1\nD2,p1,59\nD3,p1,61\nD4,p1,62\n")
    text("no_such_day.csv", days + "D1,p1,60\n")
    text("two_digit_years.csv", days + "D1,p1,26-01-05\nD2,p1,05/01/26\n")
    text("full_width_days.csv", days + "D1,p1,２０２６－０１－０５\nD2,p1,２０２６年１月６日\n")
    text("swapped_days.csv", days + "D1,p1,13/01/2026\nD2,p1,2026-05-01\n")
    text("iso_days.csv", days + "D1,p1,2026-01-05\nD2,p1,2026-01-13\n")
    text("titles.csv", "2026年销售明细,,,\n\n单位：元,,,\n" + named)
    groups = "编号,姓名,一月,,二月,\n,,金额,成本,金额,成本\nD1,王芳,10,6,20,12\nD2,李强,30,9,40,16\n"
    text("two_headers.csv", groups)
    text("totals.csv", named + "合计,,300.5,\n")
    text("subtotals.csv", named.replace("D2", "小计,,100.5,\nD2") + "Grand Total,,300.5,\n")
    text("plain_total.csv", "rep,amount\nAnn,3\nBob,4.5\nTotal,7.5\n")
    text("no_total.csv", "rep,amount\nAnn,3\nBob,4.5\nTotal,9\n")
    text("spaces.csv", named.replace(",", " ,\u3000").replace("D1", " D1\t"))
    text("gaps.csv", ",\n" + named.replace("\n", ",,\n").replace("\nD2", "\n,,,,,\n\nD2"))
    text("unnamed.csv", named.replace("\n", ",\n", 1).replace("05\n", "05,x\n"))
    text("empty.csv", "")
    text("header_only.csv", PLAIN)
    text("page.xls", "<html><body><table><tr><td>deal</td></tr></table></body></html>")
    text("text_named.xlsx", named)
    text("laughs.yaml", 'a: &a ["lol", "lol"]\nb: &b [*a, *a]\nc: &c [*b, *b]\nname: *c\n')
    (HERE / "folder.csv").mkdir(exist_ok=True)
    text("folder.csv/inside.csv", named)


def workbooks() -> None:
    """Sheets, merged cells, formulas, errors, what is hidden."""
    workbook("plain.xlsx", [HEAD, *ROWS])
    workbook("titles.xlsx", [["2026 sales"], [], HEAD, *ROWS, ["Total", None, 300.5]])
    workbook("two_sheets.xlsx", [HEAD, *ROWS], Notes=[["see below"]])
    book = workbook("hidden_sheet.xlsx", [], Data=[HEAD, *ROWS])
    book["Data"].sheet_state = "hidden"
    book.save(HERE / "hidden_sheet.xlsx")
    book = workbook("hidden_rows.xlsx", [HEAD, *ROWS])
    book.active.row_dimensions[3].hidden = True
    book.active.auto_filter.ref = "A1:D3"
    book.save(HERE / "hidden_rows.xlsx")
    groups = [["编号", "姓名", "一月", None, "二月", None], [None, None, "金额", "成本", "金额", "成本"]]
    book = workbook("merged_header.xlsx", [*groups, ["D1", "王芳", 10, 6, 20, 12]])
    for span in ("A1:A2", "B1:B2", "C1:D1", "E1:F1"):
        book.active.merge_cells(span)
    book.save(HERE / "merged_header.xlsx")
    body = [["D1", "王芳", 1, DAY], ["D2", None, 2, DAY], ["D3", None, 3, DAY], ["D4", "李强", 4, DAY]]
    book = workbook("merged_body.xlsx", [HEAD, *body])
    book.active.merge_cells("B2:B4")
    book.save(HERE / "merged_body.xlsx")
    workbook("unsaved.xlsx", [HEAD, ["D1", "p1", "=1+1", DAY], ["D2", "p1", 7, DAY]])
    with xlsxwriter.Workbook(HERE / "saved.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["deal", "participant", "amount"])
        sheet.write_row(1, 0, ["D1", "p1"])
        sheet.write_formula(1, 2, "=2*21", None, 42)
    workbook("errors.xlsx", [HEAD, ["D1", "p1", "#N/A", DAY], ["D2", "#REF!", 7, DAY]])
    workbook("numbers.xlsx", [HEAD, [1001, "007", " 1,200 ", "2026/1/5"], [1002.0, "p2", 0.1 + 0.2, DAY]])
    workbook("long_number.xlsx", [HEAD, [1234567890123456789, "p1", 5, DAY]])
    book = workbook("since_1904.xlsx", [])
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in (HEAD, ["D1", "p1", 5, DAY], ["D2", "p1", 6, 44566]):  # 6 January, 1462 less than from 1900
        book.active.append(row)
    book.save(HERE / "since_1904.xlsx")
    book = workbook("stray_cell.xlsx", [HEAD, *ROWS])
    book.active["XFD1048576"] = 1
    book.save(HERE / "stray_cell.xlsx")
    old = xlwt.Workbook()
    sheet = old.add_sheet("订单")
    for i, row in enumerate([HEAD, *ROWS]):
        for j, cell in enumerate(row):
            sheet.write(i, j, cell, xlwt.easyxf(num_format_str="yyyy-mm-dd" if j == 3 else "General"))
    sheet.row(2).hidden = True
    old.save(str(HERE / "xls_named.xlsx"))
    sheet.write(3, 0, xlwt.Formula("1/0"))
    sheet.row(4).set_cell_error(2, 0x2A)  # #N/A
    old.save(str(HERE / "errors.xls"))


def hostile() -> None:
    """Broken and malicious containers."""
    whole = (HERE / "plain.xlsx").read_bytes()
    (HERE / "truncated.xlsx").write_bytes(whole[: len(whole) // 2])
    (HERE / "xlsx_named.csv").write_bytes(whole)
    laugh = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    repacked("entities.xlsx", "plain.xlsx", sheet1=laugh)
    repacked("broken_sheet.xlsx", "plain.xlsx", sheet1=b"<worksheet><sheetData><row")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", b"<workbook/>")
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 16_000_000)
    (HERE / "bomb.xlsx").write_bytes(out.getvalue())
    lying = bytearray(out.getvalue())
    for size_at in (lying.rfind(b"PK\x01\x02") + 24, lying.find(b"sheet1.xml") - 14 - 20 + 6):
        lying[size_at : size_at + 4] = struct.pack("<I", 1000)
    crc_at = lying.rfind(b"PK\x01\x02") + 16
    lying[crc_at : crc_at + 4] = struct.pack("<I", zlib.crc32(b"0" * 1000))
    (HERE / "lying.xlsx").write_bytes(bytes(lying))
    links = '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    with zipfile.ZipFile(HERE / "macros.xlsm", "w", zipfile.ZIP_DEFLATED) as book:
        with zipfile.ZipFile(HERE / "plain.xlsx") as plain:
            for name in plain.namelist():
                book.writestr(name, plain.read(name))
        book.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 no macro in truth")
        book.writestr("xl/externalLinks/externalLink1.xml", links)
    looped = bytearray((HERE / "xls_named.xlsx").read_bytes())
    (first,) = struct.unpack_from("<I", looped, 76)  # the allocation table: sector 0 leads to itself
    struct.pack_into("<I", looped, (first + 1) * 512, 0)
    (HERE / "looped.xls").write_bytes(bytes(looped))
    locked = (HERE / "xls_named.xlsx").read_bytes()
    book_name, other = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
    at = locked.find(book_name)
    entry = other + b"\0" * (64 - len(other)) + struct.pack("<H", len(other) + 2)
    (HERE / "locked.xlsx").write_bytes(locked[:at] + entry + locked[at + 66 :])
    with zipfile.ZipFile(HERE / "letter.docx", "w") as letter:
        letter.writestr("word/document.xml", "<w/>")


def open_documents() -> None:
    """OpenDocument spreadsheets, by hand."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    cells = {
        "text": '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>',
        "number": '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p>'
        "</table:table-cell>",
        "error": '<table:table-cell table:formula="of:=NA()" office:value-type="string" '
        'office:string-value=""><text:p>#N/A</text:p></table:table-cell>',
    }

    def book(name: str, *rows: list[tuple[str, object]]) -> None:
        lines = "".join(
            "<table:table-row>" + "".join(cells[k].format(v) for k, v in row) + "</table:table-row>"
            for row in rows
        )
        content = (
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>'
            f'<office:spreadsheet><table:table table:name="T">{lines}</table:table></office:spreadsheet>'
            f"</office:body></office:document-content>"
        )
        with zipfile.ZipFile(HERE / name, "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            out.writestr("content.xml", content)
            out.writestr("META-INF/manifest.xml", MANIFEST)

    head = [("text", "deal"), ("text", "participant"), ("text", "amount")]
    book("plain.ods", head, [("text", "D1"), ("text", "王芳"), ("number", 100.5)])
    book("errors.ods", head, [("text", "D1"), ("text", "王芳"), ("error", "")])


if __name__ == "__main__":
    texts()
    workbooks()
    hostile()
    open_documents()
