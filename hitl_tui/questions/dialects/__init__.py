"""The dialects that hitl-tui knows, one a file; `registry` has their order."""
