"""Sample graphs that wait for a person, each in one small file; no network, no model keys."""
