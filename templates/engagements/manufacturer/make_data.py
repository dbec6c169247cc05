"""Make the files of the sample engagement: an invented machinery manufacturer with a known truth planted.

    python make_data.py [--out DIR] [--people 24] [--months 30] [--seed 20260101]

Run without arguments it rewrites `data/` byte for byte. A larger `--people` (a multiple of 24) repeats the
same structure for trials of speed and for recovering the planted numbers; `engagement.yaml` fits any size.
`market.py` makes the opportunities, `records.py` everything around them, `appraisals.py` what people
recorded of each other.

The truth planted (expectations; what 24 people happen to realise differs by chance):

- The market grows 13 % a year for everyone: the number of decided opportunities, month by month, with a
  season (the month of the Spring Festival low, quarter ends high) and a shock common to all (sd 4 %).
- From 2026-01-01 the pilot teams win x 1.15 of the decided opportunities with new customers. These bring 59 %
  of revenue, so the pilot's revenue grows 1.13 x (1 + 0.15 x 0.59) = 1.23 year on year.
- In the pilot teams satisfaction rises from 8.0 to 8.4 and visits by 8 % from the same day.
- Nothing else changes: existing customers' win rate, prices, margins and payment are alike before and after.
  The price list of 2026-03 and the trade fair of 2026-05 (see `engagement.yaml`) have no effect of their own.
- Opportunities belong to a post. While a post is vacant its two colleagues share them, so a team's revenue
  does not depend on vacancies, while a single person's does.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from appraisals import points, ratings
from market import Table, make_deals, make_world
from records import activities, deals_file, feedback, receivables, roster, targets, training

# the files as a client would export them: encoding and the header of every column
FILES = {
    "participants": (
        "业务员花名册.csv",
        "utf-8-sig",
        {
            "participant": "工号",
            "name": "姓名",
            "team": "班组",
            "region": "大区",
            "role": "岗位",
            "manager": "直接上级",
            "pilot": "试点分组",
            "hired_on": "入职日期",
            "left_on": "离职日期",
            "base_salary": "年基本工资",
            "target_incentive": "年目标奖金",
            "valid_from": "生效日期",
            "valid_to": "失效日期",
        },
    ),
    "deals": (
        "商机订单.csv",
        "utf-8",
        {
            "deal": "商机编号",
            "order": "订单号",
            "participant": "业务员工号",
            "customer": "客户编号",
            "product": "产品",
            "stage": "阶段",
            "amount": "不含税金额",
            "list_amount": "目录价金额",
            "discount": "折扣额",
            "cost": "成本",
            "created_on": "创建日期",
            "ordered_on": "签约日期",
            "closed_on": "关闭日期",
        },
    ),
    "activities": (
        "拜访记录.csv",
        "gb18030",
        {
            "activity": "记录号",
            "participant": "工号",
            "customer": "客户编号",
            "deal": "商机编号",
            "kind": "类型",
            "done_on": "日期",
            "minutes": "时长(分钟)",
        },
    ),
    "invoices": (
        "开票记录.csv",
        "utf-8",
        {
            "invoice": "发票号",
            "participant": "责任人工号",
            "customer": "客户编号",
            "order": "订单号",
            "amount": "开票金额",
            "issued_on": "开票日期",
            "due_on": "应收到期日",
        },
    ),
    "payments": (
        "回款记录.csv",
        "utf-8",
        {
            "payment": "回款单号",
            "participant": "责任人工号",
            "invoice": "发票号",
            "customer": "客户编号",
            "amount": "回款金额",
            "paid_on": "到账日期",
        },
    ),
    "feedback": (
        "客户反馈.csv",
        "utf-8-sig",
        {
            "feedback": "反馈号",
            "participant": "工号",
            "customer": "客户编号",
            "kind": "反馈类型",
            "score": "评分",
            "given_on": "反馈日期",
        },
    ),
    "training": (
        "培训记录.csv",
        "utf-8",
        {
            "training": "记录号",
            "participant": "工号",
            "kind": "类别",
            "title": "名称",
            "score": "分数",
            "status": "状态",
            "assigned_on": "布置日期",
            "done_on": "完成日期",
        },
    ),
    "ratings": (
        "绩效评分.csv",
        "utf-8-sig",
        {
            "participant": "被评人工号",
            "period": "考核期间",
            "measure": "评分项目",
            "rater": "评分人",
            "kind": "评分类型",
            "rating": "评分",
            "comment": "评语",
            "rated_on": "评分日期",
        },
    ),
    "events": (
        "加减分记录.csv",
        "utf-8",
        {
            "event": "记录编号",
            "participant": "工号",
            "item": "加减分项",
            "quantity": "次数",
            "happened_on": "发生日期",
            "note": "情况说明",
            "recorded_by": "登记人",
        },
    ),
    "targets": (
        "targets.csv",
        "utf-8",
        {"participant": "工号", "period": "月份", "kpi": "指标", "target": "目标值"},
    ),
}


def make_tables(people: int = 24, months: int = 30, seed: int = 20260101) -> dict[str, Table]:
    """All tables of the sample, under the standard names."""
    world = make_world(people, months, seed)
    deals, pool = make_deals(world)
    invoices, payments = receivables(world, deals)
    people = roster(world)
    return {
        "participants": people,
        "deals": deals_file(world, deals),
        "activities": activities(world, deals),
        "invoices": invoices,
        "payments": payments,
        "feedback": feedback(world, pool),
        "training": training(world),
        "ratings": ratings(world, people),
        "events": points(world),
        "targets": targets(world, deals),
    }


def cells(column: pd.Series) -> list[str]:
    """A column as the text of its cells: blank where missing, money with two decimals."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        names = np.append(column.cat.categories.to_numpy(dtype=object), "")
        return names[column.cat.codes].tolist()
    money = pd.api.types.is_float_dtype(column.dtype)
    return ["" if x is pd.NA or x != x else f"{x:.2f}" if money else str(x) for x in column.tolist()]


def write_tables(tables: dict[str, Table], out: Path) -> None:
    """The files as the client's systems export them: Chinese headers, one of them in GB 18030."""
    out.mkdir(parents=True, exist_ok=True)
    for name, (file, encoding, headers) in FILES.items():
        columns = [cells(tables[name][column]) for column in headers]
        # no cell holds a comma or a quote, and joining them is five times as quick as DataFrame.to_csv
        rows = map(",".join, zip(*columns, strict=True))
        text = "\n".join([",".join(headers.values()), *rows]) + "\n"
        (out / file).write_bytes(text.encode(encoding))


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the files of the manufacturer sample.")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "data")
    parser.add_argument("--people", type=int, default=24, help="a multiple of 24")
    parser.add_argument("--months", type=int, default=30, help="measured months from 2024-01")
    parser.add_argument("--seed", type=int, default=20260101)
    options = parser.parse_args()
    write_tables(make_tables(options.people, options.months, options.seed), options.out)


if __name__ == "__main__":
    main()
