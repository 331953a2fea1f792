"""The command line: a stable contract for scripts, and the one place that wires everything."""
