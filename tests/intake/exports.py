# ruff: noqa: E501 - rows as the client's systems write them
"""Six exports as client systems write them, each with decoys, and what every column of them means.

The truth was written down by hand beside each export; nothing of the mapping's dictionary is used here.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

PEOPLE = [
    ("E101", "Ann Miller"),
    ("E102", "Bo Chen"),
    ("E103", "Cara Diaz"),
    ("E104", "Dev Patel"),
    ("E105", "Eva Roth"),
]
ZH_PEOPLE = [("Y001", "王芳"), ("Y002", "李强"), ("Y003", "张敏"), ("Y004", "刘洋"), ("Y005", "陈静")]

# file → (standard table, standard column → the file's column)
Truth = dict[str, tuple[str, dict[str, str]]]


def write(folder: Path, name: str, rows: list[list[object]], encoding: str = "utf-8", sep: str = ",") -> None:
    """A text file as an export button writes it."""
    path = folder / "data" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [sep.join(f'"{c}"' if sep in str(c) else str(c) for c in row) for row in rows]
    path.write_text("\r\n".join(lines) + "\r\n", encoding=encoding, newline="")


def english_crm(folder: Path) -> Truth:
    """A Salesforce-like opportunity report; days month first; decoys: expected revenue, phone, last activity."""
    rng = random.Random(1)
    head = ["Opportunity ID", "Opportunity Owner", "Account Name", "Stage", "Amount (USD)", "Created Date", "Close Date",
            "Probability (%)", "Next Step", "Lead Source", "Type", "Last Modified Date", "Phone"]  # fmt: skip
    stages = ["Closed Won", "Closed Lost", "Negotiation/Review", "Prospecting"]
    rows: list[list[object]] = [head]
    for i in range(120):
        made, closed = f"{1 + i % 6}/{1 + i % 27}/2025", f"{2 + i % 6}/{1 + (i * 7) % 28}/2025"
        rows.append([f"006{i:05d}", rng.choice(PEOPLE)[1], f"Customer {i % 30}", stages[i % 4], f"{1000 + i * 37.5:.2f}",
                     made, closed, (i * 10) % 101, f"call {i}", rng.choice(["Web", "Partner"]),
                     rng.choice(["New Business", "Renewal"]), "6/30/2025", f"555-01{i:02d}"])  # fmt: skip
    write(folder, "opportunity_report.csv", rows)
    users = [["User ID", "Full Name", "Department", "Title", "Reports To", "Email"]]
    users += [
        [i, n, "East" if k % 2 else "West", "Account Executive", "Grace Hall", f"{i}@x.com"]
        for k, (i, n) in enumerate(PEOPLE)
    ]
    write(folder, "users.csv", users)  # type: ignore[arg-type]
    return {
        "opportunity_report.csv": ("deals", {
            "deal": "Opportunity ID", "participant": "Opportunity Owner", "customer": "Account Name", "stage": "Stage",
            "amount": "Amount (USD)", "created_on": "Created Date", "closed_on": "Close Date", "ordered_on": "Close Date",
            "source": "Lead Source", "kind": "Type",
        }),
        "users.csv": ("participants", {
            "participant": "Full Name", "name": "Full Name", "team": "Department", "role": "Title", "manager": "Reports To",
        }),
    }  # fmt: skip


def chinese_crm(folder: Path) -> Truth:
    """A Chinese CRM in GB 18030: 商机 and 拜访; decoys: 预计成交日期, 最后修改时间, 备注, 客户电话, 赢率."""
    rng = random.Random(2)
    head = ["商机编号", "商机名称", "客户名称", "负责人", "销售阶段", "签单金额（元）", "预计成交日期", "创建时间", "赢单日期", "结单日期",
            "赢率", "备注", "最后修改时间", "客户电话", "商机来源"]  # fmt: skip
    rows: list[list[object]] = [head]
    stages = ["赢单", "输单", "方案报价", "商务谈判"]
    for i in range(150):
        stage, day = stages[i % 4], f"2025-{1 + i % 6:02d}-{1 + i % 28:02d}"
        won = day if stage == "赢单" else ""
        rows.append([f"SJ{i:05d}", f"项目{i}", f"客户{i % 40}公司", rng.choice(ZH_PEOPLE)[1], stage, f"{8000 + i * 13.3:.2f}",
                     day, f"2025-{1 + i % 3:02d}-{1 + i % 28:02d}", won, day if stage in ("赢单", "输单") else "",
                     f"{(i * 5) % 100}%", "无", "2025-06-30", f"138{i:08d}", rng.choice(["展会", "转介绍"])])  # fmt: skip
    write(folder, "商机导出.csv", rows, "gb18030")
    visits: list[list[object]] = [
        ["拜访编号", "业务员", "客户名称", "拜访方式", "拜访日期", "拜访时长", "签到地址", "备注"]
    ]
    visits += [[f"BF{i:05d}", rng.choice(ZH_PEOPLE)[1], f"客户{i % 40}公司", ["上门拜访", "电话"][i % 2],
                f"2025/{1 + i % 6}/{1 + i % 28}", 20 + i % 60, "某路1号", ""] for i in range(200)]  # fmt: skip
    write(folder, "拜访记录2025.csv", visits, "gb18030")
    return {
        "商机导出.csv": ("deals", {
            "deal": "商机编号", "customer": "客户名称", "participant": "负责人", "stage": "销售阶段", "amount": "签单金额（元）",
            "created_on": "创建时间", "ordered_on": "赢单日期", "closed_on": "结单日期", "source": "商机来源",
        }),
        "拜访记录2025.csv": ("activities", {
            "activity": "拜访编号", "participant": "业务员", "customer": "客户名称", "kind": "拜访方式", "done_on": "拜访日期",
            "minutes": "拜访时长",
        }),
    }  # fmt: skip


def erp_orders(folder: Path) -> Truth:
    """Order lines of an ERP: no stage, the order number repeats; decoys: 税率, 制单人, 单价, 仓库."""
    rng = random.Random(3)
    head = [
        "单据日期",
        "订单编号",
        "行号",
        "购货单位",
        "业务员",
        "物料名称",
        "数量",
        "单价",
        "无税金额",
        "税率",
        "成本金额",
        "仓库",
        "制单人",
    ]
    rows: list[list[object]] = [head]
    for order in range(60):
        for line in (1, 2):
            rows.append([f"2025-{1 + order % 6:02d}-{1 + order % 28:02d}", f"XS{order:04d}", line, f"单位{order % 12}",
                         rng.choice(ZH_PEOPLE)[1], f"物料{rng.randrange(9)}", rng.randrange(1, 9), 125.5,
                         f"{900 + order * 3.25:.2f}", "13%", f"{600 + order * 2.2:.2f}", "主仓", "管理员"])  # fmt: skip
    write(folder, "销售订单明细.csv", rows)
    return {
        "销售订单明细.csv": ("deals", {
            "ordered_on": "单据日期", "closed_on": "单据日期", "order": "订单编号", "customer": "购货单位", "participant": "业务员",
            "product": "物料名称", "quantity": "数量", "amount": "无税金额", "cost": "成本金额", "deal": "deal", "stage": "stage",
        }),
    }  # fmt: skip


def hr_roster(folder: Path) -> Truth:
    """A roster with a move, semicolons, days with dots; decoys: birth date, cost centre, phone."""
    head = ["Personnel Number", "Employee Name", "Department", "Sales Region", "Job Title", "Supervisor", "Date of Birth",
            "Entry Date", "Exit Date", "Annual Base", "Target Bonus", "Cost Centre", "Mobile"]  # fmt: skip
    rows: list[list[object]] = [head]
    for k, (number, name) in enumerate(PEOPLE):
        rows.append([number, name, f"Team {k % 2}", "North", "Field Sales", "Grace Hall", f"{13 + k}.05.1985", f"0{1 + k}.07.2020",
                     "", 60000 + 500 * k, 20000 + 100 * k, 4711, f"+49 170 {k}"])  # fmt: skip
    write(folder, "hr_headcount.csv", rows, sep=";")
    return {
        "hr_headcount.csv": ("participants", {
            "participant": "Personnel Number", "name": "Employee Name", "team": "Department", "region": "Sales Region",
            "role": "Job Title", "manager": "Supervisor", "hired_on": "Entry Date", "left_on": "Exit Date",
            "base_salary": "Annual Base", "target_incentive": "Target Bonus",
        }),
    }  # fmt: skip


def ar_ledger(folder: Path) -> Truth:
    """Open items of a ledger; days day first; decoys: balance, days overdue, exchange rate."""
    rng = random.Random(5)
    head = ["Invoice No.", "Customer Name", "Sales Rep", "Invoice Date", "Due Date", "Invoice Amount", "Amount Paid", "Balance",
            "Days Overdue", "Exchange Rate", "Currency"]  # fmt: skip
    rows: list[list[object]] = [head]
    for i in range(90):
        amount = 500 + i * 11.35
        paid = amount if i % 3 else 0
        rows.append([f"INV-{i:05d}", f"Customer {i % 20}", rng.choice(PEOPLE)[1], f"{1 + i % 28:02d}/{1 + i % 5:02d}/2025",
                     f"{1 + i % 28:02d}/{3 + i % 5:02d}/2025", f"{amount:.2f}", f"{paid:.2f}", f"{amount - paid:.2f}", i % 60,
                     "1.08", "EUR"])  # fmt: skip
    write(folder, "AR ledger 2025.csv", rows)
    return {
        "AR ledger 2025.csv": ("invoices", {
            "invoice": "Invoice No.", "customer": "Customer Name", "participant": "Sales Rep", "issued_on": "Invoice Date",
            "due_on": "Due Date", "amount": "Invoice Amount", "paid_amount": "Amount Paid", "currency": "Currency",
        }),
    }  # fmt: skip


def monthly_sheet(folder: Path) -> Truth:
    """A monthly sheet with a column a KPI, its target beside it; decoys: 达成率, 排名."""
    head = ["姓名", "部门", "月份", "净销售额目标", "净销售额", "达成率", "拜访次数", "赢单率", "排名"]
    rows: list[list[object]] = [head]
    for k, (_, name) in enumerate(ZH_PEOPLE):
        for month in range(1, 7):
            rows.append(
                [
                    name,
                    "一部",
                    f"2025年{month}月",
                    50000,
                    40000 + 1000 * k + month,
                    "85%",
                    20 + k,
                    "0.35",
                    k + 1,
                ]
            )
    write(folder, "月度考核数据.csv", rows)
    return {
        "月度考核数据.csv": (
            "kpi_values",
            {c: c for c in ("participant", "period", "kpi", "value", "additive")},
        )
    }


EXPORTS: dict[str, Callable[[Path], Truth]] = {
    f.__name__: f for f in (english_crm, chinese_crm, erp_orders, hr_roster, ar_ledger, monthly_sheet)
}
