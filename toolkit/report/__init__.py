"""From results to deliverables: chapters, figures, the page, the tables, the manifest."""
