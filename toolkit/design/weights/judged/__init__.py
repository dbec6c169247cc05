"""Weights from what people judge: pairs, best and worst, points, places."""
