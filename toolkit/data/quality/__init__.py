"""What is impossible in a client's tables, and what looks odd: rules of rows, statistics, names."""
