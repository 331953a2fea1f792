"""Our own file beside the source: what was sent, by whom, and what became of it."""
