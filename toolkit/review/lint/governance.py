"""G: governance."""
