"""Choosing KPIs: an exact programme, its runners-up, and the reasons."""

from toolkit.design.select.brief import Brief, load_brief
from toolkit.design.select.choose import select
from toolkit.design.select.save import load_selection, save_selection
from toolkit.design.select.selection import RunnerUp, Selection

__all__ = ["Brief", "RunnerUp", "Selection", "load_brief", "load_selection", "save_selection", "select"]
