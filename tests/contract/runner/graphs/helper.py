"""A module beside the graphs."""

LABEL = "from the helper"
