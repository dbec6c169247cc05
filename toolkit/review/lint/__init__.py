"""The scheme linter: what is valid and still unwise, with evidence, advice and source."""
