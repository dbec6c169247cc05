"""What a folder of files is taken for, beside the exports of test_exports."""

from pathlib import Path

from toolkit.intake.propose import propose


def test_a_stock_out_list_without_line_numbers_is_orders_all_won(tmp_path: Path) -> None:
    """As Chinese ERP systems export it: 单据编号 repeats for each ware, the amount is with tax, no stage."""
    lines = ["单据编号,日期,客户,物料名称,业务员,数量,价税合计,成本"]
    lines += [
        f"CK{i // 2:03d},2025-0{1 + i % 9}-15,C{i % 7},W{i % 2},R{i % 3},2,{100 + i},{50 + i}"
        for i in range(60)
    ]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "出库明细.csv").write_text("\n".join(lines), encoding="utf-8")
    found = propose(tmp_path)
    deals = next(t for t in found.tables if t.table == "deals")
    assert (
        deals.taken and "row_number() OVER (PARTITION BY" in deals.select and "'won' AS stage" in deals.select
    )
    assert {
        "participant": "业务员",
        "customer": "客户",
        "product": "物料名称",
    }.items() <= deals.columns.items()
    asked = {line.column for line in deals.lines if not line.taken}
    assert "amount" in asked  # with tax or without is not guessed
    assert "deals_won" in found.measure and not {"win_rate", "new_customer_win_rate"} & set(found.measure)


def test_deals_created_before_the_first_quarter_show_that_the_quarter_is_covered_whole(
    tmp_path: Path,
) -> None:
    """The first deal closed in March 2025, of a pipeline kept since October: the months before had none."""
    lines = ["deal id,owner,stage,amount,created date,close date"]
    lines += [
        f"D{i},R{i % 3},Won,{100 + i},2024-1{i % 3}-20,2025-{3 + i % 10:02d}-0{1 + i % 9}" for i in range(40)
    ]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "deals.csv").write_text("\n".join(lines), encoding="utf-8")
    assert propose(tmp_path).covers[0] == "2025-01-01"
