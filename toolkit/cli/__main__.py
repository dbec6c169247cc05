"""`python -m toolkit.cli` is `kpi`."""

from toolkit.cli import main

main()
