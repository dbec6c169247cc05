"""Judgements of several people together: one result, how far they agree, who stands apart."""
