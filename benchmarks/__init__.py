"""Ratios against peers and limits, printed as tables: `python -m benchmarks [NAME ...]`."""
