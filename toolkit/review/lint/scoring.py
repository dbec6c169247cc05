"""S: scoring rules and grades."""
