"""A client whose few orders are invoiced, paid, cancelled and returned: to be followed by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.data.helpers import DOCUMENT, edit, put, write

DEALS = """\
deal,rep,order,stage,amount,ordered_on
A1,p1,O1,won,100.00,2026-01-10
A2,p2,O1,won,300.00,2026-01-10
B1,p1,O2,won,200.00,2026-02-05
C1,p1,,won,50.00,2026-02-20
D1,p3,O4,won,80.00,2026-03-31
E1,p4,O5,won,40.00,2026-03-01
L1,p1,O2,lost,999.00,
"""
INVOICES = """\
invoice,participant,order,amount,issued_on
I1,p1,O1,400.00,2026-01-20
I2,p1,O2,120.00,2026-02-10
I3,p1,O2,80.00,2026-04-10
I4,p1,C1,50.00,2026-02-25
I5,p4,O5,45.20,2026-03-05
"""
PAYMENTS = """\
payment,participant,invoice,amount,paid_on
P1,p1,I1,100.00,2026-01-31
P2,p1,I1,300.00,2026-03-15
P3,p1,I2,120.00,2026-03-10
P4,p1,I3,80.00,2026-05-02
P5,p1,I4,60.00,2026-03-01
P6,p4,I5,22.60,2026-03-30
"""
REVERSED = """\
deal,rep,stage,amount,ordered_on,cancelled_on,returned_on,returned_amount
R1,p1,won,100,2026-01-10,2026-03-05,,
R2,p1,won,200,2026-02-01,2026-04-01,2026-02-20,50
R3,p2,won,80,2026-03-01,,2026-03-10,
R4,p2,won,60,2026-04-01,,2026-05-01,90
R5,p3,won,70,2026-04-15,2026-05-01,2026-06-01,70
R6,p3,won,70,2026-04-15,2026-09-01,,
R7,p4,lost,70,,2026-05-01,,
R8,p4,won,30,2026-05-10,,2026-05-01,20
"""


def client_folder(folder: Path, more: str = "", **changed: str) -> Path:
    """The engagement with orders, invoices and payments; `more` is put at the end of its document."""
    content = {"deals": DEALS, "invoices": INVOICES, "payments": PAYMENTS} | changed
    tables = "".join(
        f"  {name}: {{file: data/{name}.csv}}\n" for name in ("invoices", "payments") if content[name]
    )
    write(folder, engagement=DOCUMENT + tables + more, deals=content["deals"])
    for name in ("invoices", "payments"):
        if content[name]:
            put(folder, f"data/{name}.csv", content[name])
    edit(folder, "engagement.yaml", "measure: [net_sales, visits, win_rate]", "measure: [net_sales]")
    return folder


def told(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    """A table's rows as plain tuples, amounts to the cent."""
    kept = frame[list(columns)].round(2)
    return [tuple(row) for row in kept.itertuples(index=False)]
