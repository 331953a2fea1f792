"""A Postgres database as the source of an index: how its changes are found at a bounded cost."""
