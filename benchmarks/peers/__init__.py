"""Other packages that weigh and rank, each asked in an environment of their own."""
