"""W: the weights."""
