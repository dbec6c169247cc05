"""C: pay curves and rates."""
