"""A client's file, tidy or not → a table of text as it stands there, with notes on how it was read."""
