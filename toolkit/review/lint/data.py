"""D: the data behind the measures."""
