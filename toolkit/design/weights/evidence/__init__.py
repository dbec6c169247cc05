"""Weights from history: how far KPIs tell people apart, and which move an outcome."""
