"""P: what is paid, to whom, when."""
