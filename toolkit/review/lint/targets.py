"""T: targets."""
