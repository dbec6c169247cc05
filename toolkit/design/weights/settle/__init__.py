"""One set of weights from several sources, within bounds, in steps that can be written down."""
