"""The rules, a family in a module or two; each is a function whose card stands in `cards/`."""
